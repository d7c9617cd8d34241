//! `aws_api_gateway_method_settings`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{patch, replace};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigateway as api;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_api_gateway_method_settings",
        action!(update),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

/// Settings with their paths and the member of the answer.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("metrics_enabled", "metrics/enabled", "metricsEnabled"),
    ("logging_level", "logging/loglevel", "loggingLevel"),
    ("data_trace_enabled", "logging/dataTrace", "dataTraceEnabled"),
    ("throttling_burst_limit", "throttling/burstLimit", "throttlingBurstLimit"),
    ("throttling_rate_limit", "throttling/rateLimit", "throttlingRateLimit"),
    ("caching_enabled", "caching/enabled", "cachingEnabled"),
    ("cache_ttl_in_seconds", "caching/ttlInSeconds", "cacheTtlInSeconds"),
    ("cache_data_encrypted", "caching/dataEncrypted", "cacheDataEncrypted"),
    (
        "require_authorization_for_cache_control",
        "caching/requireAuthorizationForCacheControl",
        "requireAuthorizationForCacheControl",
    ),
    (
        "unauthorized_cache_control_header_strategy",
        "caching/unauthorizedCacheControlHeaderStrategy",
        "unauthorizedCacheControlHeaderStrategy",
    ),
];

fn target(data: &ResourceData) -> Json {
    json!({ "restApiId": data.get("rest_api_id"), "stageName": data.get("stage_name") })
}

/// Creating and changing are the same: the settings are the stage's. What has no value is left as it is.
async fn update(data: &mut ResourceData) -> Result<(), String> {
    let start = format!("/{}", data.str("method_path"));
    let before = data.prior.get("settings").map(|blocks| blocks[0].clone()).unwrap_or_default();
    let mut patches = Vec::new();
    if let Some(block) = data.block("settings") {
        for (name, path, _) in SETTINGS {
            let value = &block[*name];
            let unset = value.is_null() || *value == "" || value.as_f64() == Some(-1.0);
            if !unset && *value != before[*name] {
                patches.push(replace(&format!("{start}/{path}"), value));
            }
        }
    }
    let what = format!("API Gateway Method Settings ({})", data.str("method_path"));
    patch(data, &api::UPDATE_STAGE, target(data), patches, &what).await?;
    let parts = ["rest_api_id", "stage_name", "method_path"].map(|name| data.str(name).to_owned());
    data.set_id(parts.join("-"));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway Method Settings ({}): {failure}", data.id());
    let found = data.find(&api::GET_STAGE, target(data)).await.map_err(wrap)?;
    let settings =
        found.map(|stage| stage["methodSettings"][data.str("method_path")].clone()).unwrap_or_default();
    if !settings.is_object() {
        data.clear();
        return Ok(());
    }
    let mut block = json!({});
    for (name, _, member) in SETTINGS {
        block[*name] = settings[*member].clone();
    }
    data.set("settings", json!([block]));
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let patches = vec![json!({ "op": "remove", "path": format!("/{}", data.str("method_path")) })];
    let what = format!("API Gateway Method Settings ({})", data.id());
    // A stage that is gone took its settings along.
    match data.find(&api::GET_STAGE, target(data)).await {
        Ok(None) => Ok(()),
        _ => patch(data, &api::UPDATE_STAGE, target(data), patches, &what).await,
    }
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, stage, path] = split_id(id, "REST-API-ID/STAGE-NAME/METHOD-PATH")?;
    data.set_all(json!({ "rest_api_id": api, "stage_name": stage, "method_path": path }));
    data.set_id(format!("{api}-{stage}-{path}"));
    Ok(())
}
