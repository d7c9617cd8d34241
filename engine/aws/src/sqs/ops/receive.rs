//! ReceiveMessage, and how a message looks to its receiver.

use crate::context::OpContext;
use crate::operation;
use crate::service::{ApiResult, Outcome};
use crate::sqs::attributes::NAMES as QUEUE_ATTRIBUTES;
use crate::sqs::delivery::{self, handle_of};
use crate::sqs::lookup::{find, queue_mut, to_queue};
use crate::sqs::ops::messages::{self, MessageAttributeValue};
use crate::sqs::state::{Attribute, AttributeValue, Message, Queue, Waiter, Wish};
use crate::sqs::store::sequence_text;
use crate::sqs::timers::Timer;
use crate::sqs::{digest, errors, limits};
use indexmap::IndexMap;
use nuvola_wire::shape;

/// The most messages of one receive.
pub const MOST: usize = limits::RECEIVE_MOST as usize;

/// What SQS itself tells of a message.
const SYSTEM_NAMES: &[&str] = &[
    "ApproximateFirstReceiveTimestamp",
    "ApproximateReceiveCount",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
    "MessageDeduplicationId",
    "MessageGroupId",
    "SenderId",
    "SentTimestamp",
    "SequenceNumber",
];

shape! {
    /// What ReceiveMessage takes.
    pub struct ReceiveMessageInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("AttributeNames", flattened, item = "AttributeName")] pub attribute_names: Vec<String>,
        #[wire("MessageSystemAttributeNames", flattened, item = "MessageSystemAttributeName")]
        pub system_names: Vec<String>,
        #[wire("MessageAttributeNames", flattened, item = "MessageAttributeName")]
        pub message_attribute_names: Vec<String>,
        #[wire("MaxNumberOfMessages")] pub most: Option<i32>,
        #[wire("VisibilityTimeout")] pub visibility_s: Option<i32>,
        #[wire("WaitTimeSeconds")] pub wait_s: Option<i32>,
        #[wire("ReceiveRequestAttemptId")] pub attempt_id: Option<String>,
    }

    /// What ReceiveMessage answers.
    pub struct ReceiveMessageOutput {
        #[wire("Messages", flattened, item = "Message")] pub messages: Option<Vec<ReceivedMessage>>,
    }

    /// A message as its receiver sees it.
    pub struct ReceivedMessage {
        #[wire("MessageId")] pub id: String,
        #[wire("ReceiptHandle")] pub receipt_handle: String,
        #[wire("MD5OfBody")] pub body_md5: String,
        #[wire("Body")] pub body: String,
        #[wire("Attributes", xml = "Attribute", flattened, key = "Name", value = "Value")]
        pub system: Option<IndexMap<String, String>>,
        #[wire("MD5OfMessageAttributes")] pub attributes_md5: Option<String>,
        #[wire("MessageAttributes", xml = "MessageAttribute", flattened, key = "Name", value = "Value")]
        pub attributes: Option<IndexMap<String, MessageAttributeValue>>,
    }
}

operation! {
    /// Receives up to ten messages, and waits for the first one if it is asked to.
    ///
    /// **Source**: SQS API Reference, "ReceiveMessage".
    pub RECEIVE_MESSAGE: ReceiveMessage {
        http: "POST" "/" 200,
        input: ReceiveMessageInput,
        output: ReceiveMessageOutput,
        errors: ["InvalidAddress", "OverLimit", "QueueDoesNotExist"],
        access: |cx, input| to_queue(cx, "sqs:ReceiveMessage", &input.queue_url),
        handler: receive_message,
    }
}

