//! Errors and warnings about configuration, and how Terraform prints them.
//!
//! A [`Diagnostic`] is plain data. [`render`] prints it for a terminal, exactly as Terraform does;
//! [`Diagnostic::to_view`] gives the serialisable form for `-json` output and editor markers.

mod render;
mod view;

pub use render::{Style, render};
pub use view::{DiagnosticView, FunctionCallView, Place, RangeView, SnippetView, ValueView};

use crate::span::{FileId, Range, Sources};
use nuvola_kernel::ordered::sort_by_key;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
}

/// An error or a warning, with the texts that Terraform gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    pub summary: String,
    pub detail: String,
    /// What is underlined.
    pub subject: Option<Range>,
    /// The lines that are shown, when more than the subject's.
    pub context: Option<Range>,
    /// The resource that the diagnostic is about, printed as `with ADDRESS,`.
    pub address: Option<String>,
    /// The values that took part: `var.x is "abc"`.
    pub values: Vec<ValueNote>,
    /// The function whose call failed: `while calling f(a, b)`.
    pub function_call: Option<FunctionCallNote>,
}

/// The value of a part of the expression, as text: `var.x` and `is "abc"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueNote {
    pub traversal: String,
    pub statement: String,
}

/// A function and the names of its parameters; the last is given as `name...` when variadic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionCallNote {
    pub name: String,
    pub parameters: Vec<String>,
}

impl Diagnostic {
    #[must_use]
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Error, summary.into(), detail.into())
    }

    #[must_use]
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Warning, summary.into(), detail.into())
    }

    fn new(severity: Severity, summary: String, detail: String) -> Self {
        Self {
            severity,
            summary,
            detail,
            subject: None,
            context: None,
            address: None,
            values: Vec::new(),
            function_call: None,
        }
    }

    #[must_use]
    pub fn at(mut self, subject: Range) -> Self {
        self.subject = Some(subject);
        self
    }

    #[must_use]
    pub fn in_context(mut self, context: Range) -> Self {
        self.context = Some(context);
        self
    }

    #[must_use]
    pub fn about(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    #[must_use]
    pub fn with_values(mut self, values: Vec<ValueNote>) -> Self {
        self.values = values;
        self
    }

    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The serialisable form.
    #[must_use]
    pub fn to_view(&self, sources: &Sources) -> DiagnosticView {
        view::view(self, sources)
    }

    pub(crate) fn file(&self) -> Option<FileId> {
        self.subject.map(|range| range.file)
    }
}

/// Whether any of the diagnostics is an error.
#[must_use]
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}

/// Puts diagnostics in the order in which Terraform shows them: warnings first, then those
/// without a place, then by file (files in fewer folders first) and place.
pub fn sort(diagnostics: &mut [Diagnostic], sources: &Sources) {
    sort_by_key(diagnostics, |diagnostic| {
        let place = diagnostic.subject.map(|subject| {
            let name = sources.get(subject.file).map_or("", |file| file.name());
            let folders = name.matches('/').count();
            (folders, name.to_owned(), subject.span)
        });
        (diagnostic.is_error(), place)
    });
}
