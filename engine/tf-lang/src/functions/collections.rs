//! Functions that ask something of a collection, or choose among values.

use super::{Failure, Function, seq};
use crate::convert::convert;
use crate::host::Host;
use crate::number::Number;
use crate::ops::{equals, length};
use crate::types::Type;
use crate::unify::unify;
use crate::value::Value;

use unicode_segmentation::UnicodeSegmentation;

type Outcome = Result<Value, Failure>;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("length", "value:any~*! -> number", count).typed(count_type),
        Function::new("alltrue", "list:list(bool) -> bool", alltrue),
        Function::new("anytrue", "list:list(bool) -> bool", anytrue),
        Function::new("contains", "list:any value:any -> bool", contains),
        Function::new("index", "list:any value:any -> number", index),
        Function::new("coalesce", "...vals:any?~* -> any?", coalesce).typed(coalesce_type),
        Function::new("coalescelist", "...vals:any?~* -> any?", coalescelist).typed(coalescelist_type),
        Function::new("one", "list:any -> any?", one).typed(one_type),
        Function::new("matchkeys", "values:list(any) keys:list(any) searchset:list(any) -> any", matchkeys)
            .typed(matchkeys_type),
    ]
}

fn count_type(args: &[Value]) -> Result<Type, Failure> {
    match args[0].ty() {
        Type::Number | Type::Bool | Type::Type => {
            Failure::call("argument must be a string, a collection type, or a structural type")
        }
        Type::Dynamic
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(_)
        | Type::Tuple(_)
        | Type::Object(_) => Ok(Type::Number),
    }
}

fn count(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let value = &args[0];
    let known = match value.ty() {
        Type::String => value.as_str().map(|text| text.graphemes(true).count()),
        Type::Tuple(types) => Some(types.len()),
        Type::Object(object) => Some(object.attrs.len()),
        Type::List(_) | Type::Set(_) | Type::Map(_) => return Ok(length(value)),
        Type::Dynamic | Type::Bool | Type::Number | Type::Type => None,
    };
    let result = match known {
        Some(count) => Value::number(Number::from(count)),
        None => Value::unknown(Type::Number),
    };
    Ok(result.with_marks(value.marks()))
}

fn alltrue(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    for element in seq(&args[0]) {
        if !element.is_known() {
            return Ok(Value::unknown(Type::Bool));
        }
        if element.as_bool() != Some(true) {
            return Ok(false.into());
        }
    }
    Ok(true.into())
}

fn anytrue(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let elements = seq(&args[0]);
    if elements.iter().any(|element| element.as_bool() == Some(true)) {
        return Ok(true.into());
    }
    let unknown = elements.iter().any(|element| !element.is_known());
    Ok(if unknown { Value::unknown(Type::Bool) } else { false.into() })
}

/// Looks for an element; `None` when that depends on unknown values.
fn position(elements: &[Value], wanted: &Value, stop_at_unknown: bool) -> Option<Option<usize>> {
    let mut unknown = false;
    for (index, element) in elements.iter().enumerate() {
        match equals(wanted, element).as_bool() {
            Some(true) => return Some(Some(index)),
            Some(false) => {}
            None if stop_at_unknown => return None,
            None => unknown = true,
        }
    }
    if unknown { None } else { Some(None) }
}

fn contains(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    match args[0].ty() {
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => {}
        _ => return Failure::call("argument must be list, tuple, or set"),
    }
    Ok(match position(seq(&args[0]), &args[1], false) {
        Some(found) => found.is_some().into(),
        None => Value::unknown(Type::Bool),
    })
}

fn index(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    if !args[0].ty().is_sequence() {
        return Failure::call("argument must be a list or tuple");
    }
    let elements = seq(&args[0]);
    if elements.is_empty() {
        return Failure::call("cannot search an empty list");
    }
    match position(elements, &args[1], true) {
        Some(Some(index)) => Ok(Value::number(Number::from(index))),
        Some(None) => Failure::call("item not found"),
        None => Ok(Value::unknown(Type::Number)),
    }
}

