//! Runs executions: hands events to the interpreter, and does what it asks for.

use super::integrate;
use super::limits;
use super::map_run;
use super::names;
use super::state::{Execution, MachineKind, Waiter};
use super::timers::Timer;
use crate::cloud;
use crate::context::OpContext;
use nuvola_asl::machine::{MAX_EVENTS, Machine};
use nuvola_asl::{Action, Data, Draws, Failure, Host, Outcome, World};
use nuvola_kernel::Region;
use std::collections::VecDeque;
use std::sync::Arc;

/// Something that happens to an execution.
#[derive(Debug, Clone, PartialEq)]
pub enum Job {
    Go,
    Fired {
        thread: u32,
        serial: u32,
    },
    Answer {
        task: u64,
        answer: Result<Data, Failure>,
    },
    Submitted {
        task: u64,
        output: Data,
    },
    Taken {
        task: u64,
        worker: Option<String>,
    },
    Heartbeat {
        task: u64,
    },
    Stop(Outcome),
    /// The result of TestState's mock.
    Mocked(Result<Data, Failure>),
}

/// The interpreter's surroundings.
struct Surroundings<'c, 'a> {
    cx: &'c mut OpContext<'a>,
    actions: Vec<Action>,
    /// What ARNs of map runs begin with.
    map_runs: String,
}

impl Host for Surroundings<'_, '_> {
    fn now_ms(&self) -> i64 {
        self.cx.now_ms
    }

    fn draws(&mut self) -> &mut Draws {
        self.cx.ids()
    }

    fn map_run_arn(&mut self, label: Option<&str>) -> Arc<str> {
        let label = match label {
            Some(label) => label.to_owned(),
            None => self.cx.ids().uuid(),
        };
        let id = self.cx.ids().uuid();
        format!("{}/{label}:{id}", self.map_runs).into()
    }

    fn act(&mut self, action: Action) {
        self.actions.push(action);
    }
}

/// What happens to an execution, and everything that follows at once.
pub fn drive(cx: &mut OpContext<'_>, arn: &str, job: Job) {
    if let Some(name) = names::parse(arn) {
        cx.region = Region::new(name.region);
    }
    let mut actions: VecDeque<Action> = apply(cx, arn, job).into();
    while let Some(action) = actions.pop_front() {
        let jobs = match action {
            Action::Timer { thread, serial, due_ms } => {
                let timer = Timer::Fired { execution: arn.to_owned(), thread, serial };
                cx.schedule(due_ms, cloud::Timer::States(timer));
                Vec::new()
            }
            Action::Call(call) => integrate::call(cx, arn, *call),
            Action::MapRun(call) => map_run::begin(cx, arn, *call),
            Action::Drop { task } => {
                integrate::forget(cx, arn, task);
                Vec::new()
            }
            Action::Finished => {
                finished(cx, arn);
                Vec::new()
            }
        };
        for job in jobs {
            actions.extend(apply(cx, arn, job));
        }
    }
}

/// Applies a job to an execution's interpreter, which is taken out of the state meanwhile.
fn apply(cx: &mut OpContext<'_>, arn: &str, job: Job) -> Vec<Action> {
    let Some(mut execution) = cx.states().executions.remove(arn) else { return Vec::new() };
    let source = cx.states().definitions.get(&execution.definition);
    let Some(definition) = source.and_then(super::state::Source::definition) else {
        cx.states().executions.insert(arn.to_owned(), execution);
        return Vec::new();
    };
    let region = cx.region.to_string();
    let context = execution.context.clone();
    let world = World {
        definition: &definition,
        context: &context,
        region: &region,
        max_events: match execution.kind {
            MachineKind::Standard => MAX_EVENTS,
            MachineKind::Express => usize::MAX,
        },
    };
    let map_runs = names::machine_arn(&execution.machine_arn).replacen(":stateMachine:", ":mapRun:", 1);
    let mut host = Surroundings { cx, actions: Vec::new(), map_runs };
    let machine = &mut execution.machine;
    perform(machine, world, &mut host, job);
    let more = machine.run(world, &mut host, limits::STEPS_AT_ONCE);
    let actions = host.actions;
    if more {
        let timer = Timer::Go { execution: arn.to_owned() };
        cx.schedule(cx.now_ms + limits::BURST_MS, cloud::Timer::States(timer));
    }
    cx.states().executions.insert(arn.to_owned(), execution);
    actions
}

