//! Text to tokens.
//!
//! The lexer never fails: what it does not know becomes a [`TokenKind::Invalid`] token.
//! Spaces and tabs between tokens are not tokens; everything else is covered by one.

use crate::span::Span;
use crate::token::{Token, TokenKind};

/// The tokens of a configuration file or an expression.
#[must_use]
pub fn lex(source: &str) -> Vec<Token> {
    Lexer::new(source, Mode::Main).run()
}

/// The tokens of a whole text that is a template.
#[must_use]
pub fn lex_template(source: &str) -> Vec<Token> {
    Lexer::new(source, Mode::Bare).run()
}

/// Whether a text is one identifier.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(starts_ident) && chars.all(continues_ident)
}

const BYTE_ORDER_MARK: char = '\u{feff}';

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Main,
    Quoted,
    Heredoc,
    /// A whole template outside of any quotes.
    Bare,
}

struct Heredoc<'a> {
    marker: &'a str,
    at_line_start: bool,
}

struct Lexer<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    mode: Mode,
    /// The modes to return to.
    outer: Vec<Mode>,
    tokens: Vec<Token>,
    /// How many more braces were opened than closed.
    braces: i32,
    /// The brace counts at which a `}` ends an interpolation.
    sequence_braces: Vec<i32>,
    heredocs: Vec<Heredoc<'a>>,
    /// Set once no `*/` is left, so that many unclosed comments do not search again.
    no_more_comment_ends: bool,
}

