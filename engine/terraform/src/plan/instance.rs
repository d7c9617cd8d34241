//! Plans the instances of a resource.

use super::objchange::{plan_problems, proposed_new};
use super::planner::{Planner, provider_problem};
use super::{Change, PlanMode, Reason};
use crate::addr::{ConfigResource, Mode, ModuleInstance, ResourceInstance};
use crate::config::Resource;
use crate::eval::{block, refs};
use crate::exec::Together;
use crate::path;
use crate::provider::{PlanRequest, PlanResponse, Provider, ProviderDiagnostic};
use crate::providers::resolve::AbsProvider;
use crate::render::Action;
use crate::run::{Op, Place};
use crate::schema::{BlockSchema, ResourceSchema};
use crate::state::{CheckStatus, Object};
use nuvola_hcl::text::quote;
use nuvola_hcl::{Diagnostic, Severity, StepKind, Traversal};
use nuvola_tf_lang::{Marks, Path, Step, Value};
use std::rc::Rc;
use std::sync::Arc;

/// A configured resource with all that is needed to plan an instance of it.
pub struct Subject<'s> {
    pub resource: &'s Resource,
    pub config: ConfigResource,
    pub abs: AbsProvider,
    pub provider: Rc<dyn Provider>,
    pub schema: Rc<ResourceSchema>,
}

