//! `aws_cloudwatch_log_group`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::logs;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    not_simulated: &["kms_key_id", "deletion_protection_enabled"],
    ..ResourceType::new(
        "aws_cloudwatch_log_group",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = crate::names::of(data, "name", "name_prefix");
    let tags = non_zero(data.get("tags_all"));
    let input = json!({ "logGroupName": name, "logGroupClass": data.opt("log_group_class"), "tags": tags });
    let call = data.call(&logs::CREATE_LOG_GROUP, input);
    call.await.map_err(|failure| format!("creating CloudWatch Logs Log Group ({name}): {failure}"))?;
    data.set_id(name.clone());
    retain(data, &name).await
}

async fn retain(data: &ResourceData, name: &str) -> Result<(), String> {
    let days = data.opt("retention_in_days");
    if days.is_null() {
        if data.is_new() {
            return Ok(());
        }
        let remove = data.remove(&logs::DELETE_RETENTION_POLICY, json!({ "logGroupName": name }));
        return remove.await.map_err(|failure| {
            format!("deleting CloudWatch Logs Log Group ({name}) retention policy: {failure}")
        });
    }
    let input = json!({ "logGroupName": name, "retentionInDays": days });
    let call = data.call(&logs::PUT_RETENTION_POLICY, input);
    call.await.map_err(|failure| {
        format!("setting CloudWatch Logs Log Group ({name}) retention policy: {failure}")
    })?;
    Ok(())
}

async fn find(data: &ResourceData, name: &str) -> Result<Option<Json>, Failure> {
    let mut token = Json::Null;
    loop {
        let input = json!({ "logGroupNamePrefix": name, "nextToken": token });
        let page = data.call(&logs::DESCRIBE_LOG_GROUPS, input).await?;
        let mut groups = page["logGroups"].as_array().into_iter().flatten();
        if let Some(group) = groups.find(|group| group["logGroupName"] == name) {
            return Ok(Some(group.clone()));
        }
        token = page["nextToken"].clone();
        if non_zero(&token).is_null() {
            return Ok(None);
        }
    }
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading CloudWatch Logs Log Group ({name}): {failure}");
    let Some(group) = find(data, &name).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let arn = group["arn"].as_str().unwrap_or_default().trim_end_matches(":*").to_owned();
    data.set_all(json!({
        "arn": arn,
        "deletion_protection_enabled": false,
        "kms_key_id": group["kmsKeyId"].as_str().unwrap_or_default(),
        "log_group_class": group["logGroupClass"].as_str().unwrap_or("STANDARD"),
        "name": name,
        "name_prefix": crate::resources::name_prefix(&name),
        "retention_in_days": group["retentionInDays"].as_i64().unwrap_or(0),
    }));
    let tags = data.call(&logs::LIST_TAGS_FOR_RESOURCE, json!({ "resourceArn": arn })).await.map_err(wrap)?;
    data.read_tags(tags["tags"].as_object().cloned().unwrap_or_default());
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    if data.changed("retention_in_days") {
        retain(data, &name).await?;
    }
    let wrap = |failure: Failure| format!("updating tags for CloudWatch Logs Log Group ({name}): {failure}");
    let (added, removed) = data.tag_changes();
    let arn = data.prior.get("arn").cloned().unwrap_or_default();
    if !removed.is_empty() {
        data.call(&logs::UNTAG_RESOURCE, json!({ "resourceArn": arn, "tagKeys": removed }))
            .await
            .map_err(wrap)?;
    }
    if !added.is_empty() {
        data.call(&logs::TAG_RESOURCE, json!({ "resourceArn": arn, "tags": added })).await.map_err(wrap)?;
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    if data.bool("skip_destroy") {
        return Ok(());
    }
    let remove = data.remove(&logs::DELETE_LOG_GROUP, json!({ "logGroupName": name }));
    remove.await.map_err(|failure| format!("deleting CloudWatch Logs Log Group ({name}): {failure}"))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    data.set_all(json!({ "id": id, "name": id }));
    Ok(())
}
