//! Usage plans: which keys may call which stages, how fast and how often.

use crate::context::OpContext;
use crate::kept::Kept;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::apigateway::lookup::{self, access};
use crate::apigateway::patch::{Patch, PatchError, PatchOp, PatchResult};
use crate::apigateway::shapes::PatchOperation;
use crate::apigateway::state::Plan;
use crate::apigateway::{errors, limits, pages, usage};

shape! {
    /// How fast requests may come.
    pub struct ThrottleSettings {
        #[wire("burstLimit")] pub burst_limit: Option<i32>,
        #[wire("rateLimit")] pub rate_limit: Option<f64>,
    }

    /// How many requests may come.
    pub struct QuotaSettings {
        #[wire("limit")] pub limit: Option<i32>,
        #[wire("offset")] pub offset: Option<i32>,
        #[wire("period")] pub period: Option<String>,
    }

    /// A stage that a plan opens.
    pub struct ApiStage {
        #[wire("apiId")] pub api_id: Option<String>,
        #[wire("stage")] pub stage: Option<String>,
        #[wire("throttle")] pub throttle: Option<BTreeMap<String, ThrottleSettings>>,
    }

    /// A usage plan.
    pub struct UsagePlan {
        #[wire("id")] pub id: Option<String>,
        #[wire("name")] pub name: Option<String>,
        #[wire("description")] pub description: Option<String>,
        #[wire("apiStages")] pub api_stages: Option<Vec<ApiStage>>,
        #[wire("throttle")] pub throttle: Option<ThrottleSettings>,
        #[wire("quota")] pub quota: Option<QuotaSettings>,
        #[wire("productCode")] pub product_code: Option<String>,
        #[wire("tags")] pub tags: Option<BTreeMap<String, String>>,
    }

    /// What CreateUsagePlan takes.
    pub struct CreateUsagePlanInput {
        #[wire("name")] pub name: String,
        #[wire("description")] pub description: Option<String>,
        #[wire("apiStages")] pub api_stages: Option<Vec<ApiStage>>,
        #[wire("throttle")] pub throttle: Option<ThrottleSettings>,
        #[wire("quota")] pub quota: Option<QuotaSettings>,
        #[wire("tags")] pub tags: Option<BTreeMap<String, String>>,
    }

    /// A usage plan, by id.
    pub struct UsagePlanInput {
        #[wire("usagePlanId", label_as = "usageplanId")] pub usage_plan_id: String,
    }

    /// What GetUsagePlans takes.
    pub struct GetUsagePlansInput {
        #[wire("position", query = "position")] pub position: Option<String>,
        #[wire("keyId", query = "keyId")] pub key_id: Option<String>,
        #[wire("limit", query = "limit")] pub limit: Option<i32>,
    }

    /// What GetUsagePlans answers.
    pub struct GetUsagePlansOutput {
        #[wire("position")] pub position: Option<String>,
        #[wire("items", json = "item")] pub items: Vec<UsagePlan>,
    }

    /// What UpdateUsagePlan takes.
    pub struct UpdateUsagePlanInput {
        #[wire("usagePlanId", label_as = "usageplanId")] pub usage_plan_id: String,
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }

    /// A key of a plan.
    pub struct UsagePlanKey {
        #[wire("id")] pub id: Option<String>,
        #[wire("type")] pub kind: Option<String>,
        #[wire("value")] pub value: Option<String>,
        #[wire("name")] pub name: Option<String>,
    }

    /// What CreateUsagePlanKey takes.
    pub struct CreateUsagePlanKeyInput {
        #[wire("usagePlanId", label_as = "usageplanId")] pub usage_plan_id: String,
        #[wire("keyId")] pub key_id: String,
        #[wire("keyType")] pub key_type: String,
    }

    /// A key of a plan, by id.
    pub struct UsagePlanKeyInput {
        #[wire("usagePlanId", label_as = "usageplanId")] pub usage_plan_id: String,
        #[wire("keyId", label_as = "keyId")] pub key_id: String,
    }

    /// What GetUsagePlanKeys takes.
    pub struct GetUsagePlanKeysInput {
        #[wire("usagePlanId", label_as = "usageplanId")] pub usage_plan_id: String,
        #[wire("position", query = "position")] pub position: Option<String>,
        #[wire("limit", query = "limit")] pub limit: Option<i32>,
        #[wire("nameQuery", query = "name")] pub name_query: Option<String>,
    }

    /// What GetUsagePlanKeys answers.
    pub struct GetUsagePlanKeysOutput {
        #[wire("position")] pub position: Option<String>,
        #[wire("items", json = "item")] pub items: Vec<UsagePlanKey>,
    }

    /// What GetUsage takes.
    pub struct GetUsageInput {
        #[wire("usagePlanId", label_as = "usageplanId")] pub usage_plan_id: String,
        #[wire("keyId", query = "keyId")] pub key_id: Option<String>,
        #[wire("startDate", query = "startDate", required)] pub start_date: String,
        #[wire("endDate", query = "endDate", required)] pub end_date: String,
    }

    /// Requests used and left, day by day, by key.
    pub struct Usage {
        #[wire("usagePlanId")] pub usage_plan_id: Option<String>,
        #[wire("startDate")] pub start_date: Option<String>,
        #[wire("endDate")] pub end_date: Option<String>,
        #[wire("items", json = "values")] pub items: Option<BTreeMap<String, Vec<Vec<i64>>>>,
    }
}

