//! References on their own: only attributes and literal indexes.

use super::Parser;
use crate::ast::{ExprKind, Step, StepKind, Traversal};
use crate::span::Range;
use crate::token::{Token, TokenKind};

const NAME_REQUIRED: &str = "Attribute name required";

impl Parser<'_> {
    /// `None` when there is not even a first name.
    pub(super) fn lone_traversal(&mut self, splats: bool) -> Option<Traversal> {
        self.with_newlines(false, |parser| {
            let first = parser.peek();
            if first.kind != TokenKind::Ident {
                let detail = "Must begin with a variable name.";
                parser.error("Variable name required", detail, parser.range(first));
                return None;
            }
            let root = parser.ident();
            let start = root.range;
            let mut steps = Vec::new();
            while parser.peek_kind() != TokenKind::EndOfFile {
                let mark = parser.diagnostics.len();
                steps.extend(parser.lone_step(start, splats));
                if parser.failed_since(mark) {
                    break;
                }
            }
            Some(Traversal { root, steps })
        })
    }

    fn lone_step(&mut self, start: Range, splats: bool) -> Option<Step> {
        let token = self.read();
        let place = self.range(token);
        match token.kind {
            TokenKind::Dot => self.lone_attribute(start, place),
            TokenKind::OpenBracket => self.lone_index(start, place, splats),
            _ => {
                let detail = "Expected an attribute access or an index operator.";
                self.error_in("Invalid character", detail, place, start.to(place));
                None
            }
        }
    }

    fn lone_attribute(&mut self, start: Range, dot: Range) -> Option<Step> {
        let name = self.read();
        let place = self.range(name);
        let detail = match name.kind {
            TokenKind::Ident => {
                let kind = StepKind::Attr(self.text(name).to_owned());
                return Some(Step { kind, range: dot.to(place) });
            }
            TokenKind::Star => "Splat expressions (.*) may not be used here.",
            _ => "Dot must be followed by attribute name.",
        };
        self.error_in(NAME_REQUIRED, detail, place, start.to(place));
        None
    }

    fn lone_index(&mut self, start: Range, open: Range, splats: bool) -> Option<Step> {
        let key = self.peek();
        let kind = match key.kind {
            TokenKind::Number => {
                self.read();
                self.lone_number(key)
            }
            TokenKind::OpenQuote => Some(StepKind::Key(self.quoted_literal().0)),
            TokenKind::Star if splats => {
                self.read();
                Some(StepKind::Splat)
            }
            _ => {
                self.bad_index(start, key);
                return None;
            }
        };
        let close = self.read();
        let range = open.to(self.range(close));
        if close.kind != TokenKind::CloseBracket {
            let detail = "Index key must be followed by a closing bracket.";
            self.error_in("Unclosed index brackets", detail, self.range(close), range);
        }
        kind.map(|kind| Step { kind, range })
    }

    fn lone_number(&mut self, token: Token) -> Option<StepKind> {
        match self.number(token).kind {
            ExprKind::Number(text) => Some(StepKind::Number(text)),
            _ => None,
        }
    }

    fn bad_index(&mut self, start: Range, key: Token) {
        let place = self.range(key);
        let (summary, detail) = if key.kind == TokenKind::Star {
            (NAME_REQUIRED, "Splat expressions ([*]) may not be used here.")
        } else {
            (
                "Index value required",
                "Index brackets must contain either a literal number or a literal string.",
            )
        };
        self.error_in(summary, detail, place, start.to(place));
    }
}
