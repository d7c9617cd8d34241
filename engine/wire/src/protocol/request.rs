//! Requests: read by the server, written by the client.

use super::rest_body::{End, rest_body};
use super::{json, json_content_type, payload_root, query, rest, xml_body};
use crate::error::ApiError;
use crate::http::{Request, Scheme};
use crate::router::Labels;
use crate::schema::{OperationSchema, Protocol, ServiceSchema};
use crate::shape::{Location, Member, Shape, StructureShape};
use crate::uri;
use crate::value::{Structure, Value};
use crate::xml;
use nuvola_kernel::Blob;

/// The operation that a request names, in the protocols that name it: `X-Amz-Target` or `Action`.
pub fn operation_name(protocol: Protocol, request: &Request) -> Option<String> {
    match protocol {
        Protocol::Json10 | Protocol::Json11 => {
            request.headers.get("X-Amz-Target")?.rsplit_once('.').map(|(_, name)| name.to_owned())
        }
        Protocol::Query | Protocol::Ec2Query => {
            form_pairs(request).into_iter().find(|(name, _)| name == "Action").map(|(_, action)| action)
        }
        Protocol::RestJson | Protocol::RestXml => None,
    }
}

fn form_pairs(request: &Request) -> Vec<(String, String)> {
    let mut pairs = uri::parse_query(request.body.as_text().unwrap_or_default());
    pairs.extend(request.query_pairs());
    pairs
}

/// Server: reads the input of an operation. `labels` come from the [`crate::Router`].
///
/// **Errors**: what AWS answers to a body or parameter that it cannot read.
pub fn decode_request(
    service: &ServiceSchema,
    operation: &OperationSchema,
    request: &Request,
    labels: &Labels,
) -> Result<Structure, ApiError> {
    match service.protocol {
        Protocol::Json10 | Protocol::Json11 => read_json_body(service, operation.input, &request.body),
        Protocol::Query | Protocol::Ec2Query => {
            query::read(service.protocol, operation.input, form_pairs(request))
                .map_err(|mistake| form_mistake(service.protocol, &mistake))
        }
        Protocol::RestJson | Protocol::RestXml => {
            let pairs = request.query_pairs();
            let mut members = rest::read(operation.input, &rest::source(request, &pairs, labels))
                .map_err(|mistake| rest_mistake(service, &mistake))?;
            read_rest_body(service, operation.input, &request.body, &mut members)?;
            Ok(members)
        }
    }
}

fn malformed(service: &ServiceSchema, message: &str) -> ApiError {
    ApiError::new(400, service.malformed_code.unwrap_or("SerializationException"), message)
}

