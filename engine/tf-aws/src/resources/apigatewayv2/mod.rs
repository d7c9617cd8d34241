//! API Gateway V2: HTTP APIs.

pub mod api;
pub mod authorizer;
pub mod deployment;
pub mod integration;
pub mod route;
pub mod stage;

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::wire::apigatewayv2 as api_wire;
use serde_json::{Map, Value as Json, json};

/// Attributes with the members that they are in requests and answers.
type Names = &'static [(&'static str, &'static str)];

/// The members that have a value.
fn given(data: &ResourceData, names: Names) -> Map<String, Json> {
    let values = names.iter().map(|(name, member)| ((*member).to_owned(), data.opt(name)));
    values.filter(|(_, value)| !value.is_null()).collect()
}

/// The members that changed. What was taken away is sent as nothing of its kind.
fn changed(data: &ResourceData, names: Names) -> Map<String, Json> {
    let changed = names.iter().filter(|(name, _)| data.changed(name));
    let value = |name: &str| match data.get(name) {
        Json::Null => match data.prior.get(name) {
            Some(Json::Array(_)) => json!([]),
            Some(Json::Object(_)) => json!({}),
            Some(Json::Bool(_)) => json!(false),
            Some(Json::Number(_)) => json!(0),
            Some(Json::String(_) | Json::Null) | None => json!(""),
        },
        value @ (Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_)) => {
            value.clone()
        }
    };
    changed.map(|(name, member)| ((*member).to_owned(), value(name))).collect()
}

/// What turns one map into another where changes go one by one: an empty value takes an entry away.
fn map_change(data: &ResourceData, name: &str) -> Json {
    let entries = |json: Option<&Json>| json.and_then(Json::as_object).cloned().unwrap_or_default();
    let (old, mut new) = (entries(data.prior.get(name)), entries(Some(data.get(name))));
    for key in old.keys() {
        new.entry(key.clone()).or_insert_with(|| json!(""));
    }
    new.into()
}

/// Reads members back: empty texts, false and empty collections where there is none.
fn read_back(data: &mut ResourceData, found: &Json, texts: Names, flags: Names, lists: Names, maps: Names) {
    for (name, member) in texts {
        data.set(name, found[*member].as_str().unwrap_or_default());
    }
    for (name, member) in flags {
        data.set(name, found[*member].as_bool().unwrap_or(false));
    }
    for (name, member) in lists {
        data.set(name, found[*member].as_array().cloned().unwrap_or_default());
    }
    for (name, member) in maps {
        data.set(name, found[*member].as_object().cloned().unwrap_or_default());
    }
}

async fn update_tags(data: &ResourceData, what: &str) -> Result<(), String> {
    let wrap = |failure: Failure| format!("updating tags for {what}: {failure}");
    let (added, removed) = data.tag_changes();
    let arn = data.prior.get("arn").cloned().unwrap_or_default();
    if !removed.is_empty() {
        let input = json!({ "ResourceArn": arn, "TagKeys": removed });
        data.call(&api_wire::UNTAG_RESOURCE, input).await.map_err(wrap)?;
    }
    if !added.is_empty() {
        data.call(&api_wire::TAG_RESOURCE, json!({ "ResourceArn": arn, "Tags": added }))
            .await
            .map_err(wrap)?;
    }
    Ok(())
}
