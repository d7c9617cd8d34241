//! `aws_lambda_event_source_mapping`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::lambda_fn as lambda;
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    not_simulated: &[
        "amazon_managed_kafka_event_source_config",
        "document_db_event_source_config",
        "kms_key_arn",
        "provisioned_poller_config",
        "queues",
        "self_managed_event_source",
        "self_managed_kafka_event_source_config",
        "source_access_configuration",
        "starting_position_timestamp",
        "topics",
    ],
    ..ResourceType::new(
        "aws_lambda_event_source_mapping",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

/// What IAM's changes and others' work may cause for a while.
fn passes(failure: &Failure) -> bool {
    let text = failure.to_string();
    failure.is("ResourceInUseException")
        || (failure.is("InvalidParameterValueException")
            && [
                "cannot be assumed by Lambda",
                "execution role does not have permissions",
                "ensure the role can perform",
            ]
            .iter()
            .any(|part| text.contains(part)))
}

fn filters(data: &ResourceData) -> Json {
    let Some(criteria) = data.block("filter_criteria") else { return Json::Null };
    let filters = criteria["filter"].as_array().into_iter().flatten();
    let patterns: Vec<Json> = filters.map(|filter| json!({ "Pattern": filter["pattern"] })).collect();
    json!({ "Filters": patterns })
}

fn on_failure(data: &ResourceData) -> Json {
    let arn = data.block("destination_config").map(|block| block["on_failure"][0]["destination_arn"].clone());
    arn.map_or(Json::Null, |arn| json!({ "OnFailure": { "Destination": arn } }))
}

/// Terraform's names and Lambda's.
const NUMBERS: &[(&str, &str)] = &[
    ("batch_size", "BatchSize"),
    ("bisect_batch_on_function_error", "BisectBatchOnFunctionError"),
    ("maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds"),
    ("maximum_record_age_in_seconds", "MaximumRecordAgeInSeconds"),
    ("parallelization_factor", "ParallelizationFactor"),
    ("tumbling_window_in_seconds", "TumblingWindowInSeconds"),
];

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let source = data.str("event_source_arn").to_owned();
    let mut input = json!({
        "Enabled": data.get("enabled"),
        "EventSourceArn": data.opt("event_source_arn"),
        "FunctionName": data.get("function_name"),
        "FunctionResponseTypes": data.opt("function_response_types"),
        "StartingPosition": data.opt("starting_position"),
        "FilterCriteria": filters(data),
        "DestinationConfig": on_failure(data),
        "Tags": non_zero(data.get("tags_all")),
    });
    for (own, theirs) in NUMBERS {
        input[theirs] = data.opt(own);
    }
    // Zero retries are a wish of their own.
    input["MaximumRetryAttempts"] = data.get("maximum_retry_attempts").clone();
    if let Some(scaling) = data.block("scaling_config") {
        input["ScalingConfig"] = json!({ "MaximumConcurrency": non_zero(&scaling["maximum_concurrency"]) });
    }
    if let Some(metrics) = data.block("metrics_config") {
        input["MetricsConfig"] = json!({ "Metrics": metrics["metrics"] });
    }
    let made =
        data.client.call_until(&data.region, &lambda::CREATE_EVENT_SOURCE_MAPPING, input, passes).await;
    let made =
        made.map_err(|failure| format!("creating Lambda Event Source Mapping ({source}): {failure}"))?;
    data.set_id(made["UUID"].as_str().unwrap_or_default());
    wait(data, "creat").await
}

