//! The attributes of topics and subscriptions: what may be set, and how they are shown.

use super::errors;
use super::state::{Subscription, Topic};
use crate::auth::policy::{Policy, PolicyUse};
use crate::context::OpContext;
use crate::matching::Pattern;
use crate::service::ApiResult;
use indexmap::IndexMap;
use nuvola_kernel::Arn;
use serde_json::{Value, json};

/// **Source**: SNS API Reference, "SetTopicAttributes".
const TOPIC: &[&str] = &[
    "ArchivePolicy",
    "ContentBasedDeduplication",
    "DataProtectionPolicy",
    "DeliveryPolicy",
    "DisplayName",
    "FifoThroughputScope",
    "FifoTopic",
    "KmsMasterKeyId",
    "Policy",
    "SignatureVersion",
    "TracingConfig",
];

/// What is accepted and has no effect.
const WITHOUT_EFFECT: &[&str] = &["ArchivePolicy", "DataProtectionPolicy", "KmsMasterKeyId", "ReplayPolicy"];

fn is_status(name: &str) -> bool {
    let parts = ["SuccessFeedbackRoleArn", "FailureFeedbackRoleArn", "SuccessFeedbackSampleRate"];
    parts.iter().any(|end| name.ends_with(end))
}

fn one_of(name: &str, value: &str, set: &[&str]) -> ApiResult<()> {
    if set.contains(&value) {
        Ok(())
    } else {
        Err(errors::because(name, &format!("{value}: unsupported value")))
    }
}

/// Sets one attribute of a topic.
pub fn set_topic(cx: &mut OpContext<'_>, topic: &mut Topic, name: &str, value: &str) -> ApiResult<()> {
    if !TOPIC.contains(&name) && !is_status(name) {
        return Err(errors::invalid("AttributeName"));
    }
    match name {
        "Policy" if value.is_empty() => topic.policy = None,
        "Policy" => {
            if Policy::parse(value, PolicyUse::Resource).is_err() {
                return Err(errors::invalid("Policy Error: null"));
            }
            topic.policy = Some(value.to_owned());
            return Ok(());
        }
        "DisplayName" if value.chars().count() > 100 => return Err(errors::invalid("DisplayName")),
        "FifoTopic" => one_of(name, value, &["true", "false"])?,
        "ContentBasedDeduplication" => {
            one_of(name, value, &["true", "false"])?;
            if !topic.fifo {
                return Err(errors::because(
                    "Attributes",
                    "Content-based deduplication can only be set for FIFO topics",
                ));
            }
        }
        "FifoThroughputScope" => one_of(name, value, &["Topic", "MessageGroup"])?,
        "SignatureVersion" => one_of(name, value, &["1", "2"])?,
        "TracingConfig" => one_of(name, value, &["PassThrough", "Active"])?,
        "DeliveryPolicy" if !value.is_empty() && serde_json::from_str::<Value>(value).is_err() => {
            return Err(errors::invalid("DeliveryPolicy: JSON parse error"));
        }
        _ => {}
    }
    if (WITHOUT_EFFECT.contains(&name) || is_status(name) || (name, value) == ("TracingConfig", "Active"))
        && !value.is_empty()
    {
        cx.not_simulated(format!("SNS: the topic attribute {name}"));
    }
    match value.is_empty() {
        true => drop(topic.attributes.remove(name)),
        false => drop(topic.attributes.insert(name.to_owned(), value.to_owned())),
    }
    Ok(())
}

/// A delivery policy that nobody changed.
fn effective_delivery() -> Value {
    json!({"http": {
        "defaultHealthyRetryPolicy": {
            "minDelayTarget": 20, "maxDelayTarget": 20, "numRetries": 3, "numMaxDelayRetries": 0,
            "numNoDelayRetries": 0, "numMinDelayRetries": 0, "backoffFunction": "linear",
        },
        "disableSubscriptionOverrides": false,
        "defaultRequestPolicy": {"headerContentType": "text/plain; charset=UTF-8"},
    }})
}

pub fn shown_topic(topic: &Topic) -> IndexMap<String, String> {
    let confirmed = topic.subscriptions.values().filter(|one| one.confirmed).count();
    let pending = topic.subscriptions.len() - confirmed;
    let mut shown: IndexMap<String, String> = IndexMap::new();
    for (name, value) in [
        ("TopicArn", topic.arn.clone()),
        ("Owner", topic.account.clone()),
        ("Policy", topic.policy_text()),
        ("DisplayName", topic.attribute("DisplayName").unwrap_or_default().to_owned()),
        ("SubscriptionsConfirmed", confirmed.to_string()),
        ("SubscriptionsPending", pending.to_string()),
        ("SubscriptionsDeleted", topic.deleted_subscriptions.to_string()),
        ("EffectiveDeliveryPolicy", effective_delivery().to_string()),
    ] {
        shown.insert(name.to_owned(), value);
    }
    if topic.fifo {
        shown.insert("FifoTopic".to_owned(), "true".to_owned());
        let by_content = topic.is_on("ContentBasedDeduplication");
        shown.insert("ContentBasedDeduplication".to_owned(), by_content.to_string());
    }
    for (name, value) in &topic.attributes {
        shown.entry(name.clone()).or_insert_with(|| value.clone());
    }
    shown
}

