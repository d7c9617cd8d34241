//! What follows a term: attributes, indexes and splats.

use super::{MAX_CHAIN, Parser};
use crate::ast::{Expr, ExprKind, Splat, SplatStyle, Step, StepKind};
use crate::span::Range;
use crate::token::{Token, TokenKind};

const BAD_NAME: &str = "Invalid attribute name";
const NAME_REQUIRED: &str = "An attribute name is required after a dot.";
const BAD_LEGACY: &str = "Invalid legacy index syntax";

impl Parser<'_> {
    pub(super) fn traversals(&mut self, term: Expr) -> Expr {
        let start = term.range;
        let mut expr = term;
        let mut length = 0;
        loop {
            expr = match self.peek_kind() {
                TokenKind::Dot => self.after_dot(expr, start),
                TokenKind::OpenBracket => self.after_bracket(expr, start),
                _ => return expr,
            };
            length += 1;
            if length > MAX_CHAIN {
                self.too_complex();
                return expr;
            }
        }
    }

    fn after_dot(&mut self, expr: Expr, start: Range) -> Expr {
        let dot = self.read();
        let dot_range = self.range(dot);
        let name = self.peek();
        let place = self.range(name);
        match name.kind {
            TokenKind::Ident => {
                self.read();
                let kind = StepKind::Attr(self.text(name).to_owned());
                add_step(expr, Step { kind, range: dot_range.to(place) })
            }
            TokenKind::Number => {
                self.read();
                match self.legacy_index(name, "Use the proper index syntax instead", place) {
                    Some(kind) => add_step(expr, Step { kind, range: dot_range.to(place) }),
                    None => self.invalid(start.to(place)),
                }
            }
            TokenKind::Star => self.attribute_splat(expr, start, dot_range),
            _ => {
                self.error(BAD_NAME, NAME_REQUIRED, place);
                self.recovering = true;
                self.invalid(start.to(dot_range))
            }
        }
    }

    /// `.0`, an index from before there were brackets; two in a row read as one number.
    fn legacy_index(&mut self, token: Token, instead: &str, place: Range) -> Option<StepKind> {
        let text = self.text(token);
        let Some((first, second)) = text.split_once('.') else {
            return match self.number(token).kind {
                ExprKind::Number(text) => Some(StepKind::Number(text)),
                _ => None,
            };
        };
        let detail = format!(
            "When using the legacy index syntax, chaining two indexes together is not permitted. {instead}, like [{first}][{second}]."
        );
        self.error(BAD_LEGACY, detail, place);
        None
    }

    /// `.*` and the attributes after it, which are taken from each element.
    fn attribute_splat(&mut self, expr: Expr, start: Range, dot: Range) -> Expr {
        let star = self.read();
        let star_range = self.range(star);
        let marker_range = dot.to(star_range);
        let mut last = star_range;
        let mut each = Expr::new(ExprKind::SplatItem, marker_range);
        while self.peek_kind() == TokenKind::Dot {
            let dot = self.read();
            let name = self.peek();
            let range = self.range(dot).to(self.range(name));
            let kind = match name.kind {
                TokenKind::Number => {
                    self.read();
                    let instead = "Use the proper index syntax with a full splat expression [*] instead";
                    self.legacy_index(name, instead, star_range)
                }
                TokenKind::Ident => {
                    self.read();
                    Some(StepKind::Attr(self.text(name).to_owned()))
                }
                _ => {
                    self.bad_splat_attribute(name, star_range);
                    return expr;
                }
            };
            each = match kind {
                Some(kind) => add_step(each, Step { kind, range }),
                None => self.invalid(range),
            };
            last = self.range(name);
        }
        let range = start.to(last);
        let splat = Splat {
            source: Box::new(expr),
            each: Box::new(each),
            style: SplatStyle::AttributeOnly,
            marker_range,
        };
        Expr::new(ExprKind::Splat(splat), range)
    }

    fn bad_splat_attribute(&mut self, name: Token, star: Range) {
        if !self.recovering && name.kind == TokenKind::Star {
            self.error(
                "Nested splat expression not allowed",
                "A splat expression (*) cannot be used inside another attribute-only splat expression.",
                self.range(name),
            );
        } else if !self.recovering {
            self.error(BAD_NAME, NAME_REQUIRED, star);
        }
        self.recovering = true;
    }

    fn after_bracket(&mut self, expr: Expr, start: Range) -> Expr {
        let open = self.read();
        let open_range = self.range(open);
        if self.peek_kind() == TokenKind::Star {
            return self.full_splat(expr, start, open_range);
        }
        let (key, close) = self.with_newlines(false, |parser| {
            let mark = parser.diagnostics.len();
            let key = parser.expression();
            let close = if parser.lost_since(mark) {
                parser.recover(TokenKind::CloseBracket)
            } else {
                parser.close_index(
                    "Missing close bracket on index",
                    "The index operator must end with a closing bracket (\"]\").",
                )
            };
            (key, close)
        });
        let bracket_range = open_range.to(self.range(close));
        let literal = match &key.kind {
            ExprKind::Number(text) => Some(StepKind::Number(text.clone())),
            ExprKind::Template(template) => template.literal().map(|text| StepKind::Key(text.to_owned())),
            _ => None,
        };
        match literal {
            Some(kind) => add_step(expr, Step { kind, range: bracket_range }),
            None => {
                let (collection, key) = (Box::new(expr), Box::new(key));
                let range = start.to(bracket_range);
                let open_bracket_range = open_range;
                Expr::new(ExprKind::Index { collection, key, open_bracket_range, bracket_range }, range)
            }
        }
    }

    fn close_index(&mut self, summary: &str, detail: &str) -> Token {
        let close = self.read();
        if close.kind == TokenKind::CloseBracket || self.recovering {
            return close;
        }
        // Terraform points at where it resumes, not at what it did not expect.
        let resumed = self.recover(TokenKind::CloseBracket);
        self.error(summary, detail, self.range(resumed));
        resumed
    }

    /// `[*]`: all the steps that follow are taken from each element.
    fn full_splat(&mut self, expr: Expr, start: Range, open: Range) -> Expr {
        self.read();
        let close = self.close_index(
            "Missing close bracket on splat index",
            "The star for a full splat operator must be immediately followed by a closing bracket (\"]\").",
        );
        let marker_range = open.to(self.range(close));
        let item = Expr::new(ExprKind::SplatItem, marker_range);
        let each = self.nested(|parser| parser.traversals(item));
        let each = each.unwrap_or_else(|| self.invalid(marker_range));
        let range = start.to(each.range);
        let splat =
            Splat { source: Box::new(expr), each: Box::new(each), style: SplatStyle::Full, marker_range };
        Expr::new(ExprKind::Splat(splat), range)
    }
}

/// Adds a step to a traversal, or begins one at any other expression.
fn add_step(mut expr: Expr, step: Step) -> Expr {
    let range = expr.range.to(step.range);
    match &mut expr.kind {
        ExprKind::Traversal(traversal) => traversal.steps.push(step),
        ExprKind::RelativeTraversal { steps, .. } => steps.push(step),
        _ => {
            let source = Box::new(expr);
            return Expr::new(ExprKind::RelativeTraversal { source, steps: vec![step] }, range);
        }
    }
    expr.range = range;
    expr
}
