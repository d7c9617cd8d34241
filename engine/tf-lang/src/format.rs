//! Numbers and strings in the notations of Go's `fmt`, which Terraform's `format` function exposes.

use std::fmt::Write as _;

use crate::number::{Number, plain, round_digits};

/// `%f`: plain notation with a fixed number of decimals, or as many as are needed.
pub(crate) fn number_fixed(number: &Number, decimals: Option<usize>) -> String {
    let Some(decimals) = decimals else { return number.to_text() };
    if number.is_infinite() {
        return number.to_text();
    }
    let (digits, place) = number.digits();
    let keep = place + i64::try_from(decimals).unwrap_or(i64::MAX / 2);
    let (digits, place) = match usize::try_from(keep) {
        Ok(keep) => round_digits(&digits, place, keep),
        Err(_) => (String::new(), 0),
    };
    let mut text = if digits.is_empty() { "0".to_owned() } else { plain(&digits, place) };
    let have = text.find('.').map_or(0, |at| text.len() - at - 1);
    if have == 0 && decimals > 0 {
        text.push('.');
    }
    text.push_str(&"0".repeat(decimals - have.min(decimals)));
    sign(number) + &text
}

/// `%e`: one digit before the point and an exponent of at least two digits.
pub(crate) fn number_exponent(number: &Number, decimals: Option<usize>, upper: bool) -> String {
    if number.is_infinite() {
        return number.to_text();
    }
    let (digits, place) = match decimals {
        None => number.shortest_digits(),
        Some(decimals) => {
            let (digits, place) = number.digits();
            round_digits(&digits, place, decimals + 1)
        }
    };
    sign(number) + &exponent_text(&digits, place, decimals, upper)
}

fn exponent_text(digits: &str, place: i64, decimals: Option<usize>, upper: bool) -> String {
    let (first, rest) = if digits.is_empty() { ("0", "") } else { digits.split_at(1) };
    let decimals = decimals.unwrap_or(rest.len());
    let mut text = first.to_owned();
    if decimals > 0 {
        let _ = write!(text, ".{rest:0<decimals$}");
    }
    let exponent = if digits.is_empty() { 0 } else { place - 1 };
    let mark = if upper { 'E' } else { 'e' };
    let direction = if exponent < 0 { '-' } else { '+' };
    let _ = write!(text, "{mark}{direction}{:02}", exponent.abs());
    text
}

/// `%g`: plain for middling exponents, with an exponent otherwise.
pub(crate) fn number_general(number: &Number, precision: Option<usize>, upper: bool) -> String {
    if number.is_infinite() {
        return number.to_text();
    }
    let (digits, place) = match precision {
        None => number.shortest_digits(),
        Some(precision) => {
            let (digits, place) = number.digits();
            round_digits(&digits, place, precision.max(1))
        }
    };
    // The shortest notation turns to an exponent at a million; a given precision is itself the limit,
    // unless fewer digits reach the point anyway.
    let limit = match precision {
        None => 6,
        Some(precision) if precision > digits.len() && digit_count(&digits) >= place => digit_count(&digits),
        Some(precision) => i64::try_from(precision.max(1)).unwrap_or(i64::MAX),
    };
    let exponent = place - 1;
    let body = if !digits.is_empty() && (exponent < -4 || exponent >= limit) {
        exponent_text(&digits, place, None, upper)
    } else {
        plain(&digits, place)
    };
    sign(number) + &body
}

fn digit_count(digits: &str) -> i64 {
    i64::try_from(digits.len()).expect("a text's length fits")
}

fn sign(number: &Number) -> String {
    if number.is_negative() { "-".to_owned() } else { String::new() }
}

/// A string in double quotes as Go's `strconv.Quote` writes it.
pub fn quote_go(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if is_printable(c) => out.push(c),
            c => push_escape(&mut out, u32::from(c)),
        }
    }
    out.push('"');
    out
}

fn push_escape(out: &mut String, code: u32) {
    let _ = match code {
        0..0x80 => write!(out, "\\x{code:02x}"),
        0x80..0x1_0000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Whether Go prints a character as it is: not a control, format or private-use character, nor an odd space.
fn is_printable(c: char) -> bool {
    const HIDDEN: [(u32, u32); 22] = [
        (0x00, 0x1f),
        (0x7f, 0xa0),
        (0xad, 0xad),
        (0x600, 0x605),
        (0x61c, 0x61c),
        (0x6dd, 0x6dd),
        (0x70f, 0x70f),
        (0x890, 0x891),
        (0x8e2, 0x8e2),
        (0x1680, 0x1680),
        (0x180e, 0x180e),
        (0x2000, 0x200f),
        (0x2028, 0x202f),
        (0x205f, 0x206f),
        (0x3000, 0x3000),
        (0xe000, 0xf8ff),
        (0xfeff, 0xfeff),
        (0xfff0, 0xfffb),
        (0xfffe, 0xffff),
        (0x110bd, 0x110bd),
        (0xe0000, 0xe00ff),
        (0xf0000, 0x10_ffff),
    ];
    let code = u32::from(c);
    !HIDDEN.iter().any(|(from, to)| (*from..=*to).contains(&code))
}
