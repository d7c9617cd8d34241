//! References: what an expression reads, by the names in it.

use crate::addr::{Key, Mode, ResourceName};
use crate::config::fields::step_name;
use nuvola_hcl::text::quote;
use nuvola_hcl::{Body, Diagnostic, Expr, ExprKind, ForExpr, Range, Step, StepKind, TemplatePart, Traversal};

/// What a reference is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    Var(String),
    Local(String),
    /// With the key, where that is written out.
    Resource(ResourceName, Option<Key>),
    /// A call with its key and the output, where they are written out.
    Module {
        call: String,
        key: Option<Key>,
        output: Option<String>,
    },
    Count(String),
    Each(String),
    Path(String),
    Terraform(String),
    SelfObject,
}

/// A reference and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    pub subject: Subject,
    /// The part of the text that names the subject.
    pub range: Range,
    /// What follows the subject.
    pub rest: Vec<Step>,
}

/// All traversals of an expression whose first name is not bound within it.
#[must_use]
pub fn traversals(expr: &Expr) -> Vec<Traversal> {
    let mut out = Vec::new();
    walk(expr, &mut Vec::new(), &mut out);
    out
}

/// All traversals of a block's arguments and nested blocks, `dynamic` ones with their iterators.
#[must_use]
pub fn body_traversals(body: &Body) -> Vec<Traversal> {
    let mut out = Vec::new();
    walk_body(body, &mut Vec::new(), &mut out);
    out
}

fn walk_body(body: &Body, bound: &mut Vec<String>, out: &mut Vec<Traversal>) {
    for attribute in &body.attributes {
        walk(&attribute.expr, bound, out);
    }
    for block in &body.blocks {
        if block.kind != "dynamic" || block.labels.len() != 1 {
            walk_body(&block.body, bound, out);
            continue;
        }
        let iterator = block.body.attribute("iterator").and_then(|attribute| attribute.expr.keyword());
        let iterator = iterator.unwrap_or(&block.labels[0].name).to_owned();
        if let Some(for_each) = block.body.attribute("for_each") {
            walk(&for_each.expr, bound, out);
        }
        bound.push(iterator);
        if let Some(labels) = block.body.attribute("labels") {
            walk(&labels.expr, bound, out);
        }
        for content in block.body.blocks_of_type("content") {
            walk_body(&content.body, bound, out);
        }
        bound.pop();
    }
}

fn walk(expr: &Expr, bound: &mut Vec<String>, out: &mut Vec<Traversal>) {
    match &expr.kind {
        ExprKind::Invalid
        | ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::SplatItem => {}
        ExprKind::Template(template) => walk_parts(&template.parts, bound, out),
        ExprKind::Traversal(traversal) => {
            if !bound.contains(&traversal.root.name) {
                out.push(traversal.clone());
            }
        }
        ExprKind::RelativeTraversal { source, .. } => walk(source, bound, out),
        ExprKind::Index { collection, key, .. } => {
            walk(collection, bound, out);
            walk(key, bound, out);
        }
        ExprKind::Splat(splat) => {
            walk(&splat.source, bound, out);
            walk(&splat.each, bound, out);
        }
        ExprKind::Call(call) => call.args.iter().for_each(|arg| walk(arg, bound, out)),
        ExprKind::Unary { operand, .. } => walk(operand, bound, out),
        ExprKind::Binary { left, right, .. } => {
            walk(left, bound, out);
            walk(right, bound, out);
        }
        ExprKind::Conditional { condition, if_true, if_false } => {
            walk(condition, bound, out);
            walk(if_true, bound, out);
            walk(if_false, bound, out);
        }
        ExprKind::Parens(inner) => walk(inner, bound, out),
        ExprKind::Tuple { items, .. } => items.iter().for_each(|item| walk(item, bound, out)),
        ExprKind::Object { items, .. } => {
            for item in items {
                // A bare word as a key is a text, not a reference.
                if item.key.keyword().is_none() {
                    walk(&item.key, bound, out);
                }
                walk(&item.value, bound, out);
            }
        }
        ExprKind::For(for_expr) => walk_for(for_expr, bound, out),
    }
}

