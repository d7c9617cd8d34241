//! The Amazon States Language: its query languages, its definitions, its machine.
//!
//! Pure: values in, values or errors out; ids come from the caller's source, time from the caller.
//! Each language is parsed once ([`Path::parse`], [`Template::parse`], [`Payload::parse`]) and evaluated as often
//! as the interpreter needs, against a [`Scope`].
//!
//! - [`path`]: JSONPath and reference paths (`InputPath`, `ResultPath`, `Variable` ...)
//! - [`intrinsics`]: `States.Format(...)` and its like
//! - [`payload`]: the templates that build JSON: `Parameters` with its `.$` fields, and JSONata's `{% %}` strings
//! - [`jsonata`]: the JSONata language
//! - [`definition`], [`check`]: definitions, read and judged
//! - [`machine`]: the interpreter of one execution; [`history`]: its events
//! - [`value`]: how Step Functions prints and compares JSON

pub mod check;
pub mod choice;
pub mod definition;
pub mod error;
pub mod history;
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the languages' rules name the kinds of values that they take; the rest is alike to them"
)]
pub mod intrinsics;
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the languages' rules name the kinds of values that they take; the rest is alike to them"
)]
pub mod jsonata;
pub mod machine;
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the languages' rules name the kinds of values that they take; the rest is alike to them"
)]
pub mod path;
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the languages' rules name the kinds of values that they take; the rest is alike to them"
)]
pub mod payload;
pub mod resource;
mod scope;
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the languages' rules name the kinds of values that they take; the rest is alike to them"
)]
pub mod value;

pub use definition::Definition;
pub use error::AslError;
pub use history::{Event, Failure};
pub use intrinsics::Expression;
pub use machine::{Action, Host, Machine, MapRunCall, Outcome, TaskCall, World};
pub use path::{Path, PathError};
pub use payload::{Payload, PayloadError, Template};
pub use scope::{Draws, Scope, Variables};

/// JSON that several places share: a state's input, a result, an event's data.
pub type Data = std::sync::Arc<serde_json::Value>;
