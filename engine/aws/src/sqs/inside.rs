//! What the rest of the cloud and its host may do with queues: look into them, deliver to them, and make
//! standard queues show what they do not promise.

use super::delivery;
use super::lookup::to_name;
use super::ops::messages::{self, Draft, MessageAttributeValue};
use super::state::{Place, Queue};
use super::store::sequence_text;
use super::{errors, redrive};
use crate::auth::Principal;
use crate::cloud::Cloud;
use crate::context::OpContext;
use crate::service::ApiResult;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::{Arn, Blob, Region};
use serde::{Deserialize, Serialize};

/// A queue's messages, as one who sees everything would list them. To look changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueContents {
    pub visible: Vec<PeekedMessage>,
    pub in_flight: Vec<PeekedMessage>,
    pub delayed: Vec<PeekedMessage>,
    /// How many there are of each, however many are listed.
    pub visible_count: u64,
    pub in_flight_count: u64,
    pub delayed_count: u64,
    /// How many receives wait for a message.
    pub waiting_receives: usize,
    /// How often, of a thousand times, a standard queue doubles a message or takes it out of order.
    pub disorder_permille: u64,
}

/// One message of [`QueueContents`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeekedMessage {
    pub message_id: String,
    pub body: String,
    pub sent_at_ms: i64,
    /// When a message that is in flight or delayed becomes visible.
    pub visible_at_ms: Option<i64>,
    /// When it will be forgotten.
    pub expires_at_ms: i64,
    pub receive_count: u32,
    pub first_received_at_ms: Option<i64>,
    pub group_id: Option<String>,
    pub deduplication_id: Option<String>,
    pub sequence_number: Option<String>,
    pub dead_letter_source: Option<String>,
    /// Names of its attributes.
    pub attributes: Vec<String>,
}

/// Lists at most `most` messages of each kind.
pub fn peek(queue: &Queue, most: usize) -> QueueContents {
    let mut contents = QueueContents {
        visible_count: queue.visible(),
        in_flight_count: queue.in_flight,
        delayed_count: queue.delayed,
        waiting_receives: queue.waiters.len(),
        disorder_permille: queue.disorder_permille,
        ..QueueContents::default()
    };
    let retention_ms = i64::from(queue.settings.retention_s) * 1000;
    for message in queue.messages.values() {
        let (list, visible_at_ms) = match message.place {
            Place::Visible => (&mut contents.visible, None),
            Place::InFlight { until_ms } => (&mut contents.in_flight, Some(until_ms)),
            Place::Delayed { until_ms } => (&mut contents.delayed, Some(until_ms)),
        };
        if list.len() >= most {
            continue;
        }
        list.push(PeekedMessage {
            message_id: message.id.clone(),
            body: message.body.clone(),
            sent_at_ms: message.sent_at_ms,
            visible_at_ms,
            expires_at_ms: message.sent_at_ms + retention_ms,
            receive_count: message.received,
            first_received_at_ms: message.first_received_at_ms,
            group_id: message.group_id.clone(),
            deduplication_id: message.deduplication_id.clone(),
            sequence_number: message.sequence.map(sequence_text),
            dead_letter_source: message.dead_letter_source.clone(),
            attributes: message.attributes.iter().map(|(name, _)| name.clone()).collect(),
        });
    }
    contents
}

/// Something that a service hands to a queue.
#[derive(Debug, Clone, Default)]
pub struct Delivery<'a> {
    pub queue_arn: &'a str,
    pub body: String,
    /// Of a FIFO queue's message.
    pub group_id: Option<String>,
    pub deduplication_id: Option<String>,
    /// Attributes: name, type and value.
    pub attributes: Vec<(String, String, String)>,
    /// The service that delivers: `s3.amazonaws.com`.
    pub service: &'a str,
    /// What the message is about: the ARN of a bucket, say.
    pub source_arn: &'a str,
    /// Whose permissions count, if not the service's own: a function's role.
    pub principal: Option<&'a Principal>,
}

/// Sends a message in the name of a service, if the queue's policy lets it; gives the message's id.
///
/// **Errors**: `QueueDoesNotExist`, `AccessDenied`, and what SendMessage says about the message.
pub fn deliver(cx: &mut OpContext<'_>, delivery: Delivery<'_>) -> ApiResult<String> {
    let Some((region, name)) = redrive::place(cx, delivery.queue_arn) else {
        return Err(errors::queue_does_not_exist(cx));
    };
    let home = std::mem::replace(&mut cx.region, region);
    let sent = deliver_here(cx, &name, delivery);
    cx.region = home;
    sent
}

/// Whether a queue's policy would let a service deliver; nothing, if there is no such queue.
pub fn accepts(cx: &mut OpContext<'_>, queue_arn: &str, service: &str, source_arn: &str) -> Option<bool> {
    let (region, name) = redrive::place(cx, queue_arn)?;
    cx.state().sqs.queue(&region, &name)?;
    let home = std::mem::replace(&mut cx.region, region);
    let allowed = may_send(cx, &name, service, source_arn, None).is_ok();
    cx.region = home;
    Some(allowed)
}

