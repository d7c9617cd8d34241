//! API Gateway: REST APIs, their deployments and stages, and the requests that clients send to them.
//!
//! A deployment is a snapshot; a stage serves one. Start reading at [`execute`] for the data plane.
//!
//! Not simulated: integrations other than AWS_PROXY with Lambda and MOCK with plain templates, authorizers,
//! models and validators, API keys and usage plans, caches, resource policies, domain names, throttling.

mod errors;
mod execute;
mod inventory;
mod limits;
mod lookup;
mod missing;
mod mock;
pub mod ops;
mod pages;
mod patch;
mod proxy_event;
mod refusal;
mod shapes;
mod state;
mod tree;

use crate::context::OpContext;
use crate::lambda::InvocationResult;
use crate::service::ServiceDef;
use nuvola_wire::{Protocol, ServiceSchema};
use ops::{
    account, apis, deployments, gateway_responses, integration_responses, integrations, method_responses,
    methods, resources, stages, tags,
};
use serde::{Deserialize, Serialize};

pub use execute::Client;
pub use inventory::inventory;
pub use lookup::api_arn;
pub use state::ApiGatewayState as State;

/// The service's table.
pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "API Gateway",
        protocol: Protocol::RestJson,
        signing_name: "apigateway",
        endpoint_prefix: "apigateway",
        api_version: "2015-07-09",
        ..ServiceSchema::DEFAULT
    },
    operations: &[
        &apis::CREATE_REST_API,
        &apis::GET_REST_API,
        &apis::GET_REST_APIS,
        &apis::UPDATE_REST_API,
        &apis::DELETE_REST_API,
        &resources::CREATE_RESOURCE,
        &resources::GET_RESOURCE,
        &resources::GET_RESOURCES,
        &resources::UPDATE_RESOURCE,
        &resources::DELETE_RESOURCE,
        &methods::PUT_METHOD,
        &methods::GET_METHOD,
        &methods::UPDATE_METHOD,
        &methods::DELETE_METHOD,
        &method_responses::PUT_METHOD_RESPONSE,
        &method_responses::GET_METHOD_RESPONSE,
        &method_responses::UPDATE_METHOD_RESPONSE,
        &method_responses::DELETE_METHOD_RESPONSE,
        &integrations::PUT_INTEGRATION,
        &integrations::GET_INTEGRATION,
        &integrations::UPDATE_INTEGRATION,
        &integrations::DELETE_INTEGRATION,
        &integration_responses::PUT_INTEGRATION_RESPONSE,
        &integration_responses::GET_INTEGRATION_RESPONSE,
        &integration_responses::UPDATE_INTEGRATION_RESPONSE,
        &integration_responses::DELETE_INTEGRATION_RESPONSE,
        &deployments::CREATE_DEPLOYMENT,
        &deployments::GET_DEPLOYMENT,
        &deployments::GET_DEPLOYMENTS,
        &deployments::UPDATE_DEPLOYMENT,
        &deployments::DELETE_DEPLOYMENT,
        &stages::CREATE_STAGE,
        &stages::GET_STAGE,
        &stages::GET_STAGES,
        &stages::UPDATE_STAGE,
        &stages::DELETE_STAGE,
        &gateway_responses::PUT_GATEWAY_RESPONSE,
        &gateway_responses::GET_GATEWAY_RESPONSE,
        &gateway_responses::GET_GATEWAY_RESPONSES,
        &gateway_responses::UPDATE_GATEWAY_RESPONSE,
        &gateway_responses::DELETE_GATEWAY_RESPONSE,
        &tags::TAG_RESOURCE,
        &tags::UNTAG_RESOURCE,
        &tags::GET_TAGS,
        &account::GET_ACCOUNT,
        &account::UPDATE_ACCOUNT,
    ],
    not_simulated: missing::NOT_SIMULATED,
    validation_code: "BadRequestException",
    data_plane: Some(execute::handle),
    ..ServiceDef::DEFAULT
};

/// What is due at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {
    /// An integration has had all the time that it may take.
    IntegrationTimeout(Box<Client>),
}

/// What API Gateway does when the function behind a method has answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Continuation {
    /// The answer of a Lambda proxy integration goes to the client.
    Proxy(Box<Client>),
}

pub fn on_timer(cx: &mut OpContext<'_>, timer: Timer) {
    match timer {
        Timer::IntegrationTimeout(client) => execute::timed_out(cx, &client),
    }
}

pub fn resume(cx: &mut OpContext<'_>, continuation: Continuation, result: InvocationResult) {
    match continuation {
        Continuation::Proxy(client) => execute::answer(cx, *client, &result),
    }
}
