//! What an expression refers to: names of the configuration, and how Terraform reads them.

use nuvola_hcl::{Diagnostic, Expr, ExprKind, Range, Step, StepKind, Template, TemplatePart, Traversal};

/// Something that an expression refers to.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    pub subject: Subject,
    /// The part of the expression that names the subject.
    pub range: Range,
    /// The steps into the subject's value.
    pub remaining: Vec<Step>,
}

/// The objects of a module that can be referred to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    InputVariable(String),
    LocalValue(String),
    ModuleCall { name: String, key: Option<Key>, output: Option<String> },
    Resource { mode: ResourceMode, kind: String, name: String, key: Option<Key> },
    Path(String),
    Terraform(String),
    Each(String),
    Count(String),
    SelfObject,
}

/// The key of an instance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Number(String),
    String(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceMode {
    Managed,
    Data,
    Ephemeral,
}

/// All references in an expression, in order, and what is wrong with those that are none.
pub fn references(expr: &Expr) -> (Vec<Reference>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    for traversal in traversals(expr) {
        let (reference, own) = parse_reference(traversal);
        found.extend(reference);
        diagnostics.extend(own);
    }
    (found, diagnostics)
}

/// All traversals in an expression whose root is not a name of a surrounding `for`.
pub fn traversals(expr: &Expr) -> Vec<&Traversal> {
    let mut walk = Walk { found: Vec::new(), hidden: Vec::new() };
    walk.expr(expr);
    walk.found
}

struct Walk<'e> {
    found: Vec<&'e Traversal>,
    hidden: Vec<&'e str>,
}

impl<'e> Walk<'e> {
    fn expr(&mut self, expr: &'e Expr) {
        match &expr.kind {
            ExprKind::Invalid
            | ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::SplatItem => {}
            ExprKind::Template(Template { parts, .. }) => self.parts(parts),
            ExprKind::Traversal(traversal) => {
                if !self.hidden.contains(&traversal.root.name.as_str()) {
                    self.found.push(traversal);
                }
            }
            ExprKind::RelativeTraversal { source, .. } => self.expr(source),
            ExprKind::Index { collection, key, .. } => {
                self.expr(collection);
                self.expr(key);
            }
            ExprKind::Splat(splat) => {
                self.expr(&splat.source);
                self.expr(&splat.each);
            }
            ExprKind::Call(call) => call.args.iter().for_each(|arg| self.expr(arg)),
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Conditional { condition, if_true, if_false } => {
                self.expr(condition);
                self.expr(if_true);
                self.expr(if_false);
            }
            ExprKind::Parens(inner) => self.expr(inner),
            ExprKind::Tuple { items, .. } => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Object { items, .. } => {
                for item in items {
                    // A bare word as a key is its own text, not a reference.
                    if item.key.keyword().is_none() {
                        self.expr(&item.key);
                    }
                    self.expr(&item.value);
                }
            }
            ExprKind::For(expr) => {
                self.expr(&expr.collection);
                let names = expr.key_var.iter().chain([&expr.value_var]);
                self.inside(names.map(|name| name.name.as_str()), |walk| {
                    for part in expr.key.iter().chain([&expr.value]).chain(&expr.condition) {
                        walk.expr(part);
                    }
                });
            }
        }
    }

    fn inside(&mut self, names: impl Iterator<Item = &'e str>, body: impl FnOnce(&mut Self)) {
        let before = self.hidden.len();
        self.hidden.extend(names);
        body(self);
        self.hidden.truncate(before);
    }

    fn parts(&mut self, parts: &'e [TemplatePart]) {
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
                    let names = key.iter().chain([value]).map(|name| name.name.as_str());
                    self.inside(names, |walk| walk.parts(body));
                }
            }
        }
    }
}

fn invalid(detail: impl Into<String>, range: Range) -> Diagnostic {
    Diagnostic::error("Invalid reference", detail).at(range)
}

type Parsed = (Option<Reference>, Vec<Diagnostic>);

/// Reads a traversal as Terraform does. A reference may come along with an error about it.
pub fn parse_reference(traversal: &Traversal) -> Parsed {
    let root = traversal.root.name.as_str();
    match root {
        "count" => single_attr(traversal, Subject::Count),
        "each" => single_attr(traversal, Subject::Each),
        "local" => single_attr(traversal, Subject::LocalValue),
        "path" => single_attr(traversal, Subject::Path),
        "terraform" => single_attr(traversal, Subject::Terraform),
        "var" => single_attr(traversal, Subject::InputVariable),
        "self" => {
            let remaining = traversal.steps.clone();
            (
                Some(Reference { subject: Subject::SelfObject, range: traversal.root.range, remaining }),
                Vec::new(),
            )
        }
        "module" => module_reference(traversal),
        "data" => prefixed_resource(traversal, ResourceMode::Data, "data source type"),
        "ephemeral" => prefixed_resource(traversal, ResourceMode::Ephemeral, "ephemeral resource type"),
        "resource" => prefixed_resource(traversal, ResourceMode::Managed, "resource type"),
        "template" | "lazy" | "arg" => {
            let detail = format!(
                "The symbol name {root:?} is reserved for use in a future Terraform version. If you are using a provider that already uses this as a resource type name, add the prefix \"resource.\" to force interpretation as a resource type name."
            );
            (None, vec![Diagnostic::error("Reserved symbol name", detail).at(traversal.root.range)])
        }
        kind => {
            resource_reference(traversal, ResourceMode::Managed, kind, &traversal.steps, traversal.root.range)
        }
    }
}

