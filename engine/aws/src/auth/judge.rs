//! The verdict on one action: gathers the policies and condition keys that have a say.

use crate::auth::policy::pattern::Keys;
use crate::auth::policy::{AttachedPolicy, Policy, PolicyUse, Question, evaluate};
use crate::auth::{AccessCheck, Decision, PolicyKind, Principal, Reason, Verdict};
use crate::context::OpContext;
use crate::iam::{self, Entity};
use nuvola_kernel::Timestamp;
use nuvola_wire::Scheme;
use serde_json::json;

/// Judges whether `principal` may do what `check` says.
pub fn authorize(cx: &OpContext<'_>, principal: &Principal, check: &AccessCheck) -> Decision {
    let principal_arn = principal.arn(cx.account());
    let mut policies = Vec::new();
    add_identity_policies(&mut policies, &cx.state().iam, principal);
    if let Some(resource) = &check.resource_policy {
        let (kind, policy_use) = match check.trust {
            true => (PolicyKind::RoleTrust, PolicyUse::RoleTrust),
            false => (PolicyKind::Resource, PolicyUse::Resource),
        };
        add(&mut policies, kind, policy_use, &resource.name, &resource.document);
    }
    let keys = condition_keys(cx, principal, check);
    let verdict = evaluate(&Question {
        principal,
        account: cx.account().as_str(),
        principal_arn: &principal_arn,
        action: &check.action,
        resource: &check.resource,
        keys: &keys,
        policies: &policies,
    });
    decision(principal_arn, check, verdict)
}

fn decision(principal: String, check: &AccessCheck, verdict: Verdict) -> Decision {
    let smallest_policy = matches!(verdict.reason, Reason::NoneAllows(_)).then(|| {
        let statement = json!({"Effect": "Allow", "Action": check.action, "Resource": check.resource});
        json!({"Version": "2012-10-17", "Statement": [statement]})
    });
    Decision {
        allowed: verdict.allowed,
        principal,
        action: check.action.clone(),
        resource: check.resource.clone(),
        reason: verdict.reason,
        matched: verdict.matched,
        smallest_policy,
    }
}

/// Documents were checked when they were stored; one that is no policy grants nothing.
fn add(
    policies: &mut Vec<AttachedPolicy>,
    kind: PolicyKind,
    policy_use: PolicyUse,
    name: &str,
    document: &str,
) {
    if let Ok(policy) = Policy::parse(document, policy_use) {
        policies.push(AttachedPolicy { kind, name: name.to_owned(), policy });
    }
}

fn add_identity_policies(policies: &mut Vec<AttachedPolicy>, iam: &iam::State, principal: &Principal) {
    match principal {
        Principal::User(user) => {
            let Some(found) = iam.user(&user.name) else { return };
            add_entity(policies, iam, &found.entity);
            for group in iam.groups_of(&user.name) {
                add_entity(policies, iam, &group.entity);
            }
            add_boundary(policies, iam, &found.entity);
        }
        Principal::Role(session) => {
            let Some(role) = iam.role(&session.role_name) else { return };
            add_entity(policies, iam, &role.entity);
            add_boundary(policies, iam, &role.entity);
            for document in &session.session_policies {
                add(policies, PolicyKind::Session, PolicyUse::Identity, &session.session_name, document);
            }
        }
        Principal::Root | Principal::Service(_) | Principal::Anonymous => {}
    }
}

fn add_entity(policies: &mut Vec<AttachedPolicy>, iam: &iam::State, entity: &Entity) {
    for (name, document) in &entity.inline {
        add(policies, PolicyKind::Identity, PolicyUse::Identity, name, document);
    }
    for arn in &entity.attached {
        if let Some(document) = iam::managed_document(iam, arn) {
            add(policies, PolicyKind::Identity, PolicyUse::Identity, arn, document);
        }
    }
}

fn add_boundary(policies: &mut Vec<AttachedPolicy>, iam: &iam::State, entity: &Entity) {
    let Some(arn) = &entity.boundary else { return };
    if let Some(document) = iam::managed_document(iam, arn) {
        add(policies, PolicyKind::PermissionsBoundary, PolicyUse::Identity, arn, document);
    }
}

/// The global condition keys, then those of the check.
///
/// **Source**: IAM User Guide, "AWS global condition context keys".
fn condition_keys(cx: &OpContext<'_>, principal: &Principal, check: &AccessCheck) -> Keys {
    let mut keys = Keys::new();
    let mut set = |key: &str, value: String| {
        keys.insert(key.to_lowercase(), vec![value]);
    };
    let now = Timestamp(cx.now_ms);
    set("aws:CurrentTime", now.iso_seconds());
    set("aws:EpochTime", now.epoch_s().to_string());
    set("aws:RequestedRegion", cx.region.to_string());
    set("aws:ResourceAccount", cx.account().to_string());
    set("aws:PrincipalType", principal.kind().to_owned());
    set("aws:PrincipalIsAWSService", matches!(principal, Principal::Service(_)).to_string());
    set("aws:ViaAWSService", "false".to_owned());
    set("aws:userid", principal.user_id(cx.account()));
    if cx.request.http_id.is_some() {
        set("aws:SourceIp", cx.request.source_ip.clone());
        set("aws:UserAgent", cx.request.user_agent.clone());
        set("aws:SecureTransport", (cx.request.http.scheme == Scheme::Https).to_string());
        if let Some(referer) = cx.request.http.headers.get("referer") {
            set("aws:Referer", referer.to_owned());
        }
    }
    match principal {
        Principal::Root => {
            set("aws:PrincipalAccount", cx.account().to_string());
            set("aws:PrincipalArn", principal.arn(cx.account()));
        }
        Principal::User(user) => {
            set("aws:PrincipalAccount", cx.account().to_string());
            set("aws:PrincipalArn", user.arn.to_string());
            set("aws:username", user.name.clone());
            let tags = cx.state().iam.user(&user.name).map(|found| found.entity.tags.as_slice());
            for (key, value) in tags.unwrap_or_default() {
                set(&format!("aws:PrincipalTag/{key}"), value.clone());
            }
        }
        Principal::Role(session) => {
            set("aws:PrincipalAccount", cx.account().to_string());
            // The key holds the role's ARN, not the session's.
            set("aws:PrincipalArn", session.role_arn.to_string());
            set("aws:MultiFactorAuthPresent", "false".to_owned());
            let role = cx.state().iam.role(&session.role_name);
            let tags = role.map(|found| found.entity.tags.as_slice()).unwrap_or_default();
            for (key, value) in tags.iter().chain(&session.tags) {
                set(&format!("aws:PrincipalTag/{key}"), value.clone());
            }
        }
        Principal::Service(name) => set("aws:PrincipalServiceName", name.clone()),
        Principal::Anonymous => {}
    }
    for (key, values) in &check.context {
        keys.insert(key.to_lowercase(), values.clone());
    }
    keys
}
