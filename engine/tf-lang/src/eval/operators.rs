//! Unary and binary operators.

use std::cmp::Ordering;

use nuvola_hcl::{BinaryOp, Diagnostic, Expr, UnaryOp};

use super::{EvalContext, eval, failed_since, value_notes};
use crate::convert::convert;
use crate::ops::{self, Arithmetic};
use crate::types::Type;
use crate::value::Value;

pub(super) fn eval_unary(
    expr: &Expr,
    op: UnaryOp,
    operand: &Expr,
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) -> Value {
    let wanted = match op {
        UnaryOp::Negate => Type::Number,
        UnaryOp::Not => Type::Bool,
    };
    let before = out.len();
    let value = eval(operand, cx, out);
    if failed_since(out, before) {
        return Value::unknown(wanted);
    }
    let value = match convert(&value, &wanted) {
        Ok(value) => value,
        Err(error) => {
            let detail = format!("Unsuitable value for unary operand: {}.", error.message);
            let diagnostic =
                Diagnostic::error("Invalid operand", detail).at(operand.range).in_context(expr.range);
            out.push(diagnostic.with_values(value_notes(operand, cx)));
            return Value::unknown(wanted);
        }
    };
    if value.is_null() {
        out.push(operation_failed("argument must not be null", expr, cx));
        return Value::unknown(wanted);
    }
    match op {
        UnaryOp::Negate => ops::negate(&value),
        UnaryOp::Not => ops::not(&value),
    }
}

fn operation_failed(problem: &str, expr: &Expr, cx: &EvalContext<'_>) -> Diagnostic {
    Diagnostic::error("Operation failed", format!("Error during operation: {problem}."))
        .at(expr.range)
        .with_values(value_notes(expr, cx))
}

/// The type both operands are converted to, and the type of the result.
fn signature(op: BinaryOp) -> (Type, Type) {
    match op {
        BinaryOp::Or | BinaryOp::And => (Type::Bool, Type::Bool),
        BinaryOp::Equal | BinaryOp::NotEqual => (Type::Dynamic, Type::Bool),
        BinaryOp::Greater | BinaryOp::GreaterOrEqual | BinaryOp::Less | BinaryOp::LessOrEqual => {
            (Type::Number, Type::Bool)
        }
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => {
            (Type::Number, Type::Number)
        }
    }
}

pub(super) fn eval_binary(
    expr: &Expr,
    op: BinaryOp,
    left: &Expr,
    right: &Expr,
    cx: &EvalContext<'_>,
    out: &mut Vec<Diagnostic>,
) -> Value {
    let (wanted, result) = signature(op);
    let before = out.len();
    let mut operands = Vec::with_capacity(2);
    for (operand, side) in [(left, "left"), (right, "right")] {
        let own = out.len();
        let value = eval(operand, cx, out);
        match convert(&value, &wanted) {
            Ok(value) => operands.push(value),
            Err(_) if failed_since(out, own) => {}
            Err(error) => {
                let detail = format!("Unsuitable value for {side} operand: {}.", error.message);
                let diagnostic =
                    Diagnostic::error("Invalid operand", detail).at(operand.range).in_context(expr.range);
                out.push(diagnostic.with_values(value_notes(operand, cx)));
            }
        }
    }
    let [a, b] = operands.as_slice() else { return Value::unknown(result) };
    if failed_since(out, before) {
        return Value::unknown(result);
    }
    match apply(op, a, b) {
        Ok(value) => value,
        Err(problem) => {
            out.push(operation_failed(problem, expr, cx));
            Value::unknown(result)
        }
    }
}

fn apply(op: BinaryOp, a: &Value, b: &Value) -> Result<Value, &'static str> {
    if !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) && (a.is_null() || b.is_null()) {
        return Err("argument must not be null");
    }
    let arithmetic = |op: Arithmetic| ops::arithmetic(op, a, b);
    Ok(match op {
        BinaryOp::Or => ops::or(a, b),
        BinaryOp::And => ops::and(a, b),
        BinaryOp::Equal => ops::equals(a, b),
        BinaryOp::NotEqual => ops::not(&ops::equals(a, b)),
        BinaryOp::Greater => ops::compare(a, b, Ordering::is_gt),
        BinaryOp::GreaterOrEqual => ops::compare(a, b, Ordering::is_ge),
        BinaryOp::Less => ops::compare(a, b, Ordering::is_lt),
        BinaryOp::LessOrEqual => ops::compare(a, b, Ordering::is_le),
        BinaryOp::Add => arithmetic(Arithmetic::Add)?,
        BinaryOp::Subtract => arithmetic(Arithmetic::Subtract)?,
        BinaryOp::Multiply => arithmetic(Arithmetic::Multiply)?,
        BinaryOp::Divide => arithmetic(Arithmetic::Divide)?,
        BinaryOp::Modulo => arithmetic(Arithmetic::Modulo)?,
    })
}
