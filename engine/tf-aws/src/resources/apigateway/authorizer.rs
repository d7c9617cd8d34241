//! `aws_api_gateway_authorizer`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{patch, scalar_patches};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigateway as api;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    not_simulated: &["provider_arns"],
    ..ResourceType::new(
        "aws_api_gateway_authorizer",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn target(data: &ResourceData) -> Json {
    json!({ "restApiId": data.get("rest_api_id"), "authorizerId": data.id() })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let mut input = json!({
        "restApiId": data.get("rest_api_id"),
        "name": name,
        "type": data.get("type"),
        "identitySource": data.opt("identity_source"),
        // Zero switches caching off, so it is sent as well.
        "authorizerResultTtlInSeconds": data.get("authorizer_result_ttl_in_seconds"),
    });
    for (member, attribute) in [
        ("authorizerUri", "authorizer_uri"),
        ("authorizerCredentials", "authorizer_credentials"),
        ("identityValidationExpression", "identity_validation_expression"),
    ] {
        input[member] = data.opt(attribute);
    }
    let output = data.call(&api::CREATE_AUTHORIZER, input).await;
    let output = output.map_err(|failure| format!("creating API Gateway Authorizer ({name}): {failure}"))?;
    data.set_id(output["id"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading API Gateway Authorizer ({id}): {failure}");
    let Some(found) = data.find(&api::GET_AUTHORIZER, target(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let text = |member: &str| found[member].as_str().unwrap_or_default().to_owned();
    let api_id = data.str("rest_api_id").to_owned();
    data.set_all(json!({
        "arn": format!(
            "arn:{}:apigateway:{}::/restapis/{api_id}/authorizers/{id}",
            data.client.partition, data.region
        ),
        "authorizer_credentials": text("authorizerCredentials"),
        "authorizer_result_ttl_in_seconds": found["authorizerResultTtlInSeconds"].as_i64().unwrap_or(300),
        "authorizer_uri": text("authorizerUri"),
        "identity_source": text("identitySource"),
        "identity_validation_expression": text("identityValidationExpression"),
        "name": text("name"),
        "provider_arns": found["providerARNs"].as_array().cloned().unwrap_or_default(),
        "type": text("type"),
    }));
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let patches = scalar_patches(
        data,
        &[
            ("authorizer_credentials", "/authorizerCredentials"),
            ("authorizer_result_ttl_in_seconds", "/authorizerResultTtlInSeconds"),
            ("authorizer_uri", "/authorizerUri"),
            ("identity_source", "/identitySource"),
            ("identity_validation_expression", "/identityValidationExpression"),
            ("name", "/name"),
            ("type", "/type"),
        ],
    );
    let what = format!("API Gateway Authorizer ({})", data.id());
    patch(data, &api::UPDATE_AUTHORIZER, target(data), patches, &what).await
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_AUTHORIZER, target(data));
    remove.await.map_err(|failure| format!("deleting API Gateway Authorizer ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, authorizer] = split_id(id, "REST-API-ID/AUTHORIZER-ID")?;
    data.set("rest_api_id", api);
    data.set_id(authorizer);
    Ok(())
}
