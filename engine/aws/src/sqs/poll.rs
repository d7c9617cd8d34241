//! Queues as sources of events: what Lambda's pollers may do, in the name of a function's role.

use super::delivery;
use super::lookup::to_name;
use super::ops::messages;
use super::ops::receive::{self, ReceivedMessage};
use super::redrive;
use super::state::Wish;
use crate::auth::Principal;
use crate::context::OpContext;
use crate::service::ApiResult;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A message that was received for a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Polled {
    pub message_id: String,
    pub receipt_handle: String,
    /// The record as functions get it.
    pub record: Value,
}

/// What a poller must know of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceQueue {
    pub fifo: bool,
    pub visibility_s: i32,
    /// A receive would find something.
    pub ready: bool,
}

/// The actions on a queue that a function's role needs, as errors name them.
pub const SOURCE_ACTIONS: [&str; 3] = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];

pub fn source(cx: &OpContext<'_>, queue_arn: &str) -> Option<SourceQueue> {
    let (region, name) = redrive::place(cx, queue_arn)?;
    let queue = cx.state().sqs.queue(&region, &name)?;
    Some(SourceQueue {
        fifo: queue.fifo,
        visibility_s: queue.settings.visibility_s,
        ready: queue.has_ready(),
    })
}

/// Refuses what a principal may not do with a queue. `action` is without `sqs:`.
pub fn authorise(
    cx: &mut OpContext<'_>,
    principal: &Principal,
    queue_arn: &str,
    action: &str,
) -> ApiResult<()> {
    within(cx, queue_arn, |cx, name| {
        let access = to_name(cx, &format!("sqs:{action}"), name);
        for check in &access.checks {
            let decision = cx.judge_as(principal, check);
            if !decision.allowed {
                return Err(crate::auth::errors::access_denied(cx, &decision));
            }
        }
        Ok(())
    })
}

fn within<T>(
    cx: &mut OpContext<'_>,
    queue_arn: &str,
    act: impl FnOnce(&mut OpContext<'_>, &str) -> ApiResult<T>,
) -> ApiResult<T> {
    let place = redrive::place(cx, queue_arn);
    let found = place.filter(|(region, name)| cx.state().sqs.queue(region, name).is_some());
    let Some((region, name)) = found else { return Err(super::errors::queue_does_not_exist(cx)) };
    let home = std::mem::replace(&mut cx.region, region);
    let result = act(cx, &name);
    cx.region = home;
    result
}

/// Receives up to ten messages in a principal's name.
///
/// **Errors**: `AccessDenied`, `QueueDoesNotExist`.
pub fn poll(
    cx: &mut OpContext<'_>,
    principal: &Principal,
    queue_arn: &str,
    most: usize,
) -> ApiResult<Vec<Polled>> {
    authorise(cx, principal, queue_arn, "ReceiveMessage")?;
    within(cx, queue_arn, |cx, name| {
        let wish = Wish {
            most: most.min(POLL_MOST),
            visibility_s: None,
            system_names: vec!["All".to_owned()],
            attribute_names: vec!["All".to_owned()],
            attempt_id: None,
        };
        let found = delivery::receive(cx, name, &wish);
        let region = cx.region.to_string();
        let polled = found.into_iter().map(|message| polled(message, queue_arn, &region)).collect();
        delivery::attend(cx, name);
        Ok(polled)
    })
}

/// **Source**: Lambda Developer Guide, "Using Lambda with Amazon SQS", example event.
fn polled(message: ReceivedMessage, queue_arn: &str, region: &str) -> Polled {
    let system: Map<String, Value> =
        message.system.into_iter().flatten().map(|(name, value)| (name, value.into())).collect();
    let mut attributes = Map::new();
    for (name, value) in message.attributes.into_iter().flatten() {
        let mut shown = Map::new();
        if let Some(text) = value.string_value {
            shown.insert("stringValue".to_owned(), text.into());
        }
        if let Some(blob) = value.binary_value {
            shown.insert("binaryValue".to_owned(), STANDARD.encode(&blob[..]).into());
        }
        shown.insert("stringListValues".to_owned(), json!([]));
        shown.insert("binaryListValues".to_owned(), json!([]));
        shown.insert("dataType".to_owned(), value.data_type.unwrap_or_default().into());
        attributes.insert(name, shown.into());
    }
    let mut record = json!({
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": system,
        "messageAttributes": attributes,
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": region,
    });
    if let Some(md5) = message.attributes_md5 {
        record["md5OfMessageAttributes"] = md5.into();
    }
    Polled { message_id: message.id, receipt_handle: message.receipt_handle, record }
}

/// Deletes messages that a function has handled, in a principal's name.
///
/// **Errors**: `AccessDenied`, `QueueDoesNotExist`.
pub fn settle(
    cx: &mut OpContext<'_>,
    principal: &Principal,
    queue_arn: &str,
    handles: &[String],
) -> ApiResult<()> {
    authorise(cx, principal, queue_arn, "DeleteMessage")?;
    within(cx, queue_arn, |cx, name| {
        for handle in handles {
            let region = cx.region.clone();
            let Some(queue) = cx.state().sqs.queue(&region, name) else { continue };
            // A handle whose time is over deletes nothing: the message comes again.
            if let Ok(number) = messages::deletable(queue, handle) {
                messages::delete(cx, name, number);
            }
        }
        Ok(())
    })
}

/// The most that one receive gives.
pub const POLL_MOST: usize = receive::MOST;
