//! API Gateway: REST APIs, their deployments and stages, and the requests that clients send to them.
//!
//! A deployment is a snapshot; a stage serves one. Start reading at [`execute`] for the data plane.
//!
//! [`integrate`] sends requests on and turns answers into the method's, [`authorize`] asks who may call.
//!
//! Not simulated: Cognito authorizers, caches, canary releases, VPC links, domain names, import and export.

mod authorize;
mod errors;
mod execute;
mod integrate;
mod inventory;
mod limits;
mod lookup;
mod missing;
pub mod ops;
mod pages;
mod patch;
mod pattern;
mod proxy_event;
mod refusal;
mod schema;
mod shapes;
mod state;
mod template;
mod tree;
mod usage;
mod visit;

use crate::context::OpContext;
use crate::lambda::InvocationResult;
use crate::service::ServiceDef;
use nuvola_wire::{Protocol, Response, ServiceSchema};
use ops::{
    account, apis, authorizers, deployments, gateway_responses, integration_responses, integrations, keys,
    method_responses, methods, models, plans, resources, stages, tags, test_invoke,
};
use serde::{Deserialize, Serialize};

pub use execute::{function_arn, function_of, with_variables};
pub use inventory::inventory;
pub use lookup::api_arn;
pub use ops::stages::check_variables;
pub use proxy_event::{EventContext, build as build_event, read_answer};
pub use shapes::date;
pub use state::ApiGatewayState as State;
pub use test_invoke::late as test_output;
pub use visit::Visit;

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
        &models::CREATE_MODEL,
        &models::GET_MODEL,
        &models::GET_MODELS,
        &models::UPDATE_MODEL,
        &models::DELETE_MODEL,
        &models::CREATE_REQUEST_VALIDATOR,
        &models::GET_REQUEST_VALIDATOR,
        &models::GET_REQUEST_VALIDATORS,
        &models::UPDATE_REQUEST_VALIDATOR,
        &models::DELETE_REQUEST_VALIDATOR,
        &authorizers::CREATE_AUTHORIZER,
        &authorizers::GET_AUTHORIZER,
        &authorizers::GET_AUTHORIZERS,
        &authorizers::UPDATE_AUTHORIZER,
        &authorizers::DELETE_AUTHORIZER,
        &authorizers::FLUSH_STAGE_AUTHORIZERS_CACHE,
        &keys::CREATE_API_KEY,
        &keys::GET_API_KEY,
        &keys::GET_API_KEYS,
        &keys::UPDATE_API_KEY,
        &keys::DELETE_API_KEY,
        &plans::CREATE_USAGE_PLAN,
        &plans::GET_USAGE_PLAN,
        &plans::GET_USAGE_PLANS,
        &plans::UPDATE_USAGE_PLAN,
        &plans::DELETE_USAGE_PLAN,
        &plans::CREATE_USAGE_PLAN_KEY,
        &plans::GET_USAGE_PLAN_KEY,
        &plans::GET_USAGE_PLAN_KEYS,
        &plans::DELETE_USAGE_PLAN_KEY,
        &plans::GET_USAGE,
        &test_invoke::TEST_INVOKE_METHOD,
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
    IntegrationTimeout(Box<Visit>),
}

/// What API Gateway does when a function has answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Continuation {
    /// The answer of a Lambda proxy integration goes to the client.
    Proxy(Box<Visit>),
    /// The answer of a custom Lambda integration is mapped first.
    Lambda(Box<Visit>),
    /// An authorizer has decided.
    Authorizer(Box<Visit>),
}

/// What API Gateway does when a host name has answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Fetched {
    /// The answer of an HTTP integration, or of another service.
    Integration(Box<Visit>),
}

pub fn on_timer(cx: &mut OpContext<'_>, timer: Timer) {
    match timer {
        Timer::IntegrationTimeout(visit) => integrate::timed_out(cx, *visit),
    }
}

pub fn resume(cx: &mut OpContext<'_>, continuation: Continuation, result: InvocationResult) {
    match continuation {
        Continuation::Proxy(visit) => integrate::proxy_answered(cx, *visit, &result),
        Continuation::Lambda(visit) => integrate::lambda_answered(cx, *visit, &result),
        Continuation::Authorizer(visit) => authorize::decided(cx, *visit, &result),
    }
}

pub fn fetched(cx: &mut OpContext<'_>, then: Fetched, response: Option<Response>) {
    match then {
        Fetched::Integration(visit) => integrate::fetched(cx, *visit, response),
    }
}
