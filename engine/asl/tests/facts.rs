//! Facts about paths, intrinsic functions, templates and payloads, each with its source, in `facts.json`.

#![allow(clippy::unwrap_used, reason = "a fact that cannot be read fails the test")]

use nuvola_asl::{AslError, Draws, Path, Payload, Scope, Template, value};
use serde_json::{Map, Value, json};

fn answer(fact: &Value) -> Result<Value, AslError> {
    let context = json!({"Execution": {"Id": "arn:execution"}});
    let variables: Map<String, Value> = Map::from_iter([("order".to_string(), json!({"items": ["a", "b"]}))]);
    let scopes = [&variables];
    let input = &fact["input"];
    let scope = Scope { variables: &scopes, now_ms: 1_700_000_000_000, ..Scope::new(input, &context) };
    let draws = &mut Draws::new(1);
    if let Some(field) = fact.get("field") {
        let template = Template::parse(&json!({"out.$": field})).unwrap();
        return template.evaluate(&scope, draws).map(|value| value["out"].clone());
    }
    if let Some(path) = fact.get("path") {
        return Ok(Path::parse(path.as_str().unwrap()).unwrap().evaluate(&scope)?.into_owned());
    }
    if let Some(path) = fact.get("put") {
        let mut target = input.clone();
        let result = Path::parse(path.as_str().unwrap()).unwrap().put(&mut target, fact["new"].clone());
        if result.is_err() {
            assert_eq!(&target, input, "a failed write changed its target");
        }
        return result.map(|()| target);
    }
    Payload::parse(&fact["payload"]).unwrap().evaluate(&scope, draws, "Output")
}

#[test]
fn facts_hold() {
    let facts: Vec<Value> = serde_json::from_str(include_str!("facts.json")).unwrap();
    let mut failures = Vec::new();
    for fact in &facts {
        assert!(fact["source"].is_string(), "{fact} names no source");
        let got = answer(fact);
        let holds = match (&got, fact.get("error").and_then(Value::as_str)) {
            (Ok(output), None) => value::equal(output, &fact["output"]),
            (Err(error), Some(name)) => {
                error.error == name
                    && fact.get("cause").is_none_or(|cause| cause.as_str() == Some(&error.cause))
            }
            _ => false,
        };
        if !holds {
            failures.push(format!("{fact}\n  got {got:?}"));
        }
    }
    assert!(failures.is_empty(), "{} of {} fail:\n{}", failures.len(), facts.len(), failures.join("\n"));
}

#[test]
fn bad_texts_are_refused() {
    for text in [
        "",
        "a",
        "$.",
        "$..",
        "$[",
        "$['a",
        "$.a b",
        "$.a[x]",
        "$[?(@.a ==)]",
        "$.a[]",
        "States.Nope()",
        "States.Format(",
        "States.ArrayLength()",
        "States.UUID(1)",
        "States.Format('a' 'b')",
        "States.Format('\\x')",
    ] {
        assert!(nuvola_asl::Expression::parse(text).is_err(), "`{text}` was read");
    }
}

#[test]
fn references_name_one_place() {
    let is = |text: &str| Path::parse(text).unwrap().is_reference();
    assert!(is("$") && is("$.a['b c'][0]") && is("$.a-b"));
    assert!(
        !is("$.a[*]")
            && !is("$..a")
            && !is("$.a[0,1]")
            && !is("$.a[-1]")
            && !is("$.a[?(@.b)]")
            && !is("$.a.length()")
    );
}

#[test]
fn numbers_print_as_in_java() {
    let text = |number: f64| value::double_to_text(number);
    // Source: java.lang.Double.toString, Java SE documentation.
    assert_eq!(
        [1.0, 0.001, 1e7, 9_999_999.0, 1e-4, 123_456_789.5, 1e21, -2.5].map(text),
        ["1.0", "0.001", "1.0E7", "9999999.0", "1.0E-4", "1.234567895E8", "1.0E21", "-2.5"]
    );
    assert_eq!(
        value::to_text(&json!({"a": [1, 1.0, 9_007_199_254_740_993_i64]})),
        r#"{"a":[1,1.0,9007199254740993]}"#
    );
}
