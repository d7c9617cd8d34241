//! Function calls.

use super::Parser;
use crate::ast::{Call, Expr, ExprKind};
use crate::span::Range;
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// What follows a function's name, or the first part of a name with a namespace.
    pub(super) fn call(&mut self, first: Token) -> Expr {
        let start = self.range(first);
        let mut name = self.text(first).to_owned();
        let mut name_range = start;
        let mut open = self.read();
        while open.kind == TokenKind::DoubleColon {
            let part = self.read();
            if part.kind != TokenKind::Ident {
                return self.bad_name(
                    "Missing function name",
                    "Function scope resolution symbol :: must be followed by a function name in this scope.",
                    start,
                    part,
                );
            }
            name.push_str("::");
            name.push_str(self.text(part));
            name_range = start.to(self.range(part));
            open = self.read();
        }
        if open.kind != TokenKind::OpenParen {
            return self.bad_name(
                "Missing open parenthesis",
                "Function selector must be followed by an open parenthesis to begin the function call.",
                start,
                open,
            );
        }
        let open_paren_range = self.range(open);
        let mut call = Call {
            name,
            name_range,
            args: Vec::new(),
            expand_final: false,
            open_paren_range,
            close_paren_range: open_paren_range,
        };
        let close = self.with_newlines(false, |parser| parser.arguments(&mut call));
        call.close_paren_range = self.range(close);
        let range = start.to(call.close_paren_range);
        Expr::new(ExprKind::Call(call), range)
    }

    fn bad_name(&mut self, summary: &str, detail: &str, start: Range, bad: Token) -> Expr {
        let place = self.range(bad);
        self.error_in(summary, detail, place, start.to(place));
        self.recover_over(TokenKind::OpenParen);
        self.invalid(start.to(place))
    }

    /// Reads arguments up to the closing parenthesis, which it returns.
    fn arguments(&mut self, call: &mut Call) -> Token {
        loop {
            if self.peek_kind() == TokenKind::CloseParen {
                return self.read();
            }
            let mark = self.diagnostics.len();
            let argument = self.expression();
            call.args.push(argument);
            if self.lost_since(mark) {
                return self.recover(TokenKind::CloseParen);
            }
            let separator = self.read();
            match separator.kind {
                TokenKind::CloseParen => return separator,
                TokenKind::Comma => {}
                TokenKind::Ellipsis => {
                    call.expand_final = true;
                    return self.after_expansion(separator, call.name_range);
                }
                _ => {
                    self.bad_separator(separator, call);
                    return self.recover(TokenKind::CloseParen);
                }
            }
        }
    }

    fn after_expansion(&mut self, ellipsis: Token, name: Range) -> Token {
        if self.peek_kind() == TokenKind::CloseParen {
            return self.read();
        }
        if !self.recovering {
            let place = self.range(ellipsis);
            self.error_in(
                "Missing closing parenthesis",
                "An expanded function argument (with ...) must be immediately followed by closing parentheses.",
                place,
                name.to(place),
            );
        }
        self.recover(TokenKind::CloseParen)
    }

    fn bad_separator(&mut self, separator: Token, call: &Call) {
        let place = self.range(separator);
        if separator.kind == TokenKind::EndOfFile {
            self.error(
                "Unterminated function call",
                "There is no closing parenthesis for this function call before the end of the file. This may be caused by incorrect parenthesis nesting elsewhere in this file.",
                call.name_range.to(call.open_paren_range),
            );
        } else {
            self.error_in(
                "Missing argument separator",
                "A comma is required to separate each function argument from the next.",
                place,
                call.name_range.to(place),
            );
        }
    }
}
