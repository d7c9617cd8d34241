//! `aws_sns_topic_policy`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{set_topic, topic_attributes};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::meaning::normalized;
use crate::resources::{ResourceType, action};
use serde_json::json;

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_sns_topic_policy",
        action!(put),
        action!(read),
        Some(action!(put)),
        action!(delete),
    )
};

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.str("arn").to_owned();
    let policy = normalized(data.str("policy"));
    let set = set_topic(data, &arn, "Policy", policy.into()).await;
    set.map_err(|failure| format!("setting SNS Topic Policy ({arn}): {failure}"))?;
    data.set_id(arn);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading SNS Topic Policy ({arn}): {failure}");
    match topic_attributes(data, &arn).await.map_err(wrap)? {
        Some(found) => data.set_all(json!({
            "arn": arn, "owner": found.get("Owner"), "policy": found.get("Policy"),
        })),
        None => data.clear(),
    }
    Ok(())
}

/// A topic is never without a policy: what is left is what a topic has from the beginning.
async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let policy = json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": [
                "SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission",
                "SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish", "SNS:Receive",
            ],
            "Resource": arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": data.str("owner")}},
        }],
    });
    match set_topic(data, &arn, "Policy", policy.to_string().into()).await {
        Err(failure) if !failure.is_absence() => Err(format!("deleting SNS Topic Policy ({arn}): {failure}")),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    data.set_all(json!({ "id": id, "arn": id }));
    Ok(())
}
