//! `yamldecode`: YAML 1.1's plain scalars over libyaml's events, with Terraform's errors.

use std::collections::BTreeMap;
use std::sync::Arc;

use libyaml_safer::{Error, ErrorKind, Event, EventData, Mark, Parser, ScalarStyle};

use super::dates::yaml_timestamp;
use crate::number::Number;
use crate::types::Type;
use crate::value::{Members, Value};

/// Deeper texts are refused, so that reading never exhausts the stack.
const MAX_DEPTH: usize = 200;
/// Aliases may not blow a short text up to more values than this.
const MAX_VALUES: usize = 1_000_000;
const TAG_PREFIX: &str = "tag:yaml.org,2002:";

/// The value of a YAML document.
pub(super) fn decode(source: &str) -> Result<Value, String> {
    let mut bytes = source.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut bytes);
    let mut reader = Reader { parser, anchors: BTreeMap::new(), open: Vec::new(), values: 0 };
    reader.document()
}

struct Reader<'a> {
    parser: Parser<&'a mut &'a [u8]>,
    anchors: BTreeMap<String, Value>,
    /// Anchors of the collections being read.
    open: Vec<String>,
    values: usize,
}

fn at(mark: Mark, message: &str) -> String {
    format!("on line {}, column {}: {message}", mark.line + 1, mark.column + 1)
}

/// A parser's error, placed as Terraform's YAML library places it: lines count from 0 in parser errors.
fn parser_error(error: &Error) -> String {
    let problem = error.problem();
    let line = |mark: Option<Mark>| mark.filter(|mark| mark.line != 0);
    match (line(error.problem_mark()), line(error.context_mark())) {
        (Some(mark), _) if error.kind() == ErrorKind::Scanner => {
            format!("on line {}, column 1: {problem}", mark.line + 1)
        }
        (Some(mark), _) | (None, Some(mark)) => {
            format!("on line {}, column {}: {problem}", mark.line, mark.column + 1)
        }
        (None, None) => problem.to_owned(),
    }
}

impl Reader<'_> {
    fn next(&mut self) -> Result<Event, String> {
        self.parser.parse().map_err(|error| parser_error(&error))
    }

    fn document(&mut self) -> Result<Value, String> {
        self.next()?;
        let start = self.next()?;
        if !matches!(start.data, EventData::DocumentStart { .. }) {
            return Err("on line 1, column 1: missing start of document".to_owned());
        }
        let first = self.next()?;
        let value = self.value(first, 0)?;
        self.next()?;
        let end = self.next()?;
        if end.data != EventData::StreamEnd {
            // Lines count from 0 here too, but a document's own first line is the first.
            let line = end.start_mark.line.max(1);
            return Err(format!("on line {line}, column 1: unexpected extra content after value"));
        }
        Ok(value)
    }

    fn value(&mut self, event: Event, depth: usize) -> Result<Value, String> {
        self.values += 1;
        if depth > MAX_DEPTH || self.values > MAX_VALUES {
            return Err("exceeded max depth".to_owned());
        }
        match event.data {
            EventData::Scalar { anchor, tag, value, style, .. } => {
                let value = scalar(tag.as_deref(), &value, style)?;
                self.remember(anchor, &value);
                Ok(value)
            }
            EventData::Alias { anchor } => self.alias(&anchor),
            EventData::SequenceStart { anchor, tag, .. } => self.sequence(anchor, tag.as_deref(), depth),
            EventData::MappingStart { anchor, tag, .. } => self.mapping(anchor, tag.as_deref(), depth),
            EventData::StreamStart { .. }
            | EventData::StreamEnd
            | EventData::DocumentStart { .. }
            | EventData::DocumentEnd { .. }
            | EventData::SequenceEnd
            | EventData::MappingEnd => Err(at(event.start_mark, "unexpected token")),
        }
    }

    fn remember(&mut self, anchor: Option<String>, value: &Value) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, value.clone());
        }
    }

    fn alias(&mut self, anchor: &str) -> Result<Value, String> {
        if self.open.iter().any(|open| open == anchor) {
            return Err(format!("cannot refer to anchor {anchor:?} from inside its own definition"));
        }
        let value = self.anchors.get(anchor).cloned();
        let value = value.ok_or_else(|| format!("reference to undefined anchor {anchor:?}"))?;
        self.values += size(&value);
        Ok(value)
    }

    fn sequence(&mut self, anchor: Option<String>, tag: Option<&str>, depth: usize) -> Result<Value, String> {
        check_tag(tag, "seq", "sequence")?;
        self.open.extend(anchor.clone());
        let mut elements = Vec::new();
        loop {
            let event = self.next()?;
            if event.data == EventData::SequenceEnd {
                break;
            }
            elements.push(self.value(event, depth + 1)?);
        }
        let value = Value::tuple(elements);
        if anchor.is_some() {
            self.open.pop();
        }
        self.remember(anchor, &value);
        Ok(value)
    }

    fn mapping(&mut self, anchor: Option<String>, tag: Option<&str>, depth: usize) -> Result<Value, String> {
        check_tag(tag, "map", "mapping")?;
        self.open.extend(anchor.clone());
        let mut members = Members::new();
        loop {
            let event = self.next()?;
            if event.data == EventData::MappingEnd {
                break;
            }
            let mark = event.start_mark;
            if is_merge(&event.data) {
                let event = self.next()?;
                let merged = self.value(event, depth + 1)?;
                let Some(merged) = merged.as_members() else {
                    return Err(format!("cannot merge {} into mapping", merged.ty().friendly_name()));
                };
                members.extend(merged.iter().map(|(key, value)| (key.clone(), value.clone())));
                continue;
            }
            let key = self.value(event, depth + 1)?;
            let key = key_text(&key, mark)?;
            let event = self.next()?;
            let value = self.value(event, depth + 1)?;
            members.insert(key, value);
        }
        let value = Value::object(members);
        if anchor.is_some() {
            self.open.pop();
        }
        self.remember(anchor, &value);
        Ok(value)
    }
}

