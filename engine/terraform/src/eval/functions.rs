//! The bridge to the language's evaluator: files and time for functions, names for expressions.

use super::scope::Roots;
use crate::addr::ModuleInstance;
use crate::host::{FileError as HostFileError, FileKind as HostFileKind, Host};
use crate::run::{Place, Run};
use nuvola_hcl::{Diagnostic, Expr, ExprKind, ValueNote};
use nuvola_tf_lang::Value;
use nuvola_tf_lang::eval::{Environment, EvalContext, evaluate as evaluate_in, value_notes};
use nuvola_tf_lang::host::{EmptyHost, FileError, FileKind, Host as FunctionHost};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The host of a run, as functions see it.
struct Functions<'r> {
    host: &'r dyn Host,
    plan_time_ms: Option<i64>,
}

impl FunctionHost for Functions<'_> {
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
    let cx = EvalContext::new(environment, roots.clone());
    evaluate_in(expr, &cx)
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