fn walk_for(for_expr: &ForExpr, bound: &mut Vec<String>, out: &mut Vec<Traversal>) {
    walk(&for_expr.collection, bound, out);
    let before = bound.len();
    bound.extend(for_expr.key_var.iter().map(|ident| ident.name.clone()));
    bound.push(for_expr.value_var.name.clone());
    if let Some(key) = &for_expr.key {
        walk(key, bound, out);
    }
    walk(&for_expr.value, bound, out);
    if let Some(condition) = &for_expr.condition {
        walk(condition, bound, out);
    }
    bound.truncate(before);
}

fn walk_parts(parts: &[TemplatePart], bound: &mut Vec<String>, out: &mut Vec<Traversal>) {
    for part in parts {
        match part {
            TemplatePart::Literal { .. } => {}
            TemplatePart::Interpolation { expr, .. } => walk(expr, bound, out),
            TemplatePart::If { condition, if_true, if_false, .. } => {
                walk(condition, bound, out);
                walk_parts(if_true, bound, out);
                walk_parts(if_false, bound, out);
            }
            TemplatePart::For { key, value, collection, body, .. } => {
                walk(collection, bound, out);
                let before = bound.len();
                bound.extend(key.iter().map(|ident| ident.name.clone()));
                bound.push(value.name.clone());
                walk_parts(body, bound, out);
                bound.truncate(before);
            }
        }
    }
}

/// The references of an expression; those that cannot be read are diagnostics.
pub fn references(expr: &Expr, diagnostics: &mut Vec<Diagnostic>) -> Vec<Reference> {
    parse_all(&traversals(expr), diagnostics)
}

/// Reads traversals as references.
pub fn parse_all(traversals: &[Traversal], diagnostics: &mut Vec<Diagnostic>) -> Vec<Reference> {
    let mut out = Vec::new();
    for traversal in traversals {
        match parse(traversal) {
            Ok(reference) => out.push(reference),
            Err(problem) => {
                diagnostics.push(problem);
                out.extend(nameless(traversal));
            }
        }
    }
    out
}

/// A reference without the name that it needs is looked up all the same, at no place.
fn nameless(traversal: &Traversal) -> Option<Reference> {
    let subject = match traversal.root.name.as_str() {
        "var" => Subject::Var,
        "local" => Subject::Local,
        "count" => Subject::Count,
        "each" => Subject::Each,
        "path" => Subject::Path,
        "terraform" => Subject::Terraform,
        _ => return None,
    };
    Some(Reference { subject: subject(String::new()), range: Range::NOWHERE, rest: Vec::new() })
}

fn invalid(detail: impl Into<String>, at: Range) -> Diagnostic {
    Diagnostic::error("Invalid reference", detail).at(at)
}

/// Reads a traversal as a reference.
/// # Errors
/// When its first names make no sense.
pub fn parse(traversal: &Traversal) -> Result<Reference, Diagnostic> {
    let root = traversal.root.name.as_str();
    let steps = &traversal.steps;
    let make = |subject: Subject, used: usize| {
        let last = used.checked_sub(1).and_then(|at| steps.get(at));
        let range = traversal.root.range.to(last.map_or(traversal.root.range, |step| step.range));
        let rest = steps.get(used..).unwrap_or_default().to_vec();
        Ok(Reference { subject, range, rest })
    };
    match root {
        "self" => make(Subject::SelfObject, 0),
        "var" | "local" | "count" | "each" | "path" | "terraform" => {
            let name = single_attribute(traversal)?;
            let subject = match root {
                "var" => Subject::Var(name),
                "local" => Subject::Local(name),
                "count" => Subject::Count(name),
                "each" => Subject::Each(name),
                "path" => Subject::Path(name),
                _ => Subject::Terraform(name),
            };
            make(subject, 1)
        }
        "module" => {
            let call = single_attribute(traversal)?;
            let key = steps.get(1).and_then(key_of);
            let at = 1 + usize::from(key.is_some());
            let output = match steps.get(at).map(|step| &step.kind) {
                Some(StepKind::Attr(name)) => Some(name.clone()),
                Some(StepKind::Number(_) | StepKind::Key(_) | StepKind::Splat) | None => None,
            };
            let used = at + usize::from(output.is_some());
            make(Subject::Module { call, key, output }, used)
        }
        "data" => {
            let detail = "The \"data\" object must be followed by two attribute names: the data source type and the resource name.";
            resource(traversal, Mode::Data, 0, detail)
        }
        "resource" => {
            let detail = "The \"resource\" object must be followed by two attribute names: the resource type and the resource name.";
            resource(traversal, Mode::Managed, 0, detail)
        }
        "ephemeral" if steps.len() < 2 => {
            let detail = "The \"ephemeral\" object must be followed by two attribute names: the ephemeral resource type and the resource name.";
            Err(invalid(detail, traversal.range()))
        }
        "ephemeral" | "template" | "lazy" | "arg" => Err(Diagnostic::error(
            "Reserved symbol name",
            format!("The symbol name {} is reserved for use in a future Terraform version.", quote(root)),
        )
        .at(traversal.root.range)),
        _ => {
            let Some(StepKind::Attr(name)) = steps.first().map(|step| &step.kind) else {
                return Err(invalid(
                    "A reference to a resource type must be followed by at least one attribute access, specifying the resource name.",
                    traversal.range(),
                ));
            };
            let key = steps.get(1).and_then(key_of);
            let used = 1 + usize::from(key.is_some());
            make(Subject::Resource(ResourceName::new(Mode::Managed, root, name), key), used)
        }
    }
}

