//! The operations, by what they are about.

pub mod buses;
pub mod publishing;
pub mod rules;
pub mod tags;
pub mod targets;
