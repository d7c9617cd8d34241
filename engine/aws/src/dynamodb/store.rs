//! Writes: planned first, which tells their cost, and done later, which cannot fail.
//!
//! A write changes the item, the ordered indexes, the stream, the times of expiry, and what copies do not know yet.

use crate::dynamodb::attr::{Attr, Item, item_bytes};
use crate::dynamodb::capacity::write_cost;
use crate::dynamodb::key::{self, KeySchema};
use crate::dynamodb::limits;
use crate::dynamodb::state::{Index, Table, TtlStatus};
use crate::dynamodb::streams::Author;
use nuvola_kernel::Blob;

/// A write that is checked and may be done.
#[derive(Debug, Clone)]
pub struct Plan {
    pub key: Blob,
    /// Nothing: the item is deleted.
    pub new: Option<Item>,
    /// In thousandths of units.
    pub table_cost: i64,
    /// Of the indexes that change.
    pub index_costs: Vec<IndexCost>,
}

#[derive(Debug, Clone)]
pub struct IndexCost {
    pub name: String,
    pub global: bool,
    pub cost: i64,
}

/// The key of an item in an index, if it is there at all.
pub fn entry_key(index: &Index, table_key: &Blob, item: &Item) -> Option<Blob> {
    let mut bytes = key::key_bytes(&index.key, item)?;
    bytes.extend_from_slice(table_key);
    Some(bytes.into())
}

/// Bytes that order keys by the time at which they expire.
fn expiry_key(table_key: &Blob, item: &Item, attribute: &str) -> Option<(i64, Blob)> {
    let Some(Attr::N(number)) = item.get(attribute) else { return None };
    let at_s = number.to_i64().filter(|at_s| *at_s >= 0)?;
    let mut bytes = at_s.to_be_bytes().to_vec();
    bytes.extend_from_slice(table_key);
    Some((at_s, bytes.into()))
}

impl Table {
    /// What a write costs; nothing is changed.
    pub fn plan(&self, key: Blob, new: Option<Item>, transaction: bool) -> Plan {
        let old = self.items.get(&key);
        let size = old.map_or(0, item_bytes).max(new.as_ref().map_or(0, item_bytes));
        let mut index_costs = Vec::new();
        for index in self.indexes.values() {
            let cost = self.index_cost(index, &key, old, new.as_ref(), transaction);
            if cost > 0 {
                index_costs.push(IndexCost { name: index.name.clone(), global: index.global, cost });
            }
        }
        Plan { key, new, table_cost: write_cost(size, transaction), index_costs }
    }

    /// **Source**: DynamoDB Developer Guide, "Provisioned throughput considerations for Global Secondary Indexes".
    fn index_cost(
        &self,
        index: &Index,
        key: &Blob,
        old: Option<&Item>,
        new: Option<&Item>,
        transaction: bool,
    ) -> i64 {
        let entry = |item: Option<&Item>| item.and_then(|item| entry_key(index, key, item));
        let size = |item: &Item| index.projected_bytes(&self.key, item);
        match (old, entry(old), new, entry(new)) {
            (_, None, Some(new), Some(_)) => write_cost(size(new), transaction),
            (Some(old), Some(_), _, None) => write_cost(size(old), transaction),
            (Some(old), Some(before), Some(new), Some(after)) if before == after => {
                let same = index.projected(&self.key, old) == index.projected(&self.key, new);
                if same { 0 } else { write_cost(size(old).max(size(new)), transaction) }
            }
            (Some(old), Some(_), Some(new), Some(_)) => {
                write_cost(size(old), transaction) + write_cost(size(new), transaction)
            }
            (_, _, _, _) => 0,
        }
    }

    /// Does a planned write, and gives what was there before.
    pub fn commit(&mut self, plan: Plan, author: Author, now_ms: i64) -> Option<Item> {
        let Plan { key, new, .. } = plan;
        let old = match &new {
            Some(item) => self.items.insert(key.clone(), item.clone()),
            None => self.items.remove(&key),
        };
        let size = |item: &Option<Item>| item.as_ref().map_or(0, item_bytes);
        self.size_bytes = self.size_bytes + size(&new) - size(&old);
        self.note_recent(&key, old.as_ref(), new.as_ref(), now_ms);
        let table_key = self.key.clone();
        for index in self.indexes.values_mut() {
            index.reindex(&table_key, &key, old.as_ref(), new.as_ref());
        }
        self.move_expiry(&key, old.as_ref(), new.as_ref());
        if let Some(stream) = &mut self.stream {
            stream.record(&table_key, old.as_ref(), new.as_ref(), author, now_ms);
        }
        old
    }

