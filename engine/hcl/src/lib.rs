//! HCL's native syntax, as Terraform 1.11 reads it.
//!
//! - [`parse_config`], [`parse_expression`], [`parse_template`] and [`parse_traversal`] read text
//!   that was added to a [`Sources`], and always return a tree ([`ast`]) and diagnostics.
//! - [`format()`] is `terraform fmt`, and [`unified_diff`] its `-diff`.
//! - [`render`] prints a [`Diagnostic`] as Terraform does.
//!
//! Nothing is evaluated here, and nothing is known of Terraform's own blocks.

pub mod ast;
pub mod diagnostic;
pub mod format;
pub mod json;
pub mod lexer;
mod parser;
pub mod span;
pub mod text;
pub mod token;
mod variables;

pub use ast::*;
pub use diagnostic::{
    Diagnostic, DiagnosticView, FunctionCallNote, Severity, Style, ValueNote, has_errors, render,
};
pub use format::{format, unified_diff};
pub use json::{JsonBlock, JsonShape, parse_json};
pub use lexer::is_identifier;
pub use parser::{parse_config, parse_expression, parse_partial_traversal, parse_template, parse_traversal};
pub use span::{FileId, LineColumn, Range, SourceFile, Sources, Span};
pub use variables::{template_variables, variables};
