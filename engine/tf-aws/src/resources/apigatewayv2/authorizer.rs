//! `aws_apigatewayv2_authorizer`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{Names, changed, given, read_back};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigatewayv2 as api;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_apigatewayv2_authorizer",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

const MEMBERS: Names = &[
    ("authorizer_credentials_arn", "AuthorizerCredentialsArn"),
    ("authorizer_payload_format_version", "AuthorizerPayloadFormatVersion"),
    ("authorizer_result_ttl_in_seconds", "AuthorizerResultTtlInSeconds"),
    ("authorizer_type", "AuthorizerType"),
    ("authorizer_uri", "AuthorizerUri"),
    ("enable_simple_responses", "EnableSimpleResponses"),
    ("identity_sources", "IdentitySource"),
    ("name", "Name"),
];

fn target(data: &ResourceData) -> Json {
    json!({ "ApiId": data.get("api_id"), "AuthorizerId": data.id() })
}

fn jwt(block: &Json) -> Json {
    json!({ "Audience": block["audience"], "Issuer": block["issuer"] })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let mut input = Json::Object(given(data, MEMBERS));
    input["ApiId"] = data.get("api_id").clone();
    // Required, though it may be empty.
    if input["IdentitySource"].is_null() {
        input["IdentitySource"] = json!([]);
    }
    if let Some(block) = data.block("jwt_configuration") {
        input["JwtConfiguration"] = jwt(block);
    }
    let output = data.call(&api::CREATE_AUTHORIZER, input).await;
    let output =
        output.map_err(|failure| format!("creating API Gateway v2 Authorizer ({name}): {failure}"))?;
    data.set_id(output["AuthorizerId"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway v2 Authorizer ({}): {failure}", data.id());
    let Some(found) = data.find(&api::GET_AUTHORIZER, target(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    const TEXTS: Names = &[
        ("authorizer_credentials_arn", "AuthorizerCredentialsArn"),
        ("authorizer_payload_format_version", "AuthorizerPayloadFormatVersion"),
        ("authorizer_type", "AuthorizerType"),
        ("authorizer_uri", "AuthorizerUri"),
        ("name", "Name"),
    ];
    let flags: Names = &[("enable_simple_responses", "EnableSimpleResponses")];
    read_back(data, &found, TEXTS, flags, &[("identity_sources", "IdentitySource")], &[]);
    let jwt = &found["JwtConfiguration"];
    let blocks = match jwt.is_object() {
        true => json!([{
            "audience": jwt["Audience"].as_array().cloned().unwrap_or_default(),
            "issuer": jwt["Issuer"].as_str().unwrap_or_default(),
        }]),
        false => json!([]),
    };
    data.set("jwt_configuration", blocks);
    data.set("authorizer_result_ttl_in_seconds", found["AuthorizerResultTtlInSeconds"].as_i64().unwrap_or(0));
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let mut input = Json::Object(changed(data, MEMBERS));
    if let Some(block) = data.block("jwt_configuration").filter(|_| data.changed("jwt_configuration")) {
        input["JwtConfiguration"] = jwt(block);
    }
    input["ApiId"] = data.get("api_id").clone();
    input["AuthorizerId"] = json!(data.id());
    let call = data.call(&api::UPDATE_AUTHORIZER, input);
    call.await.map_err(|failure| format!("updating API Gateway v2 Authorizer ({}): {failure}", data.id()))?;
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_AUTHORIZER, target(data));
    remove.await.map_err(|failure| format!("deleting API Gateway v2 Authorizer ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, authorizer] = split_id(id, "api-id/authorizer-id")?;
    data.set("api_id", api);
    data.set_id(authorizer);
    Ok(())
}