fn may_send(
    cx: &mut OpContext<'_>,
    name: &str,
    service: &str,
    source_arn: &str,
    principal: Option<&Principal>,
) -> ApiResult<()> {
    let mut access = to_name(cx, "sqs:SendMessage", name);
    if principal.is_none() {
        access = access
            .with_key("aws:SourceArn", [source_arn.to_owned()])
            .with_key("aws:SourceAccount", [cx.account().to_string()]);
    }
    let principal = principal.cloned().unwrap_or_else(|| Principal::Service(service.to_owned()));
    for check in &access.checks {
        let decision = cx.judge_as(&principal, check);
        if !decision.allowed {
            return Err(crate::auth::errors::access_denied(cx, &decision));
        }
    }
    Ok(())
}

fn deliver_here(cx: &mut OpContext<'_>, name: &str, delivery: Delivery<'_>) -> ApiResult<String> {
    may_send(cx, name, delivery.service, delivery.source_arn, delivery.principal)?;
    let region = cx.region.clone();
    let Some(queue) = cx.state().sqs.queue(&region, name) else {
        return Err(errors::queue_does_not_exist(cx));
    };
    let draft = Draft {
        body: delivery.body,
        attributes: delivery.attributes.into_iter().map(attribute).collect(),
        group_id: delivery.group_id,
        deduplication_id: delivery.deduplication_id,
        ..Draft::default()
    };
    let message = messages::check(queue, draft)?;
    let sender = match delivery.principal {
        Some(principal) => principal.user_id(cx.account()),
        None => delivery.service.to_owned(),
    };
    let sent = messages::send(cx, name, message, &sender);
    delivery::attend(cx, name);
    Ok(sent.id)
}

fn attribute((name, data_type, value): (String, String, String)) -> (String, MessageAttributeValue) {
    let binary = data_type.starts_with("Binary");
    let blob = binary.then(|| STANDARD.decode(&value).ok()).flatten().map(Blob::from);
    let text = (!binary).then_some(value);
    (name, MessageAttributeValue { string_value: text, binary_value: blob, data_type: Some(data_type) })
}

impl Cloud {
    fn place_of(&self, queue_arn: &str) -> Option<(Region, String)> {
        let arn = Arn::parse(queue_arn).filter(|arn| arn.service() == "sqs")?;
        Some((Region::new(arn.region()), arn.resource().to_owned()))
    }

    /// What is in a queue: at most `most` messages of each kind. Nothing, if there is no such queue.
    pub fn queue_contents(&self, queue_arn: &str, most: usize) -> Option<QueueContents> {
        let (region, name) = self.place_of(queue_arn)?;
        Some(peek(self.state().sqs.queue(&region, &name)?, most))
    }

    /// Lets a standard queue show, so often of a thousand times, that it promises neither order nor that a
    /// message comes once. FIFO queues are not touched. `false`: there is no such queue.
    pub fn set_sqs_disorder(&mut self, queue_arn: &str, permille: u64) -> bool {
        let Some((region, name)) = self.place_of(queue_arn) else { return false };
        let queue = self.state_mut().sqs.queue_mut(&region, &name).filter(|queue| !queue.fifo);
        let found = queue.is_some();
        if let Some(queue) = queue {
            queue.disorder_permille = permille.min(1000);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::CloudOptions;
    use serde_json::json;

    const ARN: &str = "arn:aws:sqs:eu-south-1:123456789012:jobs";
    const BUCKET: &str = "arn:aws:s3:::pictures";

    /// What a delivery of S3 in the name of `source` comes to, and what the queue then has.
    fn check(policy: Option<&str>, queue_arn: &str, source: &str) -> (Result<(), String>, u64) {
        let mut cloud = Cloud::new(CloudOptions::default());
        let state = cloud.state_mut();
        let mut queue = Queue::new("jobs", ARN.to_owned(), false, 0);
        queue.policy = policy.map(str::to_owned);
        let region = state.options.region.clone();
        state.sqs.regions.entry(region).or_default().queues.insert("jobs".to_owned(), queue);
        let mut effects = Vec::new();
        let cx = &mut OpContext::internal(state, &mut effects);
        let delivery = Delivery {
            queue_arn,
            body: "{}".to_owned(),
            service: "s3.amazonaws.com",
            source_arn: source,
            ..Delivery::default()
        };
        let sent = deliver(cx, delivery).map(|_| ()).map_err(|error| error.code);
        (sent, cloud.queue_contents(ARN, 10).map_or(0, |contents| contents.visible_count))
    }

    #[test]
    fn deliveries_need_the_queues_policy() {
        // Source: S3 User Guide, "Granting permissions to publish event notification messages to a destination".
        let policy = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "SQS:SendMessage",
            "Resource": ARN,
            "Condition": {
                "ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:pictures"},
                "StringEquals": {"aws:SourceAccount": "123456789012"},
            },
        }]})
        .to_string();
        assert_eq!(check(Some(&policy), ARN, BUCKET), (Ok(()), 1));
        let denied = Err("AccessDenied".to_owned());
        assert_eq!(check(Some(&policy), ARN, "arn:aws:s3:::others"), (denied.clone(), 0));
        assert_eq!(check(None, ARN, BUCKET), (denied.clone(), 0));
        assert_eq!(check(None, "arn:aws:sqs:eu-south-1:123456789012:none", BUCKET).0, denied);
        assert_eq!(
            check(None, "arn:aws:sns:eu-south-1:123456789012:jobs", BUCKET).0.unwrap_err(),
            "QueueDoesNotExist"
        );
    }
}
