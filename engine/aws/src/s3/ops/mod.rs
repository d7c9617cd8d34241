//! The operations, by group.

pub mod acl;
pub mod buckets;
pub mod copy;
pub mod delete;
pub mod description;
pub mod get;
pub mod lifecycle;
pub mod list;
pub mod multipart;
pub mod notifications;
pub mod policy;
pub mod put;
pub mod settings;
pub mod tagging;
pub mod uploads;
pub mod website;
