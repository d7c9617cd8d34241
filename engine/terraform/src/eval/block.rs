//! Turns a block into an object by its schema, with `dynamic` blocks written out.

use crate::config::content::{did_you_mean, missing_argument, unsupported_argument, unsupported_block};
use crate::schema::{AttributeSchema, BlockSchema, NestedBlock, Nesting, OPTIONAL};
use nuvola_hcl::text::quote;
use nuvola_hcl::{Block, Body, Diagnostic, Expr, Range};
use nuvola_kernel::Ordered;
use nuvola_tf_lang::{Members, Path, Step, Type, Value, convert};
use std::sync::Arc;

/// Names bound by `dynamic` blocks around a place.
pub type Bound = Vec<(String, Value)>;

/// Evaluates an expression in which some names are bound.
pub type Eval<'e> = dyn Fn(&Expr, &Bound) -> (Value, Vec<Diagnostic>) + 'e;

/// Reads a body; what is wrong makes an unknown part and a diagnostic.
pub fn object(
    body: &Body,
    start: Range,
    schema: &BlockSchema,
    eval: &Eval<'_>,
    bound: &Bound,
    diagnostics: &mut Vec<Diagnostic>,
) -> Value {
    let mut members = Members::new();
    check_names(body, schema, diagnostics);
    for (name, attribute) in &schema.attributes {
        let value = match body.attribute(name).filter(|_| !schema.blocks.contains_key(name)) {
            Some(found) => {
                let (value, problems) = eval(&found.expr, bound);
                let failed = nuvola_hcl::has_errors(&problems);
                diagnostics.extend(problems);
                match convert(&value, &attribute.ty) {
                    Ok(value) => value,
                    Err(error) => {
                        if !failed {
                            diagnostics.push(unsuitable(name, &error.to_string(), found.expr.range));
                        }
                        Value::unknown(attribute.ty.clone())
                    }
                }
            }
            None if written_as_blocks(body, name, attribute) => {
                let nested = as_blocks(&attribute.ty).expect("it was found to be written as blocks");
                nested_blocks(body, start, name, &nested, eval, bound, diagnostics)
            }
            None => {
                if attribute.is_required() {
                    diagnostics.push(missing_argument(name, start));
                }
                Value::null(attribute.ty.clone())
            }
        };
        members.insert(Arc::from(name.as_str()), value);
    }
    for (name, nested) in &schema.blocks {
        let value = nested_blocks(body, start, name, nested, eval, bound, diagnostics);
        members.insert(Arc::from(name.as_str()), value);
    }
    Value::object(members)
}

/// The blocks that may stand for an attribute: providers of the older kind declare lists and sets of objects,
/// and people write each object as a block.
///
/// **Source**: Terraform language documentation, "Attributes as Blocks".
fn as_blocks(ty: &Type) -> Option<NestedBlock> {
    let (nesting, element) = if let Type::List(element) = ty {
        (Nesting::List, element)
    } else if let Type::Set(element) = ty {
        (Nesting::Set, element)
    } else {
        return None;
    };
    let Type::Object(object) = &**element else { return None };
    let mut block = BlockSchema::new();
    for (name, ty) in &object.attrs {
        block = block.attr(name, ty.clone(), OPTIONAL);
    }
    Some(NestedBlock { nesting, block, min_items: 0, max_items: 0 })
}

fn written_as_blocks(body: &Body, name: &str, attribute: &AttributeSchema) -> bool {
    let is_it = |block: &Block| {
        block.kind == name
            || block.kind == "dynamic" && block.labels.first().is_some_and(|label| label.name == name)
    };
    attribute.is_settable() && body.blocks.iter().any(is_it) && as_blocks(&attribute.ty).is_some()
}

fn unsuitable(name: &str, problem: &str, at: Range) -> Diagnostic {
    let detail = format!("Inappropriate value for attribute {}: {problem}.", quote(name));
    Diagnostic::error("Incorrect attribute value type", detail).at(at)
}

/// Finds arguments and blocks that the schema does not have.
fn check_names(body: &Body, schema: &BlockSchema, diagnostics: &mut Vec<Diagnostic>) {
    for attribute in &body.attributes {
        let name = &attribute.name;
        if schema.attributes.contains_key(name) {
            continue;
        }
        let hint = if schema.blocks.contains_key(name) {
            format!(" Did you mean to define a block of type {}?", quote(name))
        } else {
            did_you_mean(name, sorted(schema.attributes.keys()))
        };
        diagnostics.push(unsupported_argument(name, &hint, attribute.name_range));
    }
    for block in &body.blocks {
        let is_dynamic = block.kind == "dynamic" && block.labels.len() == 1;
        let kind = if is_dynamic { &block.labels[0].name } else { &block.kind };
        let attribute = schema.attributes.get(kind);
        let as_attribute = attribute.is_some_and(|attribute| written_as_blocks(body, kind, attribute));
        if schema.blocks.contains_key(kind) || as_attribute {
            continue;
        }
        let hint = if schema.attributes.contains_key(kind) && !is_dynamic {
            format!(
                " Did you mean to define argument {}? If so, use the equals sign to assign it a value.",
                quote(kind)
            )
        } else {
            did_you_mean(kind, sorted(schema.blocks.keys()))
        };
        let at = if is_dynamic { block.labels[0].range } else { block.kind_range };
        diagnostics.push(unsupported_block(kind, &hint, at));
    }
}

