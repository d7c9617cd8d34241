//! Stages: names under which deployments are served.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_kernel::Ordered;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::apigateway::lookup::{self, access};
use crate::apigateway::patch::{Patch, PatchError, PatchOp, PatchResult};
use crate::apigateway::shapes::{PatchOperation, date};
use crate::apigateway::{errors, limits, state};

shape! {
    /// What CreateStage takes.
    pub struct CreateStageInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("stageName")] pub stage_name: String,
        #[wire("deploymentId")] pub deployment_id: String,
        #[wire("description")] pub description: Option<String>,
        #[wire("cacheClusterEnabled")] pub cache_cluster_enabled: Option<bool>,
        #[wire("cacheClusterSize")] pub cache_cluster_size: Option<String>,
        #[wire("variables")] pub variables: Option<BTreeMap<String, String>>,
        #[wire("documentationVersion")] pub documentation_version: Option<String>,
        #[wire("canarySettings")] pub canary_settings: Option<serde_json::Value>,
        #[wire("tracingEnabled")] pub tracing_enabled: Option<bool>,
        #[wire("tags")] pub tags: Option<BTreeMap<String, String>>,
    }

    /// A stage of an API.
    pub struct StageInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("stageName", label_as = "stage_name")] pub stage_name: String,
    }

    /// What GetStages takes.
    pub struct GetStagesInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("deploymentId", query = "deploymentId")] pub deployment_id: Option<String>,
    }

    /// What GetStages answers.
    pub struct GetStagesOutput {
        #[wire("item")] pub item: Vec<Stage>,
    }

    /// What UpdateStage takes.
    pub struct UpdateStageInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("stageName", label_as = "stage_name")] pub stage_name: String,
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }

    /// A stage.
    pub struct Stage {
        #[wire("deploymentId")] pub deployment_id: Option<String>,
        #[wire("clientCertificateId")] pub client_certificate_id: Option<String>,
        #[wire("stageName")] pub stage_name: Option<String>,
        #[wire("description")] pub description: Option<String>,
        #[wire("cacheClusterEnabled")] pub cache_cluster_enabled: Option<bool>,
        #[wire("cacheClusterSize")] pub cache_cluster_size: Option<String>,
        #[wire("cacheClusterStatus")] pub cache_cluster_status: Option<String>,
        #[wire("methodSettings")] pub method_settings: BTreeMap<String, MethodSetting>,
        #[wire("variables")] pub variables: Option<BTreeMap<String, String>>,
        #[wire("documentationVersion")] pub documentation_version: Option<String>,
        #[wire("accessLogSettings")] pub access_log_settings: Option<AccessLogSettings>,
        #[wire("tracingEnabled")] pub tracing_enabled: Option<bool>,
        #[wire("tags")] pub tags: Option<BTreeMap<String, String>>,
        #[wire("createdDate")] pub created_date: Option<Timestamp>,
        #[wire("lastUpdatedDate")] pub last_updated_date: Option<Timestamp>,
    }

    /// Settings of a stage's methods.
    pub struct MethodSetting {
        #[wire("metricsEnabled")] pub metrics_enabled: Option<bool>,
        #[wire("loggingLevel")] pub logging_level: Option<String>,
        #[wire("dataTraceEnabled")] pub data_trace_enabled: Option<bool>,
        #[wire("throttlingBurstLimit")] pub throttling_burst_limit: Option<i32>,
        #[wire("throttlingRateLimit")] pub throttling_rate_limit: Option<f64>,
        #[wire("cachingEnabled")] pub caching_enabled: Option<bool>,
        #[wire("cacheTtlInSeconds")] pub cache_ttl_in_seconds: Option<i32>,
        #[wire("cacheDataEncrypted")] pub cache_data_encrypted: Option<bool>,
        #[wire("requireAuthorizationForCacheControl")] pub require_authorization_for_cache_control: Option<bool>,
        #[wire("unauthorizedCacheControlHeaderStrategy")] pub unauthorized_cache_control_header_strategy: Option<String>,
    }

    /// Where the access log goes.
    pub struct AccessLogSettings {
        #[wire("format")] pub format: Option<String>,
        #[wire("destinationArn")] pub destination_arn: Option<String>,
    }
}

