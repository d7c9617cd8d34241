//! From the texts of a request to the function that they name.

use crate::auth::{Access, AccessCheck, ResourcePolicy};
use crate::context::OpContext;
use crate::service::ApiResult;
use crate::validate::Validation;

use super::limits::LATEST;
use super::state::{Function, FunctionVersion};
use super::{errors, names};

/// The function that a request is about, by name and qualifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub region: String,
    pub name: String,
    /// Empty where the request has none.
    pub qualifier: String,
    /// The ARN, with the qualifier.
    pub arn: String,
}

const QUALIFIER_PATTERN: &str = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";

/// Reads `FunctionName` and `Qualifier`, and refuses what cannot be a name.
pub fn target(cx: &OpContext<'_>, function_name: &str, qualifier: Option<&str>) -> ApiResult<Target> {
    let mut validation = Validation::new();
    let parsed = names::parse(function_name);
    validation.length("functionName", function_name, 1, 140);
    validation.pattern("functionName", function_name, names::PATTERN, parsed.is_some());
    if let Some(qualifier) = qualifier {
        validation.length("qualifier", qualifier, 1, 128);
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'$');
        let fits = qualifier == "$LATEST.PUBLISHED" || qualifier.bytes().all(allowed);
        validation.pattern("qualifier", qualifier, QUALIFIER_PATTERN, fits);
    }
    validation.finish("ValidationException")?;
    let parsed = parsed.expect("the pattern was checked above");
    let region = cx.region.to_string();
    if let Some(other) = parsed.region.as_deref().filter(|other| *other != region) {
        let text = format!("Functions from '{other}' are not reachable in this region ('{region}')");
        return Err(errors::not_reachable(&text));
    }
    let qualifier = match (parsed.qualifier, qualifier) {
        (Some(own), Some(asked)) if own != asked => {
            let text = "The derived qualifier from the function name does not match the specified qualifier.";
            return Err(errors::invalid_parameter(text));
        }
        (own, asked) => own.or_else(|| asked.map(str::to_owned)).unwrap_or_default(),
    };
    let account = parsed.account.unwrap_or_else(|| cx.account().to_string());
    let arn = arn(&region, &account, &parsed.name, &qualifier);
    if account != cx.account().as_str() {
        // Another account's functions exist only if their policies say so, and here there is no other.
        return Err(errors::function_not_found(&arn));
    }
    Ok(Target { region, name: parsed.name, qualifier, arn })
}

/// As [`target`], for operations on a whole function: a qualifier is refused by name.
pub fn unqualified(cx: &OpContext<'_>, function_name: &str) -> ApiResult<Target> {
    let mut target = target(cx, function_name, None)?;
    if !target.qualifier.is_empty() {
        target.arn = arn(&target.region, cx.account().as_str(), &target.name, "");
        target.qualifier.clear();
    }
    Ok(target)
}

pub fn arn(region: &str, account: &str, name: &str, qualifier: &str) -> String {
    let tail = if qualifier.is_empty() { String::new() } else { format!(":{qualifier}") };
    format!("arn:aws:lambda:{region}:{account}:function:{name}{tail}")
}

impl Target {
    /// The function, if it has what the qualifier names.
    pub fn function<'a>(&self, cx: &'a OpContext<'_>) -> ApiResult<&'a Function> {
        let function = cx.state().lambda.function(&self.region, &self.name);
        function
            .filter(|function| self.qualifier.is_empty() || function.has(&self.qualifier))
            .ok_or_else(|| errors::function_not_found(&self.arn))
    }

    pub fn version<'a>(&self, cx: &'a OpContext<'_>) -> ApiResult<(&'a Function, &'a FunctionVersion)> {
        let function = self.function(cx)?;
        let version =
            function.version(&self.qualifier).ok_or_else(|| errors::function_not_found(&self.arn))?;
        Ok((function, version))
    }

    /// The function, to change it; call [`Target::function`] first.
    pub fn function_mut<'a>(&self, cx: &'a mut OpContext<'_>) -> ApiResult<&'a mut Function> {
        let arn = &self.arn;
        cx.lambda().function_mut(&self.region, &self.name).ok_or_else(|| errors::function_not_found(arn))
    }
}

/// The permission for `action` on the function that a request names, judged with the function's policy.
/// What cannot be a name asks for the permission on the text itself; the handler then refuses it.
pub fn access(cx: &OpContext<'_>, action: &str, function_name: &str, qualifier: Option<&str>) -> Access {
    match target(cx, function_name, qualifier) {
        Ok(target) => Access { checks: vec![check(cx, action, &target)] },
        Err(_) => Access::to(action, arn(cx.region.as_str(), cx.account().as_str(), function_name, "")),
    }
}

/// The permission for `action` on a function, a version or an alias, with the policy that belongs to it.
pub fn check(cx: &OpContext<'_>, action: &str, target: &Target) -> AccessCheck {
    let policy = cx.state().lambda.function(&target.region, &target.name).and_then(|function| {
        let key = if target.qualifier == LATEST { "" } else { target.qualifier.as_str() };
        function.policies.get(key)
    });
    AccessCheck {
        action: action.to_owned(),
        resource: target.arn.clone(),
        resource_policy: policy.map(|policy| ResourcePolicy {
            name: target.arn.clone(),
            document: policy.document().to_string(),
        }),
        ..AccessCheck::default()
    }
}
