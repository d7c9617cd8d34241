//! The functions of the built-in provider: values as HCL text and back.

use super::{Failure, Function, text};
use crate::eval;
use crate::format::quote_go;
use crate::host::Host;
use crate::types::Type;
use crate::value::{Data, Value};

type Outcome = Result<Value, Failure>;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("encode_tfvars", "value:any -> string", |_, args, _| {
            if !args[0].is_wholly_known() {
                return Ok(Value::unknown(Type::String));
            }
            encode_tfvars(&args[0]).map(Value::from).map_err(Failure::Call)
        }),
        Function::new("decode_tfvars", "src:string -> any", decode_tfvars),
        Function::new("encode_expr", "value:any?* -> string", |_, args, _| {
            if !args[0].is_wholly_known() {
                return Ok(Value::unknown(Type::String));
            }
            Ok(encode_expr(&args[0]).into())
        }),
    ]
}

/// The content of a `.tfvars` file for an object.
pub fn encode_tfvars(value: &Value) -> Result<String, String> {
    if !value.ty().is_mapping() {
        return Err("invalid value to encode: must be an object whose attribute names will become the encoded variable names".to_owned());
    }
    let mut out = String::new();
    for (name, member) in value.as_members().into_iter().flatten() {
        if !nuvola_hcl::is_identifier(name) {
            return Err(format!(
                "invalid variable name {}: must be a valid identifier, per Terraform's rules for input variable declarations",
                quote_go(name)
            ));
        }
        out.push_str(&format!("{name} = "));
        write_expr(&mut out, member, 0);
        out.push('\n');
    }
    Ok(formatted(out))
}

/// The formatter puts the equals signs of neighbouring lines into one column.
fn formatted(source: String) -> String {
    let mut sources = nuvola_hcl::Sources::new();
    let file = sources.add(nuvola_hcl::SourceFile::hidden("tfvars", source.as_str()));
    nuvola_hcl::format(&sources, file).unwrap_or(source)
}

/// An expression that gives a value, as Terraform's generator writes it.
pub fn encode_expr(value: &Value) -> String {
    const START: &str = "v = ";
    let mut out = START.to_owned();
    write_expr(&mut out, value, 0);
    let formatted = formatted(out);
    formatted.strip_prefix(START).unwrap_or(&formatted).trim_end_matches('\n').to_owned()
}

fn write_expr(out: &mut String, value: &Value, depth: usize) {
    match value.data() {
        Data::Null | Data::Unknown(_) => out.push_str("null"),
        Data::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Data::Number(number) => out.push_str(&number.to_text()),
        Data::String(text) => write_quoted(out, text),
        Data::Seq(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_expr(out, element, depth);
            }
            out.push(']');
        }
        Data::Members(members) if members.is_empty() => out.push_str("{}"),
        Data::Members(members) => {
            out.push_str("{\n");
            let pad = "  ".repeat(depth + 1);
            for (name, member) in members.iter() {
                let name = if nuvola_hcl::is_identifier(name) { name.to_string() } else { quoted(name) };
                out.push_str(&format!("{pad}{name} = "));
                write_expr(out, member, depth + 1);
                out.push('\n');
            }
            out.push_str(&"  ".repeat(depth));
            out.push('}');
        }
        Data::Type(ty) => out.push_str(&ty.to_text()),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_quoted(&mut out, text);
    out
}

/// A string in quotes, with template markers escaped.
fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '$' | '%' if chars.peek() == Some(&'{') => {
                out.push(c);
                out.push(c);
            }
            c if c.is_control() && u32::from(c) < 0x1_0000 => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)))
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn decode_tfvars(host: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    eval::decode_tfvars(host, text(&args[0])).map_err(Failure::Call)
}
