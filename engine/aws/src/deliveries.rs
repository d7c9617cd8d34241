//! What one service hands to another, each told by a trace of its own.

use crate::context::OpContext;
use crate::service::ApiResult;
use crate::trace::{Trace, TraceKind};

/// What a trace tells of a delivery.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// The service that delivers: `lambda`.
    pub service: &'static str,
    pub operation: String,
    /// Who delivers: a service's name or a role's session.
    pub principal: String,
    /// For what: the ARN of a function, a topic, a rule.
    pub caller: String,
    /// Where to.
    pub target: String,
    /// The request or invocation that caused it.
    pub parent: Option<String>,
    pub bytes: usize,
}

/// Does something that is told as a delivery, with the permissions that were judged on the way; `false`: it
/// failed, which is told too.
pub fn tell(
    cx: &mut OpContext<'_>,
    note: Note,
    act: &mut dyn FnMut(&mut OpContext<'_>) -> ApiResult<()>,
) -> bool {
    let id = cx.ids().uuid();
    let mut trace = Trace::begin(TraceKind::Delivery, cx.now_ms, &id);
    trace.parent = note.parent.filter(|parent| !parent.is_empty());
    trace.service = note.service.to_owned();
    trace.operation = note.operation;
    trace.region = cx.region.to_string();
    trace.principal = note.principal;
    trace.resources = vec![note.target, note.caller.clone()];
    trace.caller = Some(note.caller);
    trace.request_bytes = note.bytes as u64;
    trace.status = 200;
    let outer = std::mem::replace(&mut cx.trace, trace);
    let result = act(cx);
    let mut trace = std::mem::replace(&mut cx.trace, outer);
    if let Err(error) = &result {
        trace.status = error.status;
        trace.error_code = Some(error.code.clone());
        trace.error_message = Some(error.message.clone());
    }
    cx.tell(trace);
    result.is_ok()
}
