//! Asynchronous invocation: a queue, what happens when a function fails on an event, and who is told.
//!
//! **Source**: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation",
//! "Capturing records of Lambda asynchronous invocations", "Adding a dead-letter queue".

use crate::auth::{Principal, errors as auth_errors};
use crate::cloud;
use crate::context::OpContext;
use crate::service::ApiResult;
use serde_json::{Value, json};

use super::destinations::{self, Parcel};
use super::invocations::{self, Call, InvocationResult, LastFailure, QueuedEvent};
use super::state::EventConfig;
use super::target::Target;
use super::{Continuation, Timer, limits};

/// How soon an event that was accepted is tried.
const FIRST_TRY_MS: i64 = 10;

/// The longest error message that a dead letter carries.
const ERROR_MESSAGE_MAX_BYTES: usize = 1024;

/// The function behind an ARN, if a principal may invoke it; `source_arn` is for what a service acts.
pub fn authorise(
    cx: &mut OpContext<'_>,
    principal: &Principal,
    source_arn: Option<&str>,
    arn: &str,
) -> ApiResult<Target> {
    let target = super::target::target(cx, arn, None)?;
    target.function(cx)?;
    let mut check = super::target::check(cx, "lambda:InvokeFunction", &target);
    if let Some(source) = source_arn {
        check.context.insert("aws:SourceArn".to_owned(), vec![source.to_owned()]);
        check.context.insert("aws:SourceAccount".to_owned(), vec![cx.account().to_string()]);
    }
    let decision = cx.judge_as(principal, &check);
    match decision.allowed {
        true => Ok(target),
        false => Err(auth_errors::access_denied(cx, &decision)),
    }
}

/// Accepts an event from another service, which has checked that it may invoke the function. Returns the
/// invocation's id.
pub fn accept_event(cx: &mut OpContext<'_>, target: Target, event: String, parent: Option<String>) -> String {
    let request_id = cx.ids().uuid();
    let event = QueuedEvent {
        request_id: request_id.clone(),
        region: target.region,
        function: target.name,
        qualifier: target.qualifier,
        event,
        client_context: None,
        parent,
        accepted_ms: cx.now_ms,
        failures: 0,
        last: None,
        throttle_wait_ms: limits::EVENT_THROTTLE_FIRST_MS,
    };
    enqueue(cx, event);
    request_id
}

/// Accepts an event.
pub fn enqueue(cx: &mut OpContext<'_>, event: QueuedEvent) {
    let due_ms = cx.now_ms + FIRST_TRY_MS;
    wait(cx, event, due_ms);
}

fn wait(cx: &mut OpContext<'_>, event: QueuedEvent, due_ms: i64) {
    let timer = Timer::Event { request_id: event.request_id.clone() };
    cx.lambda().queued.insert(event.request_id.clone(), event);
    cx.schedule(due_ms, cloud::Timer::Lambda(timer));
}

/// An event's time has come.
pub fn try_now(cx: &mut OpContext<'_>, request_id: &str) {
    let Some(event) = cx.lambda().queued.remove(request_id) else { return };
    let function = cx.state().lambda.function(&event.region, &event.function);
    if function.is_some_and(|function| function.reserved_concurrency == Some(0)) {
        // A function that is stopped gets no retries.
        return give_up(cx, event, "ZeroReservedConcurrency");
    }
    let call = Call {
        region: event.region.clone(),
        function: event.function.clone(),
        qualifier: event.qualifier.clone(),
        event: event.event.clone(),
        client_context: event.client_context.clone(),
        request_id: Some(event.request_id.clone()),
        parent: event.parent.clone(),
        continuation: cloud::Continuation::Lambda(Continuation::Event(Box::new(event.clone()))),
    };
    let Err(error) = invocations::begin(cx, call) else { return };
    if error.status != 429 && error.status != 409 {
        // The function is gone, and the event with it.
        return;
    }
    let wait_ms = event.throttle_wait_ms;
    let again =
        QueuedEvent { throttle_wait_ms: (wait_ms * 2).min(limits::EVENT_THROTTLE_LONGEST_MS), ..event };
    retry(cx, again, wait_ms);
}

/// The function has handled an event, or failed on it.
pub fn finished(cx: &mut OpContext<'_>, event: QueuedEvent, result: &InvocationResult) {
    let config = config(cx, &event);
    let last = LastFailure { payload: result.payload.clone(), version: result.executed_version.clone() };
    let event = QueuedEvent { last: Some(last), ..event };
    if !result.failed {
        if let Some(arn) = config.and_then(|config| config.on_success) {
            let record = record(cx, &event, "Success", false);
            tell(cx, &event, "OnSuccess", arn, record.to_string());
        }
        return;
    }
    let allowed = config.as_ref().and_then(|config| config.maximum_retry_attempts);
    let allowed = allowed.map_or(limits::EVENT_RETRY_MS.len(), |count| usize::try_from(count).unwrap_or(0));
    let failures = event.failures;
    let again = QueuedEvent { failures: failures + 1, ..event };
    if failures < allowed && failures < limits::EVENT_RETRY_MS.len() {
        retry(cx, again, limits::EVENT_RETRY_MS[failures]);
    } else {
        give_up(cx, again, "RetriesExhausted");
    }
}

