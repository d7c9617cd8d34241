//! Arguments whose values must be written out in the configuration.

use crate::eval;
use nuvola_hcl::{Attribute, Diagnostic, Expr, ExprKind, Range, Step, StepKind, Traversal};
use nuvola_tf_lang::{Type, Value, convert};

/// An argument's constant value, brought to a type.
pub fn constant(expr: &Expr, ty: &Type, diagnostics: &mut Vec<Diagnostic>) -> Option<Value> {
    let (value, problems) = eval::constant(expr);
    diagnostics.extend(problems);
    let unsuitable = |text: &str| {
        Diagnostic::error("Unsuitable value type", format!("Unsuitable value: {text}")).at(first_part(expr))
    };
    match convert(&value, ty) {
        Ok(value) if value.is_null() => {
            diagnostics.push(unsuitable("null value is not allowed"));
            None
        }
        Ok(value) if value.is_wholly_known() => Some(value),
        Ok(_) => {
            diagnostics.push(unsuitable("value must be known"));
            None
        }
        Err(error) => {
            diagnostics.push(unsuitable(&error.to_string()));
            None
        }
    }
}

/// Where an expression's first part is: what messages about its value point at.
fn first_part(expr: &Expr) -> Range {
    match &expr.kind {
        ExprKind::Template(template) => match template.parts.first() {
            Some(nuvola_hcl::TemplatePart::Interpolation { expr, .. }) => first_part(expr),
            Some(part) => part.range(),
            None => expr.range,
        },
        _ => expr.range,
    }
}

pub fn constant_bool(attribute: Option<&Attribute>, diagnostics: &mut Vec<Diagnostic>) -> Option<bool> {
    constant(&attribute?.expr, &Type::Bool, diagnostics)?.as_bool()
}

pub fn constant_string(attribute: Option<&Attribute>, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    let value = constant(&attribute?.expr, &Type::String, diagnostics)?;
    value.as_str().map(str::to_owned)
}

/// The items of a list that is written out.
pub fn list<'a>(expr: &'a Expr, diagnostics: &mut Vec<Diagnostic>) -> Vec<&'a Expr> {
    match &unwrapped(expr).kind {
        ExprKind::Tuple { items, .. } => items.iter().collect(),
        _ => {
            let detail = "A static list expression is required.";
            diagnostics.push(Diagnostic::error("Invalid expression", detail).at(expr.range));
            Vec::new()
        }
    }
}

/// An expression without brackets around it.
#[must_use]
pub fn unwrapped(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Parens(inner) => unwrapped(inner),
        _ => expr,
    }
}

/// A reference that is written out; in quotes, as older versions wanted it, it earns a warning.
pub fn reference(expr: &Expr, diagnostics: &mut Vec<Diagnostic>) -> Option<Traversal> {
    if let Some(traversal) = expr.as_traversal() {
        return Some(traversal.clone());
    }
    if let Some(text) = expr.literal_string()
        && let Some(traversal) = traversal_from_text(text, expr.range)
    {
        let detail = "In this context, references are expected literally rather than in quotes. Terraform 0.11 and earlier required quotes, but quoted references are now deprecated and will be removed in a future version of Terraform. Remove the quotes surrounding this reference to silence this warning.";
        diagnostics.push(Diagnostic::warning("Quoted references are deprecated", detail).at(expr.range));
        return Some(traversal);
    }
    diagnostics.push(not_a_reference(expr.range));
    None
}

/// What is said of an expression where only a reference may stand.
#[must_use]
pub fn not_a_reference(at: Range) -> Diagnostic {
    let detail = "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.";
    Diagnostic::error("Invalid expression", detail).at(at)
}

/// Reads `a.b[0]["c"]` from a text; all steps get the place of the whole.
#[must_use]
pub fn traversal_from_text(text: &str, range: Range) -> Option<Traversal> {
    let mut sources = nuvola_hcl::Sources::new();
    let file = sources.add(nuvola_hcl::SourceFile::hidden("", text));
    let (traversal, problems) = nuvola_hcl::parse_traversal(&sources, file);
    if nuvola_hcl::diagnostic::has_errors(&problems) {
        return None;
    }
    let mut traversal = traversal?;
    traversal.root.range = range;
    for step in &mut traversal.steps {
        step.range = range;
    }
    Some(traversal)
}

/// Any references in a list that is written out.
pub fn references(attribute: Option<&Attribute>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Traversal> {
    let Some(attribute) = attribute else {
        return Vec::new();
    };
    let items = list(&attribute.expr, diagnostics);
    items.into_iter().filter_map(|item| reference(item, diagnostics)).collect()
}

/// A step's name, whether after a dot or in brackets with quotes.
#[must_use]
pub fn step_name(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::Attr(name) | StepKind::Key(name) => Some(name),
        StepKind::Number(_) | StepKind::Splat => None,
    }
}
