//! `condition ? if_true : if_false`: both results are brought to one type, whichever is chosen.

use nuvola_hcl::text::quote;
use nuvola_hcl::{Diagnostic, Expr};

use super::{EvalContext, eval, value_notes};
use crate::convert::convert;
use crate::types::Type;
use crate::unify::unify;
use crate::unknown::Bound;
use crate::value::Value;

pub(super) fn eval_conditional(
    expr: &Expr,
    condition: &Expr,
    if_true: &Expr,
    if_false: &Expr,
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) -> Value {
    let mut true_diagnostics = Vec::new();
    let mut false_diagnostics = Vec::new();
    let true_value = eval(if_true, cx, &mut true_diagnostics);
    let false_value = eval(if_false, cx, &mut false_diagnostics);
    let Some(result_type) = result_type(&true_value, &false_value) else {
        let mismatch = mismatch(true_value.ty(), false_value.ty());
        let detail = format!("The true and false result expressions must have consistent types. {mismatch}.");
        let range = if_true.range.to(if_false.range);
        let diagnostic = Diagnostic::error("Inconsistent conditional result types", detail).at(range);
        out.push(diagnostic.in_context(expr.range).with_values(value_notes(expr, cx)));
        return Value::dynamic_unknown();
    };
    let both = true_value.marks() | false_value.marks();
    let Some(condition_value) = eval_condition(condition, expr, cx, out) else {
        return Value::unknown(result_type);
    };
    let marks = condition_value.marks();
    let Some(chosen) = condition_value.as_bool() else {
        return undecided(&true_value, &false_value, result_type).with_marks(marks);
    };
    let (value, diagnostics, range, name) = if chosen {
        (true_value, true_diagnostics, if_true.range, "true")
    } else {
        (false_value, false_diagnostics, if_false.range, "false")
    };
    out.extend(diagnostics);
    // Marks on either result as a whole are on the outcome, whichever is chosen.
    let marks = marks | both;
    match convert(&value, &result_type) {
        Ok(value) => value.with_marks(marks),
        Err(error) => {
            let detail = format!("The {name} result value has the wrong type: {}.", error.message);
            let summary = "Inconsistent conditional result types";
            out.push(Diagnostic::error(summary, detail).at(range).in_context(expr.range));
            Value::unknown(result_type)
        }
    }
}

/// Evaluates a condition to a bool that is not null, or says why it is none.
pub(super) fn eval_condition(
    condition: &Expr,
    whole: &Expr,
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Value> {
    let before = out.len();
    let value = eval(condition, cx, out);
    if super::failed_since(out, before) {
        return None;
    }
    let fail = |summary: &str, detail: &str| {
        Diagnostic::error(summary, detail)
            .at(condition.range)
            .in_context(whole.range)
            .with_values(value_notes(condition, cx))
    };
    if value.is_null() {
        let detail = "The condition value is null. Conditions must either be true or false.";
        out.push(fail("Null condition", detail));
        return None;
    }
    match convert(&value, &Type::Bool) {
        Ok(value) => Some(value),
        Err(_) => {
            out.push(fail("Incorrect condition type", "The condition expression must be of type bool."));
            None
        }
    }
}

fn is_plain_null(value: &Value) -> bool {
    value.is_null() && *value.ty() == Type::Dynamic && !value.is_marked()
}

fn result_type(a: &Value, b: &Value) -> Option<Type> {
    if is_plain_null(a) {
        return Some(b.ty().clone());
    }
    if is_plain_null(b) {
        return Some(a.ty().clone());
    }
    if *a.ty() == Type::Dynamic || *b.ty() == Type::Dynamic {
        return Some(Type::Dynamic);
    }
    unify(&[a.ty().clone(), b.ty().clone()], true)
}

/// What is certain whichever result is chosen.
fn undecided(a: &Value, b: &Value, result_type: Type) -> Value {
    let marks = a.marks() | b.marks();
    if a.is_null() && b.is_null() {
        return Value::null(result_type).with_marks(marks);
    }
    let mut result = Value::unknown(result_type);
    if a.definitely_not_null() && b.definitely_not_null() {
        result = result.refine_not_null();
    }
    if let (Some(x), Some(y)) = (a.as_number(), b.as_number()) {
        let bound = |value: &crate::number::Number| Some(Bound { value: value.clone(), inclusive: true });
        result = result.refine(|r| (r.lower, r.upper) = (bound(x.min(y)), bound(x.max(y))));
    }
    if result.ty().is_collection()
        && let (Some((a_min, a_max)), Some((b_min, b_max))) = (a.known_len_range(), b.known_len_range())
    {
        let max = a_max.zip(b_max).map(|(a, b)| a.max(b));
        result = result.refine(|r| (r.min_len, r.max_len) = (a_min.min(b_min), max));
    }
    result.with_marks(marks)
}

fn mismatch(a: &Type, b: &Type) -> String {
    match (a, b) {
        (Type::Object(a), Type::Object(b)) => {
            for (name, ty) in &a.attrs {
                let Some(other) = b.attrs.get(name) else {
                    let name = quote(name);
                    return format!(
                        "The 'true' value includes object attribute {name}, which is absent in the 'false' value"
                    );
                };
                if unify(&[ty.clone(), other.clone()], true).is_none() {
                    return format!(
                        "Type mismatch for object attribute {}: {}",
                        quote(name),
                        mismatch(ty, other)
                    );
                }
            }
            if let Some(name) = b.attrs.keys().find(|name| !a.attrs.contains_key(*name)) {
                let name = quote(name);
                return format!(
                    "The 'false' value includes object attribute {name}, which is absent in the 'true' value"
                );
            }
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            if a.len() != b.len() {
                return format!(
                    "The 'true' tuple has length {}, but the 'false' tuple has length {}",
                    a.len(),
                    b.len()
                );
            }
            for (index, (own, other)) in a.iter().zip(b.iter()).enumerate() {
                if unify(&[own.clone(), other.clone()], true).is_none() {
                    return format!("Type mismatch for tuple element {index}: {}", mismatch(own, other));
                }
            }
        }
        _ => {}
    }
    format!("The 'true' value is {}, but the 'false' value is {}", a.friendly_name(), b.friendly_name())
}
