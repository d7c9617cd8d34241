//! Objects from sequences: `{key: value}` alone and behind a path.

use super::{Evaluator, append};
use crate::jsonata::ast::Node;
use crate::jsonata::error::Error;
use crate::jsonata::function::Frame;
use crate::jsonata::item::{Item, Tuple};
use indexmap::IndexMap;
use std::rc::Rc;
use std::sync::Arc;

/// The items with one key, and which pair gave it.
struct Entry {
    items: Vec<Item>,
    pair: usize,
}

impl Evaluator<'_> {
    pub(super) fn group(
        &mut self,
        pairs: &[(Node, Node)],
        position: usize,
        input: Item,
        frame: &Rc<Frame>,
    ) -> Result<Item, Error> {
        let reduce = input.as_list().is_some_and(|list| list.tuples);
        let mut items = match input {
            Item::Array(list) => list.items.clone(),
            other => vec![other],
        };
        if items.is_empty() && !reduce {
            items.push(Item::Nothing);
        }
        let mut groups: IndexMap<Arc<str>, Entry> = IndexMap::new();
        for item in items {
            for (index, (key, _)) in pairs.iter().enumerate() {
                let key = match &item {
                    Item::Tuple(tuple) if reduce => {
                        let inner = self.tuple_frame(tuple, frame);
                        self.evaluate(key, &tuple.context, &inner)?
                    }
                    other => self.evaluate(key, other, frame)?,
                };
                let key = match key {
                    Item::Text(key) => key,
                    Item::Nothing => continue,
                    other => return Err(Error::at("T1003", position).with_value("value", &other)),
                };
                match groups.get_mut(&key) {
                    None => {
                        groups.insert(key, Entry { items: vec![item.clone()], pair: index });
                    }
                    Some(entry) if entry.pair != index => {
                        return Err(Error::at("D1009", position).with_value("value", &Item::Text(key)));
                    }
                    Some(entry) => entry.items.push(item.clone()),
                }
            }
        }
        let mut out = IndexMap::with_capacity(groups.len());
        for (key, entry) in groups {
            let node = &pairs[entry.pair].1;
            let value = match reduce {
                true => {
                    let tuple = self.reduce(entry.items)?;
                    let inner = self.tuple_frame(&tuple, frame);
                    self.evaluate(node, &tuple.context, &inner)?
                }
                false => {
                    let context = self.joined(entry.items)?;
                    self.evaluate(node, &context, frame)?
                }
            };
            if !value.is_nothing() {
                out.insert(key, value);
            }
        }
        Ok(Item::object(out))
    }

    /// One item as it is; several as an array, in which arrays are joined.
    fn joined(&mut self, mut items: Vec<Item>) -> Result<Item, Error> {
        if items.len() == 1 {
            return Ok(items.remove(0));
        }
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            out.extend(item.into_items());
        }
        self.charge(out.len())?;
        Ok(Item::array(out))
    }

    /// Several tuples as one whose bindings hold all values.
    fn reduce(&mut self, items: Vec<Item>) -> Result<Tuple, Error> {
        let tuples: Vec<Rc<Tuple>> = items
            .into_iter()
            .filter_map(|item| match item {
                Item::Tuple(tuple) => Some(tuple),
                _ => None,
            })
            .collect();
        let Some(first) = tuples.first() else {
            return Ok(Tuple { context: Item::Nothing, bindings: Vec::new() });
        };
        let contexts = tuples.iter().map(|tuple| tuple.context.clone()).collect();
        let mut merged = Tuple { context: self.joined(contexts)?, bindings: first.bindings.clone() };
        for tuple in &tuples[1..] {
            self.charge(merged.bindings.len())?;
            for (name, value) in &tuple.bindings {
                let known = merged.bindings.iter().find(|(known, _)| known == name);
                let before = known.map_or(Item::Nothing, |(_, value)| value.clone());
                merged.bind(name, append(before, value.clone()));
            }
        }
        Ok(merged)
    }
}
