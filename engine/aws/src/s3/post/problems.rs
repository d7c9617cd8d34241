//! What is wrong with an upload by form, in S3's words.
//!
//! **Source**, where a constructor names no other: S3 API Reference, "Error responses"; the answers as people
//! who build such forms see them, which differ from the table there in code and text (no field `key`, a
//! condition that fails, a body that is no form).

use crate::s3::errors;
use nuvola_wire::ApiError;

pub fn not_a_form() -> ApiError {
    errors::precondition_failed("Bucket POST must be of the enclosure-type multipart/form-data")
}

pub fn malformed() -> ApiError {
    let text = "The body of your POST request is not well-formed multipart/form-data.";
    ApiError::new(400, "MalformedPOSTRequest", text)
}

/// "preceeding" is how S3 writes it.
pub fn fields_too_large(limit: usize) -> ApiError {
    let text = "Your POST request fields preceeding the upload file was too large.";
    ApiError::new(400, "MaxPostPreDataLengthExceeded", text)
        .with_member("MaxPostPreDataLengthBytes", limit as i64)
}

pub fn file_count(files: usize) -> ApiError {
    let text = "POST requires exactly one file upload per request.";
    errors::invalid_argument(text, "file", &files.to_string())
}

/// Names are told as S3 writes them, whatever the form's case.
pub fn missing_field(name: &str) -> ApiError {
    let text = format!(
        "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
    );
    errors::invalid_argument(&text, name, "")
}

pub fn bad_field(name: &str, value: &str, text: &str) -> ApiError {
    errors::invalid_argument(text, name, value)
}

/// Signature Version 2 in a region that knows Version 4 only.
pub fn unsupported_signature() -> ApiError {
    errors::invalid_request(
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    )
}

/// The policy is none.
pub fn bad_policy(text: &str) -> ApiError {
    ApiError::new(400, "InvalidPolicyDocument", format!("Invalid Policy: {text}"))
}

/// The form is not what the policy allows.
pub fn against_policy(text: &str) -> ApiError {
    ApiError::new(403, "AccessDenied", format!("Invalid according to Policy: {text}"))
}

pub fn too_large(size: u64, max: u64) -> ApiError {
    ApiError::new(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        .with_member("ProposedSize", size as i64)
        .with_member("MaxSizeAllowed", max as i64)
}

pub fn too_small(size: u64, min: u64) -> ApiError {
    ApiError::new(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        .with_member("ProposedSize", size as i64)
        .with_member("MinSizeAllowed", min as i64)
}
