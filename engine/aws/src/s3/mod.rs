//! S3: nothing is simulated yet.

use crate::context::OpContext;
use crate::service::ServiceDef;
use nuvola_wire::{Protocol, ServiceSchema};
use serde::{Deserialize, Serialize};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "S3",
        protocol: Protocol::RestXml,
        signing_name: "s3",
        endpoint_prefix: "s3",
        api_version: "2006-03-01",
        xml_namespace: Some("http://s3.amazonaws.com/doc/2006-03-01/"),
        bare_xml_errors: true,
        ..ServiceSchema::DEFAULT
    },
    anonymous: true,
    ..ServiceDef::DEFAULT
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {}

pub fn on_timer(_cx: &mut OpContext<'_>, timer: Timer) {
    match timer {}
}
