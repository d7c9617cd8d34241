//! REST APIs.

use crate::context::OpContext;
use crate::kept::Kept;
use crate::operation;
use crate::service::ApiResult;
use indexmap::IndexMap;
use nuvola_kernel::Map;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::apigateway::lookup::{self, access};
use crate::apigateway::patch::{Patch, PatchError, PatchOp, PatchResult};
use crate::apigateway::shapes::{ApiInput, PatchOperation, date};
use crate::apigateway::state::{self, Resource};
use crate::apigateway::{errors, limits, pages};

shape! {
    /// What CreateRestApi takes.
    pub struct CreateRestApiInput {
        #[wire("name")] pub name: String,
        #[wire("description")] pub description: Option<String>,
        #[wire("version")] pub version: Option<String>,
        #[wire("cloneFrom")] pub clone_from: Option<String>,
        #[wire("binaryMediaTypes")] pub binary_media_types: Option<Vec<String>>,
        #[wire("minimumCompressionSize")] pub minimum_compression_size: Option<i32>,
        #[wire("apiKeySource")] pub api_key_source: Option<String>,
        #[wire("endpointConfiguration")] pub endpoint_configuration: Option<EndpointConfiguration>,
        #[wire("policy")] pub policy: Option<String>,
        #[wire("tags")] pub tags: Option<BTreeMap<String, String>>,
        #[wire("disableExecuteApiEndpoint")] pub disable_execute_api_endpoint: Option<bool>,
    }

    /// What GetRestApis takes.
    pub struct GetRestApisInput {
        #[wire("position", query = "position")] pub position: Option<String>,
        #[wire("limit", query = "limit")] pub limit: Option<i32>,
    }

    /// What GetRestApis answers.
    pub struct GetRestApisOutput {
        #[wire("position")] pub position: Option<String>,
        #[wire("items", json = "item")] pub items: Vec<RestApi>,
    }

    /// What UpdateRestApi takes.
    pub struct UpdateRestApiInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }

    /// A REST API.
    pub struct RestApi {
        #[wire("id")] pub id: Option<String>,
        #[wire("name")] pub name: Option<String>,
        #[wire("description")] pub description: Option<String>,
        #[wire("createdDate")] pub created_date: Option<Timestamp>,
        #[wire("version")] pub version: Option<String>,
        #[wire("binaryMediaTypes")] pub binary_media_types: Option<Vec<String>>,
        #[wire("minimumCompressionSize")] pub minimum_compression_size: Option<i32>,
        #[wire("apiKeySource")] pub api_key_source: Option<String>,
        #[wire("endpointConfiguration")] pub endpoint_configuration: Option<EndpointConfiguration>,
        #[wire("policy")] pub policy: Option<String>,
        #[wire("tags")] pub tags: Option<BTreeMap<String, String>>,
        #[wire("disableExecuteApiEndpoint")] pub disable_execute_api_endpoint: Option<bool>,
        #[wire("rootResourceId")] pub root_resource_id: Option<String>,
    }

    /// How an API is reached.
    pub struct EndpointConfiguration {
        #[wire("types")] pub types: Option<Vec<String>>,
        #[wire("ipAddressType")] pub ip_address_type: Option<String>,
        #[wire("vpcEndpointIds")] pub vpc_endpoint_ids: Option<Vec<String>>,
    }
}

fn shown(api: &state::RestApi) -> RestApi {
    RestApi {
        id: Some(api.id.clone()),
        name: Some(api.name.clone()),
        description: api.description.clone(),
        created_date: date(api.created_ms),
        version: api.version.clone(),
        binary_media_types: (!api.binary_media_types.is_empty()).then(|| api.binary_media_types.clone()),
        minimum_compression_size: api.minimum_compression_size,
        api_key_source: Some(api.api_key_source.clone()),
        endpoint_configuration: Some(EndpointConfiguration {
            types: Some(api.endpoint_types.clone()),
            ip_address_type: Some(api.ip_address_type.clone()),
            vpc_endpoint_ids: (!api.vpc_endpoint_ids.is_empty()).then(|| api.vpc_endpoint_ids.clone()),
        }),
        policy: api.policy.clone(),
        tags: api.tags.clone(),
        disable_execute_api_endpoint: Some(api.disable_execute_api_endpoint),
        root_resource_id: Some(api.root_resource_id.clone()),
    }
}

/// The text is as users quote it.
fn check_policy(policy: Option<&str>) -> Result<(), PatchError> {
    let document = policy.filter(|text| !text.is_empty()).map(serde_json::from_str::<serde_json::Value>);
    match document {
        None => Ok(()),
        Some(Ok(document)) if document["Statement"].is_array() || document["Statement"].is_object() => Ok(()),
        Some(_) => Err(PatchError::Text(
            "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
                .to_owned(),
        )),
    }
}

