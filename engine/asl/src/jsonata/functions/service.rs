//! What Step Functions adds to the language.
//!
//! Source: "JSONata functions provided by Step Functions", AWS Step Functions Developer Guide.

use super::super::error::Error;
use super::super::eval::Evaluator;
use super::super::item::Item;
use super::Arguments;
use crate::intrinsics::arrays;
use crate::{Draws, value};

/// The service's own words for an argument that it does not take, in the shape of JSONata's.
fn refused(message: String) -> Error {
    Error::new("D3137").with("message", message)
}

/// The number of an argument, rounded to a whole one.
fn whole(given: &mut Arguments) -> Option<i64> {
    given.number().map(|number| libm::floor(number + 0.5) as i64)
}

/// `$partition(array, size)`
pub(super) fn partition(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let list = given.next();
    let (Item::Array(list), Some(size)) = (&list, whole(&mut given)) else { return Ok(Item::Nothing) };
    cx.charge(list.items.len())?;
    match usize::try_from(size) {
        Ok(size @ 1..) => {
            Ok(Item::array(list.items.chunks(size).map(|chunk| Item::array(chunk.to_vec())).collect()))
        }
        _ => Err(refused(format!("The chunk size must be a positive integer but was: {size}"))),
    }
}

/// `$range(first, last, step)`
pub(super) fn range(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (Some(first), Some(last), Some(step)) = (whole(&mut given), whole(&mut given), whole(&mut given))
    else {
        return Ok(Item::Nothing);
    };
    arrays::range(first, last, step).map(|value| Item::from_json(&value)).map_err(refused)
}

/// `$hash(data, algorithm)`
pub(super) fn hash(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (Some(text), Some(algorithm)) = (given.text(), given.text()) else { return Ok(Item::Nothing) };
    let digest = value::hash(&text, &algorithm);
    let digest = digest.ok_or_else(|| {
        let known = "MD5, SHA-1, SHA-256, SHA-384, SHA-512";
        refused(format!("Unknown hash algorithm: {algorithm}. Valid algorithms: {known}"))
    })?;
    Ok(Item::text(&digest))
}

/// `$random()`, `$random(seed)`: from 0 (included) to 1 (excluded). A seed gives the same number each time.
pub(super) fn random(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    const BITS: u64 = 1 << 53;
    let drawn = match Arguments::of(arguments).number() {
        Some(seed) => Draws::new(libm::floor(seed + 0.5) as i64 as u64).below(BITS),
        None => cx.draws.below(BITS),
    };
    Ok(Item::number(drawn as f64 / BITS as f64))
}

/// `$uuid()`
pub(super) fn uuid(cx: &mut Evaluator, _: Vec<Item>) -> Result<Item, Error> {
    Ok(Item::text(&cx.draws.uuid()))
}

/// `$parse(text)`: the value of a JSON text.
pub(super) fn parse(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let Some(text) = Arguments::of(arguments).text() else { return Ok(Item::Nothing) };
    cx.charge(text.len() / 4)?;
    let parsed = value::parse(&text);
    let parsed = parsed.map_err(|_| refused(format!("Unable to parse the string as JSON: {text}")))?;
    Ok(Item::from_json(&parsed))
}
