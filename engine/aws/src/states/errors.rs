//! Step Functions' errors, one constructor per code and text.
//!
//! **Source**: the "Errors" of each operation in the Step Functions API Reference; texts as recorded from the
//! service in public test suites and issue threads. Where no record was found the text is our own.

use nuvola_wire::ApiError;

fn error(code: &str, text: impl Into<String>) -> ApiError {
    ApiError::new(400, code, text)
}

pub fn invalid_arn(arn: &str) -> ApiError {
    error("InvalidArn", format!("Invalid Arn: 'Invalid ARN prefix: {arn}'"))
}

pub fn wrong_resource_type(found: &str, wanted: &[&str]) -> ApiError {
    let text = format!("Invalid Arn: 'Resource type not valid in this context: {found}'");
    debug_assert!(!wanted.is_empty(), "an operation takes some kind of resource");
    error("InvalidArn", text)
}

pub fn invalid_name(name: &str) -> ApiError {
    error("InvalidName", format!("Invalid Name: '{name}'"))
}

pub fn invalid_definition(text: impl Into<String>) -> ApiError {
    error("InvalidDefinition", text)
}

pub fn machine_exists(arn: &str) -> ApiError {
    error("StateMachineAlreadyExists", format!("State Machine Already Exists: '{arn}'"))
}

pub fn no_such_machine(arn: &str) -> ApiError {
    error("StateMachineDoesNotExist", format!("State Machine Does Not Exist: '{arn}'"))
}

pub fn wrong_type(arn: &str) -> ApiError {
    error(
        "StateMachineTypeNotSupported",
        format!("This operation is not supported by this type of state machine: '{arn}'"),
    )
}

pub fn execution_exists(arn: &str) -> ApiError {
    error("ExecutionAlreadyExists", format!("Execution Already Exists: '{arn}'"))
}

pub fn no_such_execution(arn: &str) -> ApiError {
    error("ExecutionDoesNotExist", format!("Execution Does Not Exist: '{arn}'"))
}

pub fn invalid_input(reason: &str) -> ApiError {
    error("InvalidExecutionInput", format!("Invalid State Machine Execution Input: '{reason}'"))
}

pub fn invalid_output(reason: &str) -> ApiError {
    error("InvalidOutput", format!("Invalid Output: '{reason}'"))
}

pub fn invalid_token(text: &str) -> ApiError {
    error("InvalidToken", format!("Invalid Token: '{text}'"))
}

pub fn task_timed_out() -> ApiError {
    let text = "Task Timed Out: 'Provided task does not exist anymore'";
    error("TaskTimedOut", text)
}

pub fn no_such_activity(arn: &str) -> ApiError {
    error("ActivityDoesNotExist", format!("Activity does not exist: {arn}"))
}

pub fn activity_exists(name: &str) -> ApiError {
    error("ActivityAlreadyExists", format!("Activity already exists: {name}"))
}

pub fn no_such_resource(arn: &str) -> ApiError {
    error("ResourceNotFound", format!("Resource not found: '{arn}'")).with_member("resourceName", arn)
}

pub fn validation(text: impl Into<String>) -> ApiError {
    error("ValidationException", text)
}

pub fn conflict(text: impl Into<String>) -> ApiError {
    error("ConflictException", text)
}

pub fn too_many_tags(arn: &str) -> ApiError {
    error("TooManyTags", format!("Too many tags for resource: '{arn}'")).with_member("resourceName", arn)
}

pub fn missing_parameter() -> ApiError {
    let text = "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be \
                specified";
    error("MissingRequiredParameter", text)
}

pub fn invalid_logging(text: &str) -> ApiError {
    error("InvalidLoggingConfiguration", format!("Invalid Logging Configuration: {text}"))
}

pub fn quota(text: &str) -> ApiError {
    error("ServiceQuotaExceededException", text)
}

pub fn not_redrivable(reason: &str) -> ApiError {
    error("ExecutionNotRedrivable", format!("Execution Not Redrivable: '{reason}'"))
}

/// **Source**: recorded by users whose roles do not trust Step Functions.
pub fn role_not_assumable() -> ApiError {
    let text = "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to \
                assume the provided role.";
    error("AccessDeniedException", text)
}
