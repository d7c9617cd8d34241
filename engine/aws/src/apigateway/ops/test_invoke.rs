//! TestInvokeMethod: a request to a method as it is now, with the log of what happened.

use crate::context::OpContext;
use crate::operation;
use crate::service::{Answer, ApiResult, Outcome};
use nuvola_wire::shape::WireType;
use nuvola_wire::{Request, Response, Structure, Value as WireValue, shape};
use std::collections::BTreeMap;

use crate::apigateway::lookup::{self, access, method_path};
use crate::apigateway::visit::{Ids, Visit};
use crate::apigateway::{errors, execute, integrate, state, tree};
use crate::http_event::trace_id;

shape! {
    /// What TestInvokeMethod takes.
    pub struct TestInvokeMethodInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("resourceId", label_as = "resource_id")] pub resource_id: String,
        #[wire("httpMethod", label_as = "http_method")] pub http_method: String,
        #[wire("pathWithQueryString")] pub path_with_query_string: Option<String>,
        #[wire("body")] pub body: Option<String>,
        #[wire("headers")] pub headers: Option<BTreeMap<String, String>>,
        #[wire("multiValueHeaders")] pub multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
        #[wire("clientCertificateId")] pub client_certificate_id: Option<String>,
        #[wire("stageVariables")] pub stage_variables: Option<BTreeMap<String, String>>,
    }

    /// What the method answered, and how.
    pub struct TestInvokeMethodOutput {
        #[wire("status")] pub status: Option<i32>,
        #[wire("body")] pub body: Option<String>,
        #[wire("headers")] pub headers: Option<BTreeMap<String, String>>,
        #[wire("multiValueHeaders")] pub multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
        #[wire("log")] pub log: Option<String>,
        #[wire("latency")] pub latency: Option<i64>,
    }
}

/// The stage's name in a test invocation.
const TEST_STAGE: &str = "test-invoke-stage";

/// Where the answer of a test invocation is carried until its operation answers.
const CARRIER: &str = "x-nuvola-test-invoke";

operation! {
    /// Sends a request to a method without a deployment: no authorizer and no API key is asked.
    ///
    /// **Source**: API Gateway API Reference, "TestInvokeMethod"; the log as the console shows it.
    pub TEST_INVOKE_METHOD: TestInvokeMethod {
        http: "POST" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}" 200,
        input: TestInvokeMethodInput,
        output: TestInvokeMethodOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| {
            access(cx, "POST", &method_path(&input.rest_api_id, &input.resource_id, &input.http_method))
        },
        handler: test_invoke_method,
    }
}

fn test_invoke_method(
    cx: &mut OpContext<'_>,
    input: TestInvokeMethodInput,
) -> ApiResult<Outcome<TestInvokeMethodOutput>> {
    let snapshot = lookup::api(cx, &input.rest_api_id)?.snapshot();
    let resource = snapshot.resources.get(&input.resource_id).ok_or_else(errors::resource_not_found)?;
    if !resource.methods.contains_key(&input.http_method) {
        return Err(errors::method_not_found());
    }
    let resource_path = state::path_of(&snapshot.resources, &input.resource_id);
    let given = input.path_with_query_string.unwrap_or_else(|| resource_path.clone());
    let (path, query) = given.split_once('?').unwrap_or((&given, ""));
    let method = if input.http_method == "ANY" { "GET" } else { &input.http_method };
    let host = format!("{}.execute-api.{}.amazonaws.com", input.rest_api_id, cx.region);
    let mut request = Request::new(method, &host, path);
    request.query = query.to_owned();
    for (name, value) in input.headers.unwrap_or_default() {
        request.headers.set(&name, value);
    }
    for (name, values) in input.multi_value_headers.unwrap_or_default() {
        request.headers.remove(&name);
        values.into_iter().for_each(|value| request.headers.append(&name, value));
    }
    request.body = input.body.unwrap_or_default().as_str().into();
    let parameters = parameters(&resource_path, path);
    let found = tree::Match { resource, parameters };
    let visit = execute::begin(cx, &request, &input.rest_api_id, &snapshot, &found, resource_path.clone());
    let mut visit = visit.ok_or_else(errors::method_not_found)?;
    visit.ids = Ids {
        request_id: cx.request.request_id.clone(),
        extended_id: format!("{}=", cx.ids().mixed_alnum(15)),
        trace_id: trace_id(cx),
    };
    visit.stage = TEST_STAGE.to_owned();
    path.clone_into(&mut visit.path);
    visit.variables = input.stage_variables.unwrap_or_default();
    visit.log = Some(format!("Execution log for request {}\n", visit.ids.request_id));
    integrate::log_request(&mut visit);
    match execute::proceed(cx, visit) {
        Answer::Now(response) => Ok(Outcome::Done(unwrap(&response))),
        Answer::Later | Answer::Unresolved => Ok(Outcome::Later),
    }
}

/// The values of a resource's variables in a path.
fn parameters(resource_path: &str, path: &str) -> BTreeMap<String, String> {
    let given: Vec<&str> = path.split('/').skip(1).collect();
    let mut out = BTreeMap::new();
    for (at, part) in resource_path.split('/').skip(1).enumerate() {
        let Some(name) = tree::variable(part) else { continue };
        let value = match tree::is_greedy(part) {
            true => given.get(at..).unwrap_or_default().join("/"),
            false => given.get(at).copied().unwrap_or("").to_owned(),
        };
        if !value.is_empty() {
            out.insert(name.to_owned(), value);
        }
    }
    out
}

/// Carries a test invocation's answer, log and all, in a response.
pub fn wrap(visit: &Visit, response: &Response) -> Response {
    let mut headers = BTreeMap::new();
    let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in response.headers.iter() {
        headers.insert(name.to_owned(), value.to_owned());
        lists.entry(name.to_owned()).or_default().push(value.to_owned());
    }
    let output = TestInvokeMethodOutput {
        status: Some(i32::from(response.status)),
        body: Some(response.body.as_text().unwrap_or("").to_owned()),
        headers: Some(headers),
        multi_value_headers: Some(lists),
        log: visit.log.clone(),
        latency: None,
    };
    let text =
        nuvola_wire::protocol::to_json(TestInvokeMethodOutput::SHAPE, &output.into_value()).to_string();
    Response::new(200).with_header(CARRIER, "yes").with_body("application/json", text)
}

fn unwrap(response: &Response) -> TestInvokeMethodOutput {
    let document = serde_json::from_slice(&response.body).unwrap_or_default();
    let value = nuvola_wire::protocol::from_json(TestInvokeMethodOutput::SHAPE, document);
    let mut output = value.and_then(TestInvokeMethodOutput::from_value).unwrap_or_default();
    output.latency = Some(0);
    output
}

/// The output of a test invocation whose answer came late; nothing for other responses.
pub fn late(response: &Response, latency_ms: i64) -> Option<Structure> {
    response.headers.get(CARRIER)?;
    let output = TestInvokeMethodOutput { latency: Some(latency_ms), ..unwrap(response) };
    if let WireValue::Structure(members) = output.into_value() { Some(members) } else { None }
}
