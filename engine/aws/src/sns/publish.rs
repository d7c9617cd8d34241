//! Publishing: who gets a message, and its delivery.
//!
//! **Source**: SNS Developer Guide, "Amazon SNS message filtering", "Amazon SNS dead-letter queues",
//! "Message delivery for FIFO topics".

use super::inbox::{self, Draft, LetterKind};
use super::state::{Subscription, Topic};
use super::{Timer, attributes, errors, format, lookup};
use crate::auth::Principal;
use crate::cloud;
use crate::context::OpContext;
use crate::deliveries::{self, Note};
use crate::matching::Pattern;
use crate::service::ApiResult;
use crate::{lambda, sqs};
use nuvola_kernel::Region;
use nuvola_wire::checksum::sha256_hex;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How soon a message arrives.
const DELIVERY_MS: i64 = 20;
/// How long a FIFO topic knows a message again.
const DEDUPLICATION_MS: i64 = 300_000;
pub const MESSAGE_MAX_BYTES: usize = 262_144;
/// Who delivers.
pub const PRINCIPAL: &str = "sns.amazonaws.com";

/// A message, checked or about to be.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: String,
    pub body: String,
    pub subject: Option<String>,
    /// `body` is JSON with a text for each protocol.
    pub structured: bool,
    /// Name, type, value; binary values are in base64.
    pub attributes: Vec<(String, String, String)>,
    pub group_id: Option<String>,
    pub deduplication_id: Option<String>,
    pub sequence: Option<String>,
    pub at_ms: i64,
}

/// A message on its way to one subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parcel {
    pub subscription_arn: String,
    pub message: Message,
    pub parent: Option<String>,
}

impl Message {
    /// What a protocol gets of a message with a text for each.
    pub fn text_for(&self, protocol: &str) -> String {
        if !self.structured {
            return self.body.clone();
        }
        let texts: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let text = texts[protocol].as_str().or_else(|| texts["default"].as_str());
        text.unwrap_or_default().to_owned()
    }
}

/// Whether a principal may publish to a topic that exists.
pub fn authorise(cx: &mut OpContext<'_>, principal: &Principal, arn: &str) -> ApiResult<()> {
    allow(cx, principal, None, arn)
}

fn allow(cx: &mut OpContext<'_>, principal: &Principal, source: Option<&str>, arn: &str) -> ApiResult<()> {
    if !cx.state().sns.topics.contains_key(arn) {
        return Err(errors::no_topic());
    }
    let mut access = lookup::to_topic(cx, "sns:Publish", arn);
    if let Some(source) = source {
        access = access
            .with_key("aws:SourceArn", [source.to_owned()])
            .with_key("aws:SourceAccount", [cx.account().to_string()]);
    }
    for check in &access.checks {
        let decision = cx.judge_as(principal, check);
        if !decision.allowed {
            return Err(errors::denied(crate::auth::errors::access_denied(cx, &decision)));
        }
    }
    Ok(())
}

/// Whether a topic's policy would let a service publish; nothing, if there is no such topic.
pub fn accepts(cx: &mut OpContext<'_>, arn: &str, service: &str, source_arn: &str) -> Option<bool> {
    cx.state().sns.topics.get(arn)?;
    Some(allow(cx, &Principal::Service(service.to_owned()), Some(source_arn), arn).is_ok())
}

/// Publishes in the name of a principal; `source` is the resource for which a service acts.
///
/// **Errors**: `NotFound`, `AuthorizationError`, and what Publish says about the message.
pub fn deliver(
    cx: &mut OpContext<'_>,
    principal: &Principal,
    source: Option<&str>,
    topic_arn: &str,
    message: Message,
) -> ApiResult<String> {
    allow(cx, principal, source, topic_arn)?;
    let topic = cx.state().sns.topics.get(topic_arn).ok_or_else(errors::no_topic)?;
    check(topic, &message)?;
    let parent = Some(cx.trace.request_id.clone());
    Ok(publish(cx, topic_arn, message, parent).0)
}

