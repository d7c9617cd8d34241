//! `provider::aws::arn_parse`, `arn_build` and `trim_iam_role_path`.
//!
//! **Source**: the provider's documentation, "Functions".

use nuvola_terraform::schema::FunctionSchema;
use nuvola_tf_lang::{Type, Value};
use std::collections::BTreeMap;

const PARTS: [&str; 5] = ["partition", "service", "region", "account_id", "resource"];

/// What the functions take and give.
#[must_use]
pub fn schemas() -> BTreeMap<String, FunctionSchema> {
    let function = |names: &[&str], returns: Type| FunctionSchema {
        parameters: names.iter().map(|name| ((*name).to_owned(), Type::String)).collect(),
        variadic: None,
        returns,
    };
    let parsed = Type::object(PARTS.map(|name| (name, Type::String)));
    BTreeMap::from([
        ("arn_build".to_owned(), function(&PARTS, Type::String)),
        ("arn_parse".to_owned(), function(&["arn"], parsed)),
        ("trim_iam_role_path".to_owned(), function(&["arn"], Type::String)),
    ])
}

/// Calls one of them.
///
/// # Errors
/// When an argument is not an ARN.
pub fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let texts: Vec<&str> = arguments.iter().filter_map(Value::as_str).collect();
    match (name, texts.as_slice()) {
        ("arn_build", [partition, service, region, account, resource]) => {
            Ok(Value::string(format!("arn:{partition}:{service}:{region}:{account}:{resource}")))
        }
        ("arn_parse", [arn]) => {
            let parts = split(arn)?;
            Ok(Value::object(PARTS.into_iter().zip(parts).map(|(name, part)| (name, Value::string(part)))))
        }
        ("trim_iam_role_path", [arn]) => {
            let [partition, service, region, account, resource] = split(arn)?;
            if service != "iam" || !resource.starts_with("role/") {
                return Err(format!("invalid iam role arn, {arn}"));
            }
            let name = resource.rsplit('/').next().unwrap_or_default();
            Ok(Value::string(format!("arn:{partition}:{service}:{region}:{account}:role/{name}")))
        }
        _ => Err(format!("the provider has no function `{name}`")),
    }
}

fn split(arn: &str) -> Result<[&str; 5], String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, service, region, account, resource] => {
            Ok([partition, service, region, account, resource])
        }
        ["arn", ..] => Err("arn parsing failed: invalid ARN: not enough sections".to_owned()),
        _ => Err("arn parsing failed: invalid ARN: invalid prefix".to_owned()),
    }
}
