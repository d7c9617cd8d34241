//! Error answers, in the form of each protocol.

use super::{json_content_type, request_id_headers};
use crate::error::{ApiError, Fault};
use crate::http::Response;
use crate::schema::{Protocol, ServiceSchema};
use crate::xml::{self, Element, Writer};
use serde_json::{Map, Value as Json};

/// Server: writes an error. `head`: the request was a HEAD, whose answer has no body.
pub fn encode_error(service: &ServiceSchema, error: &ApiError, request_id: &str, head: bool) -> Response {
    let mut response = Response::new(error.status);
    request_id_headers(service, request_id, &mut response.headers);
    let (content_type, body) = match service.protocol {
        Protocol::RestJson | Protocol::Json10 | Protocol::Json11 => {
            json_error_headers(service, error, &mut response);
            (json_content_type(service.protocol), json_body(service, error))
        }
        Protocol::RestXml => ("application/xml", xml_body(service, error, request_id)),
        Protocol::Query => ("text/xml", xml_body(service, error, request_id)),
        Protocol::Ec2Query => ("text/xml;charset=UTF-8", ec2_body(error, request_id)),
    };
    if !head && error.status != 304 {
        response = response.with_body(content_type, body);
    }
    for (name, value) in error.headers.iter() {
        response.headers.set(name, value);
    }
    response
}

fn json_error_headers(service: &ServiceSchema, error: &ApiError, response: &mut Response) {
    if service.protocol == Protocol::RestJson {
        response.headers.set("x-amzn-ErrorType", error.code.clone());
    }
    if service.query_compatible {
        let code = error.query_code.as_deref().unwrap_or(&error.code);
        response.headers.set("x-amzn-query-error", format!("{code};{}", fault_name(error.fault)));
    }
}

fn json_body(service: &ServiceSchema, error: &ApiError) -> String {
    let mut body = Map::new();
    if service.protocol != Protocol::RestJson {
        // The protocol's own mistakes carry the protocol's own namespace, whatever the service.
        let namespace = match error.code.as_str() {
            "SerializationException" | "UnknownOperationException" => Some("com.amazon.coral.service"),
            // So do DynamoDB's mistakes of a member's value.
            "ValidationException" if service.id.starts_with("DynamoDB") => Some("com.amazon.coral.validate"),
            // The common errors of a service that once spoke query.
            "InvalidParameterValueException"
            | "MissingRequiredParameterException"
            | "AccessDeniedException"
                if service.query_compatible =>
            {
                Some("com.amazon.coral.service")
            }
            _ => service.error_namespace,
        };
        let code = &error.code;
        body.insert(
            "__type".to_owned(),
            namespace.map_or_else(|| code.clone(), |namespace| format!("{namespace}#{code}")).into(),
        );
    }
    for (name, value) in &error.members {
        body.insert(name.clone(), value.clone());
    }
    if !error.message.is_empty() {
        body.insert(service.error_message_key.to_owned(), error.message.clone().into());
    }
    Json::Object(body).to_string()
}

fn fault_name(fault: Fault) -> &'static str {
    match fault {
        Fault::Client => "Sender",
        Fault::Server => "Receiver",
    }
}

fn xml_body(service: &ServiceSchema, error: &ApiError, request_id: &str) -> String {
    let code = match service.protocol {
        Protocol::Query => error.query_code.as_deref().unwrap_or(&error.code),
        Protocol::RestJson | Protocol::RestXml | Protocol::Json10 | Protocol::Json11 | Protocol::Ec2Query => {
            &error.code
        }
    };
    if service.bare_xml_errors {
        let mut out = Writer::with_declaration();
        out.open("Error", &[]);
        out.leaf("Code", code);
        out.leaf("Message", &error.message);
        write_members(&error.members, &mut out);
        out.leaf("RequestId", request_id);
        out.leaf("HostId", &super::host_id(request_id));
        out.close("Error");
        return out.finish();
    }
    let mut out = Writer::default();
    let namespace = service.xml_namespace.map(|uri| ("xmlns".to_owned(), uri.to_owned()));
    out.open("ErrorResponse", namespace.as_slice());
    out.open("Error", &[]);
    out.leaf("Type", fault_name(error.fault));
    out.leaf("Code", code);
    out.leaf("Message", &error.message);
    if service.query_compatible {
        out.leaf("Detail", "");
    }
    write_members(&error.members, &mut out);
    out.close("Error");
    out.leaf("RequestId", request_id);
    out.close("ErrorResponse");
    out.finish()
}

