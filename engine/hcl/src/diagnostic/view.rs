//! The serialisable form of a diagnostic: the JSON of `terraform validate -json`.

use super::{Diagnostic, Severity, ValueNote};
use crate::span::{Range, SourceFile, Sources, Span};
use serde::{Deserialize, Serialize};

/// A diagnostic with its place and source lines filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosticView {
    pub severity: Severity,
    pub summary: String,
    pub detail: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<RangeView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snippet: Option<SnippetView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeView {
    pub filename: String,
    pub start: Place,
    pub end: Place,
}

/// Line and column from 1 (the column in grapheme clusters), byte from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub line: u32,
    pub column: u32,
    pub byte: u32,
}

/// The source lines around a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnippetView {
    /// The block that holds the place: `resource "a" "b"`; null at the top level.
    pub context: Option<String>,
    pub code: String,
    pub start_line: u32,
    /// Byte offsets into `code`.
    pub highlight_start_offset: u32,
    pub highlight_end_offset: u32,
    pub values: Vec<ValueView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_call: Option<FunctionCallView>,
}

pub type ValueView = ValueNote;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionCallView {
    pub called_as: String,
    #[serde(skip)]
    pub parameters: Vec<String>,
}

pub(super) fn view(diagnostic: &Diagnostic, sources: &Sources) -> DiagnosticView {
    let file = diagnostic.file().and_then(|id| sources.get(id));
    let placed = diagnostic.subject.zip(file);
    DiagnosticView {
        severity: diagnostic.severity,
        summary: diagnostic.summary.clone(),
        detail: diagnostic.detail.clone(),
        address: diagnostic.address.clone(),
        range: placed
            .map(|(subject, file)| range_view(file, subject.span))
            .or_else(|| (diagnostic.subject == Some(Range::NOWHERE)).then(nowhere)),
        snippet: placed
            .filter(|(_, file)| file.is_shown())
            .map(|(subject, file)| snippet(diagnostic, subject, file)),
    }
}

fn nowhere() -> RangeView {
    let zero = Place { line: 0, column: 0, byte: 0 };
    RangeView { filename: String::new(), start: zero, end: zero }
}

/// An empty place cannot be shown, so it is widened by one.
fn at_least_one(span: Span) -> Span {
    if span.is_empty() { Span::new(span.start, span.end + 1) } else { span }
}

fn place(file: &SourceFile, byte: u32) -> Place {
    let at = file.line_column(byte);
    Place { line: at.line, column: at.column, byte }
}

fn range_view(file: &SourceFile, span: Span) -> RangeView {
    let start = place(file, span.start);
    // An empty place is widened on its line, even before a line break or the end of the file.
    let end = if span.is_empty() {
        Place { line: start.line, column: start.column + 1, byte: start.byte + 1 }
    } else {
        place(file, span.end)
    };
    RangeView { filename: file.name().to_owned(), start, end }
}

fn snippet(diagnostic: &Diagnostic, subject: Range, file: &SourceFile) -> SnippetView {
    let highlight = at_least_one(subject.span);
    let context = diagnostic.context.map_or(highlight, |range| range.span);
    let shown = at_least_one(highlight.cover(context));
    let (code, code_start) = lines_of(file, shown);
    let length = u32::try_from(code.len()).expect("a source text is smaller than 4 GB");
    let start = highlight.start.saturating_sub(code_start).min(length);
    let end = (highlight.start.saturating_sub(code_start) + (highlight.end - highlight.start)).min(length);
    SnippetView {
        context: file.enclosing_block(highlight.start),
        code,
        start_line: file.line_of(shown.start),
        highlight_start_offset: start,
        highlight_end_offset: end,
        values: diagnostic.values.clone(),
        function_call: diagnostic.function_call.as_ref().map(|call| FunctionCallView {
            called_as: call.name.clone(),
            parameters: call.parameters.clone(),
        }),
    }
}

/// The lines that a span touches, and where the first begins.
///
/// A line also counts when the span ends just where it begins, and an empty line never does:
/// Terraform quotes the lines so.
fn lines_of(file: &SourceFile, span: Span) -> (String, u32) {
    let first = file.line_of(span.start);
    let last = file.line_of(span.end);
    let touches = |line: &Span| {
        !line.is_empty()
            && (line.contains(span.start)
                || line.contains(span.end)
                || span.contains(line.start)
                || span.contains(line.end))
    };
    let lines = (first..=last).filter_map(|line| file.line_span(line)).filter(touches);
    let lines: Vec<Span> = lines.collect();
    let texts: Vec<&str> = lines.iter().map(|line| line.text(file.text())).collect();
    (texts.join("\n"), lines.first().map_or(0, |line| line.start))
}
