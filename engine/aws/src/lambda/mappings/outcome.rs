//! What a function says of the records of a batch.
//!
//! **Source**: AWS Lambda Developer Guide, "Implementing partial batch responses": what counts as a complete
//! success and as a complete failure.

use serde_json::Value;

/// How a batch went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The records with these identifiers failed.
    Partly(Vec<String>),
    Failed,
}

/// Reads `{"batchItemFailures": [{"itemIdentifier": "id"}]}`. `known` are the identifiers of the batch.
pub fn read(payload: &str, known: &[&str]) -> Outcome {
    let answer: Value = serde_json::from_str(payload).unwrap_or_default();
    let failures = match &answer {
        Value::Null => return Outcome::Done,
        Value::Object(members) if members.is_empty() => return Outcome::Done,
        Value::Object(members) => match members.get("batchItemFailures") {
            Some(Value::Null) => return Outcome::Done,
            Some(Value::Array(items)) => items,
            Some(_) | None => return Outcome::Failed,
        },
        Value::String(text) if text.is_empty() => return Outcome::Done,
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => return Outcome::Failed,
    };
    let mut ids = Vec::new();
    for item in failures {
        match item["itemIdentifier"].as_str().filter(|id| known.contains(id)) {
            Some(id) => ids.push(id.to_owned()),
            None => return Outcome::Failed,
        }
    }
    if ids.is_empty() { Outcome::Done } else { Outcome::Partly(ids) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_successes_and_failures_as_documented() {
        // Source: the page named above, "Success and failure conditions".
        let check =
            |payload: &str, expected: Outcome| assert_eq!(read(payload, &["a", "b"]), expected, "{payload}");
        for good in ["null", "{}", r#"{"batchItemFailures":[]}"#, r#"{"batchItemFailures":null}"#, "", "\"\""]
        {
            check(good, Outcome::Done);
        }
        for bad in [
            "\"text\"",
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"bad":"a"}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"c"}]}"#,
            r#"{"x":1}"#,
        ] {
            check(bad, Outcome::Failed);
        }
        check(r#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#, Outcome::Partly(vec!["b".to_owned()]));
    }
}
