//! The data plane: `ID.execute-api.REGION.amazonaws.com/STAGE/…`.
//!
//! Stage → deployment → resource and method → permission → integration → answer.

use crate::auth::{AccessCheck, Principal};
use crate::cloud;
use crate::context::{Completion, OpContext};
use crate::http_event::{Caller, trace_id};
use crate::lambda::{self, Call, InvocationResult};
use crate::service::{Answer, DataPlane};
use nuvola_kernel::Map;
use nuvola_wire::{Request, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::mock::{self, Mock};
use super::proxy_event::{self, EventContext};
use super::refusal::Refusal;
use super::state::{GatewayResponse, Integration, Method, Snapshot, Stage, TextMap, path_of};
use super::{Continuation, Timer, limits, tree};

/// A client that waits for the function behind a method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Client {
    pub http_id: u64,
    pub ids: Ids,
    /// The request without its body, which gateway responses may refer to.
    pub request: Request,
    pub gateway_responses: Map<String, GatewayResponse>,
    pub binary_media_types: Vec<String>,
}

/// The ids that every answer carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    pub request_id: String,
    /// `x-amz-apigw-id`
    pub extended_id: String,
    pub trace_id: String,
}

impl Ids {
    fn put(&self, mut response: Response) -> Response {
        response.headers.set("x-amzn-RequestId", self.request_id.as_str());
        response.headers.set("x-amz-apigw-id", self.extended_id.as_str());
        response
    }
}

/// Answers a request to a stage.
pub fn handle(cx: &mut OpContext<'_>, request: &Request, plane: &DataPlane) -> Answer {
    let ids = Ids {
        request_id: cx.request.request_id.clone(),
        extended_id: format!("{}=", cx.ids().mixed_alnum(15)),
        trace_id: trace_id(cx),
    };
    let (stage_name, path) = split_stage(&request.path);
    let found = cx.state().apigateway.api(cx.region.as_str(), &plane.key);
    let served = found.filter(|api| !api.disable_execute_api_endpoint).and_then(|api| {
        let stage = api.stages.get(stage_name)?;
        let deployment = api.deployments.get(&stage.deployment_id)?;
        Some((stage.clone(), deployment.snapshot.clone(), api.root_resource_id.clone()))
    });
    let Some((stage, snapshot, root_id)) = served else {
        let refusal = Refusal::forbidden().response(&Map::new(), request);
        return Answer::Now(ids.put(refusal));
    };
    let visit = Visit { api_id: &plane.key, stage: &stage, snapshot: &snapshot, path, request, ids: &ids };
    match visit.serve(cx, &root_id) {
        Ok(answer) => answer,
        Err(refusal) => Answer::Now(ids.put(refusal.response(&snapshot.gateway_responses, request))),
    }
}

/// `/test/pets/7` → `test`, `/pets/7`.
fn split_stage(path: &str) -> (&str, &str) {
    let rest = path.strip_prefix('/').unwrap_or(path);
    match rest.find('/') {
        Some(at) => (&rest[..at], &rest[at..]),
        None => (rest, "/"),
    }
}

/// One request on its way through a stage.
struct Visit<'a> {
    api_id: &'a str,
    stage: &'a Stage,
    snapshot: &'a Snapshot,
    /// After the stage, raw.
    path: &'a str,
    request: &'a Request,
    ids: &'a Ids,
}

