//! Answers: written by the server, read by the client.

use super::rest_body::{End, rest_body};
use super::xml_body::Naming;
use super::{errors, json, json_content_type, request_id_headers, rest, scalar, xml_body};
use crate::error::ApiError;
use crate::http::Response;
use crate::router::Labels;
use crate::schema::{OperationSchema, Protocol, ServiceSchema};
use crate::shape::{Location, Shape, StructureShape};
use crate::value::{Structure, Value};
use crate::xml;
use nuvola_kernel::Blob;

/// Server: writes the output of an operation.
pub fn encode_response(
    service: &ServiceSchema,
    operation: &OperationSchema,
    output: &Structure,
    request_id: &str,
) -> Response {
    let mut response = Response::new(operation.status);
    request_id_headers(service, request_id, &mut response.headers);
    let table = operation.output;
    match service.protocol {
        Protocol::Json10 | Protocol::Json11 => {
            let body = if table.is_unit() {
                Blob::default()
            } else {
                json::write_structure(table, output).to_string().into()
            };
            response.with_body(json_content_type(service.protocol), body)
        }
        Protocol::Query => response.with_body("text/xml", query_body(service, operation, output, request_id)),
        Protocol::Ec2Query => {
            response.with_body("text/xml;charset=UTF-8", ec2_body(service, operation, output, request_id))
        }
        Protocol::RestJson | Protocol::RestXml => {
            if response.status != 204
                && let Some((content_type, body)) = rest_body(service, table, output, End::Server)
            {
                response = response.with_body(content_type, body);
            }
            if let Some(status) = rest::write_headers(table, output, &mut response.headers) {
                response.status = status;
            }
            response
        }
    }
}

fn query_body(
    service: &ServiceSchema,
    operation: &OperationSchema,
    output: &Structure,
    request_id: &str,
) -> String {
    let mut writer =
        xml_body::XmlWriter { millis: false, naming: Naming::PLAIN, out: xml::Writer::default() };
    let (root, result) = (format!("{}Response", operation.name), format!("{}Result", operation.name));
    let namespace = service.xml_namespace.map(|uri| ("xmlns".to_owned(), uri.to_owned()));
    writer.out.open(&root, namespace.as_slice());
    if !operation.output.is_unit() {
        writer.out.open(&result, &[]);
        writer.members(operation.output, output, true);
        writer.out.close(&result);
    }
    writer.out.open("ResponseMetadata", &[]);
    writer.out.leaf("RequestId", request_id);
    writer.out.close("ResponseMetadata");
    writer.out.close(&root);
    writer.out.finish()
}

fn ec2_body(
    service: &ServiceSchema,
    operation: &OperationSchema,
    output: &Structure,
    request_id: &str,
) -> String {
    let mut writer = xml_body::XmlWriter {
        millis: true,
        naming: Naming { small: service.small_xml_names },
        out: xml::Writer::with_declaration(),
    };
    let root = format!("{}Response", operation.name);
    let namespace = service.xml_namespace.map(|uri| ("xmlns".to_owned(), uri.to_owned()));
    writer.out.open(&root, namespace.as_slice());
    writer.out.leaf("requestId", request_id);
    writer.members(operation.output, output, true);
    if operation.output.is_unit() {
        writer.out.leaf("return", "true");
    }
    writer.out.close(&root);
    writer.out.finish()
}

/// Client: reads the answer of an operation; an error answer becomes `Err`.
pub fn decode_response(
    service: &ServiceSchema,
    operation: &OperationSchema,
    response: &Response,
) -> Result<Structure, ApiError> {
    if response.status >= 300 {
        return Err(errors::decode_error(service, response));
    }
    read_output(service, operation, response).ok_or_else(|| {
        ApiError::new(502, "ResponseParserError", format!("the answer to `{}` is unreadable", operation.name))
    })
}

fn read_output(
    service: &ServiceSchema,
    operation: &OperationSchema,
    response: &Response,
) -> Option<Structure> {
    let (table, body) = (operation.output, &response.body);
    match service.protocol {
        Protocol::Json10 | Protocol::Json11 => read_json(table, body),
        Protocol::Query => {
            if table.is_unit() {
                return Some(Structure::new());
            }
            let root = xml::parse(body.as_text()?)?;
            let result = root.child(&format!("{}Result", operation.name)).unwrap_or(&root);
            xml_body::read_structure(table, result, true, Naming::PLAIN)
        }
        Protocol::Ec2Query => {
            let naming = Naming { small: service.small_xml_names };
            xml_body::read_structure(table, &xml::parse(body.as_text()?)?, true, naming)
        }
        Protocol::RestJson | Protocol::RestXml => {
            let source = rest::Source {
                headers: &response.headers,
                pairs: &[],
                labels: &Labels::new(),
                status: response.status,
                keep_case: true,
            };
            let mut members = rest::read(table, &source).ok()?;
            read_rest_body(service, table, body, &mut members)?;
            Some(members)
        }
    }
}

fn read_json(table: &StructureShape, body: &Blob) -> Option<Structure> {
    if body.is_empty() {
        return Some(Structure::new());
    }
    json::read_structure(table, serde_json::from_slice(body).ok()?).ok()
}

fn read_rest_body(
    service: &ServiceSchema,
    table: &StructureShape,
    body: &Blob,
    members: &mut Structure,
) -> Option<()> {
    let is_xml = service.protocol == Protocol::RestXml;
    if let Some(member) = table.payload() {
        let shape = member.shape;
        let value = if matches!(shape, Shape::Blob) {
            Value::Blob(body.clone())
        } else if body.is_empty() {
            return Some(());
        } else if matches!(shape, Shape::String) {
            Value::String(body.as_text()?.to_owned())
        } else if is_xml {
            xml_body::read(shape, &xml::parse(body.as_text()?)?, member.nested, Naming::PLAIN)?
        } else {
            json::read(shape, serde_json::from_slice(body).ok()?).ok()?
        };
        members.insert(member.name, value);
        return Some(());
    }
    let mut in_body = table.members.iter().filter(|member| member.location == Location::Body);
    let first = in_body.next();
    let (Some(first), false) = (first, body.is_empty()) else { return Some(()) };
    let inside = if is_xml {
        let root = xml::parse(body.as_text()?)?;
        if table.xml_unwrapped {
            if !root.text.is_empty() {
                members.insert(first.name, scalar::read(first.shape, &root.text)?);
            }
            return Some(());
        }
        xml_body::read_structure(table, &root, true, Naming::PLAIN)?
    } else {
        read_json(table, body)?
    };
    for (name, value) in inside {
        members.insert(name, value);
    }
    Some(())
}
