//! API Gateway's operations, by group.

pub mod account;
pub mod apis;
pub mod authorizers;
pub mod deployments;
pub mod gateway_responses;
pub mod integration_responses;
pub mod integrations;
pub mod keys;
pub mod method_responses;
pub mod methods;
pub mod models;
pub mod plans;
pub mod resources;
pub mod stages;
pub mod tags;
pub mod test_invoke;