fn check(input: &ReceiveMessageInput) -> ApiResult<()> {
    let refuse = |value: i32, parameter: &str, reason: &str| {
        Err(errors::invalid_value(&value.to_string(), parameter, reason))
    };
    let out_of = |value: Option<i32>, min: i32, max: i32| value.filter(|value| !(min..=max).contains(value));
    if let Some(value) = out_of(input.most, 1, limits::RECEIVE_MOST) {
        return refuse(value, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.");
    }
    if let Some(value) = out_of(input.visibility_s, 0, limits::VISIBILITY_S) {
        return refuse(value, "VisibilityTimeout", "Must be between 0 and 43200, if provided.");
    }
    if let Some(value) = out_of(input.wait_s, 0, limits::WAIT_S) {
        return refuse(value, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.");
    }
    let names = input.attribute_names.iter().chain(&input.system_names).map(String::as_str);
    for name in names {
        // `AttributeNames` shares its type with the attributes of queues, which messages do not have.
        if name != "All" && !SYSTEM_NAMES.contains(&name) && !QUEUE_ATTRIBUTES.contains(&name) {
            return Err(errors::unknown_attribute(name));
        }
    }
    Ok(())
}

fn receive_message(
    cx: &mut OpContext<'_>,
    input: ReceiveMessageInput,
) -> ApiResult<Outcome<ReceiveMessageOutput>> {
    check(&input)?;
    let queue = find(cx, &input.queue_url)?;
    if let Some(id) = &input.attempt_id {
        if !queue.fifo {
            return Err(errors::invalid_value(id, "ReceiveRequestAttemptId", messages::WRONG_KIND));
        }
        messages::check_fifo_id("ReceiveRequestAttemptId", id)?;
    }
    let name = queue.name.clone();
    let wait_s = input.wait_s.unwrap_or(queue.settings.wait_s);
    if !queue.fifo && wait_s == 0 && queue.in_flight >= limits::IN_FLIGHT {
        return Err(errors::too_many_in_flight());
    }
    let mut system_names = input.system_names;
    system_names.extend(input.attribute_names);
    let wish = Wish {
        most: usize::try_from(input.most.unwrap_or(1)).unwrap_or(1),
        visibility_s: input.visibility_s,
        system_names,
        attribute_names: input.message_attribute_names,
        attempt_id: input.attempt_id,
    };
    let messages = delivery::receive(cx, &name, &wish);
    if !messages.is_empty() || wait_s == 0 {
        delivery::attend(cx, &name);
        return Ok(Outcome::Done(output(messages)));
    }
    let http_id = cx.http_id();
    let queue = queue_mut(cx, &name);
    let number = queue.next_waiter;
    queue.next_waiter += 1;
    queue.waiters.insert(number, Waiter { http_id, wish });
    let timer = Timer::WaitOver { region: cx.region.clone(), name, number };
    cx.schedule(cx.now_ms + i64::from(wait_s) * 1000, crate::cloud::Timer::Sqs(timer));
    Ok(Outcome::Later)
}

pub fn output(messages: Vec<ReceivedMessage>) -> ReceiveMessageOutput {
    ReceiveMessageOutput { messages: (!messages.is_empty()).then_some(messages) }
}

/// A message that was just received, with what the receiver wishes to know of it.
pub fn shown(queue: &Queue, message: &Message, wish: &Wish) -> ReceivedMessage {
    let all = wish.system_names.iter().any(|name| name == "All");
    let wanted = |name: &str| all || wish.system_names.iter().any(|other| other == name);
    let names = SYSTEM_NAMES.iter().filter(|name| wanted(name));
    let system: IndexMap<String, String> =
        names.filter_map(|name| Some(((*name).to_owned(), system_attribute(message, name)?))).collect();
    let chosen: Vec<&(String, Attribute)> =
        message.attributes.iter().filter(|(name, _)| is_wanted(name, &wish.attribute_names)).collect();
    let attributes_md5 =
        digest::of_attributes(chosen.iter().map(|(name, attribute)| (name.as_str(), attribute)));
    let attributes: IndexMap<String, MessageAttributeValue> =
        chosen.into_iter().map(|(name, attribute)| (name.clone(), value_of(attribute))).collect();
    ReceivedMessage {
        id: message.id.clone(),
        receipt_handle: handle_of(queue, message),
        body_md5: message.body_md5.clone(),
        body: message.body.clone(),
        system: (!system.is_empty()).then_some(system),
        attributes_md5,
        attributes: (!attributes.is_empty()).then_some(attributes),
    }
}

/// `All` and `.*` name every attribute, `PREFIX.*` those that begin so.
fn is_wanted(name: &str, wanted: &[String]) -> bool {
    wanted.iter().any(|wish| match wish.strip_suffix(".*") {
        Some(prefix) => name.starts_with(prefix),
        None => wish == "All" || wish == name,
    })
}

fn value_of(attribute: &Attribute) -> MessageAttributeValue {
    let (string_value, binary_value) = match &attribute.value {
        AttributeValue::Text(text) => (Some(text.clone()), None),
        AttributeValue::Binary(blob) => (None, Some(blob.clone())),
    };
    MessageAttributeValue { string_value, binary_value, data_type: Some(attribute.data_type.clone()) }
}

fn system_attribute(message: &Message, name: &str) -> Option<String> {
    match name {
        "ApproximateFirstReceiveTimestamp" => message.first_received_at_ms.map(|at_ms| at_ms.to_string()),
        "ApproximateReceiveCount" => Some(message.received.to_string()),
        "AWSTraceHeader" => message.trace_header.clone(),
        "DeadLetterQueueSourceArn" => message.dead_letter_source.clone(),
        "MessageDeduplicationId" => message.deduplication_id.clone(),
        "MessageGroupId" => message.group_id.clone(),
        "SenderId" => Some(message.sender_id.clone()),
        "SentTimestamp" => Some(message.sent_at_ms.to_string()),
        "SequenceNumber" => message.sequence.map(sequence_text),
        _ => None,
    }
}
