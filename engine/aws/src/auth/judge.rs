//! The verdict on one action: gathers the policies and condition keys that have a say.

use crate::auth::policy::pattern::Keys;
use crate::auth::policy::{AttachedPolicy, PolicyUse, Question, evaluate, explain};
use crate::auth::{AccessCheck, Decision, PolicyKind, Principal, Reason};
use crate::cloud::CloudState;
use crate::context::{OpContext, RequestMeta};
use crate::iam::{self, Entity};
use crate::service::ServiceDef;
use nuvola_kernel::{AccountId, Region, Timestamp};
use nuvola_wire::Scheme;

/// Where and when a permission is asked for, and by which request.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub state: &'a CloudState,
    pub region: &'a Region,
    pub now_ms: i64,
    pub request: &'a RequestMeta,
}

impl Scene<'_> {
    fn account(&self) -> &AccountId {
        &self.state.options.account
    }
}

/// Judges whether `principal` may do what `check` says.
pub fn authorize(cx: &OpContext<'_>, principal: &Principal, check: &AccessCheck) -> Decision {
    let scene = Scene { state: cx.state(), region: &cx.region, now_ms: cx.now_ms, request: &cx.request };
    judge(&scene, principal, check)
}

/// Judges in any scene: also where nobody asked, to tell who could.
pub(super) fn judge(scene: &Scene<'_>, principal: &Principal, check: &AccessCheck) -> Decision {
    let account = scene.account().as_str();
    let principal_arn = principal.arn(scene.account());
    let mut policies = identity_policies(&scene.state.iam, principal);
    if let Some(resource) = &check.resource_policy {
        let (kind, policy_use) = match check.trust {
            true => (PolicyKind::RoleTrust, PolicyUse::RoleTrust),
            false => (PolicyKind::Resource, PolicyUse::Resource),
        };
        add(&mut policies, &scene.state.iam, (kind, policy_use), &resource.name, &resource.document);
    }
    let keys = condition_keys(scene, principal, check);
    let question = Question {
        principal,
        account,
        principal_arn: &principal_arn,
        resource_account: account,
        action: &check.action,
        resource: &check.resource,
        keys: &keys,
        policies: &policies,
    };
    let verdict = evaluate(&question);
    let (remedies, near_misses) = match verdict.reason {
        Reason::NoneAllows(_) => (explain::remedies(&question), explain::near_misses(&question)),
        Reason::Root | Reason::Service | Reason::Allowed(_) | Reason::ExplicitDeny(_) => {
            (Vec::new(), Vec::new())
        }
    };
    Decision {
        allowed: verdict.allowed,
        principal: principal_arn,
        action: check.action.clone(),
        resource: check.resource.clone(),
        reason: verdict.reason,
        matched: verdict.matched,
        remedies,
        near_misses,
    }
}

/// Documents were checked when they were stored; one that is no policy grants nothing.
pub(super) fn add(
    policies: &mut Vec<AttachedPolicy>,
    iam: &iam::State,
    (kind, policy_use): (PolicyKind, PolicyUse),
    name: &str,
    document: &str,
) {
    if let Some(policy) = iam.parsed.read(document, policy_use) {
        policies.push(AttachedPolicy { kind, name: name.to_owned(), policy });
    }
}

/// The policies of the principal itself: its own, those of its groups, its boundary, its session's.
pub(crate) fn identity_policies(iam: &iam::State, principal: &Principal) -> Vec<AttachedPolicy> {
    let mut found = Vec::new();
    let policies = &mut found;
    match principal {
        Principal::User(user) => {
            let Some(entity) = iam.user(&user.name).map(|user| &user.entity) else { return found };
            add_entity(policies, iam, entity);
            for group in iam.groups_of(&user.name) {
                add_entity(policies, iam, &group.entity);
            }
            add_boundary(policies, iam, entity);
        }
        Principal::Role(session) => {
            let Some(role) = iam.role(&session.role_name) else { return found };
            add_entity(policies, iam, &role.entity);
            add_boundary(policies, iam, &role.entity);
            for document in &session.session_policies {
                let kind = (PolicyKind::Session, PolicyUse::Identity);
                add(policies, iam, kind, &session.session_name, document);
            }
        }
        Principal::Root | Principal::Service(_) | Principal::Anonymous => {}
    }
    found
}

/// The policies of a user, a group or a role alone.
pub(super) fn entity_policies(iam: &iam::State, entity: &Entity) -> Vec<AttachedPolicy> {
    let mut policies = Vec::new();
    add_entity(&mut policies, iam, entity);
    policies
}

fn add_entity(policies: &mut Vec<AttachedPolicy>, iam: &iam::State, entity: &Entity) {
    for (name, document) in &entity.inline {
        add(policies, iam, (PolicyKind::Identity, PolicyUse::Identity), name, document);
    }
    for arn in &entity.attached {
        if let Some(document) = iam::managed_document(iam, arn) {
            add(policies, iam, (PolicyKind::Identity, PolicyUse::Identity), arn, document);
        }
    }
}

fn add_boundary(policies: &mut Vec<AttachedPolicy>, iam: &iam::State, entity: &Entity) {
    let Some(arn) = &entity.boundary else { return };
    if let Some(document) = iam::managed_document(iam, arn) {
        add(policies, iam, (PolicyKind::PermissionsBoundary, PolicyUse::Identity), arn, document);
    }
}

/// The global condition keys, then those of the check.
///
/// **Source**: IAM User Guide, "AWS global condition context keys".
fn condition_keys(cx: &Scene<'_>, principal: &Principal, check: &AccessCheck) -> Keys {
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
    // Long-lived keys have none of these: conditions tell temporary credentials by them.
    let key = cx.request.access_key_id.as_ref();
    let temporary = key.and_then(|id| cx.state.sts.sessions.get(id));
    if let Some(session) = temporary.filter(|session| session.principal == *principal) {
        set("aws:TokenIssueTime", Timestamp(session.issued_at_ms).iso_seconds());
        set("aws:MultiFactorAuthPresent", "false".to_owned());
    }
    for (key, value) in ServiceDef::facts_of(cx.state, &check.action, &check.resource).tags {
        set(&format!("aws:ResourceTag/{key}"), value.clone());
        if check.action.starts_with("iam:") {
            set(&format!("iam:ResourceTag/{key}"), value);
        }
    }
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
            let tags = cx.state.iam.user(&user.name).map(|found| found.entity.tags.as_slice());
            for (key, value) in tags.unwrap_or_default() {
                set(&format!("aws:PrincipalTag/{key}"), value.clone());
            }
        }
        Principal::Role(session) => {
            set("aws:PrincipalAccount", cx.account().to_string());
            // The key holds the role's ARN, not the session's.
            set("aws:PrincipalArn", session.role_arn.to_string());
            if let Some(identity) = &session.source_identity {
                set("aws:SourceIdentity", identity.clone());
            }
            let role = cx.state.iam.role(&session.role_name);
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
