//! IAM: users, groups, roles, access keys, instance profiles, managed and inline policies, the simulator.
//!
//! Not simulated: passwords and MFA, identity providers, server certificates, service-linked roles, reports. What policies mean is in [`crate::auth::policy`].

mod arns;
mod boundary;
mod check;
mod errors;
mod inventory;
mod limits;
mod managed;
mod missing;
pub mod ops;
pub mod shapes;
mod simulation;
pub mod state;

pub use inventory::inventory;
pub use state::{Entity, State};

use crate::cloud::CloudState;
use crate::service::{ResourceFacts, ServiceDef};
use nuvola_wire::{Protocol, ServiceSchema};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "IAM",
        protocol: Protocol::Query,
        signing_name: "iam",
        endpoint_prefix: "iam",
        api_version: "2010-05-08",
        xml_namespace: Some("https://iam.amazonaws.com/doc/2010-05-08/"),
        global: true,
        ..ServiceSchema::DEFAULT
    },
    facts: Some(facts),
    operations: &[
        &ops::roles::CREATE_ROLE,
        &ops::roles::GET_ROLE,
        &ops::roles::LIST_ROLES,
        &ops::roles::UPDATE_ROLE,
        &ops::roles::UPDATE_ROLE_DESCRIPTION,
        &ops::roles::UPDATE_ASSUME_ROLE_POLICY,
        &ops::roles::DELETE_ROLE,
        &ops::policies::CREATE_POLICY,
        &ops::policies::GET_POLICY,
        &ops::policies::LIST_POLICIES,
        &ops::policies::DELETE_POLICY,
        &ops::policies::CREATE_POLICY_VERSION,
        &ops::policies::GET_POLICY_VERSION,
        &ops::policies::LIST_POLICY_VERSIONS,
        &ops::policies::SET_DEFAULT_POLICY_VERSION,
        &ops::policies::DELETE_POLICY_VERSION,
        &ops::attachments::ATTACH_ROLE_POLICY,
        &ops::attachments::DETACH_ROLE_POLICY,
        &ops::attachments::LIST_ATTACHED_ROLE_POLICIES,
        &ops::attachments::ATTACH_USER_POLICY,
        &ops::attachments::DETACH_USER_POLICY,
        &ops::attachments::LIST_ATTACHED_USER_POLICIES,
        &ops::attachments::ATTACH_GROUP_POLICY,
        &ops::attachments::DETACH_GROUP_POLICY,
        &ops::attachments::LIST_ATTACHED_GROUP_POLICIES,
        &ops::attachments::LIST_ENTITIES_FOR_POLICY,
        &ops::inline::PUT_ROLE_POLICY,
        &ops::inline::GET_ROLE_POLICY,
        &ops::inline::DELETE_ROLE_POLICY,
        &ops::inline::LIST_ROLE_POLICIES,
        &ops::inline::PUT_USER_POLICY,
        &ops::inline::GET_USER_POLICY,
        &ops::inline::DELETE_USER_POLICY,
        &ops::inline::LIST_USER_POLICIES,
        &ops::inline::PUT_GROUP_POLICY,
        &ops::inline::GET_GROUP_POLICY,
        &ops::inline::DELETE_GROUP_POLICY,
        &ops::inline::LIST_GROUP_POLICIES,
        &ops::tags::TAG_ROLE,
        &ops::tags::UNTAG_ROLE,
        &ops::tags::LIST_ROLE_TAGS,
        &ops::tags::TAG_USER,
        &ops::tags::UNTAG_USER,
        &ops::tags::LIST_USER_TAGS,
        &ops::tags::TAG_INSTANCE_PROFILE,
        &ops::tags::UNTAG_INSTANCE_PROFILE,
        &ops::tags::LIST_INSTANCE_PROFILE_TAGS,
        &ops::tags::TAG_POLICY,
        &ops::tags::UNTAG_POLICY,
        &ops::tags::LIST_POLICY_TAGS,
        &ops::instance_profiles::CREATE_INSTANCE_PROFILE,
        &ops::instance_profiles::GET_INSTANCE_PROFILE,
        &ops::instance_profiles::LIST_INSTANCE_PROFILES,
        &ops::instance_profiles::LIST_INSTANCE_PROFILES_FOR_ROLE,
        &ops::instance_profiles::ADD_ROLE_TO_INSTANCE_PROFILE,
        &ops::instance_profiles::REMOVE_ROLE_FROM_INSTANCE_PROFILE,
        &ops::instance_profiles::DELETE_INSTANCE_PROFILE,
        &ops::users::CREATE_USER,
        &ops::users::GET_USER,
        &ops::users::LIST_USERS,
        &ops::users::UPDATE_USER,
        &ops::users::DELETE_USER,
        &ops::access_keys::CREATE_ACCESS_KEY,
        &ops::access_keys::LIST_ACCESS_KEYS,
        &ops::access_keys::UPDATE_ACCESS_KEY,
        &ops::access_keys::DELETE_ACCESS_KEY,
        &ops::access_keys::GET_ACCESS_KEY_LAST_USED,
        &ops::groups::CREATE_GROUP,
        &ops::groups::GET_GROUP,
        &ops::groups::LIST_GROUPS,
        &ops::groups::UPDATE_GROUP,
        &ops::groups::DELETE_GROUP,
        &ops::groups::ADD_USER_TO_GROUP,
        &ops::groups::REMOVE_USER_FROM_GROUP,
        &ops::groups::LIST_GROUPS_FOR_USER,
        &ops::boundaries::PUT_ROLE_PERMISSIONS_BOUNDARY,
        &ops::boundaries::DELETE_ROLE_PERMISSIONS_BOUNDARY,
        &ops::boundaries::PUT_USER_PERMISSIONS_BOUNDARY,
        &ops::boundaries::DELETE_USER_PERMISSIONS_BOUNDARY,
        &ops::account::CREATE_ACCOUNT_ALIAS,
        &ops::account::DELETE_ACCOUNT_ALIAS,
        &ops::account::LIST_ACCOUNT_ALIASES,
        &ops::account::GET_ACCOUNT_SUMMARY,
        &ops::account::GET_ACCOUNT_AUTHORIZATION_DETAILS,
        &ops::simulate::SIMULATE_CUSTOM_POLICY,
        &ops::simulate::SIMULATE_PRINCIPAL_POLICY,
        &ops::simulate::GET_CONTEXT_KEYS_FOR_CUSTOM_POLICY,
        &ops::simulate::GET_CONTEXT_KEYS_FOR_PRINCIPAL_POLICY,
    ],
    not_simulated: missing::NOT_SIMULATED,
    validation_code: "ValidationError",
    ..ServiceDef::DEFAULT
};

