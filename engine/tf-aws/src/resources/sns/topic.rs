//! `aws_sns_topic`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{set_topic, text, topic_attributes};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::names;
use crate::plan::Diff;
use crate::resources::{ResourceType, action, name_prefix};
use crate::wire::sns;
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    ..ResourceType::new(
        "aws_sns_topic",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

const FIFO_SUFFIX: &str = ".fifo";

/// Terraform's names of attributes and SNS's.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("application_failure_feedback_role_arn", "ApplicationFailureFeedbackRoleArn"),
    ("application_success_feedback_role_arn", "ApplicationSuccessFeedbackRoleArn"),
    ("application_success_feedback_sample_rate", "ApplicationSuccessFeedbackSampleRate"),
    ("archive_policy", "ArchivePolicy"),
    ("content_based_deduplication", "ContentBasedDeduplication"),
    ("delivery_policy", "DeliveryPolicy"),
    ("display_name", "DisplayName"),
    ("fifo_throughput_scope", "FifoThroughputScope"),
    ("firehose_failure_feedback_role_arn", "FirehoseFailureFeedbackRoleArn"),
    ("firehose_success_feedback_role_arn", "FirehoseSuccessFeedbackRoleArn"),
    ("firehose_success_feedback_sample_rate", "FirehoseSuccessFeedbackSampleRate"),
    ("http_failure_feedback_role_arn", "HTTPFailureFeedbackRoleArn"),
    ("http_success_feedback_role_arn", "HTTPSuccessFeedbackRoleArn"),
    ("http_success_feedback_sample_rate", "HTTPSuccessFeedbackSampleRate"),
    ("kms_master_key_id", "KmsMasterKeyId"),
    ("lambda_failure_feedback_role_arn", "LambdaFailureFeedbackRoleArn"),
    ("lambda_success_feedback_role_arn", "LambdaSuccessFeedbackRoleArn"),
    ("lambda_success_feedback_sample_rate", "LambdaSuccessFeedbackSampleRate"),
    ("policy", "Policy"),
    ("signature_version", "SignatureVersion"),
    ("sqs_failure_feedback_role_arn", "SQSFailureFeedbackRoleArn"),
    ("sqs_success_feedback_role_arn", "SQSSuccessFeedbackRoleArn"),
    ("sqs_success_feedback_sample_rate", "SQSSuccessFeedbackSampleRate"),
    ("tracing_config", "TracingConfig"),
];

fn customize(diff: &mut Diff<'_>) {
    let fifo = diff.json("fifo_topic") == true;
    let name = diff.json("name");
    if let (true, Some(name)) = (diff.is_create(), name.as_str().filter(|name| !name.is_empty())) {
        let base = if fifo { name.strip_suffix(FIFO_SUFFIX) } else { Some(name) };
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let fits = base.is_some_and(|base| !base.is_empty() && base.bytes().all(legal)) && name.len() <= 256;
        if !fits {
            diff.errors.push(format!("invalid topic name: {name}"));
        }
    }
    if !fifo && diff.json("content_based_deduplication") == true {
        diff.errors.push("content-based deduplication can only be set for FIFO topics".to_owned());
    }
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let fifo = data.bool("fifo_topic");
    let mut name = names::of(data, "name", "name_prefix");
    if fifo && data.str("name").is_empty() {
        name.push_str(FIFO_SUFFIX);
    }
    let mut wanted = Map::new();
    if fifo {
        wanted.insert("FifoTopic".to_owned(), "true".into());
    }
    for (own, theirs) in ATTRIBUTES {
        let value = data.opt(own);
        if !value.is_null() {
            wanted.insert((*theirs).to_owned(), text(&value));
        }
    }
    let input = json!({ "Name": name, "Attributes": wanted, "Tags": data.tag_list() });
    let made = data.call(&sns::CREATE_TOPIC, input).await;
    let made = made.map_err(|failure| format!("creating SNS Topic ({name}): {failure}"))?;
    data.set_id(made["TopicArn"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading SNS Topic ({arn}): {failure}");
    let Some(found) = topic_attributes(data, &arn).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    for (own, theirs) in ATTRIBUTES {
        let absent = match *own {
            "content_based_deduplication" => Json::Bool(false),
            name if name.ends_with("_rate") || name == "signature_version" => json!(0),
            _ => Json::String(String::new()),
        };
        data.set(own, found.get(*theirs).cloned().unwrap_or(absent));
    }
    let name = arn.rsplit(':').next().unwrap_or_default();
    let fifo = found.get("FifoTopic").is_some_and(|value| value == "true");
    data.set_all(json!({
        "arn": arn,
        "beginning_archive_time": "",
        "fifo_topic": fifo,
        "name": name,
        "name_prefix": name_prefix(name.strip_suffix(FIFO_SUFFIX).unwrap_or(name)),
        "owner": found.get("Owner"),
    }));
    let tags = data.call(&sns::LIST_TAGS_FOR_RESOURCE, json!({ "ResourceArn": arn })).await;
    let tags = tags.map_err(|failure| format!("listing tags for SNS Topic ({arn}): {failure}"))?;
    data.read_tag_list(&tags["Tags"]);
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let wrap = |failure: Failure| format!("updating SNS Topic ({arn}): {failure}");
    for (own, theirs) in ATTRIBUTES.iter().filter(|(own, _)| data.changed(own)) {
        set_topic(data, &arn, theirs, text(data.get(own))).await.map_err(wrap)?;
    }
    let (added, removed) = data.tag_changes();
    if !removed.is_empty() {
        let input = json!({ "ResourceArn": arn, "TagKeys": removed });
        data.call(&sns::UNTAG_RESOURCE, input).await.map_err(wrap)?;
    }
    if !added.is_empty() {
        let tags: Json = added.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        data.call(&sns::TAG_RESOURCE, json!({ "ResourceArn": arn, "Tags": tags })).await.map_err(wrap)?;
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let remove = data.remove(&sns::DELETE_TOPIC, json!({ "TopicArn": arn }));
    remove.await.map_err(|failure| format!("deleting SNS Topic ({arn}): {failure}"))
}
