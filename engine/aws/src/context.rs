//! What a handler works with: the state, the time, the principal, and its wishes.

use crate::auth::{self, Access, AccessCheck, Decision, Principal};
use crate::cloud::{CloudState, Continuation, Timer};
use crate::effects::Effect;
use crate::pipeline;
use crate::service::{ApiResult, ServiceDef};
use crate::trace::{Trace, TraceKind};
use crate::{apigateway, apigatewayv2, dynamodb, ec2, events, iam, lambda, logs, s3, sns, sqs, states, sts};
use nuvola_kernel::{AccountId, Arn, IdSource, Region, Timestamp};
use nuvola_wire::{ApiError, Headers, Request, Response, Structure};

/// What is known of the request that is being served.
#[derive(Debug, Clone, Default)]
pub struct RequestMeta {
    /// The host's id; absent while the cloud acts by itself.
    pub http_id: Option<u64>,
    /// AWS's id of the request.
    pub request_id: String,
    pub http: Request,
    pub source_ip: String,
    pub user_agent: String,
    pub access_key_id: Option<String>,
    /// Why a data plane's request with a signature counts as anonymous.
    pub auth_error: Option<ApiError>,
}

/// The context of one request, timer or report of the host.
pub struct OpContext<'a> {
    pub now_ms: i64,
    /// The region of the endpoint that was asked.
    pub region: Region,
    pub principal: Principal,
    pub request: RequestMeta,
    /// The service that is asked, while one is.
    pub service: Option<&'static ServiceDef>,
    /// The request speaks the service's second protocol.
    pub speaks_second: bool,
    /// Nothing may change: a screen looks (`Cloud::look`).
    pub looks: bool,
    /// Further headers of the answer.
    pub response_headers: Headers,
    /// What will be told of this request.
    pub trace: Trace,
    pub(crate) state: &'a mut CloudState,
    pub(crate) effects: &'a mut Vec<Effect>,
}

/// A late answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Completion {
    /// Of an operation: encoded by its service's protocol.
    Operation(ApiResult<Structure>),
    /// Of a data plane.
    Response(Response),
}

impl<'a> OpContext<'a> {
    /// The cloud acting by itself: timers, and what the host reports.
    pub(crate) fn internal(state: &'a mut CloudState, effects: &'a mut Vec<Effect>) -> Self {
        let now_ms = state.now_ms;
        OpContext {
            now_ms,
            region: state.options.region.clone(),
            principal: Principal::Service("nuvola.internal".to_owned()),
            request: RequestMeta::default(),
            service: None,
            speaks_second: false,
            looks: false,
            response_headers: Headers::new(),
            trace: Trace::begin(TraceKind::Delivery, now_ms, ""),
            state,
            effects,
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.now_ms)
    }

    pub fn account(&self) -> &AccountId {
        &self.state.options.account
    }

    pub fn ids(&mut self) -> &mut IdSource {
        &mut self.state.ids
    }

    /// An ARN of this account in this region.
    pub fn arn(&self, service: &str, resource: &str) -> Arn {
        Arn::build(service, self.region.as_str(), self.account().as_str(), resource)
    }

    /// The ARN of the principal.
    pub fn principal_arn(&self) -> String {
        self.principal.arn(self.account())
    }

    pub fn iam(&mut self) -> &mut iam::State {
        &mut self.state.iam
    }

    pub fn sts(&mut self) -> &mut sts::State {
        &mut self.state.sts
    }

    pub fn logs(&mut self) -> &mut logs::State {
        &mut self.state.logs
    }

    pub fn s3(&mut self) -> &mut s3::State {
        &mut self.state.s3
    }

    pub fn lambda(&mut self) -> &mut lambda::State {
        &mut self.state.lambda
    }

    pub fn ec2(&mut self) -> &mut ec2::State {
        &mut self.state.ec2
    }

    pub fn apigateway(&mut self) -> &mut apigateway::State {
        &mut self.state.apigateway
    }

    pub fn apigatewayv2(&mut self) -> &mut apigatewayv2::State {
        &mut self.state.apigatewayv2
    }

