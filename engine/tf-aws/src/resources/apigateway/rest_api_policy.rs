//! `aws_api_gateway_rest_api_policy`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{patch, replace, rest_api};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::apigateway as api;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_api_gateway_rest_api_policy",
        action!(update),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn target(data: &ResourceData) -> Json {
    json!({ "restApiId": data.get("rest_api_id") })
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.str("rest_api_id").to_owned();
    let patches = vec![replace("/policy", data.get("policy"))];
    patch(data, &api::UPDATE_REST_API, target(data), patches, &format!("API Gateway REST API Policy ({id})"))
        .await?;
    data.set_id(id);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway REST API Policy ({}): {failure}", data.id());
    let found = data.find(&api::GET_REST_API, target(data)).await.map_err(wrap)?;
    match found.as_ref().and_then(|found| found["policy"].as_str()).filter(|policy| !policy.is_empty()) {
        Some(policy) => data.set("policy", rest_api::policy_text(policy)),
        None => data.clear(),
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let patches = vec![replace("/policy", &json!(""))];
    let what = format!("API Gateway REST API Policy ({})", data.id());
    patch(data, &api::UPDATE_REST_API, target(data), patches, &what).await
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    data.set("rest_api_id", id);
    data.set_id(id);
    Ok(())
}
