//! What Terraform 1.11.4 answered.
//!
//! `tests/cases/errors.json` and `format.json` were recorded from `terraform fmt` for inputs
//! written for this project; the shared cases are described in their own README.

mod common;

use common::*;
use nuvola_hcl::{SourceFile, Sources, format, has_errors, parse_config, parse_expression, unified_diff};
use serde_json::Value;

// Source: recorded from `terraform fmt` 1.11.4.
#[test]
fn syntax_errors_are_terraforms() {
    let cases = own_cases("errors.json");
    let mut failures = Vec::new();
    for case in &cases {
        let input = text(case, "input");
        let (sources, file) = source("main.tf", input);
        let (_, diagnostics) = parse_config(&sources, file);
        let plain = print(diagnostics.clone(), &sources, PLAIN);
        failures.extend(differ(input, text(case, "plain"), &plain));
        failures.extend(differ(input, &uncolored(text(case, "color")), &print(diagnostics, &sources, COLOR)));
    }
    report(&failures, cases.len());
}

/// `fmt` colours what it prints to stderr once more as a whole.
fn uncolored(recorded: &str) -> String {
    recorded.replace("\u{1b}[31m\u{1b}[31m╷", "\u{1b}[31m╷").replace("\n\u{1b}[0m\u{1b}[0m\n", "\n\n")
}

// Source: recorded from `terraform fmt` 1.11.4.
#[test]
fn layout_and_diff_are_terraforms() {
    let cases = own_cases("format.json");
    let mut failures = Vec::new();
    for case in &cases {
        let input = text(case, "input");
        let (sources, file) = source("main.tf", input);
        let output = format(&sources, file).unwrap();
        failures.extend(differ(input, &ended(text(case, "output")), &ended(&output)));
        failures.extend(differ(input, text(case, "diff"), &unified_diff(input, &output, "main.tf")));
    }
    report(&failures, cases.len());
}

/// Terraform ends what it prints in a line break, whether the file does or not.
fn ended(text: &str) -> String {
    let line_break = if text.ends_with('\n') { "" } else { "\n" };
    format!("{text}{line_break}")
}

fn workflow_steps() -> Vec<(String, Value)> {
    let Some(folder) = shared("terraform/workflows") else {
        return Vec::new();
    };
    let mut steps = Vec::new();
    for path in files(&folder, ".json") {
        let case = read_json(&path);
        for step in case["steps"].as_array().expect("a workflow has steps") {
            steps.push((text(&case, "id").to_owned(), step.clone()));
        }
    }
    steps
}

// Source: the recorded workflows, steps `fmt -`.
#[test]
fn recorded_formatting_is_reproduced() {
    let steps = workflow_steps();
    let mut failures = Vec::new();
    for (id, step) in &steps {
        let argv: Vec<&str> = step["argv"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        if argv != ["terraform", "fmt", "-"] {
            continue;
        }
        let (sources, file) = source("<stdin>", text(step, "stdin"));
        match format(&sources, file) {
            Ok(output) => failures.extend(differ(id, &ended(text(step, "stdout")), &ended(&output))),
            Err(diagnostics) => {
                let color = !text(step, "stderr").starts_with("\nError");
                let style = if color { COLOR } else { PLAIN };
                let printed = print(diagnostics, &sources, style);
                failures.extend(differ(id, &uncolored(text(step, "stderr")), &printed));
            }
        }
    }
    if !steps.is_empty() {
        report(&failures, steps.len());
    }
}

/// The summaries that only the parser gives.
const SYNTAX: [&str; 30] = [
    "Argument or block definition required",
    "Extra characters after expression",
    "Extra characters after interpolation expression",
    "Invalid 'for' directive",
    "Invalid 'for' expression",
    "Invalid attribute name",
    "Invalid block definition",
    "Invalid character",
    "Invalid escape sequence",
    "Invalid expression",
    "Invalid legacy index syntax",
    "Invalid multi-line string",
    "Invalid number literal",
    "Missing argument separator",
    "Missing attribute separator",
    "Missing close bracket on index",
    "Missing close bracket on splat index",
    "Missing expression",
    "Missing false expression in conditional",
    "Missing item separator",
    "Missing newline after argument",
    "Unclosed template interpolation sequence",
    "Unexpected end of template",
    "Unexpected endfor directive",
    "Unexpected endif directive",
    "Unsupported operator",
    "Unterminated function call",
    "Unterminated object constructor expression",
    "Unterminated template string",
    "Unterminated tuple constructor expression",
];

// Source: the recorded expressions. An error that is not the parser's must parse.
#[test]
fn recorded_expressions_parse_or_fail_as_recorded() {
    let Some(folder) = shared("terraform") else {
        return;
    };
    let all = read_json(&folder.join("expressions.json"));
    let cases = all["cases"].as_array().unwrap();
    let mut failures = Vec::new();
    for case in cases {
        let mut sources = Sources::new();
        let mut diagnostics = Vec::new();
        for (name, content) in case["setup"].as_object().into_iter().flatten() {
            if name.ends_with(".tf") {
                let file = sources.add(SourceFile::new(name, content.as_str().unwrap()));
                diagnostics.extend(parse_config(&sources, file).1);
            }
        }
        if diagnostics.is_empty() {
            let file = sources.add(SourceFile::hidden("<console-input>", text(case, "expr")));
            diagnostics.extend(parse_expression(&sources, file).1);
        }
        let summary = case["error"][0]["summary"].as_str().unwrap_or("");
        if SYNTAX.contains(&summary) && !is_evaluated(case) {
            failures.extend(differ(
                text(case, "id"),
                text(case, "raw"),
                &print(diagnostics, &sources, PLAIN),
            ));
        } else if has_errors(&diagnostics) {
            let printed = print(diagnostics, &sources, PLAIN);
            failures.push(format!("== {} {}\n{printed}", text(case, "id"), text(case, "expr")));
        }
    }
    report(&failures, cases.len());
}

/// A template's own text is parsed only when its function is called.
fn is_evaluated(case: &Value) -> bool {
    text(case, "expr").contains("templatefile(") || text(case, "expr").contains("templatestring(")
}
