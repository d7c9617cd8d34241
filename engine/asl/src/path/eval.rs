//! From a path and a document to a value.

use super::{Function, Path, Step};
use crate::value;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt::Write;

/// The value, or why there is none.
pub(super) fn find<'a>(path: &Path, root: &'a Value) -> Result<Cow<'a, Value>, String> {
    // Source: "AWS Step Functions StateMachine Language JSONPath Gotchas", a gist with AWS's answers.
    let last = path.steps.len().saturating_sub(1);
    let inner = path.steps[..last].iter();
    let lists_names = |step: &Step| matches!(step, Step::Names(names) if names.len() > 1);
    if let Some(at) = inner.clone().position(lists_names) {
        let place = canonical(&path.steps[..=at]);
        return Err(format!("Multi properties can only be used as path leafs: {place}"));
    }
    let merges = |index: usize, names: &[String]| names.len() > 1 && index == last;
    let definite = path.steps.iter().enumerate().all(|(index, step)| match step {
        Step::Names(names) => names.len() == 1 || merges(index, names),
        Step::Indices(indices) => indices.len() == 1,
        Step::Slice(..) | Step::Wildcard | Step::Scan | Step::Filter(..) => false,
    });
    let found = if definite { one(path, root)? } else { Cow::Owned(many(path, root)) };
    match path.function {
        Some(function) => apply(function, &found).map(Cow::Owned),
        None => Ok(found),
    }
}

/// Follows names and indices to one place.
fn one<'a>(path: &Path, root: &'a Value) -> Result<Cow<'a, Value>, String> {
    let mut value = root;
    for (index, step) in path.steps.iter().enumerate() {
        let last = index + 1 == path.steps.len();
        let missing = || match last {
            true => format!("No results for path: {}", canonical(&path.steps)),
            false => format!("Missing property in path {}", canonical(&path.steps[..=index])),
        };
        value = match step {
            Step::Names(names) => {
                let Value::Object(map) = value else {
                    return Err(format!(
                        "Expected to find an object with property {} in path {} but found '{}'. This is not a json \
                         object according to the JsonProvider: \
                         'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.",
                        fragment(step),
                        canonical(&path.steps[..index]),
                        node_class(value)
                    ));
                };
                if names.len() > 1 {
                    return Ok(Cow::Owned(Value::Object(pick(map, names))));
                }
                map.get(&names[0]).ok_or_else(missing)?
            }
            Step::Indices(indices) => {
                let Value::Array(items) = value else {
                    return Err(match value {
                        Value::Null => format!("The path {} is null", canonical(&path.steps[..index])),
                        _ => format!(
                            "Filter: {} can only be applied to arrays. Current context is: {}",
                            fragment(step),
                            value::to_text(value)
                        ),
                    });
                };
                let at = place(indices[0], items.len());
                // An index out of range ends the walk without words of its own.
                at.map(|at| &items[at])
                    .ok_or_else(|| format!("No results for path: {}", canonical(&path.steps)))?
            }
            Step::Slice(..) | Step::Wildcard | Step::Scan | Step::Filter(..) => {
                unreachable!("a definite path has names and indices only")
            }
        };
    }
    Ok(Cow::Borrowed(value))
}

/// Everything that an indefinite path matches; what it cannot follow counts as no match.
fn many(path: &Path, root: &Value) -> Value {
    let mut current: Vec<Cow<Value>> = vec![Cow::Borrowed(root)];
    let mut scan = false;
    for (index, step) in path.steps.iter().enumerate() {
        if *step == Step::Scan {
            scan = true;
            continue;
        }
        let last = index + 1 == path.steps.len();
        let mut next = Vec::new();
        for value in &current {
            let Cow::Borrowed(value) = value else { continue };
            match scan {
                true => scan_into(step, value, root, last, &mut next),
                false => step_into(step, value, root, last, &mut next),
            }
        }
        scan = false;
        current = next;
    }
    Value::Array(current.into_iter().map(Cow::into_owned).collect())
}

