//! `aws_cloudwatch_event_permission`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{id_of, parts};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::events;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_cloudwatch_event_permission",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

async fn put(data: &ResourceData, bus: &str, sid: &str) -> Result<(), Failure> {
    let condition = data
        .block("condition")
        .map(|block| json!({ "Key": block["key"], "Type": block["type"], "Value": block["value"] }));
    let input = json!({
        "EventBusName": bus,
        "StatementId": sid,
        "Action": data.get("action"),
        "Principal": data.get("principal"),
        "Condition": condition,
    });
    data.call(&events::PUT_PERMISSION, input).await.map(|_| ())
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let (bus, sid) = (data.str("event_bus_name").to_owned(), data.str("statement_id").to_owned());
    let id = format!("{bus}/{sid}");
    put(data, &bus, &sid)
        .await
        .map_err(|failure| format!("creating EventBridge Permission ({id}): {failure}"))?;
    data.set_id(id);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let (bus, sid) = parts(data.id());
    let wrap = |failure: Failure| format!("reading EventBridge Permission ({}): {failure}", data.id());
    let found = data.find(&events::DESCRIBE_EVENT_BUS, json!({ "Name": bus })).await.map_err(wrap)?;
    let policy = found.unwrap_or_default()["Policy"].as_str().unwrap_or_default().to_owned();
    let policy: Json = serde_json::from_str(&policy).unwrap_or_default();
    let mut statements = policy["Statement"].as_array().into_iter().flatten();
    let Some(statement) = statements.find(|statement| statement["Sid"] == sid.as_str()) else {
        data.clear();
        return Ok(());
    };
    let principal =
        statement["Principal"].as_str().or(statement["Principal"]["AWS"].as_str()).unwrap_or_default();
    // The account's root stands for the account.
    let account = principal.strip_suffix(":root").and_then(|arn| arn.rsplit(':').next()).unwrap_or(principal);
    let conditions = statement["Condition"].as_object().into_iter().flatten();
    let condition: Vec<Json> = conditions
        .flat_map(|(kind, keys)| {
            let keys = keys.as_object().into_iter().flatten();
            keys.map(move |(key, value)| json!({ "key": key, "type": kind, "value": value }))
                .collect::<Vec<Json>>()
        })
        .collect();
    data.set_all(json!({
        "action": statement["Action"],
        "condition": condition,
        "event_bus_name": bus,
        "principal": account,
        "statement_id": sid,
    }));
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let (bus, sid) = parts(data.id());
    put(data, &bus, &sid)
        .await
        .map_err(|failure| format!("updating EventBridge Permission ({}): {failure}", data.id()))
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let (bus, sid) = parts(data.id());
    let remove = data.remove(&events::REMOVE_PERMISSION, json!({ "EventBusName": bus, "StatementId": sid }));
    remove.await.map_err(|failure| format!("deleting EventBridge Permission ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let (bus, sid) = parts(id);
    data.set_id(if id_of(&bus, &sid) == id { format!("{bus}/{sid}") } else { id.to_owned() });
    Ok(())
}
