//! The event of payload format 2.0, and how its answer is read: of function URLs, and of HTTP APIs.
//!
//! **Source**: AWS Lambda Developer Guide, "Invoking Lambda function URLs"; API Gateway Developer Guide, "Create AWS
//! Lambda proxy integrations for HTTP APIs in API Gateway".

use crate::http_event::{Caller, request_time};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::Blob;
use nuvola_wire::{Headers, Request, Response};
use serde_json::{Map, Value, json};

/// What the event says beyond the client's request.
pub struct UrlContext<'a> {
    /// The function URL's id or the API's.
    pub id: &'a str,
    pub account: &'a str,
    pub route_key: &'a str,
    pub stage: &'a str,
    pub request_id: &'a str,
    pub trace_id: &'a str,
    pub source_ip: &'a str,
    pub now_ms: i64,
    /// What the authorizer found out, if one was asked.
    pub authorizer: Option<Value>,
    /// Of routes with variables, and of stages with some.
    pub path_parameters: Option<Value>,
    pub stage_variables: Option<Value>,
}

/// What `authorizer` says of who signed.
pub fn iam(caller: &Caller) -> Value {
    json!({"iam": {
        "accessKey": caller.access_key,
        "accountId": caller.account,
        "callerId": caller.user_id,
        "cognitoIdentity": null,
        "principalOrgId": null,
        "userArn": caller.user_arn,
        "userId": caller.user_id,
    }})
}

/// The event that the function receives.
pub fn build(request: &Request, cx: &UrlContext) -> Value {
    let mut event = Map::new();
    event.insert("version".into(), json!("2.0"));
    event.insert("routeKey".into(), json!(cx.route_key));
    event.insert("rawPath".into(), json!(request.path));
    event.insert("rawQueryString".into(), json!(request.query));
    let cookies = cookies(request);
    if !cookies.is_empty() {
        event.insert("cookies".into(), json!(cookies));
    }
    event.insert("headers".into(), Value::Object(headers(request, cx)));
    let query = joined(request.query_pairs().into_iter());
    if !query.is_empty() {
        event.insert("queryStringParameters".into(), Value::Object(query));
    }
    event.insert("requestContext".into(), request_context(request, cx));
    if let Some(parameters) = &cx.path_parameters {
        event.insert("pathParameters".into(), parameters.clone());
    }
    if let Some(variables) = &cx.stage_variables {
        event.insert("stageVariables".into(), variables.clone());
    }
    if !request.body.is_empty() {
        let text = request.body.as_text().filter(|_| is_text(request.headers.get("content-type")));
        let body = text.map_or_else(|| STANDARD.encode(&request.body[..]), str::to_owned);
        event.insert("body".into(), json!(body));
        event.insert("isBase64Encoded".into(), json!(text.is_none()));
    } else {
        event.insert("isBase64Encoded".into(), json!(false));
    }
    Value::Object(event)
}

/// Several values of one name are joined with commas.
fn joined(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    let mut map: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        let text = match map.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before},{value}"),
            None => value,
        };
        map.insert(name, Value::String(text));
    }
    map
}

fn cookies(request: &Request) -> Vec<&str> {
    request
        .headers
        .get_all("cookie")
        .flat_map(|header| header.split(';'))
        .map(str::trim)
        .filter(|cookie| !cookie.is_empty())
        .collect()
}

/// Lower-case names; cookies have a place of their own.
fn headers(request: &Request, cx: &UrlContext) -> Map<String, Value> {
    const DROPPED: [&str; 8] = [
        "connection",
        "cookie",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-amzn-trace-id",
    ];
    let before = request.headers.get("x-forwarded-for").map(|value| format!("{value}, ")).unwrap_or_default();
    let mut map = joined(
        request
            .headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .filter(|(name, _)| !DROPPED.contains(&name.as_str())),
    );
    for (name, value) in [
        ("host", request.host_name().to_owned()),
        ("x-forwarded-for", format!("{before}{}", cx.source_ip)),
        ("x-forwarded-port", "443".to_owned()),
        ("x-forwarded-proto", "https".to_owned()),
        ("x-amzn-trace-id", format!("Root={}", cx.trace_id)),
    ] {
        map.insert(name.to_owned(), Value::String(value));
    }
    map
}

/// Media types whose bodies reach the function as text; all others are base64.
pub fn is_text(content_type: Option<&str>) -> bool {
    let media_type = content_type.unwrap_or("text/plain").split(';').next().unwrap_or("").trim();
    let media_type = media_type.to_ascii_lowercase();
    media_type.starts_with("text/")
        || ["application/json", "application/javascript", "application/xml"].contains(&media_type.as_str())
        || media_type.ends_with("+json")
        || media_type.ends_with("+xml")
}

fn request_context(request: &Request, cx: &UrlContext) -> Value {
    let mut context = Map::new();
    context.insert("accountId".into(), json!(cx.account));
    context.insert("apiId".into(), json!(cx.id));
    if let Some(authorizer) = &cx.authorizer {
        context.insert("authorizer".into(), authorizer.clone());
    }
    context.insert("domainName".into(), json!(request.host_name()));
    context.insert("domainPrefix".into(), json!(cx.id));
    context.insert(
        "http".into(),
        json!({
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": cx.source_ip,
            "userAgent": request.headers.get("user-agent"),
        }),
    );
    context.insert("requestId".into(), json!(cx.request_id));
    context.insert("routeKey".into(), json!(cx.route_key));
    context.insert("stage".into(), json!(cx.stage));
    context.insert("time".into(), json!(request_time(cx.now_ms)));
    context.insert("timeEpoch".into(), json!(cx.now_ms));
    Value::Object(context)
}

