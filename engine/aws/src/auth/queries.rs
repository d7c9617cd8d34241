//! Who can do what: questions about permissions that nobody has asked for yet, answered as plain data.
//!
//! They are judged as a request over HTTPS from the address that all requests seem to come from.

use crate::auth::judge::{self, Scene};
use crate::auth::policy::PolicyUse;
use crate::auth::policy::document::{Listed, Statement};
use crate::auth::policy::evaluate::{AttachedPolicy, Named, Question};
use crate::auth::policy::pattern::{Keys, glob};
use crate::auth::{
    AccessCheck, Decision, PolicyKind, Principal, ResourcePolicy, RoleSession, StatementRef, UserPrincipal,
};
use crate::cloud::Cloud;
use crate::context::RequestMeta;
use crate::iam;
use crate::inventory::Item;
use crate::pipeline::SOURCE_IP;
use crate::service::ServiceDef;
use nuvola_kernel::Arn;
use nuvola_kernel::ordered::sort_by_key;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name of the session as which a role is judged.
const SESSION_NAME: &str = "session";

/// All that bears on what a principal may do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Permissions {
    /// The ARN of the user or role.
    pub principal: String,
    /// Its own policies first, then those of its groups, its boundary, and those of resources that name it.
    pub policies: Vec<PolicyView>,
}

/// A policy that bears on a principal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyView {
    pub kind: PolicyKind,
    /// The policy's ARN, the name of an inline policy, or the ARN of the resource that it belongs to.
    pub name: String,
    pub statements: Vec<StatementView>,
}

/// A statement in plain words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatementView {
    pub statement: StatementRef,
    pub actions: Vec<String>,
    /// The actions are those that are left out.
    pub not_actions: bool,
    pub resources: Vec<String>,
    /// The resources are those that are left out.
    pub not_resources: bool,
    /// `StringEquals aws:RequestedRegion: eu-south-1, eu-west-1`
    pub conditions: Vec<String>,
    /// ARNs of what exists and is meant, its conditions aside.
    pub reaches: Vec<String>,
}

impl Cloud {
    /// Whether a principal may do something, with the reasons. Nothing where there is no such principal.
    ///
    /// `principal` is the ARN of the root user, of a user, of a role or of a role's session, the name of an
    /// AWS service, or `anonymous`.
    pub fn can(&self, principal: &str, action: &str, resource: &str) -> Option<Decision> {
        let found = self.principal(principal)?;
        Some(self.judged(&found, action, resource))
    }

    /// Everyone who may do something: the root user, users, roles (by the ARN of the role), services that the
    /// resource's policy names, and `anonymous`.
    pub fn who_can(&self, action: &str, resource: &str) -> Vec<Decision> {
        let iam = &self.state().iam;
        let mut all = vec![Principal::Root];
        all.extend(iam.users.values().map(|user| user_principal(&user.entity)));
        all.extend(iam.roles.values().map(|role| role_principal(&role.entity)));
        if let Some(text) = ServiceDef::facts_of(self.state(), action, resource).policy
            && let Some(policy) = iam.parsed.read(&text, policy_use(action))
        {
            all.extend(policy.services().into_iter().map(Principal::Service));
            all.push(Principal::Anonymous);
        }
        let mut out = Vec::new();
        for principal in &all {
            let mut decision = self.judged(principal, action, resource);
            if let Principal::Role(session) = principal {
                decision.principal = session.role_arn.to_string();
            }
            if decision.allowed {
                out.push(decision);
            }
        }
        out
    }

    /// The policies that bear on a user or role, and which existing resources each statement means. A group is
    /// nobody who asks, but its policies can be looked at too.
    pub fn what_can(&self, principal: &str) -> Option<Permissions> {
        let items = self.inventory();
        let state = self.state();
        let name = principal.rsplit('/').next().unwrap_or(principal);
        if let Some(group) = state.iam.group(name).filter(|group| group.entity.arn == principal) {
            let policies = judge::entity_policies(&state.iam, &group.entity);
            let policies = policies.iter().map(|attached| view(attached, &items, |_| true)).collect();
            return Some(Permissions { principal: principal.to_owned(), policies });
        }
        let found = self.principal(principal)?;
        let mut policies: Vec<PolicyView> = judge::identity_policies(&state.iam, &found)
            .iter()
            .map(|attached| view(attached, &items, |_| true))
            .collect();
        let keys = Keys::new();
        let arn = found.arn(self.account());
        let account = self.account().as_str();
        for item in &items {
            let action = owner_action(&item.arn);
            let Some(text) = ServiceDef::facts_of(state, action, &item.arn).policy else { continue };
            let kind = if action == ASSUME { PolicyKind::RoleTrust } else { PolicyKind::Resource };
            let mut attached = Vec::new();
            judge::add(&mut attached, &state.iam, (kind, policy_use(action)), &item.arn, &text);
            let question = Question {
                principal: &found,
                account,
                principal_arn: &arn,
                resource_account: account,
                action,
                resource: &item.arn,
                keys: &keys,
                policies: &[],
            };
            let seen = attached
                .iter()
                .map(|policy| view(policy, &items, |statement| question.named(statement) != Named::No));
            policies.extend(seen.filter(|view| !view.statements.is_empty()));
        }
        Some(Permissions { principal: principal.to_owned(), policies })
    }

