//! Event source mappings: Lambda's pollers, which read queues and streams and invoke a function with batches.
//!
//! A mapping sleeps until its source has something (the source calls [`source_ready`]) or a timer of its own is
//! due: an idle one costs nothing. What it may read, its function's role decides, each time.
//! Start reading at [`work`], then [`queue`] (SQS) and [`stream`] (DynamoDB).
//!
//! **Source**: AWS Lambda Developer Guide, "How Lambda processes records from stream and queue-based event
//! sources", "Using Lambda with Amazon SQS", "Using AWS Lambda with Amazon DynamoDB".
//!
//! Not simulated: other sources (Kinesis, Kafka, MQ, DocumentDB), tumbling windows, provisioned pollers.

pub mod filter;
mod outcome;
mod queue;
pub mod state;
mod stream;

use crate::auth::Principal;
use crate::cloud;
use crate::context::OpContext;
use crate::trace::{Trace, TraceKind};
use nuvola_kernel::Region;
use nuvola_wire::ApiError;

use super::invocations::{Call, InvocationResult, begin};
use super::state::Function;
use super::{Continuation, Timer, role};
use state::{Mapping, MappingState, Work};

/// How soon a mapping looks at a source that has something new.
const WAKE_MS: i64 = 50;
/// How long it waits when it may not read.
const REFUSED_MS: i64 = 30_000;
/// How long a change of its state takes. AWS needs longer; a lab need not wait for it.
pub const CHANGE_MS: i64 = 2000;

/// A queue or stream has something for those who read it.
pub fn source_ready(cx: &mut OpContext<'_>, source_arn: &str) {
    let Some(ids) = cx.state().lambda.mappings_of.get(source_arn) else { return };
    for id in ids.clone() {
        let due_ms = cx.now_ms + WAKE_MS;
        arm(cx, &id, due_ms);
    }
}

/// Lets a mapping work at a time, if it does not do so earlier anyway.
fn arm(cx: &mut OpContext<'_>, id: &str, due_ms: i64) {
    let Some(mapping) = cx.lambda().mappings.get_mut(id) else { return };
    if mapping.state != MappingState::Enabled || mapping.wake_at_ms.is_some_and(|at_ms| at_ms <= due_ms) {
        return;
    }
    mapping.wake_at_ms = Some(due_ms);
    let timer = Timer::Mapping { id: id.to_owned() };
    cx.schedule(due_ms, cloud::Timer::Lambda(timer));
}

/// A mapping's timer has fired.
pub fn on_timer(cx: &mut OpContext<'_>, id: &str) {
    let now_ms = cx.now_ms;
    let Some(mapping) = cx.lambda().mappings.get_mut(id) else { return };
    if mapping.wake_at_ms.is_none_or(|at_ms| at_ms > now_ms) {
        // An earlier timer has taken this one's place.
        return;
    }
    mapping.wake_at_ms = None;
    work(cx, id);
}

/// Reads and invokes as much as may be done now.
fn work(cx: &mut OpContext<'_>, id: &str) {
    let Some(mapping) = cx.state().lambda.mappings.get(id) else { return };
    if mapping.state != MappingState::Enabled {
        return;
    }
    let region = Region::new(mapping.region.clone());
    let home = std::mem::replace(&mut cx.region, region);
    // The mapping is out of the state while it works, so that nothing is copied; nothing else sees it then.
    let Some(mut mapping) = cx.lambda().mappings.remove(id) else { return };
    let due_ms = match &mapping.work {
        Work::Queue(_) => queue::work(cx, &mut mapping),
        Work::Stream(_) => stream::work(cx, &mut mapping),
    };
    cx.lambda().mappings.insert(id.to_owned(), mapping);
    cx.region = home;
    if let Some(due_ms) = due_ms {
        arm(cx, id, due_ms);
    }
}

/// A batch that was throttled is tried again.
pub fn retry(cx: &mut OpContext<'_>, id: &str, batch: u64) {
    with(cx, id, &mut |cx, mapping| {
        let enabled = mapping.state == MappingState::Enabled;
        match &mut mapping.work {
            Work::Queue(_) if enabled => queue::invoke(cx, mapping, batch),
            Work::Stream(_) if enabled => stream::invoke(cx, mapping, batch),
            // The messages come again when they are visible again, ...
            Work::Queue(work) => drop(work.batches.remove(&batch)),
            // ... and the records stay the lane's next.
            Work::Stream(work) => work.lanes.iter_mut().for_each(|lane| lane.waiting = false),
        }
    });
    let due_ms = cx.now_ms;
    arm(cx, id, due_ms);
}

/// The function has handled a batch, or failed on it.
pub fn finished(cx: &mut OpContext<'_>, id: &str, batch: u64, result: &InvocationResult) {
    with(cx, id, &mut |cx, mapping| match &mapping.work {
        Work::Queue(_) => queue::finished(cx, mapping, batch, result),
        Work::Stream(_) => stream::finished(cx, mapping, batch, result),
    });
    let due_ms = cx.now_ms;
    arm(cx, id, due_ms);
}

