//! Objects that are to go: what the configuration no longer has, and everything when destroying.

use super::instance::{Subject, prevent_destroy};
use super::planner::Planner;
use super::{Change, Reason};
use crate::addr::{Key, Mode, ResourceInstance};
use crate::config::{Lifecycle, Resource};
use crate::providers::resolve::{AbsProvider, source_of};
use crate::render::Action;
use crate::run::Expansion;
use crate::state::Object;
use nuvola_hcl::{Diagnostic, Range};
use nuvola_tf_lang::Value;

impl Planner<'_> {
    /// Plans for all instances of the state that the configuration does not want.
    pub async fn plan_orphans(&self) -> bool {
        let mut fine = true;
        for instance in self.stored() {
            if let Some(reason) = self.orphan_reason(&instance)
                && self.is_targeted_for_removal(&instance)
            {
                fine &= self.plan_orphan(&instance, reason).await;
            }
            fine &= self.plan_deposed(&instance).await;
        }
        fine
    }

    fn stored(&self) -> Vec<ResourceInstance> {
        self.state.borrow().instances().into_iter().map(|(instance, _)| instance).collect()
    }

    fn is_targeted_for_removal(&self, instance: &ResourceInstance) -> bool {
        let targets = &self.options.targets;
        targets.is_empty() || targets.iter().any(|target| target.contains(instance))
    }

    /// Why the configuration has no such instance.
    fn orphan_reason(&self, instance: &ResourceInstance) -> Option<Reason> {
        let path = instance.module.path();
        let Some(node) = self.config(&path) else { return Some(Reason::NoResourceConfig) };
        if !node.module.resources.contains_key(&instance.resource) {
            let moved = self.moves.contains_key(instance);
            return Some(if moved { Reason::NoMoveTarget } else { Reason::NoResourceConfig });
        }
        let values = self.run.values.borrow();
        for at in 0..instance.module.0.len() {
            let (name, key) = &instance.module.0[at];
            let parent = crate::addr::ModuleInstance(instance.module.0[..at].to_vec());
            match values.modules.get(&(parent, name.clone())) {
                Some(expansion) if expansion.keys().contains(key) => {}
                Some(_) => return Some(Reason::NoModule),
                None => return None,
            }
        }
        let key = (instance.module.clone(), instance.resource.clone());
        let expansion = values.expansions.get(&key)?;
        if expansion.keys().contains(&instance.key) {
            return None;
        }
        Some(match (expansion, &instance.key) {
            (Expansion::Count(_), Key::Int(_)) => Reason::CountIndex,
            (Expansion::ForEach(_), Key::Str(_)) => Reason::EachKey,
            (
                Expansion::Single | Expansion::Count(_) | Expansion::ForEach(_) | Expansion::Unknown { .. },
                _,
            ) => Reason::WrongRepetition,
        })
    }

    /// A stored instance as a subject: with its own configuration, or a stand-in without any.
    #[must_use]
    pub fn stored_subject<'s>(
        &self,
        instance: &ResourceInstance,
        stand_in: &'s Resource,
    ) -> Option<Subject<'s>> {
        let address = self.state.borrow().resource(instance).map(|resource| resource.provider.clone())?;
        let source = source_of(&address)?;
        let alias = address.rsplit_once("\"].").map(|(_, alias)| alias.to_owned());
        let module = address.split("provider[").next().unwrap_or_default().trim_end_matches('.');
        let module = match crate::parse_addr::from_text(module) {
            Ok(crate::addr::Target::Module(module)) => module.path(),
            Ok(_) | Err(_) => Vec::new(),
        };
        let local_name = source.name.clone();
        let abs = AbsProvider { module, source, alias, local_name };
        let Some(provider) = self.run.provider(&address) else {
            let detail = format!("The state refers to {address}, which is not available here.");
            self.run.report([Diagnostic::error("Missing required provider", detail)]);
            return None;
        };
        let schema = self.run.resource_schema(&abs.source, &instance.resource)?;
        Some(Subject { resource: stand_in, config: instance.config(), abs, provider, schema })
    }

    async fn plan_orphan(&self, instance: &ResourceInstance, reason: Reason) -> bool {
        if instance.resource.mode == Mode::Data {
            self.state.borrow_mut().remove(instance);
            return true;
        }
        let stand_in = stand_in(instance);
        let Some(subject) = self.stored_subject(instance, &stand_in) else { return true };
        // What is only to be forgotten is left alone.
        let removed = self.removed_without_destroy(instance);
        if !removed && !self.options.skip_refresh && !self.refresh(&subject, instance).await {
            return false;
        }
        if self.refresh_only || self.state.borrow().object(instance).is_none() {
            return true;
        }
        let action = if removed { Action::Forget } else { Action::Delete };
        let reason = if removed { Reason::None } else { reason };
        self.plan_removal(&subject, instance, None, action, reason)
    }

    /// Whether a `removed` block wants the object left alone.
    fn removed_without_destroy(&self, instance: &ResourceInstance) -> bool {
        self.run.config.all().iter().any(|node| {
            node.module.removed.iter().any(|removed| !removed.destroy && removed.from.contains(instance))
        })
    }

    /// What a `removed` block wants to run when the object is destroyed.
    #[must_use]
    pub fn removed_provisioners(&self, instance: &ResourceInstance) -> Vec<crate::config::Provisioner> {
        let nodes = self.run.config.all();
        let blocks = nodes.iter().flat_map(|node| &node.module.removed);
        blocks
            .filter(|removed| removed.from.contains(instance))
            .flat_map(|removed| removed.provisioners.clone())
            .collect()
    }

    async fn plan_deposed(&self, instance: &ResourceInstance) -> bool {
        if self.refresh_only {
            return true;
        }
        let keys: Vec<String> = self
            .state
            .borrow()
            .instance(instance)
            .map_or_else(Vec::new, |slot| slot.deposed.keys().cloned().collect());
        let mut fine = true;
        for key in keys {
            let stand_in = stand_in(instance);
            if let Some(subject) = self.stored_subject(instance, &stand_in) {
                fine &= self.plan_removal(&subject, instance, Some(key), Action::Delete, Reason::None);
            }
        }
        fine
    }

    fn plan_removal(
        &self,
        subject: &Subject<'_>,
        instance: &ResourceInstance,
        deposed: Option<String>,
        action: Action,
        reason: Reason,
    ) -> bool {
        let object: Option<Object> = {
            let state = self.state.borrow();
            let slot = state.instance(instance);
            match &deposed {
                Some(key) => slot.and_then(|slot| slot.deposed.get(key).cloned()),
                None => slot.and_then(|slot| slot.current.clone()),
            }
        };
        let Some(object) = object else { return true };
        let before = match object.value(&subject.schema) {
            Ok(before) => before,
            Err(error) => {
                self.run.report([Diagnostic::error(
                    "Failed to decode resource from state",
                    format!("Error decoding {instance} from prior state: {error}"),
                )]);
                return false;
            }
        };
        let after = Value::null(subject.schema.block.implied_type());
        self.plan.borrow_mut().changes.push(Change {
            address: instance.clone(),
            previous_address: self.moves.get(instance).cloned(),
            deposed,
            provider: self
                .state
                .borrow()
                .resource(instance)
                .map_or_else(String::new, |resource| resource.provider.clone()),
            action,
            reason,
            before,
            after,
            requires_replace: Vec::new(),
            private: object.private,
            importing: None,
        });
        true
    }

    /// Plans to remove everything, or what the targets name and all that depends on it.
    pub fn plan_destroy(&self) -> bool {
        let mut fine = true;
        for instance in self.stored() {
            if !self.is_destroyed(&instance) {
                continue;
            }
            if instance.resource.mode == Mode::Data {
                continue;
            }
            let config = self
                .config(&instance.module.path())
                .and_then(|node| node.module.resources.get(&instance.resource))
                .cloned();
            if let Some(resource) = config.filter(|resource| resource.lifecycle.prevent_destroy) {
                self.run.report([prevent_destroy(&instance.to_string(), &resource)]);
                fine = false;
                continue;
            }
            let stand_in = stand_in(&instance);
            let Some(subject) = self.stored_subject(&instance, &stand_in) else { continue };
            let mut removals = vec![None];
            let state = self.state.borrow();
            removals.extend(
                state.instance(&instance).into_iter().flat_map(|slot| slot.deposed.keys().cloned().map(Some)),
            );
            drop(state);
            for deposed in removals {
                fine &= self.plan_removal(&subject, &instance, deposed, Action::Delete, Reason::None);
            }
        }
        fine
    }

    fn is_destroyed(&self, instance: &ResourceInstance) -> bool {
        if self.is_targeted_for_removal(instance) {
            return true;
        }
        let state = self.state.borrow();
        let Some(object) = state.object(instance) else { return false };
        object
            .dependencies
            .iter()
            .any(|dependency| self.options.targets.iter().any(|target| target.may_contain(dependency)))
    }
}

/// A resource of which nothing is configured.
#[must_use]
pub fn stand_in(instance: &ResourceInstance) -> Resource {
    Resource {
        name: instance.resource.clone(),
        body: nuvola_hcl::Body::default(),
        body_start: Range::default(),
        count: None,
        for_each: None,
        depends_on: Vec::new(),
        provider: None,
        lifecycle: Lifecycle::default(),
        preconditions: Vec::new(),
        postconditions: Vec::new(),
        provisioners: Vec::new(),
        range: Range { file: nuvola_hcl::FileId(u32::MAX), ..Range::default() },
        type_range: Range::default(),
        check: None,
    }
}
