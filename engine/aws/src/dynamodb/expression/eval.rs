//! Conditions, asked of an item.

use super::ast::{Comparator, Condition, Function, Operand, Path, Step};
use crate::dynamodb::attr::{Attr, Item};
use crate::dynamodb::number::Number;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The value at a path.
pub fn at<'i>(item: &'i Item, path: &Path) -> Option<&'i Attr> {
    let mut steps = path.0.iter();
    let mut value = item.get(path.head())?;
    steps.next();
    for step in steps {
        value = match (value, step) {
            (Attr::M(inner), Step::Name(name)) => inner.get(name)?,
            (Attr::L(items), Step::Index(index)) => items.get(*index)?,
            _ => return None,
        };
    }
    Some(value)
}

/// How two values of one ordered type compare.
pub fn order(left: &Attr, right: &Attr) -> Option<Ordering> {
    match (left, right) {
        (Attr::S(a), Attr::S(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Attr::N(a), Attr::N(b)) => Some(a.cmp(b)),
        (Attr::B(a), Attr::B(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

pub fn compare(comparator: Comparator, left: &Attr, right: &Attr) -> bool {
    match comparator {
        Comparator::Eq => left == right,
        Comparator::Ne => left != right,
        Comparator::Lt => order(left, right).is_some_and(Ordering::is_lt),
        Comparator::Le => order(left, right).is_some_and(Ordering::is_le),
        Comparator::Gt => order(left, right).is_some_and(Ordering::is_gt),
        Comparator::Ge => order(left, right).is_some_and(Ordering::is_ge),
    }
}

/// What `size` says of a value; numbers, booleans and nulls have no size.
fn size(value: &Attr) -> Option<usize> {
    match value {
        Attr::S(text) => Some(text.chars().count()),
        Attr::B(bytes) => Some(bytes.len()),
        Attr::M(item) => Some(item.len()),
        Attr::L(items) => Some(items.len()),
        Attr::Ss(texts) => Some(texts.len()),
        Attr::Ns(numbers) => Some(numbers.len()),
        Attr::Bs(blobs) => Some(blobs.len()),
        Attr::N(_) | Attr::Bool(_) | Attr::Null => None,
    }
}

/// The value of an operand; nothing where the item has none.
fn value<'v>(item: &'v Item, operand: &'v Operand) -> Option<Cow<'v, Attr>> {
    match operand {
        Operand::Path(path) => at(item, path).map(Cow::Borrowed),
        Operand::Value(value) => Some(Cow::Borrowed(value)),
        Operand::Function(function) => {
            let of = value(item, function.arguments.first()?)?;
            let count = i64::try_from(size(&of)?).ok()?;
            Some(Cow::Owned(Attr::N(Number::from_i64(count))))
        }
        // Sums are in updates only, and every placeholder was filled.
        Operand::Placeholder(_) | Operand::Plus(_) | Operand::Minus(_) => None,
    }
}

/// Whether the condition holds for an item; one that does not exist has no attributes.
pub fn holds(condition: &Condition, item: &Item) -> bool {
    match condition {
        Condition::And(sides) => holds(&sides.0, item) && holds(&sides.1, item),
        Condition::Or(sides) => holds(&sides.0, item) || holds(&sides.1, item),
        Condition::Not(inner) => !holds(inner, item),
        Condition::Compare(comparator, left, right) => match (value(item, left), value(item, right)) {
            (Some(left), Some(right)) => compare(*comparator, &left, &right),
            // What is not there differs from everything.
            (None, _) | (_, None) => *comparator == Comparator::Ne,
        },
        Condition::Between(operand, low, high) => {
            let (Some(operand), Some(low), Some(high)) =
                (value(item, operand), value(item, low), value(item, high))
            else {
                return false;
            };
            compare(Comparator::Ge, &operand, &low) && compare(Comparator::Le, &operand, &high)
        }
        Condition::In(operand, choices) => {
            let Some(operand) = value(item, operand) else { return false };
            choices.iter().any(|choice| value(item, choice).is_some_and(|choice| *choice == *operand))
        }
        Condition::Function(function) => function_holds(function, item),
    }
}

fn function_holds(function: &Function, item: &Item) -> bool {
    let argument = |at: usize| function.arguments.get(at).and_then(|operand| value(item, operand));
    let Some(first) = argument(0) else { return function.name == "attribute_not_exists" };
    match function.name.as_str() {
        "attribute_exists" => true,
        "attribute_type" => matches!(argument(1).as_deref(), Some(Attr::S(kind)) if kind == first.kind()),
        "begins_with" => match (&*first, argument(1).as_deref()) {
            (Attr::S(text), Some(Attr::S(start))) => text.starts_with(start.as_str()),
            (Attr::B(bytes), Some(Attr::B(start))) => bytes.starts_with(start),
            _ => false,
        },
        "contains" => argument(1).is_some_and(|part| contains(&first, &part)),
        _ => false,
    }
}

fn contains(whole: &Attr, part: &Attr) -> bool {
    match (whole, part) {
        (Attr::S(text), Attr::S(part)) => text.contains(part.as_str()),
        (Attr::B(bytes), Attr::B(part)) => {
            part.is_empty() || bytes.windows(part.len().max(1)).any(|window| window == &part[..])
        }
        (Attr::Ss(texts), Attr::S(text)) => texts.binary_search(text).is_ok(),
        (Attr::Ns(numbers), Attr::N(number)) => numbers.binary_search(number).is_ok(),
        (Attr::Bs(blobs), Attr::B(blob)) => blobs.binary_search(blob).is_ok(),
        (Attr::L(items), part) => items.contains(part),
        _ => false,
    }
}