fn compression_error() -> PatchError {
    PatchError::Text("Invalid minimum compression size, must be between 0 and 10485760".to_owned())
}

operation! {
    /// Creates an API with its root resource.
    ///
    /// **Source**: API Gateway API Reference, "CreateRestApi".
    pub CREATE_REST_API: CreateRestApi {
        http: "POST" "/restapis" 201,
        input: CreateRestApiInput,
        output: RestApi,
        errors: ["BadRequestException"],
        access: |cx, _| access(cx, "POST", "/restapis"),
        handler: create_rest_api,
    }
}

fn create_rest_api(cx: &mut OpContext<'_>, input: CreateRestApiInput) -> ApiResult<RestApi> {
    if input.name.is_empty() {
        return Err(errors::bad_request("Name is a required field"));
    }
    if input.description.as_deref() == Some("") {
        return Err(errors::bad_request("Description cannot be an empty string"));
    }
    let range = 0..=limits::MINIMUM_COMPRESSION_MAX_BYTES;
    if input.minimum_compression_size.is_some_and(|size| !range.contains(&size)) {
        return Err(errors::patch(&compression_error()));
    }
    let endpoint = input.endpoint_configuration.unwrap_or_default();
    let endpoint_types = endpoint.types.unwrap_or_else(|| vec!["EDGE".to_owned()]);
    let private = endpoint_types == ["PRIVATE"];
    if !private && endpoint_types != ["EDGE"] && endpoint_types != ["REGIONAL"] {
        let given = endpoint_types.join(", ");
        let set = "PRIVATE, EDGE, REGIONAL";
        return Err(errors::enumeration(&given, "createRestApiInput.endpointConfiguration.types", set));
    }
    let key_source = input.api_key_source.unwrap_or_else(|| "HEADER".to_owned());
    if key_source != "HEADER" && key_source != "AUTHORIZER" {
        let place = "createRestApiInput.apiKeySource";
        return Err(errors::enumeration(&key_source, place, "HEADER, AUTHORIZER"));
    }
    for (given, what) in [(input.clone_from.is_some(), "cloning an API"), (private, "private endpoints")] {
        if given {
            cx.not_simulated(format!("API Gateway: {what}"));
        }
    }
    check_policy(input.policy.as_deref()).map_err(|error| errors::patch(&error))?;
    let id = cx.ids().lower_alnum(limits::API_ID_CHARS);
    let root_resource_id = cx.ids().lower_alnum(limits::API_ID_CHARS);
    let root = Resource {
        id: root_resource_id.clone(),
        parent_id: None,
        path_part: String::new(),
        methods: Map::new(),
    };
    let default_ip = if private { "dualstack" } else { "ipv4" };
    let api = state::RestApi {
        id: id.clone(),
        name: input.name,
        description: input.description,
        version: input.version,
        created_ms: cx.now_ms,
        binary_media_types: input.binary_media_types.unwrap_or_default(),
        minimum_compression_size: input.minimum_compression_size,
        api_key_source: key_source,
        endpoint_types,
        ip_address_type: endpoint.ip_address_type.unwrap_or_else(|| default_ip.to_owned()),
        vpc_endpoint_ids: endpoint.vpc_endpoint_ids.unwrap_or_default(),
        policy: input.policy,
        disable_execute_api_endpoint: input.disable_execute_api_endpoint.unwrap_or(false),
        tags: input.tags,
        root_resource_id: root_resource_id.clone(),
        resources: IndexMap::from([(root_resource_id, root)]),
        gateway_responses: Map::new(),
        deployments: IndexMap::new(),
        stages: Map::new(),
        models: super::models::builtin()
            .into_iter()
            .map(|model| (model.name.clone().unwrap_or_default(), Kept(model)))
            .collect(),
        validators: Map::new(),
        authorizers: Map::new(),
    };
    let answer = shown(&api);
    let region = cx.region.to_string();
    cx.apigateway().regions.entry(region).or_default().insert(id, api);
    Ok(answer)
}

operation! {
    /// Returns an API.
    ///
    /// **Source**: API Gateway API Reference, "GetRestApi".
    pub GET_REST_API: GetRestApi {
        http: "GET" "/restapis/{restapi_id}" 200,
        input: ApiInput,
        output: RestApi,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/restapis/{}", input.rest_api_id)),
        handler: |cx, input| Ok(shown(lookup::api(cx, &input.rest_api_id)?)),
    }
}

