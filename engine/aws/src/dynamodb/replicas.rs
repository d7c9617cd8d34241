//! Copies that lag: what they do not know yet, told by the old images of recent changes.
//!
//! A table has three replicas. The first takes every write and answers strong reads; the second knows of a write after
//! half of the table's lag, the third after all of it, and so do global secondary indexes. No copy is kept: a
//! replica's view is the table with its unseen changes undone, and a change is dropped once everybody knows it.

use crate::dynamodb::attr::Item;
use nuvola_kernel::{Blob, Map};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// From where a read looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Everything that was written.
    Leader,
    /// The replica that knows a write after half of the lag.
    Near,
    /// The replica, or the global index, that knows a write after all of the lag.
    Far,
}

impl View {
    /// The replica that answers the `count`th eventually consistent read.
    pub fn of_read(count: u64) -> Self {
        // Not in turns: a client that alternates between two reads must meet all replicas.
        match (count.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) % 3 {
            0 => View::Leader,
            1 => View::Near,
            _ => View::Far,
        }
    }
}

/// A write that some copies do not know yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub near_at_ms: i64,
    pub far_at_ms: i64,
    /// What was there before.
    pub old: Option<Item>,
}

/// Recent changes by key, the oldest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Recent {
    changes: Map<Blob, Vec<Change>>,
    /// When each change is known everywhere, in that order.
    drops: VecDeque<(i64, Blob)>,
}

impl Recent {
    /// Notes a write. Copies learn of writes in order, whatever the lag was for earlier ones.
    pub fn note(&mut self, key: &Blob, old: Option<Item>, now_ms: i64, lag_ms: i64) {
        let last_ms = self.drops.back().map_or(0, |(at_ms, _)| *at_ms);
        let far_at_ms = (now_ms + lag_ms).max(last_ms);
        if far_at_ms <= now_ms {
            return;
        }
        let near_at_ms = now_ms + lag_ms / 2;
        let change = Change { near_at_ms, far_at_ms, old };
        self.changes.entry(key.clone()).or_default().push(change);
        self.drops.push_back((far_at_ms, key.clone()));
    }

    /// Forgets what everybody knows.
    pub fn prune(&mut self, now_ms: i64) {
        while let Some((_, key)) = self.drops.pop_front_if(|(at_ms, _)| *at_ms <= now_ms) {
            let Some(changes) = self.changes.get_mut(&key) else { continue };
            changes.retain(|change| change.far_at_ms > now_ms);
            if changes.is_empty() {
                self.changes.remove(&key);
            }
        }
    }

    /// What a view still has under a key; nothing where it knows all.
    pub fn unseen(&self, key: &Blob, view: View, now_ms: i64) -> Option<Option<&Item>> {
        let unseen = |change: &&Change| match view {
            View::Leader => false,
            View::Near => change.near_at_ms > now_ms,
            View::Far => change.far_at_ms > now_ms,
        };
        self.changes.get(key)?.iter().find(unseen).map(|change| change.old.as_ref())
    }

    pub fn keys(&self) -> &Map<Blob, Vec<Change>> {
        &self.changes
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many changes some copy does not know yet.
    pub fn pending(&self, now_ms: i64) -> usize {
        self.drops.iter().rev().take_while(|(at_ms, _)| *at_ms > now_ms).count()
    }
}