impl Visit<'_> {
    fn serve(&self, cx: &mut OpContext<'_>, root_id: &str) -> Result<Answer, Refusal> {
        if self.request.body.len() > limits::PAYLOAD_MAX_BYTES {
            return Err(Refusal::too_large());
        }
        let http_method = self.request.method.as_str();
        let found = tree::find(&self.snapshot.resources, root_id, self.path, http_method);
        let found = found.ok_or_else(Refusal::missing_token)?;
        let method = tree::method_of(found.resource, http_method).ok_or_else(Refusal::missing_token)?;
        let resource_path = path_of(&self.snapshot.resources, &found.resource.id);
        let account = cx.account().to_string();
        let arn = format!("arn:aws:execute-api:{}:{account}:{}/{}", cx.region, self.api_id, self.stage.name);
        cx.trace.operation = format!("{http_method} {resource_path}");
        cx.trace.resources.push(super::lookup::api_arn(cx.region.as_str(), self.api_id));
        self.authorise(cx, method, &format!("{arn}/{http_method}{}", self.path))?;
        let integration = method.integration.as_ref().ok_or_else(Refusal::configuration)?;
        match integration.kind.as_str() {
            "MOCK" => self.mock(cx, integration),
            "AWS_PROXY" => {
                let source_arn = format!("{arn}/{http_method}{}", starred(&resource_path));
                let parameters = &found.parameters;
                self.proxy(cx, integration, &found.resource.id, &resource_path, parameters, &source_arn)
            }
            kind => {
                let what = format!("integrations of type {kind}");
                Ok(self.not_simulated(cx, &what))
            }
        }
    }

    fn not_simulated(&self, cx: &mut OpContext<'_>, what: &str) -> Answer {
        cx.not_simulated(format!("API Gateway: {what}"));
        let text = format!("API Gateway: {what}: not simulated by Nuvola");
        let body = serde_json::json!({"message": text}).to_string();
        Answer::Now(self.ids.put(Response::new(501).with_body("application/json", body)))
    }

    fn authorise(&self, cx: &mut OpContext<'_>, method: &Method, arn: &str) -> Result<(), Refusal> {
        if method.api_key_required {
            // No key can be created here, so none is valid.
            return Err(Refusal::invalid_key());
        }
        if method.authorization_type != "AWS_IAM" {
            return Ok(());
        }
        if let Some(error) = &cx.request.auth_error
            && self.request.headers.contains("authorization")
        {
            return Err(Refusal::invalid_signature(error.message.clone()));
        }
        if cx.principal == Principal::Anonymous {
            return Err(Refusal::missing_token());
        }
        let check = AccessCheck {
            action: "execute-api:Invoke".to_owned(),
            resource: arn.trim_end_matches('/').to_owned(),
            ..AccessCheck::default()
        };
        let decision = cx.judge(&check);
        let account = cx.account().as_str();
        if decision.allowed { Ok(()) } else { Err(Refusal::access_denied(decision, account)) }
    }

    fn mock(&self, cx: &mut OpContext<'_>, integration: &Integration) -> Result<Answer, Refusal> {
        match mock::answer(integration, self.request) {
            Mock::Answer(response) => Ok(Answer::Now(self.ids.put(response))),
            Mock::Misconfigured => Err(Refusal::configuration()),
            Mock::NotSimulated(what) => Ok(self.not_simulated(cx, what)),
        }
    }

    fn proxy(
        &self,
        cx: &mut OpContext<'_>,
        integration: &Integration,
        resource_id: &str,
        resource_path: &str,
        path_parameters: &BTreeMap<String, String>,
        source_arn: &str,
    ) -> Result<Answer, Refusal> {
        // Lambda's API takes nothing but POST, whatever the method of the resource.
        if integration.http_method.as_deref() != Some("POST") {
            return Err(Refusal::configuration());
        }
        let uri = with_variables(integration.uri.as_deref().unwrap_or(""), self.stage.variables.as_ref());
        let target = function_of(cx, &uri).ok_or_else(Refusal::configuration)?;
        self.may_invoke(cx, integration, &target, source_arn)?;
        let event = proxy_event::build(
            self.request,
            &EventContext {
                account: cx.account().as_str(),
                api_id: self.api_id,
                stage: &self.stage.name,
                deployment_id: &self.stage.deployment_id,
                resource_id,
                resource_path,
                path: self.path,
                path_parameters,
                stage_variables: self.stage.variables.as_ref(),
                binary_media_types: &self.snapshot.binary_media_types,
                request_id: &self.ids.request_id,
                extended_request_id: &self.ids.extended_id,
                trace_id: &self.ids.trace_id,
                source_ip: &cx.request.source_ip,
                now_ms: cx.now_ms,
                caller: Caller::of(cx),
            },
        );
        let http_id = cx.http_id();
        let client = Client {
            http_id,
            ids: self.ids.clone(),
            request: Request { body: Default::default(), ..self.request.clone() },
            gateway_responses: self.snapshot.gateway_responses.clone(),
            binary_media_types: self.snapshot.binary_media_types.clone(),
        };
        let timeout = Timer::IntegrationTimeout(Box::new(client.clone()));
        let call = Call {
            region: target.region,
            function: target.name,
            qualifier: target.qualifier,
            event: event.to_string(),
            client_context: None,
            request_id: None,
            parent: Some(self.ids.request_id.clone()),
            continuation: cloud::Continuation::ApiGateway(Continuation::Proxy(Box::new(client))),
        };
        lambda::begin(cx, call).map_err(|_| Refusal::configuration())?;
        let due_ms = cx.now_ms + i64::from(integration.timeout_ms);
        cx.schedule(due_ms, cloud::Timer::ApiGateway(timeout));
        Ok(Answer::Later)
    }

    /// By the function's policy; with credentials by the role's.
    fn may_invoke(
        &self,
        cx: &mut OpContext<'_>,
        integration: &Integration,
        target: &lambda::Target,
        source_arn: &str,
    ) -> Result<(), Refusal> {
        if integration.credentials.is_some() {
            cx.not_simulated("API Gateway: credentials of integrations: the function's policy decides");
        }
        let mut check = lambda::permission_check(cx, "lambda:InvokeFunction", target);
        check.context.insert("aws:SourceArn".to_owned(), vec![source_arn.to_owned()]);
        check.context.insert("aws:SourceAccount".to_owned(), vec![cx.account().to_string()]);
        let principal = Principal::Service("apigateway.amazonaws.com".to_owned());
        let decision = cx.judge_as(&principal, &check);
        if decision.allowed { Ok(()) } else { Err(Refusal::configuration()) }
    }
}

