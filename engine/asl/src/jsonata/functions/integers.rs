//! `$formatInteger` and `$parseInteger`: digits, letters, Roman numerals, English words.

use super::super::error::Error;
use super::super::eval::Evaluator;
use super::super::item::Item;
use super::Arguments;
use super::picture::{Case, IntegerPicture, Primary};

const SMALL: [(&str, &str); 20] = [
    ("Zero", "Zeroth"),
    ("One", "First"),
    ("Two", "Second"),
    ("Three", "Third"),
    ("Four", "Fourth"),
    ("Five", "Fifth"),
    ("Six", "Sixth"),
    ("Seven", "Seventh"),
    ("Eight", "Eighth"),
    ("Nine", "Ninth"),
    ("Ten", "Tenth"),
    ("Eleven", "Eleventh"),
    ("Twelve", "Twelfth"),
    ("Thirteen", "Thirteenth"),
    ("Fourteen", "Fourteenth"),
    ("Fifteen", "Fifteenth"),
    ("Sixteen", "Sixteenth"),
    ("Seventeen", "Seventeenth"),
    ("Eighteen", "Eighteenth"),
    ("Nineteen", "Nineteenth"),
];
const TENS: [&str; 8] = ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"];
const THOUSANDS: [(&str, f64); 4] =
    [("Thousand", 1e3), ("Million", 1e6), ("Billion", 1e9), ("Trillion", 1e12)];
const ROMAN: [(f64, &str); 13] = [
    (1000.0, "m"),
    (900.0, "cm"),
    (500.0, "d"),
    (400.0, "cd"),
    (100.0, "c"),
    (90.0, "xc"),
    (50.0, "l"),
    (40.0, "xl"),
    (10.0, "x"),
    (9.0, "ix"),
    (5.0, "v"),
    (4.0, "iv"),
    (1.0, "i"),
];

pub(super) fn format_integer(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (Some(number), Some(picture)) = (given.number(), given.text()) else { return Ok(Item::Nothing) };
    cx.charge(picture.len())?;
    let picture = IntegerPicture::parse(&picture)?;
    Ok(Item::text(&format(libm::floor(number), &picture)))
}

/// A whole number as its picture says.
pub(super) fn format(number: f64, picture: &IntegerPicture) -> String {
    let value = number.abs();
    let mut text = match picture.primary {
        Primary::Letters => letters(value, if picture.case == Case::Upper { b'A' } else { b'a' }),
        Primary::Roman => roman(value),
        Primary::Words => words(value, false, picture.ordinal),
        Primary::Decimal => decimal(value, picture),
    };
    match (picture.primary, picture.case) {
        (Primary::Roman | Primary::Words, Case::Upper) => text = text.to_uppercase(),
        (Primary::Words, Case::Lower) => text = text.to_lowercase(),
        _ => {}
    }
    if number < 0.0 { format!("-{text}") } else { text }
}

fn decimal(value: f64, picture: &IntegerPicture) -> String {
    let plain = format!("{value:0>width$}", width = picture.mandatory);
    let shift = |c: char| char::from_u32(c as u32 - 0x30 + picture.zero).unwrap_or(c);
    let digits: Vec<char> = plain.chars().map(shift).collect();
    let mut out = String::new();
    for (index, digit) in digits.iter().enumerate() {
        let behind = digits.len() - index;
        let separator = match picture.regular {
            0 => picture.separators.iter().find(|(place, _)| *place == behind),
            every => picture.separators.first().filter(|_| behind.is_multiple_of(every)),
        };
        if let Some((_, separator)) = separator
            && index > 0
        {
            out.push(*separator);
        }
        out.push(*digit);
    }
    if picture.ordinal {
        let teens = plain.len() > 1 && plain.as_bytes()[plain.len() - 2] == b'1';
        out.push_str(match plain.bytes().last() {
            Some(b'1') if !teens => "st",
            Some(b'2') if !teens => "nd",
            Some(b'3') if !teens => "rd",
            _ => "th",
        });
    }
    out
}

/// As columns of spreadsheets are named: a ... z, aa, ab ...
fn letters(mut value: f64, first: u8) -> String {
    let mut out = Vec::new();
    while value > 0.0 && out.len() < 300 {
        out.push(char::from(first + libm::fmod(value - 1.0, 26.0) as u8));
        value = libm::floor((value - 1.0) / 26.0);
    }
    out.iter().rev().collect()
}

fn roman(mut value: f64) -> String {
    let mut out = String::new();
    // Millions would be thousands of letters.
    value = libm::fmod(value, 1e6);
    for (size, numeral) in ROMAN {
        while value >= size {
            out.push_str(numeral);
            value -= size;
        }
    }
    out
}

