//! Functions that read and write other notations.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Failure, Function, csv, text, yaml_decode, yaml_encode};
use crate::charset;
use crate::format::quote_go;
use crate::host::Host;
use crate::json;
use crate::types::Type;
use crate::value::Value;

type Outcome = Result<Value, Failure>;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("base64encode", "str:string -> string", |_, args, _| {
            Ok(STANDARD.encode(text(&args[0])).into())
        }),
        Function::new("base64decode", "str:string -> string", base64decode),
        Function::new("base64gzip", "str:string -> string", base64gzip),
        Function::new("textencodebase64", "string:string encoding:string -> string", textencodebase64),
        Function::new("textdecodebase64", "source:string encoding:string -> string", textdecodebase64),
        Function::new("urlencode", "str:string -> string", |_, args, _| Ok(urlencode(text(&args[0])).into())),
        Function::new("jsonencode", "val:any?~* -> string", jsonencode),
        Function::new("jsondecode", "str:string -> any?", decode_json).typed(jsondecode_type),
        Function::new("yamlencode", "value:any?~* -> string", yamlencode),
        Function::new("yamldecode", "src:string -> any?", decode_yaml).typed(yamldecode_type),
        Function::new("csvdecode", "str:string -> any", csvdecode).typed(csvdecode_type),
    ]
}

/// The bytes of a base64 text, in which line breaks mean nothing.
fn from_base64(source: &str) -> Option<Vec<u8>> {
    let source: String = source.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    STANDARD.decode(source).ok()
}

fn base64decode(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let source = text(&args[0]);
    let Some(bytes) = from_base64(source) else {
        return Failure::call(format!("failed to decode base64 data {}", quote_go(source)));
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(_) => Failure::call("the result of decoding the provided string is not valid UTF-8"),
    }
}

fn base64gzip(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    const LEVEL: u8 = 6;
    let source = text(&args[0]).as_bytes();
    // RFC 1952: magic, deflate, no flags, no time, no extra flags, unknown system.
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    packed.extend(miniz_oxide::deflate::compress_to_vec(source, LEVEL));
    packed.extend(nuvola_kernel::crc::crc32(source).to_le_bytes());
    let len = u32::try_from(source.len() as u64 % (1 << 32)).expect("a remainder of 2^32 fits");
    packed.extend(len.to_le_bytes());
    Ok(STANDARD.encode(packed).into())
}

fn encoding_of(host: &dyn Host, args: &[Value]) -> Result<charset::Charset, Failure> {
    let name = text(&args[1]);
    charset::find(name, host.characters()).ok_or_else(|| {
        Failure::Arg(
            1,
            format!(
                "{} is not a supported IANA encoding name or alias in this Terraform version",
                quote_go(name)
            ),
        )
    })
}

fn textencodebase64(host: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let charset = encoding_of(host, args)?;
    match charset.encode(text(&args[0])) {
        Some(bytes) => Ok(STANDARD.encode(bytes).into()),
        None => Failure::arg(
            0,
            format!("the given string contains characters that cannot be represented in {}", charset.name()),
        ),
    }
}

fn textdecodebase64(host: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let charset = encoding_of(host, args)?;
    let source = text(&args[0]);
    let Some(bytes) = from_base64(source) else {
        let wrong = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '\r' | '\n'));
        let at = source.find(wrong).unwrap_or(source.len());
        return Failure::arg(0, format!("the given value is has an invalid base64 symbol at offset {at}"));
    };
    match charset.decode(&bytes) {
        Some(text) => Ok(text.into()),
        None => Failure::arg(
            0,
            format!("the given string contains symbols that are not defined for {}", charset.name()),
        ),
    }
}

fn urlencode(source: &str) -> String {
    let encoded = source.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        b' ' => "+".to_owned(),
        byte => format!("%{byte:02X}"),
    });
    encoded.collect()
}

/// Whatever an unknown value turns out to be, its JSON text begins as its type demands.
fn jsonencode(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let value = &args[0];
    if !value.is_wholly_known() {
        let prefix = match value.ty() {
            Type::List(_) | Type::Set(_) | Type::Tuple(_) if value.definitely_not_null() => "[",
            Type::Map(_) | Type::Object(_) if value.definitely_not_null() => "{",
            Type::String if value.definitely_not_null() => "\"",
            _ => "",
        };
        return Ok(Value::unknown(Type::String).refine_not_null().refine(|r| r.prefix = prefix.into()));
    }
    json::encode_plain(value).map(Value::from).map_err(|error| Failure::Call(error.message))
}

fn decoded_json(source: &Value) -> Result<Value, Failure> {
    json::parse::parse(text(source)).map(|json| json::implied_value(&json)).map_err(Failure::Call)
}

fn jsondecode_type(args: &[Value]) -> Result<Type, Failure> {
    if args[0].is_known() { Ok(decoded_json(&args[0])?.ty().clone()) } else { Ok(Type::Dynamic) }
}

fn decode_json(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    decoded_json(&args[0])
}

fn yamlencode(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown(Type::String).refine_not_null());
    }
    Ok(yaml_encode::encode(&args[0]).into())
}

fn yamldecode_type(args: &[Value]) -> Result<Type, Failure> {
    if !args[0].is_known() {
        return Ok(Type::Dynamic);
    }
    yaml_decode::decode(text(&args[0])).map(|value| value.ty().clone()).map_err(Failure::Call)
}

fn decode_yaml(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    yaml_decode::decode(text(&args[0])).map_err(Failure::Call)
}

fn csv_rows(source: &Value) -> Result<(Vec<String>, Vec<Vec<String>>), Failure> {
    let mut records = csv::parse(text(source)).map_err(Failure::Call)?.into_iter();
    let Some(header) = records.next() else { return Failure::call("missing header line") };
    for (index, name) in header.iter().enumerate() {
        if header[..index].contains(name) {
            return Failure::call(format!("duplicate column name {}", quote_go(name)));
        }
    }
    Ok((header, records.collect()))
}

fn csvdecode_type(args: &[Value]) -> Result<Type, Failure> {
    if !args[0].is_known() {
        return Ok(Type::Dynamic);
    }
    let (header, _) = csv_rows(&args[0])?;
    Ok(Type::list(Type::object(header.into_iter().map(|name| (name, Type::String)))))
}

fn csvdecode(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    let (header, rows) = csv_rows(&args[0])?;
    let rows = rows
        .into_iter()
        .map(|row| Value::object(header.iter().map(String::as_str).zip(row.into_iter().map(Value::from))));
    Ok(Value::list_of(returns.element_type().cloned().unwrap_or(Type::Dynamic), rows.collect()))
}
