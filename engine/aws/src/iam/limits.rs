//! Quotas of IAM.
//!
//! **Source**: IAM User Guide, "IAM and AWS STS quotas" (default values).

pub const ROLES: usize = 1000;
pub const USERS: usize = 5000;
pub const GROUPS: usize = 300;
pub const POLICIES: usize = 1500;
pub const INSTANCE_PROFILES: usize = 1000;
pub const POLICIES_PER_ENTITY: usize = 10;
pub const POLICY_VERSIONS: usize = 5;
pub const POLICY_VERSIONS_IN_ACCOUNT: usize = 10_000;
pub const SERVER_CERTIFICATES: usize = 20;
pub const SIGNING_CERTIFICATES_PER_USER: usize = 2;
pub const ACCESS_KEYS_PER_USER: usize = 2;
pub const GROUPS_PER_USER: usize = 10;
pub const TAGS: usize = 50;

/// Sizes count characters other than white space.
pub const MANAGED_POLICY_CHARS: usize = 6144;
pub const TRUST_POLICY_CHARS: usize = 2048;
/// All inline policies of the entity together.
pub const ROLE_INLINE_CHARS: usize = 10_240;
pub const USER_INLINE_CHARS: usize = 2048;
pub const GROUP_INLINE_CHARS: usize = 5120;

pub const PAGE_DEFAULT: i32 = 100;
pub const PAGE_MAX: i32 = 1000;
