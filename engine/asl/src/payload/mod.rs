//! Templates that build JSON.
//!
//! JSONPath states: [`Template`] (`Parameters`, `ResultSelector`, `ItemSelector`, `Assign`, `Credentials` ...), where
//! a field whose name ends in `.$` is computed.
//! JSONata states: [`Payload`] (`Arguments`, `Output`, `Assign`, `Items` ...), where a string between `{%` and `%}`
//! is computed.

mod jsonata;
mod template;

pub use jsonata::Payload;
pub use template::Template;

/// A computed field that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadError {
    /// The way to the field, `/Parameters/a/b.$` without the part above the template: `/a/b.$`.
    pub location: String,
    /// The text that was to be read.
    pub text: String,
    /// Why it cannot: from the parser of its language.
    pub message: String,
}
