//! Functions on texts. Lengths and places count characters.

use super::super::error::Error;
use super::super::eval::Evaluator;
use super::super::item::Item;
use super::Arguments;
use crate::value;
use base64::{Engine, engine::general_purpose::STANDARD};

/// A value as text, as `&` and `$string` have it: texts as they are, functions empty, the rest as JSON.
pub(in crate::jsonata) fn to_text(item: &Item) -> Result<String, Error> {
    Ok(match item {
        Item::Nothing | Item::Function(_) => String::new(),
        Item::Text(text) => text.to_string(),
        other => value::javascript_text(&other.clone().into_json().unwrap_or_default(), None),
    })
}

pub(super) fn string(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (item, pretty) = (given.next(), given.next());
    let text = match (&item, pretty.is_true()) {
        (Item::Nothing, _) => return Ok(Item::Nothing),
        (Item::Array(_) | Item::Object(_), true) => {
            value::javascript_text(&item.into_json().unwrap_or_default(), Some(2))
        }
        _ => to_text(&item)?,
    };
    cx.charge(text.len() / 16)?;
    Ok(Item::text(&text))
}

pub(super) fn length(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let text = Arguments::of(arguments).text();
    Ok(text.map_or(Item::Nothing, |text| Item::count(text.chars().count())))
}

pub(super) fn substring(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let Some(text) = given.text() else { return Ok(Item::Nothing) };
    let (start, count) = (given.number().unwrap_or(0.0), given.number());
    let length = text.chars().count() as f64;
    let start = if length + start < 0.0 { 0.0 } else { start };
    let end = match count {
        Some(count) if count <= 0.0 => return Ok(Item::text("")),
        Some(count) if start >= 0.0 => start + count,
        Some(count) => length + start + count,
        None => length,
    };
    // Places from the end, and parts of numbers, as `Array.prototype.slice` takes them.
    let place = |at: f64| {
        let at = libm::trunc(at);
        (if at < 0.0 { length + at } else { at }).clamp(0.0, length) as usize
    };
    let (from, to) = (place(start), place(end));
    let part: String = text.chars().take(to).skip(from).collect();
    Ok(Item::text(&part))
}

fn around(arguments: Vec<Item>, part: fn(&str, usize, usize) -> &str) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let Some(text) = given.text() else { return Ok(Item::Nothing) };
    let Some(mark) = given.text() else { return Ok(Item::Text(text)) };
    Ok(match text.find(&*mark) {
        Some(at) => Item::text(part(&text, at, mark.len())),
        None => Item::Text(text),
    })
}

pub(super) fn substring_before(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    around(arguments, |text, at, _| &text[..at])
}

pub(super) fn substring_after(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    around(arguments, |text, at, length| &text[at + length..])
}

fn changed(arguments: Vec<Item>, change: fn(&str) -> String) -> Result<Item, Error> {
    let text = Arguments::of(arguments).text();
    Ok(text.map_or(Item::Nothing, |text| Item::text(&change(&text))))
}

pub(super) fn lowercase(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    changed(arguments, str::to_lowercase)
}

pub(super) fn uppercase(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    changed(arguments, str::to_uppercase)
}

/// Runs of blanks become one blank; none is left at either end.
pub(super) fn trim(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    changed(arguments, |text| {
        let words = text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    })
}

/// To a width: a negative one pads at the start.
pub(super) fn pad(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let Some(text) = given.text() else { return Ok(Item::Nothing) };
    let width = libm::trunc(given.number().unwrap_or(0.0));
    let filler = given.text().filter(|filler| !filler.is_empty());
    let missing = width.abs() - text.chars().count() as f64;
    if missing <= 0.0 {
        return Ok(Item::Text(text));
    }
    cx.charge(missing as usize)?;
    let filler = filler.as_deref().unwrap_or(" ");
    let padding: String = filler.chars().cycle().take(missing as usize).collect();
    Ok(Item::text(&if width > 0.0 { format!("{text}{padding}") } else { format!("{padding}{text}") }))
}

pub(super) fn join(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let Item::Array(list) = given.next() else { return Ok(Item::Nothing) };
    let separator = given.text();
    let parts: Vec<&str> = list.items.iter().filter_map(Item::as_text).collect();
    let joined = parts.join(separator.as_deref().unwrap_or(""));
    cx.charge(joined.len() / 16)?;
    Ok(Item::text(&joined))
}

pub(super) fn base64_encode(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    changed(arguments, |text| STANDARD.encode(text))
}

pub(super) fn base64_decode(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    changed(arguments, |text| {
        let padded = text.trim_end_matches('=');
        let bytes = base64::engine::general_purpose::STANDARD_NO_PAD.decode(padded).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
