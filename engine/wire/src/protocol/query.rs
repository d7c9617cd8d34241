//! Forms: the requests of query and ec2-query.

use super::scalar::{self, TextStyle};
use crate::schema::Protocol;
use crate::shape::{Member, Nested, Shape, StructureShape, TimestampFormat};
use crate::uri;
use crate::value::{Structure, Value};
use indexmap::IndexMap;
use nuvola_kernel::ordered::sort_by_key;

/// Deeper names are refused; no AWS shape comes near.
const MAX_DEPTH: usize = 32;

/// A form's names, split at their dots.
#[derive(Debug, Default)]
struct Node {
    value: Option<String>,
    children: IndexMap<String, Node>,
}

impl Node {
    fn build(pairs: Vec<(String, String)>) -> Option<Node> {
        let mut root = Node::default();
        for (name, value) in pairs {
            let mut at = &mut root;
            for (depth, part) in name.split('.').enumerate() {
                if depth >= MAX_DEPTH {
                    return None;
                }
                at = at.children.entry(part.to_owned()).or_default();
            }
            at.value.get_or_insert(value);
        }
        Some(root)
    }

    /// The children that are numbered, by number.
    fn numbered(&self) -> Vec<&Node> {
        let mut found: Vec<(u64, &Node)> =
            self.children.iter().filter_map(|(name, node)| Some((name.parse().ok()?, node))).collect();
        sort_by_key(&mut found, |(number, _)| *number);
        found.into_iter().map(|(_, node)| node).collect()
    }
}

/// What a form got wrong: the parameter, and its value.
pub(super) struct Mistake {
    pub parameter: String,
    pub value: String,
}

/// Reads an input from the pairs of a form.
pub(super) fn read(
    protocol: Protocol,
    table: &StructureShape,
    pairs: Vec<(String, String)>,
) -> Result<Structure, Mistake> {
    let deep = || Mistake { parameter: "Action".to_owned(), value: "nested too deeply".to_owned() };
    let root = Node::build(pairs).ok_or_else(deep)?;
    read_structure(protocol, table, &root, "")
}

fn read_structure(
    protocol: Protocol,
    table: &StructureShape,
    node: &Node,
    path: &str,
) -> Result<Structure, Mistake> {
    let mut members = Structure::new();
    for member in table.members {
        let name = form_name(protocol, member);
        let traits = member.nested.or(member.shape.traits());
        // A flattened list of named items takes the items' name instead of its own.
        let found = node.children.get(&*name).or_else(|| {
            let item = traits.item.filter(|_| traits.flattened && protocol == Protocol::Query)?;
            node.children.get(item)
        });
        if let Some(child) = found {
            let path = if path.is_empty() { name.into_owned() } else { format!("{path}.{name}") };
            members.insert(member.name, read_value(protocol, member.shape, child, traits, &path)?);
        }
    }
    Ok(members)
}

fn form_name(protocol: Protocol, member: &Member) -> std::borrow::Cow<'static, str> {
    if protocol != Protocol::Ec2Query {
        return member.xml_name().into();
    }
    match member.ec2_name {
        Some(name) => name.into(),
        None => {
            let name = member.xml_name();
            let mut characters = name.chars();
            match characters.next() {
                Some(first) if first.is_lowercase() => {
                    first.to_uppercase().chain(characters).collect::<String>().into()
                }
                Some(_) | None => name.into(),
            }
        }
    }
}