/// Source: S3 API Reference, "Error responses", `MalformedXML`.
fn malformed_xml() -> ApiError {
    ApiError::new(
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}

fn form_mistake(protocol: Protocol, mistake: &query::Mistake) -> ApiError {
    let (parameter, value) = (&mistake.parameter, &mistake.value);
    if protocol == Protocol::Ec2Query {
        // Source: Amazon EC2 API Reference, "Error codes", `InvalidParameterValue`.
        let message = format!("Value ({value}) for parameter {parameter} is invalid.");
        return ApiError::new(400, "InvalidParameterValue", message);
    }
    // Source: the answer of AWS's query services to a number that is none.
    ApiError::new(400, "MalformedInput", format!("Invalid value '{value}' for parameter {parameter}"))
}

fn rest_mistake(service: &ServiceSchema, mistake: &rest::Mistake) -> ApiError {
    let (parameter, value) = (&mistake.parameter, &mistake.value);
    if service.protocol == Protocol::RestXml {
        // Source: S3 API Reference, "Error responses", `InvalidArgument`; the text is that of `max-keys`.
        let message = format!("Provided {parameter} not an integer or within integer range");
        return ApiError::new(400, "InvalidArgument", message)
            .with_member("ArgumentName", parameter.as_str())
            .with_member("ArgumentValue", value.as_str());
    }
    malformed(service, &format!("STRING_VALUE cannot be converted for `{parameter}`: {value}"))
}

fn read_json_body(
    service: &ServiceSchema,
    table: &StructureShape,
    body: &Blob,
) -> Result<Structure, ApiError> {
    if body.is_empty() {
        return Ok(Structure::new());
    }
    let parsed = serde_json::from_slice(body).map_err(|error| json_mistake(service, &error.to_string()))?;
    json::read_structure(table, parsed).map_err(|mistake| malformed(service, &mistake))
}

/// The json protocols say nothing about where JSON breaks; rest services do.
fn json_mistake(service: &ServiceSchema, detail: &str) -> ApiError {
    match service.protocol {
        Protocol::RestJson => {
            malformed(service, &format!("Could not parse request body into json: {detail}"))
        }
        Protocol::RestXml | Protocol::Json10 | Protocol::Json11 | Protocol::Query | Protocol::Ec2Query => {
            malformed(service, "")
        }
    }
}

fn read_rest_body(
    service: &ServiceSchema,
    table: &StructureShape,
    body: &Blob,
    members: &mut Structure,
) -> Result<(), ApiError> {
    if let Some(member) = table.payload() {
        let value = read_payload(service, member, body)?;
        members.insert_some(member.name, value);
        return Ok(());
    }
    if body.is_empty() || !table.members.iter().any(|member| member.location == Location::Body) {
        return Ok(());
    }
    let inside = match service.protocol {
        Protocol::RestXml => {
            let root = xml::parse(body.as_text().unwrap_or_default()).ok_or_else(malformed_xml)?;
            xml_body::read_structure(table, &root, true, xml_body::Naming::PLAIN).ok_or_else(malformed_xml)?
        }
        Protocol::RestJson | Protocol::Json10 | Protocol::Json11 | Protocol::Query | Protocol::Ec2Query => {
            read_json_body(service, table, body)?
        }
    };
    for (name, value) in inside {
        members.insert(name, value);
    }
    Ok(())
}

/// The whole body as one member. An empty one is absent, except that a blob that was sent is there.
fn read_payload(service: &ServiceSchema, member: &Member, body: &Blob) -> Result<Option<Value>, ApiError> {
    match member.shape {
        Shape::Blob => return Ok(Some(Value::Blob(body.clone()))),
        _ if body.is_empty() => return Ok(None),
        Shape::String => {
            let text = body.as_text().ok_or_else(|| malformed(service, "the body is not UTF-8"))?;
            return Ok(Some(Value::String(text.to_owned())));
        }
        Shape::Boolean
        | Shape::Integer
        | Shape::Long
        | Shape::Float
        | Shape::Double
        | Shape::Timestamp
        | Shape::Document
        | Shape::List(_)
        | Shape::Map(_)
        | Shape::Structure(_) => {}
    }
    if service.protocol == Protocol::RestXml {
        let root = xml::parse(body.as_text().unwrap_or_default()).ok_or_else(malformed_xml)?;
        if root.name != payload_root(member) {
            return Err(malformed_xml());
        }
        return xml_body::read(member.shape, &root, member.nested, xml_body::Naming::PLAIN)
            .map(Some)
            .ok_or_else(malformed_xml);
    }
    let parsed = serde_json::from_slice(body).map_err(|error| json_mistake(service, &error.to_string()))?;
    json::read(member.shape, parsed).map(Some).map_err(|mistake| malformed(service, &mistake))
}

/// Client: writes the request of an operation; `host` is the endpoint. Unsigned.
///
/// **Errors**: `ParamValidation` where a URI label has no value.
pub fn encode_request(
    service: &ServiceSchema,
    operation: &OperationSchema,
    input: &Structure,
    host: &str,
) -> Result<Request, ApiError> {
    let mut request = Request::new(operation.method, host, "/");
    request.scheme = Scheme::Https;
    match service.protocol {
        Protocol::Json10 | Protocol::Json11 => {
            let target = format!("{}.{}", service.target_prefix.unwrap_or(service.id), operation.name);
            request.headers.set("X-Amz-Target", target);
            request.headers.set("Content-Type", json_content_type(service.protocol));
            request.body = json::write_structure(operation.input, input).to_string().into();
        }
        Protocol::Query | Protocol::Ec2Query => {
            request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
            let (name, version) = (operation.name, service.api_version);
            request.body = query::write(service.protocol, operation.input, input, name, version).into();
        }
        Protocol::RestJson | Protocol::RestXml => {
            let absent = || ApiError::new(400, "ParamValidation", "a parameter of the address has no value");
            (request.path, request.query) = rest::write_uri(operation, input).ok_or_else(absent)?;
            write_rest_body(service, operation, input, &mut request);
            rest::write_headers(operation.input, input, &mut request.headers);
        }
    }
    Ok(request)
}

fn write_rest_body(
    service: &ServiceSchema,
    operation: &OperationSchema,
    input: &Structure,
    request: &mut Request,
) {
    let Some((content_type, body)) = rest_body(service, operation.input, input, End::Client) else { return };
    request.headers.set("Content-Type", content_type);
    request.body = body;
}
