//! The interpreter: a pure, serialisable state machine that runs one execution.
//!
//! Events come in ([`Machine::start`], [`Machine::answered`], [`Machine::fired`], [`Machine::abort`]); history
//! events are kept in [`Machine::events`], and wishes leave as [`Action`]s through the [`Host`]. Branches and
//! iterations are threads in a list, stepped in turns, so that no definition can make the stack overflow.

mod execute;
mod failing;
mod flow;
mod inspect;
mod map_run;
mod nested;
mod task;

#[cfg(test)]
mod tests;

pub use inspect::Inspection;
pub use map_run::{MapRunCall, too_many_failures};

use crate::definition::{Definition, MachineId, StateId};
use crate::history::{Event, Failure, What};
use crate::{Data, Draws, Variables};
use nested::Children;
use nuvola_kernel::Map;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Arc;

/// The quota on the events of a Standard execution.
/// **Source**: Step Functions Developer Guide, "Service quotas".
pub const MAX_EVENTS: usize = 25_000;
/// The quota on a state's input and output.
pub const MAX_DATA_BYTES: usize = 262_144;

/// What the interpreter asks of its surroundings.
pub trait Host {
    fn now_ms(&self) -> i64;
    /// Where ids, tokens and random numbers are drawn from.
    fn draws(&mut self) -> &mut Draws;
    /// A name for a map run of a state, as its ARN ends.
    fn map_run_arn(&mut self, label: Option<&str>) -> Arc<str>;
    fn act(&mut self, action: Action);
}

/// What does not change while an execution runs.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    pub definition: &'a Definition,
    /// `Execution` and `StateMachine` of the context object.
    pub context: &'a Value,
    pub region: &'a str,
    /// How many events there may be; Express executions have no such quota.
    pub max_events: usize,
}

/// A wish.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Call(Box<TaskCall>),
    /// Nobody waits for the task any more.
    Drop {
        task: u64,
    },
    /// Tell [`Machine::fired`] at this time.
    Timer {
        thread: u32,
        serial: u32,
        due_ms: i64,
    },
    MapRun(Box<MapRunCall>),
    /// The execution is over.
    Finished,
}

/// A task to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskCall {
    pub task: u64,
    pub state: StateId,
    pub parameters: Data,
    /// The token that brings the answer, for activities and `.waitForTaskToken`.
    pub token: Option<String>,
    /// The role to assume for it.
    pub role_arn: Option<Box<str>>,
    pub heartbeat_s: Option<i64>,
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    Succeeded(Data),
    Failed(Failure),
    TimedOut(Failure),
    Aborted(Failure),
}

/// One execution.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    pub events: Vec<Event>,
    pub outcome: Option<Outcome>,
    threads: Map<u32, Thread>,
    ready: VecDeque<u32>,
    next_thread: u32,
    next_task: u64,
    /// The threads whose tasks are under way, by task.
    tasks: Map<u64, u32>,
    /// The threads of a failed execution, from which it may go on.
    #[serde(default)]
    failed: Vec<(u32, Thread)>,
    /// TestState: stop after one state, and keep what happens to the data.
    #[serde(default)]
    inspection: Option<Box<Inspection>>,
}

/// A line of control: the whole, a branch, an iteration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Thread {
    machine: MachineId,
    /// The thread whose state this is a part of, and which part.
    parent: Option<(u32, u64)>,
    state: StateId,
    input: Data,
    variables: Arc<Variables>,
    /// The event before the next one.
    previous: u64,
    /// The event of the state's entry, and the event before it.
    entered: u64,
    before: u64,
    entered_at_ms: i64,
    /// Retries of the state so far: all, and by retrier.
    retries: u32,
    attempts: Vec<u32>,
    /// The token of the task, while it has one.
    token: Option<Box<str>>,
    /// `Map.Item` of the context object.
    item: Option<Arc<MapItem>>,
    /// Changes whenever what the thread waits for changes, so that timers of before are known.
    serial: u32,
    phase: Phase,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct MapItem {
    index: u64,
    value: Data,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Phase {
    /// Go to the state.
    Enter,
    /// Do what the state does: after its entry, or again.
    Execute,
    Waiting,
    RetryWait,
    Task(Box<Running>),
    Children(Box<Children>),
    MapRun {
        task: u64,
    },
    Done,
}

/// A task under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Running {
    task: u64,
    timeout_at_ms: Option<i64>,
    heartbeat_s: Option<i64>,
    heartbeat_at_ms: Option<i64>,
}

