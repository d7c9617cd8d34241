//! The way of an invocation: admitted, given an environment, run, reported, answered.

use crate::cloud::Continuation;
use crate::context::OpContext;
use crate::effects::{Effect, FunctionOutcome};
use crate::service::ApiResult;
use crate::trace::{Trace, TraceKind};
use serde::{Deserialize, Serialize};

use super::report::{self, Report, Status};
use super::state::{Alias, EnvironmentStatus, Function, FunctionVersion, State};
use super::{environments, errors, limits, log_delivery, sizing};

/// Someone asks for a function to be run.
#[derive(Debug, Clone)]
pub struct Call {
    pub region: String,
    pub function: String,
    /// Empty, `$LATEST`, a version or an alias.
    pub qualifier: String,
    /// The event, which is JSON.
    pub event: String,
    pub client_context: Option<String>,
    /// The invocation's id, where the request's own id is to be it.
    pub request_id: Option<String>,
    /// The request that this is done for.
    pub parent: Option<String>,
    /// Who gets the result.
    pub continuation: Continuation,
}

/// A run of a function that is under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invocation {
    pub request_id: String,
    pub region: String,
    pub function: String,
    pub qualifier: String,
    /// What the qualifier led to.
    pub version: String,
    pub event: String,
    pub client_context: Option<String>,
    pub parent: Option<String>,
    pub accepted_ms: i64,
    /// When the handler was given the event.
    pub started_ms: Option<i64>,
    pub environment_id: String,
    /// The end of what was logged.
    pub log_tail: String,
    pub continuation: Continuation,
}

/// An event that waits to be tried, for the first time or again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueuedEvent {
    pub request_id: String,
    pub region: String,
    pub function: String,
    pub qualifier: String,
    pub event: String,
    pub client_context: Option<String>,
    pub parent: Option<String>,
    pub accepted_ms: i64,
    /// How often the function has failed on it.
    pub failures: usize,
    /// How its last run ended.
    #[serde(default)]
    pub last: Option<LastFailure>,
    /// How long to wait if it is throttled again.
    pub throttle_wait_ms: i64,
}

/// What the last run of an event answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastFailure {
    pub payload: String,
    /// The version that ran.
    pub version: String,
}

/// How a run ended, for whoever waits for it.
#[derive(Debug, Clone, PartialEq)]
pub struct InvocationResult {
    pub request_id: String,
    /// The handler's answer or the error object, as JSON text.
    pub payload: String,
    /// The function failed; AWS calls every such failure `Unhandled`.
    pub failed: bool,
    pub executed_version: String,
    /// The last 4 kB of the log.
    pub log_tail: String,
}

/// What the host reports of a finished run.
#[derive(Debug, Clone, PartialEq)]
pub struct FinishedRun {
    pub environment_id: String,
    pub request_id: String,
    pub outcome: FunctionOutcome,
    pub duration_ms: f64,
    /// What of it was spent computing, where the host can tell.
    pub cpu_ms: Option<f64>,
    pub max_memory_mb: u32,
}

/// The failure of an environment that the host has lost, after a reload say. Its request is run again.
pub const ENVIRONMENT_LOST: &str = "Nuvola.EnvironmentLost";

/// Begins an invocation. Whether the caller may do so is the caller's to check.
pub fn begin(cx: &mut OpContext<'_>, call: Call) -> ApiResult<String> {
    let arn = super::target::arn(&call.region, cx.account().as_str(), &call.function, &call.qualifier);
    let function = cx.state().lambda.function(&call.region, &call.function);
    let function = function.ok_or_else(|| errors::function_not_found(&arn))?;
    let split = function.aliases.get(&call.qualifier).filter(|alias| !alias.weights.is_empty()).cloned();
    let number = split.map(|alias| weighted_version(cx, &alias));
    let function = cx.state().lambda.function(&call.region, &call.function);
    let function = function.ok_or_else(|| errors::function_not_found(&arn))?;
    let version = function.version(number.as_deref().unwrap_or(&call.qualifier));
    let version = version.ok_or_else(|| errors::function_not_found(&arn))?;
    if version.state == State::Pending {
        return Err(errors::pending());
    }
    admit(cx, &call.region, function)?;
    let idle = environments::find_idle(cx, &call.region, &call.function, version);
    let version = version.version.clone();
    let request_id = match call.request_id {
        Some(id) => id,
        None => cx.ids().uuid(),
    };
    let mut invocation = Invocation {
        request_id: request_id.clone(),
        region: call.region,
        function: call.function,
        qualifier: call.qualifier,
        version,
        event: call.event,
        client_context: call.client_context,
        parent: call.parent,
        accepted_ms: cx.now_ms,
        started_ms: None,
        environment_id: String::new(),
        log_tail: String::new(),
        continuation: call.continuation,
    };
    let warm = idle.is_some();
    invocation.environment_id = match idle {
        Some(id) => id,
        None => environments::start(cx, &invocation, false),
    };
    let environment_id = invocation.environment_id.clone();
    cx.lambda().invocations.insert(request_id.clone(), invocation);
    if warm {
        run(cx, &environment_id, &request_id);
    }
    Ok(request_id)
}