/// The texts are our own reasoning.
fn check(cx: &OpContext<'_>, plan: &UsagePlan) -> ApiResult<()> {
    if plan.name.as_deref().unwrap_or("").is_empty() {
        return Err(errors::bad_request("Usage Plan name must be non-empty"));
    }
    for stage in plan.api_stages.iter().flatten() {
        let id = stage.api_id.as_deref().unwrap_or("");
        let api = lookup::api(cx, id)?;
        if !api.stages.contains_key(stage.stage.as_deref().unwrap_or("")) {
            let text = format!("API Stage not found: {id}:{}", stage.stage.as_deref().unwrap_or(""));
            return Err(errors::not_found(text));
        }
    }
    if let Some(throttle) = &plan.throttle {
        let fits = throttle.rate_limit.is_none_or(|rate| rate >= 0.0)
            && throttle.burst_limit.is_none_or(|burst| burst >= 0);
        if !fits {
            return Err(errors::bad_request("Usage Plan throttle limits must not be negative"));
        }
    }
    if let Some(quota) = &plan.quota {
        let period = quota.period.as_deref().unwrap_or("");
        let offset = quota.offset.unwrap_or(0);
        let most = match period {
            "DAY" => 0,
            "WEEK" => 6,
            "MONTH" => 27,
            _ => {
                return Err(errors::enumeration(
                    period,
                    "createUsagePlanInput.quota.period",
                    "MONTH, WEEK, DAY",
                ));
            }
        };
        if quota.limit.is_none_or(|limit| limit < 1) {
            return Err(errors::bad_request("Usage Plan quota limit must be positive"));
        }
        if !(0..=most).contains(&offset) {
            return Err(errors::bad_request(format!("Usage Plan quota offset must be between 0 and {most}")));
        }
    }
    Ok(())
}

fn path(id: &str) -> String {
    format!("/usageplans/{id}")
}

operation! {
    /// Creates a usage plan.
    ///
    /// **Source**: API Gateway API Reference, "CreateUsagePlan".
    pub CREATE_USAGE_PLAN: CreateUsagePlan {
        http: "POST" "/usageplans" 201,
        input: CreateUsagePlanInput,
        output: UsagePlan,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, _| access(cx, "POST", "/usageplans"),
        handler: |cx, input| {
            let mut plan = UsagePlan {
                id: None,
                name: Some(input.name),
                description: input.description,
                api_stages: Some(input.api_stages.unwrap_or_default()),
                throttle: input.throttle,
                quota: input.quota.map(|quota| QuotaSettings { offset: Some(quota.offset.unwrap_or(0)), ..quota }),
                product_code: None,
                tags: input.tags,
            };
            check(cx, &plan)?;
            let id = cx.ids().lower_alnum(limits::RESOURCE_ID_CHARS);
            plan.id = Some(id.clone());
            let place = format!("{}/{id}", cx.region);
            let state = Plan { shown: Kept(plan.clone()), keys: Vec::new() };
            cx.apigateway().plans.insert(place, state);
            Ok(plan)
        },
    }
}

