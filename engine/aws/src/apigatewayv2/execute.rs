//! The data plane: `ID.execute-api.REGION.amazonaws.com`.
//!
//! Stage → preflight → route → throttle → authorizer → integration → answer.

use crate::auth::{AccessCheck, Principal};
use crate::cloud;
use crate::context::{Completion, OpContext};
use crate::http_event::{Caller, trace_id};
use crate::lambda::{self, Call, InvocationResult, url_event};
use crate::service::{Answer, DataPlane};
use crate::{apigateway, outbound, sts};
use nuvola_wire::{Request, Response, Scheme};

use super::state::{Api, Bucket};
use super::visit::{Visit, refusal};
use super::{Continuation, Fetched, Timer, authorize, cors, limits, lookup, mapping, routing};

/// Answers a request to an HTTP API.
pub fn handle(cx: &mut OpContext<'_>, request: &Request, plane: &DataPlane) -> Answer {
    let request_id = format!("{}=", cx.ids().mixed_alnum(15));
    let trace_id = trace_id(cx);
    let bare = |response: Response| Answer::Now(response.with_header("apigw-requestid", request_id.as_str()));
    let region = cx.region.to_string();
    let Some(api) = cx.state().apigatewayv2.api(&region, &plane.key) else { return Answer::Unresolved };
    if api.settings.disable_execute_api_endpoint == Some(true) {
        return bare(refusal(404, "Not Found"));
    }
    let Some((stage_name, path)) = stage_of(api, &request.path) else {
        return bare(refusal(404, "Not Found"));
    };
    let stage = &api.stages[stage_name.as_str()];
    let Some(deployment) = stage.deployment_id.as_ref().and_then(|id| api.deployments.get(id)) else {
        let text = format!("the stage `{stage_name}` serves no deployment yet");
        cx.hint(text);
        return bare(refusal(404, "Not Found"));
    };
    let snapshot = &deployment.snapshot;
    let stale = *snapshot != api.draft;
    if let Some(cors) = &snapshot.cors
        && cors::is_preflight(request)
    {
        return bare(cors::preflight(cors, request));
    }
    let found = routing::find(&snapshot.routes, &request.method, &path);
    let Some((route, path_parameters)) = found.map(|(route, map)| (route.clone(), map)) else {
        let mut response = refusal(404, "Not Found");
        cors::decorate(snapshot.cors.as_deref(), request.headers.get("origin"), &mut response);
        hint_stale(cx, stale, &stage_name);
        return bare(response);
    };
    let integration_id = route.target.as_deref().and_then(|target| target.strip_prefix("integrations/"));
    let visit = Visit {
        http_id: cx.http_id(),
        account: cx.account().to_string(),
        region: region.clone(),
        api_id: plane.key.clone(),
        stage: stage_name.clone(),
        variables: stage.stage_variables.clone().unwrap_or_default(),
        cors: snapshot.cors.clone(),
        integration: integration_id.and_then(|id| snapshot.integrations.get(id)).cloned(),
        authorizer: route.authorizer_id.as_ref().and_then(|id| snapshot.authorizers.get(id)).cloned(),
        route: crate::kept::Kept(route),
        path_parameters,
        request: request.clone(),
        trace_request_id: cx.request.request_id.clone(),
        request_id: request_id.clone(),
        trace_id,
        source_ip: cx.request.source_ip.clone(),
        at_ms: cx.now_ms,
        caller: None,
        verdict: None,
    };
    let settings = stage.route_settings.as_ref().and_then(|map| map.get(visit.route_key()));
    let settings = settings.or(stage.default_route_settings.as_ref());
    let limit = settings.and_then(|found| found.throttling_rate_limit.zip(found.throttling_burst_limit));
    cx.trace.operation = visit.route_key().to_owned();
    cx.trace.resources.push(lookup::api_arn(&region, &visit.api_id));
    hint_stale(cx, stale, &stage_name);
    if request.body.len() > limits::PAYLOAD_MAX_BYTES {
        return Answer::Now(visit.finish(refusal(413, "Request Entity Too Large")));
    }
    if let Some((rate, burst)) = limit
        && !take_token(cx, &visit, rate, f64::from(burst))
    {
        return Answer::Now(visit.finish(refusal(429, "Too Many Requests")));
    }
    enter(cx, visit)
}

