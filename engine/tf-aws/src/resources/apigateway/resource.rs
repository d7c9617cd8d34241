//! `aws_api_gateway_resource`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{patch, scalar_patches};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::plan::Diff;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigateway as api;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    import,
    ..ResourceType::new(
        "aws_api_gateway_resource",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

/// The path follows from the parent and the part.
fn customize(diff: &mut Diff<'_>) {
    if !diff.is_create() && diff.changes_any(&["parent_id", "path_part"]) {
        diff.set_unknown("path");
    }
}

fn target(data: &ResourceData) -> Json {
    json!({ "restApiId": data.get("rest_api_id"), "resourceId": data.id() })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let part = data.str("path_part").to_owned();
    let input = json!({
        "restApiId": data.get("rest_api_id"),
        "parentId": data.get("parent_id"),
        "pathPart": part,
    });
    let output = data.call(&api::CREATE_RESOURCE, input).await;
    let output = output.map_err(|failure| format!("creating API Gateway Resource ({part}): {failure}"))?;
    data.set_id(output["id"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway Resource ({}): {failure}", data.id());
    match data.find(&api::GET_RESOURCE, target(data)).await.map_err(wrap)? {
        Some(found) => data.set_all(json!({
            "parent_id": found["parentId"],
            "path": found["path"],
            "path_part": found["pathPart"],
        })),
        None => data.clear(),
    }
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let patches = scalar_patches(data, &[("path_part", "/pathPart"), ("parent_id", "/parentId")]);
    let what = format!("API Gateway Resource ({})", data.id());
    patch(data, &api::UPDATE_RESOURCE, target(data), patches, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_RESOURCE, target(data));
    remove.await.map_err(|failure| format!("deleting API Gateway Resource ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, resource] = split_id(id, "REST-API-ID/RESOURCE-ID")?;
    data.set_all(json!({ "id": resource, "rest_api_id": api }));
    Ok(())
}
