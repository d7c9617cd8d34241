//! Terraform's operators on values: equality, order, arithmetic and logic.
//!
//! Operands have been converted to the operator's types and are not null, except in [`equals`].

use std::cmp::Ordering;

use crate::marks::Marks;
use crate::number::{NotANumber, Number};
use crate::types::Type;
use crate::value::{Data, Value};

fn unknown_bool() -> Value {
    Value::unknown(Type::Bool).refine_not_null()
}

fn unknown_number() -> Value {
    Value::unknown(Type::Number).refine_not_null()
}

/// Terraform's `==`: types are not converted; the result is unknown as long as it could go either way.
pub fn equals(a: &Value, b: &Value) -> Value {
    let marks = a.deep_marks() | b.deep_marks();
    if marks.is_empty() {
        return equals_plain(a, b);
    }
    let (a, _) = a.clone().unmark_deep();
    let (b, _) = b.clone().unmark_deep();
    equals_plain(&a, &b).with_marks(marks)
}

fn equals_plain(a: &Value, b: &Value) -> Value {
    if a.is_null() && b.is_null() {
        return Value::bool(true);
    }
    if a.is_null() && b.definitely_not_null() || b.is_null() && a.definitely_not_null() {
        return Value::bool(false);
    }
    match (a.data(), b.data()) {
        (Data::Unknown(_), Data::Unknown(_)) => {}
        (Data::Unknown(refinement), _) if refinement.as_ref().is_some_and(|r| r.excludes(b)) => {
            return Value::bool(false);
        }
        (_, Data::Unknown(refinement)) if refinement.as_ref().is_some_and(|r| r.excludes(a)) => {
            return Value::bool(false);
        }
        _ => {}
    }
    if a.ty().has_dynamic() || b.ty().has_dynamic() {
        let could_match = a.ty().conforms_to(b.ty()) || b.ty().conforms_to(a.ty());
        return if could_match { unknown_or_compare(a, b) } else { Value::bool(false) };
    }
    if a.is_null() || b.is_null() {
        return if a.is_known() && b.is_known() { Value::bool(false) } else { unknown_bool() };
    }
    if a.ty() != b.ty() {
        return Value::bool(false);
    }
    if !a.is_known() || !b.is_known() {
        return unknown_bool();
    }
    equals_known(a, b)
}

/// Types with dynamic parts: equal only if everything dynamic turns out to be null on both sides.
fn unknown_or_compare(a: &Value, b: &Value) -> Value {
    if a.is_known() && b.is_known() && a.ty() == b.ty() { equals_known(a, b) } else { unknown_bool() }
}

fn equals_known(a: &Value, b: &Value) -> Value {
    match (a.data(), b.data()) {
        (Data::Seq(_), Data::Seq(_)) if matches!(a.ty(), Type::Set(_)) => equal_sets(a, b),
        (Data::Seq(a), Data::Seq(b)) => {
            if a.len() == b.len() {
                all_equal(a.iter().zip(b.iter()))
            } else {
                Value::bool(false)
            }
        }
        (Data::Members(a), Data::Members(b)) => {
            if a.keys().eq(b.keys()) {
                all_equal(a.values().zip(b.values()))
            } else {
                Value::bool(false)
            }
        }
        (a, b) => Value::bool(a == b),
    }
}

fn all_equal<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Value {
    let mut known = true;
    for (a, b) in pairs {
        match equals_plain(a, b).as_bool() {
            Some(false) => return Value::bool(false),
            Some(true) => {}
            None => known = false,
        }
    }
    if known { Value::bool(true) } else { unknown_bool() }
}

fn equal_sets(a: &Value, b: &Value) -> Value {
    if !a.is_wholly_known() || !b.is_wholly_known() {
        return unknown_bool();
    }
    let (a, b) = (a.as_seq().unwrap_or_default(), b.as_seq().unwrap_or_default());
    let same = |x: &Value, y: &Value| equals_plain(x, y).as_bool() == Some(true);
    Value::bool(a.len() == b.len() && a.iter().all(|x| b.iter().any(|y| same(x, y))))
}

