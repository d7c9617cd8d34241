//! The operations that the provider calls, as tables, and the way between JSON and their members.
//!
//! Resources build inputs as JSON and read outputs as JSON: what Terraform knows has that form anyhow,
//! and a table is all that then remains of a shape in the binary.

pub mod apigateway;
pub mod apigateway_plans;
pub mod apigatewayv2;
pub mod dynamodb;
pub mod ec2;
pub mod events;
pub mod iam;
mod json;
pub mod lambda_fn;
pub mod logs;
pub mod s3;
pub mod s3_objects;
pub mod s3_settings;
pub mod services;
pub mod sns;
pub mod sqs;
pub mod stepfunctions;
pub mod sts;
mod tables;

pub use json::{json_of, structure_from};

use nuvola_wire::{OperationSchema, ServiceSchema};

/// An operation of a service.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    pub service: &'static ServiceSchema,
    pub schema: OperationSchema,
    /// The error codes that the model declares: Go's SDK has types of their own for these.
    pub errors: &'static [&'static str],
}
