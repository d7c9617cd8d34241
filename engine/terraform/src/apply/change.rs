//! Makes one change.

use super::Applier;
use crate::addr::Mode;
use crate::exec::with_ticks;
use crate::host::{EventAction, WorkflowEvent, seconds_since};
use crate::path;
use crate::plan::Change;
use crate::plan::instance::Subject;
use crate::plan::objchange::apply_problems;
use crate::plan::orphans::stand_in;
use crate::plan::refresh::id_of;
use crate::provider::{ApplyRequest, ApplyResponse};
use crate::render::Action;
use crate::state::Object;
use crate::ui::Progress;
use nuvola_hcl::Diagnostic;
use nuvola_hcl::text::quote;
use nuvola_tf_lang::{Marks, Value};

/// How often a long change says that it still works.
const TICK_MS: u64 = 10_000;

fn event_action(action: Action) -> EventAction {
    match action {
        Action::NoOp => EventAction::NoOp,
        Action::Create => EventAction::Create,
        Action::Read => EventAction::Read,
        Action::Update => EventAction::Update,
        Action::Delete => EventAction::Delete,
        Action::DeleteThenCreate | Action::CreateThenDelete => EventAction::Replace,
        Action::Forget => EventAction::Forget,
    }
}

/// How the plan names its changes to a live picture.
#[must_use]
pub fn planned_event(changes: &[Change]) -> WorkflowEvent {
    let changes = changes.iter().map(|change| crate::host::PlannedAction {
        address: change.address.to_string(),
        action: event_action(change.action),
    });
    WorkflowEvent::Planned { changes: changes.collect() }
}

