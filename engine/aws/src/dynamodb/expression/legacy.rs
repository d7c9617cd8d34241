//! The parameters that came before expressions, as the trees that expressions give.
//!
//! **Source**: DynamoDB Developer Guide, "Legacy DynamoDB conditional parameters".

use super::ast::{Comparator, Condition, Function, Operand, Path, Update};
use super::key_condition::KeyTest;
use crate::dynamodb::attr::{Attr, attr_from_json};
use crate::dynamodb::errors;
use crate::service::ApiResult;
use serde_json::Value as Json;

fn entries(json: &Json) -> ApiResult<impl Iterator<Item = (&String, &Json)>> {
    json.as_object().map(|entries| entries.iter()).ok_or_else(|| errors::unexpected_type(json))
}

fn values(condition: &Json) -> ApiResult<Vec<Attr>> {
    match condition.get("AttributeValueList") {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Array(items)) => items.iter().map(attr_from_json).collect(),
        Some(other) => Err(errors::unexpected_type(other)),
    }
}

/// The comparators of the model, with how many values each takes.
const OPERATORS: [(&str, usize, usize); 13] = [
    ("EQ", 1, 1),
    ("NE", 1, 1),
    ("IN", 1, 100),
    ("LE", 1, 1),
    ("LT", 1, 1),
    ("GE", 1, 1),
    ("GT", 1, 1),
    ("BETWEEN", 2, 2),
    ("NOT_NULL", 0, 0),
    ("NULL", 0, 0),
    ("CONTAINS", 1, 1),
    ("NOT_CONTAINS", 1, 1),
    ("BEGINS_WITH", 1, 1),
];

fn checked_operator<'o>(operator: &'o str, values: &[Attr]) -> ApiResult<&'o str> {
    let Some((_, least, most)) = OPERATORS.iter().find(|(name, _, _)| *name == operator) else {
        let names: Vec<&str> = OPERATORS.iter().map(|(name, _, _)| *name).collect();
        return Err(errors::unknown_operator(operator, &names.join(", ")));
    };
    if values.len() < *least || values.len() > *most {
        return Err(errors::wrong_number_of_values(operator));
    }
    let ordered = matches!(operator, "LE" | "LT" | "GE" | "GT" | "BETWEEN" | "BEGINS_WITH");
    let fits = |value: &Attr| match value {
        Attr::S(_) | Attr::B(_) => true,
        Attr::N(_) => operator != "BEGINS_WITH",
        Attr::Bool(_) | Attr::Null | Attr::M(_) | Attr::L(_) | Attr::Ss(_) | Attr::Ns(_) | Attr::Bs(_) => {
            false
        }
    };
    if ordered && !values.iter().all(fits) {
        return Err(errors::invalid_operator_type(operator));
    }
    Ok(operator)
}

fn function(name: &str, path: &Path, value: Option<Attr>) -> Condition {
    let mut arguments = vec![Operand::Path(path.clone())];
    arguments.extend(value.map(Operand::Value));
    Condition::Function(Function { name: name.to_owned(), arguments })
}

fn comparator(operator: &str) -> Comparator {
    match operator {
        "NE" => Comparator::Ne,
        "LE" => Comparator::Le,
        "LT" => Comparator::Lt,
        "GE" => Comparator::Ge,
        "GT" => Comparator::Gt,
        _ => Comparator::Eq,
    }
}

/// One attribute's condition.
fn condition_of(name: &str, operator: &str, mut values: Vec<Attr>) -> ApiResult<Condition> {
    let operator = checked_operator(operator, &values)?;
    let path = Path::top(name);
    let mut next = || values.drain(..1).next();
    Ok(match operator {
        "NOT_NULL" => function("attribute_exists", &path, None),
        "NULL" => function("attribute_not_exists", &path, None),
        "CONTAINS" => function("contains", &path, next()),
        "NOT_CONTAINS" => Condition::And(Box::new((
            function("attribute_exists", &path, None),
            Condition::Not(Box::new(function("contains", &path, next()))),
        ))),
        "BEGINS_WITH" => function("begins_with", &path, next()),
        "IN" => Condition::In(Operand::Path(path), values.into_iter().map(Operand::Value).collect()),
        "BETWEEN" => match <[Attr; 2]>::try_from(values) {
            Ok([low, high]) => {
                Condition::Between(Operand::Path(path), Operand::Value(low), Operand::Value(high))
            }
            Err(_) => return Err(errors::wrong_number_of_values(operator)),
        },
        _ => match next() {
            Some(value) => {
                Condition::Compare(comparator(operator), Operand::Path(path), Operand::Value(value))
            }
            None => return Err(errors::wrong_number_of_values(operator)),
        },
    })
}

