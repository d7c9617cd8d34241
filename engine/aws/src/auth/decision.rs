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
            PolicyKind::RoleTrust => "resource-based policy",
        }
    }

    /// The indefinite article that goes with [`PolicyKind::wording`].
    pub fn article(self) -> &'static str {
        match self {
            PolicyKind::Identity => "an",
            PolicyKind::Resource
            | PolicyKind::PermissionsBoundary
            | PolicyKind::Session
            | PolicyKind::RoleTrust => "a",
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
    /// The smallest identity policy that would allow a request which none allows.
    pub smallest_policy: Option<serde_json::Value>,
}

impl Decision {
    /// What AWS tells the refused principal.
    ///
    /// **Source**: IAM User Guide, "Troubleshoot access denied error messages".
    pub fn denial_text(&self) -> String {
        let head = format!("User: {} is not authorized to perform: {}", self.principal, self.action);
        let head = match self.resource.as_str() {
            "" | "*" => head,
            // S3 alone puts the ARN in quotes.
            resource if self.action.starts_with("s3:") => format!("{head} on resource: \"{resource}\""),
            resource => format!("{head} on resource: {resource}"),
        };
        match &self.reason {
            Reason::ExplicitDeny(statement) => format!(
                "{head} with an explicit deny in {} {}",
                statement.kind.article(),
                statement.kind.wording()
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
