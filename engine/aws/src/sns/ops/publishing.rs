//! Publish and PublishBatch.

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::sns::errors;
use crate::sns::lookup::{self, to_topic};
use crate::sns::publish::{self, MESSAGE_MAX_BYTES, Message};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use indexmap::IndexMap;
use nuvola_kernel::Blob;
use nuvola_wire::{Fault, shape};

shape! {
    /// An attribute of a message.
    pub struct MessageAttributeValue {
        #[wire("DataType")] pub data_type: String,
        #[wire("StringValue")] pub string_value: Option<String>,
        #[wire("BinaryValue")] pub binary_value: Option<Blob>,
    }

    /// What Publish takes.
    pub struct PublishInput {
        #[wire("TopicArn")] pub topic_arn: Option<String>,
        #[wire("TargetArn")] pub target_arn: Option<String>,
        #[wire("PhoneNumber")] pub phone_number: Option<String>,
        #[wire("Message")] pub message: String,
        #[wire("Subject")] pub subject: Option<String>,
        #[wire("MessageStructure")] pub message_structure: Option<String>,
        #[wire("MessageAttributes", key = "Name", value = "Value")]
        pub attributes: IndexMap<String, MessageAttributeValue>,
        #[wire("MessageDeduplicationId")] pub deduplication_id: Option<String>,
        #[wire("MessageGroupId")] pub group_id: Option<String>,
    }

    /// What Publish answers.
    pub struct PublishOutput {
        #[wire("MessageId")] pub message_id: Option<String>,
        #[wire("SequenceNumber")] pub sequence: Option<String>,
    }

    /// One message of a PublishBatch.
    pub struct PublishBatchRequestEntry {
        #[wire("Id")] pub id: String,
        #[wire("Message")] pub message: String,
        #[wire("Subject")] pub subject: Option<String>,
        #[wire("MessageStructure")] pub message_structure: Option<String>,
        #[wire("MessageAttributes", key = "Name", value = "Value")]
        pub attributes: IndexMap<String, MessageAttributeValue>,
        #[wire("MessageDeduplicationId")] pub deduplication_id: Option<String>,
        #[wire("MessageGroupId")] pub group_id: Option<String>,
    }

    /// What PublishBatch takes.
    pub struct PublishBatchInput {
        #[wire("TopicArn")] pub topic_arn: String,
        #[wire("PublishBatchRequestEntries", required)] pub entries: Vec<PublishBatchRequestEntry>,
    }

    /// An entry that was published.
    pub struct PublishBatchResultEntry {
        #[wire("Id")] pub id: String,
        #[wire("MessageId")] pub message_id: String,
        #[wire("SequenceNumber")] pub sequence: Option<String>,
    }

    /// An entry that failed.
    pub struct BatchResultErrorEntry {
        #[wire("Id")] pub id: String,
        #[wire("Code")] pub code: String,
        #[wire("Message")] pub message: Option<String>,
        #[wire("SenderFault")] pub sender_fault: bool,
    }

    /// What PublishBatch answers.
    pub struct PublishBatchOutput {
        #[wire("Successful")] pub successful: Vec<PublishBatchResultEntry>,
        #[wire("Failed")] pub failed: Vec<BatchResultErrorEntry>,
    }
}

fn attributes(given: IndexMap<String, MessageAttributeValue>) -> Vec<(String, String, String)> {
    let text = |value: &MessageAttributeValue| match (&value.string_value, &value.binary_value) {
        (Some(text), _) => text.clone(),
        (None, Some(blob)) => STANDARD.encode(&blob[..]),
        (None, None) => String::new(),
    };
    given.into_iter().map(|(name, value)| (name, value.data_type.clone(), text(&value))).collect()
}

fn is_structured(structure: Option<&str>) -> ApiResult<bool> {
    match structure {
        None | Some("") => Ok(false),
        Some("json") => Ok(true),
        Some(_) => Err(errors::invalid("MessageStructure")),
    }
}

operation! {
    /// Publishes a message to a topic.
    ///
    /// **Source**: SNS API Reference, "Publish".
    pub PUBLISH: Publish {
        http: "POST" "/" 200,
        input: PublishInput,
        output: PublishOutput,
        errors: ["InvalidParameter", "NotFound", "ParameterValueInvalid"],
        access: |cx, input| match input.topic_arn.as_ref().or(input.target_arn.as_ref()) {
            Some(arn) => to_topic(cx, "sns:Publish", arn),
            None => Access::to("sns:Publish", "*"),
        },
        handler: publish_one,
    }
}

