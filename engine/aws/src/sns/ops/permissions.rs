//! The older way to write a topic's policy: statement by statement, for whole accounts.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::sns::errors;
use crate::sns::lookup::{self, to_topic, topic_mut};
use nuvola_kernel::Arn;
use nuvola_wire::shape;
use serde_json::{Value, json};

shape! {
    /// What AddPermission takes.
    pub struct AddPermissionInput {
        #[wire("TopicArn")] pub topic_arn: String,
        #[wire("Label")] pub label: String,
        #[wire("AWSAccountId", required)] pub accounts: Vec<String>,
        #[wire("ActionName", required)] pub actions: Vec<String>,
    }

    /// What RemovePermission takes.
    pub struct RemovePermissionInput {
        #[wire("TopicArn")] pub topic_arn: String,
        #[wire("Label")] pub label: String,
    }
}

operation! {
    /// Adds a statement to a topic's policy that allows other accounts some actions.
    ///
    /// **Source**: SNS API Reference, "AddPermission".
    pub ADD_PERMISSION: AddPermission {
        http: "POST" "/" 200,
        input: AddPermissionInput,
        output: (),
        errors: ["InvalidParameter", "NotFound"],
        access: |cx, input| to_topic(cx, "sns:AddPermission", &input.topic_arn),
        handler: add_permission,
    }
}

fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!({"Version": "2008-10-17", "Statement": []}))
}

fn alone(mut values: Vec<Value>) -> Value {
    match values.len() {
        1 => values.remove(0),
        _ => Value::Array(values),
    }
}

fn add_permission(cx: &mut OpContext<'_>, input: AddPermissionInput) -> ApiResult<()> {
    const ACTIONS: &[&str] = &[
        "AddPermission",
        "DeleteTopic",
        "GetTopicAttributes",
        "ListSubscriptionsByTopic",
        "Publish",
        "Receive",
        "RemovePermission",
        "SetTopicAttributes",
        "Subscribe",
    ];
    let topic = lookup::topic(cx, &input.topic_arn)?;
    let mut policy = document(&topic.policy_text());
    if !input.actions.iter().all(|name| ACTIONS.contains(&name.as_str())) {
        return Err(errors::invalid("Policy statement action out of service scope!"));
    }
    let is_account = |text: &String| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !input.accounts.iter().all(is_account) {
        return Err(errors::invalid("Policy Error: PrincipalNotFound"));
    }
    let Some(statements) = policy["Statement"].as_array_mut() else { return Err(errors::invalid("Policy")) };
    if statements.iter().any(|one| one["Sid"] == input.label.as_str()) {
        return Err(errors::invalid("Statement already exists"));
    }
    let root = |account: &String| Value::from(Arn::build("iam", "", account, "root").as_str());
    statements.push(json!({
        "Sid": input.label,
        "Effect": "Allow",
        "Principal": {"AWS": alone(input.accounts.iter().map(root).collect())},
        "Action": alone(input.actions.iter().map(|name| format!("SNS:{name}").into()).collect()),
        "Resource": input.topic_arn,
    }));
    topic_mut(cx, &input.topic_arn).policy = Some(policy.to_string());
    Ok(())
}

operation! {
    /// Takes a statement out of a topic's policy.
    ///
    /// **Source**: SNS API Reference, "RemovePermission".
    pub REMOVE_PERMISSION: RemovePermission {
        http: "POST" "/" 200,
        input: RemovePermissionInput,
        output: (),
        errors: ["InvalidParameter", "NotFound"],
        access: |cx, input| to_topic(cx, "sns:RemovePermission", &input.topic_arn),
        handler: remove_permission,
    }
}

fn remove_permission(cx: &mut OpContext<'_>, input: RemovePermissionInput) -> ApiResult<()> {
    let topic = lookup::topic(cx, &input.topic_arn)?;
    let mut policy = document(&topic.policy_text());
    if let Some(statements) = policy["Statement"].as_array_mut() {
        statements.retain(|one| one["Sid"] != input.label.as_str());
    }
    topic_mut(cx, &input.topic_arn).policy = Some(policy.to_string());
    Ok(())
}