impl<'a> Lexer<'a> {
    fn new(source: &'a str, mode: Mode) -> Self {
        Self {
            source,
            bytes: source.as_bytes(),
            at: if source.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 },
            mode,
            outer: Vec::new(),
            tokens: Vec::with_capacity(source.len() / 4),
            braces: 0,
            sequence_braces: Vec::new(),
            heredocs: Vec::new(),
            no_more_comment_ends: false,
        }
    }

    fn run(mut self) -> Vec<Token> {
        while self.at < self.bytes.len() {
            match self.mode {
                Mode::Main => self.main(),
                Mode::Quoted => self.quoted(),
                Mode::Heredoc => self.heredoc(),
                Mode::Bare => self.bare(),
            }
        }
        self.emit(TokenKind::EndOfFile, 0);
        self.tokens
    }

    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// Makes a token of the next `length` bytes.
    fn emit(&mut self, kind: TokenKind, length: usize) {
        let start = u32::try_from(self.at).expect("a source text is smaller than 4 GB");
        self.at += length;
        let end = u32::try_from(self.at).expect("a source text is smaller than 4 GB");
        self.tokens.push(Token { kind, span: Span::new(start, end) });
    }

    fn enter(&mut self, mode: Mode) {
        self.outer.push(std::mem::replace(&mut self.mode, mode));
    }

    fn leave(&mut self) {
        self.mode = self.outer.pop().expect("a mode is left only after it was entered");
    }

    fn main(&mut self) {
        let Some(first) = self.byte(0) else { return };
        match first {
            b' ' | b'\t' => self.at += 1,
            b'0'..=b'9' => self.emit(TokenKind::Number, number_length(&self.bytes[self.at..])),
            b'"' => {
                self.emit(TokenKind::OpenQuote, 1);
                self.enter(Mode::Quoted);
            }
            b'{' => {
                self.emit(TokenKind::OpenBrace, 1);
                self.braces += 1;
            }
            b'}' => self.close_brace(1),
            b'~' if self.byte(1) == Some(b'}') => self.close_brace(2),
            b'#' => self.line_comment(),
            b'/' if self.byte(1) == Some(b'/') => self.line_comment(),
            b'/' if self.byte(1) == Some(b'*') => self.block_comment(),
            b'<' if self.byte(1) == Some(b'<') => self.open_heredoc(),
            b'\r' if self.byte(1) == Some(b'\n') => self.emit(TokenKind::Newline, 2),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(),
            _ => self.symbol(first),
        }
    }

    fn word(&mut self) {
        let first = self.rest().chars().next().expect("the lexer is before the end");
        if starts_ident(first) {
            self.emit(TokenKind::Ident, ident_length(self.rest()));
        } else {
            self.emit(TokenKind::Invalid, first.len_utf8());
        }
    }

    fn symbol(&mut self, first: u8) {
        let (kind, length) = match (first, self.byte(1)) {
            (b'=', Some(b'=')) => (TokenKind::EqualEqual, 2),
            (b'=', Some(b'>')) => (TokenKind::FatArrow, 2),
            (b'!', Some(b'=')) => (TokenKind::NotEqual, 2),
            (b'>', Some(b'=')) => (TokenKind::GreaterOrEqual, 2),
            (b'<', Some(b'=')) => (TokenKind::LessOrEqual, 2),
            (b'&', Some(b'&')) => (TokenKind::And, 2),
            (b'|', Some(b'|')) => (TokenKind::Or, 2),
            (b':', Some(b':')) => (TokenKind::DoubleColon, 2),
            (b'.', Some(b'.')) if self.byte(2) == Some(b'.') => (TokenKind::Ellipsis, 3),
            (b'[', _) => (TokenKind::OpenBracket, 1),
            (b']', _) => (TokenKind::CloseBracket, 1),
            (b'(', _) => (TokenKind::OpenParen, 1),
            (b')', _) => (TokenKind::CloseParen, 1),
            (b'.', _) => (TokenKind::Dot, 1),
            (b',', _) => (TokenKind::Comma, 1),
            (b'*', _) => (TokenKind::Star, 1),
            (b'/', _) => (TokenKind::Slash, 1),
            (b'%', _) => (TokenKind::Percent, 1),
            (b'+', _) => (TokenKind::Plus, 1),
            (b'-', _) => (TokenKind::Minus, 1),
            (b'=', _) => (TokenKind::Equal, 1),
            (b'<', _) => (TokenKind::Less, 1),
            (b'>', _) => (TokenKind::Greater, 1),
            (b'!', _) => (TokenKind::Bang, 1),
            (b'?', _) => (TokenKind::Question, 1),
            (b':', _) => (TokenKind::Colon, 1),
            (b'\n', _) => (TokenKind::Newline, 1),
            (b'&', _) => (TokenKind::BitwiseAnd, 1),
            (b'|', _) => (TokenKind::BitwiseOr, 1),
            (b'~', _) => (TokenKind::BitwiseNot, 1),
            (b'^', _) => (TokenKind::BitwiseXor, 1),
            (b';', _) => (TokenKind::Semicolon, 1),
            (b'`', _) => (TokenKind::Backtick, 1),
            (b'\'', _) => (TokenKind::Apostrophe, 1),
            _ => (TokenKind::Invalid, 1),
        };
        self.emit(kind, length);
    }

    fn line_comment(&mut self) {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        self.emit(TokenKind::Comment, length);
    }

    /// An unclosed comment is only a slash and a star.
    fn block_comment(&mut self) {
        let end = if self.no_more_comment_ends { None } else { self.source[self.at + 2..].find("*/") };
        match end {
            Some(end) => self.emit(TokenKind::Comment, end + 4),
            None => {
                self.no_more_comment_ends = true;
                self.emit(TokenKind::Slash, 1);
            }
        }
    }

    /// A `}` that ends an interpolation, or any other.
    fn close_brace(&mut self, length: usize) {
        if self.sequence_braces.last() == Some(&self.braces) {
            self.emit(TokenKind::CloseSequence, length);
            self.sequence_braces.pop();
            self.leave();
        } else if length == 2 {
            // The parser is to see that `~}` closes no sequence.
            self.emit(TokenKind::CloseSequence, length);
        } else {
            self.emit(TokenKind::CloseBrace, length);
        }
        self.braces -= 1;
    }

    /// `<<` begins a heredoc only when a marker and a line break follow at once.
    fn open_heredoc(&mut self) {
        let after = &self.rest()[2..];
        let after = after.strip_prefix('-').unwrap_or(after);
        let marker = &after[..ident_length(after)];
        let tail = &after[marker.len()..];
        let break_length = if tail.starts_with('\n') {
            1
        } else if tail.starts_with("\r\n") {
            2
        } else {
            0
        };
        if marker.is_empty() || break_length == 0 {
            self.emit(TokenKind::Less, 1);
            return;
        }
        let length = self.rest().len() - tail.len() + break_length;
        self.emit(TokenKind::OpenHeredoc, length);
        self.heredocs.push(Heredoc { marker, at_line_start: true });
        self.enter(Mode::Heredoc);
    }

    /// `${` or `%{`, if the lexer is before one.
    fn open_sequence(&mut self) -> bool {
        let kind = match (self.byte(0), self.byte(1)) {
            (Some(b'$'), Some(b'{')) => TokenKind::OpenInterpolation,
            (Some(b'%'), Some(b'{')) => TokenKind::OpenDirective,
            _ => return false,
        };
        let strips = self.byte(2) == Some(b'~');
        self.emit(kind, if strips { 3 } else { 2 });
        self.braces += 1;
        self.sequence_braces.push(self.braces);
        if let Some(heredoc) = self.heredocs.last_mut() {
            heredoc.at_line_start = false;
        }
        self.enter(Mode::Main);
        true
    }

    /// The length of the `$` or `%` here, which opens nothing: with its escape when it is `$${`.
    fn literal_sign(&self) -> usize {
        let sign = self.byte(0);
        if self.byte(1) != sign || self.byte(2) != Some(b'{') {
            1
        } else if self.byte(3) == Some(b'~') {
            4
        } else {
            3
        }
    }

    fn quoted(&mut self) {
        let Some(first) = self.byte(0) else { return };
        match first {
            b'"' => {
                self.emit(TokenKind::CloseQuote, 1);
                self.leave();
            }
            b'\r' | b'\n' => {
                let breaks = self.bytes[self.at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
                let length = breaks.count();
                self.emit(TokenKind::QuotedNewline, length);
            }
            b'$' | b'%' => {
                if !self.open_sequence() {
                    let kind =
                        if self.rest().len() == 1 { TokenKind::Invalid } else { TokenKind::QuotedText };
                    self.emit(kind, self.literal_sign());
                }
            }
            _ => match self.quoted_text_length() {
                0 => self.emit(TokenKind::Invalid, 1),
                length => self.emit(TokenKind::QuotedText, length),
            },
        }
    }

    /// The text up to the next special character; a backslash takes the next character with it.
    fn quoted_text_length(&self) -> usize {
        let rest = self.rest().as_bytes();
        let mut length = 0;
        while let Some(byte) = rest.get(length) {
            match byte {
                b'"' | b'\r' | b'\n' | b'$' | b'%' => break,
                b'\\' => match rest.get(length + 1) {
                    None | Some(b'\r' | b'\n') => break,
                    Some(_) => length += 1 + self.char_length(self.at + length + 1),
                },
                _ => length += 1,
            }
        }
        length
    }

    fn char_length(&self, at: usize) -> usize {
        self.source[at..].chars().next().map_or(0, char::len_utf8)
    }

    fn heredoc(&mut self) {
        if self.open_sequence() {
            return;
        }
        let length = self.plain_text_length();
        let text = &self.rest()[..length];
        let heredoc = self.heredocs.last_mut().expect("heredoc mode has a heredoc");
        if !text.ends_with('\n') {
            heredoc.at_line_start = false;
            self.emit(TokenKind::PlainText, length);
        } else if heredoc.at_line_start && text.trim() == heredoc.marker {
            let break_length = if text.ends_with("\r\n") { 2 } else { 1 };
            self.emit(TokenKind::CloseHeredoc, length - break_length);
            self.emit(TokenKind::Newline, break_length);
            self.heredocs.pop();
            self.leave();
        } else {
            heredoc.at_line_start = true;
            self.emit(TokenKind::PlainText, length);
        }
    }

    fn bare(&mut self) {
        if !self.open_sequence() {
            self.emit(TokenKind::PlainText, self.plain_text_length());
        }
    }

    /// The text up to the next line break (included) or sign.
    fn plain_text_length(&self) -> usize {
        let rest = &self.bytes[self.at..];
        if matches!(rest.first(), Some(b'$' | b'%')) {
            return self.literal_sign();
        }
        match rest.iter().position(|byte| matches!(byte, b'\n' | b'$' | b'%')) {
            Some(end) if rest[end] == b'\n' => end + 1,
            Some(end) => end,
            None => rest.len(),
        }
    }
}

