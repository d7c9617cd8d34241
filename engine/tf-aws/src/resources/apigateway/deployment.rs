//! `aws_api_gateway_deployment`.
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
        "aws_api_gateway_deployment",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn target(data: &ResourceData) -> Json {
    json!({ "restApiId": data.get("rest_api_id"), "deploymentId": data.id() })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let input = json!({
        "restApiId": data.get("rest_api_id"),
        "description": data.str("description"),
        "variables": data.opt("variables"),
    });
    let output = data.call(&api::CREATE_DEPLOYMENT, input).await;
    let output = output.map_err(|failure| format!("creating API Gateway Deployment: {failure}"))?;
    data.set_id(output["id"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway Deployment ({}): {failure}", data.id());
    match data.find(&api::GET_DEPLOYMENT, target(data)).await.map_err(wrap)? {
        Some(found) => data.set_all(json!({
            "created_date": found["createdDate"],
            "description": found["description"].as_str().unwrap_or_default(),
        })),
        None => data.clear(),
    }
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let patches = scalar_patches(data, &[("description", "/description")]);
    let what = format!("API Gateway Deployment ({})", data.id());
    patch(data, &api::UPDATE_DEPLOYMENT, target(data), patches, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_DEPLOYMENT, target(data));
    remove.await.map_err(|failure| format!("deleting API Gateway Deployment ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, deployment] = split_id(id, "REST-API-ID/DEPLOYMENT-ID")?;
    data.set_all(json!({ "id": deployment, "rest_api_id": api }));
    Ok(())
}
