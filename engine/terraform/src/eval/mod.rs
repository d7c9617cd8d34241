//! Evaluates expressions of a configuration.

pub mod block;
pub mod functions;
pub mod refs;
pub mod scope;
pub mod statics;

use nuvola_hcl::{Diagnostic, Expr};
use nuvola_tf_lang::Value;

/// The value of an expression in which nothing may be referred to and nothing called.
#[must_use]
pub fn constant(expr: &Expr) -> (Value, Vec<Diagnostic>) {
    functions::constant(expr)
}
