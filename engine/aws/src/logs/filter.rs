//! Filter patterns: terms, and conditions on JSON events.
//!
//! Refused: patterns of space-delimited fields (`[a, b]`) and regular expressions (`%…%`).
//!
//! **Source**: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription filters,
//! filter log events, and Live Tail".

use serde_json::Value;

/// How deeply parentheses may nest.
const MAX_DEPTH: usize = 32;

#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Every event.
    All,
    Terms(Terms),
    Json(Condition),
}

/// Terms compare with case, anywhere in the message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    required: Vec<String>,
    /// `?a ?b`: one of them is enough.
    optional: Vec<String>,
    excluded: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Compare { path: Vec<Step>, operator: Operator, operand: Operand },
    IsNull(Vec<Step>),
    Is(Vec<Step>, bool),
    NotExists(Vec<Step>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Key(String),
    Index(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    Number(f64),
    /// `*` stands for any run of characters.
    Text(String),
}

/// Why a text is no filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterProblem {
    Invalid,
    /// A kind of pattern that Nuvola lacks.
    NotSimulated(&'static str),
}

impl Filter {
    pub fn parse(text: &str) -> Result<Self, FilterProblem> {
        let text = text.trim();
        match text.chars().next() {
            None => Ok(Filter::All),
            Some('{') => {
                let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
                let mut parser = Parser { rest: inner.ok_or(FilterProblem::Invalid)? };
                let condition = parser.either(0)?;
                if parser.rest.trim().is_empty() {
                    Ok(Filter::Json(condition))
                } else {
                    Err(FilterProblem::Invalid)
                }
            }
            Some('[') => Err(FilterProblem::NotSimulated("filter patterns of space-delimited fields")),
            Some(_) => terms(text).map(Filter::Terms),
        }
    }

    pub fn matches(&self, message: &str) -> bool {
        match self {
            Filter::All => true,
            Filter::Terms(terms) => terms.matches(message),
            Filter::Json(condition) => {
                serde_json::from_str(message.trim()).is_ok_and(|event| condition.holds(&event))
            }
        }
    }
}

impl Terms {
    fn matches(&self, message: &str) -> bool {
        // Beside required terms, optional ones do not count.
        let optional = !self.required.is_empty()
            || self.optional.is_empty()
            || self.optional.iter().any(|term| message.contains(term.as_str()));
        optional
            && self.required.iter().all(|term| message.contains(term.as_str()))
            && !self.excluded.iter().any(|term| message.contains(term.as_str()))
    }
}

fn terms(text: &str) -> Result<Terms, FilterProblem> {
    let mut terms = Terms::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = rest.trim_start();
            continue;
        }
        let list = match first {
            '?' => &mut terms.optional,
            '-' => &mut terms.excluded,
            _ => &mut terms.required,
        };
        if matches!(first, '?' | '-') {
            rest = &rest[1..];
        }
        if rest.starts_with('%') {
            return Err(FilterProblem::NotSimulated("regular expressions in filter patterns"));
        }
        let (term, after) = match rest.starts_with('"') {
            true => quoted(rest)?,
            false => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        if term.is_empty() {
            return Err(FilterProblem::Invalid);
        }
        list.push(term);
        rest = after;
    }
    Ok(terms)
}

/// Reads `"…"` with backslash escapes.
fn quoted(text: &str) -> Result<(String, &str), FilterProblem> {
    let mut out = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => {
                out.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return Ok((out, &text[at + 1..])),
            _ => out.push(c),
        }
    }
    Err(FilterProblem::Invalid)
}

struct Parser<'t> {
    rest: &'t str,
}

