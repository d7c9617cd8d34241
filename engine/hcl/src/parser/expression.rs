//! Expressions: operators, terms and literals.

use super::{MAX_CHAIN, Parser};
use crate::ast::{BinaryOp, Expr, ExprKind, Ident, Template, TemplateStyle, Traversal, UnaryOp};
use crate::token::{Token, TokenKind};

/// The binary operator that a token is, and how tightly it binds.
fn binary_op(kind: TokenKind) -> Option<(BinaryOp, u8)> {
    Some(match kind {
        TokenKind::Or => (BinaryOp::Or, 1),
        TokenKind::And => (BinaryOp::And, 2),
        TokenKind::EqualEqual => (BinaryOp::Equal, 3),
        TokenKind::NotEqual => (BinaryOp::NotEqual, 3),
        TokenKind::Greater => (BinaryOp::Greater, 4),
        TokenKind::GreaterOrEqual => (BinaryOp::GreaterOrEqual, 4),
        TokenKind::Less => (BinaryOp::Less, 4),
        TokenKind::LessOrEqual => (BinaryOp::LessOrEqual, 4),
        TokenKind::Plus => (BinaryOp::Add, 5),
        TokenKind::Minus => (BinaryOp::Subtract, 5),
        TokenKind::Star => (BinaryOp::Multiply, 6),
        TokenKind::Slash => (BinaryOp::Divide, 6),
        TokenKind::Percent => (BinaryOp::Modulo, 6),
        _ => return None,
    })
}

