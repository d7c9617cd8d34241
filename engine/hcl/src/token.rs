//! Tokens of the native syntax, and the complaints that concern a token alone.

use crate::diagnostic::Diagnostic;
use crate::span::{FileId, Range, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    OpenParen,
    CloseParen,
    OpenQuote,
    CloseQuote,
    /// `<<EOT` with its line break.
    OpenHeredoc,
    /// The closing marker, with the spaces before it.
    CloseHeredoc,
    /// `${` or `${~`
    OpenInterpolation,
    /// `%{` or `%{~`
    OpenDirective,
    /// The `}` or `~}` that ends either.
    CloseSequence,
    /// Text between quotes, escapes as written.
    QuotedText,
    /// Text of a heredoc or of a whole template.
    PlainText,
    Star,
    Slash,
    Plus,
    Minus,
    Percent,
    Equal,
    EqualEqual,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Bang,
    Dot,
    Comma,
    Ellipsis,
    FatArrow,
    Question,
    Colon,
    DoubleColon,
    Number,
    Ident,
    /// A one-line comment contains its line break.
    Comment,
    Newline,
    EndOfFile,
    // What follows is not part of the language; it is recognised to explain it well.
    BitwiseAnd,
    BitwiseOr,
    BitwiseNot,
    BitwiseXor,
    Apostrophe,
    Backtick,
    Semicolon,
    Invalid,
    QuotedNewline,
}

impl TokenKind {
    /// Whether no rule of the language has such a token.
    fn is_foreign(self) -> bool {
        self as u8 >= Self::BitwiseAnd as u8
    }

    /// The other end of a pair of brackets.
    pub(crate) fn opposite(self) -> Option<Self> {
        PAIRS.iter().find_map(|&(open, close)| {
            if self == open {
                Some(close)
            } else if self == close {
                Some(open)
            } else {
                None
            }
        })
    }
}

/// The first pair with [`TokenKind::CloseSequence`] is the one its opposite is taken from.
const PAIRS: [(TokenKind, TokenKind); 7] = [
    (TokenKind::OpenBrace, TokenKind::CloseBrace),
    (TokenKind::OpenBracket, TokenKind::CloseBracket),
    (TokenKind::OpenParen, TokenKind::CloseParen),
    (TokenKind::OpenQuote, TokenKind::CloseQuote),
    (TokenKind::OpenHeredoc, TokenKind::CloseHeredoc),
    (TokenKind::OpenInterpolation, TokenKind::CloseSequence),
    (TokenKind::OpenDirective, TokenKind::CloseSequence),
];

/// A kind of token that is never right, what to say about it, and how often.
struct Complaint {
    kinds: &'static [TokenKind],
    summary: &'static str,
    detail: fn(TokenKind) -> &'static str,
    repeat: Repeat,
}

enum Repeat {
    AtMost(u32),
    /// Of a pair of quotes only the first is reported, and only two such pairs before the last.
    Pairs,
}

impl Repeat {
    fn tells(&self, told_before: u32) -> bool {
        match self {
            Self::AtMost(limit) => told_before < *limit,
            Self::Pairs => told_before.min(3).is_multiple_of(2),
        }
    }
}

/// Terraform reports all of these; we stop where nobody reads on, since a binary file has thousands.
const MANY: u32 = 100;

const COMPLAINTS: [Complaint; 6] = [
    Complaint {
        kinds: &[TokenKind::BitwiseAnd, TokenKind::BitwiseOr, TokenKind::BitwiseNot, TokenKind::BitwiseXor],
        summary: "Unsupported operator",
        detail: bitwise_detail,
        repeat: Repeat::AtMost(4),
    },
    Complaint {
        kinds: &[TokenKind::Backtick],
        summary: "Invalid character",
        detail: |_| "The \"`\" character is not valid. To create a multi-line string, use the \"heredoc\" syntax, like \"<<EOT\".",
        repeat: Repeat::Pairs,
    },
    Complaint {
        kinds: &[TokenKind::Apostrophe],
        summary: "Invalid character",
        detail: |_| "Single quotes are not valid. Use double quotes (\") to enclose strings.",
        repeat: Repeat::Pairs,
    },
    Complaint {
        kinds: &[TokenKind::Semicolon],
        summary: "Invalid character",
        detail: |_| "The \";\" character is not valid. Use newlines to separate arguments and blocks, and commas to separate items in collection values.",
        repeat: Repeat::AtMost(1),
    },
    Complaint {
        kinds: &[TokenKind::QuotedNewline],
        summary: "Invalid multi-line string",
        detail: |_| "Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \\n escape to represent a newline character or use the \"heredoc\" multi-line template syntax.",
        repeat: Repeat::AtMost(MANY),
    },
    Complaint {
        kinds: &[TokenKind::Invalid],
        summary: "Invalid character",
        detail: |_| "This character is not used within the language.",
        repeat: Repeat::AtMost(MANY),
    },
];

fn bitwise_detail(kind: TokenKind) -> &'static str {
    if kind == TokenKind::BitwiseAnd {
        "Bitwise operators are not supported. Did you mean boolean AND (\"&&\")?"
    } else if kind == TokenKind::BitwiseOr {
        "Bitwise operators are not supported. Did you mean boolean OR (\"||\")?"
    } else if kind == TokenKind::BitwiseNot {
        "Bitwise operators are not supported. Did you mean boolean NOT (\"!\")?"
    } else {
        "Bitwise operators are not supported."
    }
}

/// Complains about tokens that never belong in HCL, without repeating itself too often.
pub(crate) fn check_tokens(tokens: &[Token], file: FileId) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut told = [0; COMPLAINTS.len()];
    for token in tokens.iter().filter(|token| token.kind.is_foreign()) {
        let found =
            COMPLAINTS.iter().zip(&mut told).find(|(complaint, _)| complaint.kinds.contains(&token.kind));
        let Some((complaint, told)) = found else {
            continue;
        };
        if complaint.repeat.tells(*told) {
            let detail = (complaint.detail)(token.kind);
            diagnostics.push(Diagnostic::error(complaint.summary, detail).at(Range::new(file, token.span)));
        }
        *told += 1;
    }
    diagnostics
}
