//! Keys: what a schema asks of an item, and bytes whose order is that of keys.
//!
//! The bytes of a key begin with a hash of its partition, so that a scan meets partitions in an order that says
//! nothing of their keys, and parallel segments are ranges of the hash. Then come the partition key and the sort
//! key; texts and binaries end in two zero bytes, a zero inside being written as `00 FF`.

use crate::dynamodb::attr::{Attr, Item};
use crate::dynamodb::expression::ast::Comparator;
use crate::dynamodb::expression::key_condition::{KeyRange, KeyTest};
use crate::dynamodb::{errors, limits};
use crate::service::ApiResult;
use nuvola_kernel::Blob;
use serde::{Deserialize, Serialize};
use std::ops::Bound;

/// The names of the key's attributes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySchema {
    pub hash: String,
    pub range: Option<String>,
}

impl KeySchema {
    /// The names, the partition key's first.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.hash).chain(&self.range)
    }
}

/// The types of key attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyKind {
    S,
    N,
    B,
}

impl KeyKind {
    pub fn name(self) -> &'static str {
        match self {
            KeyKind::S => "S",
            KeyKind::N => "N",
            KeyKind::B => "B",
        }
    }
}

fn append(bytes: &mut Vec<u8>, value: &Attr, end: bool) {
    let raw: &[u8] = match value {
        Attr::N(number) => return bytes.extend(number.order_bytes()),
        Attr::S(text) => text.as_bytes(),
        Attr::B(blob) => blob,
        Attr::Bool(_) | Attr::Null | Attr::M(_) | Attr::L(_) | Attr::Ss(_) | Attr::Ns(_) | Attr::Bs(_) => &[],
    };
    for byte in raw {
        bytes.push(*byte);
        if *byte == 0 {
            bytes.push(0xff);
        }
    }
    if end {
        bytes.extend([0, 0]);
    }
}

/// FNV-1a, mixed so that similar keys lie far apart.
fn hash(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// What all keys of one partition begin with.
pub fn partition_bytes(value: &Attr) -> Vec<u8> {
    let mut bytes = Vec::new();
    append(&mut bytes, value, true);
    let mut out = hash(&bytes).to_be_bytes().to_vec();
    out.extend(bytes);
    out
}

/// The bytes of an item's key, if the item has its attributes.
pub fn key_bytes(schema: &KeySchema, item: &Item) -> Option<Vec<u8>> {
    let mut bytes = partition_bytes(item.get(&schema.hash)?);
    if let Some(range) = &schema.range {
        append(&mut bytes, item.get(range)?, true);
    }
    Some(bytes)
}

/// From the first key inside to the first one behind.
pub type Span = (Bound<Blob>, Bound<Blob>);

/// The bytes behind all those that begin with `prefix`.
fn behind(mut prefix: Vec<u8>) -> Bound<Blob> {
    while let Some(last) = prefix.pop() {
        if last < u8::MAX {
            prefix.push(last + 1);
            return Bound::Excluded(prefix.into());
        }
    }
    Bound::Unbounded
}

/// The keys that a key condition means.
pub fn span(range: &KeyRange) -> Span {
    let partition = partition_bytes(&range.hash);
    let with = |value: &Attr, end: bool| {
        let mut bytes = partition.clone();
        append(&mut bytes, value, end);
        bytes
    };
    let from = |bytes: Vec<u8>| Bound::Included(Blob::from(bytes));
    let after = |bytes: Vec<u8>| match behind(bytes) {
        Bound::Excluded(bytes) | Bound::Included(bytes) => Bound::Included(bytes),
        Bound::Unbounded => Bound::Unbounded,
    };
    let start = || from(partition.clone());
    let end = || behind(partition.clone());
    match &range.range {
        None => (start(), end()),
        Some(KeyTest::Compare(comparator, value)) => match comparator {
            Comparator::Eq | Comparator::Ne => (from(with(value, true)), behind(with(value, true))),
            Comparator::Lt => (start(), Bound::Excluded(with(value, true).into())),
            Comparator::Le => (start(), behind(with(value, true))),
            Comparator::Gt => (after(with(value, true)), end()),
            Comparator::Ge => (from(with(value, true)), end()),
        },
        Some(KeyTest::Between(low, high)) => (from(with(low, true)), behind(with(high, true))),
        Some(KeyTest::BeginsWith(start)) => (from(with(start, false)), behind(with(start, false))),
    }
}

/// The keys of one of `total` segments.
pub fn segment_span(segment: u64, total: u64) -> Span {
    let edge = |at: u64| {
        let hash = (u128::from(at) << 64) / u128::from(total.max(1));
        u64::try_from(hash).ok().map(|hash| Blob::from(hash.to_be_bytes().to_vec()))
    };
    let from = edge(segment).map_or(Bound::Unbounded, Bound::Included);
    (from, edge(segment + 1).map_or(Bound::Unbounded, Bound::Excluded))
}

fn is_empty(value: &Attr) -> Option<&'static str> {
    match value {
        Attr::S(text) if text.is_empty() => Some("string"),
        Attr::B(bytes) if bytes.is_empty() => Some("binary"),
        Attr::S(_)
        | Attr::N(_)
        | Attr::B(_)
        | Attr::Bool(_)
        | Attr::Null
        | Attr::M(_)
        | Attr::L(_)
        | Attr::Ss(_)
        | Attr::Ns(_)
        | Attr::Bs(_) => None,
    }
}

