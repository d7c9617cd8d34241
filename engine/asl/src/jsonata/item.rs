//! Values while an expression runs: JSON, functions, and the marks that sequences carry.

use super::error::Error;
use super::function::Function;
use indexmap::IndexMap;
use serde_json::{Map, Number, Value};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

/// Values of this depth end an evaluation. JSON texts may nest 128 levels to be read again.
pub(super) const MAX_DEPTH: u16 = 110;

#[derive(Clone, Debug)]
pub(super) enum Item {
    /// JavaScript's `undefined`: no value.
    Nothing,
    Null,
    Bool(bool),
    Number(Number),
    Text(Arc<str>),
    Array(Rc<List>),
    Object(Rc<Members>),
    Function(Rc<Function>),
    /// One binding of a tuple stream, which paths with `@`, `#` and `%` work on.
    Tuple(Rc<Tuple>),
}

/// An array, or a sequence: an array that becomes its only item, or nothing, where an expression ends.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    pub items: Vec<Item>,
    pub sequence: bool,
    pub keep_singleton: bool,
    /// Made by `[...]` within a path: such an array is not flattened.
    pub cons: bool,
    /// A sequence of tuples.
    pub tuples: bool,
    pub depth: u16,
}

/// An object's members. They change in place only while a transform works on its copy.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    pub map: RefCell<IndexMap<Arc<str>, Item>>,
    pub depth: u16,
}

#[derive(Clone, Debug)]
pub(super) struct Tuple {
    /// The context value, `@`.
    pub context: Item,
    pub bindings: Vec<(Arc<str>, Item)>,
}

impl Item {
    pub fn text(text: &str) -> Item {
        Item::Text(Arc::from(text))
    }

    /// A number, whole where it can be.
    pub fn number(value: f64) -> Item {
        let whole = libm::trunc(value) == value && value.abs() < 9_007_199_254_740_992.0;
        match whole {
            true => Item::Number(Number::from(value as i64)),
            false => Number::from_f64(value).map_or(Item::Null, Item::Number),
        }
    }

    pub fn count(count: usize) -> Item {
        Item::Number(Number::from(count))
    }

    pub fn array(items: Vec<Item>) -> Item {
        Item::Array(Rc::new(List::of(items)))
    }

    pub fn sequence(items: Vec<Item>) -> Item {
        Item::Array(Rc::new(List { sequence: true, ..List::of(items) }))
    }

    pub fn object(members: IndexMap<Arc<str>, Item>) -> Item {
        let depth = members.values().map(Item::depth).max().unwrap_or(0).saturating_add(1);
        Item::Object(Rc::new(Members { map: RefCell::new(members), depth }))
    }

    pub fn depth(&self) -> u16 {
        match self {
            Item::Array(list) => list.depth,
            Item::Object(members) => members.depth,
            Item::Tuple(tuple) => tuple.context.depth(),
            Item::Function(function) => function.depth(),
            Item::Nothing | Item::Null | Item::Bool(_) | Item::Number(_) | Item::Text(_) => 0,
        }
    }

    pub fn is_nothing(&self) -> bool {
        matches!(self, Item::Nothing)
    }

