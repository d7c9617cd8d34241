//! From text to [`Call`].

use super::functions::Function;
use super::{Argument, Call};
use crate::path::{PathError, parse::Reader, parse::read_path};
use serde_json::Value;

/// "You can nest up to 10 intrinsic functions within a field in your workflows."
/// Source: "Intrinsic functions for JSONPath states in Step Functions".
const MAX_NESTED: usize = 10;

pub(super) fn call(text: &str) -> Result<Call, PathError> {
    let mut reader = Reader { text, at: 0 };
    reader.spaces();
    let call = read_call(&mut reader, MAX_NESTED)?;
    reader.spaces();
    match reader.at < text.len() {
        true => Err(reader.error("unexpected text")),
        false => Ok(call),
    }
}

fn read_call(reader: &mut Reader, depth: usize) -> Result<Call, PathError> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(reader.error("more than 10 intrinsic functions are nested"));
    };
    let start = reader.at;
    let name = reader.while_(|c| c.is_ascii_alphanumeric() || c == '.');
    let Some(function) = Function::named(name) else {
        return Err(reader.error(&format!("`{name}` is not an intrinsic function")));
    };
    reader.spaces();
    reader.expect("(")?;
    let mut arguments = Vec::new();
    reader.spaces();
    if !reader.eat(")") {
        loop {
            reader.spaces();
            arguments.push(argument(reader, depth)?);
            reader.spaces();
            if reader.eat(")") {
                break;
            }
            reader.expect(",")?;
        }
    }
    let text = reader.text[start..reader.at].to_string();
    let (least, most) = function.arity();
    if arguments.len() < least || arguments.len() > most {
        return Err(reader.error(&format!("`{name}` does not take {} arguments", arguments.len())));
    }
    Ok(Call { text, function, arguments })
}

fn argument(reader: &mut Reader, depth: usize) -> Result<Argument, PathError> {
    match reader.peek() {
        Some('\'') => text(reader),
        Some('$') => read_path(reader, crate::path::parse::MAX_DEPTH).map(Argument::Path),
        Some('S') => read_call(reader, depth).map(Argument::Call),
        _ => {
            let word = reader.while_(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
            let scalar = serde_json::from_str(word).ok().filter(|value: &Value| !value.is_string());
            scalar.map(Argument::Literal).ok_or_else(|| reader.error("an argument expected"))
        }
    }
}

/// A text in single quotes. `\'`, `\{`, `\}` and `\\` are escapes; a lone backslash is an error.
/// Escaped braces stay escaped: only `States.Format` knows what braces mean.
fn text(reader: &mut Reader) -> Result<Argument, PathError> {
    reader.expect("'")?;
    let mut out = String::new();
    let mut chars = reader.rest().char_indices();
    while let Some((offset, c)) = chars.next() {
        match c {
            '\'' => {
                reader.at += offset + 1;
                return Ok(Argument::Text(out));
            }
            '\\' => match chars.next() {
                Some((_, '\'')) => out.push('\''),
                Some((_, escaped @ ('{' | '}' | '\\'))) => {
                    out.push('\\');
                    out.push(escaped);
                }
                _ => return Err(reader.error("a backslash must escape `'`, `{`, `}` or `\\`")),
            },
            c => out.push(c),
        }
    }
    Err(reader.error("a text does not end"))
}
