//! Shapes that several operations of IAM share, and how they are made from the state.

use crate::iam::state;
use nuvola_kernel::Timestamp;
use nuvola_wire::{shape, uri};

shape! {
    /// A role; listings leave its tags and boundary out.
    pub struct Role {
        #[wire("Path")] pub path: String,
        #[wire("RoleName")] pub role_name: String,
        #[wire("RoleId")] pub role_id: String,
        #[wire("Arn")] pub arn: String,
        #[wire("CreateDate")] pub create_date: Timestamp,
        #[wire("AssumeRolePolicyDocument")] pub assume_role_policy_document: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("MaxSessionDuration")] pub max_session_duration: Option<i32>,
        #[wire("PermissionsBoundary")] pub permissions_boundary: Option<AttachedPermissionsBoundary>,
        #[wire("Tags")] pub tags: Option<Vec<Tag>>,
        #[wire("RoleLastUsed")] pub role_last_used: Option<RoleLastUsed>,
    }

    /// When a role was last used.
    pub struct RoleLastUsed {
        #[wire("LastUsedDate")] pub last_used_date: Option<Timestamp>,
        #[wire("Region")] pub region: Option<String>,
    }

    /// The policy that bounds an entity.
    pub struct AttachedPermissionsBoundary {
        #[wire("PermissionsBoundaryType")] pub permissions_boundary_type: Option<String>,
        #[wire("PermissionsBoundaryArn")] pub permissions_boundary_arn: Option<String>,
    }

    /// A key and a value.
    pub struct Tag {
        #[wire("Key")] pub key: String,
        #[wire("Value")] pub value: String,
    }

    /// A managed policy, without document.
    pub struct Policy {
        #[wire("PolicyName")] pub policy_name: Option<String>,
        #[wire("PolicyId")] pub policy_id: Option<String>,
        #[wire("Arn")] pub arn: Option<String>,
        #[wire("Path")] pub path: Option<String>,
        #[wire("DefaultVersionId")] pub default_version_id: Option<String>,
        #[wire("AttachmentCount")] pub attachment_count: Option<i32>,
        #[wire("PermissionsBoundaryUsageCount")] pub permissions_boundary_usage_count: Option<i32>,
        #[wire("IsAttachable")] pub is_attachable: Option<bool>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("CreateDate")] pub create_date: Option<Timestamp>,
        #[wire("UpdateDate")] pub update_date: Option<Timestamp>,
        #[wire("Tags")] pub tags: Option<Vec<Tag>>,
    }

    /// One version of a managed policy.
    pub struct PolicyVersion {
        #[wire("Document")] pub document: Option<String>,
        #[wire("VersionId")] pub version_id: Option<String>,
        #[wire("IsDefaultVersion")] pub is_default_version: Option<bool>,
        #[wire("CreateDate")] pub create_date: Option<Timestamp>,
    }

    /// A managed policy as an attachment.
    pub struct AttachedPolicy {
        #[wire("PolicyName")] pub policy_name: Option<String>,
        #[wire("PolicyArn")] pub policy_arn: Option<String>,
    }

    /// A role that a policy is attached to.
    pub struct PolicyRole {
        #[wire("RoleName")] pub role_name: Option<String>,
        #[wire("RoleId")] pub role_id: Option<String>,
    }

    /// A user that a policy is attached to.
    pub struct PolicyUser {
        #[wire("UserName")] pub user_name: Option<String>,
        #[wire("UserId")] pub user_id: Option<String>,
    }

    /// A group that a policy is attached to.
    pub struct PolicyGroup {
        #[wire("GroupName")] pub group_name: Option<String>,
        #[wire("GroupId")] pub group_id: Option<String>,
    }

    /// A user.
    pub struct User {
        #[wire("Path")] pub path: String,
        #[wire("UserName")] pub user_name: String,
        #[wire("UserId")] pub user_id: String,
        #[wire("Arn")] pub arn: String,
        #[wire("CreateDate")] pub create_date: Timestamp,
        #[wire("PasswordLastUsed")] pub password_last_used: Option<Timestamp>,
        #[wire("PermissionsBoundary")] pub permissions_boundary: Option<AttachedPermissionsBoundary>,
        #[wire("Tags")] pub tags: Option<Vec<Tag>>,
    }

    /// A group.
    pub struct Group {
        #[wire("Path")] pub path: String,
        #[wire("GroupName")] pub group_name: String,
        #[wire("GroupId")] pub group_id: String,
        #[wire("Arn")] pub arn: String,
        #[wire("CreateDate")] pub create_date: Timestamp,
    }

    /// An instance profile with its role.
    pub struct InstanceProfile {
        #[wire("Path")] pub path: String,
        #[wire("InstanceProfileName")] pub instance_profile_name: String,
        #[wire("InstanceProfileId")] pub instance_profile_id: String,
        #[wire("Arn")] pub arn: String,
        #[wire("CreateDate")] pub create_date: Timestamp,
        #[wire("Roles", required)] pub roles: Vec<Role>,
        #[wire("Tags")] pub tags: Option<Vec<Tag>>,
    }

    /// An access key with its secret.
    pub struct AccessKey {
        #[wire("UserName")] pub user_name: String,
        #[wire("AccessKeyId")] pub access_key_id: String,
        #[wire("Status")] pub status: String,
        #[wire("SecretAccessKey")] pub secret_access_key: String,
        #[wire("CreateDate")] pub create_date: Option<Timestamp>,
    }

    /// An access key without its secret.
    pub struct AccessKeyMetadata {
        #[wire("UserName")] pub user_name: Option<String>,
        #[wire("AccessKeyId")] pub access_key_id: Option<String>,
        #[wire("Status")] pub status: Option<String>,
        #[wire("CreateDate")] pub create_date: Option<Timestamp>,
    }

    /// The last use of an access key.
    pub struct AccessKeyLastUsed {
        #[wire("LastUsedDate")] pub last_used_date: Option<Timestamp>,
        #[wire("ServiceName")] pub service_name: String,
        #[wire("Region")] pub region: String,
    }
}

