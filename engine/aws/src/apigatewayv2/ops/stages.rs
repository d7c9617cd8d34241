//! Stages: names under which deployments are served.

use crate::context::OpContext;
use crate::kept::Kept;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

use crate::apigatewayv2::errors;
use crate::apigatewayv2::lookup::{self, access};
use crate::apigatewayv2::shapes::{PageInput, RouteSettings, Stage, StageChange, StageInput, StageNameInput};

shape! {
    /// What GetStages answers.
    pub struct GetStagesOutput {
        #[wire("Items", json = "items")] pub items: Vec<Stage>,
        #[wire("NextToken", json = "nextToken")] pub next_token: Option<String>,
    }

    /// A route's settings in a stage.
    pub struct RouteSettingsInput {
        #[wire("ApiId", label_as = "apiId")] pub api_id: String,
        #[wire("StageName", label_as = "stageName")] pub stage_name: String,
        #[wire("RouteKey", label_as = "routeKey")] pub route_key: String,
    }
}

fn path(api_id: &str, name: &str) -> String {
    format!("/apis/{api_id}/stages/{name}")
}

fn check(cx: &OpContext<'_>, api_id: &str, stage: &Stage) -> ApiResult<()> {
    let api = lookup::api(cx, api_id)?;
    if let Some(id) = &stage.deployment_id
        && !api.deployments.contains_key(id)
    {
        return Err(errors::thing_not_found("Deployment", id));
    }
    if let Some(variables) = &stage.stage_variables {
        crate::apigateway::check_variables(variables)?;
    }
    let known = |key: &String| api.draft.routes.values().any(|route| route.route_key.as_ref() == Some(key));
    if let Some(key) = stage.route_settings.iter().flat_map(|map| map.keys()).find(|key| !known(key)) {
        return Err(errors::thing_not_found("Route", key));
    }
    Ok(())
}

fn note(cx: &mut OpContext<'_>, stage: &Stage) {
    if stage.access_log_settings.is_some() {
        cx.not_simulated("API Gateway: access logs of stages");
    }
    if stage.client_certificate_id.is_some() {
        cx.not_simulated("API Gateway: client certificates");
    }
}

operation! {
    /// Adds a stage to an API: `$default` serves at the root, others below their names.
    ///
    /// **Source**: API Gateway V2 API Reference, "CreateStage".
    pub CREATE_STAGE: CreateStage {
        http: "POST" "/v2/apis/{apiId}/stages" 201,
        input: StageInput,
        output: Stage,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "POST", &format!("/apis/{}/stages", input.api_id)),
        handler: |cx, input| add(cx, input, false),
    }
}

/// Adds a stage; a `managed` one is API Gateway's own.
pub fn add(cx: &mut OpContext<'_>, input: StageInput, managed: bool) -> ApiResult<Stage> {
    let (api_id, name) = (input.api_id, input.stage_name);
    let api = lookup::api(cx, &api_id)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let fits = name == "$default" || (!name.is_empty() && name.len() <= 128 && name.chars().all(allowed));
    if !fits {
        return Err(errors::bad_request("Stage name only allows a-zA-Z0-9_- and $default"));
    }
    if api.stages.contains_key(&name) {
        return Err(errors::conflict("Stage already exists"));
    }
    let automatic = input.auto_deploy.unwrap_or(false);
    if automatic && input.deployment_id.is_some() {
        let text = "Deployment ID cannot be set with auto-deploy enabled";
        return Err(errors::bad_request(text));
    }
    let stage = Stage {
        api_gateway_managed: managed.then_some(true),
        created_date: lookup::date(cx.now_ms),
        last_updated_date: lookup::date(cx.now_ms),
        stage_name: Some(name.clone()),
        tags: Some(input.tags.unwrap_or_default()),
        access_log_settings: input.access_log_settings,
        auto_deploy: Some(automatic),
        client_certificate_id: input.client_certificate_id,
        default_route_settings: Some(input.default_route_settings.unwrap_or_else(|| RouteSettings {
            detailed_metrics_enabled: Some(false),
            ..RouteSettings::default()
        })),
        deployment_id: None,
        description: input.description,
        last_deployment_status_message: None,
        route_settings: Some(input.route_settings.unwrap_or_default()),
        stage_variables: Some(input.stage_variables.unwrap_or_default()),
    };
    check(cx, &api_id, &Stage { deployment_id: input.deployment_id.clone(), ..stage.clone() })?;
    note(cx, &stage);
    lookup::api_mut(cx, &api_id)?.stages.insert(name.clone(), Kept(stage));
    if let Some(deployment_id) = input.deployment_id {
        lookup::serve(cx, &api_id, &name, &deployment_id)?;
    }
    if automatic {
        lookup::auto_deploy(cx, &api_id, &name)?;
    }
    shown(cx, &api_id, &name)
}

fn shown(cx: &OpContext<'_>, api_id: &str, name: &str) -> ApiResult<Stage> {
    let stage = lookup::api(cx, api_id)?.stages.get(name).ok_or_else(errors::stage_not_found)?;
    Ok(stage.0.clone())
}