    fn judged(&self, principal: &Principal, action: &str, resource: &str) -> Decision {
        let state = self.state();
        let policy = ServiceDef::facts_of(state, action, resource).policy;
        // A service acts for some resource: it is asked about the one that the policy lets it act for.
        let mut context = BTreeMap::new();
        if let (Principal::Service(name), Some(text)) = (principal, &policy)
            && let Some(policy) = state.iam.parsed.read(text, policy_use(action))
        {
            context = policy.source_of(name);
        }
        let check = AccessCheck {
            context,
            action: action.to_owned(),
            resource: resource.to_owned(),
            // Only what concerns assuming asks a role's trust policy.
            resource_policy: policy
                .filter(|_| !action.starts_with("iam:"))
                .map(|document| ResourcePolicy { name: resource.to_owned(), document }),
            trust: action.starts_with("sts:"),
        };
        let request =
            RequestMeta { http_id: Some(0), source_ip: SOURCE_IP.to_owned(), ..RequestMeta::default() };
        let scene = Scene { state, region: &state.options.region, now_ms: state.now_ms, request: &request };
        judge::judge(&scene, principal, &check)
    }

    fn principal(&self, text: &str) -> Option<Principal> {
        let state = self.state();
        if text == "anonymous" {
            return Some(Principal::Anonymous);
        }
        if text.ends_with(".amazonaws.com") {
            return Some(Principal::Service(text.to_owned()));
        }
        let arn = Arn::parse(text)?;
        match arn.resource().split_once('/') {
            None => (arn.resource() == "root").then_some(Principal::Root),
            Some(("user", rest)) => {
                let user = state.iam.user(rest.rsplit('/').next()?)?;
                (user.entity.arn == text).then(|| user_principal(&user.entity))
            }
            Some(("role", _)) => state.iam.role_by_arn(text).map(|role| role_principal(&role.entity)),
            Some(("assumed-role", rest)) => {
                let sessions = state.sts.sessions.values();
                let own = sessions.filter(|session| session.principal.arn(self.account()) == text);
                let live = own.max_by_key(|session| session.issued_at_ms).map(|session| &session.principal);
                live.cloned()
                    .or_else(|| Some(role_principal(&state.iam.role(rest.split('/').next()?)?.entity)))
            }
            Some(_) => None,
        }
    }
}

const ASSUME: &str = "sts:AssumeRole";

fn policy_use(action: &str) -> PolicyUse {
    if action.starts_with("sts:") { PolicyUse::RoleTrust } else { PolicyUse::Resource }
}

/// An action of the service whose policies a resource has.
fn owner_action(arn: &str) -> &str {
    let vendor = arn.split(':').nth(2).unwrap_or_default();
    if vendor == "iam" { ASSUME } else { vendor }
}

fn user_principal(entity: &iam::Entity) -> Principal {
    Principal::User(UserPrincipal {
        name: entity.name.clone(),
        id: entity.id.clone(),
        arn: Arn::parse(&entity.arn).expect("a user's ARN is well-formed"),
    })
}

fn role_principal(entity: &iam::Entity) -> Principal {
    Principal::Role(RoleSession {
        role_name: entity.name.clone(),
        role_arn: Arn::parse(&entity.arn).expect("a role's ARN is well-formed"),
        role_id: entity.id.clone(),
        session_name: SESSION_NAME.to_owned(),
        session_policies: Vec::new(),
        tags: Vec::new(),
        transitive_tag_keys: Vec::new(),
        source_identity: None,
        caller: None,
    })
}

fn view(attached: &AttachedPolicy, items: &[Item], concerns: impl Fn(&Statement) -> bool) -> PolicyView {
    let statements = attached.policy.statements.iter().enumerate();
    let statements = statements.filter(|(_, statement)| concerns(statement)).map(|(index, statement)| {
        let listed = |list: &Listed<Vec<String>>| (list.items().clone(), list.is_negated());
        let (actions, not_actions) = listed(&statement.action);
        let (resources, not_resources) = statement.resource.as_ref().map(listed).unwrap_or_default();
        let mut reaches: Vec<String> =
            items.iter().filter(|item| means(statement, &item.arn)).map(|item| item.arn.clone()).collect();
        sort_by_key(&mut reaches, Clone::clone);
        reaches.dedup();
        let conditions = statement.conditions.iter();
        StatementView {
            statement: attached.reference(index, statement),
            actions,
            not_actions,
            resources,
            not_resources,
            conditions: conditions
                .map(|one| format!("{} {}: {}", one.written, one.key, one.values.join(", ")))
                .collect(),
            reaches,
        }
    });
    PolicyView { kind: attached.kind, name: attached.name.clone(), statements: statements.collect() }
}

/// Whether a statement is about a resource: one of its actions is of the resource's service, and one of its
/// patterns matches the resource or something in it (a bucket's objects).
fn means(statement: &Statement, arn: &str) -> bool {
    let vendor = arn.split(':').nth(2).unwrap_or_default();
    let of_service = |pattern: &String| match pattern.split_once(':') {
        Some((service, _)) => glob(&service.to_lowercase(), vendor),
        None => pattern == "*",
    };
    let within = format!("{arn}/");
    let matches = |pattern: &String| glob(pattern, arn) || pattern.starts_with(&within);
    let action = statement.action.items().iter().any(of_service) || statement.action.is_negated();
    let resource = statement
        .resource
        .as_ref()
        .is_none_or(|listed| listed.items().iter().any(matches) != listed.is_negated());
    action && resource
}