/// In English words; `after` says that a larger part stands before.
fn words(value: f64, after: bool, ordinal: bool) -> String {
    let index = value as usize;
    if value < 20.0 {
        let (cardinal, nth) = SMALL[index];
        return format!("{}{}", if after { " and " } else { "" }, if ordinal { nth } else { cardinal });
    }
    if value < 100.0 {
        let tens = TENS[index / 10 - 2];
        let start = if after { " and " } else { "" };
        return match index % 10 {
            0 if ordinal => format!("{start}{}ieth", &tens[..tens.len() - 1]),
            0 => format!("{start}{tens}"),
            rest => format!("{start}{tens}-{}", words(rest as f64, false, ordinal)),
        };
    }
    let start = if after { ", " } else { "" };
    let (head, rest) = if value < 1000.0 {
        (format!("{} Hundred", SMALL[index / 100].0), libm::fmod(value, 100.0))
    } else {
        let (name, size) = THOUSANDS.iter().rev().find(|(_, size)| value >= *size).unwrap_or(&THOUSANDS[0]);
        let count = libm::floor(value / size);
        (format!("{} {name}", words(count, false, false)), value - count * size)
    };
    let tail = match rest > 0.0 {
        true => words(rest, true, ordinal),
        false if ordinal => "th".to_string(),
        false => String::new(),
    };
    format!("{start}{head}{tail}")
}

pub(super) fn parse_integer(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (Some(text), Some(picture)) = (given.text(), given.text()) else { return Ok(Item::Nothing) };
    cx.charge(text.len())?;
    let picture = IntegerPicture::parse(&picture)?;
    Ok(parse(&text, &picture).map_or(Item::Nothing, Item::number))
}

/// The number that a text spells in the way of the picture.
pub(super) fn parse(text: &str, picture: &IntegerPicture) -> Option<f64> {
    match picture.primary {
        Primary::Letters => {
            let first = if picture.case == Case::Upper { 'A' } else { 'a' };
            Some(
                text.chars().fold(0.0, |sum, c| sum * 26.0 + (c as u32 as f64) - (first as u32 as f64) + 1.0),
            )
        }
        Primary::Roman => roman_value(text),
        Primary::Words => words_value(&text.to_lowercase()),
        Primary::Decimal => {
            let suffix = if picture.ordinal { 2 } else { 0 };
            let count = text.chars().count().saturating_sub(suffix);
            let separator = |c: &char| picture.separators.iter().any(|(_, known)| known == c);
            let mut digits = text.chars().take(count).filter(|c| !separator(c)).peekable();
            let negative = digits.next_if_eq(&'-').is_some();
            let mut value = None;
            for c in digits {
                let Some(digit) = (c as u32).checked_sub(picture.zero).filter(|digit| *digit < 10) else {
                    break;
                };
                value = Some(value.unwrap_or(0.0) * 10.0 + f64::from(digit));
            }
            value.map(|value| if negative { -value } else { value })
        }
    }
}

fn roman_value(text: &str) -> Option<f64> {
    let mut largest = 1.0;
    let mut sum = 0.0;
    for c in text.chars().rev() {
        let letter = c.to_ascii_lowercase();
        let known = ROMAN.iter().find(|(_, numeral)| numeral.len() == 1 && numeral.starts_with(letter));
        let (value, _) = known?;
        if *value < largest {
            sum -= value;
        } else {
            largest = *value;
            sum += value;
        }
    }
    Some(sum)
}

fn word_value(word: &str) -> Option<f64> {
    let small = |(index, (cardinal, nth)): (usize, &(&str, &str))| {
        (cardinal.eq_ignore_ascii_case(word) || nth.eq_ignore_ascii_case(word)).then_some(index as f64)
    };
    if let Some(value) = SMALL.iter().enumerate().find_map(small) {
        return Some(value);
    }
    let cardinal = match word.strip_suffix("ieth") {
        Some(stem) => format!("{stem}y"),
        None => word.to_string(),
    };
    if let Some(index) = TENS.iter().position(|tens| tens.eq_ignore_ascii_case(&cardinal)) {
        return Some((index as f64 + 2.0) * 10.0);
    }
    let plain = word.strip_suffix("th").unwrap_or(word);
    if plain == "hundred" {
        return Some(100.0);
    }
    THOUSANDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(plain)).map(|(_, size)| *size)
}

fn words_value(text: &str) -> Option<f64> {
    let parts = text.split([' ', ',', '-']).filter(|part| !part.is_empty() && *part != "and");
    let mut segments = vec![0.0];
    for part in parts {
        let value = word_value(part)?;
        let top = segments.pop().unwrap_or(0.0);
        if value >= 100.0 {
            segments.push(top * value);
        } else if top >= 1000.0 {
            segments.extend([top, value]);
        } else {
            segments.push(top + value);
        }
    }
    Some(segments.iter().sum())
}
