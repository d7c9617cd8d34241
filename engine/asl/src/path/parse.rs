//! From text to [`Path`].

use super::filter::{self, Filter};
use super::{Function, Path, PathError, Root, Step};

/// Filters in filters and parentheses, before we say that this is no path.
pub(crate) const MAX_DEPTH: usize = 32;

pub(super) fn parse(text: &str) -> Result<Path, PathError> {
    let mut reader = Reader { text, at: 0 };
    let path = read_path(&mut reader, MAX_DEPTH)?;
    if reader.at < text.len() {
        return Err(reader.error("unexpected text"));
    }
    Ok(path)
}

/// A place in the text.
pub(crate) struct Reader<'a> {
    pub text: &'a str,
    pub at: usize,
}

impl<'a> Reader<'a> {
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    pub fn spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    pub fn expect(&mut self, token: &str) -> Result<(), PathError> {
        if self.eat(token) { Ok(()) } else { Err(self.error(&format!("`{token}` expected"))) }
    }

    pub fn while_(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    pub fn error(&self, message: &str) -> PathError {
        PathError { message: format!("{message} at offset {}", self.at), offset: self.at }
    }

    /// A whole number, perhaps negative.
    fn integer(&mut self) -> Result<Option<i64>, PathError> {
        let start = self.at;
        self.eat("-");
        self.while_(|c| c.is_ascii_digit());
        match &self.text[start..self.at] {
            "" => Ok(None),
            digits => digits.parse().map(Some).map_err(|_| self.error("a number is too large")),
        }
    }

    /// A text in single or double quotes, with backslashes.
    pub fn quoted(&mut self) -> Result<String, PathError> {
        let quote = match self.peek() {
            Some(c @ ('\'' | '"')) => c,
            _ => return Err(self.error("a quoted name expected")),
        };
        self.at += 1;
        let mut out = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((offset, c)) = chars.next() {
            if c == quote {
                self.at += offset + 1;
                return Ok(out);
            }
            if c != '\\' {
                out.push(c);
                continue;
            }
            match chars.next() {
                Some((_, 'n')) => out.push('\n'),
                Some((_, 't')) => out.push('\t'),
                Some((_, 'r')) => out.push('\r'),
                Some((at, 'u')) => {
                    let digits =
                        self.rest().get(at + 1..at + 5).and_then(|hex| u32::from_str_radix(hex, 16).ok());
                    let decoded =
                        digits.and_then(char::from_u32).ok_or_else(|| self.error("a bad escape"))?;
                    out.push(decoded);
                    for _ in 0..4 {
                        chars.next();
                    }
                }
                Some((_, other)) => out.push(other),
                None => break,
            }
        }
        Err(self.error("a quoted name does not end"))
    }
}

/// Reads a path that starts with `$`, `$$`, `$name` or, within filters, `@`.
pub(crate) fn read_path(reader: &mut Reader, depth: usize) -> Result<Path, PathError> {
    let start = reader.at;
    let root = if reader.eat("$$") {
        Root::Context
    } else if reader.eat("@") {
        Root::Input
    } else {
        reader.expect("$")?;
        let name = reader.while_(|c| c.is_alphanumeric() || c == '_');
        if name.is_empty() { Root::Input } else { Root::Variable(name.to_string()) }
    };
    let mut steps = Vec::new();
    let mut function = None;
    while function.is_none() {
        if reader.eat("..") {
            steps.push(Step::Scan);
            if reader.peek() != Some('[') {
                name_or_function(reader, &mut steps, &mut function)?;
            }
        } else if reader.eat(".") {
            name_or_function(reader, &mut steps, &mut function)?;
        } else if reader.eat("[") {
            steps.push(bracket(reader, depth)?);
        } else {
            break;
        }
    }
    if let Some(Step::Scan) = steps.last() {
        return Err(reader.error("path must not end with a scan"));
    }
    Ok(Path { text: reader.text[start..reader.at].to_string(), root, steps, function })
}

fn name_or_function(
    reader: &mut Reader,
    steps: &mut Vec<Step>,
    function: &mut Option<Function>,
) -> Result<(), PathError> {
    if reader.eat("*") {
        steps.push(Step::Wildcard);
        return Ok(());
    }
    let name = reader.while_(|c| {
        !matches!(
            c,
            '.' | '['
                | ']'
                | '('
                | ')'
                | '\''
                | '"'
                | ','
                | '?'
                | '@'
                | '*'
                | '='
                | '<'
                | '>'
                | '!'
                | '&'
                | '|'
                | '~'
                | '/'
        ) && !c.is_whitespace()
    });
    if name.is_empty() {
        return Err(reader.error("a name expected"));
    }
    if !reader.eat("(") {
        steps.push(Step::Names(vec![name.to_string()]));
        return Ok(());
    }
    *function = Some(match name {
        "length" | "size" => Function::Length,
        "keys" => Function::Keys,
        "min" | "max" | "sum" | "avg" | "stddev" => Function::Aggregate,
        "first" => Function::First,
        "last" => Function::Last,
        _ => return Err(reader.error(&format!("no function `{name}`"))),
    });
    reader.expect(")")
}

/// What stands between brackets; the opening one is read.
fn bracket(reader: &mut Reader, depth: usize) -> Result<Step, PathError> {
    reader.spaces();
    let step = match reader.peek() {
        Some('\'' | '"') => {
            let mut names = vec![reader.quoted()?];
            reader.spaces();
            while reader.eat(",") {
                reader.spaces();
                names.push(reader.quoted()?);
                reader.spaces();
            }
            Step::Names(names)
        }
        Some('*') => {
            reader.at += 1;
            Step::Wildcard
        }
        Some('?') => {
            let start = reader.at;
            reader.at += 1;
            reader.spaces();
            reader.expect("(")?;
            let filter: Filter = filter::parse(reader, depth)?;
            reader.spaces();
            reader.expect(")")?;
            let text = reader.text[start..reader.at].to_string();
            Step::Filter(filter, text)
        }
        _ => numbers(reader)?,
    };
    reader.spaces();
    reader.expect("]")?;
    Ok(step)
}

/// Indices or a slice.
fn numbers(reader: &mut Reader) -> Result<Step, PathError> {
    let first = reader.integer()?;
    reader.spaces();
    if reader.eat(":") {
        reader.spaces();
        let to = reader.integer()?;
        reader.spaces();
        if reader.eat(":") {
            reader.spaces();
            reader.integer()?;
        }
        return Ok(Step::Slice(first, to));
    }
    let mut indices = vec![first.ok_or_else(|| reader.error("an index or a quoted name expected"))?];
    while reader.eat(",") {
        reader.spaces();
        indices.push(reader.integer()?.ok_or_else(|| reader.error("an index expected"))?);
        reader.spaces();
    }
    Ok(Step::Indices(indices))
}
