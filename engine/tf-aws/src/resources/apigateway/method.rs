//! `aws_api_gateway_method`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{list_patches, map_patches, method_of, patch, replace, scalar_patches, set_joined_id};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigateway as api;
use serde_json::{Map, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_api_gateway_method",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

const ID: &[&str] = &["rest_api_id", "resource_id", "http_method"];

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let mut input = method_of(data);
    for (member, name) in [
        ("authorizationType", "authorization"),
        ("authorizationScopes", "authorization_scopes"),
        ("authorizerId", "authorizer_id"),
        ("operationName", "operation_name"),
        ("requestModels", "request_models"),
        ("requestParameters", "request_parameters"),
        ("requestValidatorId", "request_validator_id"),
    ] {
        input[member] = data.opt(name);
    }
    input["apiKeyRequired"] = data.bool("api_key_required").into();
    data.call(&api::PUT_METHOD, input)
        .await
        .map_err(|failure| format!("creating API Gateway Method: {failure}"))?;
    set_joined_id(data, "agm", ID);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway Method ({}): {failure}", data.id());
    match data.find(&api::GET_METHOD, method_of(data)).await.map_err(wrap)? {
        Some(found) => data.set_all(json!({
            "api_key_required": found["apiKeyRequired"].as_bool().unwrap_or(false),
            "authorization": found["authorizationType"],
            "authorization_scopes": found["authorizationScopes"].as_array().cloned().unwrap_or_default(),
            "authorizer_id": found["authorizerId"].as_str().unwrap_or_default(),
            "operation_name": found["operationName"].as_str().unwrap_or_default(),
            "request_models": found["requestModels"].as_object().cloned().unwrap_or_else(Map::new),
            "request_parameters": found["requestParameters"].as_object().cloned().unwrap_or_else(Map::new),
            "request_validator_id": found["requestValidatorId"].as_str().unwrap_or_default(),
        })),
        None => data.clear(),
    }
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let mut patches = scalar_patches(
        data,
        &[
            ("authorization", "/authorizationType"),
            ("authorizer_id", "/authorizerId"),
            ("operation_name", "/operationName"),
            ("request_validator_id", "/requestValidatorId"),
        ],
    );
    if data.changed("api_key_required") {
        patches.push(replace("/apiKeyRequired", &data.bool("api_key_required").into()));
    }
    patches.extend(map_patches(data, "request_models", "/requestModels"));
    patches.extend(map_patches(data, "request_parameters", "/requestParameters"));
    patches.extend(list_patches(data, "authorization_scopes", "/authorizationScopes"));
    let what = format!("API Gateway Method ({})", data.id());
    patch(data, &api::UPDATE_METHOD, method_of(data), patches, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_METHOD, method_of(data));
    remove.await.map_err(|failure| format!("deleting API Gateway Method ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, resource, method] = split_id(id, "REST-API-ID/RESOURCE-ID/HTTP-METHOD")?;
    data.set_all(json!({ "rest_api_id": api, "resource_id": resource, "http_method": method }));
    set_joined_id(data, "agm", ID);
    Ok(())
}
