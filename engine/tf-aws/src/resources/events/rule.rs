//! `aws_cloudwatch_event_rule`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{id_of, parts, read_tags, update_tags};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::names;
use crate::plan::Diff;
use crate::resources::{ResourceType, action, name_prefix};
use crate::wire::events;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    customize,
    ..ResourceType::new(
        "aws_cloudwatch_event_rule",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn customize(diff: &mut Diff<'_>) {
    let name = diff.json("name");
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if let Some(name) = name.as_str().filter(|name| !name.is_empty())
        && (name.len() > 64 || !name.bytes().all(legal))
    {
        diff.errors.push(format!("invalid value for name: {name}"));
    }
}

/// `state`, or the older `is_enabled`; on, if neither is said.
fn state(data: &ResourceData) -> Json {
    match (data.str("state"), data.get("is_enabled")) {
        ("", Json::Bool(false)) => "DISABLED".into(),
        ("", _) => "ENABLED".into(),
        (state, _) => state.into(),
    }
}

async fn put(data: &ResourceData, bus: &str, name: &str, tags: Json) -> Result<(), Failure> {
    let input = json!({
        "Name": name,
        "EventBusName": bus,
        "Description": data.opt("description"),
        "EventPattern": data.opt("event_pattern"),
        "RoleArn": data.opt("role_arn"),
        "ScheduleExpression": data.opt("schedule_expression"),
        "State": state(data),
        "Tags": tags,
    });
    data.call(&events::PUT_RULE, input).await.map(|_| ())
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let bus = data.str("event_bus_name").to_owned();
    let name = names::of(data, "name", "name_prefix");
    put(data, &bus, &name, data.tag_list())
        .await
        .map_err(|failure| format!("creating EventBridge Rule ({name}): {failure}"))?;
    data.set_id(id_of(&bus, &name));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let (bus, name) = parts(data.id());
    let wrap = |failure: Failure| format!("reading EventBridge Rule ({name}): {failure}");
    let input = json!({ "Name": name, "EventBusName": bus });
    let Some(found) = data.find(&events::DESCRIBE_RULE, input).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
    let state = text("State");
    data.set_all(json!({
        "arn": found["Arn"],
        "description": text("Description"),
        "event_bus_name": bus,
        "event_pattern": text("EventPattern"),
        "name": name,
        "name_prefix": name_prefix(&name),
        "role_arn": text("RoleArn"),
        "schedule_expression": text("ScheduleExpression"),
    }));
    // Which of the two was used stays; none stands for a rule that is on.
    if !data.get("is_enabled").is_null() {
        data.set("is_enabled", state != "DISABLED");
    } else if !data.get("state").is_null() || state != "ENABLED" {
        data.set("state", state);
    }
    if data.get("force_destroy").is_null() {
        data.set("force_destroy", false);
    }
    read_tags(data, &found["Arn"]).await.map_err(wrap)
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let (bus, name) = parts(data.id());
    let wrap = |failure: Failure| format!("updating EventBridge Rule ({name}): {failure}");
    put(data, &bus, &name, Json::Null).await.map_err(wrap)?;
    update_tags(data).await.map_err(wrap)
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let (bus, name) = parts(data.id());
    let force = non_zero(data.get("force_destroy"));
    let input = json!({ "Name": name, "EventBusName": bus, "Force": force });
    let wrap = |failure: Failure| format!("deleting EventBridge Rule ({name}): {failure}");
    // Targets that go with it may take a moment.
    let passes =
        |failure: &Failure| failure.to_string().contains("Rule can't be deleted since it has targets");
    match data.client.call_until(&data.region, &events::DELETE_RULE, input, passes).await {
        Err(failure) if !failure.is_absence() => Err(wrap(failure)),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let (bus, name) = parts(id);
    data.set_all(json!({ "id": id_of(&bus, &name), "event_bus_name": bus, "name": name }));
    Ok(())
}
