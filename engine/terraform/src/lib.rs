//! Terraform's configuration, graph, plan, apply, state and command line, with no knowledge of AWS.
//!
//! Start reading at [`cli::run`], the whole `terraform` command. What it stands on:
//! [`provider::Provider`] (how resources are touched) and [`host::Host`] (files, terminal, time).

pub mod cli;
pub mod exec;
pub mod host;
pub mod language;
pub mod provider;
pub mod schema;
