//! Quotas and times of EC2.

/// vCPUs of running standard instances in a region.
///
/// **Source**: Amazon EC2 User Guide, "Amazon EC2 service quotas": new accounts start with few and AWS raises
/// the quota with use; 32 is what accounts commonly have.
pub const VCPUS: i32 = 32;

/// **Source**: Amazon VPC User Guide, "Amazon VPC quotas": groups per region, rules of one direction per
/// group, Elastic IPs per region.
pub const GROUPS: usize = 2500;
pub const RULES_PER_GROUP: usize = 60;
pub const ADDRESSES: usize = 5;
pub const GROUPS_PER_INTERFACE: usize = 5;

/// **Source**: Amazon EC2 User Guide, "Tag your Amazon EC2 resources", "Tag restrictions".
pub const TAGS: usize = 50;
pub const TAG_KEY_CHARS: usize = 128;
pub const TAG_VALUE_CHARS: usize = 256;

/// **Source**: Amazon EC2 User Guide, "Run commands when you launch an EC2 instance with user data input".
pub const USER_DATA_BYTES: usize = 16_384;

/// What `GetConsoleOutput` keeps. **Source**: EC2 API Reference, "GetConsoleOutput".
pub const CONSOLE_BYTES: usize = 64 * 1024;

/// How long changes of state take. AWS promises no times; these are short ones of everyday use.
pub const BOOT_MS: i64 = 5_000;
pub const STOP_MS: i64 = 8_000;
pub const TERMINATE_MS: i64 = 8_000;
/// From running until both status checks pass. On AWS two to three minutes.
pub const CHECKS_MS: i64 = 60_000;
/// How long a terminated instance is still shown.
///
/// **Source**: Amazon EC2 User Guide, "Terminate Amazon EC2 instances": "usually about an hour".
pub const FORGET_MS: i64 = 3_600_000;

/// Credentials of the metadata service live so long, and are replaced before their end.
///
/// **Source**: Amazon EC2 User Guide, "Retrieve security credentials from instance metadata": new ones are
/// there at least five minutes before the old ones expire.
pub const ROLE_SESSION_S: i64 = 6 * 3600;
pub const ROLE_RENEWAL_MS: i64 = 15 * 60 * 1000;
