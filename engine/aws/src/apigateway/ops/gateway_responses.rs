//! Gateway responses: what API Gateway itself answers, as far as an API changes it.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::apigateway::lookup::{self, access};
use crate::apigateway::patch::{Patch, PatchResult};
use crate::apigateway::refusal::{DEFAULT_TEMPLATE, TYPES};
use crate::apigateway::shapes::{ApiPageInput, PatchOperation};
use crate::apigateway::{errors, pages, state};

shape! {
    /// What PutGatewayResponse takes.
    pub struct PutGatewayResponseInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("responseType", label_as = "response_type")] pub response_type: String,
        #[wire("statusCode")] pub status_code: Option<String>,
        #[wire("responseParameters")] pub response_parameters: Option<BTreeMap<String, String>>,
        #[wire("responseTemplates")] pub response_templates: Option<BTreeMap<String, String>>,
    }

    /// A gateway response of an API.
    pub struct GatewayResponseInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("responseType", label_as = "response_type")] pub response_type: String,
    }

    /// What GetGatewayResponses answers.
    pub struct GetGatewayResponsesOutput {
        #[wire("position")] pub position: Option<String>,
        #[wire("items", json = "item")] pub items: Vec<GatewayResponse>,
    }

    /// What UpdateGatewayResponse takes.
    pub struct UpdateGatewayResponseInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("responseType", label_as = "response_type")] pub response_type: String,
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }

    /// A gateway response.
    pub struct GatewayResponse {
        #[wire("responseType")] pub response_type: Option<String>,
        #[wire("statusCode")] pub status_code: Option<String>,
        #[wire("responseParameters")] pub response_parameters: BTreeMap<String, String>,
        #[wire("responseTemplates")] pub response_templates: BTreeMap<String, String>,
        #[wire("defaultResponse")] pub default_response: Option<bool>,
    }
}

fn path(api_id: &str, response_type: &str) -> String {
    format!("/restapis/{api_id}/gatewayresponses/{response_type}")
}

/// What an API has for a type: its own, or the default.
fn shown(api: &state::RestApi, response_type: &str) -> GatewayResponse {
    let default_status =
        TYPES.iter().find(|(name, _)| *name == response_type).and_then(|(_, status)| *status);
    let default_status = default_status.map(|status| status.to_string());
    match api.gateway_responses.get(response_type) {
        Some(own) => GatewayResponse {
            response_type: Some(response_type.to_owned()),
            status_code: own.status_code.clone().or(default_status),
            response_parameters: own.parameters.clone(),
            response_templates: own.templates.clone(),
            default_response: Some(false),
        },
        None => GatewayResponse {
            response_type: Some(response_type.to_owned()),
            status_code: default_status,
            response_parameters: BTreeMap::new(),
            response_templates: BTreeMap::from([(
                "application/json".to_owned(),
                DEFAULT_TEMPLATE.to_owned(),
            )]),
            default_response: Some(true),
        },
    }
}

fn check_type(response_type: &str, place: &str) -> ApiResult<()> {
    if TYPES.iter().any(|(name, _)| *name == response_type) {
        return Ok(());
    }
    let set: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
    Err(errors::enumeration(response_type, place, &set.join(", ")))
}

operation! {
    /// Sets what API Gateway answers in one situation; takes effect with the next deployment.
    ///
    /// **Source**: API Gateway API Reference, "PutGatewayResponse".
    pub PUT_GATEWAY_RESPONSE: PutGatewayResponse {
        http: "PUT" "/restapis/{restapi_id}/gatewayresponses/{response_type}" 201,
        input: PutGatewayResponseInput,
        output: GatewayResponse,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "PUT", &path(&input.rest_api_id, &input.response_type)),
        handler: put_gateway_response,
    }
}

fn put_gateway_response(
    cx: &mut OpContext<'_>,
    input: PutGatewayResponseInput,
) -> ApiResult<GatewayResponse> {
    let api = lookup::api_mut(cx, &input.rest_api_id)?;
    check_type(&input.response_type, "putGatewayResponseInput.responseType")?;
    let templates = input
        .response_templates
        .unwrap_or_else(|| BTreeMap::from([("application/json".to_owned(), DEFAULT_TEMPLATE.to_owned())]));
    let own = state::GatewayResponse {
        response_type: input.response_type.clone(),
        status_code: input.status_code,
        parameters: input.response_parameters.unwrap_or_default(),
        templates,
    };
    api.gateway_responses.insert(input.response_type.clone(), own);
    Ok(shown(api, &input.response_type))
}

