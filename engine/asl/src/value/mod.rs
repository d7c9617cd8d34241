//! How Step Functions prints and compares JSON.
//!
//! It is written in Java: numbers are printed as Jackson and `Double.toString` print them.

mod hash;
mod number;
mod text;

pub use hash::hash;
pub use number::{double_to_text, javascript_number, number_to_text};
pub use text::{canonical_text, java_text, javascript_text, to_text, type_name};

use serde_json::Value;

/// Are two values the same JSON? `1` and `1.0` are; the order of an object's members has no meaning.
pub fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => left == right,
    }
}

/// Reads JSON text. Minus zero is the integer 0, as Jackson reads it.
pub fn parse(text: &str) -> Result<Value, serde_json::Error> {
    let value: Value = serde_json::from_str(text)?;
    match &value {
        Value::Number(number) if number.is_f64() && text.trim() == "-0" => Ok(Value::from(0)),
        _ => Ok(value),
    }
}
