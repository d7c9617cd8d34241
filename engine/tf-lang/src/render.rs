//! Values as the console prints them.

use nuvola_hcl::Diagnostic;

use crate::format::quote_go;
use crate::marks::Marks;
use crate::types::Type;
use crate::value::{Data, Value};

/// What the console prints for a value: results of its `type` function may not be parts of others.
pub fn console_text(value: &Value) -> Result<String, Box<Diagnostic>> {
    if value.as_type().is_none() && value.deep_marks().contains(Marks::TYPE) {
        let detail = "The console-only \"type\" function cannot be used as part of an expression.";
        return Err(Box::new(Diagnostic::error("Invalid use of type function", detail)));
    }
    Ok(format_value(value, 0))
}

/// The text of a value at some indentation, as `terraform console` and `output` print it.
pub fn format_value(value: &Value, indent: usize) -> String {
    if !value.is_known() {
        return "(known after apply)".to_owned();
    }
    if value.marks().contains(Marks::SENSITIVE) {
        return "(sensitive value)".to_owned();
    }
    if value.marks().contains(Marks::EPHEMERAL) {
        return "(ephemeral value)".to_owned();
    }
    let sequence = |elements: &[Value]| format_sequence(elements, indent);
    match (value.data(), value.ty()) {
        (Data::Null, ty) => format_null(ty),
        (Data::String(text), _) => format_multiline(text, indent).unwrap_or_else(|| quote_go(text)),
        (Data::Number(number), _) => number.to_text(),
        (Data::Bool(flag), _) => flag.to_string(),
        (Data::Seq(elements), Type::List(_)) => format!("tolist({})", sequence(elements)),
        (Data::Seq(elements), Type::Set(_)) => format!("toset({})", sequence(elements)),
        (Data::Seq(elements), _) => sequence(elements),
        (Data::Members(_), Type::Map(_)) => format!("tomap({})", format_mapping(value, indent)),
        (Data::Members(_), _) => format_mapping(value, indent),
        (Data::Type(ty), _) => ty.to_text(),
        (Data::Unknown(_), _) => unreachable!("unknown values were handled first"),
    }
}

fn format_null(ty: &Type) -> String {
    match ty {
        Type::Dynamic => "null".to_owned(),
        Type::String => "tostring(null)".to_owned(),
        Type::Number => "tonumber(null)".to_owned(),
        Type::Bool => "tobool(null)".to_owned(),
        Type::List(element) => format!("tolist(null) /* of {} */", element.friendly_name()),
        Type::Set(element) => format!("toset(null) /* of {} */", element.friendly_name()),
        Type::Map(element) => format!("tomap(null) /* of {} */", element.friendly_name()),
        Type::Tuple(_) | Type::Object(_) | Type::Type => format!("null /* {} */", ty.friendly_name()),
    }
}

/// A string of several lines as a heredoc whose delimiter is none of the lines.
fn format_multiline(text: &str, indent: usize) -> Option<String> {
    let lines: Vec<&str> = text.split('\n').collect();
    if lines.len() < 2 {
        return None;
    }
    let mut delimiter = "EOT".to_owned();
    while lines.iter().any(|line| line.trim() == delimiter) {
        delimiter.push('_');
    }
    let pad = " ".repeat(indent);
    let operator = if indent > 0 { "<<-" } else { "<<" };
    let mut out = format!("{operator}{delimiter}");
    for line in lines.into_iter().chain([delimiter.as_str()]) {
        out.push('\n');
        out.push_str(&pad);
        out.push_str(line);
    }
    Some(out)
}

fn format_mapping(value: &Value, indent: usize) -> String {
    let inner = indent + 2;
    let pad = " ".repeat(inner);
    let mut out = "{".to_owned();
    for (key, element) in value.as_members().into_iter().flatten() {
        let key = format_value(&Value::string(key), inner);
        out.push_str(&format!("\n{pad}{key} = {}", format_value(element, inner)));
    }
    if out.len() > 1 {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    }
    out.push('}');
    out
}

fn format_sequence(elements: &[Value], indent: usize) -> String {
    let inner = indent + 2;
    let pad = " ".repeat(inner);
    let mut out = "[".to_owned();
    for element in elements {
        out.push_str(&format!("\n{pad}{},", format_value(element, inner)));
    }
    if !elements.is_empty() {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    }
    out.push(']');
    out
}
