//! Small modules, split and run by node: both parts together answer as the whole did.

#![expect(clippy::unwrap_used, reason = "tests may unwrap, and so may what they share")]

use super::module::Module;
use super::place::{Rules, place};
use super::write::{self, Plan};
use std::{fs, process::Command};

/// Calls over the border in both directions, directly and through the table; a later function that is in the
/// table, one that is not, one that only later ones call, and one that calls itself.
const WHOLE: &str = r#"
(module
  (import "host" "fetch" (func $host::fetch))
  (import "host" "note" (func $host::note (param i32)))
  (type $unary (func (param i32) (result i32)))
  (memory (export "memory") 1)
  (table 3 3 funcref)
  (global $early::count (mut i32) (i32.const 0))
  (elem (i32.const 1) $early::half $late::double)
  (data (i32.const 8) "\2a")
  (func $early::fetch (export "fetch_rest") (call $host::fetch))
  (func $early::half (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 2)))
  (func $early::count_up (global.set $early::count (i32.add (global.get $early::count) (i32.const 1))))
  (func $late::double (param i32) (result i32)
    (call $early::count_up)
    (call $shared::add (local.get 0) (local.get 0)))
  (func $shared::add (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func $late::factorial (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 1))))
    (i32.mul (local.get 0) (call $late::factorial (i32.sub (local.get 0) (i32.const 1)))))
  (func $late::sum (param i32 i64 f64) (result i32)
    (call $host::note (i32.load8_u (i32.const 8)))
    (i32.add (local.get 0) (i32.add (i32.wrap_i64 (local.get 1)) (i32.trunc_f64_s (local.get 2))))
    (call_indirect (type $unary) (i32.const 1)))
  (func (export "early") (param i32) (result i32)
    (call $early::count_up)
    (call_indirect (type $unary) (local.get 0) (i32.const 1)))
  (func (export "through_table") (param i32) (result i32)
    (call_indirect (type $unary) (local.get 0) (i32.const 2)))
  (func (export "directly") (param i32) (result i32) (call $late::factorial (local.get 0)))
  (func (export "mixed") (result i32) (call $late::sum (i32.const 1) (i64.const 2) (f64.const 3)))
  (func (export "count") (result i32) (global.get $early::count)))
"#;

/// What node prints: the answers, how often the rest was fetched, what was noted.
const RUN: &str = r#"
const [, first, rest, early] = process.argv;
const fs = require("fs");
const noted = [];
let fetches = 0, exports;
const load = () => new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(rest)), { first: exports });
const host = { fetch: () => { fetches += 1; load(); }, note: (value) => noted.push(value) };
exports = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(first)), { host }).exports;
const answers = [exports.early(10)];
if (early === "early") load();
answers.push(fetches, exports.through_table(21), exports.directly(5), exports.mixed(), exports.count());
console.log(JSON.stringify({ answers, fetches, noted, mark: Object.keys(exports).find((name) => name.startsWith("rest:")) }));
"#;

fn split(wat: &str, rules: &str) -> (Vec<u8>, Vec<u8>) {
    let bytes = wat::parse_str(wat).unwrap();
    let module = Module::parse(&bytes).unwrap();
    let placement = place(&module, &Rules::parse(rules).unwrap(), 0);
    assert_eq!(placement.unused, Vec::<String>::new());
    let plan = Plan::new(&module, &placement.later);
    let rest = write::rest(&module, &plan).unwrap();
    (write::marked(&write::first(&module, &plan).unwrap(), "rest-1.wasm", 77).unwrap(), rest)
}

/// The names of the functions that go to the second module.
fn later(wat: &str, rules: &str) -> Vec<String> {
    later_than(0, wat, rules)
}

