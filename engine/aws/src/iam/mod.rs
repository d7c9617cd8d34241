//! IAM.

use crate::service::ServiceDef;
use nuvola_wire::{Protocol, ServiceSchema};
use serde::{Deserialize, Serialize};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "IAM",
        protocol: Protocol::Query,
        signing_name: "iam",
        endpoint_prefix: "iam",
        api_version: "2010-05-08",
        xml_namespace: Some("https://iam.amazonaws.com/doc/2010-05-08/"),
        global: true,
        ..ServiceSchema::DEFAULT
    },
    validation_code: "ValidationError",
    ..ServiceDef::DEFAULT
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {}
