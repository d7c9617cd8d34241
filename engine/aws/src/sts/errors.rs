//! STS's errors, one constructor per code and text.
//!
//! **Source**: the "Errors" of each operation in the STS API Reference; IAM User Guide, "Troubleshoot IAM
//! roles"; texts as STS answers them.

use nuvola_wire::ApiError;

pub fn validation(text: impl Into<String>) -> ApiError {
    ApiError::new(400, "ValidationError", text)
}

pub fn root_cannot_assume() -> ApiError {
    ApiError::new(403, "AccessDenied", "Roles may not be assumed by root accounts.")
}

/// STS does not tell whether a role exists.
pub fn may_not_assume(principal: &str, role: &str) -> ApiError {
    let text = format!("User: {principal} is not authorized to perform: sts:AssumeRole on resource: {role}");
    ApiError::new(403, "AccessDenied", text)
}

pub fn beyond_role_maximum() -> ApiError {
    validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
}

pub fn beyond_chaining_maximum() -> ApiError {
    validation(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    )
}

/// **Source**: our own reasoning for the words: keys compare without case.
pub fn duplicate_tag_keys() -> ApiError {
    let text = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
    ApiError::new(400, "InvalidParameterValue", text)
}

pub fn transitive_key_without_tag() -> ApiError {
    let text = "The specified transitive tag key must be included in the requested tags.";
    ApiError::new(400, "InvalidParameterValue", text)
}

pub fn transitive_key_taken() -> ApiError {
    let text = "One of the specified transitive tag keys can't be set because it conflicts with a transitive \
         tag key from the calling session.";
    ApiError::new(400, "InvalidParameterValue", text)
}

/// **Source**: IAM User Guide, "Monitor and control actions taken with assumed roles": the value cannot be
/// changed; the words are our own.
pub fn source_identity_fixed() -> ApiError {
    let text = "The source identity of the calling session cannot be changed.";
    ApiError::new(403, "AccessDenied", text)
}

pub fn packed_policy_too_large(percent: usize) -> ApiError {
    let text = format!("Packed size of session tags and policies consumes {percent}% of allotted space.");
    ApiError::new(400, "PackedPolicyTooLarge", text)
}

pub fn malformed_policy() -> ApiError {
    ApiError::new(400, "MalformedPolicyDocument", "The policy is not in the valid JSON format.")
}

pub fn no_session_from_session() -> ApiError {
    ApiError::new(403, "AccessDenied", "Cannot call GetSessionToken with session credentials")
}
