//! Tuples, objects and `for` expressions.

use super::Parser;
use crate::ast::{Expr, ExprKind, ForExpr, Ident, ObjectItem};
use crate::span::Range;
use crate::token::{Token, TokenKind};

const BAD_FOR: &str = "Invalid 'for' expression";
const UNCLOSED_OBJECT: &str = "Unterminated object constructor expression";
const UNCLOSED_OBJECT_DETAIL: &str = "There is no corresponding closing brace before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.";
const NO_SEPARATOR: &str = "Missing key/value separator";

impl Parser<'_> {
    pub(super) fn tuple(&mut self) -> Expr {
        let open = self.read();
        let open_range = self.range(open);
        self.with_newlines(false, |parser| {
            if parser.peek_is_keyword("for") {
                return parser.for_expression(open);
            }
            let mut items = Vec::new();
            let close = parser.tuple_items(open_range, &mut items);
            let range = open_range.to(parser.range(close));
            Expr::new(ExprKind::Tuple { items, open_range }, range)
        })
    }

    fn tuple_items(&mut self, open: Range, items: &mut Vec<Expr>) -> Token {
        loop {
            if self.peek_kind() == TokenKind::CloseBracket {
                return self.read();
            }
            let mark = self.diagnostics.len();
            let item = self.expression();
            items.push(item);
            if self.lost_since(mark) {
                return self.recover(TokenKind::CloseBracket);
            }
            let next = self.peek();
            match next.kind {
                TokenKind::CloseBracket => return self.read(),
                TokenKind::Comma => {
                    self.read();
                }
                _ => {
                    if !self.recovering {
                        self.bad_tuple_separator(open, next);
                    }
                    return self.recover(TokenKind::CloseBracket);
                }
            }
        }
    }

    fn bad_tuple_separator(&mut self, open: Range, next: Token) {
        if next.kind == TokenKind::EndOfFile {
            self.error(
                "Unterminated tuple constructor expression",
                "There is no corresponding closing bracket before the end of the file. This may be caused by incorrect bracket nesting elsewhere in this file.",
                open,
            );
        } else {
            let place = self.range(next);
            self.error_in(
                "Missing item separator",
                "Expected a comma to mark the beginning of the next item.",
                place,
                open.to(place),
            );
        }
    }

    pub(super) fn object(&mut self) -> Expr {
        let open = self.read();
        let open_range = self.range(open);
        // Line breaks separate the items of an object, but mean nothing in a `for` expression.
        if self.with_newlines(false, |parser| parser.peek_is_keyword("for")) {
            return self.for_expression(open);
        }
        self.with_newlines(true, |parser| {
            let mut items = Vec::new();
            let close = parser.object_items(open_range, &mut items);
            let range = open_range.to(parser.range(close));
            Expr::new(ExprKind::Object { items, open_range }, range)
        })
    }

    fn object_items(&mut self, open: Range, items: &mut Vec<ObjectItem>) -> Token {
        loop {
            match self.peek_kind() {
                TokenKind::Newline => {
                    self.read();
                    continue;
                }
                TokenKind::CloseBrace => return self.read(),
                _ => {}
            }
            let mark = self.diagnostics.len();
            let key = self.expression();
            if self.lost_since(mark) {
                return self.recover(TokenKind::CloseBrace);
            }
            let sign = self.peek();
            if !matches!(sign.kind, TokenKind::Equal | TokenKind::Colon) {
                if !self.recovering {
                    self.bad_key_separator(open, sign);
                }
                return self.recover(TokenKind::CloseBrace);
            }
            self.read();
            let mark = self.diagnostics.len();
            let value = self.expression();
            items.push(ObjectItem { key, value });
            if self.lost_since(mark) {
                return self.recover(TokenKind::CloseBrace);
            }
            let next = self.peek();
            match next.kind {
                TokenKind::CloseBrace => return self.read(),
                TokenKind::Comma | TokenKind::Newline => {
                    self.read();
                }
                _ => {
                    if !self.recovering {
                        self.bad_item_separator(open, next);
                    }
                    return self.recover(TokenKind::CloseBrace);
                }
            }
        }
    }

    fn bad_key_separator(&mut self, open: Range, next: Token) {
        let place = self.range(next);
        let (summary, detail) = match next.kind {
            TokenKind::Newline | TokenKind::Comma => (
                "Missing attribute value",
                "Expected an attribute value, introduced by an equals sign (\"=\").",
            ),
            TokenKind::Ident => (
                NO_SEPARATOR,
                "Expected an equals sign (\"=\") to mark the beginning of the attribute value. If you intended to given an attribute name containing periods or spaces, write the name in quotes to create a string literal.",
            ),
            TokenKind::EndOfFile => {
                self.error(UNCLOSED_OBJECT, UNCLOSED_OBJECT_DETAIL, open);
                return;
            }
            _ => (
                NO_SEPARATOR,
                "Expected an equals sign (\"=\") to mark the beginning of the attribute value.",
            ),
        };
        self.error_in(summary, detail, place, open.to(place));
    }

    fn bad_item_separator(&mut self, open: Range, next: Token) {
        if next.kind == TokenKind::EndOfFile {
            self.error(UNCLOSED_OBJECT, UNCLOSED_OBJECT_DETAIL, open);
        } else {
            let place = self.range(next);
            self.error_in(
                "Missing attribute separator",
                "Expected a newline or comma to mark the beginning of the next attribute.",
                place,
                open.to(place),
            );
        }
    }

    /// What follows the bracket or brace of a `for` expression.
    fn for_expression(&mut self, open: Token) -> Expr {
        let close_kind = open.kind.opposite().expect("a for expression begins with a bracket");
        let open_range = self.range(open);
        self.with_newlines(false, |parser| {
            parser.read();
            parser.for_parts(open_range, close_kind).unwrap_or_else(|| {
                let close = parser.recover(close_kind);
                parser.invalid(open_range.to(parser.range(close)))
            })
        })
    }

    /// `None` when the parser is lost; what went wrong has been said.
    fn for_parts(&mut self, open: Range, close_kind: TokenKind) -> Option<Expr> {
        let (key_var, value_var) = self.for_variables(open)?;
        if !self.peek_is_keyword("in") {
            self.bad_for("For expression requires the 'in' keyword after its name declarations.", open);
            return None;
        }
        self.read();
        let mark = self.diagnostics.len();
        let collection = self.expression();
        if self.lost_since(mark) {
            return None;
        }
        if self.peek_kind() != TokenKind::Colon {
            self.bad_for("For expression requires a colon after the collection expression.", open);
            return None;
        }
        self.read();
        let mark = self.diagnostics.len();
        let mut value = self.expression();
        let mut key = None;
        if self.peek_kind() == TokenKind::FatArrow {
            self.read();
            key = Some(std::mem::replace(&mut value, self.expression()));
        }
        if self.lost_since(mark) {
            return None;
        }
        let ellipsis = (self.peek_kind() == TokenKind::Ellipsis).then(|| self.read());
        let condition = self.for_condition()?;
        let close = if self.peek_kind() == close_kind {
            self.read()
        } else {
            self.bad_for("Extra characters after the end of the 'for' expression.", open);
            self.recover(close_kind)
        };
        let close_range = self.range(close);
        let range = open.to(close_range);
        if close_kind == TokenKind::CloseBracket {
            self.check_tuple_for(key.as_ref(), ellipsis, range);
        } else if key.is_none() {
            let detail = "Key expression is required when building an object.";
            self.error_in(BAD_FOR, detail, value.range, range);
        }
        let grouping = ellipsis.is_some();
        let parts = ForExpr {
            key_var,
            value_var,
            collection,
            key,
            value,
            condition,
            grouping,
            open_range: open,
            close_range,
        };
        Some(Expr::new(ExprKind::For(Box::new(parts)), range))
    }

    fn for_variables(&mut self, open: Range) -> Option<(Option<Ident>, Ident)> {
        let first = self.for_variable("For expression requires variable name after 'for'.", open)?;
        if self.peek_kind() != TokenKind::Comma {
            return Some((None, first));
        }
        self.read();
        let second = self.for_variable("For expression requires value variable name after comma.", open)?;
        Some((Some(first), second))
    }

    fn for_variable(&mut self, missing: &str, open: Range) -> Option<Ident> {
        if self.peek_kind() != TokenKind::Ident {
            self.bad_for(missing, open);
            return None;
        }
        Some(self.ident())
    }

    pub(super) fn ident(&mut self) -> Ident {
        let token = self.read();
        Ident { name: self.text(token).to_owned(), range: self.range(token) }
    }

    /// The outer `None` is for a parser that is lost.
    fn for_condition(&mut self) -> Option<Option<Expr>> {
        if !self.peek_is_keyword("if") {
            return Some(None);
        }
        self.read();
        let mark = self.diagnostics.len();
        let condition = self.expression();
        if self.lost_since(mark) { None } else { Some(Some(condition)) }
    }

    fn bad_for(&mut self, detail: &str, open: Range) {
        if !self.recovering {
            let place = self.peek_range();
            self.error_in(BAD_FOR, detail, place, open.to(place));
        }
    }

    fn check_tuple_for(&mut self, key: Option<&Expr>, ellipsis: Option<Token>, range: Range) {
        if let Some(key) = key {
            let detail = "Key expression is not valid when building a tuple.";
            self.error_in(BAD_FOR, detail, key.range, range);
        }
        if let Some(ellipsis) = ellipsis {
            let detail = "Grouping ellipsis (...) cannot be used when building a tuple.";
            self.error_in(BAD_FOR, detail, self.range(ellipsis), range);
        }
    }
}