/// What a step comes to: on, or a failure that the state's retriers and catchers see.
type Step<T> = Result<T, Trouble>;

/// A failure of a state.
#[derive(Debug, Clone, PartialEq)]
struct Trouble {
    failure: Failure,
    kind: TroubleKind,
}

#[derive(Debug, Clone, PartialEq)]
enum TroubleKind {
    /// Told by an event already, or by nothing but the execution's end.
    Told,
    /// A JSONata expression failed: an event tells it.
    Evaluation { location: Option<Box<str>> },
    /// A failed heartbeat has two names.
    Heartbeat,
}

impl Trouble {
    fn told(failure: Failure) -> Self {
        Trouble { failure, kind: TroubleKind::Told }
    }
}

impl Machine {
    /// An execution at the start of one of a definition's machines: 0 is the whole.
    pub fn start_at(
        definition: &Definition,
        now_ms: i64,
        machine: MachineId,
        input_text: &str,
        input: Data,
        variables: Arc<Variables>,
    ) -> Machine {
        let mut own = Machine::default();
        own.push(now_ms, 0, What::ExecutionStarted(input_text.into()));
        let start = definition.machine(machine).start;
        own.spawn(machine, None, start, input, variables, 0, None);
        own
    }

    /// The state whose task this is.
    pub fn state_of(&self, task: u64) -> Option<StateId> {
        let thread = self.tasks.get(&task)?;
        self.threads.get(thread).map(|thread| thread.state)
    }

    /// Goes on where a failed execution ended.
    pub fn redrive(&mut self, now_ms: i64, count: u32) {
        let previous = self.events.len() as u64;
        let id = self.push(now_ms, previous, What::ExecutionRedriven(count));
        self.outcome = None;
        for (at, mut thread) in std::mem::take(&mut self.failed) {
            thread.phase = Phase::Execute;
            thread.attempts.clear();
            thread.previous = id;
            self.ready.push_back(at);
            self.threads.insert(at, thread);
        }
    }

    /// Runs until everything waits, or for `steps` steps; `true`: there is more to do.
    pub fn run<H: Host>(&mut self, world: World<'_>, host: &mut H, steps: usize) -> bool {
        for _ in 0..steps {
            if self.outcome.is_some() {
                return false;
            }
            let Some(id) = self.ready.pop_front() else { return false };
            self.step(world, host, id);
            if self.outcome.is_none() && self.events.len() >= world.max_events {
                let text = format!(
                    "The execution reached the maximum number of history events ({}).",
                    world.max_events
                );
                self.events.truncate(world.max_events - 1);
                self.finish(host, self.events.len() as u64, Outcome::Failed(Failure::runtime(text)));
            }
        }
        self.outcome.is_none() && !self.ready.is_empty()
    }

    /// Ends the execution from outside.
    pub fn abort<H: Host>(&mut self, host: &mut H, outcome: Outcome) {
        if self.outcome.is_none() {
            let previous = self.threads.values().map(|thread| thread.previous).max().unwrap_or(0);
            self.finish(host, previous, outcome);
        }
    }

