//! Policy documents: from JSON text to statements, with everything that AWS refuses on the way.
//!
//! **Source**: IAM User Guide, "Grammar of the IAM JSON policy language".

use crate::auth::StatementEffect;
use crate::auth::policy::condition::{Condition, Operator};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A policy that can be judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Version 2012-10-17 knows variables, 2008-10-17 does not.
    pub has_variables: bool,
    pub statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub sid: Option<String>,
    pub effect: StatementEffect,
    /// Absent in identity policies.
    pub principal: Option<Listed<Vec<PrincipalPattern>>>,
    pub action: Listed<Vec<String>>,
    /// Absent in trust policies.
    pub resource: Option<Listed<Vec<String>>>,
    pub conditions: Vec<Condition>,
}

/// An element, or its `Not…` form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed<T> {
    In(T),
    NotIn(T),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalPattern {
    Everyone,
    /// An ARN, or an account's number.
    Aws(String),
    Service(String),
    /// `Federated` or `CanonicalUser`: nobody here.
    Other {
        kind: String,
        name: String,
    },
}

/// What a document is to be used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyUse {
    Identity,
    /// A bucket's policy, a function's.
    Resource,
    RoleTrust,
}

/// Why a document is no policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyProblem {
    NotJson,
    /// A known element is of a wrong kind, or an element is unknown.
    Syntax,
    Version(String),
    Missing(&'static str),
    Prohibited(&'static str),
    Sid,
    DuplicateSid,
    /// What an older reader of IAM would not take: an effect in other letters, a date that is none.
    Legacy,
    ActionWithoutVendor(String),
    /// An action with two colons.
    ActionColons(String),
    InvalidVendor(String),
    ResourceNotArn(String),
    /// The ARN, its missing parts as wildcards.
    Partition {
        partition: String,
        arn: String,
    },
    /// An ARN that ends before its service.
    ResourceVendor,
    /// A resource of IAM that is none of IAM's kinds.
    IamPath,
    InvalidPrincipal {
        kind: String,
        name: String,
    },
    /// A trust policy may speak of assuming roles only.
    NotAssumeRole,
}

impl Policy {
    /// Reads a document, and refuses what AWS would refuse.
    pub fn parse(text: &str, policy_use: PolicyUse) -> Result<Self, PolicyProblem> {
        let root: Value = serde_json::from_str(text).map_err(|_| PolicyProblem::NotJson)?;
        let root = root.as_object().ok_or(PolicyProblem::NotJson)?;
        known_elements(root, &["Version", "Id", "Statement"])?;
        let version = match root.get("Version") {
            None => "2008-10-17",
            Some(Value::String(text)) => text.as_str(),
            Some(_) => return Err(PolicyProblem::Syntax),
        };
        if !matches!(version, "2012-10-17" | "2008-10-17") {
            return Err(PolicyProblem::Version(version.to_owned()));
        }
        if root.get("Id").is_some_and(|id| !id.is_string()) {
            return Err(PolicyProblem::Syntax);
        }
        let mut statements = Vec::new();
        let mut worst: Option<PolicyProblem> = None;
        for value in one_or_many(root.get("Statement").ok_or(PolicyProblem::Missing("Statement"))?) {
            match Statement::parse(value, policy_use) {
                Ok(statement) => statements.push(statement),
                Err(problem) => {
                    if worst.as_ref().is_none_or(|worst| problem.rank() < worst.rank()) {
                        worst = Some(problem);
                    }
                }
            }
        }
        if let Some(problem) = worst {
            return Err(problem);
        }
        if statements.is_empty() {
            return Err(PolicyProblem::Syntax);
        }
        let sids: Vec<_> = statements.iter().filter_map(|statement| statement.sid.as_deref()).collect();
        if sids.iter().enumerate().any(|(at, sid)| !sid.is_empty() && sids[..at].contains(sid)) {
            return Err(PolicyProblem::DuplicateSid);
        }
        Ok(Policy { has_variables: version == "2012-10-17", statements })
    }
}

impl Policy {
    /// The condition keys that it asks for, in conditions and in variables, as it writes them.
    pub fn context_keys(&self, out: &mut BTreeSet<String>) {
        for statement in &self.statements {
            out.extend(statement.conditions.iter().map(|condition| condition.key.clone()));
            if !self.has_variables {
                continue;
            }
            let resources = statement.resource.iter().flat_map(Listed::items);
            for text in resources.chain(statement.conditions.iter().flat_map(|one| &one.values)) {
                for piece in text.split("${").skip(1) {
                    let name = piece.split(['}', ',']).next().unwrap_or_default().trim();
                    if name.contains(':') {
                        out.insert(name.to_owned());
                    }
                }
            }
        }
    }

    /// For which resource and account a service is let in: what the conditions of the first statement that
    /// names it ask of `aws:SourceArn` and `aws:SourceAccount`.
    pub fn source_of(&self, service: &str) -> BTreeMap<String, Vec<String>> {
        let names = |statement: &&Statement| {
            let patterns = statement.principal.iter().flat_map(Listed::items);
            statement.effect == StatementEffect::Allow
                && patterns
                    .into_iter()
                    .any(|one| matches!(one, PrincipalPattern::Service(name) if name == service))
        };
        let mut out = BTreeMap::new();
        for condition in self.statements.iter().find(names).iter().flat_map(|one| &one.conditions) {
            let key = condition.key.to_lowercase();
            if matches!(key.as_str(), "aws:sourcearn" | "aws:sourceaccount") {
                out.insert(key, condition.values.iter().take(1).cloned().collect());
            }
        }
        out
    }

    /// The ARNs of users, roles and sessions that its principals name.
    pub fn named_arns(&self) -> impl Iterator<Item = &str> {
        let patterns =
            self.statements.iter().filter_map(|one| one.principal.as_ref()).flat_map(Listed::items);
        patterns.filter_map(|pattern| match pattern {
            PrincipalPattern::Aws(name) => Some(name.as_str()).filter(|name| name.starts_with("arn:")),
            PrincipalPattern::Everyone | PrincipalPattern::Service(_) | PrincipalPattern::Other { .. } => {
                None
            }
        })
    }

    /// The services that its principals name, each once.
    pub fn services(&self) -> Vec<String> {
        let mut out = Vec::new();
        for pattern in self.statements.iter().filter_map(|one| one.principal.as_ref()).flat_map(Listed::items)
        {
            if let PrincipalPattern::Service(name) = pattern
                && !out.contains(name)
            {
                out.push(name.clone());
            }
        }
        out
    }
}

const STATEMENT_ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

impl Statement {
    fn parse(value: &Value, policy_use: PolicyUse) -> Result<Self, PolicyProblem> {
        let object = value.as_object().ok_or(PolicyProblem::Syntax)?;
        known_elements(object, &STATEMENT_ELEMENTS)?;
        let sid = match object.get("Sid") {
            None => None,
            Some(Value::String(sid)) => Some(sid.clone()),
            Some(_) => return Err(PolicyProblem::Syntax),
        };
        let effect = match object.get("Effect").map(Value::as_str) {
            Some(Some(text)) if text.eq_ignore_ascii_case("Allow") => StatementEffect::Allow,
            Some(Some(text)) if text.eq_ignore_ascii_case("Deny") => StatementEffect::Deny,
            Some(_) => return Err(PolicyProblem::Syntax),
            None => return Err(PolicyProblem::Missing("Effect")),
        };
        let exact = matches!(object.get("Effect").and_then(Value::as_str), Some("Allow" | "Deny"));
        let of_texts = |found: Option<Listed<&Value>>| found.map(|found| found.try_map(texts)).transpose();
        let actions = of_texts(listed(object, "Action", "NotAction")?)?;
        let resources = of_texts(listed(object, "Resource", "NotResource")?)?;
        let conditions = conditions(object.get("Condition"))?;
        let old_reader = exact && conditions.iter().all(Condition::has_dates);
        let readable = |resource: &String| !is_unreadable_arn(resource);
        let identity = policy_use == PolicyUse::Identity;
        let listed_resources = resources.iter().flat_map(Listed::items);
        if !old_reader || (identity && !listed_resources.clone().all(readable)) {
            return Err(PolicyProblem::Legacy);
        }
        for resource in listed_resources {
            check_resource(resource, identity)?;
        }
        // Only IAM insists on letters and digits; resource policies take spaces and more.
        let plain = |sid: &String| sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if policy_use != PolicyUse::Resource && !sid.as_ref().is_none_or(plain) {
            return Err(PolicyProblem::Sid);
        }
        let principal = principal(object, policy_use)?;
        for action in actions.iter().flat_map(Listed::items) {
            check_action(action, policy_use)?;
        }
        Ok(Statement {
            sid,
            effect,
            principal,
            action: actions
                .filter(|list| !list.items().is_empty())
                .ok_or(PolicyProblem::Missing("Action"))?,
            resource: needed_resource(resources, policy_use)?,
            conditions,
        })
    }
}

impl PolicyProblem {
    /// Of the problems of several statements IAM tells the one of the lowest rank.
    fn rank(&self) -> u8 {
        match self {
            PolicyProblem::NotJson
            | PolicyProblem::Syntax
            | PolicyProblem::Version(_)
            | PolicyProblem::Missing("Effect" | "Statement") => 0,
            PolicyProblem::Legacy => 1,
            PolicyProblem::ResourceNotArn(_)
            | PolicyProblem::Partition { .. }
            | PolicyProblem::ResourceVendor
            | PolicyProblem::IamPath => 2,
            PolicyProblem::Sid
            | PolicyProblem::Prohibited(_)
            | PolicyProblem::InvalidPrincipal { .. }
            | PolicyProblem::Missing("Principal") => 3,
            PolicyProblem::ActionWithoutVendor(_)
            | PolicyProblem::ActionColons(_)
            | PolicyProblem::InvalidVendor(_)
            | PolicyProblem::NotAssumeRole => 4,
            PolicyProblem::Missing("Action") => 5,
            PolicyProblem::Missing(_) => 6,
            PolicyProblem::DuplicateSid => 7,
        }
    }
}

fn known_elements(object: &Map<String, Value>, known: &[&str]) -> Result<(), PolicyProblem> {
    match object.keys().all(|key| known.contains(&key.as_str())) {
        true => Ok(()),
        false => Err(PolicyProblem::Syntax),
    }
}

fn one_or_many(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            std::slice::from_ref(value)
        }
    }
}

