//! Models and request validators: what requests must look like.

use crate::context::OpContext;
use crate::kept::Kept;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

use crate::apigateway::lookup::{self, access};
use crate::apigateway::patch::{Patch, PatchResult};
use crate::apigateway::shapes::{ApiPageInput, PatchOperation};
use crate::apigateway::{errors, limits, pages};

shape! {
    /// A model: a JSON schema with a name.
    pub struct Model {
        #[wire("id")] pub id: Option<String>,
        #[wire("name")] pub name: Option<String>,
        #[wire("description")] pub description: Option<String>,
        #[wire("schema")] pub schema: Option<String>,
        #[wire("contentType")] pub content_type: Option<String>,
    }

    /// What CreateModel takes.
    pub struct CreateModelInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("name")] pub name: String,
        #[wire("description")] pub description: Option<String>,
        #[wire("schema")] pub schema: Option<String>,
        #[wire("contentType")] pub content_type: String,
    }

    /// A model of an API.
    pub struct ModelInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("modelName", label_as = "model_name")] pub model_name: String,
    }

    /// What UpdateModel takes.
    pub struct UpdateModelInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("modelName", label_as = "model_name")] pub model_name: String,
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }

    /// What GetModels answers.
    pub struct GetModelsOutput {
        #[wire("position")] pub position: Option<String>,
        #[wire("items", json = "item")] pub items: Vec<Model>,
    }

    /// A request validator.
    pub struct RequestValidator {
        #[wire("id")] pub id: Option<String>,
        #[wire("name")] pub name: Option<String>,
        #[wire("validateRequestBody")] pub validate_request_body: Option<bool>,
        #[wire("validateRequestParameters")] pub validate_request_parameters: Option<bool>,
    }

    /// What CreateRequestValidator takes.
    pub struct CreateRequestValidatorInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("name")] pub name: Option<String>,
        #[wire("validateRequestBody")] pub validate_request_body: Option<bool>,
        #[wire("validateRequestParameters")] pub validate_request_parameters: Option<bool>,
    }

    /// A request validator of an API.
    pub struct RequestValidatorInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("requestValidatorId", label_as = "requestvalidator_id")] pub request_validator_id: String,
    }

    /// What UpdateRequestValidator takes.
    pub struct UpdateRequestValidatorInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("requestValidatorId", label_as = "requestvalidator_id")] pub request_validator_id: String,
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }

    /// What GetRequestValidators answers.
    pub struct GetRequestValidatorsOutput {
        #[wire("position")] pub position: Option<String>,
        #[wire("items", json = "item")] pub items: Vec<RequestValidator>,
    }
}

/// Every API begins with these. **Source**: API Gateway Developer Guide, "Data models for REST APIs".
pub fn builtin() -> Vec<Model> {
    let model = |id: &str, name: &str, description: &str, schema: &str| Model {
        id: Some(id.to_owned()),
        name: Some(name.to_owned()),
        description: Some(description.to_owned()),
        schema: Some(schema.to_owned()),
        content_type: Some("application/json".to_owned()),
    };
    let schema = |title: &str, rest: &str| {
        format!(
            "{{\n  \"$schema\" : \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : \"{title}\",\n  \"type\" : \"object\"{rest}\n}}"
        )
    };
    let message = ",\n  \"properties\" : {\n    \"message\" : { \"type\" : \"string\" }\n  }";
    vec![
        model("empty1", "Empty", "This is a default empty schema model", &schema("Empty Schema", "")),
        model("error1", "Error", "This is a default error schema model", &schema("Error Schema", message)),
    ]
}

fn check_schema(schema: Option<&str>) -> ApiResult<()> {
    let Some(schema) = schema.filter(|schema| !schema.trim().is_empty()) else {
        let text = "Model schema must have at least 1 property or array items defined";
        return Err(errors::bad_request(text));
    };
    match serde_json::from_str::<serde_json::Value>(schema) {
        Ok(document) if document.is_object() => Ok(()),
        _ => Err(errors::bad_request(
            "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]",
        )),
    }
}

fn model_path(api_id: &str, name: &str) -> String {
    format!("/restapis/{api_id}/models/{name}")
}

operation! {
    /// Adds a model to an API.
    ///
    /// **Source**: API Gateway API Reference, "CreateModel".
    pub CREATE_MODEL: CreateModel {
        http: "POST" "/restapis/{restapi_id}/models" 201,
        input: CreateModelInput,
        output: Model,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "POST", &format!("/restapis/{}/models", input.rest_api_id)),
        handler: create_model,
    }
}

