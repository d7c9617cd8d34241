//! Integrations: what is sent to them, and how their answers become the method's.
//!
//! **Source**: API Gateway Developer Guide, "Integrations for REST APIs in API Gateway", "Data transformations for
//! REST APIs", "Method request and integration response behavior" (passthrough and selection).

use crate::apigatewayv2::{address_request, is_hop, may_invoke};
use crate::auth::Credentials;
use crate::cloud;
use crate::context::OpContext;
use crate::lambda::{self, Call, InvocationResult};
use crate::route;
use crate::{outbound, sts};
use nuvola_kernel::Blob;
use nuvola_wire::sigv4::Signer;
use nuvola_wire::{Protocol, Request, Response};
use serde_json::Value;

use super::execute::{complete, function_arn, function_of, not_simulated, with_variables};
use super::pattern::Pattern;
use super::proxy_event::{self, EventContext};
use super::refusal::Refusal;
use super::state::{Integration, IntegrationResponse};
use super::template::{self, Scope};
use super::visit::Visit;
use super::{Continuation, Fetched, Timer, limits};

/// Begins the integration. An answer that is there at once is given; `None`: it comes later.
pub fn begin(cx: &mut OpContext<'_>, visit: &mut Visit) -> Result<Option<Response>, Refusal> {
    let integration = visit
        .method
        .integration
        .clone()
        .ok_or_else(|| Refusal::configured("the method has no integration"))?;
    visit.note(|| "Starting integration".to_owned());
    let uri = with_variables(integration.uri.as_deref().unwrap_or(""), Some(&visit.variables));
    if integration.connection_type.as_deref() == Some("VPC_LINK") {
        return Ok(Some(not_simulated(cx, visit, "VPC links")));
    }
    match integration.kind.as_str() {
        "MOCK" => return mock(visit, &integration).map(Some),
        "AWS_PROXY" => invoke(cx, visit, &integration, &uri, None)?,
        "AWS" if function_arn(&uri).is_some() => {
            let body = request_body(visit, &integration)?;
            if serde_json::from_str::<Value>(&body).is_err() {
                return Err(Refusal::configured(
                    "the integration's request is no JSON, and a function takes nothing else",
                ));
            }
            if invocation_type(visit, &integration).as_deref() == Some("Event") {
                return send_event(cx, visit, &integration, &uri, body).map(Some);
            }
            invoke(cx, visit, &integration, &uri, Some(body))?;
        }
        "AWS" => {
            let request = service_request(cx, visit, &integration, &uri)?;
            send(cx, visit, request);
        }
        "HTTP" => {
            let mut request = http_request(visit, &integration, &uri)?;
            request.body = Blob::from(request_body(visit, &integration)?);
            request.headers.set("Content-Type", visit.media_type());
            send(cx, visit, request);
        }
        _ => {
            let mut request = http_request(visit, &integration, &uri)?;
            forward(visit, &mut request);
            send(cx, visit, request);
        }
    }
    let due_ms = cx.now_ms + i64::from(integration.timeout_ms);
    let timer = Timer::IntegrationTimeout(Box::new(visit.clone()));
    cx.schedule(due_ms, cloud::Timer::ApiGateway(timer));
    Ok(None)
}

fn send(cx: &mut OpContext<'_>, visit: &mut Visit, request: Request) {
    let (url, headers) = (request.url(), header_text(&request));
    let body = request.body.as_text().unwrap_or("[Binary Data]").to_owned();
    visit.note(|| format!("Endpoint request URI: {url}"));
    visit.note(|| format!("Endpoint request headers: {headers}"));
    visit.note(|| format!("Endpoint request body after transformations: {body}"));
    visit.note(|| format!("Sending request to {url}"));
    let then = Fetched::Integration(Box::new(visit.clone()));
    outbound::fetch(cx, visit.http_id, request, outbound::Continuation::ApiGateway(then));
}

fn header_text(request: &Request) -> String {
    let fields: Vec<String> = request.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{{{}}}", fields.join(", "))
}

