//! Lambda: nothing is simulated yet.

use crate::context::OpContext;
use crate::effects::FunctionOutcome;
use crate::service::ServiceDef;
use nuvola_wire::{Protocol, ServiceSchema};
use serde::{Deserialize, Serialize};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "Lambda",
        protocol: Protocol::RestJson,
        signing_name: "lambda",
        endpoint_prefix: "lambda",
        api_version: "2015-03-31",
        error_message_key: "Message",
        ..ServiceSchema::DEFAULT
    },
    ..ServiceDef::DEFAULT
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {}

/// What Lambda itself does when an invocation ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Continuation {}

/// The end of an invocation, for whoever waits for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvocationResult {
    pub outcome: FunctionOutcome,
}

/// What the host tells of a finished run.
#[derive(Debug, Clone, PartialEq)]
pub struct FinishedRun {
    pub environment_id: String,
    pub request_id: String,
    pub outcome: FunctionOutcome,
    pub duration_ms: f64,
    pub max_memory_mb: u32,
}

pub fn on_timer(_cx: &mut OpContext<'_>, timer: Timer) {
    match timer {}
}

pub fn resume(_cx: &mut OpContext<'_>, continuation: Continuation, _result: InvocationResult) {
    match continuation {}
}

pub fn environment_ready(_cx: &mut OpContext<'_>, _environment_id: &str, _init_ms: f64) {}

pub fn environment_failed(_cx: &mut OpContext<'_>, _environment_id: &str, _payload: &str, _kind: &str) {}

pub fn function_log(_cx: &mut OpContext<'_>, _environment_id: &str, _text: &str) {}

pub fn function_finished(_cx: &mut OpContext<'_>, _run: FinishedRun) {}
