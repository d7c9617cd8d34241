//! What AWS offers: instance types and public images.

pub mod images;
pub mod types;
