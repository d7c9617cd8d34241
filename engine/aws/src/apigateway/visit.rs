//! One request on its way through a REST API: all that later steps need to know of it.

use crate::http_event::{Caller, request_time};
use crate::kept::Kept;
use nuvola_kernel::{Map, Timestamp};
use nuvola_wire::{Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::ops::authorizers::Authorizer;
use super::ops::models::RequestValidator;
use super::state::{GatewayResponse, Method, TextMap};
use super::template::path;

/// The ids that every answer carries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    pub request_id: String,
    /// `x-amz-apigw-id`
    pub extended_id: String,
    pub trace_id: String,
}

impl Ids {
    pub fn put(&self, mut response: Response) -> Response {
        response.headers.set("x-amzn-RequestId", self.request_id.as_str());
        response.headers.set("x-amz-apigw-id", self.extended_id.as_str());
        response
    }
}

/// A request that has found its method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    pub http_id: u64,
    pub ids: Ids,
    pub account: String,
    pub region: String,
    pub api_id: String,
    pub stage: String,
    pub deployment_id: String,
    pub variables: TextMap,
    pub request: Request,
    /// After the stage, raw.
    pub path: String,
    pub resource_id: String,
    /// `/pets/{petId}`
    pub resource_path: String,
    pub method: Method,
    /// Raw values by variable.
    pub path_parameters: BTreeMap<String, String>,
    pub gateway_responses: Map<String, GatewayResponse>,
    pub binary_media_types: Vec<String>,
    pub authorizer: Option<Kept<Authorizer>>,
    pub validator: Option<Kept<RequestValidator>>,
    /// Schemas by name, where the validator reads bodies.
    pub models: TextMap,
    /// The API's own policy.
    pub policy: Option<String>,
    /// `HEADER` or `AUTHORIZER`.
    pub key_source: String,
    pub source_ip: String,
    pub at_ms: i64,
    /// Who signed, where the method wants a signature.
    pub caller: Option<Caller>,
    /// The id and value of the request's API key.
    pub api_key: Option<(String, String)>,
    /// What the authorizer found out.
    pub verdict: Option<Value>,
    /// `$context.responseOverride`, as the request's template set it.
    pub overrides: Value,
    /// The log of a test invocation.
    pub log: Option<String>,
}

impl Visit {
    /// `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path`
    pub fn method_arn(&self) -> String {
        let path = self.path.trim_end_matches('/');
        let path = if path.is_empty() && self.path.len() < 2 { "/" } else { path };
        format!("{}/{}{path}", self.stage_arn(), self.request.method)
    }

    pub fn stage_arn(&self) -> String {
        format!("arn:aws:execute-api:{}:{}:{}/{}", self.region, self.account, self.api_id, self.stage)
    }

    /// As whom the API calls a function. Permissions are given for `/pets/*` where the resource is `/pets/{petId}`.
    pub fn source_arn(&self) -> String {
        let star = |part| if super::tree::variable(part).is_some() { "*" } else { part };
        let path: Vec<&str> = self.resource_path.split('/').map(star).collect();
        format!("{}/{}{}", self.stage_arn(), self.request.method, path.join("/"))
    }

    /// Notes a line in the log of a test invocation.
    pub fn note(&mut self, text: impl FnOnce() -> String) {
        let at_ms = self.at_ms;
        if let Some(log) = &mut self.log {
            log.push_str(&format!("{} : {}\n", log_time(at_ms), text()));
        }
    }

    pub fn media_type(&self) -> String {
        let content_type = self.request.headers.get("content-type").unwrap_or("application/json");
        content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
    }

    /// `$input.params()`.
    pub fn params(&self) -> Value {
        let text = |value: &str| Value::from(nuvola_wire::uri::decode(value));
        let path: serde_json::Map<String, Value> =
            self.path_parameters.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        let query: serde_json::Map<String, Value> =
            self.request.query_pairs().into_iter().map(|(name, value)| (name, Value::from(value))).collect();
        let headers: serde_json::Map<String, Value> =
            self.request.headers.iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
        json!({"path": path, "querystring": query, "header": headers})
    }

