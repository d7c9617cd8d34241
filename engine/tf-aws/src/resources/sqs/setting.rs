//! One attribute of a queue as a resource of its own: `aws_sqs_queue_policy`, `aws_sqs_queue_redrive_policy`,
//! `aws_sqs_queue_redrive_allow_policy`.
//!
//! **Source**: the provider's documentation of the resources; texts as its logic words them.

use super::{attributes, set_attributes};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::meaning::normalized;
use crate::resources::{ResourceType, action};
use serde_json::{Map, Value as Json, json};

pub static POLICY: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_sqs_queue_policy",
        action!(put_policy),
        action!(read_policy),
        Some(action!(put_policy)),
        action!(delete_policy),
    )
};

pub static REDRIVE_POLICY: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_sqs_queue_redrive_policy",
        action!(put_redrive),
        action!(read_redrive),
        Some(action!(put_redrive)),
        action!(delete_redrive),
    )
};

pub static REDRIVE_ALLOW_POLICY: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_sqs_queue_redrive_allow_policy",
        action!(put_allow),
        action!(read_allow),
        Some(action!(put_allow)),
        action!(delete_allow),
    )
};

/// Terraform's name of the attribute, and SQS's.
type Names = (&'static str, &'static str);
const OF_POLICY: Names = ("policy", "Policy");
const OF_REDRIVE: Names = ("redrive_policy", "RedrivePolicy");
const OF_ALLOW: Names = ("redrive_allow_policy", "RedriveAllowPolicy");

fn one(name: &str, value: impl Into<Json>) -> Map<String, Json> {
    Map::from_iter([(name.to_owned(), value.into())])
}

async fn put(data: &mut ResourceData, (own, theirs): Names) -> Result<(), String> {
    let url = data.str("queue_url").to_owned();
    let set = set_attributes(data, &url, one(theirs, normalized(data.str(own)))).await;
    set.map_err(|failure| format!("setting SQS Queue ({url}) attribute ({theirs}): {failure}"))?;
    data.set_id(url);
    Ok(())
}

async fn read(data: &mut ResourceData, (own, theirs): Names) -> Result<(), String> {
    let url = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading SQS Queue ({url}) attribute ({theirs}): {failure}");
    let found = attributes(data, &url).await.map_err(wrap)?;
    match found.as_ref().and_then(|found| found.get(theirs)) {
        Some(value) => data.set_all(json!({ "queue_url": url, own: value })),
        None => data.clear(),
    }
    Ok(())
}

async fn delete(data: &mut ResourceData, (_, theirs): Names) -> Result<(), String> {
    let url = data.id().to_owned();
    match set_attributes(data, &url, one(theirs, "")).await {
        Err(failure) if !failure.is_absence() => {
            Err(format!("deleting SQS Queue ({url}) attribute ({theirs}): {failure}"))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

async fn put_policy(data: &mut ResourceData) -> Result<(), String> {
    put(data, OF_POLICY).await
}

async fn read_policy(data: &mut ResourceData) -> Result<(), String> {
    read(data, OF_POLICY).await
}

async fn delete_policy(data: &mut ResourceData) -> Result<(), String> {
    delete(data, OF_POLICY).await
}

async fn put_redrive(data: &mut ResourceData) -> Result<(), String> {
    put(data, OF_REDRIVE).await
}

async fn read_redrive(data: &mut ResourceData) -> Result<(), String> {
    read(data, OF_REDRIVE).await
}

async fn delete_redrive(data: &mut ResourceData) -> Result<(), String> {
    delete(data, OF_REDRIVE).await
}

async fn put_allow(data: &mut ResourceData) -> Result<(), String> {
    put(data, OF_ALLOW).await
}

async fn read_allow(data: &mut ResourceData) -> Result<(), String> {
    read(data, OF_ALLOW).await
}

async fn delete_allow(data: &mut ResourceData) -> Result<(), String> {
    delete(data, OF_ALLOW).await
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    data.set_all(json!({ "id": id, "queue_url": id }));
    Ok(())
}
