//! Functions on maps and objects.

use nuvola_kernel::Ordered;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nuvola_hcl::text::quote;

use super::{Failure, Function, seq, text};
use crate::convert::convert;
use crate::host::Host;
use crate::marks::Marks;
use crate::types::Type;
use crate::value::{Members, Value};

type Outcome = Result<Value, Failure>;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("keys", "inputMap:any~! -> any", keys).typed(keys_type),
        Function::new("values", "mapping:any! -> any", values).typed(values_type),
        Function::new("lookup", "inputMap:any! key:string! ...default:any?~*! -> any?", lookup)
            .typed(lookup_type),
        Function::new("merge", "...maps:any?*! -> any?", merge).typed(merge_type),
        Function::new("zipmap", "keys:list(string)! values:any! -> any", zipmap).typed(zipmap_type),
        Function::new("transpose", "values:map(list(string)) -> map(list(string))", transpose),
    ]
}

fn keys_type(args: &[Value]) -> Result<Type, Failure> {
    match args[0].ty() {
        Type::Map(_) => Ok(Type::list(Type::String)),
        Type::Object(object) => Ok(Type::tuple(object.attrs.keys().map(|_| Type::String))),
        _ => Failure::arg(0, "must have map or object type"),
    }
}

/// The names of an object's attributes are known even when the object is not.
fn keys(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    let marks = args[0].marks();
    let names = |names: Vec<&Arc<str>>| names.into_iter().map(Value::string).collect();
    let result = match (args[0].ty(), args[0].as_members()) {
        (Type::Object(object), _) => Value::tuple(names(object.attrs.keys().collect())),
        (_, Some(members)) => Value::list_of(Type::String, names(members.keys().collect())),
        (_, None) => Value::unknown(returns.clone()),
    };
    Ok(result.with_marks(marks))
}

fn values_type(args: &[Value]) -> Result<Type, Failure> {
    match args[0].ty() {
        Type::Map(element) => Ok(Type::list((**element).clone())),
        Type::Object(object) => Ok(Type::tuple(object.attrs.values().cloned())),
        _ => Failure::call("values() requires a map as the first argument"),
    }
}

fn values(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    let members: Vec<Value> =
        args[0].as_members().into_iter().flatten().map(|(_, value)| value.clone()).collect();
    let result = match returns {
        Type::List(element) => Value::list_of((**element).clone(), members),
        _ => Value::tuple(members),
    };
    Ok(result.with_marks(args[0].marks()))
}

fn lookup_type(args: &[Value]) -> Result<Type, Failure> {
    if args.len() > 3 {
        return Failure::call(format!("lookup() takes two or three arguments, got {}", args.len()));
    }
    match args[0].ty() {
        Type::Object(object) => {
            let Some(key) = args[1].as_str() else { return Ok(Type::Dynamic) };
            match (object.attrs.get(key), args.get(2)) {
                (Some(ty), _) => Ok(ty.clone()),
                (None, Some(default)) => Ok(default.ty().clone()),
                (None, None) => Failure::arg(0, format!("the given object has no attribute {}", quote(key))),
            }
        }
        Type::Map(element) => {
            if args.get(2).is_some_and(|default| convert(default, element).is_err()) {
                return Failure::arg(2, "the default value must have the same type as the map elements");
            }
            Ok((**element).clone())
        }
        _ => Failure::arg(0, "lookup() requires a map as the first argument"),
    }
}

fn lookup(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    let marks = args[0].marks() | args[1].marks();
    let key = text(&args[1]);
    if let Some(found) = args[0].get(key) {
        return Ok(found.clone().with_marks(marks));
    }
    if let Some(default) = args.get(2) {
        let converted = convert(default, returns).map_err(|error| Failure::Arg(2, error.message))?;
        return Ok(converted.with_marks(marks));
    }
    let shown = if marks.contains(Marks::SENSITIVE) { "(sensitive value)".to_owned() } else { quote(key) };
    Failure::call(format!("lookup failed to find key {shown}"))
}

