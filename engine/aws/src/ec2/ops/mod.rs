//! The operations of EC2, one file per group.

pub mod account;
pub mod addresses;
pub mod attributes;
pub mod console;
pub mod groups;
pub mod images;
pub mod instances;
pub mod interfaces;
pub mod keys;
pub mod network;
pub mod power;
pub mod profiles;
pub mod rules;
pub mod run;
pub mod tables;
pub mod tags;
pub mod types;
pub mod volumes;
