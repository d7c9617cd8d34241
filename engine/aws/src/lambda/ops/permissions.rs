//! Resource-based policies: who else may invoke a function.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::Arn;
use nuvola_wire::shape;
use serde_json::{Map, Value, json};

use crate::lambda::errors;
use crate::lambda::limits::{LATEST, POLICY_MAX_BYTES};
use crate::lambda::shapes::FunctionInput;
use crate::lambda::state::ResourcePolicy;
use crate::lambda::target::{self, Target, target};

shape! {
    /// What AddPermission takes.
    pub struct AddPermissionInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("StatementId")] pub statement_id: String,
        #[wire("Action")] pub action: String,
        #[wire("Principal")] pub principal: String,
        #[wire("SourceArn")] pub source_arn: Option<String>,
        #[wire("SourceAccount")] pub source_account: Option<String>,
        #[wire("EventSourceToken")] pub event_source_token: Option<String>,
        #[wire("Qualifier", query = "Qualifier")] pub qualifier: Option<String>,
        #[wire("RevisionId")] pub revision_id: Option<String>,
        #[wire("PrincipalOrgID")] pub principal_org_id: Option<String>,
        #[wire("FunctionUrlAuthType")] pub function_url_auth_type: Option<String>,
        #[wire("InvokedViaFunctionUrl")] pub invoked_via_function_url: Option<bool>,
    }

    /// What AddPermission answers.
    pub struct AddPermissionOutput {
        #[wire("Statement")] pub statement: Option<String>,
    }

    /// What RemovePermission takes.
    pub struct RemovePermissionInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("StatementId", label)] pub statement_id: String,
        #[wire("Qualifier", query = "Qualifier")] pub qualifier: Option<String>,
        #[wire("RevisionId", query = "RevisionId")] pub revision_id: Option<String>,
    }

    /// What GetPolicy answers.
    pub struct GetPolicyOutput {
        #[wire("Policy")] pub policy: Option<String>,
        #[wire("RevisionId")] pub revision_id: Option<String>,
    }
}

operation! {
    /// Lets a service, an account or everyone invoke a function.
    ///
    /// **Source**: AWS Lambda API Reference, "AddPermission".
    pub ADD_PERMISSION: AddPermission {
        http: "POST" "/2015-03-31/functions/{FunctionName}/policy" 201,
        input: AddPermissionInput,
        output: AddPermissionOutput,
        errors: [
            "InvalidParameterValueException",
            "PolicyLengthExceededException",
            "PreconditionFailedException",
            "ResourceConflictException",
            "ResourceNotFoundException",
        ],
        access: |cx, input| {
            target::access(cx, "lambda:AddPermission", &input.function_name, input.qualifier.as_deref())
        },
        handler: add_permission,
    }
}

fn check_members(input: &AddPermissionInput) -> ApiResult<()> {
    let mut validation = Validation::new();
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let sid = input.statement_id.as_str();
    validation.length("statementId", sid, 1, 100);
    validation.pattern("statementId", sid, "([a-zA-Z0-9-_]+)", sid.bytes().all(word));
    let action = input.action.as_str();
    let name = action.strip_prefix("lambda:");
    let fits = action == "*"
        || name.is_some_and(|name| {
            name == "*" || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic()))
        });
    validation.pattern("action", action, r"(lambda:[*]|lambda:[a-zA-Z]+|[*])", fits);
    let principal = input.principal.as_str();
    let fits = !principal.is_empty() && !principal.chars().any(char::is_whitespace);
    validation.pattern("principal", principal, r"[^\s]+", fits);
    if let Some(arn) = &input.source_arn {
        let pattern =
            r"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*)";
        validation.pattern("sourceArn", arn, pattern, is_source_arn(arn));
    }
    if let Some(account) = &input.source_account {
        let fits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        validation.pattern("sourceAccount", account, r"\d{12}", fits);
    }
    if let Some(auth_type) = &input.function_url_auth_type {
        validation.one_of("functionUrlAuthType", auth_type, &["NONE", "AWS_IAM"]);
    }
    validation.finish("ValidationException")
}

