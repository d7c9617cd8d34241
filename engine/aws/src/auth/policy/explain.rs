//! What would have allowed a request that none allows: statements that nearly did, and the smallest
//! policies that would.

use crate::auth::policy::document::{PrincipalPattern, Statement};
use crate::auth::policy::evaluate::{AttachedPolicy, Named, Question, evaluate};
use crate::auth::policy::{Policy, PolicyUse};
use crate::auth::{Missed, NearMiss, PolicyKind, Principal, Reason, Remedy, StatementEffect};
use serde_json::{Value, json};

/// How many near misses an explanation tells at most.
const NEAR_MISSES: usize = 8;

/// Each kind of policy can lack once.
const KINDS: usize = 5;

/// Statements that would have allowed, had one of their elements matched.
///
/// A statement about another service is not near.
pub fn near_misses(question: &Question<'_>) -> Vec<NearMiss> {
    let mut out = Vec::new();
    for attached in question.policies {
        for (index, statement) in attached.policy.statements.iter().enumerate() {
            if statement.effect == StatementEffect::Deny || out.len() == NEAR_MISSES {
                continue;
            }
            if let Some(missed) = near_miss(question, attached, statement) {
                out.push(NearMiss { statement: attached.reference(index, statement), missed });
            }
        }
    }
    out
}

/// What a statement missed, if it was one element.
fn near_miss(
    question: &Question<'_>,
    attached: &AttachedPolicy,
    statement: &Statement,
) -> Option<Vec<Missed>> {
    let mut missed = Vec::new();
    let mut elements = 0;
    if !question.meets_action(statement) {
        if !same_service(statement.action.items(), question.action) {
            return None;
        }
        elements += 1;
        let name = if statement.action.is_negated() { "NotAction" } else { "Action" };
        missed.push(plain(name, statement.action.items().clone(), question.action));
    }
    if let Some(resource) = &statement.resource
        && !question.meets_resource(attached, statement)
    {
        elements += 1;
        let name = if resource.is_negated() { "NotResource" } else { "Resource" };
        missed.push(plain(name, resource.items().clone(), question.resource));
    }
    if let Some(principal) = &statement.principal
        && question.named(statement) == Named::No
    {
        elements += 1;
        let name = if principal.is_negated() { "NotPrincipal" } else { "Principal" };
        missed.push(plain(name, principal.items().iter().map(shown).collect(), question.principal_arn));
    }
    let variables = question.variables(attached);
    let before = missed.len();
    for condition in statement.conditions.iter().filter(|one| !one.holds(question.keys, variables)) {
        missed.push(Missed {
            element: "Condition".to_owned(),
            operator: Some(condition.written.clone()),
            key: Some(condition.key.clone()),
            wanted: condition.values.clone(),
            given: question.keys.get(&condition.key.to_lowercase()).cloned().unwrap_or_default(),
        });
    }
    elements += usize::from(missed.len() > before);
    (elements == 1).then_some(missed)
}

fn plain(element: &str, wanted: Vec<String>, given: &str) -> Missed {
    Missed { element: element.to_owned(), operator: None, key: None, wanted, given: vec![given.to_owned()] }
}

fn same_service(patterns: &[String], action: &str) -> bool {
    let vendor = |text: &str| text.split_once(':').map(|(vendor, _)| vendor.to_lowercase());
    patterns.iter().any(|pattern| vendor(pattern) == vendor(action))
}

fn shown(pattern: &PrincipalPattern) -> String {
    match pattern {
        PrincipalPattern::Everyone => "*".to_owned(),
        PrincipalPattern::Aws(name) | PrincipalPattern::Service(name) => name.clone(),
        PrincipalPattern::Other { kind, name } => format!("{kind}: {name}"),
    }
}

/// The smallest policies that together allow what the question asks; none against an explicit deny.
///
/// They are found by adding one at a time and asking again, so that they do allow.
pub fn remedies(question: &Question<'_>) -> Vec<Remedy> {
    let mut policies = question.policies.to_vec();
    let mut out = Vec::new();
    for _ in 0..KINDS {
        let verdict = evaluate(&Question { policies: &policies, ..*question });
        let Reason::NoneAllows(kind) = verdict.reason else { return out };
        let (document, policy_use) = smallest(question, kind);
        let Ok(policy) = Policy::parse(&document.to_string(), policy_use) else { return Vec::new() };
        policies.push(AttachedPolicy { kind, name: String::new(), policy: policy.into() });
        out.push(Remedy { kind, policy: document });
    }
    // What no policy can allow has no remedy: an anonymous caller that must be somebody, say.
    Vec::new()
}