operation! {
    /// Lists the region's APIs.
    ///
    /// **Source**: API Gateway API Reference, "GetRestApis".
    pub GET_REST_APIS: GetRestApis {
        http: "GET" "/restapis" 200,
        input: GetRestApisInput,
        output: GetRestApisOutput,
        errors: ["BadRequestException"],
        access: |cx, _| access(cx, "GET", "/restapis"),
        handler: get_rest_apis,
    }
}

fn get_rest_apis(cx: &mut OpContext<'_>, input: GetRestApisInput) -> ApiResult<GetRestApisOutput> {
    let all = cx.state().apigateway.apis(cx.region.as_str()).map(shown).collect();
    let key = |api: &RestApi| api.id.clone().unwrap_or_default();
    let (items, position) = pages::page(all, key, input.position.as_deref(), input.limit)?;
    Ok(GetRestApisOutput { position, items })
}

operation! {
    /// Changes an API's own settings.
    ///
    /// **Source**: API Gateway API Reference, "UpdateRestApi".
    pub UPDATE_REST_API: UpdateRestApi {
        http: "PATCH" "/restapis/{restapi_id}" 200,
        input: UpdateRestApiInput,
        output: RestApi,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &format!("/restapis/{}", input.rest_api_id)),
        handler: update_rest_api,
    }
}

fn update_rest_api(cx: &mut OpContext<'_>, input: UpdateRestApiInput) -> ApiResult<RestApi> {
    let api = lookup::api_mut(cx, &input.rest_api_id)?;
    lookup::patch(api, &input.patch_operations, patch)?;
    // From the first update on, AWS shows tags even where there are none.
    api.tags.get_or_insert_default();
    Ok(shown(api))
}

fn patch(api: &mut state::RestApi, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["name"] => patch.text(&mut api.name),
        ["description"] => patch.optional(&mut api.description),
        ["version"] => patch.optional(&mut api.version),
        ["policy"] => {
            check_policy(patch.value.as_deref())?;
            patch.optional(&mut api.policy)
        }
        ["apiKeySource"] => patch.text(&mut api.api_key_source),
        ["disableExecuteApiEndpoint"] => patch.flag(&mut api.disable_execute_api_endpoint),
        ["minimumCompressionSize"] => {
            if patch.op != PatchOp::Replace {
                return Err(PatchError::OnlyReplace);
            }
            let value = patch.value.as_deref().unwrap_or("");
            api.minimum_compression_size = match value {
                "" => None,
                text => {
                    let size = text.parse::<i32>().ok();
                    let fits = size.filter(|size| (0..=limits::MINIMUM_COMPRESSION_MAX_BYTES).contains(size));
                    Some(fits.ok_or_else(compression_error)?)
                }
            };
            Ok(())
        }
        ["binaryMediaTypes", media_type] => patch.item(&mut api.binary_media_types, media_type),
        ["endpointConfiguration", "types", old] => {
            let value = patch.value.clone().unwrap_or_default();
            let known = ["EDGE", "REGIONAL", "PRIVATE"].contains(&value.as_str());
            let addressed = old == "0" || api.endpoint_types.iter().any(|known| known == old);
            if patch.op != PatchOp::Replace || !known || !addressed {
                return Err(patch.refused());
            }
            api.endpoint_types = vec![value];
            Ok(())
        }
        ["endpointConfiguration", "ipAddressType"] => patch.text(&mut api.ip_address_type),
        ["endpointConfiguration", "vpcEndpointIds"] => match (patch.op, &patch.value) {
            (PatchOp::Add, Some(id)) => {
                api.vpc_endpoint_ids.push(id.clone());
                Ok(())
            }
            (PatchOp::Remove, Some(id)) => {
                api.vpc_endpoint_ids.retain(|known| known != id);
                Ok(())
            }
            _ => Err(patch.refused()),
        },
        _ => Err(patch.refused()),
    }
}

operation! {
    /// Deletes an API with everything in it.
    ///
    /// **Source**: API Gateway API Reference, "DeleteRestApi".
    pub DELETE_REST_API: DeleteRestApi {
        http: "DELETE" "/restapis/{restapi_id}" 202,
        input: ApiInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &format!("/restapis/{}", input.rest_api_id)),
        handler: delete_rest_api,
    }
}

fn delete_rest_api(cx: &mut OpContext<'_>, input: ApiInput) -> ApiResult<()> {
    lookup::api(cx, &input.rest_api_id)?;
    let region = cx.region.to_string();
    if let Some(apis) = cx.apigateway().regions.get_mut(&region) {
        apis.shift_remove(&input.rest_api_id);
    }
    Ok(())
}