fn single_attr(traversal: &Traversal, subject: impl Fn(String) -> Subject) -> Parsed {
    let root = &traversal.root;
    let (name, range, problem) = match traversal.steps.first() {
        Some(Step { kind: StepKind::Attr(name), range }) => (name.clone(), root.range.to(*range), None),
        Some(step) => {
            let detail = format!("The {:?} object does not support this operation.", root.name);
            (String::new(), Range::NOWHERE, Some(invalid(detail, step.range)))
        }
        None => {
            let detail = format!(
                "The {:?} object cannot be accessed directly. Instead, access one of its attributes.",
                root.name
            );
            (String::new(), Range::NOWHERE, Some(invalid(detail, root.range)))
        }
    };
    let remaining = traversal.steps.iter().skip(1).cloned().collect();
    (Some(Reference { subject: subject(name), range, remaining }), problem.into_iter().collect())
}

fn key_of(step: Option<&Step>) -> Option<Key> {
    match &step?.kind {
        StepKind::Number(text) => Some(Key::Number(text.clone())),
        StepKind::Key(key) => Some(Key::String(key.clone())),
        StepKind::Attr(_) | StepKind::Splat => None,
    }
}

fn module_reference(traversal: &Traversal) -> Parsed {
    let root = traversal.root.range;
    let (name, name_range) = match traversal.steps.first() {
        Some(Step { kind: StepKind::Attr(name), range }) => (name.clone(), *range),
        Some(step) => {
            return (
                None,
                vec![invalid("The \"module\" object does not support this operation.", step.range)],
            );
        }
        None => {
            let detail =
                "The \"module\" object cannot be accessed directly. Instead, access one of its attributes.";
            return (None, vec![invalid(detail, root)]);
        }
    };
    let mut rest = &traversal.steps[1..];
    let mut range = root.to(name_range);
    let key = key_of(rest.first());
    if key.is_some() {
        range = root.to(rest[0].range);
        rest = &rest[1..];
    }
    let mut output = None;
    if let Some(Step { kind: StepKind::Attr(name), range: own }) = rest.first() {
        output = Some(name.clone());
        range = root.to(*own);
        rest = &rest[1..];
    }
    let subject = Subject::ModuleCall { name, key, output };
    (Some(Reference { subject, range, remaining: rest.to_vec() }), Vec::new())
}

fn prefixed_resource(traversal: &Traversal, mode: ResourceMode, what: &str) -> Parsed {
    let root = &traversal.root;
    if traversal.steps.len() < 2 {
        let detail = format!(
            "The {:?} object must be followed by two attribute names: the {what} and the resource name.",
            root.name
        );
        return (None, vec![invalid(detail, traversal.range())]);
    }
    match &traversal.steps[0].kind {
        StepKind::Attr(kind) => {
            resource_reference(traversal, mode, kind, &traversal.steps[1..], traversal.steps[0].range)
        }
        StepKind::Number(_) | StepKind::Key(_) | StepKind::Splat => {
            let detail = format!("The {:?} object does not support this operation.", root.name);
            (None, vec![invalid(detail, traversal.steps[0].range)])
        }
    }
}

fn resource_reference(
    traversal: &Traversal,
    mode: ResourceMode,
    kind: &str,
    steps: &[Step],
    kind_range: Range,
) -> Parsed {
    let what = match mode {
        ResourceMode::Managed => "resource type",
        ResourceMode::Data => "data source",
        ResourceMode::Ephemeral => "ephemeral resource type",
    };
    let detail = || {
        format!(
            "A reference to a {what} must be followed by at least one attribute access, specifying the resource name."
        )
    };
    let (name, name_range) = match steps.first() {
        Some(Step { kind: StepKind::Attr(name), range }) => (name.clone(), *range),
        Some(step) => return (None, vec![invalid(detail(), step.range)]),
        None => return (None, vec![invalid(detail(), traversal.root.range.to(kind_range))]),
    };
    let key = key_of(steps.get(1));
    let used = 1 + usize::from(key.is_some());
    let end = if key.is_some() { steps[1].range } else { name_range };
    let subject = Subject::Resource { mode, kind: kind.to_owned(), name, key };
    let range = traversal.root.range.to(end);
    (Some(Reference { subject, range, remaining: steps[used..].to_vec() }), Vec::new())
}
