//! SNS.

pub mod topic;
pub mod topic_policy;
pub mod topic_subscription;

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::wire::sns;
use serde_json::{Map, Value as Json, json};

/// A topic's attributes; nothing, if there is no such topic.
async fn topic_attributes(data: &ResourceData, arn: &str) -> Result<Option<Map<String, Json>>, Failure> {
    let found = data.find(&sns::GET_TOPIC_ATTRIBUTES, json!({ "TopicArn": arn })).await?;
    Ok(found.map(|found| found["Attributes"].as_object().cloned().unwrap_or_default()))
}

async fn set_topic(data: &ResourceData, arn: &str, name: &str, value: Json) -> Result<(), Failure> {
    let input = json!({ "TopicArn": arn, "AttributeName": name, "AttributeValue": value });
    data.call(&sns::SET_TOPIC_ATTRIBUTES, input).await.map(|_| ())
}

/// The text that SNS wants for a value.
fn text(value: &Json) -> Json {
    match value {
        Json::Null => "".into(),
        Json::Bool(_) | Json::Number(_) => value.to_string().into(),
        Json::String(_) | Json::Array(_) | Json::Object(_) => value.clone(),
    }
}
