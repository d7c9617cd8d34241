//! The verdict over all policies that have a say.
//!
//! **Source**: IAM User Guide, "Policy evaluation logic" and its "Evaluating identity-based policies with
//! resource-based policies".

use crate::auth::policy::document::{Listed, Policy, PrincipalPattern, Statement};
use crate::auth::policy::pattern::{Keys, Pattern, action_matches};
use crate::auth::{PolicyKind, Principal, Reason, StatementEffect, StatementRef};
use std::sync::Arc;

/// A policy and where it is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedPolicy {
    pub kind: PolicyKind,
    /// What explanations call it.
    pub name: String,
    pub policy: Arc<Policy>,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub principal: &'a Principal,
    /// The principal's account.
    pub account: &'a str,
    pub principal_arn: &'a str,
    /// The account that owns the resource.
    pub resource_account: &'a str,
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
pub(crate) enum Named {
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
            let found = attached.reference(index, statement);
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
    let foreign = question.account != question.resource_account;
    let granted = match (question.principal, named) {
        (Principal::Root, _) if !foreign => return Reason::Root,
        // Both accounts have to allow: the resource's by its policy, the principal's by its own.
        (Principal::Root | Principal::User(_) | Principal::Role(_), Named::No) if foreign => {
            return Reason::NoneAllows(PolicyKind::Resource);
        }
        (Principal::Root, _) => by_resource,
        (Principal::User(_) | Principal::Role(_), _) if foreign => by_identity,
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

fn in_list(listed: &Listed<Vec<String>>, matches: &dyn Fn(&str) -> bool) -> bool {
    listed.items().iter().any(|item| matches(item)) != listed.is_negated()
}

impl AttachedPolicy {
    /// How explanations refer to one of the statements.
    pub(crate) fn reference(&self, index: usize, statement: &Statement) -> StatementRef {
        StatementRef {
            kind: self.kind,
            policy: self.name.clone(),
            index,
            sid: statement.sid.clone(),
            effect: statement.effect,
        }
    }
}

impl Question<'_> {
    /// Whether every element of the statement matches, and how its principal does.
    fn speaks(&self, attached: &AttachedPolicy, statement: &Statement) -> Named {
        let variables = self.variables(attached);
        let conditions =
            || statement.conditions.iter().all(|condition| condition.holds(self.keys, variables));
        if !(self.meets_action(statement) && self.meets_resource(attached, statement) && conditions()) {
            return Named::No;
        }
        self.named(statement)
    }

    /// What variables stand for in the policy; absent where its version knows none.
    pub(crate) fn variables(&self, attached: &AttachedPolicy) -> Option<&Keys> {
        attached.policy.has_variables.then_some(self.keys)
    }

    pub(crate) fn meets_action(&self, statement: &Statement) -> bool {
        in_list(&statement.action, &|pattern| action_matches(pattern, self.action))
    }

    pub(crate) fn meets_resource(&self, attached: &AttachedPolicy, statement: &Statement) -> bool {
        let Some(listed) = &statement.resource else { return true };
        let variables = self.variables(attached);
        in_list(listed, &|pattern| {
            Pattern::new(pattern, variables).is_some_and(|pattern| pattern.matches(self.resource))
        })
    }

    /// How the statement's principal names the one who asks.
    pub(crate) fn named(&self, statement: &Statement) -> Named {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::policy::PolicyUse;
    use crate::auth::{RoleSession, UserPrincipal};
    use nuvola_kernel::Arn;
    use proptest::prelude::*;

    const ACCOUNT: &str = "123456789012";
    const USER: &str = "arn:aws:iam::123456789012:user/bob";
    const ROLE: &str = "arn:aws:iam::123456789012:role/r";
    const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/r/s";

    fn user() -> Principal {
        let arn = Arn::parse(USER).unwrap();
        Principal::User(UserPrincipal { name: "bob".to_owned(), id: "AIDABOB".to_owned(), arn })
    }

    fn session() -> Principal {
        Principal::Role(RoleSession {
            role_name: "r".to_owned(),
            role_arn: Arn::parse(ROLE).unwrap(),
            role_id: "AROAR".to_owned(),
            session_name: "s".to_owned(),
            session_policies: Vec::new(),
            tags: Vec::new(),
            transitive_tag_keys: Vec::new(),
            source_identity: None,
            caller: None,
        })
    }

    fn policy(kind: PolicyKind, statement: &str) -> AttachedPolicy {
        let policy_use = match kind {
            PolicyKind::Resource => PolicyUse::Resource,
            PolicyKind::RoleTrust => PolicyUse::RoleTrust,
            PolicyKind::Identity | PolicyKind::PermissionsBoundary | PolicyKind::Session => {
                PolicyUse::Identity
            }
        };
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}"#);
        AttachedPolicy {
            kind,
            name: "p".to_owned(),
            policy: Policy::parse(&text, policy_use).unwrap().into(),
        }
    }

    fn judge(principal: &Principal, policies: &[AttachedPolicy]) -> Verdict {
        let keys = Keys::from([("aws:sourceip".to_owned(), vec!["203.0.113.10".to_owned()])]);
        evaluate(&Question {
            principal,
            account: ACCOUNT,
            principal_arn: if matches!(principal, Principal::Role(_)) { SESSION } else { USER },
            resource_account: ACCOUNT,
            action: "s3:GetObject",
            resource: "arn:aws:s3:::b/k",
            keys: &keys,
            policies,
        })
    }

    const ALLOW: &str = r#""Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/*""#;
    const DENY: &str = r#""Effect":"Deny","Action":"s3:*","Resource":"*""#;

    fn check(principal: &Principal, policies: &[(PolicyKind, &str)], expected: Result<PolicyKind, Reason>) {
        let policies: Vec<_> = policies.iter().map(|(kind, text)| policy(*kind, text)).collect();
        let verdict = judge(principal, &policies);
        match (&verdict.reason, expected) {
            (Reason::Allowed(found), Ok(kind)) => assert_eq!(found.kind, kind),
            (Reason::ExplicitDeny(found), Err(Reason::ExplicitDeny(wanted))) => {
                assert_eq!(found.kind, wanted.kind);
            }
            (found, Err(wanted)) => assert_eq!(*found, wanted),
            (found, Ok(kind)) => panic!("{found:?} instead of allowed by {kind:?}"),
        }
        assert_eq!(verdict.allowed, matches!(verdict.reason, Reason::Root | Reason::Allowed(_)));
    }

    fn named(principal: &str, rest: &str) -> String {
        format!(r#"{rest},"Principal":{principal}"#)
    }

    #[test]
    fn identity_policies_allow_within_boundary_and_session() {
        // Source: IAM User Guide, "Policy evaluation logic", "Evaluating identity-based policies with
        // permissions boundaries", "Session policies".
        use PolicyKind::{Identity, PermissionsBoundary, Session};
        let other = r#""Effect":"Allow","Action":"sqs:*","Resource":"*""#;
        check(&user(), &[], Err(Reason::NoneAllows(Identity)));
        check(&user(), &[(Identity, ALLOW)], Ok(Identity));
        check(&user(), &[(Identity, other)], Err(Reason::NoneAllows(Identity)));
        check(
            &user(),
            &[(Identity, ALLOW), (PermissionsBoundary, other)],
            Err(Reason::NoneAllows(PermissionsBoundary)),
        );
        check(&user(), &[(Identity, ALLOW), (PermissionsBoundary, ALLOW)], Ok(Identity));
        check(&user(), &[(PermissionsBoundary, ALLOW)], Err(Reason::NoneAllows(Identity)));
        check(&session(), &[(Identity, ALLOW), (Session, other)], Err(Reason::NoneAllows(Session)));
    }

    #[test]
    fn not_elements_match_the_rest() {
        // Source: IAM User Guide, "IAM JSON policy elements: NotAction" and "NotResource".
        use PolicyKind::Identity;
        check(&user(), &[(Identity, r#""Effect":"Allow","NotAction":"iam:*","Resource":"*""#)], Ok(Identity));
        let not_resource = r#""Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::b/*""#;
        check(&user(), &[(Identity, not_resource)], Err(Reason::NoneAllows(Identity)));
        let elsewhere =
            format!(r#"{ALLOW},"Condition":{{"NotIpAddress":{{"aws:SourceIp":"203.0.113.0/24"}}}}"#);
        check(&user(), &[(Identity, &elsewhere)], Err(Reason::NoneAllows(Identity)));
    }

    #[test]
    fn a_resource_policy_allows_whom_it_names() {
        // Source: IAM User Guide, "Policy evaluation logic", "Evaluating identity-based policies with
        // resource-based policies", and "IAM JSON policy elements: Principal".
        use PolicyKind::{Identity, PermissionsBoundary, Resource};
        let everyone = named(r#""*""#, ALLOW);
        let bob = named(&format!(r#"{{"AWS":"{USER}"}}"#), ALLOW);
        let account = named(r#"{"AWS":"123456789012"}"#, ALLOW);
        let role = named(&format!(r#"{{"AWS":"{ROLE}"}}"#), ALLOW);
        let none = r#""Effect":"Allow","Action":"sqs:*","Resource":"*""#;
        check(&Principal::Anonymous, &[], Err(Reason::NoneAllows(Resource)));
        check(&Principal::Anonymous, &[(Resource, &everyone)], Ok(Resource));
        check(&Principal::Anonymous, &[(Resource, &account)], Err(Reason::NoneAllows(Resource)));
        check(&user(), &[(Resource, &bob)], Ok(Resource));
        check(&user(), &[(Resource, &bob), (PermissionsBoundary, none)], Ok(Resource));
        check(&user(), &[(Resource, &account)], Err(Reason::NoneAllows(Identity)));
        check(&session(), &[(Resource, &role)], Ok(Resource));
        check(
            &session(),
            &[(Resource, &role), (PermissionsBoundary, none)],
            Err(Reason::NoneAllows(PermissionsBoundary)),
        );
        let service = named(r#"{"Service":"apigateway.amazonaws.com"}"#, ALLOW);
        let gateway = Principal::Service("apigateway.amazonaws.com".to_owned());
        check(&gateway, &[(Resource, &service)], Ok(Resource));
        check(&user(), &[(Resource, &service)], Err(Reason::NoneAllows(Identity)));
        check(&Principal::Root, &[], Err(Reason::Root));
    }

    #[test]
    fn not_principal_denies_everyone_else() {
        // Source: IAM User Guide, "IAM JSON policy elements: NotPrincipal".
        use PolicyKind::{Identity, Resource};
        let others = format!(r#"{DENY},"NotPrincipal":{{"AWS":"{USER}"}}"#);
        check(&user(), &[(Identity, ALLOW), (Resource, &others)], Ok(Identity));
        let verdict = judge(&session(), &[policy(Identity, ALLOW), policy(Resource, &others)]);
        assert!(matches!(verdict.reason, Reason::ExplicitDeny(_)));
    }

    fn any_statement() -> impl Strategy<Value = (usize, bool, bool)> {
        (0usize..4, any::<bool>(), any::<bool>())
    }

    fn attached((kind, allow, broad): (usize, bool, bool)) -> AttachedPolicy {
        let kind = [
            PolicyKind::Identity,
            PolicyKind::Resource,
            PolicyKind::PermissionsBoundary,
            PolicyKind::Session,
        ][kind];
        let effect = if allow { "Allow" } else { "Deny" };
        let action = if broad { "s3:*" } else { "s3:PutObject" };
        let mut text = format!(r#""Effect":"{effect}","Action":"{action}","Resource":"*""#);
        if kind == PolicyKind::Resource {
            text = named(r#""*""#, &text);
        }
        policy(kind, &text)
    }

    proptest! {
        #[test]
        fn deny_beats_allow(statements in prop::collection::vec(any_statement(), 0..8), at in 0usize..8) {
            let mut policies: Vec<_> = statements.into_iter().map(attached).collect();
            policies.insert(at.min(policies.len()), attached((0, false, true)));
            for principal in [user(), session()] {
                prop_assert!(!judge(&principal, &policies).allowed);
            }
        }

        #[test]
        fn the_order_of_policies_does_not_matter(
            statements in prop::collection::vec(any_statement(), 0..8),
        ) {
            let mut policies: Vec<_> = statements.into_iter().map(attached).collect();
            let allowed = judge(&user(), &policies).allowed;
            policies.reverse();
            prop_assert_eq!(judge(&user(), &policies).allowed, allowed);
        }

        #[test]
        fn the_order_of_statements_does_not_matter(
            statements in prop::collection::vec((any::<bool>(), 0usize..4), 1..8),
        ) {
            let written = |(allow, at): &(bool, usize)| {
                let action = ["s3:*", "s3:Get*", "s3:PutObject", "*"][*at];
                let effect = if *allow { "Allow" } else { "Deny" };
                format!(r#"{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}"#)
            };
            let together = |texts: &[String]| {
                let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, texts.join(","));
                let policy = Policy::parse(&text, PolicyUse::Identity).unwrap().into();
                judge(&user(), &[AttachedPolicy { kind: PolicyKind::Identity, name: String::new(), policy }]).allowed
            };
            let mut texts: Vec<String> = statements.iter().map(written).collect();
            let allowed = together(&texts);
            texts.reverse();
            prop_assert_eq!(together(&texts), allowed);
            texts.rotate_left(statements.len() / 2);
            prop_assert_eq!(together(&texts), allowed);
        }

        #[test]
        fn a_statement_of_an_identity_policy_never_takes_by_allowing(
            statements in prop::collection::vec(any_statement(), 0..8),
        ) {
            let mut policies: Vec<_> = statements.into_iter().map(attached).collect();
            let before = judge(&user(), &policies).allowed;
            policies.push(attached((0, true, true)));
            prop_assert!(judge(&user(), &policies).allowed || !before);
        }
    }
}