fn sorted<'n>(names: impl Iterator<Item = &'n String>) -> Vec<&'n str> {
    let mut names: Vec<&str> = names.map(String::as_str).collect();
    names.sort();
    names
}

/// Blocks of one type, with `dynamic` ones written out; nothing when not even their number is known.
struct Expanded {
    items: Vec<(String, Value)>,
    unknown: bool,
    count: usize,
    places: Vec<Range>,
}

fn nested_blocks(
    body: &Body,
    start: Range,
    name: &str,
    nested: &NestedBlock,
    eval: &Eval<'_>,
    bound: &Bound,
    diagnostics: &mut Vec<Diagnostic>,
) -> Value {
    let found = expand(body, name, nested, eval, bound, diagnostics);
    let element = nested.block.implied_type();
    if found.unknown {
        return Value::unknown(nested.implied_type());
    }
    check_count(&found, start, name, nested, diagnostics);
    let values: Vec<Value> = found.items.iter().map(|(_, value)| value.clone()).collect();
    match nested.nesting {
        Nesting::Single => values.into_iter().next().unwrap_or_else(|| Value::null(element)),
        Nesting::Group => values.into_iter().next().unwrap_or_else(|| empty_group(&nested.block)),
        Nesting::List if element.has_dynamic() => Value::tuple(values),
        Nesting::List => Value::list_of(element, values),
        Nesting::Set => Value::set_of(element, values),
        Nesting::Map => {
            let members: Members =
                found.items.into_iter().map(|(label, value)| (Arc::from(label), value)).into_map();
            if element.has_dynamic() { Value::object(members) } else { Value::map_of(element, members) }
        }
    }
}

fn empty_group(schema: &BlockSchema) -> Value {
    let attributes =
        schema.attributes.iter().map(|(name, attribute)| (name.as_str(), Value::null(attribute.ty.clone())));
    let blocks = schema.blocks.iter().map(|(name, nested)| (name.as_str(), empty_blocks(nested)));
    Value::object(attributes.chain(blocks).collect::<Vec<_>>())
}

/// What stands for a kind of block of which there is none.
#[must_use]
pub fn empty_blocks(nested: &NestedBlock) -> Value {
    let element = nested.block.implied_type();
    match nested.nesting {
        Nesting::Single => Value::null(element),
        Nesting::Group => empty_group(&nested.block),
        Nesting::List if element.has_dynamic() => Value::tuple(Vec::new()),
        Nesting::List => Value::list_empty(element),
        Nesting::Set => Value::set_empty(element),
        Nesting::Map if element.has_dynamic() => Value::object(Vec::<(&str, Value)>::new()),
        Nesting::Map => Value::map_empty(element),
    }
}

fn check_count(
    found: &Expanded,
    start: Range,
    name: &str,
    nested: &NestedBlock,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let quoted = quote(name);
    if found.count < nested.min_items {
        let least = nested.min_items;
        let detail = format!("At least {least} {quoted} blocks are required.");
        diagnostics.push(Diagnostic::error(format!("Insufficient {name} blocks"), detail).at(start));
    }
    if nested.max_items > 0 && found.count > nested.max_items {
        let most = nested.max_items;
        let detail = format!("No more than {most} {quoted} blocks are allowed");
        let at = found.places.get(most).copied().unwrap_or(start);
        diagnostics.push(Diagnostic::error(format!("Too many {name} blocks"), detail).at(at));
    }
    let single = matches!(nested.nesting, Nesting::Single | Nesting::Group);
    if single && found.count > 1 {
        let detail = format!("Only one {name} block is allowed.");
        diagnostics.push(Diagnostic::error(format!("Duplicate {name} block"), detail).at(found.places[1]));
    }
}

