//! The functions of the language, and those that Step Functions adds.
//!
//! Source: "Function Library", JSONata Documentation; "Transforming data with JSONata in Step Functions", AWS Step
//! Functions Developer Guide. `$eval` is not there in Step Functions.

mod arrays;
mod calendar;
mod dates;
mod higher;
mod integers;
pub(super) mod matching;
mod number_picture;
mod numbers;
mod objects;
mod picture;
mod service;
pub(super) mod strings;
mod urls;

use super::error::Error;
use super::function::Native;
use super::item::Item;
use std::sync::Arc;

pub(super) fn find(name: &str) -> Option<&'static Native> {
    NATIVES.iter().find(|native| native.name == name)
}

/// The arguments of a function, taken one after the other; a missing one is nothing.
pub(super) struct Arguments(std::vec::IntoIter<Item>);

impl Arguments {
    pub fn of(items: Vec<Item>) -> Arguments {
        Arguments(items.into_iter())
    }

    pub fn next(&mut self) -> Item {
        self.0.next().unwrap_or(Item::Nothing)
    }

    pub fn number(&mut self) -> Option<f64> {
        self.next().as_number()
    }

    pub fn text(&mut self) -> Option<Arc<str>> {
        match self.next() {
            Item::Text(text) => Some(text),
            _ => None,
        }
    }
}

const fn native(
    name: &'static str,
    signature: &'static str,
    arity: usize,
    call: fn(&mut super::eval::Evaluator, Vec<Item>) -> Result<Item, Error>,
) -> Native {
    Native { name, signature, arity, call }
}

const NATIVES: &[Native] = &[
    native("abs", "<n-:n>", 1, numbers::abs),
    native("append", "<xx:a>", 2, arrays::append),
    native("assert", "<bs?:x>", 2, objects::assert),
    native("average", "<a<n>:n>", 1, numbers::average),
    native("base64decode", "<s-:s>", 1, strings::base64_decode),
    native("base64encode", "<s-:s>", 1, strings::base64_encode),
    native("boolean", "<x-:b>", 1, objects::boolean),
    native("ceil", "<n-:n>", 1, numbers::ceil),
    native("clone", "<(oa)-:o>", 1, objects::clone),
    native("contains", "<s-(sf):b>", 2, matching::contains),
    native("count", "<a:n>", 1, arrays::count),
    native("decodeUrl", "<s-:s>", 1, urls::decode_url),
    native("decodeUrlComponent", "<s-:s>", 1, urls::decode_component),
    native("distinct", "<x:x>", 1, arrays::distinct),
    native("each", "<o-f:a>", 2, higher::each),
    native("encodeUrl", "<s-:s>", 1, urls::encode_url),
    native("encodeUrlComponent", "<s-:s>", 1, urls::encode_component),
    native("error", "<s?:x>", 1, objects::error),
    native("exists", "<x:b>", 1, objects::exists),
    native("filter", "<af>", 2, higher::filter),
    native("floor", "<n-:n>", 1, numbers::floor),
    native("formatBase", "<n-n?:s>", 2, numbers::format_base),
    native("formatInteger", "<n-s:s>", 2, integers::format_integer),
    native("formatNumber", "<n-so?:s>", 3, number_picture::format_number),
    native("fromMillis", "<n-s?s?:s>", 3, dates::from_millis),
    native("hash", "<s-s:s>", 2, service::hash),
    native("join", "<a<s>s?:s>", 2, strings::join),
    native("keys", "<x-:a<s>>", 1, objects::keys),
    native("length", "<s-:n>", 1, strings::length),
    native("lookup", "<x-s:x>", 2, objects::lookup),
    native("lowercase", "<s-:s>", 1, strings::lowercase),
    native("map", "<af>", 2, higher::map),
    native("match", "<s-f<s:o>n?:a<o>>", 3, matching::matches),
    native("max", "<a<n>:n>", 1, numbers::max),
    native("merge", "<a<o>:o>", 1, objects::merge),
    native("millis", "<:n>", 0, dates::millis),
    native("min", "<a<n>:n>", 1, numbers::min),
    native("not", "<x-:b>", 1, objects::not),
    native("now", "<s?s?:s>", 2, dates::now),
    native("number", "<(nsb)-:n>", 1, numbers::number),
    native("pad", "<s-ns?:s>", 3, strings::pad),
    native("parse", "<s-:x>", 1, service::parse),
    native("parseInteger", "<s-s:n>", 2, integers::parse_integer),
    native("partition", "<an:a>", 2, service::partition),
    native("power", "<n-n:n>", 2, numbers::power),
    native("random", "<n?:n>", 0, service::random),
    native("range", "<nnn:a>", 3, service::range),
    native("reduce", "<afj?:j>", 3, higher::reduce),
    native("replace", "<s-(sf)(sf)n?:s>", 4, matching::replace),
    native("reverse", "<a:a>", 1, arrays::reverse),
    native("round", "<n-n?:n>", 2, numbers::round),
    native("shuffle", "<a:a>", 1, arrays::shuffle),
    native("sift", "<o-f?:o>", 2, higher::sift),
    native("single", "<af?>", 2, higher::single),
    native("sort", "<af?:a>", 2, higher::sort),
    native("split", "<s-(sf)n?:a<s>>", 3, matching::split),
    native("spread", "<x-:a<o>>", 1, objects::spread),
    native("sqrt", "<n-:n>", 1, numbers::sqrt),
    native("string", "<x-b?:s>", 1, strings::string),
    native("substring", "<s-nn?:s>", 3, strings::substring),
    native("substringAfter", "<s-s:s>", 2, strings::substring_after),
    native("substringBefore", "<s-s:s>", 2, strings::substring_before),
    native("sum", "<a<n>:n>", 1, numbers::sum),
    native("toMillis", "<s-s?:n>", 2, dates::to_millis),
    native("trim", "<s-:s>", 1, strings::trim),
    native("type", "<x:s>", 1, objects::type_of),
    native("uppercase", "<s-:s>", 1, strings::uppercase),
    native("uuid", "<:s>", 0, service::uuid),
    native("zip", "<a+>", 0, arrays::zip),
];
