//! XML bodies: of rest-xml, and the answers of query and ec2-query.

use super::scalar::{self, TextStyle};
use crate::shape::{
    ListShape, Location, MapShape, Member, Nested, Shape, StructureShape, TimestampFormat, XmlNamespace,
};
use crate::value::{Structure, Value};
use crate::xml::{Element, Writer};
use indexmap::IndexMap;
use std::borrow::Cow;

pub(super) fn namespace_attribute(namespace: Option<XmlNamespace>) -> Vec<(String, String)> {
    let attribute = namespace.map(|namespace| {
        let name = namespace.prefix.map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
        (name, namespace.uri.to_owned())
    });
    attribute.into_iter().collect()
}

/// How elements are called where a table does not say.
#[derive(Clone, Copy)]
pub(super) struct Naming {
    /// Members have a small first letter, items are called `item` (EC2).
    pub small: bool,
}

impl Naming {
    pub const PLAIN: Naming = Naming { small: false };

    fn member(self, member: &Member) -> Cow<'static, str> {
        match member.xml_name {
            None if self.small => small_first(member.name).into(),
            Some(_) | None => member.xml_name().into(),
        }
    }

    fn item(self, named: Option<&'static str>) -> &'static str {
        named.unwrap_or(if self.small { "item" } else { "member" })
    }
}

fn small_first(name: &str) -> String {
    let mut out = name.to_owned();
    if let Some(first) = out.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    out
}

/// Writes structures.
pub(super) struct XmlWriter {
    /// ISO timestamps always have milliseconds.
    pub millis: bool,
    pub naming: Naming,
    pub out: Writer,
}

impl XmlWriter {
    fn style(&self, traits: Nested) -> TextStyle {
        TextStyle { timestamp: traits.timestamp.unwrap_or(TimestampFormat::DateTime), millis: self.millis }
    }

    /// The body members of a structure, without an element around them.
    pub fn members(&mut self, table: &StructureShape, members: &Structure, top: bool) {
        for member in table.members {
            if (top && member.location != Location::Body) || member.xml_attribute {
                continue;
            }
            if let Some(value) = members.get(member.name) {
                self.member(member, value);
            }
        }
    }

    fn member(&mut self, member: &Member, value: &Value) {
        let attributes = namespace_attribute(member.xml_namespace);
        let name = self.naming.member(member);
        self.value(member.shape, &name, value, member.nested, attributes);
    }

    /// A value in an element of this name; a flattened list or map in many.
    pub fn value(
        &mut self,
        shape: Shape,
        name: &str,
        value: &Value,
        traits: Nested,
        mut attributes: Vec<(String, String)>,
    ) {
        match (shape, value) {
            (Shape::Structure(table), Value::Structure(members)) => {
                let table = table.get();
                if attributes.is_empty() {
                    attributes = namespace_attribute(table.xml_namespace);
                }
                for member in table.members.iter().filter(|member| member.xml_attribute) {
                    let text = members
                        .get(member.name)
                        .and_then(|value| scalar::write(value, self.style(member.nested)));
                    attributes.extend(text.map(|text| (member.xml_name().to_owned(), text)));
                }
                self.out.open(name, &attributes);
                self.members(table, members, false);
                self.out.close(name);
            }
            (Shape::List(list), Value::List(items)) => self.list(list, name, items, traits, &attributes),
            (Shape::Map(map), Value::Map(entries)) => self.map(map, name, entries, traits, &attributes),
            (_, value) => {
                self.out.open(name, &attributes);
                self.out.text(&scalar::write(value, self.style(traits)).unwrap_or_default());
                self.out.close(name);
            }
        }
    }

    fn list(
        &mut self,
        list: &ListShape,
        name: &str,
        items: &[Value],
        traits: Nested,
        attributes: &[(String, String)],
    ) {
        let traits = traits.or(list.traits);
        let inner = Nested { timestamp: traits.timestamp, ..Nested::NONE };
        if traits.flattened {
            let name = traits.item.unwrap_or(name);
            for item in items {
                self.value(list.item, name, item, inner, attributes.to_vec());
            }
            return;
        }
        self.out.open(name, attributes);
        for item in items {
            self.value(list.item, self.naming.item(traits.item), item, inner, Vec::new());
        }
        self.out.close(name);
    }

