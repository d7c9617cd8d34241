//! Messages that are sent, and those that are done with.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::sqs::delivery;
use crate::sqs::handles;
use crate::sqs::lookup::{find, queue_mut, to_queue};
use crate::sqs::state::{Attribute, AttributeValue, Message, Place, Queue, Sent};
use crate::sqs::store::sequence_text;
use crate::sqs::{digest, errors, limits};
use indexmap::IndexMap;
use nuvola_kernel::Blob;
use nuvola_kernel::ordered::sort_by;
use nuvola_wire::checksum::{md5_hex, sha256_hex};
use nuvola_wire::shape;

shape! {
    /// An attribute of a message.
    pub struct MessageAttributeValue {
        #[wire("StringValue")] pub string_value: Option<String>,
        #[wire("BinaryValue")] pub binary_value: Option<Blob>,
        #[wire("DataType")] pub data_type: Option<String>,
    }

    /// What SendMessage takes.
    pub struct SendMessageInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("MessageBody")] pub body: String,
        #[wire("DelaySeconds")] pub delay_s: Option<i32>,
        #[wire("MessageAttributes", xml = "MessageAttribute", flattened, key = "Name", value = "Value")]
        pub attributes: IndexMap<String, MessageAttributeValue>,
        #[wire("MessageSystemAttributes", xml = "MessageSystemAttribute", flattened, key = "Name", value = "Value")]
        pub system: IndexMap<String, MessageAttributeValue>,
        #[wire("MessageDeduplicationId")] pub deduplication_id: Option<String>,
        #[wire("MessageGroupId")] pub group_id: Option<String>,
    }

    /// What SendMessage answers.
    pub struct SendMessageOutput {
        #[wire("MD5OfMessageBody")] pub body_md5: String,
        #[wire("MD5OfMessageAttributes")] pub attributes_md5: Option<String>,
        #[wire("MD5OfMessageSystemAttributes")] pub system_md5: Option<String>,
        #[wire("MessageId")] pub id: String,
        #[wire("SequenceNumber")] pub sequence: Option<String>,
    }

    /// What DeleteMessage takes.
    pub struct DeleteMessageInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("ReceiptHandle")] pub receipt_handle: String,
    }
}

/// Why a parameter is refused that the other kind of queue has.
pub const WRONG_KIND: &str = "The request include parameter that is not valid for this queue type.";

/// A message as a client wants it sent.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub body: String,
    pub delay_s: Option<i32>,
    pub attributes: IndexMap<String, MessageAttributeValue>,
    pub system: IndexMap<String, MessageAttributeValue>,
    pub deduplication_id: Option<String>,
    pub group_id: Option<String>,
}

/// A message that may be sent.
#[derive(Debug, Clone)]
pub struct Checked {
    body: String,
    delay_s: Option<i32>,
    attributes: Vec<(String, Attribute)>,
    trace_header: Option<Attribute>,
    deduplication_id: Option<String>,
    group_id: Option<String>,
}

operation! {
    /// Sends a message to a queue.
    ///
    /// **Source**: SQS API Reference, "SendMessage".
    pub SEND_MESSAGE: SendMessage {
        http: "POST" "/" 200,
        input: SendMessageInput,
        output: SendMessageOutput,
        errors: ["InvalidAddress", "InvalidMessageContents", "QueueDoesNotExist"],
        access: |cx, input| to_queue(cx, "sqs:SendMessage", &input.queue_url),
        handler: send_message,
    }
}

fn send_message(cx: &mut OpContext<'_>, input: SendMessageInput) -> ApiResult<SendMessageOutput> {
    let queue = find(cx, &input.queue_url)?;
    let name = queue.name.clone();
    let draft = Draft {
        body: input.body,
        delay_s: input.delay_s,
        attributes: input.attributes,
        system: input.system,
        deduplication_id: input.deduplication_id,
        group_id: input.group_id,
    };
    let message = check(queue, draft)?;
    let sender_id = cx.principal.user_id(cx.account());
    let output = send(cx, &name, message, &sender_id);
    delivery::attend(cx, &name);
    Ok(output)
}