fn size(value: &Value) -> usize {
    1 + value.elements().iter().map(|(_, element)| size(element)).sum::<usize>()
}

fn is_merge(data: &EventData) -> bool {
    matches!(data, EventData::Scalar { value, style: ScalarStyle::Plain, .. } if value == "<<")
}

fn key_text(key: &Value, mark: Mark) -> Result<Arc<str>, String> {
    // Positions of values count lines from 0, as those of the parser do.
    let at = |message: &str| {
        if mark.line == 0 {
            message.to_owned()
        } else {
            format!("on line {}, column {}: {message}", mark.line, mark.column + 1)
        }
    };
    if key.is_null() {
        return Err(at("mapping key cannot be null"));
    }
    match crate::convert::convert(key, &Type::String) {
        Ok(text) => Ok(text.as_shared_str().cloned().unwrap_or_else(|| Arc::from(""))),
        Err(_) => Err("only strings are allowed as mapping keys".to_owned()),
    }
}

fn check_tag(tag: Option<&str>, own: &str, kind: &str) -> Result<(), String> {
    match tag {
        None | Some("!") => Ok(()),
        Some(tag) if tag.strip_prefix(TAG_PREFIX) == Some(own) => Ok(()),
        Some(tag) => Err(format!("can't interpret {kind} as {tag}")),
    }
}

fn scalar(tag: Option<&str>, text: &str, style: ScalarStyle) -> Result<Value, String> {
    let tag = match tag {
        None | Some("") => None,
        Some("!") => Some("str"),
        Some(tag) => match tag.strip_prefix(TAG_PREFIX) {
            Some(short) => Some(short),
            None => return Err(format!("unsupported tag {tag:?}")),
        },
    };
    match tag {
        None if style == ScalarStyle::Plain => plain_scalar(text),
        None | Some("str" | "binary") => Ok(text.into()),
        Some("null") => Ok(Value::null(Type::Dynamic)),
        Some("timestamp") => yaml_timestamp(text)
            .map(Value::from)
            .ok_or_else(|| format!("cannot parse {text:?} as tag:yaml.org,2002:timestamp")),
        Some("bool" | "int" | "float") if style != ScalarStyle::Plain => Ok(text.into()),
        Some("bool" | "int" | "float") => plain_scalar(text),
        Some(other) => Err(format!("unsupported tag \"!!{other}\"")),
    }
}

fn plain_scalar(text: &str) -> Result<Value, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::null(Type::Dynamic),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => true.into(),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => false.into(),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::number(Number::infinity(false)),
        "-.inf" | "-.Inf" | "-.INF" => Value::number(Number::infinity(true)),
        ".nan" | ".NaN" | ".NAN" => return Err("floating point NaN is not supported".to_owned()),
        text => plain_number(text)
            .or_else(|| yaml_timestamp(text).map(Value::from))
            .unwrap_or_else(|| text.into()),
    })
}

fn plain_number(text: &str) -> Option<Value> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().map(whole_number);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u64::from_str_radix(digits, 8).ok().map(whole_number);
    }
    let unsigned = text.trim_start_matches(['+', '-']);
    let numeric = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !numeric || unsigned.contains(['p', 'P']) || text.len() > unsigned.len() + 1 {
        return None;
    }
    Number::parse(text).map(Value::number)
}

fn whole_number(value: u64) -> Value {
    Value::number(Number::from_bigint(&num_bigint::BigInt::from(value)))
}
