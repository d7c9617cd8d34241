//! The event of a Lambda proxy integration (payload format 1.0), and how its answer is read.
//!
//! **Source**: API Gateway Developer Guide, "Lambda proxy integrations in API Gateway"; events and answers
//! recorded from AWS.

use crate::http_event::{Caller, request_time};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::Blob;
use nuvola_kernel::ordered::sort_by;
use nuvola_wire::{Headers, Request, Response};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

use super::state::TextMap;

/// What the event says beyond the client's request.
pub struct EventContext<'a> {
    pub account: &'a str,
    pub api_id: &'a str,
    pub stage: &'a str,
    pub deployment_id: &'a str,
    pub resource_id: &'a str,
    /// `/pets/{petId}`
    pub resource_path: &'a str,
    /// The path after the stage, raw.
    pub path: &'a str,
    /// Raw values by variable.
    pub path_parameters: &'a BTreeMap<String, String>,
    pub stage_variables: Option<&'a TextMap>,
    pub binary_media_types: &'a [String],
    pub request_id: &'a str,
    pub extended_request_id: &'a str,
    pub trace_id: &'a str,
    pub source_ip: &'a str,
    pub now_ms: i64,
    /// Who signed, for AWS_IAM: access key, account, caller id, user ARN.
    pub caller: Option<Caller>,
    /// What the authorizer found out.
    pub authorizer: Option<Value>,
    /// The id and value of the request's API key.
    pub api_key: Option<(String, String)>,
}

/// The event that the function receives.
pub fn build(request: &Request, cx: &EventContext) -> Value {
    let headers = forwarded_headers(request, cx);
    let (single, multiple) = header_maps(&headers);
    let (query, query_lists) = query_maps(&request.query_pairs());
    let (body, is_base64) = body(request, cx.binary_media_types);
    let path_parameters: Map<String, Value> = cx
        .path_parameters
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(nuvola_wire::uri::decode(value))))
        .collect();
    json!({
        "resource": cx.resource_path,
        "path": nuvola_wire::uri::decode(cx.path),
        "httpMethod": request.method,
        "headers": single,
        "multiValueHeaders": multiple,
        "queryStringParameters": query,
        "multiValueQueryStringParameters": query_lists,
        "pathParameters": null_if_empty(path_parameters),
        "stageVariables": cx.stage_variables.filter(|map| !map.is_empty()),
        "requestContext": request_context(request, cx),
        "body": body,
        "isBase64Encoded": is_base64,
    })
}

fn null_if_empty(map: Map<String, Value>) -> Value {
    if map.is_empty() { Value::Null } else { Value::Object(map) }
}

/// The client's headers with those that API Gateway adds; hop-by-hop headers and `Content-Length` go.
fn forwarded_headers(request: &Request, cx: &EventContext) -> Vec<(String, String)> {
    const DROPPED: [&str; 7] =
        ["connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];
    const ADDED: [&str; 3] = ["x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"];
    let mut headers: Vec<(String, String)> = request
        .headers
        .iter()
        .filter(|(name, _)| {
            let name = name.to_ascii_lowercase();
            !DROPPED.contains(&name.as_str()) && !ADDED.contains(&name.as_str()) && name != "x-forwarded-for"
        })
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        headers.push(("Host".to_owned(), request.host.clone()));
    }
    let before = request.headers.get("x-forwarded-for").map(|value| format!("{value}, ")).unwrap_or_default();
    headers.push(("X-Forwarded-For".to_owned(), format!("{before}{}", cx.source_ip)));
    headers.push(("X-Forwarded-Port".to_owned(), "443".to_owned()));
    headers.push(("X-Forwarded-Proto".to_owned(), "https".to_owned()));
    headers.push(("X-Amzn-Trace-Id".to_owned(), format!("Root={}", cx.trace_id)));
    headers
}

/// The last value of each name, and all values of each name. Names keep the client's spelling.
fn header_maps(headers: &[(String, String)]) -> (Value, Value) {
    let mut lists: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, value) in headers {
        match lists.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, values)) => values.push(value),
            None => lists.push((name, vec![value])),
        }
    }
    sort_by(&mut lists, |a, b| a.0.cmp(b.0));
    maps_of(&lists)
}

fn query_maps(pairs: &[(String, String)]) -> (Value, Value) {
    let mut lists: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, value) in pairs {
        match lists.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value),
            None => lists.push((name, vec![value])),
        }
    }
    maps_of(&lists)
}

fn maps_of(lists: &[(&str, Vec<&str>)]) -> (Value, Value) {
    let mut single = Map::new();
    let mut multiple = Map::new();
    for (name, values) in lists {
        single.insert((*name).to_owned(), json!(values.last()));
        multiple.insert((*name).to_owned(), json!(values));
    }
    (null_if_empty(single), null_if_empty(multiple))
}

