//! Between JSON and the value tree, by the tables of shapes.

use nuvola_kernel::{Blob, Timestamp};
use nuvola_wire::{Shape, Structure, StructureShape, Value};
use serde_json::Value as Json;

/// A structure of the shape; members that the shape does not have are a mistake in the case.
pub fn structure_from(shape: &StructureShape, json: &Json) -> Structure {
    let mut members = Structure::new();
    for (name, value) in json.as_object().into_iter().flatten() {
        let member = shape.member(name).unwrap_or_else(|| panic!("`{}` has no `{name}`", shape.name));
        members.insert(member.name, value_from(member.shape, value));
    }
    members
}

fn value_from(shape: Shape, json: &Json) -> Value {
    let text = || json.as_str().unwrap_or_else(|| panic!("{json} is no text")).to_owned();
    match shape {
        Shape::Boolean => Value::Boolean(json.as_bool().unwrap()),
        Shape::Integer | Shape::Long => Value::Integer(json.as_i64().unwrap()),
        Shape::Float | Shape::Double => Value::Double(json.as_f64().unwrap()),
        // Documents are easier to read as they are.
        Shape::String if json.is_object() => Value::String(json.to_string()),
        Shape::String => Value::String(text()),
        Shape::Blob => Value::Blob(Blob::from(text())),
        Shape::Timestamp => Value::Timestamp(Timestamp::parse(&text()).unwrap()),
        Shape::Document => Value::Document(json.clone()),
        Shape::List(list) => {
            Value::List(json.as_array().unwrap().iter().map(|item| value_from(list.item, item)).collect())
        }
        Shape::Map(map) => Value::Map(
            json.as_object()
                .unwrap()
                .iter()
                .map(|(key, value)| (key.clone(), value_from(map.value, value)))
                .collect(),
        ),
        Shape::Structure(table) => Value::Structure(structure_from(table.get(), json)),
    }
}

pub fn of_structure(members: &Structure) -> Json {
    members.iter().map(|(name, value)| (name.to_owned(), of_value(value))).collect()
}

fn of_value(value: &Value) -> Json {
    match value {
        Value::Boolean(truth) => (*truth).into(),
        Value::Integer(number) => (*number).into(),
        Value::Double(number) => (*number).into(),
        Value::String(text) => text.as_str().into(),
        Value::Blob(blob) => blob.as_text().unwrap_or("(binary)").into(),
        Value::Timestamp(at) => at.iso_seconds().into(),
        Value::Document(document) => document.clone(),
        Value::List(items) => items.iter().map(of_value).collect(),
        Value::Map(entries) => entries.iter().map(|(key, value)| (key.clone(), of_value(value))).collect(),
        Value::Structure(members) => of_structure(members),
    }
}

/// The value at a path of members and indexes: `Roles.0.Arn`; empty: the whole.
pub fn at<'j>(json: &'j Json, path: &str) -> &'j Json {
    let steps = path.split('.').filter(|step| !step.is_empty());
    steps.fold(json, |value, step| match step.parse::<usize>() {
        Ok(index) => &value[index],
        Err(_) => &value[step],
    })
}

/// What is expected must be there; objects may hold more, lists may not.
pub fn assert_within(expected: &Json, given: &Json, place: &str) {
    match (expected, given) {
        (Json::Object(members), Json::Object(_)) => {
            for (name, value) in members {
                if value.is_null() {
                    assert!(given.get(name).is_none(), "{place}: {name} is there: {given}");
                } else {
                    assert_within(value, &given[name], &format!("{place} {name}"));
                }
            }
        }
        (Json::Array(items), Json::Array(found)) => {
            assert_eq!(items.len(), found.len(), "{place}: {given}");
            for (index, (item, found)) in items.iter().zip(found).enumerate() {
                assert_within(item, found, &format!("{place} {index}"));
            }
        }
        _ => assert_eq!(expected, given, "{place}"),
    }
}
