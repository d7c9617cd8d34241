//! `aws_iam_policy`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{decode_document, update_tags};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::iam;
use nuvola_kernel::ordered::sort_by_key;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType::new(
    "aws_iam_policy",
    action!(create),
    action!(read),
    Some(action!(update)),
    action!(delete),
);

/// A policy has at most this many versions (IAM User Guide, "IAM and AWS STS quotas").
const MAX_VERSIONS: usize = 5;

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = crate::names::of(data, "name", "name_prefix");
    let input = json!({
        "PolicyName": name,
        "Path": data.opt("path"),
        "PolicyDocument": data.get("policy"),
        "Description": data.opt("description"),
        "Tags": data.tag_list(),
    });
    let output = data.call(&iam::CREATE_POLICY, input).await;
    let output = output.map_err(|failure| format!("creating IAM Policy ({name}): {failure}"))?;
    data.set_id(output["Policy"]["Arn"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading IAM Policy ({arn}): {failure}");
    let Some(found) = data.find(&iam::GET_POLICY, json!({ "PolicyArn": arn })).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let policy = &found["Policy"];
    let input = json!({ "PolicyArn": arn, "VersionId": policy["DefaultVersionId"] });
    let version = data.call(&iam::GET_POLICY_VERSION, input).await.map_err(wrap)?;
    data.set_all(attributes(policy, &version));
    let name = policy["PolicyName"].as_str().unwrap_or_default();
    data.set("name_prefix", crate::resources::name_prefix(name));
    data.read_tag_list(&policy["Tags"]);
    Ok(())
}

/// What is known of a policy and its default version.
pub(crate) fn attributes(policy: &Json, version: &Json) -> Json {
    json!({
        "arn": policy["Arn"],
        "attachment_count": policy["AttachmentCount"],
        "description": policy["Description"].as_str().unwrap_or_default(),
        "name": policy["PolicyName"],
        "path": policy["Path"],
        "policy": decode_document(&version["PolicyVersion"]["Document"]),
        "policy_id": policy["PolicyId"],
    })
}

async fn versions(data: &ResourceData, arn: &str) -> Result<Vec<Json>, Failure> {
    let found = data.find(&iam::LIST_POLICY_VERSIONS, json!({ "PolicyArn": arn })).await?.unwrap_or_default();
    let all = found["Versions"].as_array().cloned().unwrap_or_default();
    Ok(all.into_iter().filter(|version| version["IsDefaultVersion"] != true).collect())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let wrap = |failure: Failure| format!("updating IAM Policy ({arn}): {failure}");
    if data.changed("policy") {
        let mut old = versions(data, &arn).await.map_err(wrap)?;
        if old.len() + 1 >= MAX_VERSIONS {
            // The oldest makes room.
            sort_by_key(&mut old, |version| version_number(&version["VersionId"]));
            let input = json!({ "PolicyArn": arn, "VersionId": old[0]["VersionId"] });
            data.remove(&iam::DELETE_POLICY_VERSION, input).await.map_err(wrap)?;
        }
        let input = json!({ "PolicyArn": arn, "PolicyDocument": data.get("policy"), "SetAsDefault": true });
        data.call(&iam::CREATE_POLICY_VERSION, input).await.map_err(wrap)?;
    }
    let tagged = update_tags(data, (&iam::TAG_POLICY, &iam::UNTAG_POLICY), "PolicyArn", &arn).await;
    tagged.map_err(|failure| format!("updating tags for IAM Policy ({arn}): {failure}"))
}

fn version_number(id: &Json) -> u32 {
    id.as_str().and_then(|id| id.strip_prefix('v')).and_then(|id| id.parse().ok()).unwrap_or(0)
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let wrap = |failure: Failure| format!("deleting IAM Policy ({arn}): {failure}");
    for version in versions(data, &arn).await.map_err(wrap)? {
        let input = json!({ "PolicyArn": arn, "VersionId": version["VersionId"] });
        data.remove(&iam::DELETE_POLICY_VERSION, input).await.map_err(wrap)?;
    }
    data.remove(&iam::DELETE_POLICY, json!({ "PolicyArn": arn })).await.map_err(wrap)
}
