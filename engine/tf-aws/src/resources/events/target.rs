//! `aws_cloudwatch_event_target`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::DEFAULT_BUS;
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::names;
use crate::resources::{ResourceType, action};
use crate::wire::events;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    not_simulated: &[
        "appsync_target",
        "batch_target",
        "ecs_target",
        "http_target",
        "kinesis_target",
        "redshift_target",
        "run_command_targets",
        "sagemaker_pipeline_target",
    ],
    ..ResourceType::new(
        "aws_cloudwatch_event_target",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn block(data: &ResourceData, name: &str, members: &[(&str, &str)]) -> Json {
    let Some(block) = data.block(name) else { return Json::Null };
    let values = members.iter().map(|(own, theirs)| ((*theirs).to_owned(), non_zero(&block[*own])));
    Json::Object(values.collect())
}

async fn put(data: &ResourceData, id: &str) -> Result<(), Failure> {
    let transformer = data.block("input_transformer").map(|block| {
        json!({ "InputPathsMap": non_zero(&block["input_paths"]), "InputTemplate": block["input_template"] })
    });
    let retry = data.block("retry_policy").map(|block| {
        json!({
            "MaximumEventAgeInSeconds": non_zero(&block["maximum_event_age_in_seconds"]),
            "MaximumRetryAttempts": block["maximum_retry_attempts"],
        })
    });
    let target = json!({
        "Id": id,
        "Arn": data.get("arn"),
        "RoleArn": data.opt("role_arn"),
        "Input": data.opt("input"),
        "InputPath": data.opt("input_path"),
        "InputTransformer": transformer,
        "SqsParameters": block(data, "sqs_target", &[("message_group_id", "MessageGroupId")]),
        "DeadLetterConfig": block(data, "dead_letter_config", &[("arn", "Arn")]),
        "RetryPolicy": retry,
    });
    let input = json!({
        "Rule": data.get("rule"), "EventBusName": data.get("event_bus_name"), "Targets": [target],
    });
    data.call(&events::PUT_TARGETS, input).await.map(|_| ())
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let target = match data.str("target_id") {
        "" => names::unique(data, "terraform-"),
        id => id.to_owned(),
    };
    let rule = data.str("rule").to_owned();
    put(data, &target)
        .await
        .map_err(|failure| format!("creating EventBridge Target ({rule}-{target}): {failure}"))?;
    data.set("target_id", target.as_str());
    let bus = data.str("event_bus_name");
    let id = match bus {
        DEFAULT_BUS | "" => format!("{rule}-{target}"),
        _ => format!("{bus}-{rule}-{target}"),
    };
    data.set_id(id);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading EventBridge Target ({}): {failure}", data.id());
    let mut token = Json::Null;
    let found = loop {
        let input = json!({
            "Rule": data.get("rule"), "EventBusName": data.get("event_bus_name"), "NextToken": token,
        });
        let Some(page) = data.find(&events::LIST_TARGETS_BY_RULE, input).await.map_err(wrap)? else {
            break None;
        };
        let mut targets = page["Targets"].as_array().into_iter().flatten();
        if let Some(target) = targets.find(|target| target["Id"] == *data.get("target_id")) {
            break Some(target.clone());
        }
        token = page["NextToken"].clone();
        if non_zero(&token).is_null() {
            break None;
        }
    };
    let Some(target) = found else {
        data.clear();
        return Ok(());
    };
    let text = |name: &str| target[name].as_str().unwrap_or_default().to_owned();
    let one = |value: Json, absent: bool| if absent { json!([]) } else { json!([value]) };
    let transformer = &target["InputTransformer"];
    let retry = &target["RetryPolicy"];
    let (group, dead) = (&target["SqsParameters"]["MessageGroupId"], &target["DeadLetterConfig"]["Arn"]);
    data.set_all(json!({
        "arn": target["Arn"],
        "dead_letter_config": one(json!({ "arn": dead }), dead.is_null()),
        "input": text("Input"),
        "input_path": text("InputPath"),
        "input_transformer": one(
            json!({
                "input_paths": transformer["InputPathsMap"].as_object().cloned().unwrap_or_default(),
                "input_template": transformer["InputTemplate"],
            }),
            transformer.is_null(),
        ),
        "retry_policy": one(
            json!({
                "maximum_event_age_in_seconds": retry["MaximumEventAgeInSeconds"].as_i64().unwrap_or(0),
                "maximum_retry_attempts": retry["MaximumRetryAttempts"].as_i64().unwrap_or(0),
            }),
            retry.is_null(),
        ),
        "role_arn": text("RoleArn"),
        "sqs_target": one(json!({ "message_group_id": group }), group.is_null()),
    }));
    if data.get("force_destroy").is_null() {
        data.set("force_destroy", false);
    }
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let target = data.str("target_id").to_owned();
    put(data, &target)
        .await
        .map_err(|failure| format!("updating EventBridge Target ({}): {failure}", data.id()))
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let input = json!({
        "Rule": data.get("rule"),
        "EventBusName": data.get("event_bus_name"),
        "Ids": [data.get("target_id")],
        "Force": non_zero(data.get("force_destroy")),
    });
    let remove = data.remove(&events::REMOVE_TARGETS, input);
    remove.await.map_err(|failure| format!("deleting EventBridge Target ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let parts: Vec<&str> = id.split('/').collect();
    let (bus, rule, target) = match parts[..] {
        [rule, target] => (DEFAULT_BUS.to_owned(), rule, target),
        [ref bus @ .., rule, target] if !bus.is_empty() => (bus.join("/"), rule, target),
        _ => {
            return Err(format!(
                "unexpected format for ID ({id}), expected EVENTBUSNAME/RULENAME/TARGETID or RULENAME/TARGETID"
            ));
        }
    };
    let made = match bus.as_str() {
        DEFAULT_BUS => format!("{rule}-{target}"),
        _ => format!("{bus}-{rule}-{target}"),
    };
    data.set_all(json!({ "id": made, "event_bus_name": bus, "rule": rule, "target_id": target }));
    Ok(())
}
