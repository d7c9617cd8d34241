//! Tables of DynamoDB and their items.

pub mod attributes;
mod definition;
pub mod item;
pub mod table;
mod update;
mod wait;
