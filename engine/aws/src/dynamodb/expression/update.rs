//! Updates, done to an item.

use super::ast::{Operand, Path, Step, Update};
use super::eval::at;
use crate::dynamodb::attr::{Attr, Item};
use crate::dynamodb::errors;
use crate::service::ApiResult;
use nuvola_kernel::ordered::sort_by;

/// The item after the update. Every operand is taken from the item as it was.
pub fn apply(update: &Update, old: &Item) -> ApiResult<Item> {
    let mut sets = Vec::new();
    for (path, operand) in &update.set {
        sets.push((path, operand_value(old, operand)?));
    }
    let mut gone: Vec<&Path> = update.remove.iter().collect();
    for (path, operand) in &update.add {
        let Operand::Value(change) = operand else { continue };
        sets.push((path, added(at(old, path), change)?));
    }
    for (path, operand) in &update.delete {
        let (Operand::Value(change), Some(there)) = (operand, at(old, path)) else { continue };
        match without(there, change)? {
            Some(left) => sets.push((path, left)),
            None => gone.push(path),
        }
    }
    let mut item = old.clone();
    // Elements that are set beyond a list's end are appended in the order of their indexes.
    sort_by(&mut sets, |a, b| last_index(a.0).cmp(&last_index(b.0)));
    for (path, value) in sets {
        set(&mut item, path, value)?;
    }
    // From the end of each list, so that what is left to remove keeps its index.
    sort_by(&mut gone, |a, b| last_index(b).cmp(&last_index(a)));
    for path in gone {
        remove(&mut item, path)?;
    }
    Ok(item)
}

fn last_index(path: &Path) -> usize {
    if let Some(Step::Index(index)) = path.0.last() { *index } else { 0 }
}

fn operand_value(item: &Item, operand: &Operand) -> ApiResult<Attr> {
    match operand {
        Operand::Path(path) => at(item, path).cloned().ok_or_else(errors::no_such_attribute),
        Operand::Value(value) => Ok(value.clone()),
        Operand::Plus(sides) | Operand::Minus(sides) => {
            let pair = (operand_value(item, &sides.0)?, operand_value(item, &sides.1)?);
            let (Attr::N(left), Attr::N(right)) = pair else { return Err(errors::incorrect_data_type()) };
            let result =
                if matches!(operand, Operand::Plus(_)) { left.plus(right) } else { left.minus(right) };
            result.map(Attr::N).map_err(errors::number)
        }
        Operand::Function(function) => match (function.name.as_str(), function.arguments.as_slice()) {
            ("if_not_exists", [Operand::Path(path), default]) => match at(item, path) {
                Some(value) => Ok(value.clone()),
                None => operand_value(item, default),
            },
            ("list_append", [first, second]) => {
                match (operand_value(item, first)?, operand_value(item, second)?) {
                    (Attr::L(mut items), Attr::L(more)) => {
                        items.extend(more);
                        Ok(Attr::L(items))
                    }
                    _ => Err(errors::incorrect_data_type()),
                }
            }
            _ => Err(errors::incorrect_data_type()),
        },
        Operand::Placeholder(_) => Err(errors::no_such_attribute()),
    }
}

/// `ADD`: a sum, or a union.
fn added(there: Option<&Attr>, change: &Attr) -> ApiResult<Attr> {
    let Some(there) = there else { return Ok(change.clone()) };
    match (there, change) {
        (Attr::N(a), Attr::N(b)) => a.plus(*b).map(Attr::N).map_err(errors::number),
        (Attr::Ss(a), Attr::Ss(b)) => Ok(Attr::Ss(union(a, b))),
        (Attr::Ns(a), Attr::Ns(b)) => Ok(Attr::Ns(union(a, b))),
        (Attr::Bs(a), Attr::Bs(b)) => Ok(Attr::Bs(union(a, b))),
        // Of the legacy `AttributeUpdates`.
        (Attr::L(a), Attr::L(b)) => Ok(Attr::L(a.iter().chain(b).cloned().collect())),
        _ => Err(errors::incorrect_data_type()),
    }
}

fn union<T: Ord + Clone>(a: &[T], b: &[T]) -> Vec<T> {
    let mut all = a.to_vec();
    for item in b {
        if let Err(place) = all.binary_search(item) {
            all.insert(place, item.clone());
        }
    }
    all
}

/// `DELETE`: nothing is left of a set without members.
fn without(there: &Attr, change: &Attr) -> ApiResult<Option<Attr>> {
    fn rest<T: Ord + Clone>(a: &[T], b: &[T], wrap: fn(Vec<T>) -> Attr) -> Option<Attr> {
        let left: Vec<T> = a.iter().filter(|item| b.binary_search(item).is_err()).cloned().collect();
        (!left.is_empty()).then(|| wrap(left))
    }
    match (there, change) {
        (Attr::Ss(a), Attr::Ss(b)) => Ok(rest(a, b, Attr::Ss)),
        (Attr::Ns(a), Attr::Ns(b)) => Ok(rest(a, b, Attr::Ns)),
        (Attr::Bs(a), Attr::Bs(b)) => Ok(rest(a, b, Attr::Bs)),
        _ => Err(errors::incorrect_data_type()),
    }
}

/// What holds the last step of a path.
enum Holder<'i> {
    Map(&'i mut Item, &'i str),
    List(&'i mut Vec<Attr>, usize),
}

fn holder<'i>(item: &'i mut Item, path: &'i Path) -> ApiResult<Holder<'i>> {
    let Some((last, before)) = path.0.split_last() else { return Err(errors::invalid_document_path()) };
    let [first, inner @ ..] = before else {
        return Ok(Holder::Map(item, path.head()));
    };
    let Step::Name(first) = first else { return Err(errors::invalid_document_path()) };
    let mut value = item.get_mut(first).ok_or_else(errors::invalid_document_path)?;
    for step in inner {
        let next = match (value, step) {
            (Attr::M(map), Step::Name(name)) => map.get_mut(name),
            (Attr::L(items), Step::Index(index)) => items.get_mut(*index),
            _ => None,
        };
        value = next.ok_or_else(errors::invalid_document_path)?;
    }
    match (value, last) {
        (Attr::M(map), Step::Name(name)) => Ok(Holder::Map(map, name)),
        (Attr::L(items), Step::Index(index)) => Ok(Holder::List(items, *index)),
        _ => Err(errors::invalid_document_path()),
    }
}

fn set(item: &mut Item, path: &Path, value: Attr) -> ApiResult<()> {
    match holder(item, path)? {
        Holder::Map(map, name) => {
            map.insert(name.to_owned(), value);
        }
        Holder::List(items, index) => match items.get_mut(index) {
            Some(slot) => *slot = value,
            None => items.push(value),
        },
    }
    Ok(())
}

fn remove(item: &mut Item, path: &Path) -> ApiResult<()> {
    match holder(item, path)? {
        Holder::Map(map, name) => {
            map.remove(name);
        }
        Holder::List(items, index) => {
            if index < items.len() {
                items.remove(index);
            }
        }
    }
    Ok(())
}