/// The event of a Lambda proxy integration.
pub fn event(visit: &Visit) -> Value {
    proxy_event::build(
        &visit.request,
        &EventContext {
            account: &visit.account,
            api_id: &visit.api_id,
            stage: &visit.stage,
            deployment_id: &visit.deployment_id,
            resource_id: &visit.resource_id,
            resource_path: &visit.resource_path,
            path: &visit.path,
            path_parameters: &visit.path_parameters,
            stage_variables: Some(&visit.variables),
            binary_media_types: &visit.binary_media_types,
            request_id: &visit.ids.request_id,
            extended_request_id: &visit.ids.extended_id,
            trace_id: &visit.ids.trace_id,
            source_ip: &visit.source_ip,
            now_ms: visit.at_ms,
            caller: visit.caller.clone(),
            authorizer: visit.verdict.clone(),
            api_key: visit.api_key.clone(),
        },
    )
}

/// Calls a function: with the proxy's event, or with what the template made.
fn invoke(
    cx: &mut OpContext<'_>,
    visit: &mut Visit,
    integration: &Integration,
    uri: &str,
    body: Option<String>,
) -> Result<(), Refusal> {
    let target = permitted(cx, visit, integration, uri)?;
    let proxy = body.is_none();
    let event = body.unwrap_or_else(|| event(visit).to_string());
    visit.note(|| {
        format!(
            "Endpoint request URI: https://lambda.{}.amazonaws.com{}",
            target.region,
            uri.split("lambda:path").last().unwrap_or("")
        )
    });
    visit.note(|| format!("Endpoint request body after transformations: {event}"));
    let kept = Box::new(visit.clone());
    let then = if proxy { Continuation::Proxy(kept) } else { Continuation::Lambda(kept) };
    let call = Call {
        region: target.region,
        function: target.name,
        qualifier: target.qualifier,
        event,
        client_context: None,
        request_id: None,
        parent: Some(visit.ids.request_id.clone()),
        continuation: cloud::Continuation::ApiGateway(then),
    };
    lambda::begin(cx, call)
        .map(drop)
        .map_err(|failure| Refusal::configured(&format!("Lambda refused the call: {}", failure.message)))
}

/// The function of an integration, if the API may call it: by the function's policy, or with credentials by a role's.
fn permitted(
    cx: &mut OpContext<'_>,
    visit: &Visit,
    integration: &Integration,
    uri: &str,
) -> Result<lambda::Target, Refusal> {
    // Lambda's API takes nothing but POST, whatever the method of the resource.
    if integration.http_method.as_deref() != Some("POST") {
        return Err(Refusal::configured(
            "a function is called by POST: the integration's HTTP method must be POST",
        ));
    }
    let target = function_of(cx, uri)
        .ok_or_else(|| Refusal::configured("the integration's function does not exist"))?;
    if !may_invoke(cx, &target, visit.source_arn(), integration.credentials.as_deref()) {
        return Err(Refusal::configured(&format!(
            "Invalid permissions on Lambda function: its policy does not let apigateway.amazonaws.com call it for {}",
            visit.source_arn()
        )));
    }
    Ok(target)
}

fn invocation_type(visit: &Visit, integration: &Integration) -> Option<String> {
    let mapped = integration.request_parameters.iter().find(|(name, _)| {
        name.strip_prefix("integration.request.header.")
            .is_some_and(|header| header.eq_ignore_ascii_case("X-Amz-Invocation-Type"))
    });
    visit.mapped(mapped?.1, None)
}

/// An event for a function: Lambda takes it and answers at once.
fn send_event(
    cx: &mut OpContext<'_>,
    visit: &mut Visit,
    integration: &Integration,
    uri: &str,
    body: String,
) -> Result<Response, Refusal> {
    let target = permitted(cx, visit, integration, uri)?;
    let parent = visit.ids.request_id.clone();
    lambda::accept_event(cx, target, body, Some(parent));
    respond(visit, integration, Response::new(202), None)
}