fn read_value(
    protocol: Protocol,
    shape: Shape,
    node: &Node,
    traits: Nested,
    path: &str,
) -> Result<Value, Mistake> {
    match shape {
        Shape::Structure(table) => read_structure(protocol, table.get(), node, path).map(Value::Structure),
        Shape::List(list) => {
            let traits = traits.or(list.traits);
            let named = [traits.item.unwrap_or("member"), "member"];
            let inside = named.iter().find_map(|name| node.children.get(*name)).unwrap_or(node);
            let items = inside.numbered().into_iter();
            let items = items.map(|item| read_value(protocol, list.item, item, list.item.traits(), path));
            items.collect::<Result<_, _>>().map(Value::List)
        }
        Shape::Map(map) => {
            let traits = traits.or(map.traits);
            let mut entries = IndexMap::new();
            for entry in node.children.get("entry").unwrap_or(node).numbered() {
                let key = entry.children.get(traits.key.unwrap_or("key"));
                let Some(key) = key.and_then(|key| key.value.clone()) else { continue };
                if let Some(value) = entry.children.get(traits.value.unwrap_or("value")) {
                    entries.insert(key, read_value(protocol, map.value, value, map.value.traits(), path)?);
                }
            }
            Ok(Value::Map(entries))
        }
        Shape::Boolean
        | Shape::Integer
        | Shape::Long
        | Shape::Float
        | Shape::Double
        | Shape::String
        | Shape::Blob
        | Shape::Timestamp
        | Shape::Document => {
            let text = node.value.as_deref().unwrap_or_default();
            scalar::read(shape, text)
                .ok_or_else(|| Mistake { parameter: path.to_owned(), value: text.to_owned() })
        }
    }
}

/// Writes an input as the body of a form.
pub(super) fn write(
    protocol: Protocol,
    table: &StructureShape,
    input: &Structure,
    action: &str,
    version: &str,
) -> String {
    let mut form = Form { protocol, pairs: Vec::new() };
    form.pairs.push(("Action".to_owned(), action.to_owned()));
    form.pairs.push(("Version".to_owned(), version.to_owned()));
    form.structure(table, input, "");
    let pairs = form.pairs.iter().map(|(name, value)| {
        let mut pair = uri::encode(name);
        pair.push('=');
        pair.push_str(&uri::encode(value));
        pair
    });
    pairs.collect::<Vec<_>>().join("&")
}

struct Form {
    protocol: Protocol,
    pairs: Vec<(String, String)>,
}

impl Form {
    fn structure(&mut self, table: &StructureShape, members: &Structure, prefix: &str) {
        for member in table.members {
            let Some(value) = members.get(member.name) else { continue };
            let traits = member.nested.or(member.shape.traits());
            let mut name = form_name(self.protocol, member);
            if self.protocol == Protocol::Query
                && traits.flattened
                && let (Shape::List(_), Some(item), false) = (member.shape, traits.item, is_empty(value))
            {
                name = item.into();
            }
            self.value(member.shape, value, traits, format!("{prefix}{name}"));
        }
    }

    fn value(&mut self, shape: Shape, value: &Value, traits: Nested, name: String) {
        match (shape, value) {
            (Shape::Structure(table), Value::Structure(members)) => {
                self.structure(table.get(), members, &format!("{name}."));
            }
            (Shape::List(list), Value::List(items)) => {
                let ec2 = self.protocol == Protocol::Ec2Query;
                if items.is_empty() {
                    if !ec2 {
                        self.pairs.push((name, String::new()));
                    }
                    return;
                }
                let flat = traits.flattened || ec2;
                let prefix = if flat { name } else { format!("{name}.{}", traits.item.unwrap_or("member")) };
                for (index, item) in items.iter().enumerate() {
                    self.value(list.item, item, list.item.traits(), format!("{prefix}.{}", index + 1));
                }
            }
            (Shape::Map(map), Value::Map(entries)) => {
                let prefix = if traits.flattened { name } else { format!("{name}.entry") };
                for (index, (key, value)) in entries.iter().enumerate() {
                    let place = format!("{prefix}.{}", index + 1);
                    self.pairs.push((format!("{place}.{}", traits.key.unwrap_or("key")), key.clone()));
                    let place = format!("{place}.{}", traits.value.unwrap_or("value"));
                    self.value(map.value, value, map.value.traits(), place);
                }
            }
            (_, value) => {
                let timestamp = traits.timestamp.unwrap_or(TimestampFormat::DateTime);
                let style = TextStyle { timestamp, millis: false };
                self.pairs.push((name, scalar::write(value, style).unwrap_or_default()));
            }
        }
    }
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::List(items) if items.is_empty())
}
