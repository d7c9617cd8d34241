//! Terraform values, types, functions and expression evaluation.
//!
//! Nothing here knows about configuration files, state or providers, and nothing performs I/O.
//! Start reading at [`value::Value`].

mod format;
pub mod marks;
pub mod number;
mod set_order;
pub mod types;
pub mod unknown;
pub mod value;

pub use marks::Marks;
pub use number::Number;
pub use types::{ObjectType, Type};
pub use unknown::Refinement;
pub use value::{Data, Members, Value};
