//! Asynchronous invocation: a queue, and what happens when a function fails on an event.
//!
//! **Source**: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".

use crate::cloud;
use crate::context::OpContext;

use super::invocations::{self, Call, InvocationResult, QueuedEvent};
use super::state::EventConfig;
use super::target::Target;
use super::{Continuation, Timer, limits};

/// How soon an event that was accepted is tried.
const FIRST_TRY_MS: i64 = 10;

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
    let destination = |arn: Option<&String>| arn.is_some();
    if !result.failed {
        return;
    }
    let allowed = config.as_ref().and_then(|config| config.maximum_retry_attempts);
    let allowed = allowed.map_or(limits::EVENT_RETRY_MS.len(), |count| usize::try_from(count).unwrap_or(0));
    let failures = event.failures;
    if failures < allowed && failures < limits::EVENT_RETRY_MS.len() {
        let again = QueuedEvent { failures: failures + 1, ..event };
        retry(cx, again, limits::EVENT_RETRY_MS[failures]);
    } else if destination(config.as_ref().and_then(|config| config.on_failure.as_ref())) {
        cx.not_simulated("Lambda: destinations of asynchronous invocations");
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
    }
}

fn config(cx: &OpContext<'_>, event: &QueuedEvent) -> Option<EventConfig> {
    let function = cx.state().lambda.function(&event.region, &event.function)?;
    let key = if event.qualifier.is_empty() { limits::LATEST } else { &event.qualifier };
    function.event_configs.get(key).cloned()
}
