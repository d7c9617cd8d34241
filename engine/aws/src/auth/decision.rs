//! A permission decision as plain data: what was asked, what was answered, and which statement decided.

use serde::{Deserialize, Serialize};

/// Where a policy stands in the evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PolicyKind {
    Identity,
    Resource,
    PermissionsBoundary,
    Session,
    RoleTrust,
}

impl PolicyKind {
    /// The kind as AccessDenied texts name it, without article.
    ///
    /// **Source**: IAM User Guide, "Troubleshoot access denied error messages".
    pub fn wording(self) -> &'static str {
        match self {
            PolicyKind::Identity => "identity-based policy",
            PolicyKind::Resource => "resource-based policy",
            PolicyKind::PermissionsBoundary => "permissions boundary",
            PolicyKind::Session => "session policy",
            PolicyKind::RoleTrust => "role trust policy",
        }
    }

    /// The article that goes with [`PolicyKind::wording`].
    pub fn article(self) -> &'static str {
        match self {
            PolicyKind::Identity => "an",
            PolicyKind::Resource | PolicyKind::PermissionsBoundary | PolicyKind::Session => "a",
            PolicyKind::RoleTrust => "the",
        }
    }
}

/// A statement that spoke to the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementRef {
    pub kind: PolicyKind,
    /// The policy's ARN, or the name of an inline policy, or the resource it is attached to.
    pub policy: String,
    /// The statement's position in the policy, from zero.
    pub index: usize,
    pub sid: Option<String>,
    pub effect: StatementEffect,
}

impl StatementRef {
    /// The ARN of the IAM policy that the statement is in; inline and resource-based policies have none.
    fn managed_policy(&self) -> Option<&str> {
        match self.kind {
            PolicyKind::Identity | PolicyKind::PermissionsBoundary | PolicyKind::Session => {
                Some(self.policy.as_str()).filter(|policy| policy.starts_with("arn:"))
            }
            PolicyKind::Resource | PolicyKind::RoleTrust => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatementEffect {
    Allow,
    Deny,
}

/// Why a request was let through or refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// The root user needs no policy.
    Root,
    /// An AWS service acting in its own right.
    Service,
    /// This statement allowed it, and nothing denied.
    Allowed(StatementRef),
    /// This statement denied it, whatever else allows.
    ExplicitDeny(StatementRef),
    /// No statement of this kind of policy allows it.
    NoneAllows(PolicyKind),
}

/// The answer to "may this principal do this?", with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub allowed: bool,
    pub principal: String,
    pub action: String,
    pub resource: String,
    pub reason: Reason,
    /// Every statement whose action, resource, principal and conditions all matched.
    pub matched: Vec<StatementRef>,
    /// The smallest policies that would allow a request which none allows: the first is of the kind that the
    /// reason names. An explicit deny has none, because no policy helps against it.
    pub remedies: Vec<Remedy>,
    /// Statements that would have allowed the request but for one of their elements.
    pub near_misses: Vec<NearMiss>,
}

/// A policy to add, and of which kind it has to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    pub kind: PolicyKind,
    pub policy: serde_json::Value,
}

/// A statement that nearly allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearMiss {
    pub statement: StatementRef,
    /// What did not match: one element, or every condition that failed.
    pub missed: Vec<Missed>,
}

/// An element of a statement that did not match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// `Action`, `NotResource`, `Principal` or `Condition`.
    pub element: String,
    /// Of a condition: `StringEquals`.
    pub operator: Option<String>,
    /// Of a condition: `aws:SourceIp`.
    pub key: Option<String>,
    /// What the policy has.
    pub wanted: Vec<String>,
    /// What the request has; nothing where the key is absent.
    pub given: Vec<String>,
}

impl Decision {
    /// What AWS tells the refused principal. Since 2026 it names the managed policy that denies explicitly.
    ///
    /// **Source**: IAM User Guide, "Troubleshoot access denied error messages"; AWS Security Blog, "Enhanced
    /// access denied error messages with policy ARNs"; S3 User Guide, "Troubleshoot access denied (403
    /// Forbidden) errors in Amazon S3".
    pub fn denial_text(&self) -> String {
        let head = format!("User: {} is not authorized to perform: {}", self.principal, self.action);
        let head = match resource_text(&self.action, &self.resource) {
            Some(resource) => format!("{head} on resource: {resource}"),
            None => head,
        };
        match &self.reason {
            Reason::ExplicitDeny(statement) => format!(
                "{head} with an explicit deny in {} {}{}",
                statement.kind.article(),
                statement.kind.wording(),
                statement.managed_policy().map(|arn| format!(": {arn}")).unwrap_or_default()
            ),
            // AssumeRole does not tell what the trust policy says.
            Reason::NoneAllows(PolicyKind::RoleTrust) => head,
            Reason::NoneAllows(kind) => {
                format!("{head} because no {} allows the {} action", kind.wording(), self.action)
            }
            Reason::Root | Reason::Service | Reason::Allowed(_) => head,
        }
    }
}

