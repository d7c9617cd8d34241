//! `aws_lambda_function_event_invoke_config`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::lambda_fn as lambda;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_lambda_function_event_invoke_config",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn destination(data: &ResourceData, name: &str) -> Json {
    let block = data.block("destination_config");
    let arn = block.map(|block| non_zero(&block[name][0]["destination"])).unwrap_or_default();
    if arn.is_null() { Json::Null } else { json!({ "Destination": arn }) }
}

/// The function and qualifier behind an id: `NAME`, `NAME:QUALIFIER`, an ARN, an ARN with a qualifier.
fn parts(id: &str) -> (String, String) {
    let arn = id.starts_with("arn:");
    let at = if arn { 7 } else { 1 };
    let pieces: Vec<&str> = id.split(':').collect();
    match pieces.split_at_checked(at) {
        Some((name, [qualifier])) => (name.join(":"), (*qualifier).to_owned()),
        Some(_) | None => (id.to_owned(), String::new()),
    }
}

async fn put(data: &mut ResourceData, name: &str, qualifier: &str) -> Result<(), Failure> {
    let input = json!({
        "FunctionName": name,
        "Qualifier": non_zero(&qualifier.into()),
        "MaximumRetryAttempts": data.get("maximum_retry_attempts"),
        "MaximumEventAgeInSeconds": data.opt("maximum_event_age_in_seconds"),
        "DestinationConfig": {
            "OnFailure": destination(data, "on_failure"),
            "OnSuccess": destination(data, "on_success"),
        },
    });
    // A permission that the role was given just now spreads.
    let passes = |failure: &Failure| {
        failure.is("InvalidParameterValueException")
            && failure.to_string().contains("does not have permissions")
    };
    let call = data.client.call_until(&data.region, &lambda::PUT_FUNCTION_EVENT_INVOKE_CONFIG, input, passes);
    call.await.map(|_| ())
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let (name, qualifier) = (data.str("function_name").to_owned(), data.str("qualifier").to_owned());
    let id = if qualifier.is_empty() { name.clone() } else { format!("{name}:{qualifier}") };
    put(data, &name, &qualifier)
        .await
        .map_err(|failure| format!("creating Lambda Function Event Invoke Config ({id}): {failure}"))?;
    data.set_id(id);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let (name, qualifier) = parts(data.id());
    let wrap =
        |failure: Failure| format!("reading Lambda Function Event Invoke Config ({}): {failure}", data.id());
    let input = json!({ "FunctionName": name, "Qualifier": non_zero(&qualifier.as_str().into()) });
    let Some(found) = data.find(&lambda::GET_FUNCTION_EVENT_INVOKE_CONFIG, input).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let one = |name: &str| {
        let arn = non_zero(&found["DestinationConfig"][name]["Destination"]);
        if arn.is_null() { json!([]) } else { json!([{ "destination": arn }]) }
    };
    let (failure, success) = (one("OnFailure"), one("OnSuccess"));
    let none = failure == json!([]) && success == json!([]);
    data.set_all(json!({
        "destination_config": if none { json!([]) } else { json!([{ "on_failure": failure, "on_success": success }]) },
        "function_name": name,
        "maximum_event_age_in_seconds": found["MaximumEventAgeInSeconds"].as_i64().unwrap_or(0),
        "maximum_retry_attempts": found["MaximumRetryAttempts"].as_i64().unwrap_or(2),
        "qualifier": qualifier,
    }));
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let (name, qualifier) = parts(&id);
    put(data, &name, &qualifier)
        .await
        .map_err(|failure| format!("updating Lambda Function Event Invoke Config ({id}): {failure}"))
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let (name, qualifier) = parts(data.id());
    let input = json!({ "FunctionName": name, "Qualifier": non_zero(&qualifier.as_str().into()) });
    let remove = data.remove(&lambda::DELETE_FUNCTION_EVENT_INVOKE_CONFIG, input);
    remove
        .await
        .map_err(|failure| format!("deleting Lambda Function Event Invoke Config ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    data.set_id(id);
    Ok(())
}
