//! Up to ten messages in one request: each entry succeeds or fails by itself.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::sqs::delivery;
use crate::sqs::lookup::{find, to_queue};
use crate::sqs::ops::messages::{self, Draft, MessageAttributeValue};
use crate::sqs::ops::visibility;
use crate::sqs::{errors, limits};
use indexmap::IndexMap;
use nuvola_wire::{ApiError, Fault, shape};

shape! {
    /// One message of a SendMessageBatch.
    pub struct SendMessageBatchRequestEntry {
        #[wire("Id")] pub id: String,
        #[wire("MessageBody")] pub body: String,
        #[wire("DelaySeconds")] pub delay_s: Option<i32>,
        #[wire("MessageAttributes", xml = "MessageAttribute", flattened, key = "Name", value = "Value")]
        pub attributes: IndexMap<String, MessageAttributeValue>,
        #[wire("MessageSystemAttributes", xml = "MessageSystemAttribute", flattened, key = "Name", value = "Value")]
        pub system: IndexMap<String, MessageAttributeValue>,
        #[wire("MessageDeduplicationId")] pub deduplication_id: Option<String>,
        #[wire("MessageGroupId")] pub group_id: Option<String>,
    }

    /// What SendMessageBatch takes.
    pub struct SendBatchInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("Entries", flattened, item = "SendMessageBatchRequestEntry")]
        pub entries: Vec<SendMessageBatchRequestEntry>,
    }

    /// A message that was sent.
    pub struct SentEntry {
        #[wire("Id")] pub id: String,
        #[wire("MessageId")] pub message_id: String,
        #[wire("MD5OfMessageBody")] pub body_md5: String,
        #[wire("MD5OfMessageAttributes")] pub attributes_md5: Option<String>,
        #[wire("MD5OfMessageSystemAttributes")] pub system_md5: Option<String>,
        #[wire("SequenceNumber")] pub sequence: Option<String>,
    }

    /// An entry that failed.
    pub struct FailedEntry {
        #[wire("Id")] pub id: String,
        #[wire("SenderFault")] pub sender_fault: bool,
        #[wire("Code")] pub code: String,
        #[wire("Message")] pub message: Option<String>,
    }

    /// What SendMessageBatch answers.
    pub struct SendBatchOutput {
        #[wire("Successful", flattened, item = "SendMessageBatchResultEntry")] pub successful: Vec<SentEntry>,
        #[wire("Failed", flattened, item = "BatchResultErrorEntry")] pub failed: Vec<FailedEntry>,
    }

    /// One message of a DeleteMessageBatch.
    pub struct DeleteMessageBatchRequestEntry {
        #[wire("Id")] pub id: String,
        #[wire("ReceiptHandle")] pub receipt_handle: String,
    }

    /// What DeleteMessageBatch takes.
    pub struct DeleteBatchInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("Entries", flattened, item = "DeleteMessageBatchRequestEntry")]
        pub entries: Vec<DeleteMessageBatchRequestEntry>,
    }

    /// An entry that succeeded.
    pub struct DoneEntry {
        #[wire("Id")] pub id: String,
    }

    /// What DeleteMessageBatch answers.
    pub struct DeleteBatchOutput {
        #[wire("Successful", flattened, item = "DeleteMessageBatchResultEntry")] pub successful: Vec<DoneEntry>,
        #[wire("Failed", flattened, item = "BatchResultErrorEntry")] pub failed: Vec<FailedEntry>,
    }

    /// One message of a ChangeMessageVisibilityBatch.
    pub struct ChangeMessageVisibilityBatchRequestEntry {
        #[wire("Id")] pub id: String,
        #[wire("ReceiptHandle")] pub receipt_handle: String,
        #[wire("VisibilityTimeout")] pub visibility_s: Option<i32>,
    }

    /// What ChangeMessageVisibilityBatch takes.
    pub struct ChangeBatchInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("Entries", flattened, item = "ChangeMessageVisibilityBatchRequestEntry")]
        pub entries: Vec<ChangeMessageVisibilityBatchRequestEntry>,
    }

    /// What ChangeMessageVisibilityBatch answers.
    pub struct ChangeBatchOutput {
        #[wire("Successful", flattened, item = "ChangeMessageVisibilityBatchResultEntry")]
        pub successful: Vec<DoneEntry>,
        #[wire("Failed", flattened, item = "BatchResultErrorEntry")] pub failed: Vec<FailedEntry>,
    }
}

