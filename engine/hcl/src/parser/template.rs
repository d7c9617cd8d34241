//! Templates: tokens to a flat list of pieces, which [`super::template_tree`] makes a tree.

use super::Parser;
use super::template_tree::{Closer, Piece, Pieces};
use crate::ast::{Ident, Template, TemplatePart, TemplateStyle};
use crate::span::{Range, Span};
use crate::text::{name_suggestion, quote};
use crate::token::{Token, TokenKind};
use unicode_segmentation::UnicodeSegmentation;

const EXTRA: &str = "Extra characters after interpolation expression";
const UNCLOSED: &str = "Unclosed template interpolation sequence";
const BAD_FOR: &str = "Invalid 'for' directive";

impl Parser<'_> {
    pub(super) fn lone_template(&mut self) -> Template {
        let style = TemplateStyle::Bare;
        Template { parts: self.template(TokenKind::EndOfFile, style), style }
    }

    /// The parts of a template, and the token that ends it.
    pub(super) fn template(&mut self, end: TokenKind, style: TemplateStyle) -> Vec<TemplatePart> {
        let (mut pieces, end_range) = self.pieces(end);
        if style == TemplateStyle::FlushHeredoc {
            remove_indentation(&mut pieces);
        }
        Pieces::new(self, meld(pieces), end_range).parts()
    }

    fn pieces(&mut self, end: TokenKind) -> (Vec<Piece>, Range) {
        let start = self.peek_range();
        let mut pieces = Vec::new();
        let mut strip_next = false;
        loop {
            let token = self.read();
            if token.kind == end {
                return (pieces, self.range(token));
            }
            let strip = std::mem::take(&mut strip_next);
            match token.kind {
                TokenKind::PlainText | TokenKind::QuotedText => {
                    let text = self.decode(token);
                    let value = if strip { text.trim_start().to_owned() } else { text };
                    pieces.push(Piece::Literal { value, range: self.range(token) });
                }
                TokenKind::OpenInterpolation | TokenKind::OpenDirective => {
                    if self.text(token).ends_with('~') {
                        strip_end(pieces.last_mut());
                    }
                    let interpolates = token.kind == TokenKind::OpenInterpolation;
                    strip_next = self.with_newlines(false, |parser| {
                        if interpolates {
                            parser.interpolation(token, start, end, &mut pieces)
                        } else {
                            parser.directive(token, start, &mut pieces)
                        }
                    });
                }
                _ => {
                    let place = self.range(token);
                    if !self.recovering {
                        let detail = "No closing marker was found for the string.";
                        self.error_in("Unterminated template string", detail, place, start.to(place));
                    }
                    let last = self.recover(end);
                    return (pieces, self.range(last));
                }
            }
        }
    }

    /// What follows `${`; true when it ends in `~}`.
    fn interpolation(&mut self, open: Token, start: Range, end: TokenKind, pieces: &mut Vec<Piece>) -> bool {
        let expr = self.expression();
        let close = self.peek();
        let range = self.range(open).to(self.range(close));
        pieces.push(Piece::Interpolation { expr, range });
        if close.kind == TokenKind::CloseSequence {
            self.read();
            return self.text(close).starts_with('~');
        }
        if !self.recovering {
            self.bad_interpolation_end(close, start, end);
        }
        self.recover(TokenKind::CloseSequence);
        false
    }

    fn bad_interpolation_end(&mut self, close: Token, start: Range, end: TokenKind) {
        let place = self.range(close);
        match close.kind {
            TokenKind::EndOfFile => self.error(UNCLOSED, "There is no closing brace for this interpolation sequence before the end of the file. This might be caused by incorrect nesting inside the given expression.", start),
            TokenKind::Colon => self.error_in(EXTRA, "Template interpolation doesn't expect a colon at this location. Did you intend this to be a literal sequence to be processed as part of another language? If so, you can escape it by starting with \"$${\" instead of just \"${\".", place, start.to(place)),
            TokenKind::CloseQuote | TokenKind::OpenQuote if end == TokenKind::CloseQuote => {
                self.error(UNCLOSED, "There is no closing brace for this interpolation sequence before the end of the quoted template. This might be caused by incorrect nesting inside the given expression.", start);
            }
            _ => self.error_in(EXTRA, "Expected a closing brace to end the interpolation expression, but found extra characters.\n\nThis can happen when you include interpolation syntax for another language, such as shell scripting, but forget to escape the interpolation start token. If this is an embedded sequence for another language, escape it by starting with \"$${\" instead of just \"${\".", place, start.to(place)),
        }
    }

    /// What follows `%{`; true when it ends in `~}`.
    fn directive(&mut self, open: Token, start: Range, pieces: &mut Vec<Piece>) -> bool {
        let keyword = self.peek();
        let Some(piece) = self.directive_piece(open, keyword) else {
            self.recover(TokenKind::CloseSequence);
            return false;
        };
        pieces.push(piece);
        let close = self.peek();
        if close.kind == TokenKind::CloseSequence {
            self.read();
            return self.text(close).starts_with('~');
        }
        if !self.recovering {
            let place = self.range(close);
            let summary = format!("Extra characters in {} marker", self.text(keyword));
            let detail = "Expected a closing brace to end the sequence, but found extra characters.";
            self.error_in(summary, detail, place, start.to(place));
        }
        self.recover(TokenKind::CloseSequence);
        false
    }

    /// `None` when the parser is lost; what went wrong has been said.
    fn directive_piece(&mut self, open: Token, keyword: Token) -> Option<Piece> {
        let open_range = self.range(open);
        if keyword.kind != TokenKind::Ident {
            if !self.recovering {
                let place = self.range(keyword);
                let detail = "A template directive keyword (\"if\", \"for\", etc) is expected at the beginning of a %{ sequence.";
                self.error_in("Invalid template directive", detail, place, open_range.to(place));
            }
            return None;
        }
        self.read();
        let closer = match self.text(keyword) {
            "if" => {
                let condition = self.expression();
                return Some(Piece::If { condition, range: open_range.to(self.peek_range()) });
            }
            "for" => {
                let (key, value) = self.directive_variables()?;
                let collection = self.expression();
                let range = open_range.to(self.peek_range());
                return Some(Piece::For { key, value, collection, range });
            }
            "else" => Closer::Else,
            "endif" => Closer::EndIf,
            "endfor" => Closer::EndFor,
            given => {
                if !self.recovering {
                    self.unknown_directive(given, open_range, self.range(keyword));
                }
                return None;
            }
        };
        Some(Piece::Close { closer, range: open_range.to(self.peek_range()) })
    }

    fn unknown_directive(&mut self, given: &str, open: Range, place: Range) {
        let known = ["if", "for", "else", "endif", "endfor"];
        let hint = match name_suggestion(given, known) {
            Some(name) => format!(" Did you mean {}?", quote(name)),
            None => String::new(),
        };
        let detail = format!("{} is not a valid template control keyword.{hint}", quote(given));
        self.error_in("Invalid template control keyword", detail, place, open.to(place));
    }

    fn directive_variables(&mut self) -> Option<(Option<Ident>, Ident)> {
        let first = self.directive_variable("For directive requires variable name after 'for'.")?;
        let names = if self.peek_kind() == TokenKind::Comma {
            self.read();
            let missing = "For directive requires value variable name after comma.";
            (Some(first), self.directive_variable(missing)?)
        } else {
            (None, first)
        };
        if !self.peek_is_keyword("in") {
            self.bad_directive_for("For directive requires 'in' keyword after names.");
            return None;
        }
        self.read();
        Some(names)
    }

    fn directive_variable(&mut self, missing: &str) -> Option<Ident> {
        if self.peek_kind() != TokenKind::Ident {
            self.bad_directive_for(missing);
            return None;
        }
        Some(self.ident())
    }

    fn bad_directive_for(&mut self, detail: &str) {
        if !self.recovering {
            let place = self.peek_range();
            self.error(BAD_FOR, detail, place);
        }
    }
}