fn create_model(cx: &mut OpContext<'_>, input: CreateModelInput) -> ApiResult<Model> {
    let api = lookup::api(cx, &input.rest_api_id)?;
    if input.name.is_empty() {
        return Err(errors::bad_request("Model name must be non-empty"));
    }
    if !input.name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(errors::bad_request(format!("Model name must be alphanumeric: {}", input.name)));
    }
    check_schema(input.schema.as_deref())?;
    if api.models.contains_key(&input.name) {
        return Err(errors::conflict("Model name already exists for this REST API"));
    }
    let model = Model {
        id: Some(cx.ids().lower_alnum(limits::RESOURCE_ID_CHARS)),
        name: Some(input.name.clone()),
        description: input.description,
        schema: input.schema,
        content_type: Some(input.content_type),
    };
    lookup::api_mut(cx, &input.rest_api_id)?.models.insert(input.name, Kept(model.clone()));
    Ok(model)
}

operation! {
    /// Returns a model.
    ///
    /// **Source**: API Gateway API Reference, "GetModel".
    pub GET_MODEL: GetModel {
        http: "GET" "/restapis/{restapi_id}/models/{model_name}" 200,
        input: ModelInput,
        output: Model,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &model_path(&input.rest_api_id, &input.model_name)),
        handler: |cx, input| {
            let found = lookup::api(cx, &input.rest_api_id)?.models.get(&input.model_name);
            found.map(|model| model.0.clone()).ok_or_else(|| errors::model_not_found(&input.model_name))
        },
    }
}

operation! {
    /// Lists the models of an API.
    ///
    /// **Source**: API Gateway API Reference, "GetModels".
    pub GET_MODELS: GetModels {
        http: "GET" "/restapis/{restapi_id}/models" 200,
        input: ApiPageInput,
        output: GetModelsOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/restapis/{}/models", input.rest_api_id)),
        handler: |cx, input| {
            let all = lookup::api(cx, &input.rest_api_id)?.models.values().map(|model| model.0.clone()).collect();
            let key = |model: &Model| model.name.clone().unwrap_or_default();
            let (items, position) = pages::page(all, key, input.position.as_deref(), input.limit)?;
            Ok(GetModelsOutput { position, items })
        },
    }
}

operation! {
    /// Changes a model's description or schema.
    ///
    /// **Source**: API Gateway API Reference, "UpdateModel".
    pub UPDATE_MODEL: UpdateModel {
        http: "PATCH" "/restapis/{restapi_id}/models/{model_name}" 200,
        input: UpdateModelInput,
        output: Model,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &model_path(&input.rest_api_id, &input.model_name)),
        handler: |cx, input| {
            let api = lookup::api_mut(cx, &input.rest_api_id)?;
            let found = api.models.get_mut(&input.model_name);
            let model = found.ok_or_else(|| errors::model_not_found(&input.model_name))?;
            let mut changed = model.clone();
            lookup::patch(&mut changed, &input.patch_operations, patch_model)?;
            check_schema(changed.schema.as_deref())?;
            *model = changed;
            Ok(model.0.clone())
        },
    }
}

fn patch_model(model: &mut Kept<Model>, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["description"] => patch.optional(&mut model.description),
        ["schema"] => patch.optional(&mut model.schema),
        _ => Err(patch.refused()),
    }
}

operation! {
    /// Deletes a model that no method uses.
    ///
    /// **Source**: API Gateway API Reference, "DeleteModel".
    pub DELETE_MODEL: DeleteModel {
        http: "DELETE" "/restapis/{restapi_id}/models/{model_name}" 202,
        input: ModelInput,
        output: (),
        errors: ["ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &model_path(&input.rest_api_id, &input.model_name)),
        handler: |cx, input| {
            let (api, name) = (lookup::api_mut(cx, &input.rest_api_id)?, &input.model_name);
            if !api.models.contains_key(name) {
                return Err(errors::model_not_found(name));
            }
            let methods = api.resources.values().flat_map(|resource| resource.methods.values());
            let mut named = methods.flat_map(|method| {
                let responses = method.responses.values().flat_map(|response| response.models.values());
                method.request_models.values().chain(responses)
            });
            if named.any(|used| used == name) {
                return Err(errors::conflict(format!(
                    "Cannot delete model '{name}', is referenced in method request: "
                )));
            }
            api.models.remove(name);
            Ok(())
        },
    }
}

fn validator_path(api_id: &str, id: &str) -> String {
    format!("/restapis/{api_id}/requestvalidators/{id}")
}

operation! {
    /// Adds a request validator to an API.
    ///
    /// **Source**: API Gateway API Reference, "CreateRequestValidator".
    pub CREATE_REQUEST_VALIDATOR: CreateRequestValidator {
        http: "POST" "/restapis/{restapi_id}/requestvalidators" 201,
        input: CreateRequestValidatorInput,
        output: RequestValidator,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "POST", &format!("/restapis/{}/requestvalidators", input.rest_api_id)),
        handler: |cx, input| {
            lookup::api(cx, &input.rest_api_id)?;
            let id = cx.ids().lower_alnum(limits::RESOURCE_ID_CHARS);
            let validator = RequestValidator {
                id: Some(id.clone()),
                name: input.name,
                validate_request_body: Some(input.validate_request_body.unwrap_or(false)),
                validate_request_parameters: Some(input.validate_request_parameters.unwrap_or(false)),
            };
            lookup::api_mut(cx, &input.rest_api_id)?.validators.insert(id, Kept(validator.clone()));
            Ok(validator)
        },
    }
}

