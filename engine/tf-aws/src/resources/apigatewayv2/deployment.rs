//! `aws_apigatewayv2_deployment`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigatewayv2 as api;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_apigatewayv2_deployment",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn target(data: &ResourceData) -> Json {
    json!({ "ApiId": data.get("api_id"), "DeploymentId": data.id() })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let input = json!({ "ApiId": data.get("api_id"), "Description": data.opt("description") });
    let output = data.call(&api::CREATE_DEPLOYMENT, input).await;
    let output = output.map_err(|failure| format!("creating API Gateway v2 Deployment: {failure}"))?;
    data.set_id(output["DeploymentId"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway v2 Deployment ({}): {failure}", data.id());
    match data.find(&api::GET_DEPLOYMENT, target(data)).await.map_err(wrap)? {
        Some(found) => data.set_all(json!({
            "auto_deployed": found["AutoDeployed"].as_bool().unwrap_or(false),
            "description": found["Description"].as_str().unwrap_or_default(),
        })),
        None => data.clear(),
    }
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let mut input = target(data);
    input["Description"] = json!(data.str("description"));
    let call = data.call(&api::UPDATE_DEPLOYMENT, input);
    call.await.map_err(|failure| format!("updating API Gateway v2 Deployment ({}): {failure}", data.id()))?;
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_DEPLOYMENT, target(data));
    remove.await.map_err(|failure| format!("deleting API Gateway v2 Deployment ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, deployment] = split_id(id, "api-id/deployment-id")?;
    data.set("api_id", api);
    data.set_id(deployment);
    Ok(())
}
