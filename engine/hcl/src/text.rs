//! Small text rules shared by the parser and the diagnostics.

use icu_normalizer::ComposingNormalizerBorrowed;
use std::borrow::Cow;
use std::fmt::Write;

/// A text in double quotes, as Go's `%q` prints it: Terraform quotes names in messages so.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\u{b}' => out.push_str("\\v"),
            char if char.is_ascii_control() => {
                write!(out, "\\x{:02x}", u32::from(char)).expect("writing to a string succeeds");
            }
            char if char.is_control() || matches!(char, '\u{feff}' | '\u{200b}'..='\u{200f}') => {
                write!(out, "\\u{:04x}", u32::from(char)).expect("writing to a string succeeds");
            }
            char => out.push(char),
        }
    }
    out.push('"');
    out
}

/// Breaks one line at spaces so that no line is wider than `width` characters, where words allow.
///
/// Runs of spaces inside a line are kept; those at a break are dropped.
#[must_use]
pub fn wrap(line: &str, width: usize) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut column = 0;
    let mut space = String::new();
    let mut word = String::new();
    let mut space_width = 0;
    let mut word_width = 0;
    for char in line.chars() {
        if char == ' ' || char == '\t' {
            if word_width > 0 {
                out.push_str(&space);
                out.push_str(&word);
                column += space_width + word_width;
                space.clear();
                word.clear();
                (space_width, word_width) = (0, 0);
            }
            space.push(char);
            space_width += 1;
        } else {
            word.push(char);
            word_width += 1;
            if column + space_width + word_width > width && word_width < width && column > 0 {
                out.push('\n');
                column = 0;
                space.clear();
                space_width = 0;
            }
        }
    }
    if word_width > 0 || column + space_width <= width {
        out.push_str(&space);
    }
    out.push_str(&word);
    out
}

/// The first of the known names that differs from the given one by at most two edits.
#[must_use]
pub fn name_suggestion<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known.into_iter().find(|name| edit_distance(given, name) < 3)
}

/// How many letters must be put in, taken out or changed to make one text of the other.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// A text in Unicode's normal form C, which all of Terraform's strings have.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}
