//! Go's regular expression syntax, checked with Go's messages and written anew for the `regex-lite` crate.
//!
//! The two agree on matching (leftmost-first, linear time). That crate knows neither Unicode's classes nor its
//! case folding, so classes are written out as ranges here: `set` has them, `fold` what differs by case only,
//! and the contents of `\p{Greek}` are the host's.

mod classes;
mod fold;
mod set;

use std::fmt;

use regex_lite::{Regex, RegexBuilder};

pub(crate) use classes::ClassOf;
use fold::Folds;
use set::{Set, write_literal};

/// Compiled programs larger than this are refused.
const SIZE_LIMIT_BYTES: usize = 1 << 23;
/// The compiler is recursive, and a browser's stack is small.
const NEST_LIMIT: u32 = 250;
/// Go's limit of a counted repetition, and of the product of nested ones.
const MAX_REPEAT: u32 = 1000;
/// Deeper nesting is refused, as Go does.
const MAX_DEPTH: usize = 1000;

/// A checked pattern.
pub(crate) struct Pattern {
    /// As it was given.
    given: String,
    /// In the syntax of the `regex-lite` crate; all groups unnamed.
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
pub(crate) fn compile(pattern: &Pattern) -> Result<Regex, PatternError> {
    let mut builder = RegexBuilder::new(&pattern.source);
    let built = builder.size_limit(SIZE_LIMIT_BYTES).nest_limit(NEST_LIMIT).build();
    built.or_else(|_| fail("expression too large", &pattern.given))
}

/// Checks a pattern and brings it into the syntax of the `regex-lite` crate.
pub(crate) fn translate(pattern: &str, class_of: ClassOf) -> Result<Pattern, PatternError> {
    let mut translator = Translator {
        all: pattern,
        at: 0,
        out: String::new(),
        groups: Vec::new(),
        class_of,
        last: Last::Nothing,
        weight: 1,
        scope: Scope { fold: false, weight: 1 },
        outer: Vec::new(),
        folds: None,
    };
    translator.run()?;
    Ok(Pattern { given: pattern.to_owned(), source: translator.out, groups: translator.groups })
}

struct Translator<'a> {
    all: &'a str,
    at: usize,
    out: String,
    groups: Vec<Option<String>>,
    class_of: ClassOf,
    last: Last,
    /// How often the last atom's parts are repeated, counted repetitions only.
    weight: u32,
    /// The innermost group, and those around it.
    scope: Scope,
    outer: Vec<Scope>,
    /// Made when first needed.
    folds: Option<Folds>,
}