fn publish_one(cx: &mut OpContext<'_>, input: PublishInput) -> ApiResult<PublishOutput> {
    if input.phone_number.is_some() {
        cx.not_simulated("SNS: text messages to phones");
        return Err(errors::not_simulated("text messages to phones"));
    }
    let Some(arn) = input.topic_arn.or(input.target_arn) else {
        return Err(errors::because("TopicArn or TargetArn", "no value for required parameter"));
    };
    let topic = lookup::topic(cx, &arn)?;
    let message = Message {
        body: input.message,
        subject: input.subject,
        structured: is_structured(input.message_structure.as_deref())?,
        attributes: attributes(input.attributes),
        group_id: input.group_id,
        deduplication_id: input.deduplication_id,
        ..Message::default()
    };
    publish::check(topic, &message)?;
    let parent = Some(cx.request.request_id.clone());
    let (id, sequence) = publish::publish(cx, &arn, message, parent);
    Ok(PublishOutput { message_id: Some(id), sequence })
}

operation! {
    /// Publishes up to ten messages; each succeeds or fails by itself.
    ///
    /// **Source**: SNS API Reference, "PublishBatch".
    pub PUBLISH_BATCH: PublishBatch {
        http: "POST" "/" 200,
        input: PublishBatchInput,
        output: PublishBatchOutput,
        errors: [
            "BatchEntryIdsNotDistinct",
            "BatchRequestTooLong",
            "EmptyBatchRequest",
            "InvalidBatchEntryId",
            "NotFound",
            "TooManyEntriesInBatchRequest",
        ],
        access: |cx, input| to_topic(cx, "sns:Publish", &input.topic_arn),
        handler: publish_batch,
    }
}

fn check_entries(entries: &[PublishBatchRequestEntry]) -> ApiResult<()> {
    if entries.is_empty() {
        return Err(errors::batch("EmptyBatchRequest", "The batch request doesn't contain any entries."));
    }
    if entries.len() > 10 {
        return Err(errors::batch(
            "TooManyEntriesInBatchRequest",
            "The batch request contains more entries than permissible.",
        ));
    }
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    for (index, entry) in entries.iter().enumerate() {
        if entry.id.is_empty() || entry.id.len() > 80 || !entry.id.bytes().all(legal) {
            return Err(errors::batch(
                "InvalidBatchEntryId",
                "The Id of a batch entry in a batch request doesn't abide by the specification.",
            ));
        }
        if entries[..index].iter().any(|other| other.id == entry.id) {
            return Err(errors::batch(
                "BatchEntryIdsNotDistinct",
                "Two or more batch entries in the request have the same Id.",
            ));
        }
    }
    if entries.iter().map(|entry| entry.message.len()).sum::<usize>() > MESSAGE_MAX_BYTES {
        return Err(errors::batch(
            "BatchRequestTooLong",
            "The length of all the messages put together is more than the limit.",
        ));
    }
    Ok(())
}

fn publish_batch(cx: &mut OpContext<'_>, input: PublishBatchInput) -> ApiResult<PublishBatchOutput> {
    let topic = lookup::topic(cx, &input.topic_arn)?;
    check_entries(&input.entries)?;
    let mut checked = Vec::new();
    for entry in input.entries {
        let structured = is_structured(entry.message_structure.as_deref());
        let message = structured.and_then(|structured| {
            let message = Message {
                body: entry.message,
                subject: entry.subject,
                structured,
                attributes: attributes(entry.attributes),
                group_id: entry.group_id,
                deduplication_id: entry.deduplication_id,
                ..Message::default()
            };
            publish::check(topic, &message).map(|()| message)
        });
        checked.push((entry.id, message));
    }
    let parent = Some(cx.request.request_id.clone());
    let mut output = PublishBatchOutput::default();
    for (id, message) in checked {
        match message {
            Ok(message) => {
                let (message_id, sequence) = publish::publish(cx, &input.topic_arn, message, parent.clone());
                output.successful.push(PublishBatchResultEntry { id, message_id, sequence });
            }
            Err(error) => output.failed.push(BatchResultErrorEntry {
                id,
                code: error.code,
                message: Some(error.message),
                sender_fault: error.fault == Fault::Client,
            }),
        }
    }
    Ok(output)
}