/// Checks the number of entries, and their ids.
fn check_ids(entry: &str, ids: &[&str]) -> ApiResult<()> {
    if ids.is_empty() {
        return Err(errors::empty_batch(entry));
    }
    if ids.len() > limits::BATCH_ENTRIES {
        return Err(errors::too_many_entries(ids.len()));
    }
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let fits = |id: &&str| (1..=limits::ENTRY_ID_LENGTH).contains(&id.len()) && id.bytes().all(legal);
    if !ids.iter().all(fits) {
        return Err(errors::invalid_entry_id());
    }
    for (index, id) in ids.iter().enumerate() {
        if ids[..index].contains(id) {
            return Err(errors::ids_not_distinct(id));
        }
    }
    Ok(())
}

fn failed(id: String, error: ApiError) -> FailedEntry {
    FailedEntry {
        id,
        sender_fault: error.fault == Fault::Client,
        code: error.query_code.map_or(error.code, String::from),
        message: Some(error.message),
    }
}

operation! {
    /// Sends up to ten messages to a queue.
    ///
    /// **Source**: SQS API Reference, "SendMessageBatch".
    pub SEND_MESSAGE_BATCH: SendMessageBatch {
        http: "POST" "/" 200,
        input: SendBatchInput,
        output: SendBatchOutput,
        errors: [
            "BatchEntryIdsNotDistinct",
            "BatchRequestTooLong",
            "EmptyBatchRequest",
            "InvalidAddress",
            "InvalidBatchEntryId",
            "QueueDoesNotExist",
            "TooManyEntriesInBatchRequest",
        ],
        access: |cx, input| to_queue(cx, "sqs:SendMessage", &input.queue_url),
        handler: send_batch,
    }
}

fn send_batch(cx: &mut OpContext<'_>, input: SendBatchInput) -> ApiResult<SendBatchOutput> {
    let queue = find(cx, &input.queue_url)?;
    let name = queue.name.clone();
    let ids: Vec<&str> = input.entries.iter().map(|entry| entry.id.as_str()).collect();
    check_ids("SendMessageBatchRequestEntry", &ids)?;
    let mut drafts = Vec::new();
    for entry in input.entries {
        if queue.fifo && entry.group_id.is_none() {
            // In a batch it is another error than alone, and of the whole request.
            return Err(errors::invalid_parameter("The request must contain the parameter MessageGroupId."));
        }
        let by_content = queue.settings.content_deduplication;
        if queue.fifo && entry.deduplication_id.is_none() && !by_content {
            return Err(errors::no_deduplication_id());
        }
        let draft = Draft {
            body: entry.body,
            delay_s: entry.delay_s,
            attributes: entry.attributes,
            system: entry.system,
            deduplication_id: entry.deduplication_id,
            group_id: entry.group_id,
        };
        drafts.push((entry.id, draft));
    }
    let bytes: usize = drafts.iter().map(|(_, draft)| messages::size_of(draft)).sum();
    if bytes > limits::MESSAGE_BYTES {
        return Err(errors::batch_too_long(limits::MESSAGE_BYTES, bytes));
    }
    let checked: Vec<_> = drafts.into_iter().map(|(id, draft)| (id, messages::check(queue, draft))).collect();
    let sender_id = cx.principal.user_id(cx.account());
    let mut output = SendBatchOutput::default();
    for (id, message) in checked {
        match message {
            Ok(message) => {
                let sent = messages::send(cx, &name, message, &sender_id);
                output.successful.push(SentEntry {
                    id,
                    message_id: sent.id,
                    body_md5: sent.body_md5,
                    attributes_md5: sent.attributes_md5,
                    system_md5: sent.system_md5,
                    sequence: sent.sequence,
                });
            }
            Err(error) => output.failed.push(failed(id, error)),
        }
    }
    delivery::attend(cx, &name);
    Ok(output)
}

