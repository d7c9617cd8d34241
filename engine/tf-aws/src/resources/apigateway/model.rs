//! `aws_api_gateway_model`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{patch, scalar_patches};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigateway as api;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_api_gateway_model",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn target(data: &ResourceData) -> Json {
    json!({ "restApiId": data.get("rest_api_id"), "modelName": data.get("name") })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let input = json!({
        "restApiId": data.get("rest_api_id"),
        "name": name,
        "contentType": data.get("content_type"),
        "description": data.opt("description"),
        "schema": data.opt("schema"),
    });
    let output = data.call(&api::CREATE_MODEL, input).await;
    let output = output.map_err(|failure| format!("creating API Gateway Model ({name}): {failure}"))?;
    data.set_id(output["id"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway Model ({}): {failure}", data.id());
    match data.find(&api::GET_MODEL, target(data)).await.map_err(wrap)? {
        Some(found) => {
            data.set_all(json!({
                "content_type": found["contentType"],
                "description": found["description"].as_str().unwrap_or_default(),
                "schema": found["schema"].as_str().unwrap_or_default(),
            }));
            data.set_id(found["id"].as_str().unwrap_or_default());
        }
        None => data.clear(),
    }
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let patches = scalar_patches(data, &[("description", "/description"), ("schema", "/schema")]);
    let what = format!("API Gateway Model ({})", data.id());
    patch(data, &api::UPDATE_MODEL, target(data), patches, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_MODEL, target(data));
    remove.await.map_err(|failure| format!("deleting API Gateway Model ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, name] = split_id(id, "REST-API-ID/NAME")?;
    data.set("rest_api_id", api);
    data.set("name", name);
    // Reading finds the id.
    data.set_id(name);
    Ok(())
}
