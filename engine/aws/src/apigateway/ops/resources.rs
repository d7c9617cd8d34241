//! Resources: the tree of an API's paths.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_kernel::Map;
use nuvola_kernel::ordered::sort_by;
use nuvola_wire::shape;

use crate::apigateway::lookup::{self, access};
use crate::apigateway::patch::{Patch, PatchError, PatchOp};
use crate::apigateway::shapes::{PatchOperation, Resource};
use crate::apigateway::state::{self, RestApi};
use crate::apigateway::{errors, limits, pages, tree};

shape! {
    /// What CreateResource takes.
    pub struct CreateResourceInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("parentId", label_as = "parent_id")] pub parent_id: String,
        #[wire("pathPart")] pub path_part: String,
    }

    /// What GetResource takes.
    pub struct GetResourceInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("resourceId", label_as = "resource_id")] pub resource_id: String,
        #[wire("embed", query = "embed")] pub embed: Vec<String>,
    }

    /// What GetResources takes.
    pub struct GetResourcesInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("position", query = "position")] pub position: Option<String>,
        #[wire("limit", query = "limit")] pub limit: Option<i32>,
        #[wire("embed", query = "embed")] pub embed: Vec<String>,
    }

    /// What GetResources answers.
    pub struct GetResourcesOutput {
        #[wire("position")] pub position: Option<String>,
        #[wire("items", json = "item")] pub items: Vec<Resource>,
    }

    /// What UpdateResource takes.
    pub struct UpdateResourceInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("resourceId", label_as = "resource_id")] pub resource_id: String,
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }

    /// What DeleteResource takes.
    pub struct DeleteResourceInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("resourceId", label_as = "resource_id")] pub resource_id: String,
    }
}

fn embeds_methods(embed: &[String]) -> bool {
    embed.iter().any(|what| what == "methods")
}

fn resource_path(api_id: &str, resource_id: &str) -> String {
    format!("/restapis/{api_id}/resources/{resource_id}")
}

/// A literal, `{name}` or `{name+}`.
fn is_path_part(text: &str) -> bool {
    let name = tree::variable(text).unwrap_or(text);
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-:".contains(c))
}

/// Whether a resource of this name may stand below `parent_id`; `own_id` is the one that is being moved.
fn check_place(api: &RestApi, parent_id: &str, path_part: &str, own_id: Option<&str>) -> ApiResult<()> {
    let parent = api.resources.get(parent_id).ok_or_else(errors::resource_not_found)?;
    if !is_path_part(path_part) {
        return Err(errors::bad_request(
            "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
        ));
    }
    if tree::is_greedy(&parent.path_part) {
        let text =
            format!("Cannot create a child of a resource with a greedy path variable: {}", parent.path_part);
        return Err(errors::bad_request(text));
    }
    let siblings = || api.children(parent_id).filter(|sibling| Some(sibling.id.as_str()) != own_id);
    if siblings().any(|sibling| sibling.path_part == path_part) {
        return Err(errors::resource_exists(path_part));
    }
    if tree::variable(path_part).is_some()
        && let Some(sibling) = siblings().find(|sibling| tree::variable(&sibling.path_part).is_some())
    {
        return Err(errors::bad_request(format!(
            "A sibling ({}) of this resource already has a variable path part -- only one is allowed",
            sibling.path_part
        )));
    }
    Ok(())
}

operation! {
    /// Adds a resource below another one.
    ///
    /// **Source**: API Gateway API Reference, "CreateResource".
    pub CREATE_RESOURCE: CreateResource {
        http: "POST" "/restapis/{restapi_id}/resources/{parent_id}" 201,
        input: CreateResourceInput,
        output: Resource,
        errors: ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException"],
        access: |cx, input| access(cx, "POST", &resource_path(&input.rest_api_id, &input.parent_id)),
        handler: create_resource,
    }
}

fn create_resource(cx: &mut OpContext<'_>, input: CreateResourceInput) -> ApiResult<Resource> {
    let api = lookup::api(cx, &input.rest_api_id)?;
    check_place(api, &input.parent_id, &input.path_part, None)?;
    if api.resources.len() >= limits::RESOURCES_PER_API {
        return Err(errors::limit_exceeded("Maximum number of Resources for this API has been reached."));
    }
    let id = cx.ids().lower_alnum(limits::RESOURCE_ID_CHARS);
    let resource = state::Resource {
        id: id.clone(),
        parent_id: Some(input.parent_id),
        path_part: input.path_part,
        methods: Map::new(),
    };
    let api = lookup::api_mut(cx, &input.rest_api_id)?;
    api.resources.insert(id.clone(), resource);
    Ok(Resource::of(api, &api.resources[&id], false))
}

operation! {
    /// Returns a resource, with `embed=methods` its methods in full.
    ///
    /// **Source**: API Gateway API Reference, "GetResource".
    pub GET_RESOURCE: GetResource {
        http: "GET" "/restapis/{restapi_id}/resources/{resource_id}" 200,
        input: GetResourceInput,
        output: Resource,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &resource_path(&input.rest_api_id, &input.resource_id)),
        handler: get_resource,
    }
}

fn get_resource(cx: &mut OpContext<'_>, input: GetResourceInput) -> ApiResult<Resource> {
    let api = lookup::api(cx, &input.rest_api_id).map_err(|_| errors::resource_not_found())?;
    let resource = api.resources.get(&input.resource_id).ok_or_else(errors::resource_not_found)?;
    Ok(Resource::of(api, resource, embeds_methods(&input.embed)))
}

