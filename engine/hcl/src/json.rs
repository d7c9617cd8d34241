//! HCL's JSON syntax: configuration in `.tf.json` and values in `.tfvars.json`.
//!
//! JSON does not say what is a block and what an argument, so the reader gives a [`JsonShape`];
//! whatever it does not name is an argument. Strings are templates.
//! Start reading at [`parse_json`].

mod tree;

use crate::ast::{Attribute, Block, Body, Expr, ExprKind, Label, ObjectItem};
use crate::ast::{Template, TemplatePart, TemplateStyle};
use crate::diagnostic::Diagnostic;
use crate::parser::{parse_text_expression, parse_text_template};
use crate::span::{FileId, Range, Sources, Span};
use tree::{Node, NodeKind, Property};

/// What an object stands for, where it stands for a body.
#[derive(Debug, Clone, Copy)]
pub struct JsonShape {
    pub blocks: &'static [JsonBlock],
    /// Arguments whose strings are expressions rather than texts: `"type": "list(string)"`.
    pub references: &'static [&'static str],
    /// Whether there are no arguments.
    pub only_blocks: bool,
}

/// A property that stands for blocks.
#[derive(Debug, Clone, Copy)]
pub struct JsonBlock {
    pub name: &'static str,
    pub labels: usize,
    pub shape: &'static JsonShape,
}

/// The names and indices around an offset: `output.c`.
#[must_use]
pub(crate) fn context(text: &str, offset: u32) -> Option<String> {
    let (root, _) = tree::read(text);
    let mut path = String::new();
    let mut node = root.as_ref()?;
    'deeper: loop {
        match &node.kind {
            NodeKind::Object(properties) => {
                for Property { name, value, .. } in properties {
                    if value.is_collection() && value.span.contains(offset) {
                        path += &format!(".{name}");
                        node = value;
                        continue 'deeper;
                    }
                }
            }
            NodeKind::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    if item.is_collection() && item.span.contains(offset) {
                        path += &format!("[{at}]");
                        node = item;
                        continue 'deeper;
                    }
                }
            }
            NodeKind::Null | NodeKind::Bool(_) | NodeKind::Number(_) | NodeKind::Text(_) => {}
        }
        let path = path.strip_prefix('.').unwrap_or(&path);
        return (!path.is_empty()).then(|| path.to_owned());
    }
}

/// Parses a file in JSON syntax.
#[must_use]
pub fn parse_json(sources: &Sources, file: FileId, shape: &JsonShape) -> (Body, Vec<Diagnostic>) {
    let source = sources.get(file).expect("a file is parsed that was added to the sources");
    let (root, problems) = tree::read(source.text());
    let mut reader = Reader { text: source.text(), file, diagnostics: Vec::new(), late: Vec::new() };
    let whole = Span::new(0, u32::try_from(source.text().len()).unwrap_or(u32::MAX));
    let mut body = Body { range: reader.range(whole), ..Body::default() };
    let failed = !problems.is_empty();
    let mut objects = Vec::new();
    match root.as_ref().map(|root| (&root.kind, root)) {
        Some((NodeKind::Object(_), root)) if !failed => objects.push(root),
        Some((NodeKind::Array(items), _)) if !failed => objects.extend(items),
        Some(_) | None => {
            let at =
                root.as_ref().map_or(Span::new(0, 1), |root| Span::new(root.span.start, root.span.start + 1));
            let detail = "The root value in a JSON-based configuration must be either a JSON object or a JSON array of objects.";
            reader.error("Root value must be object", detail, at);
        }
    }
    for (summary, detail, span) in problems {
        reader.error(summary, detail, span);
    }
    for object in objects {
        reader.body(object, shape, &mut body);
    }
    body.late = reader.late;
    (body, reader.diagnostics)
}

