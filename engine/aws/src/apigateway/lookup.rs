//! From the ids of a request to what they name, and the permission for it.

use crate::auth::Access;
use crate::context::OpContext;
use crate::service::ApiResult;

use super::errors;
use super::ops::keys::ApiKey;
use super::patch::{Patch, PatchError};
use super::shapes::PatchOperation;
use super::state::{Integration, Method, Plan, Resource, RestApi};

/// The permission for an HTTP verb on a path of the control plane.
/// **Source**: Service Authorization Reference, "Actions, resources, and condition keys for Amazon API
/// Gateway Management".
pub fn access(cx: &OpContext<'_>, verb: &str, path: &str) -> Access {
    Access::to(&format!("apigateway:{verb}"), format!("arn:aws:apigateway:{}::{path}", cx.region))
}

/// The ARN of a REST API, as tags and Terraform have it.
pub fn api_arn(region: &str, id: &str) -> String {
    format!("arn:aws:apigateway:{region}::/restapis/{id}")
}

pub fn api<'a>(cx: &'a OpContext<'_>, id: &str) -> ApiResult<&'a RestApi> {
    let account = cx.account();
    let found = cx.state().apigateway.api(cx.region.as_str(), id);
    found.ok_or_else(|| errors::api_not_found(account.as_str(), id))
}

pub fn api_mut<'a>(cx: &'a mut OpContext<'_>, id: &str) -> ApiResult<&'a mut RestApi> {
    let region = cx.region.to_string();
    let account = cx.account().to_string();
    cx.apigateway().api_mut(&region, id).ok_or_else(|| errors::api_not_found(&account, id))
}

pub fn key<'a>(cx: &'a OpContext<'_>, id: &str) -> ApiResult<&'a ApiKey> {
    let found = cx.state().apigateway.keys.get(&format!("{}/{id}", cx.region));
    found.map(|key| &key.0).ok_or_else(errors::key_not_found)
}

pub fn plan<'a>(cx: &'a OpContext<'_>, id: &str) -> ApiResult<&'a Plan> {
    let found = cx.state().apigateway.plans.get(&format!("{}/{id}", cx.region));
    found.ok_or_else(errors::plan_not_found)
}

/// For operations on resources AWS does not tell whether the API or the resource is missing.
pub fn resource_mut<'a>(
    cx: &'a mut OpContext<'_>,
    api_id: &str,
    resource_id: &str,
) -> ApiResult<&'a mut Resource> {
    let api = api_mut(cx, api_id).map_err(|_| errors::resource_not_found())?;
    api.resources.get_mut(resource_id).ok_or_else(errors::resource_not_found)
}

pub fn method_mut<'a>(
    cx: &'a mut OpContext<'_>,
    api_id: &str,
    resource_id: &str,
    http_method: &str,
) -> ApiResult<&'a mut Method> {
    let resource = resource_mut(cx, api_id, resource_id)?;
    resource.methods.get_mut(http_method).ok_or_else(errors::method_not_found)
}

pub fn integration_mut<'a>(
    cx: &'a mut OpContext<'_>,
    api_id: &str,
    resource_id: &str,
    http_method: &str,
) -> ApiResult<&'a mut Integration> {
    let method = method_mut(cx, api_id, resource_id, http_method)?;
    method.integration.as_mut().ok_or_else(errors::integration_not_found)
}

/// The path of a method on the control plane.
pub fn method_path(api_id: &str, resource_id: &str, http_method: &str) -> String {
    format!("/restapis/{api_id}/resources/{resource_id}/methods/{http_method}")
}

/// Applies every operation to `target`, or none.
pub fn patch<T: Clone>(
    target: &mut T,
    operations: &[PatchOperation],
    apply: impl Fn(&mut T, &Patch) -> Result<(), PatchError>,
) -> ApiResult<()> {
    let mut changed = target.clone();
    for operation in operations {
        Patch::new(operation.op.as_deref(), operation.path.as_deref(), operation.value.as_deref())
            .and_then(|patch| apply(&mut changed, &patch))
            .map_err(|error| errors::patch(&error))?;
    }
    *target = changed;
    Ok(())
}