/// A policy of one statement for the question's action, resource and (in a resource's policy) principal.
fn smallest(question: &Question<'_>, kind: PolicyKind) -> (Value, PolicyUse) {
    let mut statement = json!({ "Effect": "Allow", "Action": question.action });
    let policy_use = match kind {
        PolicyKind::Identity | PolicyKind::PermissionsBoundary | PolicyKind::Session => PolicyUse::Identity,
        PolicyKind::Resource => PolicyUse::Resource,
        PolicyKind::RoleTrust => PolicyUse::RoleTrust,
    };
    if policy_use != PolicyUse::RoleTrust {
        statement["Resource"] = literal(question.action, question.resource).into();
    }
    if policy_use != PolicyUse::Identity {
        statement["Principal"] = named(question);
    }
    (json!({ "Version": "2012-10-17", "Statement": [statement] }), policy_use)
}

/// The resource as a pattern that matches it alone. Names of S3's objects may have the signs of patterns in
/// them; elsewhere an asterisk in a resource stands for all there are.
fn literal(action: &str, resource: &str) -> String {
    if !action.starts_with("s3:") || resource == "*" {
        return resource.to_owned();
    }
    let mut out = String::with_capacity(resource.len());
    for sign in resource.chars() {
        match sign {
            '*' | '?' | '$' => out.extend(["${", &String::from(sign), "}"]),
            other => out.push(other),
        }
    }
    out
}

