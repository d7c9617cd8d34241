//! `aws_iam_group`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::ResourceData;
use crate::resources::{ResourceType, action};
use crate::wire::iam;
use serde_json::json;

pub static TYPE: ResourceType = ResourceType::new(
    "aws_iam_group",
    action!(create),
    action!(read),
    Some(action!(update)),
    action!(delete),
);

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let call = data.call(&iam::CREATE_GROUP, json!({ "GroupName": name, "Path": data.opt("path") })).await;
    call.map_err(|failure| format!("creating IAM Group ({name}): {failure}"))?;
    data.set_id(name);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let found = data.find(&iam::GET_GROUP, json!({ "GroupName": name })).await;
    match found.map_err(|failure| format!("reading IAM Group ({name}): {failure}"))? {
        Some(found) => data.set_all(json!({
            "arn": found["Group"]["Arn"],
            "name": found["Group"]["GroupName"],
            "path": found["Group"]["Path"],
            "unique_id": found["Group"]["GroupId"],
        })),
        None => data.clear(),
    }
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let (old, new) = (data.id().to_owned(), data.str("name").to_owned());
    let input = json!({ "GroupName": old, "NewGroupName": new, "NewPath": data.get("path") });
    let call = data.call(&iam::UPDATE_GROUP, input).await;
    call.map_err(|failure| format!("updating IAM Group ({old}): {failure}"))?;
    data.set_id(new);
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let remove = data.remove(&iam::DELETE_GROUP, json!({ "GroupName": name })).await;
    remove.map_err(|failure| format!("deleting IAM Group ({name}): {failure}"))
}
