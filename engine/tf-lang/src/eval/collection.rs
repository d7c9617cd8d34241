//! Object constructors and `for` expressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use nuvola_hcl::text::quote;
use nuvola_hcl::{Diagnostic, Expr, ExprKind, ForExpr, ObjectItem};

use super::{EvalContext, eval, failed_since, value_notes};
use crate::convert::convert;
use crate::marks::Marks;
use crate::types::Type;
use crate::value::{Members, Value};

pub(super) fn eval_object(items: &[ObjectItem], cx: &EvalContext<'_>, out: &mut Vec<Diagnostic>) -> Value {
    let mut members = Members::new();
    let mut marks = Marks::NONE;
    let mut known = true;
    for item in items {
        let key = eval_key(&item.key, cx, out);
        let value = eval(&item.value, cx, out);
        match key {
            Some(key) => {
                marks |= key.marks();
                match key.as_shared_str() {
                    Some(name) => {
                        members.insert(name.clone(), value);
                    }
                    None => known = false,
                }
            }
            None => known = false,
        }
    }
    if known { Value::object(members).with_marks(marks) } else { Value::dynamic_unknown().with_marks(marks) }
}

/// A key as a string, perhaps unknown; a bare word is its own text.
fn eval_key(key: &Expr, cx: &EvalContext<'_>, out: &mut Vec<Diagnostic>) -> Option<Value> {
    if let Some(word) = literal_word(key) {
        return Some(Value::string(word));
    }
    if matches!(&key.kind, ExprKind::Traversal(_)) {
        let detail = "If this expression is intended to be a reference, wrap it in parentheses. If it's instead intended as a literal name containing periods, wrap it in quotes to create a string literal.";
        out.push(Diagnostic::error("Ambiguous attribute key", detail).at(key.range));
        return None;
    }
    let before = out.len();
    let value = eval(key, cx, out);
    if failed_since(out, before) {
        return None;
    }
    let fail = |summary: &str, detail: String| {
        Diagnostic::error(summary, detail).at(key.range).with_values(value_notes(key, cx))
    };
    if value.is_null() {
        out.push(fail("Null value as key", "Can't use a null value as a key.".to_owned()));
        return None;
    }
    match convert(&value, &Type::String) {
        Ok(text) => Some(text),
        Err(error) => {
            out.push(fail(
                "Incorrect key type",
                format!("Can't use this value as a key: {}.", error.message),
            ));
            None
        }
    }
}

fn literal_word(key: &Expr) -> Option<&str> {
    match &key.kind {
        ExprKind::Null => Some("null"),
        ExprKind::Bool(true) => Some("true"),
        ExprKind::Bool(false) => Some("false"),
        _ => key.keyword(),
    }
}

/// What one round of a `for` gives.
struct Round {
    key: Option<Arc<str>>,
    value: Value,
}

pub(super) fn eval_for(expr: &ForExpr, cx: &EvalContext<'_>, out: &mut Vec<Diagnostic>) -> Value {
    let before = out.len();
    let collection = eval(&expr.collection, cx, out);
    let fail = |summary: &str, detail: String| {
        Diagnostic::error(summary, detail)
            .at(expr.collection.range)
            .with_values(value_notes(&expr.collection, cx))
    };
    if failed_since(out, before) {
        return Value::dynamic_unknown();
    }
    if collection.is_null() {
        let detail = "A null value cannot be used as the collection in a 'for' expression.";
        out.push(fail("Iteration over null value", detail.to_owned()));
        return Value::dynamic_unknown();
    }
    let (collection, mut marks) = collection.unmark();
    if *collection.ty() == Type::Dynamic {
        return Value::dynamic_unknown();
    }
    if collection.ty().is_primitive() || *collection.ty() == Type::Type {
        let name = collection.ty().friendly_name();
        let detail =
            format!("A value of type {name} cannot be used as the collection in a 'for' expression.");
        out.push(fail("Iteration over non-iterable value", detail));
        return Value::dynamic_unknown();
    }
    if !collection.is_known() || !condition_makes_sense(expr, cx, out) {
        return Value::dynamic_unknown().with_marks(marks);
    }
    let mut rounds = Vec::new();
    let mut known = true;
    for (key, value) in collection.elements() {
        let child = child_context(expr, cx, key, value);
        match eval_round(expr, &child, known, &mut marks, out) {
            Outcome::Taken(round) => rounds.push(round),
            Outcome::Skipped => {}
            Outcome::Unknown => known = false,
        }
    }
    if !known {
        return Value::dynamic_unknown().with_marks(marks);
    }
    gather(expr, rounds, out).with_marks(marks)
}

