//! Reads: one item, or all items of a span in order, as one view of the table has them.

use crate::dynamodb::attr::Item;
use crate::dynamodb::key::Span;
use crate::dynamodb::replicas::{Change, Recent, View};
use crate::dynamodb::state::{Index, Table};
use nuvola_kernel::{Blob, Map};
use std::ops::Bound;

/// What is read: a table or one of its indexes.
#[derive(Clone, Copy)]
pub struct Source<'t> {
    pub table: &'t Table,
    pub index: Option<&'t Index>,
    pub view: View,
    pub now_ms: i64,
}

/// The first or last key of a span.
fn edge<V>(map: &Map<Blob, V>, span: &Span, forward: bool) -> Option<Blob> {
    let (low, high) = (span.0.as_ref(), span.1.as_ref());
    if is_empty(low, high) {
        return None;
    }
    let mut range = map.range::<Blob>((low, high));
    let found = if forward { range.next() } else { range.next_back() };
    found.map(|(key, _)| key.clone())
}

/// B-trees refuse spans whose end comes before their start.
fn is_empty(low: Bound<&Blob>, high: Bound<&Blob>) -> bool {
    match (low, high) {
        (Bound::Included(low), Bound::Included(high)) => low > high,
        (Bound::Included(low) | Bound::Excluded(low), Bound::Excluded(high))
        | (Bound::Excluded(low), Bound::Included(high)) => low >= high,
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
    }
}

impl<'t> Source<'t> {
    fn recent(&self) -> &'t Recent {
        match self.index {
            Some(index) if index.global => &index.recent,
            Some(_) | None => &self.table.recent,
        }
    }

    /// The item under a key of the table.
    pub fn item(&self, key: &Blob) -> Option<&'t Item> {
        match self.table.recent.unseen(key, self.view, self.now_ms) {
            Some(old) => old,
            None => self.table.items.get(key),
        }
    }

    /// The item under a key of what is read.
    fn entry(&self, key: &Blob) -> Option<&'t Item> {
        let Some(index) = self.index else { return self.item(key) };
        if index.global
            && let Some(old) = index.recent.unseen(key, self.view, self.now_ms)
        {
            return old;
        }
        index.entries.get(key).and_then(|table_key| self.table.items.get(table_key))
    }

    /// Keys that are not in the map any more, and that the view may still have.
    fn ghosts(&self) -> Option<&'t Map<Blob, Vec<Change>>> {
        let local = self.index.is_some_and(|index| !index.global);
        let recent = self.recent();
        (self.view != View::Leader && !local && !recent.is_empty()).then(|| recent.keys())
    }

    fn edge(&self, span: &Span, forward: bool) -> Option<Blob> {
        let there = match self.index {
            Some(index) => edge(&index.entries, span, forward),
            None => edge(&self.table.items, span, forward),
        };
        let ghost = self.ghosts().and_then(|keys| edge(keys, span, forward));
        match (there, ghost) {
            (Some(there), Some(ghost)) => Some(if forward { there.min(ghost) } else { there.max(ghost) }),
            (there, ghost) => there.or(ghost),
        }
    }

    /// Shows the items of a span in order until `visit` has seen enough.
    pub fn walk(&self, mut span: Span, forward: bool, visit: &mut dyn FnMut(&'t Item) -> bool) {
        while let Some(key) = self.edge(&span, forward) {
            if let Some(item) = self.entry(&key)
                && !visit(item)
            {
                return;
            }
            let bound = Bound::Excluded(key);
            if forward {
                span.0 = bound;
            } else {
                span.1 = bound;
            }
        }
    }
}
