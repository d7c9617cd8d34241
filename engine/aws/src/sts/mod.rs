//! STS.

mod ops;

use crate::service::ServiceDef;
use nuvola_wire::{Protocol, ServiceSchema};
use serde::{Deserialize, Serialize};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "STS",
        protocol: Protocol::Query,
        signing_name: "sts",
        endpoint_prefix: "sts",
        api_version: "2011-06-15",
        xml_namespace: Some("https://sts.amazonaws.com/doc/2011-06-15/"),
        ..ServiceSchema::DEFAULT
    },
    operations: &[&ops::identity::GET_CALLER_IDENTITY],
    validation_code: "ValidationError",
    ..ServiceDef::DEFAULT
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {}
