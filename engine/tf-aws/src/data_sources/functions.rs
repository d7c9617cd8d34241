//! `aws_lambda_alias`, `aws_lambda_invocation`, `aws_lambda_layer_version`, `aws_cloudwatch_log_group`.
//!
//! **Source**: the provider's documentation of the data sources; texts as its logic words them.

use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::lambda::{self, layer_version as layer};
use crate::wire::{lambda_fn, logs};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

pub async fn alias(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let input = json!({ "FunctionName": data.get("function_name"), "Name": name });
    let found = data.call(&lambda_fn::GET_ALIAS, input).await;
    let found = found.map_err(|failure| format!("reading Lambda Alias ({name}): {failure}"))?;
    let arn = found["AliasArn"].as_str().unwrap_or_default();
    data.set_all(json!({
        "id": arn,
        "arn": arn,
        "description": found["Description"].as_str().unwrap_or_default(),
        "function_version": found["FunctionVersion"],
        "invoke_arn": lambda::invoke_arn(data, arn),
        "region": data.region,
    }));
    Ok(())
}

pub async fn invocation(data: &mut ResourceData) -> Result<(), String> {
    let (name, qualifier) = (data.str("function_name").to_owned(), data.str("qualifier").to_owned());
    let input = json!({
        "FunctionName": name,
        "InvocationType": "RequestResponse",
        "Payload": STANDARD.encode(data.str("input")),
        "Qualifier": qualifier,
    });
    let found = data.call(&lambda_fn::INVOKE, input).await;
    let found = found.map_err(|failure| format!("invoking Lambda Function ({name}): {failure}"))?;
    let bytes = STANDARD.decode(found["Payload"].as_str().unwrap_or_default()).unwrap_or_default();
    let result = String::from_utf8_lossy(&bytes);
    if !non_zero(&found["FunctionError"]).is_null() {
        return Err(format!(
            "invoking Lambda Function ({name}): {}: {result}",
            found["FunctionError"].as_str().unwrap_or_default()
        ));
    }
    let digest = nuvola_wire::checksum::md5_hex(data.str("input").as_bytes());
    data.set_all(json!({
        "id": format!("{name}_{qualifier}_{digest}"), "region": data.region, "result": result,
    }));
    Ok(())
}

pub async fn layer_version(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("layer_name").to_owned();
    let wrap = |failure: Failure| format!("reading Lambda Layer Version ({name}): {failure}");
    let asked = non_zero(data.get("version"));
    let version = match asked.is_null() {
        true => {
            let input = json!({
                "LayerName": name,
                "CompatibleRuntime": data.opt("compatible_runtime"),
                "CompatibleArchitecture": data.opt("compatible_architecture"),
            });
            let listed = data.call(&lambda_fn::LIST_LAYER_VERSIONS, input).await.map_err(wrap)?;
            let newest = listed["LayerVersions"][0]["Version"].clone();
            if newest.is_null() {
                return Err(format!("reading Lambda Layer Version ({name}): empty result"));
            }
            newest
        }
        false => asked,
    };
    let input = json!({ "LayerName": name, "VersionNumber": version });
    let found = data.call(&lambda_fn::GET_LAYER_VERSION, input).await.map_err(wrap)?;
    data.set_all(layer::attributes(&found));
    data.set_all(json!({
        "id": found["LayerVersionArn"],
        "layer_name": name,
        "region": data.region,
        "source_code_hash": found["Content"]["CodeSha256"],
        "version": found["Version"],
    }));
    Ok(())
}

pub async fn log_group(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let wrap = |failure: Failure| format!("reading CloudWatch Logs Log Group ({name}): {failure}");
    let found =
        data.call(&logs::DESCRIBE_LOG_GROUPS, json!({ "logGroupNamePrefix": name })).await.map_err(wrap)?;
    let mut groups = found["logGroups"].as_array().into_iter().flatten();
    let Some(group) = groups.find(|group| group["logGroupName"] == name.as_str()) else {
        return Err(format!("reading CloudWatch Logs Log Group ({name}): couldn't find resource"));
    };
    let arn = group["arn"].as_str().unwrap_or_default().trim_end_matches(":*").to_owned();
    let tags = data.call(&logs::LIST_TAGS_FOR_RESOURCE, json!({ "resourceArn": arn })).await.map_err(wrap)?;
    data.set_all(json!({
        "id": name,
        "arn": arn,
        "creation_time": group["creationTime"],
        "deletion_protection_enabled": false,
        "kms_key_id": group["kmsKeyId"].as_str().unwrap_or_default(),
        "log_group_class": group["logGroupClass"].as_str().unwrap_or("STANDARD"),
        "region": data.region,
        "retention_in_days": group["retentionInDays"].as_i64().unwrap_or(0),
        "tags": tags["tags"].as_object().cloned().unwrap_or_default(),
    }));
    Ok(())
}