/// Digits, dots and exponents, as long as the last is not a dot: `1.2.3` is one wrong number.
fn number_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    let mut length = 1;
    loop {
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        match bytes.get(at) {
            Some(b'0'..=b'9') => at += 1,
            Some(b'.') => {
                at += 1;
                continue;
            }
            Some(b'e' | b'E') if digit(at + 1) => at += 2,
            Some(b'e' | b'E') if matches!(bytes.get(at + 1), Some(b'+' | b'-')) && digit(at + 2) => at += 3,
            _ => return length,
        }
        length = at;
    }
}

fn ident_length(text: &str) -> usize {
    if !text.chars().next().is_some_and(starts_ident) {
        return 0;
    }
    text.char_indices().find(|(_, char)| !continues_ident(*char)).map_or(text.len(), |(at, _)| at)
}

fn starts_ident(char: char) -> bool {
    char == '_' || unicode_ident::is_xid_start(char)
}

fn continues_ident(char: char) -> bool {
    char == '-' || unicode_ident::is_xid_continue(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str) {
        let tokens = lex(source);
        let text = tokens
            .iter()
            .map(|token| format!("{:?} {:?}", token.kind, token.span.text(source)))
            .collect::<Vec<_>>()
            .join("; ");
        assert_eq!(text, expected);
    }

    // Source: our own reasoning from the HCL native syntax specification's lexical chapter.
    #[test]
    fn numbers_take_dots_and_exponents() {
        check("1.2e-3 1. 1e", r#"Number "1.2e-3"; Number "1"; Dot "."; Number "1"; Ident "e"; EndOfFile """#);
    }

    #[test]
    fn braces_inside_an_interpolation_are_counted() {
        check(
            r#""a${{}}b""#,
            r#"OpenQuote "\""; QuotedText "a"; OpenInterpolation "${"; OpenBrace "{"; CloseBrace "}"; CloseSequence "}"; QuotedText "b"; CloseQuote "\""; EndOfFile """#,
        );
    }

    #[test]
    fn a_heredoc_ends_at_its_marker_alone_on_a_line() {
        check(
            "<<-A\n x A\n  A\n",
            r#"OpenHeredoc "<<-A\n"; PlainText " x A\n"; CloseHeredoc "  A"; Newline "\n"; EndOfFile """#,
        );
    }

    #[test]
    fn doubled_signs_escape_a_sequence() {
        check(
            r#""$${a}%%{b}$""#,
            r#"OpenQuote "\""; QuotedText "$${"; QuotedText "a}"; QuotedText "%%{"; QuotedText "b}"; QuotedText "$"; CloseQuote "\""; EndOfFile """#,
        );
    }

    #[test]
    fn an_unclosed_comment_is_a_slash_and_a_star() {
        check("/* a", r#"Slash "/"; Star "*"; Ident "a"; EndOfFile """#);
    }
}
