//! API Gateway V2: HTTP APIs, their routes and stages, and the requests that clients send to them.
//!
//! A deployment is a snapshot; a stage serves one, and with auto-deploy always the newest. What operations take is
//! what state keeps: see [`shapes`]. Start reading at [`execute`] for the data plane.
//!
//! Not simulated: WebSocket APIs, integrations with services other than Lambda, VPC links, domain names and
//! mappings, access logs, import and export.

mod authorize;
mod cors;
mod errors;
mod execute;
mod inventory;
mod jwt;
mod limits;
mod lookup;
mod mapping;
mod missing;
pub mod ops;
mod routing;
pub mod rsa;
mod shapes;
mod state;
mod visit;

use crate::context::OpContext;
use crate::lambda::InvocationResult;
use crate::service::ServiceDef;
use nuvola_wire::{Protocol, Response, ServiceSchema};
use ops::{apis, authorizers, deployments, integrations, routes, stages, tags};
use serde::{Deserialize, Serialize};

pub use authorize::public_policy;
pub use execute::{address_request, handle, is_hop, may_invoke};
pub use inventory::inventory;
pub use state::{Bucket, State};
pub use visit::Visit;

/// The service's table. Its endpoint is that of API Gateway; the prefix here is the name of the client.
pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "ApiGatewayV2",
        protocol: Protocol::RestJson,
        signing_name: "apigateway",
        endpoint_prefix: "apigatewayv2",
        api_version: "2018-11-29",
        ..ServiceSchema::DEFAULT
    },
    operations: &[
        &apis::CREATE_API,
        &apis::GET_API,
        &apis::GET_APIS,
        &apis::UPDATE_API,
        &apis::DELETE_CORS_CONFIGURATION,
        &apis::DELETE_API,
        &routes::CREATE_ROUTE,
        &routes::GET_ROUTE,
        &routes::GET_ROUTES,
        &routes::UPDATE_ROUTE,
        &routes::DELETE_ROUTE,
        &integrations::CREATE_INTEGRATION,
        &integrations::GET_INTEGRATION,
        &integrations::GET_INTEGRATIONS,
        &integrations::UPDATE_INTEGRATION,
        &integrations::DELETE_INTEGRATION,
        &authorizers::CREATE_AUTHORIZER,
        &authorizers::GET_AUTHORIZER,
        &authorizers::GET_AUTHORIZERS,
        &authorizers::UPDATE_AUTHORIZER,
        &authorizers::DELETE_AUTHORIZER,
        &authorizers::RESET_AUTHORIZERS_CACHE,
        &stages::CREATE_STAGE,
        &stages::GET_STAGE,
        &stages::GET_STAGES,
        &stages::UPDATE_STAGE,
        &stages::DELETE_STAGE,
        &stages::DELETE_ROUTE_SETTINGS,
        &stages::DELETE_ACCESS_LOG_SETTINGS,
        &deployments::CREATE_DEPLOYMENT,
        &deployments::GET_DEPLOYMENT,
        &deployments::GET_DEPLOYMENTS,
        &deployments::UPDATE_DEPLOYMENT,
        &deployments::DELETE_DEPLOYMENT,
        &tags::TAG_RESOURCE,
        &tags::UNTAG_RESOURCE,
        &tags::GET_TAGS,
    ],
    not_simulated: missing::NOT_SIMULATED,
    validation_code: "BadRequestException",
    ..ServiceDef::DEFAULT
};

/// What is due at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {
    /// An integration has had all the time that it may take.
    IntegrationTimeout(Box<Visit>),
}

/// What happens when a function has answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Continuation {
    /// The answer of an integration goes to the client.
    Integration(Box<Visit>),
    /// An authorizer has decided.
    Authorizer(Box<Visit>),
}

/// What happens when a host name has answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Fetched {
    /// The answer of an integration goes to the client.
    Integration(Box<Visit>),
    /// An issuer has told where its keys are.
    Discovery(Box<Visit>),
    /// An issuer has told its keys.
    Keys(Box<Visit>),
}

pub fn on_timer(cx: &mut OpContext<'_>, timer: Timer) {
    match timer {
        Timer::IntegrationTimeout(visit) => execute::timed_out(cx, &visit),
    }
}

pub fn resume(cx: &mut OpContext<'_>, continuation: Continuation, result: InvocationResult) {
    match continuation {
        Continuation::Integration(visit) => execute::answered(cx, &visit, &result),
        Continuation::Authorizer(visit) => authorize::decided(cx, *visit, &result),
    }
}

pub fn fetched(cx: &mut OpContext<'_>, then: Fetched, response: Option<Response>) {
    // Nobody answered: instances without a listener say so with a status of zero.
    let response = response.filter(|response| response.status != 0);
    match then {
        Fetched::Integration(visit) => execute::fetched(cx, &visit, response),
        Fetched::Discovery(visit) => authorize::discovered(cx, *visit, response),
        Fetched::Keys(visit) => authorize::keys_came(cx, *visit, response),
    }
}
