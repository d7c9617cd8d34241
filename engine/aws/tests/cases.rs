//! Every case, and what holds for all of them; and what every operation must have.

mod asynchronous;
mod deliveries;
mod support;

use nuvola_aws::{Cloud, SERVICES};
use std::collections::BTreeSet;
use support::{Case, all_cases, run, successes};

/// Operations that tell of what is never there: they have a case of their error instead.
const NEVER_SUCCEED: &[&str] = &["s3:GetBucketReplication", "s3:GetObjectLockConfiguration"];

#[test]
fn cases_are_answered_as_expected() {
    // All that fail are told, not the first one alone.
    let fails = |case: &Case| std::panic::catch_unwind(|| drop(run(case))).is_err();
    let failed: Vec<String> = all_cases().into_iter().filter(fails).map(|case| case.name).collect();
    assert!(failed.is_empty(), "{failed:?}");
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

/// Declared errors that no case can show: the account has no neighbour whose bucket could be in the way.
const NEVER_MET: &[&str] = &["CreateBucket BucketAlreadyExists"];

#[test]
fn every_declared_error_of_s3_has_a_case() {
    let mut met = BTreeSet::new();
    for case in all_cases() {
        for step in case.body["steps"].as_array().into_iter().flatten() {
            if let (Some(call), Some(code)) = (step["call"].as_str(), step["error"]["code"].as_str()) {
                met.insert(format!("{call} {code}"));
            }
        }
    }
    let s3 = SERVICES.iter().find(|service| service.schema.endpoint_prefix == "s3").expect("S3 is simulated");
    let mut lacking = Vec::new();
    for op in s3.operations {
        let name = op.schema.name;
        for code in op.errors.iter().copied() {
            // An answer to HEAD has no body that could name the error.
            let shown = if name.starts_with("Head") { "404" } else { code };
            let declared = format!("{name} {code}");
            if !met.contains(&format!("s3:{name} {shown}")) && !NEVER_MET.contains(&declared.as_str()) {
                lacking.push(declared);
            }
        }
    }
    assert!(lacking.is_empty(), "without a case: {lacking:?}");
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