/// An alias may send a share of its requests to a second version.
fn weighted_version(cx: &mut OpContext<'_>, alias: &Alias) -> String {
    const PARTS: u64 = 1_000_000;
    let drawn = cx.ids().below(PARTS) as f64 / PARTS as f64;
    let other = alias.weights.iter().find(|(_, weight)| drawn < **weight);
    other.map_or_else(|| alias.version.clone(), |(version, _)| version.clone())
}

/// Refuses what goes beyond the function's or the account's concurrency.
fn admit(cx: &OpContext<'_>, region: &str, function: &Function) -> ApiResult<()> {
    let state = &cx.state().lambda;
    let running = |wanted: &dyn Fn(&str) -> bool| {
        let in_region = state.invocations.values().filter(|invocation| invocation.region == region);
        in_region.filter(|invocation| wanted(&invocation.function)).count()
    };
    if let Some(reserved) = function.reserved_concurrency {
        let busy = running(&|name| name == function.name);
        return if busy >= reserved as usize { Err(errors::function_throttled()) } else { Ok(()) };
    }
    let reserved: u32 = state.functions(region).filter_map(|other| other.reserved_concurrency).sum();
    let shared = state.concurrent_executions.saturating_sub(reserved) as usize;
    let is_reserved =
        |name: &str| state.function(region, name).is_some_and(|other| other.reserved_concurrency.is_some());
    let busy = running(&|name| !is_reserved(name));
    if busy >= shared { Err(errors::account_throttled()) } else { Ok(()) }
}

fn version_of<'a>(
    cx: &'a OpContext<'_>,
    invocation: &Invocation,
) -> Option<(&'a Function, &'a FunctionVersion)> {
    let function = cx.state().lambda.function(&invocation.region, &invocation.function)?;
    Some((function, function.version(&invocation.version)?))
}

/// Gives the event to a ready environment.
fn run(cx: &mut OpContext<'_>, environment_id: &str, request_id: &str) {
    let now_ms = cx.now_ms;
    let account = cx.account().to_string();
    let state = cx.lambda();
    let Some(environment) = state.environments.get_mut(environment_id) else { return };
    let Some(invocation) = state.invocations.get_mut(request_id) else { return };
    environment.status = EnvironmentStatus::Busy;
    environment.request_id = Some(request_id.to_owned());
    invocation.started_ms = Some(now_ms);
    let invocation = invocation.clone();
    // A function that was deleted in the meantime still answers what it was asked before.
    let timeout_s = version_of(cx, &invocation)
        .map_or(limits::TIMEOUT_DEFAULT_S, |(_, version)| version.settings.timeout_s);
    log(cx, &invocation, report::start(request_id, &invocation.version));
    let timeout_ms = u64::from(timeout_s) * 1000;
    cx.effect(Effect::Invoke {
        environment_id: environment_id.to_owned(),
        request_id: request_id.to_owned(),
        event: invocation.event,
        timeout_ms,
        deadline_ms: now_ms + i64::from(timeout_s) * 1000,
        client_context: invocation.client_context,
        function_arn: super::target::arn(
            &invocation.region,
            &account,
            &invocation.function,
            &invocation.qualifier,
        ),
    });
}

/// Writes a line to the function's log, and to what the invocation's caller may ask for.
fn log(cx: &mut OpContext<'_>, invocation: &Invocation, line: String) {
    if let Some(invocation) = cx.lambda().invocations.get_mut(&invocation.request_id) {
        append_tail(&mut invocation.log_tail, &line);
    }
    log_delivery::write(cx, &invocation.environment_id, vec![line]);
}

/// Keeps the last 4 kB.
fn append_tail(tail: &mut String, text: &str) {
    tail.push_str(text);
    if tail.len() > limits::LOG_TAIL_BYTES {
        let mut cut = tail.len() - limits::LOG_TAIL_BYTES;
        while !tail.is_char_boundary(cut) {
            cut += 1;
        }
        tail.drain(..cut);
    }
}

/// The host's environment is initialised.
pub fn environment_ready(cx: &mut OpContext<'_>, environment_id: &str, init_ms: f64) {
    let Some(environment) = cx.lambda().environments.get_mut(environment_id) else { return };
    if environment.status != EnvironmentStatus::Starting {
        return;
    }
    environment.unreported_init_ms = Some(init_ms);
    let request_id = environment.request_id.clone();
    match request_id.filter(|id| cx.state().lambda.invocations.contains_key(id)) {
        Some(request_id) => run(cx, environment_id, &request_id),
        None => environments::set_idle(cx, environment_id),
    }
}