operation! {
    /// Returns a request validator.
    ///
    /// **Source**: API Gateway API Reference, "GetRequestValidator".
    pub GET_REQUEST_VALIDATOR: GetRequestValidator {
        http: "GET" "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}" 200,
        input: RequestValidatorInput,
        output: RequestValidator,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &validator_path(&input.rest_api_id, &input.request_validator_id)),
        handler: |cx, input| {
            let found = lookup::api(cx, &input.rest_api_id)?.validators.get(&input.request_validator_id);
            found.map(|validator| validator.0.clone()).ok_or_else(errors::validator_not_found)
        },
    }
}

operation! {
    /// Lists the request validators of an API.
    ///
    /// **Source**: API Gateway API Reference, "GetRequestValidators".
    pub GET_REQUEST_VALIDATORS: GetRequestValidators {
        http: "GET" "/restapis/{restapi_id}/requestvalidators" 200,
        input: ApiPageInput,
        output: GetRequestValidatorsOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/restapis/{}/requestvalidators", input.rest_api_id)),
        handler: |cx, input| {
            let api = lookup::api(cx, &input.rest_api_id)?;
            let all = api.validators.values().map(|validator| validator.0.clone()).collect();
            let key = |validator: &RequestValidator| validator.id.clone().unwrap_or_default();
            let (items, position) = pages::page(all, key, input.position.as_deref(), input.limit)?;
            Ok(GetRequestValidatorsOutput { position, items })
        },
    }
}

operation! {
    /// Changes a request validator.
    ///
    /// **Source**: API Gateway API Reference, "UpdateRequestValidator".
    pub UPDATE_REQUEST_VALIDATOR: UpdateRequestValidator {
        http: "PATCH" "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}" 200,
        input: UpdateRequestValidatorInput,
        output: RequestValidator,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &validator_path(&input.rest_api_id, &input.request_validator_id)),
        handler: |cx, input| {
            let api = lookup::api_mut(cx, &input.rest_api_id)?;
            let found = api.validators.get_mut(&input.request_validator_id);
            let validator = found.ok_or_else(errors::validator_not_found)?;
            lookup::patch(validator, &input.patch_operations, patch_validator)?;
            Ok(validator.0.clone())
        },
    }
}

fn patch_validator(validator: &mut Kept<RequestValidator>, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["name"] => patch.optional(&mut validator.name),
        ["validateRequestBody"] => patch.flag(validator.validate_request_body.get_or_insert_default()),
        ["validateRequestParameters"] => {
            patch.flag(validator.validate_request_parameters.get_or_insert_default())
        }
        _ => Err(patch.refused()),
    }
}

operation! {
    /// Deletes a request validator that no method uses.
    ///
    /// **Source**: API Gateway API Reference, "DeleteRequestValidator".
    pub DELETE_REQUEST_VALIDATOR: DeleteRequestValidator {
        http: "DELETE" "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}" 202,
        input: RequestValidatorInput,
        output: (),
        errors: ["ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &validator_path(&input.rest_api_id, &input.request_validator_id)),
        handler: |cx, input| {
            let (api, id) = (lookup::api_mut(cx, &input.rest_api_id)?, &input.request_validator_id);
            if !api.validators.contains_key(id) {
                return Err(errors::validator_not_found());
            }
            let mut methods = api.resources.values().flat_map(|resource| resource.methods.values());
            if methods.any(|method| method.request_validator_id.as_ref() == Some(id)) {
                return Err(errors::conflict(format!("Cannot delete request validator '{id}', is referenced in method")));
            }
            api.validators.remove(id);
            Ok(())
        },
    }
}
