//! Methods: what clients may do with a resource.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_kernel::Map;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::apigateway::errors;
use crate::apigateway::lookup::{self, access, method_path};
use crate::apigateway::patch::{Patch, PatchError, PatchResult};
use crate::apigateway::shapes::{Method, MethodInput, MethodPatchInput};
use crate::apigateway::state;

shape! {
    /// What PutMethod takes.
    pub struct PutMethodInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("resourceId", label_as = "resource_id")] pub resource_id: String,
        #[wire("httpMethod", label_as = "http_method")] pub http_method: String,
        #[wire("authorizationType")] pub authorization_type: String,
        #[wire("authorizerId")] pub authorizer_id: Option<String>,
        #[wire("authorizationScopes")] pub authorization_scopes: Option<Vec<String>>,
        #[wire("apiKeyRequired")] pub api_key_required: Option<bool>,
        #[wire("operationName")] pub operation_name: Option<String>,
        #[wire("requestParameters")] pub request_parameters: Option<BTreeMap<String, bool>>,
        #[wire("requestModels")] pub request_models: Option<BTreeMap<String, String>>,
        #[wire("requestValidatorId")] pub request_validator_id: Option<String>,
    }
}

const HTTP_METHODS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];

const AUTHORIZER_TEXT: &str = "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.";

fn check_authorization(kind: &str) -> Result<(), PatchError> {
    match kind {
        "NONE" | "AWS_IAM" | "CUSTOM" | "COGNITO_USER_POOLS" => Ok(()),
        _ => Err(PatchError::Text(
            "Invalid authorization type specified. Valid options are NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS"
                .to_owned(),
        )),
    }
}

/// What a method names must be there.
fn check_names(api: &state::RestApi, method: &state::Method) -> ApiResult<()> {
    let asks = matches!(method.authorization_type.as_str(), "CUSTOM" | "COGNITO_USER_POOLS");
    let id = method.authorizer_id.as_deref().unwrap_or("");
    if asks && !api.authorizers.contains_key(id) {
        return Err(errors::bad_request(AUTHORIZER_TEXT));
    }
    if method.request_validator_id.as_ref().is_some_and(|id| !api.validators.contains_key(id)) {
        return Err(errors::bad_request("Invalid Request Validator identifier specified"));
    }
    match method.request_models.values().find(|model| !api.models.contains_key(*model)) {
        Some(model) => Err(errors::bad_request(format!("Invalid model identifier specified: {model}"))),
        None => Ok(()),
    }
}

/// Names are unique over all places.
fn check_parameters(parameters: &BTreeMap<String, bool>) -> ApiResult<()> {
    let mut names = Vec::new();
    for parameter in parameters.keys() {
        let place = ["method.request.querystring.", "method.request.header.", "method.request.path."];
        let name = place.iter().find_map(|start| parameter.strip_prefix(start));
        let name =
            name.filter(|name| !name.is_empty()).ok_or_else(|| errors::mapping_parameter(parameter))?;
        if names.contains(&name) {
            let text = "Parameter names must be unique across querystring, header and path";
            return Err(errors::bad_request(text));
        }
        names.push(name);
    }
    Ok(())
}

operation! {
    /// Adds a method to a resource.
    ///
    /// **Source**: API Gateway API Reference, "PutMethod".
    pub PUT_METHOD: PutMethod {
        http: "PUT" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}" 201,
        input: PutMethodInput,
        output: Method,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, input| {
            access(cx, "PUT", &method_path(&input.rest_api_id, &input.resource_id, &input.http_method))
        },
        handler: put_method,
    }
}

fn put_method(cx: &mut OpContext<'_>, input: PutMethodInput) -> ApiResult<Method> {
    let resource = lookup::resource_mut(cx, &input.rest_api_id, &input.resource_id)?;
    if !HTTP_METHODS.contains(&input.http_method.as_str()) {
        return Err(errors::bad_request(format!(
            "Invalid HttpMethod specified. Valid options are {}",
            HTTP_METHODS.join(",")
        )));
    }
    if resource.methods.contains_key(&input.http_method) {
        return Err(errors::method_exists());
    }
    check_authorization(&input.authorization_type).map_err(|error| errors::patch(&error))?;
    let request_parameters = input.request_parameters.unwrap_or_default();
    check_parameters(&request_parameters)?;
    let method = state::Method {
        http_method: input.http_method.clone(),
        authorizer_id: input.authorizer_id.filter(|id| !id.is_empty()),
        request_validator_id: input.request_validator_id.filter(|id| !id.is_empty()),
        authorization_scopes: input.authorization_scopes.filter(|scopes| !scopes.is_empty()),
        authorization_type: input.authorization_type,
        api_key_required: input.api_key_required.unwrap_or(false),
        operation_name: input.operation_name,
        request_parameters,
        request_models: input.request_models.unwrap_or_default(),
        responses: Map::new(),
        integration: None,
    };
    let answer = Method::of(&method);
    check_names(lookup::api(cx, &input.rest_api_id)?, &method)?;
    let resource = lookup::resource_mut(cx, &input.rest_api_id, &input.resource_id)?;
    resource.methods.insert(input.http_method, method);
    Ok(answer)
}

