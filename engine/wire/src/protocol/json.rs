//! JSON bodies: of rest-json and of json 1.0 and 1.1.

use super::scalar;
use crate::shape::{Location, Nested, Shape, StructureShape, TimestampFormat};
use crate::timestamps;
use crate::value::{Structure, Value};
use nuvola_kernel::Timestamp;
use serde_json::{Map, Value as Json};

/// Writes the members that travel in the body.
pub(super) fn write_structure(table: &StructureShape, members: &Structure) -> Json {
    let mut out = Map::new();
    for member in table.members {
        if member.location == Location::Body
            && let Some(value) = members.get(member.name)
        {
            out.insert(member.json_name().to_owned(), write(member.shape, value, member.nested));
        }
    }
    Json::Object(out)
}

/// Writes a structure that is inside another: all its members, wherever they would travel at the top.
fn write_nested(table: &StructureShape, members: &Structure) -> Json {
    let mut out = Map::new();
    for member in table.members {
        if let Some(value) = members.get(member.name) {
            out.insert(member.json_name().to_owned(), write(member.shape, value, member.nested));
        }
    }
    Json::Object(out)
}

pub(super) fn write(shape: Shape, value: &Value, traits: Nested) -> Json {
    match value {
        Value::Boolean(truth) => Json::Bool(*truth),
        Value::Integer(number) => Json::from(*number),
        Value::Double(number) => {
            serde_json::Number::from_f64(*number).map_or_else(|| scalar::double(*number).into(), Json::Number)
        }
        Value::String(text) => Json::String(text.clone()),
        Value::Timestamp(at) => write_timestamp(*at, traits.timestamp),
        Value::Document(document) => document.clone(),
        Value::Blob(_) => Json::from(scalar::write(value, PLAIN)),
        Value::List(items) => {
            let Shape::List(list) = shape else { return Json::Null };
            let traits = Nested { timestamp: traits.timestamp.or(list.traits.timestamp), ..Nested::NONE };
            items.iter().map(|item| write(list.item, item, traits)).collect()
        }
        Value::Map(entries) => {
            let Shape::Map(map) = shape else { return Json::Null };
            let traits = Nested { timestamp: traits.timestamp.or(map.traits.timestamp), ..Nested::NONE };
            let entries = entries.iter().map(|(key, value)| (key.clone(), write(map.value, value, traits)));
            Json::Object(entries.collect())
        }
        Value::Structure(members) => write_nested(shape.structure(), members),
    }
}

const PLAIN: scalar::TextStyle =
    scalar::TextStyle { timestamp: TimestampFormat::EpochSeconds, millis: false };

fn write_timestamp(at: Timestamp, format: Option<TimestampFormat>) -> Json {
    match format.unwrap_or(TimestampFormat::EpochSeconds) {
        TimestampFormat::EpochSeconds => Json::Number(timestamps::epoch_seconds(at)),
        format @ (TimestampFormat::DateTime | TimestampFormat::HttpDate) => {
            timestamps::to_text(at, format, false).into()
        }
    }
}

/// What AWS says about a value of the wrong kind. Source: the `SerializationException` texts that
/// DynamoDB answers.
pub(super) type Mistake = String;

/// Reads the members that travel in the body.
pub(super) fn read_structure(table: &StructureShape, json: Json) -> Result<Structure, Mistake> {
    read_members(table, json, true)
}

fn read_members(table: &StructureShape, json: Json, top: bool) -> Result<Structure, Mistake> {
    let Json::Object(mut entries) = json else {
        return Err(match json {
            Json::Array(_) => "Start of list found where not expected".to_owned(),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
                "Unexpected value type in payload".to_owned()
            }
        });
    };
    let mut members = Structure::new();
    for member in table.members {
        if top && member.location != Location::Body {
            continue;
        }
        match entries.remove(member.json_name()) {
            None | Some(Json::Null) => {}
            Some(json) => members.insert(member.name, read(member.shape, json)?),
        }
    }
    Ok(members)
}

