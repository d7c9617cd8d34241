//! Functions on numbers.

use super::super::error::Error;
use super::super::eval::{Evaluator, out_of_range};
use super::super::item::Item;
use super::Arguments;

/// The numbers of the only argument, which its signature made an array of numbers.
fn all(arguments: Vec<Item>) -> Option<Vec<f64>> {
    match Arguments::of(arguments).next() {
        Item::Array(list) => Some(list.items.iter().filter_map(Item::as_number).collect()),
        _ => None,
    }
}

fn finite(number: f64) -> Result<Item, Error> {
    if number.is_finite() { Ok(Item::number(number)) } else { Err(out_of_range(number)) }
}

pub(super) fn sum(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    all(arguments).map_or(Ok(Item::Nothing), |numbers| finite(numbers.iter().sum::<f64>() + 0.0))
}

pub(super) fn average(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    match all(arguments) {
        Some(numbers) if !numbers.is_empty() => finite(numbers.iter().sum::<f64>() / numbers.len() as f64),
        _ => Ok(Item::Nothing),
    }
}

pub(super) fn max(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let largest = all(arguments).and_then(|numbers| numbers.into_iter().reduce(f64::max));
    Ok(largest.map_or(Item::Nothing, Item::number))
}

pub(super) fn min(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let least = all(arguments).and_then(|numbers| numbers.into_iter().reduce(f64::min));
    Ok(least.map_or(Item::Nothing, Item::number))
}

fn changed(arguments: Vec<Item>, change: fn(f64) -> f64) -> Result<Item, Error> {
    Ok(Arguments::of(arguments).number().map_or(Item::Nothing, |number| Item::number(change(number))))
}

pub(super) fn abs(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    changed(arguments, f64::abs)
}

pub(super) fn floor(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    changed(arguments, libm::floor)
}

pub(super) fn ceil(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    changed(arguments, libm::ceil)
}

pub(super) fn round(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let Some(number) = given.number() else { return Ok(Item::Nothing) };
    Ok(Item::number(round_even(number, given.number().unwrap_or(0.0) as i32)))
}

/// Rounds halves to even at a number of decimals (negative: before the point). The point is moved in the number's
/// text, where no digit gets lost.
pub(super) fn round_even(number: f64, decimals: i32) -> f64 {
    let shifted = shift(number, decimals);
    let mut whole = libm::floor(shifted + 0.5);
    if (whole - shifted).abs() == 0.5 && libm::fmod(whole, 2.0).abs() == 1.0 {
        whole -= 1.0;
    }
    shift(whole, -decimals) + 0.0
}

/// Times a power of ten.
fn shift(number: f64, places: i32) -> f64 {
    if places == 0 {
        return number;
    }
    let text = format!("{number:e}");
    let Some((digits, power)) = text.split_once('e') else { return number };
    let power: i32 = power.parse().unwrap_or(0);
    format!("{digits}e{}", power.saturating_add(places)).parse().unwrap_or(number)
}

pub(super) fn sqrt(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    match Arguments::of(arguments).number() {
        None => Ok(Item::Nothing),
        Some(number) if number < 0.0 => Err(Error::new("D3060").with_value("value", &Item::number(number))),
        Some(number) => Ok(Item::number(libm::sqrt(number))),
    }
}

pub(super) fn power(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (Some(base), exponent) = (given.number(), given.number()) else { return Ok(Item::Nothing) };
    let exponent = exponent.unwrap_or(f64::NAN);
    let result = libm::pow(base, exponent);
    match result.is_finite() {
        true => Ok(Item::number(result)),
        false => Err(Error::new("D3061")
            .with_value("value", &Item::number(base))
            .with_value("exp", &Item::number(exponent))),
    }
}

/// From a boolean, or a text in decimal, hexadecimal (`0x`), octal (`0o`) or binary (`0b`) digits.
pub(super) fn number(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let item = Arguments::of(arguments).next();
    let found = match &item {
        Item::Nothing | Item::Number(_) => return Ok(item),
        Item::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Item::Text(text) => from_text(text),
        _ => None,
    };
    found.map(Item::number).ok_or_else(|| Error::new("D3030").with_value("value", &item))
}

fn from_text(text: &str) -> Option<f64> {
    let radix = |prefixes: [&str; 2], radix: u32| {
        let digits = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix))?;
        let valid = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        let value = |sum: f64, c: char| sum * f64::from(radix) + f64::from(c.to_digit(radix).unwrap_or(0));
        valid.then(|| digits.chars().fold(0.0, value))
    };
    let special =
        radix(["0x", "0X"], 16).or_else(|| radix(["0o", "0O"], 8)).or_else(|| radix(["0b", "0B"], 2));
    if special.is_some() {
        return special;
    }
    let bytes = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = digits(0);
    if at == 0 {
        return None;
    }
    if bytes.get(at) == Some(&b'.') {
        let decimals = digits(at + 1);
        at += if decimals > 0 { 1 + decimals } else { 0 };
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let from = (at + 1 + sign).min(bytes.len());
        let power = digits(from);
        at += if power > 0 { 1 + sign + power } else { 0 };
    }
    let number: f64 = text.parse().ok()?;
    (at == bytes.len() && number.is_finite()).then_some(number)
}

pub(super) fn format_base(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let Some(number) = given.number() else { return Ok(Item::Nothing) };
    let number = round_even(number, 0);
    let radix = round_even(given.number().unwrap_or(10.0), 0);
    if !(2.0..=36.0).contains(&radix) {
        return Err(Error::new("D3100").with_value("value", &Item::number(radix)));
    }
    let mut digits = Vec::new();
    let mut rest = number.abs();
    loop {
        let digit = libm::fmod(rest, radix) as u32;
        digits.push(char::from_digit(digit, radix as u32).unwrap_or('0'));
        rest = libm::floor(rest / radix);
        if rest < 1.0 {
            break;
        }
    }
    if number < 0.0 {
        digits.push('-');
    }
    Ok(Item::text(&digits.iter().rev().collect::<String>()))
}
