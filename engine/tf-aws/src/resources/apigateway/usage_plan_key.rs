//! `aws_api_gateway_usage_plan_key`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigateway_plans as api;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_api_gateway_usage_plan_key",
        action!(create),
        action!(read),
        None,
        action!(delete),
    )
};

fn target(data: &ResourceData) -> Json {
    json!({ "usagePlanId": data.get("usage_plan_id"), "keyId": data.get("key_id") })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let mut input = target(data);
    input["keyType"] = data.get("key_type").clone();
    let output = data.call(&api::CREATE_USAGE_PLAN_KEY, input).await;
    let output = output.map_err(|failure| format!("creating API Gateway Usage Plan Key: {failure}"))?;
    data.set_id(output["id"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway Usage Plan Key ({}): {failure}", data.id());
    match data.find(&api::GET_USAGE_PLAN_KEY, target(data)).await.map_err(wrap)? {
        Some(found) => data.set_all(json!({
            "key_type": found["type"],
            "name": found["name"].as_str().unwrap_or_default(),
            "value": found["value"],
        })),
        None => data.clear(),
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_USAGE_PLAN_KEY, target(data));
    remove.await.map_err(|failure| format!("deleting API Gateway Usage Plan Key ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [plan, key] = split_id(id, "USAGE-PLAN-ID/USAGE-PLAN-KEY-ID")?;
    data.set("usage_plan_id", plan);
    data.set("key_id", key);
    data.set_id(key);
    Ok(())
}
