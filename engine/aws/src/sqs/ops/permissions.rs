//! The older way to write a queue's policy: statement by statement, for whole accounts.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::sqs::errors;
use crate::sqs::lookup::{find, queue_mut, to_queue};
use nuvola_wire::shape;
use serde_json::{Value, json};

/// What may be allowed to others.
///
/// **Source**: SQS API Reference, "AddPermission".
const ACTIONS: &[&str] = &[
    "*",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
];
/// What only the owner may do.
const OWNERS_ACTIONS: &[&str] = &[
    "AddPermission",
    "CancelMessageMoveTask",
    "CreateQueue",
    "DeleteQueue",
    "ListMessageMoveTasks",
    "ListQueues",
    "ListQueueTags",
    "RemovePermission",
    "SetQueueAttributes",
    "StartMessageMoveTask",
    "TagQueue",
    "UntagQueue",
];
const ACTIONS_MOST: usize = 7;

shape! {
    /// What AddPermission takes.
    pub struct AddPermissionInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("Label")] pub label: String,
        #[wire("AWSAccountIds", required, flattened, item = "AWSAccountId")] pub accounts: Vec<String>,
        #[wire("Actions", required, flattened, item = "ActionName")] pub actions: Vec<String>,
    }

    /// What RemovePermission takes.
    pub struct RemovePermissionInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("Label")] pub label: String,
    }
}

operation! {
    /// Adds a statement to a queue's policy that allows other accounts some actions.
    ///
    /// **Source**: SQS API Reference, "AddPermission".
    pub ADD_PERMISSION: AddPermission {
        http: "POST" "/" 200,
        input: AddPermissionInput,
        output: (),
        errors: ["InvalidAddress", "OverLimit", "QueueDoesNotExist"],
        access: |cx, input| to_queue(cx, "sqs:AddPermission", &input.queue_url),
        handler: add_permission,
    }
}

/// One value stands alone, as AWS writes it.
fn alone(mut values: Vec<Value>) -> Value {
    match values.len() {
        1 => values.remove(0),
        _ => Value::Array(values),
    }
}

fn check(input: &AddPermissionInput) -> ApiResult<()> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let label = input.label.as_str();
    if label.is_empty() || label.len() > 80 || !label.bytes().all(legal) {
        let reason = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
        return Err(errors::invalid_value(label, "Label", reason));
    }
    if input.actions.is_empty() {
        return Err(errors::missing_parameter("Actions"));
    }
    if input.accounts.is_empty() {
        let reason = "Unable to verify.";
        return Err(errors::invalid_value("[]", "PrincipalId", reason));
    }
    if input.actions.len() > ACTIONS_MOST {
        return Err(errors::too_many_actions(input.actions.len()));
    }
    for action in &input.actions {
        let reason = if OWNERS_ACTIONS.contains(&action.as_str()) {
            "Only the queue owner is allowed to invoke this action."
        } else if ACTIONS.contains(&action.as_str()) {
            continue;
        } else {
            "Please refer to the appropriate WSDL for a list of valid actions. "
        };
        return Err(errors::invalid_value(&format!("SQS:{action}"), "ActionName", reason));
    }
    for account in &input.accounts {
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(errors::invalid_value(&format!("[{account}]"), "PrincipalId", "Unable to verify."));
        }
    }
    Ok(())
}

/// The queue's policy as JSON, or an empty one.
fn document(policy: Option<&str>, arn: &str) -> Value {
    let parsed = policy.and_then(|text| serde_json::from_str::<Value>(text).ok());
    parsed.unwrap_or_else(
        || json!({"Version": "2008-10-17", "Id": format!("{arn}/SQSDefaultPolicy"), "Statement": []}),
    )
}

/// The statements, of which a single one may stand alone.
fn statements(document: &Value) -> Vec<Value> {
    match &document["Statement"] {
        Value::Array(list) => list.clone(),
        Value::Null => Vec::new(),
        one @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => vec![one.clone()],
    }
}

fn add_permission(cx: &mut OpContext<'_>, input: AddPermissionInput) -> ApiResult<()> {
    check(&input)?;
    let queue = find(cx, &input.queue_url)?;
    let (name, arn) = (queue.name.clone(), queue.arn.clone());
    let mut document = document(queue.policy.as_deref(), &arn);
    let mut list = statements(&document);
    if list.iter().any(|statement| statement["Sid"] == input.label.as_str()) {
        return Err(errors::invalid_value(&input.label, "Label", "Already exists."));
    }
    let principals = input.accounts.iter().map(|id| Value::from(format!("arn:aws:iam::{id}:root")));
    let actions = input.actions.iter().map(|action| Value::from(format!("SQS:{action}")));
    list.push(json!({
        "Sid": input.label,
        "Effect": "Allow",
        "Principal": {"AWS": alone(principals.collect())},
        "Action": alone(actions.collect()),
        "Resource": arn,
    }));
    document["Statement"] = Value::Array(list);
    let now_ms = cx.now_ms;
    let queue = queue_mut(cx, &name);
    queue.policy = Some(document.to_string());
    queue.modified_at_ms = now_ms;
    Ok(())
}

operation! {
    /// Takes a statement out of a queue's policy, by its label.
    ///
    /// **Source**: SQS API Reference, "RemovePermission".
    pub REMOVE_PERMISSION: RemovePermission {
        http: "POST" "/" 200,
        input: RemovePermissionInput,
        output: (),
        errors: ["InvalidAddress", "QueueDoesNotExist"],
        access: |cx, input| to_queue(cx, "sqs:RemovePermission", &input.queue_url),
        handler: remove_permission,
    }
}

fn remove_permission(cx: &mut OpContext<'_>, input: RemovePermissionInput) -> ApiResult<()> {
    let queue = find(cx, &input.queue_url)?;
    let (name, arn) = (queue.name.clone(), queue.arn.clone());
    let mut document = document(queue.policy.as_deref(), &arn);
    let mut list = statements(&document);
    let before = list.len();
    list.retain(|statement| statement["Sid"] != input.label.as_str());
    if list.len() == before {
        return Err(errors::invalid_value(&input.label, "Label", "can't find label."));
    }
    let empty = list.is_empty();
    document["Statement"] = Value::Array(list);
    let now_ms = cx.now_ms;
    let queue = queue_mut(cx, &name);
    queue.policy = (!empty).then(|| document.to_string());
    queue.modified_at_ms = now_ms;
    Ok(())
}
