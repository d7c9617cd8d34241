//! A queue's attributes.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::sqs::attributes::{Configuration, NAMES, shown};
use crate::sqs::delivery;
use crate::sqs::errors;
use crate::sqs::lookup::{find, queue_mut, to_queue};
use crate::sqs::state::{Place, Queue};
use indexmap::IndexMap;
use nuvola_wire::shape;

shape! {
    /// What GetQueueAttributes takes.
    pub struct GetAttributesInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("AttributeNames", flattened, item = "AttributeName")] pub names: Vec<String>,
    }

    /// What GetQueueAttributes answers.
    pub struct GetAttributesOutput {
        #[wire("Attributes", xml = "Attribute", flattened, key = "Name", value = "Value")]
        pub attributes: Option<IndexMap<String, String>>,
    }

    /// What SetQueueAttributes takes.
    pub struct SetAttributesInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("Attributes", required, xml = "Attribute", flattened, key = "Name", value = "Value")]
        pub attributes: IndexMap<String, String>,
    }
}

operation! {
    /// Shows attributes of a queue: those named, or all.
    ///
    /// **Source**: SQS API Reference, "GetQueueAttributes".
    pub GET_QUEUE_ATTRIBUTES: GetQueueAttributes {
        http: "POST" "/" 200,
        input: GetAttributesInput,
        output: GetAttributesOutput,
        errors: ["InvalidAddress", "InvalidAttributeName", "QueueDoesNotExist"],
        access: |cx, input| to_queue(cx, "sqs:GetQueueAttributes", &input.queue_url),
        handler: get_attributes,
    }
}

fn get_attributes(cx: &mut OpContext<'_>, input: GetAttributesInput) -> ApiResult<GetAttributesOutput> {
    let queue = find(cx, &input.queue_url)?;
    let mut wanted: Vec<&str> = Vec::new();
    for name in &input.names {
        match name.as_str() {
            "All" => wanted.extend(NAMES),
            name if NAMES.contains(&name) => wanted.push(name),
            name => return Err(errors::unknown_attribute(name)),
        }
    }
    let one = |name: &str| Some((name.to_owned(), shown(queue, name)?));
    let attributes: IndexMap<String, String> = wanted.into_iter().filter_map(one).collect();
    Ok(GetAttributesOutput { attributes: (!attributes.is_empty()).then_some(attributes) })
}

operation! {
    /// Changes attributes of a queue.
    ///
    /// **Source**: SQS API Reference, "SetQueueAttributes".
    pub SET_QUEUE_ATTRIBUTES: SetQueueAttributes {
        http: "POST" "/" 200,
        input: SetAttributesInput,
        output: (),
        errors: ["InvalidAddress", "InvalidAttributeName", "InvalidAttributeValue", "QueueDoesNotExist"],
        access: |cx, input| to_queue(cx, "sqs:SetQueueAttributes", &input.queue_url),
        handler: set_attributes,
    }
}

fn set_attributes(cx: &mut OpContext<'_>, input: SetAttributesInput) -> ApiResult<()> {
    let queue = find(cx, &input.queue_url)?;
    let (name, delay_s) = (queue.name.clone(), queue.settings.delay_s);
    let mut configuration = Configuration::of(queue);
    configuration.set(cx, &queue.arn, queue.fifo, &input.attributes)?;
    if input.attributes.contains_key("KmsMasterKeyId") && configuration.settings.kms_key_id.is_some() {
        cx.not_simulated("encryption by `KmsMasterKeyId` of `SetQueueAttributes`");
    }
    let now_ms = cx.now_ms;
    let queue = queue_mut(cx, &name);
    configuration.put_into(queue);
    queue.modified_at_ms = now_ms;
    if queue.fifo && queue.settings.delay_s != delay_s {
        delay_again(queue);
    }
    // The retention may be shorter now.
    queue.settle(now_ms);
    delivery::attend(cx, &name);
    Ok(())
}

/// The delay of a FIFO queue counts for the messages that are already in it.
///
/// **Source**: SQS Developer Guide, "Amazon SQS delay queues".
fn delay_again(queue: &mut Queue) {
    let delay_ms = i64::from(queue.settings.delay_s) * 1000;
    let is_delayed = |place: Place| matches!(place, Place::Delayed { .. });
    let delayed = queue.messages.values().filter(|message| is_delayed(message.place));
    let dues: Vec<(u64, i64)> =
        delayed.map(|message| (message.number, message.sent_at_ms + delay_ms)).collect();
    for (number, until_ms) in dues {
        queue.set_place(number, Place::Delayed { until_ms });
    }
}
