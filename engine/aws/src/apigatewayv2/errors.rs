//! Errors of API Gateway V2: one constructor per code and text.
//!
//! **Source**: API Gateway V2 API Reference; texts as the clients' users quote them, except where a comment says
//! otherwise.

use nuvola_wire::ApiError;

pub fn bad_request(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "BadRequestException", message)
}

pub fn conflict(message: impl Into<String>) -> ApiError {
    ApiError::new(409, "ConflictException", message)
}

fn not_found(message: String) -> ApiError {
    ApiError::new(404, "NotFoundException", message)
}

pub fn api_not_found(id: &str) -> ApiError {
    not_found(format!("Invalid API identifier specified {id}"))
}

/// `what` is `Route`, `Integration`, `Authorizer` or `Deployment`.
pub fn thing_not_found(what: &str, id: &str) -> ApiError {
    not_found(format!("Invalid {what} identifier specified {id}"))
}

pub fn stage_not_found() -> ApiError {
    not_found("Invalid stage identifier specified".to_owned())
}

pub fn arn_not_found() -> ApiError {
    not_found("Invalid resource identifier specified".to_owned())
}

pub fn route_exists(route_key: &str) -> ApiError {
    conflict(format!("Route with key {route_key} already exists for this API"))
}

pub fn route_key() -> ApiError {
    bad_request(
        r#"The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default""#,
    )
}

pub fn no_routes() -> ApiError {
    bad_request("Unable to deploy API because no routes exist in this API")
}

/// The text is our own reasoning.
pub fn in_use(what: &str, id: &str, route_key: &str) -> ApiError {
    conflict(format!("Cannot delete {what} '{id}' as it is referenced by route '{route_key}'"))
}
