//! Between JSON and the members of a shape: blobs are base64, times RFC 3339.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::Timestamp;
use nuvola_wire::{Shape, Structure, StructureShape, Value};
use serde_json::{Map, Value as Json};

/// The members that a JSON object names; null is absence, and what the table lacks is left out.
pub fn structure_from(table: &'static StructureShape, json: &Json) -> Structure {
    let mut members = Structure::new();
    for member in table.members {
        if let Some(value) = json.get(member.name) {
            members.insert_some(member.name, value_from(member.shape, value));
        }
    }
    members
}

fn value_from(shape: Shape, json: &Json) -> Option<Value> {
    if json.is_null() {
        return None;
    }
    Some(match shape {
        Shape::Boolean => Value::Boolean(json.as_bool()?),
        Shape::Integer | Shape::Long => Value::Integer(json.as_i64()?),
        Shape::Float | Shape::Double => Value::Double(json.as_f64()?),
        Shape::String => Value::String(text_of(json)?),
        Shape::Blob => Value::Blob(STANDARD.decode(json.as_str()?).ok()?.into()),
        Shape::Timestamp => Value::Timestamp(Timestamp::parse(json.as_str()?)?),
        Shape::Document => Value::Document(json.clone()),
        Shape::List(list) => {
            Value::List(json.as_array()?.iter().filter_map(|item| value_from(list.item, item)).collect())
        }
        Shape::Map(map) => {
            let entries = json.as_object()?.iter();
            Value::Map(
                entries.filter_map(|(key, item)| Some((key.clone(), value_from(map.value, item)?))).collect(),
            )
        }
        Shape::Structure(table) => Value::Structure(structure_from(table.get(), json)),
    })
}

fn text_of(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(_) | Json::Bool(_) => Some(json.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// The members of an answer as a JSON object.
pub fn json_of(members: &Structure) -> Json {
    Json::Object(
        members.iter().map(|(name, value)| (name.to_owned(), json_value(value))).collect::<Map<_, _>>(),
    )
}

fn json_value(value: &Value) -> Json {
    match value {
        Value::Boolean(truth) => Json::Bool(*truth),
        Value::Integer(number) => (*number).into(),
        Value::Double(number) => (*number).into(),
        Value::String(text) => text.as_str().into(),
        Value::Blob(bytes) => STANDARD.encode(&bytes[..]).into(),
        Value::Timestamp(at) => at.iso_seconds().into(),
        Value::Document(json) => json.clone(),
        Value::List(items) => items.iter().map(json_value).collect(),
        Value::Map(entries) => Json::Object(
            entries.iter().map(|(key, item)| (key.clone(), json_value(item))).collect::<Map<_, _>>(),
        ),
        Value::Structure(members) => json_of(members),
    }
}