/// The address of an HTTP integration with the mapped parameters.
fn http_request(visit: &Visit, integration: &Integration, uri: &str) -> Result<Request, Refusal> {
    let mut address = uri.to_owned();
    let mapped = |name: &str| -> Vec<(String, String)> {
        let of_place = |(key, expression): (&String, &String)| {
            let place = key.strip_prefix("integration.request.")?.strip_prefix(name)?;
            Some((place.to_owned(), visit.mapped(expression, None)?))
        };
        integration.request_parameters.iter().filter_map(of_place).collect()
    };
    for (name, value) in mapped("path.") {
        let value = nuvola_wire::uri::encode_path(&value);
        address = address.replace(&format!("{{{name}}}"), &value).replace(&format!("{{{name}+}}"), &value);
    }
    let method = match integration.http_method.as_deref() {
        None | Some("ANY") => visit.request.method.clone(),
        Some(method) => method.to_owned(),
    };
    let request = address_request(&address, &method).filter(|_| !address.contains('{'));
    let Some(mut request) = request else {
        return Err(Refusal::configured(&format!("Invalid endpoint address: {address}")));
    };
    let encode = |(name, value): (String, String)| {
        format!("{}={}", nuvola_wire::uri::encode(&name), nuvola_wire::uri::encode(&value))
    };
    let queries: Vec<String> = mapped("querystring.").into_iter().map(encode).collect();
    let own = Some(request.query.clone()).filter(|query| !query.is_empty());
    request.query = own.into_iter().chain(queries).collect::<Vec<_>>().join("&");
    request.headers.set("Host", request.host.clone());
    for (name, value) in mapped("header.") {
        request.headers.set(&name, value);
    }
    request.headers.set("User-Agent", format!("AmazonAPIGateway_{}", visit.api_id));
    request.headers.set("X-Amzn-Apigateway-Api-Id", visit.api_id.as_str());
    request.headers.set("X-Amzn-Trace-Id", format!("Root={}", visit.ids.trace_id));
    Ok(request)
}

/// A proxy hands everything on.
fn forward(visit: &Visit, request: &mut Request) {
    for (name, value) in visit.request.headers.iter() {
        let own = ["host", "user-agent", "content-length", "x-amzn-trace-id"];
        if !is_hop(name)
            && !own.iter().any(|own| own.eq_ignore_ascii_case(name))
            && !request.headers.contains(name)
        {
            request.headers.append(name, value);
        }
    }
    if let Some(agent) = visit.request.headers.get("user-agent") {
        request.headers.set("User-Agent", agent);
    }
    request.headers.set("X-Forwarded-For", visit.source_ip.as_str());
    request.headers.set("X-Forwarded-Port", "443");
    request.headers.set("X-Forwarded-Proto", "https");
    let queries = [request.query.as_str(), visit.request.query.as_str()];
    request.query = queries.into_iter().filter(|query| !query.is_empty()).collect::<Vec<_>>().join("&");
    request.body = visit.request.body.clone();
}

/// A call of another service's API, signed with the integration's role.
fn service_request(
    cx: &mut OpContext<'_>,
    visit: &mut Visit,
    integration: &Integration,
    uri: &str,
) -> Result<Request, Refusal> {
    let parts: Vec<&str> = uri.splitn(6, ':').collect();
    let [_, _, _, region, service, what] = parts[..] else {
        return Err(Refusal::configured("the integration's ARN names no service"));
    };
    let (subdomain, service_name) =
        service.rsplit_once('.').map_or((None, service), |(sub, name)| (Some(sub), name));
    let host = match subdomain {
        Some(subdomain) => format!("{subdomain}.{service_name}.{region}.amazonaws.com"),
        None => format!("{service_name}.{region}.amazonaws.com"),
    };
    let method = integration.http_method.clone().unwrap_or_else(|| "POST".to_owned());
    let body = request_body(visit, integration)?;
    let (kind, rest) = what.split_once('/').unwrap_or((what, ""));
    let address = if kind == "path" { format!("https://{host}/{rest}") } else { format!("https://{host}/") };
    let mut request =
        http_request(visit, &Integration { http_method: Some(method), ..integration.clone() }, &address)?;
    request.body = Blob::from(body);
    let definition = route::by_endpoint(service_name);
    if kind == "action" {
        let schema = definition.map(|service| service.schema);
        match schema.and_then(|schema| schema.target_prefix.map(|prefix| (prefix, schema.protocol))) {
            Some((prefix, protocol)) => {
                let version = if protocol == Protocol::Json10 { "1.0" } else { "1.1" };
                request.headers.set("X-Amz-Target", format!("{prefix}.{rest}"));
                request.headers.set("Content-Type", format!("application/x-amz-json-{version}"));
            }
            None => {
                let version = schema.map_or("", |schema| schema.api_version);
                let own = Some(request.query.clone()).filter(|query| !query.is_empty());
                let action = vec![format!("Action={rest}"), format!("Version={version}")];
                request.query = own.into_iter().chain(action).collect::<Vec<_>>().join("&");
            }
        }
    } else if !request.headers.contains("content-type") {
        request.headers.set("Content-Type", visit.media_type());
    }
    let role = integration.credentials.as_deref().unwrap_or("");
    let session =
        sts::role_session(cx, role, "apigateway.amazonaws.com", "BackplaneAssumeRoleSession", None, 900);
    let Some((credentials, _)) = session else {
        let text = format!("API Gateway does not have permission to assume the provided role {role}");
        return Err(Refusal::configured(&text));
    };
    let signing_name = definition.map_or(service_name, |service| service.schema.signing_name);
    sign(&mut request, credentials, region, signing_name, cx.now_ms);
    Ok(request)
}

