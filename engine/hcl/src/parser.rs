//! Tokens to a syntax tree, by recursive descent.
//!
//! The parser always returns a tree. After the first error it is *recovering* for the rest of the
//! file: it skips to the end of the construct at hand, and stays silent about what only follows
//! from the first error. How it skips decides which further errors a user sees, so it does
//! exactly what Terraform's parser (hashicorp/hcl, `hclsyntax`) does.
//!
//! Start reading at [`body`], then [`expression`].

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a grammar rule names the tokens it accepts; any other is the same error"
)]

mod absolute;
mod body;
mod call;
mod collection;
mod expression;
mod strings;
mod template;
mod template_tree;
mod traversal;

use crate::ast::{Body, Expr, ExprKind, Template, Traversal};
use crate::diagnostic::Diagnostic;
use crate::lexer::{lex, lex_template};
use crate::span::{FileId, Range, SourceFile, Sources, Span};
use crate::token::{Token, TokenKind, check_tokens};

/// How deep constructs may nest, and how long a chain of operators may be.
///
/// Terraform has no limit; we need one because trees are walked recursively on a small stack.
const MAX_DEPTH: u32 = 128;
const MAX_CHAIN: u32 = 1000;

/// Parses a configuration file.
#[must_use]
pub fn parse_config(sources: &Sources, file: FileId) -> (Body, Vec<Diagnostic>) {
    with_parser(sources, file, lex, |parser| parser.body(TokenKind::EndOfFile))
}

/// Parses an expression on its own; line breaks in it mean nothing.
#[must_use]
pub fn parse_expression(sources: &Sources, file: FileId) -> (Expr, Vec<Diagnostic>) {
    with_parser(sources, file, lex, |parser| parser.lone_expression())
}

/// Parses a whole text as a template.
#[must_use]
pub fn parse_template(sources: &Sources, file: FileId) -> (Template, Vec<Diagnostic>) {
    with_parser(sources, file, lex_template, |parser| parser.lone_template())
}

/// Parses a reference such as `a.b[0]`, with nothing to evaluate in it.
#[must_use]
pub fn parse_traversal(sources: &Sources, file: FileId) -> (Option<Traversal>, Vec<Diagnostic>) {
    with_parser(sources, file, lex, |parser| parser.lone_traversal(false))
}

/// As [`parse_traversal`], and `[*]` may stand for any index.
#[must_use]
pub fn parse_partial_traversal(sources: &Sources, file: FileId) -> (Option<Traversal>, Vec<Diagnostic>) {
    with_parser(sources, file, lex, |parser| parser.lone_traversal(true))
}

/// The top-level blocks of a file, with their names: `resource "a" "b"`.
pub(crate) fn top_level_blocks(source: &SourceFile) -> Vec<(Span, String)> {
    let mut parser = Parser::new(source, FileId::default(), lex(source.text()));
    let body = parser.body(TokenKind::EndOfFile);
    body.blocks.iter().map(|block| (block.range().span, block.describe())).collect()
}

