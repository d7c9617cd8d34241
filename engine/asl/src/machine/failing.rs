//! Failures: who tries again, who catches, and how far up the rest goes.

use super::flow::Leaving;
use super::{Action, Host, Machine, Outcome, Phase, Step, Thread, Trouble, TroubleKind, World};
use crate::definition::{Catcher, Flow, Kind, QueryLanguage, Recipe, Retrier, State};
use crate::history::{DATA_LIMIT, Failure, HEARTBEAT_TIMEOUT, QUERY_EVALUATION, RUNTIME, TIMEOUT, What};
use serde_json::{Map, Value};
use std::sync::Arc;

/// What retriers wait at most where they do not say.
const MAX_DELAY_S: f64 = 31_622_400.0;

impl Machine {
    /// A failure of a thread's state: tried again, caught, or handed up to the state around it.
    ///
    /// Written as a loop, so that the depth of states costs no stack.
    pub(super) fn fail<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        id: u32,
        thread: Thread,
        trouble: Trouble,
    ) {
        let (mut id, mut thread, mut trouble) = (id, thread, trouble);
        // Whether parts of the state failed and not the state itself.
        let mut from_inside = false;
        loop {
            let state = world.definition.state(thread.state);
            self.tell_evaluation(host, &mut thread, &trouble);
            if self.inspect_failure(world, host, &mut thread, state, &trouble) {
                return;
            }
            if self.try_again(host, id, &mut thread, state, &trouble) {
                self.threads.insert(id, thread);
                return;
            }
            match self.catch(world, host, &mut thread, state, &trouble) {
                Ok(true) => return self.settle(world, host, id, thread, Ok(())),
                Ok(false) => {}
                Err(other) => {
                    trouble = other;
                    self.tell_evaluation(host, &mut thread, &trouble);
                }
            }
            let told = from_inside || trouble.failure.name() != RUNTIME;
            match &state.kind {
                Kind::Map(_) if told => {
                    self.log(host, &mut thread, What::MapFailed);
                }
                Kind::Parallel { .. } if told => {
                    self.log(host, &mut thread, What::ParallelFailed);
                }
                Kind::Map(_)
                | Kind::Parallel { .. }
                | Kind::Pass { .. }
                | Kind::Task(_)
                | Kind::Choice { .. }
                | Kind::Wait(_)
                | Kind::Succeed
                | Kind::Fail { .. } => {}
            }
            let Some((parent, part)) = thread.parent else {
                self.failed = vec![(id, thread.clone())];
                return self.finish(host, thread.previous, Outcome::Failed(trouble.failure));
            };
            let Some(mut outer) = self.threads.remove(&parent) else { return };
            self.part_failed(world, host, parent, &mut outer, part, thread.previous);
            outer.previous = thread.previous;
            trouble = Trouble::told(trouble.failure);
            from_inside = true;
            (id, thread) = (parent, outer);
        }
    }

    /// What a failed expression leaves in the history.
    fn tell_evaluation<H: Host>(&mut self, host: &H, thread: &mut Thread, trouble: &Trouble) {
        let TroubleKind::Evaluation { location } = &trouble.kind else { return };
        // The entry of the state is passed over, as the service does.
        let previous = if thread.previous == thread.entered { thread.before } else { thread.previous };
        let what = What::EvaluationFailed {
            state: thread.state,
            failure: trouble.failure.clone(),
            location: location.clone(),
        };
        thread.previous = self.push(host.now_ms(), previous, what);
    }

    fn try_again<H: Host>(
        &mut self,
        host: &mut H,
        id: u32,
        thread: &mut Thread,
        state: &State,
        trouble: &Trouble,
    ) -> bool {
        let Some((at, retrier)) = retrier_of(state, trouble) else { return false };
        thread.attempts.resize(state.retry.len(), 0);
        if thread.attempts[at] >= retrier.max_attempts {
            return false;
        }
        let delay_s = delay(retrier, thread.attempts[at]);
        let delay_s = if retrier.full_jitter { delay_s * random(host) } else { delay_s };
        thread.attempts[at] += 1;
        thread.retries += 1;
        thread.token = None;
        thread.serial += 1;
        thread.phase = Phase::RetryWait;
        let due_ms = host.now_ms().saturating_add((delay_s * 1000.0) as i64);
        host.act(Action::Timer { thread: id, serial: thread.serial, due_ms });
        true
    }

    fn catch<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        state: &State,
        trouble: &Trouble,
    ) -> Step<bool> {
        let Some((_, catcher)) = catcher_of(state, trouble) else { return Ok(false) };
        let error = Arc::new(error_output(&trouble.failure));
        match state.query {
            QueryLanguage::Jsonata => {
                let flow = catcher_flow(catcher);
                let leaving = Leaving {
                    flow: &flow,
                    default: error.clone(),
                    result: None,
                    error: Some(&error),
                    next: catcher.next,
                };
                self.leave_jsonata(world, host, thread, leaving)?;
            }
            QueryLanguage::JsonPath => {
                let assigned = self.assign(world, host, thread, catcher.assign.as_ref(), &error)?;
                let output = self.result_path(world, thread, &catcher.result_path, error)?;
                self.exit(host, thread, output, assigned, catcher.next)?;
            }
        }
        Ok(true)
    }

    /// Ends a thread and everything inside it, because a part beside it failed or the state is over.
    pub(super) fn drop_thread<H: Host>(&mut self, host: &mut H, id: u32) -> Option<Thread> {
        let root = self.threads.remove(&id)?;
        let mut inside = vec![(id, root.clone())];
        while let Some((id, thread)) = inside.pop() {
            match &thread.phase {
                Phase::Task(running) => {
                    self.tasks.remove(&running.task);
                    host.act(Action::Drop { task: running.task });
                }
                Phase::MapRun { task } => {
                    self.tasks.remove(task);
                    host.act(Action::Drop { task: *task });
                }
                Phase::Children(_) => {
                    let parts: Vec<u32> = self
                        .threads
                        .iter()
                        .filter(|(_, other)| other.parent.is_some_and(|(parent, _)| parent == id))
                        .map(|(part, _)| *part)
                        .collect();
                    for part in parts {
                        if let Some(thread) = self.threads.remove(&part) {
                            inside.push((part, thread));
                        }
                    }
                }
                Phase::Enter | Phase::Execute | Phase::Waiting | Phase::RetryWait | Phase::Done => {}
            }
        }
        Some(root)
    }
}

