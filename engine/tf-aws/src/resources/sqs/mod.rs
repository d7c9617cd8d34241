//! SQS.

pub mod queue;
pub mod setting;

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::wire::sqs;
use serde_json::{Map, Value as Json, json};

/// A queue's attributes by their names at SQS; nothing when there is no such queue.
pub(crate) async fn attributes(data: &ResourceData, url: &str) -> Result<Option<Map<String, Json>>, Failure> {
    let input = json!({ "QueueUrl": url, "AttributeNames": ["All"] });
    let found = data.find(&sqs::GET_QUEUE_ATTRIBUTES, input).await?;
    Ok(found.map(|found| found["Attributes"].as_object().cloned().unwrap_or_default()))
}

/// Sets attributes. A principal that was made just now may not be known everywhere yet.
pub(crate) async fn set_attributes(
    data: &ResourceData,
    url: &str,
    attributes: Map<String, Json>,
) -> Result<(), Failure> {
    let input = json!({ "QueueUrl": url, "Attributes": attributes });
    let passes = |failure: &Failure| {
        failure.says("InvalidAttributeValue", "Invalid value for the parameter Policy")
            && is_json(&attributes["Policy"])
    };
    data.client.call_until(&data.region, &sqs::SET_QUEUE_ATTRIBUTES, input, passes).await.map(|_| ())
}

/// What is no JSON at all is not worth waiting for.
fn is_json(text: &Json) -> bool {
    text.as_str().is_some_and(|text| serde_json::from_str::<Json>(text).is_ok())
}

/// The name in a queue's address.
pub(crate) fn queue_name(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or_default()
}
