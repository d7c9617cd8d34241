//! API keys.

use crate::context::OpContext;
use crate::kept::Kept;
use crate::operation;
use crate::service::ApiResult;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::apigateway::lookup::{self, access};
use crate::apigateway::patch::{Patch, PatchResult};
use crate::apigateway::shapes::{PatchOperation, date};
use crate::apigateway::{errors, limits, pages};

shape! {
    /// An API key.
    pub struct ApiKey {
        #[wire("id")] pub id: Option<String>,
        #[wire("value")] pub value: Option<String>,
        #[wire("name")] pub name: Option<String>,
        #[wire("customerId")] pub customer_id: Option<String>,
        #[wire("description")] pub description: Option<String>,
        #[wire("enabled")] pub enabled: Option<bool>,
        #[wire("createdDate")] pub created_date: Option<Timestamp>,
        #[wire("lastUpdatedDate")] pub last_updated_date: Option<Timestamp>,
        #[wire("stageKeys")] pub stage_keys: Option<Vec<String>>,
        #[wire("tags")] pub tags: Option<BTreeMap<String, String>>,
    }

    /// What CreateApiKey takes.
    pub struct CreateApiKeyInput {
        #[wire("name")] pub name: Option<String>,
        #[wire("description")] pub description: Option<String>,
        #[wire("enabled")] pub enabled: Option<bool>,
        #[wire("generateDistinctId")] pub generate_distinct_id: Option<bool>,
        #[wire("value")] pub value: Option<String>,
        #[wire("customerId")] pub customer_id: Option<String>,
        #[wire("tags")] pub tags: Option<BTreeMap<String, String>>,
    }

    /// What GetApiKey takes.
    pub struct ApiKeyInput {
        #[wire("apiKey", label_as = "api_Key")] pub api_key: String,
        #[wire("includeValue", query = "includeValue")] pub include_value: Option<bool>,
    }

    /// What GetApiKeys takes.
    pub struct GetApiKeysInput {
        #[wire("position", query = "position")] pub position: Option<String>,
        #[wire("limit", query = "limit")] pub limit: Option<i32>,
        #[wire("nameQuery", query = "name")] pub name_query: Option<String>,
        #[wire("customerId", query = "customerId")] pub customer_id: Option<String>,
        #[wire("includeValues", query = "includeValues")] pub include_values: Option<bool>,
    }

    /// What GetApiKeys answers.
    pub struct GetApiKeysOutput {
        #[wire("position")] pub position: Option<String>,
        #[wire("items", json = "item")] pub items: Vec<ApiKey>,
    }

    /// What UpdateApiKey takes.
    pub struct UpdateApiKeyInput {
        #[wire("apiKey", label_as = "api_Key")] pub api_key: String,
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }
}

const VALUE_CHARS: usize = 40;
const VALUE_MIN_CHARS: usize = 20;

fn shown(key: &ApiKey, with_value: bool) -> ApiKey {
    ApiKey { value: key.value.clone().filter(|_| with_value), ..key.clone() }
}

operation! {
    /// Creates an API key.
    ///
    /// **Source**: API Gateway API Reference, "CreateApiKey".
    pub CREATE_API_KEY: CreateApiKey {
        http: "POST" "/apikeys" 201,
        input: CreateApiKeyInput,
        output: ApiKey,
        errors: ["BadRequestException", "ConflictException"],
        access: |cx, _| access(cx, "POST", "/apikeys"),
        handler: create_api_key,
    }
}

fn create_api_key(cx: &mut OpContext<'_>, input: CreateApiKeyInput) -> ApiResult<ApiKey> {
    if input.value.as_ref().is_some_and(|value| value.chars().count() < VALUE_MIN_CHARS) {
        return Err(errors::bad_request("API Key value should be at least 20 characters"));
    }
    let region = cx.region.to_string();
    let taken = |key: &Kept<ApiKey>| input.value.is_some() && key.value == input.value;
    if cx.state().apigateway.keys(&region).any(taken) {
        return Err(errors::conflict("API Key already exists"));
    }
    let id = cx.ids().lower_alnum(limits::API_ID_CHARS);
    let value = match input.value {
        Some(value) => value,
        None => cx.ids().mixed_alnum(VALUE_CHARS),
    };
    let key = ApiKey {
        id: Some(id.clone()),
        value: Some(value),
        name: input.name,
        customer_id: input.customer_id,
        description: input.description,
        enabled: Some(input.enabled.unwrap_or(false)),
        created_date: date(cx.now_ms),
        last_updated_date: date(cx.now_ms),
        stage_keys: Some(Vec::new()),
        tags: Some(input.tags.unwrap_or_default()),
    };
    cx.apigateway().keys.insert((region + "/") + &id, Kept(key.clone()));
    Ok(key)
}