fn child_context<'a>(expr: &ForExpr, cx: &'a EvalContext<'a>, key: Value, value: Value) -> EvalContext<'a> {
    let mut names = BTreeMap::new();
    if let Some(name) = &expr.key_var {
        names.insert(name.name.clone(), key);
    }
    names.insert(expr.value_var.name.clone(), value);
    cx.child(names)
}

/// Tells about a wrong condition even if there is nothing to iterate over.
fn condition_makes_sense(expr: &ForExpr, cx: &EvalContext<'_>, out: &mut Vec<Diagnostic>) -> bool {
    let Some(condition) = &expr.condition else { return true };
    let child = child_context(expr, cx, Value::dynamic_unknown(), Value::dynamic_unknown());
    let before = out.len();
    let value = eval(condition, &child, out);
    let fail = |summary: &str, detail: String| Diagnostic::error(summary, detail).at(condition.range);
    if value.is_null() {
        let detail = "The value of the 'if' clause must not be null.";
        out.push(fail("Condition is null", detail.to_owned()));
    } else if let Err(error) = convert(&value, &Type::Bool) {
        let detail = format!("The 'if' clause value is invalid: {}.", error.message);
        out.push(fail("Invalid 'for' condition", detail));
    }
    !failed_since(out, before)
}

enum Outcome {
    Taken(Round),
    Skipped,
    Unknown,
}

/// `tell` is false once the result cannot be known: further complaints of the same kind would repeat.
fn eval_round(
    expr: &ForExpr,
    cx: &EvalContext<'_>,
    tell: bool,
    marks: &mut Marks,
    out: &mut Vec<Diagnostic>,
) -> Outcome {
    let complain = |expr: &Expr, summary: &str, detail: String, out: &mut Vec<Diagnostic>| {
        if tell {
            out.push(Diagnostic::error(summary, detail).at(expr.range).with_values(value_notes(expr, cx)));
        }
        Outcome::Unknown
    };
    if let Some(condition) = &expr.condition {
        let include = eval(condition, cx, out);
        if include.is_null() {
            let detail = "The value of the 'if' clause must not be null.".to_owned();
            return complain(condition, "Invalid 'for' condition", detail, out);
        }
        let include = match convert(&include, &Type::Bool) {
            Ok(include) => include,
            Err(error) => {
                let detail = format!("The 'if' clause value is invalid: {}.", error.message);
                return complain(condition, "Invalid 'for' condition", detail, out);
            }
        };
        *marks |= include.marks();
        match include.as_bool() {
            Some(true) => {}
            Some(false) => return Outcome::Skipped,
            None => return Outcome::Unknown,
        }
    }
    let Some(key_expr) = &expr.key else {
        return Outcome::Taken(Round { key: None, value: eval(&expr.value, cx, out) });
    };
    let before = out.len();
    let key = eval(key_expr, cx, out);
    if failed_since(out, before) {
        return Outcome::Unknown;
    }
    if key.is_null() {
        let detail = "Key expression in 'for' expression must not produce a null value.".to_owned();
        return complain(key_expr, "Invalid object key", detail, out);
    }
    *marks |= key.marks();
    let key = match convert(&key, &Type::String) {
        Ok(key) => key,
        Err(error) => {
            let detail = format!("The key expression produced an invalid result: {}.", error.message);
            return complain(key_expr, "Invalid object key", detail, out);
        }
    };
    let value = eval(&expr.value, cx, out);
    match key.as_shared_str() {
        Some(key) => Outcome::Taken(Round { key: Some(key.clone()), value }),
        None => Outcome::Unknown,
    }
}

fn gather(expr: &ForExpr, rounds: Vec<Round>, out: &mut Vec<Diagnostic>) -> Value {
    let Some(key_expr) = &expr.key else {
        return Value::tuple(rounds.into_iter().map(|round| round.value).collect());
    };
    let mut groups: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    for Round { key, value } in rounds {
        let Some(key) = key else { continue };
        let group = groups.entry(key.clone()).or_default();
        if !group.is_empty() && !expr.grouping {
            let detail = format!(
                "Two different items produced the key {} in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.",
                quote(&key)
            );
            out.push(Diagnostic::error("Duplicate object key", detail).at(key_expr.range));
            continue;
        }
        group.push(value);
    }
    Value::object(groups.into_iter().map(|(key, mut values)| {
        let value = if expr.grouping { Value::tuple(values) } else { values.swap_remove(0) };
        (key, value)
    }))
}
