//! Filters: `[?(@.price < 10 && @.tag in ['a','b'])]`.

use super::parse::{Reader, read_path};
use super::{Path, PathError, eval};
use regex_lite::Regex;
use serde_json::Value;
use std::borrow::Cow;
use std::cmp::Ordering;

#[derive(Debug, Clone)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Operand),
    Compare(Operand, Operator, Operand),
}

#[derive(Debug, Clone)]
pub(super) enum Operand {
    /// From the item (`@`).
    Item(Path),
    /// From the document (`$`).
    Document(Path),
    Literal(Value),
    Pattern(Regex),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
    In,
    NotIn,
    SubsetOf,
    AnyOf,
    NoneOf,
    Size,
    Empty,
    Contains,
}

/// Longer spellings first: `<=` before `<`.
const OPERATORS: [(&str, Operator); 16] = [
    ("===", Operator::Equal),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("=~", Operator::Matches),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("in", Operator::In),
    ("nin", Operator::NotIn),
    ("subsetof", Operator::SubsetOf),
    ("anyof", Operator::AnyOf),
    ("noneof", Operator::NoneOf),
    ("size", Operator::Size),
    ("empty", Operator::Empty),
    ("contains", Operator::Contains),
];

/// Two filters are the same when they read the same: paths compare by their text.
impl PartialEq for Filter {
    fn eq(&self, other: &Filter) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

pub(super) fn parse(reader: &mut Reader, depth: usize) -> Result<Filter, PathError> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(reader.error("the filter nests too deeply"));
    };
    let mut any = vec![conjunction(reader, depth)?];
    loop {
        reader.spaces();
        if !reader.eat("||") {
            break;
        }
        any.push(conjunction(reader, depth)?);
    }
    Ok(if any.len() == 1 { any.remove(0) } else { Filter::Any(any) })
}

fn conjunction(reader: &mut Reader, depth: usize) -> Result<Filter, PathError> {
    let mut all = vec![term(reader, depth)?];
    loop {
        reader.spaces();
        if !reader.eat("&&") {
            break;
        }
        all.push(term(reader, depth)?);
    }
    Ok(if all.len() == 1 { all.remove(0) } else { Filter::All(all) })
}

fn term(reader: &mut Reader, depth: usize) -> Result<Filter, PathError> {
    reader.spaces();
    if reader.eat("!") {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(reader.error("the filter nests too deeply"));
        };
        return Ok(Filter::Not(Box::new(term(reader, depth)?)));
    }
    if reader.eat("(") {
        let inner = parse(reader, depth)?;
        reader.spaces();
        reader.expect(")")?;
        return Ok(inner);
    }
    let left = operand(reader, depth)?;
    reader.spaces();
    let rest = reader.rest();
    let Some((spelling, operator)) = OPERATORS.iter().find(|(spelling, _)| is_operator(rest, spelling))
    else {
        return Ok(Filter::Exists(left));
    };
    reader.at += spelling.len();
    reader.spaces();
    let right = operand(reader, depth)?;
    Ok(Filter::Compare(left, *operator, right))
}

/// Words are operators only when they end there.
fn is_operator(rest: &str, spelling: &str) -> bool {
    let word = spelling.as_bytes()[0].is_ascii_alphabetic();
    let head = rest.get(..spelling.len());
    if !word {
        return head == Some(spelling);
    }
    let next = rest.get(spelling.len()..).and_then(|rest| rest.chars().next());
    head.is_some_and(|head| head.eq_ignore_ascii_case(spelling)) && !next.is_some_and(char::is_alphanumeric)
}