/// Bytes that count for the limit of a message: its body and its attributes.
pub fn size_of(draft: &Draft) -> usize {
    let value = |attribute: &MessageAttributeValue| {
        let text = attribute.string_value.as_ref().map_or(0, String::len);
        let blob = attribute.binary_value.as_ref().map_or(0, |blob| blob.len());
        text + blob + attribute.data_type.as_ref().map_or(0, String::len)
    };
    let attributes = draft.attributes.iter().map(|(name, attribute)| name.len() + value(attribute));
    draft.body.len() + attributes.sum::<usize>()
}

/// Checks everything about a message that is to be sent to `queue`.
pub fn check(queue: &Queue, draft: Draft) -> ApiResult<Checked> {
    if draft.body.is_empty() {
        return Err(errors::missing_parameter("MessageBody"));
    }
    let limit = usize::try_from(queue.settings.max_message_bytes).unwrap_or(0);
    if size_of(&draft) > limit {
        return Err(errors::message_too_long(limit));
    }
    if !draft.body.chars().all(is_legal) {
        return Err(errors::invalid_message_contents());
    }
    let attributes = check_attributes(draft.attributes)?;
    let trace_header = check_system(draft.system)?;
    if let Some(delay_s) = draft.delay_s {
        let value = delay_s.to_string();
        if queue.fifo && delay_s != 0 {
            return Err(errors::invalid_value(&value, "DelaySeconds", WRONG_KIND));
        }
        if !(0..=limits::DELAY_S).contains(&delay_s) {
            let reason = "DelaySeconds must be >= 0 and <= 900.";
            return Err(errors::invalid_value(&value, "DelaySeconds", reason));
        }
    }
    let deduplication_id = check_fifo(queue, &draft.body, draft.deduplication_id, draft.group_id.as_deref())?;
    Ok(Checked {
        body: draft.body,
        delay_s: draft.delay_s.filter(|_| !queue.fifo),
        attributes,
        trace_header,
        deduplication_id,
        group_id: draft.group_id,
    })
}

/// The deduplication id of a FIFO queue's message.
fn check_fifo(
    queue: &Queue,
    body: &str,
    deduplication_id: Option<String>,
    group_id: Option<&str>,
) -> ApiResult<Option<String>> {
    if let Some(id) = group_id {
        check_fifo_id("MessageGroupId", id)?;
    }
    if !queue.fifo {
        return match deduplication_id {
            Some(id) => Err(errors::invalid_value(&id, "MessageDeduplicationId", WRONG_KIND)),
            None => Ok(None),
        };
    }
    if group_id.is_none() {
        return Err(errors::missing_parameter("MessageGroupId"));
    }
    match deduplication_id {
        Some(id) => {
            check_fifo_id("MessageDeduplicationId", &id)?;
            Ok(Some(id))
        }
        None if queue.settings.content_deduplication => Ok(Some(sha256_hex(body.as_bytes()))),
        None => Err(errors::no_deduplication_id()),
    }
}

/// Identifiers of FIFO queues: up to 128 letters, digits and punctuation marks of ASCII.
pub fn check_fifo_id(parameter: &str, id: &str) -> ApiResult<()> {
    let fits =
        (1..=limits::FIFO_ID_LENGTH).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    let reason =
        format!("{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.");
    if fits { Ok(()) } else { Err(errors::invalid_value(id, parameter, &reason)) }
}

