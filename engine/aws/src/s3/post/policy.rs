//! The policy of a form: until when it holds, and what each field may be.
//!
//! **Source**: S3 API Reference, "Creating a POST policy (using AWS Signature Version 4)". That a policy may not
//! hold a member of another name, and the texts of refusals, are as people see them who build such forms; of
//! several wrong things S3's choice which to name is not published.

use super::form::Form;
use super::problems::{against_policy, bad_policy, too_large, too_small};
use crate::service::ApiResult;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::Timestamp;
use serde_json::{Map, Value};

pub struct Policy {
    expires_at: Timestamp,
    conditions: Vec<Condition>,
}

enum Condition {
    /// The variable as it was written, with its `$`.
    Equals {
        variable: String,
        value: String,
    },
    StartsWith {
        variable: String,
        prefix: String,
    },
    /// Texts that are no numbers fit no file.
    Length {
        range: Option<(u64, u64)>,
        written: String,
    },
}

impl Policy {
    /// Reads a policy as the form's field holds it.
    pub fn read(encoded: &str) -> ApiResult<Policy> {
        let compact: String = encoded.split_ascii_whitespace().collect();
        let bytes = STANDARD.decode(compact).map_err(|_| bad_policy("invalid Base64 encoding."))?;
        let text = String::from_utf8(bytes).map_err(|_| invalid_json())?;
        let document: Value = serde_json::from_str(&plain_json(&text)).map_err(|_| invalid_json())?;
        let Value::Object(document) = document else { return Err(invalid_json()) };
        let stranger = document.iter().find(|(name, value)| {
            !["expiration", "conditions"].contains(&name.as_str()) && (value.is_array() || value.is_object())
        });
        if let Some((name, _)) = stranger {
            return Err(bad_policy(&format!("Unexpected: '{}'", name.to_lowercase())));
        }
        let expires_at = expiration(&document)?;
        let conditions = match document.get("conditions") {
            None => return Err(bad_policy("Policy missing conditions.")),
            Some(Value::Array(all)) => all.iter().map(condition).collect::<ApiResult<_>>()?,
            Some(_) => return Err(bad_policy("Invalid 'conditions' value: must be a List.")),
        };
        Ok(Policy { expires_at, conditions })
    }

    /// Judges a form that is posted to a bucket.
    pub fn check(&self, form: &Form, bucket: &str, now: Timestamp) -> ApiResult<()> {
        if now > self.expires_at {
            return Err(against_policy("Policy expired."));
        }
        let size = form.file.len() as u64;
        for condition in &self.conditions {
            condition.check(form, bucket, size)?;
        }
        let named = |name: &str| self.conditions.iter().any(|condition| condition.names(name));
        let stranger = form.fields().find(|field| !is_exempt(&field.name) && !named(&field.name));
        match stranger {
            Some(field) => Err(against_policy(&format!("Extra input fields: {}", field.name))),
            // The bucket is a field of every form, by its address.
            None if !named("bucket") => Err(against_policy("Extra input fields: bucket")),
            None => Ok(()),
        }
    }
}

fn invalid_json() -> nuvola_wire::ApiError {
    bad_policy("Invalid JSON.")
}

/// A policy may escape two characters that JSON does not: `\$` and `\v`.
fn plain_json(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('$') => plain.push('$'),
            Some('v') => plain.push_str("\\u000b"),
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    plain
}

/// ISO 8601 in UTC, with or without milliseconds: `2026-11-23T18:00:00Z`.
fn expiration(document: &Map<String, Value>) -> ApiResult<Timestamp> {
    let value = document.get("expiration").ok_or_else(|| bad_policy("Policy missing expiration."))?;
    let text = value.as_str().ok_or_else(invalid_json)?;
    let bytes = text.as_bytes();
    let long = text.ends_with('Z') && bytes.get(10) == Some(&b'T') && bytes.get(4) == Some(&b'-');
    let read = Timestamp::parse(text).filter(|_| long);
    read.ok_or_else(|| bad_policy(&format!("Invalid 'expiration' value: '{text}'")))
}