/// **Source**: SNS API Reference, "SetSubscriptionAttributes".
const SUBSCRIPTION: &[&str] = &[
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
];

/// The most combinations of values that a filter policy may have.
const COMBINATIONS_MOST: u64 = 150;
const KEYS_MOST: usize = 5;

/// Sets one attribute of a subscription.
pub fn set_subscription(
    cx: &mut OpContext<'_>,
    subscription: &mut Subscription,
    name: &str,
    value: &str,
) -> ApiResult<()> {
    if !SUBSCRIPTION.contains(&name) {
        return Err(errors::invalid("AttributeName"));
    }
    match name {
        "RawMessageDelivery" => {
            if !["true", "false"].contains(&value.to_lowercase().as_str()) {
                return Err(errors::because(
                    name,
                    &format!("Invalid value [{value}]. Must be true or false."),
                ));
            }
            if !["sqs", "http", "https", "firehose"].contains(&subscription.protocol.as_str())
                && value == "true"
            {
                return Err(errors::because(
                    name,
                    &format!(
                        "Raw message delivery is not supported for protocol [{}].",
                        subscription.protocol
                    ),
                ));
            }
        }
        "FilterPolicyScope" if !["MessageAttributes", "MessageBody"].contains(&value) => {
            return Err(errors::because(
                name,
                &format!("Invalid value [{value}]. Please use either MessageBody or MessageAttributes"),
            ));
        }
        "FilterPolicyScope" => {}
        "FilterPolicy" => {
            let scope = subscription.attribute("FilterPolicyScope").unwrap_or("MessageAttributes");
            check_filter(value, scope)?;
        }
        "RedrivePolicy" => check_redrive(cx, value)?,
        _ => {}
    }
    if WITHOUT_EFFECT.contains(&name) {
        cx.not_simulated(format!("SNS: the subscription attribute {name}"));
    }
    let empty = value.is_empty() || (name == "FilterPolicy" && value.trim() == "{}");
    match empty {
        true => drop(subscription.attributes.remove(name)),
        false => drop(subscription.attributes.insert(name.to_owned(), value.to_owned())),
    }
    Ok(())
}

fn check_filter(text: &str, scope: &str) -> ApiResult<()> {
    if text.is_empty() || text.trim() == "{}" {
        return Ok(());
    }
    let reason = |reason: &str| errors::invalid(format!("FilterPolicy: {reason}"));
    let value: Value = serde_json::from_str(text).map_err(|_| reason("failed to parse JSON."))?;
    let pattern = Pattern::from_value(&value).map_err(|text| reason(&text))?;
    if scope == "MessageAttributes" && !pattern.is_flat() {
        return Err(reason("Filter policy scope MessageAttributes does not support nested filter policy"));
    }
    if pattern.keys() > KEYS_MOST {
        return Err(reason("Filter policy can not have more than 5 keys"));
    }
    if pattern.combinations() > COMBINATIONS_MOST {
        return Err(reason("Filter policy is too complex"));
    }
    Ok(())
}

/// The queue for what cannot be delivered.
pub fn redrive_target(text: &str) -> Option<String> {
    let parsed: Value = serde_json::from_str(text).ok()?;
    parsed["deadLetterTargetArn"].as_str().map(str::to_owned)
}

fn check_redrive(cx: &OpContext<'_>, text: &str) -> ApiResult<()> {
    if text.is_empty() {
        return Ok(());
    }
    let arn = redrive_target(text);
    let Some(arn) = arn.filter(|arn| Arn::parse(arn).is_some_and(|parsed| parsed.service() == "sqs")) else {
        return Err(errors::invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn"));
    };
    match crate::sqs::source(cx, &arn) {
        Some(_) => Ok(()),
        None => Err(errors::invalid("RedrivePolicy: deadLetterTargetArn does not exist")),
    }
}

pub fn shown_subscription(subscription: &Subscription) -> IndexMap<String, String> {
    let mut shown: IndexMap<String, String> = IndexMap::new();
    for (name, value) in [
        ("SubscriptionArn", subscription.arn.clone()),
        ("TopicArn", subscription.topic_arn.clone()),
        ("Owner", subscription.owner.clone()),
        ("Protocol", subscription.protocol.clone()),
        ("Endpoint", subscription.endpoint.clone()),
        ("SubscriptionPrincipal", subscription.principal.clone()),
        ("ConfirmationWasAuthenticated", subscription.confirmed.to_string()),
        ("PendingConfirmation", (!subscription.confirmed).to_string()),
        ("RawMessageDelivery", subscription.is_raw().to_string()),
    ] {
        shown.insert(name.to_owned(), value);
    }
    if subscription.attribute("FilterPolicy").is_some() {
        let scope = subscription.attribute("FilterPolicyScope").unwrap_or("MessageAttributes");
        shown.insert("FilterPolicyScope".to_owned(), scope.to_owned());
    }
    for (name, value) in &subscription.attributes {
        if name != "FilterPolicyScope" {
            shown.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    shown
}
