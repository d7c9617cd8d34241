//! The operations of CloudWatch Logs, one file per group.

pub mod events;
pub mod groups;
pub mod streams;
pub mod tags;
