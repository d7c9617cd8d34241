//! HCL: a tolerant parser with spans, Terraform's diagnostics, and its formatter.

pub mod ast;
pub mod diagnostic;
pub mod span;
pub mod text;

pub use ast::*;
pub use diagnostic::{Diagnostic, Severity, render};
pub use diagnostic::{FunctionCallNote, Style, ValueNote, has_errors};
pub use span::{FileId, LineColumn, Range, SourceFile, Sources, Span};

/// The top-level block that holds an offset, as diagnostics name it.
fn enclosing_block(_file: &SourceFile, _offset: u32) -> Option<String> {
    None
}