fn texts(value: &Value) -> Result<Vec<String>, PolicyProblem> {
    one_or_many(value)
        .iter()
        .map(|item| item.as_str().map(str::to_owned).ok_or(PolicyProblem::Syntax))
        .collect()
}

/// `Name` or `NotName`, but not both.
fn listed<'a>(
    object: &'a Map<String, Value>,
    name: &str,
    negated: &str,
) -> Result<Option<Listed<&'a Value>>, PolicyProblem> {
    match (object.get(name), object.get(negated)) {
        (Some(_), Some(_)) => Err(PolicyProblem::Syntax),
        (Some(value), None) => Ok(Some(Listed::In(value))),
        (None, Some(value)) => Ok(Some(Listed::NotIn(value))),
        (None, None) => Ok(None),
    }
}

impl<T> Listed<T> {
    pub fn is_negated(&self) -> bool {
        match self {
            Listed::In(_) => false,
            Listed::NotIn(_) => true,
        }
    }

    pub fn items(&self) -> &T {
        match self {
            Listed::In(items) | Listed::NotIn(items) => items,
        }
    }

    fn try_map<U, E>(self, map: impl FnOnce(T) -> Result<U, E>) -> Result<Listed<U>, E> {
        Ok(match self {
            Listed::In(items) => Listed::In(map(items)?),
            Listed::NotIn(items) => Listed::NotIn(map(items)?),
        })
    }
}

