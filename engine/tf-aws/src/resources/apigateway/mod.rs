//! API Gateway, REST APIs.

pub mod account;
pub mod api_key;
pub mod authorizer;
pub mod deployment;
pub mod gateway_response;
pub mod integration;
pub mod integration_response;
pub mod method;
pub mod method_response;
pub mod method_settings;
pub mod model;
pub mod request_validator;
pub mod resource;
pub mod rest_api;
pub mod rest_api_policy;
pub mod stage;
pub mod usage_plan;
pub mod usage_plan_key;

use crate::data::ResourceData;
use crate::wire::{Operation, apigateway as api};
use serde_json::{Map, Value as Json, json};

/// Replaces a value of a patch document.
fn replace(path: &str, value: &Json) -> Json {
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => value.to_string(),
    };
    json!({ "op": "replace", "path": path, "value": text })
}

/// A name inside a path of a patch document (RFC 6901).
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn entries(json: Option<&Json>) -> Map<String, Json> {
    json.and_then(Json::as_object).cloned().unwrap_or_default()
}

/// What turns one map into another.
fn map_patches(data: &ResourceData, name: &str, path: &str) -> Vec<Json> {
    let (old, new) = (entries(data.prior.get(name)), entries(Some(data.get(name))));
    let mut out = Vec::new();
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        out.push(json!({ "op": "remove", "path": format!("{path}/{}", escape(key)) }));
    }
    for (key, value) in new.iter().filter(|(key, value)| old.get(*key) != Some(value)) {
        let op = if old.contains_key(key) { "replace" } else { "add" };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        out.push(json!({ "op": op, "path": format!("{path}/{}", escape(key)), "value": text }));
    }
    out
}

/// What turns one list into another.
fn list_patches(data: &ResourceData, name: &str, path: &str) -> Vec<Json> {
    let items = |json: Option<&Json>| json.and_then(Json::as_array).cloned().unwrap_or_default();
    let (old, new) = (items(data.prior.get(name)), items(Some(data.get(name))));
    let at = |item: &Json| format!("{path}/{}", escape(item.as_str().unwrap_or_default()));
    let removed =
        old.iter().filter(|item| !new.contains(item)).map(|item| json!({ "op": "remove", "path": at(item) }));
    let added =
        new.iter().filter(|item| !old.contains(item)).map(|item| json!({ "op": "add", "path": at(item) }));
    removed.chain(added).collect()
}

/// Replacements of those attributes that changed, by the paths that they have in patch documents.
fn scalar_patches(data: &ResourceData, names: &[(&str, &str)]) -> Vec<Json> {
    let changed = names.iter().filter(|(name, _)| data.changed(name));
    changed.map(|(name, path)| replace(path, data.get(name))).collect()
}

/// Sends patches, if there are any.
async fn patch(
    data: &ResourceData,
    operation: &Operation,
    mut input: Json,
    patches: Vec<Json>,
    what: &str,
) -> Result<(), String> {
    if patches.is_empty() {
        return Ok(());
    }
    input["patchOperations"] = patches.into();
    data.call(operation, input).await.map_err(|failure| format!("updating {what}: {failure}"))?;
    Ok(())
}

async fn update_tags(data: &ResourceData, what: &str) -> Result<(), String> {
    let wrap = |failure: crate::failure::Failure| format!("updating tags for {what}: {failure}");
    let (added, removed) = data.tag_changes();
    let arn = data.prior.get("arn").cloned().unwrap_or_default();
    if !removed.is_empty() {
        let input = json!({ "resourceArn": arn, "tagKeys": removed });
        data.call(&api::UNTAG_RESOURCE, input).await.map_err(wrap)?;
    }
    if !added.is_empty() {
        data.call(&api::TAG_RESOURCE, json!({ "resourceArn": arn, "tags": added })).await.map_err(wrap)?;
    }
    Ok(())
}

/// The method that a resource is about or belongs to.
fn method_of(data: &ResourceData) -> Json {
    json!({
        "restApiId": data.get("rest_api_id"),
        "resourceId": data.get("resource_id"),
        "httpMethod": data.get("http_method"),
    })
}

/// The same with a status code.
fn response_of(data: &ResourceData) -> Json {
    let mut target = method_of(data);
    target["statusCode"] = data.get("status_code").clone();
    target
}

/// Notes that an id is made of a prefix and attributes.
fn set_joined_id(data: &mut ResourceData, prefix: &str, names: &[&str]) {
    let parts: Vec<&str> = names.iter().map(|name| data.str(name)).collect();
    let id = format!("{prefix}-{}", parts.join("-"));
    data.set_id(id);
}
