//! The calls that tasks make: signed requests in the name of the machine's role, like those of any client.
//!
//! **Source**: Step Functions Developer Guide, "Integrating services with Step Functions"; outputs and errors as
//! recorded from the service.

mod activity;
mod convert;
mod failure;
mod lookup;
mod result;

pub use result::{job_result, mock_problem};

use super::limits;
use super::names;
use super::run::{self, Job};
use super::state::TaskOf;
use super::timers::Timer;
use crate::auth::{AuthMode, Credentials};
use crate::cloud;
use crate::context::OpContext;
use crate::pipeline;
use crate::sts;
use crate::trace::{Trace, TraceKind};
use lookup::Found;
use nuvola_asl::definition::Kind;
use nuvola_asl::resource::{Pattern, Resource};
use nuvola_asl::{Data, Failure, TaskCall};
use nuvola_wire::checksum::Algorithm;
use nuvola_wire::sigv4::Signer;
use nuvola_wire::{Request, Response, protocol};
use serde_json::Value;
use std::sync::Arc;

/// The service that assumes the roles of machines.
pub const STATES: &str = "states.amazonaws.com";

/// Requests with these numbers are our own: those before belong to hosts and to `outbound`.
pub const FIRST_CALL: u64 = 1 << 52;

/// Whether a request is one of a task's.
pub fn is_internal(http_id: u64) -> bool {
    http_id >= FIRST_CALL
}

/// Keeps the answer to a task's request, until it is looked for or the timer fires.
pub fn receive(cx: &mut OpContext<'_>, http_id: u64, response: Response) {
    cx.states().inbox.insert(http_id, response);
    let timer = Timer::Received { call: http_id };
    cx.schedule(cx.now_ms, cloud::Timer::States(timer));
}

/// An answer that came later.
pub fn received(cx: &mut OpContext<'_>, call: u64) {
    let Some(response) = cx.states().inbox.remove(&call) else { return };
    let Some(of) = cx.states().calls.remove(&call) else { return };
    for job in finish(cx, &of, &response) {
        run::drive(cx, &of.execution, job);
    }
}

/// A task is of no interest any more.
pub fn forget(cx: &mut OpContext<'_>, execution: &str, task: u64) {
    super::map_run::stop_of(cx, execution, task);
    if let Some(child) = cx.states().jobs.remove(&job_key(execution, task)) {
        let timer = Timer::Stop { execution: child };
        cx.schedule(cx.now_ms, cloud::Timer::States(timer));
    }
}

pub fn job_key(execution: &str, task: u64) -> String {
    format!("{execution} {task}")
}

/// The resource of a task that is under way.
fn resource_of(cx: &OpContext<'_>, execution: &str, state: u32) -> Option<String> {
    let states = &cx.state().states;
    let execution = states.executions.get(execution)?;
    let definition = states.definitions.get(&execution.definition)?.definition()?;
    match &definition.state(state).kind {
        Kind::Task(task) => Some(task.resource.to_string()),
        Kind::Pass { .. }
        | Kind::Choice { .. }
        | Kind::Wait(_)
        | Kind::Succeed
        | Kind::Fail { .. }
        | Kind::Parallel { .. }
        | Kind::Map(_) => None,
    }
}

/// Makes a task's call; what it comes to, as far as that is known at once.
pub fn call(cx: &mut OpContext<'_>, execution: &str, call: TaskCall) -> Vec<Job> {
    let Some(arn) = resource_of(cx, execution, call.state) else { return Vec::new() };
    let of = TaskOf { execution: execution.to_owned(), task: call.task };
    if let Some(token) = &call.token {
        cx.states().tokens.insert(token.clone(), of.clone());
    }
    if let Resource::Activity(activity) = Resource::parse(&arn) {
        return activity::schedule(cx, activity, &of, call);
    }
    let asked = match lookup::find(&arn) {
        Ok(found) => prepare(cx, &found, &call.parameters),
        Err(failure) => Err(failure),
    };
    let role = call.role_arn.as_deref();
    let sent = asked
        .and_then(|(found, request)| send(cx, execution, role, &found, request, Some((&of, call.state))));
    match sent {
        Err(failure) => {
            tell_missing(cx, execution, &failure);
            vec![Job::Answer { task: call.task, answer: Err(failure) }]
        }
        Ok(Some(response)) => finish(cx, &of, &response),
        Ok(None) => Vec::new(),
    }
}

/// What is not simulated leaves a trace that says so.
fn tell_missing(cx: &mut OpContext<'_>, execution: &str, failure: &Failure) {
    if failure.name() != lookup::NOT_SIMULATED {
        return;
    }
    let mut trace = Trace::begin(TraceKind::Delivery, cx.now_ms, "");
    trace.service = "states".to_owned();
    trace.region = cx.region.to_string();
    trace.principal = STATES.to_owned();
    trace.parent = Some(execution.to_owned());
    trace.not_simulated.push(failure.cause.as_deref().unwrap_or_default().to_owned());
    cx.tell(trace);
}

