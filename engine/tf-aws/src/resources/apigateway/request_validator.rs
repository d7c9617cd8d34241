//! `aws_api_gateway_request_validator`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{patch, replace};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigateway as api;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_api_gateway_request_validator",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn target(data: &ResourceData) -> Json {
    json!({ "restApiId": data.get("rest_api_id"), "requestValidatorId": data.id() })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let input = json!({
        "restApiId": data.get("rest_api_id"),
        "name": name,
        "validateRequestBody": data.bool("validate_request_body"),
        "validateRequestParameters": data.bool("validate_request_parameters"),
    });
    let output = data.call(&api::CREATE_REQUEST_VALIDATOR, input).await;
    let output =
        output.map_err(|failure| format!("creating API Gateway Request Validator ({name}): {failure}"))?;
    data.set_id(output["id"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway Request Validator ({}): {failure}", data.id());
    match data.find(&api::GET_REQUEST_VALIDATOR, target(data)).await.map_err(wrap)? {
        Some(found) => data.set_all(json!({
            "name": found["name"],
            "validate_request_body": found["validateRequestBody"].as_bool().unwrap_or(false),
            "validate_request_parameters": found["validateRequestParameters"].as_bool().unwrap_or(false),
        })),
        None => data.clear(),
    }
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let mut patches = Vec::new();
    if data.changed("name") {
        patches.push(replace("/name", data.get("name")));
    }
    for (name, path) in [
        ("validate_request_body", "/validateRequestBody"),
        ("validate_request_parameters", "/validateRequestParameters"),
    ] {
        if data.changed(name) {
            patches.push(replace(path, &data.bool(name).into()));
        }
    }
    let what = format!("API Gateway Request Validator ({})", data.id());
    patch(data, &api::UPDATE_REQUEST_VALIDATOR, target(data), patches, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_REQUEST_VALIDATOR, target(data));
    remove
        .await
        .map_err(|failure| format!("deleting API Gateway Request Validator ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, validator] = split_id(id, "REST-API-ID/REQUEST-VALIDATOR-ID")?;
    data.set("rest_api_id", api);
    data.set_id(validator);
    Ok(())
}
