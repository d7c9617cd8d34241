//! Functions on arrays.

use crate::value;
use serde_json::Value;

/// "The maximum number of elements of States.ArrayRange", which the Developer Guide gives as 1000.
const MAX_RANGE: usize = 1000;

pub(super) fn get_item(items: &[Value], index: i64) -> Result<Value, String> {
    let item = usize::try_from(index).ok().and_then(|at| items.get(at));
    item.cloned().ok_or_else(|| format!("Index {index} out of bounds for length {}", items.len()))
}

/// Chunks of `size`; the last one may be smaller.
pub(crate) fn partition(items: &[Value], size: i64) -> Result<Value, String> {
    match usize::try_from(size) {
        Ok(size @ 1..) => {
            Ok(Value::Array(items.chunks(size).map(|chunk| Value::Array(chunk.to_vec())).collect()))
        }
        _ => Err(format!("The chunk size must be a positive integer but was: {size}")),
    }
}

/// From the first number to the last one, which is included when a step ends there.
pub(crate) fn range(first: i64, last: i64, step: i64) -> Result<Value, String> {
    if step == 0 {
        return Err("The step of a range must not be 0".to_string());
    }
    let mut out = Vec::new();
    let mut at = first;
    while (step > 0 && at <= last) || (step < 0 && at >= last) {
        if out.len() == MAX_RANGE {
            return Err(format!("The range has more than {MAX_RANGE} elements"));
        }
        out.push(Value::from(at));
        at += step;
    }
    Ok(Value::Array(out))
}

/// Each value once, at the place of its first appearance.
pub(super) fn unique(items: &[Value]) -> Value {
    let mut seen = std::collections::BTreeSet::new();
    let first = items.iter().filter(|item| seen.insert(value::canonical_text(item)));
    Value::Array(first.cloned().collect())
}
