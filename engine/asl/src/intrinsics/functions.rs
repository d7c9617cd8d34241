//! The functions by name, and the numbers and texts that they take.

use super::{arrays, texts};
use crate::{Draws, value};
use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Array,
    ArrayContains,
    ArrayGetItem,
    ArrayLength,
    ArrayPartition,
    ArrayRange,
    ArrayUnique,
    Base64Decode,
    Base64Encode,
    Format,
    Hash,
    JsonMerge,
    JsonToString,
    MathAdd,
    MathRandom,
    StringSplit,
    StringToJson,
    Uuid,
}

/// Names with the least and the most arguments.
const FUNCTIONS: [(&str, Function, usize, usize); 18] = [
    ("States.Array", Function::Array, 0, usize::MAX),
    ("States.ArrayContains", Function::ArrayContains, 2, 2),
    ("States.ArrayGetItem", Function::ArrayGetItem, 2, 2),
    ("States.ArrayLength", Function::ArrayLength, 1, 1),
    ("States.ArrayPartition", Function::ArrayPartition, 2, 2),
    ("States.ArrayRange", Function::ArrayRange, 3, 3),
    ("States.ArrayUnique", Function::ArrayUnique, 1, 1),
    ("States.Base64Decode", Function::Base64Decode, 1, 1),
    ("States.Base64Encode", Function::Base64Encode, 1, 1),
    ("States.Format", Function::Format, 1, usize::MAX),
    ("States.Hash", Function::Hash, 2, 2),
    ("States.JsonMerge", Function::JsonMerge, 3, 3),
    ("States.JsonToString", Function::JsonToString, 1, 1),
    ("States.MathAdd", Function::MathAdd, 2, 2),
    ("States.MathRandom", Function::MathRandom, 2, 3),
    ("States.StringSplit", Function::StringSplit, 2, 2),
    ("States.StringToJson", Function::StringToJson, 1, 1),
    ("States.UUID", Function::Uuid, 0, 0),
];

impl Function {
    pub fn named(name: &str) -> Option<Function> {
        FUNCTIONS.iter().find(|row| row.0 == name).map(|row| row.1)
    }

    pub fn arity(self) -> (usize, usize) {
        let row = FUNCTIONS.iter().find(|row| row.1 == self).expect("each function has a row");
        (row.2, row.3)
    }
}

/// Calls a function with as many arguments as it takes. An error is what goes behind "had the following error: ".
pub(super) fn call(function: Function, arguments: Vec<Value>, draws: &mut Draws) -> Result<Value, String> {
    let given = arguments.as_slice();
    match function {
        Function::Array => Ok(Value::Array(arguments)),
        Function::ArrayContains => {
            let items = array(&given[0])?;
            Ok(Value::Bool(items.iter().any(|item| value::equal(item, &given[1]))))
        }
        Function::ArrayGetItem => arrays::get_item(array(&given[0])?, integer(&given[1])?),
        Function::ArrayLength => Ok(Value::from(array(&given[0])?.len())),
        Function::ArrayPartition => arrays::partition(array(&given[0])?, integer(&given[1])?),
        Function::ArrayRange => arrays::range(integer(&given[0])?, integer(&given[1])?, integer(&given[2])?),
        Function::ArrayUnique => Ok(arrays::unique(array(&given[0])?)),
        Function::Base64Decode => texts::base64_decode(text(&given[0])?),
        Function::Base64Encode => texts::base64_encode(text(&given[0])?),
        Function::Format => texts::format(text(&given[0])?, &given[1..]),
        Function::Hash => texts::hash(&given[0], text(&given[1])?),
        Function::JsonMerge => merge(&given[0], &given[1], &given[2]),
        Function::JsonToString => Ok(Value::String(value::to_text(&given[0]))),
        Function::MathAdd => {
            let sum = integer(&given[0])? + integer(&given[1])?;
            Ok(Value::from(in_range(sum as f64)?))
        }
        Function::MathRandom => random(given, draws),
        Function::StringSplit => Ok(texts::split(text(&given[0])?, text(&given[1])?)),
        Function::StringToJson => texts::parse_json(text(&given[0])?),
        Function::Uuid => Ok(Value::String(draws.uuid())),
    }
}

fn array(value: &Value) -> Result<&[Value], String> {
    let items = value.as_array().map(Vec::as_slice);
    items.ok_or_else(|| format!("Expected an array but was: {}", value::to_text(value)))
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("Expected a string but was: {}", value::to_text(value)))
}

/// A number, rounded to the next whole one: halves go up, as with Java's `Math.round`.
fn integer(value: &Value) -> Result<i64, String> {
    let number = value.as_f64();
    let number = number.ok_or_else(|| format!("Expected a number but was: {}", value::to_text(value)))?;
    in_range(libm::floor(number + 0.5))
}

/// Source: "integer values in the range of -2147483648 to 2147483647", States.MathAdd in the Developer Guide.
fn in_range(number: f64) -> Result<i64, String> {
    match (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number) {
        true => Ok(number as i64),
        false => Err(format!("The number {} is out of the range of integers", value::double_to_text(number))),
    }
}

/// A whole number from the first (included) to the second (excluded). A seed gives the same number each time.
fn random(given: &[Value], draws: &mut Draws) -> Result<Value, String> {
    let (start, end) = (integer(&given[0])?, integer(&given[1])?);
    let width = u64::try_from(end - start).unwrap_or(0);
    if width == 0 {
        return Err(format!("The start number {start} must be less than the end number {end}"));
    }
    let drawn = match given.get(2) {
        Some(seed) => Draws::new(integer(seed)? as u64).below(width),
        None => draws.below(width),
    };
    Ok(Value::from(start + drawn as i64))
}

/// Members of the second object replace those of the first.
/// Source: "currently, Step Functions only supports the shallow merging mode; therefore, you must specify the
/// boolean value as false".
fn merge(first: &Value, second: &Value, deep: &Value) -> Result<Value, String> {
    if deep != &Value::Bool(false) {
        return Err("Deep merging is not supported: the third argument must be false".to_string());
    }
    let (Value::Object(first), Value::Object(second)) = (first, second) else {
        return Err("Expected two objects to merge".to_string());
    };
    let mut merged = first.clone();
    merged.extend(second.iter().map(|(key, value)| (key.clone(), value.clone())));
    Ok(Value::Object(merged))
}
