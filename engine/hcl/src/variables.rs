//! The references in an expression.

use crate::ast::{Expr, ExprKind, Template, TemplatePart, Traversal};

/// The references to names that the expression does not define itself, in source order.
///
/// The names of a `for` are left out where they hold, and so is a bare word that is an object's key.
#[must_use]
pub fn variables(expr: &Expr) -> Vec<&Traversal> {
    let mut walk = Walk::default();
    walk.expr(expr);
    walk.found
}

/// As [`variables`], of a template.
#[must_use]
pub fn template_variables(template: &Template) -> Vec<&Traversal> {
    let mut walk = Walk::default();
    walk.parts(&template.parts);
    walk.found
}

#[derive(Default)]
struct Walk<'a> {
    found: Vec<&'a Traversal>,
    /// The names that the surrounding `for`s define.
    defined: Vec<&'a str>,
}

impl<'a> Walk<'a> {
    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Invalid
            | ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::SplatItem => {}
            ExprKind::Template(template) => self.parts(&template.parts),
            ExprKind::Traversal(traversal) => {
                if !self.defined.contains(&traversal.root.name.as_str()) {
                    self.found.push(traversal);
                }
            }
            ExprKind::RelativeTraversal { source, .. } => self.expr(source),
            ExprKind::Index { collection, key, .. } => self.all([&**collection, &**key]),
            ExprKind::Splat(splat) => self.all([&*splat.source, &*splat.each]),
            ExprKind::Call(call) => self.all(&call.args),
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { left, right, .. } => self.all([&**left, &**right]),
            ExprKind::Conditional { condition, if_true, if_false } => {
                self.all([&**condition, &**if_true, &**if_false]);
            }
            ExprKind::Parens(inner) => self.expr(inner),
            ExprKind::Tuple { items, .. } => self.all(items),
            ExprKind::Object { items, .. } => {
                for item in items {
                    if item.key.keyword().is_none() {
                        self.expr(&item.key);
                    }
                    self.expr(&item.value);
                }
            }
            ExprKind::For(parts) => {
                self.expr(&parts.collection);
                self.defining(parts.key_var.iter().chain([&parts.value_var]), |walk| {
                    walk.all(&parts.key);
                    walk.expr(&parts.value);
                    walk.all(&parts.condition);
                });
            }
        }
    }

    fn all(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn parts(&mut self, parts: &'a [TemplatePart]) {
        for part in parts {
            match part {
                TemplatePart::Literal { .. } => {}
                TemplatePart::Interpolation { expr, .. } => self.expr(expr),
                TemplatePart::If { condition, if_true, if_false, .. } => {
                    self.expr(condition);
                    self.parts(if_true);
                    self.parts(if_false);
                }
                TemplatePart::For { key, value, collection, body, .. } => {
                    self.expr(collection);
                    self.defining(key.iter().chain([value]), |walk| walk.parts(body));
                }
            }
        }
    }

    fn defining(
        &mut self,
        names: impl Iterator<Item = &'a crate::ast::Ident>,
        inside: impl FnOnce(&mut Self),
    ) {
        let outer = self.defined.len();
        self.defined.extend(names.map(|ident| ident.name.as_str()));
        inside(self);
        self.defined.truncate(outer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{SourceFile, Sources};

    fn check(text: &str, expected: &[&str]) {
        let mut sources = Sources::new();
        let file = sources.add(SourceFile::new("test", text));
        let (expr, diagnostics) = crate::parse_expression(&sources, file);
        assert_eq!(diagnostics, []);
        let found = variables(&expr);
        let texts: Vec<&str> = found.iter().map(|traversal| sources.text(traversal.range())).collect();
        assert_eq!(texts, expected);
    }

    // Source: our own reasoning from the HCL specification's sections on `for` expressions.
    #[test]
    fn names_of_a_for_are_its_own() {
        check("[for k, v in var.x : f(k, v.a, local.y) if z]", &["var.x", "local.y", "z"]);
        check("\"%{for a in b}${a}${c}%{endfor}\"", &["b", "c"]);
        check("[for a in a : a]", &["a"]);
    }

    // Source: the HCL specification: an object's key that is a bare word is a literal.
    #[test]
    fn a_bare_key_is_no_reference() {
        check("{ a = b, (c) = d, e.f = g[h].*.i }", &["b", "c", "d", "e.f", "g", "h"]);
    }
}
