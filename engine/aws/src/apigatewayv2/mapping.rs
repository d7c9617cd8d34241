//! Parameter mapping: what a request to an integration, and its answer, look like.
//!
//! **Source**: API Gateway Developer Guide, "Transform API requests and responses for HTTP APIs in API Gateway".

use crate::service::ApiResult;
use nuvola_wire::{Headers, Request, Response};
use serde_json::Value;
use std::collections::BTreeMap;

use super::errors;
use super::shapes::IntegrationInput;
use super::visit::Visit;

/// Headers that no mapping may touch.
const RESERVED: [&str; 6] =
    ["authorization", "connection", "content-length", "host", "transfer-encoding", "via"];

/// Refuses mappings that are none. The texts are our own reasoning.
pub fn check(input: &IntegrationInput) -> ApiResult<()> {
    if input.integration_subtype.is_some() {
        return Ok(());
    }
    let responses = input.response_parameters.iter().flatten();
    let keys = input
        .request_parameters
        .iter()
        .flat_map(|map| map.keys().map(|key| (key, false)))
        .chain(responses.flat_map(|(_, map)| map.keys().map(|key| (key, true))));
    for (key, in_response) in keys {
        let place = key.split_once(':').filter(|(verb, _)| ["append", "overwrite", "remove"].contains(verb));
        let fits = place.is_some_and(|(verb, place)| match place.split_once('.') {
            Some(("header", name)) => !RESERVED.contains(&name.to_ascii_lowercase().as_str()),
            Some(("querystring", name)) => !in_response && !name.is_empty(),
            Some(_) => false,
            None => {
                verb == "overwrite"
                    && (place == "path" && !in_response || place == "statuscode" && in_response)
            }
        });
        if !fits {
            return Err(errors::bad_request(format!("Invalid mapping expression specified: {key}")));
        }
    }
    for status in input.response_parameters.iter().flat_map(|map| map.keys()) {
        if !status.parse::<u16>().is_ok_and(|status| (200..600).contains(&status)) {
            return Err(errors::bad_request(format!("Invalid status code in response parameters: {status}")));
        }
    }
    Ok(())
}

/// Changes a request on its way to the integration.
pub fn to_request(visit: &Visit, map: &BTreeMap<String, String>, request: &mut Request) {
    let value = |expression: &str| value_of(expression, visit, None);
    let mut query = request.query_pairs();
    for (key, expression) in map {
        let Some((verb, place)) = key.split_once(':') else { continue };
        match place.split_once('.') {
            Some(("header", name)) => change(&mut request.headers, verb, name, value(expression)),
            Some((_, name)) => {
                if verb != "append" {
                    query.retain(|(known, _)| known != name);
                }
                if verb != "remove"
                    && let Some(value) = value(expression)
                {
                    query.push((name.to_owned(), value));
                }
            }
            None => {
                if let Some(path) = value(expression) {
                    request.path = if path.starts_with('/') { path } else { format!("/{path}") };
                }
            }
        }
    }
    let encode = |(name, value): &(String, String)| {
        format!("{}={}", nuvola_wire::uri::encode(name), nuvola_wire::uri::encode(value))
    };
    if map.keys().any(|key| key.contains(":querystring.")) {
        request.query = query.iter().map(encode).collect::<Vec<_>>().join("&");
    }
}

/// Changes an integration's answer on its way to the client.
pub fn to_response(visit: &Visit, map: &BTreeMap<String, String>, response: &mut Response) {
    let original = response.clone();
    for (key, expression) in map {
        let Some((verb, place)) = key.split_once(':') else { continue };
        let value = value_of(expression, visit, Some(&original));
        match place.split_once('.') {
            Some((_, name)) => change(&mut response.headers, verb, name, value),
            None => {
                if let Some(status) = value.and_then(|text| text.parse().ok()) {
                    response.status = status;
                }
            }
        }
    }
}

fn change(headers: &mut Headers, verb: &str, name: &str, value: Option<String>) {
    match (verb, value) {
        ("remove", _) => drop(headers.remove(name)),
        ("overwrite", Some(value)) => headers.set(name, value),
        ("append", Some(value)) => headers.append(name, value),
        _ => {}
    }
}

/// A variable, or a text with `${…}` in it. A variable without a value is none; inside a text it is empty.
pub fn value_of(expression: &str, visit: &Visit, response: Option<&Response>) -> Option<String> {
    if let Some(name) = expression.strip_prefix('$').filter(|rest| !rest.starts_with('{')) {
        return variable(name, visit, response);
    }
    let mut out = String::new();
    let mut rest = expression;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(&variable(name, visit, response).unwrap_or_default());
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

fn variable(name: &str, visit: &Visit, response: Option<&Response>) -> Option<String> {
    let request = &visit.request;
    let all = |headers: &Headers, name: &str| {
        let values: Vec<&str> = headers.get_all(name).collect();
        (!values.is_empty()).then(|| values.join(","))
    };
    if name == "request.path" {
        return Some(visit.path_after_stage().to_owned());
    }
    if name == "response.body" || name == "request.body" {
        let body = if name == "request.body" { &request.body } else { &response?.body };
        return body.as_text().map(str::to_owned);
    }
    let (place, rest) = name.split_once('.')?;
    if place == "stageVariables" {
        return visit.variables.get(rest).cloned();
    }
    if place == "context" {
        return visit.context(rest);
    }
    let (part, rest) = rest.split_once('.')?;
    match (place, part) {
        ("request", "header") => all(&request.headers, rest),
        ("request", "querystring") => {
            let pairs = request.query_pairs();
            let values: Vec<String> =
                pairs.into_iter().filter(|(name, _)| name == rest).map(|(_, value)| value).collect();
            (!values.is_empty()).then(|| values.join(","))
        }
        ("request", "path") => visit.path_parameters.get(rest).map(|value| nuvola_wire::uri::decode(value)),
        ("request", "body") => member(request.body.as_text()?, rest),
        ("response", "header") => all(&response?.headers, rest),
        ("response", "body") => member(response?.body.as_text()?, rest),
        _ => None,
    }
}

/// `a.b[0]` of a JSON text.
fn member(text: &str, path: &str) -> Option<String> {
    let document: Value = serde_json::from_str(text).ok()?;
    let mut at = &document;
    for part in path.split(['.', '[']).map(|part| part.trim_end_matches(']')) {
        at = match part.parse::<usize>() {
            Ok(index) if at.is_array() => at.get(index)?,
            _ => at.get(part)?,
        };
    }
    Some(at.as_str().map_or_else(|| at.to_string(), str::to_owned))
}