/// The characters of XML 1.0.
fn is_legal(c: char) -> bool {
    matches!(c, '\u{9}' | '\u{A}' | '\u{D}' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn check_attributes(given: IndexMap<String, MessageAttributeValue>) -> ApiResult<Vec<(String, Attribute)>> {
    if given.len() > limits::MESSAGE_ATTRIBUTES {
        let text =
            format!("Number of message attributes [{}] exceeds the allowed maximum [10].", given.len());
        return Err(errors::invalid_parameter(text));
    }
    let mut attributes = Vec::new();
    for (name, value) in given {
        if !is_attribute_name(&name) {
            // Our own text: that of AWS was not found.
            let text = format!(
                "The message attribute name '{name}' is invalid. A name can contain A-Z, a-z, 0-9, underscore, \
                 hyphen and period, must not start or end with a period, and must not start with AWS. or Amazon."
            );
            return Err(errors::invalid_parameter(text));
        }
        let attribute = check_attribute("(user)", &name, value)?;
        attributes.push((name, attribute));
    }
    sort_by(&mut attributes, |a, b| a.0.cmp(&b.0));
    Ok(attributes)
}

/// **Source**: SQS Developer Guide, "Amazon SQS message metadata".
fn is_attribute_name(name: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let lower = name.to_ascii_lowercase();
    (1..=limits::ATTRIBUTE_NAME_LENGTH).contains(&name.len())
        && name.bytes().all(legal)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..")
        && !lower.starts_with("aws.")
        && !lower.starts_with("amazon.")
}

fn check_attribute(kind: &str, name: &str, value: MessageAttributeValue) -> ApiResult<Attribute> {
    let refuse = |text: String| Err(errors::invalid_parameter(text));
    let data_type = value.data_type.unwrap_or_default();
    if data_type.is_empty() {
        return refuse(format!(
            "The message {kind} attribute '{name}' must contain a non-empty message attribute type."
        ));
    }
    let base = data_type.split('.').next().unwrap_or("");
    if !["String", "Number", "Binary"].contains(&base) {
        return refuse(format!(
            "The type of message {kind} attribute '{name}' is invalid. You must use only the following supported \
             type prefixes: Binary, Number, String."
        ));
    }
    let field = if base == "Binary" { "Binary" } else { "String" };
    let empty = format!("Message {kind} attribute '{name}' must contain a non-empty value of type '{base}'.");
    match (field, value.string_value, value.binary_value) {
        (_, Some(_), Some(_)) => {
            refuse(format!("Message {kind} attribute '{name}' must have a single value."))
        }
        (_, None, None) => refuse(empty),
        ("String", Some(text), None) if text.is_empty() => refuse(empty),
        ("String", Some(text), None) if base == "Number" && text.trim().parse::<f64>().is_err() => {
            refuse(format!("Can't cast the value of message {kind} attribute '{name}' to a number."))
        }
        ("String", Some(text), None) if !text.chars().all(is_legal) => {
            Err(errors::invalid_message_contents())
        }
        ("String", Some(text), None) => Ok(Attribute { data_type, value: AttributeValue::Text(text) }),
        ("Binary", None, Some(blob)) if blob.is_empty() => refuse(empty),
        ("Binary", None, Some(blob)) => Ok(Attribute { data_type, value: AttributeValue::Binary(blob) }),
        (field, _, _) => refuse(format!(
            "Message {kind} attribute '{name}' with type '{data_type}' must use field '{field}'."
        )),
    }
}

/// The one system attribute that a sender may set.
fn check_system(given: IndexMap<String, MessageAttributeValue>) -> ApiResult<Option<Attribute>> {
    let mut header = None;
    for (name, value) in given {
        if name != "AWSTraceHeader" {
            // Our own text: that of AWS was not found.
            let text = format!("Message (system) attribute '{name}' is not supported.");
            return Err(errors::invalid_parameter(text));
        }
        header = Some(check_attribute("(system)", &name, value)?);
    }
    Ok(header)
}

/// Sends a checked message to the queue `name`; who waits for it is attended to by the caller.
pub fn send(cx: &mut OpContext<'_>, name: &str, message: Checked, sender_id: &str) -> SendMessageOutput {
    let now_ms = cx.now_ms;
    let body_md5 = md5_hex(message.body.as_bytes());
    let attributes_md5 =
        digest::of_attributes(message.attributes.iter().map(|(name, attribute)| (name.as_str(), attribute)));
    let system_md5 =
        digest::of_attributes(message.trace_header.iter().map(|header| ("AWSTraceHeader", header)));
    let id = cx.ids().uuid();
    let queue = queue_mut(cx, name);
    let output = |id: String, sequence: Option<u64>| SendMessageOutput {
        body_md5: body_md5.clone(),
        attributes_md5,
        system_md5,
        id,
        sequence: sequence.map(sequence_text),
    };
    queue.forget_sent(now_ms);
    let key = deduplication_key(queue, &message);
    if let Some(sent) = key.as_ref().and_then(|key| queue.sent.get(key)) {
        return output(sent.message_id.clone(), Some(sent.sequence));
    }
    let delay_s = message.delay_s.unwrap_or(queue.settings.delay_s);
    let trace_header = message.trace_header.and_then(|header| match header.value {
        AttributeValue::Text(text) => Some(text),
        AttributeValue::Binary(_) => None,
    });
    let kept = Message {
        number: 0,
        id: id.clone(),
        body: message.body,
        body_md5: body_md5.clone(),
        attributes: message.attributes,
        trace_header,
        sender_id: sender_id.to_owned(),
        sent_at_ms: now_ms,
        received: 0,
        received_here: 0,
        first_received_at_ms: None,
        group_id: message.group_id,
        deduplication_id: message.deduplication_id,
        sequence: None,
        dead_letter_source: None,
        place: Place::Visible,
        receipt: 0,
        received_at_ms: 0,
        changed: false,
        ended: false,
    };
    let number = queue.push(kept, (delay_s > 0).then(|| now_ms + i64::from(delay_s) * 1000));
    let sequence = queue.messages.get(&number).and_then(|message| message.sequence);
    if let (Some(key), Some(sequence)) = (key, sequence) {
        let until_ms = now_ms + limits::DEDUPLICATION_MS;
        queue.sent_order.insert(queue.next_sent, (until_ms, key.clone()));
        queue.next_sent += 1;
        queue.sent.insert(key, Sent { until_ms, message_id: id.clone(), sequence });
    }
    output(id, sequence)
}

/// What a FIFO queue knows a message by: its id, within its group if the queue says so.
fn deduplication_key(queue: &Queue, message: &Checked) -> Option<String> {
    let id = message.deduplication_id.as_ref().filter(|_| queue.fifo)?;
    let group = message.group_id.as_deref().filter(|_| queue.settings.deduplicates_by_group);
    // Neither has a line break.
    Some(format!("{}\n{id}", group.unwrap_or("")))
}

operation! {
    /// Deletes a message that was received, by the handle of its last receipt.
    ///
    /// **Source**: SQS API Reference, "DeleteMessage".
    pub DELETE_MESSAGE: DeleteMessage {
        http: "POST" "/" 200,
        input: DeleteMessageInput,
        output: (),
        errors: ["InvalidAddress", "QueueDoesNotExist", "ReceiptHandleIsInvalid"],
        access: |cx, input| to_queue(cx, "sqs:DeleteMessage", &input.queue_url),
        handler: delete_message,
    }
}

fn delete_message(cx: &mut OpContext<'_>, input: DeleteMessageInput) -> ApiResult<()> {
    let queue = find(cx, &input.queue_url)?;
    let name = queue.name.clone();
    let number = deletable(queue, &input.receipt_handle)?;
    delete(cx, &name, number);
    Ok(())
}

/// The number of the message that a handle deletes. Nothing, where the handle was good once: AWS says yes then.
pub fn deletable(queue: &Queue, handle: &str) -> ApiResult<Option<u64>> {
    let receipt = handles::read(queue, handle).ok_or_else(|| errors::invalid_handle(handle))?;
    let Some(message) = queue.messages.get(&receipt.message) else { return Ok(None) };
    let last = message.receipt == receipt.receipt;
    let in_flight = matches!(message.place, Place::InFlight { .. });
    if queue.fifo && !(last && in_flight) {
        return Err(errors::handle_expired(handle));
    }
    Ok(last.then_some(receipt.message))
}

pub fn delete(cx: &mut OpContext<'_>, name: &str, number: Option<u64>) {
    if let Some(number) = number {
        queue_mut(cx, name).remove(number);
        // The next message of its group may be free now.
        delivery::attend(cx, name);
    }
}