fn with_parser<T>(
    sources: &Sources,
    file: FileId,
    lex: fn(&str) -> Vec<Token>,
    parse: impl FnOnce(&mut Parser<'_>) -> T,
) -> (T, Vec<Diagnostic>) {
    let source = sources.get(file).expect("a file is parsed that was added to the sources");
    let tokens = lex(source.text());
    let mut diagnostics = check_tokens(&tokens, file);
    let mut parser = Parser::new(source, file, tokens);
    let tree = parse(&mut parser);
    diagnostics.append(&mut parser.diagnostics);
    (tree, diagnostics)
}

/// The expression that a text within a file holds, such as a JSON string's content.
pub(crate) fn parse_text_expression(
    whole: &str,
    text: &str,
    file: FileId,
    start: u32,
) -> (Expr, Vec<Diagnostic>) {
    within(whole, text, file, start, lex, |parser| parser.lone_expression())
}

/// The template that a text within a file holds.
pub(crate) fn parse_text_template(
    whole: &str,
    text: &str,
    file: FileId,
    start: u32,
) -> (Template, Vec<Diagnostic>) {
    within(whole, text, file, start, lex_template, |parser| parser.lone_template())
}

/// Parses a text as though it stood at an offset of a file; escapes may have been decoded in it.
fn within<T>(
    whole: &str,
    text: &str,
    file: FileId,
    start: u32,
    lex: fn(&str) -> Vec<Token>,
    parse: impl FnOnce(&mut Parser<'_>) -> T,
) -> (T, Vec<Diagnostic>) {
    let at = start as usize;
    let as_written = whole.get(at..at + text.len()) == Some(text);
    let padded = if as_written { whole.to_owned() } else { " ".repeat(at) + text };
    let source = SourceFile::hidden("", padded);
    let mut tokens = lex(text);
    for token in &mut tokens {
        token.span = Span::new(token.span.start + start, token.span.end + start);
    }
    let mut diagnostics = check_tokens(&tokens, file);
    let mut parser = Parser::new(&source, file, tokens);
    let tree = parse(&mut parser);
    diagnostics.append(&mut parser.diagnostics);
    (tree, diagnostics)
}

struct Parser<'a> {
    source: &'a SourceFile,
    file: FileId,
    tokens: Vec<Token>,
    /// The index after the last token that was read.
    next: usize,
    /// The next token that matters, and the index after it.
    ahead: (Token, usize),
    /// Whether line breaks are tokens, for each open construct.
    newlines: Vec<bool>,
    recovering: bool,
    depth: u32,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Parser<'a> {
    fn new(source: &'a SourceFile, file: FileId, tokens: Vec<Token>) -> Self {
        let end = *tokens.last().expect("there is always an end-of-file token");
        let mut parser = Self {
            source,
            file,
            ahead: (end, tokens.len()),
            tokens,
            next: 0,
            newlines: vec![true],
            recovering: false,
            depth: 0,
            diagnostics: Vec::new(),
        };
        parser.look();
        parser
    }

    fn text(&self, token: Token) -> &'a str {
        token.span.text(self.source.text())
    }

    fn range(&self, token: Token) -> Range {
        Range::new(self.file, token.span)
    }

    /// Finds the next token that matters.
    ///
    /// A one-line comment has swallowed its line break, so it stands for one.
    fn look(&mut self) {
        let newlines = self.newlines.last().copied().unwrap_or(true);
        let mut index = self.next.min(self.tokens.len() - 1);
        while let Some(token) = self.tokens.get(index) {
            index += 1;
            let mut token = *token;
            if token.kind == TokenKind::Comment {
                if !newlines || !self.text(token).ends_with('\n') {
                    continue;
                }
                token.kind = TokenKind::Newline;
            } else if token.kind == TokenKind::Newline && !newlines {
                continue;
            }
            self.ahead = (token, index);
            return;
        }
    }

    fn peek(&self) -> Token {
        self.ahead.0
    }

    fn peek_kind(&self) -> TokenKind {
        self.peek().kind
    }

    fn peek_range(&self) -> Range {
        self.range(self.peek())
    }

    fn read(&mut self) -> Token {
        let (token, next) = self.ahead;
        self.next = next;
        self.look();
        token
    }

    fn previous_range(&self) -> Range {
        match self.next.checked_sub(1) {
            Some(previous) => self.range(self.tokens[previous]),
            None => self.peek_range(),
        }
    }

    fn peek_is_keyword(&self, keyword: &str) -> bool {
        let token = self.peek();
        token.kind == TokenKind::Ident && self.text(token) == keyword
    }

    fn error(&mut self, summary: impl Into<String>, detail: impl Into<String>, subject: Range) {
        self.diagnostics.push(Diagnostic::error(summary, detail).at(subject));
    }

    fn error_in(
        &mut self,
        summary: impl Into<String>,
        detail: impl Into<String>,
        subject: Range,
        context: Range,
    ) {
        let diagnostic = Diagnostic::error(summary, detail);
        self.diagnostics.push(diagnostic.at(subject).in_context(context));
    }

    /// Whether something went wrong since there were `mark` diagnostics.
    fn failed_since(&self, mark: usize) -> bool {
        self.diagnostics.len() > mark
    }

    /// Whether something went wrong that left the parser in an odd place.
    fn lost_since(&self, mark: usize) -> bool {
        self.recovering && self.failed_since(mark)
    }

    /// Runs a rule with line breaks ignored or not.
    fn with_newlines<T>(&mut self, include: bool, rule: impl FnOnce(&mut Self) -> T) -> T {
        self.newlines.push(include);
        self.look();
        let result = rule(self);
        self.newlines.pop();
        self.look();
        result
    }

    /// Runs a rule one level deeper, unless that is too deep.
    fn nested<T>(&mut self, rule: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.too_complex();
            return None;
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        Some(result)
    }

    fn too_complex(&mut self) {
        if !self.recovering {
            let place = self.peek_range();
            self.error(
                "Nesting too deep",
                "Nuvola reads constructs that are nested at most 128 deep.",
                place,
            );
        }
        self.recovering = true;
    }

    /// Skips to after the token that ends the construct at hand, and returns that token.
    ///
    /// Pairs of the same brackets on the way are skipped as wholes.
    fn recover(&mut self, end: TokenKind) -> Token {
        let open = end.opposite();
        self.recovering = true;
        let mut nesting = 0_u32;
        loop {
            let token = self.read();
            let mut kind = token.kind;
            if end == TokenKind::CloseSequence && kind == TokenKind::OpenDirective {
                kind = TokenKind::OpenInterpolation;
            }
            if kind == TokenKind::EndOfFile || (kind == end && nesting == 0) {
                return token;
            }
            if Some(kind) == open {
                nesting += 1;
            } else if kind == end {
                nesting -= 1;
            }
        }
    }

    /// Skips over the next construct that `open` opens.
    fn recover_over(&mut self, open: TokenKind) {
        while !matches!(self.read().kind, kind if kind == open || kind == TokenKind::EndOfFile) {}
        self.recover(open.opposite().expect("recovery skips brackets"));
    }

    /// Skips to the next line that is outside of all brackets opened on the way.
    fn recover_after_item(&mut self) {
        self.recovering = true;
        let mut open: Vec<TokenKind> = Vec::new();
        loop {
            let kind = self.read().kind;
            match kind {
                TokenKind::Newline if open.is_empty() => return,
                TokenKind::EndOfFile => return,
                TokenKind::OpenBrace
                | TokenKind::OpenBracket
                | TokenKind::OpenParen
                | TokenKind::OpenQuote
                | TokenKind::OpenHeredoc
                | TokenKind::OpenInterpolation
                | TokenKind::OpenDirective => open.push(kind),
                TokenKind::CloseBrace
                | TokenKind::CloseBracket
                | TokenKind::CloseParen
                | TokenKind::CloseQuote
                | TokenKind::CloseHeredoc => close_brackets(&mut open, &[kind.opposite()]),
                TokenKind::CloseSequence => close_brackets(
                    &mut open,
                    &[Some(TokenKind::OpenInterpolation), Some(TokenKind::OpenDirective)],
                ),
                _ => {}
            }
        }
    }

    /// What stands in the tree for something that could not be read.
    fn invalid(&self, range: Range) -> Expr {
        Expr::new(ExprKind::Invalid, range)
    }
}

/// Closes the innermost open bracket of one of the kinds, and those inside of it.
fn close_brackets(open: &mut Vec<TokenKind>, openers: &[Option<TokenKind>]) {
    while let Some(kind) = open.pop() {
        if openers.contains(&Some(kind)) {
            return;
        }
    }
}
