//! The verbs of `format`: `%s`, `%-8.3f`, `%[2]d`.

use unicode_segmentation::UnicodeSegmentation;

use super::Failure;
use crate::convert::convert;
use crate::format::{number_exponent, number_fixed, number_general, quote_go};
use crate::json;
use crate::types::Type;
use crate::value::Value;

/// Width and precision beyond this are refused: no real format needs them.
const MAX_WIDTH: usize = 1 << 16;

#[derive(Default)]
struct Verb<'a> {
    raw: &'a str,
    offset: usize,
    arg: usize,
    mode: char,
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// Formats arguments that are all known.
pub(super) fn format(template: &str, args: &[Value]) -> Result<String, Failure> {
    let mut out = String::new();
    let mut at = 0;
    let mut next_arg = 1;
    let mut highest = 0;
    while let Some(found) = template[at..].find('%') {
        out.push_str(&template[at..at + found]);
        let start = at + found;
        let (verb, end) = read_verb(template, start, &mut next_arg)?;
        at = end;
        if verb.mode == '%' {
            out.push('%');
            continue;
        }
        highest = highest.max(verb.arg);
        let Some(arg) = verb.arg.checked_sub(1).and_then(|index| args.get(index)) else {
            let have = args.len();
            return Failure::call(format!(
                "not enough arguments for {:?} at {}: need index {} but have {have} total",
                verb.raw, verb.offset, verb.arg
            ));
        };
        out.push_str(&write_verb(&verb, arg)?);
    }
    out.push_str(&template[at..]);
    if highest < args.len() {
        let message = match highest {
            0 => "too many arguments; no verbs in format string".to_owned(),
            1 => "too many arguments; only 1 used by format string".to_owned(),
            used => format!("too many arguments; only {used} used by format string"),
        };
        return Failure::arg(highest + 1, message);
    }
    Ok(out)
}

fn read_verb<'a>(
    template: &'a str,
    start: usize,
    next_arg: &mut usize,
) -> Result<(Verb<'a>, usize), Failure> {
    let bytes = template.as_bytes();
    let mut verb = Verb { offset: start, ..Verb::default() };
    let mut at = start + 1;
    let number = |at: &mut usize| -> Option<usize> {
        let from = *at;
        while bytes.get(*at).is_some_and(u8::is_ascii_digit) {
            *at += 1;
        }
        if from == *at { None } else { Some(template[from..*at].parse().unwrap_or(usize::MAX)) }
    };
    while let Some(flag) = bytes.get(at) {
        match flag {
            b'0' => verb.zero = true,
            b'#' => verb.sharp = true,
            b'-' => verb.minus = true,
            b'+' => verb.plus = true,
            b' ' => verb.space = true,
            _ => break,
        }
        at += 1;
    }
    verb.width = number(&mut at);
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        verb.precision = Some(number(&mut at).unwrap_or(0));
    }
    let mut explicit = None;
    if bytes.get(at) == Some(&b'[') {
        at += 1;
        if bytes.get(at) == Some(&b'0') {
            return Failure::call(unexpected(template, at));
        }
        explicit = number(&mut at);
        if explicit.is_none() || bytes.get(at) != Some(&b']') {
            return Failure::call(unexpected(template, at));
        }
        at += 1;
    }
    let Some(mode) = template[at..].chars().next().filter(|c| c.is_ascii_alphabetic() || *c == '%') else {
        return Failure::call(unexpected(template, at));
    };
    at += mode.len_utf8();
    verb.mode = mode;
    verb.raw = &template[start..at];
    if verb.width.max(verb.precision).is_some_and(|size| size > MAX_WIDTH) {
        return Failure::call(format!("width or precision of {:?} at {start} is too large", verb.raw));
    }
    if mode != '%' {
        verb.arg = explicit.unwrap_or(*next_arg);
        *next_arg = verb.arg.saturating_add(1);
    }
    Ok((verb, at))
}

fn unexpected(template: &str, at: usize) -> String {
    match template[at..].chars().next() {
        None => format!("invalid format string starting at offset {at}"),
        Some(c) => format!("unrecognized format character {c:?} at offset {at}"),
    }
}

