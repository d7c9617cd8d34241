//! A diagnostic as Terraform prints it to a terminal.

use super::{Diagnostic, DiagnosticView, Severity, SnippetView};
use crate::span::Sources;
use crate::text::wrap;
use nuvola_kernel::ordered::sort_by;
use std::fmt::Write;

/// How to print: with `color`, a box with a coloured rule (`╷│╵`) and the place underlined;
/// without, the plain form of `-no-color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub width: usize,
    pub color: bool,
}

impl Default for Style {
    /// What Terraform uses when its output is not a terminal of known width.
    fn default() -> Self {
        Self { width: 78, color: false }
    }
}

const RESET: &str = "\u{1b}[0m";
const BOLD: &str = "\u{1b}[1m";
const UNDERLINE: &str = "\u{1b}[4m";
const DARK_GRAY: &str = "\u{1b}[90m";
const RED: &str = "\u{1b}[31m";
const YELLOW: &str = "\u{1b}[33m";

/// Prints a diagnostic, ending in a line break.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    render_view(&diagnostic.to_view(sources), style)
}

fn render_view(view: &DiagnosticView, style: Style) -> String {
    let text = content(view, style);
    if style.color { boxed(&text, view.severity) } else { text }
}

fn content(view: &DiagnosticView, style: Style) -> String {
    let kind = match view.severity {
        Severity::Error => "Error: ",
        Severity::Warning => "Warning: ",
    };
    let mut out = String::new();
    if style.color {
        let color = severity_color(view.severity);
        out += &format!("{BOLD}{color}{kind}{RESET}{RESET}{BOLD}{}{RESET}\n\n{RESET}", view.summary);
    } else {
        out += &format!("\n{kind}{}\n\n", view.summary);
    }
    place(&mut out, view, style.color);
    let rule_width = if style.color { 2 } else { 0 };
    detail(&mut out, &view.detail, style.width.saturating_sub(rule_width + 1));
    out
}

fn severity_color(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
    }
}

/// Lines that begin with a space are laid out already and are not wrapped.
fn detail(out: &mut String, detail: &str, width: usize) {
    if detail.is_empty() {
        return;
    }
    for line in detail.split('\n') {
        if line.starts_with(' ') || width == 0 {
            out.push_str(line);
        } else {
            out.push_str(&wrap(line, width));
        }
        out.push('\n');
    }
}

fn place(out: &mut String, view: &DiagnosticView, color: bool) {
    if let Some(address) = &view.address {
        out_line(out, format_args!("  with {address},"));
    }
    let Some(range) = &view.range else {
        return;
    };
    let (name, line) = (&range.filename, range.start.line);
    match &view.snippet {
        None => {
            out_line(out, format_args!("  on {name} line {line}:"));
            out_line(out, format_args!("  (source code not available)"));
        }
        Some(snippet) => {
            let context = match &snippet.context {
                Some(context) => format!(", in {context}"),
                None => String::new(),
            };
            out_line(out, format_args!("  on {name} line {line}{context}:"));
            code(out, snippet, color);
            notes(out, snippet, color);
        }
    }
    out.push('\n');
}

fn out_line(out: &mut String, line: std::fmt::Arguments) {
    out.write_fmt(line).expect("writing to a string succeeds");
    out.push('\n');
}

fn code(out: &mut String, snippet: &SnippetView, color: bool) {
    let code = &snippet.code;
    let start = boundary(code, snippet.highlight_start_offset as usize);
    let end = boundary(code, (snippet.highlight_end_offset as usize).max(start));
    let marked = if color {
        let (before, highlight, after) = (&code[..start], &code[start..end], &code[end..]);
        format!("{before}{UNDERLINE}{highlight}{RESET}{after}{RESET}")
    } else {
        code.clone()
    };
    for (number, line) in (snippet.start_line..).zip(marked.split('\n')) {
        out_line(out, format_args!("{number:4}: {line}"));
    }
}

/// The nearest place at or before `at` where a string may be cut.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn notes(out: &mut String, snippet: &SnippetView, color: bool) {
    if snippet.values.is_empty() && snippet.function_call.is_none() {
        return;
    }
    let (gray, bold, reset) = if color { (DARK_GRAY, BOLD, RESET) } else { ("", "", "") };
    out_line(out, format_args!("    {gray}├────────────────{reset}"));
    if color {
        out.push_str(RESET);
    }
    if let Some(call) = &snippet.function_call {
        let parameters = call.parameters.join(", ");
        let name = &call.called_as;
        // The text up to the bracket is coloured on its own, and so ends in a reset of its own.
        out_line(
            out,
            format_args!("    {gray}│{reset} while calling {bold}{name}{reset}({reset}{parameters})"),
        );
    }
    let mut values = snippet.values.clone();
    sort_by(&mut values, |a, b| a.traversal.cmp(&b.traversal));
    for value in &values {
        let (traversal, statement) = (&value.traversal, &value.statement);
        out_line(out, format_args!("    {gray}│{reset} {bold}{traversal}{reset} {statement}"));
        out.push_str(reset);
    }
}