impl Parser<'_> {
    fn eat(&mut self, token: &str) -> bool {
        let trimmed = self.rest.trim_start();
        match trimmed.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn either(&mut self, depth: usize) -> Result<Condition, FilterProblem> {
        let mut left = self.both(depth)?;
        while self.eat("||") {
            left = Condition::Or(Box::new(left), Box::new(self.both(depth)?));
        }
        Ok(left)
    }

    fn both(&mut self, depth: usize) -> Result<Condition, FilterProblem> {
        let mut left = self.one(depth)?;
        while self.eat("&&") {
            left = Condition::And(Box::new(left), Box::new(self.one(depth)?));
        }
        Ok(left)
    }

    fn one(&mut self, depth: usize) -> Result<Condition, FilterProblem> {
        if depth > MAX_DEPTH {
            return Err(FilterProblem::Invalid);
        }
        if self.eat("(") {
            let inner = self.either(depth + 1)?;
            return if self.eat(")") { Ok(inner) } else { Err(FilterProblem::Invalid) };
        }
        let path = self.path()?;
        if self.eat("IS") {
            return match () {
                () if self.eat("NULL") => Ok(Condition::IsNull(path)),
                () if self.eat("TRUE") => Ok(Condition::Is(path, true)),
                () if self.eat("FALSE") => Ok(Condition::Is(path, false)),
                () => Err(FilterProblem::Invalid),
            };
        }
        if self.eat("NOT") {
            let exists = self.eat("EXISTS");
            return if exists { Ok(Condition::NotExists(path)) } else { Err(FilterProblem::Invalid) };
        }
        let operators = [
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("=", Operator::Equal),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        let found = operators.into_iter().find(|(token, _)| self.eat(token));
        let (_, operator) = found.ok_or(FilterProblem::Invalid)?;
        Ok(Condition::Compare { path, operator, operand: self.operand()? })
    }

    /// `$.a.b[0]["c"]`
    fn path(&mut self) -> Result<Vec<Step>, FilterProblem> {
        if !self.eat("$") {
            return Err(FilterProblem::Invalid);
        }
        let mut steps = Vec::new();
        loop {
            if let Some(rest) = self.rest.strip_prefix('.') {
                let legal = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
                let end = rest.find(|c| !legal(c)).unwrap_or(rest.len());
                if end == 0 {
                    return Err(FilterProblem::Invalid);
                }
                steps.push(Step::Key(rest[..end].to_owned()));
                self.rest = &rest[end..];
            } else if let Some(rest) = self.rest.strip_prefix('[') {
                let (step, after) = match rest.starts_with('"') {
                    true => quoted(rest).map(|(key, after)| (Step::Key(key), after))?,
                    false => {
                        let end = rest.find(']').ok_or(FilterProblem::Invalid)?;
                        let index = rest[..end].trim().parse().map_err(|_| FilterProblem::Invalid)?;
                        (Step::Index(index), &rest[end..])
                    }
                };
                self.rest = after.strip_prefix(']').ok_or(FilterProblem::Invalid)?;
                steps.push(step);
            } else {
                return Ok(steps);
            }
        }
    }

    fn operand(&mut self) -> Result<Operand, FilterProblem> {
        let text = self.rest.trim_start();
        if text.starts_with('"') {
            let (value, after) = quoted(text)?;
            // The remainder is a suffix of the same text, of which the length tells the start.
            self.rest = &self.rest[self.rest.len() - after.len()..];
            return Ok(Operand::Text(value));
        }
        if text.starts_with('%') {
            return Err(FilterProblem::NotSimulated("regular expressions in filter patterns"));
        }
        let end = text.find(|c: char| c.is_whitespace() || ")&|".contains(c)).unwrap_or(text.len());
        let (word, after) = text.split_at(end);
        self.rest = &self.rest[self.rest.len() - after.len()..];
        match word.parse::<f64>() {
            _ if word.is_empty() => Err(FilterProblem::Invalid),
            Ok(number) if number.is_finite() => Ok(Operand::Number(number)),
            Ok(_) | Err(_) => Ok(Operand::Text(word.to_owned())),
        }
    }
}

fn find<'v>(event: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(event, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

impl Condition {
    fn holds(&self, event: &Value) -> bool {
        match self {
            Condition::And(left, right) => left.holds(event) && right.holds(event),
            Condition::Or(left, right) => left.holds(event) || right.holds(event),
            Condition::IsNull(path) => find(event, path).is_some_and(Value::is_null),
            Condition::Is(path, truth) => find(event, path).and_then(Value::as_bool) == Some(*truth),
            Condition::NotExists(path) => find(event, path).is_none(),
            Condition::Compare { path, operator, operand } => {
                find(event, path).is_some_and(|value| compare(value, *operator, operand))
            }
        }
    }
}

fn compare(value: &Value, operator: Operator, operand: &Operand) -> bool {
    let equal = match operand {
        Operand::Number(number) => match number_of(value) {
            Some(given) => match operator {
                Operator::Equal => return given == *number,
                Operator::NotEqual => return given != *number,
                Operator::Less => return given < *number,
                Operator::LessOrEqual => return given <= *number,
                Operator::Greater => return given > *number,
                Operator::GreaterOrEqual => return given >= *number,
            },
            None => false,
        },
        Operand::Text(pattern) => value.as_str().is_some_and(|text| starred(pattern, text)),
    };
    match operator {
        Operator::Equal => equal,
        Operator::NotEqual => !equal,
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => false,
    }
}

/// Whether the text is the pattern's pieces between stars, in order.
fn starred(pattern: &str, text: &str) -> bool {
    let Some((first, others)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = others.split('*').collect();
    let last = pieces.pop().unwrap_or("");
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

fn number_of(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(pattern: &str, message: &str, expected: bool) {
        let filter = Filter::parse(pattern).unwrap();
        assert_eq!(filter.matches(message), expected, "{pattern} on {message}");
    }

    #[test]
    fn terms_are_required_optional_or_excluded() {
        // Source: CloudWatch Logs User Guide, "Filter pattern syntax", "Unstructured log events".
        check("", "anything", true);
        check("ERROR", "[ERROR 400] BAD REQUEST", true);
        check("ERROR ARGUMENTS", "ERROR INVALID ARGUMENTS", true);
        check("ERROR ARGUMENTS", "ERROR 401", false);
        check("?ERROR ?ARGUMENTS", "INVALID ARGUMENTS", true);
        check("?ERROR ?ARGUMENTS", "fine", false);
        check("\"INTERNAL SERVER ERROR\"", "500 INTERNAL SERVER ERROR", true);
        check("ERROR -ARGUMENTS", "ERROR INVALID ARGUMENTS", false);
        check("error", "ERROR", false);
    }

    #[test]
    fn json_conditions_compare_members() {
        // Source: the same page, "JSON log events" (the CloudTrail-like example event).
        let event = r#"{"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","errorCode":null,
            "arrayKey":["value","another value"],"objectList":[{"name":"a","id":1},{"name":"b","id":2}],
            "SomeObject":null,"trusted":true,"size":10.5}"#;
        check(r#"{ $.eventType = "UpdateTrail" }"#, event, true);
        check(r#"{ $.sourceIPAddress != "123.123.*" }"#, event, true);
        check(r#"{ $.arrayKey[0] = "value" }"#, event, true);
        check("{ $.objectList[1].id = 2 }", event, true);
        check("{ $.SomeObject IS NULL }", event, true);
        check("{ $.other NOT EXISTS }", event, true);
        check("{ $.trusted IS TRUE }", event, true);
        check("{ $.size >= 10 && ($.size < 11 || $.trusted IS FALSE) }", event, true);
        check(r#"{ $.eventType = "Update*" }"#, event, true);
        check("{ $.eventType = UpdateTrail }", event, true);
        check("{ $.eventType = 1 }", "not json", false);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["{ $.a = }", "{ $.a", "\"open", "{ a = 1 }", "{ $.a IS 1 }", "{ ($.a = 1 }"] {
            assert_eq!(Filter::parse(text), Err(FilterProblem::Invalid), "{text}");
        }
        assert!(matches!(Filter::parse("[a, b]"), Err(FilterProblem::NotSimulated(_))));
        assert!(matches!(Filter::parse("%a+%"), Err(FilterProblem::NotSimulated(_))));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r#"[{}()$.a="&|<\[\] ?%-]{0,40}"#) {
            if let Ok(filter) = Filter::parse(&text) {
                filter.matches(r#"{"a":1}"#);
            }
        }
    }
}
