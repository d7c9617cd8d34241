//! The data plane: `ID.execute-api.REGION.amazonaws.com/STAGE/…`.
//!
//! Stage → deployment → resource and method → throttle → permission → API key → validation → integration → answer.

use crate::apigatewayv2;
use crate::context::{Completion, OpContext};
use crate::http_event::trace_id;
use crate::lambda;
use crate::service::{Answer, DataPlane};
use nuvola_kernel::Map;
use nuvola_wire::{Request, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::ops::test_invoke;
use super::refusal::Refusal;
use super::state::{Snapshot, Stage, TextMap, path_of};
use super::visit::{Ids, Visit};
use super::{authorize, integrate, limits, schema, tree, usage};

/// Answers a request to a stage.
pub fn handle(cx: &mut OpContext<'_>, request: &Request, plane: &DataPlane) -> Answer {
    let region = cx.region.to_string();
    if cx.state().apigatewayv2.api(&region, &plane.key).is_some() {
        return apigatewayv2::handle(cx, request, plane);
    }
    let ids = Ids {
        request_id: cx.request.request_id.clone(),
        extended_id: format!("{}=", cx.ids().mixed_alnum(15)),
        trace_id: trace_id(cx),
    };
    let (stage_name, path) = split_stage(&request.path);
    let found = cx.state().apigateway.api(&region, &plane.key);
    let served = found.filter(|api| !api.disable_execute_api_endpoint).and_then(|api| {
        let stage = api.stages.get(stage_name)?;
        let deployment = api.deployments.get(&stage.deployment_id)?;
        let stale = deployment.snapshot != api.snapshot();
        Some((stage.clone(), deployment.snapshot.clone(), api.root_resource_id.clone(), stale))
    });
    let Some((stage, snapshot, root_id, stale)) = served else {
        if let Some(api) = cx.state().apigateway.api(&region, &plane.key) {
            let stages: Vec<String> = api.stages.values().map(|stage| stage.name.clone()).collect();
            let known = if stages.is_empty() { "none yet".to_owned() } else { stages.join(", ") };
            cx.hint(format!("the address begins with the stage's name, and `{stage_name}` is none of this API's stages ({known})"));
        }
        let refusal = Refusal::forbidden().bare(&Map::new(), request);
        return Answer::Now(ids.put(refusal));
    };
    if stale {
        cx.hint(format!(
            "the API has changed since the stage `{stage_name}` was deployed: it still serves the older deployment until the next one"
        ));
    }
    let path = path.to_owned();
    match enter(cx, request, plane, (&stage, &snapshot, &root_id), &path, ids.clone()) {
        Ok(visit) => serve(cx, visit),
        Err(refusal) => Answer::Now(ids.put(refusal.bare(&snapshot.gateway_responses, request))),
    }
}

/// `/test/pets/7` → `test`, `/pets/7`.
fn split_stage(path: &str) -> (&str, &str) {
    let rest = path.strip_prefix('/').unwrap_or(path);
    match rest.find('/') {
        Some(at) => (&rest[..at], &rest[at..]),
        None => (rest, "/"),
    }
}

/// Finds the method of a request.
fn enter(
    cx: &mut OpContext<'_>,
    request: &Request,
    plane: &DataPlane,
    (stage, snapshot, root_id): (&Stage, &Snapshot, &str),
    path: &str,
    ids: Ids,
) -> Result<Visit, Refusal> {
    if request.body.len() > limits::PAYLOAD_MAX_BYTES {
        return Err(Refusal::too_large());
    }
    let http_method = request.method.as_str();
    let found =
        tree::find(&snapshot.resources, root_id, path, http_method).ok_or_else(Refusal::missing_token)?;
    let resource_path = path_of(&snapshot.resources, &found.resource.id);
    cx.trace.operation = format!("{http_method} {resource_path}");
    cx.trace.resources.push(super::lookup::api_arn(cx.region.as_str(), &plane.key));
    let mut visit =
        begin(cx, request, &plane.key, snapshot, &found, resource_path).ok_or_else(Refusal::missing_token)?;
    visit.ids = ids;
    visit.stage.clone_from(&stage.name);
    visit.deployment_id.clone_from(&stage.deployment_id);
    visit.variables = stage.variables.clone().unwrap_or_default();
    path.clone_into(&mut visit.path);
    let limit = |name: &str| {
        let method = format!("{}/{http_method}", visit.resource_path.trim_start_matches('/'));
        let own = stage.method_settings.get(&method).and_then(|map| map.get(name));
        let all = || stage.method_settings.get("*/*").and_then(|map| map.get(name));
        own.or_else(all).and_then(|text| text.parse::<f64>().ok()).filter(|limit| *limit >= 0.0)
    };
    if let (Some(rate), Some(burst)) = (limit("throttling/rateLimit"), limit("throttling/burstLimit")) {
        let key = format!("{}/{}/{}/{http_method}", visit.api_id, visit.stage, visit.resource_path);
        if !usage::take(cx, &key, rate, burst) {
            return Err(Refusal::throttled());
        }
    }
    Ok(visit)
}

/// What is known of a request once its method is found.
pub fn begin(
    cx: &OpContext<'_>,
    request: &Request,
    api_id: &str,
    snapshot: &Snapshot,
    found: &tree::Match<'_>,
    resource_path: String,
) -> Option<Visit> {
    let method = tree::method_of(found.resource, &request.method)?;
    let authorizer = method.authorizer_id.as_ref().and_then(|id| snapshot.authorizers.get(id));
    let validator = method.request_validator_id.as_ref().and_then(|id| snapshot.validators.get(id));
    let reads_body = validator.is_some_and(|validator| validator.validate_request_body == Some(true));
    let mut models = TextMap::new();
    for (name, model) in snapshot.models.iter().filter(|_| reads_body) {
        models.insert(name.clone(), model.schema.clone().unwrap_or_default());
    }
    Some(Visit {
        http_id: cx.http_id(),
        ids: Ids::default(),
        account: cx.account().to_string(),
        region: cx.region.to_string(),
        api_id: api_id.to_owned(),
        stage: String::new(),
        deployment_id: String::new(),
        variables: TextMap::new(),
        request: request.clone(),
        path: String::new(),
        resource_id: found.resource.id.clone(),
        resource_path,
        method: method.clone(),
        path_parameters: found.parameters.clone(),
        gateway_responses: snapshot.gateway_responses.clone(),
        binary_media_types: snapshot.binary_media_types.clone(),
        authorizer: authorizer.cloned(),
        validator: validator.cloned(),
        models,
        policy: snapshot.policy.clone(),
        key_source: snapshot.api_key_source.clone(),
        source_ip: cx.request.source_ip.clone(),
        at_ms: cx.now_ms,
        caller: None,
        api_key: None,
        verdict: None,
        overrides: Value::Null,
        log: None,
    })
}

/// Asks whoever decides, then goes on.
fn serve(cx: &mut OpContext<'_>, visit: Visit) -> Answer {
    authorize::ask(cx, visit)
}

/// The request may go on: does it have a key, and does it fit?
pub fn proceed(cx: &mut OpContext<'_>, mut visit: Visit) -> Answer {
    let tested = visit.log.is_some();
    if visit.method.api_key_required && !tested {
        let value = match visit.key_source.as_str() {
            "AUTHORIZER" => visit.verdict.as_ref().and_then(|verdict| {
                verdict.get("usageIdentifierKey").and_then(Value::as_str).map(str::to_owned)
            }),
            _ => visit.request.headers.get("x-api-key").map(str::to_owned),
        };
        if let Err(refusal) = usage::admit(cx, &mut visit, value) {
            return refuse(cx, visit, &refusal);
        }
    }
    if let Err(refusal) = validate(&visit) {
        return refuse(cx, visit, &refusal);
    }
    match integrate::begin(cx, &mut visit) {
        Ok(Some(response)) => Answer::Now(finish(visit, response)),
        Ok(None) => Answer::Later,
        Err(refusal) => refuse(cx, visit, &refusal),
    }
}

/// **Source**: API Gateway Developer Guide, "Request validation for REST APIs in API Gateway".
fn validate(visit: &Visit) -> Result<(), Refusal> {
    let Some(validator) = &visit.validator else { return Ok(()) };
    if validator.validate_request_parameters == Some(true) {
        let required = visit.method.request_parameters.iter().filter(|(_, required)| **required);
        let missing: Vec<&str> = required
            .filter(|(name, _)| visit.mapped(name, None).is_none_or(|value| value.is_empty()))
            .map(|(name, _)| name.rsplit('.').next().unwrap_or(name))
            .collect();
        if !missing.is_empty() {
            return Err(Refusal::bad_parameters(&missing));
        }
    }
    if validator.validate_request_body != Some(true) {
        return Ok(());
    }
    let Some(name) = visit.method.request_models.get(&visit.media_type()) else { return Ok(()) };
    let read = |text: &String| serde_json::from_str::<Value>(text).ok();
    let models: BTreeMap<String, Value> = {
        let mut models = BTreeMap::new();
        for (name, text) in &visit.models {
            models.insert(name.clone(), read(text).unwrap_or(Value::Null));
        }
        models
    };
    let Some(model) = models.get(name) else { return Ok(()) };
    let body = serde_json::from_slice::<Value>(&visit.request.body);
    let problems = match body {
        Ok(body) => schema::problems(model, &models, &body),
        Err(error) => vec![format!("the body is no JSON: {error}")],
    };
    if problems.is_empty() { Ok(()) } else { Err(Refusal::bad_body(&problems)) }
}

/// An answer of API Gateway itself.
pub fn refuse(cx: &mut OpContext<'_>, mut visit: Visit, refusal: &Refusal) -> Answer {
    if let Some(hint) = &refusal.detail {
        cx.hint_for(visit.http_id, hint.clone());
    }
    visit.note(|| match &refusal.detail {
        Some(detail) => format!("Execution failed: {}: {detail}", refusal.message),
        None => format!("Execution failed: {}", refusal.message),
    });
    let response = refusal.response(&visit.gateway_responses, &visit.request, Some(&visit));
    Answer::Now(finish(visit, response))
}

/// Adds what every answer carries; a test invocation becomes the answer of its operation.
fn finish(mut visit: Visit, response: Response) -> Response {
    if visit.log.is_some() {
        visit.note(|| format!("Method completed with status: {}", response.status));
        return test_invoke::wrap(&visit, &response);
    }
    visit.ids.put(response)
}

/// Answers a request that had to wait.
pub fn complete(cx: &mut OpContext<'_>, visit: Visit, answer: Result<Response, Refusal>) {
    let http_id = visit.http_id;
    let answer = match answer {
        Ok(response) => Answer::Now(finish(visit, response)),
        Err(refusal) => refuse(cx, visit, &refusal),
    };
    settle(cx, http_id, answer);
}

/// Sends an answer that has come, if it has.
pub fn settle(cx: &mut OpContext<'_>, http_id: u64, answer: Answer) {
    match answer {
        Answer::Now(response) => cx.complete(http_id, Completion::Response(response)),
        Answer::Later | Answer::Unresolved => {}
    }
}

/// What is not simulated says so.
pub fn not_simulated(cx: &mut OpContext<'_>, visit: &Visit, what: &str) -> Response {
    let text = format!("API Gateway: {what}");
    match cx.state.waiting.get_mut(&visit.http_id) {
        Some(waiting) => waiting.trace.not_simulated.push(text.clone()),
        None => cx.not_simulated(text.clone()),
    }
    let body = json!({"message": format!("{text}: not simulated by Nuvola")}).to_string();
    Response::new(501).with_body("application/json", body)
}

/// `${stageVariables.name}` in an integration's URI.
pub fn with_variables(uri: &str, variables: Option<&TextMap>) -> String {
    let mut out = uri.to_owned();
    for (name, value) in variables.into_iter().flatten() {
        out = out.replace(&format!("${{stageVariables.{name}}}"), value);
    }
    out
}

/// `FUNCTION` of `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION/invocations`.
pub fn function_arn(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once(":lambda:path/")?;
    let (_, rest) = rest.split_once("/functions/")?;
    rest.strip_suffix("/invocations")
}

/// The function that an integration's URI names.
pub fn function_of(cx: &OpContext<'_>, uri: &str) -> Option<lambda::Target> {
    let target = lambda::target(cx, function_arn(uri)?, None).ok()?;
    cx.state().lambda.function(&target.region, &target.name).map(|_| target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_part_of_the_path_is_the_stage() {
        // Source: API Gateway Developer Guide, "Invoke REST APIs in API Gateway".
        assert_eq!(split_stage("/test/pets/7"), ("test", "/pets/7"));
        assert_eq!(split_stage("/test"), ("test", "/"));
        assert_eq!(split_stage("/"), ("", "/"));
    }
}