    fn note_recent(&mut self, key: &Blob, old: Option<&Item>, new: Option<&Item>, now_ms: i64) {
        let lag_ms = self.replica_lag_ms;
        if lag_ms == 0 && self.recent.is_empty() {
            return;
        }
        self.recent.prune(now_ms);
        self.recent.note(key, old.cloned(), now_ms, lag_ms);
        for index in self.indexes.values_mut().filter(|index| index.global) {
            index.recent.prune(now_ms);
            let before = old.and_then(|item| entry_key(index, key, item));
            let after = new.and_then(|item| entry_key(index, key, item));
            if let Some(before) = &before {
                index.recent.note(before, old.cloned(), now_ms, lag_ms);
            }
            if let Some(after) = after.filter(|after| before.as_ref() != Some(after)) {
                index.recent.note(&after, None, now_ms, lag_ms);
            }
        }
    }

    fn move_expiry(&mut self, key: &Blob, old: Option<&Item>, new: Option<&Item>) {
        let Some(attribute) = self.ttl.attribute.clone() else { return };
        if let Some((_, entry)) = old.and_then(|item| expiry_key(key, item, &attribute)) {
            self.ttl.expiries.remove(&entry);
        }
        if let Some((_, entry)) = new.and_then(|item| expiry_key(key, item, &attribute)) {
            self.ttl.expiries.insert(entry, key.clone());
        }
    }

    /// Lists all items by their time of expiry.
    pub fn index_expiries(&mut self) {
        self.ttl.expiries.clear();
        let Some(attribute) = self.ttl.attribute.clone() else { return };
        for (key, item) in &self.items {
            if let Some((_, entry)) = expiry_key(key, item, &attribute) {
                self.ttl.expiries.insert(entry, key.clone());
            }
        }
    }

    /// When the first item that may expire does so.
    pub fn next_expiry_ms(&self, now_ms: i64) -> Option<i64> {
        if self.ttl.status != TtlStatus::Enabled {
            return None;
        }
        let oldest_s = (now_ms.div_euclid(1000) - limits::TTL_OLDEST_S).max(0);
        let from = Blob::from(oldest_s.to_be_bytes().to_vec());
        let (entry, _) = self.ttl.expiries.range::<Blob>(from..).next()?;
        let at_s = i64::from_be_bytes(entry[..8].try_into().expect("entries begin with eight bytes"));
        Some(at_s.saturating_mul(1000).saturating_add(limits::TTL_DELAY_MS))
    }

    /// The keys of items whose time has come.
    pub fn expired(&self, now_ms: i64, most: usize) -> Vec<Blob> {
        let now_s = (now_ms - limits::TTL_DELAY_MS).div_euclid(1000).max(0);
        let oldest_s = (now_ms.div_euclid(1000) - limits::TTL_OLDEST_S).max(0);
        let edge = |at_s: i64| Blob::from(at_s.to_be_bytes().to_vec());
        if oldest_s > now_s {
            return Vec::new();
        }
        let due = self.ttl.expiries.range::<Blob>(edge(oldest_s)..edge(now_s + 1));
        due.take(most).map(|(_, key)| key.clone()).collect()
    }

    /// Fills an index that was added.
    pub fn fill_index(&mut self, name: &str) {
        let Some(index) = self.indexes.get_mut(name) else { return };
        for (key, item) in &self.items {
            index.reindex(&self.key, key, None, Some(item));
        }
    }
}

impl Index {
    /// Moves an item's entry.
    fn reindex(&mut self, table_key: &KeySchema, key: &Blob, old: Option<&Item>, new: Option<&Item>) {
        if let Some(old) = old
            && let Some(entry) = entry_key(self, key, old)
        {
            self.entries.remove(&entry);
            self.size_bytes -= self.projected_bytes(table_key, old);
        }
        if let Some(new) = new
            && let Some(entry) = entry_key(self, key, new)
        {
            self.entries.insert(entry, key.clone());
            self.size_bytes += self.projected_bytes(table_key, new);
        }
    }
}
