//! Conversion of values to other types.
//!
//! [`convertible`] answers for types, [`convert`] does it for a value; they follow the same table.
//! Marks stay where they are, unknown values keep what is known about them, nulls pass through.

use std::sync::Arc;

use nuvola_hcl::text::quote;

use crate::number::Number;
use crate::path::{PathError, Step};
use crate::types::{ObjectType, Type};
use crate::unify::unify;
use crate::unknown::Refinement;
use crate::value::{Members, Value};

/// Converts a value to a type, which may hold optional attributes and dynamic parts.
pub fn convert(value: &Value, wanted: &Type) -> Result<Value, PathError> {
    if *value.ty() == wanted.without_optional() {
        return Ok(value.clone());
    }
    if !convertible(value.ty(), wanted, true) {
        return Err(PathError::new(mismatch_message(value.ty(), wanted)));
    }
    apply(value, wanted)
}

/// Whether values of one type can be converted to another; without `unsafe_`, whether all of them can.
pub fn convertible(from: &Type, to: &Type, unsafe_: bool) -> bool {
    match (from, to) {
        (_, Type::Dynamic) => true,
        (Type::Dynamic, _) => unsafe_,
        (Type::Number | Type::Bool, Type::String) => true,
        (Type::String, Type::Number | Type::Bool) => unsafe_,
        (Type::Object(from), Type::Object(to)) => {
            to.attrs.iter().all(|(name, wanted)| match from.attrs.get(name) {
                Some(own) => same_or_convertible(own, wanted, unsafe_),
                None => to.optional.contains(name),
            })
        }
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len()
                && from.iter().zip(to.iter()).all(|(own, wanted)| same_or_convertible(own, wanted, unsafe_))
        }
        (Type::List(own) | Type::Set(own), Type::List(wanted))
        | (Type::Set(own), Type::Set(wanted))
        | (Type::Map(own), Type::Map(wanted)) => same_or_convertible(own, wanted, unsafe_),
        (Type::List(own), Type::Set(wanted)) => unsafe_ && same_or_convertible(own, wanted, unsafe_),
        (Type::Tuple(elements), Type::List(wanted)) => elements_convertible(elements.iter(), wanted, unsafe_),
        (Type::Tuple(elements), Type::Set(wanted)) => {
            unsafe_ && elements_convertible(elements.iter(), wanted, unsafe_)
        }
        (Type::Object(object), Type::Map(wanted)) => {
            elements_convertible(object.attrs.values(), wanted, unsafe_)
        }
        (Type::Map(own), Type::Object(object)) => {
            unsafe_ && object.attrs.values().all(|wanted| same_or_convertible(own, wanted, unsafe_))
        }
        _ => from == to,
    }
}

fn same_or_convertible(from: &Type, to: &Type, unsafe_: bool) -> bool {
    from == to || convertible(from, to, unsafe_)
}

fn elements_convertible<'a>(
    elements: impl Iterator<Item = &'a Type> + Clone,
    wanted: &Type,
    unsafe_: bool,
) -> bool {
    let own: Vec<Type> = elements.cloned().collect();
    own.is_empty()
        || element_target(&own, wanted, unsafe_)
            .is_some_and(|wanted| own.iter().all(|ty| same_or_convertible(ty, &wanted, unsafe_)))
}

/// The element type for a collection made of different parts: what they unify to, if any type is wanted.
fn element_target(own: &[Type], wanted: &Type, unsafe_: bool) -> Option<Type> {
    if *wanted != Type::Dynamic {
        return Some(wanted.clone());
    }
    match unify(own, unsafe_)? {
        Type::Dynamic if own.iter().any(|ty| *ty != Type::Dynamic) => None,
        found => Some(found),
    }
}