fn operand(reader: &mut Reader, depth: usize) -> Result<Operand, PathError> {
    match reader.peek() {
        Some('@') => read_path(reader, depth).map(Operand::Item),
        Some('$') => read_path(reader, depth).map(Operand::Document),
        Some('\'' | '"') => reader.quoted().map(|text| Operand::Literal(Value::String(text))),
        Some('/') => pattern(reader),
        Some('[') => {
            reader.at += 1;
            let mut items = Vec::new();
            reader.spaces();
            while !reader.eat("]") {
                let Some(depth) = depth.checked_sub(1) else {
                    return Err(reader.error("the filter nests too deeply"));
                };
                match operand(reader, depth)? {
                    Operand::Literal(value) => items.push(value),
                    Operand::Item(_) | Operand::Document(_) | Operand::Pattern(_) => {
                        return Err(reader.error("a literal expected"));
                    }
                }
                reader.spaces();
                if !reader.eat(",") && reader.peek() != Some(']') {
                    return Err(reader.error("`]` expected"));
                }
                reader.spaces();
            }
            Ok(Operand::Literal(Value::Array(items)))
        }
        _ => {
            let word = reader.while_(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
            let literal = serde_json::from_str(word).ok();
            literal.map(Operand::Literal).ok_or_else(|| reader.error("a path or a literal expected"))
        }
    }
}

fn pattern(reader: &mut Reader) -> Result<Operand, PathError> {
    reader.expect("/")?;
    let mut escaped = false;
    let body = reader.rest();
    let end = body.find(|c| {
        let ends = c == '/' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    let Some(end) = end else { return Err(reader.error("a pattern does not end")) };
    reader.at += end + 1;
    let flags = reader.while_(|c| c.is_ascii_lowercase());
    let known: String = flags.chars().filter(|c| "imsx".contains(*c)).collect();
    // The whole value must match, as with Java's `matches`.
    let prefix = if known.is_empty() { String::new() } else { format!("(?{known})") };
    let source = format!("{prefix}^(?:{})$", body[..end].replace("\\/", "/"));
    let regex = Regex::new(&source).map_err(|_| reader.error("a bad pattern"))?;
    Ok(Operand::Pattern(regex))
}

impl Filter {
    pub fn accepts(&self, item: &Value, document: &Value) -> bool {
        match self {
            Filter::All(filters) => filters.iter().all(|filter| filter.accepts(item, document)),
            Filter::Any(filters) => filters.iter().any(|filter| filter.accepts(item, document)),
            Filter::Not(filter) => !filter.accepts(item, document),
            Filter::Exists(operand) => operand.value(item, document).is_some(),
            Filter::Compare(left, operator, right) => {
                compare(left.value(item, document), *operator, right, item, document)
            }
        }
    }
}

impl Operand {
    fn value<'a>(&'a self, item: &'a Value, document: &'a Value) -> Option<Cow<'a, Value>> {
        match self {
            Operand::Item(path) => eval::find(path, item).ok(),
            Operand::Document(path) => eval::find(path, document).ok(),
            Operand::Literal(value) => Some(Cow::Borrowed(value)),
            Operand::Pattern(_) => None,
        }
    }
}

fn compare(
    left: Option<Cow<Value>>,
    operator: Operator,
    right: &Operand,
    item: &Value,
    document: &Value,
) -> bool {
    if let Operand::Pattern(regex) = right {
        let text = left.as_deref().and_then(Value::as_str);
        return operator == Operator::Matches && text.is_some_and(|text| regex.is_match(text));
    }
    let right = right.value(item, document);
    let (Some(left), Some(right)) = (left, right) else {
        return operator == Operator::NotEqual;
    };
    let (left, right) = (&*left, &*right);
    let has = |list: &Value, wanted: &Value| items(list).iter().any(|one| same(one, wanted));
    match operator {
        Operator::Equal => same(left, right),
        Operator::NotEqual => !same(left, right),
        Operator::Less => order(left, right) == Some(Ordering::Less),
        Operator::LessOrEqual => matches!(order(left, right), Some(Ordering::Less | Ordering::Equal)),
        Operator::Greater => order(left, right) == Some(Ordering::Greater),
        Operator::GreaterOrEqual => matches!(order(left, right), Some(Ordering::Greater | Ordering::Equal)),
        Operator::Matches => false,
        Operator::In => has(right, left),
        Operator::NotIn => !has(right, left),
        Operator::SubsetOf => items(left).iter().all(|one| has(right, one)),
        Operator::AnyOf => items(left).iter().any(|one| has(right, one)),
        Operator::NoneOf => !items(left).iter().any(|one| has(right, one)),
        Operator::Size => size(left).is_some_and(|size| right.as_u64() == Some(size as u64)),
        Operator::Empty => size(left).is_some_and(|size| right.as_bool() == Some(size == 0)),
        Operator::Contains => match left {
            Value::String(text) => right.as_str().is_some_and(|part| text.contains(part)),
            _ => has(left, right),
        },
    }
}

fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn size(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(items) => Some(items.len()),
        Value::Object(map) => Some(map.len()),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// A number and the text of a number are the same here, as in Jayway's.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(number), Value::String(text)) | (Value::String(text), Value::Number(number)) => {
            text.parse::<f64>().ok().is_some_and(|parsed| Some(parsed) == number.as_f64())
        }
        _ => crate::value::equal(left, right),
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.as_f64()?.partial_cmp(&b.as_f64()?),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => None,
    }
}
