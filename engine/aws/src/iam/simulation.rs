//! What policies would say: the policy simulator.
//!
//! It judges by the policies that it is given and by the condition keys that it is told, not by the state of
//! the services.

use crate::auth::policy::document::{Policy, PolicyUse};
use crate::auth::policy::evaluate::{AttachedPolicy, Question, evaluate};
use crate::auth::policy::pattern::Keys;
use crate::auth::policy::places::{self, Place};
use crate::auth::{PolicyKind, Principal, Reason, StatementRef, UserPrincipal};
use crate::iam::state::{Entity, Kind, State};
use crate::iam::{errors, managed_policy};
use crate::service::ApiResult;
use nuvola_kernel::Arn;
use std::collections::BTreeSet;

/// A policy that takes part in a simulation, under the name that results give it.
pub struct Source {
    /// `PolicyInputList.1`, `user_NAME_POLICY` of an inline policy, the name of a managed one.
    pub id: String,
    pub kind: PolicyKind,
    pub text: String,
}

/// All that a simulation goes by.
pub struct Simulation {
    pub sources: Vec<Source>,
    policies: Vec<AttachedPolicy>,
    pub principal: Principal,
    pub account: String,
    pub resource_account: String,
    pub keys: Keys,
}

/// The answer for one action on one resource.
pub struct Simulated {
    /// `allowed`, `explicitDeny` or `implicitDeny`.
    pub decision: &'static str,
    pub matched: Vec<Matched>,
    /// Whether the boundary allows, where there is one.
    pub within_boundary: Option<bool>,
}

/// A statement that decided.
pub struct Matched {
    pub source: String,
    pub kind: PolicyKind,
    pub start: Place,
    pub end: Place,
}

impl Simulation {
    /// Reads the policies; the first that is none is refused.
    pub fn new(sources: Vec<Source>, principal: Principal, account: &str, keys: Keys) -> ApiResult<Self> {
        let mut policies = Vec::new();
        for source in &sources {
            let policy_use = match source.kind {
                PolicyKind::Identity | PolicyKind::PermissionsBoundary | PolicyKind::Session => {
                    PolicyUse::Identity
                }
                PolicyKind::Resource => PolicyUse::Resource,
                PolicyKind::RoleTrust => PolicyUse::RoleTrust,
            };
            let policy = Policy::parse(&source.text, policy_use)
                .map_err(|_| errors::invalid_input(format!("Invalid policy document: {}", source.id)))?;
            policies.push(AttachedPolicy {
                kind: source.kind,
                name: source.id.clone(),
                policy: policy.into(),
            });
        }
        let account = account.to_owned();
        Ok(Simulation { sources, policies, principal, resource_account: account.clone(), account, keys })
    }

    pub fn judge(&self, action: &str, resource: &str) -> Simulated {
        let principal_arn = match &self.principal {
            Principal::User(user) => user.arn.to_string(),
            Principal::Root | Principal::Role(_) | Principal::Service(_) | Principal::Anonymous => {
                format!("arn:aws:iam::{}:root", self.account)
            }
        };
        let question = Question {
            principal: &self.principal,
            account: &self.account,
            principal_arn: &principal_arn,
            resource_account: &self.resource_account,
            action,
            resource,
            keys: &self.keys,
            policies: &self.policies,
        };
        let verdict = evaluate(&question);
        let decision = match verdict.reason {
            Reason::ExplicitDeny(_) => "explicitDeny",
            Reason::NoneAllows(_) => "implicitDeny",
            Reason::Root | Reason::Service | Reason::Allowed(_) => "allowed",
        };
        let bound = |kind| kind == PolicyKind::PermissionsBoundary;
        let bounded = self.policies.iter().any(|policy| bound(policy.kind));
        let within = bounded.then(|| verdict.matched.iter().any(|one| bound(one.kind)));
        let matched = verdict.matched.iter().filter(|one| !bound(one.kind));
        Simulated {
            decision,
            matched: matched.filter_map(|one| self.place(one)).collect(),
            within_boundary: within,
        }
    }

    fn place(&self, statement: &StatementRef) -> Option<Matched> {
        let source = self.sources.iter().find(|source| source.id == statement.policy)?;
        let (start, end) = *places::statements(&source.text).get(statement.index)?;
        Some(Matched { source: source.id.clone(), kind: source.kind, start, end })
    }

    /// Condition keys that the policies ask for and nobody told.
    pub fn missing_keys(&self) -> Vec<String> {
        let mut asked = BTreeSet::new();
        for attached in &self.policies {
            attached.policy.context_keys(&mut asked);
        }
        asked.into_iter().filter(|key| !self.keys.contains_key(&key.to_lowercase())).collect()
    }
}

/// The policies of a user (with those of its groups), a group or a role, by ARN.
pub fn sources_of(iam: &State, arn: &str) -> ApiResult<Vec<Source>> {
    let mut out = Vec::new();
    let (kind, entity) = entity_of(iam, arn)?;
    add_sources(iam, &mut out, kind, entity);
    if kind == Kind::User {
        for group in iam.groups_of(&entity.name) {
            add_sources(iam, &mut out, Kind::Group, &group.entity);
        }
    }
    if let Some(policy) = entity.boundary.as_ref().and_then(|arn| managed_policy(iam, arn)) {
        let text = policy.document().to_owned();
        out.push(Source { id: policy.name, kind: PolicyKind::PermissionsBoundary, text });
    }
    Ok(out)
}

/// The user, group or role of an ARN.
pub fn entity_of<'a>(iam: &'a State, arn: &str) -> ApiResult<(Kind, &'a Entity)> {
    let parsed = Arn::parse(arn).filter(|parsed| parsed.service() == "iam");
    let parsed = parsed.ok_or_else(|| errors::invalid_input(format!("Invalid Entity Arn: {arn}")))?;
    let Some((kind, rest)) = parsed.resource().split_once('/') else {
        return Err(errors::invalid_input(format!("Invalid Entity Arn: {arn}")));
    };
    let name = rest.rsplit('/').next().unwrap_or(rest);
    let (kind, found) = match kind {
        "user" => (Kind::User, iam.user(name).map(|user| &user.entity)),
        "group" => (Kind::Group, iam.group(name).map(|group| &group.entity)),
        "role" => (Kind::Role, iam.role(name).map(|role| &role.entity)),
        _ => return Err(errors::invalid_input(format!("Invalid Entity Arn: {arn}"))),
    };
    match found.filter(|entity| entity.arn == arn) {
        Some(entity) => Ok((kind, entity)),
        None => Err(errors::no_such(kind.word(), name)),
    }
}

fn add_sources(iam: &State, out: &mut Vec<Source>, kind: Kind, entity: &Entity) {
    for (name, text) in &entity.inline {
        let id = format!("{}_{}_{name}", kind.word(), entity.name);
        out.push(Source { id, kind: PolicyKind::Identity, text: text.clone() });
    }
    for policy in entity.attached.iter().filter_map(|arn| managed_policy(iam, arn)) {
        let text = policy.document().to_owned();
        out.push(Source { id: policy.name, kind: PolicyKind::Identity, text });
    }
}

/// Who asks in a simulation: a user of that ARN, whether there is one or not. Groups and roles are judged in
/// the same way, since only their policies count.
pub fn caller(arn: &str, id: &str) -> Option<Principal> {
    let parsed = Arn::parse(arn)?;
    let name = arn.rsplit('/').next().unwrap_or(arn).to_owned();
    Some(Principal::User(UserPrincipal { name, id: id.to_owned(), arn: parsed }))
}
