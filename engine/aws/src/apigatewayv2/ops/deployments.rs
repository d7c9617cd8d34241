//! Deployments: snapshots of an API, which stages serve.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

use crate::apigatewayv2::errors;
use crate::apigatewayv2::lookup::{self, access};
use crate::apigatewayv2::shapes::{
    CreateDeploymentInput, Deployment, DeploymentIdInput, PageInput, UpdateDeploymentInput,
};

shape! {
    /// What GetDeployments answers.
    pub struct GetDeploymentsOutput {
        #[wire("Items", json = "items")] pub items: Vec<Deployment>,
        #[wire("NextToken", json = "nextToken")] pub next_token: Option<String>,
    }
}

fn path(api_id: &str, id: &str) -> String {
    format!("/apis/{api_id}/deployments/{id}")
}

operation! {
    /// Takes a snapshot of an API, and lets a stage serve it if one is named.
    ///
    /// **Source**: API Gateway V2 API Reference, "CreateDeployment".
    pub CREATE_DEPLOYMENT: CreateDeployment {
        http: "POST" "/v2/apis/{apiId}/deployments" 201,
        input: CreateDeploymentInput,
        output: Deployment,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "POST", &format!("/apis/{}/deployments", input.api_id)),
        handler: create_deployment,
    }
}

fn create_deployment(cx: &mut OpContext<'_>, input: CreateDeploymentInput) -> ApiResult<Deployment> {
    if let Some(name) = &input.stage_name {
        let stage = lookup::api(cx, &input.api_id)?.stages.get(name).ok_or_else(errors::stage_not_found)?;
        if stage.auto_deploy == Some(true) {
            return Err(errors::bad_request("Stage already has auto-deploy enabled"));
        }
    }
    let id = lookup::deploy(cx, &input.api_id, input.description, false)?;
    if let Some(name) = &input.stage_name {
        lookup::serve(cx, &input.api_id, name, &id)?;
    }
    let api = lookup::api(cx, &input.api_id)?;
    Ok(lookup::thing(&api.deployments, "Deployment", &id)?.shown.0.clone())
}

operation! {
    /// Returns a deployment.
    ///
    /// **Source**: API Gateway V2 API Reference, "GetDeployment".
    pub GET_DEPLOYMENT: GetDeployment {
        http: "GET" "/v2/apis/{apiId}/deployments/{deploymentId}" 200,
        input: DeploymentIdInput,
        output: Deployment,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &path(&input.api_id, &input.deployment_id)),
        handler: |cx, input| {
            let api = lookup::api(cx, &input.api_id)?;
            Ok(lookup::thing(&api.deployments, "Deployment", &input.deployment_id)?.shown.0.clone())
        },
    }
}

operation! {
    /// Lists the deployments of an API.
    ///
    /// **Source**: API Gateway V2 API Reference, "GetDeployments".
    pub GET_DEPLOYMENTS: GetDeployments {
        http: "GET" "/v2/apis/{apiId}/deployments" 200,
        input: PageInput,
        output: GetDeploymentsOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/apis/{}/deployments", input.api_id)),
        handler: |cx, input| {
            let api = lookup::api(cx, &input.api_id)?;
            let all = api.deployments.values().map(|deployment| deployment.shown.0.clone()).collect();
            let (items, next_token) =
                lookup::page(all, input.max_results.as_deref(), input.next_token.as_deref())?;
            Ok(GetDeploymentsOutput { items, next_token })
        },
    }
}

operation! {
    /// Changes a deployment's description.
    ///
    /// **Source**: API Gateway V2 API Reference, "UpdateDeployment".
    pub UPDATE_DEPLOYMENT: UpdateDeployment {
        http: "PATCH" "/v2/apis/{apiId}/deployments/{deploymentId}" 200,
        input: UpdateDeploymentInput,
        output: Deployment,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &path(&input.api_id, &input.deployment_id)),
        handler: |cx, input| {
            let api = lookup::api_mut(cx, &input.api_id)?;
            let id = &input.deployment_id;
            let found = api.deployments.get_mut(id);
            let deployment = found.ok_or_else(|| errors::thing_not_found("Deployment", id))?;
            if input.description.is_some() {
                deployment.shown.description = input.description;
            }
            Ok(deployment.shown.0.clone())
        },
    }
}

operation! {
    /// Deletes a deployment that no stage serves.
    ///
    /// **Source**: API Gateway V2 API Reference, "DeleteDeployment".
    pub DELETE_DEPLOYMENT: DeleteDeployment {
        http: "DELETE" "/v2/apis/{apiId}/deployments/{deploymentId}" 204,
        input: DeploymentIdInput,
        output: (),
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &path(&input.api_id, &input.deployment_id)),
        handler: |cx, input| {
            let (api, id) = (lookup::api_mut(cx, &input.api_id)?, &input.deployment_id);
            lookup::thing(&api.deployments, "Deployment", id)?;
            if api.stages.values().any(|stage| stage.deployment_id.as_ref() == Some(id)) {
                let text = "Active stages pointing to this deployment must be moved or deleted";
                return Err(errors::bad_request(text));
            }
            api.deployments.shift_remove(id);
            Ok(())
        },
    }
}
