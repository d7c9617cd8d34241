//! Projections: the parts of an item that paths name.

use super::ast::{Path, Step};
use crate::dynamodb::attr::{Attr, Item};
use std::collections::BTreeMap;

/// Paths joined into a tree.
#[derive(Default)]
struct Wanted {
    whole: bool,
    names: BTreeMap<String, Wanted>,
    indexes: BTreeMap<usize, Wanted>,
}

impl Wanted {
    fn add(&mut self, steps: &[Step]) {
        let Some((step, rest)) = steps.split_first() else {
            self.whole = true;
            return;
        };
        match step {
            Step::Name(name) => self.names.entry(name.clone()).or_default().add(rest),
            Step::Index(index) => self.indexes.entry(*index).or_default().add(rest),
        }
    }

    fn pick(&self, value: &Attr) -> Option<Attr> {
        if self.whole {
            return Some(value.clone());
        }
        match value {
            Attr::M(item) => Some(Attr::M(self.pick_names(item))).filter(|picked| !is_empty(picked)),
            Attr::L(items) => {
                let picked = self.indexes.iter().filter_map(|(at, wanted)| wanted.pick(items.get(*at)?));
                Some(Attr::L(picked.collect())).filter(|picked| !is_empty(picked))
            }
            Attr::S(_)
            | Attr::N(_)
            | Attr::B(_)
            | Attr::Bool(_)
            | Attr::Null
            | Attr::Ss(_)
            | Attr::Ns(_)
            | Attr::Bs(_) => None,
        }
    }

    fn pick_names(&self, item: &Item) -> Item {
        let picked = self.names.iter().filter_map(|(name, wanted)| {
            let value = wanted.pick(item.get(name)?)?;
            Some((name.clone(), value))
        });
        picked.collect()
    }
}

fn is_empty(value: &Attr) -> bool {
    matches!(value, Attr::M(item) if item.is_empty()) || matches!(value, Attr::L(items) if items.is_empty())
}

/// The parts of an item that are there; elements of lists close up.
pub fn project(item: &Item, paths: &[Path]) -> Item {
    let mut wanted = Wanted::default();
    for path in paths {
        wanted.add(&path.0);
    }
    wanted.pick_names(item)
}