fn coalesce_type(args: &[Value]) -> Result<Type, Failure> {
    let types: Vec<Type> = args.iter().map(|arg| arg.ty().clone()).collect();
    match unify(&types, true) {
        Some(ty) => Ok(ty),
        None => Failure::call("all arguments must have the same type"),
    }
}

fn coalesce(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    for (index, arg) in args.iter().enumerate() {
        let value = convert(arg, returns).map_err(|error| Failure::Arg(index, error.message))?;
        if !value.is_known() {
            return Ok(Value::unknown(returns.clone()));
        }
        if !value.is_null() && value.as_str() != Some("") {
            return Ok(value);
        }
    }
    Failure::call("no non-null, non-empty-string arguments")
}

fn coalescelist_type(args: &[Value]) -> Result<Type, Failure> {
    let Some(first) = args.first() else { return Failure::call("at least one argument is required") };
    for arg in args {
        if !arg.is_known() {
            return Ok(Type::Dynamic);
        }
        if !arg.ty().is_sequence() {
            return Failure::call("coalescelist arguments must be lists or tuples");
        }
    }
    let same = args.iter().all(|arg| arg.ty() == first.ty());
    Ok(if same { first.ty().clone() } else { Type::Dynamic })
}

fn coalescelist(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    for arg in args {
        if !arg.is_known() {
            return Ok(Value::unknown(returns.clone()));
        }
        if arg.is_empty() == Some(false) {
            return Ok(arg.clone());
        }
    }
    Failure::call("no non-null arguments")
}

const ONE: &str = "must be a list, set, or tuple value with either zero or one elements";

fn one_type(args: &[Value]) -> Result<Type, Failure> {
    match args[0].ty() {
        Type::List(element) | Type::Set(element) => Ok((**element).clone()),
        Type::Tuple(types) => match &**types {
            [] => Ok(Type::Dynamic),
            [only] => Ok(only.clone()),
            [_, _, ..] => Failure::arg(0, ONE),
        },
        _ => Failure::arg(0, ONE),
    }
}

fn one(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    match (seq(&args[0]), args[0].known_len_range()) {
        ([], _) => Ok(Value::null(returns.clone())),
        ([only], _) => Ok(only.clone()),
        (_, Some((least, _))) if least < 2 => Ok(Value::unknown(returns.clone())),
        _ => Failure::arg(0, ONE),
    }
}

fn matchkeys_type(args: &[Value]) -> Result<Type, Failure> {
    match unify(&[args[1].ty().clone(), args[2].ty().clone()], true) {
        Some(_) => Ok(args[0].ty().clone()),
        None => Failure::call("keys and searchset must be of the same type"),
    }
}

fn matchkeys(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    if !args.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown(returns.clone()));
    }
    let [values, keys, wanted] = [seq(&args[0]), seq(&args[1]), seq(&args[2])];
    if values.len() != keys.len() {
        return Failure::call("length of keys and values should be equal");
    }
    let common = unify(&[args[1].ty().clone(), args[2].ty().clone()], true);
    let element = common.as_ref().and_then(Type::element_type).cloned().unwrap_or(Type::Dynamic);
    let same = |a: &Value, b: &Value| match (convert(a, &element), convert(b, &element)) {
        (Ok(a), Ok(b)) => equals(&a, &b).as_bool(),
        _ => Some(false),
    };
    let mut kept = Vec::new();
    for (key, value) in keys.iter().zip(values) {
        for candidate in wanted {
            match same(key, candidate) {
                None => return Ok(Value::unknown(returns.clone())),
                Some(true) => {
                    kept.push(value.clone());
                    break;
                }
                Some(false) => {}
            }
        }
    }
    let element = returns.element_type().cloned().unwrap_or(Type::Dynamic);
    Ok(Value::list_of(element, kept))
}