/// `{"Error": .., "Cause": ..}`: what a catcher hands on; what is not known is an empty text.
pub(super) fn error_output(failure: &Failure) -> Value {
    let text = |text: &Option<Arc<str>>| Value::from(text.as_deref().unwrap_or_default());
    let mut map = Map::new();
    map.insert("Error".into(), text(&failure.error));
    map.insert("Cause".into(), text(&failure.cause));
    Value::Object(map)
}

/// The first retrier for a failure, and its place.
pub(super) fn retrier_of<'s>(state: &'s State, trouble: &Trouble) -> Option<(usize, &'s Retrier)> {
    let is_task = matches!(state.kind, Kind::Task(_));
    state.retry.iter().enumerate().find(|(_, retrier)| matches(&retrier.errors, trouble, is_task))
}

pub(super) fn catcher_of<'s>(state: &'s State, trouble: &Trouble) -> Option<(usize, &'s Catcher)> {
    let is_task = matches!(state.kind, Kind::Task(_));
    state.catch.iter().enumerate().find(|(_, catcher)| matches(&catcher.errors, trouble, is_task))
}

/// Whether `ErrorEquals` has the failure's name.
///
/// **Source**: Step Functions Developer Guide, "Handling errors in Step Functions workflows": `States.ALL` leaves
/// out `States.DataLimitExceeded` and `States.Runtime`, `States.TaskFailed` is any failure of a task but a timeout.
fn matches(errors: &[Box<str>], trouble: &Trouble, is_task: bool) -> bool {
    let name = trouble.failure.name();
    if name == RUNTIME {
        return false;
    }
    errors.iter().any(|wanted| match &**wanted {
        "States.ALL" => name != DATA_LIMIT,
        "States.TaskFailed" => is_task && name != TIMEOUT && name != QUERY_EVALUATION && name != DATA_LIMIT,
        HEARTBEAT_TIMEOUT => name == HEARTBEAT_TIMEOUT || trouble.kind == TroubleKind::Heartbeat,
        wanted => wanted == name,
    })
}

/// How long a retrier waits before its next attempt, in seconds.
pub(super) fn delay(retrier: &Retrier, attempts: u32) -> f64 {
    let most = retrier.max_delay_s.map_or(MAX_DELAY_S, |seconds| seconds as f64);
    let mut delay = retrier.interval_s as f64;
    for _ in 0..attempts {
        delay *= retrier.backoff_rate;
        if delay >= most {
            break;
        }
    }
    delay.min(most)
}

impl Machine {
    /// Where in the definition a failure is: the words before each text.
    pub(super) fn located(&self, world: World<'_>, thread: &Thread, text: &str) -> String {
        let name = &world.definition.state(thread.state).name;
        match self.inspection.is_some() {
            true => text.to_owned(),
            false => format!(
                "An error occurred while executing the state '{name}' (entered at the event id #{}). {text}",
                thread.entered
            ),
        }
    }

    pub(super) fn runtime(&self, world: World<'_>, thread: &Thread, text: &str) -> Trouble {
        Trouble::told(Failure::runtime(self.located(world, thread, text)))
    }

    pub(super) fn evaluation(
        &self,
        world: World<'_>,
        thread: &Thread,
        location: Option<&str>,
        text: &str,
    ) -> Trouble {
        Trouble {
            failure: Failure::new(QUERY_EVALUATION, self.located(world, thread, text)),
            kind: TroubleKind::Evaluation { location: location.map(Box::from) },
        }
    }
}

fn catcher_flow(catcher: &Catcher) -> Flow {
    let assign: Option<Recipe> = catcher.assign.clone();
    Flow { output: catcher.output.clone(), assign, ..Flow::default() }
}

/// A number from 0 up to, but not including, 1.
fn random<H: Host>(host: &mut H) -> f64 {
    const PARTS: u64 = 1 << 53;
    host.draws().below(PARTS) as f64 / PARTS as f64
}
