//! What API Gateway answers by itself: gateway responses.
//!
//! **Source**: API Gateway Developer Guide, "Gateway response types for API Gateway".

use crate::auth::Decision;
use nuvola_kernel::Map;
use nuvola_wire::{Request, Response};

use super::state::GatewayResponse;
use super::visit::Visit;

pub const DEFAULT_TEMPLATE: &str = r#"{"message":$context.error.messageString}"#;

/// All types with their default statuses; the two defaults take the status of what they stand in for.
pub const TYPES: &[(&str, Option<u16>)] = &[
    ("ACCESS_DENIED", Some(403)),
    ("API_CONFIGURATION_ERROR", Some(500)),
    ("AUTHORIZER_CONFIGURATION_ERROR", Some(500)),
    ("AUTHORIZER_FAILURE", Some(500)),
    ("BAD_REQUEST_BODY", Some(400)),
    ("BAD_REQUEST_PARAMETERS", Some(400)),
    ("DEFAULT_4XX", None),
    ("DEFAULT_5XX", None),
    ("EXPIRED_TOKEN", Some(403)),
    ("INTEGRATION_FAILURE", Some(504)),
    ("INTEGRATION_TIMEOUT", Some(504)),
    ("INVALID_API_KEY", Some(403)),
    ("INVALID_SIGNATURE", Some(403)),
    ("MISSING_AUTHENTICATION_TOKEN", Some(403)),
    ("QUOTA_EXCEEDED", Some(429)),
    ("REQUEST_TOO_LARGE", Some(413)),
    ("RESOURCE_NOT_FOUND", Some(404)),
    ("THROTTLED", Some(429)),
    ("UNAUTHORIZED", Some(401)),
    ("UNSUPPORTED_MEDIA_TYPE", Some(415)),
    ("WAF_FILTERED", Some(403)),
];

const AUTHORIZER: &str = "AuthorizerConfigurationException";

const ACCESS_DENIED: &str = "AccessDeniedException";

/// A situation in which API Gateway answers by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// One of [`TYPES`].
    pub kind: &'static str,
    pub status: u16,
    /// The value of `x-amzn-ErrorType`.
    pub error_type: &'static str,
    pub message: String,
    /// What went wrong, for logs and hints; of bodies and parameters the client may be told too.
    pub detail: Option<String>,
}

impl Refusal {
    fn new(kind: &'static str, status: u16, error_type: &'static str, message: impl Into<String>) -> Self {
        Refusal { kind, status, error_type, message: message.into(), detail: None }
    }

    fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The authorizer, or a function of one, says that nobody has identified himself.
    pub fn unauthorized() -> Self {
        Refusal::new("UNAUTHORIZED", 401, "UnauthorizedException", "Unauthorized")
    }

    /// **Source**: AWS re:Post, "How do I troubleshoot HTTP 403 Forbidden errors when using a Lambda authorizer with
    /// an API Gateway REST API?".
    pub fn denied_by_authorizer(explicit: bool) -> Self {
        let text = "User is not authorized to access this resource";
        let text = if explicit { format!("{text} with an explicit deny") } else { text.to_owned() };
        Refusal::new("ACCESS_DENIED", 403, ACCESS_DENIED, text)
    }

    /// The authorizer failed, or answered what it may not: AWS gives no message.
    pub fn authorizer(detail: &str) -> Self {
        Refusal::new("AUTHORIZER_CONFIGURATION_ERROR", 500, AUTHORIZER, "").because(detail)
    }

    pub fn bad_parameters(missing: &[&str]) -> Self {
        let text = format!("Missing required request parameters: [{}]", missing.join(", "));
        Refusal::new("BAD_REQUEST_PARAMETERS", 400, "BadRequestException", text)
    }

    pub fn bad_body(problems: &[String]) -> Self {
        let detail = format!("[{}]", problems.join(", "));
        Refusal::new("BAD_REQUEST_BODY", 400, "BadRequestException", "Invalid request body").because(detail)
    }

    /// No template for this media type, and none passes through.
    pub fn media_type() -> Self {
        let error_type = "UnsupportedMediaTypeException";
        Refusal::new("UNSUPPORTED_MEDIA_TYPE", 415, error_type, "Unsupported Media Type")
    }

    pub fn throttled() -> Self {
        Refusal::new("THROTTLED", 429, "TooManyRequestsException", "Too Many Requests")
    }

    pub fn quota() -> Self {
        Refusal::new("QUOTA_EXCEEDED", 429, "LimitExceededException", "Limit Exceeded")
    }

