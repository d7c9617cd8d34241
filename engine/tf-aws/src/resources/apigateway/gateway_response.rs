//! `aws_api_gateway_gateway_response`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::set_joined_id;
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigateway as api;
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_api_gateway_gateway_response",
        action!(put),
        action!(read),
        Some(action!(put)),
        action!(delete),
    )
};

fn target(data: &ResourceData) -> Json {
    json!({ "restApiId": data.get("rest_api_id"), "responseType": data.get("response_type") })
}

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let mut input = target(data);
    input["statusCode"] = data.opt("status_code");
    input["responseParameters"] = data.opt("response_parameters");
    input["responseTemplates"] = data.opt("response_templates");
    let call = data.call(&api::PUT_GATEWAY_RESPONSE, input);
    call.await.map_err(|failure| format!("putting API Gateway Gateway Response: {failure}"))?;
    set_joined_id(data, "aggr", &["rest_api_id", "response_type"]);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway Gateway Response ({}): {failure}", data.id());
    match data.find(&api::GET_GATEWAY_RESPONSE, target(data)).await.map_err(wrap)? {
        Some(found) => data.set_all(json!({
            "response_parameters": found["responseParameters"].as_object().cloned().unwrap_or_else(Map::new),
            "response_templates": found["responseTemplates"].as_object().cloned().unwrap_or_else(Map::new),
            "response_type": found["responseType"],
            "status_code": found["statusCode"].as_str().unwrap_or_default(),
        })),
        None => data.clear(),
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_GATEWAY_RESPONSE, target(data));
    remove
        .await
        .map_err(|failure| format!("deleting API Gateway Gateway Response ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, kind] = split_id(id, "REST-API-ID/RESPONSE-TYPE")?;
    data.set_all(json!({ "rest_api_id": api, "response_type": kind }));
    set_joined_id(data, "aggr", &["rest_api_id", "response_type"]);
    Ok(())
}