/// How a resource's policy names the one who asks. A role is named itself, since its sessions come and go.
fn named(question: &Question<'_>) -> Value {
    match question.principal {
        Principal::Role(session) => json!({ "AWS": session.role_arn.to_string() }),
        Principal::User(_) | Principal::Root => json!({ "AWS": question.principal_arn }),
        Principal::Service(name) => json!({ "Service": name }),
        Principal::Anonymous => "*".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::UserPrincipal;
    use crate::auth::policy::pattern::Keys;
    use nuvola_kernel::Arn;
    use proptest::prelude::*;

    const USER: &str = "arn:aws:iam::123456789012:user/bob";

    fn bob() -> Principal {
        let arn = Arn::parse(USER).unwrap();
        Principal::User(UserPrincipal { name: "bob".to_owned(), id: "AIDABOB".to_owned(), arn })
    }

    fn attached(kind: PolicyKind, statement: &str) -> AttachedPolicy {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}"#);
        let policy_use = match kind {
            PolicyKind::Resource => PolicyUse::Resource,
            PolicyKind::RoleTrust => PolicyUse::RoleTrust,
            PolicyKind::Identity | PolicyKind::PermissionsBoundary | PolicyKind::Session => {
                PolicyUse::Identity
            }
        };
        AttachedPolicy {
            kind,
            name: "p".to_owned(),
            policy: Policy::parse(&text, policy_use).unwrap().into(),
        }
    }

    fn question<'a>(
        principal: &'a Principal,
        (action, resource): (&'a str, &'a str),
        keys: &'a Keys,
        policies: &'a [AttachedPolicy],
    ) -> Question<'a> {
        Question {
            principal,
            account: "123456789012",
            principal_arn: USER,
            resource_account: "123456789012",
            action,
            resource,
            keys,
            policies,
        }
    }

    #[test]
    fn a_statement_that_missed_by_one_element_is_told() {
        // Source: our own reasoning.
        let keys = Keys::from([("aws:sourceip".to_owned(), vec!["203.0.113.10".to_owned()])]);
        let policies = [
            attached(
                PolicyKind::Identity,
                r#""Sid":"Home","Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"Bool":{"aws:SecureTransport":"true"}}"#,
            ),
            attached(
                PolicyKind::Identity,
                r#""Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b""#,
            ),
            attached(PolicyKind::Identity, r#""Effect":"Allow","Action":"s3:PutObject","Resource":"*""#),
            attached(PolicyKind::Identity, r#""Effect":"Allow","Action":"sqs:*","Resource":"*""#),
            attached(
                PolicyKind::Identity,
                r#""Effect":"Allow","Action":"s3:Put*","Resource":"arn:aws:s3:::b""#,
            ),
        ];
        let bob = bob();
        let found = near_misses(&question(&bob, ("s3:GetObject", "arn:aws:s3:::b/k"), &keys, &policies));
        let told: Vec<(usize, Vec<&str>)> = found
            .iter()
            .map(|near| (near.missed.len(), near.missed.iter().map(|one| one.element.as_str()).collect()))
            .collect();
        assert_eq!(told, [(2, vec!["Condition", "Condition"]), (1, vec!["Resource"]), (1, vec!["Action"])]);
        let condition =
            found[0].missed.iter().find(|one| one.key.as_deref() == Some("aws:SourceIp")).unwrap();
        assert_eq!(condition.operator.as_deref(), Some("IpAddress"));
        assert_eq!(condition.wanted, ["10.0.0.0/8"]);
        assert_eq!(condition.given, ["203.0.113.10"]);
        assert_eq!(found[0].statement.sid.as_deref(), Some("Home"));
    }

    #[test]
    fn every_kind_that_lacks_gets_its_policy() {
        // Source: IAM User Guide, "Policy evaluation logic": what each kind has to allow.
        let keys = Keys::new();
        let boundary = [attached(
            PolicyKind::PermissionsBoundary,
            r#""Effect":"Allow","Action":"sqs:*","Resource":"*""#,
        )];
        let bob = bob();
        let asked = ("s3:GetObject", "arn:aws:s3:::b/a*");
        let found = remedies(&question(&bob, asked, &keys, &boundary));
        let kinds: Vec<PolicyKind> = found.iter().map(|remedy| remedy.kind).collect();
        assert_eq!(kinds, [PolicyKind::Identity, PolicyKind::PermissionsBoundary]);
        assert_eq!(
            found[0].policy,
            json!({ "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/a${*}" },
            ] })
        );
        let trust = [attached(
            PolicyKind::RoleTrust,
            r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}"#,
        )];
        let role = ("sts:AssumeRole", "arn:aws:iam::123456789012:role/r");
        let found = remedies(&question(&bob, role, &keys, &trust));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].policy["Statement"][0]["Principal"], json!({ "AWS": USER }));
        let deny = [attached(PolicyKind::Identity, r#""Effect":"Deny","Action":"s3:*","Resource":"*""#)];
        assert_eq!(remedies(&question(&bob, asked, &keys, &deny)), []);
    }

    #[test]
    fn another_accounts_resource_needs_both_policies() {
        // Source: IAM User Guide, "Cross-account policy evaluation logic".
        let keys = Keys::new();
        let bob = bob();
        let allow = attached(PolicyKind::Identity, r#""Effect":"Allow","Action":"s3:*","Resource":"*""#);
        let named = attached(
            PolicyKind::Resource,
            &format!(r#""Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{{"AWS":"{USER}"}}"#),
        );
        let check = |policies: &[AttachedPolicy], allowed: bool, lacking: &[PolicyKind]| {
            let asked = question(&bob, ("s3:GetObject", "arn:aws:s3:::b/k"), &keys, policies);
            let asked = Question { resource_account: "999999999999", ..asked };
            assert_eq!(evaluate(&asked).allowed, allowed);
            let kinds: Vec<PolicyKind> = remedies(&asked).iter().map(|remedy| remedy.kind).collect();
            assert_eq!(kinds, lacking);
        };
        check(std::slice::from_ref(&allow), false, &[PolicyKind::Resource]);
        check(std::slice::from_ref(&named), false, &[PolicyKind::Identity]);
        check(&[], false, &[PolicyKind::Resource, PolicyKind::Identity]);
        check(&[allow, named], true, &[]);
    }

    const ACTIONS: [&str; 4] = ["s3:GetObject", "s3:PutObject", "s3:GetObjectTagging", "sqs:SendMessage"];

    fn resource() -> impl Strategy<Value = String> {
        "[a-c*?$]{1,6}".prop_map(|key| format!("arn:aws:s3:::b/{key}"))
    }

    proptest! {
        #[test]
        fn the_smallest_policy_allows_exactly_that_request(
            wanted in resource(), other in resource(), at in 0usize..3, with in 0usize..4, bounded in any::<bool>(),
        ) {
            let bob = bob();
            let keys = Keys::new();
            let boundary = attached(
                PolicyKind::PermissionsBoundary,
                r#""Effect":"Allow","Action":"sqs:*","Resource":"*""#,
            );
            let mut policies: Vec<AttachedPolicy> = bounded.then_some(boundary).into_iter().collect();
            for remedy in remedies(&question(&bob, (ACTIONS[at], &wanted), &keys, &policies)) {
                let policy = Policy::parse(&remedy.policy.to_string(), PolicyUse::Identity).unwrap();
                policies.push(AttachedPolicy { kind: remedy.kind, name: String::new(), policy: policy.into() });
            }
            prop_assert!(evaluate(&question(&bob, (ACTIONS[at], &wanted), &keys, &policies)).allowed);
            let another = evaluate(&question(&bob, (ACTIONS[with], &other), &keys, &policies)).allowed;
            prop_assert_eq!(another, at == with && wanted == other);
        }
    }
}