struct Reader<'a> {
    text: &'a str,
    file: FileId,
    diagnostics: Vec<Diagnostic>,
    late: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn range(&self, span: Span) -> Range {
        Range::new(self.file, span)
    }

    fn error(&mut self, summary: &str, detail: impl Into<String>, span: Span) {
        self.diagnostics.push(Diagnostic::error(summary, detail.into()).at(Range::new(self.file, span)));
    }

    fn body(&mut self, object: &Node, shape: &JsonShape, body: &mut Body) {
        let NodeKind::Object(properties) = &object.kind else {
            let detail = "A JSON object is required here, to define arguments and child blocks.";
            self.error(
                "Incorrect JSON value type",
                detail,
                Span::new(object.span.start, object.span.start + 1),
            );
            return;
        };
        body.end = self.range(Span::new(object.span.end.saturating_sub(1), object.span.end));
        for property in properties {
            if property.name == "//" {
                continue;
            }
            let name_range = self.range(property.name_span);
            if let Some(block) = shape.blocks.iter().find(|block| block.name == property.name) {
                self.blocks(&property.value, block, &mut Vec::new(), body);
                continue;
            }
            if shape.only_blocks {
                let detail = format!("No argument or block type is named \"{}\".", property.name);
                self.error("Extraneous JSON object property", detail, property.name_span);
                continue;
            }
            let as_reference = shape.references.contains(&property.name.as_str());
            let expr = self.expr(&property.value, as_reference);
            body.attributes.push(Attribute {
                name: property.name.clone(),
                name_range,
                equals_range: self.range(Span::at(property.name_span.end)),
                range: name_range.to(expr.range),
                expr,
            });
        }
    }

    /// The blocks that a value stands for: objects by label, and arrays of several alike.
    fn blocks(&mut self, value: &Node, block: &JsonBlock, labels: &mut Vec<String>, out: &mut Body) {
        match &value.kind {
            NodeKind::Null => {}
            NodeKind::Array(items) => {
                items.iter().for_each(|item| self.blocks(item, block, labels, out));
            }
            NodeKind::Object(properties) if labels.len() < block.labels => {
                for property in properties {
                    labels.push(property.name.clone());
                    self.blocks(&property.value, block, labels, out);
                    labels.pop();
                }
            }
            NodeKind::Object(_) => {
                let mut body = Body { range: self.range(value.span), ..Body::default() };
                self.body(value, block.shape, &mut body);
                let at = |offset: u32| Range::new(self.file, Span::new(offset, offset + 1));
                // Terraform takes the opening brace for where such a block is defined.
                let open = at(value.span.start);
                let label = |name: &String| Label { name: name.clone(), range: open };
                out.blocks.push(Block {
                    kind: block.name.to_owned(),
                    labels: labels.iter().map(label).collect(),
                    kind_range: open,
                    open_brace_range: open,
                    close_brace_range: at(value.span.end.saturating_sub(1)),
                    body,
                });
            }
            NodeKind::Bool(_) | NodeKind::Number(_) | NodeKind::Text(_) => {
                let name = block.name;
                let detail = format!(
                    "Either a JSON object or a JSON array is required, representing the contents of one or more \"{name}\" blocks."
                );
                self.error("Incorrect JSON value type", detail, value.span);
            }
        }
    }

    fn expr(&mut self, node: &Node, as_reference: bool) -> Expr {
        let range = self.range(node.span);
        let kind = match &node.kind {
            NodeKind::Null => ExprKind::Null,
            NodeKind::Bool(value) => ExprKind::Bool(*value),
            NodeKind::Number(text) => ExprKind::Number(text.clone()),
            NodeKind::Text(text) if as_reference => {
                let (expr, problems) = parse_text_expression(self.text, text, self.file, node.span.start + 1);
                self.diagnostics.extend(problems);
                return expr;
            }
            NodeKind::Text(text) => ExprKind::Template(self.template(text, node.span)),
            NodeKind::Array(items) => ExprKind::Tuple {
                items: items.iter().map(|item| self.expr(item, as_reference)).collect(),
                open_range: self.range(Span::new(node.span.start, node.span.start + 1)),
            },
            NodeKind::Object(properties) => ExprKind::Object {
                items: properties
                    .iter()
                    .map(|property| {
                        let key = ExprKind::Template(self.template(&property.name, property.name_span));
                        let key = Expr::new(key, self.range(property.name_span));
                        ObjectItem { key, value: self.expr(&property.value, as_reference) }
                    })
                    .collect(),
                open_range: self.range(Span::new(node.span.start, node.span.start + 1)),
            },
        };
        Expr::new(kind, range)
    }

    fn template(&mut self, text: &str, span: Span) -> Template {
        if text.contains("${") || text.contains("%{") {
            let (template, problems) = parse_text_template(self.text, text, self.file, span.start + 1);
            self.late.extend(problems);
            return Template { style: TemplateStyle::Json, ..template };
        }
        let part = TemplatePart::Literal { value: text.to_owned(), range: self.range(span) };
        let parts = if text.is_empty() { Vec::new() } else { vec![part] };
        Template { parts, style: TemplateStyle::Json }
    }
}
