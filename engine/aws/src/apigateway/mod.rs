//! API Gateway: nothing is simulated yet.

use crate::context::OpContext;
use crate::lambda::InvocationResult;
use crate::service::ServiceDef;
use nuvola_wire::{Protocol, ServiceSchema};
use serde::{Deserialize, Serialize};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "API Gateway",
        protocol: Protocol::RestJson,
        signing_name: "apigateway",
        endpoint_prefix: "apigateway",
        api_version: "2015-07-09",
        ..ServiceSchema::DEFAULT
    },
    validation_code: "BadRequestException",
    ..ServiceDef::DEFAULT
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {}

/// What API Gateway does when the function behind a method has answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Continuation {}

pub fn on_timer(_cx: &mut OpContext<'_>, timer: Timer) {
    match timer {}
}

pub fn resume(_cx: &mut OpContext<'_>, continuation: Continuation, _result: InvocationResult) {
    match continuation {}
}
