//! CloudWatch Logs' errors, one constructor per code and text.
//!
//! **Source**: the "Errors" of each operation in the CloudWatch Logs API Reference; texts as the service
//! answers them.

use nuvola_wire::ApiError;

pub fn invalid_parameter(text: impl Into<String>) -> ApiError {
    ApiError::new(400, "InvalidParameterException", text)
}

fn not_found(text: &str) -> ApiError {
    ApiError::new(400, "ResourceNotFoundException", text)
}

pub fn no_such_group() -> ApiError {
    not_found("The specified log group does not exist.")
}

pub fn no_such_stream() -> ApiError {
    not_found("The specified log stream does not exist.")
}

pub fn no_such_resource() -> ApiError {
    not_found("The specified resource does not exist.")
}

pub fn group_exists() -> ApiError {
    ApiError::new(400, "ResourceAlreadyExistsException", "The specified log group already exists")
}

pub fn stream_exists() -> ApiError {
    ApiError::new(400, "ResourceAlreadyExistsException", "The specified log stream already exists")
}

pub fn deletion_protected() -> ApiError {
    let text = "Deletion protection is enabled for the log group. Disable it before you delete the group.";
    ApiError::new(400, "ValidationException", text)
}

pub fn prefix_and_pattern() -> ApiError {
    invalid_parameter("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
}

pub fn order_with_prefix() -> ApiError {
    invalid_parameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
}

pub fn not_chronological() -> ApiError {
    invalid_parameter("Log events in a single PutLogEvents request must be in chronological order.")
}

pub fn spans_a_day() -> ApiError {
    invalid_parameter(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    )
}

pub fn upload_too_large(bytes: usize, limit: usize) -> ApiError {
    invalid_parameter(format!("Upload too large: {bytes} bytes exceeds limit of {limit}"))
}

pub fn invalid_token() -> ApiError {
    invalid_parameter("The specified nextToken is invalid.")
}

pub fn invalid_filter() -> ApiError {
    invalid_parameter("Invalid filter pattern")
}

pub fn group_name_missing() -> ApiError {
    invalid_parameter("Either logGroupName or logGroupIdentifier must be provided.")
}

pub fn group_named_twice() -> ApiError {
    invalid_parameter("logGroupName and logGroupIdentifier are mutually exclusive parameters.")
}

pub fn streams_and_prefix() -> ApiError {
    invalid_parameter("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.")
}

pub fn too_many_tags() -> ApiError {
    ApiError::new(400, "TooManyTagsException", "A resource can have no more than 50 tags.")
}

pub fn pattern_not_simulated(what: &str) -> ApiError {
    ApiError::new(501, "NotImplemented", format!("{what} are not simulated by Nuvola"))
}