/// The body as text, or in base64 if its media type is one of the API's binary ones.
fn body(request: &Request, binary_media_types: &[String]) -> (Value, bool) {
    if request.body.is_empty() {
        return (Value::Null, false);
    }
    let content_type = request.headers.get("content-type").unwrap_or("application/json");
    if is_binary(content_type, binary_media_types) {
        return (Value::from(STANDARD.encode(&request.body[..])), true);
    }
    (Value::from(String::from_utf8_lossy(&request.body).into_owned()), false)
}

/// Whether a media type is among the binary ones; `image/*` and `*/*` are patterns.
pub fn is_binary(content_type: &str, binary_media_types: &[String]) -> bool {
    let media_type = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    binary_media_types.iter().any(|pattern| {
        let pattern = pattern.to_ascii_lowercase();
        pattern == "*/*"
            || pattern == media_type
            || pattern.strip_suffix('*').is_some_and(|start| media_type.starts_with(start))
    })
}

fn request_context(request: &Request, cx: &EventContext) -> Value {
    let field = |get: fn(&Caller) -> &String| cx.caller.as_ref().map(get);
    let mut context = json!({
        "resourceId": cx.resource_id,
        "resourcePath": cx.resource_path,
        "httpMethod": request.method,
        "extendedRequestId": cx.extended_request_id,
        "requestTime": request_time(cx.now_ms),
        "path": format!("/{}{}", cx.stage, nuvola_wire::uri::decode(cx.path)),
        "accountId": cx.account,
        "protocol": "HTTP/1.1",
        "stage": cx.stage,
        "domainPrefix": cx.api_id,
        "requestTimeEpoch": cx.now_ms,
        "requestId": cx.request_id,
        "identity": {
            "cognitoIdentityPoolId": null,
            "accountId": field(|caller| &caller.account),
            "cognitoIdentityId": null,
            "caller": field(|caller| &caller.user_id),
            "sourceIp": cx.source_ip,
            "principalOrgId": null,
            "accessKey": field(|caller| &caller.access_key),
            "cognitoAuthenticationType": null,
            "cognitoAuthenticationProvider": null,
            "userArn": field(|caller| &caller.user_arn),
            "userAgent": request.headers.get("user-agent"),
            "user": field(|caller| &caller.user_id),
        },
        "domainName": request.host_name(),
        "deploymentId": cx.deployment_id,
        "apiId": cx.api_id,
    });
    if let Some(authorizer) = &cx.authorizer {
        context["authorizer"] = authorizer.clone();
    }
    if let Some((id, value)) = &cx.api_key {
        context["identity"]["apiKey"] = json!(value);
        context["identity"]["apiKeyId"] = json!(id);
    }
    context
}

/// Reads the function's answer. `None`: it is not what a proxy integration must return.
///
/// `accept` is the client's `Accept` header, which together with the binary media types decides whether
/// a base64 body is decoded.
pub fn read_answer(payload: &str, accept: Option<&str>, binary_media_types: &[String]) -> Option<Response> {
    const KNOWN: [&str; 5] = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];
    let Value::Object(answer) = serde_json::from_str(payload).ok()? else { return None };
    if answer.keys().any(|key| !KNOWN.contains(&key.as_str())) {
        return None;
    }
    let mut response = Response::new(status_code(answer.get("statusCode"))?);
    response.headers = answer_headers(answer.get("headers"), answer.get("multiValueHeaders"))?;
    let text = match answer.get("body") {
        None | Some(Value::Null) => "",
        Some(Value::String(text)) => text,
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => return None,
    };
    let is_base64 = match answer.get("isBase64Encoded") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text == "true",
        Some(Value::Number(_) | Value::Array(_) | Value::Object(_)) => return None,
    };
    let first_accepted = accept.unwrap_or("").split(',').next().unwrap_or("");
    response.body = if is_base64 && is_binary(first_accepted, binary_media_types) {
        Blob::from(STANDARD.decode(text).ok()?)
    } else {
        Blob::from(text)
    };
    if !response.headers.contains("content-type") {
        response.headers.set("Content-Type", "application/json");
    }
    Some(response)
}

/// A status is a number or its text; none at all is 200.
fn status_code(value: Option<&Value>) -> Option<u16> {
    let code = match value {
        None | Some(Value::Null) => return Some(200),
        Some(Value::Number(number)) => number.as_u64()?,
        Some(Value::String(text)) => text.parse().ok()?,
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => return None,
    };
    u16::try_from(code).ok().filter(|code| (100..600).contains(code))
}

/// A name in both maps takes its values from the list.
fn answer_headers(single: Option<&Value>, multiple: Option<&Value>) -> Option<Headers> {
    let mut headers = Headers::new();
    if let Some(map) = object(single)? {
        for (name, value) in map {
            headers.set(name, scalar(value)?);
        }
    }
    if let Some(map) = object(multiple)? {
        for (name, values) in map {
            headers.remove(name);
            for value in values.as_array()? {
                headers.append(name, scalar(value)?);
            }
        }
    }
    Some(headers)
}