/// Refuses what cannot be published to a topic.
pub fn check(topic: &Topic, message: &Message) -> ApiResult<()> {
    if message.body.is_empty() {
        return Err(errors::invalid("Empty message"));
    }
    let attributes: usize =
        message.attributes.iter().map(|(name, kind, value)| name.len() + kind.len() + value.len()).sum();
    if message.body.len() + attributes > MESSAGE_MAX_BYTES {
        return Err(errors::invalid("Message too long"));
    }
    if let Some(subject) = &message.subject {
        let fits = (1..=100).contains(&subject.len())
            && subject.bytes().all(|byte| (b' '..=b'~').contains(&byte))
            && !subject.starts_with(' ');
        if !fits {
            return Err(errors::invalid("Subject"));
        }
    }
    if message.structured {
        let texts: Option<Map<String, Value>> = serde_json::from_str(&message.body).ok();
        let Some(texts) = texts else {
            return Err(errors::invalid("Message Structure - JSON message body failed to parse"));
        };
        if !texts.get("default").is_some_and(Value::is_string) {
            return Err(errors::invalid("Message Structure - No default entry in JSON message body"));
        }
    }
    for (name, kind, value) in &message.attributes {
        check_attribute(name, kind, value)?;
    }
    check_fifo(topic, message)
}

fn check_attribute(name: &str, kind: &str, value: &str) -> ApiResult<()> {
    let refuse = |text: String| Err(nuvola_wire::ApiError::new(400, "ParameterValueInvalid", text));
    let base = kind.split('.').next().unwrap_or_default();
    if !["String", "Number", "Binary"].contains(&base) {
        return refuse(format!(
            "The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
        ));
    }
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if name.is_empty()
        || name.len() > 256
        || !name.bytes().all(legal)
        || name.starts_with('.')
        || name.ends_with('.')
    {
        return refuse(format!("Invalid message attribute name '{name}'."));
    }
    if value.is_empty() {
        return refuse(format!(
            "The message attribute '{name}' must contain non-empty message attribute value for message attribute type '{kind}'."
        ));
    }
    if base == "Number" && value.trim().parse::<f64>().is_err() {
        return refuse(format!("Could not cast message attribute '{name}' value to number."));
    }
    if kind == "String.Array" && !serde_json::from_str::<Value>(value).is_ok_and(|value| value.is_array()) {
        return refuse(format!("The message attribute '{name}' must be a JSON array."));
    }
    Ok(())
}

fn check_fifo(topic: &Topic, message: &Message) -> ApiResult<()> {
    if !topic.fifo {
        return match message.deduplication_id {
            Some(_) => Err(errors::because(
                "MessageDeduplicationId",
                "The request includes MessageDeduplicationId parameter that is not valid for this topic type",
            )),
            None => Ok(()),
        };
    }
    if message.group_id.is_none() {
        return Err(errors::invalid("The MessageGroupId parameter is required for FIFO topics"));
    }
    if message.deduplication_id.is_none() && !topic.is_on("ContentBasedDeduplication") {
        return Err(errors::invalid(
            "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
        ));
    }
    Ok(())
}

/// Publishes a checked message; gives its id and sequence number.
pub fn publish(
    cx: &mut OpContext<'_>,
    topic_arn: &str,
    mut message: Message,
    parent: Option<String>,
) -> (String, Option<String>) {
    let now_ms = cx.now_ms;
    message.id = cx.ids().uuid();
    message.at_ms = now_ms;
    let topic = lookup::topic_mut(cx, topic_arn);
    if topic.fifo {
        let by_content = || sha256_hex(message.body.as_bytes());
        let key = message.deduplication_id.clone().unwrap_or_else(by_content);
        topic.published.retain(|_, (until_ms, _, _)| *until_ms > now_ms);
        if let Some((_, id, sequence)) = topic.published.get(&key) {
            return (id.clone(), Some(sequence_text(*sequence)));
        }
        topic.sequence += 1;
        let sequence = topic.sequence;
        topic.published.insert(key.clone(), (now_ms + DEDUPLICATION_MS, message.id.clone(), sequence));
        message.deduplication_id = Some(key);
        message.sequence = Some(sequence_text(sequence));
    }
    let wanted = |one: &&Subscription| one.confirmed && wants(one, &message);
    let arns: Vec<String> = topic.subscriptions.values().filter(wanted).map(|one| one.arn.clone()).collect();
    let published = (message.id.clone(), message.sequence.clone());
    for subscription_arn in arns {
        let parcel = Parcel { subscription_arn, message: message.clone(), parent: parent.clone() };
        cx.schedule(now_ms + DELIVERY_MS, cloud::Timer::Sns(Timer::Deliver(Box::new(parcel))));
    }
    published
}

/// Twenty digits.
fn sequence_text(sequence: u64) -> String {
    format!("1{:019}", sequence * 1000)
}