/// How a refusal names the resource. S3 alone puts the ARN in quotes, and says nothing where there is no
/// resource; IAM names what exists by its kind and name.
fn resource_text(action: &str, resource: &str) -> Option<String> {
    match action.split_once(':') {
        _ if resource.is_empty() => None,
        Some(("s3", _)) => (resource != "*").then(|| format!("\"{resource}\"")),
        // Where there is no resource EC2 names none.
        Some(("ec2", _)) => (resource != "*").then(|| resource.to_owned()),
        Some(("iam", operation)) => Some(iam_resource(operation, resource)),
        // CloudWatch Logs puts the (empty) name of a stream in place of all of them.
        Some(("logs", _)) => Some(match resource.strip_suffix(":*") {
            Some(group) => format!("{group}:log-stream:"),
            None => resource.to_owned(),
        }),
        Some(_) | None => Some(resource.to_owned()),
    }
}

/// `role NAME` where the ARN is `arn:aws:iam::ACCOUNT:role/PATH/NAME`.
///
/// **Source**: refusals of IAM in public issues and logs: `iam:GetRole on resource: role NAME`,
/// `iam:GetInstanceProfile on resource: instance profile NAME`, `iam:GetPolicy on resource: policy ARN`,
/// `iam:CreatePolicy on resource: policy NAME`, `iam:ListPolicies on resource: policy path /`; and with ARNs,
/// `iam:CreateRole`, `iam:TagRole`, `iam:PassRole`, `iam:ListRoles`.
fn iam_resource(operation: &str, arn: &str) -> String {
    const BY_ARN: &[&str] = &["CreateGroup", "CreateInstanceProfile", "CreateRole", "CreateUser", "PassRole"];
    let parts = arn.splitn(6, ':').nth(5).and_then(|resource| resource.split_once('/'));
    let Some((kind, rest)) = parts else { return arn.to_owned() };
    let name = rest.rsplit('/').next().unwrap_or(rest);
    if BY_ARN.contains(&operation) || operation.starts_with("Tag") || operation.starts_with("Untag") {
        return arn.to_owned();
    }
    match kind {
        "policy" if operation == "ListPolicies" => format!("policy path /{rest}"),
        "policy" if operation == "CreatePolicy" => format!("policy {name}"),
        "policy" => format!("policy {arn}"),
        // A listing is about everything under a path.
        _ if name.is_empty() => arn.to_owned(),
        "instance-profile" => format!("instance profile {name}"),
        _ => format!("{kind} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_resources_as_each_service_does() {
        // Source: as of `iam_resource`; S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors in
        // Amazon S3"; refusals in public logs (`lambda:ListFunctions on resource: *`,
        // `logs:DescribeLogGroups on resource: arn:aws:logs:us-west-2:…:log-group::log-stream:`).
        let iam = |operation: &str, resource: &str| {
            resource_text(&format!("iam:{operation}"), &format!("arn:aws:iam::1:{resource}")).unwrap()
        };
        assert_eq!(iam("GetRole", "role/service-role/r"), "role r");
        assert_eq!(iam("ListAccessKeys", "user/bob"), "user bob");
        assert_eq!(iam("GetInstanceProfile", "instance-profile/p"), "instance profile p");
        assert_eq!(iam("GetPolicy", "policy/p"), "policy arn:aws:iam::1:policy/p");
        assert_eq!(iam("CreatePolicy", "policy/p"), "policy p");
        assert_eq!(iam("ListPolicies", "policy/"), "policy path /");
        assert_eq!(iam("CreateRole", "role/r"), "arn:aws:iam::1:role/r");
        assert_eq!(iam("ListRoles", "role/"), "arn:aws:iam::1:role/");
        assert_eq!(resource_text("s3:GetObject", "arn:aws:s3:::b/k").unwrap(), "\"arn:aws:s3:::b/k\"");
        assert_eq!(resource_text("s3:ListAllMyBuckets", "*"), None);
        let groups = resource_text("logs:DescribeLogGroups", "arn:aws:logs:us-west-2:1:log-group::*");
        assert_eq!(groups.unwrap(), "arn:aws:logs:us-west-2:1:log-group::log-stream:");
        assert_eq!(resource_text("lambda:ListFunctions", "*").unwrap(), "*");
    }
}