fn tags(tags: &state::Tags) -> Option<Vec<Tag>> {
    super::ops::tags::shown(tags)
}

fn boundary(arn: Option<&String>) -> Option<AttachedPermissionsBoundary> {
    arn.map(|arn| AttachedPermissionsBoundary {
        permissions_boundary_type: Some("Policy".to_owned()),
        permissions_boundary_arn: Some(arn.clone()),
    })
}

impl Role {
    /// As listings show it.
    pub fn listed(role: &state::Role) -> Self {
        let entity = &role.entity;
        Role {
            path: entity.path.clone(),
            role_name: entity.name.clone(),
            role_id: entity.id.clone(),
            arn: entity.arn.clone(),
            create_date: entity.created_at,
            assume_role_policy_document: Some(uri::encode(&role.trust_policy)),
            description: role.description.clone(),
            max_session_duration: Some(role.max_session_duration_s),
            ..Role::default()
        }
    }

    /// As GetRole shows it.
    pub fn detailed(role: &state::Role) -> Self {
        let last_used = match &role.last_used {
            Some((at, region)) => RoleLastUsed { last_used_date: Some(*at), region: Some(region.clone()) },
            None => RoleLastUsed::default(),
        };
        Role {
            tags: tags(&role.entity.tags),
            permissions_boundary: boundary(role.entity.boundary.as_ref()),
            role_last_used: Some(last_used),
            ..Role::listed(role)
        }
    }
}

impl User {
    /// As listings show it.
    pub fn listed(user: &state::User) -> Self {
        let entity = &user.entity;
        User {
            path: entity.path.clone(),
            user_name: entity.name.clone(),
            user_id: entity.id.clone(),
            arn: entity.arn.clone(),
            create_date: entity.created_at,
            ..User::default()
        }
    }

    /// As GetUser shows it.
    pub fn detailed(user: &state::User) -> Self {
        User {
            tags: tags(&user.entity.tags),
            permissions_boundary: boundary(user.entity.boundary.as_ref()),
            ..User::listed(user)
        }
    }
}

impl Group {
    pub fn shown(group: &state::Group) -> Self {
        let entity = &group.entity;
        Group {
            path: entity.path.clone(),
            group_name: entity.name.clone(),
            group_id: entity.id.clone(),
            arn: entity.arn.clone(),
            create_date: entity.created_at,
        }
    }
}

impl InstanceProfile {
    pub fn shown(iam: &state::State, profile: &state::InstanceProfile) -> Self {
        let role = iam.profile_role(profile);
        InstanceProfile {
            path: profile.path.clone(),
            instance_profile_name: profile.name.clone(),
            instance_profile_id: profile.id.clone(),
            arn: profile.arn.clone(),
            create_date: profile.created_at,
            roles: role.map(Role::listed).into_iter().collect(),
            tags: tags(&profile.tags),
        }
    }
}

impl Policy {
    /// As listings show it.
    pub fn listed(iam: &state::State, policy: &state::ManagedPolicy) -> Self {
        let count = |number: usize| i32::try_from(number).ok();
        Policy {
            policy_name: Some(policy.name.clone()),
            policy_id: Some(policy.id.clone()),
            arn: Some(policy.arn.clone()),
            path: Some(policy.path.clone()),
            default_version_id: Some(policy.default_version.clone()),
            attachment_count: count(iam.attachment_count(&policy.arn)),
            permissions_boundary_usage_count: count(iam.boundary_count(&policy.arn)),
            is_attachable: Some(true),
            description: None,
            create_date: Some(policy.created_at),
            update_date: Some(policy.updated_at),
            tags: None,
        }
    }
}

impl PolicyVersion {
    /// As listings show it: without document.
    pub fn listed(policy: &state::ManagedPolicy, version: &state::PolicyVersion) -> Self {
        PolicyVersion {
            document: None,
            version_id: Some(version.id.clone()),
            is_default_version: Some(policy.default_version == version.id),
            create_date: Some(version.created_at),
        }
    }

    /// As GetPolicyVersion shows it.
    pub fn detailed(policy: &state::ManagedPolicy, version: &state::PolicyVersion) -> Self {
        let document = Some(uri::encode(&version.document));
        PolicyVersion { document, ..PolicyVersion::listed(policy, version) }
    }
}
