//! Condition operators.
//!
//! **Source**: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for
//! multivalued context keys".

use crate::auth::policy::pattern::{Keys, Pattern, arn_matches, expand};
use nuvola_kernel::Timestamp;
use std::net::IpAddr;

/// One key of a condition block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub operator: Operator,
    /// The operator as the policy writes it.
    pub written: String,
    /// As the policy writes it.
    pub key: String,
    pub values: Vec<String>,
}

/// An operator with its prefix and suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    pub test: Test,
    /// `…Not…`: true where the test fails for every value of the policy.
    pub negated: bool,
    /// `…IfExists`
    pub if_exists: bool,
    pub set: SetOperator,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetOperator {
    None,
    ForAllValues,
    ForAnyValue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    StringEquals,
    StringEqualsIgnoreCase,
    StringLike,
    Numeric(Comparison),
    Date(Comparison),
    Bool,
    BinaryEquals,
    IpAddress,
    Arn,
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equals,
    LessThan,
    LessThanEquals,
    GreaterThan,
    GreaterThanEquals,
}

impl Operator {
    /// Reads `ForAnyValue:StringNotLikeIfExists` and its like.
    pub fn parse(text: &str) -> Option<Self> {
        let (set, rest) = match text.split_once(':') {
            Some(("ForAllValues", rest)) => (SetOperator::ForAllValues, rest),
            Some(("ForAnyValue", rest)) => (SetOperator::ForAnyValue, rest),
            Some(_) => return None,
            None => (SetOperator::None, text),
        };
        let (name, if_exists) = match rest.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (rest, false),
        };
        let (test, negated) = test_named(name)?;
        let sensible = test != Test::Null || (!if_exists && set == SetOperator::None);
        sensible.then_some(Operator { test, negated, if_exists, set })
    }
}

fn test_named(name: &str) -> Option<(Test, bool)> {
    let test = match name {
        "StringEquals" => (Test::StringEquals, false),
        "StringNotEquals" => (Test::StringEquals, true),
        "StringEqualsIgnoreCase" => (Test::StringEqualsIgnoreCase, false),
        "StringNotEqualsIgnoreCase" => (Test::StringEqualsIgnoreCase, true),
        "StringLike" => (Test::StringLike, false),
        "StringNotLike" => (Test::StringLike, true),
        "Bool" => (Test::Bool, false),
        "BinaryEquals" => (Test::BinaryEquals, false),
        "IpAddress" => (Test::IpAddress, false),
        "NotIpAddress" => (Test::IpAddress, true),
        "ArnEquals" | "ArnLike" => (Test::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Test::Arn, true),
        "Null" => (Test::Null, false),
        other => {
            if let Some(rest) = other.strip_prefix("Numeric") {
                let (comparison, negated) = comparison(rest)?;
                (Test::Numeric(comparison), negated)
            } else {
                let (comparison, negated) = comparison(other.strip_prefix("Date")?)?;
                (Test::Date(comparison), negated)
            }
        }
    };
    Some(test)
}

fn comparison(text: &str) -> Option<(Comparison, bool)> {
    Some(match text {
        "Equals" => (Comparison::Equals, false),
        "NotEquals" => (Comparison::Equals, true),
        "LessThan" => (Comparison::LessThan, false),
        "LessThanEquals" => (Comparison::LessThanEquals, false),
        "GreaterThan" => (Comparison::GreaterThan, false),
        "GreaterThanEquals" => (Comparison::GreaterThanEquals, false),
        _ => return None,
    })
}

impl Condition {
    /// Whether a test of dates compares with what can be one: a year and more, or seconds.
    pub fn has_dates(&self) -> bool {
        let dated = |value: &String| {
            let digits = value.bytes().take_while(u8::is_ascii_digit).count();
            match digits == value.len() {
                true => value.parse::<i64>().is_ok(),
                false => {
                    digits == 4
                        || value.get(digits..) == Some("T")
                        || value.starts_with('-')
                        || value.contains('$')
                }
            }
        };
        !matches!(self.operator.test, Test::Date(_)) || self.values.iter().all(dated)
    }

