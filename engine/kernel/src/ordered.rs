//! Ordering with one copy of the algorithm: the page downloads every copy that the compiler makes.
//!
//! `sort_by` and `collect` into an ordered map or set are compiled again for each place that calls them,
//! about 4 kB each; these are a few hundred bytes. `engine/clippy.toml` sends people here.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Collects without sorting first.
pub trait Ordered: Iterator + Sized {
    /// A map; of equal keys the last one counts.
    fn into_map<K: Ord, V>(self) -> BTreeMap<K, V>
    where
        Self: Iterator<Item = (K, V)>,
    {
        let mut map = BTreeMap::new();
        for (key, value) in self {
            map.insert(key, value);
        }
        map
    }

    fn into_set(self) -> BTreeSet<Self::Item>
    where
        Self::Item: Ord,
    {
        let mut set = BTreeSet::new();
        for item in self {
            set.insert(item);
        }
        set
    }
}

impl<I: Iterator> Ordered for I {}

/// Sorts and keeps the order of equal items.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = order_of(items.len(), &mut |a, b| compare(&items[a], &items[b]));
    arrange(&order, &mut |a, b| items.swap(a, b));
}

/// [`sort_by`] something of each item.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// The items' indices in their order.
fn order_of(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    #[expect(clippy::disallowed_methods, reason = "this is the one copy")]
    order.sort_by(|a, b| compare(*a, *b));
    order
}

/// Puts at each place the item that `order` names, swap by swap along each cycle.
fn arrange(order: &[usize], swap: &mut dyn FnMut(usize, usize)) {
    let mut done = vec![false; order.len()];
    for start in 0..order.len() {
        let mut at = start;
        while !done[at] {
            done[at] = true;
            let from = order[at];
            if from == start {
                break;
            }
            swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every order of seven items, equal ones among them, against the standard library.
    #[test]
    fn sorts_as_the_standard_library_does() {
        let mut numbers = [3, 1, 2, 1, 0, 3, 2];
        for step in 0..5_000_usize {
            let (a, b) = (step * 7 % 6, step * 5 % 7);
            numbers.swap(a, b);
            let numbered: Vec<(i32, usize)> = numbers.iter().copied().zip(0..).collect();
            let mut got = numbered.clone();
            sort_by_key(&mut got, |item| item.0);
            // The numbers behind the items are in order, so sorting by both is what a stable sort gives.
            let mut want = numbered;
            want.sort();
            assert_eq!(got, want);
        }
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        assert_eq!([(1, 'a'), (1, 'b')].into_iter().into_map(), BTreeMap::from([(1, 'b')]));
        assert_eq!([2, 1, 2].into_iter().into_set(), BTreeSet::from([1, 2]));
    }
}
