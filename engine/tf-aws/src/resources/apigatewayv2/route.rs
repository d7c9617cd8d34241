//! `aws_apigatewayv2_route`.
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
    not_simulated: &["request_parameter", "request_models", "model_selection_expression"],
    ..ResourceType::new(
        "aws_apigatewayv2_route",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

const MEMBERS: Names = &[
    ("api_key_required", "ApiKeyRequired"),
    ("authorization_scopes", "AuthorizationScopes"),
    ("authorization_type", "AuthorizationType"),
    ("authorizer_id", "AuthorizerId"),
    ("operation_name", "OperationName"),
    ("route_key", "RouteKey"),
    ("route_response_selection_expression", "RouteResponseSelectionExpression"),
    ("target", "Target"),
];

fn target(data: &ResourceData) -> Json {
    json!({ "ApiId": data.get("api_id"), "RouteId": data.id() })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let mut input = Json::Object(given(data, MEMBERS));
    input["ApiId"] = data.get("api_id").clone();
    let output = data.call(&api::CREATE_ROUTE, input).await;
    let output = output.map_err(|failure| format!("creating API Gateway v2 Route: {failure}"))?;
    data.set_id(output["RouteId"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway v2 Route ({}): {failure}", data.id());
    let Some(found) = data.find(&api::GET_ROUTE, target(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    const TEXTS: Names = &[
        ("authorization_type", "AuthorizationType"),
        ("authorizer_id", "AuthorizerId"),
        ("operation_name", "OperationName"),
        ("route_key", "RouteKey"),
        ("route_response_selection_expression", "RouteResponseSelectionExpression"),
        ("target", "Target"),
    ];
    let flags: Names = &[("api_key_required", "ApiKeyRequired")];
    read_back(data, &found, TEXTS, flags, &[("authorization_scopes", "AuthorizationScopes")], &[]);
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let mut input = Json::Object(changed(data, MEMBERS));
    // An authorizer that is gone went with the type that needed it.
    if data.str("authorizer_id").is_empty() {
        input.as_object_mut().map(|members| members.remove("AuthorizerId"));
    }
    input["ApiId"] = data.get("api_id").clone();
    input["RouteId"] = json!(data.id());
    let call = data.call(&api::UPDATE_ROUTE, input);
    call.await.map_err(|failure| format!("updating API Gateway v2 Route ({}): {failure}", data.id()))?;
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_ROUTE, target(data));
    remove.await.map_err(|failure| format!("deleting API Gateway v2 Route ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, route] = split_id(id, "api-id/route-id")?;
    data.set("api_id", api);
    data.set_id(route);
    Ok(())
}