fn check_action(action: &str, policy_use: PolicyUse) -> Result<(), PolicyProblem> {
    let trust = policy_use == PolicyUse::RoleTrust;
    if action == "*" && !trust {
        return Ok(());
    }
    let Some((vendor, name)) = action.split_once(':') else {
        return Err(match trust {
            true => PolicyProblem::NotAssumeRole,
            false => PolicyProblem::ActionWithoutVendor(action.to_owned()),
        });
    };
    if name.contains(':') {
        return Err(PolicyProblem::ActionColons(action.to_owned()));
    }
    let vendor_ok = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    if vendor.is_empty() || !vendor.bytes().all(vendor_ok) {
        return Err(PolicyProblem::InvalidVendor(vendor.to_owned()));
    }
    let assumes = matches!(
        name.to_ascii_lowercase().as_str(),
        "assumerole"
            | "assumerolewithsaml"
            | "assumerolewithwebidentity"
            | "tagsession"
            | "setsourceidentity"
            | "setcontext"
            | "*"
    );
    match !trust || (vendor.eq_ignore_ascii_case("sts") && assumes) {
        true => Ok(()),
        false => Err(PolicyProblem::NotAssumeRole),
    }
}

/// Resources are needed, but for trust policies, whose resource is the role.
fn needed_resource(
    resources: Option<Listed<Vec<String>>>,
    policy_use: PolicyUse,
) -> Result<Option<Listed<Vec<String>>>, PolicyProblem> {
    match (resources, policy_use) {
        (None, PolicyUse::RoleTrust) => Ok(None),
        (Some(_), PolicyUse::RoleTrust) => Err(PolicyProblem::Prohibited("Resource")),
        (Some(list), PolicyUse::Identity | PolicyUse::Resource) if !list.items().is_empty() => Ok(Some(list)),
        (_, PolicyUse::Identity | PolicyUse::Resource) => Err(PolicyProblem::Missing("Resource")),
    }
}

