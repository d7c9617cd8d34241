//! Functions on arrays.

use super::super::error::Error;
use super::super::eval::{self, Evaluator};
use super::super::item::{Item, List};
use super::Arguments;
use std::rc::Rc;

pub(super) fn count(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let list = Arguments::of(arguments).next();
    Ok(Item::count(list.as_list().map_or(0, |list| list.items.len())))
}

pub(super) fn append(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let joined = eval::append(given.next(), given.next());
    cx.charge(joined.as_list().map_or(0, |list| list.items.len()))?;
    Ok(joined)
}

pub(super) fn reverse(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let item = Arguments::of(arguments).next();
    let Item::Array(list) = &item else { return Ok(Item::Nothing) };
    if list.items.len() <= 1 {
        return Ok(item);
    }
    cx.charge(list.items.len())?;
    Ok(Item::array(list.items.iter().rev().cloned().collect()))
}

pub(super) fn shuffle(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let item = Arguments::of(arguments).next();
    let Item::Array(list) = &item else { return Ok(Item::Nothing) };
    let mut items = list.items.clone();
    cx.charge(items.len())?;
    for at in (1..items.len()).rev() {
        items.swap(at, cx.draws.below(at as u64 + 1) as usize);
    }
    Ok(Item::array(items))
}

/// Each value once. Only values with the same text are compared, so that many are as quick as few.
pub(super) fn distinct(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let item = Arguments::of(arguments).next();
    let Item::Array(list) = &item else { return Ok(item) };
    if list.items.len() <= 1 {
        return Ok(item);
    }
    cx.charge(list.items.len())?;
    let mut seen = std::collections::BTreeSet::new();
    let mut out = Vec::new();
    for item in &list.items {
        let text = match item.clone().into_json() {
            Some(value) if !matches!(item, Item::Function(_)) => crate::value::canonical_text(&value),
            _ => format!("function {}", out.len()),
        };
        if seen.insert(text) {
            out.push(item.clone());
        }
    }
    Ok(Item::Array(Rc::new(List { sequence: list.sequence, ..List::of(out) })))
}

/// The first items, the second ones, and so on, as far as all have some.
pub(super) fn zip(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let lists: Vec<Vec<Item>> = arguments.into_iter().map(Item::into_items).collect();
    let length = lists.iter().map(Vec::len).min().unwrap_or(0);
    cx.charge(length.saturating_mul(lists.len()))?;
    let tuple = |at: usize| Item::array(lists.iter().map(|list| list[at].clone()).collect());
    Ok(Item::array((0..length).map(tuple).collect()))
}