fn condition(written: &Value) -> ApiResult<Condition> {
    match written {
        Value::Object(pair) => simple_condition(pair),
        Value::Array(items) => listed_condition(items, written),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err(bad_policy("Invalid condition test: must be a List or Object."))
        }
    }
}

/// `{"acl": "public-read"}`
fn simple_condition(pair: &Map<String, Value>) -> ApiResult<Condition> {
    let mut members = pair.iter();
    let (Some((name, value)), None) = (members.next(), members.next()) else {
        return Err(bad_policy(
            "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
        ));
    };
    match value {
        Value::String(value) => Ok(Condition::Equals { variable: format!("${name}"), value: value.clone() }),
        Value::Null => Err(invalid_json()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(bad_policy("Invalid Simple-Condition: value must be a string."))
        }
    }
}

/// `["starts-with", "$key", "user/"]`, `["content-length-range", 1, 1024]`
fn listed_condition(items: &[Value], written: &Value) -> ApiResult<Condition> {
    let Some(operation) = items.first() else {
        return Err(bad_policy("Invalid Condition: missing operation identifier."));
    };
    let operation = operation.as_str().ok_or_else(invalid_json)?;
    let name = operation.to_ascii_lowercase();
    if !["eq", "starts-with", "content-length-range"].contains(&name.as_str()) {
        return Err(bad_policy(&format!("Invalid Condition: unknown operation '{operation}'.")));
    }
    let [_, first, second] = items else {
        return Err(bad_policy(&format!("Invalid {name}: wrong number of arguments.")));
    };
    if name == "content-length-range" {
        let range = match (bound(first)?, bound(second)?) {
            (Some(min), Some(max)) => Some((min, max)),
            _ => None,
        };
        return Ok(Condition::Length { range, written: shown(written) });
    }
    let (Some(variable), Some(value)) = (first.as_str(), second.as_str()) else { return Err(invalid_json()) };
    let (variable, value) = (variable.to_owned(), value.to_owned());
    Ok(match name.as_str() {
        "eq" => Condition::Equals { variable, value },
        _ => Condition::StartsWith { variable, prefix: value },
    })
}

