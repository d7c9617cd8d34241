//! Types in JSON: `"string"`, `["list","string"]`, `["object",{...},["optional names"]]`.

use nuvola_kernel::Ordered;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::parse::Json;
use super::write_string;
use crate::path::PathError;
use crate::types::{ObjectType, Type};

/// The JSON text of a type.
pub fn encode_type(ty: &Type) -> String {
    match ty {
        Type::Dynamic => "\"dynamic\"".to_owned(),
        Type::Bool | Type::Number | Type::String | Type::Type => format!("\"{}\"", ty.friendly_name()),
        Type::List(element) => format!("[\"list\",{}]", encode_type(element)),
        Type::Set(element) => format!("[\"set\",{}]", encode_type(element)),
        Type::Map(element) => format!("[\"map\",{}]", encode_type(element)),
        Type::Tuple(elements) => {
            let elements: Vec<String> = elements.iter().map(encode_type).collect();
            format!("[\"tuple\",[{}]]", elements.join(","))
        }
        Type::Object(object) => encode_object(object),
    }
}

fn encode_object(object: &ObjectType) -> String {
    let mut out = "[\"object\",{".to_owned();
    for (index, (name, ty)) in object.attrs.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_string(&mut out, name);
        out.push(':');
        out.push_str(&encode_type(ty));
    }
    out.push('}');
    if !object.optional.is_empty() {
        out.push_str(",[");
        for (index, name) in object.optional.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_string(&mut out, name);
        }
        out.push(']');
    }
    out.push(']');
    out
}

/// Reads the JSON form of a type.
pub fn decode_type(json: &Json) -> Result<Type, PathError> {
    let invalid = || PathError::new("invalid type in JSON");
    match json {
        Json::String(name) => match name.as_str() {
            "dynamic" => Ok(Type::Dynamic),
            "bool" => Ok(Type::Bool),
            "number" => Ok(Type::Number),
            "string" => Ok(Type::String),
            _ => Err(invalid()),
        },
        Json::Array(parts) => match parts.as_slice() {
            [Json::String(kind), element] if kind == "list" => Ok(Type::list(decode_type(element)?)),
            [Json::String(kind), element] if kind == "set" => Ok(Type::set(decode_type(element)?)),
            [Json::String(kind), element] if kind == "map" => Ok(Type::map(decode_type(element)?)),
            [Json::String(kind), Json::Array(elements)] if kind == "tuple" => {
                let elements: Result<Vec<Type>, PathError> = elements.iter().map(decode_type).collect();
                Ok(Type::tuple(elements?))
            }
            [Json::String(kind), Json::Object(attrs)] if kind == "object" => decode_object(attrs, &[]),
            [Json::String(kind), Json::Object(attrs), Json::Array(optional)] if kind == "object" => {
                decode_object(attrs, optional)
            }
            _ => Err(invalid()),
        },
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => Err(invalid()),
    }
}

fn decode_object(attrs: &[(String, Json)], optional: &[Json]) -> Result<Type, PathError> {
    let mut types = BTreeMap::new();
    for (name, json) in attrs {
        types.insert(Arc::from(name.as_str()), decode_type(json)?);
    }
    let optional: BTreeSet<Arc<str>> = optional
        .iter()
        .filter_map(|json| if let Json::String(name) = json { Some(Arc::from(name.as_str())) } else { None })
        .into_set();
    Ok(Type::Object(Arc::new(ObjectType { attrs: types, optional })))
}