fn hint_stale(cx: &mut OpContext<'_>, stale: bool, stage: &str) {
    if stale {
        cx.hint(format!(
            "the API has changed since the stage `{stage}` was deployed: it still serves the older deployment"
        ));
    }
}

/// The stage that a path leads to, and the rest of the path: a stage's own name goes before `$default`.
fn stage_of(api: &Api, path: &str) -> Option<(String, String)> {
    let rest = path.strip_prefix('/').unwrap_or(path);
    let first = rest.split('/').next().unwrap_or("");
    if first != "$default" && api.stages.contains_key(first) {
        let after = &rest[first.len()..];
        return Some((first.to_owned(), if after.is_empty() { "/".to_owned() } else { after.to_owned() }));
    }
    api.stages.contains_key("$default").then(|| ("$default".to_owned(), path.to_owned()))
}

fn take_token(cx: &mut OpContext<'_>, visit: &Visit, rate: f64, burst: f64) -> bool {
    let key = format!("{}/{}/{}", visit.api_id, visit.stage, visit.route_key());
    let now_ms = cx.now_ms;
    let buckets = &mut cx.apigatewayv2().buckets;
    if !buckets.contains_key(&key) {
        buckets.insert(key.clone(), Bucket { tokens: burst, at_ms: now_ms });
    }
    buckets.get_mut(&key).is_none_or(|bucket| bucket.take(rate, burst, now_ms))
}

/// Asks whoever decides about the route.
fn enter(cx: &mut OpContext<'_>, mut visit: Visit) -> Answer {
    match visit.route.authorization_type.as_deref() {
        Some("AWS_IAM") => {
            if cx.request.auth_error.is_some() || cx.principal == Principal::Anonymous {
                return Answer::Now(visit.finish(refusal(403, "Forbidden")));
            }
            let check = AccessCheck {
                action: "execute-api:Invoke".to_owned(),
                resource: visit.route_arn(),
                ..AccessCheck::default()
            };
            if !cx.judge(&check).allowed {
                return Answer::Now(visit.finish(refusal(403, "Forbidden")));
            }
            visit.caller = Caller::of(cx);
            integrate(cx, visit)
        }
        Some("JWT") => authorize::by_token(cx, visit),
        Some("CUSTOM") => authorize::by_function(cx, visit),
        _ => integrate(cx, visit),
    }
}

/// The request may go on: to the integration.
pub fn integrate(cx: &mut OpContext<'_>, visit: Visit) -> Answer {
    let Some(integration) = visit.integration.clone() else {
        return Answer::Now(visit.finish(refusal(500, "Internal Server Error")));
    };
    let timeout_ms = integration.timeout_in_millis.unwrap_or(limits::INTEGRATION_TIMEOUT_MS);
    let begun = match integration.integration_type.as_deref() {
        Some("AWS_PROXY") if integration.integration_subtype.is_some() => {
            let subtype = integration.integration_subtype.clone().unwrap_or_default();
            Err(not_simulated(cx, &visit, &format!("integrations with {subtype}")))
        }
        Some("AWS_PROXY") => invoke(cx, &visit),
        _ if integration.connection_type.as_deref() == Some("VPC_LINK") => {
            Err(not_simulated(cx, &visit, "VPC links"))
        }
        _ => {
            let request = proxied(&visit);
            match request {
                Some(request) => {
                    let then = Fetched::Integration(Box::new(visit.clone()));
                    outbound::fetch(cx, visit.http_id, request, outbound::Continuation::ApiGatewayV2(then));
                    Ok(())
                }
                None => Err(refusal(500, "Internal Server Error")),
            }
        }
    };
    match begun {
        Ok(()) => {
            let due_ms = cx.now_ms + i64::from(timeout_ms);
            let timer = Timer::IntegrationTimeout(Box::new(visit));
            cx.schedule(due_ms, cloud::Timer::ApiGatewayV2(timer));
            Answer::Later
        }
        Err(response) => Answer::Now(visit.finish(response)),
    }
}

fn not_simulated(cx: &mut OpContext<'_>, visit: &Visit, what: &str) -> Response {
    let text = format!("API Gateway: {what}");
    match cx.state.waiting.get_mut(&visit.http_id) {
        Some(waiting) => waiting.trace.not_simulated.push(text.clone()),
        None => cx.not_simulated(text.clone()),
    }
    refusal(501, &format!("{text}: not simulated by Nuvola"))
}