/// What resources of IAM begin with.
const IAM_KINDS: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

/// An ARN that lacks just one of its parts, or the service.
fn is_unreadable_arn(resource: &str) -> bool {
    let parts: Vec<&str> = resource.split(':').collect();
    resource.starts_with("arn:aws:") && (parts.len() == 5 || (parts.len() > 3 && parts[2].is_empty()))
}

/// Whether it is a pattern of ARNs. `arn:aws:s3*` and `arn:*` are: a wildcard may cover the parts that are
/// missing.
fn check_resource(resource: &str, identity: bool) -> Result<(), PolicyProblem> {
    if resource == "*" {
        return Ok(());
    }
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    if !identity {
        let whole = parts.len() == 6 || resource.ends_with('*');
        return match resource.starts_with("arn:") && whole {
            true => Ok(()),
            false => Err(PolicyProblem::ResourceNotArn(resource.to_owned())),
        };
    }
    if parts.len() < 2 {
        return Err(PolicyProblem::ResourceNotArn(resource.to_owned()));
    }
    let partition = parts[1];
    if !partition.contains('*') && !matches!(partition, "aws" | "aws-cn" | "aws-us-gov") {
        let mut shown = vec!["arn"];
        shown.extend(&parts[1..]);
        shown.resize(shown.len().max(6), "*");
        return Err(PolicyProblem::Partition { partition: partition.to_owned(), arn: shown.join(":") });
    }
    if parts.len() == 2 && !partition.contains('*') {
        return Err(PolicyProblem::ResourceVendor);
    }
    if parts.len() == 6 && parts[2] == "iam" {
        let known = parts[5] == "*" || IAM_KINDS.iter().any(|kind| parts[5].starts_with(kind));
        return if known { Ok(()) } else { Err(PolicyProblem::IamPath) };
    }
    Ok(())
}

fn principal(
    object: &Map<String, Value>,
    policy_use: PolicyUse,
) -> Result<Option<Listed<Vec<PrincipalPattern>>>, PolicyProblem> {
    let found = listed(object, "Principal", "NotPrincipal")?;
    match (found, policy_use) {
        (None, PolicyUse::Identity) => Ok(None),
        (None, PolicyUse::Resource | PolicyUse::RoleTrust) => Err(PolicyProblem::Missing("Principal")),
        (Some(_), PolicyUse::Identity) => Err(PolicyProblem::Prohibited("Principal")),
        (Some(found), PolicyUse::Resource | PolicyUse::RoleTrust) => {
            found.try_map(principal_patterns).map(Some)
        }
    }
}

fn principal_patterns(value: &Value) -> Result<Vec<PrincipalPattern>, PolicyProblem> {
    let Value::Object(kinds) = value else {
        return match value.as_str() {
            Some("*") => Ok(vec![PrincipalPattern::Everyone]),
            Some(other) => {
                Err(PolicyProblem::InvalidPrincipal { kind: "STAR".to_owned(), name: other.to_owned() })
            }
            None => Err(PolicyProblem::Syntax),
        };
    };
    let mut patterns = Vec::new();
    for (kind, names) in kinds {
        for name in texts(names)? {
            patterns.push(principal_pattern(kind, name)?);
        }
    }
    if patterns.is_empty() { Err(PolicyProblem::Missing("Principal")) } else { Ok(patterns) }
}

