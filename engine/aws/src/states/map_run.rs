//! Map runs: the children of a distributed Map state, begun as many at once as may be, and their results.
//!
//! **Source**: Step Functions Developer Guide, "Using Map state in Distributed mode".

mod reader;
mod writer;

use super::integrate;
use super::names;
use super::ops::executions;
use super::run::{self, Job};
use super::state::{Execution, MachineKind, MapRun, MapRunStatus, Waiter};
use super::timers::Timer;
use crate::cloud;
use crate::context::OpContext;
use nuvola_asl::definition::Kind;
use nuvola_asl::machine::{Machine, MapRunCall, too_many_failures};
use nuvola_asl::value::to_text;
use nuvola_asl::{Data, Failure};
use serde_json::Value;
use std::sync::Arc;

/// Children at once where nobody says otherwise.
pub const MOST_AT_ONCE: u64 = 10_000;

/// Begins a map run.
pub fn begin(cx: &mut OpContext<'_>, execution: &str, call: MapRunCall) -> Vec<Job> {
    let task = call.task;
    let Some((reader, writer)) = settings(cx, execution, &call) else { return Vec::new() };
    let items = match (&call.items, reader) {
        (Some(items), _) => Ok(items.clone()),
        (None, Some(reader)) => reader::read(cx, execution, &reader.0, call.reader.as_deref(), &reader.1)
            .map(|mut items| {
                if let Some(most) = call.max_items {
                    items.truncate(usize::try_from(most).unwrap_or(usize::MAX));
                }
                items
            }),
        (None, None) => Ok(Vec::new()),
    };
    let inputs = match items.and_then(|items| run::map_inputs(cx, execution, task, items)) {
        Ok(inputs) => inputs,
        Err(failure) => return vec![Job::Answer { task, answer: Err(failure) }],
    };
    let arn = call.arn.to_string();
    let count = inputs.len();
    let run = MapRun {
        arn: arn.clone(),
        execution: execution.to_owned(),
        task,
        started_ms: cx.now_ms,
        stopped_ms: None,
        status: MapRunStatus::Running,
        kind: if call.express { MachineKind::Express } else { MachineKind::Standard },
        root: call.machine,
        max_concurrency: call.max_concurrency,
        most_at_once: call.most_at_once,
        tolerated_count: call.tolerated_count,
        tolerated_percentage: call.tolerated_percentage,
        variables: call.variables.clone(),
        inputs,
        next: 0,
        children: Vec::new(),
        results: vec![None; count],
        succeeded: 0,
        failed: 0,
        aborted: 0,
        writer,
        results_written: 0,
        redrives: 0,
    };
    cx.states().map_runs.insert(arn.clone(), run);
    cx.states().jobs_of_runs.insert(integrate::job_key(execution, task), arn.clone());
    if count == 0 {
        return done(cx, &arn).into_iter().map(|answer| Job::Answer { task, answer }).collect();
    }
    go_on(cx, &arn);
    Vec::new()
}

type Reading = (String, Option<Value>);

/// The reader and the writer of a map run's state.
fn settings(
    cx: &OpContext<'_>,
    execution: &str,
    call: &MapRunCall,
) -> Option<(Option<Reading>, Option<super::state::Writer>)> {
    let states = &cx.state().states;
    let own = states.executions.get(execution)?;
    let definition = states.definitions.get(&own.definition)?.definition()?;
    let Kind::Map(map) = &definition.state(call.state).kind else { return None };
    let reader = map.reader.as_ref().map(|reader| (reader.resource.to_string(), reader.config.clone()));
    let writer = match (&map.writer, &call.writer) {
        (Some(own), Some(parameters)) => {
            Some(super::state::Writer { parameters: parameters.clone(), config: own.config.clone() })
        }
        (_, _) => None,
    };
    Some((reader, writer))
}

/// Begins as many more children as may be.
pub fn go_on(cx: &mut OpContext<'_>, arn: &str) {
    while let Some(child) = next_child(cx, arn) {
        let child_arn = child.arn.clone();
        if let Some(run) = cx.states().map_runs.get_mut(arn) {
            run.children.push(child_arn);
        }
        run::begin(cx, child);
    }
}

fn next_child(cx: &mut OpContext<'_>, arn: &str) -> Option<Execution> {
    let name = cx.ids().uuid();
    let id = cx.ids().uuid();
    let now_ms = cx.now_ms;
    let states = &mut cx.states();
    let run = states.map_runs.get_mut(arn)?;
    let running = run.next - run.succeeded - run.failed - run.aborted;
    if run.status != MapRunStatus::Running || running >= run.most_at_once {
        return None;
    }
    let index = run.next;
    let input = run.inputs.get(index as usize)?.clone();
    run.next += 1;
    let (kind, root, variables) = (run.kind, run.root, run.variables.clone());
    let parent = states.executions.get(&run.execution)?;
    let label = names::parse(arn).map(|own| own.name.to_owned()).unwrap_or_default();
    let base = names::machine_arn(&parent.machine_arn);
    let head = base.rsplit_once(":stateMachine:").map(|(head, _)| head.to_owned()).unwrap_or_default();
    let child_arn = match kind {
        MachineKind::Standard => format!("{head}:execution:{label}:{name}"),
        MachineKind::Express => format!("{head}:express:{label}:{name}:{id}"),
    };
    let machine_arn = format!("{head}:stateMachine:{label}");
    let context = executions::context_of(
        &child_arn,
        &input,
        &name,
        &parent.role_arn,
        now_ms,
        (&parent.machine_arn, label.split('/').next().unwrap_or_default()),
    );
    let mut child = Execution {
        arn: child_arn,
        name,
        machine_arn,
        version_arn: None,
        alias_arn: None,
        kind,
        definition: parent.definition,
        root,
        role_arn: parent.role_arn.clone(),
        revision_id: parent.revision_id.clone(),
        input: to_text(&input).into(),
        trace_header: None,
        started_ms: now_ms,
        stopped_ms: None,
        machine: Machine::default(),
        context: Arc::new(context),
        map_run_arn: Some(arn.to_owned()),
        item_count: item_count(&input),
        waiter: Some(Waiter::MapRun { arn: arn.to_owned(), index }),
        session: parent.session.clone(),
        redrives: 0,
        redriven_ms: None,
        test: None,
    };
    executions::ready(cx, &mut child, input, variables);
    Some(child)
}