fn shown(stage: &state::Stage) -> Stage {
    let cache = if stage.cache_cluster_enabled { "AVAILABLE" } else { "NOT_AVAILABLE" };
    Stage {
        deployment_id: Some(stage.deployment_id.clone()),
        client_certificate_id: stage.client_certificate_id.clone(),
        stage_name: Some(stage.name.clone()),
        description: stage.description.clone(),
        cache_cluster_enabled: Some(stage.cache_cluster_enabled),
        cache_cluster_size: stage.cache_cluster_size.clone(),
        cache_cluster_status: Some(cache.to_owned()),
        method_settings: stage
            .method_settings
            .iter()
            .map(|(key, map)| (key.clone(), setting(map)))
            .into_map(),
        variables: stage.variables.clone(),
        documentation_version: stage.documentation_version.clone(),
        access_log_settings: stage.access_log.as_ref().map(|log| AccessLogSettings {
            format: log.format.clone(),
            destination_arn: log.destination_arn.clone(),
        }),
        tracing_enabled: Some(stage.tracing_enabled),
        tags: stage.tags.clone(),
        created_date: date(stage.created_ms),
        last_updated_date: date(stage.updated_ms),
    }
}

/// The defaults are those of the API Reference's "MethodSetting".
fn setting(map: &state::TextMap) -> MethodSetting {
    let flag = |key: &str| Some(map.get(key).is_some_and(|text| text == "true"));
    let number = |key: &str| map.get(key).and_then(|text| text.parse::<f64>().ok());
    MethodSetting {
        metrics_enabled: flag("metrics/enabled"),
        logging_level: Some(map.get("logging/loglevel").cloned().unwrap_or_else(|| "OFF".to_owned())),
        data_trace_enabled: flag("logging/dataTrace"),
        throttling_burst_limit: Some(number("throttling/burstLimit").map_or(5000, |limit| limit as i32)),
        throttling_rate_limit: Some(number("throttling/rateLimit").unwrap_or(10_000.0)),
        caching_enabled: flag("caching/enabled"),
        cache_ttl_in_seconds: Some(number("caching/ttlInSeconds").map_or(300, |ttl| ttl as i32)),
        cache_data_encrypted: flag("caching/dataEncrypted"),
        require_authorization_for_cache_control: Some(
            map.get("caching/requireAuthorizationForCacheControl").is_none_or(|text| text == "true"),
        ),
        unauthorized_cache_control_header_strategy: Some(
            map.get("caching/unauthorizedCacheControlHeaderStrategy")
                .cloned()
                .unwrap_or_else(|| "SUCCEED_WITH_RESPONSE_HEADER".to_owned()),
        ),
    }
}

/// A stage without settings.
pub fn new(name: &str, deployment_id: &str, now_ms: i64) -> state::Stage {
    state::Stage {
        name: name.to_owned(),
        deployment_id: deployment_id.to_owned(),
        description: None,
        variables: None,
        tracing_enabled: false,
        cache_cluster_enabled: false,
        cache_cluster_size: None,
        documentation_version: None,
        client_certificate_id: None,
        method_settings: BTreeMap::new(),
        access_log: None,
        tags: None,
        created_ms: now_ms,
        updated_ms: now_ms,
    }
}

pub fn check_name(name: &str) -> ApiResult<()> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let fits = !name.is_empty() && name.chars().all(allowed) && name.len() <= limits::STAGE_NAME_MAX_CHARS;
    if fits { Ok(()) } else { Err(errors::bad_request("Stage name only allows a-zA-Z0-9_-")) }
}

/// **Source**: API Gateway API Reference, "CreateStage", variables.
pub fn check_variables(variables: &BTreeMap<String, String>) -> ApiResult<()> {
    let value_char = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#&=,".contains(c);
    for (name, value) in variables {
        let named = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !named || !value.chars().all(value_char) {
            return Err(errors::bad_request(format!(
                "Invalid stage variable value: {value}. Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','."
            )));
        }
    }
    Ok(())
}