/// Waits again, unless the event would then be too old.
fn retry(cx: &mut OpContext<'_>, event: QueuedEvent, wait_ms: i64) {
    let config = config(cx, &event);
    let max_age_s = config.and_then(|config| config.maximum_event_age_s);
    let max_age_ms = max_age_s.map_or(limits::EVENT_AGE_MAX_S, i64::from) * 1000;
    let due_ms = cx.now_ms + wait_ms;
    if due_ms - event.accepted_ms <= max_age_ms {
        wait(cx, event, due_ms);
    } else {
        give_up(cx, event, "EventAgeExceeded");
    }
}

/// An event that the function did not handle goes to its dead-letter queue and its destination.
fn give_up(cx: &mut OpContext<'_>, event: QueuedEvent, condition: &'static str) {
    let destination = config(cx, &event).and_then(|config| config.on_failure);
    if let Some(arn) = destination {
        let record = record(cx, &event, condition, true);
        tell(cx, &event, "OnFailure", arn, record.to_string());
    }
    let settings = settings(cx, &event);
    if let Some(arn) = settings.and_then(|(_, dead_letter)| dead_letter) {
        tell(cx, &event, "DeadLetterQueue", arn, event.event.clone());
    }
}

/// The role and the dead-letter target of the version that an event is for.
fn settings(cx: &OpContext<'_>, event: &QueuedEvent) -> Option<(String, Option<String>)> {
    let function = cx.state().lambda.function(&event.region, &event.function)?;
    let settings = &function.version(&event.qualifier)?.settings;
    Some((settings.role.clone(), settings.dead_letter_arn.clone()))
}

fn tell(cx: &mut OpContext<'_>, event: &QueuedEvent, what: &'static str, destination: String, body: String) {
    let Some((role_arn, _)) = settings(cx, event) else { return };
    let failed = what != "OnSuccess";
    let attributes = if what == "DeadLetterQueue" { attributes(event) } else { Vec::new() };
    let parcel = Parcel {
        what,
        region: event.region.clone(),
        function_arn: destinations::qualified(cx, &event.region, &event.function, &event.qualifier),
        function: event.function.clone(),
        role_arn,
        destination,
        body,
        attributes,
        failed,
        parent: Some(event.request_id.clone()),
    };
    destinations::send(cx, parcel);
}

/// What a dead letter tells of the failure.
fn attributes(event: &QueuedEvent) -> Vec<(String, String, String)> {
    let one = |name: &str, kind: &str, value: String| (name.to_owned(), kind.to_owned(), value);
    let error =
        event.last.as_ref().map(|last| serde_json::from_str::<Value>(&last.payload).unwrap_or_default());
    let message = error.as_ref().and_then(|error| error["errorMessage"].as_str()).unwrap_or("");
    let mut message = message.to_owned();
    while message.len() > ERROR_MESSAGE_MAX_BYTES {
        message.pop();
    }
    let code = if event.last.is_some() { "200" } else { "429" };
    let mut all = vec![
        one("RequestID", "String", event.request_id.clone()),
        one("ErrorCode", "Number", code.to_owned()),
    ];
    if !message.is_empty() {
        all.push(one("ErrorMessage", "String", message));
    }
    all
}

/// The record that destinations get.
fn record(cx: &OpContext<'_>, event: &QueuedEvent, condition: &str, failed: bool) -> Value {
    let count = if failed { event.failures } else { event.failures + 1 };
    let request = json!({
        "requestId": event.request_id,
        "functionArn": destinations::qualified(cx, &event.region, &event.function, &event.qualifier),
        "condition": condition,
        "approximateInvokeCount": count,
    });
    let answer = event.last.as_ref().map(|last| destinations::response_context(&last.version, failed));
    let mut record = destinations::record(cx.now_ms, request, answer);
    record["requestPayload"] = serde_json::from_str(&event.event).unwrap_or_default();
    if let Some(last) = &event.last {
        record["responsePayload"] = serde_json::from_str(&last.payload).unwrap_or_default();
    }
    record
}

fn config(cx: &OpContext<'_>, event: &QueuedEvent) -> Option<EventConfig> {
    let function = cx.state().lambda.function(&event.region, &event.function)?;
    let key = if event.qualifier.is_empty() { limits::LATEST } else { &event.qualifier };
    function.event_configs.get(key).cloned()
}