operation! {
    /// Lists an API's resources by path.
    ///
    /// **Source**: API Gateway API Reference, "GetResources".
    pub GET_RESOURCES: GetResources {
        http: "GET" "/restapis/{restapi_id}/resources" 200,
        input: GetResourcesInput,
        output: GetResourcesOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/restapis/{}/resources", input.rest_api_id)),
        handler: get_resources,
    }
}

fn get_resources(cx: &mut OpContext<'_>, input: GetResourcesInput) -> ApiResult<GetResourcesOutput> {
    let api = lookup::api(cx, &input.rest_api_id)?;
    let methods = embeds_methods(&input.embed);
    let mut all: Vec<Resource> =
        api.resources.values().map(|resource| Resource::of(api, resource, methods)).collect();
    sort_by(&mut all, |a, b| a.path.cmp(&b.path));
    let key = |resource: &Resource| resource.id.clone().unwrap_or_default();
    let (items, position) = pages::page(all, key, input.position.as_deref(), input.limit)?;
    Ok(GetResourcesOutput { position, items })
}

operation! {
    /// Renames a resource, or moves it below another one.
    ///
    /// **Source**: API Gateway API Reference, "UpdateResource".
    pub UPDATE_RESOURCE: UpdateResource {
        http: "PATCH" "/restapis/{restapi_id}/resources/{resource_id}" 200,
        input: UpdateResourceInput,
        output: Resource,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &resource_path(&input.rest_api_id, &input.resource_id)),
        handler: update_resource,
    }
}

fn update_resource(cx: &mut OpContext<'_>, input: UpdateResourceInput) -> ApiResult<Resource> {
    let api = lookup::api(cx, &input.rest_api_id).map_err(|_| errors::resource_not_found())?;
    let mut resource = api.resources.get(&input.resource_id).ok_or_else(errors::resource_not_found)?.clone();
    for operation in &input.patch_operations {
        apply(api, &mut resource, operation)?;
    }
    let api = lookup::api_mut(cx, &input.rest_api_id)?;
    api.resources.insert(input.resource_id.clone(), resource);
    Ok(Resource::of(api, &api.resources[&input.resource_id], false))
}

fn apply(api: &RestApi, resource: &mut state::Resource, operation: &PatchOperation) -> ApiResult<()> {
    let patch = Patch::new(operation.op.as_deref(), operation.path.as_deref(), operation.value.as_deref())
        .map_err(|error| errors::patch(&error))?;
    let value = patch.value.clone().unwrap_or_default();
    let (path, op) = (patch.path.clone(), patch.op);
    let is_known = matches!(patch.parts()[..], ["parentId"] | ["pathPart"]);
    if op != PatchOp::Replace {
        return Err(errors::patch(&PatchError::Unsupported { path, op }));
    }
    if !is_known {
        return Err(errors::patch(&PatchError::OneOf { path, op, allowed: "/parentId, /pathPart" }));
    }
    if resource.parent_id.is_none() {
        return Err(errors::bad_request("Root resource cannot be updated."));
    }
    if patch.parts()[..] == ["pathPart"] {
        let parent_id = resource.parent_id.clone().unwrap_or_default();
        check_place(api, &parent_id, &value, Some(&resource.id))?;
        resource.path_part = value;
        return Ok(());
    }
    if !api.resources.contains_key(&value) {
        return Err(errors::resource_not_found());
    }
    if is_within(api, &value, &resource.id) {
        return Err(errors::bad_request("Resources cannot be cyclical."));
    }
    check_place(api, &value, &resource.path_part, Some(&resource.id))?;
    resource.parent_id = Some(value);
    Ok(())
}

/// Whether `id` is `ancestor_id` or somewhere below it.
fn is_within(api: &RestApi, id: &str, ancestor_id: &str) -> bool {
    let mut next = Some(id);
    for _ in 0..=api.resources.len() {
        match next {
            None => return false,
            Some(here) if here == ancestor_id => return true,
            Some(here) => next = api.resources.get(here).and_then(|resource| resource.parent_id.as_deref()),
        }
    }
    false
}

operation! {
    /// Deletes a resource with everything below it.
    ///
    /// **Source**: API Gateway API Reference, "DeleteResource".
    pub DELETE_RESOURCE: DeleteResource {
        http: "DELETE" "/restapis/{restapi_id}/resources/{resource_id}" 202,
        input: DeleteResourceInput,
        output: (),
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &resource_path(&input.rest_api_id, &input.resource_id)),
        handler: delete_resource,
    }
}

fn delete_resource(cx: &mut OpContext<'_>, input: DeleteResourceInput) -> ApiResult<()> {
    let api = lookup::api(cx, &input.rest_api_id).map_err(|_| errors::resource_not_found())?;
    let resource = api.resources.get(&input.resource_id).ok_or_else(errors::resource_not_found)?;
    if resource.parent_id.is_none() {
        // The text is our own.
        return Err(errors::bad_request("Root resource cannot be deleted."));
    }
    let doomed: Vec<String> =
        api.resources.keys().filter(|id| is_within(api, id, &input.resource_id)).cloned().collect();
    let api = lookup::api_mut(cx, &input.rest_api_id)?;
    api.resources.retain(|id, _| !doomed.contains(id));
    Ok(())
}
