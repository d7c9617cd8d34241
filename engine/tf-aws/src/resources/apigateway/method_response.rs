//! `aws_api_gateway_method_response`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{map_patches, patch, response_of, set_joined_id};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::plan::Diff;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigateway as api;
use serde_json::{Map, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    import,
    ..ResourceType::new(
        "aws_api_gateway_method_response",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

const ID: &[&str] = &["rest_api_id", "resource_id", "http_method", "status_code"];

/// The status code is part of what a response is.
fn customize(diff: &mut Diff<'_>) {
    diff.force_new("status_code");
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let mut input = response_of(data);
    input["responseModels"] = data.opt("response_models");
    input["responseParameters"] = data.opt("response_parameters");
    let call = data.call(&api::PUT_METHOD_RESPONSE, input);
    call.await.map_err(|failure| format!("creating API Gateway Method Response: {failure}"))?;
    set_joined_id(data, "agmr", ID);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway Method Response ({}): {failure}", data.id());
    match data.find(&api::GET_METHOD_RESPONSE, response_of(data)).await.map_err(wrap)? {
        Some(found) => data.set_all(json!({
            "response_models": found["responseModels"].as_object().cloned().unwrap_or_else(Map::new),
            "response_parameters": found["responseParameters"].as_object().cloned().unwrap_or_else(Map::new),
        })),
        None => data.clear(),
    }
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let mut patches = map_patches(data, "response_models", "/responseModels");
    patches.extend(map_patches(data, "response_parameters", "/responseParameters"));
    let what = format!("API Gateway Method Response ({})", data.id());
    patch(data, &api::UPDATE_METHOD_RESPONSE, response_of(data), patches, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_METHOD_RESPONSE, response_of(data));
    remove.await.map_err(|failure| format!("deleting API Gateway Method Response ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, resource, method, status] = split_id(id, "REST-API-ID/RESOURCE-ID/HTTP-METHOD/STATUS-CODE")?;
    data.set_all(
        json!({ "rest_api_id": api, "resource_id": resource, "http_method": method, "status_code": status }),
    );
    set_joined_id(data, "agmr", ID);
    Ok(())
}
