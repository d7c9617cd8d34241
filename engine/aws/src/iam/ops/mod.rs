//! The operations of IAM, one file per group.

pub mod access_keys;
pub mod account;
pub mod attachments;
pub mod boundaries;
pub mod groups;
pub mod inline;
pub mod instance_profiles;
pub mod policies;
pub mod roles;
pub mod simulate;
pub mod tags;
pub mod users;
