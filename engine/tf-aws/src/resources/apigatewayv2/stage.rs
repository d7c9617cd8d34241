//! `aws_apigatewayv2_stage`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{Names, changed, given, map_change, read_back, update_tags};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigatewayv2 as api;
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    not_simulated: &["access_log_settings", "client_certificate_id"],
    ..ResourceType::new(
        "aws_apigatewayv2_stage",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

const MEMBERS: Names = &[
    ("auto_deploy", "AutoDeploy"),
    ("client_certificate_id", "ClientCertificateId"),
    ("deployment_id", "DeploymentId"),
    ("description", "Description"),
];

fn target(data: &ResourceData) -> Json {
    json!({ "ApiId": data.get("api_id"), "StageName": data.get("name") })
}

fn settings(block: &Json) -> Json {
    json!({
        "DataTraceEnabled": non_zero(&block["data_trace_enabled"]),
        "DetailedMetricsEnabled": block["detailed_metrics_enabled"],
        "LoggingLevel": non_zero(&block["logging_level"]),
        "ThrottlingBurstLimit": non_zero(&block["throttling_burst_limit"]),
        "ThrottlingRateLimit": non_zero(&block["throttling_rate_limit"]),
    })
}

fn shown(settings: &Json) -> Json {
    json!({
        "data_trace_enabled": settings["DataTraceEnabled"].as_bool().unwrap_or(false),
        "detailed_metrics_enabled": settings["DetailedMetricsEnabled"].as_bool().unwrap_or(false),
        "logging_level": settings["LoggingLevel"].as_str().unwrap_or_default(),
        "throttling_burst_limit": settings["ThrottlingBurstLimit"].as_i64().unwrap_or(0),
        "throttling_rate_limit": settings["ThrottlingRateLimit"].as_f64().unwrap_or(0.0),
    })
}

/// What the blocks say, as members of a request.
fn blocks(data: &ResourceData, input: &mut Json) {
    if let Some(block) = data.block("access_log_settings") {
        input["AccessLogSettings"] =
            json!({ "DestinationArn": block["destination_arn"], "Format": block["format"] });
    }
    if let Some(block) = data.block("default_route_settings") {
        input["DefaultRouteSettings"] = settings(block);
    }
    let routes = data.get("route_settings").as_array().into_iter().flatten();
    let routes: Map<String, Json> = routes
        .map(|block| (block["route_key"].as_str().unwrap_or_default().to_owned(), settings(block)))
        .collect();
    if !routes.is_empty() {
        input["RouteSettings"] = routes.into();
    }
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let mut input = Json::Object(given(data, MEMBERS));
    input["ApiId"] = data.get("api_id").clone();
    input["StageName"] = json!(name);
    input["StageVariables"] = data.opt("stage_variables");
    input["Tags"] = non_zero(data.get("tags_all"));
    blocks(data, &mut input);
    let call = data.call(&api::CREATE_STAGE, input);
    call.await.map_err(|failure| format!("creating API Gateway v2 Stage ({name}): {failure}"))?;
    data.set_id(name);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway v2 Stage ({}): {failure}", data.id());
    let Some(found) = data.find(&api::GET_STAGE, target(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let (id, name) = (data.str("api_id").to_owned(), data.str("name").to_owned());
    let (region, partition) = (data.region.clone(), data.client.partition.clone());
    const TEXTS: Names = &[
        ("client_certificate_id", "ClientCertificateId"),
        ("deployment_id", "DeploymentId"),
        ("description", "Description"),
    ];
    read_back(
        data,
        &found,
        TEXTS,
        &[("auto_deploy", "AutoDeploy")],
        &[],
        &[("stage_variables", "StageVariables")],
    );
    let log = &found["AccessLogSettings"];
    let logged = json!([{ "destination_arn": log["DestinationArn"], "format": log["Format"] }]);
    let mut routes = Vec::new();
    for (key, settings) in found["RouteSettings"].as_object().into_iter().flatten() {
        let mut block = shown(settings);
        block["route_key"] = json!(key);
        routes.push(block);
    }
    let place = if name == "$default" { String::new() } else { name.clone() };
    data.set_all(json!({
        "access_log_settings": if log.is_object() { logged } else { json!([]) },
        "arn": format!("arn:{partition}:apigateway:{region}::/apis/{id}/stages/{name}"),
        "execution_arn": data.arn("execute-api", true, &format!("{id}/{name}")),
        "invoke_url": format!("https://{id}.execute-api.{region}.amazonaws.com/{place}"),
        "route_settings": routes,
    }));
    // What the configuration does not say of the default is no difference.
    if data.block("default_route_settings").is_some() {
        data.set("default_route_settings", json!([shown(&found["DefaultRouteSettings"])]));
    }
    data.read_tags(found["Tags"].as_object().cloned().unwrap_or_default());
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let what = format!("API Gateway v2 Stage ({})", data.id());
    for old in data.prior.get("route_settings").and_then(Json::as_array).into_iter().flatten() {
        let key = &old["route_key"];
        let stays =
            data.get("route_settings").as_array().into_iter().flatten().any(|new| new["route_key"] == *key);
        if !stays {
            let mut input = target(data);
            input["RouteKey"] = key.clone();
            let call = data.remove(&api::DELETE_ROUTE_SETTINGS, input);
            call.await.map_err(|failure| format!("deleting {what} route settings: {failure}"))?;
        }
    }
    let had_log =
        data.prior.get("access_log_settings").and_then(Json::as_array).is_some_and(|all| !all.is_empty());
    if had_log && data.block("access_log_settings").is_none() {
        let call = data.remove(&api::DELETE_ACCESS_LOG_SETTINGS, target(data));
        call.await.map_err(|failure| format!("deleting {what} access log settings: {failure}"))?;
    }
    let mut input = Json::Object(changed(data, MEMBERS));
    if data.bool("auto_deploy") {
        input.as_object_mut().map(|members| members.remove("DeploymentId"));
    }
    if data.changed("stage_variables") {
        input["StageVariables"] = map_change(data, "stage_variables");
    }
    if data.changed_any(&["access_log_settings", "default_route_settings", "route_settings"]) {
        blocks(data, &mut input);
    }
    if input.as_object().is_some_and(|members| !members.is_empty()) {
        input["ApiId"] = data.get("api_id").clone();
        input["StageName"] = data.get("name").clone();
        let call = data.call(&api::UPDATE_STAGE, input);
        call.await.map_err(|failure| format!("updating {what}: {failure}"))?;
    }
    update_tags(data, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_STAGE, target(data));
    remove.await.map_err(|failure| format!("deleting API Gateway v2 Stage ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, stage] = split_id(id, "api-id/stage-name")?;
    data.set("api_id", api);
    data.set("name", stage);
    data.set_id(stage);
    Ok(())
}