impl Planner<'_> {
    /// Visits a resource: all its instances in all instances of its module.
    pub async fn resource(&self, config: &ConfigResource) -> bool {
        let Some(node) = self.config(&config.module) else { return false };
        let Some(resource) = node.module.resources.get(&config.resource).cloned() else { return false };
        let Some(subject) = self.subject_for(config, &resource) else { return false };
        let mut fine = true;
        for module in self.run.module_instances(&config.module) {
            fine &= match self.run.op {
                Op::Validate => self.validate_in(&subject, &module),
                Op::Plan => self.plan_in(&subject, &module).await,
                Op::Apply | Op::Eval => {
                    self.expand_for(&subject, &module).is_some_and(|()| self.recall(&subject, &module))
                }
            };
        }
        fine
    }

    /// The resource that an instance is of, if it is configured.
    #[must_use]
    pub fn configured(&self, instance: &ResourceInstance) -> Option<Rc<Resource>> {
        self.config(&instance.module.path())?.module.resources.get(&instance.resource).cloned()
    }

    /// A configured resource with its provider and schema.
    #[must_use]
    pub fn subject_for<'s>(&self, config: &ConfigResource, resource: &'s Resource) -> Option<Subject<'s>> {
        let abs = self.run.resolver().for_resource(&config.module, resource)?;
        let provider = self.run.provider(&abs.address())?;
        let schema = self.run.resource_schema(&abs.source, &config.resource);
        let Some(schema) = schema else {
            self.run.report([self.unknown_type(&abs, resource)]);
            return None;
        };
        Some(Subject { resource, config: config.clone(), abs, provider, schema })
    }

    fn unknown_type(&self, abs: &AbsProvider, resource: &Resource) -> Diagnostic {
        let name = abs.source.for_display();
        let kind = quote(&resource.name.kind);
        let schema = self.run.schema(&abs.source).unwrap_or_default();
        let (summary, what, mut names): (_, _, Vec<&str>) = match resource.name.mode {
            Mode::Managed => (
                "Invalid resource type",
                "resource type",
                schema.resources.keys().map(String::as_str).collect(),
            ),
            Mode::Data => (
                "Invalid data source",
                "data source",
                schema.data_sources.keys().map(String::as_str).collect(),
            ),
        };
        let elsewhere = self
            .run
            .plain_provider(&abs.source)
            .map_or_else(Vec::new, |provider| provider.types_not_simulated(resource.name.mode));
        if elsewhere.contains(&resource.name.kind.as_str()) {
            let (summary, what) = match resource.name.mode {
                Mode::Managed => ("Resource type not simulated", "resource type"),
                Mode::Data => ("Data source not simulated", "data source"),
            };
            let detail = format!(
                "Nuvola does not simulate the {what} {kind}. The provider {name} of real AWS has it, so this configuration may be right: only here it cannot be used."
            );
            return Diagnostic::error(summary, detail).at(resource.type_range);
        }
        names.extend(elsewhere);
        names.sort();
        let twin = match resource.name.mode {
            Mode::Managed => schema.data_sources.contains_key(&resource.name.kind),
            Mode::Data => schema.resources.contains_key(&resource.name.kind),
        };
        let hint = if twin && resource.name.mode == Mode::Managed {
            format!(
                "\n\nDid you intend to use the data source {kind}? If so, declare this using a \"data\" block instead of a \"resource\" block."
            )
        } else if twin {
            format!(
                "\n\nDid you intend to use the managed resource type {kind}? If so, declare this using a \"resource\" block instead of a \"data\" block."
            )
        } else {
            crate::config::content::did_you_mean(&resource.name.kind, names)
        };
        let detail = format!("The provider {name} does not support {what} {kind}.{hint}");
        Diagnostic::error(summary, detail).at(resource.type_range)
    }

    /// Finds how many instances there are.
    pub fn expand_for(&self, subject: &Subject<'_>, module: &ModuleInstance) -> Option<()> {
        let mut place = Place::in_module(module);
        place.resource = Some(subject.resource.name.clone());
        let expansion =
            self.expansion(subject.resource.count.as_ref(), subject.resource.for_each.as_ref(), &place)?;
        let key = (module.clone(), subject.resource.name.clone());
        self.run.values.borrow_mut().expansions.insert(key, expansion);
        Some(())
    }

    /// The place of an instance's expressions.
    #[must_use]
    pub fn place_of(&self, instance: &ResourceInstance) -> Place {
        let key = (instance.module.clone(), instance.resource.clone());
        let repetition = self
            .run
            .values
            .borrow()
            .expansions
            .get(&key)
            .map(|expansion| expansion.repetition(&instance.key));
        Place {
            module: instance.module.clone(),
            repetition: repetition.unwrap_or_default(),
            self_value: None,
            resource: Some(instance.resource.clone()),
        }
    }

    /// Takes the instances' values from the state.
    fn recall(&self, subject: &Subject<'_>, module: &ModuleInstance) -> bool {
        for instance in self.instances_in(subject, module) {
            let value =
                self.state.borrow().object(&instance).and_then(|object| object.value(&subject.schema).ok());
            if let Some(value) = value {
                self.remember(&instance, &value, &subject.schema);
            }
        }
        true
    }

    fn instances_in(&self, subject: &Subject<'_>, module: &ModuleInstance) -> Vec<ResourceInstance> {
        let name = &subject.resource.name;
        let key = (module.clone(), name.clone());
        let keys =
            self.run.values.borrow().expansions.get(&key).map_or_else(Vec::new, |expansion| expansion.keys());
        keys.into_iter().map(|key| ResourceInstance::new(module.clone(), name.clone(), key)).collect()
    }

    /// Stores an instance's value for references to it; what the schema calls sensitive is marked.
    pub fn remember(&self, instance: &ResourceInstance, value: &Value, schema: &ResourceSchema) {
        let value = mark_by_schema(value, &schema.block);
        self.run.values.borrow_mut().instances.insert(instance.clone(), value);
    }

    /// Evaluates a resource's block.
    #[must_use]
    pub fn block_value(&self, subject: &Subject<'_>, place: &Place) -> (Value, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        let eval = |expr: &_, bound: &block::Bound| self.run.eval_bound(expr, place, bound);
        let resource = subject.resource;
        let value = block::object(
            &resource.body,
            resource.body_start,
            &subject.schema.block,
            &eval,
            &Vec::new(),
            &mut problems,
        );
        (value, problems)
    }

    /// Provider problems about a resource, with their places.
    pub fn provider_problems(
        &self,
        subject: &Subject<'_>,
        address: &str,
        problems: &[ProviderDiagnostic],
    ) -> bool {
        let resource = subject.resource;
        let place = |problem: &ProviderDiagnostic| match &problem.path {
            Some(path) => block::place(&resource.body, resource.body_start, path),
            None => resource.body_start,
        };
        self.run.accept(
            problems
                .iter()
                .map(|problem| provider_problem(problem, Some(address), Some(place(problem))))
                .collect(),
        )
    }

    fn validate_in(&self, subject: &Subject<'_>, module: &ModuleInstance) -> bool {
        if self.expand_for(subject, module).is_none() {
            return false;
        }
        let resource = subject.resource;
        let instance = ResourceInstance::new(module.clone(), resource.name.clone(), crate::addr::Key::None);
        let expansion = crate::run::Expansion::Unknown { for_each: resource.for_each.is_some() };
        let mut place = self.place_of(&instance);
        if resource.count.is_some() || resource.for_each.is_some() {
            place.repetition = expansion.repetition(&crate::addr::Key::None);
            self.run
                .values
                .borrow_mut()
                .expansions
                .insert((module.clone(), resource.name.clone()), expansion);
        } else {
            self.run.values.borrow_mut().expansions.remove(&(module.clone(), resource.name.clone()));
        }
        let (value, mut problems) = self.block_value(subject, &place);
        self.validate_depends_on(resource, &place, &mut problems);
        self.validate_ignored(subject, &mut problems);
        self.validate_provisioners(subject, &place, &mut problems);
        self.validate_rules(subject, &place, &mut problems);
        if !self.run.accept(problems) {
            return false;
        }
        if !self.accept_ephemeral(subject, &instance.config().to_string(), &value) {
            return false;
        }
        let (plain, _) = value.unmark_deep();
        let found = match resource.name.mode {
            Mode::Managed => subject.provider.validate_resource(&resource.name.kind, &plain),
            Mode::Data => subject.provider.validate_data_source(&resource.name.kind, &plain),
        };
        self.provider_problems(subject, &instance.config().to_string(), &found)
    }

    /// What does not last cannot be kept in the state.
    fn accept_ephemeral(&self, subject: &Subject<'_>, address: &str, value: &Value) -> bool {
        let mut names: Vec<String> = path::marked_paths(value, Marks::EPHEMERAL)
            .iter()
            .filter_map(|path| match path.first() {
                Some(Step::Attr(name)) => Some(name.to_string()),
                _ => None,
            })
            .collect();
        names.dedup();
        let problem = |name: &String| {
            let at = subject.resource.body.attribute(name);
            let at = at.map_or(subject.resource.body_start, |attribute| attribute.expr.range);
            let detail = format!(
                "Ephemeral values are not valid for {}, because it is not a write-only attribute and must be persisted to state.",
                quote(name)
            );
            Diagnostic::error("Invalid use of ephemeral value", detail).at(at).about(address)
        };
        self.run.accept(names.iter().map(problem).collect())
    }

    fn validate_depends_on(&self, resource: &Resource, place: &Place, problems: &mut Vec<Diagnostic>) {
        let references = refs::parse_all(&resource.depends_on, problems);
        for reference in &references {
            if !reference.rest.is_empty() {
                let detail = "References in depends_on must be to a whole object (resource, etc), not to an attribute of an object.";
                let at =
                    reference.rest.first().map_or(reference.range, |step| reference.range.to(step.range));
                problems.push(Diagnostic::error("Invalid depends_on reference", detail).at(at));
            }
        }
        self.run.check_references(&references, place, problems);
    }

    fn validate_ignored(&self, subject: &Subject<'_>, problems: &mut Vec<Diagnostic>) {
        for traversal in &subject.resource.lifecycle.ignore_changes {
            let name = &traversal.root.name;
            let block = &subject.schema.block;
            if !block.attributes.contains_key(name) && !block.blocks.contains_key(name) {
                let mut names: Vec<&str> =
                    block.attributes.keys().chain(block.blocks.keys()).map(String::as_str).collect();
                names.sort();
                let hint = crate::config::content::did_you_mean(name, names);
                let detail = format!(
                    "This object has no argument, nested block, or exported attribute named {}.{hint}",
                    quote(name)
                );
                problems.push(Diagnostic::error("Unsupported attribute", detail).at(traversal.root.range));
            } else if block.attributes.get(name).is_some_and(|attribute| !attribute.is_settable()) {
                let detail = format!(
                    "Adding an attribute name to ignore_changes tells Terraform to ignore future changes to the argument in configuration after the object has been created, retaining the value originally configured.\n\nThe attribute {name} is decided by the provider alone and therefore there can be no configured value to compare with. Including this attribute in ignore_changes has no effect. Remove the attribute from ignore_changes to quiet this warning."
                );
                problems.push(
                    Diagnostic::warning("Redundant ignore_changes element", detail)
                        .at(subject.resource.body_start),
                );
            }
        }
    }

    fn validate_provisioners(&self, subject: &Subject<'_>, place: &Place, problems: &mut Vec<Diagnostic>) {
        let self_value = Value::unknown(subject.schema.block.implied_type());
        let place = Place { self_value: Some(self_value), ..place.clone() };
        for provisioner in &subject.resource.provisioners {
            crate::apply::provision::validate(self.run, provisioner, &place, problems);
        }
    }

    fn validate_rules(&self, subject: &Subject<'_>, place: &Place, problems: &mut Vec<Diagnostic>) {
        for rule in &subject.resource.preconditions {
            problems.extend(self.run.eval(&rule.condition, place).1);
        }
        let self_value = Value::unknown(subject.schema.block.implied_type());
        let place = Place { self_value: Some(self_value), ..place.clone() };
        for rule in &subject.resource.postconditions {
            problems.extend(self.run.eval(&rule.condition, &place).1);
        }
    }

    async fn plan_in(&self, subject: &Subject<'_>, module: &ModuleInstance) -> bool {
        if self.expand_for(subject, module).is_none() {
            return false;
        }
        let instances = self.instances_in(subject, module);
        let whole =
            ResourceInstance::new(module.clone(), subject.resource.name.clone(), crate::addr::Key::None);
        if !self.import_instances_exist(&instances, &whole) {
            return false;
        }
        let mut together = Together::default();
        for instance in &instances {
            if self.is_targeted(instance) {
                together.push(self.plan_instance(subject, instance.clone()));
            } else {
                self.recall_one(subject, instance);
            }
        }
        let mut fine = true;
        while let Some(ok) = together.next_done().await {
            fine &= ok;
        }
        fine
    }

    fn recall_one(&self, subject: &Subject<'_>, instance: &ResourceInstance) {
        let value =
            self.state.borrow().object(instance).and_then(|object| object.value(&subject.schema).ok());
        if let Some(value) = value {
            self.remember(instance, &value, &subject.schema);
        }
    }

    /// Whether targets ask for this instance; those that targets need are all taken.
    #[must_use]
    pub fn is_targeted(&self, instance: &ResourceInstance) -> bool {
        let targets = &self.options.targets;
        let config = instance.config();
        targets.is_empty()
            || targets.iter().any(|target| target.contains(instance))
            || !targets.iter().any(|target| target.may_contain(&config))
    }

    async fn plan_instance(&self, subject: &Subject<'_>, instance: ResourceInstance) -> bool {
        if subject.resource.name.mode == Mode::Data {
            return self.plan_data(subject, &instance).await;
        }
        let address = instance.to_string();
        let place = self.place_of(&instance);
        let importing = self.imports.borrow().get(&instance).cloned();
        if let Some(id) = &importing
            && !self.import(subject, &instance, id).await
        {
            return false;
        }
        let importing = importing.filter(|_| self.imports.borrow().contains_key(&instance));
        if !self.options.skip_refresh && importing.is_none() && !self.refresh(subject, &instance).await {
            return false;
        }
        if !self.recheck(subject, &instance, &place) {
            return false;
        }
        if self.refresh_only {
            self.recall_one(subject, &instance);
            return self.postcheck(subject, &instance, &place);
        }
        let prior = self.state.borrow().object(&instance).cloned();
        let Some(planned) = self.plan_change(subject, &instance, &place, prior.as_ref()).await else {
            return false;
        };
        let mut change = planned;
        change.importing = importing;
        change.previous_address = self.moves.get(&instance).cloned();
        let prevented = subject.resource.lifecycle.prevent_destroy && change.action.is_replace();
        self.remember(&instance, &change.after, &subject.schema);
        if change.action != Action::NoOp {
            self.run.values.borrow_mut().changing.insert(instance.clone());
        }
        self.plan.borrow_mut().changes.push(change);
        if prevented {
            self.run.report([prevent_destroy(&address, subject.resource)]);
            return false;
        }
        self.postcheck(subject, &instance, &place)
    }

    /// Whether this only refreshes what will be destroyed: conditions no longer matter then.
    fn is_before_destroy(&self) -> bool {
        self.refresh_only && self.options.mode == PlanMode::Destroy
    }

    /// Checks the preconditions.
    pub fn recheck(&self, subject: &Subject<'_>, instance: &ResourceInstance, place: &Place) -> bool {
        let rules = &subject.resource.preconditions;
        if rules.is_empty() || self.is_before_destroy() {
            return true;
        }
        let severity = if self.refresh_only { Severity::Warning } else { Severity::Error };
        let status = self.conditions(rules, place, "", "Resource precondition failed", severity);
        let fine = !matches!(status.0, CheckStatus::Fail | CheckStatus::Error);
        self.record_check("resource", &instance.config().to_string(), &instance.to_string(), status);
        fine || self.refresh_only
    }

    /// Checks the postconditions against the value that is now known.
    pub fn postcheck(&self, subject: &Subject<'_>, instance: &ResourceInstance, place: &Place) -> bool {
        let rules = &subject.resource.postconditions;
        if rules.is_empty() || self.is_before_destroy() {
            return true;
        }
        let self_value = self.run.values.borrow().instances.get(instance).cloned();
        let place =
            Place { self_value: Some(self_value.unwrap_or_else(Value::dynamic_unknown)), ..place.clone() };
        let severity = if self.refresh_only { Severity::Warning } else { Severity::Error };
        let status = self.conditions(rules, &place, "", "Resource postcondition failed", severity);
        let fine = !matches!(status.0, CheckStatus::Fail | CheckStatus::Error);
        self.record_check("resource", &instance.config().to_string(), &instance.to_string(), status);
        fine || self.refresh_only
    }

    /// Asks the provider for a plan and works out the action.
    async fn plan_change(
        &self,
        subject: &Subject<'_>,
        instance: &ResourceInstance,
        place: &Place,
        prior: Option<&Object>,
    ) -> Option<Change> {
        let address = instance.to_string();
        let (config, problems) = self.block_value(subject, place);
        if !self.run.accept(problems) {
            return None;
        }
        let block = &subject.schema.block;
        let null = Value::null(block.implied_type());
        let tainted = prior.is_some_and(|object| object.tainted);
        let before = match prior {
            Some(object) => match object.value(&subject.schema) {
                Ok(value) => value,
                Err(error) => {
                    self.run.report([Diagnostic::error(
                        "Failed to decode resource from state",
                        format!("Error decoding {} from prior state: {error}", quote(&address)),
                    )]);
                    return None;
                }
            },
            None => null.clone(),
        };
        let (plain_before, _) = before.clone().unmark_deep();
        let marks = path::marked_paths(&config, Marks::SENSITIVE);
        let (plain_config, _) = config.unmark_deep();
        let checked = subject.provider.validate_resource(&subject.resource.name.kind, &plain_config);
        if !self.provider_problems(subject, &address, &checked) {
            return None;
        }
        let base = if tainted { null.clone() } else { plain_before.clone() };
        let config_used = ignore_changes(subject.resource, &base, &plain_config);
        let private = prior.map_or_else(Vec::new, |object| object.private.clone());
        let response = self.ask_again(subject, &address, &base, &config_used, private).await?;
        let planned = ignore_settable(subject, &base, &response.planned);
        let replaced = replacing_paths(&base, &planned, &response.requires_replace);
        let remark = |value: &Value| {
            marks.iter().fold(value.clone(), |value, path| path::mark_at(&value, path, Marks::SENSITIVE))
        };
        let after = remark(&planned);
        if !base.is_null() && !self.triggers_exist(subject) {
            return None;
        }
        let create_first = self.create_first.contains(&subject.config);
        let replace = if create_first { Action::CreateThenDelete } else { Action::DeleteThenCreate };
        let requested = self.options.replace.contains(instance);
        let triggered = !base.is_null() && self.is_triggered(subject, instance, place);
        let (action, reason) = if base.is_null() {
            if tainted { (replace, Reason::Tainted) } else { (Action::Create, Reason::None) }
        } else if !replaced.is_empty() {
            (replace, Reason::CannotUpdate)
        } else if requested {
            (replace, Reason::Requested)
        } else if triggered {
            (replace, Reason::Triggered)
        } else if planned == plain_before && after == before {
            (Action::NoOp, Reason::None)
        } else {
            (Action::Update, Reason::None)
        };
        let (after, private) = if action.is_replace() && !tainted {
            let again = self.ask_again(subject, &address, &null, &plain_config, Vec::new()).await?;
            (remark(&again.planned), again.private)
        } else {
            (after, response.private)
        };
        Some(Change {
            address: instance.clone(),
            previous_address: None,
            deposed: None,
            provider: subject.abs.address(),
            action,
            reason,
            before,
            after,
            requires_replace: replaced,
            private,
            importing: None,
        })
    }

    /// Asks the provider for a plan.
    pub async fn ask_again(
        &self,
        subject: &Subject<'_>,
        address: &str,
        prior: &Value,
        config: &Value,
        private: Vec<u8>,
    ) -> Option<PlanResponse> {
        let block = &subject.schema.block;
        let request = PlanRequest {
            type_name: subject.resource.name.kind.clone(),
            prior: prior.clone(),
            proposed_new: proposed_new(block, prior, config),
            config: config.clone(),
            private,
        };
        let response = subject.provider.plan_resource(request).await;
        if !self.provider_problems(subject, address, &response.diagnostics) {
            return None;
        }
        let problems = plan_problems(block, prior, config, &response.planned);
        if !response.legacy_type_system && !problems.is_empty() {
            let name = quote(&subject.abs.source.to_string());
            self.run.report(problems.iter().map(|problem| {
                let detail = format!("Provider {name} planned an invalid value for {address}{problem}.\n\nThis is a bug in the provider, which should be reported in the provider's own issue tracker.");
                Diagnostic::error("Provider produced invalid plan", detail)
            }));
            return None;
        }
        Some(response)
    }

    /// Whether something in `replace_triggered_by` changes.
    /// Whether all resources of `replace_triggered_by` are declared.
    fn triggers_exist(&self, subject: &Subject<'_>) -> bool {
        let module = &subject.config.module;
        let Some(node) = self.config(module) else { return true };
        let mut problems = Vec::new();
        for trigger in &subject.resource.lifecycle.replace_triggered_by {
            for reference in refs::references(trigger, &mut Vec::new()) {
                let refs::Subject::Resource(name, _) = &reference.subject else { continue };
                if !node.module.resources.contains_key(name) {
                    let place = crate::eval::scope::display_module(module);
                    let detail = format!("A resource {name} has not been declared in {place}");
                    problems.push(
                        Diagnostic::error("Reference to undeclared resource", detail).at(trigger.range),
                    );
                }
            }
        }
        self.run.accept(problems)
    }

    fn is_triggered(&self, subject: &Subject<'_>, instance: &ResourceInstance, place: &Place) -> bool {
        let triggers = &subject.resource.lifecycle.replace_triggered_by;
        let plan = self.plan.borrow();
        triggers.iter().any(|trigger| {
            let references = refs::references(trigger, &mut Vec::new());
            references.iter().any(|reference| {
                let refs::Subject::Resource(name, key) = &reference.subject else { return false };
                let dynamic_key = dynamic_key(trigger, self, place);
                let key = key.clone().or(dynamic_key);
                let path = rest_path(&reference.rest);
                plan.changes.iter().any(|change| {
                    change.address.module == instance.module
                        && change.address.resource == *name
                        && key.as_ref().is_none_or(|key| change.address.key == *key)
                        && triggers_replacement(change, &path)
                })
            })
        })
    }

    /// Forgets plans of deleting: for destroy mode all goes through orphans.
    #[must_use]
    pub fn is_destroy(&self) -> bool {
        self.options.mode == PlanMode::Destroy && !self.refresh_only
    }
}

