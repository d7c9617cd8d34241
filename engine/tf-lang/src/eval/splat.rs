//! `list[*].attr`: an expression about each element.

use nuvola_hcl::{Diagnostic, Splat};

use super::{EvalContext, eval, failed_since};
use crate::types::Type;
use crate::value::Value;

pub(super) fn eval_splat(splat: &Splat, cx: &EvalContext<'_>, out: &mut Vec<Diagnostic>) -> Value {
    let before = out.len();
    let source = eval(&splat.source, cx, out);
    if failed_since(out, before) {
        return Value::dynamic_unknown();
    }
    // What is no sequence counts as a sequence of one, or of none if it is null.
    let upgrade = !matches!(source.ty(), Type::List(_) | Type::Set(_) | Type::Tuple(_));
    if source.is_null() {
        if upgrade {
            return Value::tuple(Vec::new()).with_marks(source.marks());
        }
        let detail = "Splat expressions (with the * symbol) cannot be applied to null sequences.";
        out.push(
            Diagnostic::error("Splat of null value", detail)
                .at(splat.source.range)
                .in_context(splat.marker_range),
        );
        return Value::dynamic_unknown();
    }
    let (source, marks) = if upgrade { (source, crate::marks::Marks::NONE) } else { source.unmark() };
    if *source.ty() == Type::Dynamic {
        return Value::dynamic_unknown().with_marks(source.marks());
    }
    let undecided = upgrade && !source.is_known() && !source.definitely_not_null();
    let source = if upgrade { Value::tuple(vec![source]) } else { source };
    let each = |item: Value, out: &mut Vec<Diagnostic>| eval(&splat.each, &cx.with_splat_item(item), out);
    if !source.is_known() {
        return unknown_result(&source, |item| each(item, out)).with_marks(marks);
    }
    let values: Vec<Value> =
        source.as_seq().unwrap_or_default().iter().map(|item| each(item.clone(), out)).collect();
    if undecided || failed_since(out, before) {
        return Value::dynamic_unknown().with_marks(marks);
    }
    let result = match source.ty().element_type() {
        Some(element) if values.is_empty() => {
            let mut ignored = Vec::new();
            Value::list_empty(each(Value::unknown(element.clone()), &mut ignored).ty().clone())
        }
        Some(_) => Value::list(values),
        None => Value::tuple(values),
    };
    result.with_marks(marks)
}

fn unknown_result(source: &Value, mut each: impl FnMut(Value) -> Value) -> Value {
    match source.ty() {
        Type::Tuple(types) => {
            let types = types.iter().map(|ty| each(Value::unknown(ty.clone())).ty().clone());
            Value::unknown(Type::tuple(types.collect::<Vec<_>>())).refine_not_null()
        }
        ty => {
            let element = ty.element_type().cloned().unwrap_or(Type::Dynamic);
            let result = Value::unknown(Type::list(each(Value::unknown(element)).ty().clone()));
            let (min, max) = source.known_len_range().unwrap_or((0, None));
            result.refine(|r| (r.not_null, r.min_len, r.max_len) = (true, min, max))
        }
    }
}
