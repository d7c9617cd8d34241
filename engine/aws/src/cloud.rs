//! The cloud: one deterministic state machine without I/O.
//!
//! Start reading at [`Cloud::step`]: a request goes on to `pipeline`, everything else straight to the
//! service that it concerns. The same seed and the same inputs give the same state hash in every host.

use crate::auth::{AuthMode, Credentials};
use crate::context::OpContext;
use crate::effects::{Effect, Input};
use crate::pipeline::{self, Waiting};
use crate::{
    apigateway, apigatewayv2, dynamodb, ec2, events, iam, lambda, logs, outbound, s3, sns, sqs, states, sts,
};
use nuvola_kernel::Map;
use nuvola_kernel::{AccountId, EventQueue, IdSource, Region};
use nuvola_wire::checksum::sha256_hex;
use nuvola_wire::{Request, Response};
use serde::{Deserialize, Serialize};

/// How many timers one step runs at most; the rest stay due and run in the next step.
const TIMERS_PER_STEP: usize = 10_000;

/// What a cloud starts from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CloudOptions {
    pub seed: u64,
    pub account: AccountId,
    /// The region of clients that name none.
    pub region: Region,
    pub auth: AuthMode,
}

impl Default for CloudOptions {
    fn default() -> Self {
        CloudOptions {
            seed: 1,
            account: AccountId::default(),
            region: Region::default(),
            auth: AuthMode::Verify,
        }
    }
}

/// Everything that the cloud knows; its JSON form is the snapshot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloudState {
    pub options: CloudOptions,
    pub now_ms: i64,
    pub ids: IdSource,
    /// The keys of the account's root user.
    pub root: Credentials,
    pub timers: EventQueue<Timer>,
    /// Requests whose answer is still to come, by the host's id.
    pub waiting: Map<u64, Waiting>,
    pub iam: iam::State,
    pub sts: sts::State,
    pub logs: logs::State,
    pub s3: s3::State,
    pub lambda: lambda::State,
    pub apigateway: apigateway::State,
    #[serde(default)]
    pub apigatewayv2: apigatewayv2::State,
    /// Requests that the cloud itself has sent.
    #[serde(default)]
    pub outbound: outbound::State,
    #[serde(default)]
    pub sqs: sqs::State,
    #[serde(default)]
    pub ec2: ec2::State,
    pub dynamodb: dynamodb::State,
    #[serde(default)]
    pub states: states::State,
    pub sns: sns::State,
    #[serde(default)]
    pub events: events::State,
}

/// What is to happen at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {
    S3(s3::Timer),
    Lambda(lambda::Timer),
    ApiGateway(apigateway::Timer),
    ApiGatewayV2(apigatewayv2::Timer),
    Sqs(sqs::Timer),
    Ec2(ec2::Timer),
    DynamoDb(dynamodb::Timer),
    States(states::Timer),
    Sns(sns::Timer),
    Events(events::Timer),
}

/// Who waits for the end of an invocation, and what is to be done with its result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Continuation {
    Lambda(lambda::Continuation),
    ApiGateway(apigateway::Continuation),
    ApiGatewayV2(apigatewayv2::Continuation),
}

/// A simulated AWS account; its serialised form is the snapshot of its state.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cloud {
    state: CloudState,
}

impl Cloud {
    pub fn new(options: CloudOptions) -> Self {
        let mut ids = IdSource::new(options.seed);
        let root = Credentials::long_lived(&mut ids);
        Cloud {
            state: CloudState {
                options,
                now_ms: 0,
                ids,
                root,
                timers: EventQueue::default(),
                waiting: Map::new(),
                iam: iam::State::default(),
                sts: sts::State::default(),
                logs: logs::State::default(),
                s3: s3::State::default(),
                lambda: lambda::State::default(),
                apigateway: apigateway::State::default(),
                apigatewayv2: apigatewayv2::State::default(),
                outbound: outbound::State::default(),
                sqs: sqs::State::default(),
                ec2: ec2::State::default(),
                dynamodb: dynamodb::State::default(),
                states: states::State::default(),
                sns: sns::State::default(),
                events: events::State::default(),
            },
        }
    }

