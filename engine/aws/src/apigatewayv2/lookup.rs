//! From the ids of a request to what they name, the permission for it, and pages of lists.

use crate::auth::Access;
use crate::context::OpContext;
use crate::kept::Kept;
use crate::service::ApiResult;
use indexmap::IndexMap;

use super::errors;
use super::shapes::{Deployment as DeploymentShape, Stage};
use super::state::{Api, Deployment};

/// How many deployments that auto-deploy made are kept beside those that stages serve.
const AUTOMATIC_KEPT: usize = 10;

/// The permission for an HTTP verb on a path of the control plane, which has no `/v2` there.
/// **Source**: Service Authorization Reference, "Actions, resources, and condition keys for Amazon API
/// Gateway Management V2".
pub fn access(cx: &OpContext<'_>, verb: &str, path: &str) -> Access {
    Access::to(&format!("apigateway:{verb}"), format!("arn:aws:apigateway:{}::{path}", cx.region))
}

pub fn api_arn(region: &str, id: &str) -> String {
    format!("arn:aws:apigateway:{region}::/apis/{id}")
}

pub fn api<'a>(cx: &'a OpContext<'_>, id: &str) -> ApiResult<&'a Api> {
    cx.state().apigatewayv2.api(cx.region.as_str(), id).ok_or_else(|| errors::api_not_found(id))
}

pub fn api_mut<'a>(cx: &'a mut OpContext<'_>, id: &str) -> ApiResult<&'a mut Api> {
    let region = cx.region.to_string();
    let found = cx.apigatewayv2().regions.get_mut(&region).and_then(|apis| apis.get_mut(id));
    found.ok_or_else(|| errors::api_not_found(id))
}

/// A thing of an API, by id; `what` names it in the error.
pub fn thing<'a, T>(map: &'a IndexMap<String, T>, what: &str, id: &str) -> ApiResult<&'a T> {
    map.get(id).ok_or_else(|| errors::thing_not_found(what, id))
}

/// A page of a list: tokens are the number of the first item.
pub fn page<T>(
    items: Vec<T>,
    max_results: Option<&str>,
    token: Option<&str>,
) -> ApiResult<(Vec<T>, Option<String>)> {
    let size = match max_results {
        None => 100,
        Some(text) => text
            .parse::<usize>()
            .ok()
            .filter(|size| *size > 0)
            .ok_or_else(|| errors::bad_request(format!("Invalid value for maxResults: {text}")))?,
    };
    let first = match token.filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => token
            .strip_prefix("page-")
            .and_then(|at| at.parse::<usize>().ok())
            .ok_or_else(|| errors::bad_request("Invalid nextToken"))?,
    };
    let next = first.saturating_add(size);
    let more = (next < items.len()).then(|| format!("page-{next}"));
    Ok((items.into_iter().skip(first).take(size).collect(), more))
}

/// Notes that an API has changed, and lets its stages with auto-deploy serve it as it is now.
pub fn changed(cx: &mut OpContext<'_>, api_id: &str) -> ApiResult<()> {
    let now_ms = cx.now_ms;
    let api = api_mut(cx, api_id)?;
    api.changed_ms = now_ms;
    let automatic: Vec<String> = api
        .stages
        .iter()
        .filter(|(_, stage)| stage.auto_deploy == Some(true))
        .map(|(name, _)| name.clone())
        .collect();
    for name in automatic {
        auto_deploy(cx, api_id, &name)?;
    }
    Ok(())
}

/// Deploys what the API is now to a stage.
pub fn auto_deploy(cx: &mut OpContext<'_>, api_id: &str, stage_name: &str) -> ApiResult<()> {
    if api(cx, api_id)?.draft.routes.is_empty() {
        let message = format!("Deployment attempt failed: {}", errors::no_routes().message);
        let stage = api_mut(cx, api_id)?.stages.get_mut(stage_name).ok_or_else(errors::stage_not_found)?;
        stage.last_deployment_status_message = Some(message);
        return Ok(());
    }
    let text = "Automatic deployment triggered by changes to the Api configuration";
    let id = deploy(cx, api_id, Some(text.to_owned()), true)?;
    serve(cx, api_id, stage_name, &id)?;
    let api = api_mut(cx, api_id)?;
    let served: Vec<String> = api.stages.values().filter_map(|stage| stage.deployment_id.clone()).collect();
    let old: Vec<String> = api
        .deployments
        .iter()
        .filter(|(id, deployment)| deployment.shown.auto_deployed == Some(true) && !served.contains(id))
        .map(|(id, _)| id.clone())
        .collect();
    for id in old.iter().take(old.len().saturating_sub(AUTOMATIC_KEPT)) {
        api.deployments.shift_remove(id);
    }
    Ok(())
}

/// Takes a snapshot of an API; the id of the deployment.
pub fn deploy(
    cx: &mut OpContext<'_>,
    api_id: &str,
    description: Option<String>,
    automatic: bool,
) -> ApiResult<String> {
    let snapshot = api(cx, api_id)?.draft.clone();
    if snapshot.routes.is_empty() {
        return Err(errors::no_routes());
    }
    let id = cx.ids().lower_alnum(6);
    let at_ms = cx.now_ms;
    let shown = Kept(DeploymentShape {
        auto_deployed: Some(automatic),
        created_date: date(at_ms),
        deployment_id: Some(id.clone()),
        deployment_status: Some("DEPLOYED".to_owned()),
        description,
    });
    api_mut(cx, api_id)?.deployments.insert(id.clone(), Deployment { shown, at_ms, snapshot });
    Ok(id)
}

/// Lets a stage serve a deployment.
pub fn serve(cx: &mut OpContext<'_>, api_id: &str, stage_name: &str, deployment_id: &str) -> ApiResult<()> {
    let now = date(cx.now_ms);
    let stage = api_mut(cx, api_id)?.stages.get_mut(stage_name).ok_or_else(errors::stage_not_found)?;
    put_deployment(stage, deployment_id);
    stage.last_updated_date = now;
    Ok(())
}

pub fn put_deployment(stage: &mut Stage, deployment_id: &str) {
    stage.deployment_id = Some(deployment_id.to_owned());
    stage.last_deployment_status_message =
        Some(format!("Successfully deployed stage with deployment ID '{deployment_id}'"));
}

/// Times have whole seconds.
pub fn date(ms: i64) -> Option<nuvola_kernel::Timestamp> {
    crate::apigateway::date(ms)
}
