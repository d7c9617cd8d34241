//! What the steps of one run share: the configuration, its providers, and the values found so far.

use crate::addr::{Key, ModuleInstance, ProviderSource, ResourceInstance, ResourceName};
use crate::config::Config;
use crate::host::Host;
use crate::provider::{Provider, ProviderRegistry};
use crate::providers::resolve::{AbsProvider, Resolver};
use crate::schema::{ProviderSchema, ResourceSchema};
use crate::state::CheckResult;
use nuvola_hcl::{Diagnostic, Range, Sources};
use nuvola_tf_lang::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Nothing is known: only what the configuration itself says is checked.
    Validate,
    Plan,
    Apply,
    /// Expressions about the state, for the console.
    Eval,
}

/// How many instances a block has.
#[derive(Debug, Clone, PartialEq)]
pub enum Expansion {
    Single,
    Count(u64),
    /// Keys with their values.
    ForEach(BTreeMap<String, Value>),
    /// Not known while validating.
    Unknown {
        for_each: bool,
    },
}

impl Expansion {
    /// The keys of the instances.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        match self {
            Self::Single => vec![Key::None],
            Self::Count(count) => (0..*count).map(Key::Int).collect(),
            Self::ForEach(items) => items.keys().cloned().map(Key::Str).collect(),
            Self::Unknown { .. } => vec![Key::None],
        }
    }

    /// What `count` and `each` are for an instance.
    #[must_use]
    pub fn repetition(&self, key: &Key) -> Repetition {
        match (self, key) {
            (Self::Count(_), Key::Int(index)) => {
                Repetition::Count(Value::int(i64::try_from(*index).unwrap_or(i64::MAX)))
            }
            (Self::ForEach(items), Key::Str(key)) => {
                let value = items.get(key).cloned().unwrap_or_else(Value::dynamic_unknown);
                Repetition::Each(Value::string(key), value)
            }
            (Self::Unknown { for_each: true }, _) => {
                Repetition::Each(Value::unknown(nuvola_tf_lang::Type::String), Value::dynamic_unknown())
            }
            (Self::Unknown { for_each: false }, _) => {
                Repetition::Count(Value::unknown(nuvola_tf_lang::Type::Number))
            }
            (Self::Single | Self::Count(_) | Self::ForEach(_), _) => Repetition::None,
        }
    }
}

/// What `count` and `each` stand for.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Repetition {
    #[default]
    None,
    Count(Value),
    Each(Value, Value),
}

/// Where an expression stands.
#[derive(Debug, Clone, Default)]
pub struct Place {
    pub module: ModuleInstance,
    pub repetition: Repetition,
    /// What `self` is, where it may be used.
    pub self_value: Option<Value>,
    /// The resource whose block it is in, which it may not refer to.
    pub resource: Option<ResourceName>,
}

impl Place {
    #[must_use]
    pub fn in_module(module: &ModuleInstance) -> Self {
        Self { module: module.clone(), ..Self::default() }
    }
}

/// Values found so far.
#[derive(Debug, Default)]
pub struct Values {
    pub variables: BTreeMap<(ModuleInstance, String), Value>,
    pub locals: BTreeMap<(ModuleInstance, String), Value>,
    pub outputs: BTreeMap<(ModuleInstance, String), Value>,
    /// By the parent's instance and the call.
    pub modules: BTreeMap<(ModuleInstance, String), Expansion>,
    pub expansions: BTreeMap<(ModuleInstance, ResourceName), Expansion>,
    pub instances: BTreeMap<ResourceInstance, Value>,
    /// Instances with planned changes, for `replace_triggered_by` and postponed reads.
    pub changing: BTreeSet<ResourceInstance>,
    pub checks: Vec<CheckResult>,
    /// Checks whose own data could not be read, with the messages.
    pub failed_checks: BTreeMap<String, Vec<String>>,
}

/// One run over a configuration.
pub struct Run {
    pub config: Rc<Config>,
    pub host: Rc<dyn Host>,
    pub registry: Rc<dyn ProviderRegistry>,
    pub op: Op,
    pub workspace: String,
    pub plan_time_ms: i64,
    pub values: RefCell<Values>,
    pub diagnostics: RefCell<Vec<Diagnostic>>,
    pub sources: Rc<RefCell<Sources>>,
    /// Where values of root variables were given, where that is a file.
    pub variable_places: RefCell<BTreeMap<String, Range>>,
    /// Problems of root variables' values, told when planning begins.
    pub pending: RefCell<Vec<Diagnostic>>,
    plain: RefCell<BTreeMap<ProviderSource, Option<Rc<dyn Provider>>>>,
    schemas: RefCell<BTreeMap<ProviderSource, Rc<ProviderSchema>>>,
    configured: RefCell<BTreeMap<String, Rc<dyn Provider>>>,
}