/// The same, where callees up to so many bytes come along.
fn later_than(small: u64, wat: &str, rules: &str) -> Vec<String> {
    let bytes = wat::parse_str(wat).unwrap();
    let module = Module::parse(&bytes).unwrap();
    let placement = place(&module, &Rules::parse(rules).unwrap(), small);
    placement.later.iter().map(|function| module.names[function].to_owned()).collect()
}

fn run(name: &str, rules: &str, when: &str) -> String {
    let folder = std::env::temp_dir().join(format!("nuvola-split-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (first, rest) = split(WHOLE, rules);
    fs::write(folder.join("first.wasm"), first).unwrap();
    fs::write(folder.join("rest.wasm"), rest).unwrap();
    let output = Command::new("node")
        .args(["-e", RUN])
        .args([folder.join("first.wasm"), folder.join("rest.wasm")])
        .arg(when)
        .output()
        .unwrap();
    fs::remove_dir_all(folder).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

// Half of 10; no fetch yet; twice 21; 5!; half of 1 + 2 + 3; two counts. 0x2a is 42. Source: our own reasoning.

#[test]
fn a_later_function_that_is_called_too_early_fetches_the_rest_once() {
    let want = r#"{"answers":[5,0,42,120,3,2],"fetches":1,"noted":[42],"mark":"rest:rest-1.wasm:77"}"#;
    assert_eq!(run("late", "- late::", "on demand"), want);
}

#[test]
fn nothing_is_fetched_where_the_rest_came_in_time() {
    let want = r#"{"answers":[5,0,42,120,3,2],"fetches":0,"noted":[42],"mark":"rest:rest-1.wasm:77"}"#;
    assert_eq!(run("early", "- late::", "early"), want);
}

#[test]
fn a_module_without_later_functions_stays_whole() {
    let want = r#"{"answers":[5,0,42,120,3,2],"fetches":0,"noted":[42],"mark":"rest:rest-1.wasm:77"}"#;
    assert_eq!(run("whole", "", "on demand"), want);
}

#[test]
fn functions_that_only_later_ones_call_follow_them() {
    let want = ["late::double", "shared::add", "late::factorial", "late::sum"];
    assert_eq!(later(WHOLE, "- late::"), want);
}

#[test]
fn small_callees_come_along_but_not_through_the_table() {
    assert_eq!(later_than(1_000, WHOLE, "- late::"), ["late::double", "shared::add"]);
}

#[test]
fn the_last_rule_that_fits_decides() {
    let want = ["late::double", "shared::add", "late::sum"];
    assert_eq!(later(WHOLE, "- late::\n+ fact & late::"), want);
}

#[test]
fn what_the_host_calls_by_name_stays_whatever_the_rules_say() {
    assert!(!later(WHOLE, "- early::").contains(&"early::fetch".to_owned()));
}

#[test]
fn what_is_generic_follows_its_types() {
    let wat = r#"(module
      (table 4 funcref)
      (elem (i32.const 0) $a $b $c)
      (func $a (@name "<alloc[2f87868a39ab2bb1]::vec::Vec<engine[af80dbb9882fcad4]::later::Thing>>::push"))
      (func $b (@name "<alloc[2f87868a39ab2bb1]::vec::Vec<engine[af80dbb9882fcad4]::laterality::Thing>>::push"))
      (func $c (@name "engine[af80dbb9882fcad4]::later::soon::call")))"#;
    let names = later(wat, "- engine::later::\n+ engine::later::soon");
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].contains("later::Thing"), "{names:?}");
}

#[test]
fn rules_that_fit_nothing_are_named() {
    let bytes = wat::parse_str(WHOLE).unwrap();
    let module = Module::parse(&bytes).unwrap();
    let placement = place(&module, &Rules::parse("- late::\n- gone::away").unwrap(), 0);
    assert_eq!(placement.unused, ["- gone::away"]);
}

#[test]
fn rules_have_a_sign_and_no_twin() {
    assert!(Rules::parse("late").is_err());
    assert!(Rules::parse("- late\n+ late").is_err());
}
