//! `aws_lambda_permission`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, split_id};
use crate::wire::lambda_fn as lambda;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new("aws_lambda_permission", action!(create), action!(read), None, action!(delete))
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let function = data.str("function_name").to_owned();
    let id = crate::names::of(data, "statement_id", "statement_id_prefix");
    let input = json!({
        "FunctionName": function,
        "StatementId": id,
        "Action": data.get("action"),
        "Principal": data.get("principal"),
        "EventSourceToken": data.opt("event_source_token"),
        "FunctionUrlAuthType": data.opt("function_url_auth_type"),
        "InvokedViaFunctionUrl": data.opt("invoked_via_function_url"),
        "PrincipalOrgID": data.opt("principal_org_id"),
        "Qualifier": data.opt("qualifier"),
        "SourceAccount": data.opt("source_account"),
        "SourceArn": data.opt("source_arn"),
    });
    // Another change of the same policy may be under way.
    let passes = |failure: &Failure| failure.is("PreconditionFailedException");
    let call = data.client.call_until(&data.region, &lambda::ADD_PERMISSION, input, passes);
    call.await.map_err(|failure| format!("adding Lambda Permission ({function}/{id}): {failure}"))?;
    data.set_id(id);
    Ok(())
}

fn target(data: &ResourceData) -> Json {
    json!({ "FunctionName": data.get("function_name"), "Qualifier": data.opt("qualifier") })
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let name = format!("{}/{}", data.str("function_name"), data.id());
    let wrap = |failure: Failure| format!("reading Lambda Permission ({name}): {failure}");
    let found = data.find(&lambda::GET_POLICY, target(data)).await.map_err(wrap)?.unwrap_or_default();
    let policy: Json = serde_json::from_str(found["Policy"].as_str().unwrap_or_default()).unwrap_or_default();
    let statements = policy["Statement"].as_array().into_iter().flatten();
    let Some(statement) = statements.into_iter().find(|statement| statement["Sid"] == data.id()) else {
        data.clear();
        return Ok(());
    };
    let principal = &statement["Principal"];
    let principal = principal.as_str().or(principal["Service"].as_str()).or(principal["AWS"].as_str());
    let condition = |test: &str, key: &str| {
        let tests = statement["Condition"][test].as_object().into_iter().flatten();
        let mut found = tests.filter(|(name, _)| name.eq_ignore_ascii_case(key));
        found.next().map_or(Json::Null, |(_, value)| value.clone())
    };
    // An account is given as a number and comes back as the ARN of its root.
    let account = principal.and_then(|arn| arn.strip_suffix(":root")).and_then(|arn| arn.rsplit(':').next());
    let configured = data.str("principal");
    let principal = if account == Some(configured) { configured } else { principal.unwrap_or_default() };
    let values = json!({
        "action": statement["Action"],
        "event_source_token": condition("StringEquals", "lambda:EventSourceToken"),
        "function_url_auth_type": condition("StringEquals", "lambda:FunctionUrlAuthType"),
        "invoked_via_function_url": condition("Bool", "lambda:InvokedViaFunctionUrl"),
        "principal": principal,
        "principal_org_id": condition("StringEquals", "aws:PrincipalOrgID"),
        "source_account": condition("StringEquals", "AWS:SourceAccount"),
        "source_arn": condition("ArnLike", "AWS:SourceArn"),
        "statement_id": statement["Sid"],
        "statement_id_prefix": crate::resources::name_prefix(data.id()),
    });
    let resource = statement["Resource"].as_str().unwrap_or_default();
    let imported = data.str("function_name").is_empty();
    let function = super::function_name(resource).to_owned();
    data.set_all(values);
    if imported {
        data.set("function_name", function);
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let mut input = target(data);
    input["StatementId"] = data.id().into();
    let name = format!("{}/{}", data.str("function_name"), data.id());
    let remove = data.remove(&lambda::REMOVE_PERMISSION, input);
    remove.await.map_err(|failure| format!("removing Lambda Permission ({name}): {failure}"))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let [function, statement] =
        split_id(id, "FUNCTION_NAME/STATEMENT_ID or FUNCTION_NAME:QUALIFIER/STATEMENT_ID")?;
    let plain = !function.contains(":function:");
    let (function, qualifier) = function.split_once(':').filter(|_| plain).unwrap_or((function, ""));
    data.set_all(json!({
        "id": statement, "statement_id": statement, "function_name": function, "qualifier": qualifier,
    }));
    Ok(())
}