/// Whether a subscription's filter lets a message through.
fn wants(subscription: &Subscription, message: &Message) -> bool {
    let Some(text) = subscription.attribute("FilterPolicy") else { return true };
    let Ok(pattern) = Pattern::parse(text) else { return true };
    if subscription.attribute("FilterPolicyScope") == Some("MessageBody") {
        let body: Option<Value> = serde_json::from_str(&message.body).ok();
        return body.filter(Value::is_object).is_some_and(|body| pattern.fits(&body));
    }
    let value = |(name, kind, value): &(String, String, String)| {
        let shown = match kind.split('.').next() {
            Some("Number") => value.trim().parse::<f64>().ok().map(Value::from),
            Some("String") if kind == "String.Array" => serde_json::from_str(value).ok(),
            Some("String") => Some(Value::from(value.as_str())),
            Some(_) | None => None,
        };
        Some((name.clone(), shown?))
    };
    let event: Map<String, Value> = message.attributes.iter().filter_map(value).collect();
    pattern.fits(&Value::Object(event))
}

/// A message arrives at a subscription, or at its dead-letter queue.
pub fn arrive(cx: &mut OpContext<'_>, parcel: Parcel) {
    let Some((topic, subscription)) = cx.state().sns.subscription(&parcel.subscription_arn) else { return };
    let (topic, subscription) = (topic.clone(), subscription.clone());
    cx.region = Region::new(topic.region.clone());
    let note = Note {
        service: "sns",
        operation: format!("Notification ({})", subscription.protocol),
        principal: PRINCIPAL.to_owned(),
        caller: topic.arn.clone(),
        target: subscription.endpoint.clone(),
        parent: parcel.parent.clone(),
        bytes: parcel.message.body.len(),
    };
    let message = &parcel.message;
    let reached = deliveries::tell(cx, note.clone(), &mut |cx| hand_over(cx, &topic, &subscription, message));
    let dead_letters = subscription.attribute("RedrivePolicy").and_then(attributes::redrive_target);
    if let Some(queue) = dead_letters.filter(|_| !reached) {
        // Errors of the client's side, missing permissions say, are not tried again.
        let note = Note { operation: "DeadLetterQueue".to_owned(), target: queue.clone(), ..note };
        deliveries::tell(cx, note, &mut |cx| to_queue(cx, &topic, &subscription, message, &queue));
    }
}

fn hand_over(
    cx: &mut OpContext<'_>,
    topic: &Topic,
    subscription: &Subscription,
    message: &Message,
) -> ApiResult<()> {
    match subscription.protocol.as_str() {
        "sqs" => to_queue(cx, topic, subscription, message, &subscription.endpoint),
        "lambda" => {
            let service = Principal::Service(PRINCIPAL.to_owned());
            let target = lambda::authorise_event(cx, &service, Some(&topic.arn), &subscription.endpoint)?;
            let parent = Some(cx.trace.request_id.clone());
            lambda::accept_event(cx, target, format::event(topic, subscription, message), parent);
            Ok(())
        }
        protocol => {
            let raw = subscription.is_raw();
            let body = match protocol {
                "email" => format::letter(topic, subscription, message),
                _ if raw => message.text_for(protocol),
                _ => format::notification(topic, subscription, message),
            };
            let subject = message.subject.clone().unwrap_or_else(|| "AWS Notification Message".to_owned());
            let draft = Draft {
                kind: LetterKind::Notification,
                protocol,
                endpoint: &subscription.endpoint,
                subject,
                body,
                token: None,
                link: Some(inbox::unsubscribe_link(topic, &subscription.arn)),
            };
            inbox::put(cx, &topic.arn, draft);
            Ok(())
        }
    }
}

fn to_queue(
    cx: &mut OpContext<'_>,
    topic: &Topic,
    subscription: &Subscription,
    message: &Message,
    queue_arn: &str,
) -> ApiResult<()> {
    let raw = subscription.is_raw();
    let fifo = queue_arn.ends_with(".fifo");
    let delivery = sqs::Delivery {
        queue_arn,
        body: match raw {
            true => message.text_for("sqs"),
            false => format::notification(topic, subscription, message),
        },
        attributes: if raw { message.attributes.clone() } else { Vec::new() },
        group_id: message.group_id.clone(),
        deduplication_id: message.deduplication_id.clone().filter(|_| fifo),
        service: PRINCIPAL,
        source_arn: &topic.arn,
        principal: None,
    };
    sqs::deliver(cx, delivery).map(|_| ())
}
