//! `aws_api_gateway_stage`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{map_patches, patch, replace, scalar_patches, set_joined_id, update_tags};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigateway as api;
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    not_simulated: &[
        "canary_settings",
        "cache_cluster_enabled",
        "cache_cluster_size",
        "client_certificate_id",
    ],
    ..ResourceType::new(
        "aws_api_gateway_stage",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn target(data: &ResourceData) -> Json {
    json!({ "restApiId": data.get("rest_api_id"), "stageName": data.get("stage_name") })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("stage_name").to_owned();
    let mut input = target(data);
    input["deploymentId"] = data.get("deployment_id").clone();
    input["description"] = data.opt("description");
    input["documentationVersion"] = data.opt("documentation_version");
    input["variables"] = data.opt("variables");
    input["tracingEnabled"] = data.opt("xray_tracing_enabled");
    let tags = non_zero(data.get("tags_all"));
    input["tags"] = tags;
    let call = data.call(&api::CREATE_STAGE, input);
    call.await.map_err(|failure| format!("creating API Gateway Stage ({name}): {failure}"))?;
    set_joined_id(data, "ags", &["rest_api_id", "stage_name"]);
    let what = format!("API Gateway Stage ({}) access log settings", data.id());
    let patches = log_patches(data);
    patch(data, &api::UPDATE_STAGE, target(data), patches, &what).await
}

fn log_patches(data: &ResourceData) -> Vec<Json> {
    if !data.changed("access_log_settings") {
        return Vec::new();
    }
    match data.block("access_log_settings") {
        Some(block) => vec![
            replace("/accessLogSettings/destinationArn", &block["destination_arn"]),
            replace("/accessLogSettings/format", &block["format"]),
        ],
        None if data.is_new() => Vec::new(),
        None => vec![json!({ "op": "remove", "path": "/accessLogSettings" })],
    }
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway Stage ({}): {failure}", data.id());
    let Some(found) = data.find(&api::GET_STAGE, target(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let (id, stage) = (data.str("rest_api_id").to_owned(), data.str("stage_name").to_owned());
    let (region, partition) = (data.region.clone(), data.client.partition.clone());
    let log = &found["accessLogSettings"];
    let logged = json!([{ "destination_arn": log["destinationArn"], "format": log["format"] }]);
    data.set_all(json!({
        "access_log_settings": if log["destinationArn"].is_string() { logged } else { json!([]) },
        "arn": format!("arn:{partition}:apigateway:{region}::/restapis/{id}/stages/{stage}"),
        "deployment_id": found["deploymentId"],
        "description": found["description"].as_str().unwrap_or_default(),
        "documentation_version": found["documentationVersion"].as_str().unwrap_or_default(),
        "execution_arn": data.arn("execute-api", true, &format!("{id}/{stage}")),
        "invoke_url": format!("https://{id}.execute-api.{region}.amazonaws.com/{stage}"),
        "variables": found["variables"].as_object().cloned().unwrap_or_else(Map::new),
        "web_acl_arn": found["webAclArn"].as_str().unwrap_or_default(),
        "xray_tracing_enabled": found["tracingEnabled"].as_bool().unwrap_or(false),
    }));
    data.read_tags(found["tags"].as_object().cloned().unwrap_or_default());
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let mut patches = scalar_patches(
        data,
        &[
            ("deployment_id", "/deploymentId"),
            ("description", "/description"),
            ("documentation_version", "/documentationVersion"),
        ],
    );
    if data.changed("xray_tracing_enabled") {
        patches.push(replace("/tracingEnabled", &data.bool("xray_tracing_enabled").into()));
    }
    patches.extend(map_patches(data, "variables", "/variables"));
    patches.extend(log_patches(data));
    let what = format!("API Gateway Stage ({})", data.id());
    patch(data, &api::UPDATE_STAGE, target(data), patches, &what).await?;
    update_tags(data, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_STAGE, target(data));
    remove.await.map_err(|failure| format!("deleting API Gateway Stage ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, stage] = split_id(id, "REST-API-ID/STAGE-NAME")?;
    data.set_all(json!({ "rest_api_id": api, "stage_name": stage }));
    set_joined_id(data, "ags", &["rest_api_id", "stage_name"]);
    Ok(())
}
