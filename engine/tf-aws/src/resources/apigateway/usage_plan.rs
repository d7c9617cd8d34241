//! `aws_api_gateway_usage_plan`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{escape, patch, replace, scalar_patches, update_tags};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::apigateway_plans as api;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    not_simulated: &["product_code"],
    ..ResourceType::new(
        "aws_api_gateway_usage_plan",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn throttle(block: &Json) -> Json {
    json!({ "burstLimit": block["burst_limit"], "rateLimit": block["rate_limit"] })
}

fn stage(block: &Json) -> Json {
    let mut methods = serde_json::Map::new();
    for method in block["throttle"].as_array().into_iter().flatten() {
        methods.insert(method["path"].as_str().unwrap_or_default().to_owned(), throttle(method));
    }
    json!({ "apiId": block["api_id"], "stage": block["stage"], "throttle": non_zero(&methods.into()) })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let stages: Vec<Json> = data.get("api_stages").as_array().into_iter().flatten().map(stage).collect();
    let input = json!({
        "name": name,
        "description": data.opt("description"),
        "apiStages": stages,
        "throttle": data.block("throttle_settings").map(throttle),
        "quota": data.block("quota_settings").map(|block| {
            json!({ "limit": block["limit"], "offset": block["offset"], "period": block["period"] })
        }),
        "tags": non_zero(data.get("tags_all")),
    });
    let output = data.call(&api::CREATE_USAGE_PLAN, input).await;
    let output = output.map_err(|failure| format!("creating API Gateway Usage Plan ({name}): {failure}"))?;
    data.set_id(output["id"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading API Gateway Usage Plan ({id}): {failure}");
    let Some(found) = data.find(&api::GET_USAGE_PLAN, json!({ "usagePlanId": id })).await.map_err(wrap)?
    else {
        data.clear();
        return Ok(());
    };
    let limits = |throttle: &Json| {
        json!({
            "burst_limit": throttle["burstLimit"].as_i64().unwrap_or(0),
            "rate_limit": throttle["rateLimit"].as_f64().unwrap_or(0.0),
        })
    };
    let stages = found["apiStages"].as_array().into_iter().flatten().map(|stage| {
        let mut methods = Vec::new();
        for (path, throttle) in stage["throttle"].as_object().into_iter().flatten() {
            let mut method = limits(throttle);
            method["path"] = json!(path);
            methods.push(method);
        }
        json!({ "api_id": stage["apiId"], "stage": stage["stage"], "throttle": methods })
    });
    let stages: Vec<Json> = stages.collect();
    let (throttle, quota) = (&found["throttle"], &found["quota"]);
    data.set_all(json!({
        "api_stages": stages,
        "arn": format!("arn:{}:apigateway:{}::/usageplans/{id}", data.client.partition, data.region),
        "description": found["description"].as_str().unwrap_or_default(),
        "name": found["name"],
        "product_code": found["productCode"].as_str().unwrap_or_default(),
        "quota_settings": if quota.is_object() {
            json!([{ "limit": quota["limit"], "offset": quota["offset"].as_i64().unwrap_or(0), "period": quota["period"] }])
        } else {
            json!([])
        },
        "throttle_settings": if throttle.is_object() { json!([limits(throttle)]) } else { json!([]) },
    }));
    data.read_tags(found["tags"].as_object().cloned().unwrap_or_default());
    Ok(())
}

fn place(stage: &Json) -> String {
    format!(
        "{}:{}",
        stage["api_id"].as_str().unwrap_or_default(),
        stage["stage"].as_str().unwrap_or_default()
    )
}

fn limit_patches(start: &str, block: &Json, out: &mut Vec<Json>) {
    out.push(replace(&format!("{start}/rateLimit"), &block["rate_limit"]));
    out.push(replace(&format!("{start}/burstLimit"), &block["burst_limit"]));
}

fn stage_patches(data: &ResourceData, out: &mut Vec<Json>) {
    let all = |json: Option<&Json>| json.and_then(Json::as_array).cloned().unwrap_or_default();
    let (old, new) = (all(data.prior.get("api_stages")), all(Some(data.get("api_stages"))));
    for stage in old.iter().filter(|stage| !new.contains(stage)) {
        out.push(json!({ "op": "remove", "path": "/apiStages", "value": place(stage) }));
    }
    for stage in new.iter().filter(|stage| !old.contains(stage)) {
        let at = place(stage);
        out.push(json!({ "op": "add", "path": "/apiStages", "value": at }));
        for method in stage["throttle"].as_array().into_iter().flatten() {
            let path = escape(method["path"].as_str().unwrap_or_default());
            limit_patches(&format!("/apiStages/{at}/throttle/{path}"), method, out);
        }
    }
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let mut patches = scalar_patches(data, &[("description", "/description"), ("name", "/name")]);
    if data.changed("api_stages") {
        stage_patches(data, &mut patches);
    }
    if data.changed("throttle_settings") {
        match data.block("throttle_settings") {
            Some(block) => limit_patches("/throttle", block, &mut patches),
            None => patches.push(json!({ "op": "remove", "path": "/throttle" })),
        }
    }
    if data.changed("quota_settings") {
        match data.block("quota_settings") {
            Some(block) => {
                for name in ["limit", "offset", "period"] {
                    patches.push(replace(&format!("/quota/{name}"), &block[name]));
                }
            }
            None => patches.push(json!({ "op": "remove", "path": "/quota" })),
        }
    }
    let what = format!("API Gateway Usage Plan ({id})");
    patch(data, &api::UPDATE_USAGE_PLAN, json!({ "usagePlanId": id }), patches, &what).await?;
    update_tags(data, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let target = json!({ "usagePlanId": id });
    // A plan goes only when it opens no stage any more.
    let stages = data.get("api_stages").as_array().into_iter().flatten();
    let patches: Vec<Json> =
        stages.map(|stage| json!({ "op": "remove", "path": "/apiStages", "value": place(stage) })).collect();
    let what = format!("API Gateway Usage Plan ({id})");
    patch(data, &api::UPDATE_USAGE_PLAN, target.clone(), patches, &what).await?;
    let remove = data.remove(&api::DELETE_USAGE_PLAN, target);
    remove.await.map_err(|failure| format!("deleting {what}: {failure}"))
}
