//! Deployments: snapshots of an API, which stages serve.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_kernel::Ordered;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use super::stages;
use crate::apigateway::lookup::{self, access};
use crate::apigateway::patch::{Patch, PatchResult};
use crate::apigateway::shapes::{ApiPageInput, PatchOperation, date};
use crate::apigateway::{errors, limits, pages, state};

shape! {
    /// What CreateDeployment takes.
    pub struct CreateDeploymentInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("stageName")] pub stage_name: Option<String>,
        #[wire("stageDescription")] pub stage_description: Option<String>,
        #[wire("description")] pub description: Option<String>,
        #[wire("cacheClusterEnabled")] pub cache_cluster_enabled: Option<bool>,
        #[wire("cacheClusterSize")] pub cache_cluster_size: Option<String>,
        #[wire("variables")] pub variables: Option<BTreeMap<String, String>>,
        #[wire("canarySettings")] pub canary_settings: Option<serde_json::Value>,
        #[wire("tracingEnabled")] pub tracing_enabled: Option<bool>,
    }

    /// A deployment of an API.
    pub struct DeploymentInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("deploymentId", label_as = "deployment_id")] pub deployment_id: String,
        #[wire("embed", query = "embed")] pub embed: Vec<String>,
    }

    /// What GetDeployments answers.
    pub struct GetDeploymentsOutput {
        #[wire("position")] pub position: Option<String>,
        #[wire("items", json = "item")] pub items: Vec<Deployment>,
    }

    /// What UpdateDeployment takes.
    pub struct UpdateDeploymentInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("deploymentId", label_as = "deployment_id")] pub deployment_id: String,
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }

    /// A deployment.
    pub struct Deployment {
        #[wire("id")] pub id: Option<String>,
        #[wire("description")] pub description: Option<String>,
        #[wire("createdDate")] pub created_date: Option<Timestamp>,
        #[wire("apiSummary")] pub api_summary: Option<BTreeMap<String, BTreeMap<String, MethodSnapshot>>>,
    }

    /// A method as it was deployed.
    pub struct MethodSnapshot {
        #[wire("authorizationType")] pub authorization_type: Option<String>,
        #[wire("apiKeyRequired")] pub api_key_required: Option<bool>,
    }
}

fn shown(deployment: &state::Deployment) -> Deployment {
    Deployment {
        id: Some(deployment.id.clone()),
        description: deployment.description.clone(),
        created_date: date(deployment.created_ms),
        api_summary: None,
    }
}

/// Methods by path, as `embed=apisummary` asks.
fn summary(snapshot: &state::Snapshot) -> BTreeMap<String, BTreeMap<String, MethodSnapshot>> {
    let methods = |resource: &state::Resource| {
        let method = |method: &state::Method| MethodSnapshot {
            authorization_type: Some(method.authorization_type.clone()),
            api_key_required: Some(method.api_key_required),
        };
        resource.methods.iter().map(|(name, found)| (name.clone(), method(found))).into_map()
    };
    snapshot
        .resources
        .values()
        .filter(|resource| !resource.methods.is_empty())
        .map(|resource| (state::path_of(&snapshot.resources, &resource.id), methods(resource)))
        .into_map()
}

fn path(api_id: &str, deployment_id: &str) -> String {
    format!("/restapis/{api_id}/deployments/{deployment_id}")
}

operation! {
    /// Takes a snapshot of an API, and lets a stage serve it if one is named.
    ///
    /// **Source**: API Gateway API Reference, "CreateDeployment".
    pub CREATE_DEPLOYMENT: CreateDeployment {
        http: "POST" "/restapis/{restapi_id}/deployments" 201,
        input: CreateDeploymentInput,
        output: Deployment,
        errors: ["BadRequestException", "LimitExceededException", "NotFoundException"],
        access: |cx, input| access(cx, "POST", &format!("/restapis/{}/deployments", input.rest_api_id)),
        handler: create_deployment,
    }
}

fn create_deployment(cx: &mut OpContext<'_>, input: CreateDeploymentInput) -> ApiResult<Deployment> {
    let api = lookup::api(cx, &input.rest_api_id)?;
    let methods = || api.resources.values().flat_map(|resource| resource.methods.values());
    if methods().next().is_none() {
        return Err(errors::bad_request("The REST API doesn't contain any methods"));
    }
    if methods().any(|method| method.integration.is_none()) {
        return Err(errors::bad_request("No integration defined for method"));
    }
    let stage_name = input.stage_name.filter(|name| !name.is_empty());
    if let Some(name) = &stage_name {
        stages::check_name(name)?;
        if !api.stages.contains_key(name) && api.stages.len() >= limits::STAGES_PER_API {
            return Err(errors::limit_exceeded("Maximum number of Stages for this API has been reached."));
        }
    }
    if let Some(variables) = &input.variables {
        stages::check_variables(variables)?;
    }
    let snapshot = api.snapshot();
    if input.canary_settings.is_some() {
        cx.not_simulated("API Gateway: canary releases");
    }
    let now_ms = cx.now_ms;
    let id = cx.ids().lower_alnum(limits::RESOURCE_ID_CHARS);
    let deployment =
        state::Deployment { id: id.clone(), description: input.description, created_ms: now_ms, snapshot };
    let answer = shown(&deployment);
    let api = lookup::api_mut(cx, &input.rest_api_id)?;
    api.deployments.insert(id.clone(), deployment);
    let Some(name) = stage_name else { return Ok(answer) };
    let stage = api.stages.entry(name.clone()).or_insert_with(|| stages::new(&name, &id, now_ms));
    stage.deployment_id = id;
    stage.updated_ms = now_ms;
    if input.stage_description.is_some() {
        stage.description = input.stage_description;
    }
    if input.variables.is_some() {
        stage.variables = input.variables;
    }
    stage.tracing_enabled = input.tracing_enabled.unwrap_or(stage.tracing_enabled);
    stage.cache_cluster_enabled = input.cache_cluster_enabled.unwrap_or(stage.cache_cluster_enabled);
    stage.cache_cluster_size = input.cache_cluster_size.or(stage.cache_cluster_size.take());
    Ok(answer)
}

