//! Pass states that AWS ran: the recorded facts about expressions in `shared/cases/asl/expressions`.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads its cases, and a case that cannot be read fails the test"
)]

use nuvola_asl::{AslError, Draws, Path, Payload, Scope, Template, value};
use serde_json::{Value, json};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cases/asl/expressions");

/// A Pass state in JSONPath: InputPath, Parameters or Result, ResultPath, OutputPath.
fn run_jsonpath(state: &Value, input: &Value) -> Result<Value, AslError> {
    let context = json!({"Execution": {"Input": input}});
    let scope = Scope::new(input, &context);
    let path = |field: &str| match state.get(field) {
        None => Some(Path::parse("$").unwrap()),
        Some(Value::Null) => None,
        Some(text) => Some(Path::parse(text.as_str().unwrap()).unwrap()),
    };
    let effective = match path("InputPath") {
        Some(path) => path.evaluate(&scope)?.into_owned(),
        None => json!({}),
    };
    let scope = scope.with_input(&effective);
    let result = match (state.get("Parameters"), state.get("Result")) {
        (_, Some(result)) => result.clone(),
        (Some(template), None) => Template::parse(template).unwrap().evaluate(&scope, &mut Draws::new(1))?,
        (None, None) => effective.clone(),
    };
    let mut output = input.clone();
    match path("ResultPath") {
        Some(path) => path.put(&mut output, result)?,
        None => output = input.clone(),
    }
    match path("OutputPath") {
        Some(path) => Ok(path.evaluate(&Scope::new(&output, &context))?.into_owned()),
        None => Ok(json!({})),
    }
}

fn run_jsonata(state: &Value, input: &Value) -> Result<Value, AslError> {
    let context = json!({"Execution": {"Input": input}});
    let Some(output) = state.get("Output") else { return Ok(input.clone()) };
    let payload = Payload::parse(output).unwrap();
    payload.evaluate(&Scope::new(input, &context), &mut Draws::new(1), "Output")
}

/// The cause without the part that names the state.
fn expected_cause(text: &str) -> &str {
    text.split_once("). ").map_or(text, |(_, rest)| rest)
}

fn failure(case: &Value, got: &Result<Value, AslError>) -> Option<String> {
    let expected = &case["expected"];
    match (got, expected.get("error")) {
        (Ok(output), None) => {
            (!value::equal(output, &expected["output"])).then(|| format!("output {output}"))
        }
        (Err(error), Some(name)) => {
            let input = value::to_text(&case["input"]);
            let cause = error.cause.replace(&input, "<json-input:1>");
            let same = error.error == name.as_str().unwrap()
                && cause == expected_cause(expected["cause"].as_str().unwrap())
                && expected.get("location").is_none_or(|place| place.as_str() == error.location.as_deref());
            (!same).then(|| format!("{error} at {:?}", error.location))
        }
        (got, _) => Some(format!("{got:?}")),
    }
}

#[test]
fn expressions_give_what_aws_gave() {
    let mut failures = Vec::new();
    let mut count = 0;
    for language in ["jsonpath", "jsonata"] {
        let Ok(text) = std::fs::read_to_string(format!("{FOLDER}/{language}.jsonl")) else {
            eprintln!("skipped: {FOLDER} is absent");
            return;
        };
        for line in text.lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let run = if language == "jsonpath" { run_jsonpath } else { run_jsonata };
            count += 1;
            if let Some(why) = failure(&case, &run(&case["state"], &case["input"])) {
                failures.push(format!("{}\n  want {}\n  got  {why}", case["id"], case["expected"]));
            }
        }
    }
    assert!(count > 0, "the cases are empty");
    assert!(failures.is_empty(), "{} of {count} fail:\n{}", failures.len(), failures.join("\n"));
}
