//! Event patterns: which JSON documents somebody wants to be told of.
//!
//! One language for EventBridge's rules, for the filters of Lambda's event source mappings and for the filter
//! policies of SNS's subscriptions. A pattern has the structure of the events that it fits; its leaves are
//! lists of wishes, of which one must hold.
//!
//! **Source**: Amazon EventBridge User Guide, "Comparison operators for use in event patterns"; Lambda
//! Developer Guide, "Filter rule syntax"; SNS Developer Guide, "Filter policy constraints".

use serde_json::{Map, Value};

/// How deep patterns may nest; deeper ones are refused.
const DEPTH_MAX: usize = 64;

/// A pattern that was read and found good.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern(Fields);

#[derive(Debug, Clone, PartialEq, Default)]
struct Fields {
    fields: Vec<(String, Node)>,
    /// `$or`: of each list, one must fit.
    either: Vec<Vec<Fields>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Inner(Fields),
    Leaf(Vec<Wish>),
}

/// One thing that a value may be.
#[derive(Debug, Clone, PartialEq)]
enum Wish {
    Equals(Value),
    Prefix { text: String, any_case: bool },
    Suffix { text: String, any_case: bool },
    EqualsAnyCase(String),
    Wildcard(String),
    Exists(bool),
    Numeric(Vec<(Comparison, f64)>),
    Cidr { address: u128, mask: u128, v6: bool },
    AnythingBut(Vec<Wish>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Pattern {
    /// Reads a pattern's text. The error is the reason, as the service words it.
    pub fn parse(text: &str) -> Result<Pattern, String> {
        let value: Value = serde_json::from_str(text).map_err(|_| "Filter is not valid JSON".to_owned())?;
        Pattern::from_value(&value)
    }

    pub fn from_value(value: &Value) -> Result<Pattern, String> {
        let Some(fields) = value.as_object() else { return Err("Filter is not an object".to_owned()) };
        if fields.is_empty() {
            return Err("Empty objects are not allowed".to_owned());
        }
        read_fields(fields, 0).map(Pattern)
    }

    /// As [`Pattern::from_value`], where the values of the event are flat lists of their own (attributes of
    /// messages): nested objects are no wishes there.
    pub fn is_flat(&self) -> bool {
        let either = self.0.either.iter().flatten();
        let flat = |fields: &Fields| fields.fields.iter().all(|(_, node)| matches!(node, Node::Leaf(_)));
        flat(&self.0) && either.into_iter().all(flat)
    }

    pub fn fits(&self, event: &Value) -> bool {
        fields_fit(&self.0, event)
    }

    /// The part of the pattern for one member of the event, as a pattern of its own.
    pub fn inner(&self, name: &str) -> Option<Pattern> {
        self.0.fields.iter().find(|(known, _)| known == name).and_then(|(_, node)| match node {
            Node::Inner(fields) => Some(Pattern(fields.clone())),
            Node::Leaf(_) => None,
        })
    }

    /// How many combinations of values the pattern has, as SNS counts them: the product over its keys.
    pub fn combinations(&self) -> u64 {
        combinations(&self.0, 1)
    }

    /// How many keys with wishes it has.
    pub fn keys(&self) -> usize {
        keys(&self.0)
    }
}

fn combinations(fields: &Fields, level: u64) -> u64 {
    let count = |node: &Node| match node {
        Node::Inner(inner) => combinations(inner, level + 1),
        Node::Leaf(wishes) => (wishes.len() as u64).saturating_mul(level),
    };
    fields.fields.iter().fold(1, |total, (_, node)| total.saturating_mul(count(node)))
}

fn keys(fields: &Fields) -> usize {
    let own = fields.fields.iter().map(|(_, node)| match node {
        Node::Inner(inner) => keys(inner),
        Node::Leaf(_) => 1,
    });
    own.sum::<usize>() + fields.either.iter().flatten().map(keys).sum::<usize>()
}

fn read_fields(object: &Map<String, Value>, depth: usize) -> Result<Fields, String> {
    if depth > DEPTH_MAX {
        return Err("Pattern is nested too deeply".to_owned());
    }
    let mut out = Fields::default();
    for (name, value) in object {
        match value {
            Value::Array(items) if name == "$or" && is_alternative(items) => {
                let mut branches = Vec::new();
                for item in items {
                    let fields = item.as_object().ok_or("$or must be an array of objects")?;
                    branches.push(read_fields(fields, depth + 1)?);
                }
                out.either.push(branches);
            }
            Value::Array(items) if items.is_empty() => return Err("Empty arrays are not allowed".to_owned()),
            Value::Array(items) => {
                let wishes = items.iter().map(read_wish).collect::<Result<Vec<Wish>, String>>()?;
                out.fields.push((name.clone(), Node::Leaf(wishes)));
            }
            Value::Object(inner) if inner.is_empty() => {
                return Err("Empty objects are not allowed".to_owned());
            }
            Value::Object(inner) => {
                out.fields.push((name.clone(), Node::Inner(read_fields(inner, depth + 1)?)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                return Err(format!("\"{name}\" must be an object or an array"));
            }
        }
    }
    Ok(out)
}

/// `$or` is a key like any other unless it holds two or more objects that are no wishes.
fn is_alternative(items: &[Value]) -> bool {
    const WORDS: [&str; 8] =
        ["exists", "equals-ignore-case", "prefix", "suffix", "anything-but", "numeric", "cidr", "wildcard"];
    let is_branch = |item: &Value| {
        let object = item.as_object();
        object.is_some_and(|object| !object.keys().any(|key| WORDS.contains(&key.as_str())))
    };
    items.len() >= 2 && items.iter().all(is_branch)
}

fn read_wish(value: &Value) -> Result<Wish, String> {
    let object = match value {
        Value::Object(object) => object,
        Value::Array(_) => return Err("Match value must be String, number, true, false, or null".to_owned()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Ok(Wish::Equals(value.clone()));
        }
    };
    let mut entries = object.iter();
    let Some((word, argument)) = entries.next() else {
        return Err("Empty objects are not allowed".to_owned());
    };
    if entries.next().is_some() {
        return Err("Only one key allowed in match expression".to_owned());
    }
    match word.as_str() {
        "prefix" => affix(argument, "prefix").map(|(text, any_case)| Wish::Prefix { text, any_case }),
        "suffix" => affix(argument, "suffix").map(|(text, any_case)| Wish::Suffix { text, any_case }),
        "equals-ignore-case" => {
            let text = argument.as_str().ok_or("equals-ignore-case match pattern must be a string")?;
            Ok(Wish::EqualsAnyCase(text.to_lowercase()))
        }
        "wildcard" => wildcard(argument).map(Wish::Wildcard),
        "exists" => {
            let wanted = argument.as_bool().ok_or("exists match pattern must be either true or false.")?;
            Ok(Wish::Exists(wanted))
        }
        "numeric" => numeric(argument),
        "cidr" => cidr(argument.as_str().ok_or("prefix match pattern must be a string")?),
        "anything-but" => anything_but(argument),
        _ => Err(format!("Unrecognized match type {word}")),
    }
}

fn affix(argument: &Value, word: &str) -> Result<(String, bool), String> {
    let (text, any_case) = match argument {
        Value::String(text) => (text.clone(), false),
        Value::Object(object) => {
            let text = object.get("equals-ignore-case").and_then(Value::as_str).filter(|_| object.len() == 1);
            let text = text.ok_or_else(|| format!("{word} match pattern must be a string"))?;
            (text.to_lowercase(), true)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            return Err(format!("{word} match pattern must be a string"));
        }
    };
    if text.is_empty() && word == "suffix" {
        return Err("Null suffix not allowed".to_owned());
    }
    Ok((text, any_case))
}

fn wildcard(argument: &Value) -> Result<String, String> {
    let text = argument.as_str().ok_or("wildcard match pattern must be a string")?;
    if text.contains("**") {
        return Err("Consecutive wildcard characters at pos 0".replace('0', &position(text).to_string()));
    }
    Ok(text.to_owned())
}

fn position(text: &str) -> usize {
    text.find("**").unwrap_or(0)
}

fn numeric(argument: &Value) -> Result<Wish, String> {
    let items = argument.as_array().ok_or("Value of numeric must be an array.")?;
    if items.is_empty() || items.len() % 2 != 0 || items.len() > 4 {
        return Err("Too many elements in numeric expression".to_owned());
    }
    let mut comparisons = Vec::new();
    for pair in items.chunks(2) {
        let comparison = match pair[0].as_str() {
            Some("<") => Comparison::Less,
            Some("<=") => Comparison::AtMost,
            Some("=") => Comparison::Equal,
            Some(">=") => Comparison::AtLeast,
            Some(">") => Comparison::More,
            Some(other) => return Err(format!("Unrecognized numeric range operator: {other}")),
            None => return Err("Invalid member in numeric match: expected an operator".to_owned()),
        };
        let number = pair[1].as_f64().ok_or("Value of numeric comparison must be numeric")?;
        comparisons.push((comparison, number));
    }
    let upper = |one: Comparison| matches!(one, Comparison::Less | Comparison::AtMost);
    if let [(first, low), (second, high)] = comparisons[..] {
        let lower_first = matches!(first, Comparison::More | Comparison::AtLeast) && upper(second);
        if !lower_first {
            return Err(
                "Bad numeric range operator: a range needs a lower bound, then an upper one".to_owned()
            );
        }
        if low >= high {
            return Err("Bottom must be less than top".to_owned());
        }
    }
    Ok(Wish::Numeric(comparisons))
}

fn cidr(text: &str) -> Result<Wish, String> {
    let bad = || format!("Malformed CIDR, one '/' required: {text}");
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u32>().map_err(|_| bad())?)),
        None => (text, None),
    };
    let (address, v6) = address_of(address).ok_or_else(|| format!("Nonstandard IP address: {text}"))?;
    let width = if v6 { 128 } else { 32 };
    let bits = bits.unwrap_or(width);
    if bits > width {
        return Err(format!("Malformed CIDR, mask bits must be an integer between 0 and {width}: {text}"));
    }
    let mask = if bits == 0 { 0 } else { u128::MAX << (width - bits) };
    Ok(Wish::Cidr { address: address & mask, mask, v6 })
}

fn address_of(text: &str) -> Option<(u128, bool)> {
    match text.parse::<std::net::IpAddr>().ok()? {
        std::net::IpAddr::V4(address) => Some((u128::from(u32::from(address)), false)),
        std::net::IpAddr::V6(address) => Some((u128::from(address), true)),
    }
}

/// Everything except what is named: values, or one of the wishes about texts.
fn anything_but(argument: &Value) -> Result<Wish, String> {
    let but = |wishes| Ok(Wish::AnythingBut(wishes));
    match argument {
        Value::Object(object) => {
            let Some((word, inner)) = object.iter().next().filter(|_| object.len() == 1) else {
                return Err(
                    "Value of anything-but must be an array or single string/number value.".to_owned()
                );
            };
            if !["prefix", "suffix", "wildcard", "equals-ignore-case"].contains(&word.as_str()) {
                return Err("Unsupported anything-but pattern: ".to_owned() + word);
            }
            let items = inner.as_array().cloned().unwrap_or_else(|| vec![inner.clone()]);
            let mut wishes = Vec::new();
            for item in items {
                let mut single = Map::new();
                single.insert(word.clone(), item);
                wishes.push(read_wish(&Value::Object(single))?);
            }
            but(wishes)
        }
        Value::Array(items) if items.is_empty() => Err("Empty arrays are not allowed".to_owned()),
        Value::Array(items) => {
            let simple = |item: &Value| item.is_string() || item.is_number();
            if !items.iter().all(simple) {
                return Err("Inside anything but list, start|null|boolean is not supported.".to_owned());
            }
            but(items.iter().cloned().map(Wish::Equals).collect())
        }
        Value::String(_) | Value::Number(_) => but(vec![Wish::Equals(argument.clone())]),
        Value::Null | Value::Bool(_) => {
            Err("Value of anything-but must be an array or single string/number value.".to_owned())
        }
    }
}

fn fields_fit(fields: &Fields, event: &Value) -> bool {
    let own = fields.fields.iter().all(|(name, node)| node_fits(node, event.get(name)));
    own && fields.either.iter().all(|branches| branches.iter().any(|branch| fields_fit(branch, event)))
}

fn node_fits(node: &Node, value: Option<&Value>) -> bool {
    match node {
        Node::Inner(fields) => match value {
            Some(Value::Array(items)) => items.iter().any(|item| fields_fit(fields, item)),
            Some(value) => fields_fit(fields, value),
            // Only wishes that something be absent can hold.
            None => fields_fit(fields, &Value::Null),
        },
        Node::Leaf(wishes) => wishes.iter().any(|wish| wish_holds(wish, value)),
    }
}

fn wish_holds(wish: &Wish, value: Option<&Value>) -> bool {
    if let Wish::Exists(wanted) = wish {
        // Only leaves exist: objects are not values.
        let there = value.is_some_and(|value| !value.is_object());
        return there == *wanted;
    }
    match value {
        None | Some(Value::Object(_)) => false,
        Some(Value::Array(items)) => items.iter().any(|item| wish_holds(wish, Some(item))),
        Some(value) => scalar_fits(wish, value),
    }
}

fn scalar_fits(wish: &Wish, value: &Value) -> bool {
    let text = value.as_str();
    let on_text = |test: &dyn Fn(&str) -> bool| text.is_some_and(test);
    match wish {
        Wish::Equals(wanted) => match (wanted.as_f64(), value.as_f64()) {
            (Some(wanted), Some(given)) => wanted == given,
            _ => wanted == value,
        },
        Wish::Prefix { text, any_case: false } => on_text(&|given| given.starts_with(text.as_str())),
        Wish::Prefix { text, any_case: true } => {
            on_text(&|given| given.to_lowercase().starts_with(text.as_str()))
        }
        Wish::Suffix { text, any_case: false } => on_text(&|given| given.ends_with(text.as_str())),
        Wish::Suffix { text, any_case: true } => {
            on_text(&|given| given.to_lowercase().ends_with(text.as_str()))
        }
        Wish::EqualsAnyCase(wanted) => on_text(&|given| given.to_lowercase() == *wanted),
        Wish::Wildcard(pattern) => on_text(&|given| wildcard_fits(pattern, given)),
        Wish::Exists(wanted) => *wanted,
        Wish::Numeric(comparisons) => value
            .as_f64()
            .is_some_and(|given| comparisons.iter().all(|(one, bound)| compare(*one, given, *bound))),
        Wish::Cidr { address, mask, v6 } => on_text(&|given| {
            address_of(given).is_some_and(|(given, given_v6)| given_v6 == *v6 && given & mask == *address)
        }),
        Wish::AnythingBut(wishes) => {
            (value.is_string() || value.is_number() || value.is_boolean() || value.is_null())
                && !wishes.iter().any(|wish| scalar_fits(wish, value))
        }
    }
}

fn compare(comparison: Comparison, given: f64, bound: f64) -> bool {
    match comparison {
        Comparison::Less => given < bound,
        Comparison::AtMost => given <= bound,
        Comparison::Equal => given == bound,
        Comparison::AtLeast => given >= bound,
        Comparison::More => given > bound,
    }
}

/// `*` stands for any characters; a backslash takes its meaning away. Linear but for the last star.
fn wildcard_fits(pattern: &str, text: &str) -> bool {
    let mut tokens: Vec<Option<char>> = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => tokens.push(None),
            '\\' => tokens.push(chars.next()),
            other => tokens.push(Some(other)),
        }
    }
    let given: Vec<char> = text.chars().collect();
    let (mut at, mut token) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < given.len() {
        match tokens.get(token) {
            Some(Some(c)) if *c == given[at] => (at, token) = (at + 1, token + 1),
            Some(None) => {
                star = Some((token, at));
                token += 1;
            }
            Some(Some(_)) | None => match star {
                Some((star_token, star_at)) => {
                    star = Some((star_token, star_at + 1));
                    (at, token) = (star_at + 1, star_token + 1);
                }
                None => return false,
            },
        }
    }
    tokens[token..].iter().all(Option::is_none)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(pattern: Value, event: Value, fits: bool) {
        let read = Pattern::from_value(&pattern).unwrap_or_else(|reason| panic!("{pattern}: {reason}"));
        assert_eq!(read.fits(&event), fits, "{pattern} {event}");
    }

    #[test]
    fn operators_compare_as_documented() {
        // Source: EventBridge User Guide, "Comparison operators for use in event patterns", its examples.
        check(json!({"a": ["x", "y"]}), json!({"a": "y"}), true);
        check(json!({"a": ["x"]}), json!({"a": ["z", "x"]}), true);
        check(json!({"a": [null]}), json!({"a": null}), true);
        check(json!({"a": [null]}), json!({}), false);
        check(json!({"a": [""]}), json!({"a": ""}), true);
        check(json!({"a": [{"prefix": "us-"}]}), json!({"a": "us-east-1"}), true);
        check(
            json!({"a": [{"prefix": {"equals-ignore-case": "EVENTB"}}]}),
            json!({"a": "eventbridge"}),
            true,
        );
        check(json!({"a": [{"suffix": ".png"}]}), json!({"a": "x.png"}), true);
        check(json!({"a": [{"suffix": {"equals-ignore-case": ".PNG"}}]}), json!({"a": "x.pnG"}), true);
        check(json!({"a": [{"equals-ignore-case": "alice"}]}), json!({"a": "ALICE"}), true);
        check(json!({"a": [{"anything-but": "x"}]}), json!({"a": "y"}), true);
        check(json!({"a": [{"anything-but": ["x", 1]}]}), json!({"a": 1}), false);
        check(json!({"a": [{"anything-but": {"prefix": "init"}}]}), json!({"a": "initial"}), false);
        check(json!({"a": [{"anything-but": {"suffix": [".jpg", ".png"]}}]}), json!({"a": "a.gif"}), true);
        check(json!({"a": [{"anything-but": {"wildcard": "*/lib/*"}}]}), json!({"a": "x/lib/y"}), false);
        check(json!({"a": [{"numeric": [">", 0, "<=", 5]}]}), json!({"a": 5}), true);
        check(json!({"a": [{"numeric": ["=", 301.8]}]}), json!({"a": 3.018e2}), true);
        check(json!({"a": [{"numeric": [">", 0]}]}), json!({"a": "1"}), false);
        check(json!({"a": [{"cidr": "10.0.0.0/24"}]}), json!({"a": "10.0.0.77"}), true);
        check(json!({"a": [{"cidr": "10.0.0.0/24"}]}), json!({"a": "10.0.1.0"}), false);
        check(json!({"a": [{"wildcard": "dir/*.png"}]}), json!({"a": "dir/a/b.png"}), true);
        check(json!({"a": [{"wildcard": "a\\*b"}]}), json!({"a": "axb"}), false);
        check(json!({"a": [{"exists": true}]}), json!({"a": ""}), true);
        check(json!({"a": [{"exists": false}]}), json!({}), true);
        check(json!({"a": {"b": [{"exists": false}]}}), json!({"a": {}}), true);
        check(json!({"a": [1.0]}), json!({"a": 1}), true);
    }

    #[test]
    fn members_must_all_fit_and_alternatives_one() {
        // Source: the same page, "Complex example with multiple matching" and "Or matching".
        let pattern = json!({"$or": [{"a": [1]}, {"b": {"c": [{"numeric": ["<", 3]}]}}], "d": ["x"]});
        check(pattern.clone(), json!({"a": 1, "d": "x"}), true);
        check(pattern.clone(), json!({"b": {"c": 2}, "d": "x"}), true);
        check(pattern.clone(), json!({"a": 2, "b": {"c": 3}, "d": "x"}), false);
        check(pattern, json!({"a": 1}), false);
        check(json!({"a": {"b": ["x"]}}), json!({"a": [{"b": "y"}, {"b": "x"}]}), true);
    }

    #[test]
    fn bad_patterns_are_refused() {
        // Source: our own reasoning, after the syntax on the same page.
        for text in [
            "",
            "[]",
            "{}",
            r#"{"a":1}"#,
            r#"{"a":[]}"#,
            r#"{"a":{}}"#,
            r#"{"a":[{"x":1}]}"#,
            r#"{"a":[{"prefix":1}]}"#,
            r#"{"a":[{"numeric":[">"]}]}"#,
            r#"{"a":[{"numeric":[">",5,"<",1]}]}"#,
            r#"{"a":[{"cidr":"10.0.0.0/33"}]}"#,
            r#"{"a":[{"exists":1}]}"#,
            r#"{"a":[{"wildcard":"a**"}]}"#,
            r#"{"a":[{"prefix":"a","suffix":"b"}]}"#,
            r#"{"a":[["x"]]}"#,
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
