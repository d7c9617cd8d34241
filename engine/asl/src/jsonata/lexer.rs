//! From text to tokens.

use super::ast::Literal;
use super::error::Error;
use super::item::Item;
use super::regex::Pattern;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(super) enum Token {
    End,
    /// An operator or a bracket, by its spelling; `and`, `or` and `in` too.
    Operator(&'static str),
    Name(Arc<str>),
    Variable(Arc<str>),
    Text(Arc<str>),
    Number(Literal),
    Constant(Literal),
    Regex(Arc<Pattern>),
}

/// Two characters before one.
const OPERATORS: [&str; 39] = [
    "..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??", ".", "[", "]", "{", "}", "(", ")", ",", "@", "#",
    ";", ":", "?", "+", "-", "*", "/", "%", "|", "=", "<", ">", "^", "&", "!", "~", "and", "or", "in",
    "(end)",
];

pub(super) struct Lexer {
    chars: Vec<char>,
    at: usize,
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}')
}

impl Lexer {
    pub fn new(text: &str) -> Lexer {
        Lexer { chars: text.chars().collect(), at: 0 }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    /// The next token and where it starts. `infix`: an operator may follow, so `/` divides and starts no pattern.
    pub fn next(&mut self, infix: bool) -> Result<(Token, usize), Error> {
        self.skip_blanks()?;
        let start = self.at;
        let Some(c) = self.peek(0) else { return Ok((Token::End, start)) };
        let token = match c {
            '/' if !infix => self.regex()?,
            '"' | '\'' => self.text(c)?,
            '`' => self.quoted_name()?,
            _ => match self.operator() {
                Some(operator) => Token::Operator(operator),
                None if c.is_ascii_digit() => self.number()?,
                None => self.name(),
            },
        };
        Ok((token, start))
    }

    fn skip_blanks(&mut self) -> Result<(), Error> {
        loop {
            while self.peek(0).is_some_and(is_space) {
                self.at += 1;
            }
            if (self.peek(0), self.peek(1)) != (Some('/'), Some('*')) {
                return Ok(());
            }
            let start = self.at;
            self.at += 2;
            while (self.peek(0), self.peek(1)) != (Some('*'), Some('/')) {
                self.at += 1;
                if self.at >= self.chars.len() {
                    return Err(Error::at("S0106", start));
                }
            }
            self.at += 2;
        }
    }

    fn operator(&mut self) -> Option<&'static str> {
        let found = OPERATORS[..35].iter().find(|spelling| {
            let mut ahead = 0;
            spelling.chars().all(|c| {
                ahead += 1;
                self.peek(ahead - 1) == Some(c)
            })
        })?;
        self.at += found.len();
        Some(found)
    }

    fn text(&mut self, quote: char) -> Result<Token, Error> {
        self.at += 1;
        // Escapes may give halves of UTF-16 pairs, so the text is gathered in UTF-16.
        let mut out: Vec<u16> = Vec::new();
        let mut buffer = [0; 2];
        while let Some(c) = self.peek(0) {
            self.at += 1;
            if c == quote {
                return Ok(Token::Text(Arc::from(String::from_utf16_lossy(&out))));
            }
            let plain = if c == '\\' { self.escape()? } else { Ok(c) };
            match plain {
                Ok(c) => out.extend_from_slice(c.encode_utf16(&mut buffer)),
                Err(unit) => out.push(unit),
            }
        }
        Err(Error::at("S0101", self.at))
    }

