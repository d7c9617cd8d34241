//! The bridge to the language's evaluator: files and time for functions, names for expressions.

use super::scope::Roots;
use crate::addr::ModuleInstance;
use crate::host::{FileError as HostFileError, FileKind as HostFileKind, Host};
use crate::run::{Op, Place, Run};
use nuvola_hcl::{Diagnostic, Expr, ExprKind, Ident, TemplatePart, Traversal, ValueNote};
use nuvola_tf_lang::Value;
use nuvola_tf_lang::eval::{Environment, EvalContext, evaluate as evaluate_in, value_notes};
use nuvola_tf_lang::host::{Characters, EmptyHost, FileError, FileKind, Host as FunctionHost};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The host of a run, as functions see it.
struct Functions<'r> {
    host: &'r dyn Host,
    plan_time_ms: Option<i64>,
}

impl FunctionHost for Functions<'_> {
    fn characters(&self) -> Characters {
        self.host.characters()
    }

    fn now_ms(&self) -> i64 {
        self.host.now_ms()
    }

    fn plan_time_ms(&self) -> Option<i64> {
        self.plan_time_ms
    }

    fn random_bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.host.random_bytes(&mut bytes);
        bytes
    }

    fn read_file(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        self.host.read_file(path).map(Arc::from).map_err(|error| match error {
            HostFileError::NotFound => FileError::NotFound,
            HostFileError::IsDirectory => FileError::IsFolder,
            HostFileError::Other(reason) => FileError::Other(reason),
        })
    }

    fn file_kind(&self, path: &str) -> Option<FileKind> {
        self.host.file_kind(path).map(|kind| match kind {
            HostFileKind::File => FileKind::File,
            HostFileKind::Directory => FileKind::Folder,
        })
    }

    fn list_files(&self, folder: &str) -> Vec<String> {
        crate::host::walk_files(self.host, folder)
    }

    fn base_dir(&self) -> String {
        self.host.current_dir()
    }

    fn home_dir(&self) -> Option<String> {
        let environment = self.host.environment();
        environment.into_iter().find(|(name, _)| name == "HOME").map(|(_, home)| home)
    }
}

/// Evaluates an expression with the given names.
#[must_use]
pub fn evaluate(run: &Run, expr: &Expr, roots: &Roots, _module: &ModuleInstance) -> (Value, Vec<Diagnostic>) {
    let host = Functions { host: &*run.host, plan_time_ms: plan_time(run) };
    let mut environment = Environment::new(&host);
    environment.console = run.op == crate::run::Op::Eval;
    let sources = run.sources.borrow();
    if matches!(run.op, Op::Apply | Op::Eval) || !calls_impure(expr) {
        return evaluate_in(expr, &EvalContext::new(environment, roots.clone()).with_sources(&sources));
    }
    let mut roots = roots.clone();
    let later = Value::unknown(nuvola_tf_lang::Type::String).refine_not_null();
    roots.insert(LATER.to_owned(), later);
    evaluate_in(&postponed(expr), &EvalContext::new(environment, roots).with_sources(&sources))
}

/// A name that no configuration can have, for results that exist only when applying.
const LATER: &str = "(known after apply)";
/// Functions whose results would differ between planning and applying.
const IMPURE: [&str; 6] = ["timestamp", "uuid", "bcrypt", "core::timestamp", "core::uuid", "core::bcrypt"];

fn calls_impure(expr: &Expr) -> bool {
    let mut found = false;
    change(&mut expr.clone(), &mut |expr| {
        found |= matches!(&expr.kind, ExprKind::Call(call) if IMPURE.contains(&call.name.as_str()));
    });
    found
}

/// The expression with calls of impure functions replaced by a value that is not known.
fn postponed(expr: &Expr) -> Expr {
    let mut out = expr.clone();
    change(&mut out, &mut |expr| {
        if matches!(&expr.kind, ExprKind::Call(call) if IMPURE.contains(&call.name.as_str())) {
            let root = Ident { name: LATER.to_owned(), range: expr.range };
            expr.kind = ExprKind::Traversal(Traversal { root, steps: Vec::new() });
        }
    });
    out
}