fn triggers_replacement(change: &Change, path: &[Step]) -> bool {
    match change.action {
        Action::NoOp | Action::Read | Action::Create | Action::Forget => false,
        Action::Delete => false,
        Action::DeleteThenCreate | Action::CreateThenDelete if path.is_empty() => true,
        Action::Update if path.is_empty() => true,
        Action::Update | Action::DeleteThenCreate | Action::CreateThenDelete => {
            let (before, _) = change.before.clone().unmark_deep();
            let (after, _) = change.after.clone().unmark_deep();
            path::get(&before, path) != path::get(&after, path)
        }
    }
}

/// The key of `name[count.index]` and the like.
fn dynamic_key(expr: &nuvola_hcl::Expr, planner: &Planner<'_>, place: &Place) -> Option<crate::addr::Key> {
    let nuvola_hcl::ExprKind::Index { key, .. } = &expr.kind else { return None };
    let (value, _) = planner.run.eval(key, place);
    if let Some(text) = value.as_str() {
        return Some(crate::addr::Key::Str(text.to_owned()));
    }
    let index = value.as_number()?.to_i64()?;
    u64::try_from(index).ok().map(crate::addr::Key::Int)
}

fn rest_path(steps: &[nuvola_hcl::Step]) -> Path {
    let step = |step: &nuvola_hcl::Step| match &step.kind {
        StepKind::Attr(name) => Some(Step::Attr(Arc::from(name.as_str()))),
        StepKind::Key(key) => Some(Step::Key(Arc::from(key.as_str()))),
        StepKind::Number(text) => text.parse().ok().map(Step::Index),
        StepKind::Splat => None,
    };
    steps.iter().filter_map(step).collect()
}

