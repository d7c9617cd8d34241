//! Integration responses: how an integration's answer becomes the method's.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use super::method_responses::check_status;
use crate::apigateway::errors;
use crate::apigateway::lookup::{self, access, method_path};
use crate::apigateway::patch::{Patch, PatchResult};
use crate::apigateway::shapes::{IntegrationResponse, StatusInput, StatusPatchInput};
use crate::apigateway::state;

shape! {
    /// What PutIntegrationResponse takes.
    pub struct PutIntegrationResponseInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("resourceId", label_as = "resource_id")] pub resource_id: String,
        #[wire("httpMethod", label_as = "http_method")] pub http_method: String,
        #[wire("statusCode", label_as = "status_code")] pub status_code: String,
        #[wire("selectionPattern")] pub selection_pattern: Option<String>,
        #[wire("responseParameters")] pub response_parameters: Option<BTreeMap<String, String>>,
        #[wire("responseTemplates")] pub response_templates: Option<BTreeMap<String, String>>,
        #[wire("contentHandling")] pub content_handling: Option<String>,
    }
}

fn path(api_id: &str, resource_id: &str, http_method: &str, status: &str) -> String {
    format!("{}/integration/responses/{status}", method_path(api_id, resource_id, http_method))
}

/// Every header must be one that the method response declares.
fn check_parameters(method: &state::Method, response: &state::IntegrationResponse) -> ApiResult<()> {
    let declared = method.responses.get(&response.status_code).ok_or_else(errors::response_not_found)?;
    match response.parameters.keys().find(|name| !declared.parameters.contains_key(*name)) {
        Some(unknown) => Err(errors::mapping_parameter(unknown)),
        None => Ok(()),
    }
}

operation! {
    /// Adds a response to an integration, or replaces it.
    ///
    /// **Source**: API Gateway API Reference, "PutIntegrationResponse".
    pub PUT_INTEGRATION_RESPONSE: PutIntegrationResponse {
        http: "PUT" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}" 201,
        input: PutIntegrationResponseInput,
        output: IntegrationResponse,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| {
            let status = &input.status_code;
            access(cx, "PUT", &path(&input.rest_api_id, &input.resource_id, &input.http_method, status))
        },
        handler: put_integration_response,
    }
}

fn put_integration_response(
    cx: &mut OpContext<'_>,
    input: PutIntegrationResponseInput,
) -> ApiResult<IntegrationResponse> {
    let method = lookup::method_mut(cx, &input.rest_api_id, &input.resource_id, &input.http_method)?;
    if method.integration.is_none() {
        return Err(errors::integration_not_found());
    }
    check_status(&input.status_code)?;
    let response = state::IntegrationResponse {
        status_code: input.status_code.clone(),
        selection_pattern: input.selection_pattern,
        parameters: input.response_parameters.unwrap_or_default(),
        templates: input.response_templates.unwrap_or_default(),
        content_handling: input.content_handling,
    };
    check_parameters(method, &response)?;
    let answer = IntegrationResponse::of(&response);
    let integration = method.integration.as_mut().ok_or_else(errors::integration_not_found)?;
    integration.responses.insert(input.status_code, response);
    Ok(answer)
}

operation! {
    /// Returns a response of an integration.
    ///
    /// **Source**: API Gateway API Reference, "GetIntegrationResponse".
    pub GET_INTEGRATION_RESPONSE: GetIntegrationResponse {
        http: "GET" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}" 200,
        input: StatusInput,
        output: IntegrationResponse,
        errors: ["NotFoundException"],
        access: |cx, input| {
            let status = &input.status_code;
            access(cx, "GET", &path(&input.rest_api_id, &input.resource_id, &input.http_method, status))
        },
        handler: get_integration_response,
    }
}

fn get_integration_response(cx: &mut OpContext<'_>, input: StatusInput) -> ApiResult<IntegrationResponse> {
    let (api, resource, method) = (&input.rest_api_id, &input.resource_id, &input.http_method);
    let integration = lookup::integration_mut(cx, api, resource, method)?;
    let response = integration.responses.get(&input.status_code).ok_or_else(errors::response_not_found)?;
    Ok(IntegrationResponse::of(response))
}

operation! {
    /// Changes a response of an integration.
    ///
    /// **Source**: API Gateway API Reference, "UpdateIntegrationResponse".
    pub UPDATE_INTEGRATION_RESPONSE: UpdateIntegrationResponse {
        http: "PATCH" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}" 200,
        input: StatusPatchInput,
        output: IntegrationResponse,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| {
            let status = &input.status_code;
            access(cx, "PATCH", &path(&input.rest_api_id, &input.resource_id, &input.http_method, status))
        },
        handler: update_integration_response,
    }
}

fn update_integration_response(
    cx: &mut OpContext<'_>,
    input: StatusPatchInput,
) -> ApiResult<IntegrationResponse> {
    let method = lookup::method_mut(cx, &input.rest_api_id, &input.resource_id, &input.http_method)?;
    let integration = method.integration.as_ref().ok_or_else(errors::integration_not_found)?;
    let response = integration.responses.get(&input.status_code).ok_or_else(errors::response_not_found)?;
    let mut changed = response.clone();
    lookup::patch(&mut changed, &input.patch_operations, patch)?;
    check_parameters(method, &changed)?;
    let answer = IntegrationResponse::of(&changed);
    let integration = method.integration.as_mut().ok_or_else(errors::integration_not_found)?;
    integration.responses.insert(input.status_code, changed);
    Ok(answer)
}

fn patch(response: &mut state::IntegrationResponse, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["selectionPattern"] => patch.optional(&mut response.selection_pattern),
        ["contentHandling"] => patch.optional(&mut response.content_handling),
        ["responseParameters", name] => patch.text_entry(&mut response.parameters, name),
        ["responseTemplates", media_type] => patch.text_entry(&mut response.templates, media_type),
        _ => Err(patch.refused()),
    }
}

operation! {
    /// Deletes a response of an integration.
    ///
    /// **Source**: API Gateway API Reference, "DeleteIntegrationResponse".
    pub DELETE_INTEGRATION_RESPONSE: DeleteIntegrationResponse {
        http: "DELETE" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}" 204,
        input: StatusInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| {
            let status = &input.status_code;
            access(cx, "DELETE", &path(&input.rest_api_id, &input.resource_id, &input.http_method, status))
        },
        handler: delete_integration_response,
    }
}

fn delete_integration_response(cx: &mut OpContext<'_>, input: StatusInput) -> ApiResult<()> {
    let (api, resource, method) = (&input.rest_api_id, &input.resource_id, &input.http_method);
    let integration = lookup::integration_mut(cx, api, resource, method)?;
    integration.responses.remove(&input.status_code).map(drop).ok_or_else(errors::response_not_found)
}
