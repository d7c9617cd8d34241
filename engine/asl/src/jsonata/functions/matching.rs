//! Functions that look for texts and patterns in texts. A pattern is a regular expression, or any function that
//! answers as one does: `{match, start, end, groups, next}`.

use super::super::error::Error;
use super::super::eval::Evaluator;
use super::super::function::Function;
use super::super::item::Item;
use super::super::regex::Pattern;
use super::{Arguments, strings};
use indexmap::IndexMap;
use std::rc::Rc;
use std::sync::Arc;

/// A match found in a text: places count UTF-16, as JavaScript and Java do.
struct Found {
    text: Arc<str>,
    start: usize,
    groups: Vec<Item>,
    next: Item,
}

/// What calling a pattern gives: the first match from a place (in bytes), or nothing.
pub(in crate::jsonata) fn match_object(
    pattern: &Arc<Pattern>,
    text: &Arc<str>,
    from: usize,
    again: bool,
) -> Result<Item, Error> {
    // The search for another match ends with the text, so an empty one at its end is not found twice.
    if again && from >= text.len() {
        return Ok(Item::Nothing);
    }
    let Some(found) = pattern.find(text, from) else { return Ok(Item::Nothing) };
    if again && found.start == found.end {
        return Err(Error::new("D1004").with_value("value", &Item::text(&pattern.source)));
    }
    let units = |to: usize| text[..to].encode_utf16().count();
    let group = |group: &Option<String>| group.as_ref().map_or(Item::Nothing, |group| Item::text(group));
    let next = Function::Next(pattern.clone(), text.clone(), found.end);
    let members: [(&str, Item); 5] = [
        ("match", Item::text(&text[found.start..found.end])),
        ("start", Item::count(units(found.start))),
        ("end", Item::count(units(found.end))),
        ("groups", Item::array(found.groups.iter().map(group).collect())),
        ("next", Item::Function(Rc::new(next))),
    ];
    let mut out = IndexMap::new();
    for (name, value) in members {
        out.insert(Arc::from(name), value);
    }
    Ok(Item::object(out))
}

/// Calls a matcher and reads its answer.
fn found(cx: &mut Evaluator, matcher: &Item, arguments: Vec<Item>) -> Result<Option<Found>, Error> {
    let answer = cx.apply(matcher, arguments, &Item::Null)?;
    let Item::Object(members) = &answer else {
        return if answer.is_nothing() { Ok(None) } else { Err(Error::new("T1010")) };
    };
    let members = members.map.borrow();
    let member = |name: &str| members.get(name).cloned().unwrap_or(Item::Nothing);
    match (member("match"), member("start"), member("groups")) {
        (Item::Text(text), Item::Number(start), Item::Array(groups)) => Ok(Some(Found {
            text,
            start: start.as_u64().unwrap_or(0) as usize,
            groups: groups.items.clone(),
            next: member("next"),
        })),
        _ => Err(Error::new("T1010")),
    }
}

/// All matches in a text, up to a limit.
fn all(cx: &mut Evaluator, text: &Arc<str>, matcher: &Item, limit: Option<f64>) -> Result<Vec<Found>, Error> {
    let mut out = Vec::new();
    let mut next = found(cx, matcher, vec![Item::Text(text.clone())])?;
    while let Some(one) = next {
        if limit.is_some_and(|limit| out.len() as f64 >= limit) {
            break;
        }
        cx.charge(1)?;
        let go_on = one.next.clone();
        out.push(one);
        next = match go_on {
            Item::Function(_) => found(cx, &go_on, Vec::new())?,
            _ => None,
        };
    }
    Ok(out)
}

/// The byte at which a place in UTF-16 lies.
fn byte_at(text: &str, units: usize) -> usize {
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += c.len_utf16();
    }
    text.len()
}

fn limit_of(given: &mut Arguments, code: &'static str) -> Result<Option<f64>, Error> {
    let limit = given.number();
    if limit.is_some_and(|limit| limit < 0.0) { Err(Error::new(code)) } else { Ok(limit) }
}

pub(super) fn contains(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (Some(text), wanted) = (given.text(), given.next()) else { return Ok(Item::Nothing) };
    match wanted {
        Item::Nothing => Ok(Item::Nothing),
        Item::Text(part) => Ok(Item::Bool(text.contains(&*part))),
        matcher => Ok(Item::Bool(found(cx, &matcher, vec![Item::Text(text)])?.is_some())),
    }
}

