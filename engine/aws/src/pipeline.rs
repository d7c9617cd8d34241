//! The way of every request: route, authenticate, decode, authorise, handle, encode, trace.
//!
//! Authorising and handling happen in [`crate::service::run_operation`], which knows the typed input.

use crate::SERVICES;
use crate::auth::{self, Principal};
use crate::cloud::CloudState;
use crate::context::{Completion, OpContext, RequestMeta};
use crate::effects::Effect;
use crate::route::{self, Route};
use crate::service::{Answer, ApiResult, DataPlane, OperationDef, Outcome, ServiceDef};
use crate::trace::{Trace, TraceKind};
use crate::{ec2, issuer, outbound, states, validate};
use nuvola_kernel::Region;
use nuvola_wire::router::Labels;
use nuvola_wire::{ApiError, Headers, Protocol, Request, Response, Router, protocol};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Where requests seem to come from: an address that is kept for documentation (RFC 5737).
pub const SOURCE_IP: &str = "203.0.113.10";

/// A request whose answer is still to come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The service's endpoint prefix.
    pub service: String,
    /// The operation, or nothing for a data plane.
    pub operation: Option<String>,
    /// The request spoke the service's second protocol.
    #[serde(default)]
    pub speaks_second: bool,
    pub trace: Trace,
}

/// Serves one request as far as it can be served now.
pub fn serve(state: &mut CloudState, effects: &mut Vec<Effect>, http_id: u64, request: Request) {
    if request.host_name() == issuer::HOST {
        let region = state.options.region.clone();
        let mut cx = begin(state, effects, http_id, request, region, TraceKind::DataPlane);
        cx.trace.service = "issuer".to_owned();
        let response = issuer::answer(&cx.request.http, cx.now().epoch_s());
        return respond(&mut cx, response, None);
    }
    match route::route(&request, &state.options.region) {
        Route::Unresolved => outbound::unresolved(effects, http_id, request),
        Route::NotSimulated { endpoint_prefix, region } => {
            let mut cx = begin(state, effects, http_id, request, region, TraceKind::Api);
            cx.trace.service = endpoint_prefix.clone();
            cx.not_simulated(format!("the service `{endpoint_prefix}`"));
            let error = not_simulated(format!("the service `{endpoint_prefix}` is not simulated by Nuvola"));
            let schema = foreign_schema(&cx.request.http);
            let response = protocol::encode_error(&schema, &error, &cx.request.request_id, false);
            respond(&mut cx, response, Some(&error));
        }
        Route::Api { service, region, bucket } => {
            let mut cx = begin(state, effects, http_id, request, region, TraceKind::Api);
            cx.service = Some(service);
            cx.speaks_second = service.is_in_second(&cx.request.http);
            cx.trace.service = service.schema.endpoint_prefix.to_owned();
            serve_api(&mut cx, service, bucket.as_deref());
        }
        Route::DataPlane { service, region, target } => {
            let mut cx = begin(state, effects, http_id, request, region, TraceKind::DataPlane);
            cx.trace.service = service.schema.endpoint_prefix.to_owned();
            serve_data_plane(&mut cx, service, &target);
        }
    }
}

/// Serves a request that the cloud itself sends for an execution of a state machine.
pub fn serve_for(cx: &mut OpContext<'_>, http_id: u64, request: Request, execution: &str) {
    let Route::Api { service, region, bucket } = route::route(&request, &cx.state.options.region) else {
        return;
    };
    let mut inner = begin(cx.state, cx.effects, http_id, request, region, TraceKind::Api);
    inner.service = Some(service);
    inner.speaks_second = service.is_in_second(&inner.request.http);
    inner.trace.service = service.schema.endpoint_prefix.to_owned();
    inner.trace.parent = Some(execution.to_owned());
    serve_api(&mut inner, service, bucket.as_deref());
}

/// Answers a request that only reads, and leaves the state as it is; nothing where it does more.
pub fn look(state: &mut CloudState, request: Request) -> Option<Response> {
    let Route::Api { service, region, bucket } = route::route(&request, &state.options.region) else {
        return None;
    };
    let mut effects = Vec::new();
    let mut cx = begin(state, &mut effects, 0, request, region, TraceKind::Api);
    cx.service = Some(service);
    cx.speaks_second = service.is_in_second(&cx.request.http);
    cx.looks = true;
    let mut request = cx.request.http.clone();
    if let Some(bucket) = bucket {
        request.path = format!("/{bucket}{}", request.path);
    }
    let protocol = service.schema_of(cx.speaks_second).protocol;
    let Found::Operation(op, labels) = find_operation(service, protocol, &request) else { return None };
    const READING: &[&str] = &["Describe", "Filter", "Get", "Head", "List", "Query", "Scan"];
    if !READING.iter().any(|start| op.schema.name.starts_with(start)) {
        return None;
    }
    let result = run(&mut cx, service, op, &mut request, &labels);
    answer(&mut cx, service, op, result);
    effects
        .into_iter()
        .find_map(|effect| if let Effect::Respond { response, .. } = effect { Some(response) } else { None })
}

