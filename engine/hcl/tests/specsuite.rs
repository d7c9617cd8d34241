//! HCL's own specification suite, as far as it concerns syntax: what must parse, and where errors
//! must be found. Values are evaluated elsewhere.
//!
//! Source: hashicorp/hcl, `specsuite/tests`, in the shared cases.

mod common;

use common::*;
use nuvola_hcl::{Body, Diagnostic, ExprKind, Sources, has_errors, parse_config};

/// Errors that only a schema can find.
const NOT_SYNTAX: [&str; 1] = ["structure/attributes/unexpected"];

#[test]
fn specification_suite() {
    let Some(folder) = shared("hcl-specsuite/tests") else {
        return;
    };
    let mut failures = Vec::new();
    let cases = files(&folder, ".t");
    for path in &cases {
        let id = path.strip_prefix(&folder).unwrap().with_extension("");
        let id = id.to_str().unwrap();
        let (sources, file) = source(id, &read(path));
        let (expectation, diagnostics) = parse_config(&sources, file);
        assert!(!has_errors(&diagnostics), "{id}.t");
        let (sources, file) = source(id, &read(&path.with_extension("hcl")));
        let (_, mut diagnostics) = parse_config(&sources, file);
        nuvola_hcl::diagnostic::sort(&mut diagnostics, &sources);
        let actual: Vec<_> = diagnostics.iter().map(|diagnostic| place(diagnostic, &sources)).collect();
        let expected = if NOT_SYNTAX.contains(&id) { Vec::new() } else { expected_places(&expectation) };
        failures.extend(differ(id, &format!("{expected:?}"), &format!("{actual:?}")));
    }
    report(&failures, cases.len());
}

fn place(diagnostic: &Diagnostic, sources: &Sources) -> [u32; 6] {
    let range = diagnostic.to_view(sources).range.expect("a syntax error has a place");
    let (start, end) = (range.start, range.end);
    [start.line, start.column, start.byte, end.line, end.column, end.byte]
}

fn expected_places(expectation: &Body) -> Vec<[u32; 6]> {
    let diagnostics = expectation.blocks_of_type("diagnostics");
    let errors = diagnostics.flat_map(|block| block.body.blocks_of_type("error"));
    let places = errors.map(|error| {
        let number = |side: &str, name: &str| {
            let block = error.body.blocks_of_type(side).next().expect("an error has both sides");
            let attribute = block.body.attribute(name).expect("a side has all numbers");
            let ExprKind::Number(text) = &attribute.expr.kind else {
                panic!("{attribute:?}");
            };
            text.parse().expect("the numbers are whole")
        };
        [
            number("from", "line"),
            number("from", "column"),
            number("from", "byte"),
            number("to", "line"),
            number("to", "column"),
            number("to", "byte"),
        ]
    });
    places.collect()
}
