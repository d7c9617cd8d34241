//! `aws_sqs_queue`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them. The real provider
//! also waits half a minute for AWS to make attributes known; here they are at once.

use super::{attributes, queue_name, set_attributes};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::meaning::normalized;
use crate::names;
use crate::plan::Diff;
use crate::resources::{ResourceType, action, name_prefix};
use crate::wire::sqs;
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    ..ResourceType::new(
        "aws_sqs_queue",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

const FIFO_SUFFIX: &str = ".fifo";
/// What SQS does not tell of a queue without a key of KMS.
const KMS_REUSE_S: i64 = 300;

/// Terraform's names of attributes and SQS's.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("content_based_deduplication", "ContentBasedDeduplication"),
    ("deduplication_scope", "DeduplicationScope"),
    ("delay_seconds", "DelaySeconds"),
    ("fifo_queue", "FifoQueue"),
    ("fifo_throughput_limit", "FifoThroughputLimit"),
    ("kms_data_key_reuse_period_seconds", "KmsDataKeyReusePeriodSeconds"),
    ("kms_master_key_id", "KmsMasterKeyId"),
    ("max_message_size", "MaximumMessageSize"),
    ("message_retention_seconds", "MessageRetentionPeriod"),
    ("policy", "Policy"),
    ("receive_wait_time_seconds", "ReceiveMessageWaitTimeSeconds"),
    ("redrive_allow_policy", "RedriveAllowPolicy"),
    ("redrive_policy", "RedrivePolicy"),
    ("sqs_managed_sse_enabled", "SqsManagedSseEnabled"),
    ("visibility_timeout_seconds", "VisibilityTimeout"),
];
/// Those that only FIFO queues have.
const OF_FIFO: &[&str] =
    &["content_based_deduplication", "deduplication_scope", "fifo_queue", "fifo_throughput_limit"];
/// Those whose value may well be zero or false.
const ZERO_COUNTS: &[&str] =
    &["delay_seconds", "receive_wait_time_seconds", "sqs_managed_sse_enabled", "visibility_timeout_seconds"];

/// The text that SQS wants for a value.
fn text(value: &Json) -> Json {
    match value {
        Json::Bool(_) | Json::Number(_) => value.to_string().into(),
        Json::String(text) if text.starts_with(['{', '[']) => normalized(text).into(),
        Json::Null | Json::String(_) | Json::Array(_) | Json::Object(_) => value.clone(),
    }
}

fn is_name(name: &str, longest: usize) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=longest).contains(&name.len()) && name.bytes().all(legal)
}

fn customize(diff: &mut Diff<'_>) {
    let fifo = diff.json("fifo_queue") == true;
    let name = diff.json("name");
    if let (true, Some(name)) = (diff.is_create(), name.as_str().filter(|name| !name.is_empty())) {
        let fits = match fifo {
            true => name.strip_suffix(FIFO_SUFFIX).is_some_and(|rest| is_name(rest, 75)),
            false => is_name(name, 80),
        };
        if !fits {
            diff.errors.push(format!("invalid queue name: {name}"));
        }
    }
    if !fifo && diff.json("content_based_deduplication") == true {
        diff.errors.push("content-based deduplication can only be set for FIFO queue".to_owned());
    }
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let fifo = data.bool("fifo_queue");
    let mut name = names::of(data, "name", "name_prefix");
    if fifo && data.str("name").is_empty() {
        name.push_str(FIFO_SUFFIX);
    }
    let mut wanted = Map::new();
    for (own, theirs) in ATTRIBUTES.iter().filter(|(own, _)| fifo || !OF_FIFO.contains(own)) {
        let value = if ZERO_COUNTS.contains(own) { data.get(own).clone() } else { data.opt(own) };
        if !value.is_null() {
            wanted.insert((*theirs).to_owned(), text(&value));
        }
    }
    let tags = non_zero(data.get("tags_all"));
    let input = json!({ "QueueName": name, "Attributes": wanted, "tags": tags });
    // A name is free again a minute after its queue was deleted; a principal made just now spreads.
    let passes = |failure: &Failure| failure.is("QueueDeletedRecently");
    let output = data.client.call_until(&data.region, &sqs::CREATE_QUEUE, input, passes).await;
    let output = output.map_err(|failure| format!("creating SQS Queue ({name}): {failure}"))?;
    data.set_id(output["QueueUrl"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let url = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading SQS Queue ({url}): {failure}");
    let Some(found) = attributes(data, &url).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    for (own, theirs) in ATTRIBUTES {
        // Texts become numbers and truths by the schema's types.
        let absent = if *own == "fifo_queue" || *own == "content_based_deduplication" {
            Json::Bool(false)
        } else {
            Json::String(String::new())
        };
        data.set(own, found.get(*theirs).cloned().unwrap_or(absent));
    }
    if !found.contains_key("KmsDataKeyReusePeriodSeconds") {
        data.set("kms_data_key_reuse_period_seconds", KMS_REUSE_S);
    }
    let name = queue_name(&url);
    data.set_all(json!({
        "arn": found.get("QueueArn"),
        "name": name,
        "name_prefix": name_prefix(name.strip_suffix(FIFO_SUFFIX).unwrap_or(name)),
        "url": url,
    }));
    let tags = data.call(&sqs::LIST_QUEUE_TAGS, json!({ "QueueUrl": url })).await;
    let tags = tags.map_err(|failure| format!("listing tags for SQS Queue ({url}): {failure}"))?;
    data.read_tags(tags["Tags"].as_object().cloned().unwrap_or_default());
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let url = data.id().to_owned();
    let mut changed = Map::new();
    for (own, theirs) in ATTRIBUTES.iter().filter(|(own, _)| data.changed(own)) {
        let value = data.get(own);
        let value = if value.is_null() { Json::String(String::new()) } else { text(value) };
        changed.insert((*theirs).to_owned(), value);
    }
    if !changed.is_empty() {
        let set = set_attributes(data, &url, changed).await;
        set.map_err(|failure| format!("updating SQS Queue ({url}) attributes: {failure}"))?;
    }
    let wrap = |failure: Failure| format!("updating tags for SQS Queue ({url}): {failure}");
    let (added, removed) = data.tag_changes();
    if !removed.is_empty() {
        let input = json!({ "QueueUrl": url, "TagKeys": removed });
        data.call(&sqs::UNTAG_QUEUE, input).await.map_err(wrap)?;
    }
    if !added.is_empty() {
        data.call(&sqs::TAG_QUEUE, json!({ "QueueUrl": url, "Tags": added })).await.map_err(wrap)?;
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let url = data.id().to_owned();
    let remove = data.remove(&sqs::DELETE_QUEUE, json!({ "QueueUrl": url }));
    remove.await.map_err(|failure| format!("deleting SQS Queue ({url}): {failure}"))
}