/// Initialisation failed. AWS tries once more as part of the invocation, then answers the error.
pub fn environment_failed(cx: &mut OpContext<'_>, environment_id: &str, payload: &str, kind: &str) {
    let Some(environment) = cx.state().lambda.environments.get(environment_id).cloned() else { return };
    let waiting =
        environment.request_id.as_ref().and_then(|id| cx.state().lambda.invocations.get(id)).cloned();
    let Some(invocation) = waiting else {
        environments::stop(cx, environment_id);
        return;
    };
    if kind == ENVIRONMENT_LOST {
        restart(cx, invocation, environment_id, environment.retrying_init);
        return;
    }
    if environment.status == EnvironmentStatus::Busy {
        // The environment broke while it was running the handler.
        let outcome = FunctionOutcome::Crashed { message: "exit status 1".to_owned() };
        let duration_ms = (cx.now_ms - invocation.started_ms.unwrap_or(cx.now_ms)) as f64;
        let run = FinishedRun {
            environment_id: environment_id.to_owned(),
            request_id: invocation.request_id,
            outcome,
            duration_ms,
            cpu_ms: None,
            max_memory_mb: environment.max_memory_mb,
        };
        function_finished(cx, run);
        return;
    }
    let init_ms = (cx.now_ms - environment.started_ms) as f64;
    let phase = if environment.retrying_init { "invoke" } else { "init" };
    log_delivery::write(cx, environment_id, vec![report::init_report(init_ms, phase, kind)]);
    if !environment.retrying_init {
        restart(cx, invocation, environment_id, true);
        return;
    }
    log(cx, &invocation, report::start(&invocation.request_id, &invocation.version));
    let ended = Ended {
        payload: payload.to_owned(),
        failed: true,
        status: Some(Status::Error(kind)),
        duration_ms: init_ms,
        init_ms: None,
        max_memory_mb: environment.max_memory_mb,
    };
    finish(cx, &invocation.request_id, ended);
    environments::stop(cx, environment_id);
    answer(cx, &invocation.request_id, payload.to_owned(), true);
}

/// Gives an invocation another environment in place of one that is gone.
fn restart(cx: &mut OpContext<'_>, invocation: Invocation, environment_id: &str, retrying_init: bool) {
    environments::stop(cx, environment_id);
    if version_of(cx, &invocation).is_none() {
        let payload = report::exited_payload(&invocation.request_id, "exit status 1");
        answer(cx, &invocation.request_id, payload, true);
        return;
    }
    let id = environments::start(cx, &invocation, retrying_init);
    if let Some(invocation) = cx.lambda().invocations.get_mut(&invocation.request_id) {
        invocation.environment_id = id;
        invocation.started_ms = None;
    }
}

/// A handler wrote something.
pub fn function_log(cx: &mut OpContext<'_>, environment_id: &str, text: &str) {
    let Some(environment) = cx.state().lambda.environments.get(environment_id) else { return };
    let request_id = environment.request_id.clone();
    let busy = environment.status == EnvironmentStatus::Busy;
    if let Some(invocation) = request_id.filter(|_| busy).and_then(|id| cx.lambda().invocations.get_mut(&id))
    {
        append_tail(&mut invocation.log_tail, text);
        if !text.ends_with('\n') {
            invocation.log_tail.push('\n');
        }
    }
    log_delivery::write(cx, environment_id, log_delivery::events_of(text));
}

/// What the REPORT line and the answer say.
struct Ended<'a> {
    payload: String,
    failed: bool,
    status: Option<Status<'a>>,
    duration_ms: f64,
    init_ms: Option<f64>,
    max_memory_mb: u32,
}