    pub fn sqs(&mut self) -> &mut sqs::State {
        &mut self.state.sqs
    }

    pub fn states(&mut self) -> &mut states::State {
        &mut self.state.states
    }

    pub fn dynamodb(&mut self) -> &mut dynamodb::State {
        &mut self.state.dynamodb
    }

    pub fn sns(&mut self) -> &mut sns::State {
        &mut self.state.sns
    }

    pub fn events(&mut self) -> &mut events::State {
        &mut self.state.events
    }

    /// The whole state, for what only reads (an `access` function, say).
    pub fn state(&self) -> &CloudState {
        self.state
    }

    /// Lets `timer` fire at `due_ms`, with the time it was due as its `now_ms`.
    pub fn schedule(&mut self, due_ms: i64, timer: Timer) {
        self.state.timers.push(due_ms, timer);
    }

    /// Drops the timers for which `keep` says no.
    pub fn retain_timers(&mut self, keep: impl FnMut(&Timer) -> bool) {
        self.state.timers.retain(keep);
    }

    /// Hands the host something to do.
    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Judges a permission of the current principal; the decision goes into the trace.
    pub fn judge(&mut self, check: &AccessCheck) -> Decision {
        let principal = self.principal.clone();
        self.judge_as(&principal, check)
    }

    /// Judges a permission of another principal: a function's role, a service.
    pub fn judge_as(&mut self, principal: &Principal, check: &AccessCheck) -> Decision {
        let decision = auth::authorize(self, principal, check);
        self.trace.decisions.push(decision.clone());
        decision
    }

    /// Refuses, in the service's words, what the principal may not do.
    pub fn require(&mut self, access: &Access) -> ApiResult<()> {
        for check in &access.checks {
            if check.resource != "*" && !self.trace.resources.contains(&check.resource) {
                self.trace.resources.push(check.resource.clone());
            }
            let decision = self.judge(check);
            if !decision.allowed {
                return Err(auth::errors::access_denied(self, &decision));
            }
        }
        Ok(())
    }

    /// One permission, for checks that depend on more than the input.
    pub fn authorize(&mut self, action: &str, resource: &str) -> ApiResult<()> {
        self.require(&Access::to(action, resource))
    }

    /// Tells the user that something was accepted and has no effect here.
    pub fn not_simulated(&mut self, what: impl Into<String>) {
        self.trace.not_simulated.push(what.into());
    }

    /// Explains something that the user may trip over; the request goes on as it would.
    pub fn hint(&mut self, text: impl Into<String>) {
        self.trace.hints.push(text.into());
    }

    /// As [`OpContext::hint`], about a request that still waits for its answer.
    pub fn hint_for(&mut self, http_id: u64, text: impl Into<String>) {
        match self.state.waiting.get_mut(&http_id) {
            Some(waiting) => waiting.trace.hints.push(text.into()),
            None => self.trace.hints.push(text.into()),
        }
    }

    /// An error about the input, with the code that the service uses for it.
    pub fn validation_error(&self, message: impl Into<String>) -> ApiError {
        let code = self.service.map_or("ValidationException", |service| service.validation_code);
        ApiError::new(400, code, message)
    }

    /// The host's id of the request, for an answer that comes later.
    pub fn http_id(&self) -> u64 {
        self.request.http_id.expect("only requests are answered later")
    }

    /// Answers a request that was left for later. A request that nobody waits for any more is skipped.
    pub fn complete(&mut self, http_id: u64, completion: Completion) {
        pipeline::complete(self, http_id, completion);
    }

    /// Hands the result of an invocation to the service that waits for it.
    pub fn resume(&mut self, continuation: Continuation, result: lambda::InvocationResult) {
        match continuation {
            Continuation::Lambda(continuation) => lambda::resume(self, continuation, result),
            Continuation::ApiGateway(continuation) => apigateway::resume(self, continuation, result),
            Continuation::ApiGatewayV2(continuation) => apigatewayv2::resume(self, continuation, result),
        }
    }

    /// Tells of something other than the request itself: an invocation, a delivery.
    pub fn tell(&mut self, trace: Trace) {
        self.effects.push(Effect::Trace(Box::new(trace)));
    }
}
