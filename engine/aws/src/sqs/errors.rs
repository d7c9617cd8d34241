//! SQS's errors, one constructor per code and text.
//!
//! **Source**: the "Errors" of each operation in the SQS API Reference; texts, statuses and both codes as
//! recorded from the service in public test suites. Where no record was found the text is our own, and says so.

use crate::context::OpContext;
use nuvola_wire::ApiError;

/// What the query protocol put before most codes.
const PREFIX: &str = "AWS.SimpleQueueService.";

fn prefixed(status: u16, code: &str, text: impl Into<String>) -> ApiError {
    ApiError::new(status, code, text).with_query_code(format!("{PREFIX}{code}"))
}

pub fn queue_does_not_exist(cx: &OpContext<'_>) -> ApiError {
    let text = match cx.speaks_second {
        true => "The specified queue does not exist for this wsdl version.",
        false => "The specified queue does not exist.",
    };
    ApiError::new(400, "QueueDoesNotExist", text).with_query_code(format!("{PREFIX}NonExistentQueue"))
}

pub fn queue_exists(attribute: &str) -> ApiError {
    let text =
        format!("A queue already exists with the same name and a different value for attribute {attribute}");
    ApiError::new(400, "QueueNameExists", text).with_query_code("QueueAlreadyExists")
}

pub fn queue_deleted_recently() -> ApiError {
    let text =
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.";
    prefixed(400, "QueueDeletedRecently", text)
}

pub fn purge_in_progress(queue: &str) -> ApiError {
    let text = format!("Only one PurgeQueue operation on {queue} is allowed every 60 seconds.");
    prefixed(403, "PurgeQueueInProgress", text)
}

pub fn invalid_address(url: &str) -> ApiError {
    ApiError::new(404, "InvalidAddress", format!("The address {url} is not valid for this endpoint."))
}

pub fn unknown_attribute(name: &str) -> ApiError {
    ApiError::new(400, "InvalidAttributeName", format!("Unknown Attribute {name}."))
}

pub fn two_encryptions() -> ApiError {
    let text = "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE \
                or SQS SSE.";
    ApiError::new(400, "InvalidAttributeName", text)
}

pub fn invalid_attribute(name: &str, reason: &str) -> ApiError {
    let reason = if reason.is_empty() { String::new() } else { format!(" Reason: {reason}") };
    ApiError::new(400, "InvalidAttributeValue", format!("Invalid value for the parameter {name}.{reason}"))
}

/// The common error about a parameter's value.
pub fn invalid_parameter(text: impl Into<String>) -> ApiError {
    ApiError::new(400, "InvalidParameterValueException", text).with_query_code("InvalidParameterValue")
}

pub fn invalid_value(value: &str, parameter: &str, reason: &str) -> ApiError {
    invalid_parameter(format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}"))
}

pub fn missing_parameter(name: &str) -> ApiError {
    let text = format!("The request must contain the parameter {name}.");
    ApiError::new(400, "MissingRequiredParameterException", text).with_query_code("MissingParameter")
}

pub fn no_deduplication_id() -> ApiError {
    let text = "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided \
                explicitly";
    invalid_parameter(text)
}

pub fn invalid_message_contents() -> ApiError {
    let text = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 \
                to #xFFFD | #x10000 to #x10FFFF";
    ApiError::new(400, "InvalidMessageContents", text)
}

pub fn message_too_long(limit: usize) -> ApiError {
    let text =
        format!("One or more parameters are invalid. Reason: Message must be shorter than {limit} bytes.");
    invalid_parameter(text)
}

pub fn invalid_handle(handle: &str) -> ApiError {
    let text = format!("The input receipt handle \"{handle}\" is not a valid receipt handle.");
    ApiError::new(404, "ReceiptHandleIsInvalid", text)
}

/// A FIFO queue's message belongs to nobody any more once its visibility timeout is over.
pub fn handle_expired(handle: &str) -> ApiError {
    invalid_value(handle, "ReceiptHandle", "The receipt handle has expired.")
}

pub fn not_available(handle: &str) -> ApiError {
    let reason = "Message does not exist or is not available for visibility timeout change.";
    invalid_value(handle, "ReceiptHandle", reason)
}

/// **Source**: API Reference, "ChangeMessageVisibility" (the text of `MessageNotInflight`).
pub fn not_in_flight() -> ApiError {
    prefixed(400, "MessageNotInflight", "The specified message isn't in flight.")
}

/// Our own text; the code is the API Reference's, "ReceiveMessage".
pub fn too_many_in_flight() -> ApiError {
    let text = "The maximum number of in flight messages is reached.";
    ApiError::new(403, "OverLimit", text)
}

pub fn too_many_actions(count: usize) -> ApiError {
    ApiError::new(403, "OverLimit", format!("{count} Actions were found, maximum allowed is 7."))
}

pub fn empty_batch(entry: &str) -> ApiError {
    prefixed(400, "EmptyBatchRequest", format!("There should be at least one {entry} in the request."))
}

pub fn too_many_entries(count: usize) -> ApiError {
    let text = format!("Maximum number of entries per request are 10. You have sent {count}.");
    prefixed(400, "TooManyEntriesInBatchRequest", text)
}

pub fn ids_not_distinct(id: &str) -> ApiError {
    prefixed(400, "BatchEntryIdsNotDistinct", format!("Id {id} repeated."))
}

pub fn invalid_entry_id() -> ApiError {
    let text = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at \
                most 80 letters long.";
    prefixed(400, "InvalidBatchEntryId", text)
}

pub fn batch_too_long(limit: usize, bytes: usize) -> ApiError {
    let text = format!("Batch requests cannot be longer than {limit} bytes. You have sent {bytes} bytes.");
    prefixed(400, "BatchRequestTooLong", text)
}

pub fn no_such_resource(parameter: &str) -> ApiError {
    let text = format!("The resource that you specified for the {parameter} parameter doesn't exist.");
    ApiError::new(404, "ResourceNotFoundException", text)
}

pub fn no_such_task() -> ApiError {
    ApiError::new(404, "ResourceNotFoundException", "Task does not exist.")
}

/// Our own text; the code is the API Reference's, "CancelMessageMoveTask".
pub fn task_not_running() -> ApiError {
    prefixed(400, "UnsupportedOperation", "Only active tasks can be cancelled.")
}

/// Our own text; the code is the API Reference's, "TagQueue".
pub fn too_many_tags() -> ApiError {
    invalid_parameter("Too many tags added for queue.")
}