/// `${~` takes the spaces off the end of the literal just before it.
fn strip_end(piece: Option<&mut Piece>) {
    if let Some(Piece::Literal { value, .. }) = piece {
        value.truncate(value.trim_end().len());
    }
}

/// Takes off the indentation that all lines of a `<<-` heredoc share.
///
/// Only what is written counts: an interpolated value's own spaces do not. Blank lines are left
/// out of the count.
fn remove_indentation(pieces: &mut [Piece]) {
    let mut shared = usize::MAX;
    let mut line_starts = Vec::new();
    let mut at_line_start = true;
    for (index, piece) in pieces.iter().enumerate() {
        let literal = match piece {
            Piece::Literal { value, .. } => Some(value.as_str()),
            Piece::Interpolation { .. } | Piece::If { .. } | Piece::For { .. } | Piece::Close { .. } => None,
        };
        if at_line_start {
            let text = literal.unwrap_or("");
            let indent = &text[..text.len() - text.trim_start().len()];
            if indent.len() != text.len() || !text.ends_with('\n') {
                shared = shared.min(indent.graphemes(true).count());
                line_starts.push(index);
            }
        }
        at_line_start = literal.is_some_and(|text| text.ends_with('\n'));
    }
    for index in line_starts {
        if let Piece::Literal { value, range } = &mut pieces[index] {
            let cut = value.grapheme_indices(true).nth(shared).map_or(value.len(), |(at, _)| at);
            value.drain(..cut);
            range.span.start += u32::try_from(cut).expect("an offset in a token fits 32 bits");
        }
    }
}

/// Joins neighbouring literals, once nothing more is to be taken off them.
fn meld(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut melded: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        if let (Some(Piece::Literal { value, range }), Piece::Literal { value: more, range: end }) =
            (melded.last_mut(), &piece)
        {
            value.push_str(more);
            range.span = Span::new(range.span.start, end.span.end);
        } else {
            melded.push(piece);
        }
    }
    melded
}
