//! Values as they are shown: without types, sets as lists, with unknown and sensitive parts noted.

use nuvola_kernel::Ordered;
use nuvola_tf_lang::json::parse::Json;
use nuvola_tf_lang::{Data, Marks, Value};
use std::collections::BTreeMap;

/// A part of a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub node: Node,
    pub sensitive: bool,
}

/// What a part is.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// There is no such attribute or element.
    Absent,
    Null,
    Unknown,
    Bool(bool),
    /// As printed.
    Number(String),
    Text(String),
    List(Vec<Item>),
    Map(BTreeMap<String, Item>),
}

/// The part that is not there.
pub static ABSENT: Item = Item { node: Node::Absent, sensitive: false };

impl Item {
    #[must_use]
    pub fn plain(node: Node) -> Self {
        Self { node, sensitive: false }
    }

    #[must_use]
    pub fn from_value(value: &Value) -> Self {
        let node = match value.data() {
            Data::Null => Node::Null,
            Data::Unknown(_) => Node::Unknown,
            Data::Bool(value) => Node::Bool(*value),
            Data::Number(number) => Node::Number(number.to_text()),
            Data::String(text) => Node::Text(text.to_string()),
            Data::Seq(items) => Node::List(items.iter().map(Self::from_value).collect()),
            Data::Members(members) => {
                let members = members.iter();
                Node::Map(members.map(|(k, v)| (k.to_string(), Self::from_value(v))).into_map())
            }
            Data::Type(_) => Node::Null,
        };
        Self { node, sensitive: value.marks().contains(Marks::SENSITIVE) }
    }

    /// The tree of a JSON text, as `jsonencode` diffs need it.
    #[must_use]
    pub fn from_json(json: &Json) -> Self {
        Self::plain(match json {
            Json::Null => Node::Null,
            Json::Bool(value) => Node::Bool(*value),
            Json::Number(number) => Node::Number(number.clone()),
            Json::String(text) => Node::Text(text.clone()),
            Json::Array(items) => Node::List(items.iter().map(Self::from_json).collect()),
            Json::Object(members) => {
                Node::Map(members.iter().map(|(k, v)| (k.clone(), Self::from_json(v))).into_map())
            }
        })
    }

    /// Neither there nor null: nothing to show.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        matches!(self.node, Node::Absent | Node::Null)
    }

    /// What a comparison of the two JSON texts would see: unknown parts are left out or null there.
    #[must_use]
    pub fn same_json(&self, other: &Self) -> bool {
        match (&self.node, &other.node) {
            (Node::List(a), Node::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_json(b))
            }
            (Node::Map(a), Node::Map(b)) => {
                let known = |map: &BTreeMap<String, Item>| {
                    map.values().filter(|item| item.node != Node::Unknown).count()
                };
                known(a) == known(b)
                    && a.iter()
                        .filter(|(_, item)| item.node != Node::Unknown)
                        .all(|(key, a)| b.get(key).is_some_and(|b| b.node != Node::Unknown && a.same_json(b)))
            }
            (Node::Absent | Node::Null | Node::Unknown, Node::Absent | Node::Null | Node::Unknown) => true,
            (a, b) => a == b,
        }
    }

    /// An attribute or element by name.
    #[must_use]
    pub fn child(&self, name: &str) -> &Self {
        match &self.node {
            Node::Map(members) => members.get(name).unwrap_or(&ABSENT),
            Node::Absent
            | Node::Null
            | Node::Unknown
            | Node::Bool(_)
            | Node::Number(_)
            | Node::Text(_)
            | Node::List(_) => &ABSENT,
        }
    }

    /// The elements of a list, none for anything else.
    #[must_use]
    pub fn list(&self) -> &[Self] {
        if let Node::List(items) = &self.node { items } else { &[] }
    }

    /// The names of a map, none for anything else.
    #[must_use]
    pub fn keys(&self) -> Vec<&String> {
        if let Node::Map(members) = &self.node { members.keys().collect() } else { Vec::new() }
    }
}