fn ec2_body(error: &ApiError, request_id: &str) -> String {
    let mut out = Writer::with_declaration();
    out.open("Response", &[]);
    out.open("Errors", &[]);
    out.open("Error", &[]);
    out.leaf("Code", &error.code);
    out.leaf("Message", &error.message);
    write_members(&error.members, &mut out);
    out.close("Error");
    out.close("Errors");
    out.leaf("RequestID", request_id);
    out.close("Response");
    out.finish()
}

fn write_members(members: &[(String, Json)], out: &mut Writer) {
    for (name, value) in members {
        write_json(name, value, out);
    }
}

fn write_json(name: &str, value: &Json, out: &mut Writer) {
    match value {
        Json::Object(entries) => {
            out.open(name, &[]);
            for (key, value) in entries {
                write_json(key, value, out);
            }
            out.close(name);
        }
        Json::Array(items) => items.iter().for_each(|item| write_json(name, item, out)),
        Json::String(text) => out.leaf(name, text),
        Json::Null => out.leaf(name, ""),
        Json::Bool(_) | Json::Number(_) => out.leaf(name, &value.to_string()),
    }
}

/// Client: reads an error answer.
pub fn decode_error(service: &ServiceSchema, response: &Response) -> ApiError {
    let text = response.body.as_text().unwrap_or_default();
    let mut error = match service.protocol {
        Protocol::RestJson | Protocol::Json10 | Protocol::Json11 => read_json(text, response),
        Protocol::RestXml | Protocol::Query | Protocol::Ec2Query => read_xml(text),
    };
    error.status = response.status;
    error.fault = if response.status >= 500 { Fault::Server } else { Fault::Client };
    error.headers = response.headers.clone();
    if let Some(found) = response.headers.get("x-amzn-query-error") {
        error.query_code = found.split(';').next().map(Box::from);
    }
    if error.code.is_empty() {
        // A HEAD's error has no body: SDKs take the status for the code.
        error.code = response.status.to_string();
    }
    error
}

/// `com.amazonaws.dynamodb#Code:http://...` is `Code`. Source: Smithy's AWS restJson1 protocol,
/// "Operation error serialization".
fn bare_code(code: &str) -> &str {
    let code = code.rsplit_once('#').map_or(code, |(_, code)| code);
    code.split(':').next().unwrap_or(code)
}

fn read_json(text: &str, response: &Response) -> ApiError {
    let mut error = ApiError::default();
    let mut in_body = String::new();
    if let Ok(Json::Object(entries)) = serde_json::from_str::<Json>(text) {
        for (name, value) in entries {
            match (name.as_str(), value) {
                ("message" | "Message" | "errorMessage", Json::String(text)) if error.message.is_empty() => {
                    error.message = text;
                }
                ("__type" | "code" | "Code", Json::String(code)) => {
                    if in_body.is_empty() || name == "__type" {
                        in_body = code;
                    }
                }
                (_, value) => error.members.push((name, value)),
            }
        }
    }
    let code = response.headers.get("x-amzn-ErrorType").unwrap_or(&in_body);
    error.code = bare_code(code).to_owned();
    error
}

fn read_xml(text: &str) -> ApiError {
    let mut error = ApiError::default();
    let Some(root) = xml::parse(text) else { return error };
    let inside = match root.name.as_str() {
        "Error" => Some(&root),
        _ => root.child("Error").or_else(|| root.child("Errors").and_then(|errors| errors.child("Error"))),
    };
    for child in inside.into_iter().flat_map(|element| &element.children) {
        match child.name.as_str() {
            "Code" => error.code = child.text.clone(),
            "Message" | "message" => error.message = child.text.clone(),
            "Type" | "RequestId" | "HostId" | "Detail" => {}
            _ => error.members.push((child.name.clone(), json_of(child))),
        }
    }
    error
}

fn json_of(element: &Element) -> Json {
    if element.children.is_empty() {
        return element.text.clone().into();
    }
    element.children.iter().map(|child| (child.name.clone(), json_of(child))).collect::<Map<_, _>>().into()
}
