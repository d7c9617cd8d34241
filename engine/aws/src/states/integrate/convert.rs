//! Between a task's JSON and the members of an operation.
//!
//! **Source**: Step Functions Developer Guide, "Learning to use AWS service SDK integrations": parameters are
//! in PascalCase, whatever the service's own members are called; an object where a text belongs is its JSON.

use super::lookup::{Found, Style};
use nuvola_asl::value::to_text;
use nuvola_kernel::{Blob, Timestamp};
use nuvola_wire::{Shape, Structure, StructureShape, Value};
use serde_json::{Map, Value as Json};

/// The operation's input.
pub fn input(found: &Found<'_>, parameters: &Json) -> Structure {
    let table = found.operation.schema.input;
    match found.style {
        Style::Function => {
            let mut members = Structure::new();
            let name = found.function.unwrap_or_default();
            members.insert("FunctionName", Value::String(name.to_owned()));
            members.insert("Payload", Value::Blob(Blob::from(to_text(parameters))));
            members
        }
        Style::Optimized => structure(table, parameters, false),
        Style::Sdk => structure(table, parameters, true),
    }
}

/// `StateMachineArn` stands for the member `stateMachineArn`.
fn is_called(member: &str, name: &str) -> bool {
    member.len() == name.len()
        && member.get(1..) == name.get(1..)
        && member.get(..1).zip(name.get(..1)).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
}

/// `sdk`: bytes are the JSON of what is given, a text with its quotes.
fn structure(table: &StructureShape, json: &Json, sdk: bool) -> Structure {
    let mut members = Structure::new();
    let Some(fields) = json.as_object() else { return members };
    for member in table.members {
        let found = fields.iter().find(|(name, _)| is_called(member.name, name));
        if let Some(value) = found.and_then(|(_, value)| value_of(member.shape, value, sdk)) {
            members.insert(member.name, value);
        }
    }
    members
}

/// A whole number, which may come as `1.0` or as text.
fn whole(json: &Json) -> Option<i64> {
    let rounded = || json.as_f64().map(|float| float as i64);
    json.as_i64().or_else(rounded).or_else(|| json.as_str()?.parse().ok())
}

fn value_of(shape: Shape, json: &Json, sdk: bool) -> Option<Value> {
    if json.is_null() {
        return None;
    }
    let text = || json.as_str().map_or_else(|| to_text(json), str::to_owned);
    Some(match shape {
        Shape::Boolean => Value::Boolean(json.as_bool().or_else(|| Some(json.as_str()? == "true"))?),
        Shape::Integer | Shape::Long => Value::Integer(whole(json)?),
        Shape::Float | Shape::Double => Value::Double(json.as_f64().or_else(|| json.as_str()?.parse().ok())?),
        Shape::String => Value::String(text()),
        Shape::Blob if sdk => Value::Blob(Blob::from(to_text(json))),
        Shape::Blob => Value::Blob(Blob::from(text())),
        Shape::Timestamp => Value::Timestamp(match json.as_f64() {
            Some(seconds) => Timestamp((seconds * 1000.0) as i64),
            None => Timestamp::parse(json.as_str()?)?,
        }),
        Shape::Document => Value::Document(json.clone()),
        Shape::List(list) => {
            Value::List(json.as_array()?.iter().filter_map(|item| value_of(list.item, item, sdk)).collect())
        }
        Shape::Map(map) => {
            let entries = json.as_object()?.iter();
            Value::Map(
                entries
                    .filter_map(|(key, value)| Some((key.clone(), value_of(map.value, value, sdk)?)))
                    .collect(),
            )
        }
        Shape::Structure(table) => {
            Value::Structure(structure(table.get(), json.as_object().map(|_| json)?, sdk))
        }
    })
}

/// An operation's output in PascalCase; `instants_ms`: times as numbers, as the optimized integrations have them.
pub fn output(members: &Structure, instants_ms: bool) -> Map<String, Json> {
    let mut map = Map::new();
    for (name, value) in members.iter() {
        map.insert(pascal(name), json_of(value, instants_ms));
    }
    map
}

fn pascal(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

fn json_of(value: &Value, instants_ms: bool) -> Json {
    match value {
        Value::Boolean(truth) => Json::Bool(*truth),
        Value::Integer(number) => Json::from(*number),
        Value::Double(number) => Json::from(*number),
        Value::String(text) => Json::from(text.as_str()),
        Value::Blob(blob) => Json::from(String::from_utf8_lossy(blob).into_owned()),
        Value::Timestamp(at) if instants_ms => Json::from(at.0),
        Value::Timestamp(at) if at.0 % 1000 == 0 => Json::from(at.iso_seconds()),
        Value::Timestamp(at) => Json::from(at.iso_millis()),
        Value::Document(json) => json.clone(),
        Value::List(items) => items.iter().map(|item| json_of(item, instants_ms)).collect(),
        Value::Map(entries) => Json::Object(
            entries.iter().map(|(key, value)| (key.clone(), json_of(value, instants_ms))).collect(),
        ),
        Value::Structure(members) => Json::Object(output(members, instants_ms)),
    }
}
