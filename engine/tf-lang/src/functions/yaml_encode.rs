//! `yamlencode`: block style, strings in double quotes or as literal blocks, long lines folded.

use crate::value::{Data, Members, Value};

/// Double-quoted text is folded at the first space after this column.
const BEST_WIDTH: usize = 80;
/// A key longer than this is written with `?`.
const MAX_SIMPLE_KEY: usize = 128;

/// The YAML text of a wholly known value.
pub(super) fn encode(value: &Value) -> String {
    let mut writer = Writer { out: String::new(), column: 0 };
    writer.root(value);
    writer.out
}

struct Writer {
    out: String,
    column: usize,
}

impl Writer {
    fn put(&mut self, text: &str) {
        for c in text.chars() {
            self.out.push(c);
            self.column = if c == '\n' { 0 } else { self.column + 1 };
        }
    }

    fn line(&mut self, indent: usize) {
        self.put("\n");
        self.put(&" ".repeat(indent));
    }

    fn root(&mut self, value: &Value) {
        match value.data() {
            Data::Seq(elements) if !elements.is_empty() => self.sequence(elements, 0),
            Data::Members(members) if !members.is_empty() => self.mapping(members, 0),
            _ => self.scalar(value, 2),
        }
        if !self.out.ends_with('\n') {
            self.put("\n");
        }
        // A plain scalar could go on, so the end of the document is marked.
        if matches!(value.data(), Data::Number(_) | Data::Bool(_) | Data::Null) {
            self.put("...\n");
        }
    }

    /// Elements at an indentation; the cursor is where the first dash belongs.
    fn sequence(&mut self, elements: &[Value], indent: usize) {
        for (index, element) in elements.iter().enumerate() {
            if index > 0 {
                self.next_line(indent);
            }
            self.put("- ");
            match element.data() {
                Data::Seq(inner) if !inner.is_empty() => self.sequence(inner, indent + 2),
                Data::Members(inner) if !inner.is_empty() => self.mapping(inner, indent + 2),
                _ => self.scalar(element, indent + 2),
            }
        }
    }

    fn next_line(&mut self, indent: usize) {
        if self.out.ends_with('\n') {
            self.put(&" ".repeat(indent));
        } else {
            self.line(indent);
        }
    }

    fn mapping(&mut self, members: &Members, indent: usize) {
        for (index, (key, value)) in members.iter().enumerate() {
            if index > 0 {
                self.next_line(indent);
            }
            if key.len() > MAX_SIMPLE_KEY || key.contains('\n') {
                self.put("? ");
                self.text(key, indent + 2);
                self.next_line(indent);
                self.put(":");
            } else {
                self.quoted(key, indent, false);
                self.put(":");
            }
            match value.data() {
                Data::Seq(inner) if !inner.is_empty() => {
                    self.line(indent);
                    self.sequence(inner, indent);
                }
                Data::Members(inner) if !inner.is_empty() => {
                    self.line(indent + 2);
                    self.mapping(inner, indent + 2);
                }
                _ => {
                    self.put(" ");
                    self.scalar(value, indent + 2);
                }
            }
        }
    }

    fn scalar(&mut self, value: &Value, indent: usize) {
        match value.data() {
            Data::Null | Data::Unknown(_) => self.put("null"),
            Data::Bool(flag) => self.put(if *flag { "true" } else { "false" }),
            Data::Number(number) if number.is_infinite() => {
                self.put(if number.is_negative() { "-.Inf" } else { "+.Inf" });
            }
            Data::Number(number) => self.put(&number.to_text()),
            Data::String(text) => self.text(text, indent),
            Data::Seq(_) => self.put("[]"),
            Data::Members(_) => self.put("{}"),
            Data::Type(ty) => self.put(&ty.to_text()),
        }
    }

    fn text(&mut self, text: &str, indent: usize) {
        if text.contains('\n') && literal_allowed(text) {
            self.literal(text, indent);
        } else {
            self.quoted(text, indent, true);
        }
    }

    /// `|`, with a hint about leading space and about the breaks at the end.
    fn literal(&mut self, text: &str, indent: usize) {
        self.put("|");
        if text.starts_with([' ', '\n']) {
            self.put("2");
        }
        if !text.ends_with('\n') {
            self.put("-");
        } else if text == "\n" || text.ends_with("\n\n") {
            self.put("+");
        }
        let body = text.strip_suffix('\n').unwrap_or(text);
        for line in body.split('\n') {
            if line.is_empty() {
                self.put("\n");
            } else {
                self.line(indent);
                self.put(line);
            }
        }
        if text.ends_with('\n') {
            self.put("\n");
        }
    }

    fn quoted(&mut self, text: &str, indent: usize, may_fold: bool) {
        self.put("\"");
        let mut after_space = false;
        let mut chars = text.chars().enumerate().peekable();
        while let Some((index, c)) = chars.next() {
            if c == ' ' {
                let inside = index > 0 && chars.peek().is_some();
                if may_fold && !after_space && self.column > BEST_WIDTH && inside {
                    self.line(indent);
                    if chars.peek().is_some_and(|(_, next)| *next == ' ') {
                        self.put("\\");
                    }
                } else {
                    self.put(" ");
                }
                after_space = true;
                continue;
            }
            after_space = false;
            self.quoted_char(c);
        }
        self.put("\"");
    }

    fn quoted_char(&mut self, c: char) {
        let escaped = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\0' => "\\0",
            '\u{7}' => "\\a",
            '\u{8}' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\u{b}' => "\\v",
            '\u{c}' => "\\f",
            '\r' => "\\r",
            '\u{1b}' => "\\e",
            '\u{85}' => "\\N",
            '\u{a0}' => "\\_",
            '\u{2028}' => "\\L",
            '\u{2029}' => "\\P",
            c if is_printable(c) => return self.put(c.encode_utf8(&mut [0; 4])),
            c => {
                let code = u32::from(c);
                return self.put(&match code {
                    0..=0xff => format!("\\x{code:02X}"),
                    0x100..=0xffff => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08X}"),
                });
            }
        };
        self.put(escaped);
    }
}

/// What may stand in a scalar as it is; characters above U+FFFF may not.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// A literal block cannot show special characters, nor spaces before a line break or at the end.
fn literal_allowed(text: &str) -> bool {
    text.chars().all(is_printable) && !text.contains(" \n") && !text.ends_with(' ')
}