fn path(api_id: &str, stage_name: &str) -> String {
    format!("/restapis/{api_id}/stages/{stage_name}")
}

operation! {
    /// Serves a deployment under a name.
    ///
    /// **Source**: API Gateway API Reference, "CreateStage".
    pub CREATE_STAGE: CreateStage {
        http: "POST" "/restapis/{restapi_id}/stages" 201,
        input: CreateStageInput,
        output: Stage,
        errors: ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException"],
        access: |cx, input| access(cx, "POST", &format!("/restapis/{}/stages", input.rest_api_id)),
        handler: create_stage,
    }
}

fn create_stage(cx: &mut OpContext<'_>, input: CreateStageInput) -> ApiResult<Stage> {
    let api = lookup::api(cx, &input.rest_api_id)?;
    check_name(&input.stage_name)?;
    if let Some(variables) = &input.variables {
        check_variables(variables)?;
    }
    if !api.deployments.contains_key(&input.deployment_id) {
        return Err(errors::deployment_not_found());
    }
    if api.stages.contains_key(&input.stage_name) {
        return Err(errors::stage_exists());
    }
    if api.stages.len() >= limits::STAGES_PER_API {
        return Err(errors::limit_exceeded("Maximum number of Stages for this API has been reached."));
    }
    for (given, what) in [
        (input.canary_settings.is_some(), "canary releases"),
        (input.cache_cluster_enabled == Some(true), "caches"),
        (input.tracing_enabled == Some(true), "X-Ray tracing"),
    ] {
        if given {
            cx.not_simulated(format!("API Gateway: {what}"));
        }
    }
    let mut stage = new(&input.stage_name, &input.deployment_id, cx.now_ms);
    stage.description = input.description;
    stage.variables = input.variables;
    stage.tracing_enabled = input.tracing_enabled.unwrap_or(false);
    stage.cache_cluster_enabled = input.cache_cluster_enabled.unwrap_or(false);
    stage.cache_cluster_size = input.cache_cluster_size;
    stage.documentation_version = input.documentation_version;
    stage.tags = input.tags;
    let answer = shown(&stage);
    lookup::api_mut(cx, &input.rest_api_id)?.stages.insert(input.stage_name, stage);
    Ok(answer)
}

operation! {
    /// Returns a stage.
    ///
    /// **Source**: API Gateway API Reference, "GetStage".
    pub GET_STAGE: GetStage {
        http: "GET" "/restapis/{restapi_id}/stages/{stage_name}" 200,
        input: StageInput,
        output: Stage,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &path(&input.rest_api_id, &input.stage_name)),
        handler: get_stage,
    }
}

fn get_stage(cx: &mut OpContext<'_>, input: StageInput) -> ApiResult<Stage> {
    let api = lookup::api(cx, &input.rest_api_id)?;
    Ok(shown(api.stages.get(&input.stage_name).ok_or_else(errors::stage_not_found)?))
}

operation! {
    /// Lists an API's stages, all or those of one deployment.
    ///
    /// **Source**: API Gateway API Reference, "GetStages".
    pub GET_STAGES: GetStages {
        http: "GET" "/restapis/{restapi_id}/stages" 200,
        input: GetStagesInput,
        output: GetStagesOutput,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/restapis/{}/stages", input.rest_api_id)),
        handler: get_stages,
    }
}

fn get_stages(cx: &mut OpContext<'_>, input: GetStagesInput) -> ApiResult<GetStagesOutput> {
    let api = lookup::api(cx, &input.rest_api_id)?;
    let wanted = |stage: &&state::Stage| {
        let deployment_id = input.deployment_id.as_ref().filter(|id| !id.is_empty());
        deployment_id.is_none_or(|id| stage.deployment_id == *id)
    };
    Ok(GetStagesOutput { item: api.stages.values().filter(wanted).map(shown).collect() })
}

