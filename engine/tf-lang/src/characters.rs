//! Tables of characters of our own, for hosts that have none to lend.

use crate::host::{CharRanges, Characters};
use encoding_rs::{Encoding, REPLACEMENT, X_USER_DEFINED};
use regex_syntax::hir::{Class, HirKind};

/// The Encoding standard's sets from `encoding_rs`, Unicode's classes from `regex-syntax`.
pub(crate) const BUILT_IN: Characters = Characters {
    find: |label| encoding(label).map(|encoding| encoding.name().to_owned()),
    encode: |name, text| {
        let (bytes, _, failed) = encoding(name)?.encode(text);
        (!failed).then(|| bytes.into_owned())
    },
    decode: |name, bytes| {
        let text = encoding(name)?.decode_without_bom_handling_and_without_replacement(bytes)?;
        Some(text.into_owned())
    },
    class,
};

fn encoding(label: &str) -> Option<&'static Encoding> {
    // These two exist for web pages only.
    Encoding::for_label(label.as_bytes()).filter(|found| *found != REPLACEMENT && *found != X_USER_DEFINED)
}

fn class(name: &str) -> Option<CharRanges> {
    let found = ["gc", "sc"]
        .iter()
        .find_map(|property| regex_syntax::parse(&format!("\\p{{{property}={name}}}")).ok())?;
    match found.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            Some(class.ranges().iter().map(|range| (range.start(), range.end())).collect())
        }
        // A class of a single character is no class any more.
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            text.chars().next().map(|c| vec![(c, c)])
        }
        HirKind::Empty
        | HirKind::Class(Class::Bytes(_))
        | HirKind::Look(_)
        | HirKind::Repetition(_)
        | HirKind::Capture(_)
        | HirKind::Concat(_)
        | HirKind::Alternation(_) => None,
    }
}