    /// The endpoint is there, but nobody answers.
    pub fn network() -> Self {
        let message = "Network error communicating with endpoint";
        Refusal::new("INTEGRATION_FAILURE", 504, "InternalServerErrorException", message)
    }

    /// As [`Refusal::configuration`], with what is set up wrongly.
    pub fn configured(detail: &str) -> Self {
        Refusal::configuration().because(format!("Execution failed due to configuration error: {detail}"))
    }

    /// No such path or method; or, for a signed method, no signature.
    ///
    /// **Source**: AWS re:Post, "How do I troubleshoot HTTP 403 errors from API Gateway?".
    pub fn missing_token() -> Self {
        let error_type = "MissingAuthenticationTokenException";
        Refusal::new("MISSING_AUTHENTICATION_TOKEN", 403, error_type, "Missing Authentication Token")
    }

    /// No such stage, or an endpoint that is switched off.
    pub fn forbidden() -> Self {
        Refusal::new("ACCESS_DENIED", 403, "ForbiddenException", "Forbidden")
    }

    /// A policy does not let the signer in. The text hides most of the account's number.
    ///
    /// **Source**: AWS re:Post, "How do I troubleshoot HTTP 403 Forbidden errors when using a Lambda authorizer
    /// with an API Gateway REST API?" (the member's capital); answers in public workshops:
    /// `execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********0655:ID/STAGE/POST/locations`.
    pub fn access_denied(mut decision: Decision, account: &str) -> Self {
        let shown = account.get(account.len().saturating_sub(4)..).unwrap_or_default();
        decision.resource = decision.resource.replace(account, &format!("********{shown}"));
        Refusal::new("ACCESS_DENIED", 403, ACCESS_DENIED, decision.denial_text())
    }

    pub fn invalid_signature(message: impl Into<String>) -> Self {
        Refusal::new("INVALID_SIGNATURE", 403, "InvalidSignatureException", message)
    }

    pub fn invalid_key() -> Self {
        Refusal::new("INVALID_API_KEY", 403, "ForbiddenException", "Forbidden")
    }

    pub fn too_large() -> Self {
        Refusal::new("REQUEST_TOO_LARGE", 413, "RequestTooLargeException", "Request Too Long")
    }

    /// The integration is set up wrongly, or may not be called.
    pub fn configuration() -> Self {
        let message = "Internal server error";
        Refusal::new("API_CONFIGURATION_ERROR", 500, "InternalServerErrorException", message)
    }

    /// The function failed, or answered what a proxy integration may not.
    pub fn malformed(detail: Option<String>) -> Self {
        let refusal =
            Refusal::new("DEFAULT_5XX", 502, "InternalServerErrorException", "Internal server error");
        Refusal { detail, ..refusal }
    }

    pub fn timeout(detail: Option<String>) -> Self {
        let message = "Endpoint request timed out";
        let refusal = Refusal::new("INTEGRATION_TIMEOUT", 504, "InternalServerErrorException", message);
        Refusal { detail, ..refusal }
    }

    /// The answer to a request that has found no method.
    pub fn bare(&self, own: &Map<String, GatewayResponse>, request: &Request) -> Response {
        self.response(own, request, None)
    }

