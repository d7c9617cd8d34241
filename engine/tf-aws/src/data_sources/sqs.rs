//! `aws_sqs_queue` and `aws_sqs_queues`.
//!
//! **Source**: the provider's documentation of the data sources; texts as its logic words them.

use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::wire::sqs;
use serde_json::{Value as Json, json};

pub async fn queue(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let wrap = |failure: Failure| format!("reading SQS Queue ({name}): {failure}");
    let found = data.call(&sqs::GET_QUEUE_URL, json!({ "QueueName": name })).await;
    let found = found.map_err(|failure| format!("reading SQS Queue ({name}) URL: {failure}"))?;
    let url = found["QueueUrl"].clone();
    let input = json!({ "QueueUrl": url, "AttributeNames": ["QueueArn"] });
    let attributes = data.call(&sqs::GET_QUEUE_ATTRIBUTES, input).await.map_err(wrap)?;
    let tags = data.call(&sqs::LIST_QUEUE_TAGS, json!({ "QueueUrl": url })).await.map_err(wrap)?;
    data.set_all(json!({
        "id": url,
        "arn": attributes["Attributes"]["QueueArn"],
        "region": data.region,
        "tags": tags["Tags"].as_object().cloned().unwrap_or_default(),
        "url": url,
    }));
    Ok(())
}

pub async fn queues(data: &mut ResourceData) -> Result<(), String> {
    let prefix = data.opt("queue_name_prefix");
    let mut urls: Vec<Json> = Vec::new();
    let mut token = Json::Null;
    loop {
        let input = json!({ "QueueNamePrefix": prefix, "NextToken": token });
        let page = data.call(&sqs::LIST_QUEUES, input).await;
        let page = page.map_err(|failure| format!("listing SQS Queues: {failure}"))?;
        urls.extend(page["QueueUrls"].as_array().cloned().unwrap_or_default());
        token = page["NextToken"].clone();
        if non_zero(&token).is_null() {
            break;
        }
    }
    data.set_all(json!({ "id": data.region, "queue_urls": urls, "region": data.region }));
    Ok(())
}
