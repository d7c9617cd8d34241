//! One request on its way through a stage: all that later steps need to know of it.

use crate::http_event::{Caller, request_time};
use crate::kept::Kept;
use crate::lambda::url_event::{self, UrlContext};
use nuvola_wire::{Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::cors;
use super::shapes::{Authorizer, Cors, Integration, Route};

/// A request that has found its route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    pub http_id: u64,
    pub account: String,
    pub region: String,
    pub api_id: String,
    pub stage: String,
    pub variables: BTreeMap<String, String>,
    pub cors: Option<Kept<Cors>>,
    pub route: Kept<Route>,
    pub integration: Option<Kept<Integration>>,
    pub authorizer: Option<Kept<Authorizer>>,
    /// Raw values by variable.
    pub path_parameters: BTreeMap<String, String>,
    pub request: Request,
    /// The id of the trace of this request.
    pub trace_request_id: String,
    /// `apigw-requestid`
    pub request_id: String,
    pub trace_id: String,
    pub source_ip: String,
    pub at_ms: i64,
    /// Who signed, where the route wants a signature.
    pub caller: Option<Caller>,
    /// What the authorizer found out.
    pub verdict: Option<Value>,
}

impl Visit {
    pub fn route_key(&self) -> &str {
        self.route.route_key.as_deref().unwrap_or("$default")
    }

    /// The path behind the stage's name, raw.
    pub fn path_after_stage(&self) -> &str {
        match self.stage.as_str() {
            "$default" => &self.request.path,
            name => match &self.request.path[1 + name.len()..] {
                "" => "/",
                rest => rest,
            },
        }
    }

    /// `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path`, as permissions to call the API name it.
    pub fn route_arn(&self) -> String {
        format!("{}/{}{}", self.stage_arn(), self.request.method, self.path_after_stage())
    }

    fn stage_arn(&self) -> String {
        format!("arn:aws:execute-api:{}:{}:{}/{}", self.region, self.account, self.api_id, self.stage)
    }

    /// As whom the API calls a function: the route's path with its variables.
    pub fn source_arn(&self) -> String {
        match self.route_key().split_once(' ') {
            Some((_, path)) => format!("{}/{}{path}", self.stage_arn(), self.request.method),
            None => format!("{}/$default", self.stage_arn()),
        }
    }

    pub fn authorizer_arn(&self, id: &str) -> String {
        format!("arn:aws:execute-api:{}:{}:{}/authorizers/{id}", self.region, self.account, self.api_id)
    }

    /// What the function gets in `requestContext.authorizer`.
    fn authorizer_context(&self) -> Option<Value> {
        self.verdict.clone().or_else(|| self.caller.as_ref().map(url_event::iam))
    }

    fn parameters(map: &BTreeMap<String, String>, decode: bool) -> Option<Value> {
        let value = |text: &String| if decode { nuvola_wire::uri::decode(text) } else { text.clone() };
        let members = || map.iter().map(|(name, text)| (name.clone(), Value::from(value(text)))).collect();
        (!map.is_empty()).then(|| Value::Object(members()))
    }

    /// The event of payload format 2.0.
    pub fn event_2(&self) -> Value {
        url_event::build(
            &self.request,
            &UrlContext {
                id: &self.api_id,
                account: &self.account,
                route_key: self.route_key(),
                stage: &self.stage,
                request_id: &self.request_id,
                trace_id: &self.trace_id,
                source_ip: &self.source_ip,
                now_ms: self.at_ms,
                authorizer: self.authorizer_context(),
                path_parameters: Self::parameters(&self.path_parameters, true),
                stage_variables: Self::parameters(&self.variables, false),
            },
        )
    }

    /// The event of payload format 1.0, which is that of REST APIs with a version.
    pub fn event_1(&self) -> Value {
        let binary = match url_event::is_text(self.request.headers.get("content-type")) {
            true => Vec::new(),
            false => vec!["*/*".to_owned()],
        };
        let resource = self.route_key().split_once(' ').map_or("$default", |(_, path)| path);
        let mut event = crate::apigateway::build_event(
            &self.request,
            &crate::apigateway::EventContext {
                account: &self.account,
                api_id: &self.api_id,
                stage: &self.stage,
                deployment_id: "",
                resource_id: self.route_key(),
                resource_path: resource,
                path: self.path_after_stage(),
                path_parameters: &self.path_parameters,
                stage_variables: Some(&self.variables),
                binary_media_types: &binary,
                request_id: &self.request_id,
                extended_request_id: &self.request_id,
                trace_id: &self.trace_id,
                source_ip: &self.source_ip,
                now_ms: self.at_ms,
                caller: self.caller.clone(),
                authorizer: None,
                api_key: None,
            },
        );
        event["version"] = json!("1.0");
        // Here the path is the client's, with the stage.
        event["path"] = json!(nuvola_wire::uri::decode(&self.request.path));
        event["requestContext"]["path"] = event["path"].clone();
        if let Some(context) = event["requestContext"].as_object_mut() {
            context.remove("deploymentId");
            let authorizer = match &self.verdict {
                Some(verdict) => {
                    let own = verdict.get("lambda").or_else(|| verdict.get("jwt"));
                    own.cloned().unwrap_or_else(|| verdict.clone())
                }
                None => Value::Null,
            };
            context.insert("authorizer".to_owned(), authorizer);
        }
        event
    }

    /// A variable of `$context`.
    /// **Source**: API Gateway Developer Guide, "Customize HTTP API access logs" (the variables).
    pub fn context(&self, name: &str) -> Option<String> {
        let request = &self.request;
        Some(match name {
            "accountId" => self.account.clone(),
            "apiId" => self.api_id.clone(),
            "awsEndpointRequestId" | "requestId" | "extendedRequestId" => self.request_id.clone(),
            "domainName" => request.host_name().to_owned(),
            "domainPrefix" => self.api_id.clone(),
            "httpMethod" => request.method.clone(),
            "identity.sourceIp" => self.source_ip.clone(),
            "identity.userAgent" => request.headers.get("user-agent")?.to_owned(),
            "identity.caller" | "identity.user" => self.caller.as_ref()?.user_id.clone(),
            "identity.userArn" => self.caller.as_ref()?.user_arn.clone(),
            "path" => request.path.clone(),
            "protocol" => "HTTP/1.1".to_owned(),
            "requestTime" => request_time(self.at_ms),
            "requestTimeEpoch" => self.at_ms.to_string(),
            "routeKey" => self.route_key().to_owned(),
            "stage" => self.stage.clone(),
            _ => return self.authorizer_variable(name.strip_prefix("authorizer.")?),
        })
    }

    /// `claims.sub` of a token, or a key of what a Lambda authorizer told.
    fn authorizer_variable(&self, name: &str) -> Option<String> {
        let verdict = self.verdict.as_ref()?;
        let found = match name.strip_prefix("claims.") {
            Some(claim) => &verdict["jwt"]["claims"][claim],
            None => &verdict["lambda"][name],
        };
        match found {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(found.to_string()),
        }
    }

    /// Adds what API Gateway adds to every answer.
    pub fn finish(&self, mut response: Response) -> Response {
        let origin = self.request.headers.get("origin");
        cors::decorate(self.cors.as_deref(), origin, &mut response);
        response.headers.set("apigw-requestid", self.request_id.as_str());
        response
    }
}

/// An answer of API Gateway itself.
pub fn refusal(status: u16, message: &str) -> Response {
    Response::new(status).with_body("application/json", json!({"message": message}).to_string())
}
