//! Scalars as text: in XML, headers, query strings, labels and forms.

use crate::shape::{Shape, TimestampFormat};
use crate::timestamps;
use crate::value::Value;
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// How a place writes timestamps.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextStyle {
    pub timestamp: TimestampFormat,
    /// ISO texts always have milliseconds: S3 and EC2, unlike IAM.
    pub millis: bool,
}

/// The text of a scalar; `None` for what is no scalar.
pub(super) fn write(value: &Value, style: TextStyle) -> Option<String> {
    Some(match value {
        Value::Boolean(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Double(number) => double(*number),
        Value::String(text) => text.clone(),
        Value::Blob(bytes) => STANDARD.encode(&**bytes),
        Value::Timestamp(at) => timestamps::to_text(*at, style.timestamp, style.millis),
        Value::Document(document) => document.to_string(),
        Value::List(_) | Value::Map(_) | Value::Structure(_) => return None,
    })
}

/// The scalar that a text stands for; `None` where it stands for none of that shape.
pub(super) fn read(shape: Shape, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    Some(match shape {
        Shape::Boolean => match trimmed {
            "true" | "True" | "TRUE" => Value::Boolean(true),
            "false" | "False" | "FALSE" => Value::Boolean(false),
            _ => return None,
        },
        Shape::Integer => Value::Integer(trimmed.parse::<i32>().ok()?.into()),
        Shape::Long => Value::Integer(trimmed.parse().ok()?),
        Shape::Float | Shape::Double => Value::Double(read_double(trimmed)?),
        Shape::String => Value::String(text.to_owned()),
        Shape::Blob => Value::Blob(read_base64(trimmed)?.into()),
        Shape::Timestamp => Value::Timestamp(timestamps::from_text(trimmed)?),
        Shape::Document => Value::Document(serde_json::from_str(text).ok()?),
        Shape::List(_) | Shape::Map(_) | Shape::Structure(_) => return None,
    })
}

/// Base64 as SDKs send it; line breaks are allowed, as in MIME.
pub(super) fn read_base64(text: &str) -> Option<Vec<u8>> {
    if text.contains(['\n', '\r', ' ']) {
        let joined: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        return STANDARD.decode(joined).ok();
    }
    STANDARD.decode(text).ok()
}

pub(super) fn double(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        (if number > 0.0 { "Infinity" } else { "-Infinity" }).to_owned()
    } else {
        number.to_string()
    }
}

pub(super) fn read_double(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => text.parse::<f64>().ok().filter(|number| number.is_finite()),
    }
}