    /// Whether the condition holds. `variables` is absent where the policy's version knows none.
    pub fn holds(&self, keys: &Keys, variables: Option<&Keys>) -> bool {
        let present = keys.get(&self.key.to_lowercase()).filter(|values| !values.is_empty());
        let operator = self.operator;
        if operator.test == Test::Null {
            let expected = if present.is_none() { "true" } else { "false" };
            return self.values.iter().any(|value| value.eq_ignore_ascii_case(expected));
        }
        let Some(given) = present else {
            return operator.if_exists
                || match operator.set {
                    SetOperator::None => operator.negated,
                    SetOperator::ForAllValues => true,
                    SetOperator::ForAnyValue => false,
                };
        };
        let one = |value: &String| self.holds_for(value, variables);
        match operator.set {
            SetOperator::ForAllValues => given.iter().all(one),
            SetOperator::ForAnyValue => given.iter().any(one),
            SetOperator::None if operator.negated => given.iter().all(one),
            SetOperator::None => given.iter().any(one),
        }
    }

    /// The values of the policy are alternatives; for a negated operator none may match.
    fn holds_for(&self, given: &str, variables: Option<&Keys>) -> bool {
        let matched = self.values.iter().any(|value| self.operator.test.matches(value, given, variables));
        matched != self.operator.negated
    }
}

impl Test {
    fn matches(self, wanted: &str, given: &str, variables: Option<&Keys>) -> bool {
        let expanded = || expand(wanted, variables);
        match self {
            Test::StringEquals => expanded().is_some_and(|wanted| wanted == given),
            Test::StringEqualsIgnoreCase => {
                expanded().is_some_and(|wanted| wanted.to_lowercase() == given.to_lowercase())
            }
            Test::StringLike => Pattern::new(wanted, variables).is_some_and(|pattern| pattern.matches(given)),
            Test::Numeric(comparison) => {
                let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
                let pair = expanded().and_then(|wanted| number(&wanted)).zip(number(given));
                pair.is_some_and(|(wanted, given)| comparison.holds(given.partial_cmp(&wanted)))
            }
            Test::Date(comparison) => {
                let pair = expanded().and_then(|wanted| date_ms(&wanted)).zip(date_ms(given));
                pair.is_some_and(|(wanted, given)| comparison.holds(Some(given.cmp(&wanted))))
            }
            Test::Bool => expanded().is_some_and(|wanted| wanted.eq_ignore_ascii_case(given)),
            Test::BinaryEquals => wanted == given,
            Test::IpAddress => expanded().is_some_and(|range| in_range(&range, given)),
            Test::Arn => arn_matches(wanted, given, variables),
            Test::Null => false,
        }
    }
}

impl Comparison {
    fn holds(self, order: Option<std::cmp::Ordering>) -> bool {
        use std::cmp::Ordering;
        order.is_some_and(|order| match self {
            Comparison::Equals => order == Ordering::Equal,
            Comparison::LessThan => order == Ordering::Less,
            Comparison::LessThanEquals => order != Ordering::Greater,
            Comparison::GreaterThan => order == Ordering::Greater,
            Comparison::GreaterThanEquals => order != Ordering::Less,
        })
    }
}

/// A W3C profile of ISO 8601 (a day is its first instant), or seconds since the epoch.
fn date_ms(text: &str) -> Option<i64> {
    let text = text.trim();
    let whole = match text.len() {
        10 if text.as_bytes()[4] == b'-' => format!("{text}T00:00:00Z"),
        17 if text.ends_with('Z') => format!("{}:00Z", text.strip_suffix('Z').unwrap_or(text)),
        _ => text.to_owned(),
    };
    match text.parse::<i64>() {
        Ok(seconds) if text.len() != 4 => seconds.checked_mul(1000),
        Ok(_) | Err(_) => Timestamp::parse(&whole).map(|at| at.0),
    }
}