/// The items in a child's input: more than one, where they come in batches.
pub fn item_count(input: &Value) -> u64 {
    match (input.get("Items").and_then(Value::as_array), input.as_object().map(serde_json::Map::len)) {
        (Some(items), Some(fields)) if fields <= 2 => items.len() as u64,
        (_, _) => 1,
    }
}

/// A child is done.
pub fn child_done(cx: &mut OpContext<'_>, arn: &str, index: u64) {
    let Some(run) = cx.state().states.map_runs.get(arn) else { return };
    let Some(child) = run.children.get(index as usize) else { return };
    let Some(child) = cx.state().states.executions.get(child) else { return };
    let status = child.status();
    let result: Result<Data, Failure> = match (child.output(), child.failure()) {
        (Some(output), _) => Ok(output.clone()),
        (None, failure) => Err(failure.cloned().unwrap_or_default()),
    };
    let Some(run) = cx.states().map_runs.get_mut(arn) else { return };
    match status {
        "SUCCEEDED" => run.succeeded += 1,
        "ABORTED" => run.aborted += 1,
        _ => run.failed += 1,
    }
    if let Some(slot) = run.results.get_mut(index as usize) {
        *slot = Some(result);
    }
    if run.status != MapRunStatus::Running {
        return;
    }
    let over = run.succeeded + run.failed + run.aborted == run.inputs.len() as u64;
    if over || is_beyond(run) {
        let (execution, task) = (run.execution.clone(), run.task);
        if let Some(answer) = done(cx, arn) {
            run::drive(cx, &execution, Job::Answer { task, answer });
        }
        return;
    }
    go_on(cx, arn);
}

/// More failures than are tolerated: the percentage, the count, or without either any failure at all.
fn is_beyond(run: &MapRun) -> bool {
    let failed = run.failed as f64;
    let share = if run.inputs.is_empty() { 0.0 } else { failed * 100.0 / run.inputs.len() as f64 };
    let (count, percentage) = (run.tolerated_count, run.tolerated_percentage);
    match (count > 0.0, percentage > 0.0) {
        (false, false) => run.failed > 0,
        (true, false) => failed > count,
        (false, true) => share > percentage,
        (true, true) => failed > count || share > percentage,
    }
}

/// Ends a map run: what it answers to its state.
fn done(cx: &mut OpContext<'_>, arn: &str) -> Option<Result<Data, Failure>> {
    let now_ms = cx.now_ms;
    let run = cx.states().map_runs.get_mut(arn)?;
    let beyond = is_beyond(run);
    run.status = if beyond { MapRunStatus::Failed } else { MapRunStatus::Succeeded };
    run.stopped_ms = Some(now_ms);
    if beyond {
        stop_children(cx, arn);
        return Some(Err(too_many_failures()));
    }
    let run = cx.state().states.map_runs.get(arn)?;
    if run.writer.is_some() {
        return Some(writer::write(cx, arn));
    }
    let results = run.results.iter().filter_map(|result| match result {
        Some(Ok(output)) => Some((**output).clone()),
        Some(Err(failure)) => {
            let error = failure.error.as_deref().unwrap_or_default();
            let cause = failure.cause.as_deref().unwrap_or_default();
            Some(serde_json::json!({"Error": error, "Cause": cause}))
        }
        None => None,
    });
    Some(Ok(Arc::new(Value::Array(results.collect()))))
}

fn stop_children(cx: &mut OpContext<'_>, arn: &str) {
    let Some(run) = cx.state().states.map_runs.get(arn) else { return };
    let children = run.children.clone();
    for execution in children {
        if cx.state().states.executions.get(&execution).is_some_and(|own| own.machine.outcome.is_none()) {
            cx.schedule(cx.now_ms, cloud::Timer::States(Timer::Stop { execution }));
        }
    }
}

/// Nobody waits for a task's map run any more.
pub fn stop_of(cx: &mut OpContext<'_>, execution: &str, task: u64) {
    let key = integrate::job_key(execution, task);
    let Some(arn) = cx.states().jobs_of_runs.remove(&key) else { return };
    let now_ms = cx.now_ms;
    let Some(run) = cx.states().map_runs.get_mut(&arn) else { return };
    if run.status == MapRunStatus::Running {
        run.status = MapRunStatus::Aborted;
        run.stopped_ms = Some(now_ms);
        stop_children(cx, &arn);
    }
}