fn with(cx: &mut OpContext<'_>, id: &str, act: &mut dyn FnMut(&mut OpContext<'_>, &mut Mapping)) {
    let Some(mut mapping) = cx.lambda().mappings.remove(id) else { return };
    let home = std::mem::replace(&mut cx.region, Region::new(mapping.region.clone()));
    act(cx, &mut mapping);
    cx.region = home;
    cx.lambda().mappings.insert(id.to_owned(), mapping);
}

/// A change of a mapping's state is over.
pub fn settle(cx: &mut OpContext<'_>, id: &str, change: u64) {
    let Some(mapping) = cx.lambda().mappings.get_mut(id) else { return };
    if mapping.change != change {
        return;
    }
    match mapping.state {
        MappingState::Deleting => forget(cx, id),
        MappingState::Enabled | MappingState::Disabled => {}
        MappingState::Creating
        | MappingState::Enabling
        | MappingState::Updating
        | MappingState::Disabling => {
            mapping.state = if mapping.enabled { MappingState::Enabled } else { MappingState::Disabled };
            let due_ms = cx.now_ms;
            if let Some(mut mapping) = cx.lambda().mappings.remove(id) {
                match &mut mapping.work {
                    Work::Stream(_) if mapping.enabled => stream::begin(cx, &mut mapping),
                    // What was received and not handed on comes again when it is visible again.
                    Work::Queue(work) if !mapping.enabled => work.gathered.clear(),
                    Work::Stream(_) | Work::Queue(_) => {}
                }
                cx.lambda().mappings.insert(id.to_owned(), mapping);
            }
            arm(cx, id, due_ms);
        }
    }
}

/// Begins a change of state, which takes a while.
pub fn change(cx: &mut OpContext<'_>, id: &str, state: MappingState) {
    let due_ms = cx.now_ms + CHANGE_MS;
    let Some(mapping) = cx.lambda().mappings.get_mut(id) else { return };
    mapping.state = state;
    mapping.change += 1;
    mapping.wake_at_ms = None;
    let timer = Timer::MappingChange { id: id.to_owned(), change: mapping.change };
    cx.schedule(due_ms, cloud::Timer::Lambda(timer));
}

fn forget(cx: &mut OpContext<'_>, id: &str) {
    let state = cx.lambda();
    let Some(mapping) = state.mappings.remove(id) else { return };
    if let Some(ids) = state.mappings_of.get_mut(&mapping.source_arn) {
        ids.retain(|other| other != id);
        if ids.is_empty() {
            state.mappings_of.remove(&mapping.source_arn);
        }
    }
}

/// The mapping's function and its role as the poller acts in its name.
fn actor(cx: &mut OpContext<'_>, mapping: &Mapping) -> Option<(Function, Principal)> {
    let function = cx.state().lambda.function(&mapping.region, &mapping.function)?.clone();
    let role_arn = function.version(&mapping.qualifier)?.settings.role.clone();
    let principal = role::actor(cx, &role_arn, &function)?;
    Some((function, principal))
}

/// Asks for a run of the function with a batch.
fn call(
    cx: &mut OpContext<'_>,
    mapping: &Mapping,
    batch: u64,
    event: String,
    parent: Option<String>,
) -> Result<String, ApiError> {
    let continuation = Continuation::Mapping { id: mapping.uuid.clone(), batch };
    let call = Call {
        region: mapping.region.clone(),
        function: mapping.function.clone(),
        qualifier: mapping.qualifier.clone(),
        event,
        client_context: None,
        request_id: None,
        parent,
        continuation: cloud::Continuation::Lambda(continuation),
    };
    begin(cx, call)
}

/// Runs `act`, a look at the source, with a trace of its own; it is told if `act` says so or is refused.
/// What is refused again and again is told once.
fn look<T>(
    cx: &mut OpContext<'_>,
    mapping: &mut Mapping,
    operation: &str,
    act: impl FnOnce(&mut OpContext<'_>) -> Result<T, ApiError>,
    bytes: impl FnOnce(&T) -> Option<usize>,
) -> Result<(T, String), ApiError> {
    let id = cx.ids().uuid();
    let trace = Trace::begin(TraceKind::Delivery, cx.now_ms, &id);
    let outer = std::mem::replace(&mut cx.trace, trace);
    let result = act(cx);
    let mut trace = std::mem::replace(&mut cx.trace, outer);
    trace.service = "lambda".to_owned();
    trace.operation = operation.to_owned();
    trace.region.clone_from(&mapping.region);
    trace.principal = role::LAMBDA.to_owned();
    trace.caller = Some(mapping.source_arn.clone());
    let function = super::target::arn(&mapping.region, cx.account().as_str(), &mapping.function, "");
    trace.resources = vec![function, mapping.source_arn.clone()];
    trace.status = 200;
    let told = match &result {
        Ok(found) => {
            mapping.refusal = None;
            bytes(found).inspect(|bytes| trace.request_bytes = *bytes as u64).is_some()
        }
        Err(error) => {
            trace.status = error.status;
            trace.error_code = Some(error.code.clone());
            trace.error_message = Some(error.message.clone());
            let news = mapping.refusal.as_ref() != Some(&error.message);
            mapping.refusal = Some(error.message.clone());
            news
        }
    };
    if told {
        cx.tell(trace);
    }
    result.map(|found| (found, id))
}