/// An address, or a range in CIDR notation.
fn in_range(range: &str, address: &str) -> bool {
    let (network, prefix) = match range.split_once('/') {
        Some((network, prefix)) => (network, prefix.parse::<u32>().ok()),
        None => (range, Some(128)),
    };
    let bits = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => (u128::from(ip.to_bits()) << 96, 32),
        IpAddr::V6(ip) => (ip.to_bits(), 128),
    };
    let (Ok(network), Ok(address), Some(prefix)) = (network.parse(), address.parse(), prefix) else {
        return false;
    };
    let ((network, width), (address, other_width)) = (bits(network), bits(address));
    let prefix = prefix.min(width);
    let mask = if prefix == 0 { 0 } else { u128::MAX << (128 - prefix) };
    width == other_width && network & mask == address & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(operator: &str, wanted: &[&str], given: Option<&[&str]>, expected: bool) {
        let condition = Condition {
            operator: Operator::parse(operator).unwrap(),
            written: operator.to_owned(),
            key: "aws:Key".to_owned(),
            values: wanted.iter().map(|value| (*value).to_owned()).collect(),
        };
        let mut keys = Keys::new();
        if let Some(given) = given {
            keys.insert("aws:key".to_owned(), given.iter().map(|value| (*value).to_owned()).collect());
        }
        assert_eq!(condition.holds(&keys, Some(&keys)), expected, "{operator} {wanted:?} {given:?}");
    }

    #[test]
    fn operators_compare_as_documented() {
        // Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
        check("StringEquals", &["a", "b"], Some(&["b"]), true);
        check("StringEquals", &["a"], Some(&["A"]), false);
        check("StringEqualsIgnoreCase", &["a"], Some(&["A"]), true);
        check("StringNotEquals", &["a", "b"], Some(&["b"]), false);
        check("StringLike", &["home/*"], Some(&["home/x"]), true);
        check("StringNotLike", &["home/*"], Some(&["x"]), true);
        check("NumericLessThanEquals", &["10"], Some(&["10"]), true);
        check("NumericGreaterThan", &["10"], Some(&["x"]), false);
        check("DateLessThan", &["2026-01-01T00:00:00Z"], Some(&["2025-12-31T23:59:59Z"]), true);
        check("DateGreaterThan", &["2026-01-01"], Some(&["1767225601"]), true);
        check("Bool", &["false"], Some(&["False"]), true);
        check("IpAddress", &["203.0.113.0/24"], Some(&["203.0.113.10"]), true);
        check("NotIpAddress", &["203.0.113.0/24"], Some(&["203.0.113.10"]), false);
        check("IpAddress", &["2001:db8::/32"], Some(&["2001:db8:1::1"]), true);
        check("IpAddress", &["0.0.0.0/0"], Some(&["2001:db8:1::1"]), false);
        check("ArnLike", &["arn:aws:s3:*:*:b*"], Some(&["arn:aws:s3:::bucket"]), true);
        check("ArnEquals", &["arn:aws:*"], Some(&["arn:aws:s3:::bucket"]), false);
    }

    #[test]
    fn an_absent_key_fails_but_for_negation_and_if_exists() {
        // Source: IAM User Guide, "...IfExists condition operators" and "Condition operator to check
        // existence of condition keys".
        check("StringEquals", &["a"], None, false);
        check("StringNotEquals", &["a"], None, true);
        check("StringEqualsIfExists", &["a"], None, true);
        check("Null", &["true"], None, true);
        check("Null", &["false"], Some(&["x"]), true);
        check("Null", &["true"], Some(&["x"]), false);
    }

    #[test]
    fn set_operators_quantify_over_the_request() {
        // Source: IAM User Guide, "Set operators for multivalued context keys".
        check("ForAllValues:StringEquals", &["a", "b"], Some(&["a", "b"]), true);
        check("ForAllValues:StringEquals", &["a"], Some(&["a", "b"]), false);
        check("ForAllValues:StringEquals", &["a"], None, true);
        check("ForAnyValue:StringEquals", &["a"], Some(&["a", "b"]), true);
        check("ForAnyValue:StringEquals", &["a"], None, false);
        check("ForAnyValue:StringNotEquals", &["a"], Some(&["a", "b"]), true);
    }

    #[test]
    fn unknown_operators_are_not_read() {
        for text in ["StringMatches", "ForSomeValues:StringEquals", "NullIfExists", "NumericLike"] {
            assert_eq!(Operator::parse(text), None, "{text}");
        }
    }
}
