//! Operations, one file per group.

pub mod apis;
pub mod authorizers;
pub mod deployments;
pub mod integrations;
pub mod routes;
pub mod stages;
pub mod tags;
