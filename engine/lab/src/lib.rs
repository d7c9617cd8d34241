//! The façade: the only crate the app uses. One deterministic machine that takes commands of the page
//! and news from the sandboxes, and answers with events for the page and wishes for the host.
//!
//! Invariant: no service type crosses this crate's boundary; everything here is plain serialisable data.

pub mod browser_api;
pub mod command;
pub mod event;
pub mod view;

pub use command::{Ask, Command};
pub use event::{Event, Reply};
