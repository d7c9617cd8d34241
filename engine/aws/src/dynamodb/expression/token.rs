//! The words and signs of an expression.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name or a keyword.
    Word,
    /// `#name`
    Name,
    /// `:value`
    Value,
    /// Digits.
    Index,
    /// `=`, `<>`, `(`, ...
    Sign,
    /// Something that is in no expression.
    Unknown,
    End,
}

/// A token with its place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'t> {
    pub kind: Kind,
    pub text: &'t str,
    pub start: usize,
}

impl Token<'_> {
    pub fn end(&self) -> usize {
        if self.kind == Kind::End { self.start } else { self.start + self.text.len() }
    }

    pub fn is(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

const SIGNS: &[&str] = &["<=", ">=", "<>", "=", "<", ">", "(", ")", "[", "]", ",", ".", "+", "-"];

/// All tokens, the last one being [`Kind::End`].
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (kind, length) = token(&text[at..], first);
        out.push(Token { kind, text: &text[at..at + length], start: at });
        at += length;
    }
    out.push(Token { kind: Kind::End, text: "<EOF>", start: text.len() });
    out
}

fn token(rest: &str, first: char) -> (Kind, usize) {
    let run = |from: usize| {
        let tail = rest[from..].bytes();
        from + tail.take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
    };
    if first.is_ascii_alphabetic() {
        return (Kind::Word, run(1));
    }
    if first == '#' || first == ':' {
        let kind = if first == '#' { Kind::Name } else { Kind::Value };
        let length = run(1);
        return if length > 1 { (kind, length) } else { (Kind::Unknown, 1) };
    }
    if first.is_ascii_digit() {
        return (Kind::Index, rest.bytes().take_while(u8::is_ascii_digit).count());
    }
    match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        Some(sign) => (Kind::Sign, sign.len()),
        None => (Kind::Unknown, first.len_utf8()),
    }
}
