//! The browser's tables of characters, lent to Terraform's functions.
//!
//! The classes of `regex` come from JavaScript's own regular expressions: one match over a text of all
//! characters gives the runs of those in a class. Tables of our own would cost each visitor some 40 kB.
//!
//! **Source**: ECMAScript, the properties `General_Category` and `Script` of `\\p{..}`.

use crate::charset;
use js_sys::{Array, Function, JsString, Reflect, RegExp};
use nuvola_lab::{CharRanges, Characters};
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue};

pub const CHARACTERS: Characters =
    Characters { find: charset::find, encode: charset::encode, decode: charset::decode, class };

thread_local! {
    /// What has been asked for: a match takes some ten milliseconds, and a loop asks again and again.
    static KNOWN: RefCell<BTreeMap<String, CharRanges>> = const { RefCell::new(BTreeMap::new()) };
}

fn class(name: &str) -> Option<CharRanges> {
    if let Some(known) = KNOWN.with_borrow(|known| known.get(name).cloned()) {
        return Some(known);
    }
    let runs = ["gc", "sc"].iter().find_map(|property| pattern(property, name))?;
    let ranges: CharRanges = match all()?.match_(&runs) {
        Some(found) => Array::from(&found).iter().filter_map(|run| ends(&run.as_string()?)).collect(),
        None => Vec::new(),
    };
    KNOWN.with_borrow_mut(|known| known.insert(name.to_owned(), ranges.clone()));
    Some(ranges)
}

/// A text of all characters, made piece by piece: the memory of wasm never shrinks again.
fn all() -> Option<JsString> {
    const PIECE: usize = 0x800;
    let mut all = JsString::from("");
    for start in (0..=u32::from(char::MAX)).step_by(PIECE) {
        // The surrogates are one piece, and no characters.
        if start != 0xd800 {
            let codes: Vec<u32> = (start..).take(PIECE).collect();
            let piece = JsString::from_code_point(&codes).ok()?;
            all = all.concat(&piece);
        }
    }
    Some(all)
}

/// The pattern of the runs of a class; none when the browser knows no such class. The constructor throws
/// then, which only `Reflect` catches.
fn pattern(property: &str, name: &str) -> Option<RegExp> {
    let constructor = Reflect::get(&js_sys::global(), &JsValue::from_str("RegExp")).ok()?;
    let source = JsValue::from_str(&format!("\\p{{{property}={name}}}+"));
    let arguments = Array::of2(&source, &JsValue::from_str("gu"));
    Reflect::construct(constructor.dyn_ref::<Function>()?, &arguments).ok()?.dyn_into().ok()
}

/// The first and the last character of a run. Surrogates are not in the text and may be in the middle of a run:
/// no text of Terraform's has them.
fn ends(run: &str) -> Option<(char, char)> {
    run.chars().next().zip(run.chars().next_back())
}
