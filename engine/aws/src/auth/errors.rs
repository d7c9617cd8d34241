//! Refusals at the door, in the words of each family of services.
//!
//! **Source**: IAM User Guide, "Troubleshoot access denied error messages"; "Common Errors" of the STS,
//! Lambda and CloudWatch Logs API references; S3 API Reference, "Error responses".

use crate::auth::Decision;
use crate::context::OpContext;
use crate::service::ServiceDef;
use nuvola_wire::sigv4::Problem;
use nuvola_wire::{ApiError, Protocol, Request, ServiceSchema};

/// How a service words its refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Query,
    Ec2,
    Json,
    RestJson,
    S3,
}

fn dialect(schema: &ServiceSchema) -> Dialect {
    match schema.protocol {
        Protocol::Query => Dialect::Query,
        Protocol::Ec2Query => Dialect::Ec2,
        Protocol::Json10 | Protocol::Json11 => Dialect::Json,
        Protocol::RestJson => Dialect::RestJson,
        Protocol::RestXml => Dialect::S3,
    }
}

/// The request bears no signature at all.
pub fn missing_token(schema: &ServiceSchema) -> ApiError {
    Problem::Missing.api_error(schema)
}

/// The signature is for another service.
pub fn wrong_service(schema: &ServiceSchema) -> ApiError {
    let name = schema.signing_name;
    let text = format!("Credential should be scoped to correct service: '{name}'. ");
    match dialect(schema) {
        Dialect::Query => ApiError::new(403, "SignatureDoesNotMatch", text),
        Dialect::Ec2 => ApiError::new(401, "AuthFailure", text),
        Dialect::Json if schema.query_compatible => {
            ApiError::new(403, "InvalidSignatureException", text).with_query_code("SignatureDoesNotMatch")
        }
        Dialect::Json => ApiError::new(400, "InvalidSignatureException", text),
        Dialect::RestJson => ApiError::new(403, "InvalidSignatureException", text),
        Dialect::S3 => {
            let text =
                "The authorization header is malformed; incorrect service. This endpoint belongs to \"s3\".";
            ApiError::new(400, "AuthorizationHeaderMalformed", text)
        }
    }
}

/// The principal may not do it.
pub fn access_denied(cx: &OpContext<'_>, decision: &Decision) -> ApiError {
    let schema = cx.service.map(|service| service.schema_of(cx.speaks_second));
    if let Some(schema) = schema.filter(|schema| schema.query_compatible) {
        let http = &cx.request.http;
        let text = if decision.principal == "anonymous" {
            format!("Access to the resource {}://{}/ is denied.", http.scheme.as_str(), http.host)
        } else {
            // SQS alone writes its actions in lower case.
            decision.denial_text().replace(&decision.action, &decision.action.to_lowercase())
        };
        let code = if schema.protocol == Protocol::Query { "AccessDenied" } else { "AccessDeniedException" };
        return ApiError::new(403, code, text).with_query_code("AccessDenied");
    }
    if schema.is_some_and(|schema| schema.id == "SNS") {
        // SNS has a code of its own, and writes itself in capitals.
        let capitals = decision.action.replace("sns:", "SNS:");
        let text = decision.denial_text().replace(&decision.action, &capitals);
        return ApiError::new(403, "AuthorizationError", text);
    }
    let text = decision.denial_text();
    let (status, code) = match schema.map(dialect) {
        // What an anonymous client may not do, S3 does not explain.
        Some(Dialect::S3) if decision.principal == "anonymous" => {
            return ApiError::new(403, "AccessDenied", "Access Denied");
        }
        // EC2 adds a message for DecodeAuthorizationMessage, which is not simulated: the lab shows the decision.
        Some(Dialect::Ec2) => {
            let text = format!("You are not authorized to perform this operation. {text}");
            return ApiError::new(403, "UnauthorizedOperation", text);
        }
        Some(Dialect::Json) => (400, "AccessDeniedException"),
        Some(Dialect::RestJson) => (403, "AccessDeniedException"),
        Some(Dialect::Query | Dialect::S3) | None => (403, "AccessDenied"),
    };
    ApiError::new(status, code, text)
}

/// No operation lives at this method and path.
pub fn unknown_uri(service: &ServiceDef, request: &Request) -> ApiError {
    match dialect(&service.schema) {
        Dialect::S3 => {
            let text = "The specified method is not allowed against this resource.";
            ApiError::new(405, "MethodNotAllowed", text).with_member("Method", request.method.as_str())
        }
        // API Gateway's control plane says to unknown paths what it says to unsigned requests.
        Dialect::RestJson if service.schema.id == "API Gateway" => missing_token(&service.schema),
        Dialect::RestJson | Dialect::Json | Dialect::Query | Dialect::Ec2 => {
            ApiError::new(404, "UnknownOperationException", "")
        }
    }
}
