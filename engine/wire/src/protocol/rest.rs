//! HTTP bindings: what the rest protocols carry outside the body.

use super::scalar::{self, TextStyle};
use crate::http::{Headers, Request};
use crate::router::Labels;
use crate::schema::OperationSchema;
use crate::shape::{Location, Member, Nested, Shape, StructureShape, TimestampFormat};
use crate::uri;
use crate::value::{Structure, Value};
use indexmap::IndexMap;

const HEADER: TextStyle = TextStyle { timestamp: TimestampFormat::HttpDate, millis: false };
const QUERY: TextStyle = TextStyle { timestamp: TimestampFormat::DateTime, millis: false };

fn style(base: TextStyle, traits: Nested) -> TextStyle {
    TextStyle { timestamp: traits.timestamp.unwrap_or(base.timestamp), ..base }
}

/// Where the rest protocols look for what is not in the body.
pub(super) struct Source<'r> {
    pub headers: &'r Headers,
    pub pairs: &'r [(String, String)],
    pub labels: &'r Labels,
    pub status: u16,
    /// Keeps the case of prefixed headers' names; services see them in lower case.
    pub keep_case: bool,
}

/// A text that is not of its member's shape.
pub(super) struct Mistake {
    /// As the client named it: `max-keys`.
    pub parameter: String,
    pub value: String,
}

/// Reads the members that are not in the body.
pub(super) fn read(table: &StructureShape, source: &Source<'_>) -> Result<Structure, Mistake> {
    let mut members = Structure::new();
    for member in table.members {
        let value = match member.location {
            Location::Body | Location::Payload => None,
            Location::StatusCode => Some(Value::Integer(source.status.into())),
            Location::Label(name) => match source.labels.iter().find(|(label, _)| *label == name) {
                Some((_, text)) => Some(read_text(member, name, text)?),
                None => None,
            },
            Location::Header(name) => read_header(member, name, source.headers)?,
            Location::PrefixHeaders(prefix) => read_prefix(prefix, source),
            Location::Query(name) => read_query(member, name, source.pairs)?,
            Location::QueryMap => Some(read_query_map(table, member, source.pairs)),
        };
        members.insert_some(member.name, value);
    }
    Ok(members)
}

fn read_text(member: &Member, name: &str, text: &str) -> Result<Value, Mistake> {
    read_scalar(member.shape, name, text)
}

fn read_scalar(shape: Shape, name: &str, text: &str) -> Result<Value, Mistake> {
    scalar::read(shape, text).ok_or_else(|| Mistake { parameter: name.to_owned(), value: text.to_owned() })
}

fn read_header(member: &Member, name: &str, headers: &Headers) -> Result<Option<Value>, Mistake> {
    let Shape::List(list) = member.shape else {
        return headers.get(name).map(|text| read_text(member, name, text)).transpose();
    };
    if !headers.contains(name) {
        return Ok(None);
    }
    let mut items = Vec::new();
    for line in headers.get_all(name) {
        for text in split_list(list.item, line) {
            items.push(read_scalar(list.item, name, &text)?);
        }
    }
    Ok(Some(Value::List(items)))
}

/// The items of a header's list: commas part them, except inside quotes and inside an HTTP date.
fn split_list(item: Shape, line: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut current = String::new();
    let (mut quoted, mut escaped, mut commas) = (false, false, 0);
    for character in line.chars() {
        match character {
            _ if escaped => {
                current.push(character);
                escaped = false;
            }
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                commas += 1;
                if matches!(item, Shape::Timestamp) && commas % 2 == 1 && line.contains("GMT") {
                    current.push(',');
                } else {
                    items.push(std::mem::take(&mut current));
                }
            }
            other => current.push(other),
        }
    }
    items.push(current);
    items.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

fn read_prefix(prefix: &str, source: &Source<'_>) -> Option<Value> {
    let mut found: IndexMap<String, String> = IndexMap::new();
    for (name, value) in source.headers.iter() {
        let starts = name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        if !starts || name.len() == prefix.len() {
            continue;
        }
        let key = &name[prefix.len()..];
        let key = if source.keep_case { key.to_owned() } else { key.to_ascii_lowercase() };
        // Several headers of one name are one header (RFC 9110, section 5.2).
        found
            .entry(key)
            .and_modify(|text| {
                text.push(',');
                text.push_str(value);
            })
            .or_insert_with(|| value.to_owned());
    }
    if found.is_empty() {
        return None;
    }
    Some(Value::Map(found.into_iter().map(|(key, text)| (key, Value::String(text))).collect()))
}

fn read_query(member: &Member, name: &str, pairs: &[(String, String)]) -> Result<Option<Value>, Mistake> {
    let mut texts = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).peekable();
    if texts.peek().is_some()
        && let Shape::List(list) = member.shape
    {
        let items = texts.map(|text| read_scalar(list.item, name, text));
        return items.collect::<Result<_, _>>().map(|items| Some(Value::List(items)));
    }
    texts.next().map(|text| read_scalar(member.shape, name, text)).transpose()
}

