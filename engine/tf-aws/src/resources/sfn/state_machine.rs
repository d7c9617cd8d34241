//! `aws_sfn_state_machine`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{instant, read_tags, tags_of, update_tags};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::plan::Diff;
use crate::resources::{ResourceType, action, name_prefix};
use crate::wire::stepfunctions as sfn;
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    not_simulated: &["encryption_configuration"],
    ..ResourceType::new(
        "aws_sfn_state_machine",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

/// What makes a new version, where versions are published.
fn customize(diff: &mut Diff<'_>) {
    if !diff.is_create() && diff.json("publish") == true {
        let changed = ["definition", "role_arn", "logging_configuration", "tracing_configuration"];
        if diff.changes_any(&changed) {
            diff.set_unknown("state_machine_version_arn");
            diff.set_unknown("revision_id");
        }
    }
}

/// The logging and tracing configurations as the API has them.
fn settings(data: &ResourceData, input: &mut Map<String, Json>) {
    if let Some(block) = data.block("logging_configuration") {
        let mut logging = Map::new();
        logging.insert("includeExecutionData".into(), block["include_execution_data"].as_bool().into());
        if let Some(level) = block["level"].as_str().filter(|level| !level.is_empty()) {
            logging.insert("level".into(), level.into());
        }
        if let Some(arn) = block["log_destination"].as_str().filter(|arn| !arn.is_empty()) {
            let destination = json!([{ "cloudWatchLogsLogGroup": { "logGroupArn": arn } }]);
            logging.insert("destinations".into(), destination);
        }
        input.insert("loggingConfiguration".into(), Json::Object(logging));
    }
    if let Some(block) = data.block("tracing_configuration") {
        input.insert("tracingConfiguration".into(), json!({ "enabled": block["enabled"] }));
    }
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = crate::names::of(data, "name", "name_prefix");
    let mut input = Map::new();
    input.insert("name".into(), name.clone().into());
    for (own, theirs) in [("definition", "definition"), ("role_arn", "roleArn"), ("type", "type")] {
        input.insert(theirs.into(), data.get(own).clone());
    }
    input.insert("publish".into(), data.bool("publish").into());
    input.insert("tags".into(), tags_of(data));
    settings(data, &mut input);
    // A role that was made just now is not known everywhere yet.
    let passes =
        |failure: &Failure| failure.is("AccessDeniedException") || failure.is("StateMachineDeleting");
    let (client, region) = (data.client.clone(), data.region.clone());
    let output = client.call_until(&region, &sfn::CREATE_STATE_MACHINE, Json::Object(input), passes).await;
    let output =
        output.map_err(|failure| format!("creating Step Functions State Machine ({name}): {failure}"))?;
    data.set_id(output["stateMachineArn"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading Step Functions State Machine ({arn}): {failure}");
    let found = match data.call(&sfn::DESCRIBE_STATE_MACHINE, json!({ "stateMachineArn": arn })).await {
        Ok(found) => found,
        Err(failure) if failure.is("StateMachineDoesNotExist") => {
            data.clear();
            return Ok(());
        }
        Err(failure) => return Err(wrap(failure)),
    };
    let name = found["name"].as_str().unwrap_or_default().to_owned();
    let logging = &found["loggingConfiguration"];
    let destination = &logging["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"];
    data.set_all(json!({
        "arn": arn,
        "creation_date": instant(&found["creationDate"]),
        "definition": found["definition"],
        "description": found["description"].as_str().unwrap_or_default(),
        "logging_configuration": [{
            "include_execution_data": logging["includeExecutionData"].as_bool().unwrap_or(false),
            "level": logging["level"].as_str().unwrap_or("OFF"),
            "log_destination": destination.as_str().unwrap_or_default(),
        }],
        "name": name,
        "name_prefix": name_prefix(&name),
        "revision_id": found["revisionId"].as_str().unwrap_or_default(),
        "role_arn": found["roleArn"],
        "status": found["status"],
        "tracing_configuration": [{ "enabled": found["tracingConfiguration"]["enabled"].as_bool().unwrap_or(false) }],
        "type": found["type"],
        "encryption_configuration": [{
            "kms_data_key_reuse_period_seconds": 0,
            "kms_key_id": "",
            "type": found["encryptionConfiguration"]["type"].as_str().unwrap_or("AWS_OWNED_KEY"),
        }],
    }));
    let versions = data.call(&sfn::LIST_STATE_MACHINE_VERSIONS, json!({ "stateMachineArn": arn })).await;
    let versions = versions
        .map_err(|failure| format!("listing Step Functions State Machine ({arn}) Versions: {failure}"))?;
    let newest = &versions["stateMachineVersions"][0]["stateMachineVersionArn"];
    // The newest version tells of itself what its description is.
    data.set("state_machine_version_arn", newest.as_str().unwrap_or_default());
    data.set("version_description", "");
    read_tags(data, &arn, "Step Functions State Machine").await
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let names = ["definition", "role_arn", "logging_configuration", "tracing_configuration", "publish"];
    if data.changed_any(&names) {
        let mut input = Map::new();
        input.insert("stateMachineArn".into(), arn.clone().into());
        input.insert("definition".into(), data.get("definition").clone());
        input.insert("roleArn".into(), data.get("role_arn").clone());
        input.insert("publish".into(), data.bool("publish").into());
        settings(data, &mut input);
        let (client, region) = (data.client.clone(), data.region.clone());
        let passes = |failure: &Failure| failure.is("AccessDeniedException");
        let call = client.call_until(&region, &sfn::UPDATE_STATE_MACHINE, Json::Object(input), passes).await;
        call.map_err(|failure| format!("updating Step Functions State Machine ({arn}): {failure}"))?;
    }
    update_tags(data, &arn, "Step Functions State Machine").await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.id().to_owned();
    let remove = data.remove(&sfn::DELETE_STATE_MACHINE, json!({ "stateMachineArn": arn }));
    remove.await.map_err(|failure| format!("deleting Step Functions State Machine ({arn}): {failure}"))
}