fn apply(value: &Value, wanted: &Type) -> Result<Value, PathError> {
    if value.is_marked() {
        let (plain, marks) = value.clone().unmark();
        return apply(&plain, wanted).map(|value| value.with_marks(marks));
    }
    if *wanted == Type::Dynamic || value.ty() == wanted {
        return Ok(value.clone());
    }
    if value.is_null() {
        return Ok(Value::null(fill_dynamic(value.ty(), &wanted.without_optional())));
    }
    if !value.is_known() {
        return Ok(convert_unknown(value, fill_dynamic(value.ty(), &wanted.without_optional())));
    }
    match wanted {
        Type::Bool | Type::Number | Type::String => convert_primitive(value, wanted),
        Type::Object(object) => to_object(value, object),
        Type::Tuple(types) => to_tuple(value, types),
        Type::List(element) | Type::Set(element) => to_sequence(value, wanted, element),
        Type::Map(element) => to_map(value, element),
        Type::Dynamic | Type::Type => Ok(value.clone()),
    }
}

fn convert_primitive(value: &Value, wanted: &Type) -> Result<Value, PathError> {
    if *wanted == Type::String {
        if let Some(number) = value.as_number() {
            return Ok(Value::string(number.to_text()));
        }
        if let Some(flag) = value.as_bool() {
            return Ok(Value::string(if flag { "true" } else { "false" }));
        }
    }
    let text = value.as_str().unwrap_or_default();
    if *wanted == Type::Number {
        return Number::parse(text).map(Value::number).ok_or_else(|| PathError::new("a number is required"));
    }
    match text {
        "true" | "1" => Ok(Value::bool(true)),
        "false" | "0" => Ok(Value::bool(false)),
        _ => Err(PathError::new(match text.to_lowercase().as_str() {
            lower @ ("true" | "false") => {
                format!("a bool is required; to convert from string, use lowercase \"{lower}\"")
            }
            _ => "a bool is required".to_owned(),
        })),
    }
}

fn to_object(value: &Value, object: &ObjectType) -> Result<Value, PathError> {
    let from_map = matches!(value.ty(), Type::Map(_));
    let members = value.as_members().expect("objects and maps have members");
    let mut attrs = Members::new();
    for (name, wanted) in &object.attrs {
        let converted = match members.get(name) {
            Some(own) => {
                let step = if from_map { Step::Key(name.clone()) } else { Step::Attr(name.clone()) };
                apply(own, wanted).map_err(|error| error.within(step))?
            }
            None if object.optional.contains(name) => Value::null(wanted.clone()),
            None => {
                let message = format!("map has no element for required attribute {}", quote(name));
                return Err(PathError::new(message));
            }
        };
        attrs.insert(name.clone(), converted);
    }
    Ok(Value::object(attrs))
}

fn to_tuple(value: &Value, types: &[Type]) -> Result<Value, PathError> {
    let own = value.as_seq().expect("tuples have elements");
    let mut elements = Vec::with_capacity(own.len());
    for (index, (element, wanted)) in own.iter().zip(types).enumerate() {
        elements.push(apply(element, wanted).map_err(|error| error.within(Step::Index(index)))?);
    }
    Ok(Value::tuple(elements))
}

fn to_sequence(value: &Value, wanted: &Type, element: &Type) -> Result<Value, PathError> {
    let own = value.as_seq().expect("lists, sets and tuples have elements");
    let to_set = matches!(wanted, Type::Set(_));
    let from_set = matches!(value.ty(), Type::Set(_));
    if from_set && !to_set && value.known_len_range().is_some_and(|(min, max)| max != Some(min)) {
        let unknown = Value::unknown(fill_dynamic(value.ty(), wanted));
        return Ok(with_len_range(unknown.refine_not_null(), value));
    }
    if own.is_empty() {
        let element = match value.ty().element_type() {
            Some(own) if *element == Type::Dynamic => own.clone(),
            Some(_) | None => element.without_optional(),
        };
        return Ok(if to_set { Value::set_empty(element) } else { Value::list_empty(element) });
    }
    let types: Vec<Type> = own.iter().map(|value| value.ty().clone()).collect();
    let target = element_target(&types, element, true).unwrap_or_else(|| element.clone());
    let mut elements = Vec::with_capacity(own.len());
    for (index, item) in own.iter().enumerate() {
        let step = if from_set { Step::Element } else { Step::Index(index) };
        elements.push(apply(item, &target).map_err(|error| error.within(step))?);
    }
    let elements = unify_values(elements).ok_or_else(|| {
        let kind = if to_set { "set" } else { "list" };
        PathError::new(format!("element types must all match for conversion to {kind}"))
    })?;
    Ok(if to_set { Value::set(elements) } else { Value::list(elements) })
}

