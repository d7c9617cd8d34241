//! Bucket policies: what S3 checks before it keeps one, and when it calls one public.

use super::{errors, limits};
use nuvola_wire::ApiError;
use serde_json::Value;

/// Checks a policy's text for `bucket`. The texts are the service's.
///
/// **Source**: S3 User Guide, "Policies and permissions in Amazon S3"; IAM User Guide, "Grammar of the IAM
/// JSON policy language".
pub fn validate(text: &str, bucket: &str) -> Result<(), ApiError> {
    let malformed = errors::malformed_policy;
    if text.len() > limits::MAX_POLICY_BYTES {
        return Err(malformed("Policy exceeds the maximum allowed document size."));
    }
    let not_json = "Policies must be valid JSON and the first byte must be '{'";
    if !text.trim_start().starts_with('{') {
        return Err(malformed(not_json));
    }
    let policy: Value = serde_json::from_str(text).map_err(|_| malformed(not_json))?;
    match policy.get("Version").map(Value::as_str) {
        None | Some(Some("2012-10-17" | "2008-10-17")) => {}
        Some(_) => return Err(malformed("The policy must contain a valid version string")),
    }
    let statements =
        list(policy.get("Statement").ok_or_else(|| malformed("Missing required field Statement"))?);
    if statements.is_empty() {
        return Err(malformed("Could not parse the policy: Statement is empty!"));
    }
    statements.into_iter().try_for_each(|statement| validate_statement(statement, bucket))
}

fn validate_statement(statement: &Value, bucket: &str) -> Result<(), ApiError> {
    let malformed = errors::malformed_policy;
    let Some(fields) = statement.as_object() else { return Err(malformed("Invalid policy syntax.")) };
    match fields.get("Effect").map(Value::as_str) {
        None => return Err(malformed("Missing required field Effect")),
        Some(Some("Allow" | "Deny")) => {}
        Some(other) => return Err(malformed(&format!("Invalid effect: {}", other.unwrap_or("")))),
    }
    let required = |names: [&str; 2]| {
        names
            .iter()
            .find_map(|name| fields.get(*name))
            .ok_or_else(|| malformed(&format!("Missing required field {}", names[0])))
    };
    validate_principal(required(["Principal", "NotPrincipal"])?)?;
    let actions = texts(required(["Action", "NotAction"])?);
    let is_action = |action: &&str| *action == "*" || action.to_ascii_lowercase().starts_with("s3:");
    if actions.is_empty() || !actions.iter().all(is_action) {
        return Err(malformed("Policy has invalid action"));
    }
    let resources = texts(required(["Resource", "NotResource"])?);
    if resources.is_empty() || !resources.iter().all(|resource| is_resource_of(resource, bucket)) {
        return Err(malformed("Policy has invalid resource"));
    }
    let kinds = ResourceKinds::of(&resources, bucket);
    if fields.contains_key("Action")
        && fields.contains_key("Resource")
        && !actions.iter().any(|action| kinds.take(action))
    {
        return Err(malformed("Action does not apply to any resource(s) in statement"));
    }
    Ok(())
}

fn validate_principal(principal: &Value) -> Result<(), ApiError> {
    let invalid = || errors::malformed_policy("Invalid principal in policy");
    match principal {
        Value::String(text) if text == "*" => Ok(()),
        Value::Object(kinds) if !kinds.is_empty() => {
            for (kind, names) in kinds {
                let known = ["AWS", "Service", "Federated", "CanonicalUser"].contains(&kind.as_str());
                let names = texts(names);
                let good = |name: &&str| kind != "AWS" || is_aws_principal(name);
                if !known || names.is_empty() || !names.iter().all(good) {
                    return Err(invalid());
                }
            }
            Ok(())
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => Err(invalid()),
    }
}

fn is_aws_principal(name: &str) -> bool {
    let is_account = name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit());
    name == "*"
        || is_account
        || name.starts_with("arn:aws:iam::")
        || name.starts_with("arn:aws:sts::")
        || name.starts_with("AIDA")
        || name.starts_with("AROA")
}

/// `arn:aws:s3:::BUCKET` or `arn:aws:s3:::BUCKET/…`; wildcards may stand for parts of the bucket's name.
fn is_resource_of(resource: &str, bucket: &str) -> bool {
    if resource == "*" {
        return true;
    }
    let Some(path) = resource.strip_prefix("arn:aws:s3:::") else { return false };
    let name = path.split('/').next().unwrap_or("");
    crate::s3::access::matches_glob(name, bucket)
}

/// Which kinds of resources a statement names.
struct ResourceKinds {
    bucket: bool,
    objects: bool,
}

impl ResourceKinds {
    fn of(resources: &[&str], bucket: &str) -> Self {
        let path = |resource: &&str| resource.strip_prefix("arn:aws:s3:::").unwrap_or(resource).to_owned();
        // `bucket*` may stand for the bucket and for what is in it.
        let wild = |path: &String| path != bucket && path.contains('*') && !path.contains('/');
        ResourceKinds {
            bucket: resources.iter().map(path).any(|path| wild(&path) || !path.contains('/')),
            objects: resources.iter().map(path).any(|path| wild(&path) || path.contains('/')),
        }
    }

