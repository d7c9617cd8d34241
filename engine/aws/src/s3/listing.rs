//! Walking a bucket in key order, grouping keys by a delimiter, without looking at the keys inside a group.

use nuvola_kernel::map::{Map, Range};
use std::ops::Bound;

/// One entry of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry<'a, V> {
    Key(&'a str, &'a V),
    /// All keys that share this beginning, up to and including the delimiter.
    CommonPrefix(&'a str),
}

impl<V> Entry<'_, V> {
    /// The key or the common prefix: what the next page starts after.
    pub fn name(&self) -> &str {
        match self {
            Entry::Key(key, _) => key,
            Entry::CommonPrefix(prefix) => prefix,
        }
    }
}

/// What to walk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Walk<'a> {
    pub prefix: &'a str,
    pub delimiter: &'a str,
    /// Only entries after this key or common prefix.
    pub after: Option<&'a str>,
    /// With `after`: its own key comes once more (to go on with its later versions).
    pub inclusive: bool,
}

impl<'a> Walk<'a> {
    /// The entries in order; `visible` says which keys exist for this listing.
    pub fn over<'m, V>(
        self,
        map: &'m Map<String, V>,
        visible: impl Fn(&V) -> bool + 'a,
    ) -> impl Iterator<Item = Entry<'m, V>> + 'a
    where
        'm: 'a,
    {
        let mut range = self.start(map);
        std::iter::from_fn(move || {
            loop {
                let (key, value) = range.next()?;
                if !key.starts_with(self.prefix) {
                    return None;
                }
                if !visible(value) {
                    continue;
                }
                let Some(prefix) = common_prefix(key, self.prefix, self.delimiter) else {
                    return Some(Entry::Key(key, value));
                };
                range = range_after_prefix(map, prefix);
                return Some(Entry::CommonPrefix(prefix));
            }
        })
    }

    fn start<'m, V>(&self, map: &'m Map<String, V>) -> Range<'m, String, V> {
        match self.after {
            // A marker that is itself a common prefix stands for the whole group.
            Some(after) if common_prefix(after, self.prefix, self.delimiter) == Some(after) => {
                range_after_prefix(map, after)
            }
            Some(after) if after >= self.prefix => {
                let from = if self.inclusive { Bound::Included(after) } else { Bound::Excluded(after) };
                map.range::<str>((from, Bound::Unbounded))
            }
            Some(_) | None => map.range::<str>((Bound::Included(self.prefix), Bound::Unbounded)),
        }
    }
}

/// The part of `key` up to the first delimiter after `prefix`.
fn common_prefix<'k>(key: &'k str, prefix: &str, delimiter: &str) -> Option<&'k str> {
    if delimiter.is_empty() {
        return None;
    }
    let rest = key.strip_prefix(prefix)?;
    let at = rest.find(delimiter)?;
    Some(&key[..prefix.len() + at + delimiter.len()])
}

/// What comes after all keys that begin with `prefix`.
fn range_after_prefix<'m, V>(map: &'m Map<String, V>, prefix: &str) -> Range<'m, String, V> {
    match successor(prefix) {
        Some(next) => map.range::<str>((Bound::Included(next.as_str()), Bound::Unbounded)),
        // Nothing can come after it: an empty range.
        None => map.range::<str>((Bound::Excluded(prefix), Bound::Included(prefix))),
    }
}

/// The smallest text that is greater than every text that begins with `prefix`.
/// Strings compare by UTF-8 bytes, and those order as the characters do.
fn successor(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = (last as u32 + 1..=char::MAX as u32).find_map(char::from_u32);
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn map(keys: &[&str]) -> Map<String, bool> {
        keys.iter().map(|key| (key.to_string(), true)).collect()
    }

    fn names(walk: Walk<'_>, map: &Map<String, bool>) -> Vec<String> {
        walk.over(map, |visible| *visible).map(|entry| entry.name().to_owned()).collect()
    }

    #[test]
    fn keys_group_by_prefix_and_delimiter() {
        // Source: S3 User Guide, "Organizing objects using prefixes" (its example of `sample.jpg` and photos).
        let map = map(&[
            "sample.jpg",
            "photos/2006/January/sample.jpg",
            "photos/2006/February/sample2.jpg",
            "photos/2006/February/sample3.jpg",
            "photos/2006/February/sample4.jpg",
        ]);
        assert_eq!(names(Walk { delimiter: "/", ..Walk::default() }, &map), ["photos/", "sample.jpg"]);
        let inner = Walk { prefix: "photos/2006/", delimiter: "/", ..Walk::default() };
        assert_eq!(names(inner, &map), ["photos/2006/February/", "photos/2006/January/"]);
    }

    #[test]
    fn walking_on_after_any_entry_gives_the_rest() {
        let map = map(&["a", "b/1", "b/2", "b0", "c//d", "é", "\u{10ffff}", "\u{10ffff}\u{10ffff}x"]);
        for delimiter in ["", "/", "\u{10ffff}"] {
            let all = names(Walk { delimiter, ..Walk::default() }, &map);
            for (at, name) in all.iter().enumerate() {
                let rest = names(Walk { delimiter, after: Some(name), ..Walk::default() }, &map);
                assert_eq!(rest, all[at + 1..], "after {name}");
            }
        }
    }

    #[test]
    fn hidden_keys_make_no_common_prefix() {
        let mut map = map(&["a/1", "a/2", "b/1"]);
        map.insert("a/1".into(), false);
        assert_eq!(names(Walk { delimiter: "/", ..Walk::default() }, &map), ["a/", "b/"]);
        map.insert("a/2".into(), false);
        assert_eq!(names(Walk { delimiter: "/", ..Walk::default() }, &map), ["b/"]);
    }

    #[test]
    fn a_group_is_skipped_without_looking_at_its_keys() {
        let keys: Vec<String> = (0..5000).map(|n| format!("big/{n}")).collect();
        let mut map: Map<String, bool> = keys.into_iter().map(|key| (key, true)).collect();
        map.insert("z".into(), true);
        let looked = Cell::new(0);
        let walk = Walk { delimiter: "/", ..Walk::default() };
        let count = walk
            .over(&map, |_| {
                looked.set(looked.get() + 1);
                true
            })
            .count();
        assert_eq!((count, looked.get()), (2, 2));
    }
}
