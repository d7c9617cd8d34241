//! Attributes and indices.

use nuvola_hcl::text::quote;
use nuvola_hcl::{Diagnostic, Expr, Range, Step, StepKind, Traversal};

use super::{EvalContext, eval, value_notes};
use crate::convert::convert;
use crate::number::Number;
use crate::path::index_of;
use crate::types::Type;
use crate::value::Value;

pub(super) fn eval_absolute(traversal: &Traversal, cx: &EvalContext<'_>, out: &mut Vec<Diagnostic>) -> Value {
    let name = &traversal.root.name;
    let Some(root) = cx.lookup(name) else {
        let names = cx.names();
        let detail = if names.is_empty() {
            "Variables may not be used here.".to_owned()
        } else {
            let suggestion = crate::suggest::did_you_mean(name, names.iter().copied());
            format!("There is no variable named {}.{suggestion}", quote(name))
        };
        let summary = if names.is_empty() { "Variables not allowed" } else { "Unknown variable" };
        out.push(Diagnostic::error(summary, detail).at(traversal.root.range));
        return Value::dynamic_unknown();
    };
    let before = out.len();
    let value = walk(root.clone(), &traversal.steps, out);
    for diagnostic in &mut out[before..] {
        diagnostic.context = Some(traversal.range());
        diagnostic.values = super::notes::traversal_notes(traversal, cx);
    }
    value
}

pub(super) fn eval_relative(
    source: &Expr,
    steps: &[Step],
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) -> Value {
    let value = eval(source, cx, out);
    let before = out.len();
    let value = walk(value, steps, out);
    for diagnostic in &mut out[before..] {
        diagnostic.values = value_notes(source, cx);
    }
    value
}

/// Takes all the steps; the first failure ends the walk.
pub fn walk(value: Value, steps: &[Step], out: &mut Vec<Diagnostic>) -> Value {
    let mut value = value;
    for step in steps {
        let next = match &step.kind {
            StepKind::Attr(name) => get_attr(&value, name, step.range),
            StepKind::Number(text) => {
                let key = Number::parse(text).map_or_else(Value::dynamic_unknown, Value::number);
                index(&value, &key, step.range)
            }
            StepKind::Key(key) => index(&value, &Value::string(key), step.range),
            StepKind::Splat => Ok(Value::dynamic_unknown()),
        };
        match next {
            Ok(next) => value = next,
            Err(diagnostic) => {
                out.push(*diagnostic);
                return Value::dynamic_unknown();
            }
        }
    }
    value
}

pub(super) fn eval_index(
    expr: &Expr,
    collection: &Expr,
    key: &Expr,
    bracket_range: Range,
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) -> Value {
    let collection_value = eval(collection, cx, out);
    let key_value = eval(key, cx, out);
    match index(&collection_value, &key_value, bracket_range) {
        Ok(value) => value,
        Err(diagnostic) => {
            out.push(diagnostic.in_context(expr.range).with_values(value_notes(expr, cx)));
            Value::dynamic_unknown()
        }
    }
}

fn failure(summary: &str, detail: impl Into<String>, range: Range) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(summary, detail).at(range))
}

/// An attribute of an object, or an element of a map by a name.
pub fn get_attr(value: &Value, name: &str, range: Range) -> Result<Value, Box<Diagnostic>> {
    if value.is_null() {
        return Err(failure(
            "Attempt to get attribute from null value",
            "This value is null, so it does not have any attributes.",
            range,
        ));
    }
    let marks = value.marks();
    let unsupported = |detail: String| Err(failure("Unsupported attribute", detail, range));
    let of_objects = |kind: &str, element: &Type| {
        let known = matches!(element, Type::Object(object) if object.attrs.contains_key(name));
        let what = if known && kind == "list" {
            format!("attribute {}", quote(name))
        } else {
            "an attribute".to_owned()
        };
        let place = if kind == "list" { "for a specific element of the list, or across" } else { "across" };
        format!(
            "Can't access attributes on a {kind} of objects. Did you mean to access {what} {place} all elements of the {kind}?"
        )
    };
    match value.ty() {
        Type::Object(object) => match (object.attrs.get(name), value.get(name)) {
            (None, _) => {
                unsupported(format!("This object does not have an attribute named {}.", quote(name)))
            }
            (Some(_), Some(found)) => Ok(found.clone().with_marks(marks)),
            (Some(ty), None) => Ok(Value::unknown(ty.clone()).with_marks(marks)),
        },
        Type::Map(element) => match (value.as_members(), value.get(name)) {
            (None, _) => Ok(Value::unknown((**element).clone()).with_marks(marks)),
            (Some(_), Some(found)) => Ok(found.clone().with_marks(marks)),
            (Some(_), None) => {
                let detail = format!("This map does not have an element with the key {}.", quote(name));
                Err(failure("Missing map element", detail, range))
            }
        },
        Type::Dynamic => Ok(Value::dynamic_unknown().with_marks(marks)),
        Type::List(element) if matches!(**element, Type::Object(_)) => {
            unsupported(of_objects("list", element))
        }
        Type::Set(element) if matches!(**element, Type::Object(_)) => unsupported(of_objects("set", element)),
        Type::Bool | Type::Number | Type::String => unsupported(format!(
            "Can't access attributes on a primitive-typed value ({}).",
            value.ty().friendly_name()
        )),
        Type::List(_) | Type::Set(_) | Type::Tuple(_) | Type::Type => {
            unsupported("This value does not have any attributes.".to_owned())
        }
    }
}

