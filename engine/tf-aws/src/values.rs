//! Between Terraform's values and JSON, in which resources work.

use nuvola_kernel::Ordered;
use nuvola_tf_lang::{Data, Members, Number, Type, Value};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// A value as JSON; what is unknown becomes null.
#[must_use]
pub fn json_of(value: &Value) -> Json {
    match value.data() {
        Data::Null | Data::Unknown(_) | Data::Type(_) => Json::Null,
        Data::Bool(truth) => Json::Bool(*truth),
        Data::Number(number) => number.to_i64().map_or_else(|| number.to_f64().into(), Json::from),
        Data::String(text) => Json::String(text.to_string()),
        Data::Seq(items) => items.iter().map(json_of).collect(),
        Data::Members(members) => Json::Object(
            members.iter().map(|(name, item)| (name.to_string(), json_of(item))).collect::<Map<_, _>>(),
        ),
    }
}

/// The value of a type that JSON stands for. Absent attributes are null; what does not fit is null too.
#[must_use]
pub fn value_of(json: &Json, ty: &Type) -> Value {
    let fit = match (ty, json) {
        (_, Json::Null) => None,
        (Type::Bool, Json::Bool(truth)) => Some(Value::bool(*truth)),
        (Type::Bool, Json::String(text)) => text.parse().ok().map(Value::bool),
        (Type::Number, Json::Number(number)) => Number::parse(&number.to_string()).map(Value::number),
        (Type::Number, Json::String(text)) => Number::parse(text).map(Value::number),
        (Type::String, Json::String(text)) => Some(Value::string(text)),
        (Type::String, Json::Number(_) | Json::Bool(_)) => Some(Value::string(json.to_string())),
        (Type::List(element), Json::Array(items)) => Some(Value::list_of(
            (**element).clone(),
            items.iter().map(|item| value_of(item, element)).collect(),
        )),
        (Type::Set(element), Json::Array(items)) => Some(Value::set_of(
            (**element).clone(),
            items.iter().map(|item| value_of(item, element)).collect(),
        )),
        (Type::Map(element), Json::Object(entries)) => {
            let members: Members = entries
                .iter()
                .map(|(key, item)| (Arc::from(key.as_str()), value_of(item, element)))
                .into_map();
            Some(Value::map_of((**element).clone(), members))
        }
        (Type::Object(object), Json::Object(entries)) => {
            Some(Value::object(object.attrs.iter().map(|(name, ty)| {
                let item = entries.get(&**name).unwrap_or(&Json::Null);
                // A nested block that is not there is an empty list, not null.
                let value = match (item, ty) {
                    (Json::Null, Type::List(element)) if matches!(**element, Type::Object(_)) => {
                        Value::list_empty((**element).clone())
                    }
                    (Json::Null, Type::Set(element)) if matches!(**element, Type::Object(_)) => {
                        Value::set_empty((**element).clone())
                    }
                    _ => value_of(item, ty),
                };
                (Arc::clone(name), value)
            })))
        }
        _ => None,
    };
    fit.unwrap_or_else(|| Value::null(ty.clone()))
}

/// What the older SDK cannot tell from null: `""`, 0, false and empty collections.
#[must_use]
pub fn is_zero(value: &Value) -> bool {
    match value.data() {
        Data::Null => true,
        Data::Unknown(_) | Data::Type(_) => false,
        Data::Bool(truth) => !truth,
        Data::Number(number) => number.is_zero(),
        Data::String(text) => text.is_empty(),
        Data::Seq(items) => items.is_empty(),
        Data::Members(members) => members.is_empty(),
    }
}

/// What the SDK stores as nothing: null, `""` and empty collections, but neither 0 nor false.
#[must_use]
pub fn is_empty(value: &Value) -> bool {
    is_zero(value) && value.as_bool().is_none() && value.as_number().is_none()
}

/// A list or set with other elements of the same type.
#[must_use]
pub fn rebuilt(ty: &Type, items: Vec<Value>) -> Value {
    if let Type::List(element) = ty {
        Value::list_of((**element).clone(), items)
    } else if let Type::Set(element) = ty {
        Value::set_of((**element).clone(), items)
    } else {
        Value::tuple(items)
    }
}

/// A value that was read, where it differs from the one before in more than how nothing is written
/// (null, `""`, 0, false): the older SDK cannot tell these apart within blocks.
#[must_use]
pub fn kept_spelling(before: &Value, read: &Value) -> Value {
    if before.is_known() && is_zero(before) && is_zero(read) {
        return before.clone();
    }
    match (before.data(), read.data()) {
        (Data::Members(old), Data::Members(new)) => {
            let merged = new.iter().map(|(name, item)| {
                let kept = old.get(name).map_or_else(|| item.clone(), |old| kept_spelling(old, item));
                (Arc::clone(name), kept)
            });
            if let Type::Map(element) = read.ty() {
                Value::map_of((**element).clone(), merged.into_map())
            } else {
                Value::object(merged)
            }
        }
        (Data::Seq(old), Data::Seq(new)) if matches!(read.ty(), Type::Set(_)) => {
            let mut old: Vec<&Value> = old.iter().collect();
            let items = new.iter().map(|item| {
                let twin = old.iter().position(|old| kept_spelling(old, item) == **old);
                twin.map_or_else(|| item.clone(), |at| old.remove(at).clone())
            });
            let items = items.collect();
            rebuilt(read.ty(), items)
        }
        (Data::Seq(old), Data::Seq(new)) => {
            let items = new
                .iter()
                .enumerate()
                .map(|(at, item)| old.get(at).map_or_else(|| item.clone(), |old| kept_spelling(old, item)));
            rebuilt(read.ty(), items.collect())
        }
        _ => read.clone(),
    }
}

/// The path to an attribute at the top.
#[must_use]
pub fn attr_path(name: &str) -> nuvola_tf_lang::Path {
    vec![nuvola_tf_lang::Step::Attr(Arc::from(name))]
}
