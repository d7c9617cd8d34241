//! Terraform's configuration, graph, plan, apply, state and command line, with no knowledge of AWS.
//!
//! Start reading at [`cli::run`], the whole `terraform` command. What it stands on:
//! [`provider::Provider`] (how resources are touched) and [`host::Host`] (files, terminal, time).

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "types of values and kinds of expression are many, and a rule here is about few of them"
)]
#![cfg_attr(
    target_pointer_width = "64",
    expect(clippy::result_large_err, reason = "a diagnostic as an error is returned once and shown")
)]

pub mod addr;
pub mod apply;
pub mod backend;
pub mod cli;
pub mod config;
pub mod eval;
pub mod exec;
pub mod graph;
pub mod host;
pub mod language;
pub mod parse_addr;
pub mod path;
pub mod plan;
pub mod provider;
pub mod providers;
pub mod render;
pub mod run;
pub mod schema;
pub mod state;
pub mod ui;
