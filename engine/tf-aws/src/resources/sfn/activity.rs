//! `aws_sfn_activity`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{instant, read_tags, tags_of, update_tags};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::stepfunctions as sfn;
use serde_json::json;

pub static TYPE: ResourceType = ResourceType {
    not_simulated: &["encryption_configuration"],
    ..ResourceType::new(
        "aws_sfn_activity",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let input = json!({ "name": name, "tags": tags_of(data) });
    let output = data.call(&sfn::CREATE_ACTIVITY, input).await;
    let output = output.map_err(|failure| format!("creating Step Functions Activity ({name}): {failure}"))?;
    data.set_id(output["activityArn"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading Step Functions Activity ({arn}): {failure}");
    let found = data.call(&sfn::DESCRIBE_ACTIVITY, json!({ "activityArn": arn })).await;
    let found = match found {
        Ok(found) => found,
        Err(failure) if failure.is("ActivityDoesNotExist") => {
            data.clear();
            return Ok(());
        }
        Err(failure) => return Err(wrap(failure)),
    };
    data.set_all(json!({
        "arn": found["activityArn"],
        "creation_date": instant(&found["creationDate"]),
        "name": found["name"],
    }));
    read_tags(data, &arn, "Step Functions Activity").await
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    update_tags(data, &arn, "Step Functions Activity").await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let remove = data.remove(&sfn::DELETE_ACTIVITY, json!({ "activityArn": arn }));
    remove.await.map_err(|failure| format!("deleting Step Functions Activity ({arn}): {failure}"))
}
