//! `terraform fmt`: the canonical layout of a configuration file.
//!
//! Only spaces change, except for three things from older versions that are rewritten
//! ([`legacy`]). The layout works on tokens, line by line: indentation by brackets, one space
//! between tokens (or none), then the columns of `=` and of trailing comments.

mod diff;
mod layout;
mod legacy;
mod spaces;

pub use diff::unified_diff;

use crate::diagnostic::{Diagnostic, has_errors};
use crate::lexer::lex;
use crate::parser::parse_config;
use crate::span::{FileId, Sources};
use crate::token::TokenKind;

/// A token that can be moved: its text, and the spaces before it.
#[derive(Debug, Clone)]
struct Piece {
    kind: TokenKind,
    text: String,
    spaces: usize,
}

impl Piece {
    fn new(kind: TokenKind, text: &str) -> Self {
        Self { kind, text: text.to_owned(), spaces: 0 }
    }
}

/// A file in canonical layout; or why it cannot be read, in which case it is better left alone.
pub fn format(sources: &Sources, file: FileId) -> Result<String, Vec<Diagnostic>> {
    let (body, diagnostics) = parse_config(sources, file);
    if has_errors(&diagnostics) {
        return Err(diagnostics);
    }
    let source = sources.get(file).expect("a file that was parsed is in the sources").text();
    let edits = legacy::edits(&body, source);
    let mut pieces = pieces(source, edits);
    layout::lay_out(&mut pieces);
    Ok(pieces.iter().fold(String::with_capacity(source.len()), |mut text, piece| {
        text.extend(std::iter::repeat_n(' ', piece.spaces));
        text + &piece.text
    }))
}

/// The tokens of a text, some of them replaced.
fn pieces(source: &str, edits: Vec<legacy::Edit>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut edits = edits.into_iter().peekable();
    let mut end = 0;
    for token in lex(source) {
        let (start, covered) = (token.span.start, end);
        end = token.span.end;
        if let Some(edit) = edits.next_if(|edit| start >= edit.span.start) {
            pieces.extend(edit.pieces);
            end = edit.span.end;
        } else if start >= covered {
            let spaces = (start - covered) as usize;
            pieces.push(Piece { kind: token.kind, text: token.span.text(source).to_owned(), spaces });
        } else {
            // The token lies in a replaced part.
            end = covered;
        }
    }
    pieces
}
