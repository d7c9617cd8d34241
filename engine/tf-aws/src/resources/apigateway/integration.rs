//! `aws_api_gateway_integration`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{list_patches, map_patches, method_of, patch, scalar_patches, set_joined_id};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigateway as api;
use serde_json::{Map, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    not_simulated: &["tls_config", "integration_target", "response_transfer_mode"],
    ..ResourceType::new(
        "aws_api_gateway_integration",
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
        ("type", "type"),
        ("cacheKeyParameters", "cache_key_parameters"),
        ("cacheNamespace", "cache_namespace"),
        ("connectionId", "connection_id"),
        ("connectionType", "connection_type"),
        ("contentHandling", "content_handling"),
        ("credentials", "credentials"),
        ("integrationHttpMethod", "integration_http_method"),
        ("passthroughBehavior", "passthrough_behavior"),
        ("requestParameters", "request_parameters"),
        ("requestTemplates", "request_templates"),
        ("timeoutInMillis", "timeout_milliseconds"),
        ("uri", "uri"),
    ] {
        input[member] = data.opt(name);
    }
    let call = data.call(&api::PUT_INTEGRATION, input);
    call.await.map_err(|failure| format!("creating API Gateway Integration: {failure}"))?;
    set_joined_id(data, "agi", ID);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway Integration ({}): {failure}", data.id());
    let Some(found) = data.find(&api::GET_INTEGRATION, method_of(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let text = |name: &str| found[name].as_str().unwrap_or_default();
    let mut templates = found["requestTemplates"].as_object().cloned().unwrap_or_else(Map::new);
    // A template without text comes back as null.
    templates.values_mut().filter(|value| value.is_null()).for_each(|value| *value = "".into());
    data.set_all(json!({
        "cache_key_parameters": found["cacheKeyParameters"].as_array().cloned().unwrap_or_default(),
        "cache_namespace": text("cacheNamespace"),
        "connection_id": text("connectionId"),
        "connection_type": found["connectionType"].as_str().unwrap_or("INTERNET"),
        "content_handling": text("contentHandling"),
        "credentials": text("credentials"),
        "integration_http_method": text("httpMethod"),
        "passthrough_behavior": text("passthroughBehavior"),
        "request_parameters": found["requestParameters"].as_object().cloned().unwrap_or_else(Map::new),
        "request_templates": templates,
        "response_transfer_mode": found["responseTransferMode"].as_str().unwrap_or("BUFFERED"),
        "timeout_milliseconds": found["timeoutInMillis"],
        "type": text("type"),
        "uri": text("uri"),
    }));
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let mut patches = scalar_patches(
        data,
        &[
            ("cache_namespace", "/cacheNamespace"),
            ("connection_id", "/connectionId"),
            ("connection_type", "/connectionType"),
            ("content_handling", "/contentHandling"),
            ("timeout_milliseconds", "/timeoutInMillis"),
            ("uri", "/uri"),
        ],
    );
    patches.extend(map_patches(data, "request_parameters", "/requestParameters"));
    patches.extend(map_patches(data, "request_templates", "/requestTemplates"));
    patches.extend(list_patches(data, "cache_key_parameters", "/cacheKeyParameters"));
    let what = format!("API Gateway Integration ({})", data.id());
    patch(data, &api::UPDATE_INTEGRATION, method_of(data), patches, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_INTEGRATION, method_of(data));
    remove.await.map_err(|failure| format!("deleting API Gateway Integration ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, resource, method] = split_id(id, "REST-API-ID/RESOURCE-ID/HTTP-METHOD")?;
    data.set_all(json!({ "rest_api_id": api, "resource_id": resource, "http_method": method }));
    set_joined_id(data, "agi", ID);
    Ok(())
}