    pub fn as_number(&self) -> Option<f64> {
        match self {
            Item::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Item::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&List> {
        match self {
            Item::Array(list) => Some(list),
            _ => None,
        }
    }

    /// The items of an array; any other value is its own only item, nothing is none.
    pub fn into_items(self) -> Vec<Item> {
        match self {
            Item::Array(list) => list.items.clone(),
            Item::Nothing => Vec::new(),
            other => vec![other],
        }
    }

    /// What an `if` makes of a value; nothing for nothing.
    pub fn truth(&self) -> Option<bool> {
        Some(match self {
            Item::Nothing => return None,
            Item::Null | Item::Function(_) => false,
            Item::Bool(truth) => *truth,
            Item::Number(number) => number.as_f64() != Some(0.0),
            Item::Text(text) => !text.is_empty(),
            Item::Array(list) => list.items.iter().any(Item::is_true),
            Item::Object(members) => !members.map.borrow().is_empty(),
            Item::Tuple(_) => true,
        })
    }

    pub fn is_true(&self) -> bool {
        self.truth() == Some(true)
    }

    /// The value's own members, in order.
    pub fn members(&self) -> Vec<(Arc<str>, Item)> {
        match self {
            Item::Object(members) => {
                members.map.borrow().iter().map(|(key, item)| (key.clone(), item.clone())).collect()
            }
            _ => Vec::new(),
        }
    }

    pub fn same(&self, other: &Item) -> bool {
        match (self, other) {
            (Item::Nothing, Item::Nothing) | (Item::Null, Item::Null) => true,
            (Item::Bool(a), Item::Bool(b)) => a == b,
            (Item::Number(a), Item::Number(b)) => a == b || a.as_f64() == b.as_f64(),
            (Item::Text(a), Item::Text(b)) => a == b,
            (Item::Array(a), Item::Array(b)) => {
                a.items.len() == b.items.len() && a.items.iter().zip(&b.items).all(|(a, b)| a.same(b))
            }
            (Item::Object(a), Item::Object(b)) => {
                let (a, b) = (a.map.borrow(), b.map.borrow());
                a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| a.same(b)))
            }
            (Item::Function(a), Item::Function(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// The order of two numbers or two texts.
    pub fn order(&self, other: &Item) -> Option<Ordering> {
        match (self, other) {
            (Item::Number(a), Item::Number(b)) => a.as_f64()?.partial_cmp(&b.as_f64()?),
            // JavaScript and Java compare UTF-16.
            (Item::Text(a), Item::Text(b)) => Some(a.encode_utf16().cmp(b.encode_utf16())),
            _ => None,
        }
    }

    pub fn from_json(value: &Value) -> Item {
        match value {
            Value::Null => Item::Null,
            Value::Bool(truth) => Item::Bool(*truth),
            Value::Number(number) => Item::Number(number.clone()),
            Value::String(text) => Item::text(text),
            Value::Array(items) => Item::array(items.iter().map(Item::from_json).collect()),
            Value::Object(map) => {
                let mut members = IndexMap::with_capacity(map.len());
                for (key, value) in map {
                    members.insert(Arc::from(key.as_str()), Item::from_json(value));
                }
                Item::object(members)
            }
        }
    }

    /// The result as JSON; none for nothing. Functions have no JSON: as members and items they are empty texts.
    pub fn into_json(self) -> Option<Value> {
        Some(match self {
            Item::Nothing => return None,
            Item::Null => Value::Null,
            Item::Bool(truth) => Value::Bool(truth),
            Item::Number(number) => Value::Number(number),
            Item::Text(text) => Value::String(text.to_string()),
            Item::Function(_) => Value::String(String::new()),
            Item::Tuple(tuple) => return tuple.context.clone().into_json(),
            Item::Array(list) => Value::Array(
                list.items.iter().map(|item| item.clone().into_json().unwrap_or(Value::Null)).collect(),
            ),
            Item::Object(members) => {
                let mut out = Map::new();
                for (key, item) in members.map.borrow().iter() {
                    if let Some(value) = item.clone().into_json() {
                        out.insert(key.to_string(), value);
                    }
                }
                Value::Object(out)
            }
        })
    }

    /// The JSON text that errors show.
    pub fn json_text(&self) -> String {
        match self.clone().into_json() {
            None => "undefined".to_string(),
            Some(value) => crate::value::javascript_text(&value, None),
        }
    }

    /// A copy that shares nothing, for a transform to change.
    pub fn deep_copy(&self) -> Item {
        match self {
            Item::Array(list) => Item::array(list.items.iter().map(Item::deep_copy).collect()),
            Item::Object(members) => {
                let copies =
                    members.map.borrow().iter().map(|(key, item)| (key.clone(), item.deep_copy())).collect();
                Item::object(copies)
            }
            other => other.clone(),
        }
    }

    pub fn check_depth(&self) -> Result<(), Error> {
        if self.depth() > MAX_DEPTH { Err(Error::new("U1002")) } else { Ok(()) }
    }
}

impl List {
    pub fn of(items: Vec<Item>) -> List {
        let depth = items.iter().map(Item::depth).max().unwrap_or(0).saturating_add(1);
        List { items, depth, ..List::default() }
    }
}

impl Tuple {
    pub fn bind(&mut self, name: &Arc<str>, value: Item) {
        match self.bindings.iter_mut().find(|(known, _)| known == name) {
            Some(binding) => binding.1 = value,
            None => self.bindings.push((name.clone(), value)),
        }
    }
}
