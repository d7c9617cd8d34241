//! Whether a space stands between two tokens.

use super::Piece;
use crate::token::TokenKind;

/// How a token changes the number of open brackets.
#[expect(clippy::wildcard_enum_match_arm, reason = "all tokens that are no brackets are alike")]
pub(super) fn bracket_change(kind: TokenKind) -> i32 {
    match kind {
        TokenKind::OpenBrace
        | TokenKind::OpenBracket
        | TokenKind::OpenParen
        | TokenKind::OpenDirective
        | TokenKind::OpenInterpolation => 1,
        TokenKind::CloseBrace
        | TokenKind::CloseBracket
        | TokenKind::CloseParen
        | TokenKind::CloseSequence => -1,
        _ => 0,
    }
}

/// Whether a space stands between `left` and `right`; `before` is what precedes `left` in its cell.
///
/// The first rule that applies decides.
pub(super) fn space_between(before: Option<&Piece>, left: &Piece, right: &Piece) -> bool {
    use TokenKind as Kind;
    let pair = (left.kind, right.kind);
    if right.kind == Kind::Newline {
        return false;
    }
    // A function's name, its namespaces and its bracket; attributes.
    if matches!(
        pair,
        (Kind::Ident, Kind::OpenParen | Kind::DoubleColon)
            | (Kind::DoubleColon, Kind::Ident)
            | (Kind::Dot, _)
            | (_, Kind::Dot | Kind::Comma | Kind::Ellipsis)
    ) {
        return false;
    }
    if left.kind == Kind::Comma {
        return true;
    }
    if in_template(left.kind, right.kind) {
        return false;
    }
    // `for x in [y]`: the keyword is not indexed.
    if left.kind == Kind::Ident && left.text == "in" && before.is_some_and(|piece| piece.kind == Kind::Ident)
    {
        return true;
    }
    if right.kind == Kind::OpenBracket
        && (matches!(left.kind, Kind::Ident | Kind::Number) || bracket_change(left.kind) < 0)
    {
        return false;
    }
    if left.kind == Kind::Bang {
        return false;
    }
    if left.kind == Kind::Minus {
        return before.is_some_and(|piece| !precedes_operand(piece.kind));
    }
    // Braces have spaces on their inside, except in `{}`.
    if left.kind == Kind::OpenBrace || right.kind == Kind::CloseBrace {
        return pair != (Kind::OpenBrace, Kind::CloseBrace);
    }
    match pair {
        (Kind::OpenInterpolation | Kind::OpenDirective, Kind::OpenBrace)
        | (Kind::CloseBrace, Kind::CloseSequence) => true,
        (Kind::CloseSequence, Kind::OpenInterpolation | Kind::OpenDirective) => false,
        (left, right) => bracket_change(left) <= 0 && bracket_change(right) >= 0,
    }
}

fn in_template(left: TokenKind, right: TokenKind) -> bool {
    use TokenKind as Kind;
    matches!(left, Kind::QuotedText | Kind::PlainText | Kind::OpenQuote | Kind::OpenHeredoc)
        || matches!(right, Kind::QuotedText | Kind::PlainText | Kind::CloseQuote | Kind::CloseHeredoc)
}

/// After these a minus is a sign, not a subtraction.
fn precedes_operand(kind: TokenKind) -> bool {
    use TokenKind as Kind;
    matches!(
        kind,
        Kind::OpenParen
            | Kind::OpenBrace
            | Kind::OpenBracket
            | Kind::Equal
            | Kind::Colon
            | Kind::Comma
            | Kind::Question
            | Kind::Plus
            | Kind::Star
            | Kind::Slash
            | Kind::Percent
            | Kind::Minus
            | Kind::EqualEqual
            | Kind::NotEqual
            | Kind::Greater
            | Kind::GreaterOrEqual
            | Kind::Less
            | Kind::LessOrEqual
            | Kind::And
            | Kind::Or
            | Kind::Bang
    )
}
