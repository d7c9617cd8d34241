//! Terraform values, types, functions and expression evaluation.
//!
//! Nothing here knows about configuration files, state or providers, and nothing performs I/O:
//! files, time and randomness come from a [`host::Host`].
//! Start reading at [`value::Value`], then [`eval`].

#[cfg(feature = "characters")]
mod characters;
mod charset;
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "Terraform's rules name the types they accept; any other type meets the one refusal"
)]
pub mod convert;
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "Terraform's rules name the types they accept; any other type meets the one refusal"
)]
pub mod eval;
mod format;
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "Terraform's rules name the types they accept; any other type meets the one refusal"
)]
pub mod functions;
pub mod host;
pub mod json;
pub mod marks;
pub mod number;
pub mod ops;
pub mod path;
pub mod references;
mod regex_go;
pub mod render;
mod set_order;
pub mod suggest;
pub mod type_expr;
pub mod types;
pub mod unify;
pub mod unknown;
pub mod value;

pub use convert::convert;
pub use eval::{Environment, EvalContext, evaluate, walk_steps};
pub use format::quote_go;
pub use host::Host;
pub use marks::Marks;
pub use number::Number;
pub use path::{Path, PathError, Step};
pub use references::{Reference, Subject, parse_reference, references};
pub use render::{console_text, format_value};
pub use type_expr::{Defaults, TypeConstraint, parse_type_constraint};
pub use types::{ObjectType, Type};
pub use unify::unify;
pub use unknown::Refinement;
pub use value::{Data, Members, Value};
