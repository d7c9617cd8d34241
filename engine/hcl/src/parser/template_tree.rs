//! The directives of a template, matched with their ends.

use super::Parser;
use crate::ast::{Expr, ExprKind, Ident, TemplatePart};
use crate::span::Range;
use crate::text::nfc;
use std::iter::Peekable;

/// A piece of a template; directives stand alone.
pub(super) enum Piece {
    Literal { value: String, range: Range },
    Interpolation { expr: Expr, range: Range },
    If { condition: Expr, range: Range },
    For { key: Option<Ident>, value: Ident, collection: Expr, range: Range },
    Close { closer: Closer, range: Range },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Closer {
    Else,
    EndIf,
    EndFor,
}

impl Closer {
    fn name(self) -> &'static str {
        match self {
            Self::Else => "else",
            Self::EndIf => "endif",
            Self::EndFor => "endfor",
        }
    }
}

const UNBALANCED: &str = "The control directives within this template are unbalanced.";

pub(super) struct Pieces<'p, 'a> {
    parser: &'p mut Parser<'a>,
    pieces: Peekable<std::vec::IntoIter<Piece>>,
    end: Range,
}

impl<'p, 'a> Pieces<'p, 'a> {
    pub(super) fn new(parser: &'p mut Parser<'a>, pieces: Vec<Piece>, end: Range) -> Self {
        Self { parser, pieces: pieces.into_iter().peekable(), end }
    }

    pub(super) fn parts(mut self) -> Vec<TemplatePart> {
        let mut parts = Vec::new();
        while let Some(piece) = self.pieces.next() {
            parts.push(self.part(piece));
        }
        parts
    }

    fn part(&mut self, piece: Piece) -> TemplatePart {
        match piece {
            // Terraform's strings are in Unicode's normal form C.
            Piece::Literal { value, range } => {
                TemplatePart::Literal { value: nfc(&value).into_owned(), range }
            }
            Piece::Interpolation { expr, range } => TemplatePart::Interpolation { expr, range },
            Piece::If { condition, range } => {
                self.nested(range, |pieces| pieces.if_directive(condition, range))
            }
            Piece::For { key, value, collection, range } => {
                self.nested(range, |pieces| pieces.for_directive(key, value, collection, range))
            }
            Piece::Close { closer, range } => {
                self.parser.error(format!("Unexpected {} directive", closer.name()), UNBALANCED, range);
                invalid(range)
            }
        }
    }

    fn nested(&mut self, range: Range, rule: impl FnOnce(&mut Self) -> TemplatePart) -> TemplatePart {
        if self.parser.depth >= super::MAX_DEPTH {
            self.parser.too_complex();
            return invalid(range);
        }
        self.parser.depth += 1;
        let part = rule(self);
        self.parser.depth -= 1;
        part
    }

    fn if_directive(&mut self, condition: Expr, open: Range) -> TemplatePart {
        let mut if_true = Vec::new();
        let mut if_false = None;
        loop {
            match self.pieces.next() {
                None => return self.missing_end("if", "endif", open),
                Some(Piece::Close { closer: Closer::EndIf, range }) => {
                    let range = open.to(range);
                    let if_false = if_false.unwrap_or_default();
                    return TemplatePart::If { condition, if_true, if_false, range };
                }
                Some(Piece::Close { closer: Closer::Else, range }) => {
                    if if_false.is_some() {
                        let detail =
                            format!("Already in the else clause for the if started at {}.", self.place(open));
                        self.parser.error("Unexpected else directive", detail, range);
                        return invalid(range);
                    }
                    if_false = Some(Vec::new());
                }
                Some(Piece::Close { closer: Closer::EndFor, range }) => {
                    let detail =
                        format!("Expecting an endif directive for the if started at {}.", self.place(open));
                    self.parser.error("Unexpected endfor directive", detail, range);
                    return invalid(range);
                }
                Some(piece) => {
                    let part = self.part(piece);
                    if_false.as_mut().unwrap_or(&mut if_true).push(part);
                }
            }
        }
    }

    fn for_directive(
        &mut self,
        key: Option<Ident>,
        value: Ident,
        collection: Expr,
        open: Range,
    ) -> TemplatePart {
        let mut body = Vec::new();
        loop {
            match self.pieces.next() {
                None => return self.missing_end("for", "endfor", open),
                Some(Piece::Close { closer: Closer::EndFor, range }) => {
                    return TemplatePart::For { key, value, collection, body, range: open.to(range) };
                }
                Some(Piece::Close { closer: Closer::Else, range }) => {
                    let detail = "An else clause is not expected for a for directive.";
                    self.parser.error("Unexpected else directive", detail, range);
                    return invalid(range);
                }
                Some(Piece::Close { closer: Closer::EndIf, range }) => {
                    let detail = format!(
                        "Expecting an endfor directive corresponding to the for directive at {}.",
                        self.place(open)
                    );
                    self.parser.error("Unexpected endif directive", detail, range);
                    return invalid(range);
                }
                Some(piece) => {
                    let part = self.part(piece);
                    body.push(part);
                }
            }
        }
    }

    fn place(&self, open: Range) -> String {
        self.parser.source.describe(open.span)
    }

    fn missing_end(&mut self, directive: &str, end: &str, open: Range) -> TemplatePart {
        let started = self.place(open);
        let detail =
            format!("The {directive} directive at {started} is missing its corresponding {end} directive.");
        self.parser.error("Unexpected end of template", detail, self.end);
        invalid(self.end)
    }
}

/// What stands for a directive that could not be matched.
fn invalid(range: Range) -> TemplatePart {
    TemplatePart::Interpolation { expr: Expr::new(ExprKind::Invalid, range), range }
}
