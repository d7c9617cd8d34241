//! `aws_apigatewayv2_api`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{Names, changed, given, read_back, update_tags};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::apigatewayv2 as api;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    not_simulated: &["body", "fail_on_warnings"],
    ..ResourceType::new(
        "aws_apigatewayv2_api",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

const SCALARS: Names = &[
    ("api_key_selection_expression", "ApiKeySelectionExpression"),
    ("credentials_arn", "CredentialsArn"),
    ("description", "Description"),
    ("disable_execute_api_endpoint", "DisableExecuteApiEndpoint"),
    ("ip_address_type", "IpAddressType"),
    ("name", "Name"),
    ("route_key", "RouteKey"),
    ("route_selection_expression", "RouteSelectionExpression"),
    ("target", "Target"),
    ("version", "Version"),
];

fn cors(block: &Json) -> Json {
    json!({
        "AllowCredentials": block["allow_credentials"],
        "AllowHeaders": non_zero(&block["allow_headers"]),
        "AllowMethods": non_zero(&block["allow_methods"]),
        "AllowOrigins": non_zero(&block["allow_origins"]),
        "ExposeHeaders": non_zero(&block["expose_headers"]),
        "MaxAge": non_zero(&block["max_age"]),
    })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let mut input = Json::Object(given(data, SCALARS));
    input["ProtocolType"] = data.get("protocol_type").clone();
    if let Some(block) = data.block("cors_configuration") {
        input["CorsConfiguration"] = cors(block);
    }
    input["Tags"] = non_zero(data.get("tags_all"));
    let output = data.call(&api::CREATE_API, input).await;
    let output = output.map_err(|failure| format!("creating API Gateway v2 API ({name}): {failure}"))?;
    data.set_id(output["ApiId"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading API Gateway v2 API ({id}): {failure}");
    let Some(found) = data.find(&api::GET_API, json!({ "ApiId": id })).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let cors = &found["CorsConfiguration"];
    let list = |member: &str| cors[member].as_array().cloned().unwrap_or_default();
    let blocks = match cors.is_object() {
        true => json!([{
            "allow_credentials": cors["AllowCredentials"].as_bool().unwrap_or(false),
            "allow_headers": list("AllowHeaders"),
            "allow_methods": list("AllowMethods"),
            "allow_origins": list("AllowOrigins"),
            "expose_headers": list("ExposeHeaders"),
            "max_age": cors["MaxAge"].as_i64().unwrap_or(0),
        }]),
        false => json!([]),
    };
    const TEXTS: Names = &[
        ("api_endpoint", "ApiEndpoint"),
        ("api_key_selection_expression", "ApiKeySelectionExpression"),
        ("description", "Description"),
        ("ip_address_type", "IpAddressType"),
        ("name", "Name"),
        ("protocol_type", "ProtocolType"),
        ("route_selection_expression", "RouteSelectionExpression"),
        ("version", "Version"),
    ];
    let flags: Names = &[("disable_execute_api_endpoint", "DisableExecuteApiEndpoint")];
    read_back(data, &found, TEXTS, flags, &[], &[]);
    data.set_all(json!({
        "arn": format!("arn:{}:apigateway:{}::/apis/{id}", data.client.partition, data.region),
        "cors_configuration": blocks,
        "execution_arn": data.arn("execute-api", true, &id),
    }));
    data.read_tags(found["Tags"].as_object().cloned().unwrap_or_default());
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let what = format!("API Gateway v2 API ({id})");
    let had =
        data.prior.get("cors_configuration").and_then(Json::as_array).is_some_and(|all| !all.is_empty());
    if had && data.block("cors_configuration").is_none() {
        let call = data.call(&api::DELETE_CORS_CONFIGURATION, json!({ "ApiId": id }));
        call.await.map_err(|failure| format!("deleting {what} CORS configuration: {failure}"))?;
    }
    let mut input = Json::Object(changed(data, SCALARS));
    if let Some(block) = data.block("cors_configuration").filter(|_| data.changed("cors_configuration")) {
        input["CorsConfiguration"] = cors(block);
    }
    if input.as_object().is_some_and(|members| !members.is_empty()) {
        input["ApiId"] = json!(id);
        let call = data.call(&api::UPDATE_API, input);
        call.await.map_err(|failure| format!("updating {what}: {failure}"))?;
    }
    update_tags(data, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let remove = data.remove(&api::DELETE_API, json!({ "ApiId": id }));
    remove.await.map_err(|failure| format!("deleting API Gateway v2 API ({id}): {failure}"))
}
