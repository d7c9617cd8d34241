//! Reads `types.txt`.
//!
//! A line `= resource NAME` or `= data NAME` begins a type. An attribute is `NAME TYPE FLAGS RULE..`, where
//! a type is `s`, `n`, `b`, `*` (any), `[T]` (list), `<T>` (set), `(T)` (map) or `{name:T,..}`, and flags are
//! `r`equired, `o`ptional, `c`omputed, `f`orce-new, sensitive (`x`), `d`eprecated. A nested block is
//! `NAME { NESTING MIN..MAX RULE..`, its content indented, and `}`.

use super::{Attribute, Block, Meaning, NestedBlock, Rules, TypeFacts, Types};
use nuvola_terraform::schema::{Nesting, ResourceSchema};
use nuvola_tf_lang::Type;
use std::collections::BTreeMap;
use std::rc::Rc;

const WELL_FORMED: &str = "types.txt is generated and has this form";

pub(super) fn types(text: &str) -> Types {
    let mut out = Types { resources: BTreeMap::new(), data_sources: BTreeMap::new() };
    let mut lines = text.lines().filter(|line| !line.starts_with('#')).peekable();
    while let Some(head) = lines.next() {
        let mut words = head.trim_start_matches("= ").split(' ');
        let (kind, name) = (words.next(), words.next().expect(WELL_FORMED));
        let mut content = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("= ")) {
            content.push(line.trim_start());
        }
        let block = block(&mut content.into_iter());
        let schema = Rc::new(ResourceSchema::new(0, block.core()));
        let facts = Rc::new(TypeFacts { ty: schema.block.implied_type(), schema, block });
        let to = if kind == Some("data") { &mut out.data_sources } else { &mut out.resources };
        to.insert(name.to_owned(), facts);
    }
    out
}

fn block<'t>(lines: &mut impl Iterator<Item = &'t str>) -> Block {
    let mut out = Block::default();
    while let Some(line) = lines.next() {
        if line == "}" {
            break;
        }
        let mut words = line.split(' ');
        let name = words.next().expect(WELL_FORMED).to_owned();
        match words.next().expect(WELL_FORMED) {
            "{" => {
                let mut nested = nested(words);
                nested.block = block(lines);
                out.blocks.insert(name, nested);
            }
            ty => {
                out.attributes.insert(name, attribute(ty, words));
            }
        }
    }
    out
}

fn nested<'t>(mut words: impl Iterator<Item = &'t str>) -> NestedBlock {
    let nesting = match words.next() {
        Some("list") => Nesting::List,
        Some("set") => Nesting::Set,
        _ => Nesting::Single,
    };
    let (min, max) = words.next().and_then(pair).expect(WELL_FORMED);
    let mut out = NestedBlock {
        nesting,
        min,
        max,
        computed: false,
        deprecated: false,
        force_new: false,
        rules: Rules::default(),
        block: Block::default(),
    };
    for word in words {
        match word {
            "computed" => out.computed = true,
            "deprecated" => out.deprecated = true,
            "forcenew" => out.force_new = true,
            rule => read_rule(&mut out.rules, rule),
        }
    }
    out
}

fn attribute<'t>(ty: &str, mut words: impl Iterator<Item = &'t str>) -> Attribute {
    let flags = words.next().unwrap_or_default();
    let mut out = Attribute {
        ty: read_type(&mut ty.chars().peekable()),
        required: flags.contains('r'),
        optional: flags.contains('o'),
        computed: flags.contains('c'),
        force_new: flags.contains('f'),
        sensitive: flags.contains('x'),
        deprecated: flags.contains('d'),
        default: None,
        meaning: None,
        rules: Rules::default(),
    };
    for word in words {
        match word.split_once('=') {
            Some(("default", json)) => {
                let json = serde_json::from_str(json).expect(WELL_FORMED);
                out.default = Some(crate::values::value_of(&json, &out.ty));
            }
            Some(("meaning", "policy")) => out.meaning = Some(Meaning::Policy),
            Some(("meaning", _)) => out.meaning = Some(Meaning::Json),
            _ => read_rule(&mut out.rules, word),
        }
    }
    out
}

fn read_rule(rules: &mut Rules, word: &str) {
    let (name, text) = word.split_once('=').expect(WELL_FORMED);
    let names = || text.split(',').map(str::to_owned).collect();
    match name {
        "conflicts" => rules.conflicts = names(),
        "exactly" => rules.exactly_one = names(),
        "atleast" => rules.at_least_one = names(),
        "with" => rules.required_with = names(),
        "oneof" => rules.one_of = names(),
        "range" => rules.range = pair(text),
        "length" => rules.length = pair(text),
        "items" => rules.items = pair(text).expect(WELL_FORMED),
        other => panic!("{WELL_FORMED}: {other}"),
    }
}

fn pair<T: std::str::FromStr>(text: &str) -> Option<(T, T)> {
    let (low, high) = text.split_once("..")?;
    Some((low.parse().ok()?, high.parse().ok()?))
}

fn read_type(text: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Type {
    let first = text.next().expect(WELL_FORMED);
    let mut inside = || {
        let inner = read_type(text);
        text.next();
        inner
    };
    match first {
        's' => Type::String,
        'n' => Type::Number,
        'b' => Type::Bool,
        '[' => Type::list(inside()),
        '<' => Type::set(inside()),
        '(' => Type::map(inside()),
        '{' => {
            let mut fields: Vec<(String, Type)> = Vec::new();
            while text.peek().is_some_and(|c| *c != '}') {
                let mut name = String::new();
                while let Some(c) = text.next_if(|c| *c != ':') {
                    name.push(c);
                }
                text.next();
                fields.push((name, read_type(text)));
                text.next_if_eq(&',');
            }
            text.next();
            Type::object(fields)
        }
        _ => Type::Dynamic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nuvola_tf_lang::Value;

    #[test]
    fn a_type_has_attributes_blocks_and_rules() {
        // Source: our own reasoning; the form is described at the head of this file.
        let text = "# head\n= resource x\na s rf oneof=A,B\nb [{c:n,d:(s)}] c\ne { list 0..1 computed\n f n o default=3\n}\ng b o\n";
        let types = types(text);
        let facts = &types.resources["x"];
        assert_eq!(facts.block.attributes["a"].rules.one_of, ["A", "B"]);
        assert!(facts.block.attributes["a"].force_new && facts.block.blocks["e"].computed);
        let object = Type::object([("c", Type::Number), ("d", Type::map(Type::String))]);
        assert_eq!(facts.block.attributes["b"].ty, Type::list(object));
        assert_eq!(facts.block.blocks["e"].block.attributes["f"].default, Some(Value::int(3)));
        assert!(facts.block.attributes.contains_key("g"));
    }

    #[test]
    fn everything_that_is_built_in_can_be_read() {
        // Source: our own reasoning: the file has the types that are simulated, no more and no fewer.
        let types = Types::load();
        let named: Vec<&str> = types.resources.keys().map(String::as_str).collect();
        assert_eq!(named, crate::resource_types());
        assert!(types.data_sources.contains_key("aws_iam_policy_document"));
    }
}