    /// Lets time advance to `now_ms` (it never goes back), then takes in `input`.
    pub fn step(&mut self, now_ms: i64, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        let now_ms = now_ms.max(self.state.now_ms);
        self.run_timers(now_ms, &mut effects);
        self.state.now_ms = now_ms;
        let state = &mut self.state;
        match input {
            Input::Request { id, request } => pipeline::serve(state, &mut effects, id, request),
            Input::InstanceRequest { id, instance_id, request } => {
                pipeline::serve_instance(state, &mut effects, id, &instance_id, request);
            }
            Input::InstanceConsole { instance_id, text } => {
                let cx = &mut OpContext::internal(state, &mut effects);
                ec2::console(cx, &instance_id, &text);
            }
            Input::InstanceShutdown { instance_id } => {
                let cx = &mut OpContext::internal(state, &mut effects);
                ec2::shut_down(cx, &instance_id);
            }
            Input::Fetched { id, response } => {
                outbound::arrived(&mut OpContext::internal(state, &mut effects), id, response);
            }
            Input::EnvironmentReady { environment_id, init_ms } => {
                let cx = &mut OpContext::internal(state, &mut effects);
                lambda::environment_ready(cx, &environment_id, init_ms);
            }
            Input::EnvironmentFailed { environment_id, error_payload, error_kind } => {
                let cx = &mut OpContext::internal(state, &mut effects);
                lambda::environment_failed(cx, &environment_id, &error_payload, &error_kind);
            }
            Input::FunctionLog { environment_id, text } => {
                let cx = &mut OpContext::internal(state, &mut effects);
                lambda::function_log(cx, &environment_id, &text);
            }
            Input::FunctionFinished {
                environment_id,
                request_id,
                outcome,
                duration_ms,
                cpu_ms,
                max_memory_mb,
            } => {
                let cx = &mut OpContext::internal(state, &mut effects);
                let run = lambda::FinishedRun {
                    environment_id,
                    request_id,
                    outcome,
                    duration_ms,
                    cpu_ms,
                    max_memory_mb,
                };
                lambda::function_finished(cx, run);
            }
            Input::Abandoned { id } => {
                state.waiting.remove(&id);
                sqs::abandon(&mut OpContext::internal(state, &mut effects), id);
                states::abandon(&mut OpContext::internal(state, &mut effects), id);
            }
            Input::SqsDisorder { queue_arn, permille } => {
                self.set_sqs_disorder(&queue_arn, permille);
            }
            Input::ReplicaLag { table_arn, lag_ms } => state.dynamodb.set_replica_lag(&table_arn, lag_ms),
            Input::LambdaSizing { on } => state.lambda.sizing = on,
            Input::Tick => {}
        }
        outbound::run(&mut self.state, &mut effects);
        effects
    }

    /// Answers a request that only reads, as of `now_ms`, and changes nothing: no id is used up, no time passes, no
    /// capacity is consumed. Nothing where the request would do more than read.
    pub fn look(&mut self, now_ms: i64, request: Request) -> Option<Response> {
        let state = &mut self.state;
        let (kept_ms, kept_ids) = (state.now_ms, state.ids.clone());
        state.now_ms = now_ms.max(kept_ms);
        let response = pipeline::look(state, request);
        (state.now_ms, state.ids) = (kept_ms, kept_ids);
        response
    }

    /// Each timer sees the time at which it was due, however large the step is.
    fn run_timers(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        for _ in 0..TIMERS_PER_STEP {
            let Some((due_ms, timer)) = self.state.timers.pop_due(now_ms) else { return };
            self.state.now_ms = self.state.now_ms.max(due_ms);
            let cx = &mut OpContext::internal(&mut self.state, effects);
            match timer {
                Timer::S3(timer) => s3::on_timer(cx, timer),
                Timer::Lambda(timer) => lambda::on_timer(cx, timer),
                Timer::ApiGateway(timer) => apigateway::on_timer(cx, timer),
                Timer::ApiGatewayV2(timer) => apigatewayv2::on_timer(cx, timer),
                Timer::Sqs(timer) => sqs::on_timer(cx, timer),
                Timer::Ec2(timer) => ec2::on_timer(cx, timer),
                Timer::DynamoDb(timer) => dynamodb::on_timer(cx, timer),
                Timer::States(timer) => states::on_timer(cx, timer),
                Timer::Sns(timer) => sns::on_timer(cx, timer),
                Timer::Events(timer) => events::on_timer(cx, timer),
            }
        }
    }

    /// When something is due next: a host calls `step` then, with `Input::Tick` if nothing else happens.
    pub fn next_due_ms(&self) -> Option<i64> {
        self.state.timers.next_due_ms()
    }

    pub fn account(&self) -> &AccountId {
        &self.state.options.account
    }

    /// The access key of the account's root user.
    pub fn root_credentials(&self) -> Credentials {
        self.state.root.clone()
    }

    /// The cloud's options, which `reset` keeps.
    pub fn options(&self) -> &CloudOptions {
        &self.state.options
    }

    pub(crate) fn state(&self) -> &CloudState {
        &self.state
    }

    pub(crate) fn state_mut(&mut self) -> &mut CloudState {
        &mut self.state
    }

    /// SHA-256 of the snapshot's text, in hexadecimal.
    pub fn state_hash(&self) -> String {
        let text = serde_json::to_vec(&self.state).expect("every key of a map in the state is a text");
        sha256_hex(&text)
    }
}