/// Permissions are given for `/pets/*` where the resource is `/pets/{petId}`.
fn starred(resource_path: &str) -> String {
    let parts = resource_path.split('/').map(|part| if tree::variable(part).is_some() { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// `${stageVariables.name}` in an integration's URI.
fn with_variables(uri: &str, variables: Option<&TextMap>) -> String {
    let mut out = uri.to_owned();
    for (name, value) in variables.into_iter().flatten() {
        out = out.replace(&format!("${{stageVariables.{name}}}"), value);
    }
    out
}

/// `FUNCTION` of `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION/invocations`.
pub fn function_arn(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once(":lambda:path/")?;
    let (_, rest) = rest.split_once("/functions/")?;
    rest.strip_suffix("/invocations")
}

/// The function that an integration's URI names.
fn function_of(cx: &OpContext<'_>, uri: &str) -> Option<lambda::Target> {
    let target = lambda::target(cx, function_arn(uri)?, None).ok()?;
    cx.state().lambda.function(&target.region, &target.name).map(|_| target)
}

/// The function has answered.
pub fn answer(cx: &mut OpContext<'_>, client: Client, result: &InvocationResult) {
    let accept = client.request.headers.get("accept");
    let read = match result.failed {
        true => None,
        false => proxy_event::read_answer(&result.payload, accept, &client.binary_media_types),
    };
    let response =
        read.unwrap_or_else(|| Refusal::malformed().response(&client.gateway_responses, &client.request));
    let mut response = client.ids.put(response);
    response.headers.set("X-Amzn-Trace-Id", format!("Root={}", client.ids.trace_id));
    cx.complete(client.http_id, Completion::Response(response));
}

/// The integration's time is over; if the client has its answer, nothing happens.
pub fn timed_out(cx: &mut OpContext<'_>, client: &Client) {
    let response = Refusal::timeout().response(&client.gateway_responses, &client.request);
    cx.complete(client.http_id, Completion::Response(client.ids.put(response)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_part_of_the_path_is_the_stage() {
        // Source: API Gateway Developer Guide, "Invoke REST APIs in API Gateway".
        assert_eq!(split_stage("/test/pets/7"), ("test", "/pets/7"));
        assert_eq!(split_stage("/test"), ("test", "/"));
        assert_eq!(split_stage("/"), ("", "/"));
        assert_eq!(starred("/pets/{petId}"), "/pets/*");
        assert_eq!(starred("/"), "/");
    }
}
