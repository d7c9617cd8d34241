//! Go's regular expression syntax, checked with Go's messages and written anew for the `regex` crate.
//!
//! The two agree on matching (leftmost-first, linear time); they differ in that Go's `\d`, `\w`, `\s` and
//! `\b` are about ASCII only, and in which escapes exist.

use std::fmt;

use regex::{Regex, RegexBuilder};

/// Compiled programs larger than this are refused.
const SIZE_LIMIT_BYTES: usize = 1 << 21;
/// Go's limit of a counted repetition.
const MAX_REPEAT: u32 = 1000;
/// Deeper nesting is refused, as Go does.
const MAX_DEPTH: usize = 1000;

/// A checked pattern.
pub(crate) struct Pattern {
    /// In the syntax of the `regex` crate; all groups unnamed.
    source: String,
    /// The names of the capture groups, in order.
    pub groups: Vec<Option<String>>,
}

/// What is wrong with a pattern.
pub(crate) struct PatternError {
    pub code: &'static str,
    pub expr: String,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.code, self.expr)
    }
}

fn fail<T>(code: &'static str, expr: &str) -> Result<T, PatternError> {
    Err(PatternError { code, expr: expr.to_owned() })
}

/// Compiles a checked pattern.
pub(crate) fn compile(pattern: &Pattern) -> Result<Regex, String> {
    let built = RegexBuilder::new(&pattern.source).size_limit(SIZE_LIMIT_BYTES).build();
    built.map_err(|_| format!("expression too large in {}", pattern.source))
}

/// Checks a pattern and brings it into the syntax of the `regex` crate.
pub(crate) fn translate(pattern: &str) -> Result<Pattern, PatternError> {
    let mut translator = Translator { all: pattern, at: 0, out: String::new(), groups: Vec::new() };
    translator.run()?;
    Ok(Pattern { source: translator.out, groups: translator.groups })
}

struct Translator<'a> {
    all: &'a str,
    at: usize,
    out: String,
    groups: Vec<Option<String>>,
}

/// What a repetition operator would apply to.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    Nothing,
    Atom,
    /// A repetition that begins at an offset of the pattern.
    Repeat(usize),
}