fn check_size(schema: &KeySchema, name: &str, value: &Attr) -> ApiResult<()> {
    let size = value.size_bytes();
    if name == schema.hash && size > limits::HASH_KEY_BYTES {
        return Err(errors::hash_too_large());
    }
    if name != schema.hash && size > limits::RANGE_KEY_BYTES {
        return Err(errors::range_too_large());
    }
    Ok(())
}

/// The key of an item that is to be put.
pub fn check_item(
    schema: &KeySchema,
    kind_of: &dyn Fn(&str) -> &'static str,
    item: &Item,
) -> ApiResult<Blob> {
    for name in schema.names() {
        let value = item.get(name).ok_or_else(|| errors::missing_key(name))?;
        if value.kind() != kind_of(name) {
            return Err(errors::key_type(name, kind_of(name), value.kind()));
        }
        if let Some(kind) = is_empty(value) {
            return Err(errors::empty_key(kind, name));
        }
        check_size(schema, name, value)?;
    }
    Ok(key_bytes(schema, item).expect("every key attribute is there").into())
}

/// A key that names an item: exactly the schema's attributes.
pub fn check_key(schema: &KeySchema, kind_of: &dyn Fn(&str) -> &'static str, key: &Item) -> ApiResult<Blob> {
    if key.len() != schema.names().count() {
        return Err(errors::key_mismatch());
    }
    for name in schema.names() {
        let value = key.get(name).ok_or_else(errors::key_mismatch)?;
        if value.kind() != kind_of(name) {
            return Err(errors::key_mismatch());
        }
        if let Some(kind) = is_empty(value) {
            return Err(errors::empty_key(kind, name));
        }
        check_size(schema, name, value)?;
    }
    Ok(key_bytes(schema, key).expect("every key attribute is there").into())
}

/// The attributes of an item that indexes take as keys must have the right type.
pub fn check_index_key(
    index: &str,
    schema: &KeySchema,
    kind_of: &dyn Fn(&str) -> &'static str,
    item: &Item,
) -> ApiResult<()> {
    for name in schema.names() {
        let Some(value) = item.get(name) else { continue };
        if value.kind() != kind_of(name) {
            return Err(errors::index_key_type(name, kind_of(name), value.kind(), index));
        }
        if let Some(kind) = is_empty(value) {
            return Err(errors::empty_index_key(kind, index, name));
        }
        check_size(schema, name, value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::number::Number;
    use proptest::prelude::*;

    fn bytes_of(value: &Attr) -> Vec<u8> {
        let mut bytes = Vec::new();
        append(&mut bytes, value, true);
        bytes
    }

    proptest! {
        #[test]
        fn texts_and_binaries_keep_their_order(a in prop::collection::vec(0u8..4, 0..6), b in prop::collection::vec(0u8..4, 0..6)) {
            let (x, y) = (Attr::B(a.clone().into()), Attr::B(b.clone().into()));
            prop_assert_eq!(bytes_of(&x).cmp(&bytes_of(&y)), a.cmp(&b));
            // No key is the beginning of another.
            prop_assert!(a == b || !bytes_of(&x).starts_with(&bytes_of(&y)));
        }

        #[test]
        fn numbers_keep_their_order(a in any::<i64>(), b in any::<i64>()) {
            let of = |number: i64| bytes_of(&Attr::N(Number::from_i64(number)));
            prop_assert_eq!(of(a).cmp(&of(b)), a.cmp(&b));
        }

        #[test]
        fn each_key_is_in_one_segment(hash in any::<u64>(), total in 1u64..1000) {
            let key = Blob::from(hash.to_be_bytes().to_vec());
            let holds = |segment: u64| {
                use std::ops::RangeBounds;
                segment_span(segment, total).contains(&key)
            };
            prop_assert_eq!((0..total).filter(|segment| holds(*segment)).count(), 1);
        }
    }
}
