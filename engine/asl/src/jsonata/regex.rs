//! Regular expressions: JavaScript's and Java's spelling, matched by `regex-lite`.

use regex_lite::Regex;

#[derive(Debug)]
pub(super) struct Pattern {
    pub source: String,
    pub regex: Regex,
}

/// One match, places in bytes.
pub(super) struct Match {
    pub start: usize,
    pub end: usize,
    pub groups: Vec<Option<String>>,
}

impl Pattern {
    /// None for a pattern that cannot be matched here: bad ones, lookaround, back references.
    pub fn new(body: &str, flags: &str) -> Option<Pattern> {
        let mut source = String::new();
        if !flags.is_empty() {
            source = format!("(?{flags})");
        }
        source.push_str(&translate(body));
        let regex = Regex::new(&source).ok()?;
        Some(Pattern { source: body.to_string(), regex })
    }

    /// The first match from a place on. What stands before the place still counts for `^` and `\b`.
    pub fn find(&self, text: &str, from: usize) -> Option<Match> {
        let captures = self.regex.captures_at(text, from)?;
        let whole = captures.get(0)?;
        let groups =
            captures.iter().skip(1).map(|group| group.map(|group| group.as_str().to_string())).collect();
        Some(Match { start: whole.start(), end: whole.end(), groups })
    }
}

/// Escapes that are needless here are plain characters there, and within brackets some signs need an escape.
fn translate(body: &str) -> String {
    let mut out = String::new();
    let mut chars = body.chars().peekable();
    let mut class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c) if c.is_ascii_alphanumeric() => {
                    out.push('\\');
                    out.push(c);
                }
                Some(c) => literal(c, &mut out),
                None => out.push('\\'),
            },
            '[' if !class => {
                class = true;
                out.push('[');
                if chars.peek() == Some(&'^') {
                    chars.next();
                    out.push('^');
                }
            }
            ']' => {
                class = false;
                out.push(']');
            }
            '[' | '&' | '~' if class => literal(c, &mut out),
            c => out.push(c),
        }
    }
    out
}

fn literal(c: char, out: &mut String) {
    if "\\.+*?()|[]{}^$#&-~".contains(c) {
        out.push('\\');
    }
    out.push(c);
}