impl Parser<'_> {
    pub(super) fn lone_expression(&mut self) -> Expr {
        self.with_newlines(false, |parser| {
            let expr = parser.expression();
            let next = parser.peek();
            if next.kind != TokenKind::EndOfFile && !parser.recovering {
                parser.error(
                    "Extra characters after expression",
                    "An expression was successfully parsed, but extra characters were found after it.",
                    parser.range(next),
                );
            }
            expr
        })
    }

    pub(super) fn expression(&mut self) -> Expr {
        let start = self.peek_range();
        self.nested(Self::conditional).unwrap_or_else(|| self.invalid(start))
    }

    fn conditional(&mut self) -> Expr {
        let start = self.peek_range();
        let mark = self.diagnostics.len();
        let condition = self.binary(1);
        if self.lost_since(mark) || self.peek_kind() != TokenKind::Question {
            return condition;
        }
        self.read();
        let mark = self.diagnostics.len();
        let if_true = self.expression();
        if self.lost_since(mark) {
            return condition;
        }
        let colon = self.peek();
        if colon.kind != TokenKind::Colon {
            let place = self.range(colon);
            self.error_in(
                "Missing false expression in conditional",
                "The conditional operator (...?...:...) requires a false expression, delimited by a colon.",
                place,
                start.to(place),
            );
            return condition;
        }
        self.read();
        let mark = self.diagnostics.len();
        let if_false = self.expression();
        if self.lost_since(mark) {
            return condition;
        }
        let range = start.to(if_false.range);
        let (condition, if_true, if_false) = (Box::new(condition), Box::new(if_true), Box::new(if_false));
        Expr::new(ExprKind::Conditional { condition, if_true, if_false }, range)
    }

    /// Binary operators that bind at least as tightly as `level`, from the left.
    fn binary(&mut self, level: u8) -> Expr {
        let mark = self.diagnostics.len();
        let mut left = self.term_with_traversals();
        if self.lost_since(mark) {
            return left;
        }
        let mut length = 0;
        loop {
            let token = self.peek();
            let Some((op, binds)) = binary_op(token.kind).filter(|(_, binds)| *binds >= level) else {
                return left;
            };
            length += 1;
            if length > MAX_CHAIN {
                self.too_complex();
                return left;
            }
            self.read();
            let mark = self.diagnostics.len();
            let right = self.binary(binds + 1);
            if self.lost_since(mark) {
                return left;
            }
            let range = left.range.to(right.range);
            let op_range = self.range(token);
            let (first, second) = (Box::new(left), Box::new(right));
            left = Expr::new(ExprKind::Binary { op, op_range, left: first, right: second }, range);
        }
    }

    fn term_with_traversals(&mut self) -> Expr {
        let term = self.term();
        self.traversals(term)
    }

    fn term(&mut self) -> Expr {
        let start = self.peek();
        match start.kind {
            TokenKind::OpenParen => self.parens(),
            TokenKind::Number => {
                self.read();
                self.number(start)
            }
            TokenKind::Ident => {
                self.read();
                if matches!(self.peek_kind(), TokenKind::OpenParen | TokenKind::DoubleColon) {
                    self.call(start)
                } else {
                    self.word(start)
                }
            }
            TokenKind::OpenQuote | TokenKind::OpenHeredoc => self.template_term(),
            TokenKind::Minus => self.unary(UnaryOp::Negate),
            TokenKind::Bang => self.unary(UnaryOp::Not),
            TokenKind::OpenBracket => self.tuple(),
            TokenKind::OpenBrace => self.object(),
            _ => {
                if !self.recovering {
                    self.not_an_expression(start);
                }
                self.recovering = true;
                self.invalid(self.range(start))
            }
        }
    }

    fn not_an_expression(&mut self, token: Token) {
        let (summary, detail) = if token.kind == TokenKind::EndOfFile {
            ("Missing expression", "Expected the start of an expression, but found the end of the file.")
        } else {
            (
                "Invalid expression",
                "Expected the start of an expression, but found an invalid expression token.",
            )
        };
        self.error(summary, detail, self.range(token));
    }

    fn word(&self, token: Token) -> Expr {
        let range = self.range(token);
        let kind = match self.text(token) {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "null" => ExprKind::Null,
            name => ExprKind::Traversal(Traversal {
                root: Ident { name: name.to_owned(), range },
                steps: Vec::new(),
            }),
        };
        Expr::new(kind, range)
    }

    /// A number token, which may be malformed: `1.2.3`.
    pub(super) fn number(&mut self, token: Token) -> Expr {
        let range = self.range(token);
        let text = self.text(token);
        if !is_number(text) {
            self.error(
                "Invalid number literal",
                "Failed to recognize the value of this number literal.",
                range,
            );
            return self.invalid(range);
        }
        Expr::new(ExprKind::Number(text.to_owned()), range)
    }

    fn unary(&mut self, op: UnaryOp) -> Expr {
        let token = self.read();
        let op_range = self.range(token);
        // Only a term: `-46 + 5` is `(-46) + 5`.
        let operand = self.nested(Self::term_with_traversals).unwrap_or_else(|| self.invalid(op_range));
        let range = op_range.to(operand.range);
        Expr::new(ExprKind::Unary { op, op_range, operand: Box::new(operand) }, range)
    }

    fn parens(&mut self) -> Expr {
        let open = self.read();
        let start = self.range(open);
        self.with_newlines(false, |parser| {
            let mark = parser.diagnostics.len();
            let inner = parser.expression();
            if parser.failed_since(mark) {
                parser.recover(TokenKind::CloseParen);
                return inner;
            }
            let close = parser.peek();
            let end = parser.range(close);
            if close.kind != TokenKind::CloseParen {
                parser.error_in(
                    "Unbalanced parentheses",
                    "Expected a closing parenthesis to terminate the expression.",
                    end,
                    start.to(end),
                );
                parser.recovering = true;
            }
            parser.read();
            Expr::new(ExprKind::Parens(Box::new(inner)), start.to(end))
        })
    }

    fn template_term(&mut self) -> Expr {
        let open = self.read();
        let close = open.kind.opposite().expect("quotes and heredocs have an end");
        let style = if open.kind == TokenKind::OpenQuote {
            TemplateStyle::Quoted
        } else if self.text(open).starts_with("<<-") {
            TemplateStyle::FlushHeredoc
        } else {
            TemplateStyle::Heredoc
        };
        let parts = self.template(close, style);
        let range = self.range(open).to(self.previous_range());
        Expr::new(ExprKind::Template(Template { parts, style }), range)
    }
}

/// Digits, optionally with a fraction and an exponent.
fn is_number(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        None => (text, "0"),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && digits(exponent)
}