/// Serves a request that a program on an instance sent: its metadata service answers only there.
pub fn serve_instance(
    state: &mut CloudState,
    effects: &mut Vec<Effect>,
    http_id: u64,
    instance_id: &str,
    request: Request,
) {
    if request.host_name() != ec2::METADATA_HOST {
        return serve(state, effects, http_id, request);
    }
    let region = state.options.region.clone();
    let host = request.host.clone();
    let mut cx = begin(state, effects, http_id, request, region, TraceKind::DataPlane);
    cx.trace.service = ec2::SERVICE.schema.endpoint_prefix.to_owned();
    cx.trace.principal = instance_id.to_owned();
    let request = cx.request.http.clone();
    match ec2::metadata(&mut cx, instance_id, &request) {
        Some(response) => respond(&mut cx, response, None),
        None => cx.effects.push(Effect::Unresolved { id: http_id, host }),
    }
}

fn begin<'a>(
    state: &'a mut CloudState,
    effects: &'a mut Vec<Effect>,
    http_id: u64,
    http: Request,
    region: Region,
    kind: TraceKind,
) -> OpContext<'a> {
    let request_id = state.ids.uuid();
    let mut trace = Trace::begin(kind, state.now_ms, &request_id);
    trace.http_id = Some(http_id);
    trace.region = region.to_string();
    trace.operation = format!("{} {}", http.method, http.path);
    trace.request_bytes = http.body.len() as u64;
    let request = RequestMeta {
        http_id: Some(http_id),
        request_id,
        source_ip: SOURCE_IP.to_owned(),
        user_agent: http.headers.get("user-agent").unwrap_or("").to_owned(),
        http,
        access_key_id: None,
        auth_error: None,
    };
    OpContext {
        now_ms: state.now_ms,
        region,
        principal: Principal::Anonymous,
        request,
        service: None,
        speaks_second: false,
        looks: false,
        response_headers: Headers::new(),
        trace,
        state,
        effects,
    }
}

fn serve_api(cx: &mut OpContext<'_>, service: &'static ServiceDef, bucket: Option<&str>) {
    let mut request = cx.request.http.clone();
    if let Some(bucket) = bucket {
        request.path = format!("/{bucket}{}", request.path);
    }
    if let Some(response) = service.intercept.and_then(|intercept| intercept(cx, &request)) {
        return respond(cx, response, None);
    }
    match find_operation(service, service.schema_of(cx.speaks_second).protocol, &request) {
        Found::Operation(op, labels) => {
            cx.trace.operation = op.schema.name.to_owned();
            let result = run(cx, service, op, &mut request, &labels);
            answer(cx, service, op, result);
        }
        Found::Missing(name) => {
            cx.trace.operation.clone_from(&name);
            cx.not_simulated(format!("the operation `{name}` of {}", service.schema.id));
            let text = format!("the operation `{name}` of {} is not simulated by Nuvola", service.schema.id);
            refuse(cx, service, &not_simulated(text));
        }
        Found::Unknown(error) => refuse(cx, service, &error),
    }
}

fn run(
    cx: &mut OpContext<'_>,
    service: &'static ServiceDef,
    op: &'static OperationDef,
    request: &mut Request,
    labels: &Labels,
) -> ApiResult<Outcome> {
    let identity = auth::authenticate(cx, service)?;
    unwrap_body(request, &identity);
    cx.request.http.headers = request.headers.clone();
    cx.request.http.body = request.body.clone();
    identify(cx, identity);
    let schema = service.schema_of(cx.speaks_second);
    let mut input = protocol::decode_request(schema, &op.schema, request, labels)?;
    if let Some(complement) = service.complement {
        complement(request, op, &mut input);
    }
    validate::required_members(service, op.schema.input, &input)?;
    (op.run)(cx, input)
}

/// Handlers see the body that was meant, and trailers as headers.
fn unwrap_body(request: &mut Request, identity: &auth::Identity) {
    let framed = request.body != identity.body || !identity.trailers.is_empty();
    if !framed {
        return;
    }
    request.body = identity.body.clone();
    for (name, value) in identity.trailers.iter() {
        request.headers.set(name, value);
    }
    request.headers.set("Content-Length", request.body.len().to_string());
    if let Some(encoding) = request.headers.remove("Content-Encoding") {
        let kept: Vec<&str> =
            encoding.split(',').map(str::trim).filter(|coding| *coding != "aws-chunked").collect();
        if !kept.is_empty() {
            request.headers.set("Content-Encoding", kept.join(","));
        }
    }
}

