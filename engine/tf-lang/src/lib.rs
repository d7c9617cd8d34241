//! Terraform values, types, functions and expression evaluation.
//!
//! Nothing here knows about configuration files, state or providers, and nothing performs I/O.
//! Start reading at [`value::Value`].

pub mod convert;
mod format;
pub mod json;
pub mod marks;
pub mod number;
pub mod ops;
pub mod path;
pub mod render;
mod set_order;
pub mod types;
pub mod unify;
pub mod unknown;
pub mod value;

pub use convert::convert;
pub use marks::Marks;
pub use number::Number;
pub use path::{Path, PathError, Step};
pub use types::{ObjectType, Type};
pub use unify::unify;
pub use unknown::Refinement;
pub use value::{Data, Members, Value};
