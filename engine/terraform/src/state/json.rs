//! Small helpers for trees of JSON whose numbers stay as written.

use nuvola_tf_lang::json::parse::Json;
use nuvola_tf_lang::json::write_string;

/// A member of an object.
#[must_use]
pub fn member<'a>(json: &'a Json, name: &str) -> Option<&'a Json> {
    match json {
        Json::Object(members) => members.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => None,
    }
}

/// The text of a string.
#[must_use]
pub fn text_of(json: &Json) -> Option<&str> {
    if let Json::String(text) = json { Some(text) } else { None }
}

/// The items of an array; none for anything else.
#[must_use]
pub fn array(json: Option<&Json>) -> &[Json] {
    if let Some(Json::Array(items)) = json { items } else { &[] }
}

#[must_use]
pub fn string(text: &str) -> Json {
    Json::String(text.to_owned())
}

#[must_use]
pub fn object<'a>(members: impl IntoIterator<Item = (&'a str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// With line breaks and two spaces of indentation, as Go's encoder lays it out.
#[must_use]
pub fn pretty(json: &Json) -> String {
    let mut out = String::new();
    write(&mut out, json, Some(0));
    out
}

/// On one line.
#[must_use]
pub fn compact(json: &Json) -> String {
    let mut out = String::new();
    write(&mut out, json, None);
    out
}

fn write(out: &mut String, json: &Json, depth: Option<usize>) {
    let inner = depth.map(|depth| depth + 1);
    let line = |out: &mut String, depth: Option<usize>| {
        if let Some(depth) = depth {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
    };
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(text) => out.push_str(text),
        Json::String(text) => write_string(out, text),
        Json::Array(items) if items.is_empty() => out.push_str("[]"),
        Json::Object(members) if members.is_empty() => out.push_str("{}"),
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                line(out, inner);
                write(out, item, inner);
            }
            line(out, depth);
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (at, (name, value)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                line(out, inner);
                write_string(out, name);
                out.push_str(if depth.is_some() { ": " } else { ":" });
                write(out, value, inner);
            }
            line(out, depth);
            out.push('}');
        }
    }
}

/// How many bytes of a text that is no JSON Go's decoder reads before it notices.
#[must_use]
pub fn error_offset(text: &str) -> usize {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => 0,
        Err(error) => {
            let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
            let before: usize = lines.map(str::len).sum();
            before + error.column()
        }
    }
}
