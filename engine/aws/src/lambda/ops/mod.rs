//! Lambda's operations, by group.

pub mod aliases;
pub mod concurrency;
pub mod event_configs;
pub mod functions;
pub mod invoke;
pub mod layers;
pub mod mappings;
pub mod permissions;
pub mod settings;
pub mod tags;
pub mod updates;
pub mod urls;
pub mod versions;
