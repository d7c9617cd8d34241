//! `aws_lambda_alias`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::invoke_arn;
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::lambda_fn as lambda;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_lambda_alias",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn target(data: &ResourceData) -> Json {
    json!({ "FunctionName": data.get("function_name"), "Name": data.get("name") })
}

fn input(data: &ResourceData) -> Json {
    let weights = data.block("routing_config").map(|block| block["additional_version_weights"].clone());
    let mut input = target(data);
    input["Description"] = data.str("description").into();
    input["FunctionVersion"] = data.get("function_version").clone();
    input["RoutingConfig"] = json!({ "AdditionalVersionWeights": weights.unwrap_or_else(|| json!({})) });
    input
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let mut input = input(data);
    if data.block("routing_config").is_none() {
        input["RoutingConfig"] = Json::Null;
    }
    let output = data.call(&lambda::CREATE_ALIAS, input).await;
    let output = output.map_err(|failure| format!("creating Lambda Alias ({name}): {failure}"))?;
    data.set_id(output["AliasArn"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading Lambda Alias ({}): {failure}", data.id());
    let Some(alias) = data.find(&lambda::GET_ALIAS, target(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let arn = alias["AliasArn"].as_str().unwrap_or_default();
    let weights = &alias["RoutingConfig"]["AdditionalVersionWeights"];
    let routed = weights.as_object().is_some_and(|weights| !weights.is_empty());
    data.set_all(json!({
        "id": arn,
        "arn": arn,
        "description": alias["Description"].as_str().unwrap_or_default(),
        "function_version": alias["FunctionVersion"],
        "invoke_arn": invoke_arn(data, arn),
        "name": alias["Name"],
        "routing_config": if routed { json!([{ "additional_version_weights": weights }]) } else { json!([]) },
    }));
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let call = data.call(&lambda::UPDATE_ALIAS, input(data));
    call.await.map_err(|failure| format!("updating Lambda Alias ({}): {failure}", data.id()))?;
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&lambda::DELETE_ALIAS, target(data));
    remove.await.map_err(|failure| format!("deleting Lambda Alias ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [function, name] = split_id(id, "function-name/alias-name")?;
    data.set_all(json!({ "id": id, "function_name": function, "name": name }));
    Ok(())
}