fn scan_into<'a>(step: &Step, value: &'a Value, root: &Value, last: bool, out: &mut Vec<Cow<'a, Value>>) {
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        step_into(step, value, root, last, out);
        match value {
            Value::Array(items) => waiting.extend(items.iter().rev()),
            Value::Object(map) => waiting.extend(map.values().rev()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

fn step_into<'a>(step: &Step, value: &'a Value, root: &Value, last: bool, out: &mut Vec<Cow<'a, Value>>) {
    match (step, value) {
        (Step::Names(names), Value::Object(map)) if names.len() > 1 && last => {
            out.push(Cow::Owned(Value::Object(pick(map, names))));
        }
        (Step::Names(names), Value::Object(map)) => {
            out.extend(names.iter().filter_map(|name| map.get(name)).map(Cow::Borrowed));
        }
        (Step::Indices(indices), Value::Array(items)) => {
            let found = indices.iter().filter_map(|index| place(*index, items.len()));
            out.extend(found.map(|at| Cow::Borrowed(&items[at])));
        }
        (Step::Slice(from, to), Value::Array(items)) => {
            let bound = |index: i64| match index < 0 {
                true => items.len().saturating_sub(index.unsigned_abs() as usize),
                false => items.len().min(index as usize),
            };
            let (from, to) = (from.map_or(0, bound), to.map_or(items.len(), bound));
            out.extend(items.iter().take(to).skip(from).map(Cow::Borrowed));
        }
        (Step::Wildcard, Value::Array(items)) => out.extend(items.iter().map(Cow::Borrowed)),
        (Step::Wildcard, Value::Object(map)) => out.extend(map.values().map(Cow::Borrowed)),
        (Step::Filter(filter, _), Value::Array(items)) => {
            out.extend(items.iter().filter(|item| filter.accepts(item, root)).map(Cow::Borrowed));
        }
        (Step::Filter(filter, _), Value::Object(_)) if filter.accepts(value, root) => {
            out.push(Cow::Borrowed(value));
        }
        _ => {}
    }
}

fn place(index: i64, length: usize) -> Option<usize> {
    let at = if index < 0 { index + length as i64 } else { index };
    usize::try_from(at).ok().filter(|at| *at < length)
}

fn pick(map: &Map<String, Value>, names: &[String]) -> Map<String, Value> {
    let found = names.iter().filter_map(|name| map.get(name).map(|value| (name.clone(), value.clone())));
    found.collect()
}

/// A path as Jayway writes it: `$['a'][0]`.
fn canonical(steps: &[Step]) -> String {
    let mut out = String::from("$");
    for step in steps {
        out.push_str(&fragment(step));
    }
    out
}

fn fragment(step: &Step) -> String {
    let mut out = String::from("[");
    match step {
        Step::Names(names) => {
            let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
            out.push_str(&quoted.join(", "));
        }
        Step::Indices(indices) => {
            let texts: Vec<String> = indices.iter().map(i64::to_string).collect();
            out.push_str(&texts.join(","));
        }
        Step::Slice(from, to) => {
            let text = |bound: &Option<i64>| bound.map_or(String::new(), |bound| bound.to_string());
            let _ = write!(out, "{}:{}", text(from), text(to));
        }
        Step::Wildcard => out.push('*'),
        Step::Scan => return "..".to_string(),
        Step::Filter(_, text) => out.push_str(text),
    }
    out.push(']');
    out
}

/// Jackson's name for a kind of value, which Jayway's texts show.
fn node_class(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "com.fasterxml.jackson.databind.node.BooleanNode",
        Value::Number(number) if number.is_f64() => "com.fasterxml.jackson.databind.node.DoubleNode",
        Value::Number(number) if number.as_i64().is_none_or(|n| i32::try_from(n).is_err()) => {
            "com.fasterxml.jackson.databind.node.LongNode"
        }
        Value::Number(_) => "com.fasterxml.jackson.databind.node.IntNode",
        Value::String(_) => "com.fasterxml.jackson.databind.node.TextNode",
        Value::Array(_) => "com.fasterxml.jackson.databind.node.ArrayNode",
        Value::Object(_) => "com.fasterxml.jackson.databind.node.ObjectNode",
    }
}

fn apply(function: Function, value: &Value) -> Result<Value, String> {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    match function {
        Function::Length => Ok(match value {
            Value::Array(items) => Value::from(items.len()),
            Value::Object(map) => Value::from(map.len()),
            Value::String(text) => Value::from(text.encode_utf16().count()),
            Value::Null | Value::Bool(_) | Value::Number(_) => Value::Null,
        }),
        Function::Keys => Ok(match value {
            Value::Object(map) => Value::Array(map.keys().map(|key| Value::from(key.as_str())).collect()),
            _ => Value::Null,
        }),
        Function::First => items.first().cloned().ok_or_else(|| "Array is empty".to_string()),
        Function::Last => items.last().cloned().ok_or_else(|| "Array is empty".to_string()),
        // Source: "AWS StepFunctions: sum() function returns error about not finding path", AWS re:Post.
        Function::Aggregate => {
            Err("Aggregation function attempted to calculate value using empty array".to_string())
        }
    }
}