/// Puts the coloured rule before each line.
fn boxed(text: &str, severity: Severity) -> String {
    let color = severity_color(severity);
    let mut out = format!("{color}╷{RESET}{RESET}\n");
    for line in text.lines() {
        out += &format!("{color}│{RESET} {RESET}{line}\n");
    }
    out += &format!("{color}╵{RESET}{RESET}\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{FunctionCallNote, ValueNote};
    use crate::span::{Range, SourceFile, Span};

    // Source: the recorded workflow `expression-errors`.
    #[test]
    fn values_and_the_call_stand_below_the_code() {
        let text = "variable \"n\" {\n  default = \"abc\"\n}\noutput \"o\" {\n  value = tonumber(var.n)\n}\n";
        let mut sources = Sources::new();
        let file = sources.add(SourceFile::new("main.tf", text));
        let start = u32::try_from(text.find("var.n").expect("the text has it")).expect("it is small");
        let detail = "Invalid value for \"v\" parameter: cannot convert \"abc\" to number; given string must be a decimal representation of a number.";
        let values = vec![ValueNote { traversal: "var.n".into(), statement: "is \"abc\"".into() }];
        let mut diagnostic = Diagnostic::error("Invalid function argument", detail)
            .at(Range::new(file, Span::new(start, start + 5)))
            .with_values(values);
        diagnostic.function_call =
            Some(FunctionCallNote { name: "tonumber".into(), parameters: vec!["v".into()] });
        let expected = "\u{1b}[31m╷\u{1b}[0m\u{1b}[0m\n\u{1b}[31m│\u{1b}[0m \u{1b}[0m\u{1b}[1m\u{1b}[31mError: \u{1b}[0m\u{1b}[0m\u{1b}[1mInvalid function argument\u{1b}[0m\n\u{1b}[31m│\u{1b}[0m \u{1b}[0m\n\u{1b}[31m│\u{1b}[0m \u{1b}[0m\u{1b}[0m  on main.tf line 5, in output \"o\":\n\u{1b}[31m│\u{1b}[0m \u{1b}[0m   5:   value = tonumber(\u{1b}[4mvar.n\u{1b}[0m)\u{1b}[0m\n\u{1b}[31m│\u{1b}[0m \u{1b}[0m    \u{1b}[90m├────────────────\u{1b}[0m\n\u{1b}[31m│\u{1b}[0m \u{1b}[0m\u{1b}[0m    \u{1b}[90m│\u{1b}[0m while calling \u{1b}[1mtonumber\u{1b}[0m(\u{1b}[0mv)\n\u{1b}[31m│\u{1b}[0m \u{1b}[0m    \u{1b}[90m│\u{1b}[0m \u{1b}[1mvar.n\u{1b}[0m is \"abc\"\n\u{1b}[31m│\u{1b}[0m \u{1b}[0m\u{1b}[0m\n\u{1b}[31m│\u{1b}[0m \u{1b}[0mInvalid value for \"v\" parameter: cannot convert \"abc\" to number; given\n\u{1b}[31m│\u{1b}[0m \u{1b}[0mstring must be a decimal representation of a number.\n\u{1b}[31m╵\u{1b}[0m\u{1b}[0m\n";
        assert_eq!(render(&diagnostic, &sources, Style { width: 78, color: true }), expected);
    }

    // Source: the recorded workflow `arguments`.
    #[test]
    fn a_bare_summary_has_an_empty_line_below() {
        let diagnostic = Diagnostic::error("\"id\" attribute is read-only", "");
        let sources = Sources::new();
        let expected = "\n\u{1b}[31m│\u{1b}[0m \u{1b}[0m\n\u{1b}[31m│\u{1b}[0m \u{1b}[0m\u{1b}[0m\n\u{1b}[31m╵\u{1b}[0m\u{1b}[0m\n";
        assert!(render(&diagnostic, &sources, Style { width: 78, color: true }).ends_with(expected));
        assert_eq!(
            render(&diagnostic, &sources, Style::default()),
            "\nError: \"id\" attribute is read-only\n\n"
        );
    }
}
