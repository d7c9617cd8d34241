//! `aws_cloudwatch_event_bus`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{read_tags, update_tags};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::events;
use serde_json::json;

pub static TYPE: ResourceType = ResourceType {
    import,
    not_simulated: &["dead_letter_config", "event_source_name", "kms_key_identifier", "log_config"],
    ..ResourceType::new(
        "aws_cloudwatch_event_bus",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let input = json!({ "Name": name, "Description": data.opt("description"), "Tags": data.tag_list() });
    let made = data.call(&events::CREATE_EVENT_BUS, input).await;
    made.map_err(|failure| format!("creating EventBridge Event Bus ({name}): {failure}"))?;
    data.set_id(name);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading EventBridge Event Bus ({name}): {failure}");
    let Some(found) = data.find(&events::DESCRIBE_EVENT_BUS, json!({ "Name": name })).await.map_err(wrap)?
    else {
        data.clear();
        return Ok(());
    };
    data.set_all(json!({
        "arn": found["Arn"],
        "description": found["Description"].as_str().unwrap_or_default(),
        "event_source_name": "",
        "kms_key_identifier": "",
        "name": found["Name"],
    }));
    read_tags(data, &found["Arn"]).await.map_err(wrap)
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    if data.changed("description") {
        return Err(format!(
            "updating EventBridge Event Bus ({name}): UpdateEventBus: not simulated by Nuvola; replace the bus"
        ));
    }
    update_tags(data).await.map_err(|failure| format!("updating EventBridge Event Bus ({name}): {failure}"))
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let remove = data.remove(&events::DELETE_EVENT_BUS, json!({ "Name": name }));
    remove.await.map_err(|failure| format!("deleting EventBridge Event Bus ({name}): {failure}"))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    data.set_all(json!({ "id": id, "name": id }));
    Ok(())
}
