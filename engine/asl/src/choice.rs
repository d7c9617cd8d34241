//! Choice rules: comparisons of JSONPath states and conditions of JSONata states.
//!
//! **Source**: Amazon States Language specification, "Choice State". A comparison with a value of another type
//! does not hold; it is no error.

use crate::definition::QueryLanguage;
use crate::{AslError, Path, Payload, Scope};
use nuvola_kernel::Timestamp;
use serde_json::{Map, Value};
use std::borrow::Cow;

#[derive(Debug, Clone)]
pub enum Rule {
    And(Vec<Rule>),
    Or(Vec<Rule>),
    Not(Box<Rule>),
    Compare(Box<Comparison>),
    /// JSONata's `Condition`: an expression, or `true` or `false`.
    Condition(Payload),
}

#[derive(Debug, Clone)]
pub struct Comparison {
    pub variable: Path,
    pub test: Test,
    pub operand: Operand,
}

#[derive(Debug, Clone)]
pub enum Operand {
    Literal(Value),
    Path(Path),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    Order(Type, Order),
    Matches,
    Is(Type),
    IsPresent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    String,
    Numeric,
    Boolean,
    Timestamp,
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Equals,
    LessThan,
    LessThanEquals,
    GreaterThan,
    GreaterThanEquals,
}

const TYPES: [(&str, Type); 5] = [
    ("String", Type::String),
    ("Numeric", Type::Numeric),
    ("Boolean", Type::Boolean),
    ("Timestamp", Type::Timestamp),
    ("Null", Type::Null),
];

const ORDERS: [(&str, Order); 5] = [
    ("Equals", Order::Equals),
    ("LessThan", Order::LessThan),
    ("LessThanEquals", Order::LessThanEquals),
    ("GreaterThan", Order::GreaterThan),
    ("GreaterThanEquals", Order::GreaterThanEquals),
];

impl Test {
    /// The operator that a field's name is, and whether its operand is a path.
    pub fn of(name: &str) -> Option<(Test, bool)> {
        if name == "IsPresent" {
            return Some((Test::IsPresent, false));
        }
        if let Some(kind) = name.strip_prefix("Is") {
            return kind_of(kind).map(|kind| (Test::Is(kind), false));
        }
        if name == "StringMatches" {
            return Some((Test::Matches, false));
        }
        let (plain, path) = match name.strip_suffix("Path") {
            Some(plain) => (plain, true),
            None => (name, false),
        };
        let (prefix, kind) = TYPES.iter().find(|(prefix, _)| plain.starts_with(prefix))?;
        let order = ORDERS.iter().find(|(order, _)| *order == &plain[prefix.len()..])?.1;
        let ordered = match kind {
            Type::String | Type::Numeric | Type::Timestamp => true,
            Type::Boolean => order == Order::Equals,
            Type::Null => false,
        };
        ordered.then_some((Test::Order(*kind, order), path))
    }
}

fn kind_of(name: &str) -> Option<Type> {
    TYPES.iter().find(|(own, _)| *own == name).map(|(_, kind)| *kind)
}

impl Rule {
    /// Reads the fields of a rule; serde_json bounds how deep they are.
    pub fn parse(fields: &Map<String, Value>, query: QueryLanguage) -> Option<Rule> {
        if query == QueryLanguage::Jsonata || fields.contains_key("Condition") {
            return Payload::parse(fields.get("Condition")?).ok().map(Rule::Condition);
        }
        let inner = |value: &Value| value.as_object().and_then(|own| Rule::parse(own, query));
        let all =
            |name: &str| -> Option<Vec<Rule>> { fields.get(name)?.as_array()?.iter().map(inner).collect() };
        if let Some(rules) = all("And") {
            return Some(Rule::And(rules));
        }
        if let Some(rules) = all("Or") {
            return Some(Rule::Or(rules));
        }
        if let Some(rule) = fields.get("Not") {
            return Some(Rule::Not(Box::new(inner(rule)?)));
        }
        let variable = fields.get("Variable")?.as_str()?;
        let (test, is_path, value) =
            fields.iter().find_map(|(name, value)| Test::of(name).map(|(test, path)| (test, path, value)))?;
        let operand = match (is_path, value) {
            (true, Value::String(path)) => Operand::Path(Path::parse(path).ok()?),
            (true, _) => return None,
            (false, value) => Operand::Literal(value.clone()),
        };
        let variable = Path::parse(variable).ok()?;
        Some(Rule::Compare(Box::new(Comparison { variable, test, operand })))
    }
}