    /// The answer, as the API's own gateway responses shape it.
    pub fn response(
        &self,
        own: &Map<String, GatewayResponse>,
        request: &Request,
        visit: Option<&Visit>,
    ) -> Response {
        let default = if self.status >= 500 { "DEFAULT_5XX" } else { "DEFAULT_4XX" };
        let own = own.get(self.kind).or_else(|| own.get(default));
        let template = own.and_then(|own| own.templates.get("application/json"));
        // AWS writes the texts of its integrations' errors with a space, and IAM's with a capital.
        let body = match (template, self.status) {
            (Some(template), _) => self.fill(template, visit),
            (None, _) if self.error_type == ACCESS_DENIED => {
                format!(r#"{{"Message":{}}}"#, self.message_json())
            }
            (None, _) if own.is_some() || self.status < 500 || self.error_type == AUTHORIZER => {
                self.fill(DEFAULT_TEMPLATE, visit)
            }
            (None, _) => format!(r#"{{"message": {}}}"#, self.message_json()),
        };
        let status = own.and_then(|own| own.status_code.as_ref()).and_then(|code| code.parse().ok());
        let mut response = Response::new(status.unwrap_or(self.status)).with_body("application/json", body);
        for (name, expression) in own.into_iter().flat_map(|own| &own.parameters) {
            if let Some(header) = name.strip_prefix("gatewayresponse.header.")
                && let Some(value) = self.parameter(expression, request, visit)
            {
                response.headers.set(header, value);
            }
        }
        response.headers.set("x-amzn-ErrorType", self.error_type);
        response
    }

    fn message_json(&self) -> String {
        if self.error_type == AUTHORIZER {
            return "null".to_owned();
        }
        serde_json::Value::from(self.message.as_str()).to_string()
    }

    /// A variable of `$context`, those of the error first.
    fn variable(&self, name: &str, visit: Option<&Visit>) -> String {
        match name {
            "error.messageString" => self.message_json(),
            "error.message" => self.message.clone(),
            "error.responseType" => self.kind.to_owned(),
            "error.validationErrorString" => self.detail.clone().unwrap_or_default(),
            name => visit.and_then(|visit| visit.context_text(name)).unwrap_or_default(),
        }
    }

    /// Gateway responses know plain substitution only.
    fn fill(&self, template: &str, visit: Option<&Visit>) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let name = |text: &str| {
                let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_');
                text[..end.unwrap_or(text.len())].trim_end_matches('.').to_owned()
            };
            if let Some(tail) = rest.strip_prefix("$context.") {
                let name = name(tail);
                out.push_str(&self.variable(&name, visit));
                rest = &tail[name.len()..];
            } else if let Some(tail) = rest.strip_prefix("$stageVariables.") {
                let name = name(tail);
                let value = visit.and_then(|visit| visit.variables.get(&name));
                out.push_str(value.map_or("", String::as_str));
                rest = &tail[name.len()..];
            } else {
                out.push('$');
                rest = &rest[1..];
            }
        }
        out.push_str(rest);
        out
    }

    /// A static text in quotes, or something of the request.
    fn parameter(&self, expression: &str, request: &Request, visit: Option<&Visit>) -> Option<String> {
        if let Some(text) = expression.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            return Some(text.to_owned());
        }
        if let Some(name) = expression.strip_prefix("context.") {
            return Some(self.variable(name, visit));
        }
        if let Some(visit) = visit {
            return visit.mapped(expression, None);
        }
        if let Some(name) = expression.strip_prefix("method.request.header.") {
            return request.headers.get(name).map(str::to_owned);
        }
        expression.strip_prefix("method.request.querystring.").and_then(|name| request.query_get(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{PolicyKind, Reason};
    use std::collections::BTreeMap;

    #[test]
    fn denials_hide_the_account() {
        // Source: as of `Refusal::access_denied`.
        let decision = Decision {
            allowed: false,
            principal: "arn:aws:iam::123456789012:user/bob".to_owned(),
            action: "execute-api:Invoke".to_owned(),
            resource: "arn:aws:execute-api:eu-south-1:123456789012:a/dev/GET/x".to_owned(),
            reason: Reason::NoneAllows(PolicyKind::Identity),
            matched: Vec::new(),
            remedies: Vec::new(),
            near_misses: Vec::new(),
        };
        let refusal = Refusal::access_denied(decision, "123456789012");
        let response = refusal.bare(&Map::new(), &Request::new("GET", "h", "/x"));
        assert_eq!(
            response.body.as_text(),
            Some(
                r#"{"Message":"User: arn:aws:iam::123456789012:user/bob is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-south-1:********9012:a/dev/GET/x because no identity-based policy allows the execute-api:Invoke action"}"#
            )
        );
    }

    #[test]
    fn own_responses_shape_refusals() {
        // Source: API Gateway Developer Guide, "Gateway responses for REST APIs in API Gateway".
        let request = Request::new("GET", "h", "/x");
        let plain = Refusal::missing_token().bare(&Map::new(), &request);
        assert_eq!(
            (plain.status, &plain.body[..]),
            (403, &br#"{"message":"Missing Authentication Token"}"#[..])
        );
        let failed = Refusal::malformed(None).bare(&Map::new(), &request);
        assert_eq!((failed.status, &failed.body[..]), (502, &br#"{"message": "Internal server error"}"#[..]));
        let own = GatewayResponse {
            response_type: "DEFAULT_4XX".to_owned(),
            status_code: None,
            parameters: BTreeMap::from([(
                "gatewayresponse.header.Access-Control-Allow-Origin".to_owned(),
                "'*'".to_owned(),
            )]),
            templates: BTreeMap::new(),
        };
        let own = Map::from([("DEFAULT_4XX".to_owned(), own)]);
        let shaped = Refusal::missing_token().bare(&own, &request);
        assert_eq!(shaped.headers.get("access-control-allow-origin"), Some("*"));
    }
}