/// The request of an operation.
pub fn prepare<'f>(
    cx: &OpContext<'_>,
    found: &Found<'f>,
    parameters: &Value,
) -> Result<(Found<'f>, Request), Failure> {
    let input = convert::input(found, parameters);
    let schema = &found.service.schema;
    let region = if schema.global { "us-east-1" } else { cx.region.as_str() };
    let host = match schema.global {
        true => format!("{}.amazonaws.com", schema.endpoint_prefix),
        false => format!("{}.{region}.amazonaws.com", schema.endpoint_prefix),
    };
    let request = protocol::encode_request(schema, &found.operation.schema, &input, &host);
    let mut request = request.map_err(|error| Failure::new("States.Runtime", error.message))?;
    request.headers.set("User-Agent", "AWS Step Functions");
    if schema.id == "S3" && !request.body.is_empty() {
        let crc = Algorithm::Crc32;
        request.headers.set("x-amz-sdk-checksum-algorithm", crc.name());
        request.headers.set(crc.header(), crc.text(&request.body));
    }
    Ok((*found, request))
}

/// Sends a request of a task; the answer, if it came at once. `of`: who gets an answer that comes later.
pub fn send(
    cx: &mut OpContext<'_>,
    execution: &str,
    role: Option<&str>,
    found: &Found<'_>,
    mut request: Request,
    of: Option<(&TaskOf, u32)>,
) -> Result<Option<Response>, Failure> {
    let credentials = session(cx, execution, role)?;
    let schema = &found.service.schema;
    let region = if schema.global { "us-east-1".to_owned() } else { cx.region.to_string() };
    let signing = credentials.into();
    let signer =
        Signer { credentials: &signing, region: &region, service: schema.signing_name, now_ms: cx.now_ms };
    signer.sign(&mut request);
    let number = FIRST_CALL + cx.states().next_call;
    cx.states().next_call += 1;
    if let Some((of, _)) = of {
        cx.states().calls.insert(number, of.clone());
    }
    pipeline::serve_for(cx, number, request, execution);
    let response = cx.states().inbox.remove(&number);
    if response.is_some() {
        cx.states().calls.remove(&number);
    }
    Ok(response)
}

/// Credentials of the machine's role, or of the role that the task names.
fn session(cx: &mut OpContext<'_>, execution: &str, role: Option<&str>) -> Result<Credentials, Failure> {
    if cx.state().options.auth == AuthMode::Off {
        return Ok(cx.state().root.clone());
    }
    let now_ms = cx.now_ms;
    let Some(own) = cx.state().states.executions.get(execution) else {
        return Err(Failure::runtime("the execution is gone"));
    };
    let good = |session: &&Credentials| session.expires_at_ms.is_none_or(|at_ms| at_ms > now_ms + 60_000);
    if let Some(session) = own.session.as_ref().filter(good).filter(|_| role.is_none()) {
        return Ok(session.clone());
    }
    let machine = names::machine_arn(&own.machine_arn);
    let role_arn = role.map_or_else(|| own.role_arn.clone(), str::to_owned);
    let name: String = cx.ids().mixed_alnum(32);
    let made = sts::role_session(cx, &role_arn, STATES, &name, Some(machine), limits::SESSION_S);
    let Some((credentials, _)) = made else {
        let text = format!("The role {role_arn} is not authorized to be assumed by {STATES}.");
        return Err(Failure::new("States.Permissions", text));
    };
    if role.is_none()
        && let Some(execution) = cx.states().executions.get_mut(execution)
    {
        execution.session = Some(credentials.clone());
    }
    Ok(credentials)
}

/// What an answer means to the task.
fn finish(cx: &mut OpContext<'_>, of: &TaskOf, response: &Response) -> Vec<Job> {
    let states = &cx.state().states;
    let Some(execution) = states.executions.get(&of.execution) else { return Vec::new() };
    let Some(state) = execution.machine.state_of(of.task) else { return Vec::new() };
    let Some(arn) = resource_of(cx, &of.execution, state) else { return Vec::new() };
    let Ok(found) = lookup::find(&arn) else { return Vec::new() };
    let task = of.task;
    let output: Data = match result::of_response(&found, response) {
        Ok(output) => Arc::new(output),
        Err(failure) => return vec![Job::Answer { task, answer: Err(failure) }],
    };
    match found.pattern {
        Pattern::RequestResponse => vec![Job::Answer { task, answer: Ok(output) }],
        Pattern::WaitForTaskToken => vec![Job::Submitted { task, output }],
        Pattern::Sync { parsed } => {
            let child = output.get("ExecutionArn").and_then(Value::as_str).map(str::to_owned);
            if let Some(child) = child {
                cx.states().jobs.insert(job_key(&of.execution, task), child.clone());
                if let Some(child) = cx.states().executions.get_mut(&child) {
                    child.waiter = Some(super::state::Waiter::Task { of: of.clone(), parsed });
                }
            }
            vec![Job::Submitted { task, output }]
        }
    }
}

/// Calls an operation that is answered at once, for readers and writers of map runs.
pub fn call_now(
    cx: &mut OpContext<'_>,
    execution: &str,
    arn: &str,
    parameters: &Value,
) -> Result<Value, Failure> {
    let found = lookup::find(arn)?;
    let (found, request) = prepare(cx, &found, parameters)?;
    match send(cx, execution, None, &found, request, None)? {
        Some(response) => result::of_response(&found, &response),
        None => Err(Failure::runtime("the answer did not come at once")),
    }
}
