//! Every case, and what holds for all of them; and what every operation must have.

mod deliveries;
mod support;

use nuvola_aws::{Cloud, SERVICES};
use std::collections::BTreeSet;
use support::{all_cases, run, successes};

/// Operations that tell of what is never there: they have a case of their error instead.
const NEVER_SUCCEED: &[&str] = &["s3:GetBucketReplication", "s3:GetObjectLockConfiguration"];

#[test]
fn cases_are_answered_as_expected() {
    for case in all_cases() {
        run(&case);
    }
}

#[test]
fn the_same_journal_gives_the_same_state() {
    for case in all_cases() {
        let client = run(&case);
        let mut again = Cloud::new(client.cloud.options().clone());
        for (index, (now_ms, input)) in client.journal.iter().enumerate() {
            again.step(*now_ms, input.clone());
            // Nothing may live outside the snapshot.
            if index == client.journal.len() / 2 {
                again = nuvola_kernel::stored::from_json(&serde_json::to_string(&again).unwrap()).unwrap();
            }
        }
        assert_eq!(again.state_hash(), client.cloud.state_hash(), "{}", case.name);
    }
}

#[test]
fn every_operation_is_documented_and_has_a_case_of_success() {
    let covered: BTreeSet<String> = all_cases().iter().flat_map(successes).collect();
    let mut lacking = Vec::new();
    for service in SERVICES {
        let prefix = service.schema.endpoint_prefix;
        for op in service.operations {
            let name = format!("{prefix}:{}", op.schema.name);
            assert!(!op.doc.trim().is_empty(), "{name} has no documentation");
            if !covered.contains(&name) && !NEVER_SUCCEED.contains(&name.as_str()) {
                lacking.push(name);
            }
        }
    }
    assert!(lacking.is_empty(), "without a case of success: {lacking:?}");
}

#[test]
fn names_are_registered_once() {
    for service in SERVICES {
        let mut seen = BTreeSet::new();
        let known = service.operations.iter().map(|op| op.schema.name);
        for name in known.chain(service.not_simulated.iter().map(|op| op.name)) {
            assert!(seen.insert(name), "{}: {name} is there twice", service.schema.id);
        }
    }
}
