//! Runs what AWS recorded of Step Functions (`shared/cases/asl`, its README says how) through the wire, against a
//! cloud in this process: functions are played by the runner, time goes on as fast as nothing waits.
//!
//! `known_failures/asl.txt` may only shrink.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read recorded cases and may fail")]

#[path = "step_functions/compare.rs"]
mod compare;
#[path = "support/json.rs"]
#[expect(dead_code, reason = "the cases use the rest")]
mod members;
#[path = "step_functions/player.rs"]
mod player;

use compare::Comparison;
use player::Player;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cases/asl/cases");
const KNOWN_FAILURES: &str = include_str!("known_failures/asl.txt");

fn cases() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let Ok(folders) = std::fs::read_dir(FOLDER) else { return found };
    for folder in folders.map(|entry| entry.unwrap().path()) {
        for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let text = std::fs::read_to_string(&path).unwrap();
            let name = PathBuf::from(folder.file_name().unwrap()).join(path.file_name().unwrap());
            found.push((name.display().to_string(), serde_json::from_str(&text).unwrap()));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// What the case's client is answered, in the form of its `expected`.
fn play(case: &Value) -> Value {
    let mut player = Player::new();
    player.prepare(case);
    let definition = player.definition(case);
    match case["kind"].as_str().unwrap() {
        "execution" => player.execution(case, &definition),
        "create-invalid" => player.create_invalid(case, &definition),
        "validate" => player.validate(case, &definition),
        "test-state" => player.test_state(case, &definition),
        other => panic!("a kind of case that is not known: {other}"),
    }
}

#[test]
fn recorded_executions_are_equal() {
    let all = cases();
    if all.is_empty() {
        println!("there are no recorded cases beside this project");
        return;
    }
    let known: BTreeSet<&str> =
        KNOWN_FAILURES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let only = std::env::var("NUVOLA_ASL").unwrap_or_default();
    let (mut failed, mut passed, mut fixed) = (Vec::new(), 0, Vec::new());
    for (name, case) in all.iter().filter(|(name, _)| name.contains(&only)) {
        let answer = std::panic::catch_unwind(|| play(case)).unwrap_or(json!("panicked"));
        let problems = Comparison::new(case).problems(&case["expected"], &answer);
        let is_known = known.contains(name.as_str());
        match (problems.is_empty(), is_known) {
            (true, false) => passed += 1,
            (true, true) => fixed.push(name.as_str()),
            (false, true) => {}
            (false, false) => {
                failed.push(name.as_str());
                println!("{name}");
                for problem in problems.iter().take(6) {
                    println!("    {problem}");
                }
            }
        }
    }
    println!("{passed} pass, {} are known to fail, {} fail", known.len(), failed.len());
    assert!(fixed.is_empty(), "these pass now, take them from the list: {fixed:#?}");
    assert!(failed.is_empty(), "these fail: {failed:#?}");
}