fn expand(
    body: &Body,
    name: &str,
    nested: &NestedBlock,
    eval: &Eval<'_>,
    bound: &Bound,
    diagnostics: &mut Vec<Diagnostic>,
) -> Expanded {
    let mut out = Expanded { items: Vec::new(), unknown: false, count: 0, places: Vec::new() };
    for block in &body.blocks {
        if block.kind == name {
            let label = block.labels.first().map_or(String::new(), |label| label.name.clone());
            if nested.nesting != Nesting::Map
                && let Some(extra) = block.labels.first()
            {
                let detail = format!("No labels are expected for {name} blocks.");
                diagnostics
                    .push(Diagnostic::error(format!("Extraneous label for {name}"), detail).at(extra.range));
            }
            let value = object(&block.body, block.open_brace_range, &nested.block, eval, bound, diagnostics);
            out.count += 1;
            out.places.push(block.header_range());
            out.items.push((label, value));
        } else if block.kind == "dynamic" && block.labels.first().is_some_and(|label| label.name == name) {
            dynamic(block, name, nested, eval, bound, &mut out, diagnostics);
        }
    }
    out
}

fn dynamic(
    block: &Block,
    name: &str,
    nested: &NestedBlock,
    eval: &Eval<'_>,
    bound: &Bound,
    out: &mut Expanded,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(for_each) = block.body.attribute("for_each") else {
        diagnostics.push(missing_argument("for_each", block.open_brace_range));
        return;
    };
    let Some(content) = block.body.blocks_of_type("content").next() else {
        let detail = "A dynamic block must have a nested block of type \"content\" to describe the body of each generated block.";
        diagnostics
            .push(Diagnostic::error("Missing dynamic content block", detail).at(block.open_brace_range));
        return;
    };
    let iterator = block.body.attribute("iterator").and_then(|attribute| attribute.expr.keyword());
    let iterator = iterator.unwrap_or(name).to_owned();
    let (collection, problems) = eval(&for_each.expr, bound);
    let failed = nuvola_hcl::has_errors(&problems);
    diagnostics.extend(problems);
    let (collection, marks) = collection.unmark();
    let invalid =
        |detail: String| Diagnostic::error("Invalid dynamic for_each value", detail).at(for_each.expr.range);
    if failed || !collection.is_known() {
        // The content is still checked, with an unknown element.
        let unknown = Value::dynamic_unknown();
        let mut inner = bound.clone();
        inner.push((iterator, Value::object([("key", unknown.clone()), ("value", unknown)])));
        object(&content.body, content.open_brace_range, &nested.block, eval, &inner, diagnostics);
        out.unknown = true;
        return;
    }
    if collection.is_null() {
        diagnostics.push(invalid("Cannot use a null value in for_each.".to_owned()));
        return;
    }
    if !collection.can_iterate() {
        let ty = collection.ty().friendly_name();
        diagnostics.push(invalid(format!(
            "Cannot use a {ty} value in for_each. An iterable collection is required."
        )));
        return;
    }
    for (key, value) in collection.elements() {
        let each = Value::object([("key", key.with_marks(marks)), ("value", value.with_marks(marks))]);
        let mut inner = bound.clone();
        inner.push((iterator.clone(), each));
        let label = dynamic_label(block, eval, &inner, diagnostics);
        let value = object(&content.body, content.open_brace_range, &nested.block, eval, &inner, diagnostics);
        out.count += 1;
        out.places.push(content.header_range());
        out.items.push((label, value.with_marks(marks)));
    }
}

fn dynamic_label(block: &Block, eval: &Eval<'_>, bound: &Bound, diagnostics: &mut Vec<Diagnostic>) -> String {
    let Some(labels) = block.body.attribute("labels") else {
        return String::new();
    };
    let (value, problems) = eval(&labels.expr, bound);
    diagnostics.extend(problems);
    let first = value.as_seq().and_then(|items| items.first()).and_then(Value::as_str);
    first.unwrap_or_default().to_owned()
}

/// Where in a body the part at a path is written, as far as it can be found.
#[must_use]
pub fn place(body: &Body, start: Range, path: &Path) -> Range {
    let Some((step, rest)) = path.split_first() else {
        return start;
    };
    let (Step::Attr(name) | Step::Key(name)) = step else {
        return start;
    };
    if let Some(attribute) = body.attribute(name) {
        return attribute.expr.range;
    }
    let (at, rest) = match rest.split_first() {
        Some((Step::Index(at), rest)) => (*at, rest),
        _ => (0, rest),
    };
    match body.blocks_of_type(name).nth(at) {
        Some(block) => place(&block.body, block.open_brace_range, &rest.to_vec()),
        None => start,
    }
}

/// The type that a whole block's value has, for when nothing of it is known.
#[must_use]
pub fn unknown_object(schema: &BlockSchema) -> Value {
    Value::unknown(schema.implied_type())
}

/// An object of a schema with every attribute null and no blocks.
#[must_use]
pub fn empty_object(schema: &BlockSchema) -> Value {
    empty_group(schema)
}

/// The types of a schema's attributes by name, for messages.
#[must_use]
pub fn attribute_type<'s>(schema: &'s BlockSchema, name: &str) -> Option<&'s Type> {
    schema.attributes.get(name).map(|attribute| &attribute.ty)
}
