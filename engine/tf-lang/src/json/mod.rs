//! JSON texts of values and types, as `jsonencode` gives them and as state files hold them.
//!
//! Start reading at [`encode`] and [`decode`]; [`parse::parse`] reads JSON with the messages of `jsondecode`.

pub mod parse;
mod types;

use std::sync::Arc;

pub use types::{decode_type, encode_type};

use crate::path::{PathError, Step};
use crate::types::Type;
use crate::value::{Data, Members, Value};
use parse::Json;

/// The JSON text of a value: compact, keys sorted, characters of HTML escaped.
///
/// Unknown values have none. A value of a dynamic part of `ty` is wrapped with its type.
pub fn encode(value: &Value, ty: &Type) -> Result<String, PathError> {
    let mut out = String::new();
    write_value(&mut out, value, ty)?;
    Ok(out)
}

/// The JSON text of a value without any wrapping, as `jsonencode` gives it.
pub fn encode_plain(value: &Value) -> Result<String, PathError> {
    encode(value, value.ty())
}

fn write_value(out: &mut String, value: &Value, ty: &Type) -> Result<(), PathError> {
    if *ty == Type::Dynamic && *value.ty() != Type::Dynamic {
        out.push_str("{\"value\":");
        write_value(out, value, value.ty())?;
        out.push_str(",\"type\":");
        out.push_str(&encode_type(value.ty()));
        out.push('}');
        return Ok(());
    }
    match value.data() {
        Data::Null => out.push_str("null"),
        Data::Unknown(_) => return Err(PathError::new("value is not known")),
        Data::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Data::Number(number) if number.is_infinite() => {
            return Err(PathError::new("cannot serialize infinity as JSON"));
        }
        Data::Number(number) => out.push_str(&number.to_text()),
        Data::String(text) => write_string(out, text),
        Data::Seq(elements) => write_seq(out, elements, ty)?,
        Data::Members(members) => write_members(out, members, ty)?,
        Data::Type(_) => return Err(PathError::new("type is not supported by JSON")),
    }
    Ok(())
}

fn write_seq(out: &mut String, elements: &[Value], ty: &Type) -> Result<(), PathError> {
    out.push('[');
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let own = if let Type::Tuple(types) = ty { types.get(index) } else { ty.element_type() };
        let element_ty = own.unwrap_or(element.ty());
        write_value(out, element, element_ty).map_err(|error| error.within(Step::Index(index)))?;
    }
    out.push(']');
    Ok(())
}

fn write_members(out: &mut String, members: &Members, ty: &Type) -> Result<(), PathError> {
    out.push('{');
    for (index, (name, member)) in members.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_string(out, name);
        out.push(':');
        let own = if let Type::Object(object) = ty { object.attrs.get(name) } else { ty.element_type() };
        let member_ty = own.unwrap_or(member.ty());
        write_value(out, member, member_ty).map_err(|error| error.within(Step::Key(name.clone())))?;
    }
    out.push('}');
    Ok(())
}

/// A JSON string with the escapes of Go's encoder, `<`, `>` and `&` among them.
pub fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// The value of some type that a JSON text of [`encode`] holds.
pub fn decode(json: &Json, ty: &Type) -> Result<Value, PathError> {
    if *json == Json::Null {
        return Ok(Value::null(ty.clone()));
    }
    match (ty, json) {
        (Type::Dynamic, Json::Object(members)) => {
            let find = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, json)| json);
            let (Some(value), Some(ty)) = (find("value"), find("type")) else {
                return Err(PathError::new("missing type or value in dynamically-typed value"));
            };
            decode(value, &decode_type(ty)?)
        }
        (Type::Bool, Json::Bool(flag)) => Ok(Value::bool(*flag)),
        (Type::Bool, Json::String(text)) if text == "true" || text == "false" => {
            Ok(Value::bool(text == "true"))
        }
        (Type::Number, Json::Number(text) | Json::String(text)) => crate::number::Number::parse(text)
            .map(Value::number)
            .ok_or_else(|| PathError::new("a number is required")),
        (Type::String, Json::String(text) | Json::Number(text)) => Ok(Value::string(text)),
        (Type::String, Json::Bool(flag)) => Ok(Value::string(flag.to_string())),
        (Type::List(element), Json::Array(items)) => {
            Ok(Value::list_of((**element).clone(), decode_items(items, |_| element)?))
        }
        (Type::Set(element), Json::Array(items)) => {
            Ok(Value::set_of((**element).clone(), decode_items(items, |_| element)?))
        }
        (Type::Tuple(types), Json::Array(items)) if types.len() == items.len() => {
            Ok(Value::tuple(decode_items(items, |index| &types[index])?))
        }
        (Type::Map(element), Json::Object(members)) => {
            let members = decode_members(members, |_| Some(element))?;
            Ok(Value::map_of((**element).clone(), members))
        }
        (Type::Object(object), Json::Object(members)) => {
            let mut attrs = decode_members(members, |name| object.attrs.get(name))?;
            for (name, ty) in &object.attrs {
                attrs.entry(name.clone()).or_insert_with(|| Value::null(ty.clone()));
            }
            Ok(Value::object(attrs))
        }
        _ => Err(PathError::new(format!("{} is required", ty.friendly_name()))),
    }
}

fn decode_items<'a>(items: &[Json], ty: impl Fn(usize) -> &'a Type) -> Result<Vec<Value>, PathError> {
    let decoded = items
        .iter()
        .enumerate()
        .map(|(index, item)| decode(item, ty(index)).map_err(|error| error.within(Step::Index(index))));
    decoded.collect()
}

fn decode_members<'a>(
    members: &[(String, Json)],
    ty: impl Fn(&str) -> Option<&'a Type>,
) -> Result<Members, PathError> {
    let mut decoded = Members::new();
    for (name, json) in members {
        let key: Arc<str> = Arc::from(name.as_str());
        let Some(ty) = ty(name) else {
            return Err(PathError::new(format!("unsupported attribute \"{name}\"")));
        };
        let value = decode(json, ty).map_err(|error| error.within(Step::Attr(key.clone())))?;
        decoded.insert(key, value);
    }
    Ok(decoded)
}

/// The value that a JSON text stands for when no type is given: objects, tuples and primitives.
pub fn implied_value(json: &Json) -> Value {
    match json {
        Json::Null => Value::null(Type::Dynamic),
        Json::Bool(flag) => Value::bool(*flag),
        Json::Number(text) => {
            crate::number::Number::parse(text).map_or_else(|| Value::null(Type::Number), Value::number)
        }
        Json::String(text) => Value::string(text),
        Json::Array(items) => Value::tuple(items.iter().map(implied_value).collect()),
        Json::Object(members) => Value::object(members.iter().map(|(name, json)| {
            let name = Value::string(name);
            (name.as_str().unwrap_or_default().to_owned(), implied_value(json))
        })),
    }
}