fn is_source_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    parts.len() == 6
        && parts[0] == "arn"
        && parts[1].starts_with("aws")
        && !parts[2].is_empty()
        && (parts[4].is_empty()
            || (parts[4].len() == 12 && parts[4].bytes().all(|byte| byte.is_ascii_digit())))
}

fn add_permission(cx: &mut OpContext<'_>, input: AddPermissionInput) -> ApiResult<AddPermissionOutput> {
    check_members(&input)?;
    let target = target(cx, &input.function_name, input.qualifier.as_deref())?;
    if target.qualifier == LATEST {
        return Err(errors::invalid_parameter("We currently do not support adding policies for $LATEST."));
    }
    if input.function_url_auth_type.is_some() && input.action != "lambda:InvokeFunctionUrl" {
        let text = "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action";
        return Err(errors::invalid_parameter(text));
    }
    let function = target.function(cx)?;
    let existing = function.policies.get(&target.qualifier);
    if input.revision_id.as_deref().is_some_and(|asked| Some(asked) != revision_of(cx, &target).as_deref()) {
        return Err(errors::policy_revision_mismatch());
    }
    if existing.is_some_and(|policy| policy.statement_index(&input.statement_id).is_some()) {
        return Err(errors::statement_exists(&input.statement_id));
    }
    let statement = statement(&input, &target)?;
    let mut statements = existing.map(|policy| policy.statements.clone()).unwrap_or_default();
    statements.push(statement.clone());
    let policy = ResourcePolicy { statements, revision_id: cx.ids().uuid() };
    if policy.document().to_string().len() > POLICY_MAX_BYTES {
        return Err(errors::policy_too_long());
    }
    let revision_id = policy.revision_id.clone();
    let function = target.function_mut(cx)?;
    function.policies.insert(target.qualifier.clone(), policy);
    if let Some(version) = function.version_mut(&target.qualifier) {
        version.revision_id = revision_id;
    }
    Ok(AddPermissionOutput { statement: Some(statement.to_string()) })
}

/// The revision that preconditions of policies compare with.
fn revision_of(cx: &OpContext<'_>, target: &Target) -> Option<String> {
    let function = target.function(cx).ok()?;
    match function.policies.get(&target.qualifier) {
        Some(policy) => Some(policy.revision_id.clone()),
        None => function.version(&target.qualifier).map(|version| version.revision_id.clone()),
    }
}

/// The statement as AWS writes it.
fn statement(input: &AddPermissionInput, target: &Target) -> ApiResult<Value> {
    let mut statement = json!({
        "Sid": input.statement_id,
        "Effect": "Allow",
        "Principal": principal(&input.principal)?,
        "Action": input.action,
        "Resource": target.arn,
    });
    let mut equals = Map::new();
    for (key, value) in [
        ("lambda:FunctionUrlAuthType", &input.function_url_auth_type),
        ("AWS:SourceAccount", &input.source_account),
        ("lambda:EventSourceToken", &input.event_source_token),
        ("aws:PrincipalOrgID", &input.principal_org_id),
    ] {
        if let Some(value) = value {
            equals.insert(key.to_owned(), Value::from(value.as_str()));
        }
    }
    let mut condition = Map::new();
    if !equals.is_empty() {
        condition.insert("StringEquals".to_owned(), Value::Object(equals));
    }
    if let Some(flag) = input.invoked_via_function_url {
        condition.insert("Bool".to_owned(), json!({"lambda:InvokedViaFunctionUrl": flag.to_string()}));
    }
    if let Some(arn) = &input.source_arn {
        condition.insert("ArnLike".to_owned(), json!({"AWS:SourceArn": arn}));
    }
    if !condition.is_empty() {
        statement["Condition"] = Value::Object(condition);
    }
    Ok(statement)
}

/// A service's name, an account's number, an ARN, or everyone.
fn principal(text: &str) -> ApiResult<Value> {
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if text == "*" {
        return Ok(json!("*"));
    }
    if is_account {
        return Ok(json!({"AWS": Arn::build("iam", "", text, "root").as_str()}));
    }
    if Arn::parse(text).is_some_and(|arn| matches!(arn.service(), "iam" | "sts")) {
        return Ok(json!({"AWS": text}));
    }
    let is_service = [".amazonaws.com", ".amazon.com", ".aws.internal"].iter().any(|end| text.ends_with(end));
    if is_service {
        return Ok(json!({"Service": text}));
    }
    Err(errors::invalid_parameter(
        "The provided principal was invalid. Please check the principal and try again.",
    ))
}

