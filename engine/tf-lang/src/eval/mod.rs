//! Evaluation of expressions.
//!
//! [`evaluate`] gives a value and diagnostics; after an error the value is unknown, so that one mistake is
//! told once. One file per construct; start reading at [`EvalContext`].

mod call;
mod collection;
mod conditional;
mod notes;
mod operators;
mod splat;
mod template;
mod traversal;

use std::collections::BTreeMap;

use nuvola_hcl::{Diagnostic, Expr, ExprKind, FileId, Range, SourceFile, Sources};

use crate::functions::Function;
use crate::host::Host;
use crate::number::Number;
use crate::types::Type;
use crate::value::Value;

pub use notes::{compact_value, value_notes};
pub use traversal::{get_attr, index};

/// Functions that providers offer, by the name after `provider::`.
pub trait ProviderFunctions {
    /// Finds `NAMESPACE::NAME`.
    fn find(&self, namespace: &str, name: &str) -> Option<&Function>;
}

/// What an expression may use, apart from names.
#[derive(Clone, Copy)]
pub struct Environment<'a> {
    pub host: &'a dyn Host,
    /// Functions of the configuration's providers; those of `terraform` are always there.
    pub providers: Option<&'a dyn ProviderFunctions>,
    /// Whether this is the console, which alone has the function `type`.
    pub console: bool,
    /// Whether a template function is being evaluated, in which no other may be called.
    pub in_template: bool,
}

impl<'a> Environment<'a> {
    /// An environment with the language's own functions only.
    pub fn new(host: &'a dyn Host) -> Environment<'a> {
        Environment { host, providers: None, console: false, in_template: false }
    }
}

/// The names in scope.
pub struct EvalContext<'a> {
    parent: Option<&'a EvalContext<'a>>,
    variables: BTreeMap<String, Value>,
    splat_item: Option<Value>,
    environment: Environment<'a>,
    /// For messages of nested templates, whose errors name places.
    sources: Option<&'a Sources>,
}