impl<'a> Translator<'a> {
    fn rest(&self) -> &'a str {
        &self.all[self.at..]
    }

    fn run(&mut self) -> Result<(), PatternError> {
        let mut depth = 0usize;
        let mut last = Last::Nothing;
        while let Some(c) = self.rest().chars().next() {
            match c {
                '(' => {
                    depth += usize::from(self.open()?);
                    last = Last::Nothing;
                    if depth > MAX_DEPTH {
                        return fail("expression nests too deeply", self.all);
                    }
                }
                ')' => {
                    if depth == 0 {
                        return fail("unexpected )", self.all);
                    }
                    depth -= 1;
                    self.copy(1);
                    last = Last::Atom;
                }
                '|' => {
                    self.copy(1);
                    last = Last::Nothing;
                }
                '*' | '+' | '?' => last = self.repeat(1, last)?,
                '{' => last = self.counted(last)?,
                '[' => {
                    self.class()?;
                    last = Last::Atom;
                }
                '\\' => {
                    self.escape()?;
                    last = Last::Atom;
                }
                '.' | '^' | '$' => {
                    self.copy(1);
                    last = Last::Atom;
                }
                c => {
                    self.at += c.len_utf8();
                    push_literal(&mut self.out, c);
                    last = Last::Atom;
                }
            }
        }
        if depth > 0 { fail("missing closing )", self.all) } else { Ok(()) }
    }

    fn copy(&mut self, len: usize) {
        self.out.push_str(&self.all[self.at..self.at + len]);
        self.at += len;
    }

    /// Reads what begins with `(`; whether a group has been opened.
    fn open(&mut self) -> Result<bool, PatternError> {
        let rest = self.rest();
        if !rest.starts_with("(?") {
            self.groups.push(None);
            self.copy(1);
            return Ok(true);
        }
        let name_at = ["(?P<", "(?<"].iter().find(|open| rest.starts_with(**open)).map(|open| open.len());
        if let Some(name_at) = name_at {
            let Some(end) = rest.find('>') else { return fail("invalid named capture", rest) };
            let name = &rest[name_at..end];
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(word) {
                return fail("invalid named capture", &rest[..=end]);
            }
            if self.groups.iter().any(|other| other.as_deref() == Some(name)) {
                return fail("duplicate capture group name", name);
            }
            self.groups.push(Some(name.to_owned()));
            self.out.push('(');
            self.at += end + 1;
            return Ok(true);
        }
        self.flags()
    }

    /// `(?i)` sets flags, `(?i:` opens a group with them.
    fn flags(&mut self) -> Result<bool, PatternError> {
        let rest = self.rest();
        let mut negated = false;
        let mut any = false;
        for (at, c) in rest.char_indices().skip(2) {
            let so_far = &rest[..at + c.len_utf8()];
            match c {
                'i' | 'm' | 's' | 'U' => any = true,
                '-' if !negated => {
                    negated = true;
                    any = false;
                }
                ':' | ')' if !negated || any => {
                    if c == ')' && so_far == "(?)" {
                        return fail("missing argument to repetition operator", "?");
                    }
                    self.copy(so_far.len());
                    return Ok(c == ':');
                }
                _ => return fail("invalid or unsupported Perl syntax", so_far),
            }
        }
        fail("missing closing )", self.all)
    }

    fn repeat(&mut self, len: usize, last: Last) -> Result<Last, PatternError> {
        let start = self.at;
        let mut end = start + len;
        if self.all[end..].starts_with('?') {
            end += 1;
        }
        match last {
            Last::Nothing => {
                return fail("missing argument to repetition operator", &self.all[start..start + len]);
            }
            Last::Repeat(from) => {
                return fail("invalid nested repetition operator", &self.all[from..start + len]);
            }
            Last::Atom => {}
        }
        self.copy(end - start);
        Ok(Last::Repeat(start))
    }

    /// `{2,3}` repeats; what does not look so is plain text.
    fn counted(&mut self, last: Last) -> Result<Last, PatternError> {
        let rest = self.rest();
        let Some((len, min, max)) = counts(rest) else {
            self.out.push_str("\\{");
            self.at += 1;
            return Ok(Last::Atom);
        };
        let too_many = min > MAX_REPEAT || max.is_some_and(|max| max > MAX_REPEAT || min > max);
        if too_many {
            return fail("invalid repeat count", &rest[..len]);
        }
        self.repeat(len, last)
    }

    fn escape(&mut self) -> Result<(), PatternError> {
        let rest = self.rest();
        let Some(c) = rest[1..].chars().next() else {
            return fail("trailing backslash at end of expression", "");
        };
        let plain = match c {
            'A' => Some("\\A"),
            'z' => Some("\\z"),
            'b' => Some("(?-u:\\b)"),
            'B' => Some("(?-u:\\B)"),
            'C' => return fail("invalid escape sequence", "\\C"),
            'Q' => return self.quoted(),
            c => perl_class(c),
        };
        if let Some(plain) = plain {
            self.out.push_str(plain);
            self.at += 2;
            return Ok(());
        }
        if c == 'p' || c == 'P' {
            return self.unicode_class();
        }
        let literal = self.escaped_char()?;
        push_literal(&mut self.out, literal);
        Ok(())
    }

    /// `\Q...\E` is plain text.
    fn quoted(&mut self) -> Result<(), PatternError> {
        let body = &self.rest()[2..];
        let len = body.find("\\E").unwrap_or(body.len());
        body[..len].chars().for_each(|c| push_literal(&mut self.out, c));
        self.at += (2 + len + 2).min(self.rest().len());
        Ok(())
    }

    fn unicode_class(&mut self) -> Result<(), PatternError> {
        let rest = self.rest();
        let len = if rest[2..].starts_with('{') {
            match rest.find('}') {
                Some(end) => end + 1,
                None => return fail("invalid character class range", rest),
            }
        } else {
            2 + rest[2..].chars().next().map_or(0, char::len_utf8)
        };
        let class = &rest[..len];
        let known = RegexBuilder::new(class).size_limit(SIZE_LIMIT_BYTES).build().is_ok();
        if !known || class.contains(['=', ':']) {
            return fail("invalid character class range", class);
        }
        self.copy(len);
        Ok(())
    }

    /// An escape that stands for one character.
    fn escaped_char(&mut self) -> Result<char, PatternError> {
        let rest = self.rest();
        let c = rest[1..].chars().next().unwrap_or_default();
        let invalid = |len: usize| fail("invalid escape sequence", &rest[..len.min(rest.len())]);
        let (value, len) = match c {
            'a' => ('\u{7}', 2),
            'f' => ('\u{c}', 2),
            'n' => ('\n', 2),
            'r' => ('\r', 2),
            't' => ('\t', 2),
            'v' => ('\u{b}', 2),
            '0'..='7' => {
                let digits = rest[1..].bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
                // One digit other than zero would be a back reference, which does not exist here.
                if c != '0' && digits < 2 {
                    return invalid(2);
                }
                let code = u32::from_str_radix(&rest[1..=digits], 8).unwrap_or(0);
                (char::from_u32(code).unwrap_or_default(), 1 + digits)
            }
            'x' => match hex_escape(&rest[2..]) {
                Some((value, len)) => (value, 2 + len),
                None => return invalid(4),
            },
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => (c, 2),
            c => return invalid(1 + c.len_utf8()),
        };
        self.at += len;
        Ok(value)
    }

    fn class(&mut self) -> Result<(), PatternError> {
        let whole = self.rest();
        self.out.push('[');
        self.at += 1;
        if self.rest().starts_with('^') {
            self.copy(1);
        }
        let mut first = true;
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else { return fail("missing closing ]", whole) };
            if c == ']' && !first {
                self.copy(1);
                return Ok(());
            }
            first = false;
            if self.named_class()? {
                continue;
            }
            self.class_range(whole)?;
        }
    }

    /// `[:alpha:]`, `\d` or `\p{Greek}` inside a class.
    fn named_class(&mut self) -> Result<bool, PatternError> {
        let rest = self.rest();
        if rest.starts_with("[:")
            && let Some(end) = rest[2..].find(":]")
        {
            let class = &rest[..end + 4];
            const NAMES: [&str; 14] = [
                "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
                "space", "upper", "word", "xdigit",
            ];
            let name = rest[2..end + 2].trim_start_matches('^');
            if !NAMES.contains(&name) {
                return fail("invalid character class range", class);
            }
            self.copy(class.len());
            return Ok(true);
        }
        let Some(c) = rest.strip_prefix('\\').and_then(|rest| rest.chars().next()) else { return Ok(false) };
        if let Some(class) = perl_class(c) {
            self.out.push_str(class);
            self.at += 2;
            return Ok(true);
        }
        if c == 'p' || c == 'P' {
            self.unicode_class()?;
            return Ok(true);
        }
        Ok(false)
    }

    fn class_range(&mut self, whole: &str) -> Result<(), PatternError> {
        let start = self.at;
        let low = self.class_char(whole)?;
        push_literal(&mut self.out, low);
        let rest = self.rest();
        if rest.starts_with('-') && !rest.starts_with("-]") && rest.len() > 1 {
            self.at += 1;
            let high = self.class_char(whole)?;
            if high < low {
                return fail("invalid character class range", &self.all[start..self.at]);
            }
            self.out.push('-');
            push_literal(&mut self.out, high);
        }
        Ok(())
    }

    fn class_char(&mut self, whole: &str) -> Result<char, PatternError> {
        match self.rest().chars().next() {
            None => fail("missing closing ]", whole),
            Some('\\') if self.rest().len() == 1 => fail("trailing backslash at end of expression", ""),
            Some('\\') => self.escaped_char(),
            Some(c) => {
                self.at += c.len_utf8();
                Ok(c)
            }
        }
    }
}

