//! The order in which diagnostics are shown, and how alike warnings are put together.

use crate::render::color::{Color, word_wrap};
use nuvola_hcl::{Diagnostic, Severity, Sources};
use nuvola_kernel::ordered::sort_by;
use std::cmp::Ordering;

/// Warnings first, then those without a place, then by file and place.
pub fn sort(diagnostics: &mut [Diagnostic], sources: &Sources) {
    sort_by(diagnostics, |a, b| compare(a, b, sources));
}

fn compare(a: &Diagnostic, b: &Diagnostic, sources: &Sources) -> Ordering {
    let severity = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
    let place = |diagnostic: &Diagnostic| {
        let range = diagnostic.subject?;
        let file = sources.get(range.file)?;
        let name = file.name().to_owned();
        Some((name.matches('/').count(), name, range.span.start, range.span.end))
    };
    severity(a).cmp(&severity(b)).then_with(|| place(a).cmp(&place(b)))
}

/// Of several warnings of one kind only the first is shown in full.
#[must_use]
pub fn consolidate(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut out: Vec<Diagnostic> = Vec::new();
    let mut counts: Vec<(String, usize, usize)> = Vec::new();
    for diagnostic in diagnostics {
        if diagnostic.is_error()
            || diagnostic.subject.is_none()
            || diagnostic.summary == "Check block assertion failed"
        {
            out.push(diagnostic);
            continue;
        }
        match counts.iter_mut().find(|(summary, ..)| *summary == diagnostic.summary) {
            Some((_, _, count)) => *count += 1,
            None => {
                counts.push((diagnostic.summary.clone(), out.len(), 0));
                out.push(diagnostic);
            }
        }
    }
    for (_, at, count) in counts.into_iter().filter(|(.., count)| *count > 0) {
        let (more, plural) = (count, if count == 1 { "" } else { "s" });
        out[at].detail += &format!("\n\n(and {more} more similar warning{plural} elsewhere)");
    }
    out
}

/// Warnings in one line each.
#[must_use]
pub fn compact(diagnostics: &[Diagnostic], sources: &Sources, columns: usize, color: Color) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}", color.paint("[bold][yellow]Warnings:[reset]\n\n"));
    for diagnostic in diagnostics {
        out += &format!("- {}\n", diagnostic.summary);
        if let Some(range) = diagnostic.subject
            && let Some(file) = sources.get(range.file)
        {
            let line = file.line_of(range.span.start);
            out += &format!("  on {} line {line}\n", file.name());
        }
    }
    out += &word_wrap("\nTo see the full warning notes, run Terraform without -compact-warnings.\n", columns);
    out
}
