//! Takes a block apart by a list of what it may hold, with the messages for what it may not.

use nuvola_hcl::text::quote;
use nuvola_hcl::{Attribute, Block, Body, Diagnostic, Range};

/// An argument that a block may or must have.
#[derive(Debug, Clone, Copy)]
pub struct Arg {
    pub name: &'static str,
    pub required: bool,
}

/// An argument that may be left out.
#[must_use]
pub const fn optional(name: &'static str) -> Arg {
    Arg { name, required: false }
}

/// An argument that must be given.
#[must_use]
pub const fn required(name: &'static str) -> Arg {
    Arg { name, required: true }
}

/// A kind of block within a block, and the names of its labels.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    pub name: &'static str,
    pub labels: &'static [&'static str],
}

/// What a block may hold.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub args: &'static [Arg],
    pub blocks: &'static [Kind],
}

/// What a block holds.
#[derive(Debug, Default)]
pub struct Content<'a> {
    pub args: Vec<&'a Attribute>,
    pub blocks: Vec<&'a Block>,
}

impl<'a> Content<'a> {
    #[must_use]
    pub fn arg(&self, name: &str) -> Option<&'a Attribute> {
        self.args.iter().copied().find(|attribute| attribute.name == name)
    }

    pub fn blocks_of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'a Block> + 's {
        self.blocks.iter().copied().filter(move |block| block.kind == kind)
    }
}

/// Takes a body apart; everything that is not expected is an error.
pub fn exact<'a>(
    body: &'a Body,
    missing_at: Range,
    shape: Shape,
    diagnostics: &mut Vec<Diagnostic>,
) -> Content<'a> {
    let (content, rest) = partial(body, missing_at, shape, diagnostics);
    for attribute in rest.args {
        // JSON has no equals sign.
        if attribute.equals_range.span.is_empty() {
            let detail = format!("No argument or block type is named {}.", quote(&attribute.name));
            let error = Diagnostic::error("Extraneous JSON object property", detail);
            diagnostics.push(error.at(attribute.name_range));
            continue;
        }
        let block = shape.blocks.iter().find(|kind| kind.name == attribute.name);
        let hint = match block {
            Some(_) => format!(" Did you mean to define a block of type {}?", quote(&attribute.name)),
            None => {
                // What is there already is not what was meant.
                let open = shape.args.iter().filter(|arg| content.arg(arg.name).is_none());
                did_you_mean(&attribute.name, open.map(|arg| arg.name))
            }
        };
        diagnostics.push(unsupported_argument(&attribute.name, &hint, attribute.name_range));
    }
    for block in rest.blocks {
        let hint = if shape.args.iter().any(|arg| arg.name == block.kind) {
            let name = quote(&block.kind);
            format!(
                " Did you mean to define argument {name}? If so, use the equals sign to assign it a value."
            )
        } else {
            did_you_mean(&block.kind, shape.blocks.iter().map(|kind| kind.name))
        };
        diagnostics.push(unsupported_block(&block.kind, &hint, block.kind_range));
    }
    content
}

/// Takes out what is expected; the second result is what is left.
pub fn partial<'a>(
    body: &'a Body,
    missing_at: Range,
    shape: Shape,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Content<'a>, Content<'a>) {
    let mut content = Content::default();
    let mut rest = Content::default();
    for attribute in &body.attributes {
        let known = shape.args.iter().any(|arg| arg.name == attribute.name);
        if known { &mut content } else { &mut rest }.args.push(attribute);
    }
    for arg in shape.args.iter().filter(|arg| arg.required) {
        if content.arg(arg.name).is_none() {
            diagnostics.push(missing_argument(arg.name, missing_at));
        }
    }
    for block in &body.blocks {
        match shape.blocks.iter().find(|kind| kind.name == block.kind) {
            None => rest.blocks.push(block),
            Some(kind) => {
                if labels_fit(block, kind, diagnostics) {
                    content.blocks.push(block);
                }
            }
        }
    }
    (content, rest)
}

/// The place of a block where an argument is missing.
#[must_use]
pub fn start_of(block: &Block) -> Range {
    block.open_brace_range
}

#[must_use]
pub fn missing_argument(name: &str, at: Range) -> Diagnostic {
    Diagnostic::error(
        "Missing required argument",
        format!("The argument {} is required, but no definition was found.", quote(name)),
    )
    .at(at)
}

#[must_use]
pub fn unsupported_argument(name: &str, hint: &str, at: Range) -> Diagnostic {
    Diagnostic::error(
        "Unsupported argument",
        format!("An argument named {} is not expected here.{hint}", quote(name)),
    )
    .at(at)
}

#[must_use]
pub fn unsupported_block(kind: &str, hint: &str, at: Range) -> Diagnostic {
    Diagnostic::error(
        "Unsupported block type",
        format!("Blocks of type {} are not expected here.{hint}", quote(kind)),
    )
    .at(at)
}

fn labels_fit(block: &Block, kind: &Kind, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let wanted = kind.labels;
    let names = wanted.join(", ");
    let context = block.kind_range.to(block.open_brace_range);
    if let Some(extra) = block.labels.get(wanted.len()) {
        let detail = match wanted.len() {
            0 => format!("No labels are expected for {} blocks.", kind.name),
            count => format!("Only {count} labels ({names}) are expected for {} blocks.", kind.name),
        };
        let summary = format!("Extraneous label for {}", kind.name);
        diagnostics.push(Diagnostic::error(summary, detail).at(extra.range).in_context(context));
        return false;
    }
    if let Some(missing) = wanted.get(block.labels.len()) {
        let count = wanted.len();
        let detail = format!("All {} blocks must have {count} labels ({names}).", kind.name);
        let summary = format!("Missing {missing} for {}", kind.name);
        let diagnostic = Diagnostic::error(summary, detail);
        diagnostics.push(diagnostic.at(block.open_brace_range).in_context(context));
        return false;
    }
    true
}

/// ` Did you mean "X"?` for the first name that is nearly the given one.
#[must_use]
pub fn did_you_mean<'n>(given: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    match similar(given, names) {
        Some(name) => format!(" Did you mean {}?", quote(name)),
        None => String::new(),
    }
}

/// The first name that differs from the given one in at most two letters.
#[must_use]
pub fn similar<'n>(given: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    names.into_iter().find(|name| distance(given, name) < 3)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for j in 0..b.len() {
            let up = row[j + 1];
            let change = diagonal + usize::from(a != b[j]);
            row[j + 1] = change.min(up + 1).min(row[j] + 1);
            diagonal = up;
        }
    }
    row[b.len()]
}
