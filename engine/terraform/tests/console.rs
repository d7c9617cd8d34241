//! Runs the recorded expressions of the real program that bring a configuration of their own.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read recorded cases and may fail")]

mod common;

use common::{NoProviders, TestHost};
use nuvola_terraform::exec::block_on;
use serde_json::Value;
use std::collections::BTreeSet;
use std::rc::Rc;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cases/terraform/expressions.json");
const KNOWN_FAILURES: &str = include_str!("known_failures/expressions.txt");

/// What the console prints for a case, and on standard error.
fn answer(case: &Value) -> (String, String) {
    let host = Rc::new(TestHost::default());
    for (path, text) in case["setup"].as_object().into_iter().flatten() {
        host.files.borrow_mut().insert(path.clone(), text.as_str().unwrap().as_bytes().to_vec());
    }
    *host.stdin.borrow_mut() = format!("{}\n", case["expr"].as_str().unwrap());
    let args = ["console".to_owned(), "-no-color".to_owned()];
    block_on(nuvola_terraform::cli::run(&args, host.clone(), Rc::new(NoProviders)));
    let out = host.stdout.take();
    (out.strip_suffix('\n').unwrap_or(&out).to_owned(), host.stderr.take())
}

fn is_right(case: &Value) -> bool {
    let (out, err) = answer(case);
    match case["out"].as_str() {
        Some(want) => case["compare"].is_string() || out == want,
        None => {
            let summary = case["error"][0]["summary"].as_str().unwrap_or_default();
            err.contains(summary)
        }
    }
}

#[test]
fn recorded_expressions_with_a_configuration_print_as_recorded() {
    let Ok(text) = std::fs::read(FILE) else {
        eprintln!("skipped: {FILE} is not there");
        return;
    };
    let cases: Value = serde_json::from_slice(&text).unwrap();
    let known: BTreeSet<&str> =
        KNOWN_FAILURES.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let (mut failed, mut healed, mut passed) = (Vec::new(), Vec::new(), 0);
    for case in cases["cases"].as_array().unwrap().iter().filter(|case| case["setup"].is_object()) {
        let id = case["id"].as_str().unwrap();
        let right = std::panic::catch_unwind(|| is_right(case)).unwrap_or(false);
        match (right, known.contains(id)) {
            (true, true) => healed.push(id),
            (true, false) => passed += 1,
            (false, true) => {}
            (false, false) => failed.push(id),
        }
    }
    println!("{passed} expressions pass, {} known failures", known.len());
    assert!(failed.is_empty(), "failing:\n{}", failed.join("\n"));
    assert!(healed.is_empty(), "these pass now, strike them from the list: {healed:?}");
}
