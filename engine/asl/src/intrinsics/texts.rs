//! Functions on texts.

use crate::value;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

/// The most characters that are encoded, decoded or hashed.
/// Source: "Intrinsic functions for JSONPath states in Step Functions".
const MAX_CHARACTERS: usize = 10_000;

/// Puts values at each `{}`. The template has its escapes (`\{`, `\}`, `\\`) still in it.
pub(super) fn format(template: &str, values: &[Value]) -> Result<Value, String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = values.iter();
    let mut places = 0;
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '{' if chars.peek() == Some(&'}') => {
                chars.next();
                places += 1;
                if let Some(value) = rest.next() {
                    out.push_str(&value::java_text(value));
                }
            }
            c => out.push(c),
        }
    }
    match places == values.len() {
        true => Ok(Value::String(out)),
        false => Err(format!(
            "The number of arguments ({}) does not match the occurrences of {{}} ({places}) in the template",
            values.len()
        )),
    }
}

/// Each character of `splitter` separates; empty parts are left out.
pub(super) fn split(text: &str, splitter: &str) -> Value {
    let parts = text.split(|c| splitter.contains(c)).filter(|part| !part.is_empty());
    Value::Array(parts.map(Value::from).collect())
}

/// An empty text is null, as recorded.
pub(super) fn parse_json(text: &str) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    value::parse(text).map_err(|_| format!("Unable to parse the string as JSON: {text}"))
}

pub(super) fn base64_encode(text: &str) -> Result<Value, String> {
    within_limit(text)?;
    Ok(Value::String(STANDARD.encode(text)))
}

pub(super) fn base64_decode(text: &str) -> Result<Value, String> {
    within_limit(text)?;
    let bytes =
        STANDARD.decode(text).map_err(|_| format!("Unable to decode the string as Base64: {text}"))?;
    Ok(Value::String(String::from_utf8_lossy(&bytes).into_owned()))
}

/// The hash of a text, or of a value's JSON text, in hexadecimal digits.
pub(super) fn hash(data: &Value, algorithm: &str) -> Result<Value, String> {
    let text = match data {
        Value::String(text) => text.clone(),
        other => value::to_text(other),
    };
    within_limit(&text)?;
    let digest = value::hash(&text, algorithm);
    digest.map(Value::String).ok_or_else(|| {
        format!(
            "Unknown hash algorithm: {algorithm}. Valid algorithms: MD5, SHA-1, SHA-256, SHA-384, SHA-512"
        )
    })
}

fn within_limit(text: &str) -> Result<(), String> {
    match text.chars().count() > MAX_CHARACTERS {
        true => Err(format!("The string has more than {MAX_CHARACTERS} characters")),
        false => Ok(()),
    }
}
