//! `aws_api_gateway_account`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{patch, replace};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::apigateway as api;
use serde_json::json;

pub static TYPE: ResourceType = ResourceType {
    ..ResourceType::new(
        "aws_api_gateway_account",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    update(data).await?;
    data.set_id("api-gateway-account");
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway Account: {failure}");
    let found = data.call(&api::GET_ACCOUNT, json!({})).await.map_err(wrap)?;
    let throttle = &found["throttleSettings"];
    data.set_all(json!({
        "api_key_version": found["apiKeyVersion"],
        "cloudwatch_role_arn": found["cloudwatchRoleArn"].as_str().unwrap_or_default(),
        "features": found["features"].as_array().cloned().unwrap_or_default(),
        "throttle_settings": [{
            "burst_limit": throttle["burstLimit"].as_i64().unwrap_or(0),
            "rate_limit": throttle["rateLimit"].as_f64().unwrap_or(0.0),
        }],
    }));
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let role = replace("/cloudwatchRoleArn", &json!(data.str("cloudwatch_role_arn")));
    patch(data, &api::UPDATE_ACCOUNT, json!({}), vec![role], "API Gateway Account").await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let role = replace("/cloudwatchRoleArn", &json!(""));
    patch(data, &api::UPDATE_ACCOUNT, json!({}), vec![role], "API Gateway Account").await
}