operation! {
    /// Returns a usage plan.
    ///
    /// **Source**: API Gateway API Reference, "GetUsagePlan".
    pub GET_USAGE_PLAN: GetUsagePlan {
        http: "GET" "/usageplans/{usageplanId}" 200,
        input: UsagePlanInput,
        output: UsagePlan,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &path(&input.usage_plan_id)),
        handler: |cx, input| Ok(lookup::plan(cx, &input.usage_plan_id)?.shown.0.clone()),
    }
}

operation! {
    /// Lists the usage plans of a region, all or those of one key.
    ///
    /// **Source**: API Gateway API Reference, "GetUsagePlans".
    pub GET_USAGE_PLANS: GetUsagePlans {
        http: "GET" "/usageplans" 200,
        input: GetUsagePlansInput,
        output: GetUsagePlansOutput,
        errors: ["BadRequestException"],
        access: |cx, _| access(cx, "GET", "/usageplans"),
        handler: |cx, input| {
            let wanted = |plan: &&Plan| input.key_id.as_ref().is_none_or(|id| plan.keys.contains(id));
            let plans = cx.state().apigateway.plans(cx.region.as_str()).filter(wanted);
            let all = plans.map(|plan| plan.shown.0.clone()).collect();
            let key = |plan: &UsagePlan| plan.id.clone().unwrap_or_default();
            let (items, position) = pages::page(all, key, input.position.as_deref(), input.limit)?;
            Ok(GetUsagePlansOutput { position, items })
        },
    }
}

operation! {
    /// Changes a usage plan: its stages, its limits.
    ///
    /// **Source**: API Gateway API Reference, "UpdateUsagePlan"; "Patch operations" (the paths).
    pub UPDATE_USAGE_PLAN: UpdateUsagePlan {
        http: "PATCH" "/usageplans/{usageplanId}" 200,
        input: UpdateUsagePlanInput,
        output: UsagePlan,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &path(&input.usage_plan_id)),
        handler: |cx, input| {
            let mut changed = lookup::plan(cx, &input.usage_plan_id)?.shown.clone();
            lookup::patch(&mut changed, &input.patch_operations, patch)?;
            check(cx, &changed)?;
            let place = format!("{}/{}", cx.region, input.usage_plan_id);
            if let Some(plan) = cx.apigateway().plans.get_mut(&place) {
                plan.shown = changed.clone();
            }
            Ok(changed.0)
        },
    }
}

fn patch(plan: &mut Kept<UsagePlan>, patch: &Patch) -> PatchResult {
    let value = patch.value.clone().unwrap_or_default();
    match patch.parts()[..] {
        ["name"] => patch.optional(&mut plan.name),
        ["description"] => patch.optional(&mut plan.description),
        ["productCode"] => patch.optional(&mut plan.product_code),
        ["apiStages"] => {
            let (api, stage) = value.split_once(':').ok_or_else(|| patch.refused())?;
            let stages = plan.api_stages.get_or_insert_default();
            let known = stages.iter().position(|known| {
                known.api_id.as_deref() == Some(api) && known.stage.as_deref() == Some(stage)
            });
            match (patch.op, known) {
                (PatchOp::Add, None) => stages.push(ApiStage {
                    api_id: Some(api.to_owned()),
                    stage: Some(stage.to_owned()),
                    throttle: None,
                }),
                (PatchOp::Add, Some(_)) => {}
                (PatchOp::Remove, Some(at)) => drop(stages.remove(at)),
                _ => return Err(patch.refused()),
            }
            Ok(())
        }
        ["apiStages", stage, "throttle"] if patch.op == PatchOp::Remove => {
            stage_of(plan, stage).ok_or_else(|| patch.refused())?.throttle = None;
            Ok(())
        }
        ["apiStages", stage, "throttle", ref method @ .., limit] if !method.is_empty() => {
            let of_stage = stage_of(plan, stage).ok_or_else(|| patch.refused())?;
            let key = method.join("/");
            let settings = of_stage.throttle.get_or_insert_default().entry(key).or_default();
            put_limit(settings, limit, &value).ok_or_else(|| patch.refused())
        }
        ["throttle"] if patch.op == PatchOp::Remove => {
            plan.throttle = None;
            Ok(())
        }
        ["throttle", limit] => {
            put_limit(plan.throttle.get_or_insert_default(), limit, &value).ok_or_else(|| patch.refused())
        }
        ["quota"] if patch.op == PatchOp::Remove => {
            plan.quota = None;
            Ok(())
        }
        ["quota", member] => {
            let quota = plan.quota.get_or_insert_default();
            let number =
                || value.parse().map(Some).map_err(|_| PatchError::Text(format!("Invalid value: {value}")));
            match member {
                "limit" => quota.limit = number()?,
                "offset" => quota.offset = number()?,
                "period" => quota.period = Some(value),
                _ => return Err(patch.refused()),
            }
            quota.offset.get_or_insert(0);
            Ok(())
        }
        _ => Err(patch.refused()),
    }
}

