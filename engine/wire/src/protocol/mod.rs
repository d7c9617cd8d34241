//! The AWS protocols, each written once and driven by the tables of [`crate::shape`].
//!
//! The rest protocols put members all over the message ([`rest`]); bodies are JSON ([`json`]), XML
//! ([`xml_body`]) or, in requests of query and ec2-query, forms ([`query`]).

mod errors;
mod json;
mod query;
mod request;
mod response;
mod rest;
mod rest_body;
mod scalar;
mod xml_body;

pub use errors::{decode_error, encode_error};
pub use request::{decode_request, encode_request, operation_name};
pub use response::{decode_response, encode_response};

use crate::http::Headers;
use crate::schema::{Protocol, ServiceSchema};
use crate::shape::{Member, Shape};
use crate::value::Value;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

fn json_content_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Json10 => "application/x-amz-json-1.0",
        Protocol::Json11 => "application/x-amz-json-1.1",
        Protocol::RestJson | Protocol::RestXml | Protocol::Query | Protocol::Ec2Query => "application/json",
    }
}

/// S3 names its two ids as nobody else does.
fn request_id_headers(service: &ServiceSchema, request_id: &str, headers: &mut Headers) {
    if service.bare_xml_errors {
        headers.set("x-amz-request-id", request_id);
        headers.set("x-amz-id-2", host_id(request_id));
    } else {
        headers.set("x-amzn-RequestId", request_id);
    }
}

/// S3's extended request id: opaque base64 that belongs to the request.
pub fn host_id(request_id: &str) -> String {
    let hash = Sha256::digest(request_id.as_bytes());
    STANDARD.encode([&hash[..], &hash[..24]].concat())
}

/// A value as JSON, with all its members: the form in which state keeps shapes.
pub fn to_json(shape: Shape, value: &Value) -> serde_json::Value {
    json::write(shape, value, crate::shape::Nested::NONE)
}

/// Reads what [`to_json`] wrote.
pub fn from_json(shape: Shape, document: serde_json::Value) -> Option<Value> {
    json::read(shape, document).ok()
}

/// The root element of a member that is the whole body.
fn payload_root(member: &Member) -> &'static str {
    let table = member.shape.structure();
    match member.xml_name.or(table.xml_name) {
        Some(name) => name,
        None if matches!(member.shape, Shape::Structure(_)) => table.name,
        None => member.name,
    }
}