fn to_map(value: &Value, element: &Type) -> Result<Value, PathError> {
    let own = value.as_members().expect("objects and maps have members");
    if own.is_empty() {
        let element = match value.ty().element_type() {
            Some(own) if *element == Type::Dynamic => own.clone(),
            Some(_) | None => element.without_optional(),
        };
        return Ok(Value::map_empty(element));
    }
    let types: Vec<Type> = own.values().map(|value| value.ty().clone()).collect();
    let target = element_target(&types, element, true).unwrap_or_else(|| element.clone());
    let from_object = matches!(value.ty(), Type::Object(_));
    let mut elements = Vec::with_capacity(own.len());
    for (key, item) in own {
        let step = if from_object { Step::Attr(key.clone()) } else { Step::Key(key.clone()) };
        elements.push(apply(item, &target).map_err(|error| error.within(step))?);
    }
    let elements = unify_values(elements)
        .ok_or_else(|| PathError::new("element types must all match for conversion to map"))?;
    Ok(Value::map(own.keys().cloned().zip(elements)))
}

/// Brings elements to one type, when a wanted type with dynamic parts has left them different.
fn unify_values(elements: Vec<Value>) -> Option<Vec<Value>> {
    let first = elements.first()?.ty();
    if elements.iter().all(|value| value.ty() == first) {
        return Some(elements);
    }
    let types: Vec<Type> = elements.iter().map(|value| value.ty().clone()).collect();
    let common = unify(&types, true)?;
    elements.iter().map(|value| apply(value, &common).ok()).collect()
}

/// Puts the types of a value in place of the dynamic parts of a wanted type.
fn fill_dynamic(own: &Type, wanted: &Type) -> Type {
    if *own == Type::Dynamic {
        return wanted.clone();
    }
    let unified = |types: Vec<Type>, wanted: &Type| match unify(&types, true) {
        Some(own) => fill_dynamic(&own, wanted),
        None => wanted.clone(),
    };
    let element = |wanted: &Type| match own {
        Type::List(own) | Type::Set(own) | Type::Map(own) => fill_dynamic(own, wanted),
        Type::Tuple(types) => unified(types.to_vec(), wanted),
        Type::Object(object) => unified(object.attrs.values().cloned().collect(), wanted),
        Type::Dynamic | Type::Bool | Type::Number | Type::String | Type::Type => wanted.clone(),
    };
    match wanted {
        Type::Dynamic => own.clone(),
        Type::Bool | Type::Number | Type::String | Type::Type => wanted.clone(),
        Type::List(wanted) => Type::list(element(wanted)),
        Type::Set(wanted) => Type::set(element(wanted)),
        Type::Map(wanted) => Type::map(element(wanted)),
        Type::Tuple(types) => Type::tuple(types.iter().enumerate().map(|(index, wanted)| match own {
            Type::Tuple(own) if index < own.len() => fill_dynamic(&own[index], wanted),
            _ => wanted.clone(),
        })),
        Type::Object(object) => Type::object(object.attrs.iter().map(|(name, wanted)| {
            let filled = match own {
                Type::Object(own) => own.attrs.get(name).map(|own| fill_dynamic(own, wanted)),
                Type::Map(own) => Some(fill_dynamic(own, wanted)),
                _ => None,
            };
            (name.clone(), filled.unwrap_or_else(|| wanted.clone()))
        })),
    }
}

