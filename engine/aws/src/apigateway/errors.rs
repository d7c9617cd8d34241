//! API Gateway's errors: one constructor per code and text.
//!
//! **Source**: API Gateway API Reference; texts recorded from AWS, except where a comment says otherwise.

use nuvola_wire::ApiError;

use super::patch::PatchError;

pub fn bad_request(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "BadRequestException", message)
}

pub fn not_found(message: impl Into<String>) -> ApiError {
    ApiError::new(404, "NotFoundException", message)
}

pub fn conflict(message: impl Into<String>) -> ApiError {
    ApiError::new(409, "ConflictException", message)
}

pub fn api_not_found(account: &str, id: &str) -> ApiError {
    not_found(format!("Invalid API identifier specified {account}:{id}"))
}

pub fn resource_not_found() -> ApiError {
    not_found("Invalid Resource identifier specified")
}

pub fn method_not_found() -> ApiError {
    not_found("Invalid Method identifier specified")
}

pub fn integration_not_found() -> ApiError {
    not_found("Invalid Integration identifier specified")
}

pub fn response_not_found() -> ApiError {
    not_found("Invalid Response status code specified")
}

pub fn deployment_not_found() -> ApiError {
    not_found("Invalid Deployment identifier specified")
}

pub fn stage_not_found() -> ApiError {
    not_found("Invalid Stage identifier specified")
}

pub fn model_not_found(name: &str) -> ApiError {
    not_found(format!("Invalid model name specified: {name}"))
}

pub fn validator_not_found() -> ApiError {
    not_found("Invalid Request Validator identifier specified")
}

pub fn authorizer_not_found() -> ApiError {
    not_found("Invalid Authorizer identifier specified")
}

pub fn key_not_found() -> ApiError {
    not_found("Invalid API Key identifier specified")
}

pub fn plan_not_found() -> ApiError {
    not_found("Invalid Usage Plan ID specified")
}

pub fn plan_key_not_found() -> ApiError {
    not_found("Usage Plan key not found")
}

pub fn arn_not_found() -> ApiError {
    not_found("Invalid resource ARN specified in the request")
}

pub fn method_exists() -> ApiError {
    conflict("Method already exists for this resource")
}

pub fn response_exists() -> ApiError {
    conflict("Response already exists for this resource")
}

pub fn stage_exists() -> ApiError {
    conflict("Stage already exists")
}

pub fn resource_exists(path_part: &str) -> ApiError {
    conflict(format!("Another resource with the same parent already has this name: {path_part}"))
}

pub fn patch(error: &PatchError) -> ApiError {
    bad_request(error.text())
}

pub fn limit_exceeded(message: impl Into<String>) -> ApiError {
    ApiError::new(429, "LimitExceededException", message)
}

/// A value outside the set that the service's model allows.
pub fn enumeration(value: &str, place: &str, set: &str) -> ApiError {
    ApiError::new(
        400,
        "ValidationException",
        format!(
            "1 validation error detected: Value '{value}' at '{place}' failed to satisfy constraint: Member must satisfy enum value set: [{set}]"
        ),
    )
}

/// A mapping expression that names what does not exist.
pub fn mapping_parameter(parameter: &str) -> ApiError {
    bad_request(format!(
        "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: {parameter}]"
    ))
}

pub fn gateway_response_not_found() -> ApiError {
    not_found("Gateway response type not defined on api")
}
