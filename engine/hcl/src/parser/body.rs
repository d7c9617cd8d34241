//! Arguments and blocks.

use super::Parser;
use crate::ast::{Attribute, Block, Body, Label};
use crate::span::{Range, Span};
use crate::text::quote;
use crate::token::{Token, TokenKind};
use std::collections::BTreeMap;

const REQUIRED: &str = "Argument or block definition required";
const REQUIRED_HERE: &str = "An argument or block definition is required here.";
const REQUIRED_EQUALS: &str = "An argument or block definition is required here. To set an argument, use the equals sign \"=\" to introduce the argument value.";
const UNCLOSED: &str = "Unclosed configuration block";
const UNCLOSED_DETAIL: &str = "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.";
const BAD_BLOCK: &str = "Invalid block definition";
const BAD_SINGLE: &str = "Invalid single-argument block definition";

impl Parser<'_> {
    /// The content of a file or of a block, and the token that ends it.
    pub(super) fn body(&mut self, end: TokenKind) -> Body {
        let mut body = Body::default();
        let mut places: BTreeMap<String, Range> = BTreeMap::new();
        let start = self.previous_range();
        let end_range = loop {
            let next = self.peek();
            if next.kind == end {
                self.read();
                break self.range(next);
            }
            match next.kind {
                TokenKind::Newline => {
                    self.read();
                }
                TokenKind::Ident => self.body_item(&mut body, &mut places),
                _ => {
                    let bad = self.read();
                    if !self.recovering {
                        self.bad_item(bad, end, start);
                    }
                    let inside = self.previous_range();
                    self.recover(end);
                    break inside;
                }
            }
        };
        body.range = start.to(end_range);
        body.end = after(end_range);
        body
    }

    fn bad_item(&mut self, bad: Token, end: TokenKind, start: Range) {
        let place = self.range(bad);
        match bad.kind {
            TokenKind::OpenQuote => {
                self.error("Invalid argument name", "Argument names must not be quoted.", place);
            }
            TokenKind::EndOfFile if end == TokenKind::CloseBrace => {
                self.error(UNCLOSED, UNCLOSED_DETAIL, start);
            }
            _ => self.error(REQUIRED, REQUIRED_HERE, place),
        }
    }

    fn body_item(&mut self, body: &mut Body, places: &mut BTreeMap<String, Range>) {
        let name = self.read();
        match self.peek_kind() {
            TokenKind::Equal => {
                let attribute = self.attribute(name, false);
                match places.get(&attribute.name) {
                    Some(first) => self.redefined(&attribute, *first),
                    None => {
                        places.insert(attribute.name.clone(), attribute.name_range);
                        body.attributes.push(attribute);
                    }
                }
            }
            TokenKind::OpenQuote | TokenKind::OpenBrace | TokenKind::Ident => {
                if let Some(block) = self.nested(|parser| parser.block(name)) {
                    body.blocks.push(block);
                }
            }
            _ => {
                self.recover_after_item();
                self.error(REQUIRED, REQUIRED_EQUALS, self.range(name));
            }
        }
    }

    fn redefined(&mut self, attribute: &Attribute, first: Range) {
        let detail = format!(
            "The argument {} was already set at {}. Each argument may be set only once.",
            quote(&attribute.name),
            self.source.describe(first.span)
        );
        self.error("Attribute redefined", detail, attribute.name_range);
    }

    /// What follows an argument's name: `= expr` and a line break.
    fn attribute(&mut self, name: Token, single_line: bool) -> Attribute {
        let equals = self.read();
        let mark = self.diagnostics.len();
        let expr = self.expression();
        let end = self.previous_range();
        if self.lost_since(mark) {
            self.recover_after_item();
        } else if !single_line {
            let next = self.peek();
            if matches!(next.kind, TokenKind::Newline | TokenKind::EndOfFile) {
                self.read();
            } else {
                if !self.recovering {
                    self.missing_newline(name, next);
                }
                self.recover_after_item();
            }
        }
        let name_range = self.range(name);
        Attribute {
            name: self.text(name).to_owned(),
            expr,
            name_range,
            equals_range: self.range(equals),
            range: name_range.to(end),
        }
    }

    fn missing_newline(&mut self, name: Token, next: Token) {
        const ENDS: &str = "An argument definition must end with a newline.";
        let (summary, detail) = if next.kind == TokenKind::Comma {
            (
                "Unexpected comma after argument",
                format!("Argument definitions must be separated by newlines, not commas. {ENDS}"),
            )
        } else {
            ("Missing newline after argument", ENDS.to_owned())
        };
        let place = self.range(next);
        self.error_in(summary, detail, place, self.range(name).to(place));
    }

    /// What follows a block's type: labels and a body in braces.
    fn block(&mut self, kind: Token) -> Block {
        let kind_range = self.range(kind);
        let mut labels = Vec::new();
        let open = loop {
            let token = self.peek();
            match token.kind {
                TokenKind::OpenBrace => break self.read(),
                TokenKind::OpenQuote => {
                    let (name, range) = self.quoted_literal();
                    labels.push(Label { name, range });
                }
                TokenKind::Ident => {
                    self.read();
                    labels.push(Label { name: self.text(token).to_owned(), range: self.range(token) });
                }
                _ => {
                    self.bad_header(kind_range, token);
                    self.recover_after_item();
                    return self.headless_block(kind, labels);
                }
            }
        };
        let open_range = self.range(open);
        let body = match self.peek_kind() {
            TokenKind::Newline | TokenKind::EndOfFile | TokenKind::CloseBrace => {
                self.body(TokenKind::CloseBrace)
            }
            _ => self.single_line_body(kind_range, open_range),
        };
        let close_brace_range = self.previous_range();
        self.end_of_block(kind_range);
        Block {
            kind: self.text(kind).to_owned(),
            labels,
            body,
            kind_range,
            open_brace_range: open_range,
            close_brace_range,
        }
    }

    fn bad_header(&mut self, kind: Range, token: Token) {
        let detail = match token.kind {
            TokenKind::Equal => {
                "The equals sign \"=\" indicates an argument definition, and must not be used when defining a block."
            }
            TokenKind::Newline => {
                "A block definition must have block content delimited by \"{\" and \"}\", starting on the same line as the block header."
            }
            _ if self.recovering => return,
            _ => "Either a quoted string block label or an opening brace (\"{\") is expected here.",
        };
        let place = self.range(token);
        self.error_in(BAD_BLOCK, detail, place, kind.to(place));
    }

    /// A block whose header is wrong: it has no body, and its places are those of its type.
    fn headless_block(&self, kind: Token, labels: Vec<Label>) -> Block {
        let range = self.range(kind);
        Block {
            kind: self.text(kind).to_owned(),
            labels,
            body: Body { range, end: range, ..Body::default() },
            kind_range: range,
            open_brace_range: range,
            close_brace_range: range,
        }
    }

    fn end_of_block(&mut self, kind: Range) {
        let next = self.peek();
        if matches!(next.kind, TokenKind::Newline | TokenKind::EndOfFile) {
            self.read();
            return;
        }
        if !self.recovering {
            let place = self.range(next);
            self.error_in(
                "Missing newline after block definition",
                "A block definition must end with a newline.",
                place,
                kind.to(place),
            );
        }
        self.recover_after_item();
    }

    /// A block on one line: at most one argument, then the closing brace.
    fn single_line_body(&mut self, kind: Range, open: Range) -> Body {
        let mark = self.diagnostics.len();
        let body = self.single_argument();
        let inner = self.diagnostics.split_off(mark);
        let next = self.peek();
        let place = self.range(next);
        match next.kind {
            TokenKind::CloseBrace => {
                self.read();
            }
            TokenKind::Comma => {
                self.error(BAD_SINGLE, "Single-line block syntax can include only one argument definition. To define multiple arguments, use the multi-line block syntax with one argument definition per line.", place);
                self.recover(TokenKind::CloseBrace);
            }
            TokenKind::Newline => {
                self.error(BAD_SINGLE, "An argument definition on the same line as its containing block creates a single-line block definition, which must also be closed on the same line. Place the block's closing brace immediately after the argument definition.", place);
                self.recover(TokenKind::CloseBrace);
            }
            _ => {
                if !self.recovering && next.kind == TokenKind::EndOfFile {
                    self.error_in(UNCLOSED, UNCLOSED_DETAIL, open, kind.to(open));
                } else if !self.recovering {
                    self.error(BAD_SINGLE, "A single-line block definition must end with a closing brace immediately after its single argument definition.", place);
                }
                self.recover(TokenKind::CloseBrace);
            }
        }
        self.diagnostics.extend(inner);
        body.unwrap_or_else(|| {
            let close = self.previous_range();
            Body { range: open.to(close), end: close, ..Body::default() }
        })
    }

    fn single_argument(&mut self) -> Option<Body> {
        let name = self.read();
        let place = self.range(name);
        if name.kind != TokenKind::Ident {
            self.recover_after_item();
            self.error(REQUIRED, REQUIRED_HERE, place);
            return None;
        }
        let next = self.peek();
        match next.kind {
            TokenKind::Equal => {
                let attribute = self.attribute(name, true);
                let range = attribute.range;
                Some(Body { attributes: vec![attribute], range, end: after(range), ..Body::default() })
            }
            TokenKind::OpenQuote | TokenKind::OpenBrace | TokenKind::Ident => {
                self.recover_after_item();
                let detail = format!(
                    "A single-line block definition can contain only a single argument. If you meant to define argument {}, use an equals sign to assign it a value. To define a nested block, place it on a line of its own within its parent block.",
                    quote(self.text(name))
                );
                self.error("Argument definition required", detail, place.to(self.range(next)));
                None
            }
            _ => {
                self.recover_after_item();
                self.error(REQUIRED, REQUIRED_EQUALS, place);
                None
            }
        }
    }
}

/// The empty place just after a range.
fn after(range: Range) -> Range {
    Range::new(range.file, Span::at(range.span.end))
}