impl Run {
    #[must_use]
    pub fn new(
        config: Rc<Config>,
        sources: Rc<RefCell<Sources>>,
        host: Rc<dyn Host>,
        registry: Rc<dyn ProviderRegistry>,
        op: Op,
        workspace: &str,
    ) -> Self {
        let plan_time_ms = host.now_ms();
        Self {
            config,
            host,
            registry,
            op,
            workspace: workspace.to_owned(),
            plan_time_ms,
            values: RefCell::default(),
            diagnostics: RefCell::default(),
            sources,
            variable_places: RefCell::default(),
            pending: RefCell::default(),
            plain: RefCell::default(),
            schemas: RefCell::default(),
            configured: RefCell::default(),
        }
    }

    pub fn report(&self, problems: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.borrow_mut().extend(problems);
    }

    /// Reports problems and says whether there were no errors among them.
    pub fn accept(&self, problems: Vec<Diagnostic>) -> bool {
        let fine = !nuvola_hcl::has_errors(&problems);
        self.report(problems);
        fine
    }

    #[must_use]
    pub fn has_errors(&self) -> bool {
        nuvola_hcl::has_errors(&self.diagnostics.borrow())
    }

    #[must_use]
    pub fn resolver(&self) -> Resolver<'_> {
        Resolver::new(&self.config)
    }

    /// A provider without configuration, for its schema and checks.
    #[must_use]
    pub fn plain_provider(&self, source: &ProviderSource) -> Option<Rc<dyn Provider>> {
        let known = self.plain.borrow().get(source).cloned();
        known.unwrap_or_else(|| {
            let made = crate::providers::create(source, &self.host, &*self.registry);
            self.plain.borrow_mut().insert(source.clone(), made.clone());
            made
        })
    }

    #[must_use]
    pub fn schema(&self, source: &ProviderSource) -> Option<Rc<ProviderSchema>> {
        if let Some(schema) = self.schemas.borrow().get(source) {
            return Some(Rc::clone(schema));
        }
        let schema = self.plain_provider(source)?.schema();
        self.schemas.borrow_mut().insert(source.clone(), Rc::clone(&schema));
        Some(schema)
    }

    /// The schema of a resource type.
    #[must_use]
    pub fn resource_schema(
        &self,
        source: &ProviderSource,
        name: &ResourceName,
    ) -> Option<Rc<ResourceSchema>> {
        let schema = self.schema(source)?;
        let found = match name.mode {
            crate::addr::Mode::Managed => schema.resources.get(&name.kind),
            crate::addr::Mode::Data => schema.data_sources.get(&name.kind),
        };
        found.cloned()
    }

    /// The schema of a configured resource.
    #[must_use]
    pub fn schema_of(&self, path: &[String], name: &ResourceName) -> Option<Rc<ResourceSchema>> {
        let node = self.config.descendant(path)?;
        let resource = node.module.resources.get(name)?;
        let provider = self.resolver().for_resource(path, resource)?;
        self.resource_schema(&provider.source, name)
    }

    /// The provider with a certain configuration; configured before, or as it is.
    #[must_use]
    pub fn provider(&self, address: &str) -> Option<Rc<dyn Provider>> {
        if let Some(provider) = self.configured.borrow().get(address) {
            return Some(Rc::clone(provider));
        }
        self.plain_provider(&crate::providers::resolve::source_of(address)?)
    }

    /// Makes a provider and gives it its configuration.
    pub async fn configure(
        &self,
        provider: &AbsProvider,
        config: Value,
    ) -> Vec<crate::provider::ProviderDiagnostic> {
        let Some(made) = crate::providers::create(&provider.source, &self.host, &*self.registry) else {
            return Vec::new();
        };
        self.configured.borrow_mut().insert(provider.address(), Rc::clone(&made));
        made.configure(config).await
    }

    /// All instances of a module, once those around it are known.
    #[must_use]
    pub fn module_instances(&self, path: &[String]) -> Vec<ModuleInstance> {
        let values = self.values.borrow();
        let mut out = vec![ModuleInstance::root()];
        for name in path {
            let mut next = Vec::new();
            for instance in out {
                if let Some(expansion) = values.modules.get(&(instance.clone(), name.clone())) {
                    next.extend(expansion.keys().into_iter().map(|key| instance.child(name, key)));
                }
            }
            out = next;
        }
        out
    }
}
