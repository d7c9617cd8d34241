//! Conditions on what a check observed, and texts with what was observed in them.
//!
//! An observation is one JSON document. A condition names a place in it by JSON pointer (RFC 6901) and says
//! what is expected there; hints choose themselves by the same conditions.

use regex_lite::Regex;
use serde_json::{Map, Value};

/// What a condition may say besides `at`.
pub(super) const WORDS: &[&str] =
    &["equals", "not", "matches", "contains", "lacks", "has", "count", "min", "max", "exists"];

/// A list of conditions, or one alone.
pub(super) fn all(conditions: &Value) -> &[Value] {
    match conditions {
        Value::Null => &[],
        Value::Array(list) => list,
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            std::slice::from_ref(conditions)
        }
    }
}

/// Whether every condition holds of the observation.
pub(super) fn hold(conditions: &Value, observed: &Value) -> bool {
    all(conditions).iter().all(|condition| holds(condition, observed))
}

fn holds(condition: &Value, observed: &Value) -> bool {
    let Some(words) = condition.as_object() else { return false };
    let place = words.get("at").and_then(Value::as_str).unwrap_or_default();
    let found = observed.pointer(place);
    words.iter().all(|(word, expected)| word == "at" || holds_word(word, expected, found))
}

fn holds_word(word: &str, expected: &Value, found: Option<&Value>) -> bool {
    match word {
        "exists" => found.is_some_and(|value| !value.is_null()) == expected.as_bool().unwrap_or(true),
        "not" => found.is_none_or(|value| !same(value, expected)),
        "lacks" => found.is_none_or(|value| !contains(value, expected)),
        _ => found.is_some_and(|value| holds_value(word, expected, value)),
    }
}

fn holds_value(word: &str, expected: &Value, found: &Value) -> bool {
    match word {
        "equals" => same(found, expected),
        "matches" => expected
            .as_str()
            .and_then(|pattern| Regex::new(pattern).ok())
            .is_some_and(|pattern| pattern.is_match(&text(found))),
        "contains" => contains(found, expected),
        "has" => match found {
            Value::Array(items) => items.iter().any(|item| includes(item, expected)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                includes(found, expected)
            }
        },
        "count" => size(found) == expected.as_u64(),
        "min" => number(found) >= number(expected),
        "max" => number(found).is_some() && number(found) <= number(expected),
        _ => false,
    }
}

fn contains(found: &Value, expected: &Value) -> bool {
    match found {
        Value::Array(items) => items.iter().any(|item| same(item, expected)),
        Value::Object(members) => members.contains_key(&text(expected)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            text(found).contains(&text(expected))
        }
    }
}

/// Whether `item` has all members of `expected`, with these values.
fn includes(item: &Value, expected: &Value) -> bool {
    match expected.as_object() {
        Some(members) => members.iter().all(|(name, value)| {
            item.get(name).is_some_and(|found| same(found, value) || includes_object(found, value))
        }),
        None => same(item, expected),
    }
}

fn includes_object(found: &Value, expected: &Value) -> bool {
    expected.is_object() && includes(found, expected)
}

/// Numbers and their texts count as the same: XML and Terraform know no difference.
fn same(found: &Value, expected: &Value) -> bool {
    let plain = |value: &Value| !value.is_object() && !value.is_array() && !value.is_null();
    found == expected || plain(found) && plain(expected) && text(found) == text(expected)
}

fn size(value: &Value) -> Option<u64> {
    match value {
        Value::Array(items) => Some(items.len() as u64),
        Value::Object(members) => Some(members.len() as u64),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.as_u64(),
    }
}

/// A number, a text that holds one, or how many a list holds.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Array(items) => Some(items.len() as f64),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.as_f64(),
    }
}

/// A value as a person reads it.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Puts values into a text: `{/status}` stands for what the observation has there.
pub(super) fn with_observed(template: &str, observed: &Value) -> String {
    replace(template, "{/", |place| {
        Some(text(observed.pointer(&format!("/{place}")).unwrap_or(&Value::Null)))
    })
}

/// Puts known values (`${output.url}`) into every text of a value; an unknown one stays as it is.
pub(super) fn fill(value: &Value, known: &dyn Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::String(text) => Value::String(fill_text(text, known)),
        Value::Array(items) => items.iter().map(|item| fill(item, known)).collect(),
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, item)| (name.clone(), fill(item, known))).collect::<Map<_, _>>(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

pub(super) fn fill_text(text: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    replace(text, "${", |name| known(name))
}

/// Replaces each `OPENNAME}` by what `find` gives for the name.
fn replace(template: &str, open: &str, find: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, tail)) = rest.split_once(open) {
        out.push_str(before);
        let name = tail.split_once('}').map(|(name, _)| name);
        match name.and_then(|name| Some((name, find(name)?))) {
            Some((name, value)) => {
                out.push_str(&value);
                rest = &tail[name.len() + 1..];
            }
            None => {
                out.push_str(open);
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn conditions_judge_by_place_and_word() {
        // Source: our own reasoning, as lessons/README.md tells teachers.
        let observed =
            json!({ "status": 200, "answer": { "Tags": [{ "Key": "a", "Value": "1" }], "N": "2" } });
        for (condition, expected) in [
            (json!({ "at": "/status", "equals": 200 }), true),
            (json!({ "at": "/status", "equals": "200" }), true),
            (json!({ "at": "/status", "min": 200, "max": 299 }), true),
            (json!({ "at": "/status", "max": 199 }), false),
            (json!({ "at": "/none", "max": 199 }), false),
            (json!({ "at": "/none", "exists": false }), true),
            (json!({ "at": "/none", "not": 1 }), true),
            (json!({ "at": "/status", "not": 200 }), false),
            (json!({ "at": "/answer/Tags", "has": { "Key": "a", "Value": 1 } }), true),
            (json!({ "at": "/answer/Tags", "has": { "Key": "a", "Value": "2" } }), false),
            (json!({ "at": "/answer/Tags", "count": 1 }), true),
            (json!({ "at": "/answer/N", "matches": "^[0-9]$" }), true),
            (json!({ "at": "/answer/N", "lacks": "2" }), false),
            (json!({ "at": "/none", "lacks": "2" }), true),
            (json!({ "at": "/answer/N", "matches": "(" }), false),
            (json!([{ "at": "/status", "equals": 200 }, { "at": "/answer/N", "equals": 3 }]), false),
        ] {
            assert_eq!(hold(&condition, &observed), expected, "{condition}");
        }
    }

    #[test]
    fn texts_take_in_what_is_known_and_leave_the_rest() {
        // Source: our own reasoning.
        let observed = json!({ "status": 404, "code": "NoSuchBucket" });
        assert_eq!(with_observed("{/status}: {/code} {/none} {x", &observed), "404: NoSuchBucket nothing {x");
        let known = |name: &str| (name == "output.b").then(|| "notes".to_owned());
        assert_eq!(
            fill(&json!({ "B": ["${output.b}-1", "${else}"] }), &known),
            json!({ "B": ["notes-1", "${else}"] })
        );
    }
}