fn object(value: Option<&Value>) -> Option<Option<&Map<String, Value>>> {
    match value {
        None | Some(Value::Null) => Some(None),
        Some(value) => value.as_object().map(Some),
    }
}

/// A header's value: texts, numbers and booleans are written out.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event_of(request: &Request, binary: &[String]) -> Value {
        let parameters = BTreeMap::from([("proxy".to_owned(), "a%20b".to_owned())]);
        let cx = EventContext {
            account: "123456789012",
            api_id: "abcdefghij",
            stage: "test",
            deployment_id: "dep123",
            resource_id: "res123",
            resource_path: "/{proxy+}",
            path: "/a%20b",
            path_parameters: &parameters,
            stage_variables: None,
            binary_media_types: binary,
            request_id: "r",
            extended_request_id: "e",
            trace_id: "1-2-3",
            source_ip: "192.0.2.1",
            now_ms: 1_583_348_639_000,
            caller: None,
            authorizer: None,
            api_key: None,
        };
        build(request, &cx)
    }

    #[test]
    fn event_has_the_members_of_format_one() {
        // Source: API Gateway Developer Guide, "Input format of a Lambda function for proxy integration",
        // and an event recorded from AWS (null maps where nothing was sent).
        let mut request =
            Request::new("GET", "abcdefghij.execute-api.eu-south-1.amazonaws.com", "/test/a%20b");
        let event = event_of(&request, &[]);
        assert_eq!(event["queryStringParameters"], Value::Null);
        assert_eq!(event["multiValueQueryStringParameters"], Value::Null);
        assert_eq!(event["body"], Value::Null);
        assert_eq!(event["pathParameters"], json!({"proxy": "a b"}));
        assert_eq!(event["requestContext"]["path"], "/test/a b");
        assert_eq!(event["requestContext"]["requestTime"], "04/Mar/2020:19:03:59 +0000");
        request.query = "x=1&x=2&y=".to_owned();
        request.headers.append("tEsT", "1");
        request.headers.append("test", "2");
        let event = event_of(&request, &[]);
        assert_eq!(event["queryStringParameters"], json!({"x": "2", "y": ""}));
        assert_eq!(event["multiValueQueryStringParameters"], json!({"x": ["1", "2"], "y": [""]}));
        assert_eq!(event["headers"]["tEsT"], "2");
        assert_eq!(event["multiValueHeaders"]["tEsT"], json!(["1", "2"]));
    }

    #[test]
    fn binary_media_types_make_bodies_base64() {
        // Source: API Gateway Developer Guide, "Working with binary media types for REST APIs".
        let mut request = Request::new("POST", "h", "/test/x");
        request.headers.set("Content-Type", "image/png");
        request.body = Blob::from(vec![1, 2, 255]);
        let event = event_of(&request, &["image/*".to_owned()]);
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("AQL/"), &json!(true)));
        let event = event_of(&request, &["image/jpeg".to_owned()]);
        assert_eq!(event["isBase64Encoded"], json!(false));
    }

    #[test]
    fn answers_are_read_strictly() {
        // Source: API Gateway Developer Guide, "Output format of a Lambda function for proxy integration"
        // and the answers to malformed ones that it names.
        let read = |payload: &str| read_answer(payload, None, &[]);
        let answer =
            read(r#"{"statusCode":201,"headers":{"X-A":"1","Content-Type":"text/plain"},"body":"hi"}"#);
        let answer = answer.unwrap();
        assert_eq!(
            (answer.status, answer.headers.get("x-a"), &answer.body[..]),
            (201, Some("1"), &b"hi"[..])
        );
        assert_eq!(read(r#"{"statusCode":"404"}"#).unwrap().status, 404);
        let many = read(r#"{"multiValueHeaders":{"Set-Cookie":["a=1","b=2"]}}"#).unwrap();
        assert_eq!(many.headers.get_all("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
        for malformed in [
            "null",
            "\"text\"",
            "1024",
            r#"{"result":1024}"#,
            r#"{"statusCode":200,"body":{"a":1}}"#,
            r#"{"statusCode":"abc"}"#,
            r#"{"statusCode":200,"headers":{"a":{"b":1}}}"#,
        ] {
            assert_eq!(read(malformed), None, "{malformed}");
        }
    }

    #[test]
    fn base64_answers_are_decoded_only_for_binary_media_types() {
        // Source: API Gateway Developer Guide, "Return binary media from a Lambda proxy integration".
        let payload = r#"{"statusCode":200,"body":"aGk=","isBase64Encoded":true}"#;
        let binary = vec!["image/png".to_owned()];
        assert_eq!(&read_answer(payload, Some("image/png"), &binary).unwrap().body[..], b"hi");
        assert_eq!(&read_answer(payload, Some("*/*"), &binary).unwrap().body[..], b"aGk=");
    }
}