/// What belongs to a group.
#[derive(Clone, Copy)]
struct Scope {
    /// Whether case is ignored, as `(?i)` says.
    fold: bool,
    /// The greatest weight of the atoms before the last one.
    weight: u32,
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
        while let Some(c) = self.rest().chars().next() {
            match c {
                '(' => self.open()?,
                ')' => self.close()?,
                '|' => {
                    self.copy(1);
                    self.atom(Last::Nothing);
                }
                '*' | '+' | '?' => self.repeat(1, (0, None))?,
                '{' => self.counted()?,
                '[' => {
                    let class = self.class()?;
                    class.write(&mut self.out);
                    self.atom(Last::Atom);
                }
                '\\' => self.escape()?,
                '.' | '^' | '$' => {
                    self.copy(1);
                    self.atom(Last::Atom);
                }
                c => {
                    self.at += c.len_utf8();
                    self.literal(u32::from(c));
                }
            }
        }
        if self.outer.is_empty() { Ok(()) } else { fail("missing closing )", self.all) }
    }

    fn copy(&mut self, len: usize) {
        self.out.push_str(&self.all[self.at..self.at + len]);
        self.at += len;
    }

    /// Notes that something new has been written.
    fn atom(&mut self, last: Last) {
        self.last = last;
        self.scope.weight = self.scope.weight.max(self.weight);
        self.weight = 1;
    }

    /// Writes what matches nothing and keeps a repetition apart from the next one.
    fn nothing(&mut self, written: &str) {
        self.out.push_str(written);
        if self.last != Last::Nothing {
            self.last = Last::Atom;
        }
    }

    fn literal(&mut self, code: u32) {
        let orbit = if self.scope.fold { self.folds.get_or_insert_with(Folds::new).orbit(code) } else { &[] };
        match orbit {
            [] => write_literal(&mut self.out, code),
            orbit => Set::of(orbit.iter().map(|(_, code)| (*code, *code))).write(&mut self.out),
        }
        self.atom(Last::Atom);
    }

    /// A class as the flags in force make it.
    fn flagged(&mut self, class: Set, negated: bool) -> Set {
        let class = match self.scope.fold {
            true => class.folded(self.folds.get_or_insert_with(Folds::new)),
            false => class,
        };
        if negated { class.complement() } else { class }
    }

    /// Reads what begins with `(`.
    fn open(&mut self) -> Result<(), PatternError> {
        let rest = self.rest();
        if !rest.starts_with("(?") {
            self.at += 1;
            self.groups.push(None);
            return self.open_group("(");
        }
        // Go wants something behind the sign before it takes it for a name.
        let is_name = |open: &&&str| rest.len() > open.len() && rest.starts_with(**open);
        let name_at = ["(?P<", "(?<"].iter().find(is_name).map(|open| open.len());
        let Some(name_at) = name_at else { return self.flags() };
        let Some(end) = rest.find('>') else { return fail("invalid named capture", rest) };
        let name = &rest[name_at..end];
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(word) {
            return fail("invalid named capture", &rest[..=end]);
        }
        self.at += end + 1;
        self.groups.push(Some(name.to_owned()));
        self.open_group("(")
    }

    fn open_group(&mut self, written: &str) -> Result<(), PatternError> {
        self.out.push_str(written);
        self.atom(Last::Nothing);
        self.outer.push(self.scope);
        self.scope.weight = 1;
        if self.outer.len() > MAX_DEPTH {
            return fail("expression nests too deeply", self.all);
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), PatternError> {
        let Some(outer) = self.outer.pop() else { return fail("unexpected )", self.all) };
        self.copy(1);
        self.weight = self.scope.weight.max(self.weight);
        self.scope = outer;
        self.last = Last::Atom;
        Ok(())
    }

    /// `(?i)` sets flags, `(?i:` opens a group with them.
    fn flags(&mut self) -> Result<(), PatternError> {
        const FLAGS: [char; 4] = ['i', 'm', 's', 'U'];
        let rest = self.rest();
        let mut set = [None; 4];
        let mut negated = false;
        let mut any = false;
        for (at, c) in rest.char_indices().skip(2) {
            let len = at + c.len_utf8();
            match c {
                '-' if !negated => {
                    negated = true;
                    any = false;
                }
                ':' | ')' if !negated || any => {
                    self.at += len;
                    return self.set_flags(set, c == ':');
                }
                c => match FLAGS.iter().position(|flag| *flag == c) {
                    Some(flag) => {
                        set[flag] = Some(!negated);
                        any = true;
                    }
                    None => return fail("invalid or unsupported Perl syntax", &rest[..len]),
                },
            }
        }
        fail("invalid or unsupported Perl syntax", rest)
    }

    /// The flag `i` is ours, the others are written.
    fn set_flags(&mut self, [fold, rest @ ..]: [Option<bool>; 4], group: bool) -> Result<(), PatternError> {
        let letters = |wanted: bool| {
            let all = rest.iter().zip(["m", "s", "U"]);
            all.filter(move |(set, _)| **set == Some(wanted)).map(|(_, letter)| letter).collect::<String>()
        };
        let written = format!("(?{}-x{}", letters(true), letters(false));
        if group {
            self.open_group(&(written + ":"))?;
        } else {
            self.nothing(&(written + ")"));
        }
        self.scope.fold = fold.unwrap_or(self.scope.fold);
        Ok(())
    }

    /// Repeats the last atom; the counts are for Go's limit.
    fn repeat(&mut self, len: usize, (min, max): (u32, Option<u32>)) -> Result<(), PatternError> {
        let start = self.at;
        let mut end = start + len;
        if self.all[end..].starts_with('?') {
            end += 1;
        }
        match self.last {
            Last::Nothing => {
                return fail("missing argument to repetition operator", &self.all[start..end]);
            }
            Last::Repeat(from) => {
                return fail("invalid nested repetition operator", &self.all[from..end]);
            }
            Last::Atom => {}
        }
        let count = max.unwrap_or(min);
        self.weight = match max {
            Some(0) => 1,
            _ => self.weight.saturating_mul(count.max(1)),
        };
        if count >= 2 && self.weight > MAX_REPEAT {
            return fail("invalid repeat count", &self.all[start..end]);
        }
        self.copy(end - start);
        self.last = Last::Repeat(start);
        Ok(())
    }

    /// `{2,3}` repeats; what does not look so is plain text.
    fn counted(&mut self) -> Result<(), PatternError> {
        let rest = self.rest();
        let Some((len, min, max)) = counts(rest) else {
            self.at += 1;
            self.literal(u32::from('{'));
            return Ok(());
        };
        let too_many = min > MAX_REPEAT || max.is_some_and(|max| max > MAX_REPEAT || min > max);
        if too_many {
            return fail("invalid repeat count", &rest[..len]);
        }
        self.repeat(len, (min, max))
    }

    fn escape(&mut self) -> Result<(), PatternError> {
        let rest = self.rest();
        let class = match rest[1..].chars().next() {
            None => return fail("trailing backslash at end of expression", ""),
            Some('A' | 'z' | 'b' | 'B') => {
                self.copy(2);
                self.atom(Last::Atom);
                return Ok(());
            }
            Some('C') => return fail("invalid escape sequence", "\\C"),
            Some('Q') => {
                self.quoted();
                return Ok(());
            }
            Some(_) => self.named_class()?,
        };
        match class {
            Some(class) => {
                class.write(&mut self.out);
                self.atom(Last::Atom);
            }
            None => {
                let code = self.escaped_char()?;
                self.literal(code);
            }
        }
        Ok(())
    }

    /// `\Q...\E` is plain text.
    fn quoted(&mut self) {
        let body = &self.rest()[2..];
        let len = body.find("\\E").unwrap_or(body.len());
        self.nothing("(?-x)");
        body[..len].chars().for_each(|c| self.literal(u32::from(c)));
        self.at += (2 + len + 2).min(self.rest().len());
    }

    /// An escape that stands for one character.
    fn escaped_char(&mut self) -> Result<u32, PatternError> {
        let rest = self.rest();
        let c = rest[1..].chars().next().unwrap_or_default();
        let octal = |text: &str| text.bytes().take_while(|b| (b'0'..=b'7').contains(b)).count().min(3);
        let invalid = |len: usize| fail("invalid escape sequence", &rest[..len]);
        let (code, len) = match c {
            'a' => (7, 2),
            'f' => (0xc, 2),
            'n' => (0xa, 2),
            'r' => (0xd, 2),
            't' => (9, 2),
            'v' => (0xb, 2),
            // One digit other than zero would be a back reference, which does not exist here.
            '0'..='7' if c == '0' || octal(&rest[1..]) > 1 => {
                let digits = octal(&rest[1..]);
                (u32::from_str_radix(&rest[1..=digits], 8).unwrap_or(0), 1 + digits)
            }
            'x' => match hex_escape(&rest[2..]) {
                Ok((code, len)) => (code, 2 + len),
                Err(len) => return invalid(2 + len),
            },
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => (u32::from(c), 2),
            c => return invalid(1 + c.len_utf8()),
        };
        self.at += len;
        Ok(code)
    }

    fn class(&mut self) -> Result<Set, PatternError> {
        let whole = self.rest();
        self.at += 1;
        let negated = self.rest().starts_with('^');
        self.at += usize::from(negated);
        let mut members = Vec::new();
        let mut plain = Vec::new();
        let mut first = true;
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else { return fail("missing closing ]", whole) };
            if c == ']' && !first {
                self.at += 1;
                break;
            }
            first = false;
            match self.named_class()? {
                Some(class) => members.extend(class.ranges()),
                None => plain.push(self.class_range(whole)?),
            }
        }
        members.extend(self.flagged(Set::of(plain), false).ranges());
        let class = Set::of(members);
        Ok(if negated { class.complement() } else { class })
    }

    fn class_range(&mut self, whole: &str) -> Result<(u32, u32), PatternError> {
        let start = self.at;
        let low = self.class_char(whole)?;
        let rest = self.rest();
        if !rest.starts_with('-') || rest.starts_with("-]") || rest.len() == 1 {
            return Ok((low, low));
        }
        self.at += 1;
        let high = self.class_char(whole)?;
        if high < low {
            return fail("invalid character class range", &self.all[start..self.at]);
        }
        Ok((low, high))
    }

    fn class_char(&mut self, whole: &str) -> Result<u32, PatternError> {
        match self.rest().chars().next() {
            None => fail("missing closing ]", whole),
            Some('\\') if self.rest().len() == 1 => fail("trailing backslash at end of expression", ""),
            Some('\\') => self.escaped_char(),
            Some(c) => {
                self.at += c.len_utf8();
                Ok(u32::from(c))
            }
        }
    }
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

