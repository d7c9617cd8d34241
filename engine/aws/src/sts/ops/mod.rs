//! The operations of STS.

pub mod identity;
pub mod sessions;