    /// `$context`. **Source**: API Gateway Developer Guide, "Variables for data transformations for API Gateway".
    pub fn context(&self) -> Value {
        let caller = self.caller.as_ref();
        let mut context = json!({
            "accountId": self.account,
            "apiId": self.api_id,
            "deploymentId": self.deployment_id,
            "domainName": self.request.host_name(),
            "domainPrefix": self.request.host_name().split('.').next(),
            "extendedRequestId": self.ids.extended_id,
            "httpMethod": self.request.method,
            "identity": {
                "accessKey": caller.map(|caller| &caller.access_key),
                "accountId": caller.map(|caller| &caller.account),
                "apiKey": self.api_key.as_ref().map(|(_, value)| value),
                "apiKeyId": self.api_key.as_ref().map(|(id, _)| id),
                "caller": caller.map(|caller| &caller.user_id),
                "sourceIp": self.source_ip,
                "user": caller.map(|caller| &caller.user_id),
                "userAgent": self.request.headers.get("user-agent"),
                "userArn": caller.map(|caller| &caller.user_arn),
            },
            "path": format!("/{}{}", self.stage, self.path),
            "protocol": "HTTP/1.1",
            "requestId": self.ids.request_id,
            "requestTime": request_time(self.at_ms),
            "requestTimeEpoch": self.at_ms,
            "resourceId": self.resource_id,
            "resourcePath": self.resource_path,
            "stage": self.stage,
            "xrayTraceId": format!("Root={}", self.ids.trace_id),
        });
        if let Some(verdict) = &self.verdict {
            context["authorizer"] = verdict.clone();
        }
        if self.overrides.is_object() && self.overrides != json!({}) {
            context["overrides"] = self.overrides.clone();
        }
        context
    }

    /// A variable of `$context`, by its dotted name.
    pub fn context_text(&self, name: &str) -> Option<String> {
        text_at(&self.context(), name)
    }

    /// The value of a mapping expression; `response` is the integration's answer, where there is one.
    ///
    /// **Source**: API Gateway Developer Guide, "Parameter mapping source reference for REST APIs".
    pub fn mapped(&self, expression: &str, response: Option<&Response>) -> Option<String> {
        if let Some(text) = expression.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            return Some(text.to_owned());
        }
        if let Some(name) = expression.strip_prefix("stageVariables.") {
            return self.variables.get(name).cloned();
        }
        if let Some(name) = expression.strip_prefix("context.") {
            return self.context_text(name);
        }
        if let Some(place) = expression.strip_prefix("integration.response.") {
            let response = response?;
            return match place.split_once('.') {
                Some(("header", name)) => response.headers.get(name).map(str::to_owned),
                Some(("multivalueheader", name)) => {
                    Some(response.headers.get_all(name).collect::<Vec<_>>().join(","))
                }
                Some(("body", member)) => body_member(response.body.as_text()?, member),
                Some(_) => None,
                None => response.body.as_text().map(str::to_owned),
            };
        }
        let place = expression.strip_prefix("method.request.")?;
        match place.split_once('.') {
            Some(("header", name)) => self.request.headers.get(name).map(str::to_owned),
            Some(("querystring", name)) => self
                .request
                .query_pairs()
                .into_iter()
                .rev()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value),
            Some(("multivaluequerystring", name)) => {
                let pairs = self.request.query_pairs().into_iter().filter(|(key, _)| key == name);
                Some(pairs.map(|(_, value)| value).collect::<Vec<_>>().join(","))
            }
            Some(("multivalueheader", name)) => {
                Some(self.request.headers.get_all(name).collect::<Vec<_>>().join(","))
            }
            Some(("path", name)) => {
                self.path_parameters.get(name).map(|value| nuvola_wire::uri::decode(value))
            }
            Some(("body", member)) => body_member(self.request.body.as_text()?, member),
            Some(_) => None,
            None => self.request.body.as_text().map(str::to_owned),
        }
    }
}

fn body_member(text: &str, member: &str) -> Option<String> {
    let document: Value = serde_json::from_str(text).ok()?;
    let found = path::find(&document, &format!("$.{member}"))?;
    Some(found.as_str().map_or_else(|| found.to_string(), str::to_owned))
}

/// A value of a JSON document by its dotted name, as text.
pub fn text_at(document: &Value, name: &str) -> Option<String> {
    let mut at = document;
    for part in name.split('.') {
        at = at.get(part)?;
    }
    match at {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(at.to_string()),
    }
}

/// `Mon Nov 23 18:00:00 UTC 2026`, as the log of a test invocation writes a time.
pub fn log_time(at_ms: i64) -> String {
    let at = Timestamp(at_ms).utc();
    let (day, month) = (at.weekday().to_string(), at.month().to_string());
    format!(
        "{} {} {:02} {:02}:{:02}:{:02} UTC {}",
        &day[..3],
        &month[..3],
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.year()
    )
}
