//! SNS's errors, one constructor per code and text.
//!
//! **Source**: the "Errors" of each operation in the SNS API Reference; texts as SDK users cite them and as
//! recorded in public test suites. Where no record was found the text is our own.

use nuvola_wire::ApiError;

/// Most errors name the parameter and sometimes a reason.
pub fn invalid(what: impl AsRef<str>) -> ApiError {
    ApiError::new(400, "InvalidParameter", format!("Invalid parameter: {}", what.as_ref()))
}

pub fn because(parameter: &str, reason: &str) -> ApiError {
    invalid(format!("{parameter} Reason: {reason}"))
}

pub fn no_topic() -> ApiError {
    ApiError::new(404, "NotFound", "Topic does not exist")
}

pub fn no_subscription() -> ApiError {
    ApiError::new(404, "NotFound", "Subscription does not exist")
}

pub fn no_resource() -> ApiError {
    ApiError::new(404, "ResourceNotFound", "Resource does not exist")
}

pub fn topic_differs(what: &str) -> ApiError {
    because("Attributes", &format!("Topic already exists with different {what}"))
}

pub fn too_many_tags() -> ApiError {
    ApiError::new(400, "TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded")
}

pub fn pending_subscription() -> ApiError {
    invalid("This operation can not be performed on a pending subscription")
}

pub fn batch(code: &str, text: &str) -> ApiError {
    ApiError::new(400, code, text)
}

pub fn denied(mut error: ApiError) -> ApiError {
    error.code = "AuthorizationError".into();
    error
}

pub fn not_simulated(what: &str) -> ApiError {
    ApiError::new(501, "NotImplemented", format!("SNS: {what}: not simulated by Nuvola"))
}
