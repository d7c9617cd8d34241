//! Key conditions: one partition, and a range of its sort keys.

use super::ast::{Comparator, Condition, Operand, Path};
use super::{Purpose, eval};
use crate::dynamodb::attr::Attr;
use crate::dynamodb::errors;
use crate::dynamodb::key::KeySchema;
use crate::service::ApiResult;

/// What a key condition says of one attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyTest {
    Compare(Comparator, Attr),
    Between(Attr, Attr),
    BeginsWith(Attr),
}

/// The part of a table or index that a query reads.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyRange {
    pub hash: Attr,
    pub range: Option<KeyTest>,
}

fn invalid_operator(operator: &str) -> nuvola_wire::ApiError {
    errors::expression(
        Purpose::KeyCondition,
        &format!("Invalid operator used in KeyConditionExpression: {operator}"),
    )
}

/// The tests of a condition, by attribute.
pub fn tests(condition: Condition) -> ApiResult<Vec<(String, KeyTest)>> {
    let mut found = Vec::new();
    collect(condition, &mut found)?;
    let mut names = found.iter().map(|(name, _)| name).enumerate();
    if names.any(|(at, name)| found[..at].iter().any(|(earlier, _)| earlier == name)) {
        return Err(errors::one_condition_per_key());
    }
    Ok(found)
}

fn collect(condition: Condition, found: &mut Vec<(String, KeyTest)>) -> ApiResult<()> {
    match condition {
        Condition::And(sides) => {
            collect(sides.0, found)?;
            collect(sides.1, found)
        }
        Condition::Or(_) => Err(invalid_operator("OR")),
        Condition::Not(_) => Err(invalid_operator("NOT")),
        Condition::In(..) => Err(invalid_operator("IN")),
        Condition::Compare(Comparator::Ne, ..) => Err(invalid_operator("<>")),
        Condition::Compare(comparator, left, right) => {
            // `:v < a` is `a > :v`.
            let (name, value, comparator) = match (left, right) {
                (Operand::Path(path), Operand::Value(value)) => (key_name(&path)?, value, comparator),
                (Operand::Value(value), Operand::Path(path)) => {
                    (key_name(&path)?, value, mirrored(comparator))
                }
                (left, right) => return Err(unfit(&[left, right])),
            };
            found.push((name, KeyTest::Compare(comparator, value)));
            Ok(())
        }
        Condition::Between(Operand::Path(path), Operand::Value(low), Operand::Value(high)) => {
            found.push((key_name(&path)?, KeyTest::Between(low, high)));
            Ok(())
        }
        Condition::Between(value, low, high) => Err(unfit(&[value, low, high])),
        Condition::Function(function) if function.name == "begins_with" => {
            match <[Operand; 2]>::try_from(function.arguments) {
                Ok([Operand::Path(path), Operand::Value(start)]) => {
                    found.push((key_name(&path)?, KeyTest::BeginsWith(start)));
                    Ok(())
                }
                Ok(operands) => Err(unfit(&operands)),
                Err(_) => Err(invalid_operator("begins_with")),
            }
        }
        Condition::Function(function) => Err(invalid_operator(&function.name)),
    }
}

fn mirrored(comparator: Comparator) -> Comparator {
    match comparator {
        Comparator::Eq | Comparator::Ne => comparator,
        Comparator::Lt => Comparator::Gt,
        Comparator::Le => Comparator::Ge,
        Comparator::Gt => Comparator::Lt,
        Comparator::Ge => Comparator::Le,
    }
}

fn key_name(path: &Path) -> ApiResult<String> {
    if path.0.len() > 1 {
        return Err(errors::expression(
            Purpose::KeyCondition,
            "KeyConditionExpressions cannot have conditions on nested attributes",
        ));
    }
    Ok(path.head().to_owned())
}

/// Why these operands are no test of a key.
fn unfit(operands: &[Operand]) -> nuvola_wire::ApiError {
    let paths = operands.iter().filter(|operand| matches!(operand, Operand::Path(_))).count();
    let function = operands.iter().find_map(|operand| match operand {
        Operand::Function(function) => Some(function.name.as_str()),
        Operand::Path(_)
        | Operand::Placeholder(_)
        | Operand::Value(_)
        | Operand::Plus(_)
        | Operand::Minus(_) => None,
    });
    match function {
        Some(name) => invalid_operator(name),
        None if paths == 0 => errors::no_key_attribute(),
        None => errors::several_key_attributes(),
    }
}

/// The range that tests give for a key; `kind_of` tells the type of a key attribute.
pub fn key_range(
    tests: Vec<(String, KeyTest)>,
    key: &KeySchema,
    kind_of: &dyn Fn(&str) -> &'static str,
) -> ApiResult<KeyRange> {
    let (count, most) = (tests.len(), key.names().count());
    if count > 2 {
        return Err(errors::too_many_conditions(count, most));
    }
    let (mut hash, mut range) = (None, None);
    let mut strange = false;
    for (name, test) in tests {
        if name == key.hash {
            hash = Some(test);
        } else if Some(&name) == key.range.as_ref() {
            range = Some(test);
        } else {
            strange = true;
        }
    }
    let Some(hash) = hash else { return Err(errors::missed_key(&key.hash)) };
    if strange {
        return Err(match &key.range {
            Some(name) if range.is_none() => errors::missed_key(name),
            Some(_) | None => errors::unsupported_key_condition(),
        });
    }
    let KeyTest::Compare(Comparator::Eq, hash) = hash else {
        return Err(errors::unsupported_key_condition());
    };
    if hash.kind() != kind_of(&key.hash) {
        return Err(errors::condition_type());
    }
    check_not_empty(&key.hash, &hash)?;
    if let (Some(test), Some(name)) = (&range, &key.range) {
        let kind = kind_of(name);
        let values = match test {
            KeyTest::Compare(_, value) | KeyTest::BeginsWith(value) => vec![value],
            KeyTest::Between(low, high) => {
                if eval::order(low, high).is_some_and(std::cmp::Ordering::is_gt) {
                    return Err(errors::bounds_crossed(low, high));
                }
                vec![low, high]
            }
        };
        for value in values {
            if value.kind() != kind {
                return Err(errors::condition_type());
            }
            if !matches!(test, KeyTest::BeginsWith(_)) {
                check_not_empty(name, value)?;
            }
        }
    }
    Ok(KeyRange { hash, range })
}

fn check_not_empty(name: &str, value: &Attr) -> ApiResult<()> {
    match value {
        Attr::S(text) if text.is_empty() => Err(errors::empty_key("string", name)),
        Attr::B(bytes) if bytes.is_empty() => Err(errors::empty_key("binary", name)),
        Attr::S(_)
        | Attr::N(_)
        | Attr::B(_)
        | Attr::Bool(_)
        | Attr::Null
        | Attr::M(_)
        | Attr::L(_)
        | Attr::Ss(_)
        | Attr::Ns(_)
        | Attr::Bs(_) => Ok(()),
    }
}
