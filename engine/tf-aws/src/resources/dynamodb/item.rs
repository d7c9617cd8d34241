//! `aws_dynamodb_table_item`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::dynamodb;
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_dynamodb_table_item",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

type Item = Map<String, Json>;

/// The JSON of an `item` argument.
fn parse(text: &str) -> Result<Item, String> {
    match serde_json::from_str::<Json>(text) {
        Ok(Json::Object(item)) => Ok(item),
        Ok(_) => Err("invalid format of \"item\": decoding failed: it is no object".to_owned()),
        Err(error) => Err(format!("invalid format of \"item\": decoding failed: {error}")),
    }
}

fn key_names(data: &ResourceData) -> Vec<String> {
    [data.str("hash_key"), data.str("range_key")]
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The key of an item.
fn key(data: &ResourceData, item: &Item) -> Item {
    let names = key_names(data);
    names.into_iter().filter_map(|name| Some((name.clone(), item.get(&name)?.clone()))).collect()
}

/// `TABLE|HASH|B|S|N|RANGE|B|S|N`, where only one of each three is there.
fn id(data: &ResourceData, item: &Item) -> String {
    let mut parts = vec![data.str("table_name").to_owned()];
    for name in key_names(data) {
        let value = item.get(&name).cloned().unwrap_or_default();
        parts.push(name);
        parts.extend(["B", "S", "N"].map(|kind| value[kind].as_str().unwrap_or_default().to_owned()));
    }
    parts.join("|")
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let item = parse(data.str("item"))?;
    let input = json!({
        "TableName": data.str("table_name"),
        "Item": item,
        // An item that is there already is not to be lost.
        "ConditionExpression": "attribute_not_exists(#hk)",
        "ExpressionAttributeNames": { "#hk": data.str("hash_key") },
    });
    let call = data.call(&dynamodb::PUT_ITEM, input);
    call.await.map_err(|failure| format!("creating DynamoDB Table Item: {failure}"))?;
    let id = id(data, &item);
    data.set_id(id);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let item = parse(data.str("item"))?;
    let names: Vec<&String> = item.keys().collect();
    let placeholders: Vec<String> = (0..names.len()).map(|at| format!("#a{at}")).collect();
    let named: Map<String, Json> =
        placeholders.iter().cloned().zip(names.iter().map(|name| Json::from(name.as_str()))).collect();
    let input = json!({
        "TableName": data.str("table_name"),
        "Key": key(data, &item),
        "ConsistentRead": true,
        "ProjectionExpression": placeholders.join(", "),
        "ExpressionAttributeNames": named,
    });
    let wrap = |failure: Failure| format!("reading DynamoDB Table Item ({}): {failure}", data.id());
    let found = data.find(&dynamodb::GET_ITEM, input).await.map_err(wrap)?.unwrap_or_default();
    match found["Item"].as_object().filter(|item| !item.is_empty()) {
        // As written, where it means the same.
        Some(there) if *there == item => {}
        Some(there) => {
            let text = Json::Object(there.clone()).to_string();
            data.set("item", text);
        }
        None => data.clear(),
    }
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    if !data.changed("item") {
        return Ok(());
    }
    let wrap = |failure: Failure| format!("updating DynamoDB Table Item: {failure}");
    let new = parse(data.str("item"))?;
    let old = parse(data.prior.get("item").and_then(Json::as_str).unwrap_or("{}"))?;
    let names = key_names(data);
    let mut changes = Map::new();
    for (name, value) in new.iter().filter(|(name, _)| !names.contains(name)) {
        changes.insert(name.clone(), json!({ "Action": "PUT", "Value": value }));
    }
    for name in old.keys().filter(|name| !new.contains_key(*name) && !names.contains(name)) {
        changes.insert(name.clone(), json!({ "Action": "DELETE" }));
    }
    let (new_key, old_key) = (key(data, &new), key(data, &old));
    let input = json!({ "TableName": data.str("table_name"), "Key": new_key, "AttributeUpdates": changes });
    data.call(&dynamodb::UPDATE_ITEM, input).await.map_err(wrap)?;
    if new_key != old_key {
        let input = json!({ "TableName": data.str("table_name"), "Key": old_key });
        data.call(&dynamodb::DELETE_ITEM, input).await.map_err(wrap)?;
    }
    let id = id(data, &new);
    data.set_id(id);
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let item = parse(data.str("item"))?;
    let input = json!({ "TableName": data.str("table_name"), "Key": key(data, &item) });
    let remove = data.remove(&dynamodb::DELETE_ITEM, input);
    remove.await.map_err(|failure| format!("deleting DynamoDB Table Item ({}): {failure}", data.id()))
}

fn import(_: &mut ResourceData, _: &str) -> Result<(), String> {
    Err("resource aws_dynamodb_table_item doesn't support import".to_owned())
}
