//! `aws_sns_topic_subscription`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::text;
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::sns;
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    not_simulated: &["replay_policy"],
    ..ResourceType::new(
        "aws_sns_topic_subscription",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

/// Terraform's names of attributes and SNS's.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("delivery_policy", "DeliveryPolicy"),
    ("filter_policy", "FilterPolicy"),
    ("filter_policy_scope", "FilterPolicyScope"),
    ("raw_message_delivery", "RawMessageDelivery"),
    ("redrive_policy", "RedrivePolicy"),
    ("subscription_role_arn", "SubscriptionRoleArn"),
];

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let topic = data.str("topic_arn").to_owned();
    let mut wanted = Map::new();
    for (own, theirs) in ATTRIBUTES {
        let value = data.opt(own);
        if !value.is_null() {
            wanted.insert((*theirs).to_owned(), text(&value));
        }
    }
    let input = json!({
        "TopicArn": topic,
        "Protocol": data.get("protocol"),
        "Endpoint": data.get("endpoint"),
        "Attributes": wanted,
        "ReturnSubscriptionArn": true,
    });
    let made = data.call(&sns::SUBSCRIBE, input).await;
    let made = made.map_err(|failure| format!("creating SNS Topic Subscription ({topic}): {failure}"))?;
    data.set_id(made["SubscriptionArn"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading SNS Topic Subscription ({arn}): {failure}");
    let input = json!({ "SubscriptionArn": arn });
    let Some(found) = data.find(&sns::GET_SUBSCRIPTION_ATTRIBUTES, input).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let found = &found["Attributes"];
    for (own, theirs) in ATTRIBUTES {
        let absent =
            if *own == "raw_message_delivery" { Json::Bool(false) } else { Json::String(String::new()) };
        data.set(own, found.get(*theirs).cloned().unwrap_or(absent));
    }
    data.set_all(json!({
        "arn": arn,
        "confirmation_was_authenticated": found["ConfirmationWasAuthenticated"],
        "endpoint": found["Endpoint"],
        "owner_id": found["Owner"],
        "pending_confirmation": found["PendingConfirmation"],
        "protocol": found["Protocol"],
        "topic_arn": found["TopicArn"],
    }));
    if data.get("confirmation_timeout_in_minutes").is_null() {
        data.set_all(json!({ "confirmation_timeout_in_minutes": 1, "endpoint_auto_confirms": false }));
    }
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let wrap = |failure: Failure| format!("updating SNS Topic Subscription ({arn}): {failure}");
    // The scope decides how the policy is read.
    let mut changed: Vec<&(&str, &str)> = ATTRIBUTES.iter().filter(|(own, _)| data.changed(own)).collect();
    nuvola_kernel::ordered::sort_by_key(&mut changed, |(own, _)| *own != "filter_policy_scope");
    for (own, theirs) in changed {
        let value = data.get(own);
        let value =
            if *own == "filter_policy" && data.str(own).is_empty() { "{}".into() } else { text(value) };
        let input = json!({ "SubscriptionArn": arn, "AttributeName": theirs, "AttributeValue": value });
        data.call(&sns::SET_SUBSCRIPTION_ATTRIBUTES, input).await.map_err(wrap)?;
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    match data.remove(&sns::UNSUBSCRIBE, json!({ "SubscriptionArn": arn })).await {
        // What was never confirmed cannot be ended; SNS forgets it by itself.
        Err(failure) if failure.to_string().contains("pending subscription") => Ok(()),
        Err(failure) => Err(format!("deleting SNS Topic Subscription ({arn}): {failure}")),
        Ok(()) => Ok(()),
    }
}