operation! {
    /// Takes a statement out of a function's policy.
    ///
    /// **Source**: AWS Lambda API Reference, "RemovePermission".
    pub REMOVE_PERMISSION: RemovePermission {
        http: "DELETE" "/2015-03-31/functions/{FunctionName}/policy/{StatementId}" 204,
        input: RemovePermissionInput,
        output: (),
        errors: ["PreconditionFailedException", "ResourceNotFoundException"],
        access: |cx, input| {
            target::access(cx, "lambda:RemovePermission", &input.function_name, input.qualifier.as_deref())
        },
        handler: remove_permission,
    }
}

fn remove_permission(cx: &mut OpContext<'_>, input: RemovePermissionInput) -> ApiResult<()> {
    let target = target(cx, &input.function_name, input.qualifier.as_deref())?;
    let function = target.function(cx)?;
    let policy = function.policies.get(&target.qualifier).ok_or_else(errors::no_policy)?;
    let missing = || errors::no_statement(&input.statement_id);
    let index = policy.statement_index(&input.statement_id).ok_or_else(missing)?;
    if input.revision_id.is_some_and(|revision| revision != policy.revision_id) {
        return Err(errors::policy_revision_mismatch());
    }
    let revision_id = cx.ids().uuid();
    let function = target.function_mut(cx)?;
    let policy = function.policies.get_mut(&target.qualifier).ok_or_else(errors::no_policy)?;
    policy.statements.remove(index);
    policy.revision_id.clone_from(&revision_id);
    if policy.statements.is_empty() {
        function.policies.remove(&target.qualifier);
    }
    if let Some(version) = function.version_mut(&target.qualifier) {
        version.revision_id = revision_id;
    }
    Ok(())
}

operation! {
    /// Returns the policy of a function, a version or an alias.
    ///
    /// **Source**: AWS Lambda API Reference, "GetPolicy".
    pub GET_POLICY: GetPolicy {
        http: "GET" "/2015-03-31/functions/{FunctionName}/policy" 200,
        input: FunctionInput,
        output: GetPolicyOutput,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| {
            target::access(cx, "lambda:GetPolicy", &input.function_name, input.qualifier.as_deref())
        },
        handler: get_policy,
    }
}

fn get_policy(cx: &mut OpContext<'_>, input: FunctionInput) -> ApiResult<GetPolicyOutput> {
    let target = target(cx, &input.function_name, input.qualifier.as_deref())?;
    let missing = |_| errors::resource_missing();
    let function = target.function(cx).map_err(missing)?;
    let policy = function.policies.get(&target.qualifier).ok_or_else(errors::resource_missing)?;
    Ok(GetPolicyOutput {
        policy: Some(policy.document().to_string()),
        revision_id: Some(policy.revision_id.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_written_as_on_aws() {
        // Source: AWS Lambda Developer Guide, "Granting Lambda function access to AWS services", and an
        // answer of AddPermission recorded from AWS.
        let input = AddPermissionInput {
            function_name: "f".to_owned(),
            statement_id: "s1".to_owned(),
            action: "lambda:InvokeFunction".to_owned(),
            principal: "apigateway.amazonaws.com".to_owned(),
            source_arn: Some("arn:aws:execute-api:eu-south-1:123456789012:abc/*/*".to_owned()),
            ..AddPermissionInput::default()
        };
        let target = Target {
            region: "eu-south-1".to_owned(),
            name: "f".to_owned(),
            qualifier: String::new(),
            arn: "arn:aws:lambda:eu-south-1:123456789012:function:f".to_owned(),
        };
        assert_eq!(
            statement(&input, &target).unwrap().to_string(),
            r#"{"Sid":"s1","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:eu-south-1:123456789012:function:f","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:eu-south-1:123456789012:abc/*/*"}}}"#
        );
        assert!(principal("invalid.nonaws.com").is_err());
    }
}
