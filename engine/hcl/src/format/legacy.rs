//! What `terraform fmt` rewrites from the syntax of older versions.
//!
//! - an argument's value `"${x}"` becomes `x`;
//! - a variable's `type = "list"` becomes `list(string)`, and a bare `list` becomes `list(any)`;
//! - block labels are quoted.

use super::Piece;
use crate::ast::{Attribute, Block, Body};
use crate::lexer::lex;
use crate::span::Span;
use crate::token::TokenKind;
use nuvola_kernel::ordered::sort_by_key;

/// A part of the text, and the tokens that replace it.
pub(super) struct Edit {
    pub(super) span: Span,
    pub(super) pieces: Vec<Piece>,
}

/// The edits of a file, in its order; they do not overlap.
pub(super) fn edits(body: &Body, source: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    body_edits(body, source, None, &mut edits);
    sort_by_key(&mut edits, |edit| edit.span);
    edits
}

/// `parent` is the type of the top-level block whose body this is.
fn body_edits(body: &Body, source: &str, parent: Option<&str>, edits: &mut Vec<Edit>) {
    for attribute in &body.attributes {
        let pieces = expression_pieces(attribute, source);
        let rewritten = if parent == Some("variable") && attribute.name == "type" {
            rewrite_type(&pieces)
        } else {
            unwrap_interpolation(&pieces)
        };
        edits.extend(rewritten.map(|pieces| Edit { span: attribute.expr.range.span, pieces }));
    }
    for block in &body.blocks {
        edits.extend(quote_labels(block, source));
        block_edits(block, source, parent, edits);
    }
}

fn block_edits(block: &Block, source: &str, parent: Option<&str>, edits: &mut Vec<Edit>) {
    // Deeper blocks of that type are not variables.
    let kind = if parent.is_none() { block.kind.as_str() } else { "" };
    body_edits(&block.body, source, Some(kind), edits);
}

fn expression_pieces(attribute: &Attribute, source: &str) -> Vec<Piece> {
    let text = attribute.expr.range.span.text(source);
    // Only these shapes are ever rewritten: the rest need not be read again.
    if !(text.starts_with("\"") || matches!(text, "list" | "map" | "set")) {
        return Vec::new();
    }
    let mut tokens = lex(text);
    tokens.pop();
    tokens.iter().map(|token| Piece::new(token.kind, token.span.text(text))).collect()
}

fn kinds_and_texts(pieces: &[Piece]) -> Vec<(TokenKind, &str)> {
    pieces.iter().map(|piece| (piece.kind, piece.text.as_str())).collect()
}

fn rewrite_type(pieces: &[Piece]) -> Option<Vec<Piece>> {
    let (name, element) = match kinds_and_texts(pieces).as_slice() {
        [(TokenKind::Ident, name @ ("list" | "map" | "set"))] => (*name, Some("any")),
        [(TokenKind::OpenQuote, _), (TokenKind::QuotedText, name), (TokenKind::CloseQuote, _)] => match *name
        {
            "string" => ("string", None),
            "list" | "map" => (*name, Some("string")),
            _ => return None,
        },
        _ => return None,
    };
    let mut rewritten = vec![Piece::new(TokenKind::Ident, name)];
    if let Some(element) = element {
        rewritten.push(Piece::new(TokenKind::OpenParen, "("));
        rewritten.push(Piece::new(TokenKind::Ident, element));
        rewritten.push(Piece::new(TokenKind::CloseParen, ")"));
    }
    Some(rewritten)
}

/// The inside of a string that is one interpolation and nothing else.
fn unwrap_interpolation(pieces: &[Piece]) -> Option<Vec<Piece>> {
    let [open_quote, open, inside @ .., close, close_quote] = pieces else {
        return None;
    };
    let wraps = open_quote.kind == TokenKind::OpenQuote
        && open.kind == TokenKind::OpenInterpolation
        && close.kind == TokenKind::CloseSequence
        && close_quote.kind == TokenKind::CloseQuote;
    if !wraps || inside.is_empty() || !is_one_sequence(inside) {
        return None;
    }
    let is_break = |piece: &Piece| piece.kind == TokenKind::Newline;
    let start = inside.iter().position(|piece| !is_break(piece)).unwrap_or(inside.len());
    let end = inside.iter().rposition(|piece| !is_break(piece)).map_or(start, |last| last + 1);
    let inside = &inside[start..end];
    // Line breaks meant nothing inside the string; outside they need parentheses.
    let in_parens = inside.len() > 1
        && inside.first().is_some_and(|piece| piece.kind == TokenKind::OpenParen)
        && inside.last().is_some_and(|piece| piece.kind == TokenKind::CloseParen);
    if !inside.iter().any(is_break) || in_parens {
        return Some(inside.to_vec());
    }
    let mut wrapped = vec![Piece::new(TokenKind::OpenParen, "(")];
    wrapped.extend_from_slice(inside);
    wrapped.push(Piece::new(TokenKind::CloseParen, ")"));
    Some(wrapped)
}

/// False when the tokens hold text or another sequence of the same string: `${a}-${b}`.
fn is_one_sequence(inside: &[Piece]) -> bool {
    let mut quotes = 0;
    inside.iter().all(|piece| {
        quotes += i32::from(piece.kind == TokenKind::OpenQuote);
        quotes -= i32::from(piece.kind == TokenKind::CloseQuote);
        let ends_it = [TokenKind::OpenInterpolation, TokenKind::CloseSequence, TokenKind::QuotedText];
        quotes > 0 || !ends_it.contains(&piece.kind)
    })
}

/// The labels, all in quotes; what stood between them is dropped.
fn quote_labels(block: &Block, source: &str) -> Option<Edit> {
    let last = block.labels.last()?;
    let quoted = |span: Span| span.text(source).starts_with('"');
    if block.labels.iter().all(|label| quoted(label.range.span)) && !has_comments(block, source) {
        return None;
    }
    let span = Span::new(block.kind_range.span.end, last.range.span.end);
    let pieces = block.labels.iter().flat_map(|label| {
        let text = label.range.span.text(source);
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        [
            Piece::new(TokenKind::OpenQuote, "\""),
            Piece::new(TokenKind::QuotedText, inner),
            Piece::new(TokenKind::CloseQuote, "\""),
        ]
    });
    Some(Edit { span, pieces: pieces.collect() })
}

fn has_comments(block: &Block, source: &str) -> bool {
    let mut end = block.kind_range.span.end;
    block.labels.iter().any(|label| {
        let between = Span::new(end, label.range.span.start).text(source);
        end = label.range.span.end;
        !between.trim().is_empty()
    })
}