/// Reads one value. Nulls inside lists and maps are dropped, as members are.
pub(super) fn read(shape: Shape, json: Json) -> Result<Value, Mistake> {
    if let Shape::Document = shape {
        return Ok(Value::Document(json));
    }
    match (shape, json) {
        (Shape::Structure(table), json) => read_members(table.get(), json, false).map(Value::Structure),
        (Shape::List(list), Json::Array(items)) => {
            let items = items.into_iter().filter(|item| keeps(list.item, item));
            items.map(|item| read(list.item, item)).collect::<Result<_, _>>().map(Value::List)
        }
        (Shape::Map(map), Json::Object(entries)) => {
            let entries = entries.into_iter().filter(|(_, value)| keeps(map.value, value));
            let entries = entries.map(|(key, value)| Ok((key, read(map.value, value)?)));
            entries.collect::<Result<_, Mistake>>().map(Value::Map)
        }
        (Shape::Boolean, Json::Bool(truth)) => Ok(Value::Boolean(truth)),
        (Shape::String, Json::String(text)) => Ok(Value::String(text)),
        (Shape::Blob, Json::String(text)) => read_blob(&text),
        (Shape::Integer | Shape::Long, Json::Number(number)) => read_integer(shape, &number),
        (Shape::Float | Shape::Double, Json::Number(number)) => {
            number.as_f64().map(Value::Double).ok_or_else(|| "Unexpected field type".to_owned())
        }
        (Shape::Float | Shape::Double, Json::String(text)) => scalar::read_double(&text)
            .map(Value::Double)
            .ok_or_else(|| "STRING_VALUE cannot be converted to Double".to_owned()),
        (Shape::Timestamp, Json::Number(number)) => number
            .as_f64()
            .and_then(timestamps::from_seconds)
            .map(Value::Timestamp)
            .ok_or_else(|| "NUMBER_VALUE cannot be converted to Date".to_owned()),
        (Shape::Timestamp, Json::String(text)) => timestamps::from_text(&text)
            .map(Value::Timestamp)
            .ok_or_else(|| "STRING_VALUE cannot be converted to Date".to_owned()),
        (shape, json) => Err(mismatch(shape, &json)),
    }
}

fn keeps(shape: Shape, json: &Json) -> bool {
    !json.is_null() || matches!(shape, Shape::Document)
}

fn read_blob(text: &str) -> Result<Value, Mistake> {
    if !text.len().is_multiple_of(4) {
        let length = text.len();
        return Err(format!("Base64 encoded length is expected a multiple of 4 bytes but found: {length}"));
    }
    scalar::read_base64(text)
        .map(|bytes| Value::Blob(bytes.into()))
        .ok_or_else(|| "Invalid last non-pad Base64 character dectected".to_owned())
}

/// A fraction is cut off, as AWS does.
fn read_integer(shape: Shape, number: &serde_json::Number) -> Result<Value, Mistake> {
    let whole = number
        .as_i64()
        .or_else(|| number.as_f64().filter(|float| float.abs() < 9.0e18).map(|float| float.trunc() as i64));
    match whole {
        Some(whole) if matches!(shape, Shape::Long) || i32::try_from(whole).is_ok() => {
            Ok(Value::Integer(whole))
        }
        Some(_) | None => Err(format!("NUMBER_VALUE cannot be converted to {}", kind(shape))),
    }
}

fn mismatch(shape: Shape, json: &Json) -> Mistake {
    let scalar_wanted = !matches!(shape, Shape::List(_) | Shape::Map(_) | Shape::Structure(_));
    match json {
        Json::Array(_) => "Start of list found where not expected".to_owned(),
        Json::Object(_) => "Start of structure or map found where not expected".to_owned(),
        Json::Null | Json::Bool(_) if scalar_wanted => "Unexpected token received from parser".to_owned(),
        Json::Number(_) if scalar_wanted => format!("NUMBER_VALUE cannot be converted to {}", kind(shape)),
        Json::String(_) if scalar_wanted => format!("STRING_VALUE cannot be converted to {}", kind(shape)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => "Unexpected field type".to_owned(),
    }
}

fn kind(shape: Shape) -> &'static str {
    match shape {
        Shape::Boolean => "Boolean",
        Shape::Integer => "Integer",
        Shape::Long => "Long",
        Shape::Float => "Float",
        Shape::Double => "Double",
        Shape::String => "String",
        Shape::Blob => "ByteBuffer",
        Shape::Timestamp => "Date",
        Shape::Document => "Document",
        Shape::List(_) => "List",
        Shape::Map(_) => "Map",
        Shape::Structure(_) => "Structure",
    }
}