    /// The names of the states that are active, for whoever draws them.
    pub fn active(&self) -> impl Iterator<Item = StateId> + '_ {
        self.threads.values().filter(|thread| thread.phase != Phase::Done).map(|thread| thread.state)
    }

    fn push(&mut self, at_ms: i64, previous: u64, what: What) -> u64 {
        self.events.push(Event { at_ms, previous, what });
        self.events.len() as u64
    }

    /// An event of a thread, after which its next ones come.
    fn log<H: Host>(&mut self, host: &H, thread: &mut Thread, what: What) -> u64 {
        let id = self.push(host.now_ms(), thread.previous, what);
        thread.previous = id;
        id
    }

    #[expect(clippy::too_many_arguments, reason = "a thread is all of these")]
    fn spawn(
        &mut self,
        machine: MachineId,
        parent: Option<(u32, u64)>,
        state: StateId,
        input: Data,
        variables: Arc<Variables>,
        previous: u64,
        item: Option<Arc<MapItem>>,
    ) {
        let id = self.next_thread;
        self.next_thread += 1;
        let thread = Thread {
            machine,
            parent,
            state,
            input,
            variables,
            previous,
            entered: 0,
            before: 0,
            entered_at_ms: 0,
            retries: 0,
            attempts: Vec::new(),
            token: None,
            item,
            serial: 0,
            phase: Phase::Enter,
        };
        self.threads.insert(id, thread);
        self.ready.push_back(id);
    }

    /// One step of a thread, which is taken out of the list meanwhile.
    fn step<H: Host>(&mut self, world: World<'_>, host: &mut H, id: u32) {
        let Some(mut thread) = self.threads.remove(&id) else { return };
        if thread.phase == Phase::Enter {
            self.enter(host, &mut thread);
        }
        let result = match thread.phase {
            Phase::Execute => self.execute(world, host, id, &mut thread),
            Phase::Enter
            | Phase::Waiting
            | Phase::RetryWait
            | Phase::Task(_)
            | Phase::Children(_)
            | Phase::MapRun { .. }
            | Phase::Done => Ok(()),
        };
        self.settle(world, host, id, thread, result);
    }

    /// Puts a thread back, after what a step of it came to.
    fn settle<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        id: u32,
        mut thread: Thread,
        result: Step<()>,
    ) {
        if let Err(trouble) = result {
            return self.fail(world, host, id, thread, trouble);
        }
        match thread.phase {
            Phase::Done => self.end_thread(world, host, id, thread),
            Phase::Enter | Phase::Execute => {
                thread.serial += 1;
                self.threads.insert(id, thread);
                self.ready.push_back(id);
            }
            Phase::Waiting
            | Phase::RetryWait
            | Phase::Task(_)
            | Phase::Children(_)
            | Phase::MapRun { .. } => {
                self.threads.insert(id, thread);
            }
        }
    }

    fn enter<H: Host>(&mut self, host: &mut H, thread: &mut Thread) {
        thread.before = thread.previous;
        thread.entered_at_ms = host.now_ms();
        thread.retries = 0;
        thread.attempts.clear();
        thread.token = None;
        let what = What::Entered { state: thread.state, input: thread.input.clone() };
        thread.entered = self.log(host, thread, what);
        thread.phase = Phase::Execute;
    }

    /// A timer that [`Action::Timer`] asked for.
    pub fn fired<H: Host>(&mut self, world: World<'_>, host: &mut H, id: u32, serial: u32) {
        if self.outcome.is_some() {
            return;
        }
        let Some(mut thread) = self.threads.remove(&id) else { return };
        if thread.serial != serial {
            self.threads.insert(id, thread);
            return;
        }
        let result = match &thread.phase {
            Phase::Waiting => self.after_wait(world, host, &mut thread),
            Phase::RetryWait => {
                thread.phase = Phase::Execute;
                Ok(())
            }
            Phase::Task(running) => {
                let running = running.clone();
                self.task_time(host, id, &mut thread, &running)
            }
            Phase::Enter | Phase::Execute | Phase::Children(_) | Phase::MapRun { .. } | Phase::Done => Ok(()),
        };
        self.settle(world, host, id, thread, result);
    }

    /// The execution ends; everything that is under way is dropped.
    fn finish<H: Host>(&mut self, host: &mut H, previous: u64, outcome: Outcome) {
        let what = match &outcome {
            Outcome::Succeeded(output) => What::ExecutionSucceeded(output.clone()),
            Outcome::Failed(failure) => What::ExecutionFailed(failure.clone()),
            Outcome::TimedOut(failure) => What::ExecutionTimedOut(failure.clone()),
            Outcome::Aborted(failure) => What::ExecutionAborted(failure.clone()),
        };
        self.push(host.now_ms(), previous, what);
        for task in std::mem::take(&mut self.tasks).into_keys() {
            host.act(Action::Drop { task });
        }
        self.threads.clear();
        self.ready.clear();
        self.outcome = Some(outcome);
        host.act(Action::Finished);
    }

    /// A thread came to its end.
    fn end_thread<H: Host>(&mut self, world: World<'_>, host: &mut H, id: u32, thread: Thread) {
        match thread.parent {
            None => self.finish(host, thread.previous, Outcome::Succeeded(thread.input)),
            Some((parent, part)) => self.part_done(world, host, id, parent, part, thread),
        }
    }
}
