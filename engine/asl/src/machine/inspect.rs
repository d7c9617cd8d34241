//! TestState: one state, and what happens to the data on its way through it.

use super::failing::{catcher_of, delay, retrier_of};
use super::{Host, Machine, Outcome, Phase, Thread, Trouble, World};
use crate::Data;
use crate::definition::{Kind, State, StateId};
use crate::history::Failure;
use serde::{Deserialize, Serialize};

/// What was seen of a state that is tested.
///
/// **Source**: Step Functions API Reference, "InspectionData".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    pub after_input_path: Option<Data>,
    pub after_parameters: Option<Data>,
    pub after_arguments: Option<Data>,
    pub after_items_path: Option<Data>,
    pub after_items: Option<Data>,
    pub result: Option<Data>,
    pub after_result_selector: Option<Data>,
    pub after_result_path: Option<Data>,
    pub max_concurrency: Option<i64>,
    pub tolerated_count: Option<f64>,
    pub tolerated_percentage: Option<f64>,
    /// The state that would be next.
    pub next: Option<StateId>,
    /// The failure that a retrier or a catcher saw.
    pub failure: Option<Failure>,
    /// The catcher that caught it.
    pub catch_index: Option<usize>,
    /// The retrier that would try again, and how long it would wait.
    pub retry: Option<(usize, f64)>,
    /// The result is given, so that nothing is called.
    pub mocked: bool,
    /// How often the state was tried before.
    pub retry_count: u32,
}

impl Machine {
    /// Makes this execution the test of its first state.
    pub fn inspect_state(&mut self, state: StateId, inspection: Inspection) {
        for thread in self.threads.values_mut() {
            thread.state = state;
        }
        self.inspection = Some(Box::new(inspection));
    }

    pub fn inspection(&self) -> Option<&Inspection> {
        self.inspection.as_deref()
    }

    /// The result of a mock.
    pub fn mocked<H: Host>(&mut self, world: World<'_>, host: &mut H, answer: Result<Data, Failure>) {
        let Some((&id, _)) = self.threads.iter().next() else { return };
        let Some(mut thread) = self.threads.remove(&id) else { return };
        thread.phase = Phase::Execute;
        let state = world.definition.state(thread.state);
        let result = match answer {
            Ok(result) => self.leave_with_result(world, host, &mut thread, state, result),
            Err(failure) => Err(Trouble::told(failure)),
        };
        self.settle(world, host, id, thread, result);
    }

    pub(super) fn inspect(&mut self, note: impl FnOnce(&mut Inspection)) {
        if let Some(inspection) = &mut self.inspection {
            note(inspection);
        }
    }

    pub(super) fn inspected_next(&mut self, next: StateId) {
        self.inspect(|inspection| inspection.next = Some(next));
    }

    /// Whether the test has a mock in place of the call.
    pub(super) fn is_mocked(&self) -> bool {
        self.inspection.as_ref().is_some_and(|inspection| inspection.mocked)
    }

    /// What a failure means to a test: `true`, if that ends it.
    pub(super) fn inspect_failure<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        state: &State,
        trouble: &Trouble,
    ) -> bool {
        let Some(inspection) = &mut self.inspection else { return false };
        // Failures inside a Parallel or Map state are not the tested state's yet.
        if thread.parent.is_some() {
            return false;
        }
        inspection.failure = Some(trouble.failure.clone());
        if let Some((at, retrier)) = retrier_of(state, trouble)
            && inspection.retry_count < retrier.max_attempts
        {
            inspection.retry = Some((at, delay(retrier, inspection.retry_count)));
            self.finish(host, thread.previous, Outcome::Failed(trouble.failure.clone()));
            return true;
        }
        let Some((at, catcher)) = catcher_of(state, trouble) else { return false };
        inspection.catch_index = Some(at);
        inspection.next = catcher.next;
        let _ = world;
        false
    }

    pub(super) fn waits_for_mock(&self, state: &State) -> bool {
        self.is_mocked() && matches!(state.kind, Kind::Task(_) | Kind::Parallel { .. } | Kind::Map(_))
    }
}