fn merge_type(args: &[Value]) -> Result<Type, Failure> {
    let mut attrs: BTreeMap<Arc<str>, Type> = BTreeMap::new();
    let mut first: Option<&Type> = None;
    let mut matching = true;
    let mut attrs_known = true;
    for arg in args {
        match arg.ty() {
            Type::Dynamic => {
                attrs_known = false;
                continue;
            }
            Type::Object(object) if !arg.is_null() => attrs.extend(object.attrs.clone()),
            Type::Map(element) if arg.is_known() => {
                let keys = arg.as_members().into_iter().flatten().map(|(key, _)| key.clone());
                attrs.extend(keys.map(|key| (key, (**element).clone())));
            }
            Type::Map(_) => attrs_known = false,
            Type::Object(_) => {}
            other => {
                let message =
                    format!("arguments must be maps or objects, got {}", quote(&other.friendly_name()));
                return Failure::call(message);
            }
        }
        matching &= *first.get_or_insert(arg.ty()) == arg.ty();
    }
    Ok(match first {
        Some(first) if matching && attrs_known => first.clone(),
        Some(first @ Type::Map(_)) if matching => first.clone(),
        _ if !attrs_known => Type::Dynamic,
        _ => Type::object(attrs),
    })
}

fn merge(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    let mut members = Members::new();
    let mut marks = Marks::NONE;
    for arg in args {
        marks |= arg.marks();
        members
            .extend(arg.as_members().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())));
    }
    let result = if let Type::Map(element) = returns {
        Value::map_of((**element).clone(), members)
    } else {
        Value::object(members)
    };
    Ok(result.with_marks(marks))
}

fn mismatch<T>(keys: usize, values: usize) -> Result<T, Failure> {
    Failure::call(format!("number of keys ({keys}) does not match number of values ({values})"))
}

fn zipmap_type(args: &[Value]) -> Result<Type, Failure> {
    match args[1].ty() {
        Type::List(element) => Ok(Type::map((**element).clone())),
        Type::Tuple(types) => {
            if !args[0].is_wholly_known() {
                return Ok(Type::Dynamic);
            }
            let keys = seq(&args[0]);
            if keys.len() != types.len() {
                return mismatch(keys.len(), types.len());
            }
            if keys.iter().any(Value::is_null) {
                return Failure::arg(0, "keys cannot be null");
            }
            Ok(Type::object(keys.iter().map(text).zip(types.iter().cloned())))
        }
        _ => Failure::call("values argument must be a list or tuple value"),
    }
}

fn zipmap(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    let marks = args[0].deep_marks() | args[1].marks();
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown(returns.clone()).with_marks(marks));
    }
    let (keys, values) = (seq(&args[0]), seq(&args[1]));
    if keys.len() != values.len() {
        return mismatch(keys.len(), values.len());
    }
    if keys.iter().any(Value::is_null) {
        return Failure::arg(0, "keys cannot be null");
    }
    let members: Members = keys.iter().map(|key| Arc::from(text(key))).zip(values.iter().cloned()).into_map();
    let result = match returns {
        Type::Map(element) => Value::map_of((**element).clone(), members),
        _ => Value::object(members),
    };
    Ok(result.with_marks(marks))
}

fn transpose(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown(returns.clone()));
    }
    let mut transposed: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
    for (key, list) in args[0].as_members().into_iter().flatten() {
        if list.is_null() {
            return Failure::arg(0, "element must not be null");
        }
        for element in seq(list) {
            let Some(element) = element.as_shared_str() else {
                return Failure::call("input list must not contain null string");
            };
            transposed.entry(element.clone()).or_default().insert(key.clone());
        }
    }
    let lists = transposed
        .into_iter()
        .map(|(key, names)| (key, Value::list(names.into_iter().map(Value::string).collect())));
    Ok(Value::map_of(Type::list(Type::String), lists.into_map()))
}