    fn map(
        &mut self,
        map: &MapShape,
        name: &str,
        entries: &IndexMap<String, Value>,
        traits: Nested,
        attributes: &[(String, String)],
    ) {
        let traits = traits.or(map.traits);
        let inner = Nested { timestamp: traits.timestamp, ..Nested::NONE };
        let entry_name = if traits.flattened { name } else { "entry" };
        if !traits.flattened {
            self.out.open(name, attributes);
        }
        for (key, value) in entries {
            self.out.open(entry_name, &[]);
            self.out.leaf(traits.key.unwrap_or("key"), key);
            self.value(map.value, traits.value.unwrap_or("value"), value, inner, Vec::new());
            self.out.close(entry_name);
        }
        if !traits.flattened {
            self.out.close(name);
        }
    }
}

/// Reads the body members of a structure. `None`: a text is not of its member's shape.
pub(super) fn read_structure(
    table: &StructureShape,
    element: &Element,
    top: bool,
    naming: Naming,
) -> Option<Structure> {
    let mut members = Structure::new();
    for member in table.members {
        if top && member.location != Location::Body {
            continue;
        }
        if member.xml_attribute {
            if let Some(text) = element.attribute(member.xml_name()) {
                members.insert(member.name, scalar::read(member.shape, text)?);
            }
            continue;
        }
        if let Some(value) = read_member(member, element, naming)? {
            members.insert(member.name, value);
        }
    }
    Some(members)
}

/// The outer `None`: unreadable; the inner: absent.
fn read_member(member: &Member, element: &Element, naming: Naming) -> Option<Option<Value>> {
    let traits = member.nested.or(member.shape.traits());
    if !traits.flattened {
        return match element.child(&naming.member(member)) {
            None => Some(None),
            Some(child) => read(member.shape, child, member.nested, naming).map(Some),
        };
    }
    let name = member.xml_name();
    let named_items = matches!(member.shape, Shape::List(_));
    let name = traits.item.filter(|_| named_items).unwrap_or(name);
    let mut found = element.children(name).peekable();
    if found.peek().is_none() {
        return Some(None);
    }
    if let Shape::Map(map) = member.shape {
        let entries: Option<_> = found.map(|entry| read_entry(map, entry, traits, naming)).collect();
        return entries.map(|entries| Some(Value::Map(entries)));
    }
    let Shape::List(list) = member.shape else { return None };
    let items: Option<_> = found.map(|item| read(list.item, item, Nested::NONE, naming)).collect();
    items.map(|items| Some(Value::List(items)))
}

/// Reads one element as a value.
pub(super) fn read(shape: Shape, element: &Element, traits: Nested, naming: Naming) -> Option<Value> {
    match shape {
        Shape::Structure(table) => read_structure(table.get(), element, false, naming).map(Value::Structure),
        Shape::List(list) => {
            let name = naming.item(traits.or(list.traits).item);
            let items = element.children(name).map(|item| read(list.item, item, Nested::NONE, naming));
            items.collect::<Option<_>>().map(Value::List)
        }
        Shape::Map(map) => {
            let traits = traits.or(map.traits);
            let entries = element.children("entry").map(|entry| read_entry(map, entry, traits, naming));
            entries.collect::<Option<_>>().map(Value::Map)
        }
        Shape::Boolean
        | Shape::Integer
        | Shape::Long
        | Shape::Float
        | Shape::Double
        | Shape::String
        | Shape::Blob
        | Shape::Timestamp
        | Shape::Document => scalar::read(shape, &element.text),
    }
}

fn read_entry(map: &MapShape, entry: &Element, traits: Nested, naming: Naming) -> Option<(String, Value)> {
    let key = entry.child(traits.key.unwrap_or("key"))?.text.clone();
    let value = entry.child(traits.value.unwrap_or("value"))?;
    Some((key, read(map.value, value, Nested::NONE, naming)?))
}
