//! The operations, by group.

pub mod account;
pub mod batch;
mod common;
mod definition;
mod describe;
pub mod items;
pub mod pages;
pub mod recovery;
pub mod tables;
pub mod tags;
pub mod transactions;
pub mod ttl;
pub mod update_item;
pub mod update_table;

pub use describe::key_schema;
