//! What IAM knows. Maps are keyed by names in lower case: IAM's names are unique without case.

use crate::auth::policy::PolicyCache;
use crate::iam::errors;
use crate::service::ApiResult;
use nuvola_kernel::Map;
use nuvola_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Tags keep the order in which they were added.
pub type Tags = Vec<(String, String)>;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub users: Map<String, User>,
    pub groups: Map<String, Group>,
    pub roles: Map<String, Role>,
    /// Customer-managed policies by ARN; AWS's own are in `managed`.
    pub policies: Map<String, ManagedPolicy>,
    pub instance_profiles: Map<String, InstanceProfile>,
    /// By access key id.
    pub access_keys: Map<String, AccessKey>,
    pub account_alias: Option<String>,
    /// Policies as they were read last; follows from their texts.
    #[serde(skip)]
    pub parsed: PolicyCache,
}

/// What users, groups and roles have in common: a name, and policies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    pub name: String,
    /// Begins and ends with `/`.
    pub path: String,
    pub id: String,
    pub arn: String,
    pub created_at: Timestamp,
    pub tags: Tags,
    /// ARNs of managed policies, in the order of attachment.
    pub attached: Vec<String>,
    /// Inline policies: documents by name.
    pub inline: BTreeMap<String, String>,
    /// The ARN of the policy that bounds its permissions.
    pub boundary: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    pub entity: Entity,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub entity: Entity,
    /// Lower-case names of users, in the order in which they joined.
    pub members: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Role {
    pub entity: Entity,
    pub trust_policy: String,
    pub description: Option<String>,
    pub max_session_duration_s: i32,
    /// When and in which region credentials of the role were last used.
    pub last_used: Option<(Timestamp, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    pub name: String,
    pub path: String,
    pub id: String,
    pub arn: String,
    pub description: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub tags: Tags,
    /// Oldest first; at least one.
    pub versions: Vec<PolicyVersion>,
    pub default_version: String,
    /// The number of the next version: numbers are not used again.
    pub next_version: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// `v1`, `v2`, ...
    pub id: String,
    pub document: String,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceProfile {
    pub name: String,
    pub path: String,
    pub id: String,
    pub arn: String,
    pub created_at: Timestamp,
    pub tags: Tags,
    /// The lower-case name of the role.
    pub role: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccessKey {
    pub id: String,
    pub secret: String,
    /// The lower-case name of the user.
    pub user: String,
    pub active: bool,
    pub created_at: Timestamp,
    /// When, for which service and in which region.
    pub last_used: Option<(Timestamp, String, String)>,
}

impl ManagedPolicy {
    pub fn version(&self, id: &str) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.id == id)
    }

    pub fn document(&self) -> &str {
        let version = self.version(&self.default_version);
        &version.expect("the default version is one of the versions").document
    }
}

/// A name as the maps have it.
pub fn key(name: &str) -> String {
    name.to_lowercase()
}

impl State {
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.get(&key(name)).filter(|role| role.entity.name == name)
    }

    pub fn role_by_arn(&self, arn: &str) -> Option<&Role> {
        self.role(arn.rsplit('/').next()?).filter(|role| role.entity.arn == arn)
    }

    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.get(&key(name)).filter(|user| user.entity.name == name)
    }

    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.get(&key(name)).filter(|group| group.entity.name == name)
    }

    pub fn instance_profile(&self, name: &str) -> Option<&InstanceProfile> {
        self.instance_profiles.get(&key(name)).filter(|profile| profile.name == name)
    }

    /// What EC2 asks for: an instance profile by its name or by its ARN.
    pub fn find_instance_profile(&self, name_or_arn: &str) -> Option<&InstanceProfile> {
        if !name_or_arn.starts_with("arn:") {
            return self.instance_profile(name_or_arn);
        }
        let name = name_or_arn.rsplit('/').next()?;
        self.instance_profile(name).filter(|profile| profile.arn == name_or_arn)
    }

    /// The role in an instance profile; instances get its credentials by `sts::role_session`.
    pub fn profile_role(&self, profile: &InstanceProfile) -> Option<&Role> {
        self.roles.get(profile.role.as_ref()?)
    }

    /// The groups that a user is in, by name.
    pub fn groups_of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = &'a Group> {
        let user = key(user);
        self.groups.values().filter(move |group| group.members.contains(&user))
    }

    /// Everything that managed policies can be attached to.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        let users = self.users.values().map(|user| &user.entity);
        let groups = self.groups.values().map(|group| &group.entity);
        users.chain(groups).chain(self.roles.values().map(|role| &role.entity))
    }

    /// How many entities each managed policy in use is attached to, and how many it bounds, by ARN.
    pub fn policy_uses(&self) -> BTreeMap<&str, (usize, usize)> {
        let mut uses: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for entity in self.entities() {
            for arn in &entity.attached {
                uses.entry(arn).or_default().0 += 1;
            }
            if let Some(arn) = &entity.boundary {
                uses.entry(arn).or_default().1 += 1;
            }
        }
        uses
    }

    /// How many entities a managed policy is attached to.
    pub fn attachment_count(&self, arn: &str) -> usize {
        self.entities().filter(|entity| entity.attached.iter().any(|attached| attached == arn)).count()
    }

    /// How many entities a managed policy bounds.
    pub fn boundary_count(&self, arn: &str) -> usize {
        self.entities().filter(|entity| entity.boundary.as_deref() == Some(arn)).count()
    }
}

/// What can hold policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    User,
    Group,
    Role,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Group => "group",
            Kind::Role => "role",
        }
    }

    pub fn capital(self) -> &'static str {
        match self {
            Kind::User => "User",
            Kind::Group => "Group",
            Kind::Role => "Role",
        }
    }
}

impl State {
    /// A user, group or role to change.
    pub fn entity_mut(&mut self, kind: Kind, name: &str) -> ApiResult<&mut Entity> {
        let entity = match kind {
            Kind::User => self.users.get_mut(&key(name)).map(|user| &mut user.entity),
            Kind::Group => self.groups.get_mut(&key(name)).map(|group| &mut group.entity),
            Kind::Role => self.roles.get_mut(&key(name)).map(|role| &mut role.entity),
        };
        entity.filter(|entity| entity.name == name).ok_or_else(|| errors::no_such(kind.word(), name))
    }

    /// Remembers when credentials of a role were used last.
    pub fn note_role_use(&mut self, name: &str, at: Timestamp, region: String) {
        if let Some(role) = self.roles.get_mut(&key(name)) {
            role.last_used = Some((at, region));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_profile_is_found_by_name_and_by_arn() {
        // Source: EC2 API Reference, "IamInstanceProfileSpecification": a name or an ARN.
        let mut iam = State::default();
        let arn = "arn:aws:iam::123456789012:instance-profile/web/Server".to_owned();
        let profile = InstanceProfile {
            name: "Server".to_owned(),
            path: "/web/".to_owned(),
            id: "AIPA".to_owned(),
            arn: arn.clone(),
            created_at: Timestamp(0),
            tags: Vec::new(),
            role: None,
        };
        iam.instance_profiles.insert(key("Server"), profile.clone());
        assert_eq!(iam.find_instance_profile("Server"), Some(&profile));
        assert_eq!(iam.find_instance_profile(&arn), Some(&profile));
        assert_eq!(iam.find_instance_profile("arn:aws:iam::123456789012:instance-profile/Server"), None);
        assert_eq!(iam.find_instance_profile("server"), None);
        assert_eq!(iam.profile_role(&profile), None);
    }
}
