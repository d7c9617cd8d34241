//! Functions that take functions.

use super::super::error::Error;
use super::super::eval::{Evaluator, merge_sort};
use super::super::item::{Item, List};
use super::Arguments;
use indexmap::IndexMap;
use std::cmp::Ordering;
use std::rc::Rc;

fn arity(function: &Item) -> usize {
    match function {
        Item::Function(function) => function.arity(),
        _ => 0,
    }
}

/// Calls a function with a value, and with its place and the whole if it takes them.
fn call(cx: &mut Evaluator, function: &Item, value: Item, place: Item, whole: &Item) -> Result<Item, Error> {
    let mut arguments = vec![value];
    let takes = arity(function);
    if takes >= 2 {
        arguments.push(place);
    }
    if takes >= 3 {
        arguments.push(whole.clone());
    }
    cx.apply(function, arguments, &Item::Null)
}

/// The array and the function that the signature `<af>` lets through.
fn list_and_function(arguments: Vec<Item>) -> Option<(Item, Rc<List>, Item)> {
    let mut given = Arguments::of(arguments);
    let whole = given.next();
    let Item::Array(list) = &whole else { return None };
    let list = list.clone();
    Some((whole, list, given.next()))
}

pub(super) fn map(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let Some((whole, list, function)) = list_and_function(arguments) else { return Ok(Item::Nothing) };
    let mut out = Vec::with_capacity(list.items.len());
    for (index, item) in list.items.iter().enumerate() {
        let result = call(cx, &function, item.clone(), Item::count(index), &whole)?;
        if !result.is_nothing() {
            out.push(result);
        }
    }
    Ok(Item::sequence(out))
}

pub(super) fn filter(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let Some((whole, list, function)) = list_and_function(arguments) else { return Ok(Item::Nothing) };
    let mut out = Vec::new();
    for (index, item) in list.items.iter().enumerate() {
        if call(cx, &function, item.clone(), Item::count(index), &whole)?.is_true() {
            out.push(item.clone());
        }
    }
    Ok(Item::sequence(out))
}

pub(super) fn single(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let Some((whole, list, function)) = list_and_function(arguments) else { return Ok(Item::Nothing) };
    let mut found = None;
    for (index, item) in list.items.iter().enumerate() {
        let hit =
            function.is_nothing() || call(cx, &function, item.clone(), Item::count(index), &whole)?.is_true();
        if hit && found.replace(item.clone()).is_some() {
            return Err(Error::new("D3138"));
        }
    }
    found.ok_or_else(|| Error::new("D3139"))
}

pub(super) fn reduce(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let whole = given.next();
    let Item::Array(list) = &whole else { return Ok(Item::Nothing) };
    let (function, start) = (given.next(), given.next());
    let takes = arity(&function);
    if takes < 2 {
        return Err(Error::new("D3050"));
    }
    let skip = usize::from(start.is_nothing() && !list.items.is_empty());
    let mut result = if skip == 1 { list.items[0].clone() } else { start };
    for (index, item) in list.items.iter().enumerate().skip(skip) {
        let mut arguments = vec![result, item.clone()];
        if takes >= 3 {
            arguments.push(Item::count(index));
        }
        if takes >= 4 {
            arguments.push(whole.clone());
        }
        result = cx.apply(&function, arguments, &Item::Null)?;
    }
    Ok(result)
}

pub(super) fn each(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (object, function) = (given.next(), given.next());
    let mut out = Vec::new();
    for (key, value) in object.members() {
        let result = call(cx, &function, value, Item::Text(key), &object)?;
        if !result.is_nothing() {
            out.push(result);
        }
    }
    Ok(Item::sequence(out))
}

pub(super) fn sift(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (object, function) = (given.next(), given.next());
    let mut out = IndexMap::new();
    for (key, value) in object.members() {
        if call(cx, &function, value.clone(), Item::Text(key.clone()), &object)?.is_true() {
            out.insert(key, value);
        }
    }
    Ok(if out.is_empty() { Item::Nothing } else { Item::object(out) })
}

/// By a function that says whether the first of two belongs behind the second; without one, texts or numbers.
pub(super) fn sort(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let Some((whole, list, function)) = list_and_function(arguments) else { return Ok(Item::Nothing) };
    if list.items.len() <= 1 {
        return Ok(whole);
    }
    let items = list.items.clone();
    if function.is_nothing() {
        let texts = items.iter().all(|item| matches!(item, Item::Text(_)));
        let numbers = items.iter().all(|item| matches!(item, Item::Number(_)));
        if !texts && !numbers {
            return Err(Error::new("D3070"));
        }
    }
    let sorted = merge_sort(items, &mut |a, b| {
        cx.charge(1)?;
        match &function {
            Item::Nothing => Ok(a.order(b) == Some(Ordering::Greater)),
            function => Ok(cx.apply(function, vec![a.clone(), b.clone()], &Item::Null)?.is_true()),
        }
    })?;
    Ok(Item::array(sorted))
}
