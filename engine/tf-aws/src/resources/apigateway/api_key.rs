//! `aws_api_gateway_api_key`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{patch, replace, scalar_patches, update_tags};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::apigateway_plans as api;
use serde_json::json;

pub static TYPE: ResourceType = ResourceType {
    ..ResourceType::new(
        "aws_api_gateway_api_key",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let input = json!({
        "name": name,
        "customerId": data.opt("customer_id"),
        "description": data.opt("description"),
        "enabled": data.bool("enabled"),
        "value": data.opt("value"),
        "tags": non_zero(data.get("tags_all")),
    });
    let output = data.call(&api::CREATE_API_KEY, input).await;
    let output = output.map_err(|failure| format!("creating API Gateway API Key ({name}): {failure}"))?;
    data.set_id(output["id"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading API Gateway API Key ({id}): {failure}");
    let input = json!({ "apiKey": id, "includeValue": true });
    let Some(found) = data.find(&api::GET_API_KEY, input).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    data.set_all(json!({
        "arn": format!("arn:{}:apigateway:{}::/apikeys/{id}", data.client.partition, data.region),
        "created_date": found["createdDate"],
        "customer_id": found["customerId"].as_str().unwrap_or_default(),
        "description": found["description"].as_str().unwrap_or_default(),
        "enabled": found["enabled"].as_bool().unwrap_or(false),
        "last_updated_date": found["lastUpdatedDate"],
        "name": found["name"],
        "value": found["value"],
    }));
    data.read_tags(found["tags"].as_object().cloned().unwrap_or_default());
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let mut patches = scalar_patches(
        data,
        &[("customer_id", "/customerId"), ("description", "/description"), ("name", "/name")],
    );
    if data.changed("enabled") {
        patches.push(replace("/enabled", &data.bool("enabled").into()));
    }
    let what = format!("API Gateway API Key ({id})");
    patch(data, &api::UPDATE_API_KEY, json!({ "apiKey": id }), patches, &what).await?;
    update_tags(data, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let remove = data.remove(&api::DELETE_API_KEY, json!({ "apiKey": id }));
    remove.await.map_err(|failure| format!("deleting API Gateway API Key ({id}): {failure}"))
}
