//! `aws_sns_topic` and `aws_cloudwatch_event_bus`.
//!
//! **Source**: the provider's documentation of the data sources; texts as its logic words them.

use super::things::tags;
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::wire::{events, sns};
use serde_json::{Value as Json, json};

pub async fn topic(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let wrap = |failure: Failure| format!("reading SNS Topic ({name}): {failure}");
    let mut token = Json::Null;
    let arn = loop {
        let page = data.call(&sns::LIST_TOPICS, json!({ "NextToken": token })).await.map_err(wrap)?;
        let mut topics = page["Topics"].as_array().into_iter().flatten();
        let named = |topic: &&Json| {
            topic["TopicArn"].as_str().is_some_and(|arn| arn.rsplit(':').next() == Some(&name))
        };
        if let Some(found) = topics.find(named) {
            break found["TopicArn"].clone();
        }
        token = page["NextToken"].clone();
        if non_zero(&token).is_null() {
            return Err(format!("reading SNS Topic ({name}): couldn't find resource"));
        }
    };
    let found = data.call(&sns::LIST_TAGS_FOR_RESOURCE, json!({ "ResourceArn": arn })).await.map_err(wrap)?;
    data.set_all(json!({ "id": arn, "arn": arn, "region": data.region, "tags": tags(&found["Tags"]) }));
    Ok(())
}

pub async fn bus(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let found = data.call(&events::DESCRIBE_EVENT_BUS, json!({ "Name": name })).await;
    let found = found.map_err(|failure| format!("reading EventBridge Event Bus ({name}): {failure}"))?;
    data.set_all(json!({
        "id": name,
        "arn": found["Arn"],
        "dead_letter_config": [],
        "description": found["Description"].as_str().unwrap_or_default(),
        "kms_key_identifier": "",
        "log_config": [],
        "region": data.region,
    }));
    Ok(())
}