fn convert_unknown(value: &Value, wanted: Type) -> Value {
    let mut result = Value::unknown(wanted.clone());
    if value.definitely_not_null() {
        result = result.refine_not_null();
    }
    match (value.ty(), &wanted) {
        (Type::Tuple(elements), Type::List(_)) => {
            let len = elements.len();
            result.refine(|r| (r.min_len, r.max_len) = (len, Some(len)))
        }
        (Type::Tuple(elements), Type::Set(_)) => {
            let len = elements.len();
            result.refine(|r| (r.min_len, r.max_len) = (len.min(1), Some(len)))
        }
        (Type::Object(object), Type::Map(_)) => {
            let len = object.attrs.len();
            result.refine(|r| (r.min_len, r.max_len) = (len, Some(len)))
        }
        (Type::List(_) | Type::Set(_) | Type::Map(_), Type::List(_) | Type::Set(_) | Type::Map(_)) => {
            with_len_range(result, value)
        }
        _ => result,
    }
}

fn with_len_range(result: Value, source: &Value) -> Value {
    let (min, max) = source.known_len_range().unwrap_or((0, None));
    let to_set = matches!(result.ty(), Type::Set(_));
    result.refine(|r: &mut Refinement| {
        r.min_len = if to_set { min.min(1) } else { min };
        r.max_len = max;
    })
}

/// Why values of one type cannot become another, in Terraform's words.
pub fn mismatch_message(got: &Type, wanted: &Type) -> String {
    let required = || format!("{} required", wanted.friendly_constraint_name());
    match (got, wanted) {
        (Type::Object(got), Type::Object(wanted)) => mismatched_objects(got, wanted),
        (Type::Tuple(_), Type::List(element)) if **element == Type::Dynamic => {
            "all list elements must have the same type".to_owned()
        }
        (Type::Tuple(_), Type::Set(element)) if **element == Type::Dynamic => {
            "all set elements must have the same type".to_owned()
        }
        (Type::Object(_), Type::Map(element)) if **element == Type::Dynamic => {
            "all map elements must have the same type".to_owned()
        }
        (Type::Tuple(elements), Type::List(wanted) | Type::Set(wanted)) => {
            let wrong = elements.iter().enumerate().find(|(_, own)| !same_or_convertible(own, wanted, true));
            match wrong {
                Some((index, own)) => format!("element {index}: {}", mismatch_message(own, wanted)),
                None => format!("all elements must be {}", wanted.friendly_constraint_name()),
            }
        }
        (Type::Object(object), Type::Map(wanted)) => {
            let wrong = object.attrs.iter().find(|(_, own)| !same_or_convertible(own, wanted, true));
            match wrong {
                Some((name, own)) => format!("element {}: {}", quote(name), mismatch_message(own, wanted)),
                None => format!("all elements must be {}", wanted.friendly_constraint_name()),
            }
        }
        (Type::List(own) | Type::Set(own), Type::List(wanted)) => {
            format!("incorrect list element type: {}", mismatch_message(own, wanted))
        }
        (Type::List(own) | Type::Set(own), Type::Set(wanted)) => {
            format!("incorrect set element type: {}", mismatch_message(own, wanted))
        }
        (Type::Map(own), Type::Map(wanted)) => {
            format!("incorrect map element type: {}", mismatch_message(own, wanted))
        }
        _ => required(),
    }
}

fn mismatched_objects(got: &ObjectType, wanted: &ObjectType) -> String {
    let missing: Vec<&Arc<str>> = wanted
        .attrs
        .keys()
        .filter(|name| !got.attrs.contains_key(*name) && !wanted.optional.contains(*name))
        .collect();
    match missing.as_slice() {
        [] => {}
        [one] => return format!("attribute {} is required", quote(one)),
        [one, two] => return format!("attributes {} and {} are required", quote(one), quote(two)),
        [most @ .., last] => {
            let most: String = most.iter().map(|name| format!("{}, ", quote(name))).collect();
            return format!("attributes {most}and {} are required", quote(last));
        }
    }
    let present =
        || wanted.attrs.iter().filter_map(|(name, ty)| got.attrs.get(name).map(|own| (name, own, ty)));
    for unsafe_ in [true, false] {
        if let Some((name, own, ty)) = present().find(|(_, own, ty)| !same_or_convertible(own, ty, unsafe_)) {
            return format!("attribute {}: {}", quote(name), mismatch_message(own, ty));
        }
    }
    "incorrect object attributes".to_owned()
}