/// A bound of a file's size: a whole number, or its text.
fn bound(value: &Value) -> ApiResult<Option<u64>> {
    match value {
        Value::Number(number) => number.as_u64().map(Some).ok_or_else(invalid_json),
        Value::String(text) => Ok(text.parse().ok()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(invalid_json()),
    }
}

/// A condition as refusals show it: JSON with a space after each comma.
fn shown(written: &Value) -> String {
    let items: Vec<String> = written.as_array().into_iter().flatten().map(|item| item.to_string()).collect();
    format!("[{}]", items.join(", "))
}

fn shown_pair(operation: &str, variable: &str, value: &str) -> String {
    shown(&Value::from(vec![operation, variable, value]))
}

/// Fields that no condition needs to name.
fn is_exempt(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["x-amz-signature", "file", "policy", "bucket"].contains(&name.as_str()) || name.starts_with("x-ignore-")
}

impl Condition {
    fn check(&self, form: &Form, bucket: &str, size: u64) -> ApiResult<()> {
        let failed = |text: &str| Err(against_policy(&format!("Policy Condition failed: {text}")));
        match self {
            Condition::Equals { variable, value } => match value_of(form, bucket, variable) {
                Some(found) if found == value => Ok(()),
                _ => failed(&shown_pair("eq", variable, value)),
            },
            Condition::StartsWith { variable, prefix } => match value_of(form, bucket, variable) {
                Some(found) if starts_with(variable, found, prefix) => Ok(()),
                _ => failed(&shown_pair("starts-with", variable, prefix)),
            },
            Condition::Length { range: None, written } => failed(written),
            Condition::Length { range: Some((min, _)), .. } if size < *min => Err(too_small(size, *min)),
            Condition::Length { range: Some((_, max)), .. } if size > *max => Err(too_large(size, *max)),
            Condition::Length { .. } => Ok(()),
        }
    }

    /// Whether it says something of a field.
    fn names(&self, field: &str) -> bool {
        match self {
            Condition::Equals { variable, .. } | Condition::StartsWith { variable, .. } => {
                variable.strip_prefix('$').is_some_and(|name| name.eq_ignore_ascii_case(field))
            }
            Condition::Length { .. } => false,
        }
    }
}

/// What a variable stands for in a form; the bucket is that of the address.
fn value_of<'f>(form: &'f Form, bucket: &'f str, variable: &str) -> Option<&'f str> {
    let name = variable.strip_prefix('$')?;
    if name.eq_ignore_ascii_case("bucket") { Some(bucket) } else { form.get(name) }
}

/// A `Content-Type` may be a list; then each of it must begin so.
fn starts_with(variable: &str, found: &str, prefix: &str) -> bool {
    match variable.eq_ignore_ascii_case("$content-type") {
        true => found.split(',').all(|kind| kind.trim_start().starts_with(prefix)),
        false => found.starts_with(prefix),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(document: &str) -> String {
        Policy::read(&STANDARD.encode(document)).err().map(|error| error.message).unwrap_or_default()
    }

    #[test]
    fn documents_that_are_no_policy_are_told_apart() {
        // Source: the texts that people report who build such forms, as far as they are known; the rest is our
        // own reasoning.
        let with = |conditions: &str| {
            format!("{{\"expiration\": \"2026-11-24T00:00:00Z\", \"conditions\": {conditions}}}")
        };
        let simple = "Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.";
        for (document, text) in [
            (with("[]"), ""),
            ("{".to_owned(), "Invalid Policy: Invalid JSON."),
            ("[]".to_owned(), "Invalid Policy: Invalid JSON."),
            ("{\"conditions\": []}".to_owned(), "Invalid Policy: Policy missing expiration."),
            (
                "{\"expiration\": \"2026-11-24T00:00:00.000Z\"}".to_owned(),
                "Invalid Policy: Policy missing conditions.",
            ),
            (
                "{\"expiration\": \"2026-11-24 00:00:00 UTC\", \"conditions\": []}".to_owned(),
                "Invalid Policy: Invalid 'expiration' value: '2026-11-24 00:00:00 UTC'",
            ),
            (
                "{\"Version\": \"2012-10-17\", \"Statement\": []}".to_owned(),
                "Invalid Policy: Unexpected: 'statement'",
            ),
            (with("{}"), "Invalid Policy: Invalid 'conditions' value: must be a List."),
            (with("[{}]"), simple),
            (with("[{\"a\": \"b\", \"c\": \"d\"}]"), simple),
            (
                with("[{\"Content-Length\": 5}]"),
                "Invalid Policy: Invalid Simple-Condition: value must be a string.",
            ),
            (with("[{\"acl\": null}]"), "Invalid Policy: Invalid JSON."),
            (with("[[]]"), "Invalid Policy: Invalid Condition: missing operation identifier."),
            (
                with("[[\"ends-with\", \"$key\", \"x\"]]"),
                "Invalid Policy: Invalid Condition: unknown operation 'ends-with'.",
            ),
            (
                with("[[\"content-length-range\", 0]]"),
                "Invalid Policy: Invalid content-length-range: wrong number of arguments.",
            ),
            (with("[[\"content-length-range\", 0, 512.0]]"), "Invalid Policy: Invalid JSON."),
            (with("[[\"content-length-range\", -1, 0]]"), "Invalid Policy: Invalid JSON."),
            (with("[\"acl\"]"), "Invalid Policy: Invalid condition test: must be a List or Object."),
        ] {
            assert_eq!(refusal(&document), text, "{document}");
        }
        assert_eq!(Policy::read("*").err().map(|error| error.status), Some(400));
    }

    #[test]
    fn two_escapes_are_the_policy_s_own() {
        // Source: S3 API Reference, "Creating a POST policy", "Character escaping".
        assert_eq!(plain_json(r#"["\$a", "\v", "\\$b", "\n"]"#), r#"["$a", "\u000b", "\\$b", "\n"]"#);
    }
}