operation! {
    /// Changes a stage: what it serves, its variables, settings of its methods.
    ///
    /// **Source**: API Gateway API Reference, "UpdateStage".
    pub UPDATE_STAGE: UpdateStage {
        http: "PATCH" "/restapis/{restapi_id}/stages/{stage_name}" 200,
        input: UpdateStageInput,
        output: Stage,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &path(&input.rest_api_id, &input.stage_name)),
        handler: update_stage,
    }
}

fn update_stage(cx: &mut OpContext<'_>, input: UpdateStageInput) -> ApiResult<Stage> {
    let now_ms = cx.now_ms;
    let api = lookup::api_mut(cx, &input.rest_api_id)?;
    let mut stage = api.stages.get(&input.stage_name).ok_or_else(errors::stage_not_found)?.clone();
    lookup::patch(&mut stage, &input.patch_operations, patch)?;
    if !api.deployments.contains_key(&stage.deployment_id) {
        return Err(errors::bad_request("Deployment id does not exist"));
    }
    if let Some(variables) = &stage.variables {
        check_variables(variables)?;
    }
    stage.updated_ms = now_ms;
    let answer = shown(&stage);
    api.stages.insert(input.stage_name, stage);
    Ok(answer)
}

/// The last two parts of a method setting's path.
const SETTINGS: [&str; 10] = [
    "metrics/enabled",
    "logging/loglevel",
    "logging/dataTrace",
    "throttling/burstLimit",
    "throttling/rateLimit",
    "caching/enabled",
    "caching/ttlInSeconds",
    "caching/dataEncrypted",
    "caching/requireAuthorizationForCacheControl",
    "caching/unauthorizedCacheControlHeaderStrategy",
];

fn patch(stage: &mut state::Stage, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["deploymentId"] => patch.text(&mut stage.deployment_id),
        ["description"] => patch.optional(&mut stage.description),
        ["documentationVersion"] => patch.optional(&mut stage.documentation_version),
        ["clientCertificateId"] => patch.optional(&mut stage.client_certificate_id),
        ["tracingEnabled"] => patch.flag(&mut stage.tracing_enabled),
        ["cacheClusterEnabled"] => patch.flag(&mut stage.cache_cluster_enabled),
        ["cacheClusterSize"] => patch.optional(&mut stage.cache_cluster_size),
        ["variables", name] => {
            let variables = stage.variables.get_or_insert_default();
            patch.text_entry(variables, name)?;
            if variables.is_empty() {
                stage.variables = None;
            }
            Ok(())
        }
        ["accessLogSettings"] if patch.op == PatchOp::Remove => {
            stage.access_log = None;
            Ok(())
        }
        ["accessLogSettings", "destinationArn"] => {
            patch.optional(&mut stage.access_log.get_or_insert_default().destination_arn)
        }
        ["accessLogSettings", "format"] => {
            patch.optional(&mut stage.access_log.get_or_insert_default().format)
        }
        [resource, method] if patch.op == PatchOp::Remove => {
            let key = format!("{}/{method}", resource.trim_start_matches('/'));
            stage.method_settings.remove(&key).map(drop).ok_or_else(|| patch.refused())
        }
        [resource, method, group, name] => {
            let setting = format!("{group}/{name}");
            if !SETTINGS.contains(&setting.as_str()) {
                return Err(PatchError::Text(format!("Invalid method setting path: {}", patch.path)));
            }
            let key = format!("{}/{method}", resource.trim_start_matches('/'));
            patch.text_entry(stage.method_settings.entry(key).or_default(), &setting)
        }
        _ => Err(patch.refused()),
    }
}

operation! {
    /// Deletes a stage; its deployment stays.
    ///
    /// **Source**: API Gateway API Reference, "DeleteStage".
    pub DELETE_STAGE: DeleteStage {
        http: "DELETE" "/restapis/{restapi_id}/stages/{stage_name}" 202,
        input: StageInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &path(&input.rest_api_id, &input.stage_name)),
        handler: delete_stage,
    }
}

fn delete_stage(cx: &mut OpContext<'_>, input: StageInput) -> ApiResult<()> {
    let api = lookup::api_mut(cx, &input.rest_api_id)?;
    api.stages.remove(&input.stage_name).map(drop).ok_or_else(errors::stage_not_found)
}