operation! {
    /// Returns a deployment, with `embed=apisummary` the methods in it.
    ///
    /// **Source**: API Gateway API Reference, "GetDeployment".
    pub GET_DEPLOYMENT: GetDeployment {
        http: "GET" "/restapis/{restapi_id}/deployments/{deployment_id}" 200,
        input: DeploymentInput,
        output: Deployment,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &path(&input.rest_api_id, &input.deployment_id)),
        handler: get_deployment,
    }
}

fn get_deployment(cx: &mut OpContext<'_>, input: DeploymentInput) -> ApiResult<Deployment> {
    let api = lookup::api(cx, &input.rest_api_id)?;
    let deployment = api.deployments.get(&input.deployment_id).ok_or_else(errors::deployment_not_found)?;
    let mut answer = shown(deployment);
    if input.embed.iter().any(|what| what == "apisummary") {
        answer.api_summary = Some(summary(&deployment.snapshot));
    }
    Ok(answer)
}

operation! {
    /// Lists an API's deployments.
    ///
    /// **Source**: API Gateway API Reference, "GetDeployments".
    pub GET_DEPLOYMENTS: GetDeployments {
        http: "GET" "/restapis/{restapi_id}/deployments" 200,
        input: ApiPageInput,
        output: GetDeploymentsOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/restapis/{}/deployments", input.rest_api_id)),
        handler: get_deployments,
    }
}

fn get_deployments(cx: &mut OpContext<'_>, input: ApiPageInput) -> ApiResult<GetDeploymentsOutput> {
    let all = lookup::api(cx, &input.rest_api_id)?.deployments.values().map(shown).collect();
    let key = |deployment: &Deployment| deployment.id.clone().unwrap_or_default();
    let (items, position) = pages::page(all, key, input.position.as_deref(), input.limit)?;
    Ok(GetDeploymentsOutput { position, items })
}

operation! {
    /// Changes a deployment's description.
    ///
    /// **Source**: API Gateway API Reference, "UpdateDeployment".
    pub UPDATE_DEPLOYMENT: UpdateDeployment {
        http: "PATCH" "/restapis/{restapi_id}/deployments/{deployment_id}" 200,
        input: UpdateDeploymentInput,
        output: Deployment,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &path(&input.rest_api_id, &input.deployment_id)),
        handler: update_deployment,
    }
}

fn update_deployment(cx: &mut OpContext<'_>, input: UpdateDeploymentInput) -> ApiResult<Deployment> {
    let api = lookup::api_mut(cx, &input.rest_api_id)?;
    let deployment =
        api.deployments.get_mut(&input.deployment_id).ok_or_else(errors::deployment_not_found)?;
    lookup::patch(deployment, &input.patch_operations, patch)?;
    Ok(shown(deployment))
}

fn patch(deployment: &mut state::Deployment, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["description"] => patch.optional(&mut deployment.description),
        _ => Err(patch.refused()),
    }
}

operation! {
    /// Deletes a deployment that no stage serves.
    ///
    /// **Source**: API Gateway API Reference, "DeleteDeployment".
    pub DELETE_DEPLOYMENT: DeleteDeployment {
        http: "DELETE" "/restapis/{restapi_id}/deployments/{deployment_id}" 202,
        input: DeploymentInput,
        output: (),
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &path(&input.rest_api_id, &input.deployment_id)),
        handler: delete_deployment,
    }
}

fn delete_deployment(cx: &mut OpContext<'_>, input: DeploymentInput) -> ApiResult<()> {
    let api = lookup::api_mut(cx, &input.rest_api_id)?;
    if !api.deployments.contains_key(&input.deployment_id) {
        return Err(errors::deployment_not_found());
    }
    if api.stages.values().any(|stage| stage.deployment_id == input.deployment_id) {
        let text = "Active stages pointing to this deployment must be moved or deleted";
        return Err(errors::bad_request(text));
    }
    api.deployments.shift_remove(&input.deployment_id);
    Ok(())
}
