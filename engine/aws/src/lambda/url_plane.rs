//! Function URLs as clients reach them: who may call, CORS, the event, the answer.
//!
//! **Source**: AWS Lambda Developer Guide, "Invoking Lambda function URLs", "Control access to Lambda
//! function URLs".

use crate::auth::{AccessCheck, Principal};
use crate::cloud;
use crate::context::{Completion, OpContext};
use crate::http_event::{self, Caller};
use crate::service::{Answer, DataPlane};
use nuvola_wire::{Request, Response, protocol};
use serde::{Deserialize, Serialize};

use super::invocations::{Call, InvocationResult, begin};
use super::state::{Cors, UrlConfig};
use super::target::{self, Target};
use super::url_event::{self, UrlContext};
use super::{Continuation, limits};

/// A client that waits for a function behind a URL.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UrlClient {
    pub http_id: u64,
    pub cors: Option<Cors>,
    /// The client's `Origin` header.
    pub origin: Option<String>,
    pub trace_id: String,
}

/// **Source**: answers of function URLs in public issues, sst issue 6198 for one.
const FORBIDDEN: &str = r#"{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}"#;

/// Answers a request to `ID.lambda-url.REGION.on.aws`.
pub fn handle(cx: &mut OpContext<'_>, request: &Request, plane: &DataPlane) -> Answer {
    let region = cx.region.to_string();
    let found = cx.state().lambda.function_of_url(&region, &plane.key);
    let Some((function, qualifier)) = found else {
        return Answer::Now(error(cx, 404, "ResourceNotFoundException", r#"{"Message":null}"#));
    };
    let target = Target {
        region: region.clone(),
        name: function.name.clone(),
        qualifier: qualifier.to_owned(),
        arn: function.qualified_arn(qualifier),
    };
    let url = function.urls[qualifier].clone();
    cx.trace.resources.push(target.arn.clone());
    cx.trace.operation = format!("{} {}", request.method, request.path);
    let origin = request.headers.get("origin").map(str::to_owned);
    if let Some(cors) = &url.cors
        && is_preflight(request)
    {
        return Answer::Now(preflight(cx, cors, request));
    }
    if let Err(refusal) = authorise(cx, &url, &target) {
        return Answer::Now(with_cors(refusal, url.cors.as_ref(), origin.as_deref()));
    }
    if request.body.len() > limits::PAYLOAD_MAX_BYTES {
        let text = format!(
            r#"{{"Message":"Request must be smaller than {} bytes for the InvokeFunction operation"}}"#,
            limits::PAYLOAD_MAX_BYTES
        );
        return Answer::Now(error(cx, 413, "RequestTooLargeException", &text));
    }
    let trace_id = http_event::trace_id(cx);
    let caller = if url.auth_type == "AWS_IAM" { Caller::of(cx) } else { None };
    let event = url_event::build(
        request,
        &UrlContext {
            id: &plane.key,
            account: caller.as_ref().map_or("anonymous", |caller| caller.account.as_str()),
            route_key: "$default",
            stage: "$default",
            request_id: &cx.request.request_id,
            trace_id: &trace_id,
            source_ip: &cx.request.source_ip,
            now_ms: cx.now_ms,
            authorizer: caller.as_ref().map(url_event::iam),
            path_parameters: None,
            stage_variables: None,
        },
    );
    let client = UrlClient { http_id: cx.http_id(), cors: url.cors, origin, trace_id };
    let call = Call {
        region,
        function: target.name,
        qualifier: target.qualifier,
        event: event.to_string(),
        client_context: None,
        request_id: Some(cx.request.request_id.clone()),
        parent: Some(cx.request.request_id.clone()),
        continuation: cloud::Continuation::Lambda(Continuation::FunctionUrl(client)),
    };
    match begin(cx, call) {
        Ok(_) => Answer::Later,
        // A refused invocation, throttled say, looks as Invoke's own answer does.
        Err(failure) => {
            let request_id = &cx.request.request_id;
            Answer::Now(protocol::encode_error(&super::SERVICE.schema, &failure, request_id, false))
        }
    }
}

fn error(cx: &OpContext<'_>, status: u16, code: &str, body: &str) -> Response {
    Response::new(status)
        .with_header("x-amzn-RequestId", cx.request.request_id.as_str())
        .with_header("x-amzn-ErrorType", code)
        .with_body("application/json", body)
}

/// Since October 2025 a caller needs two permissions: for the URL, and for the function behind it.
fn authorise(cx: &mut OpContext<'_>, url: &UrlConfig, target: &Target) -> Result<(), Response> {
    let principal = match url.auth_type.as_str() {
        "NONE" => Principal::Anonymous,
        _ => cx.principal.clone(),
    };
    if url.auth_type != "NONE" {
        if let Some(failure) = &cx.request.auth_error
            && cx.request.http.headers.contains("authorization")
        {
            let text = serde_json::json!({"Message": failure.message}).to_string();
            return Err(error(cx, 403, &failure.code, &text));
        }
        if principal == Principal::Anonymous {
            return Err(error(cx, 403, "AccessDeniedException", FORBIDDEN));
        }
    }
    for (action, key, value) in [
        ("lambda:InvokeFunctionUrl", "lambda:FunctionUrlAuthType", url.auth_type.as_str()),
        ("lambda:InvokeFunction", "lambda:InvokedViaFunctionUrl", "true"),
    ] {
        let mut check: AccessCheck = target::check(cx, action, target);
        check.context.insert(key.to_owned(), vec![value.to_owned()]);
        if !cx.judge_as(&principal, &check).allowed {
            return Err(error(cx, 403, "AccessDeniedException", FORBIDDEN));
        }
    }
    Ok(())
}

fn is_preflight(request: &Request) -> bool {
    request.method == "OPTIONS"
        && request.headers.contains("origin")
        && request.headers.contains("access-control-request-method")
}

/// Lambda answers preflights by itself; the function does not see them.
fn preflight(cx: &OpContext<'_>, cors: &Cors, request: &Request) -> Response {
    let mut response = Response::new(200).with_header("x-amzn-RequestId", cx.request.request_id.as_str());
    let origin = request.headers.get("origin").unwrap_or("");
    let method = request.headers.get("access-control-request-method").unwrap_or("");
    let asked = request.headers.get("access-control-request-headers").unwrap_or("");
    let Some(allowed_origin) = allowed_origin(cors, origin) else { return response };
    let methods = cors.allow_methods.clone().unwrap_or_default();
    let fits = |list: &[String], wanted: &str| {
        list.iter().any(|known| known == "*" || known.eq_ignore_ascii_case(wanted))
    };
    let headers = cors.allow_headers.clone().unwrap_or_default();
    let names: Vec<&str> = asked.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if !fits(&methods, method) || !names.iter().all(|name| fits(&headers, name)) {
        return response;
    }
    response.headers.set("Access-Control-Allow-Origin", allowed_origin);
    response.headers.set("Access-Control-Allow-Methods", methods.join(","));
    if !headers.is_empty() {
        response.headers.set("Access-Control-Allow-Headers", headers.join(","));
    }
    if let Some(seconds) = cors.max_age_s {
        response.headers.set("Access-Control-Max-Age", seconds.to_string());
    }
    if cors.allow_credentials == Some(true) {
        response.headers.set("Access-Control-Allow-Credentials", "true");
    }
    response.headers.set("Vary", "Origin");
    response
}

fn allowed_origin(cors: &Cors, origin: &str) -> Option<String> {
    let origins = cors.allow_origins.as_deref().unwrap_or_default();
    if origins.iter().any(|known| known == "*") {
        let credentials = cors.allow_credentials == Some(true);
        return Some(if credentials { origin.to_owned() } else { "*".to_owned() });
    }
    origins.iter().any(|known| known == origin).then(|| origin.to_owned())
}

/// With CORS settings on the URL, its headers take the place of the function's.
fn with_cors(mut response: Response, cors: Option<&Cors>, origin: Option<&str>) -> Response {
    let (Some(cors), Some(origin)) = (cors, origin) else { return response };
    for name in [
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers",
        "Access-Control-Allow-Credentials",
        "Access-Control-Expose-Headers",
        "Access-Control-Max-Age",
    ] {
        response.headers.remove(name);
    }
    let Some(allowed_origin) = allowed_origin(cors, origin) else { return response };
    response.headers.set("Access-Control-Allow-Origin", allowed_origin);
    if cors.allow_credentials == Some(true) {
        response.headers.set("Access-Control-Allow-Credentials", "true");
    }
    if let Some(exposed) = cors.expose_headers.as_ref().filter(|list| !list.is_empty()) {
        response.headers.set("Access-Control-Expose-Headers", exposed.join(","));
    }
    response.headers.append("Vary", "Origin");
    response
}

/// Answers a client that waited for the function.
pub fn answer(cx: &mut OpContext<'_>, client: UrlClient, result: &InvocationResult) {
    let read = if result.failed { None } else { url_event::read_answer(&result.payload) };
    let mut response = read.unwrap_or_else(|| {
        Response::new(502)
            .with_header("x-amzn-ErrorType", "InternalServerErrorException")
            .with_body("application/json", "Internal Server Error")
    });
    response = with_cors(response, client.cors.as_ref(), client.origin.as_deref());
    response.headers.set("x-amzn-RequestId", result.request_id.as_str());
    response.headers.set("X-Amzn-Trace-Id", format!("Root={}", client.trace_id));
    cx.complete(client.http_id, Completion::Response(response));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cors() -> Cors {
        Cors { allow_origins: Some(vec!["https://a.example".to_owned()]), ..Cors::default() }
    }

    #[test]
    fn settings_of_the_url_replace_the_functions_headers() {
        // Source: AWS Lambda Developer Guide, "Invoking Lambda function URLs", CORS.
        let own = Response::new(200).with_header("Access-Control-Allow-Origin", "*");
        let allowed = with_cors(own.clone(), Some(&cors()), Some("https://a.example"));
        assert_eq!(allowed.headers.get("access-control-allow-origin"), Some("https://a.example"));
        let refused = with_cors(own.clone(), Some(&cors()), Some("https://b.example"));
        assert_eq!(refused.headers.get("access-control-allow-origin"), None);
        let without = with_cors(own, None, Some("https://b.example"));
        assert_eq!(without.headers.get("access-control-allow-origin"), Some("*"));
    }
}
