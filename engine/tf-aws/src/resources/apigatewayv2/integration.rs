//! `aws_apigatewayv2_integration`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{Names, changed, given, map_change, read_back};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::apigatewayv2 as api;
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    not_simulated: &[
        "content_handling_strategy",
        "request_templates",
        "template_selection_expression",
        "tls_config",
    ],
    ..ResourceType::new(
        "aws_apigatewayv2_integration",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

const MEMBERS: Names = &[
    ("connection_id", "ConnectionId"),
    ("connection_type", "ConnectionType"),
    ("credentials_arn", "CredentialsArn"),
    ("description", "Description"),
    ("integration_method", "IntegrationMethod"),
    ("integration_subtype", "IntegrationSubtype"),
    ("integration_uri", "IntegrationUri"),
    ("payload_format_version", "PayloadFormatVersion"),
    ("timeout_milliseconds", "TimeoutInMillis"),
];

fn target(data: &ResourceData) -> Json {
    json!({ "ApiId": data.get("api_id"), "IntegrationId": data.id() })
}

/// Mappings of responses by status.
fn responses(blocks: &Json) -> Map<String, Json> {
    let blocks = blocks.as_array().into_iter().flatten();
    blocks
        .map(|block| {
            (block["status_code"].as_str().unwrap_or_default().to_owned(), block["mappings"].clone())
        })
        .collect()
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let mut input = Json::Object(given(data, MEMBERS));
    input["ApiId"] = data.get("api_id").clone();
    input["IntegrationType"] = data.get("integration_type").clone();
    input["RequestParameters"] = data.opt("request_parameters");
    let responses = responses(data.get("response_parameters"));
    if !responses.is_empty() {
        input["ResponseParameters"] = responses.into();
    }
    let output = data.call(&api::CREATE_INTEGRATION, input).await;
    let output = output.map_err(|failure| format!("creating API Gateway v2 Integration: {failure}"))?;
    data.set_id(output["IntegrationId"].as_str().unwrap_or_default());
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading API Gateway v2 Integration ({}): {failure}", data.id());
    let Some(found) = data.find(&api::GET_INTEGRATION, target(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    const TEXTS: Names = &[
        ("connection_id", "ConnectionId"),
        ("connection_type", "ConnectionType"),
        ("content_handling_strategy", "ContentHandlingStrategy"),
        ("credentials_arn", "CredentialsArn"),
        ("description", "Description"),
        ("integration_method", "IntegrationMethod"),
        ("integration_response_selection_expression", "IntegrationResponseSelectionExpression"),
        ("integration_subtype", "IntegrationSubtype"),
        ("integration_type", "IntegrationType"),
        ("integration_uri", "IntegrationUri"),
        ("payload_format_version", "PayloadFormatVersion"),
        ("template_selection_expression", "TemplateSelectionExpression"),
    ];
    read_back(data, &found, TEXTS, &[], &[], &[("request_parameters", "RequestParameters")]);
    let mut blocks = Vec::new();
    for (status, mappings) in found["ResponseParameters"].as_object().into_iter().flatten() {
        blocks.push(json!({ "status_code": status, "mappings": mappings }));
    }
    data.set("response_parameters", blocks);
    data.set("timeout_milliseconds", found["TimeoutInMillis"].clone());
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let mut input = Json::Object(changed(data, MEMBERS));
    if data.changed("request_parameters") {
        input["RequestParameters"] = map_change(data, "request_parameters");
    }
    if data.changed("response_parameters") {
        let (old, mut new) = (
            responses(data.prior.get("response_parameters").unwrap_or(&Json::Null)),
            responses(data.get("response_parameters")),
        );
        for (status, mappings) in old {
            let entry = new.entry(status).or_insert_with(|| json!({}));
            for key in mappings.as_object().into_iter().flat_map(Map::keys) {
                if entry.get(key).is_none() {
                    entry[key] = json!("");
                }
            }
        }
        input["ResponseParameters"] = new.into();
    }
    input["ApiId"] = data.get("api_id").clone();
    input["IntegrationId"] = json!(data.id());
    let call = data.call(&api::UPDATE_INTEGRATION, input);
    call.await
        .map_err(|failure| format!("updating API Gateway v2 Integration ({}): {failure}", data.id()))?;
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&api::DELETE_INTEGRATION, target(data));
    remove.await.map_err(|failure| format!("deleting API Gateway v2 Integration ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [api, integration] = split_id(id, "api-id/integration-id")?;
    data.set("api_id", api);
    data.set_id(integration);
    Ok(())
}