operation! {
    /// Returns what API Gateway answers in one situation.
    ///
    /// **Source**: API Gateway API Reference, "GetGatewayResponse".
    pub GET_GATEWAY_RESPONSE: GetGatewayResponse {
        http: "GET" "/restapis/{restapi_id}/gatewayresponses/{response_type}" 200,
        input: GatewayResponseInput,
        output: GatewayResponse,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &path(&input.rest_api_id, &input.response_type)),
        handler: get_gateway_response,
    }
}

fn get_gateway_response(cx: &mut OpContext<'_>, input: GatewayResponseInput) -> ApiResult<GatewayResponse> {
    let api = lookup::api(cx, &input.rest_api_id)?;
    check_type(&input.response_type, "getGatewayResponseInput.responseType")?;
    Ok(shown(api, &input.response_type))
}

operation! {
    /// Lists all gateway responses, defaults included.
    ///
    /// **Source**: API Gateway API Reference, "GetGatewayResponses".
    pub GET_GATEWAY_RESPONSES: GetGatewayResponses {
        http: "GET" "/restapis/{restapi_id}/gatewayresponses" 200,
        input: ApiPageInput,
        output: GetGatewayResponsesOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/restapis/{}/gatewayresponses", input.rest_api_id)),
        handler: get_gateway_responses,
    }
}

fn get_gateway_responses(
    cx: &mut OpContext<'_>,
    input: ApiPageInput,
) -> ApiResult<GetGatewayResponsesOutput> {
    let api = lookup::api(cx, &input.rest_api_id)?;
    let all = TYPES.iter().map(|(name, _)| shown(api, name)).collect();
    let key = |response: &GatewayResponse| response.response_type.clone().unwrap_or_default();
    let (items, position) = pages::page(all, key, input.position.as_deref(), input.limit)?;
    Ok(GetGatewayResponsesOutput { position, items })
}

operation! {
    /// Changes what API Gateway answers in one situation.
    ///
    /// **Source**: API Gateway API Reference, "UpdateGatewayResponse".
    pub UPDATE_GATEWAY_RESPONSE: UpdateGatewayResponse {
        http: "PATCH" "/restapis/{restapi_id}/gatewayresponses/{response_type}" 200,
        input: UpdateGatewayResponseInput,
        output: GatewayResponse,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &path(&input.rest_api_id, &input.response_type)),
        handler: update_gateway_response,
    }
}

fn update_gateway_response(
    cx: &mut OpContext<'_>,
    input: UpdateGatewayResponseInput,
) -> ApiResult<GatewayResponse> {
    let api = lookup::api_mut(cx, &input.rest_api_id)?;
    check_type(&input.response_type, "updateGatewayResponseInput.responseType")?;
    let current = shown(api, &input.response_type);
    let mut own = state::GatewayResponse {
        response_type: input.response_type.clone(),
        status_code: current.status_code,
        parameters: current.response_parameters,
        templates: current.response_templates,
    };
    lookup::patch(&mut own, &input.patch_operations, patch)?;
    api.gateway_responses.insert(input.response_type.clone(), own);
    Ok(shown(api, &input.response_type))
}

fn patch(response: &mut state::GatewayResponse, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["statusCode"] => patch.optional(&mut response.status_code),
        ["responseParameters", name] => patch.text_entry(&mut response.parameters, name),
        ["responseTemplates", media_type] => patch.text_entry(&mut response.templates, media_type),
        _ => Err(patch.refused()),
    }
}

operation! {
    /// Returns a situation to its default answer.
    ///
    /// **Source**: API Gateway API Reference, "DeleteGatewayResponse".
    pub DELETE_GATEWAY_RESPONSE: DeleteGatewayResponse {
        http: "DELETE" "/restapis/{restapi_id}/gatewayresponses/{response_type}" 202,
        input: GatewayResponseInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &path(&input.rest_api_id, &input.response_type)),
        handler: delete_gateway_response,
    }
}

fn delete_gateway_response(cx: &mut OpContext<'_>, input: GatewayResponseInput) -> ApiResult<()> {
    let api = lookup::api_mut(cx, &input.rest_api_id)?;
    check_type(&input.response_type, "deleteGatewayResponseInput.responseType")?;
    let own = api.gateway_responses.remove(&input.response_type);
    own.map(drop).ok_or_else(errors::gateway_response_not_found)
}
