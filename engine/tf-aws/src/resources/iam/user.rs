//! `aws_iam_user`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::update_tags;
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::iam;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType =
    ResourceType::new("aws_iam_user", action!(create), action!(read), Some(action!(update)), action!(delete));

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let input = json!({
        "UserName": name,
        "Path": data.opt("path"),
        "PermissionsBoundary": data.opt("permissions_boundary"),
        "Tags": data.tag_list(),
    });
    let call = data.call(&iam::CREATE_USER, input).await;
    call.map_err(|failure| format!("creating IAM User ({name}): {failure}"))?;
    data.set_id(name);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let found = data.find(&iam::GET_USER, json!({ "UserName": name })).await;
    let Some(found) = found.map_err(|failure| format!("reading IAM User ({name}): {failure}"))? else {
        data.clear();
        return Ok(());
    };
    let user = &found["User"];
    data.set_all(json!({
        "arn": user["Arn"],
        "name": user["UserName"],
        "path": user["Path"],
        "permissions_boundary": user["PermissionsBoundary"]["PermissionsBoundaryArn"].as_str().unwrap_or_default(),
        "unique_id": user["UserId"],
    }));
    let tags = user["Tags"].clone();
    data.read_tag_list(&tags);
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let mut name = data.id().to_owned();
    if data.changed_any(&["name", "path"]) {
        let new = data.str("name").to_owned();
        let input = json!({ "UserName": name, "NewUserName": new, "NewPath": data.get("path") });
        let call = data.call(&iam::UPDATE_USER, input).await;
        call.map_err(|failure| format!("updating IAM User ({name}): {failure}"))?;
        data.set_id(new.clone());
        name = new;
    }
    if data.changed("permissions_boundary") {
        let boundary = data.opt("permissions_boundary");
        let mut input = json!({ "UserName": name });
        let (operation, verb) = match boundary.is_null() {
            true => (&iam::DELETE_USER_PERMISSIONS_BOUNDARY, "deleting"),
            false => (&iam::PUT_USER_PERMISSIONS_BOUNDARY, "updating"),
        };
        if !boundary.is_null() {
            input["PermissionsBoundary"] = boundary;
        }
        let call = data.call(operation, input).await;
        call.map_err(|failure| format!("{verb} IAM User ({name}) permissions boundary: {failure}"))?;
    }
    update_tags(data, (&iam::TAG_USER, &iam::UNTAG_USER), "UserName", &name)
        .await
        .map_err(|failure| format!("updating tags for IAM User ({name}): {failure}"))
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let left = leave_groups(data, &name).await;
    left.map_err(|failure| format!("removing IAM User ({name}) group memberships: {failure}"))?;
    if data.bool("force_destroy") {
        let removed = remove_keys(data, &name).await;
        removed.map_err(|failure| format!("removing IAM User ({name}) access keys: {failure}"))?;
    }
    let remove = data.remove(&iam::DELETE_USER, json!({ "UserName": name })).await;
    remove.map_err(|failure| format!("deleting IAM User ({name}): {failure}"))
}

/// A user in a group cannot be deleted.
async fn leave_groups(data: &ResourceData, user: &str) -> Result<(), Failure> {
    let listed =
        data.find(&iam::LIST_GROUPS_FOR_USER, json!({ "UserName": user })).await?.unwrap_or_default();
    for group in listed["Groups"].as_array().into_iter().flatten() {
        let input = json!({ "UserName": user, "GroupName": group["GroupName"] });
        data.remove(&iam::REMOVE_USER_FROM_GROUP, input).await?;
    }
    Ok(())
}

/// What Terraform does not manage and would be in the way.
async fn remove_keys(data: &ResourceData, user: &str) -> Result<(), Failure> {
    let listed: Option<Json> = data.find(&iam::LIST_ACCESS_KEYS, json!({ "UserName": user })).await?;
    for key in listed.unwrap_or_default()["AccessKeyMetadata"].as_array().into_iter().flatten() {
        let input = json!({ "UserName": user, "AccessKeyId": key["AccessKeyId"] });
        data.remove(&iam::DELETE_ACCESS_KEY, input).await?;
    }
    Ok(())
}