/// Terraform's `!`.
pub fn not(value: &Value) -> Value {
    match value.as_bool() {
        Some(flag) => Value::bool(!flag),
        None => unknown_bool(),
    }
    .with_marks(value.marks())
}

/// Terraform's `&&`: both operands have been evaluated, and both must be known.
pub fn and(a: &Value, b: &Value) -> Value {
    match (a.as_bool(), b.as_bool()) {
        (Some(a), Some(b)) => Value::bool(a && b),
        (None, _) | (_, None) => unknown_bool(),
    }
    .with_marks(a.marks() | b.marks())
}

/// Terraform's `||`: both operands have been evaluated, and both must be known.
pub fn or(a: &Value, b: &Value) -> Value {
    not(&and(&not(a), &not(b)))
}

/// Comparison of numbers, by what the order must be.
pub fn compare(a: &Value, b: &Value, wanted: impl Fn(Ordering) -> bool) -> Value {
    let result = match (a.as_number(), b.as_number()) {
        (Some(x), Some(y)) => Value::bool(wanted(x.cmp(y))),
        _ => compare_ranges(a, b, wanted),
    };
    result.with_marks(a.marks() | b.marks())
}

/// What the known bounds of unknown numbers say about their order.
fn compare_ranges(a: &Value, b: &Value, wanted: impl Fn(Ordering) -> bool) -> Value {
    let ((a_low, a_high), (b_low, b_high)) = (bounds(a), bounds(b));
    if let (Some(high), Some(low)) = (&a_high, &b_low)
        && high < low
    {
        return Value::bool(wanted(Ordering::Less));
    }
    if let (Some(low), Some(high)) = (&a_low, &b_high)
        && low > high
    {
        return Value::bool(wanted(Ordering::Greater));
    }
    unknown_bool()
}

fn bounds(value: &Value) -> (Option<Number>, Option<Number>) {
    if let Some(number) = value.as_number() {
        return (Some(number.clone()), Some(number.clone()));
    }
    let bound = |bound: &Option<crate::unknown::Bound>| bound.as_ref().map(|bound| bound.value.clone());
    value.refinement().map_or((None, None), |r| (bound(&r.lower), bound(&r.upper)))
}

/// An arithmetic operation; the error is Terraform's text.
pub fn arithmetic(op: Arithmetic, a: &Value, b: &Value) -> Result<Value, &'static str> {
    let marks = a.marks() | b.marks();
    let (Some(x), Some(y)) = (a.as_number(), b.as_number()) else {
        return Ok(unknown_number().with_marks(marks));
    };
    let (result, failure) = match op {
        Arithmetic::Add => (x.add(y), "can't compute sum of opposing infinities"),
        Arithmetic::Subtract => (x.sub(y), "can't subtract infinity from itself"),
        Arithmetic::Multiply => (x.mul(y), "can't multiply zero by infinity"),
        Arithmetic::Divide => (x.div(y), "can't divide zero by zero or infinity by infinity"),
        Arithmetic::Modulo => (x.rem(y), "can't use modulo with zero and infinity"),
    };
    result.map(|number| Value::number(number).with_marks(marks)).map_err(|NotANumber| failure)
}

/// The arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// Terraform's unary `-`.
pub fn negate(value: &Value) -> Value {
    match value.as_number() {
        Some(number) => Value::number(number.neg()),
        None => unknown_number(),
    }
    .with_marks(value.marks())
}

/// The number of elements of a collection; unknown, with bounds, if it may still change.
pub fn length(value: &Value) -> Value {
    let marks: Marks = value.marks();
    let result = match value.known_len_range() {
        Some((min, Some(max))) if min == max => Value::number(Number::from(min)),
        range => {
            let (min, max) = range.unwrap_or((0, None));
            let bound = |value: usize| crate::unknown::Bound { value: Number::from(value), inclusive: true };
            unknown_number().refine(|r| {
                r.lower = Some(bound(min));
                r.upper = max.map(bound);
            })
        }
    };
    result.with_marks(marks)
}