/// The host's environment has run the handler.
pub fn function_finished(cx: &mut OpContext<'_>, run: FinishedRun) {
    let state = cx.lambda();
    let Some(environment) = state.environments.get_mut(&run.environment_id) else { return };
    let known = state.invocations.get(&run.request_id);
    let Some(invocation) = known.filter(|invocation| invocation.environment_id == run.environment_id) else {
        return;
    };
    let invocation = invocation.clone();
    environment.max_memory_mb = environment.max_memory_mb.max(run.max_memory_mb);
    // Memory is reported as the most that the environment ever used.
    let max_memory_mb = environment.max_memory_mb;
    let init_ms = environment.unreported_init_ms.take();
    let id = run.request_id.as_str();
    let version = version_of(cx, &invocation).map(|(_, version)| version.settings.clone());
    let timeout_s = version.as_ref().map_or(limits::TIMEOUT_DEFAULT_S, |settings| settings.timeout_s);
    let memory_mb = version.map_or(0, |settings| settings.memory_mb);
    let cpu_ms = run.cpu_ms.filter(|_| cx.state().lambda.sizing);
    let most_ms = f64::from(timeout_s) * 1000.0;
    let duration_ms = sizing::duration_ms(run.duration_ms, cpu_ms, memory_mb, most_ms);
    let mut ended =
        Ended { payload: String::new(), failed: true, status: None, duration_ms, init_ms, max_memory_mb };
    let mut survives = true;
    match run.outcome {
        FunctionOutcome::Success { payload } if payload.len() > limits::RESPONSE_MAX_BYTES => {
            ended.payload = report::too_large_payload(payload.len(), limits::RESPONSE_MAX_BYTES);
        }
        FunctionOutcome::Success { payload } => {
            ended.payload = payload;
            ended.failed = false;
        }
        FunctionOutcome::Error { payload } => ended.payload = payload,
        FunctionOutcome::TimedOut => {
            survives = false;
            ended.duration_ms = f64::from(timeout_s) * 1000.0;
            ended.payload = report::timed_out_payload(id, timeout_s);
            ended.status = Some(Status::Timeout);
            log(cx, &invocation, report::timed_out(cx.now_ms, id, timeout_s));
        }
        FunctionOutcome::OutOfMemory => {
            survives = false;
            ended.payload = report::exited_payload(id, "signal: killed");
            ended.status = Some(Status::Error("Runtime.OutOfMemory"));
            log(cx, &invocation, report::exited(id, "signal: killed"));
        }
        FunctionOutcome::Crashed { message } => {
            survives = false;
            ended.payload = report::exited_payload(id, &message);
            ended.status = Some(Status::Error("Runtime.ExitError"));
            log(cx, &invocation, report::exited(id, &message));
        }
    }
    let (payload, failed) = (ended.payload.clone(), ended.failed);
    finish(cx, id, ended);
    if survives {
        environments::set_idle(cx, &run.environment_id);
    } else {
        environments::stop(cx, &run.environment_id);
    }
    answer(cx, id, payload, failed);
}

/// Writes the closing lines, and tells of the run.
fn finish(cx: &mut OpContext<'_>, request_id: &str, ended: Ended<'_>) {
    let Some(invocation) = cx.state().lambda.invocations.get(request_id).cloned() else { return };
    let memory_mb = version_of(cx, &invocation).map_or(0, |(_, version)| version.settings.memory_mb);
    let report = Report {
        request_id,
        duration_ms: ended.duration_ms,
        init_ms: ended.init_ms,
        memory_mb,
        max_memory_mb: ended.max_memory_mb,
        status: ended.status,
    };
    log(cx, &invocation, report::end(request_id));
    log(cx, &invocation, report.line());
    let mut trace = Trace::begin(TraceKind::Invocation, invocation.accepted_ms, request_id);
    trace.duration_ms = ended.duration_ms + ended.init_ms.unwrap_or(0.0);
    trace.parent = invocation.parent;
    trace.service = "lambda".to_owned();
    trace.operation = "Invocation".to_owned();
    trace.region.clone_from(&invocation.region);
    trace.principal = "lambda.amazonaws.com".to_owned();
    let account = cx.account().to_string();
    trace.resources = vec![super::target::arn(&invocation.region, &account, &invocation.function, "")];
    let environment = cx.state().lambda.environments.get(&invocation.environment_id);
    trace.decisions.extend(environment.and_then(|environment| environment.log_refusal.clone()));
    trace.status = 200;
    trace.request_bytes = invocation.event.len() as u64;
    trace.response_bytes = ended.payload.len() as u64;
    if ended.failed {
        let error: serde_json::Value = serde_json::from_str(&ended.payload).unwrap_or_default();
        trace.error_code = Some(error["errorType"].as_str().unwrap_or("Unhandled").to_owned());
        trace.error_message = error["errorMessage"].as_str().map(str::to_owned);
    }
    cx.tell(trace);
}

/// Ends the invocation and hands its result on.
fn answer(cx: &mut OpContext<'_>, request_id: &str, payload: String, failed: bool) {
    let Some(invocation) = cx.lambda().invocations.shift_remove(request_id) else { return };
    let result = InvocationResult {
        request_id: invocation.request_id,
        payload,
        failed,
        executed_version: invocation.version,
        log_tail: invocation.log_tail,
    };
    cx.resume(invocation.continuation, result);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tail_keeps_the_last_four_kilobytes_of_whole_characters() {
        // Source: AWS Lambda API Reference, "Invoke", LogResult.
        let mut tail = String::new();
        for _ in 0..3000 {
            append_tail(&mut tail, "é");
        }
        append_tail(&mut tail, "x");
        assert_eq!(tail.len(), 4095);
        assert!(tail.ends_with("éx"));
    }
}