/// Answers a request that had to wait.
pub fn complete(cx: &mut OpContext<'_>, http_id: u64, answer: Answer) {
    match answer {
        Answer::Now(response) => cx.complete(http_id, Completion::Response(response)),
        Answer::Later | Answer::Unresolved => {}
    }
}

/// The function that an integration or an authorizer names: by its ARN, or by the path of Lambda's API.
pub fn target(cx: &OpContext<'_>, visit: &Visit, uri: &str) -> Option<lambda::Target> {
    let uri = apigateway::with_variables(uri, Some(&visit.variables));
    let arn = apigateway::function_arn(&uri).unwrap_or(&uri);
    let target = lambda::target(cx, arn, None).ok()?;
    cx.state().lambda.function(&target.region, &target.name).map(|_| target)
}

/// Whether the API may call the function: by the function's policy, or with credentials by the role's.
pub fn may_invoke(
    cx: &mut OpContext<'_>,
    target: &lambda::Target,
    source_arn: String,
    credentials: Option<&str>,
) -> bool {
    let mut check = lambda::permission_check(cx, "lambda:InvokeFunction", target);
    if let Some(role) = credentials {
        let session =
            sts::role_session(cx, role, "apigateway.amazonaws.com", "BackplaneAssumeRoleSession", None, 900);
        return session.is_some_and(|(_, principal)| cx.judge_as(&principal, &check).allowed);
    }
    check.context.insert("aws:SourceArn".to_owned(), vec![source_arn]);
    check.context.insert("aws:SourceAccount".to_owned(), vec![cx.account().to_string()]);
    let principal = Principal::Service("apigateway.amazonaws.com".to_owned());
    cx.judge_as(&principal, &check).allowed
}

fn invoke(cx: &mut OpContext<'_>, visit: &Visit) -> Result<(), Response> {
    let broken = || refusal(500, "Internal Server Error");
    let integration = visit.integration.as_ref().ok_or_else(broken)?;
    let uri = integration.integration_uri.as_deref().unwrap_or("");
    let Some(target) = target(cx, visit, uri) else {
        cx.hint_for(visit.http_id, format!("the integration's function does not exist: {uri}"));
        return Err(broken());
    };
    if !may_invoke(cx, &target, visit.source_arn(), integration.credentials_arn.as_deref()) {
        let text = format!(
            "the function's policy does not let API Gateway call it: AddPermission with principal apigateway.amazonaws.com and source ARN {}",
            visit.source_arn()
        );
        cx.hint_for(visit.http_id, text);
        return Err(broken());
    }
    let mut shaped = visit.clone();
    if let Some(map) = &integration.request_parameters {
        let mut request = visit.request.clone();
        mapping::to_request(visit, map, &mut request);
        shaped.request = Request { path: visit.request.path.clone(), ..request };
    }
    let second = integration.payload_format_version.as_deref() == Some("2.0");
    let event = if second { shaped.event_2() } else { shaped.event_1() };
    let call = Call {
        region: target.region,
        function: target.name,
        qualifier: target.qualifier,
        event: event.to_string(),
        client_context: None,
        request_id: None,
        parent: Some(visit.trace_request_id.clone()),
        continuation: cloud::Continuation::ApiGatewayV2(Continuation::Integration(Box::new(visit.clone()))),
    };
    // A function that takes no more requests now looks like one that is not there for a while.
    lambda::begin(cx, call).map(drop).map_err(|failure| match failure.status {
        429 => refusal(503, "Service Unavailable"),
        _ => broken(),
    })
}

