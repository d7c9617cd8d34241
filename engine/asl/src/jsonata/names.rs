//! Which variables an expression takes from outside.

use super::ast::{Kind, Node, Stage};
use std::sync::Arc;

pub(super) fn free_variables(node: &Node) -> Vec<String> {
    let mut out = Vec::new();
    let mut bound = Vec::new();
    walk(node, &mut bound, &mut out);
    out
}

fn walk(node: &Node, bound: &mut Vec<Arc<str>>, out: &mut Vec<String>) {
    let outer = bound.len();
    match &node.kind {
        Kind::Variable(name) => {
            let known = name.is_empty() || &**name == "$" || bound.iter().any(|known| known == name);
            if !known && !out.iter().any(|seen| **seen == **name) {
                out.push(name.to_string());
            }
        }
        Kind::Path(steps) => steps.iter().for_each(|step| walk(step, bound, out)),
        Kind::Binary(_, left, right) | Kind::Apply(left, right) => {
            walk(left, bound, out);
            walk(right, bound, out);
        }
        Kind::Negate(inner) => walk(inner, bound, out),
        Kind::Array(items) => items.iter().for_each(|item| walk(item, bound, out)),
        Kind::Block(parts) => {
            parts.iter().for_each(|part| walk(part, bound, out));
            bound.truncate(outer);
        }
        Kind::Object(pairs) => pairs.iter().for_each(|(key, value)| {
            walk(key, bound, out);
            walk(value, bound, out);
        }),
        Kind::Condition(condition, then, otherwise) => {
            walk(condition, bound, out);
            walk(then, bound, out);
            otherwise.iter().for_each(|otherwise| walk(otherwise, bound, out));
        }
        Kind::Bind(name, value) => {
            // A function may call itself by the name that it is about to have.
            bound.push(name.clone());
            walk(value, bound, out);
        }
        Kind::Call(procedure, arguments) | Kind::Partial(procedure, arguments) => {
            walk(procedure, bound, out);
            arguments.iter().for_each(|argument| walk(argument, bound, out));
        }
        Kind::Lambda(lambda) => {
            bound.extend(lambda.parameters.iter().cloned());
            walk(&lambda.body, bound, out);
            bound.truncate(outer);
        }
        Kind::Transform(transform) => {
            walk(&transform.pattern, bound, out);
            walk(&transform.update, bound, out);
            transform.delete.iter().for_each(|delete| walk(delete, bound, out));
        }
        Kind::Sort(terms) => terms.iter().for_each(|term| walk(&term.expression, bound, out)),
        Kind::Name(_)
        | Kind::Text(_)
        | Kind::Number(_)
        | Kind::Constant(_)
        | Kind::Wildcard
        | Kind::Descendants
        | Kind::Parent(_)
        | Kind::Regex(_)
        | Kind::Placeholder
        | Kind::Raw(_) => {}
    }
    bound.extend(node.focus.iter().chain(&node.index).cloned());
    for stage in node.predicates.iter().chain(&node.stages) {
        match stage {
            Stage::Filter(filter) => walk(filter, bound, out),
            Stage::Index(name) => bound.push(name.clone()),
        }
    }
    if let Some(group) = &node.group {
        group.pairs.iter().for_each(|(key, value)| {
            walk(key, bound, out);
            walk(value, bound, out);
        });
    }
}
