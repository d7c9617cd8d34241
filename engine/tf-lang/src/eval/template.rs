//! Templates: literals, interpolations and directives put together.

use std::collections::BTreeMap;

use nuvola_hcl::{Diagnostic, Expr, ExprKind, Range, Template, TemplatePart};
use unicode_segmentation::UnicodeSegmentation;

use super::{EvalContext, eval, failed_since, value_notes};
use crate::convert::convert;
use crate::marks::Marks;
use crate::types::Type;
use crate::value::Value;

pub(super) fn eval_template(template: &Template, cx: &EvalContext<'_>, out: &mut Vec<Diagnostic>) -> Value {
    match template.wrapped() {
        Some(expr) => eval(expr, cx, out),
        None => eval_parts(&template.parts, cx, out),
    }
}

/// The text so far, as long as everything is known.
struct Text {
    text: String,
    known: bool,
    marks: Marks,
}

fn eval_parts(parts: &[TemplatePart], cx: &EvalContext<'_>, out: &mut Vec<Diagnostic>) -> Value {
    let before = out.len();
    let mut joined = Text { text: String::new(), known: true, marks: Marks::NONE };
    for part in parts {
        let (value, expr) = eval_part(part, cx, out);
        add(&mut joined, value, expr, part.range(), cx, out);
    }
    let result = if failed_since(out, before) {
        Value::unknown(Type::String)
    } else if joined.known {
        Value::string(joined.text)
    } else {
        let prefix = safe_prefix(&joined.text).to_owned();
        Value::unknown(Type::String).refine(|r| (r.not_null, r.prefix) = (true, prefix.into()))
    };
    result.with_marks(joined.marks)
}

/// What cannot change when more text follows: the last cluster might grow, unless it is plain ASCII punctuation.
fn safe_prefix(text: &str) -> &str {
    match text.grapheme_indices(true).next_back() {
        Some((at, last)) if !last.bytes().all(|byte| byte.is_ascii_punctuation()) => &text[..at],
        Some(_) | None => text,
    }
}

fn eval_part<'p>(
    part: &'p TemplatePart,
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) -> (Value, Option<&'p Expr>) {
    match part {
        TemplatePart::Literal { value, .. } => (Value::string(value), None),
        TemplatePart::Interpolation { expr, .. } => (eval(expr, cx, out), Some(expr)),
        TemplatePart::If { condition, if_true, if_false, range } => {
            (eval_if(condition, if_true, if_false, *range, cx, out), None)
        }
        TemplatePart::For { key, value, collection, body, range: own } => {
            let names = (key.as_ref().map(|key| key.name.as_str()), value.name.as_str());
            (eval_loop(names, collection, body, *own, cx, out), None)
        }
    }
}

fn add(
    joined: &mut Text,
    value: Value,
    expr: Option<&Expr>,
    range: Range,
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) {
    let range = expr.map_or(range, |expr| expr.range);
    let notes = || expr.map(|expr| value_notes(expr, cx)).unwrap_or_default();
    let mut fail = |detail: String| {
        let summary = "Invalid template interpolation value";
        out.push(Diagnostic::error(summary, detail).at(range).with_values(notes()));
    };
    if value.is_null() {
        fail("The expression result is null. Cannot include a null value in a string template.".to_owned());
        return;
    }
    joined.marks |= value.marks();
    if !value.is_known() && *value.ty() == Type::Dynamic {
        joined.known = false;
        return;
    }
    match convert(&value, &Type::String) {
        Ok(text) => match text.as_str() {
            Some(text) if joined.known => joined.text.push_str(text),
            Some(_) => {}
            None => joined.known = false,
        },
        Err(error) => {
            fail(format!("Cannot include the given value in a string template: {}.", error.message));
        }
    }
}

fn eval_if(
    condition: &Expr,
    if_true: &[TemplatePart],
    if_false: &[TemplatePart],
    range: Range,
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) -> Value {
    let whole = Expr::new(ExprKind::Null, range);
    let Some(value) = super::conditional::eval_condition(condition, &whole, cx, out) else {
        return Value::unknown(Type::String);
    };
    match value.as_bool() {
        Some(true) => eval_parts(if_true, cx, out),
        Some(false) => eval_parts(if_false, cx, out),
        None => Value::unknown(Type::String).refine_not_null(),
    }
    .with_marks(value.marks())
}

/// A loop joins what its rounds give.
fn eval_loop(
    (key_name, value_name): (Option<&str>, &str),
    collection: &Expr,
    body: &[TemplatePart],
    range: Range,
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) -> Value {
    let before = out.len();
    let value = eval(collection, cx, out);
    if failed_since(out, before) {
        return Value::unknown(Type::String);
    }
    let fail = |summary: &str, detail: String| {
        Diagnostic::error(summary, detail).at(collection.range).with_values(value_notes(collection, cx))
    };
    if value.is_null() {
        let detail = "A null value cannot be used as the collection in a 'for' expression.";
        out.push(fail("Iteration over null value", detail.to_owned()));
        return Value::unknown(Type::String);
    }
    if value.ty().is_primitive() || *value.ty() == Type::Type {
        let name = value.ty().friendly_name();
        let detail =
            format!("A value of type {name} cannot be used as the collection in a 'for' expression.");
        out.push(fail("Iteration over non-iterable value", detail));
        return Value::unknown(Type::String);
    }
    let (value, marks) = value.unmark();
    if !value.is_known() {
        return Value::unknown(Type::String).with_marks(marks);
    }
    let mut joined = Text { text: String::new(), known: true, marks };
    for (key, element) in value.elements() {
        let mut names = BTreeMap::from([(value_name.to_owned(), element)]);
        names.extend(key_name.map(|name| (name.to_owned(), key)));
        let round = eval_parts(body, &cx.child(names), out);
        add(&mut joined, round, None, range, cx, out);
    }
    let result = if joined.known { Value::string(joined.text) } else { Value::unknown(Type::String) };
    result.with_marks(joined.marks)
}
