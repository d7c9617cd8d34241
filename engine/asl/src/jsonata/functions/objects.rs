//! Functions on objects, and on any value.

use super::super::error::Error;
use super::super::eval::{self, Evaluator};
use super::super::item::Item;
use super::Arguments;
use indexmap::{IndexMap, IndexSet};
use std::sync::Arc;

pub(super) fn keys(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut found: IndexSet<Arc<str>> = IndexSet::new();
    let mut waiting = vec![Arguments::of(arguments).next()];
    while let Some(item) = waiting.pop() {
        cx.charge(1)?;
        match &item {
            Item::Array(list) => waiting.extend(list.items.iter().rev().cloned()),
            other => found.extend(other.members().into_iter().map(|(key, _)| key)),
        }
    }
    Ok(Item::sequence(found.into_iter().map(Item::Text).collect()))
}

pub(super) fn lookup(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let item = given.next();
    Ok(given.text().map_or(Item::Nothing, |key| eval::lookup(&item, &key)))
}

/// An object for each member.
pub(super) fn spread(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let item = Arguments::of(arguments).next();
    if !matches!(item, Item::Object(_) | Item::Array(_)) {
        return Ok(item);
    }
    let mut out = Vec::new();
    let mut waiting = vec![item];
    while let Some(item) = waiting.pop() {
        cx.charge(1)?;
        match item {
            Item::Array(list) => waiting.extend(list.items.iter().rev().cloned()),
            Item::Object(_) => {
                for (key, value) in item.members() {
                    out.push(Item::object(IndexMap::from([(key, value)])));
                }
            }
            other => out.push(other),
        }
    }
    Ok(Item::sequence(out))
}

pub(super) fn merge(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let Item::Array(list) = Arguments::of(arguments).next() else { return Ok(Item::Nothing) };
    let mut out = IndexMap::new();
    for item in &list.items {
        for (key, value) in item.members() {
            cx.charge(1)?;
            out.insert(key, value);
        }
    }
    Ok(Item::object(out))
}

pub(super) fn clone(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    Ok(Arguments::of(arguments).next().deep_copy())
}

pub(super) fn boolean(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    Ok(Arguments::of(arguments).next().truth().map_or(Item::Nothing, Item::Bool))
}

pub(super) fn not(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    Ok(Arguments::of(arguments).next().truth().map_or(Item::Nothing, |truth| Item::Bool(!truth)))
}

pub(super) fn exists(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    Ok(Item::Bool(!Arguments::of(arguments).next().is_nothing()))
}

pub(super) fn type_of(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    Ok(Item::text(match Arguments::of(arguments).next() {
        Item::Nothing => return Ok(Item::Nothing),
        Item::Null => "null",
        Item::Bool(_) => "boolean",
        Item::Number(_) => "number",
        Item::Text(_) => "string",
        Item::Array(_) => "array",
        Item::Object(_) | Item::Tuple(_) => "object",
        Item::Function(_) => "function",
    }))
}

pub(super) fn error(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let text = Arguments::of(arguments).text().filter(|text| !text.is_empty());
    Err(Error::new("D3137").with("message", text.as_deref().unwrap_or("$error() function evaluated")))
}

pub(super) fn assert(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    if given.next().is_true() {
        return Ok(Item::Nothing);
    }
    let text = given.text().filter(|text| !text.is_empty());
    Err(Error::new("D3141").with("message", text.as_deref().unwrap_or("$assert() statement failed")))
}