operation! {
    /// Returns a method with its responses and integration.
    ///
    /// **Source**: API Gateway API Reference, "GetMethod".
    pub GET_METHOD: GetMethod {
        http: "GET" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}" 200,
        input: MethodInput,
        output: Method,
        errors: ["NotFoundException"],
        access: |cx, input| {
            access(cx, "GET", &method_path(&input.rest_api_id, &input.resource_id, &input.http_method))
        },
        handler: |cx, input| {
            let method = lookup::method_mut(cx, &input.rest_api_id, &input.resource_id, &input.http_method)?;
            Ok(Method::of(method))
        },
    }
}

operation! {
    /// Changes a method.
    ///
    /// **Source**: API Gateway API Reference, "UpdateMethod".
    pub UPDATE_METHOD: UpdateMethod {
        http: "PATCH" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}" 200,
        input: MethodPatchInput,
        output: Method,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| {
            access(cx, "PATCH", &method_path(&input.rest_api_id, &input.resource_id, &input.http_method))
        },
        handler: update_method,
    }
}

fn update_method(cx: &mut OpContext<'_>, input: MethodPatchInput) -> ApiResult<Method> {
    let (api, resource, name) = (&input.rest_api_id, &input.resource_id, &input.http_method);
    let mut changed = lookup::method_mut(cx, api, resource, name)?.clone();
    lookup::patch(&mut changed, &input.patch_operations, patch)?;
    let known = &lookup::api(cx, api)?.authorizers;
    if changed.authorizer_id.as_ref().is_some_and(|id| !known.contains_key(id)) {
        return Err(errors::bad_request(AUTHORIZER_TEXT));
    }
    if !matches!(changed.authorization_type.as_str(), "CUSTOM" | "COGNITO_USER_POOLS") {
        changed.authorizer_id = None;
    }
    check_names(lookup::api(cx, api)?, &changed)?;
    let method = lookup::method_mut(cx, api, resource, name)?;
    *method = changed;
    Ok(Method::of(method))
}

fn patch(method: &mut state::Method, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["authorizationType"] => {
            check_authorization(patch.value.as_deref().unwrap_or(""))?;
            patch.text(&mut method.authorization_type)
        }
        ["authorizerId"] => patch.optional(&mut method.authorizer_id),
        ["requestValidatorId"] => patch.optional(&mut method.request_validator_id),
        ["authorizationScopes"] => {
            let list = method.authorization_scopes.get_or_insert_default();
            patch.item(list, patch.value.as_deref().unwrap_or(""))
        }
        ["authorizationScopes", scope] => {
            patch.item(method.authorization_scopes.get_or_insert_default(), scope)
        }
        ["apiKeyRequired"] => patch.flag(&mut method.api_key_required),
        ["operationName"] => patch.optional(&mut method.operation_name),
        ["requestParameters", name] => patch.entry(&mut method.request_parameters, name, patch.flag_value()),
        ["requestModels", media_type] => patch.text_entry(&mut method.request_models, media_type),
        _ => Err(patch.refused()),
    }
}

operation! {
    /// Deletes a method.
    ///
    /// **Source**: API Gateway API Reference, "DeleteMethod".
    pub DELETE_METHOD: DeleteMethod {
        http: "DELETE" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}" 204,
        input: MethodInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| {
            access(cx, "DELETE", &method_path(&input.rest_api_id, &input.resource_id, &input.http_method))
        },
        handler: delete_method,
    }
}

fn delete_method(cx: &mut OpContext<'_>, input: MethodInput) -> ApiResult<()> {
    let resource = lookup::resource_mut(cx, &input.rest_api_id, &input.resource_id)?;
    resource.methods.remove(&input.http_method).map(drop).ok_or_else(errors::method_not_found)
}
