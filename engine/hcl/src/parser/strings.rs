//! Text in quotes: escapes, and the strings that may hold no template sequences.

use super::Parser;
use crate::span::{Range, Span};
use crate::text::quote;
use crate::token::{Token, TokenKind};

const BAD_ESCAPE: &str = "Invalid escape sequence";
const BAD_STRING: &str = "Invalid string literal";

impl Parser<'_> {
    /// A quoted string without template sequences, such as a block's label.
    pub(super) fn quoted_literal(&mut self) -> (String, Range) {
        let open = self.read();
        let start = self.range(open);
        let mut value = String::new();
        loop {
            let token = self.read();
            let place = self.range(token);
            match token.kind {
                TokenKind::CloseQuote => return (value, start.to(place)),
                TokenKind::QuotedText => value += &self.decode(token),
                TokenKind::OpenInterpolation | TokenKind::OpenDirective => {
                    let sign = if token.kind == TokenKind::OpenDirective { "%" } else { "$" };
                    let detail = format!(
                        "Template sequences are not allowed in this string. To include a literal {}, double it (as \"{sign}{sign}\") to escape it.",
                        quote(sign)
                    );
                    self.error_in(BAD_STRING, detail, place, start.to(place));
                    // The value is not used; it only must not look like a right one.
                    value = value + sign + "{ ... }";
                    self.recover(TokenKind::CloseSequence);
                }
                TokenKind::EndOfFile => {
                    self.error_in(
                        "Unterminated string literal",
                        "Unable to find the closing quote mark before the end of the file.",
                        place,
                        start.to(place),
                    );
                    return (value, start.to(place));
                }
                _ => {
                    let detail = "This item is not valid in a string literal.";
                    self.error_in(BAD_STRING, detail, place, start.to(place));
                    self.recover(TokenKind::CloseQuote);
                    return (value, start.to(place));
                }
            }
        }
    }

    /// The text that a token of a string or template stands for.
    pub(super) fn decode(&mut self, token: Token) -> String {
        let text = self.text(token);
        let escapes = token.kind == TokenKind::QuotedText;
        let mut value = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(next) = text[at..].find(['\\', '$', '%']) {
            value += &text[at..at + next];
            at += next;
            let rest = &text[at..];
            if rest.starts_with('\\') && escapes {
                let length = escape_length(rest);
                let start = token.span.start + u32::try_from(at).expect("an offset in a token fits 32 bits");
                self.escape(&rest[..length], start, &mut value);
                at += length;
            } else if rest.starts_with("$${") || rest.starts_with("%%{") {
                value += &rest[1..3];
                at += 3;
            } else {
                value += &rest[..1];
                at += 1;
            }
        }
        value + &text[at..]
    }

    fn escape(&mut self, escape: &str, start: u32, value: &mut String) {
        let selector = &escape[1..];
        let simple = match selector {
            "n" => '\n',
            "r" => '\r',
            "t" => '\t',
            "\"" => '"',
            "\\" => '\\',
            _ => match self.unusual_escape(escape, selector) {
                Ok(char) => char,
                Err((detail, instead)) => {
                    let length = u32::try_from(escape.len()).expect("an escape is short");
                    let span = Span::new(start, start + length);
                    self.error(BAD_ESCAPE, detail, Range::new(self.file, span));
                    value.push_str(instead);
                    return;
                }
            },
        };
        value.push(simple);
    }

    /// A character by its number; or what is wrong, and the text to put in place of the escape.
    fn unusual_escape<'t>(&self, escape: &'t str, selector: &'t str) -> Result<char, (String, &'t str)> {
        let digits = match selector.chars().next() {
            None => {
                let detail = "Backslash must be followed by an escape sequence selector character.";
                return Err((detail.to_owned(), escape));
            }
            Some('u') if escape.len() != 6 => {
                let detail = "The \\u escape sequence must be followed by four hexadecimal digits.";
                return Err((detail.to_owned(), escape));
            }
            Some('U') if escape.len() != 10 => {
                let detail = "The \\U escape sequence must be followed by eight hexadecimal digits.";
                return Err((detail.to_owned(), escape));
            }
            Some('u' | 'U') => &selector[1..],
            Some(_) => {
                let detail =
                    format!("The symbol {} is not a valid escape sequence selector.", quote(selector));
                return Err((detail, selector));
            }
        };
        let number = u32::from_str_radix(digits, 16).expect("the escape holds hexadecimal digits only");
        char::from_u32(number)
            .ok_or_else(|| (format!("Cannot encode character U+{number:04x} in UTF-8."), escape))
    }
}

/// The length of the escape that a text begins with, as far as it goes.
fn escape_length(text: &str) -> usize {
    let Some(selector) = text[1..].chars().next() else {
        return 1;
    };
    let digits = match selector {
        'u' => 4,
        'U' => 8,
        _ => return 1 + selector.len_utf8(),
    };
    let hex = text[2..].bytes().take(digits).take_while(u8::is_ascii_hexdigit);
    2 + hex.count()
}