pub(super) fn matches(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (Some(text), matcher) = (given.text(), given.next()) else { return Ok(Item::Nothing) };
    let limit = limit_of(&mut given, "D3040")?;
    let mut out = Vec::new();
    if limit.is_none_or(|limit| limit > 0.0) {
        for one in all(cx, &text, &matcher, limit)? {
            let mut members = IndexMap::new();
            members.insert(Arc::from("match"), Item::Text(one.text));
            members.insert(Arc::from("index"), Item::count(one.start));
            members.insert(Arc::from("groups"), Item::array(one.groups));
            out.push(Item::object(members));
        }
    }
    Ok(Item::sequence(out))
}

pub(super) fn split(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (Some(text), separator) = (given.text(), given.next()) else { return Ok(Item::Nothing) };
    let limit = limit_of(&mut given, "D3020")?;
    let most = limit.map_or(usize::MAX, |limit| libm::floor(limit) as usize);
    let mut parts: Vec<Item> = Vec::new();
    match separator {
        Item::Text(separator) if separator.is_empty() => {
            let mut buffer = [0; 4];
            parts.extend(text.chars().take(most).map(|c| Item::text(c.encode_utf8(&mut buffer))));
        }
        Item::Text(separator) => parts.extend(text.split(&*separator).take(most).map(Item::text)),
        Item::Nothing => parts.push(Item::Text(text)),
        matcher if most > 0 => {
            let mut start = 0;
            for one in all(cx, &text, &matcher, limit)? {
                let at = byte_at(&text, one.start);
                parts.push(Item::text(text.get(start..at).unwrap_or_default()));
                start = at + one.text.len();
            }
            if limit.is_none_or(|limit| (parts.len() as f64) < limit) {
                parts.push(Item::text(text.get(start..).unwrap_or_default()));
            }
        }
        _ => {}
    }
    cx.charge(parts.len())?;
    Ok(Item::array(parts))
}

pub(super) fn replace(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let Some(text) = given.text() else { return Ok(Item::Nothing) };
    let (pattern, replacement) = (given.next(), given.next());
    if pattern.as_text() == Some("") {
        return Err(Error::new("D3010"));
    }
    let limit = limit_of(&mut given, "D3011")?;
    if limit.is_some_and(|limit| limit <= 0.0) {
        return Ok(Item::Text(text));
    }
    let mut out = String::new();
    if let Item::Text(pattern) = &pattern {
        // A text is replaced by a text as it is; `$` has no meaning there.
        let most = limit.map_or(usize::MAX, |limit| libm::ceil(limit) as usize);
        out = text.replacen(&**pattern, &strings::to_text(&replacement)?, most);
        cx.charge(out.len() / 16)?;
        return Ok(Item::text(&out));
    }
    let mut start = 0;
    for one in all(cx, &text, &pattern, limit)? {
        let at = byte_at(&text, one.start);
        out.push_str(text.get(start..at).unwrap_or_default());
        start = at + one.text.len();
        match &replacement {
            Item::Text(template) => substitute(template, &one, &mut out),
            function => {
                let mut members = IndexMap::new();
                members.insert(Arc::from("match"), Item::Text(one.text.clone()));
                members.insert(Arc::from("start"), Item::count(one.start));
                members.insert(Arc::from("end"), Item::count(one.start + one.text.encode_utf16().count()));
                members.insert(Arc::from("groups"), Item::array(one.groups.clone()));
                let new = cx.apply(function, vec![Item::object(members)], &Item::Null)?;
                match new {
                    Item::Text(new) => out.push_str(&new),
                    other => return Err(Error::new("D3012").with_value("value", &other)),
                }
            }
        }
        cx.charge(out.len() / 1024)?;
    }
    out.push_str(text.get(start..).unwrap_or_default());
    Ok(Item::text(&out))
}

/// Puts groups where the template says `$1`; `$0` is the whole match, `$$` a dollar sign.
fn substitute(template: &str, found: &Found, out: &mut String) {
    let count = found.groups.len();
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        if let Some(after) = rest.strip_prefix('0') {
            out.push_str(&found.text);
            rest = after;
            continue;
        }
        // As many digits as the number of groups has; one less if that names no group.
        let most = count.max(1).to_string().len();
        let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let Ok(mut index) = rest[..digits].parse::<usize>() else {
            out.push('$');
            continue;
        };
        let mut used = digits;
        if most > 1 && index > count && digits > 1 {
            used -= 1;
            index = rest[..used].parse().unwrap_or(0);
        }
        if let Some(Item::Text(group)) = index.checked_sub(1).and_then(|at| found.groups.get(at)) {
            out.push_str(group);
        }
        rest = &rest[used..];
    }
    out.push_str(rest);
}
