//! Requests that the cloud itself sends to a host name: of HTTP integrations, and for the keys of an issuer.
//!
//! They take the way of every request, so a function URL, another API or a website answers as it would answer
//! anybody. What is no name of AWS goes out to the host as [`Effect::Fetch`]: it knows the instances.
//! They are served at the end of a step, one after the other, never inside each other; a chain of them has a limit.

use crate::cloud::CloudState;
use crate::context::OpContext;
use crate::effects::Effect;
use crate::{apigateway, apigatewayv2, pipeline, states};
use nuvola_kernel::Map;
use nuvola_wire::{Request, Response};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Ids from here on are of requests that the cloud sends; hosts count from one.
pub const FIRST_ID: u64 = 1 << 51;

/// How many requests may cause each other: an API that calls itself ends here.
const DEPTH_MAX: u32 = 8;

/// How many are served in one step; the rest wait for the next.
const PER_STEP: usize = 1000;

/// What the cloud has sent and still waits for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    sent: u64,
    /// Not yet served, in order.
    queue: VecDeque<u64>,
    open: Map<u64, Sent>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Sent {
    request: Request,
    depth: u32,
    then: Continuation,
}

/// Who gets the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Continuation {
    ApiGateway(apigateway::Fetched),
    ApiGatewayV2(apigatewayv2::Fetched),
}

/// Sends a request. `parent` is the id of the request that this one is sent for.
pub fn fetch(cx: &mut OpContext<'_>, parent: u64, request: Request, then: Continuation) {
    let state = &mut cx.state.outbound;
    let depth = state.open.get(&parent).map_or(0, |sent| sent.depth + 1);
    state.sent += 1;
    let id = FIRST_ID + state.sent;
    state.queue.push_back(id);
    state.open.insert(id, Sent { request, depth, then });
}

/// Serves what was sent in this step.
pub fn run(state: &mut CloudState, effects: &mut Vec<Effect>) {
    for _ in 0..PER_STEP {
        let Some(id) = state.outbound.queue.pop_front() else { return };
        let Some(sent) = state.outbound.open.get(&id) else { continue };
        let request = sent.request.clone();
        match sent.depth < DEPTH_MAX {
            true => pipeline::serve(state, effects, id, request),
            false => arrived(&mut OpContext::internal(state, effects), id, None),
        }
    }
}

/// True for the id of a request that the cloud has sent.
pub fn is_own(id: u64) -> bool {
    (FIRST_ID..states::FIRST_CALL).contains(&id)
}

/// The host name is none of AWS: the host may know it.
pub fn unresolved(effects: &mut Vec<Effect>, id: u64, request: Request) {
    effects.push(match is_own(id) {
        true => Effect::Fetch { id, request: Box::new(request) },
        false => Effect::Unresolved { id, host: request.host },
    });
}

/// An answer has come, or (`None`) nobody has this name.
pub fn arrived(cx: &mut OpContext<'_>, id: u64, response: Option<Response>) {
    let Some(sent) = cx.state.outbound.open.remove(&id) else { return };
    match sent.then {
        Continuation::ApiGateway(then) => apigateway::fetched(cx, then, response),
        Continuation::ApiGatewayV2(then) => apigatewayv2::fetched(cx, then, response),
    }
}
