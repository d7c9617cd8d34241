//! The order of a set's elements, and which of them are the same.

use nuvola_kernel::ordered::sort_by;
use std::cmp::Ordering;

use nuvola_hcl::text::quote;

use crate::format::number_general;
use crate::types::Type;
use crate::value::{Data, Value};

/// Sorts the elements of a set and removes those that are equal to another.
///
/// Elements that are not wholly known are never equal: they may turn out different.
pub(crate) fn sort_and_dedup(elements: &mut Vec<Value>) {
    let mut keyed: Vec<(String, Value)> =
        elements.drain(..).map(|value| (hash_text(&value), value)).collect();
    sort_by(&mut keyed, |(key_a, a), (key_b, b)| compare(a, b).then_with(|| key_a.cmp(key_b)));
    let mut kept: Vec<(String, Value)> = Vec::with_capacity(keyed.len());
    for (key, value) in keyed {
        let mut alike = kept.iter().rev().take_while(|(other, _)| *other == key);
        if !value.is_wholly_known() || !alike.any(|(_, other)| *other == value) {
            kept.push((key, value));
        }
    }
    elements.extend(kept.into_iter().map(|(_, value)| value));
}

/// Nulls come last, after unknown values; primitive values by value; others by a text of theirs.
fn compare(a: &Value, b: &Value) -> Ordering {
    let by_null = a.is_null().cmp(&b.is_null());
    let by_known = b.is_known().cmp(&a.is_known());
    by_null.then(by_known).then_with(|| match (a.data(), b.data()) {
        (Data::String(a), Data::String(b)) => a.cmp(b),
        (Data::Bool(a), Data::Bool(b)) => a.cmp(b),
        (Data::Number(a), Data::Number(b)) => a.cmp(b),
        _ => Ordering::Equal,
    })
}

/// The text that orders elements of structural types: Terraform's own order of them, which is visible.
fn hash_text(value: &Value) -> String {
    let mut out = String::new();
    write_hash(&mut out, value);
    out
}

fn write_hash(out: &mut String, value: &Value) {
    match value.data() {
        Data::Unknown(_) => out.push('?'),
        Data::Null => out.push('~'),
        Data::Bool(value) => out.push(if *value { 'T' } else { 'F' }),
        Data::Number(number) => out.push_str(&number_general(number, Some(10), false)),
        Data::String(text) => out.push_str(&quote(text)),
        Data::Seq(elements) => {
            let (open, close) = if matches!(value.ty(), Type::Tuple(_)) { ('<', '>') } else { ('[', ']') };
            out.push(open);
            for element in elements.iter() {
                write_hash(out, element);
                out.push(';');
            }
            out.push(close);
        }
        Data::Members(members) if matches!(value.ty(), Type::Map(_)) => {
            out.push('{');
            for (key, element) in members.iter() {
                out.push_str(&quote(key));
                out.push(':');
                write_hash(out, element);
                out.push(';');
            }
            out.push('}');
        }
        Data::Members(members) => {
            out.push('<');
            for element in members.values() {
                write_hash(out, element);
                out.push(';');
            }
            out.push('>');
        }
        Data::Type(ty) => out.push_str(&ty.to_text()),
    }
}