/// An element by its index or key.
pub fn index(value: &Value, key: &Value, range: Range) -> Result<Value, Box<Diagnostic>> {
    if value.is_null() {
        return Err(failure(
            "Attempt to index null value",
            "This value is null, so it does not have any indices.",
            range,
        ));
    }
    let invalid = |detail: String| Err(failure("Invalid index", detail, range));
    if key.is_null() {
        return invalid("Can't use a null value as an indexing key.".to_owned());
    }
    let marks = value.marks() | key.marks();
    if *key.ty() == Type::Dynamic || *value.ty() == Type::Dynamic {
        return Ok(Value::dynamic_unknown().with_marks(marks));
    }
    let found = match value.ty() {
        Type::List(_) | Type::Tuple(_) => index_sequence(value, key),
        Type::Map(_) => index_map(value, key),
        Type::Object(_) => index_object(value, key),
        Type::Set(_) => Err("Elements of a set are identified only by their value and don't have any separate index or key to select with, so it's only possible to perform operations across all elements of the set.".to_owned()),
        Type::Dynamic | Type::Bool | Type::Number | Type::String | Type::Type => {
            Err("This value does not have any indices.".to_owned())
        }
    };
    // The real program loses the marks of an object's key.
    let marks = if matches!(value.ty(), Type::Object(_)) { value.marks() } else { marks };
    found.map(|value| value.with_marks(marks)).or_else(invalid)
}

const NO_ELEMENT: &str = "The given key does not identify an element in this collection value";

fn index_sequence(value: &Value, key: &Value) -> Result<Value, String> {
    let key = convert(key, &Type::Number).map_err(|error| format!("{NO_ELEMENT}: {error}."))?;
    let unknown = || match value.ty() {
        Type::List(element) => Value::unknown((**element).clone()),
        _ => Value::dynamic_unknown(),
    };
    let Some(number) = key.as_number() else { return Ok(unknown()) };
    let is_tuple = matches!(value.ty(), Type::Tuple(_));
    let length = match value.ty() {
        Type::Tuple(types) => Some(types.len()),
        _ => value.len(),
    };
    if !is_tuple && value.as_seq().is_none() {
        // Nothing is said of the index until the list is known.
        return Ok(unknown());
    }
    if !number.is_integer() {
        return Err(format!(
            "{NO_ELEMENT}: indexing a sequence requires a whole number, but the given index has a fractional part."
        ));
    }
    if number.signum() < 0 {
        return Err(format!("{NO_ELEMENT}: a negative number is not a valid index for a sequence."));
    }
    let position = index_of(number);
    if let Some(length) = length
        && position.is_none_or(|position| position >= length)
    {
        return Err(match (length, position) {
            (0, _) => format!("{NO_ELEMENT}: the collection has no elements."),
            // Only the index just after the last is told apart.
            (_, Some(position)) if position == length => format!(
                "{NO_ELEMENT}: the given index is greater than or equal to the length of the collection."
            ),
            (_, _) => format!("{NO_ELEMENT}."),
        });
    }
    let found = value.as_seq().zip(position).and_then(|(elements, position)| elements.get(position));
    match (found, value.ty(), position) {
        (Some(found), _, _) => Ok(found.clone()),
        (None, Type::Tuple(types), Some(position)) => Ok(Value::unknown(types[position].clone())),
        (None, _, _) => Ok(unknown()),
    }
}

fn index_map(value: &Value, key: &Value) -> Result<Value, String> {
    let key = convert(key, &Type::String).map_err(|error| format!("{NO_ELEMENT}: {error}."))?;
    let element = value.ty().element_type().cloned().unwrap_or(Type::Dynamic);
    match (key.as_str(), value.as_members()) {
        (Some(key), Some(members)) => members.get(key).cloned().ok_or_else(|| format!("{NO_ELEMENT}.")),
        (None, _) | (_, None) => Ok(Value::unknown(element)),
    }
}

fn index_object(value: &Value, key: &Value) -> Result<Value, String> {
    let was_number = *key.ty() == Type::Number;
    let key = convert(key, &Type::String).map_err(|error| format!("{NO_ELEMENT}: {error}."))?;
    let (Some(name), Type::Object(object)) = (key.as_str(), value.ty()) else {
        return Ok(Value::dynamic_unknown());
    };
    match (object.attrs.get(name), value.get(name)) {
        (_, Some(found)) => Ok(found.clone()),
        (Some(ty), None) => Ok(Value::unknown(ty.clone())),
        (None, None) if value.as_members().is_none() => Ok(Value::dynamic_unknown()),
        (None, None) if was_number => Err(format!(
            "{NO_ELEMENT}. An object only supports looking up attributes by name, not by numeric index."
        )),
        (None, None) => Err(format!("{NO_ELEMENT}.")),
    }
}