/// Reads the function's answer. `None`: it names a status but is not a well-formed response.
///
/// An answer without `statusCode` is taken as the body of a 200 in JSON.
pub fn read_answer(payload: &str) -> Option<Response> {
    let value: Value = serde_json::from_str(payload).ok()?;
    let Some(answer) = value.as_object().filter(|map| map.contains_key("statusCode")) else {
        return Some(Response::new(200).with_body("application/json", payload));
    };
    let mut response = Response::new(status_code(&answer["statusCode"])?);
    response.headers = answer_headers(answer.get("headers"))?;
    for cookie in answer.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        response.headers.append("Set-Cookie", cookie.as_str()?);
    }
    let is_base64 = answer.get("isBase64Encoded").and_then(Value::as_bool).unwrap_or(false);
    response.body = match answer.get("body") {
        None | Some(Value::Null) => Blob::default(),
        Some(Value::String(text)) if is_base64 => Blob::from(STANDARD.decode(text).ok()?),
        Some(Value::String(text)) => Blob::from(text.as_str()),
        Some(other) => Blob::from(other.to_string()),
    };
    if !response.headers.contains("content-type") {
        response.headers.set("Content-Type", "application/json");
    }
    Some(response)
}

fn status_code(value: &Value) -> Option<u16> {
    let code = match value {
        Value::Number(number) => number.as_u64()?,
        Value::String(text) => text.parse().ok()?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    u16::try_from(code).ok().filter(|code| (100..600).contains(code))
}

fn answer_headers(value: Option<&Value>) -> Option<Headers> {
    let mut headers = Headers::new();
    let map = match value {
        None | Some(Value::Null) => return Some(headers),
        Some(value) => value.as_object()?,
    };
    for (name, value) in map {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        headers.set(name, text);
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event_of(request: &Request) -> Value {
        let cx = UrlContext {
            id: "abc",
            account: "anonymous",
            route_key: "$default",
            stage: "$default",
            request_id: "r",
            trace_id: "1-2-3",
            source_ip: "192.0.2.1",
            now_ms: 1_583_348_639_000,
            authorizer: None,
            path_parameters: None,
            stage_variables: None,
        };
        build(request, &cx)
    }

    #[test]
    fn event_is_payload_format_two() {
        // Source: AWS Lambda Developer Guide, "Invoking Lambda function URLs", request payload format.
        let mut request = Request::new("GET", "abc.lambda-url.eu-south-1.on.aws", "/my/path");
        request.query = "parameter1=value1&parameter1=value2&parameter2=value".to_owned();
        request.headers.append("Header1", "value1");
        request.headers.append("header1", "value2");
        request.headers.append("Cookie", "cookie1; cookie2");
        let event = event_of(&request);
        assert_eq!(event["version"], "2.0");
        assert_eq!(event["rawPath"], "/my/path");
        assert_eq!(event["rawQueryString"], request.query);
        assert_eq!(event["cookies"], json!(["cookie1", "cookie2"]));
        assert_eq!(event["headers"]["header1"], "value1,value2");
        assert_eq!(event["headers"].get("cookie"), None);
        assert_eq!(
            event["queryStringParameters"],
            json!({"parameter1": "value1,value2", "parameter2": "value"})
        );
        let context = &event["requestContext"];
        assert_eq!(context["accountId"], "anonymous");
        assert_eq!(context["domainPrefix"], "abc");
        assert_eq!(context["http"]["method"], "GET");
        assert_eq!(context["time"], "04/Mar/2020:19:03:59 +0000");
        assert_eq!(event.get("body"), None);
    }

    #[test]
    fn bodies_that_are_not_text_are_base64() {
        // Source: AWS Lambda Developer Guide, "Invoking Lambda function URLs", isBase64Encoded.
        let mut request = Request::new("POST", "h", "/");
        request.body = Blob::from("a=1");
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        let event = event_of(&request);
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("YT0x"), &json!(true)));
        request.headers.set("Content-Type", "application/json; charset=utf-8");
        let event = event_of(&request);
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("a=1"), &json!(false)));
    }

    #[test]
    fn answers_without_a_status_are_json_bodies() {
        // Source: AWS Lambda Developer Guide, "Invoking Lambda function URLs", response payload format.
        let plain = read_answer("\"Hello, world!\"").unwrap();
        assert_eq!((plain.status, &plain.body[..]), (200, &b"\"Hello, world!\""[..]));
        assert_eq!(plain.headers.get("content-type"), Some("application/json"));
        let object = read_answer(r#"{"message": "Hello, world!"}"#).unwrap();
        assert_eq!(&object.body[..], br#"{"message": "Hello, world!"}"#);
        let custom = read_answer(
            r#"{"statusCode":201,"headers":{"Content-Type":"text/plain"},"cookies":["a=1","b=2"],"body":"hi"}"#,
        );
        let custom = custom.unwrap();
        assert_eq!((custom.status, &custom.body[..]), (201, &b"hi"[..]));
        assert_eq!(custom.headers.get_all("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
        let binary = read_answer(r#"{"statusCode":200,"body":"aGk=","isBase64Encoded":true}"#).unwrap();
        assert_eq!(&binary.body[..], b"hi");
        assert_eq!(read_answer(r#"{"statusCode":"abc"}"#), None);
    }
}