/// The paths of a provider's list whose values really differ.
fn replacing_paths(before: &Value, after: &Value, paths: &[Path]) -> Vec<Path> {
    if before.is_null() {
        return Vec::new();
    }
    let differs = |path: &&Path| {
        let (old, new) = (path::get(before, path), path::get(after, path));
        old != new || new.is_some_and(|new| !new.is_wholly_known())
    };
    paths.iter().filter(differs).cloned().collect()
}

/// The value with what `ignore_changes` names as it was before.
fn ignore_changes(resource: &Resource, before: &Value, value: &Value) -> Value {
    if before.is_null() || value.is_null() {
        return value.clone();
    }
    if resource.lifecycle.ignore_all {
        return before.clone();
    }
    let mut out = value.clone();
    for traversal in &resource.lifecycle.ignore_changes {
        out = ignore_one(traversal, before, &out);
    }
    out
}

/// As [`ignore_changes`], for what a provider planned: what it alone decides is never ignored.
fn ignore_settable(subject: &Subject<'_>, before: &Value, value: &Value) -> Value {
    if before.is_null() || value.is_null() || subject.resource.lifecycle.ignore_all {
        return ignore_changes(subject.resource, before, value);
    }
    let settable = |traversal: &&Traversal| {
        let attribute = subject.schema.block.attributes.get(&traversal.root.name);
        attribute.is_none_or(crate::schema::AttributeSchema::is_settable)
    };
    let ignored = subject.resource.lifecycle.ignore_changes.iter().filter(settable);
    ignored.fold(value.clone(), |value, traversal| ignore_one(traversal, before, &value))
}