/// Joins conditions as `ConditionalOperator` says.
fn joined(conditions: Vec<Condition>, operator: Option<&str>) -> Option<Condition> {
    conditions.into_iter().reduce(|left, right| {
        let sides = Box::new((left, right));
        if operator == Some("OR") { Condition::Or(sides) } else { Condition::And(sides) }
    })
}

/// `QueryFilter`, `ScanFilter`.
pub fn filter(json: &Json, operator: Option<&str>) -> ApiResult<Option<Condition>> {
    let mut conditions = Vec::new();
    for (name, condition) in entries(json)? {
        let operator = condition["ComparisonOperator"].as_str().unwrap_or_default();
        conditions.push(condition_of(name, operator, values(condition)?)?);
    }
    Ok(joined(conditions, operator))
}

/// `Expected`.
pub fn expected(json: &Json, operator: Option<&str>) -> ApiResult<Option<Condition>> {
    let mut conditions = Vec::new();
    for (name, condition) in entries(json)? {
        let mut values = values(condition)?;
        let value = condition.get("Value").filter(|value| !value.is_null());
        if let Some(operator) = condition["ComparisonOperator"].as_str() {
            if condition.get("Exists").is_some() {
                return Err(errors::expected_mix("Exists and ComparisonOperator", name));
            }
            if let Some(value) = value {
                if !values.is_empty() {
                    return Err(errors::expected_mix("Value and AttributeValueList", name));
                }
                values.push(attr_from_json(value)?);
            }
            conditions.push(condition_of(name, operator, values)?);
            continue;
        }
        if !values.is_empty() {
            return Err(errors::values_without_operator(name));
        }
        match (condition["Exists"].as_bool(), value) {
            (None | Some(true), Some(value)) => {
                conditions.push(condition_of(name, "EQ", vec![attr_from_json(value)?])?);
            }
            (Some(false), None) => conditions.push(condition_of(name, "NULL", Vec::new())?),
            (Some(false), Some(_)) => return Err(errors::value_without_existence(name)),
            (exists, None) => return Err(errors::existence_without_value(exists, name)),
        }
    }
    Ok(joined(conditions, operator))
}

/// `KeyConditions`.
pub fn key_conditions(json: &Json) -> ApiResult<Vec<(String, KeyTest)>> {
    let mut tests = Vec::new();
    for (name, condition) in entries(json)? {
        let operator = condition["ComparisonOperator"].as_str().unwrap_or_default();
        let values = values(condition)?;
        let operator = checked_operator(operator, &values)?;
        let mut values = values.into_iter();
        let test = match (operator, values.next(), values.next()) {
            ("BETWEEN", Some(low), Some(high)) => KeyTest::Between(low, high),
            ("BEGINS_WITH", Some(start), _) => KeyTest::BeginsWith(start),
            ("EQ" | "LE" | "LT" | "GE" | "GT", Some(value), _) => {
                KeyTest::Compare(comparator(operator), value)
            }
            _ => return Err(errors::not_indexable()),
        };
        tests.push((name.clone(), test));
    }
    if tests.len() > 2 {
        return Err(errors::too_many_key_conditions());
    }
    Ok(tests)
}

/// `AttributesToGet`.
pub fn attributes_to_get(names: &[String]) -> ApiResult<Vec<Path>> {
    if let Some(twice) = (1..names.len()).find(|at| names[..*at].contains(&names[*at])) {
        return Err(errors::attribute_twice(&names[twice]));
    }
    Ok(names.iter().map(|name| Path::top(name)).collect())
}

/// `AttributeUpdates`.
pub fn updates(json: &Json) -> ApiResult<Update> {
    let mut update = Update::default();
    for (name, change) in entries(json)? {
        let path = Path::top(name);
        let value = change.get("Value").filter(|value| !value.is_null());
        let value = value.map(attr_from_json).transpose()?;
        let action = change["Action"].as_str().unwrap_or("PUT");
        match (action, value) {
            ("PUT", Some(value)) => update.set.push((path, Operand::Value(value))),
            ("DELETE", None) => update.remove.push(path),
            ("ADD", Some(value @ (Attr::N(_) | Attr::Ss(_) | Attr::Ns(_) | Attr::Bs(_) | Attr::L(_)))) => {
                update.add.push((path, Operand::Value(value)));
            }
            ("DELETE", Some(value @ (Attr::Ss(_) | Attr::Ns(_) | Attr::Bs(_)))) => {
                update.delete.push((path, Operand::Value(value)));
            }
            ("ADD" | "DELETE", Some(value)) => return Err(errors::action_type(action, value.kind())),
            ("PUT" | "ADD", None) => return Err(errors::action_without_value(action)),
            (action, _) => return Err(errors::unknown_action(action)),
        }
    }
    Ok(update)
}
