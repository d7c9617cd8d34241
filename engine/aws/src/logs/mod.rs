//! CloudWatch Logs.

use crate::service::ServiceDef;
use nuvola_wire::{Protocol, ServiceSchema};
use serde::{Deserialize, Serialize};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "CloudWatch Logs",
        protocol: Protocol::Json11,
        signing_name: "logs",
        endpoint_prefix: "logs",
        api_version: "2014-03-28",
        target_prefix: Some("Logs_20140328"),
        ..ServiceSchema::DEFAULT
    },
    validation_code: "InvalidParameterException",
    ..ServiceDef::DEFAULT
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {}