fn ignore_one(traversal: &Traversal, before: &Value, value: &Value) -> Value {
    let mut path: Path = vec![Step::Attr(Arc::from(traversal.root.name.as_str()))];
    path.extend(rest_path(&traversal.steps));
    if let Some(old) = path::get(before, &path)
        && let Some(changed) = path::set(value, &path, old)
    {
        return changed;
    }
    ignore_element(&path, before, value)
}

/// A map's element that exists only before or only after.
fn ignore_element(path: &Path, before: &Value, value: &Value) -> Value {
    let Some((Step::Key(key) | Step::Attr(key), parent)) = path.split_last() else { return value.clone() };
    let (Some(old), Some(new)) = (path::get(before, parent), path::get(value, parent)) else {
        return value.clone();
    };
    let Some(mut members) = new.as_members().cloned() else { return value.clone() };
    match old.get(key) {
        Some(old) => members.insert(Arc::clone(key), old.clone()),
        None => members.remove(key),
    };
    let rebuilt = path::rebuild_members(new.ty(), members);
    path::set(value, parent, &rebuilt).unwrap_or_else(|| value.clone())
}

/// The message for `prevent_destroy`.
#[must_use]
pub fn prevent_destroy(address: &str, resource: &Resource) -> Diagnostic {
    let detail = format!(
        "Resource {address} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed. To avoid this error and continue with the plan, either disable lifecycle.prevent_destroy or reduce the scope of the plan using the -target option."
    );
    Diagnostic::error("Instance cannot be destroyed", detail).at(resource.range)
}

/// The value with what a schema calls sensitive marked.
#[must_use]
pub fn mark_by_schema(value: &Value, schema: &BlockSchema) -> Value {
    let mut out = value.clone();
    for (name, attribute) in &schema.attributes {
        if attribute.is_sensitive() {
            out = path::mark_at(&out, &path::attr_path(name), Marks::SENSITIVE);
        }
    }
    for (name, nested) in &schema.blocks {
        let Some(blocks) = out.get(name).cloned() else { continue };
        let Some(items) = blocks.as_seq() else { continue };
        let marked: Vec<Value> = items.iter().map(|item| mark_by_schema(item, &nested.block)).collect();
        if marked.as_slice() != items {
            let rebuilt = path::rebuild_seq(blocks.ty(), marked);
            out = path::set(&out, &path::attr_path(name), &rebuilt).unwrap_or(out);
        }
    }
    out
}
