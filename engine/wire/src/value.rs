//! The value tree: what a codec reads from the wire or writes to it.

use indexmap::IndexMap;
use nuvola_kernel::{Blob, Timestamp};

/// One value, of the kind that its [`crate::Shape`] says.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Boolean(bool),
    /// Of an `Integer` or a `Long`.
    Integer(i64),
    /// Of a `Float` or a `Double`.
    Double(f64),
    String(String),
    Blob(Blob),
    Timestamp(Timestamp),
    Document(serde_json::Value),
    List(Vec<Value>),
    Map(IndexMap<String, Value>),
    Structure(Structure),
}

/// The members that are present, in order. An absent member is not there: there is no null.
#[derive(Debug, Clone, Default)]
pub struct Structure(Vec<(&'static str, Value)>);

impl Structure {
    pub fn new() -> Self {
        Structure(Vec::new())
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    pub fn get_str(&self, name: &str) -> Option<&str> {
        if let Some(Value::String(text)) = self.get(name) { Some(text) } else { None }
    }

    pub fn get_int(&self, name: &str) -> Option<i64> {
        if let Some(Value::Integer(number)) = self.get(name) { Some(*number) } else { None }
    }

    pub fn get_bool(&self, name: &str) -> Option<bool> {
        if let Some(Value::Boolean(truth)) = self.get(name) { Some(*truth) } else { None }
    }

    pub fn get_list(&self, name: &str) -> Option<&[Value]> {
        if let Some(Value::List(items)) = self.get(name) { Some(items) } else { None }
    }

    pub fn get_structure(&self, name: &str) -> Option<&Structure> {
        if let Some(Value::Structure(inner)) = self.get(name) { Some(inner) } else { None }
    }

    /// Sets a member, replacing an earlier value.
    pub fn insert(&mut self, name: &'static str, value: Value) {
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some(slot) => slot.1 = value,
            None => self.0.push((name, value)),
        }
    }

    /// Sets a member if there is a value.
    pub fn insert_some(&mut self, name: &'static str, value: Option<Value>) {
        if let Some(value) = value {
            self.insert(name, value);
        }
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let index = self.0.iter().position(|(key, _)| *key == name)?;
        Some(self.0.remove(index).1)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Structure {
    type Item = (&'static str, Value);
    type IntoIter = std::vec::IntoIter<Self::Item>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Member order says nothing.
impl PartialEq for Structure {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

impl From<Structure> for Value {
    fn from(members: Structure) -> Self {
        Value::Structure(members)
    }
}
