//! API Gateway's operations, by group.

pub mod account;
pub mod apis;
pub mod deployments;
pub mod gateway_responses;
pub mod integration_responses;
pub mod integrations;
pub mod method_responses;
pub mod methods;
pub mod resources;
pub mod stages;
pub mod tags;