/// The code and the length of what follows `\x`, or how much of it shows that it is wrong.
fn hex_escape(rest: &str) -> Result<(u32, usize), usize> {
    let braced = rest.starts_with('{');
    let mut code = 0;
    for (at, c) in rest.char_indices().skip(usize::from(braced)) {
        let len = at + c.len_utf8();
        match c.to_digit(16) {
            Some(digit) => code = code * 16 + digit,
            None if braced && c == '}' && at > 1 => return Ok((code, len)),
            // Without braces both characters have been read before one is found wrong.
            None if !braced && at == 0 => {
                return Err(len + rest[len..].chars().next().map_or(0, char::len_utf8));
            }
            None => return Err(len),
        }
        if code > u32::from(char::MAX) {
            return Err(len);
        }
        if !braced && len == 2 {
            return Ok((code, 2));
        }
    }
    Err(rest.len())
}

/// Fills `$1`, `${1}` and `$name` in a replacement; `$$` is one `$`.
pub(crate) fn expand(template: &str, pattern: &Pattern, captures: &regex_lite::Captures<'_>) -> String {
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
        // A number with leading zeros is a name, and of several groups of a name the one that matched counts.
        let number = name.bytes().all(|b| b.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
        let found = if number {
            name.parse().ok().and_then(|index| captures.get(index))
        } else {
            let named = pattern.groups.iter().enumerate();
            named.filter(|(_, group)| group.as_deref() == Some(name)).find_map(|(at, _)| captures.get(at + 1))
        };
        out.push_str(found.map_or("", |found| found.as_str()));
    }
    out.push_str(rest);
    out
}

fn reference_name(rest: &str) -> Option<(&str, &str)> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c.is_alphabetic() && !c.is_numeric();
    let word = |text: &str| text.find(|c| !is_word(c)).unwrap_or(text.len());
    let (name, after) = match rest.strip_prefix('{') {
        Some(braced) => {
            let len = word(braced);
            (&braced[..len], braced[len..].strip_prefix('}')?)
        }
        None => rest.split_at(word(rest)),
    };
    (!name.is_empty()).then_some((name, after))
}