/// Visits an expression and all in it, the outer ones first.
fn change(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    visit(expr);
    match &mut expr.kind {
        ExprKind::Invalid
        | ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Traversal(_)
        | ExprKind::SplatItem => {}
        ExprKind::Template(template) => change_parts(&mut template.parts, visit),
        ExprKind::RelativeTraversal { source, .. } | ExprKind::Parens(source) => change(source, visit),
        ExprKind::Index { collection, key, .. } => {
            change(collection, visit);
            change(key, visit);
        }
        ExprKind::Splat(splat) => {
            change(&mut splat.source, visit);
            change(&mut splat.each, visit);
        }
        ExprKind::Call(call) => call.args.iter_mut().for_each(|arg| change(arg, visit)),
        ExprKind::Unary { operand, .. } => change(operand, visit),
        ExprKind::Binary { left, right, .. } => {
            change(left, visit);
            change(right, visit);
        }
        ExprKind::Conditional { condition, if_true, if_false } => {
            change(condition, visit);
            change(if_true, visit);
            change(if_false, visit);
        }
        ExprKind::Tuple { items, .. } => items.iter_mut().for_each(|item| change(item, visit)),
        ExprKind::Object { items, .. } => {
            for item in items {
                change(&mut item.key, visit);
                change(&mut item.value, visit);
            }
        }
        ExprKind::For(for_expr) => {
            change(&mut for_expr.collection, visit);
            change(&mut for_expr.value, visit);
            for_expr.key.iter_mut().chain(&mut for_expr.condition).for_each(|part| change(part, visit));
        }
    }
}

fn change_parts(parts: &mut [TemplatePart], visit: &mut dyn FnMut(&mut Expr)) {
    for part in parts {
        match part {
            TemplatePart::Literal { .. } => {}
            TemplatePart::Interpolation { expr, .. } => change(expr, visit),
            TemplatePart::If { condition, if_true, if_false, .. } => {
                change(condition, visit);
                change_parts(if_true, visit);
                change_parts(if_false, visit);
            }
            TemplatePart::For { collection, body, .. } => {
                change(collection, visit);
                change_parts(body, visit);
            }
        }
    }
}

/// In the console there is no plan whose time could be told.
fn plan_time(run: &Run) -> Option<i64> {
    match run.op {
        crate::run::Op::Validate | crate::run::Op::Plan | crate::run::Op::Apply => Some(run.plan_time_ms),
        crate::run::Op::Eval => None,
    }
}

/// The values that took part in an expression, for the message about its result.
#[must_use]
pub fn notes(run: &Run, expr: &Expr, place: &Place) -> Vec<ValueNote> {
    let host = Functions { host: &*run.host, plan_time_ms: plan_time(run) };
    let roots = run.names_for(expr, place);
    let cx = EvalContext::new(Environment::new(&host), roots);
    value_notes(expr, &cx)
}

/// The value of an expression in which nothing may be referred to and nothing called.
#[must_use]
pub fn constant(expr: &Expr) -> (Value, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    forbid(expr, &mut problems);
    if !problems.is_empty() {
        return (Value::dynamic_unknown(), problems);
    }
    evaluate_in(expr, &EvalContext::new(Environment::new(&EmptyHost), BTreeMap::new()))
}

/// Reports references and calls.
fn forbid(expr: &Expr, problems: &mut Vec<Diagnostic>) {
    for traversal in super::refs::traversals(expr) {
        let diagnostic = Diagnostic::error("Variables not allowed", "Variables may not be used here.");
        problems.push(diagnostic.at(traversal.range()));
    }
    let mut calls = Vec::new();
    find_calls(expr, &mut calls);
    for range in calls {
        let diagnostic = Diagnostic::error("Function calls not allowed", "Functions may not be called here.");
        problems.push(diagnostic.at(range));
    }
}

fn find_calls(expr: &Expr, out: &mut Vec<nuvola_hcl::Range>) {
    match &expr.kind {
        ExprKind::Call(call) => out.push(call.name_range),
        ExprKind::Parens(inner) => find_calls(inner, out),
        ExprKind::Tuple { items, .. } => items.iter().for_each(|item| find_calls(item, out)),
        ExprKind::Object { items, .. } => items.iter().for_each(|item| find_calls(&item.value, out)),
        ExprKind::Unary { operand, .. } => find_calls(operand, out),
        ExprKind::Binary { left, right, .. } => {
            find_calls(left, out);
            find_calls(right, out);
        }
        ExprKind::Conditional { condition, if_true, if_false } => {
            find_calls(condition, out);
            find_calls(if_true, out);
            find_calls(if_false, out);
        }
        ExprKind::Template(template) => {
            for part in &template.parts {
                if let nuvola_hcl::TemplatePart::Interpolation { expr, .. } = part {
                    find_calls(expr, out);
                }
            }
        }
        ExprKind::Index { collection, key, .. } => {
            find_calls(collection, out);
            find_calls(key, out);
        }
        ExprKind::RelativeTraversal { source, .. } => find_calls(source, out),
        ExprKind::Splat(splat) => find_calls(&splat.source, out),
        ExprKind::For(for_expr) => find_calls(&for_expr.collection, out),
        ExprKind::Invalid
        | ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Traversal(_)
        | ExprKind::SplatItem => {}
    }
}
