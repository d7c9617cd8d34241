//! `aws_sfn_state_machine` and `aws_sfn_activity`.
//!
//! **Source**: the provider's documentation of the data sources; texts as its logic words them.

use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::sfn::instant;
use crate::wire::{Operation, stepfunctions as sfn};
use serde_json::{Value as Json, json};

/// The ARNs of a listing's items that are called `name`.
async fn by_name(
    data: &ResourceData,
    operation: &Operation,
    list: &str,
    arn: &str,
    name: &str,
) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let mut token = Json::Null;
    loop {
        let page = data.call(operation, json!({ "nextToken": token })).await?;
        let items = page[list].as_array().into_iter().flatten().filter(|item| item["name"] == name);
        found.extend(items.filter_map(|item| item[arn].as_str().map(str::to_owned)));
        token = page["nextToken"].clone();
        if non_zero(&token).is_null() {
            return Ok(found);
        }
    }
}

pub async fn state_machine(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let found = by_name(data, &sfn::LIST_STATE_MACHINES, "stateMachines", "stateMachineArn", &name).await;
    let found = found.map_err(|failure| format!("listing Step Functions State Machines: {failure}"))?;
    let [arn] = found.as_slice() else {
        return Err(match found.is_empty() {
            true => format!("no Step Functions State Machines matched {name:?}"),
            false => format!(
                "{} Step Functions State Machines matched {name:?}; use additional constraints to reduce matches to a single State Machine",
                found.len()
            ),
        });
    };
    let own = data.call(&sfn::DESCRIBE_STATE_MACHINE, json!({ "stateMachineArn": arn })).await;
    let own = own.map_err(|failure| format!("reading Step Functions State Machine ({arn}): {failure}"))?;
    data.set_all(json!({
        "id": arn,
        "arn": arn,
        "creation_date": instant(&own["creationDate"]),
        "definition": own["definition"],
        "description": own["description"].as_str().unwrap_or_default(),
        "region": data.region,
        "revision_id": own["revisionId"].as_str().unwrap_or_default(),
        "role_arn": own["roleArn"],
        "status": own["status"],
    }));
    Ok(())
}

pub async fn activity(data: &mut ResourceData) -> Result<(), String> {
    let (name, mut arn) = (data.str("name").to_owned(), data.str("arn").to_owned());
    if arn.is_empty() {
        let found = by_name(data, &sfn::LIST_ACTIVITIES, "activities", "activityArn", &name).await;
        let found = found.map_err(|failure| format!("listing Step Functions Activities: {failure}"))?;
        let Some(first) = found.into_iter().next() else {
            return Err(format!("no Step Functions Activities matched {name:?}"));
        };
        arn = first;
    }
    let own = data.call(&sfn::DESCRIBE_ACTIVITY, json!({ "activityArn": arn })).await;
    let own = own.map_err(|failure| format!("reading Step Functions Activity ({arn}): {failure}"))?;
    data.set_all(json!({
        "id": arn,
        "arn": arn,
        "creation_date": instant(&own["creationDate"]),
        "name": own["name"],
        "region": data.region,
    }));
    Ok(())
}