/// Makes the authenticated principal the context's.
fn identify(cx: &mut OpContext<'_>, identity: auth::Identity) {
    act_as(cx, identity.principal, identity.access_key_id);
}

/// Lets the context act as a principal that has proved who it is.
pub(crate) fn act_as(cx: &mut OpContext<'_>, principal: Principal, access_key_id: Option<String>) {
    cx.trace.principal = principal.arn(cx.account());
    cx.trace.caller = match &principal {
        Principal::Role(session) => session.caller.clone(),
        Principal::Root | Principal::User(_) | Principal::Service(_) | Principal::Anonymous => None,
    };
    cx.principal = principal;
    cx.request.access_key_id = access_key_id;
}

fn answer(
    cx: &mut OpContext<'_>,
    service: &'static ServiceDef,
    op: &'static OperationDef,
    result: ApiResult<Outcome>,
) {
    if result.is_ok() && !cx.looks {
        auth::note_use(cx);
    }
    match result {
        Ok(Outcome::Done(output)) => {
            let schema = service.schema_of(cx.speaks_second);
            let mut response = protocol::encode_response(schema, &op.schema, &output, &cx.request.request_id);
            for (name, value) in cx.response_headers.iter() {
                response.headers.set(name, value);
            }
            if let Some(finish) = service.finish {
                finish(cx, &mut response);
            }
            respond(cx, response, None);
        }
        Ok(Outcome::Later) => wait(cx, service, Some(op)),
        Err(error) => refuse(cx, service, &error),
    }
}

fn wait(cx: &mut OpContext<'_>, service: &ServiceDef, op: Option<&OperationDef>) {
    let waiting = Waiting {
        service: service.schema.endpoint_prefix.to_owned(),
        operation: op.map(|op| op.schema.name.to_owned()),
        speaks_second: cx.speaks_second,
        trace: cx.trace.clone(),
    };
    let http_id = cx.http_id();
    cx.state.waiting.insert(http_id, waiting);
}

fn refuse(cx: &mut OpContext<'_>, service: &'static ServiceDef, error: &ApiError) {
    let head = cx.request.http.method == "HEAD";
    let schema = service.schema_of(cx.speaks_second);
    let mut response = protocol::encode_error(schema, error, &cx.request.request_id, head);
    if let Some(finish) = service.finish {
        finish(cx, &mut response);
    }
    respond(cx, response, Some(error));
}

fn respond(cx: &mut OpContext<'_>, response: Response, error: Option<&ApiError>) {
    let trace = std::mem::replace(&mut cx.trace, Trace::begin(TraceKind::Delivery, cx.now_ms, ""));
    send(cx, trace, response, error);
}

fn send(cx: &mut OpContext<'_>, mut trace: Trace, response: Response, error: Option<&ApiError>) {
    trace.status = response.status;
    trace.response_bytes = response.body.len() as u64;
    trace.duration_ms = (cx.now_ms - trace.at_ms) as f64;
    if let Some(error) = error {
        trace.error_code = Some(error.code.clone());
        trace.error_message = Some(error.message.clone());
    }
    match trace.http_id {
        Some(id) if states::is_internal(id) => {
            // A task's request: no host knows it.
            trace.http_id = None;
            states::receive(cx, id, response);
            cx.tell(trace);
        }
        Some(id) if outbound::is_own(id) => {
            cx.tell(trace);
            outbound::arrived(cx, id, Some(response));
        }
        Some(id) => {
            cx.effects.push(Effect::Respond { id, response });
            cx.tell(trace);
        }
        None => cx.tell(trace),
    }
}

fn serve_data_plane(cx: &mut OpContext<'_>, service: &'static ServiceDef, target: &DataPlane) {
    match auth::authenticate(cx, service) {
        Ok(identity) => identify(cx, identity),
        Err(error) => {
            cx.trace.principal = "anonymous".to_owned();
            cx.request.auth_error = Some(error);
        }
    }
    let request = cx.request.http.clone();
    let answer = match service.data_plane {
        Some(handle) => handle(cx, &request, target),
        None => Answer::Unresolved,
    };
    match answer {
        Answer::Now(response) => respond(cx, response, None),
        Answer::Later => wait(cx, service, None),
        Answer::Unresolved => outbound::unresolved(cx.effects, cx.http_id(), request),
    }
}