fn resource(traversal: &Traversal, mode: Mode, at: usize, detail: &str) -> Result<Reference, Diagnostic> {
    let steps = &traversal.steps;
    let names: Vec<&str> = steps.iter().skip(at).take(2).filter_map(attr_of).collect();
    let [kind, name] = names.as_slice() else {
        return Err(invalid(detail, traversal.range()));
    };
    let key = steps.get(2).and_then(key_of);
    let used = 2 + usize::from(key.is_some());
    let range = traversal.root.range.to(steps[used - 1].range);
    let subject = Subject::Resource(ResourceName::new(mode, kind, name), key);
    Ok(Reference { subject, range, rest: steps[used..].to_vec() })
}

fn attr_of(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::Attr(name) => Some(name),
        StepKind::Number(_) | StepKind::Key(_) | StepKind::Splat => None,
    }
}

fn key_of(step: &Step) -> Option<Key> {
    match &step.kind {
        StepKind::Number(text) => text.parse().ok().map(Key::Int),
        StepKind::Key(key) => Some(Key::Str(key.clone())),
        StepKind::Attr(_) | StepKind::Splat => None,
    }
}

fn single_attribute(traversal: &Traversal) -> Result<String, Diagnostic> {
    let root = quote(&traversal.root.name);
    match traversal.steps.first() {
        None => Err(invalid(
            format!("The {root} object cannot be accessed directly. Instead, access one of its attributes."),
            traversal.root.range,
        )),
        Some(step) => match attr_of(step) {
            Some(name) => Ok(name.to_owned()),
            None => Err(invalid(format!("The {root} object does not support this operation."), step.range)),
        },
    }
}

/// Checks one entry of `replace_triggered_by`.
pub fn check_trigger(expr: &Expr, diagnostics: &mut Vec<Diagnostic>) {
    let mut resources = 0;
    let error = |what: &str, detail: &str| {
        Diagnostic::error(format!("Invalid {what} in replace_triggered_by expression"), detail).at(expr.range)
    };
    for reference in references(expr, diagnostics) {
        match &reference.subject {
            Subject::Resource(..) => resources += 1,
            Subject::Each(name) if name == "key" => {}
            Subject::Each(_) => diagnostics
                .push(error("each reference", "Only each.key may be used in replace_triggered_by.")),
            Subject::Count(name) if name == "index" => {}
            Subject::Count(_) => diagnostics
                .push(error("count reference", "Only count.index may be used in replace_triggered_by.")),
            Subject::Var(_)
            | Subject::Local(_)
            | Subject::Module { .. }
            | Subject::Path(_)
            | Subject::Terraform(_)
            | Subject::SelfObject => diagnostics.push(error(
                "reference",
                "Only resources, count.index, and each.key may be used in replace_triggered_by.",
            )),
        }
    }
    let problem = match resources {
        0 => "Missing resource reference in replace_triggered_by expression.",
        1 => return,
        _ => "Multiple resource references in replace_triggered_by expression.",
    };
    diagnostics.push(Diagnostic::error("Invalid replace_triggered_by expression", problem).at(expr.range));
}

/// The name of an object's attribute that follows a reference, if it is written out.
#[must_use]
pub fn first_attribute(reference: &Reference) -> Option<(&str, Range)> {
    let step = reference.rest.first()?;
    step_name(step).map(|name| (name, step.range))
}
