//! The spaces before each token: indentation, spacing, and columns.

use super::Piece;
use super::spaces::{bracket_change, space_between};
use crate::token::TokenKind;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// A line's tokens, as ranges of the file's: all up to the `=` or the comment; the `=` and the
/// value, when the value ends on this line; a comment at the end of the line.
struct Line {
    lead: Range<usize>,
    assign: Range<usize>,
    comment: Range<usize>,
}

pub(super) fn lay_out(pieces: &mut [Piece]) {
    let lines = lines(pieces);
    indent(pieces, &lines);
    for line in &lines {
        space(pieces, &line.lead);
        space(pieces, &line.assign);
    }
    align(pieces, &lines, |line| &line.assign, |line| line.lead.clone());
    align(pieces, &lines, |line| &line.comment, |line| line.lead.start..line.assign.end);
}

fn lines(pieces: &[Piece]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (index, piece) in pieces.iter().enumerate() {
        if ends_line(piece) {
            lines.push(line(pieces, start..index + 1));
            start = index + 1;
        }
    }
    let end = pieces.iter().rposition(|piece| piece.kind != TokenKind::EndOfFile);
    let end = end.map_or(0, |last| last + 1);
    if start < end {
        lines.push(line(pieces, start..end));
    }
    lines
}

/// A one-line comment contains its line break.
fn ends_line(piece: &Piece) -> bool {
    piece.kind == TokenKind::Newline || (piece.kind == TokenKind::Comment && piece.text.ends_with('\n'))
}

fn line(pieces: &[Piece], all: Range<usize>) -> Line {
    let has_comment = all.len() > 1 && pieces[all.end - 1].kind == TokenKind::Comment;
    let comment = all.end - usize::from(has_comment)..all.end;
    let rest = all.start..comment.start;
    let equals = (rest.start + 1..rest.end).find(|index| pieces[*index].kind == TokenKind::Equal);
    // A value that goes on over more lines is not aligned.
    let whole = |from: &usize| net_brackets(&pieces[*from..rest.end]) == 0;
    let assign = equals.filter(whole).unwrap_or(rest.end);
    Line { lead: rest.start..assign, assign: assign..rest.end, comment }
}

fn net_brackets(pieces: &[Piece]) -> i32 {
    pieces.iter().map(|piece| bracket_change(piece.kind)).sum()
}

/// Indents each line by the lines that have opened brackets and not closed them.
///
/// Several brackets opened on one line count as one level, which ends when all are closed.
fn indent(pieces: &mut [Piece], lines: &[Line]) {
    let mut levels: Vec<i32> = Vec::new();
    for line in lines {
        if line.lead.is_empty() {
            continue;
        }
        let first = line.lead.start;
        if pieces[first].kind == TokenKind::Newline {
            pieces[first].spaces = 0;
            continue;
        }
        let lead = &pieces[line.lead.clone()];
        let heredoc = lead.iter().position(|piece| piece.kind == TokenKind::OpenHeredoc);
        let change =
            net_brackets(&lead[..heredoc.unwrap_or(lead.len())]) + net_brackets(&pieces[line.assign.clone()]);
        if change < 0 {
            close_levels(&mut levels, -change);
        }
        pieces[first].spaces = 2 * levels.len();
        if change > 0 {
            levels.push(change);
        }
    }
}

fn close_levels(levels: &mut Vec<i32>, mut closed: i32) {
    while closed > 0 {
        let Some(level) = levels.last_mut() else {
            return;
        };
        if closed < *level {
            *level -= closed;
            return;
        }
        closed -= *level;
        levels.pop();
    }
}

/// Sets the spaces between the tokens of one cell of a line.
fn space(pieces: &mut [Piece], cell: &Range<usize>) {
    for index in cell.clone().skip(1) {
        let before = (index >= cell.start + 2).then(|| &pieces[index - 2]);
        let spaced = space_between(before, &pieces[index - 1], &pieces[index]);
        pieces[index].spaces = usize::from(spaced);
    }
}

/// Puts a cell into the same column on all the lines of a run of lines that have it.
fn align(
    pieces: &mut [Piece],
    lines: &[Line],
    cell: impl Fn(&Line) -> &Range<usize>,
    before: impl Fn(&Line) -> Range<usize>,
) {
    for run in lines.split(|line| cell(line).is_empty()) {
        let widths: Vec<usize> = run.iter().map(|line| width(&pieces[before(line)])).collect();
        let widest = widths.iter().max().copied().unwrap_or(0);
        for (line, width) in run.iter().zip(widths) {
            pieces[cell(line).start].spaces = widest - width + 1;
        }
    }
}

fn width(pieces: &[Piece]) -> usize {
    let widths = pieces.iter().map(|piece| {
        let text = &piece.text;
        piece.spaces + if text.is_ascii() { text.len() } else { text.graphemes(true).count() }
    });
    widths.sum()
}
