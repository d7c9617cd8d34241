//! Texts in addresses, as `encodeURIComponent` and its like have them.

use super::super::error::Error;
use super::super::eval::Evaluator;
use super::super::item::Item;
use super::Arguments;

/// Stay as they are in a component.
const UNRESERVED: &str = "-_.!~*'()";
/// Stay as they are in a whole address.
const RESERVED: &str = ";/?:@&=+$,#";

fn encode(arguments: Vec<Item>, kept: &[&str]) -> Result<Item, Error> {
    let Some(text) = Arguments::of(arguments).text() else { return Ok(Item::Nothing) };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || kept.iter().any(|set| set.contains(c)) {
            out.push(c);
            continue;
        }
        let mut buffer = [0; 4];
        for byte in c.encode_utf8(&mut buffer).bytes() {
            out.push('%');
            out.push(char::from(b"0123456789ABCDEF"[usize::from(byte >> 4)]));
            out.push(char::from(b"0123456789ABCDEF"[usize::from(byte & 15)]));
        }
    }
    Ok(Item::text(&out))
}

fn decode(arguments: Vec<Item>, name: &'static str, kept: &str) -> Result<Item, Error> {
    let Some(text) = Arguments::of(arguments).text() else { return Ok(Item::Nothing) };
    let malformed =
        || Error::new("D3140").with("functionName", name).with_value("value", &Item::Text(text.clone()));
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let digits = text.get(at + 1..at + 3).ok_or_else(malformed)?;
        let byte = u8::from_str_radix(digits, 16).map_err(|_| malformed())?;
        match kept.contains(char::from(byte)) {
            true => out.extend_from_slice(&bytes[at..at + 3]),
            false => out.push(byte),
        }
        at += 3;
    }
    String::from_utf8(out).map(|text| Item::text(&text)).map_err(|_| malformed())
}

pub(super) fn encode_component(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    encode(arguments, &[UNRESERVED])
}

pub(super) fn encode_url(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    encode(arguments, &[UNRESERVED, RESERVED])
}

pub(super) fn decode_component(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    decode(arguments, "decodeUrlComponent", "")
}

pub(super) fn decode_url(_: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    decode(arguments, "decodeUrl", RESERVED)
}