/// Waits until the mapping is at rest.
async fn wait(data: &ResourceData, verb: &str) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap =
        |failure: Failure| format!("waiting for Lambda Event Source Mapping ({id}) {verb}e: {failure}");
    loop {
        let found =
            data.find(&lambda::GET_EVENT_SOURCE_MAPPING, json!({ "UUID": id })).await.map_err(wrap)?;
        match found.as_ref().and_then(|mapping| mapping["State"].as_str()) {
            Some("Enabled" | "Disabled") | None => return Ok(()),
            Some(_) => data.client.pause().await,
        }
    }
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading Lambda Event Source Mapping ({}): {failure}", data.id());
    let found =
        data.find(&lambda::GET_EVENT_SOURCE_MAPPING, json!({ "UUID": data.id() })).await.map_err(wrap)?;
    let Some(found) = found else {
        data.clear();
        return Ok(());
    };
    let one = |value: Json, empty: bool| if empty { json!([]) } else { json!([value]) };
    let filters = found["FilterCriteria"]["Filters"].as_array().into_iter().flatten();
    let filters: Vec<Json> = filters.map(|filter| json!({ "pattern": filter["Pattern"] })).collect();
    let failure = &found["DestinationConfig"]["OnFailure"]["Destination"];
    let concurrency = &found["ScalingConfig"]["MaximumConcurrency"];
    let metrics = &found["MetricsConfig"]["Metrics"];
    // The function keeps the form in which it was given: a name or an ARN.
    let arn = found["FunctionArn"].as_str().unwrap_or_default();
    let given = data.str("function_name");
    let name = match given == super::function_name(arn) && !given.is_empty() && arn.split(':').count() == 7 {
        true => given.to_owned(),
        false => arn.to_owned(),
    };
    let state = found["State"].as_str().unwrap_or_default();
    data.set_all(json!({
        "arn": found["EventSourceMappingArn"],
        "batch_size": found["BatchSize"],
        "bisect_batch_on_function_error": found["BisectBatchOnFunctionError"].as_bool().unwrap_or(false),
        "destination_config": one(json!({ "on_failure": [{ "destination_arn": failure }] }), failure.is_null()),
        "enabled": matches!(state, "Enabled" | "Enabling"),
        "event_source_arn": found["EventSourceArn"],
        "filter_criteria": one(json!({ "filter": filters }), filters.is_empty()),
        "function_arn": arn,
        "function_name": name,
        "function_response_types": found["FunctionResponseTypes"].as_array().cloned().unwrap_or_default(),
        "last_modified": found["LastModified"],
        "last_processing_result": found["LastProcessingResult"].as_str().unwrap_or_default(),
        "maximum_batching_window_in_seconds": found["MaximumBatchingWindowInSeconds"].as_i64().unwrap_or(0),
        "maximum_record_age_in_seconds": found["MaximumRecordAgeInSeconds"].as_i64().unwrap_or(0),
        "maximum_retry_attempts": found["MaximumRetryAttempts"].as_i64().unwrap_or(0),
        "metrics_config": one(json!({ "metrics": metrics }), metrics.is_null()),
        "parallelization_factor": found["ParallelizationFactor"].as_i64().unwrap_or(0),
        "scaling_config": one(json!({ "maximum_concurrency": concurrency }), concurrency.is_null()),
        "starting_position": found["StartingPosition"].as_str().unwrap_or_default(),
        "state": state,
        "state_transition_reason": found["StateTransitionReason"],
        "tumbling_window_in_seconds": found["TumblingWindowInSeconds"].as_i64().unwrap_or(0),
        "uuid": found["UUID"],
    }));
    // The mapping's own tags are read through its ARN.
    let tags = data.get("tags_all").as_object().cloned().unwrap_or_default();
    data.read_tags(tags);
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("updating Lambda Event Source Mapping ({id}): {failure}");
    let mut input = Map::new();
    for (own, theirs) in NUMBERS.iter().filter(|(own, _)| data.changed(own)) {
        input.insert((*theirs).to_owned(), data.get(own).clone());
    }
    for (own, theirs) in [
        ("enabled", "Enabled"),
        ("function_name", "FunctionName"),
        ("function_response_types", "FunctionResponseTypes"),
        ("maximum_retry_attempts", "MaximumRetryAttempts"),
    ] {
        if data.changed(own) {
            input.insert(theirs.to_owned(), data.get(own).clone());
        }
    }
    if data.changed("filter_criteria") {
        let filters = filters(data);
        input.insert(
            "FilterCriteria".to_owned(),
            if filters.is_null() { json!({ "Filters": [] }) } else { filters },
        );
    }
    if data.changed("destination_config") {
        let wanted = on_failure(data);
        let none = json!({ "OnFailure": { "Destination": "" } });
        input.insert("DestinationConfig".to_owned(), if wanted.is_null() { none } else { wanted });
    }
    if data.changed("scaling_config") {
        let most = data.block("scaling_config").map(|block| non_zero(&block["maximum_concurrency"]));
        input.insert("ScalingConfig".to_owned(), json!({ "MaximumConcurrency": most }));
    }
    if data.changed("metrics_config") {
        let metrics =
            data.block("metrics_config").map_or_else(|| json!([]), |block| block["metrics"].clone());
        input.insert("MetricsConfig".to_owned(), json!({ "Metrics": metrics }));
    }
    if !input.is_empty() {
        input.insert("UUID".to_owned(), id.as_str().into());
        let call =
            data.client.call_until(&data.region, &lambda::UPDATE_EVENT_SOURCE_MAPPING, input.into(), passes);
        call.await.map_err(wrap)?;
        wait(data, "updat").await?;
    }
    let arn = data.prior.get("arn").cloned().unwrap_or_default();
    let (added, removed) = data.tag_changes();
    if !removed.is_empty() {
        data.call(&lambda::UNTAG_RESOURCE, json!({ "Resource": arn, "TagKeys": removed }))
            .await
            .map_err(wrap)?;
    }
    if !added.is_empty() {
        data.call(&lambda::TAG_RESOURCE, json!({ "Resource": arn, "Tags": added })).await.map_err(wrap)?;
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("deleting Lambda Event Source Mapping ({id}): {failure}");
    let input = json!({ "UUID": id });
    let busy = |failure: &Failure| failure.is("ResourceInUseException");
    let call =
        data.client.call_until(&data.region, &lambda::DELETE_EVENT_SOURCE_MAPPING, input.clone(), busy).await;
    match call {
        Err(failure) if !failure.is_absence() => return Err(wrap(failure)),
        Ok(_) | Err(_) => {}
    }
    while data.find(&lambda::GET_EVENT_SOURCE_MAPPING, input.clone()).await.map_err(wrap)?.is_some() {
        data.client.pause().await;
    }
    Ok(())
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    data.set_id(id);
    Ok(())
}