fn write_verb(verb: &Verb<'_>, arg: &Value) -> Result<String, Failure> {
    let unsupported = |reason: &str| {
        Failure::Call(format!("unsupported value for {:?} at {}: {reason}", verb.raw, verb.offset))
    };
    let converted = |ty: Type| -> Result<Value, Failure> {
        convert(arg, &ty).map_err(|error| unsupported(&error.to_string()))
    };
    if arg.is_null() && verb.mode != 'v' {
        return Failure::call(format!(
            "unsupported value for {:?} at {}: null value cannot be formatted",
            verb.raw, verb.offset
        ));
    }
    let text = match verb.mode {
        'v' => write_any(verb, arg),
        't' => {
            let flag = converted(Type::Bool)?.as_bool().unwrap_or_default();
            pad(verb, flag.to_string())
        }
        'b' | 'd' | 'o' | 'x' | 'X' => {
            let number = converted(Type::Number)?;
            let Some(number) = number.as_number().filter(|number| number.is_integer()) else {
                return Err(unsupported("an integer is required"));
            };
            write_integer(verb, number)
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let number = converted(Type::Number)?;
            write_float(verb, number.as_number().expect("converted to a number that is not null"))
        }
        's' => pad(verb, cut(verb, converted(Type::String)?.as_str().unwrap_or_default()).to_owned()),
        'q' => pad(verb, quote_go(cut(verb, converted(Type::String)?.as_str().unwrap_or_default()))),
        other => {
            let message =
                format!("unsupported format verb {other:?} in {:?} at offset {}", verb.raw, verb.offset);
            return Failure::call(message);
        }
    };
    Ok(text)
}

fn write_any(verb: &Verb<'_>, arg: &Value) -> String {
    if !verb.sharp && !arg.is_null() {
        if let Some(text) = arg.as_str() {
            return pad(verb, text.to_owned());
        }
        if let Some(number) = arg.as_number() {
            return pad(verb, number_general(number, None, false));
        }
    }
    pad(verb, json::encode_plain(arg).unwrap_or_default())
}

/// Cuts a text to the precision, counted in grapheme clusters.
fn cut<'a>(verb: &Verb<'_>, text: &'a str) -> &'a str {
    let Some(precision) = verb.precision else { return text };
    text.grapheme_indices(true).nth(precision).map_or(text, |(end, _)| &text[..end])
}

fn pad(verb: &Verb<'_>, text: String) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(text.graphemes(true).count());
    if verb.minus {
        return text + &" ".repeat(missing);
    }
    let fill = if verb.zero { "0" } else { " " };
    fill.repeat(missing) + &text
}

/// Pads a number, zeros going between the sign and the digits.
fn pad_number(verb: &Verb<'_>, sign: &str, digits: &str) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(sign.len() + digits.len());
    if verb.minus {
        format!("{sign}{digits}{}", " ".repeat(missing))
    } else if verb.zero {
        format!("{sign}{}{digits}", "0".repeat(missing))
    } else {
        format!("{}{sign}{digits}", " ".repeat(missing))
    }
}

fn sign(verb: &Verb<'_>, negative: bool) -> &'static str {
    if negative {
        "-"
    } else if verb.plus {
        "+"
    } else if verb.space {
        " "
    } else {
        ""
    }
}

fn write_integer(verb: &Verb<'_>, number: &crate::number::Number) -> String {
    let whole = number.trunc();
    let (radix, prefix) = match verb.mode {
        'b' => (2, if verb.sharp { "0b" } else { "" }),
        'o' => (8, if verb.sharp { "0" } else { "" }),
        'x' => (16, if verb.sharp { "0x" } else { "" }),
        'X' => (16, if verb.sharp { "0X" } else { "" }),
        _ => (10, ""),
    };
    let mut digits = whole.magnitude().to_str_radix(radix);
    if verb.mode == 'X' {
        digits.make_ascii_uppercase();
    }
    if let Some(precision) = verb.precision {
        digits = format!("{digits:0>precision$}");
    }
    let negative = whole.sign() == num_bigint::Sign::Minus;
    let without_zero = Verb { zero: verb.zero && verb.precision.is_none(), ..*verb };
    pad_number(&without_zero, &format!("{}{prefix}", sign(verb, negative)), &digits)
}

fn write_float(verb: &Verb<'_>, number: &crate::number::Number) -> String {
    let upper = verb.mode.is_ascii_uppercase();
    let text = match verb.mode {
        'e' | 'E' => number_exponent(number, Some(verb.precision.unwrap_or(6)), upper),
        'f' | 'F' => number_fixed(number, Some(verb.precision.unwrap_or(6))),
        _ => number_general(number, verb.precision, upper),
    };
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let infinite = number.is_infinite();
    let sign = if infinite && !negative { "+" } else { sign(verb, negative) };
    let verb = Verb { zero: verb.zero && !infinite, ..*verb };
    pad_number(&verb, sign, digits)
}
