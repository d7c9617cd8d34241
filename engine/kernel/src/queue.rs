//! Things that are due at a time: the engine's only notion of "later".

use crate::Ordered;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Items by due time; items due at the same millisecond keep the order in which they were added.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>"))]
pub struct EventQueue<T> {
    #[serde(with = "entries")]
    items: BTreeMap<(i64, u64), T>,
    next: u64,
}

/// JSON keys are texts, so the map travels as a list of `(due_ms, order, item)`.
mod entries {
    use super::*;
    use serde::{Deserializer, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(
        items: &BTreeMap<(i64, u64), T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(items.iter().map(|((due, order), item)| (due, order, item)))
    }

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<(i64, u64), T>, D::Error> {
        let list = Vec::<(i64, u64, T)>::deserialize(deserializer)?;
        Ok(list.into_iter().map(|(due, order, item)| ((due, order), item)).into_map())
    }
}

impl<T> Default for EventQueue<T> {
    fn default() -> Self {
        EventQueue { items: BTreeMap::new(), next: 0 }
    }
}

impl<T> EventQueue<T> {
    pub fn push(&mut self, due_ms: i64, item: T) {
        self.items.insert((due_ms, self.next), item);
        self.next += 1;
    }

    /// Takes the earliest item that is due at `now_ms`, with its due time.
    pub fn pop_due(&mut self, now_ms: i64) -> Option<(i64, T)> {
        let (&key, _) = self.items.first_key_value()?;
        if key.0 > now_ms {
            return None;
        }
        self.items.remove(&key).map(|item| (key.0, item))
    }

    /// When the next item is due.
    pub fn next_due_ms(&self) -> Option<i64> {
        self.items.first_key_value().map(|((due, _), _)| *due)
    }

    /// Drops the items for which `keep` says no.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.items.retain(|_, item| keep(item));
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_out_by_time_then_by_order_of_arrival() {
        let mut queue = EventQueue::default();
        queue.push(20, 'c');
        queue.push(10, 'a');
        queue.push(10, 'b');
        assert_eq!(queue.pop_due(5), None);
        let out: Vec<_> = std::iter::from_fn(|| queue.pop_due(30)).collect();
        assert_eq!(out, [(10, 'a'), (10, 'b'), (20, 'c')]);
    }

    #[test]
    fn survives_json() {
        let mut queue = EventQueue::default();
        queue.push(20, 'c');
        let text = serde_json::to_string(&queue).unwrap();
        let mut back: EventQueue<char> = serde_json::from_str(&text).unwrap();
        assert_eq!(back.pop_due(20), Some((20, 'c')));
    }
}