impl<'a> EvalContext<'a> {
    /// A context with the given root names: `var`, `local`, resource types and so on.
    pub fn new(environment: Environment<'a>, variables: BTreeMap<String, Value>) -> EvalContext<'a> {
        EvalContext { parent: None, variables, splat_item: None, environment, sources: None }
    }

    /// The same context, which can name places of the sources in messages of `try`.
    #[must_use]
    pub fn with_sources(mut self, sources: &'a Sources) -> EvalContext<'a> {
        self.sources = Some(sources);
        self
    }

    fn sources(&self) -> Option<&'a Sources> {
        self.sources
    }

    /// A context inside this one, with more names.
    pub fn child(&'a self, variables: BTreeMap<String, Value>) -> EvalContext<'a> {
        EvalContext {
            parent: Some(self),
            variables,
            splat_item: None,
            environment: self.environment,
            sources: self.sources,
        }
    }

    fn with_splat_item(&'a self, item: Value) -> EvalContext<'a> {
        EvalContext { splat_item: Some(item), ..self.child(BTreeMap::new()) }
    }

    /// The value of a name.
    pub fn lookup(&self, name: &str) -> Option<&Value> {
        self.variables.get(name).or_else(|| self.parent.and_then(|parent| parent.lookup(name)))
    }

    fn current_item(&self) -> Option<&Value> {
        self.splat_item.as_ref().or_else(|| self.parent.and_then(EvalContext::current_item))
    }

    fn names(&self) -> Vec<&str> {
        let mut names = self.parent.map(EvalContext::names).unwrap_or_default();
        names.extend(self.variables.keys().map(String::as_str));
        names
    }
}

/// Evaluates an expression.
pub fn evaluate(expr: &Expr, cx: &EvalContext<'_>) -> (Value, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let value = eval(expr, cx, &mut diagnostics);
    if cx.environment.console && value.as_type().is_none() && holds_type(&value) {
        let detail = "The console-only \"type\" function cannot be used as part of an expression.";
        diagnostics.push(Diagnostic::error("Invalid use of type function", detail));
    }
    (value, diagnostics)
}

/// Whether a type, which only the console can show and only alone, is somewhere in a value.
fn holds_type(value: &Value) -> bool {
    value.as_type().is_some()
        || value.as_seq().is_some_and(|items| items.iter().any(holds_type))
        || value.as_members().is_some_and(|members| members.values().any(holds_type))
}

/// Takes the steps of a traversal from a value on; the first failure ends the walk.
pub fn walk_steps(value: Value, steps: &[nuvola_hcl::Step], out: &mut Vec<Diagnostic>) -> Value {
    traversal::walk(value, steps, out)
}

/// Evaluates a template as a whole text, as `templatefile` does.
pub fn evaluate_template(template: &nuvola_hcl::Template, cx: &EvalContext<'_>) -> (Value, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let value = template::eval_template(template, cx, &mut diagnostics);
    (value, diagnostics)
}

/// Whether anything after the first `before` diagnostics is an error.
fn failed_since(diagnostics: &[Diagnostic], before: usize) -> bool {
    nuvola_hcl::has_errors(diagnostics.get(before..).unwrap_or_default())
}

fn eval(expr: &Expr, cx: &EvalContext<'_>, out: &mut Vec<Diagnostic>) -> Value {
    match &expr.kind {
        ExprKind::Invalid => Value::dynamic_unknown(),
        ExprKind::Null => Value::null(Type::Dynamic),
        ExprKind::Bool(flag) => Value::bool(*flag),
        ExprKind::Number(text) => Number::parse(text).map_or_else(
            || {
                let detail = "Failed to recognize the value of this number literal.";
                out.push(Diagnostic::error("Invalid number literal", detail).at(expr.range));
                Value::dynamic_unknown()
            },
            Value::number,
        ),
        ExprKind::Template(template) => template::eval_template(template, cx, out),
        ExprKind::Traversal(traversal) => traversal::eval_absolute(traversal, cx, out),
        ExprKind::RelativeTraversal { source, steps } => traversal::eval_relative(source, steps, cx, out),
        ExprKind::Index { collection, key, bracket_range, .. } => {
            traversal::eval_index(expr, collection, key, *bracket_range, cx, out)
        }
        ExprKind::Splat(splat) => splat::eval_splat(splat, cx, out),
        ExprKind::SplatItem => cx.current_item().cloned().unwrap_or_else(Value::dynamic_unknown),
        ExprKind::Call(call) => call::eval_call(expr, call, cx, out),
        ExprKind::Unary { op, operand, .. } => operators::eval_unary(expr, *op, operand, cx, out),
        ExprKind::Binary { op, left, right, .. } => operators::eval_binary(expr, *op, left, right, cx, out),
        ExprKind::Conditional { condition, if_true, if_false } => {
            conditional::eval_conditional(expr, condition, if_true, if_false, cx, out)
        }
        ExprKind::Parens(inner) => eval(inner, cx, out),
        ExprKind::Tuple { items, .. } => Value::tuple(items.iter().map(|item| eval(item, cx, out)).collect()),
        ExprKind::Object { items, .. } => collection::eval_object(items, cx, out),
        ExprKind::For(for_expr) => collection::eval_for(for_expr, cx, out),
    }
}

/// Where a diagnostic about an expression as a whole begins: what HCL underlines for it.
pub(crate) fn start_range(expr: &Expr) -> Range {
    match &expr.kind {
        ExprKind::Binary { left, .. } => start_range(left),
        ExprKind::Conditional { condition, .. } => start_range(condition),
        ExprKind::Unary { op_range, .. } => *op_range,
        ExprKind::Call(call) => call.name_range.to(call.open_paren_range),
        ExprKind::Tuple { open_range, .. } | ExprKind::Object { open_range, .. } => *open_range,
        ExprKind::For(for_expr) => for_expr.open_range,
        ExprKind::Splat(splat) => splat.marker_range,
        ExprKind::Template(template) => match template.parts.first() {
            Some(nuvola_hcl::TemplatePart::Interpolation { expr, .. }) => start_range(expr),
            Some(part) => part.range(),
            None => expr.range,
        },
        ExprKind::Invalid
        | ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Traversal(_)
        | ExprKind::RelativeTraversal { .. }
        | ExprKind::Index { .. }
        | ExprKind::SplatItem
        | ExprKind::Parens(_) => expr.range,
    }
}

/// Reads a `.tfvars` text for the function `decode_tfvars`.
pub(crate) fn decode_tfvars(host: &dyn Host, source: &str) -> Result<Value, String> {
    let mut sources = Sources::new();
    let file: FileId = sources.add(SourceFile::hidden("<decode_tfvars argument>", source));
    let (body, mut diagnostics) = nuvola_hcl::parse_config(&sources, file);
    let syntax = |diagnostics: &[Diagnostic]| call::describe_diagnostics(diagnostics, &sources);
    if nuvola_hcl::has_errors(&diagnostics) {
        return Err(format!("invalid tfvars syntax: {}", syntax(&diagnostics)));
    }
    let cx = EvalContext::new(Environment::new(host), BTreeMap::new());
    let mut members = BTreeMap::new();
    if let Some(block) = body.blocks.first() {
        let summary = format!("Unexpected {} block", nuvola_hcl::text::quote(&block.kind));
        diagnostics.push(Diagnostic::error(summary, "Blocks are not allowed here.").at(block.kind_range));
        return Err(format!("invalid tfvars content: {}", syntax(&diagnostics)));
    }
    for attribute in &body.attributes {
        let (value, found) = evaluate(&attribute.expr, &cx);
        if nuvola_hcl::has_errors(&found) {
            let name = nuvola_hcl::text::quote(&attribute.name);
            return Err(format!("invalid expression for variable {name}: {}", syntax(&found)));
        }
        members.insert(attribute.name.clone(), value);
    }
    Ok(Value::object(members))
}
