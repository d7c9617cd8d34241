//! Lambda's errors: one constructor per code and text.
//!
//! **Source**: AWS Lambda API Reference, the errors of each operation; texts recorded from AWS.

use nuvola_wire::ApiError;

fn user(status: u16, code: &str, message: impl Into<String>) -> ApiError {
    ApiError::new(status, code, message).with_member("Type", "User")
}

/// A request that the service's model forbids; the only error without a `Type`.
pub fn validation(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "ValidationException", message)
}

pub fn invalid_parameter(message: impl Into<String>) -> ApiError {
    user(400, "InvalidParameterValueException", message)
}

fn not_found(message: impl Into<String>) -> ApiError {
    user(404, "ResourceNotFoundException", message)
}

fn conflict(message: impl Into<String>) -> ApiError {
    user(409, "ResourceConflictException", message)
}

pub fn function_not_found(arn: &str) -> ApiError {
    not_found(format!("Function not found: {arn}"))
}

pub fn alias_not_found(arn: &str) -> ApiError {
    not_found(format!("Cannot find alias arn: {arn}"))
}

pub fn resource_missing() -> ApiError {
    not_found("The resource you requested does not exist.")
}

pub fn function_does_not_exist() -> ApiError {
    not_found("Function does not exist")
}

pub fn no_event_config(arn: &str) -> ApiError {
    not_found(format!("The function {arn} doesn't have an EventInvokeConfig"))
}

pub fn no_policy() -> ApiError {
    not_found("No policy is associated with the given resource.")
}

pub fn no_statement(sid: &str) -> ApiError {
    not_found(format!("Statement {sid} is not found in resource policy."))
}

pub fn function_exists(name: &str) -> ApiError {
    conflict(format!("Function already exist: {name}"))
}

pub fn alias_exists(arn: &str) -> ApiError {
    conflict(format!("Alias already exists: {arn}"))
}

pub fn statement_exists(sid: &str) -> ApiError {
    conflict(format!(
        "The statement id ({sid}) provided already exists. Please provide a new statement id, or remove the existing statement."
    ))
}

pub fn url_exists(arn: &str) -> ApiError {
    conflict(format!(
        "Failed to create function url config for [functionArn = {arn}]. Error message:  FunctionUrlConfig exists for this Lambda function"
    ))
}

pub fn pending() -> ApiError {
    conflict(
        "The operation cannot be performed at this time. The function is currently in the following state: Pending",
    )
}

pub fn update_in_progress(arn: &str) -> ApiError {
    conflict(format!(
        "The operation cannot be performed at this time. An update is in progress for resource: {arn}"
    ))
}

pub fn version_has_alias(version: &str, aliases: &str) -> ApiError {
    conflict(format!(
        "Version {version} is still referenced by the following aliases: {aliases}. Delete or update the aliases first."
    ))
}

pub fn revision_mismatch() -> ApiError {
    user(
        412,
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
    )
}

pub fn policy_revision_mismatch() -> ApiError {
    user(
        412,
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id",
    )
}

pub fn not_a_zip() -> ApiError {
    invalid_parameter("Could not unzip uploaded file. Please check your file, then try to upload again.")
}

pub fn empty_zip() -> ApiError {
    invalid_parameter("Uploaded file must be a non-empty zip")
}

pub fn unzipped_too_large() -> ApiError {
    invalid_parameter("Unzipped size must be smaller than 262144000 bytes")
}

pub fn zip_too_large(operation: &str) -> ApiError {
    // The limit counts the request with the package in base64.
    user(
        413,
        "RequestEntityTooLargeException",
        format!("Request must be smaller than 70167211 bytes for the {operation} operation"),
    )
}

pub fn code_from_s3(code: &str, message: &str) -> ApiError {
    invalid_parameter(format!(
        "Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
    ))
}

pub fn role_not_assumable() -> ApiError {
    invalid_parameter("The role defined for the function cannot be assumed by Lambda.")
}

/// **Source**: terraform-provider-aws issues about dead-letter queues; aws/aws-cdk issue 6770.
pub fn no_permission_for(action: &str, service: &str) -> ApiError {
    invalid_parameter(format!(
        "The provided execution role does not have permissions to call {action} on {service}"
    ))
}

/// **Source**: sst issue 5737 (2025), which has the text of mappings.
pub fn no_permission_of_function(action: &str, service: &str) -> ApiError {
    invalid_parameter(format!(
        "The function execution role does not have permissions to call {action} on {service}"
    ))
}

pub fn no_permission_for_destination(action: &str, arn: &str) -> ApiError {
    invalid_parameter(format!(
        "The function's execution role does not have permissions to call {action} on {arn}"
    ))
}

pub fn mapping_in_use(verb: &str) -> ApiError {
    user(
        400,
        "ResourceInUseException",
        format!("Cannot {verb} the event source mapping because it is in use."),
    )
}

/// **Source**: terraform-provider-aws issue 10180 and others that cite the conflict.
pub fn mapping_exists(queue: bool, source: &str, function: &str, uuid: &str) -> ApiError {
    conflict(match queue {
        true => format!(
            "An event source mapping with SQS arn (\" {source} \") and function (\" {function} \") already exists. Please update or delete the existing mapping with UUID {uuid}"
        ),
        false => format!(
            "The event source arn (\" {source} \") and function (\" {function} \") provided mapping already exists. Please update or delete the existing mapping with UUID {uuid}"
        ),
    })
}

pub fn account_throttled() -> ApiError {
    throttled("ConcurrentInvocationLimitExceeded")
}

pub fn function_throttled() -> ApiError {
    throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
}

/// **Source**: AWS Lambda API Reference, "Invoke" (the reasons); the whole body is in the documentation of
/// Arc XP, "Working in non-Production PageBuilder environments with lower render capacity limits".
fn throttled(reason: &str) -> ApiError {
    user(429, "TooManyRequestsException", "Rate Exceeded.").with_member("Reason", reason)
}

/// A payload that is not JSON; `detail` tells where.
pub fn payload_not_json(detail: &str) -> ApiError {
    user(
        400,
        "InvalidRequestContentException",
        format!("Could not parse request body into json: Could not parse payload into json: {detail}"),
    )
}

pub fn payload_too_large(limit: usize, operation: &str) -> ApiError {
    user(
        413,
        "RequestTooLargeException",
        format!("Request must be smaller than {limit} bytes for the {operation} operation"),
    )
}

pub fn policy_too_long() -> ApiError {
    user(
        400,
        "PolicyLengthExceededException",
        "The final policy size (20481) is bigger than the limit (20480).",
    )
}

pub fn unreserved_too_low(minimum: u32) -> ApiError {
    invalid_parameter(format!(
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [{minimum}]."
    ))
}

pub fn not_reachable(message: &str) -> ApiError {
    not_found(message)
}

/// What AWS would do and Nuvola does not: said rather than faked.
pub fn not_simulated(cx: &mut crate::context::OpContext<'_>, what: &str) -> ApiError {
    cx.not_simulated(format!("Lambda: {what}"));
    ApiError::new(501, "NotImplemented", format!("Lambda: {what}: not simulated by Nuvola"))
}

pub fn invalid_request(message: impl Into<String>) -> ApiError {
    user(400, "InvalidRequestContentException", message)
}

/// The caller may not read the object that holds the package.
pub fn access_denied_to_code(place: &str, reason: &str) -> ApiError {
    ApiError::new(
        403,
        "AccessDeniedException",
        format!(
            "Your access has been denied by S3, please make sure your request credentials have permission to GetObject for {place}. S3 Error Code: AccessDenied. S3 Error Message: {reason}"
        ),
    )
}
