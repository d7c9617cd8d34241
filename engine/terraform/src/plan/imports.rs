//! `import` blocks, and differences that others made.

use super::planner::Planner;
use super::{Change, PlanMode, Reason};
use crate::addr::{Key, ModuleInstance, ResourceInstance, ResourceName};
use crate::eval::refs;
use crate::render::Action;
use crate::run::Place;
use nuvola_hcl::{Diagnostic, Expr, ExprKind};
use nuvola_tf_lang::{Type, Value};

const MISSING: &str = "Configuration for import target does not exist";

impl Planner<'_> {
    /// Works out what `import` blocks want.
    pub fn collect_imports(&self) {
        let blocks = self.run.config.module.imports.clone();
        for block in &blocks {
            let place = Place::default();
            let expansion = self.expansion(None, block.for_each.as_ref(), &place);
            let Some(expansion) = expansion else { continue };
            for key in expansion.keys() {
                let place = Place { repetition: expansion.repetition(&key), ..Place::default() };
                let Some(instance) = self.import_target(&block.to, &place) else { continue };
                let (id, problems) = self.run.eval_as(&block.id, &Type::String, &place);
                if !self.run.accept(problems) {
                    continue;
                }
                let (id, _) = id.unmark_deep();
                match id.as_str() {
                    Some(id) if !id.is_empty() => {
                        self.imports.borrow_mut().insert(instance, id.to_owned());
                    }
                    Some(_) => self.bad_id("The import ID value evaluates to an empty string, please provide a non-empty value.", &block.id),
                    None if id.is_null() => self.bad_id("The import ID cannot be null.", &block.id),
                    None => self.bad_id("The import block \"id\" argument depends on resource attributes that cannot be determined until apply, so Terraform cannot plan to import this resource.", &block.id),
                }
            }
        }
    }

    fn bad_id(&self, detail: &str, expr: &Expr) {
        self.run.report([Diagnostic::error("Invalid import id argument", detail).at(expr.range)]);
    }

    /// The instance that an import goes to; its key may be an expression.
    fn import_target(&self, expr: &Expr, place: &Place) -> Option<ResourceInstance> {
        if let ExprKind::Index { collection, key, .. } = &expr.kind {
            let (key, problems) = self.run.eval(key, place);
            self.run.accept(problems);
            let key = match (key.as_str(), key.as_number().and_then(nuvola_tf_lang::Number::to_i64)) {
                (Some(text), _) => Key::Str(text.to_owned()),
                (None, Some(index)) => Key::Int(u64::try_from(index).ok()?),
                (None, None) => return None,
            };
            let base = self.import_target(collection, place)?;
            return Some(ResourceInstance { key, ..base });
        }
        let traversal = expr.as_traversal()?;
        match crate::parse_addr::target(traversal) {
            Ok(crate::addr::Target::Instance(instance)) => Some(instance),
            Ok(crate::addr::Target::Resource(module, resource)) => {
                Some(ResourceInstance::new(module, resource, Key::None))
            }
            Ok(crate::addr::Target::Module(_)) => None,
            Err(problem) => {
                self.run.report([problem]);
                None
            }
        }
    }

    /// Whether all imports into a resource go to instances that it has.
    pub fn import_instances_exist(
        &self,
        instances: &[ResourceInstance],
        resource: &ResourceInstance,
    ) -> bool {
        let mut fine = true;
        for instance in self.imports.borrow().keys() {
            let same = instance.module == resource.module && instance.resource == resource.resource;
            if same && !instances.contains(instance) {
                let detail = format!(
                    "The configuration for the given import {instance} does not exist. All target instances must have an associated configuration to be imported."
                );
                self.run.report([Diagnostic::error(MISSING, detail)]);
                fine = false;
            }
        }
        fine
    }

    /// What can be said of import targets before the walk: whether modules have them, and with which keys.
    pub fn check_import_targets(&self) {
        for block in &self.run.config.module.imports {
            let Some(Ok(target)) = block.to.as_traversal().map(crate::parse_addr::target) else { continue };
            let (module, resource, has_key) = match target {
                crate::addr::Target::Resource(module, resource) => (module, resource, false),
                crate::addr::Target::Instance(instance) => (instance.module, instance.resource, true),
                crate::addr::Target::Module(_) => continue,
            };
            let found = self.config(&module.path()).and_then(|node| node.module.resources.get(&resource));
            let problem = match found {
                None if !module.is_root() => {
                    let address = format!("{}{resource}", module.prefix());
                    let detail = format!(
                        "The configuration for the given import target {address} does not exist. All target instances must have an associated configuration to be imported."
                    );
                    Diagnostic::error(MISSING, detail)
                }
                Some(found) if !has_key && (found.count.is_some() || found.for_each.is_some()) => {
                    let which = if found.count.is_some() { "count" } else { "for_each" };
                    let detail = format!("The target resource is using {which}.");
                    Diagnostic::error("Invalid import 'to' expression", detail)
                }
                Some(_) | None => continue,
            };
            self.run.report([problem.at(block.to.range)]);
        }
    }

    /// Imports into what the root module does not have.
    pub fn missing_import_targets(&self) {
        let blocks = self.run.config.module.imports.clone();
        for block in &blocks {
            let traversals = refs::traversals(&block.to);
            let Some(traversal) = traversals.first() else { continue };
            let Ok(target) = crate::parse_addr::target(traversal) else { continue };
            let (module, resource): (ModuleInstance, ResourceName) = match target {
                crate::addr::Target::Resource(module, resource) => (module, resource),
                crate::addr::Target::Instance(instance) => (instance.module, instance.resource),
                crate::addr::Target::Module(_) => continue,
            };
            if !module.is_root() {
                continue;
            }
            let known =
                self.config(&module.path()).is_some_and(|node| node.module.resources.contains_key(&resource));
            if !known {
                let address = format!("{}{resource}", module.prefix());
                let detail = format!(
                    "The configuration for the given import target {address} does not exist. If you wish to automatically generate config for this resource, use the -generate-config-out option within terraform plan. Otherwise, make sure the target resource exists within your configuration. For example:\n\n  terraform plan -generate-config-out=generated.tf"
                );
                self.run.report([Diagnostic::error(MISSING, detail).at(block.to.range)]);
            }
        }
    }

    /// Objects that refreshing found different, where the plan's changes may come from that.
    pub fn find_drift(&self) {
        let state = self.state.borrow();
        let mut drift = Vec::new();
        for (instance, slot) in self.previous.instances() {
            let Some(old) = &slot.current else { continue };
            let new = state.object(&instance);
            if new.is_some_and(|new| new.attributes == old.attributes)
                || instance.resource.mode == crate::addr::Mode::Data
            {
                continue;
            }
            if self.moves.values().any(|from| *from == instance) {
                continue;
            }
            let provider = self
                .previous
                .resource(&instance)
                .map_or_else(String::new, |resource| resource.provider.clone());
            let Some(source) = crate::providers::resolve::source_of(&provider) else { continue };
            let Some(schema) = self.run.resource_schema(&source, &instance.resource) else { continue };
            let Ok(before) = old.value(&schema) else { continue };
            let after = new.and_then(|new| new.value(&schema).ok());
            let action = if after.is_some() { Action::Update } else { Action::Delete };
            let after = after.unwrap_or_else(|| Value::null(schema.block.implied_type()));
            let relevant = self.options.mode == PlanMode::RefreshOnly || self.is_relevant(&instance);
            if relevant && before != after {
                drift.push(Change {
                    address: instance.clone(),
                    previous_address: None,
                    deposed: None,
                    provider,
                    action,
                    reason: Reason::None,
                    before,
                    after,
                    requires_replace: Vec::new(),
                    private: Vec::new(),
                    importing: None,
                });
            }
        }
        self.plan.borrow_mut().drift = drift;
    }

    /// Whether a planned change may follow from what became of an object.
    fn is_relevant(&self, instance: &ResourceInstance) -> bool {
        let plan = self.plan.borrow();
        plan.changes.iter().filter(|change| change.action != Action::NoOp).any(|change| {
            change.address == *instance
                || self.dependencies_of(&change.address.config()).contains(&instance.config())
        })
    }
}