/// What permissions read of a user, role, policy or instance profile: its tags, and a role's trust policy.
fn facts(state: &CloudState, arn: &str) -> ResourceFacts {
    let iam = &state.iam;
    let Some((kind, rest)) = arn.splitn(6, ':').nth(5).and_then(|resource| resource.split_once('/')) else {
        return ResourceFacts::default();
    };
    let name = rest.rsplit('/').next().unwrap_or(rest);
    let role = iam.role(name).filter(|_| kind == "role");
    let tags = match kind {
        "role" => role.map(|role| &role.entity.tags),
        "user" => iam.user(name).map(|user| &user.entity.tags),
        "instance-profile" => iam.instance_profile(name).map(|profile| &profile.tags),
        "policy" => iam.policies.get(arn).map(|policy| &policy.tags),
        _ => None,
    };
    ResourceFacts {
        policy: role.map(|role| role.trust_policy.clone()),
        tags: tags.cloned().unwrap_or_default(),
    }
}

/// A managed policy by ARN: the account's, or AWS's own.
pub fn managed_policy(iam: &State, arn: &str) -> Option<state::ManagedPolicy> {
    iam.policies.get(arn).cloned().or_else(|| managed::find(arn))
}

/// The document that counts for a managed policy.
pub fn managed_document<'a>(iam: &'a State, arn: &str) -> Option<&'a str> {
    match iam.policies.get(arn) {
        Some(policy) => Some(policy.document()),
        None => managed::document(arn),
    }
}