fn perl_class(c: char) -> Option<&'static str> {
    Some(match c {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        's' => "[\\t\\n\\x0C\\r\\x20]",
        'S' => "[^\\t\\n\\x0C\\r\\x20]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        _ => return None,
    })
}

/// The length and the bounds of `{2}`, `{2,}` or `{2,3}`.
fn counts(rest: &str) -> Option<(usize, u32, Option<u32>)> {
    let end = rest.find('}')?;
    let body = &rest[1..end];
    let number = |text: &str| -> Option<u32> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let canonical = text.len() == 1 || !text.starts_with('0');
        (digits && canonical).then(|| text.parse().unwrap_or(u32::MAX))
    };
    let (min, max) = match body.split_once(',') {
        None => {
            let count = number(body)?;
            (count, Some(count))
        }
        Some((min, "")) => (number(min)?, None),
        Some((min, max)) => (number(min)?, Some(number(max)?)),
    };
    Some((end + 1, min, max))
}

fn hex_escape(rest: &str) -> Option<(char, usize)> {
    let (digits, len) = match rest.strip_prefix('{') {
        Some(braced) => {
            let end = braced.find('}')?;
            (&braced[..end], end + 2)
        }
        None => (rest.get(..2)?, 2),
    };
    let value = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    Some((value, len))
}

/// Escapes every sign, since inside classes some pairs of them have a meaning Go does not give them.
fn push_literal(out: &mut String, c: char) {
    if c.is_ascii_punctuation() {
        out.push('\\');
        out.push(c);
    } else if c.is_ascii_control() {
        out.push_str(&format!("\\x{{{:x}}}", u32::from(c)));
    } else {
        out.push(c);
    }
}

/// Fills `$1`, `${1}` and `$name` in a replacement; `$$` is one `$`.
pub(crate) fn expand(template: &str, pattern: &Pattern, captures: &regex::Captures<'_>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let Some((name, after)) = reference_name(rest) else {
            out.push('$');
            continue;
        };
        rest = after;
        let index = if name.bytes().all(|b| b.is_ascii_digit()) {
            name.parse().ok()
        } else {
            pattern.groups.iter().position(|group| group.as_deref() == Some(name)).map(|at| at + 1)
        };
        out.push_str(index.and_then(|index| captures.get(index)).map_or("", |found| found.as_str()));
    }
    out.push_str(rest);
    out
}

fn reference_name(rest: &str) -> Option<(&str, &str)> {
    let word = |text: &str| {
        text.char_indices()
            .find(|(_, c)| !(c.is_alphanumeric() || *c == '_'))
            .map_or(text.len(), |(at, _)| at)
    };
    let (name, after) = match rest.strip_prefix('{') {
        Some(braced) => {
            let len = word(braced);
            (&braced[..len], braced[len..].strip_prefix('}')?)
        }
        None => rest.split_at(word(rest)),
    };
    (!name.is_empty()).then_some((name, after))
}