operation! {
    /// Returns an API key, with its value if asked.
    ///
    /// **Source**: API Gateway API Reference, "GetApiKey".
    pub GET_API_KEY: GetApiKey {
        http: "GET" "/apikeys/{api_Key}" 200,
        input: ApiKeyInput,
        output: ApiKey,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/apikeys/{}", input.api_key)),
        handler: |cx, input| {
            Ok(shown(lookup::key(cx, &input.api_key)?, input.include_value == Some(true)))
        },
    }
}

operation! {
    /// Lists the API keys of a region.
    ///
    /// **Source**: API Gateway API Reference, "GetApiKeys".
    pub GET_API_KEYS: GetApiKeys {
        http: "GET" "/apikeys" 200,
        input: GetApiKeysInput,
        output: GetApiKeysOutput,
        errors: ["BadRequestException"],
        access: |cx, _| access(cx, "GET", "/apikeys"),
        handler: |cx, input| {
            let wanted = |key: &&Kept<ApiKey>| {
                let name = key.name.as_deref().unwrap_or("");
                input.name_query.as_ref().is_none_or(|start| name.starts_with(start))
                    && input.customer_id.as_ref().is_none_or(|id| key.customer_id.as_ref() == Some(id))
            };
            let with_value = input.include_values == Some(true);
            let keys = cx.state().apigateway.keys(cx.region.as_str()).filter(wanted);
            let all = keys.map(|key| shown(key, with_value)).collect();
            let key = |key: &ApiKey| key.id.clone().unwrap_or_default();
            let (items, position) = pages::page(all, key, input.position.as_deref(), input.limit)?;
            Ok(GetApiKeysOutput { position, items })
        },
    }
}

operation! {
    /// Changes an API key.
    ///
    /// **Source**: API Gateway API Reference, "UpdateApiKey".
    pub UPDATE_API_KEY: UpdateApiKey {
        http: "PATCH" "/apikeys/{api_Key}" 200,
        input: UpdateApiKeyInput,
        output: ApiKey,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &format!("/apikeys/{}", input.api_key)),
        handler: |cx, input| {
            let now = date(cx.now_ms);
            let mut changed = Kept(lookup::key(cx, &input.api_key)?.clone());
            lookup::patch(&mut changed, &input.patch_operations, patch)?;
            changed.last_updated_date = now;
            let place = format!("{}/{}", cx.region, input.api_key);
            cx.apigateway().keys.insert(place, changed.clone());
            Ok(shown(&changed, false))
        },
    }
}

fn patch(key: &mut Kept<ApiKey>, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["name"] => patch.optional(&mut key.name),
        ["description"] => patch.optional(&mut key.description),
        ["customerId"] => patch.optional(&mut key.customer_id),
        ["enabled"] => patch.flag(key.enabled.get_or_insert_default()),
        _ => Err(patch.refused()),
    }
}

operation! {
    /// Deletes an API key, and takes it out of its usage plans.
    ///
    /// **Source**: API Gateway API Reference, "DeleteApiKey".
    pub DELETE_API_KEY: DeleteApiKey {
        http: "DELETE" "/apikeys/{api_Key}" 202,
        input: ApiKeyInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &format!("/apikeys/{}", input.api_key)),
        handler: |cx, input| {
            lookup::key(cx, &input.api_key)?;
            let place = format!("{}/{}", cx.region, input.api_key);
            let state = cx.apigateway();
            state.keys.remove(&place);
            state.plans.values_mut().for_each(|plan| plan.keys.retain(|id| *id != input.api_key));
            Ok(())
        },
    }
}