operation! {
    /// Returns a stage.
    ///
    /// **Source**: API Gateway V2 API Reference, "GetStage".
    pub GET_STAGE: GetStage {
        http: "GET" "/v2/apis/{apiId}/stages/{stageName}" 200,
        input: StageNameInput,
        output: Stage,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &path(&input.api_id, &input.stage_name)),
        handler: |cx, input| shown(cx, &input.api_id, &input.stage_name),
    }
}

operation! {
    /// Lists the stages of an API.
    ///
    /// **Source**: API Gateway V2 API Reference, "GetStages".
    pub GET_STAGES: GetStages {
        http: "GET" "/v2/apis/{apiId}/stages" 200,
        input: PageInput,
        output: GetStagesOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/apis/{}/stages", input.api_id)),
        handler: |cx, input| {
            let all = lookup::api(cx, &input.api_id)?.stages.values().map(|stage| stage.0.clone()).collect();
            let (items, next_token) =
                lookup::page(all, input.max_results.as_deref(), input.next_token.as_deref())?;
            Ok(GetStagesOutput { items, next_token })
        },
    }
}

operation! {
    /// Changes a stage: what it serves, its variables, how much it takes.
    ///
    /// **Source**: API Gateway V2 API Reference, "UpdateStage".
    pub UPDATE_STAGE: UpdateStage {
        http: "PATCH" "/v2/apis/{apiId}/stages/{stageName}" 200,
        input: StageChange,
        output: Stage,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &path(&input.api_id, &input.stage)),
        handler: update_stage,
    }
}

fn update_stage(cx: &mut OpContext<'_>, mut input: StageChange) -> ApiResult<Stage> {
    let (api_id, name) = (input.api_id.clone(), input.stage.clone());
    let mut stage = shown(cx, &api_id, &name)?;
    let was_automatic = stage.auto_deploy == Some(true);
    let automatic = input.auto_deploy.unwrap_or(was_automatic);
    if automatic && input.deployment_id.is_some() {
        let text = "Deployment ID cannot be set with auto-deploy enabled";
        return Err(errors::bad_request(text));
    }
    // Variables are changed one by one; an empty value takes one away.
    if let Some(given) = input.stage_variables.take() {
        let mut all = stage.stage_variables.clone().unwrap_or_default();
        all.extend(given);
        all.retain(|_, value| !value.is_empty());
        input.stage_variables = Some(all);
    }
    if let Some(given) = input.route_settings.take() {
        let mut all = stage.route_settings.clone().unwrap_or_default();
        all.extend(given);
        input.route_settings = Some(all);
    }
    let deployment_id = input.deployment_id.clone();
    stage.apply(input);
    check(cx, &api_id, &stage)?;
    if let Some(id) = deployment_id {
        lookup::put_deployment(&mut stage, &id);
    }
    stage.last_updated_date = lookup::date(cx.now_ms);
    note(cx, &stage);
    lookup::api_mut(cx, &api_id)?.stages.insert(name.clone(), Kept(stage));
    if automatic && !was_automatic {
        lookup::auto_deploy(cx, &api_id, &name)?;
    }
    shown(cx, &api_id, &name)
}

operation! {
    /// Deletes a stage; its deployment stays.
    ///
    /// **Source**: API Gateway V2 API Reference, "DeleteStage".
    pub DELETE_STAGE: DeleteStage {
        http: "DELETE" "/v2/apis/{apiId}/stages/{stageName}" 204,
        input: StageNameInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &path(&input.api_id, &input.stage_name)),
        handler: |cx, input| {
            let api = lookup::api_mut(cx, &input.api_id)?;
            api.stages.remove(&input.stage_name).map(drop).ok_or_else(errors::stage_not_found)
        },
    }
}

operation! {
    /// Takes a route's settings out of a stage.
    ///
    /// **Source**: API Gateway V2 API Reference, "DeleteRouteSettings".
    pub DELETE_ROUTE_SETTINGS: DeleteRouteSettings {
        http: "DELETE" "/v2/apis/{apiId}/stages/{stageName}/routesettings/{routeKey}" 204,
        input: RouteSettingsInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| {
            let start = path(&input.api_id, &input.stage_name);
            access(cx, "DELETE", &format!("{start}/routesettings/{}", input.route_key))
        },
        handler: |cx, input| {
            let api = lookup::api_mut(cx, &input.api_id)?;
            let stage = api.stages.get_mut(&input.stage_name).ok_or_else(errors::stage_not_found)?;
            let settings = stage.route_settings.as_mut().and_then(|map| map.remove(&input.route_key));
            settings.map(drop).ok_or_else(|| errors::thing_not_found("Route", &input.route_key))
        },
    }
}

operation! {
    /// Takes the access log settings of a stage away.
    ///
    /// **Source**: API Gateway V2 API Reference, "DeleteAccessLogSettings".
    pub DELETE_ACCESS_LOG_SETTINGS: DeleteAccessLogSettings {
        http: "DELETE" "/v2/apis/{apiId}/stages/{stageName}/accesslogsettings" 204,
        input: StageNameInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| {
            access(cx, "DELETE", &format!("{}/accesslogsettings", path(&input.api_id, &input.stage_name)))
        },
        handler: |cx, input| {
            let api = lookup::api_mut(cx, &input.api_id)?;
            let stage = api.stages.get_mut(&input.stage_name).ok_or_else(errors::stage_not_found)?;
            stage.access_log_settings = None;
            Ok(())
        },
    }
}