fn stage_of<'a>(plan: &'a mut UsagePlan, name: &str) -> Option<&'a mut ApiStage> {
    let (api, stage) = name.split_once(':')?;
    plan.api_stages
        .iter_mut()
        .flatten()
        .find(|known| known.api_id.as_deref() == Some(api) && known.stage.as_deref() == Some(stage))
}

fn put_limit(settings: &mut ThrottleSettings, limit: &str, value: &str) -> Option<()> {
    match limit {
        "burstLimit" => settings.burst_limit = Some(value.parse().ok()?),
        "rateLimit" => settings.rate_limit = Some(value.parse().ok()?),
        _ => return None,
    }
    Some(())
}

operation! {
    /// Deletes a usage plan that opens no stage any more.
    ///
    /// **Source**: API Gateway API Reference, "DeleteUsagePlan"; the text is our own reasoning.
    pub DELETE_USAGE_PLAN: DeleteUsagePlan {
        http: "DELETE" "/usageplans/{usageplanId}" 202,
        input: UsagePlanInput,
        output: (),
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &path(&input.usage_plan_id)),
        handler: |cx, input| {
            let plan = lookup::plan(cx, &input.usage_plan_id)?;
            if plan.shown.api_stages.as_ref().is_some_and(|stages| !stages.is_empty()) {
                let text = "Cannot delete usage plan: remove its API stages first";
                return Err(errors::bad_request(text));
            }
            let place = format!("{}/{}", cx.region, input.usage_plan_id);
            cx.apigateway().plans.remove(&place);
            Ok(())
        },
    }
}

operation! {
    /// Puts an API key into a usage plan.
    ///
    /// **Source**: API Gateway API Reference, "CreateUsagePlanKey"; texts as users quote them.
    pub CREATE_USAGE_PLAN_KEY: CreateUsagePlanKey {
        http: "POST" "/usageplans/{usageplanId}/keys" 201,
        input: CreateUsagePlanKeyInput,
        output: UsagePlanKey,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "POST", &format!("{}/keys", path(&input.usage_plan_id))),
        handler: create_usage_plan_key,
    }
}

fn create_usage_plan_key(cx: &mut OpContext<'_>, input: CreateUsagePlanKeyInput) -> ApiResult<UsagePlanKey> {
    if input.key_type != "API_KEY" {
        return Err(errors::bad_request(format!("Unsupported key type: {}", input.key_type)));
    }
    let plan = lookup::plan(cx, &input.usage_plan_id)?;
    let answer = key_shown(cx, &input.key_id)?;
    if plan.keys.contains(&input.key_id) {
        return Err(errors::conflict("Usage Plan key already exists"));
    }
    let opens = |plan: &Plan| -> Vec<String> {
        let stages = plan.shown.api_stages.iter().flatten();
        stages
            .map(|s| {
                format!("{}:{}", s.api_id.clone().unwrap_or_default(), s.stage.clone().unwrap_or_default())
            })
            .collect()
    };
    let own = opens(plan);
    let others =
        cx.state().apigateway.plans(cx.region.as_str()).filter(|plan| plan.keys.contains(&input.key_id));
    if let Some(twice) = others.flat_map(opens).find(|stage| own.contains(stage)) {
        let name = plan.shown.name.clone().unwrap_or_default();
        return Err(errors::conflict(format!(
            "Usage Plan {name} cannot be added because API Key cannot reference multiple Usage Plans with the same API stage: {twice}"
        )));
    }
    let place = format!("{}/{}", cx.region, input.usage_plan_id);
    if let Some(plan) = cx.apigateway().plans.get_mut(&place) {
        plan.keys.push(input.key_id);
    }
    Ok(answer)
}