operation! {
    /// Deletes up to ten messages that were received.
    ///
    /// **Source**: SQS API Reference, "DeleteMessageBatch".
    pub DELETE_MESSAGE_BATCH: DeleteMessageBatch {
        http: "POST" "/" 200,
        input: DeleteBatchInput,
        output: DeleteBatchOutput,
        errors: [
            "BatchEntryIdsNotDistinct",
            "EmptyBatchRequest",
            "InvalidAddress",
            "InvalidBatchEntryId",
            "QueueDoesNotExist",
            "TooManyEntriesInBatchRequest",
        ],
        access: |cx, input| to_queue(cx, "sqs:DeleteMessage", &input.queue_url),
        handler: delete_batch,
    }
}

fn delete_batch(cx: &mut OpContext<'_>, input: DeleteBatchInput) -> ApiResult<DeleteBatchOutput> {
    let queue = find(cx, &input.queue_url)?;
    let name = queue.name.clone();
    let ids: Vec<&str> = input.entries.iter().map(|entry| entry.id.as_str()).collect();
    check_ids("DeleteMessageBatchRequestEntry", &ids)?;
    let checked: Vec<_> = input
        .entries
        .into_iter()
        .map(|entry| (entry.id, messages::deletable(queue, &entry.receipt_handle)))
        .collect();
    let mut output = DeleteBatchOutput::default();
    for (id, number) in checked {
        match number {
            Ok(number) => {
                messages::delete(cx, &name, number);
                output.successful.push(DoneEntry { id });
            }
            Err(error) => output.failed.push(failed(id, error)),
        }
    }
    Ok(output)
}

operation! {
    /// Changes the visibility timeout of up to ten messages that were received.
    ///
    /// **Source**: SQS API Reference, "ChangeMessageVisibilityBatch".
    pub CHANGE_MESSAGE_VISIBILITY_BATCH: ChangeMessageVisibilityBatch {
        http: "POST" "/" 200,
        input: ChangeBatchInput,
        output: ChangeBatchOutput,
        errors: [
            "BatchEntryIdsNotDistinct",
            "EmptyBatchRequest",
            "InvalidAddress",
            "InvalidBatchEntryId",
            "QueueDoesNotExist",
            "TooManyEntriesInBatchRequest",
        ],
        access: |cx, input| to_queue(cx, "sqs:ChangeMessageVisibility", &input.queue_url),
        handler: change_batch,
    }
}

fn change_batch(cx: &mut OpContext<'_>, input: ChangeBatchInput) -> ApiResult<ChangeBatchOutput> {
    let queue = find(cx, &input.queue_url)?;
    let name = queue.name.clone();
    let ids: Vec<&str> = input.entries.iter().map(|entry| entry.id.as_str()).collect();
    check_ids("ChangeMessageVisibilityBatchRequestEntry", &ids)?;
    let mut output = ChangeBatchOutput::default();
    for entry in input.entries {
        let queue = find(cx, &input.queue_url)?;
        let seconds = entry.visibility_s.unwrap_or(queue.settings.visibility_s);
        match visibility::changeable(queue, &entry.receipt_handle, seconds, cx.now_ms) {
            Ok(number) => {
                visibility::change(cx, &name, number, seconds);
                output.successful.push(DoneEntry { id: entry.id });
            }
            Err(error) => output.failed.push(failed(entry.id, error)),
        }
    }
    delivery::attend(cx, &name);
    Ok(output)
}
