//! The operations, by what they are about.

pub mod attributes;
pub mod batches;
pub mod messages;
pub mod moves;
pub mod permissions;
pub mod queues;
pub mod receive;
pub mod tags;
pub mod visibility;