impl Applier<'_> {
    /// Creates or updates an object, or reads a data source.
    pub async fn create_or_update(&self, change: &Change) -> bool {
        let planner = self.planner;
        let config = change.address.config();
        let node = planner.config(&config.module);
        let Some(resource) = node.and_then(|node| node.module.resources.get(&config.resource)).cloned()
        else {
            return true;
        };
        let Some(subject) = planner.subject_for(&config, &resource) else { return false };
        if planner.expand_for(&subject, &change.address.module).is_none() {
            return false;
        }
        if let Some(id) = &change.importing {
            planner.ui.progress(Progress::Importing { address: change.address.clone(), id: id.clone() });
            planner.ui.progress(Progress::Imported { address: change.address.clone(), id: id.clone() });
            self.count(|counts| counts.imported += 1);
        }
        if change.action == Action::NoOp {
            return self.keep(&subject, change);
        }
        if resource.name.mode == Mode::Data {
            return self.read(&subject, change).await;
        }
        self.make(&subject, change).await
    }

    /// An object that stays as it is still gets its dependencies and marks of today.
    fn keep(&self, subject: &Subject<'_>, change: &Change) -> bool {
        let planner = self.planner;
        let object = planner.state.borrow().object(&change.address).cloned();
        if let Some(object) = object {
            let object = self.finished(subject, object);
            planner.remember(&change.address, &change.after, &subject.schema);
            planner.state.borrow_mut().set_object(&change.address, &change.provider, Some(object));
        }
        let place = planner.place_of(&change.address);
        planner.recheck(subject, &change.address, &place)
            && planner.postcheck(subject, &change.address, &place)
    }

    fn finished(&self, subject: &Subject<'_>, object: Object) -> Object {
        let dependencies = self.planner.dependencies_of(&subject.config);
        let create_before_destroy = self.planner.create_first.contains(&subject.config);
        Object { dependencies, create_before_destroy, ..object }
    }

    async fn read(&self, subject: &Subject<'_>, change: &Change) -> bool {
        let planner = self.planner;
        let place = planner.place_of(&change.address);
        let (config, problems) = planner.block_value(subject, &place);
        if !planner.run.accept(problems) {
            return false;
        }
        let marks = path::marked_paths(&config, Marks::SENSITIVE);
        let (plain, _) = config.unmark_deep();
        match planner.read_data(subject, &change.address, plain, &marks).await {
            Some(value) => {
                planner.remember(&change.address, &value, &subject.schema);
                self.save();
                planner.postcheck(subject, &change.address, &place)
            }
            None => false,
        }
    }

    async fn make(&self, subject: &Subject<'_>, change: &Change) -> bool {
        let planner = self.planner;
        let address = &change.address;
        let place = planner.place_of(address);
        if !planner.recheck(subject, address, &place) {
            return false;
        }
        let (config, problems) = planner.block_value(subject, &place);
        if !planner.run.accept(problems) {
            return false;
        }
        let marks = path::marked_paths(&config, Marks::SENSITIVE);
        let (config, _) = config.unmark_deep();
        let updates = change.action == Action::Update;
        let null = Value::null(subject.schema.block.implied_type());
        let prior = if updates { change.before.clone().unmark_deep().0 } else { null.clone() };
        let private = if updates { change.private.clone() } else { Vec::new() };
        let Some(planned) = planner.ask_again(subject, &address.to_string(), &prior, &config, private).await
        else {
            return false;
        };
        let deposed = (change.action == Action::CreateThenDelete).then(|| self.depose(change)).flatten();
        let shown = if updates { Action::Update } else { Action::Create };
        let id = updates.then(|| id_of(&change.before)).flatten();
        let started = self.start(change, None, shown, id.clone());
        let request = ApplyRequest {
            type_name: subject.resource.name.kind.clone(),
            prior: prior.clone(),
            planned: planned.planned.clone(),
            config,
            private: planned.private,
        };
        let tick = |elapsed_s| {
            let (address, id) = (address.clone(), id.clone());
            planner.ui.progress(Progress::StillWorking { address, action: shown, id, elapsed_s });
        };
        let response =
            with_ticks(subject.provider.apply_resource(request), &*planner.run.host, TICK_MS, tick).await;
        let fine = self.check_result(subject, change, &planned.planned, &response);
        let new = response.new_state.clone();
        let marked =
            marks.iter().fold(new.clone(), |value, path| path::mark_at(&value, path, Marks::SENSITIVE));
        let mut object = if new.is_null() { None } else { Object::from_value(&marked, &subject.schema) };
        if let Some(object) = &mut object {
            object.private.clone_from(&response.private);
            *object = self.finished(subject, object.clone());
            object.tainted = !fine && !updates;
        }
        if object.is_none() && !fine && updates {
            object = planner.state.borrow().object(address).cloned();
        }
        let created = object.is_some();
        planner.state.borrow_mut().set_object(address, &change.provider, object);
        if !created && let Some(key) = &deposed {
            self.restore(change, key);
        }
        if !fine {
            self.fail(change, shown, started);
            return false;
        }
        planner.remember(address, &marked, &subject.schema);
        if !updates && !self.provision(subject, change, &marked, false).await {
            self.taint(change);
            self.fail(change, shown, started);
            return false;
        }
        self.finish(change, shown, id_of(&new).or(id), started);
        self.count(|counts| if updates { counts.changed += 1 } else { counts.added += 1 });
        planner.postcheck(subject, address, &place)
    }

    fn start(&self, change: &Change, deposed: Option<String>, action: Action, id: Option<String>) -> i64 {
        let address = change.address.clone();
        let host = &self.planner.run.host;
        host.on_event(WorkflowEvent::Started { address: address.to_string(), action: event_action(action) });
        self.planner.ui.progress(Progress::Started { address, deposed, action, id });
        host.now_ms()
    }

    fn finish(&self, change: &Change, action: Action, id: Option<String>, started: i64) {
        let address = change.address.clone();
        let host = &self.planner.run.host;
        let elapsed_s = seconds_since(&**host, started);
        self.planner.ui.progress(Progress::Finished {
            address: address.clone(),
            action,
            id: id.clone(),
            elapsed_s,
        });
        self.save();
        host.on_event(WorkflowEvent::Finished {
            address: address.to_string(),
            action: event_action(action),
            id,
        });
    }

    fn fail(&self, change: &Change, action: Action, started: i64) {
        let address = change.address.clone();
        let host = &self.planner.run.host;
        let elapsed_s = seconds_since(&**host, started);
        self.planner.ui.progress(Progress::Failed { address: address.clone(), action, elapsed_s });
        self.save();
        host.on_event(WorkflowEvent::Failed { address: address.to_string(), action: event_action(action) });
    }

    fn taint(&self, change: &Change) {
        let mut state = self.planner.state.borrow_mut();
        if let Some(object) = state.instance_mut(&change.address).and_then(|slot| slot.current.as_mut()) {
            object.tainted = true;
        }
    }

    /// Puts the current object aside, and gives the key under which it is now.
    fn depose(&self, change: &Change) -> Option<String> {
        let mut bytes = [0; 4];
        self.planner.run.host.random_bytes(&mut bytes);
        let key: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut state = self.planner.state.borrow_mut();
        let slot = state.instance_mut(&change.address)?;
        let object = slot.current.take()?;
        slot.deposed.insert(key.clone(), object);
        Some(key)
    }

    fn restore(&self, change: &Change, key: &str) {
        let mut state = self.planner.state.borrow_mut();
        if let Some(slot) = state.instance_mut(&change.address) {
            slot.current = slot.deposed.remove(key);
        }
    }

    /// Reports the provider's problems and what it did otherwise than planned.
    fn check_result(
        &self,
        subject: &Subject<'_>,
        change: &Change,
        planned: &Value,
        response: &ApplyResponse,
    ) -> bool {
        let planner = self.planner;
        let address = change.address.to_string();
        if !planner.provider_problems(subject, &address, &response.diagnostics) {
            return false;
        }
        let name = quote(&subject.abs.source.to_string());
        const BUG: &str =
            "This is a bug in the provider, which should be reported in the provider's own issue tracker.";
        if response.new_state.is_null() {
            let detail = format!(
                "After applying this test step, the provider {name} returned no object for {address}. {BUG}"
            );
            planner
                .run
                .report([Diagnostic::error("Provider produced inconsistent result after apply", detail)]);
            return false;
        }
        if !response.new_state.is_wholly_known() {
            let detail = format!(
                "After the apply operation, the provider still indicated an unknown value for {address}. All values must be known after apply, so this is always a bug in the provider and should be reported in the provider's own repository. Terraform will still save the other known object values in the state."
            );
            planner
                .run
                .report([Diagnostic::error("Provider returned invalid result object after apply", detail)]);
            return false;
        }
        let problems = apply_problems(planned, &response.new_state);
        if response.legacy_type_system || problems.is_empty() {
            return true;
        }
        planner.run.report(problems.iter().map(|problem| {
            let detail = format!("When applying changes to {address}, provider {name} produced an unexpected new value: {problem}.\n\n{BUG}");
            Diagnostic::error("Provider produced inconsistent result after apply", detail)
        }));
        false
    }

    /// Destroys an object, or only forgets it.
    pub async fn destroy(&self, change: &Change) -> bool {
        let planner = self.planner;
        let address = &change.address;
        let deposed = match (&change.deposed, change.action) {
            (None, Action::CreateThenDelete) => self.deposed_key(change),
            (deposed, _) => deposed.clone(),
        };
        if change.action == Action::Forget {
            planner.state.borrow_mut().remove(address);
            self.count(|counts| counts.forgotten += 1);
            self.save();
            return true;
        }
        let stand_in = planner.configured(address).unwrap_or_else(|| {
            let provisioners = planner.removed_provisioners(address);
            crate::config::Resource { provisioners, ..stand_in(address) }.into()
        });
        let Some(subject) = planner.stored_subject(address, &stand_in) else { return false };
        let object = {
            let state = planner.state.borrow();
            let slot = state.instance(address);
            match &deposed {
                Some(key) => slot.and_then(|slot| slot.deposed.get(key).cloned()),
                None => slot.and_then(|slot| slot.current.clone()),
            }
        };
        let Some(object) = object else { return true };
        let prior = object.value(&subject.schema).unwrap_or_else(|_| change.before.clone());
        let id = id_of(&prior);
        let started = self.start(change, deposed.clone(), Action::Delete, id.clone());
        if deposed.is_none() && !self.provision(&subject, change, &prior, true).await {
            self.fail(change, Action::Delete, started);
            return false;
        }
        let null = Value::null(subject.schema.block.implied_type());
        let request = ApplyRequest {
            type_name: address.resource.kind.clone(),
            prior: prior.unmark_deep().0,
            planned: null.clone(),
            config: null,
            private: object.private.clone(),
        };
        let tick = |elapsed_s| {
            let (address, id) = (address.clone(), id.clone());
            planner.ui.progress(Progress::StillWorking { address, action: Action::Delete, id, elapsed_s });
        };
        let response =
            with_ticks(subject.provider.apply_resource(request), &*planner.run.host, TICK_MS, tick).await;
        let fine = planner.provider_problems(&subject, &address.to_string(), &response.diagnostics);
        let gone = response.new_state.is_null();
        if fine && gone {
            let mut state = planner.state.borrow_mut();
            match &deposed {
                Some(key) => state.set_deposed(address, key, None),
                None => state.set_object(address, &change.provider, None),
            }
            drop(state);
            self.finish(change, Action::Delete, None, started);
            self.count(|counts| counts.destroyed += 1);
            return true;
        }
        if fine {
            let detail = format!(
                "After applying a destroy plan, the provider returned an object for {address}, which should be gone."
            );
            planner
                .run
                .report([Diagnostic::error("Provider returned invalid result object after apply", detail)]);
        }
        self.fail(change, Action::Delete, started);
        false
    }

    fn deposed_key(&self, change: &Change) -> Option<String> {
        let state = self.planner.state.borrow();
        state.instance(&change.address)?.deposed.keys().next().cloned()
    }
}