/// Every parameter that no other member takes.
fn read_query_map(table: &StructureShape, member: &Member, pairs: &[(String, String)]) -> Value {
    let mut entries = IndexMap::new();
    let lists = matches!(member.shape, Shape::Map(map) if matches!(map.value, Shape::List(_)));
    for (name, text) in pairs {
        if table.members.iter().any(|other| matches!(other.location, Location::Query(taken) if taken == name))
        {
            continue;
        }
        let text = Value::String(text.clone());
        if !lists {
            entries.entry(name.clone()).or_insert(text);
        } else if let Value::List(items) =
            entries.entry(name.clone()).or_insert_with(|| Value::List(Vec::new()))
        {
            items.push(text);
        }
    }
    Value::Map(entries)
}

/// Writes the header members, and tells the status that the output itself sets.
pub(super) fn write_headers(
    table: &StructureShape,
    members: &Structure,
    headers: &mut Headers,
) -> Option<u16> {
    let mut status = None;
    for member in table.members {
        let Some(value) = members.get(member.name) else { continue };
        match member.location {
            Location::Header(name) => {
                if let Some(text) = header_text(member, value) {
                    headers.set(name, text);
                }
            }
            Location::PrefixHeaders(prefix) => {
                if let Value::Map(entries) = value {
                    for (key, value) in entries {
                        headers
                            .set(&format!("{prefix}{key}"), scalar::write(value, HEADER).unwrap_or_default());
                    }
                }
            }
            Location::StatusCode => {
                if let Value::Integer(code) = value {
                    status = u16::try_from(*code).ok();
                }
            }
            Location::Body
            | Location::Query(_)
            | Location::QueryMap
            | Location::Label(_)
            | Location::Payload => {}
        }
    }
    status
}

fn header_text(member: &Member, value: &Value) -> Option<String> {
    let style = style(HEADER, member.nested);
    let text = if let Value::List(items) = value {
        let items = items.iter().filter_map(|item| {
            let text = scalar::write(item, style)?;
            let quote = matches!(item, Value::String(_)) && text.contains([',', '"']);
            let escaped = || text.replace('\\', "\\\\").replace('"', "\\\"");
            Some(if quote { format!("\"{}\"", escaped()) } else { text })
        });
        items.collect::<Vec<_>>().join(",")
    } else {
        scalar::write(value, style)?
    };
    // A line break would end the header and start another.
    Some(text.replace(['\r', '\n'], " "))
}

/// Fills the template with labels, and the query string with the template's constants and members.
/// `None`: a label is absent or empty.
pub(super) fn write_uri(operation: &OperationSchema, input: &Structure) -> Option<(String, String)> {
    let (template, constants) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
    let mut path = String::new();
    for segment in template.split_inclusive('/') {
        let (segment, slash) = segment.strip_suffix('/').map_or((segment, ""), |segment| (segment, "/"));
        match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            None => path.push_str(segment),
            Some(label) => path.push_str(&label_text(operation.input, input, label)?),
        }
        path.push_str(slash);
    }
    let mut query: Vec<String> = Vec::new();
    if !constants.is_empty() {
        // A constant without a value that a member fills is the member's to write.
        let filled = |part: &str| {
            operation
                .input
                .members
                .iter()
                .any(|member| matches!(member.location, Location::Query(name) if name == part))
        };
        query.extend(
            constants.split('&').filter(|part| part.contains('=') || !filled(part)).map(str::to_owned),
        );
    }
    for member in operation.input.members {
        if let Some(value) = input.get(member.name) {
            write_query(member, value, &mut query);
        }
    }
    Some((path, query.join("&")))
}

fn label_text(table: &StructureShape, input: &Structure, label: &str) -> Option<String> {
    let (name, greedy) = label.strip_suffix('+').map_or((label, false), |name| (name, true));
    let member =
        table.members.iter().find(|member| matches!(member.location, Location::Label(at) if at == name))?;
    let text = scalar::write(input.get(member.name)?, style(QUERY, member.nested))?;
    if text.is_empty() {
        return None;
    }
    Some(if greedy { uri::encode_path(&text) } else { uri::encode(&text) })
}

fn write_query(member: &Member, value: &Value, query: &mut Vec<String>) {
    let style = style(QUERY, member.nested);
    let mut push = |name: &str, value: &Value| {
        if let Some(text) = scalar::write(value, style) {
            query.push(format!("{}={}", uri::encode(name), uri::encode(&text)));
        }
    };
    match (member.location, value) {
        (Location::Query(name), Value::List(items)) => items.iter().for_each(|item| push(name, item)),
        (Location::Query(name), value) => push(name, value),
        (Location::QueryMap, Value::Map(entries)) => {
            for (name, value) in entries {
                if let Value::List(items) = value {
                    items.iter().for_each(|item| push(name, item));
                } else {
                    push(name, value);
                }
            }
        }
        _ => {}
    }
}

/// The source for a request.
pub(super) fn source<'r>(
    request: &'r Request,
    pairs: &'r [(String, String)],
    labels: &'r Labels,
) -> Source<'r> {
    Source { headers: &request.headers, pairs, labels, status: 0, keep_case: false }
}
