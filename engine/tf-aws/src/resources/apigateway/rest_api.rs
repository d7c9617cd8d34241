//! `aws_api_gateway_rest_api`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{list_patches, patch, replace, scalar_patches, update_tags};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::apigateway as api;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    not_simulated: &["body", "parameters", "fail_on_warnings"],
    ..ResourceType::new(
        "aws_api_gateway_rest_api",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let endpoint = data.block("endpoint_configuration").map(|block| {
        json!({
            "types": block["types"],
            "vpcEndpointIds": non_zero(&block["vpc_endpoint_ids"]),
            "ipAddressType": non_zero(&block["ip_address_type"]),
        })
    });
    let size: Option<i64> = data.str("minimum_compression_size").parse().ok().filter(|size| *size > -1);
    let input = json!({
        "name": name,
        "apiKeySource": data.opt("api_key_source"),
        "binaryMediaTypes": data.opt("binary_media_types"),
        "description": data.opt("description"),
        "disableExecuteApiEndpoint": data.opt("disable_execute_api_endpoint"),
        "endpointConfiguration": endpoint,
        "minimumCompressionSize": size,
        "policy": data.opt("policy"),
        "tags": non_zero(data.get("tags_all")),
    });
    let output = data.call(&api::CREATE_REST_API, input).await;
    let output = output.map_err(|failure| format!("creating API Gateway REST API ({name}): {failure}"))?;
    data.set_id(output["id"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading API Gateway REST API ({id}): {failure}");
    let Some(found) = data.find(&api::GET_REST_API, json!({ "restApiId": id })).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let endpoint = &found["endpointConfiguration"];
    let root = match found["rootResourceId"].as_str() {
        Some(root) => Json::from(root),
        None => root_resource(data, &id).await.map_err(wrap)?,
    };
    data.set_all(json!({
        "api_key_source": found["apiKeySource"],
        "arn": format!("arn:{}:apigateway:{}::/restapis/{id}", data.client.partition, data.region),
        "binary_media_types": found["binaryMediaTypes"].as_array().cloned().unwrap_or_default(),
        "created_date": found["createdDate"],
        "description": found["description"].as_str().unwrap_or_default(),
        "disable_execute_api_endpoint": found["disableExecuteApiEndpoint"].as_bool().unwrap_or(false),
        "endpoint_configuration": [{
            "types": endpoint["types"],
            "vpc_endpoint_ids": endpoint["vpcEndpointIds"],
            "ip_address_type": endpoint["ipAddressType"],
        }],
        "execution_arn": data.arn("execute-api", true, &id),
        "minimum_compression_size": found["minimumCompressionSize"].as_i64().map_or(String::new(), |size| size.to_string()),
        "name": found["name"],
        "policy": policy_text(found["policy"].as_str().unwrap_or_default()),
        "root_resource_id": root,
    }));
    data.read_tags(found["tags"].as_object().cloned().unwrap_or_default());
    Ok(())
}

/// API Gateway escapes the quotes of policies.
pub(super) fn policy_text(raw: &str) -> String {
    let quoted = format!("\"{raw}\"");
    serde_json::from_str(&quoted).unwrap_or_else(|_| raw.to_owned())
}

async fn root_resource(data: &ResourceData, id: &str) -> Result<Json, Failure> {
    let page = data.call(&api::GET_RESOURCES, json!({ "restApiId": id })).await?;
    let mut items = page["items"].as_array().into_iter().flatten();
    Ok(items.find(|item| item["path"] == "/").map_or(Json::Null, |item| item["id"].clone()))
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let mut patches = scalar_patches(
        data,
        &[
            ("api_key_source", "/apiKeySource"),
            ("description", "/description"),
            ("disable_execute_api_endpoint", "/disableExecuteApiEndpoint"),
            ("minimum_compression_size", "/minimumCompressionSize"),
            ("name", "/name"),
            ("policy", "/policy"),
        ],
    );
    patches.extend(list_patches(data, "binary_media_types", "/binaryMediaTypes"));
    let old = data.prior.get("endpoint_configuration").map(|blocks| blocks[0].clone()).unwrap_or_default();
    if let Some(block) = data.block("endpoint_configuration") {
        for (name, path) in [
            ("types", "/endpointConfiguration/types/0"),
            ("ip_address_type", "/endpointConfiguration/ipAddressType"),
        ] {
            let value = if name == "types" { &block[name][0] } else { &block[name] };
            let before = if name == "types" { &old[name][0] } else { &old[name] };
            if value != before && !value.is_null() {
                patches.push(replace(path, value));
            }
        }
    }
    let what = format!("API Gateway REST API ({id})");
    patch(data, &api::UPDATE_REST_API, json!({ "restApiId": id }), patches, &what).await?;
    update_tags(data, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let remove = data.remove(&api::DELETE_REST_API, json!({ "restApiId": id }));
    remove.await.map_err(|failure| format!("deleting API Gateway REST API ({id}): {failure}"))
}
