//! The verdict over all policies that have a say.
//!
//! **Source**: IAM User Guide, "Policy evaluation logic" and its "Evaluating identity-based policies with
//! resource-based policies".

use crate::auth::policy::document::{Listed, Policy, PrincipalPattern, Statement};
use crate::auth::policy::pattern::{Keys, Pattern, action_matches};
use crate::auth::{PolicyKind, Principal, Reason, StatementEffect, StatementRef};

/// A policy and where it is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedPolicy {
    pub kind: PolicyKind,
    /// What explanations call it.
    pub name: String,
    pub policy: Policy,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub principal: &'a Principal,
    /// The principal's account.
    pub account: &'a str,
    pub principal_arn: &'a str,
    pub action: &'a str,
    pub resource: &'a str,
    /// Condition keys; names in lower case.
    pub keys: &'a Keys,
    pub policies: &'a [AttachedPolicy],
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub allowed: bool,
    pub reason: Reason,
    /// Every statement that spoke to the question.
    pub matched: Vec<StatementRef>,
}

/// How a statement of a resource's policy names the principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    No,
    /// Its account, which may pass the permission on by identity policies.
    Account,
    /// The role behind the session: boundaries and session policies still count.
    Role,
    /// The user, session or service itself, or everyone.
    Directly,
}

/// Judges a question.
pub fn evaluate(question: &Question<'_>) -> Verdict {
    let mut matched = Vec::new();
    let mut best_by_resource = (Named::No, None);
    for attached in question.policies {
        for (index, statement) in attached.policy.statements.iter().enumerate() {
            let named = question.speaks(attached, statement);
            if named == Named::No {
                continue;
            }
            let found = StatementRef {
                kind: attached.kind,
                policy: attached.name.clone(),
                index,
                sid: statement.sid.clone(),
                effect: statement.effect,
            };
            let by_resource = matches!(attached.kind, PolicyKind::Resource | PolicyKind::RoleTrust);
            if by_resource && found.effect == StatementEffect::Allow && named > best_by_resource.0 {
                best_by_resource = (named, Some(found.clone()));
            }
            matched.push(found);
        }
    }
    let reason = reason(question, &matched, best_by_resource);
    let allowed = matches!(reason, Reason::Root | Reason::Allowed(_));
    Verdict { allowed, reason, matched }
}

fn reason(
    question: &Question<'_>,
    matched: &[StatementRef],
    (named, by_resource): (Named, Option<StatementRef>),
) -> Reason {
    if let Some(deny) = matched.iter().find(|found| found.effect == StatementEffect::Deny) {
        return Reason::ExplicitDeny(deny.clone());
    }
    let exists = |kind| question.policies.iter().any(|attached| attached.kind == kind);
    let allow = |kind| matched.iter().find(|found| found.kind == kind).cloned();
    let by_identity = allow(PolicyKind::Identity);
    // A role can be assumed only by whom its trust policy names, whatever else allows.
    if exists(PolicyKind::RoleTrust) && by_resource.is_none() {
        return Reason::NoneAllows(PolicyKind::RoleTrust);
    }
    let granted = match (question.principal, named) {
        (Principal::Root, _) => return Reason::Root,
        (Principal::Service(_) | Principal::Anonymous, Named::Directly) => by_resource,
        (Principal::Service(_) | Principal::Anonymous, Named::No | Named::Account | Named::Role) => {
            return Reason::NoneAllows(PolicyKind::Resource);
        }
        (Principal::User(_) | Principal::Role(_), Named::Directly) => {
            return by_resource.map_or(Reason::NoneAllows(PolicyKind::Resource), Reason::Allowed);
        }
        (Principal::User(_) | Principal::Role(_), Named::Role) => by_resource,
        (Principal::User(_) | Principal::Role(_), Named::No | Named::Account) => by_identity,
    };
    let Some(granted) = granted else { return Reason::NoneAllows(PolicyKind::Identity) };
    for kind in [PolicyKind::PermissionsBoundary, PolicyKind::Session] {
        if exists(kind) && allow(kind).is_none() {
            return Reason::NoneAllows(kind);
        }
    }
    Reason::Allowed(granted)
}

impl Question<'_> {
    /// Whether every element of the statement matches, and how its principal does.
    fn speaks(&self, attached: &AttachedPolicy, statement: &Statement) -> Named {
        let variables = attached.policy.has_variables.then_some(self.keys);
        let in_list = |listed: &Listed<Vec<String>>, matches: &dyn Fn(&str) -> bool| match listed {
            Listed::In(items) => items.iter().any(|item| matches(item)),
            Listed::NotIn(items) => !items.iter().any(|item| matches(item)),
        };
        let action = in_list(&statement.action, &|pattern| action_matches(pattern, self.action));
        let resource = statement.resource.as_ref().is_none_or(|listed| {
            in_list(listed, &|pattern| {
                Pattern::new(pattern, variables).is_some_and(|pattern| pattern.matches(self.resource))
            })
        });
        let conditions =
            || statement.conditions.iter().all(|condition| condition.holds(self.keys, variables));
        if !(action && resource && conditions()) {
            return Named::No;
        }
        match &statement.principal {
            None => Named::Directly,
            Some(Listed::In(patterns)) => {
                patterns.iter().map(|pattern| self.named_by(pattern)).max().unwrap_or(Named::No)
            }
            Some(Listed::NotIn(patterns)) => {
                match patterns.iter().any(|pattern| self.named_by(pattern) >= Named::Role) {
                    true => Named::No,
                    false => Named::Directly,
                }
            }
        }
    }

    fn named_by(&self, pattern: &PrincipalPattern) -> Named {
        match pattern {
            PrincipalPattern::Everyone => Named::Directly,
            PrincipalPattern::Service(name) => match self.principal {
                Principal::Service(own) if own == name => Named::Directly,
                Principal::Service(_)
                | Principal::Root
                | Principal::User(_)
                | Principal::Role(_)
                | Principal::Anonymous => Named::No,
            },
            PrincipalPattern::Other { .. } => Named::No,
            PrincipalPattern::Aws(name) => self.named_by_arn(name),
        }
    }

    fn named_by_arn(&self, name: &str) -> Named {
        let (id, role_arn) = match self.principal {
            Principal::Service(_) | Principal::Anonymous => return Named::No,
            Principal::Root => ("", ""),
            Principal::User(user) => (user.id.as_str(), ""),
            Principal::Role(session) => (session.role_id.as_str(), session.role_arn.as_str()),
        };
        if name == self.principal_arn {
            Named::Directly
        } else if name == role_arn {
            Named::Role
        } else if name == id && !id.is_empty() {
            if role_arn.is_empty() { Named::Directly } else { Named::Role }
        } else if name == self.account || name == format!("arn:aws:iam::{}:root", self.account) {
            Named::Account
        } else {
            Named::No
        }
    }
}
