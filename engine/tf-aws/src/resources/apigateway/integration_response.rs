//! `aws_api_gateway_integration_response`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{response_of, set_joined_id};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::plan::Diff;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigateway as api;
use serde_json::{Map, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    import,
    // An update puts the whole response anew.
    ..ResourceType::new(
        "aws_api_gateway_integration_response",
        action!(put),
        action!(read),
        Some(action!(put)),
        action!(delete),
    )
};

const ID: &[&str] = &["rest_api_id", "resource_id", "http_method", "status_code"];

fn customize(diff: &mut Diff<'_>) {
    diff.force_new("status_code");
}

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let mut input = response_of(data);
    input["contentHandling"] = data.opt("content_handling");
    input["selectionPattern"] = data.opt("selection_pattern");
    input["responseParameters"] = data.opt("response_parameters");
    input["responseTemplates"] = data.opt("response_templates");
    let call = data.call(&api::PUT_INTEGRATION_RESPONSE, input);
    call.await.map_err(|failure| format!("putting API Gateway Integration Response: {failure}"))?;
    set_joined_id(data, "agir", ID);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap =
        |failure: Failure| format!("reading API Gateway Integration Response ({}): {failure}", data.id());
    let Some(found) = data.find(&api::GET_INTEGRATION_RESPONSE, response_of(data)).await.map_err(wrap)?
    else {
        data.clear();
        return Ok(());
    };
    let mut templates = found["responseTemplates"].as_object().cloned().unwrap_or_else(Map::new);
    templates.values_mut().filter(|value| value.is_null()).for_each(|value| *value = "".into());
    data.set_all(json!({
        "content_handling": found["contentHandling"].as_str().unwrap_or_default(),
        "response_parameters": found["responseParameters"].as_object().cloned().unwrap_or_else(Map::new),
        "response_templates": templates,
        "selection_pattern": found["selectionPattern"].as_str().unwrap_or_default(),
    }));
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_INTEGRATION_RESPONSE, response_of(data));
    remove
        .await
        .map_err(|failure| format!("deleting API Gateway Integration Response ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, resource, method, status] = split_id(id, "REST-API-ID/RESOURCE-ID/HTTP-METHOD/STATUS-CODE")?;
    data.set_all(
        json!({ "rest_api_id": api, "resource_id": resource, "http_method": method, "status_code": status }),
    );
    set_joined_id(data, "agir", ID);
    Ok(())
}
