//! `aws_s3_bucket_notification`: everything that a bucket tells others, as one resource.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{import_setting, of_bucket};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::s3_settings;
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import: import_setting,
    ..ResourceType::new(
        "aws_s3_bucket_notification",
        action!(put),
        action!(read),
        Some(action!(put)),
        action!(delete),
    )
};

/// The blocks: their name, the member of the request, and the destination's name in both.
const KINDS: [[&str; 5]; 3] = [
    [
        "lambda_function",
        "LambdaFunctionConfigurations",
        "lambda_function_arn",
        "LambdaFunctionArn",
        "tf-s3-lambda-",
    ],
    ["queue", "QueueConfigurations", "queue_arn", "QueueArn", "tf-s3-queue-"],
    ["topic", "TopicConfigurations", "topic_arn", "TopicArn", "tf-s3-topic-"],
];

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let mut configuration = Map::new();
    if data.bool("eventbridge") {
        configuration.insert("EventBridgeConfiguration".to_owned(), json!({}));
    }
    for [block, member, arn, wire_arn, id_prefix] in KINDS {
        let blocks = data.get(block).as_array().cloned().unwrap_or_default();
        let targets: Vec<Json> = blocks
            .iter()
            .map(|target| {
                let id = match target["id"].as_str() {
                    Some(id) if !id.is_empty() => id.to_owned(),
                    _ => crate::names::unique(data, id_prefix),
                };
                let mut out = json!({ "Id": id, "Events": target["events"], "Filter": filter(target) });
                out[wire_arn] = non_zero(&target[arn]);
                out
            })
            .collect();
        if !targets.is_empty() {
            configuration.insert(member.to_owned(), targets.into());
        }
    }
    let input = json!({ "Bucket": bucket, "NotificationConfiguration": configuration });
    let call = data.call(&s3_settings::PUT_BUCKET_NOTIFICATION_CONFIGURATION, input);
    call.await.map_err(|failure| format!("creating S3 Bucket ({bucket}) Notification: {failure}"))?;
    data.set_id(bucket);
    Ok(())
}

fn filter(target: &Json) -> Json {
    let rules =
        [("filter_prefix", "prefix"), ("filter_suffix", "suffix")].into_iter().filter_map(|(name, rule)| {
            let value = target[name].as_str().filter(|value| !value.is_empty())?;
            Some(json!({ "Name": rule, "Value": value }))
        });
    let rules: Vec<Json> = rules.collect();
    if rules.is_empty() { Json::Null } else { json!({ "Key": { "FilterRules": rules } }) }
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading S3 Bucket Notification ({}): {failure}", data.id());
    let found = data.find(&s3_settings::GET_BUCKET_NOTIFICATION_CONFIGURATION, of_bucket(data)).await;
    let Some(found) = found.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    data.set("bucket", data.id().to_owned());
    data.set("eventbridge", found["EventBridgeConfiguration"].is_object());
    for [block, member, arn, wire_arn, _] in KINDS {
        let targets: Json = found[member]
            .as_array()
            .into_iter()
            .flatten()
            .map(|target| {
                let rule = |wanted: &str| {
                    let rules = target["Filter"]["Key"]["FilterRules"].as_array().into_iter().flatten();
                    let mut named = rules.filter(|rule| {
                        rule["Name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(wanted))
                    });
                    named.next().map_or(json!(""), |rule| rule["Value"].clone())
                };
                let mut out = json!({
                    "id": target["Id"],
                    "events": target["Events"],
                    "filter_prefix": rule("prefix"),
                    "filter_suffix": rule("suffix"),
                });
                out[arn] = target[wire_arn].clone();
                out
            })
            .collect();
        data.set(block, targets);
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let mut input = of_bucket(data);
    input["NotificationConfiguration"] = json!({});
    let remove = data.remove(&s3_settings::PUT_BUCKET_NOTIFICATION_CONFIGURATION, input);
    remove.await.map_err(|failure| format!("deleting S3 Bucket Notification ({}): {failure}", data.id()))
}