fn key_shown(cx: &OpContext<'_>, id: &str) -> ApiResult<UsagePlanKey> {
    let key = lookup::key(cx, id)?;
    Ok(UsagePlanKey {
        id: key.id.clone(),
        kind: Some("API_KEY".to_owned()),
        value: key.value.clone(),
        name: key.name.clone(),
    })
}

operation! {
    /// Returns a key of a usage plan.
    ///
    /// **Source**: API Gateway API Reference, "GetUsagePlanKey".
    pub GET_USAGE_PLAN_KEY: GetUsagePlanKey {
        http: "GET" "/usageplans/{usageplanId}/keys/{keyId}" 200,
        input: UsagePlanKeyInput,
        output: UsagePlanKey,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("{}/keys/{}", path(&input.usage_plan_id), input.key_id)),
        handler: |cx, input| {
            let plan = lookup::plan(cx, &input.usage_plan_id)?;
            if !plan.keys.contains(&input.key_id) {
                return Err(errors::plan_key_not_found());
            }
            key_shown(cx, &input.key_id)
        },
    }
}

operation! {
    /// Lists the keys of a usage plan.
    ///
    /// **Source**: API Gateway API Reference, "GetUsagePlanKeys".
    pub GET_USAGE_PLAN_KEYS: GetUsagePlanKeys {
        http: "GET" "/usageplans/{usageplanId}/keys" 200,
        input: GetUsagePlanKeysInput,
        output: GetUsagePlanKeysOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("{}/keys", path(&input.usage_plan_id))),
        handler: |cx, input| {
            let plan = lookup::plan(cx, &input.usage_plan_id)?;
            let keys: Vec<UsagePlanKey> = plan.keys.iter().filter_map(|id| key_shown(cx, id).ok()).collect();
            let start = input.name_query.as_deref().unwrap_or("");
            let fits = |key: &UsagePlanKey| key.name.as_deref().unwrap_or("").starts_with(start);
            let all = keys.into_iter().filter(fits).collect();
            let key = |key: &UsagePlanKey| key.id.clone().unwrap_or_default();
            let (items, position) = pages::page(all, key, input.position.as_deref(), input.limit)?;
            Ok(GetUsagePlanKeysOutput { position, items })
        },
    }
}

operation! {
    /// Takes a key out of a usage plan.
    ///
    /// **Source**: API Gateway API Reference, "DeleteUsagePlanKey".
    pub DELETE_USAGE_PLAN_KEY: DeleteUsagePlanKey {
        http: "DELETE" "/usageplans/{usageplanId}/keys/{keyId}" 202,
        input: UsagePlanKeyInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &format!("{}/keys/{}", path(&input.usage_plan_id), input.key_id)),
        handler: |cx, input| {
            if !lookup::plan(cx, &input.usage_plan_id)?.keys.contains(&input.key_id) {
                return Err(errors::plan_key_not_found());
            }
            let place = format!("{}/{}", cx.region, input.usage_plan_id);
            if let Some(plan) = cx.apigateway().plans.get_mut(&place) {
                plan.keys.retain(|id| *id != input.key_id);
            }
            Ok(())
        },
    }
}

operation! {
    /// Tells how much of a plan's quota each key has used, day by day.
    ///
    /// **Source**: API Gateway API Reference, "GetUsage".
    pub GET_USAGE: GetUsage {
        http: "GET" "/usageplans/{usageplanId}/usage" 200,
        input: GetUsageInput,
        output: Usage,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("{}/usage", path(&input.usage_plan_id))),
        handler: |cx, input| {
            let plan = lookup::plan(cx, &input.usage_plan_id)?;
            let days = usage::days(&input.start_date, &input.end_date)
                .ok_or_else(|| errors::bad_request("Invalid date range specified"))?;
            let wanted = |id: &&String| input.key_id.as_ref().is_none_or(|key| key == *id);
            let mut items = BTreeMap::new();
            for id in plan.keys.iter().filter(wanted) {
                let used = |day: &i64| usage::used_and_left(cx.state(), &plan.shown, id, *day);
                items.insert(id.clone(), days.iter().map(used).collect());
            }
            Ok(Usage {
                usage_plan_id: Some(input.usage_plan_id.clone()),
                start_date: Some(input.start_date.clone()),
                end_date: Some(input.end_date.clone()),
                items: Some(items),
            })
        },
    }
}