fn principal_pattern(kind: &str, name: String) -> Result<PrincipalPattern, PolicyProblem> {
    let invalid = |name| Err(PolicyProblem::InvalidPrincipal { kind: kind.to_owned(), name });
    match kind {
        "AWS" if name == "*" => Ok(PrincipalPattern::Everyone),
        "AWS" => {
            let is_account = name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit());
            // A unique id stands where a principal has been deleted.
            let is_id = name.starts_with("AIDA") || name.starts_with("AROA");
            let is_arn = name.starts_with("arn:aws:iam::") || name.starts_with("arn:aws:sts::");
            // A part of an ARN may not be a wildcard here.
            match (is_account || is_id || is_arn) && !name.contains('*') {
                true => Ok(PrincipalPattern::Aws(name)),
                false => invalid(name),
            }
        }
        "Service" => match name.ends_with(".amazonaws.com") || name.ends_with(".aws.internal") {
            true => Ok(PrincipalPattern::Service(name)),
            false => invalid(name),
        },
        "Federated" | "CanonicalUser" => Ok(PrincipalPattern::Other { kind: kind.to_owned(), name }),
        _ => Err(PolicyProblem::Syntax),
    }
}

fn conditions(block: Option<&Value>) -> Result<Vec<Condition>, PolicyProblem> {
    let Some(block) = block else { return Ok(Vec::new()) };
    let mut conditions = Vec::new();
    for (written, keys) in block.as_object().ok_or(PolicyProblem::Syntax)? {
        let keys = keys.as_object().ok_or(PolicyProblem::Syntax)?;
        if keys.is_empty() {
            continue;
        }
        let operator = Operator::parse(written).ok_or(PolicyProblem::Syntax)?;
        for (key, values) in keys {
            let values = one_or_many(values)
                .iter()
                .map(|value| match value {
                    Value::String(text) => Ok(text.clone()),
                    Value::Bool(truth) => Ok(truth.to_string()),
                    Value::Number(number) => Ok(number.to_string()),
                    Value::Null | Value::Array(_) | Value::Object(_) => Err(PolicyProblem::Syntax),
                })
                .collect::<Result<_, _>>()?;
            conditions.push(Condition { operator, written: written.clone(), key: key.clone(), values });
        }
    }
    Ok(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn problem(text: &str, policy_use: PolicyUse) -> Option<PolicyProblem> {
        Policy::parse(text, policy_use).err()
    }

    #[test]
    fn what_the_grammar_forbids_is_named() {
        // Source: IAM User Guide, "Grammar of the IAM JSON policy language".
        use PolicyProblem as P;
        let identity = |statement: &str| {
            problem(&format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#), PolicyUse::Identity)
        };
        assert_eq!(problem("{", PolicyUse::Identity), Some(P::NotJson));
        assert_eq!(problem("[]", PolicyUse::Identity), Some(P::NotJson));
        assert_eq!(
            problem(r#"{"Version":"2020-01-01","Statement":[]}"#, PolicyUse::Identity),
            Some(P::Version("2020-01-01".to_owned()))
        );
        assert_eq!(identity(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#), None);
        assert_eq!(identity(r#"[{"Effect":"Allow","Action":"s3:*"}]"#), Some(P::Missing("Resource")));
        assert_eq!(identity(r#"[{"Effect":"Allow","Resource":"*"}]"#), Some(P::Missing("Action")));
        assert_eq!(identity(r#"[{"Effect":"Permit","Action":"s3:*","Resource":"*"}]"#), Some(P::Syntax));
        assert_eq!(
            identity(r#"[{"Effect":"Allow","Action":"list","Resource":"*"}]"#),
            Some(P::ActionWithoutVendor("list".to_owned()))
        );
        assert_eq!(
            identity(r#"[{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}]"#),
            Some(P::ResourceNotArn("bucket".to_owned()))
        );
        assert_eq!(
            identity(r#"[{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}]"#),
            Some(P::Prohibited("Principal"))
        );
    }

    #[test]
    fn problems_are_those_that_iam_told() {
        // Source: the refused documents with IAM's texts in moto's tests of policies (getmoto/moto,
        // tests/test_iam/test_iam_policies.py).
        use PolicyProblem as P;
        let one = |statement: &str, expected: PolicyProblem| {
            let text = format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#);
            assert_eq!(problem(&text, PolicyUse::Identity), Some(expected), "{statement}");
        };
        let partition = |partition: &str, arn: &str| P::Partition {
            partition: partition.to_owned(),
            arn: arn.to_owned(),
        };
        let allow = |action: &str, resource: &str| {
            format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}"#)
        };
        one(&allow("a a:ListBucket", "arn:aws:s3:::b"), P::InvalidVendor("a a".to_owned()));
        one(&allow("s3:List:Bucket", "arn:aws:s3:::b"), P::ActionColons("s3:List:Bucket".to_owned()));
        one(&allow("s:3:ListBucket", "sdfsadf"), P::ResourceNotArn("sdfsadf".to_owned()));
        one(&allow("s3:ListBucket", ""), P::ResourceNotArn(String::new()));
        one(&allow("s3:ListBucket", "a:bsdfdsafsad"), partition("bsdfdsafsad", "arn:bsdfdsafsad:*:*:*:*"));
        one(&allow("s3:ListBucket", "a:b:c:d:e:f:g:h"), partition("b", "arn:b:c:d:e:f:g:h"));
        one(&allow("s3:ListBucket", "aws:s3:::b"), partition("s3", "arn:s3:::b:*"));
        one(&allow("s3:ListBucket", "arn:aws"), P::ResourceVendor);
        one(&allow("s3:ListBucket", "arn:aws:iam:::b"), P::IamPath);
        one(&allow("s3:ListBucket", "arn:aws:s3::b"), P::Legacy);
        one(&allow("s3:ListBucket", "arn:aws::::b"), P::Legacy);
        one(r#"{"Effect":"denY","Action":"s3:ListBucket","Resource":"*"}"#, P::Legacy);
        one(r#"{"Effect":"Allow","Condition":{"DateGreaterThan":{"a":"sdfdsf"}}}"#, P::Legacy);
        one(r#"{"Effect":"Allow","Resource":"arn:aws:s3::b"}"#, P::Legacy);
        one(r#"{"Effect":"Allow","Action":"invalid"}"#, P::ActionWithoutVendor("invalid".to_owned()));
        one(r#"{"Effect":"Allow"}"#, P::Missing("Action"));
        one(r#"[{"Effect":"Deny"},{"Effect":"Allow","Action":"x","Resource":"*","A":1}]"#, P::Syntax);
        for good in
            ["arn:aws:iam:::user/b", "arn:aws:s33:::b", "arn:aws:fdsasf", "arn:aws:ec2:us-east-1::b", "*"]
        {
            let text = format!(r#"{{"Version":"2012-10-17","Statement":{}}}"#, allow("s3.s: a b", good));
            assert_eq!(problem(&text, PolicyUse::Identity), None, "{good}");
        }
        let good = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"x":{},"DateLessThan":{"a":"01T"}}}"#;
        assert_eq!(problem(&format!(r#"{{"Statement":{good}}}"#), PolicyUse::Identity), None);
    }

    #[test]
    fn a_trust_policy_names_principals_and_only_assumes() {
        // Source: IAM User Guide, "IAM JSON policy elements: Principal".
        let trust = |statement: &str| {
            problem(&format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#), PolicyUse::RoleTrust)
        };
        let service = r#""Principal":{"Service":"lambda.amazonaws.com"}"#;
        assert_eq!(trust(&format!(r#"{{"Effect":"Allow","Action":"sts:AssumeRole",{service}}}"#)), None);
        assert_eq!(
            trust(&format!(r#"{{"Effect":"Allow","Action":"s3:GetObject",{service}}}"#)),
            Some(PolicyProblem::NotAssumeRole)
        );
        assert_eq!(
            trust(&format!(r#"{{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*",{service}}}"#)),
            Some(PolicyProblem::Prohibited("Resource"))
        );
        assert_eq!(
            trust(r#"{"Effect":"Allow","Action":"sts:AssumeRole"}"#),
            Some(PolicyProblem::Missing("Principal"))
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r#"[\[\]{}":,a-zA-Z*]{0,60}"#) {
            let _ = Policy::parse(&text, PolicyUse::Resource);
        }
    }
}