/// Sends the answer of a request that was left for later.
pub fn complete(cx: &mut OpContext<'_>, http_id: u64, completion: Completion) {
    let Some(waiting) = cx.state.waiting.remove(&http_id) else { return };
    let service = route::by_endpoint(&waiting.service).expect("only services of the table are waited for");
    let schema = service.schema_of(waiting.speaks_second);
    let request_id = waiting.trace.request_id.as_str();
    let latency_ms = cx.now_ms - waiting.trace.at_ms;
    let (response, error) = match completion {
        // A test invocation is an operation whose answer is a data plane's.
        Completion::Response(response) => {
            let name = waiting.operation.as_deref().unwrap_or_default();
            let tested = crate::apigateway::test_output(&response, latency_ms).zip(service.operation(name));
            match tested {
                Some((output, op)) => {
                    (protocol::encode_response(schema, &op.schema, &output, request_id), None)
                }
                None => (response, None),
            }
        }
        Completion::Operation(Ok(output)) => {
            let name = waiting.operation.as_deref().unwrap_or_default();
            let op = service.operation(name).expect("an operation's output completes an operation");
            (protocol::encode_response(schema, &op.schema, &output, request_id), None)
        }
        Completion::Operation(Err(error)) => {
            (protocol::encode_error(schema, &error, request_id, false), Some(error))
        }
    };
    send(cx, waiting.trace, response, error.as_ref());
}

enum Found {
    Operation(&'static OperationDef, Labels),
    Missing(String),
    Unknown(ApiError),
}

/// One router per service: its operations, then those it lacks.
static ROUTERS: LazyLock<Vec<Router>> = LazyLock::new(|| {
    SERVICES
        .iter()
        .map(|service| {
            let known = service.operations.iter().map(|op| (op.schema.method, op.schema.uri));
            Router::new(known.chain(service.not_simulated.iter().map(|op| (op.method, op.uri))))
        })
        .collect()
});

fn find_operation(service: &'static ServiceDef, spoken: Protocol, request: &Request) -> Found {
    match spoken {
        Protocol::Json10 | Protocol::Json11 => {
            let target = request.headers.get("x-amz-target").unwrap_or("");
            let name = target.rsplit('.').next().unwrap_or("");
            by_name(service, name, || ApiError::new(400, "UnknownOperationException", ""))
        }
        Protocol::Query | Protocol::Ec2Query => {
            let Some(name) = route::query_parameter(request, "Action") else {
                let text = "The action or operation requested is invalid. Verify that the action is typed correctly.";
                return Found::Unknown(ApiError::new(400, "MissingAction", text));
            };
            let version = route::query_parameter(request, "Version").unwrap_or_default();
            let text = format!("Could not find operation {name} for version {version}");
            by_name(service, &name, || ApiError::new(400, "InvalidAction", text))
        }
        Protocol::RestJson | Protocol::RestXml => by_uri(service, request),
    }
}

fn by_name(service: &'static ServiceDef, name: &str, unknown: impl FnOnce() -> ApiError) -> Found {
    if let Some(op) = service.operation(name) {
        return Found::Operation(op, Labels::new());
    }
    let listed = service.not_simulated.iter().any(|op| op.name == name);
    match listed || service.is_missing.is_some_and(|is_missing| is_missing(name)) {
        true => Found::Missing(name.to_owned()),
        false => Found::Unknown(unknown()),
    }
}

fn by_uri(service: &'static ServiceDef, request: &Request) -> Found {
    let at = SERVICES.iter().position(|other| std::ptr::eq(*other, service));
    let router = &ROUTERS[at.expect("a routed service is in the table")];
    match router.find(&request.method, &request.path, &request.query) {
        Some(found) => match service.operations.get(found.index) {
            Some(op) => Found::Operation(op, found.labels),
            None => {
                let missing = &service.not_simulated[found.index - service.operations.len()];
                Found::Missing(missing.name.to_owned())
            }
        },
        None => Found::Unknown(auth::errors::unknown_uri(service, request)),
    }
}

/// AWS has no such answer: 501 is the one server error that SDKs do not repeat.
pub(crate) fn not_simulated(text: String) -> ApiError {
    ApiError::new(501, "NotImplemented", text)
}

/// The protocol that the client of an unknown service seems to speak.
fn foreign_schema(request: &Request) -> nuvola_wire::ServiceSchema {
    let protocol = if request.headers.contains("x-amz-target") {
        Protocol::Json10
    } else if route::query_parameter(request, "Action").is_some() {
        Protocol::Query
    } else {
        Protocol::RestJson
    };
    nuvola_wire::ServiceSchema { protocol, ..nuvola_wire::ServiceSchema::DEFAULT }
}