fn sign(request: &mut Request, credentials: Credentials, region: &str, service: &str, now_ms: i64) {
    let credentials = credentials.into();
    Signer { credentials: &credentials, region, service, now_ms }.sign(request);
}

/// The body for the integration: what the template for its media type makes of it, or the body itself.
fn request_body(visit: &mut Visit, integration: &Integration) -> Result<String, Refusal> {
    let media_type = visit.media_type();
    let template = integration.request_templates.get(&media_type).cloned();
    let passes = match integration.passthrough_behavior.as_str() {
        "NEVER" => false,
        "WHEN_NO_TEMPLATES" => integration.request_templates.is_empty(),
        _ => true,
    };
    match template {
        Some(template) => {
            let body = visit.request.body.as_text().unwrap_or("").to_owned();
            let rendered = render(visit, &template, &body)?;
            visit.overrides = rendered.overrides;
            Ok(rendered.text)
        }
        None if passes => Ok(visit.request.body.as_text().unwrap_or("").to_owned()),
        None => Err(Refusal::media_type()),
    }
}

fn render(visit: &Visit, template: &str, body: &str) -> Result<template::Rendered, Refusal> {
    let scope =
        Scope { body, params: visit.params(), context: visit.context(), stage_variables: &visit.variables };
    template::render(template, &scope)
        .map_err(|error| Refusal::configured(&format!("the mapping template: {error}")))
}

/// A MOCK answers with the status that its template names.
fn mock(visit: &mut Visit, integration: &Integration) -> Result<Response, Refusal> {
    let body = request_body(visit, integration)?;
    let status = mock_status(&body).ok_or_else(|| {
        Refusal::configured(
            "Unable to parse statusCode. It should be an integer that is defined in the request template.",
        )
    })?;
    let mut answer = Response::new(status);
    answer.body = Blob::from("");
    respond(visit, integration, answer, None)
}

/// The number of `{"statusCode": 200}`; AWS takes the name without quotes as well.
fn mock_status(text: &str) -> Option<u16> {
    let (_, rest) = text.split_once("statusCode")?;
    let rest = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?;
    let digits: String =
        rest.trim_start().trim_start_matches(['"', '\'']).chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|status| (100..600).contains(status))
}

/// The response whose pattern fits, else the one without a pattern. Functions are judged by the text of their error.
fn select<'a>(integration: &'a Integration, subject: Option<&str>) -> Option<&'a IntegrationResponse> {
    let pattern = |response: &'a IntegrationResponse| response.selection_pattern.as_deref().unwrap_or("");
    let responses = || integration.responses.values();
    let fits = |response: &&IntegrationResponse| {
        let text = response.selection_pattern.as_deref().unwrap_or("");
        !text.is_empty()
            && subject
                .is_some_and(|subject| Pattern::new(text).is_some_and(|pattern| pattern.matches(subject)))
    };
    responses().find(fits).or_else(|| responses().find(|response| pattern(response).is_empty()))
}