fn perform(machine: &mut Machine, world: World<'_>, host: &mut Surroundings<'_, '_>, job: Job) {
    match job {
        Job::Go => {}
        Job::Fired { thread, serial } => machine.fired(world, host, thread, serial),
        Job::Answer { task, answer } => machine.answered(world, host, task, answer),
        Job::Submitted { task, output } => machine.submitted(host, task, output),
        Job::Taken { task, worker } => machine.taken(host, task, worker.as_deref()),
        Job::Heartbeat { task } => {
            machine.heartbeat(host, task);
        }
        Job::Stop(outcome) => machine.abort(host, outcome),
        Job::Mocked(answer) => machine.mocked(world, host, answer),
    }
}

/// The inputs of a map run's children.
pub fn map_inputs(
    cx: &mut OpContext<'_>,
    arn: &str,
    task: u64,
    items: Vec<Data>,
) -> Result<Vec<Data>, Failure> {
    let Some(mut execution) = cx.states().executions.remove(arn) else { return Ok(Vec::new()) };
    let source = cx.states().definitions.get(&execution.definition);
    let definition = source.and_then(super::state::Source::definition);
    let mut result = Ok(Vec::new());
    if let Some(definition) = definition {
        let region = cx.region.to_string();
        let context = execution.context.clone();
        let world =
            World { definition: &definition, context: &context, region: &region, max_events: MAX_EVENTS };
        let mut host = Surroundings { cx, actions: Vec::new(), map_runs: String::new() };
        result = execution.machine.inputs(world, &mut host, task, items);
    }
    cx.states().executions.insert(arn.to_owned(), execution);
    result
}

/// Puts a new execution in its place, and lets it begin in a moment.
pub fn begin(cx: &mut OpContext<'_>, execution: Execution) {
    let arn = execution.arn.clone();
    if let Some(machine) = cx.states().machines.get_mut(&execution.machine_arn)
        && execution.map_run_arn.is_none()
        && execution.test.is_none()
    {
        machine.executions.push(arn.clone());
    }
    let seconds = cx.state().states.definitions.get(&execution.definition);
    let seconds =
        seconds.and_then(super::state::Source::definition).and_then(|definition| definition.timeout_s);
    let limit_ms = match execution.kind {
        MachineKind::Express => seconds.map_or(limits::EXPRESS_MS, |s| (s * 1000).min(limits::EXPRESS_MS)),
        MachineKind::Standard => seconds.unwrap_or(limits::STANDARD_S) * 1000,
    };
    cx.states().executions.insert(arn.clone(), execution);
    let due_ms = cx.now_ms.saturating_add(limit_ms);
    cx.schedule(due_ms, cloud::Timer::States(Timer::Limit { execution: arn.clone() }));
    cx.schedule(cx.now_ms, cloud::Timer::States(Timer::Go { execution: arn }));
}

/// An execution is over: whoever waits for it is told.
fn finished(cx: &mut OpContext<'_>, arn: &str) {
    let now_ms = cx.now_ms;
    let Some(execution) = cx.states().executions.get_mut(arn) else { return };
    execution.stopped_ms = Some(now_ms);
    let Some(waiter) = execution.waiter.take() else { return };
    match waiter {
        Waiter::Client(http_id) => super::ops::executions::answer_client(cx, arn, http_id),
        Waiter::Task { of, parsed } => {
            let Some(execution) = cx.state().states.executions.get(arn) else { return };
            let answer = integrate::job_result(execution, parsed);
            let timer = Timer::Answer { execution: of.execution, task: of.task, answer };
            cx.schedule(now_ms, cloud::Timer::States(timer));
        }
        Waiter::MapRun { arn: map_run, index } => {
            cx.schedule(now_ms, cloud::Timer::States(Timer::Child { map_run, index }));
        }
    }
}
