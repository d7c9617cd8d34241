//! Reads what is really there: refreshing, importing, data sources.

use super::instance::Subject;
use super::planner::Planner;
use super::{Change, Reason};
use crate::addr::ResourceInstance;
use crate::eval::refs;
use crate::graph::Node;
use crate::host::WorkflowEvent;
use crate::path;
use crate::render::Action;
use crate::state::Object;
use crate::ui::Progress;
use nuvola_hcl::Diagnostic;
use nuvola_hcl::text::quote;
use nuvola_kernel::ordered::sort_by_key;
use nuvola_tf_lang::{Marks, Value};

/// How an object is told from others of its kind: its id, or else its name.
#[must_use]
pub fn id_of(value: &Value) -> Option<String> {
    let text = |name: &str| {
        let found = value.get(name)?;
        let hidden = found.marks().contains(Marks::SENSITIVE);
        found.as_str().filter(|text| !hidden && !text.is_empty()).map(str::to_owned)
    };
    text("id").or_else(|| text("name"))
}

impl Planner<'_> {
    /// Compares an instance's stored state with the real one.
    pub async fn refresh(&self, subject: &Subject<'_>, instance: &ResourceInstance) -> bool {
        let stored = self.state.borrow().object(instance).cloned();
        let Some(stored) = stored else { return true };
        let Some(object) = self.upgraded(subject, instance, stored) else { return false };
        let Ok(value) = object.value(&subject.schema) else { return true };
        let id = id_of(&value);
        self.run.host.on_event(WorkflowEvent::Refreshing { address: instance.to_string() });
        self.ui.progress(Progress::Refreshing { address: instance.clone(), id: id.clone() });
        let (plain, _) = value.unmark_deep();
        let kind = subject.resource.name.kind.clone();
        let response = subject.provider.read_resource(kind, plain, object.private.clone()).await;
        let fine = self.provider_problems(subject, &instance.to_string(), &response.diagnostics);
        if !fine {
            return false;
        }
        let id = id_of(&response.new_state).or(id);
        self.ui.progress(Progress::Refreshed { address: instance.clone(), id });
        let new = if response.new_state.is_null() {
            None
        } else {
            let marked = object
                .sensitive
                .iter()
                .fold(response.new_state, |value, path| path::mark_at(&value, path, Marks::SENSITIVE));
            Object::from_value(&marked, &subject.schema).map(|new| Object {
                private: response.private,
                attributes: new.attributes,
                sensitive: object.sensitive.clone(),
                schema_version: new.schema_version,
                ..object
            })
        };
        self.state.borrow_mut().set_object(instance, &subject.abs.address(), new);
        true
    }

    /// State of an older schema version, brought up to date.
    fn upgraded(&self, subject: &Subject<'_>, instance: &ResourceInstance, object: Object) -> Option<Object> {
        if object.schema_version >= subject.schema.version {
            return Some(object);
        }
        let text = crate::state::json::compact(&object.attributes);
        let json = serde_json::from_str(&text).unwrap_or(serde_json::Value::Null);
        let kind = &subject.resource.name.kind;
        match subject.provider.upgrade_resource_state(kind, object.schema_version, json) {
            Ok(json) => {
                let attributes = nuvola_tf_lang::json::parse::parse(&json.to_string()).ok()?;
                Some(Object { attributes, schema_version: subject.schema.version, ..object })
            }
            Err(problems) => {
                self.provider_problems(subject, &instance.to_string(), &problems);
                None
            }
        }
    }

    /// Takes an existing object into the state.
    pub async fn import(&self, subject: &Subject<'_>, instance: &ResourceInstance, id: &str) -> bool {
        if self.state.borrow().object(instance).is_some() {
            // What is managed already needs no import: the block has done its work.
            self.imports.borrow_mut().remove(instance);
            return true;
        }
        let id = id.to_owned();
        self.ui.progress(Progress::PreparingImport { address: instance.clone(), id: id.clone() });
        let kind = subject.resource.name.kind.clone();
        let found = match subject.provider.import_resource(kind, id.clone()).await {
            Ok(found) => found,
            Err(problems) => {
                return self.provider_problems(subject, &instance.to_string(), &problems);
            }
        };
        let Some(first) = found.into_iter().find(|found| found.type_name == subject.resource.name.kind)
        else {
            let detail = format!(
                "While attempting to import with ID {}, the provider returned no instance states.",
                quote(&id)
            );
            self.run.report([Diagnostic::error("Import returned no resources", detail)]);
            return false;
        };
        let object = Object::from_value(&first.state, &subject.schema)
            .map(|object| Object { private: first.private, ..object });
        self.state.borrow_mut().set_object(instance, &subject.abs.address(), object);
        let before = self.run.diagnostics.borrow().len();
        let fine = self.refresh(subject, instance).await;
        if self.state.borrow().object(instance).is_none() && self.run.diagnostics.borrow().len() == before {
            let detail = format!(
                "While attempting to import an existing object to {}, the provider detected that no object exists with the given id. Only pre-existing objects can be imported; check that the id is correct and that it is associated with the provider's configured region or endpoint, or use \"terraform apply\" to create a new remote object for this resource.",
                quote(&instance.to_string())
            );
            self.run.report([Diagnostic::error("Cannot import non-existent remote object", detail)]);
            return false;
        }
        fine
    }

    /// Reads a data source, or plans to when something that it needs is not there yet.
    pub async fn plan_data(&self, subject: &Subject<'_>, instance: &ResourceInstance) -> bool {
        let address = instance.to_string();
        let place = self.place_of(instance);
        let rules = &subject.resource.preconditions;
        if !rules.is_empty() {
            let status = self.conditions(
                rules,
                &place,
                "",
                "Resource precondition failed",
                nuvola_hcl::Severity::Error,
            );
            let failed =
                matches!(status.0, crate::state::CheckStatus::Fail | crate::state::CheckStatus::Error);
            self.record_check("resource", &instance.config().to_string(), &address, status);
            if failed {
                return false;
            }
        }
        let (config, problems) = self.block_value(subject, &place);
        if !self.run.accept(problems) {
            return false;
        }
        let marks = path::marked_paths(&config, Marks::SENSITIVE);
        let (plain, _) = config.unmark_deep();
        let checked = subject.provider.validate_data_source(&subject.resource.name.kind, &plain);
        if !self.provider_problems(subject, &address, &checked) {
            return false;
        }
        let pending = self.has_pending_dependencies(subject);
        if !plain.is_wholly_known() || pending {
            let reason =
                if plain.is_wholly_known() { Reason::DependencyPending } else { Reason::ConfigUnknown };
            let after = super::objchange::computed_unknown(
                &subject.schema.block,
                &super::objchange::proposed_new(
                    &subject.schema.block,
                    &Value::null(plain.ty().clone()),
                    &plain,
                ),
            );
            let after = marks.iter().fold(after, |value, path| path::mark_at(&value, path, Marks::SENSITIVE));
            self.remember(instance, &after, &subject.schema);
            self.run.values.borrow_mut().changing.insert(instance.clone());
            self.plan_read(subject, instance, reason, after);
            return true;
        }
        let nested = subject.resource.check.is_some();
        let wanted = plain.clone();
        match self.read_data(subject, instance, plain, &marks).await {
            Some(value) => {
                self.remember(instance, &value, &subject.schema);
                if nested && !self.refresh_only {
                    self.plan_read(subject, instance, Reason::CheckNested, value);
                }
                self.postcheck(subject, instance, &place)
            }
            None if nested => {
                let block = &subject.schema.block;
                let empty = Value::null(wanted.ty().clone());
                let after = super::objchange::proposed_new(block, &empty, &wanted);
                let after = super::objchange::computed_unknown(block, &after);
                self.remember(instance, &after, &subject.schema);
                if !self.refresh_only {
                    self.plan_read(subject, instance, Reason::CheckNested, after);
                }
                true
            }
            None => false,
        }
    }

    fn plan_read(&self, subject: &Subject<'_>, instance: &ResourceInstance, reason: Reason, after: Value) {
        self.plan.borrow_mut().changes.push(Change {
            address: instance.clone(),
            previous_address: None,
            deposed: None,
            provider: subject.abs.address(),
            action: Action::Read,
            reason,
            before: Value::null(subject.schema.block.implied_type()),
            after,
            requires_replace: Vec::new(),
            private: Vec::new(),
            importing: None,
        });
    }

    /// Reads a data source and stores what was found.
    pub async fn read_data(
        &self,
        subject: &Subject<'_>,
        instance: &ResourceInstance,
        config: Value,
        marks: &[nuvola_tf_lang::Path],
    ) -> Option<Value> {
        let started = self.run.host.now_ms();
        self.ui.progress(Progress::Started {
            address: instance.clone(),
            deposed: None,
            action: Action::Read,
            id: None,
        });
        let kind = subject.resource.name.kind.clone();
        let value = match subject.provider.read_data_source(kind, config).await {
            Ok(value) => value,
            Err(mut problems) => {
                if let Some(check) = &subject.resource.check {
                    let texts =
                        problems.iter().map(|problem| format!("{}: {}", problem.summary, problem.detail));
                    let address = format!("{}check.{check}", instance.module.prefix());
                    self.run.values.borrow_mut().failed_checks.insert(address, texts.collect());
                    for problem in &mut problems {
                        problem.severity = nuvola_hcl::Severity::Warning;
                    }
                }
                self.provider_problems(subject, &instance.to_string(), &problems);
                return None;
            }
        };
        let elapsed_s = crate::host::seconds_since(&*self.run.host, started);
        self.ui.progress(Progress::Finished {
            address: instance.clone(),
            action: Action::Read,
            id: id_of(&value),
            elapsed_s,
        });
        let value = marks.iter().fold(value, |value, path| path::mark_at(&value, path, Marks::SENSITIVE));
        let object = Object::from_value(&value, &subject.schema);
        self.state.borrow_mut().set_object(instance, &subject.abs.address(), object);
        Some(value)
    }

    /// Whether something in `depends_on` still changes in this run.
    fn has_pending_dependencies(&self, subject: &Subject<'_>) -> bool {
        // What the module's own call depends on counts for everything in it.
        let mut path = subject.config.module.clone();
        let mut outer = Vec::new();
        while let Some(name) = path.pop() {
            if let Some(call) = self.config(&path).and_then(|config| config.call(&name)) {
                outer.push((path.clone(), call.depends_on.clone()));
            }
        }
        let values = self.run.values.borrow();
        let pending = |module: &[String], traversals: &[nuvola_hcl::Traversal]| {
            let references = refs::parse_all(traversals, &mut Vec::new());
            references.iter().any(|reference| match &reference.subject {
                refs::Subject::Resource(name, _) => values.changing.iter().any(|changing| {
                    let config = changing.config();
                    config.module == module
                        && config.resource == *name
                        && name.mode == crate::addr::Mode::Managed
                }),
                refs::Subject::Module { call, .. } => {
                    let mut path = module.to_vec();
                    path.push(call.clone());
                    values.changing.iter().any(|changing| changing.module.path().starts_with(&path))
                }
                refs::Subject::Var(_)
                | refs::Subject::Local(_)
                | refs::Subject::Count(_)
                | refs::Subject::Each(_)
                | refs::Subject::Path(_)
                | refs::Subject::Terraform(_)
                | refs::Subject::SelfObject => false,
            })
        };
        pending(&subject.config.module, &subject.resource.depends_on)
            || outer.iter().any(|(module, traversals)| pending(module, traversals))
    }

    /// The resources that a resource comes after, as the state stores them.
    #[must_use]
    pub fn dependencies_of(&self, config: &crate::addr::ConfigResource) -> Vec<crate::addr::ConfigResource> {
        let found = crate::graph::ancestors(&self.graph, &Node::Resource(config.clone()));
        let mut out: Vec<_> = found
            .into_iter()
            .filter_map(|node| match node {
                Node::Resource(resource) => Some(resource),
                Node::Variable(..)
                | Node::ModuleExpand(_)
                | Node::Local(..)
                | Node::Provider(_)
                | Node::Output(..)
                | Node::ModuleClose(_)
                | Node::Check(..) => None,
            })
            .collect();
        sort_by_key(&mut out, ToString::to_string);
        out
    }
}