    fn take(&self, action: &str) -> bool {
        let name = action.to_ascii_lowercase();
        let name = name.strip_prefix("s3:").unwrap_or(&name);
        if name.contains('*') {
            return true;
        }
        let on_objects = name.contains("object") && !ON_BUCKETS.contains(&name)
            || ["abortmultipartupload", "listmultipartuploadparts"].contains(&name);
        if on_objects { self.objects } else { self.bucket }
    }
}

/// Bucket actions that have "object" in their names.
const ON_BUCKETS: [&str; 2] = ["getbucketobjectlockconfiguration", "putbucketobjectlockconfiguration"];

/// Whether S3 Block Public Access calls a policy public: it allows something to everyone, without a
/// condition that pins who that can be to fixed values.
///
/// **Source**: S3 User Guide, "Blocking public access to your Amazon S3 storage", "The meaning of public".
pub fn is_public(text: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(text) else { return false };
    policy.get("Statement").map(list).unwrap_or_default().into_iter().any(is_public_statement)
}

fn is_public_statement(statement: &Value) -> bool {
    let allows = statement.get("Effect").and_then(Value::as_str) == Some("Allow");
    let everyone = match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(Value::String(text)), _) => text == "*",
        (Some(Value::Object(kinds)), _) => kinds.get("AWS").is_some_and(|names| texts(names).contains(&"*")),
        (_, Some(_)) => true,
        _ => false,
    };
    allows && everyone && !has_fixed_condition(statement)
}

fn has_fixed_condition(statement: &Value) -> bool {
    const PINNING: [&str; 12] = [
        "aws:sourceip",
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceowner",
        "aws:sourceaccount",
        "aws:userid",
        "aws:principalorgid",
        "aws:principalarn",
        "aws:principalaccount",
        "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    ];
    let Some(conditions) = statement.get("Condition").and_then(Value::as_object) else { return false };
    conditions.values().filter_map(Value::as_object).flatten().any(|(key, values)| {
        let values = texts(values);
        let fixed = |value: &&str| !value.contains('*') && !matches!(*value, "0.0.0.0/0" | "::/0");
        PINNING.contains(&key.to_ascii_lowercase().as_str()) && !values.is_empty() && values.iter().all(fixed)
    })
}

/// A value that may stand alone or in a list.
fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}

fn texts(value: &Value) -> Vec<&str> {
    list(value).into_iter().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(extra: &str) -> String {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*",
            "Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*"{extra}}}]}}"#
        )
    }

    #[test]
    fn well_formed_policies_pass() {
        // Source: S3 User Guide, "Setting permissions for website access" (the policy), and
        // "Examples of Amazon S3 bucket policies".
        assert_eq!(validate(&statement(""), "site"), Ok(()));
        let several = r#"{"Statement":{"Effect":"Deny","Principal":{"AWS":["123456789012"]},"Action":"s3:*",
            "Resource":["arn:aws:s3:::site","arn:aws:s3:::site/*"]}}"#;
        assert_eq!(validate(several, "site"), Ok(()));
    }

    #[test]
    fn malformed_policies_are_refused_in_the_words_of_s3() {
        // Source: texts as the service answers them; IAM User Guide, "Grammar of the IAM JSON policy language".
        let message = |text: &str| validate(text, "site").unwrap_err().message;
        assert_eq!(message("[]"), "Policies must be valid JSON and the first byte must be '{'");
        assert_eq!(message("{}"), "Missing required field Statement");
        let replace = |from: &str, to: &str| message(&statement("").replace(from, to));
        assert_eq!(replace("site/*", "other/*"), "Policy has invalid resource");
        assert_eq!(replace("site/*", "site"), "Action does not apply to any resource(s) in statement");
        assert_eq!(replace("s3:GetObject", "sqs:SendMessage"), "Policy has invalid action");
        assert_eq!(replace(r#""Principal":"*","#, ""), "Missing required field Principal");
        assert_eq!(replace(r#""*""#, r#"{"AWS":"bob"}"#), "Invalid principal in policy");
    }

    #[test]
    fn public_means_everyone_without_a_fixed_condition() {
        // Source: S3 User Guide, "Blocking public access to your Amazon S3 storage", "The meaning of public".
        assert!(is_public(&statement("")));
        let vpc = r#","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-91237329"}}"#;
        assert!(!is_public(&statement(vpc)));
        let wild = r#","Condition":{"StringLike":{"aws:SourceVpc":"vpc-*"}}"#;
        assert!(is_public(&statement(wild)));
        assert!(!is_public(&statement("").replace(r#""*""#, r#"{"AWS":"123456789012"}"#)));
        assert!(!is_public(&statement("").replace("Allow", "Deny")));
    }
}
