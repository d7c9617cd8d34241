//! Method responses: the statuses that a method may answer, with their headers.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::apigateway::errors;
use crate::apigateway::lookup::{self, access, method_path};
use crate::apigateway::patch::{Patch, PatchResult};
use crate::apigateway::shapes::{MethodResponse, StatusInput, StatusPatchInput};
use crate::apigateway::state;

shape! {
    /// What PutMethodResponse takes.
    pub struct PutMethodResponseInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("resourceId", label_as = "resource_id")] pub resource_id: String,
        #[wire("httpMethod", label_as = "http_method")] pub http_method: String,
        #[wire("statusCode", label_as = "status_code")] pub status_code: String,
        #[wire("responseParameters")] pub response_parameters: Option<BTreeMap<String, bool>>,
        #[wire("responseModels")] pub response_models: Option<BTreeMap<String, String>>,
    }
}

/// Refuses what is no status code. The text is our own.
pub fn check_status(code: &str) -> ApiResult<()> {
    let fits = code.len() == 3
        && code.bytes().all(|byte| byte.is_ascii_digit())
        && (b'1'..=b'5').contains(&code.as_bytes()[0]);
    if fits { Ok(()) } else { Err(errors::bad_request(format!("Invalid status code specified: {code}"))) }
}

fn path(api_id: &str, resource_id: &str, http_method: &str, status: &str) -> String {
    format!("{}/responses/{status}", method_path(api_id, resource_id, http_method))
}

operation! {
    /// Adds a response to a method.
    ///
    /// **Source**: API Gateway API Reference, "PutMethodResponse".
    pub PUT_METHOD_RESPONSE: PutMethodResponse {
        http: "PUT" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}" 201,
        input: PutMethodResponseInput,
        output: MethodResponse,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, input| {
            let status = &input.status_code;
            access(cx, "PUT", &path(&input.rest_api_id, &input.resource_id, &input.http_method, status))
        },
        handler: put_method_response,
    }
}

fn put_method_response(cx: &mut OpContext<'_>, input: PutMethodResponseInput) -> ApiResult<MethodResponse> {
    let method = lookup::method_mut(cx, &input.rest_api_id, &input.resource_id, &input.http_method)?;
    check_status(&input.status_code)?;
    if method.responses.contains_key(&input.status_code) {
        return Err(errors::response_exists());
    }
    let parameters = input.response_parameters.unwrap_or_default();
    if let Some(wrong) = parameters.keys().find(|name| !name.starts_with("method.response.header.")) {
        return Err(errors::mapping_parameter(wrong));
    }
    let response = state::MethodResponse {
        status_code: input.status_code.clone(),
        parameters,
        models: input.response_models.unwrap_or_default(),
    };
    let answer = MethodResponse::of(&response);
    method.responses.insert(input.status_code, response);
    Ok(answer)
}

operation! {
    /// Returns a response of a method.
    ///
    /// **Source**: API Gateway API Reference, "GetMethodResponse".
    pub GET_METHOD_RESPONSE: GetMethodResponse {
        http: "GET" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}" 200,
        input: StatusInput,
        output: MethodResponse,
        errors: ["NotFoundException"],
        access: |cx, input| {
            let status = &input.status_code;
            access(cx, "GET", &path(&input.rest_api_id, &input.resource_id, &input.http_method, status))
        },
        handler: get_method_response,
    }
}

fn get_method_response(cx: &mut OpContext<'_>, input: StatusInput) -> ApiResult<MethodResponse> {
    let method = lookup::method_mut(cx, &input.rest_api_id, &input.resource_id, &input.http_method)?;
    let response = method.responses.get(&input.status_code).ok_or_else(errors::response_not_found)?;
    Ok(MethodResponse::of(response))
}

operation! {
    /// Changes a response of a method.
    ///
    /// **Source**: API Gateway API Reference, "UpdateMethodResponse".
    pub UPDATE_METHOD_RESPONSE: UpdateMethodResponse {
        http: "PATCH" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}" 201,
        input: StatusPatchInput,
        output: MethodResponse,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| {
            let status = &input.status_code;
            access(cx, "PATCH", &path(&input.rest_api_id, &input.resource_id, &input.http_method, status))
        },
        handler: update_method_response,
    }
}

fn update_method_response(cx: &mut OpContext<'_>, input: StatusPatchInput) -> ApiResult<MethodResponse> {
    let method = lookup::method_mut(cx, &input.rest_api_id, &input.resource_id, &input.http_method)?;
    let response = method.responses.get_mut(&input.status_code).ok_or_else(errors::response_not_found)?;
    lookup::patch(response, &input.patch_operations, patch)?;
    Ok(MethodResponse::of(response))
}

fn patch(response: &mut state::MethodResponse, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["responseParameters", name] => patch.entry(&mut response.parameters, name, patch.flag_value()),
        ["responseModels", media_type] => patch.text_entry(&mut response.models, media_type),
        _ => Err(patch.refused()),
    }
}

operation! {
    /// Deletes a response of a method.
    ///
    /// **Source**: API Gateway API Reference, "DeleteMethodResponse".
    pub DELETE_METHOD_RESPONSE: DeleteMethodResponse {
        http: "DELETE" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}" 204,
        input: StatusInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| {
            let status = &input.status_code;
            access(cx, "DELETE", &path(&input.rest_api_id, &input.resource_id, &input.http_method, status))
        },
        handler: delete_method_response,
    }
}

fn delete_method_response(cx: &mut OpContext<'_>, input: StatusInput) -> ApiResult<()> {
    let method = lookup::method_mut(cx, &input.rest_api_id, &input.resource_id, &input.http_method)?;
    method.responses.remove(&input.status_code).map(drop).ok_or_else(errors::response_not_found)
}
