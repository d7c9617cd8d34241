//! Refusals at the door, in the words of each family of services.
//!
//! **Source**: IAM User Guide, "Troubleshoot access denied error messages"; "Common Errors" of the STS,
//! Lambda and CloudWatch Logs API references; S3 API Reference, "Error responses".

use crate::auth::Decision;
use crate::service::ServiceDef;
use nuvola_wire::{ApiError, Protocol, Request};

/// How a service words its refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Query,
    Json,
    RestJson,
    S3,
}

fn dialect(service: &ServiceDef) -> Dialect {
    match service.schema.protocol {
        Protocol::Query | Protocol::Ec2Query => Dialect::Query,
        Protocol::Json10 | Protocol::Json11 => Dialect::Json,
        Protocol::RestJson => Dialect::RestJson,
        Protocol::RestXml => Dialect::S3,
    }
}

fn worded(
    service: &ServiceDef,
    query: (u16, &str, &str),
    json: (&str, &str),
    s3: (u16, &str, &str),
) -> ApiError {
    match dialect(service) {
        Dialect::Query => ApiError::new(query.0, query.1, query.2),
        Dialect::Json => ApiError::new(400, json.0, json.1),
        Dialect::RestJson => ApiError::new(403, json.0, json.1),
        Dialect::S3 => ApiError::new(s3.0, s3.1, s3.2),
    }
}

/// The request bears no signature at all.
pub fn missing_token(service: &ServiceDef) -> ApiError {
    worded(
        service,
        (403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
        ("MissingAuthenticationTokenException", "Missing Authentication Token"),
        (403, "AccessDenied", "Access Denied"),
    )
}

/// Nobody has this access key.
pub fn unknown_key(service: &ServiceDef, access_key_id: &str) -> ApiError {
    let text = "The security token included in the request is invalid.";
    let error = worded(
        service,
        (403, "InvalidClientTokenId", text),
        ("UnrecognizedClientException", text),
        (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
    );
    match dialect(service) {
        Dialect::S3 => error.with_member("AWSAccessKeyId", access_key_id),
        Dialect::Query | Dialect::Json | Dialect::RestJson => error,
    }
}

/// The principal may not do it.
pub fn access_denied(service: Option<&ServiceDef>, decision: &Decision) -> ApiError {
    let text = decision.denial_text();
    match service {
        Some(service) => worded(
            service,
            (403, "AccessDenied", &text),
            ("AccessDeniedException", &text),
            (403, "AccessDenied", &text),
        ),
        None => ApiError::new(403, "AccessDenied", text),
    }
}

/// No operation lives at this method and path.
pub fn unknown_uri(service: &ServiceDef, request: &Request) -> ApiError {
    match dialect(service) {
        Dialect::S3 => {
            let text = "The specified method is not allowed against this resource.";
            ApiError::new(405, "MethodNotAllowed", text).with_member("Method", request.method.as_str())
        }
        // API Gateway's control plane says to unknown paths what it says to unsigned requests.
        Dialect::RestJson if service.schema.id == "API Gateway" => missing_token(service),
        Dialect::RestJson | Dialect::Json | Dialect::Query => {
            ApiError::new(404, "UnknownOperationException", "")
        }
    }
}
