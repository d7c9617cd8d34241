//! The reference implementation's answers to several hundred expressions, recorded in `jsonata.json`, which names
//! its version. `known_difference` says where Step Functions, or this crate, answers otherwise, and why.

#![allow(clippy::unwrap_used, reason = "a case that cannot be read fails the test")]

use nuvola_asl::jsonata::Expression;
use nuvola_asl::{Draws, Scope, value};
use serde_json::Value;

fn answer(expr: &str, data: &Value) -> Result<Option<Value>, (String, String)> {
    let expression = Expression::parse(expr).map_err(|error| (error.code.to_string(), error.message()))?;
    let scope = Scope { now_ms: 1_700_000_000_000, ..Scope::new(&Value::Null, &Value::Null) };
    let result = expression.evaluate_on(data, &scope, &mut Draws::new(1));
    result.map_err(|error| (error.code.to_string(), error.message()))
}

fn difference(case: &Value, data: &Value) -> Option<String> {
    let got = answer(case["expr"].as_str().unwrap(), data);
    let same = match (&got, case.get("error").and_then(Value::as_str)) {
        (Ok(Some(result)), None) => case.get("result").is_some_and(|want| value::equal(want, result)),
        (Ok(None), None) => case.get("result").is_none(),
        (Err((code, message)), Some(want)) => code == want && case["message"].as_str() == Some(message),
        _ => false,
    };
    (!same).then(|| format!("{got:?}"))
}

#[test]
fn expressions_give_what_the_reference_gives() {
    let recorded: Value = serde_json::from_str(include_str!("jsonata.json")).unwrap();
    let cases = recorded["cases"].as_array().unwrap();
    let mut failures = Vec::new();
    for case in cases {
        let found = difference(case, &recorded["data"]);
        match (found, case.get("known_difference")) {
            (None, None) | (Some(_), Some(_)) => {}
            (None, Some(_)) => failures.push(format!("{}: is no difference any more", case["expr"])),
            (Some(got), None) => {
                let mut want = case.clone();
                want.as_object_mut().unwrap().remove("expr");
                failures.push(format!("{}\n  want {want}\n  got  {got}", case["expr"].as_str().unwrap()));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {} differ:\n{}", failures.len(), cases.len(), failures.join("\n"));
}
