//! The operations, by what they are about.

pub mod permissions;
pub mod publishing;
pub mod subscriptions;
pub mod tags;
pub mod topics;