/// Turns an integration's answer into the method's. `error` is the text of a function's error.
fn respond(
    visit: &mut Visit,
    integration: &Integration,
    answer: Response,
    subject: Option<&str>,
) -> Result<Response, Refusal> {
    let status_text = answer.status.to_string();
    let found = select(integration, subject.or(Some(&status_text)));
    let response = found.ok_or_else(|| {
        Refusal::configured("No match for output mapping and no default output mapping configured")
    })?;
    let status =
        response.status_code.parse().map_err(|_| Refusal::configured("the response has no status"))?;
    let media_type = answer.headers.get("content-type").unwrap_or("application/json");
    let media_type = media_type.split(';').next().unwrap_or("").trim().to_owned();
    let template = response.templates.get(&media_type).map(|template| (media_type.as_str(), template));
    let template =
        template.or_else(|| response.templates.iter().next().map(|(kind, text)| (kind.as_str(), text)));
    let mut out = Response::new(status);
    let text = answer.body.as_text().unwrap_or("").to_owned();
    let mut overrides = visit.overrides["responseOverride"].clone();
    match template {
        Some((media_type, template)) if !template.is_empty() => {
            let rendered = render(visit, template, &text)?;
            if rendered.overrides["responseOverride"].is_object() {
                overrides = rendered.overrides["responseOverride"].clone();
            }
            out = out.with_body(media_type, rendered.text);
        }
        _ => {
            out.headers.set("Content-Type", "application/json");
            out.body = answer.body.clone();
        }
    }
    for (name, expression) in &response.parameters {
        if let Some(header) = name.strip_prefix("method.response.header.")
            && let Some(value) = visit.mapped(expression, Some(&answer))
        {
            out.headers.set(header, value);
        }
    }
    if let Some(status) = overrides["status"].as_u64().and_then(|status| u16::try_from(status).ok()) {
        out.status = status;
    }
    for (name, value) in overrides["header"].as_object().into_iter().flatten() {
        out.headers.set(name, value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    if response.content_handling.as_deref() == Some("CONVERT_TO_BINARY")
        && let Some(bytes) = decoded(&out.body)
    {
        out.body = Blob::from(bytes);
    }
    log_response(visit, &out);
    Ok(out)
}

fn decoded(body: &Blob) -> Option<Vec<u8>> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.decode(body.as_text()?.trim().trim_matches('"')).ok()
}

fn log_response(visit: &mut Visit, response: &Response) {
    let body = response.body.as_text().unwrap_or("[Binary Data]").to_owned();
    let fields: Vec<String> =
        response.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
    visit.note(|| format!("Method response body after transformations: {body}"));
    visit.note(|| format!("Method response headers: {{{}}}", fields.join(", ")));
    visit.note(|| "Successfully completed execution".to_owned());
}

fn note_answer(visit: &mut Visit, status: u16, now_ms: i64, body: &str) {
    let latency = now_ms - visit.at_ms;
    visit.note(|| format!("Received response. Status: {status}, Integration latency: {latency} ms"));
    visit.note(|| format!("Endpoint response body before transformations: {body}"));
}

/// The function behind a proxy integration has answered.
pub fn proxy_answered(cx: &mut OpContext<'_>, mut visit: Visit, result: &InvocationResult) {
    note_answer(&mut visit, 200, cx.now_ms, &result.payload);
    let accept = visit.request.headers.get("accept");
    let read = match result.failed {
        true => None,
        false => proxy_event::read_answer(&result.payload, accept, &visit.binary_media_types),
    };
    let why = match result.failed {
        true => "the function failed, so the answer is API Gateway's own",
        false => "Malformed Lambda proxy response: the answer is not what a proxy integration may return",
    };
    let trace = format!("Root={}", visit.ids.trace_id);
    let answer = match read {
        Some(response) if response.body.len() > limits::PAYLOAD_MAX_BYTES => {
            Err(Refusal::malformed(Some("the answer is larger than 10 MB".to_owned())))
        }
        Some(mut response) => {
            response.headers.set("X-Amzn-Trace-Id", trace);
            log_response(&mut visit, &response);
            Ok(response)
        }
        None => Err(Refusal::malformed(Some(why.to_owned()))),
    };
    complete(cx, visit, answer);
}

/// The function behind a custom integration has answered.
pub fn lambda_answered(cx: &mut OpContext<'_>, mut visit: Visit, result: &InvocationResult) {
    note_answer(&mut visit, 200, cx.now_ms, &result.payload);
    let integration = visit.method.integration.clone().unwrap_or_default();
    let error = serde_json::from_str::<Value>(&result.payload).ok();
    let error =
        error.and_then(|error| error["errorMessage"].as_str().map(str::to_owned)).filter(|_| result.failed);
    let answer = Response::new(200).with_body("application/json", result.payload.clone());
    // Without an error no pattern fits, whatever it is.
    let subject = error.unwrap_or_else(|| "\u{0}".to_owned());
    let answer = respond(&mut visit, &integration, answer, Some(&subject));
    complete(cx, visit, answer);
}

/// A host behind an integration has answered, or there is none.
pub fn fetched(cx: &mut OpContext<'_>, mut visit: Visit, response: Option<Response>) {
    let integration = visit.method.integration.clone().unwrap_or_default();
    let answer = match response {
        None => Err(Refusal::configured(&format!(
            "Invalid endpoint address: nobody has the name in {}",
            integration.uri.as_deref().unwrap_or("")
        ))),
        Some(response) if response.status == 0 => Err(Refusal::network()),
        Some(response) => {
            let text = response.body.as_text().unwrap_or("[Binary Data]").to_owned();
            note_answer(&mut visit, response.status, cx.now_ms, &text);
            match integration.kind.as_str() {
                "HTTP_PROXY" => Ok(passed(&mut visit, response)),
                _ => respond(&mut visit, &integration, response, None),
            }
        }
    };
    complete(cx, visit, answer);
}

/// A proxy hands the answer back as it is; some headers keep their old names aside.
fn passed(visit: &mut Visit, response: Response) -> Response {
    let mut out = Response::new(response.status);
    for (name, value) in response.headers.iter() {
        let remapped = ["date", "server", "connection", "www-authenticate"];
        match name.to_ascii_lowercase().as_str() {
            "content-length" => {}
            lower if is_hop(lower) && lower != "connection" => {}
            lower if remapped.contains(&lower) => {
                out.headers.append(&format!("x-amzn-Remapped-{name}"), value)
            }
            _ => out.headers.append(name, value),
        }
    }
    out.body = response.body;
    log_response(visit, &out);
    out
}

/// The integration's time is over; if the client has its answer, nothing happens.
pub fn timed_out(cx: &mut OpContext<'_>, visit: Visit) {
    if !cx.state.waiting.contains_key(&visit.http_id) {
        return;
    }
    let limit =
        visit.method.integration.as_ref().map_or(limits::INTEGRATION_TIMEOUT_MS, |found| found.timeout_ms);
    let text = format!(
        "the integration took longer than its {limit} ms: the client gets an answer, the function goes on"
    );
    complete(cx, visit, Err(Refusal::timeout(Some(text))));
}

/// What a test invocation tells of its request.
pub fn log_request(visit: &mut Visit) {
    let request = visit.request.clone();
    let params = visit.params();
    let shown = |value: &Value| {
        let fields: Vec<String> = value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or("")))
            .collect();
        format!("{{{}}}", fields.join(", "))
    };
    let id = visit.ids.request_id.clone();
    let path = visit.resource_path.clone();
    visit.note(|| format!("Starting execution for request: {id}"));
    visit.note(|| format!("HTTP Method: {}, Resource Path: {path}", request.method));
    visit.note(|| format!("Method request path: {}", shown(&params["path"])));
    visit.note(|| format!("Method request query string: {}", shown(&params["querystring"])));
    visit.note(|| format!("Method request headers: {}", shown(&params["header"])));
    let body = request.body.as_text().unwrap_or("[Binary Data]").to_owned();
    visit.note(|| format!("Method request body before transformations: {body}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use nuvola_kernel::Map;

    #[test]
    fn statuses_of_mocks() {
        // Source: API Gateway Developer Guide, "Mock integrations for REST APIs in API Gateway".
        assert_eq!(mock_status(r#"{"statusCode": 200}"#), Some(200));
        assert_eq!(mock_status("{ statusCode: 404 }"), Some(404));
        assert_eq!(mock_status("{}"), None);
    }

    #[test]
    fn responses_are_selected_by_pattern() {
        // Source: API Gateway Developer Guide, "Set up an integration response in API Gateway".
        let response = |status: &str, pattern: Option<&str>| {
            let response = IntegrationResponse {
                status_code: status.to_owned(),
                selection_pattern: pattern.map(str::to_owned),
                ..IntegrationResponse::default()
            };
            (status.to_owned(), response)
        };
        let integration = Integration {
            responses: Map::from([
                response("200", None),
                response("400", Some(r"4\d{2}")),
                response("500", Some(".*Malformed.*")),
            ]),
            ..Integration::default()
        };
        let check = |subject: &str, expected: &str| {
            assert_eq!(
                select(&integration, Some(subject)).map(|found| found.status_code.as_str()),
                Some(expected)
            );
        };
        check("404", "400");
        check("Malformed input", "500");
        check("201", "200");
    }
}