/// The request that goes on to an HTTP integration.
fn proxied(visit: &Visit) -> Option<Request> {
    let integration = visit.integration.as_ref()?;
    let uri = apigateway::with_variables(integration.integration_uri.as_deref()?, Some(&visit.variables));
    let mut address = uri;
    for (name, value) in &visit.path_parameters {
        address = address.replace(&format!("{{{name}}}"), value).replace(&format!("{{{name}+}}"), value);
    }
    let method = match integration.integration_method.as_deref() {
        None | Some("ANY") => visit.request.method.clone(),
        Some(method) => method.to_owned(),
    };
    let mut request = address_request(&address, &method)?;
    let queries = [request.query.as_str(), visit.request.query.as_str()];
    request.query = queries.into_iter().filter(|query| !query.is_empty()).collect::<Vec<_>>().join("&");
    for (name, value) in visit.request.headers.iter() {
        if !is_hop(name) && !name.eq_ignore_ascii_case("host") {
            request.headers.append(name, value);
        }
    }
    request.headers.set("Host", request.host.clone());
    request.headers.set("Via", "HTTP/1.1 AmazonAPIGateway");
    let host = visit.request.host_name();
    request.headers.set("Forwarded", format!("for={};host={host};proto=https", visit.source_ip));
    request.headers.set("X-Amzn-Trace-Id", format!("Root={}", visit.trace_id));
    request.body = visit.request.body.clone();
    if let Some(map) = &integration.request_parameters {
        mapping::to_request(visit, map, &mut request);
    }
    Some(request)
}

/// A bare request for an address.
pub fn address_request(address: &str, method: &str) -> Option<Request> {
    let (scheme, rest) = address.split_once("://")?;
    let scheme = if scheme == "https" { Scheme::Https } else { Scheme::Http };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, tail) = rest.split_at(end);
    let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
    let mut request = Request::new(method, host, if path.is_empty() { "/" } else { path });
    request.scheme = scheme;
    request.query = query.to_owned();
    (!host.is_empty()).then_some(request)
}

/// Headers that belong to one connection.
pub fn is_hop(name: &str) -> bool {
    ["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy-connection"]
        .iter()
        .any(|hop| hop.eq_ignore_ascii_case(name))
}

/// The function behind an integration has answered.
pub fn answered(cx: &mut OpContext<'_>, visit: &Visit, result: &InvocationResult) {
    let second = visit
        .integration
        .as_ref()
        .is_some_and(|found| found.payload_format_version.as_deref() == Some("2.0"));
    let any = ["*/*".to_owned()];
    let read = match (result.failed, second) {
        (true, _) => None,
        (false, true) => url_event::read_answer(&result.payload),
        (false, false) => apigateway::read_answer(&result.payload, None, &any),
    };
    if read.is_none() {
        let why = match result.failed {
            true => "the function failed, so the answer is API Gateway's own",
            false => "the function's answer is not what a proxy integration may return",
        };
        cx.hint_for(visit.http_id, why);
    }
    let response = read.unwrap_or_else(|| refusal(500, "Internal Server Error"));
    finish(cx, visit, response);
}

/// A host behind an integration has answered, or there is none.
pub fn fetched(cx: &mut OpContext<'_>, visit: &Visit, response: Option<Response>) {
    let Some(mut response) = response else {
        let uri =
            visit.integration.as_ref().and_then(|found| found.integration_uri.clone()).unwrap_or_default();
        cx.hint_for(visit.http_id, format!("nobody answers at the integration's address: {uri}"));
        return finish(cx, visit, refusal(503, "Service Unavailable"));
    };
    let hops: Vec<String> =
        response.headers.iter().map(|(name, _)| name.to_owned()).filter(|name| is_hop(name)).collect();
    hops.iter().for_each(|name| drop(response.headers.remove(name)));
    finish(cx, visit, response);
}

fn finish(cx: &mut OpContext<'_>, visit: &Visit, mut response: Response) {
    let maps = visit.integration.as_ref().and_then(|found| found.response_parameters.as_ref());
    if let Some(map) = maps.and_then(|maps| maps.get(&response.status.to_string())) {
        mapping::to_response(visit, map, &mut response);
    }
    if response.body.len() > limits::PAYLOAD_MAX_BYTES {
        response = refusal(500, "Internal Server Error");
    }
    let response = visit.finish(response);
    cx.complete(visit.http_id, Completion::Response(response));
}

/// The integration's time is over; if the client has its answer, nothing happens.
pub fn timed_out(cx: &mut OpContext<'_>, visit: &Visit) {
    let limit = visit.integration.as_ref().and_then(|found| found.timeout_in_millis);
    let text = format!(
        "the integration took longer than its {} ms: the client gets an answer, the function goes on",
        limit.unwrap_or(limits::INTEGRATION_TIMEOUT_MS)
    );
    cx.hint_for(visit.http_id, text);
    let response = visit.finish(refusal(503, "Service Unavailable"));
    cx.complete(visit.http_id, Completion::Response(response));
}
