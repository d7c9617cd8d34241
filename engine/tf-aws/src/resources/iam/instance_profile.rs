//! `aws_iam_instance_profile`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::update_tags;
use crate::data::ResourceData;
use crate::resources::{ResourceType, action};
use crate::wire::iam;
use serde_json::json;

pub static TYPE: ResourceType = ResourceType::new(
    "aws_iam_instance_profile",
    action!(create),
    action!(read),
    Some(action!(update)),
    action!(delete),
);

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = crate::names::of(data, "name", "name_prefix");
    let input = json!({ "InstanceProfileName": name, "Path": data.opt("path"), "Tags": data.tag_list() });
    let call = data.call(&iam::CREATE_INSTANCE_PROFILE, input).await;
    call.map_err(|failure| format!("creating IAM Instance Profile ({name}): {failure}"))?;
    data.set_id(name.clone());
    let role = data.str("role").to_owned();
    if role.is_empty() { Ok(()) } else { add_role(data, &name, &role).await }
}

async fn add_role(data: &ResourceData, profile: &str, role: &str) -> Result<(), String> {
    let input = json!({ "InstanceProfileName": profile, "RoleName": role });
    let call = data.call(&iam::ADD_ROLE_TO_INSTANCE_PROFILE, input).await;
    call.map(|_| ())
        .map_err(|failure| format!("adding role ({role}) to IAM Instance Profile ({profile}): {failure}"))
}

async fn remove_role(data: &ResourceData, profile: &str, role: &str) -> Result<(), String> {
    let input = json!({ "InstanceProfileName": profile, "RoleName": role });
    let remove = data.remove(&iam::REMOVE_ROLE_FROM_INSTANCE_PROFILE, input).await;
    remove
        .map_err(|failure| format!("removing role ({role}) from IAM Instance Profile ({profile}): {failure}"))
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let found = data.find(&iam::GET_INSTANCE_PROFILE, json!({ "InstanceProfileName": name })).await;
    let Some(found) = found.map_err(|failure| format!("reading IAM Instance Profile ({name}): {failure}"))?
    else {
        data.clear();
        return Ok(());
    };
    let profile = &found["InstanceProfile"];
    data.set_all(json!({
        "arn": profile["Arn"],
        "create_date": profile["CreateDate"],
        "name": name,
        "name_prefix": crate::resources::name_prefix(&name),
        "path": profile["Path"],
        "role": profile["Roles"][0]["RoleName"],
        "unique_id": profile["InstanceProfileId"],
    }));
    let tags = profile["Tags"].clone();
    data.read_tag_list(&tags);
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    if data.changed("role") {
        let old = data.prior.get("role").and_then(|role| role.as_str()).unwrap_or_default().to_owned();
        let new = data.str("role").to_owned();
        if !old.is_empty() {
            remove_role(data, &name, &old).await?;
        }
        if !new.is_empty() {
            add_role(data, &name, &new).await?;
        }
    }
    let operations = (&iam::TAG_INSTANCE_PROFILE, &iam::UNTAG_INSTANCE_PROFILE);
    update_tags(data, operations, "InstanceProfileName", &name)
        .await
        .map_err(|failure| format!("updating tags for IAM Instance Profile ({name}): {failure}"))
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let (name, role) = (data.id().to_owned(), data.str("role").to_owned());
    if !role.is_empty() {
        remove_role(data, &name, &role).await?;
    }
    let input = json!({ "InstanceProfileName": name });
    let remove = data.remove(&iam::DELETE_INSTANCE_PROFILE, input).await;
    remove.map_err(|failure| format!("deleting IAM Instance Profile ({name}): {failure}"))
}