    /// What a backslash stands for: a character, or a unit of UTF-16.
    fn escape(&mut self) -> Result<Result<char, u16>, Error> {
        let c = self.peek(0).unwrap_or(' ');
        let plain = match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let digits: String = self.chars.iter().skip(self.at + 1).take(4).collect();
                let unit = u16::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 4);
                let unit = unit.ok_or_else(|| Error::at("S0104", self.at))?;
                self.at += 5;
                return Ok(Err(unit));
            }
            other => return Err(Error::at("S0103", self.at).with_text("token", other.to_string())),
        };
        self.at += 1;
        Ok(Ok(plain))
    }

    fn number(&mut self) -> Result<Token, Error> {
        let start = self.at;
        let digits = |lexer: &mut Lexer| {
            while lexer.peek(0).is_some_and(|c| c.is_ascii_digit()) {
                lexer.at += 1;
            }
        };
        // A zero stands alone before the point.
        if self.peek(0) == Some('0') {
            self.at += 1
        } else {
            digits(self)
        }
        if self.peek(0) == Some('.') && self.peek(1).is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            digits(self);
        }
        if matches!(self.peek(0), Some('e' | 'E')) {
            let sign = usize::from(matches!(self.peek(1), Some('+' | '-')));
            if self.peek(1 + sign).is_some_and(|c| c.is_ascii_digit()) {
                self.at += 1 + sign;
                digits(self);
            }
        }
        let spelled: String = self.chars[start..self.at].iter().collect();
        if let Ok(whole) = spelled.parse::<i64>() {
            return Ok(Token::Number(Literal::Number(whole.into())));
        }
        let number = spelled.parse().unwrap_or(f64::INFINITY);
        match number.is_finite() {
            true => Ok(Token::Number(Literal::number(Item::number(number)))),
            false => Err(Error::at("S0102", start).with_text("token", spelled)),
        }
    }

    fn quoted_name(&mut self) -> Result<Token, Error> {
        let start = self.at + 1;
        let end = self.chars.iter().skip(start).position(|c| *c == '`');
        let end = start + end.ok_or_else(|| Error::at("S0105", self.chars.len()))?;
        self.at = end + 1;
        Ok(Token::Name(self.chars[start..end].iter().collect::<String>().into()))
    }

    fn name(&mut self) -> Token {
        let start = self.at;
        let stops = |c: char| is_space(c) || OPERATORS[9..35].iter().any(|spelling| spelling.starts_with(c));
        while self.peek(0).is_some_and(|c| !stops(c)) {
            self.at += 1;
        }
        let name: String = self.chars[start..self.at].iter().collect();
        match name.as_str() {
            "and" => Token::Operator("and"),
            "or" => Token::Operator("or"),
            "in" => Token::Operator("in"),
            "true" => Token::Constant(Literal::Bool(true)),
            "false" => Token::Constant(Literal::Bool(false)),
            "null" => Token::Constant(Literal::Null),
            _ => match name.strip_prefix('$') {
                Some(variable) => Token::Variable(Arc::from(variable)),
                None => Token::Name(Arc::from(name)),
            },
        }
    }

    /// A pattern up to the `/` that is neither escaped nor within brackets.
    fn regex(&mut self) -> Result<Token, Error> {
        self.at += 1;
        let start = self.at;
        let mut depth = 0_i32;
        while let Some(c) = self.peek(0) {
            let before = self.chars[start..self.at].iter().rev().take_while(|c| **c == '\\').count();
            let escaped = before % 2 == 1;
            match c {
                '/' if depth == 0 && !escaped => break,
                '(' | '[' | '{' if !escaped => depth += 1,
                ')' | ']' | '}' if !escaped => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        if self.peek(0).is_none() {
            return Err(Error::at("S0302", self.at));
        }
        if self.at == start {
            return Err(Error::at("S0301", self.at));
        }
        let body: String = self.chars[start..self.at].iter().collect();
        self.at += 1;
        let mut flags = String::new();
        while let Some(flag @ ('i' | 'm')) = self.peek(0) {
            flags.push(flag);
            self.at += 1;
        }
        let pattern = Pattern::new(&body, &flags);
        let pattern =
            pattern.ok_or_else(|| Error::at("U1003", start).with("value", format!("/{body}/{flags}")))?;
        Ok(Token::Regex(Arc::new(pattern)))
    }
}
