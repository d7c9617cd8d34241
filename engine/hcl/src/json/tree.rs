//! JSON text to a tree with spans.

use crate::span::Span;

/// A value with its place.
#[derive(Debug)]
pub(super) struct Node {
    pub kind: NodeKind,
    pub span: Span,
}

#[derive(Debug)]
pub(super) enum NodeKind {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Node>),
    Object(Vec<Property>),
}

#[derive(Debug)]
pub(super) struct Property {
    pub name: String,
    pub name_span: Span,
    pub value: Node,
}

impl Node {
    pub(super) fn is_collection(&self) -> bool {
        matches!(self.kind, NodeKind::Array(_) | NodeKind::Object(_))
    }
}

/// Summary, detail and place.
pub(super) type Problem = (&'static str, String, Span);

/// Deeper texts are refused: trees are walked recursively.
const MAX_DEPTH: u32 = 100;

/// Reads a text; after the first mistake there may be no tree.
pub(super) fn read(text: &str) -> (Option<Node>, Vec<Problem>) {
    let mut reader = Reader { text, at: 0, problems: Vec::new() };
    let root = reader.value(0);
    reader.skip_space();
    if root.is_some() && reader.at < text.len() {
        let detail = "Extra characters appear after the JSON value.".to_owned();
        reader.problem("Extraneous data after value", detail);
    }
    (root, reader.problems)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    problems: Vec<Problem>,
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(offset(start), offset(self.at))
    }

    fn problem(&mut self, summary: &'static str, detail: String) {
        let next = self.text[self.at..].chars().next().map_or(0, char::len_utf8);
        let span = Span::new(offset(self.at), offset(self.at + next));
        self.problems.push((summary, detail, span));
    }

    fn value(&mut self, depth: u32) -> Option<Node> {
        self.skip_space();
        if depth > MAX_DEPTH {
            self.problem(
                "Nesting too deep",
                format!("Nuvola reads JSON that is nested at most {MAX_DEPTH} deep."),
            );
            return None;
        }
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => NodeKind::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(byte) if byte.is_ascii_alphabetic() => self.keyword()?,
            Some(_) => {
                self.problem(
                    "Invalid start of value",
                    "A value must start with a valid JSON token.".to_owned(),
                );
                return None;
            }
            None => {
                self.problem("Missing value", "The JSON data ends prematurely.".to_owned());
                return None;
            }
        };
        Some(Node { kind, span: self.span_from(start) })
    }

    fn object(&mut self, depth: u32) -> Option<NodeKind> {
        self.at += 1;
        let mut properties = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(b'}') {
                self.at += 1;
                return Some(NodeKind::Object(properties));
            }
            let key = self.value(depth + 1);
            let Some(Node { kind: NodeKind::Text(name), span: name_span }) = key else {
                let detail = "A JSON object property name must be a string".to_owned();
                self.problem("Invalid object property name", detail);
                return None;
            };
            self.skip_space();
            if self.peek() != Some(b':') {
                let detail =
                    "A colon must appear between an object property's name and its value.".to_owned();
                self.problem("Missing property value colon", detail);
                return None;
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            properties.push(Property { name, name_span, value });
            self.skip_space();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.skip_space();
                    if self.peek() == Some(b'}') {
                        let detail =
                            "JSON does not permit a trailing comma after the final property in an object."
                                .to_owned();
                        self.problem("Trailing comma in object", detail);
                        return None;
                    }
                }
                Some(b'}') => {}
                Some(_) => {
                    let detail =
                        "A comma must appear between each property definition in an object.".to_owned();
                    self.problem("Missing attribute seperator comma", detail);
                    return None;
                }
                None => {
                    let detail = "The JSON data ends before this object is closed.".to_owned();
                    self.problem("Unclosed object", detail);
                    return None;
                }
            }
        }
    }

    fn array(&mut self, depth: u32) -> Option<NodeKind> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(b']') {
                self.at += 1;
                return Some(NodeKind::Array(items));
            }
            items.push(self.value(depth + 1)?);
            self.skip_space();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.skip_space();
                    if self.peek() == Some(b']') {
                        let detail =
                            "JSON does not permit a trailing comma after the final value in an array."
                                .to_owned();
                        self.problem("Trailing comma in array", detail);
                        return None;
                    }
                }
                Some(b']') => {}
                Some(_) => {
                    let detail = "A comma must appear between each value in an array.".to_owned();
                    self.problem("Missing attribute separator", detail);
                    return None;
                }
                None => {
                    let detail = "The JSON data ends before this array is closed.".to_owned();
                    self.problem("Unclosed array", detail);
                    return None;
                }
            }
        }
    }

    /// A string with its quotes; the standard decoder undoes the escapes.
    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
                None => {
                    self.at = start;
                    let detail = "This JSON string is not closed.".to_owned();
                    self.problem("Invalid JSON string", detail);
                    return None;
                }
            }
        }
        self.at += 1;
        let decoded = self.text.get(start..self.at).and_then(|quoted| serde_json::from_str(quoted).ok());
        if decoded.is_none() {
            self.at = start;
            self.problem("Invalid JSON string", "This string is not valid JSON.".to_owned());
        }
        decoded
    }

    fn number(&mut self) -> Option<NodeKind> {
        let start = self.at;
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        if serde_json::from_str::<serde_json::Value>(text).is_ok() {
            return Some(NodeKind::Number(text.to_owned()));
        }
        self.at = start;
        self.problem("Invalid JSON number", "There is a syntax error in this JSON number.".to_owned());
        None
    }

    fn keyword(&mut self) -> Option<NodeKind> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            self.at += 1;
        }
        match &self.text[start..self.at] {
            "null" => Some(NodeKind::Null),
            "true" => Some(NodeKind::Bool(true)),
            "false" => Some(NodeKind::Bool(false)),
            word => {
                let detail = format!("\"{word}\" is not a valid JSON keyword.");
                self.at = start;
                self.problem("Invalid JSON keyword", detail);
                None
            }
        }
    }
}