impl Rule {
    /// Whether a rule of a JSONPath state holds.
    ///
    /// # Errors
    /// When a path leads nowhere.
    pub fn holds(&self, scope: &Scope<'_>) -> Result<bool, AslError> {
        match self {
            Rule::And(rules) => {
                for rule in rules {
                    if !rule.holds(scope)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Rule::Or(rules) => {
                for rule in rules {
                    if rule.holds(scope)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Rule::Not(rule) => Ok(!rule.holds(scope)?),
            Rule::Condition(_) => Ok(false),
            Rule::Compare(comparison) => comparison.holds(scope),
        }
    }
}

impl Comparison {
    fn holds(&self, scope: &Scope<'_>) -> Result<bool, AslError> {
        let found = self.variable.find(scope);
        if self.test == Test::IsPresent {
            return Ok(Value::Bool(found.is_ok()) == *self.literal());
        }
        let found = found.map_err(|_| absent(&self.variable))?;
        let operand = match &self.operand {
            Operand::Literal(value) => Cow::Borrowed(value),
            Operand::Path(path) => path.find(scope).map_err(|_| absent(path))?,
        };
        Ok(match self.test {
            Test::Is(kind) => Value::Bool(is(kind, &found)) == *operand,
            Test::Matches => match (&*found, &*operand) {
                (Value::String(text), Value::String(pattern)) => matches(pattern, text),
                _ => false,
            },
            Test::Order(kind, order) => {
                compare(kind, &found, &operand).is_some_and(|found| order.admits(found))
            }
            Test::IsPresent => false,
        })
    }

    fn literal(&self) -> &Value {
        match &self.operand {
            Operand::Literal(value) => value,
            Operand::Path(_) => &Value::Null,
        }
    }
}

fn absent(path: &Path) -> AslError {
    let text = "The choice state's condition path references an invalid value.";
    AslError::runtime(format!("Invalid path '{}': {text}", path.text()))
}

impl Order {
    fn admits(self, found: std::cmp::Ordering) -> bool {
        match self {
            Order::Equals => found.is_eq(),
            Order::LessThan => found.is_lt(),
            Order::LessThanEquals => found.is_le(),
            Order::GreaterThan => found.is_gt(),
            Order::GreaterThanEquals => found.is_ge(),
        }
    }
}

fn is(kind: Type, value: &Value) -> bool {
    match kind {
        Type::String => value.is_string(),
        Type::Numeric => value.is_number(),
        Type::Boolean => value.is_boolean(),
        Type::Null => value.is_null(),
        Type::Timestamp => instant(value).is_some(),
    }
}

fn compare(kind: Type, left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match kind {
        Type::String => Some(left.as_str()?.cmp(right.as_str()?)),
        Type::Numeric => numbers(left, right),
        Type::Boolean => Some(left.as_bool()?.cmp(&right.as_bool()?)),
        Type::Timestamp => Some(instant(left)?.cmp(&instant(right)?)),
        Type::Null => None,
    }
}

fn numbers(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

fn instant(value: &Value) -> Option<(i64, u32)> {
    parse_instant(value.as_str()?)
}

/// An instant in milliseconds, and the nanoseconds beyond.
///
/// **Source**: Amazon States Language specification, "Timestamps": RFC 3339 with an upper-case `T` and, without a
/// numeric offset, an upper-case `Z`.
pub fn parse_instant(text: &str) -> Option<(i64, u32)> {
    if text.len() < 20 || !text.is_ascii() || text.as_bytes()[10] != b'T' || text.contains(['z', ' ']) {
        return None;
    }
    let fraction: String = match text.get(19..)?.strip_prefix('.') {
        Some(rest) => rest.chars().take_while(char::is_ascii_digit).collect(),
        None => String::new(),
    };
    if fraction.len() > 9 {
        return None;
    }
    let nanos: u32 = format!("{fraction:0<9}").parse().ok()?;
    let ms = Timestamp::parse(text)?.0;
    Some((ms, nanos % 1_000_000))
}

/// `StringMatches`: `*` stands for any characters, `\\*` for a star, `\\\\` for a backslash.
fn matches(pattern: &str, text: &str) -> bool {
    #[derive(PartialEq)]
    enum Part {
        Any,
        One(char),
    }
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '*' => Part::Any,
            '\\' => Part::One(chars.next().unwrap_or('\\')),
            c => Part::One(c),
        });
    }
    let text: Vec<char> = text.chars().collect();
    // The usual walk with one place to go back to: the last star, and how far it reached.
    let (mut at, mut of) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while of < text.len() {
        match parts.get(at) {
            Some(Part::Any) => {
                back = Some((at, of));
                at += 1;
            }
            Some(Part::One(c)) if *c == text[of] => {
                at += 1;
                of += 1;
            }
            Some(Part::One(_)) | None => match back {
                Some((star, reached)) => {
                    back = Some((star, reached + 1));
                    at = star + 1;
                    of = reached + 1;
                }
                None => return false,
            },
        }
    }
    parts[at..].iter().all(|part| *part == Part::Any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_stars_and_escapes() {
        // Source: Amazon States Language specification, "Choice State", `StringMatches`.
        for (pattern, text, expected) in [
            ("log-*.txt", "log-2026.txt", true),
            ("log-*.txt", "log-2026.csv", false),
            ("*", "", true),
            ("", "a", false),
            ("foo*bar*baz", "foobarbarbaz", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("a\\\\*", "a\\x", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn instants_are_strict() {
        // Source: Amazon States Language specification, "Timestamps".
        for (text, expected) in [
            ("2016-03-14T01:59:00Z", true),
            ("2016-03-14T01:59:00.123456789Z", true),
            ("2016-03-14T01:59:00+01:00", true),
            ("2016-03-14 01:59:00Z", false),
            ("2016-03-14t01:59:00Z", false),
            ("2016-03-14T01:59:00z", false),
            ("2016-13-14T01:59:00Z", false),
            ("2016-03-14T01:59:00", false),
        ] {
            assert_eq!(parse_instant(text).is_some(), expected, "{text}");
        }
    }
}
