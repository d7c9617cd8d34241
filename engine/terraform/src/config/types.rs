//! Type constraints of variables: `object({ a = string, b = optional(number, 3) })`.

use crate::eval;
use nuvola_hcl::text::quote;
use nuvola_hcl::{Call, Diagnostic, Expr, ExprKind, Range};
use nuvola_kernel::Ordered;
use nuvola_tf_lang::{Data, Members, ObjectType, Type, Value, convert};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A type constraint with the defaults of its optional attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    pub ty: Type,
    pub defaults: Defaults,
}

impl Constraint {
    #[must_use]
    pub fn any() -> Self {
        Self { ty: Type::Dynamic, defaults: Defaults::default() }
    }
}

/// Defaults of optional attributes, here and in parts of the type.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Defaults {
    values: BTreeMap<Arc<str>, Value>,
    /// By attribute, by position, or under the empty name for the elements of a collection.
    children: BTreeMap<Arc<str>, Defaults>,
}

impl Defaults {
    fn is_empty(&self) -> bool {
        self.values.is_empty() && self.children.is_empty()
    }

    fn with_child(name: &str, child: Self) -> Self {
        let mut out = Self::default();
        out.add_child(name, child);
        out
    }

    fn add_child(&mut self, name: &str, child: Self) {
        if !child.is_empty() {
            self.children.insert(Arc::from(name), child);
        }
    }

    /// Fills in what a value leaves out, before it is converted.
    #[must_use]
    pub fn apply(&self, value: &Value) -> Value {
        if self.is_empty() || value.is_null() || !value.is_known() {
            return value.clone();
        }
        let marks = value.marks();
        let child = |name: &str, value: &Value| match self.children.get(name) {
            Some(child) => child.apply(value),
            None => value.clone(),
        };
        let out = match (value.data(), value.ty()) {
            (Data::Members(members), Type::Map(_)) if self.children.contains_key("") => {
                let members = members.iter().map(|(name, item)| (Arc::clone(name), child("", item)));
                Value::object(members)
            }
            (Data::Members(members), _) => {
                let each = self.children.contains_key("");
                let mut members: Members = members
                    .iter()
                    .map(|(name, item)| (Arc::clone(name), child(if each { "" } else { name }, item)))
                    .into_map();
                for (name, default) in &self.values {
                    if members.get(name).is_none_or(Value::is_null) {
                        members.insert(Arc::clone(name), child(name, default));
                    }
                }
                Value::object(members)
            }
            (Data::Seq(items), ty) => {
                let each = self.children.contains_key("");
                let changed: Vec<Value> = items
                    .iter()
                    .enumerate()
                    .map(|(at, item)| {
                        let name = if each { String::new() } else { at.to_string() };
                        child(&name, item)
                    })
                    .collect();
                match ty {
                    Type::Set(_)
                        if changed.iter().all(|item| item.ty() == changed[0].ty()) && !changed.is_empty() =>
                    {
                        Value::set(changed)
                    }
                    _ => Value::tuple(changed),
                }
            }
            _ => return value.clone(),
        };
        out.with_marks(marks)
    }
}

/// Reads a type constraint.
pub fn parse(expr: &Expr, diagnostics: &mut Vec<Diagnostic>) -> Constraint {
    let mut defaults = Defaults::default();
    let ty = read(expr, &mut defaults, diagnostics);
    Constraint { ty, defaults }
}

const NOT_A_TYPE: &str = "A type specification is either a primitive type keyword (bool, number, string) or a complex type constructor call, like list(string).";

fn invalid(detail: impl Into<String>, at: Range) -> Diagnostic {
    Diagnostic::error("Invalid type specification", detail).at(at)
}

fn read(expr: &Expr, defaults: &mut Defaults, diagnostics: &mut Vec<Diagnostic>) -> Type {
    if let Some(keyword) = expr.keyword() {
        let constructor =
            |what: &str| format!("The {keyword} type constructor requires one argument specifying {what}.");
        let detail = match keyword {
            "bool" => return Type::Bool,
            "string" => return Type::String,
            "number" => return Type::Number,
            "any" => return Type::Dynamic,
            "list" | "set" | "map" => constructor("the element type"),
            "object" => constructor("the attribute types and values as a map"),
            "tuple" => constructor("the element types as a list"),
            "optional" => {
                "Keyword \"optional\" is valid only as a modifier for object type attributes.".to_owned()
            }
            _ => format!("The keyword {} is not a valid type specification.", quote(keyword)),
        };
        diagnostics.push(invalid(detail, expr.range));
        return Type::Dynamic;
    }
    let ExprKind::Call(call) = &expr.kind else {
        diagnostics.push(invalid(NOT_A_TYPE, expr.range));
        return Type::Dynamic;
    };
    constructor(expr, call, defaults, diagnostics)
}

fn constructor(expr: &Expr, call: &Call, defaults: &mut Defaults, diagnostics: &mut Vec<Diagnostic>) -> Type {
    let name = call.name.as_str();
    match name {
        "bool" | "string" | "number" => {
            let detail = format!("Primitive type keyword {} does not expect arguments.", quote(name));
            diagnostics.push(invalid(detail, expr.range));
            return Type::Dynamic;
        }
        "any" => {
            let detail = "Type constraint keyword \"any\" does not expect arguments.";
            diagnostics.push(invalid(detail, expr.range));
            return Type::Dynamic;
        }
        "optional" => {
            let detail = "Keyword \"optional\" is valid only as a modifier for object type attributes.";
            diagnostics.push(invalid(detail, expr.range));
            return Type::Dynamic;
        }
        "list" | "set" | "map" | "object" | "tuple" => {}
        _ => {
            let detail = format!("Keyword {} is not a valid type constructor.", quote(name));
            diagnostics.push(invalid(detail, expr.range));
            return Type::Dynamic;
        }
    }
    let [argument] = call.args.as_slice() else {
        let what = match name {
            "object" => "the attribute types and values as a map",
            "tuple" => "the element types as a list",
            _ => "the element type",
        };
        let detail = format!("The {name} type constructor requires one argument specifying {what}.");
        let at =
            call.args.get(1).map_or(call.open_paren_range.to(call.close_paren_range), |extra| extra.range);
        diagnostics.push(invalid(detail, at).in_context(expr.range));
        return Type::Dynamic;
    };
    match (name, &argument.kind) {
        ("object", ExprKind::Object { .. }) => object(argument, defaults, diagnostics),
        ("object", _) => {
            let detail = "Object type constructor requires a map whose keys are attribute names and whose values are the corresponding attribute types.";
            diagnostics.push(invalid(detail, argument.range).in_context(expr.range));
            Type::Dynamic
        }
        ("tuple", ExprKind::Tuple { items, .. }) => {
            let mut types = Vec::new();
            for (at, item) in items.iter().enumerate() {
                let mut child = Defaults::default();
                types.push(read(item, &mut child, diagnostics));
                defaults.add_child(&at.to_string(), child);
            }
            Type::tuple(types)
        }
        ("tuple", _) => {
            let detail = "Tuple type constructor requires a list of element types.";
            diagnostics.push(invalid(detail, argument.range).in_context(expr.range));
            Type::Dynamic
        }
        _ => {
            let mut child = Defaults::default();
            let element = read(argument, &mut child, diagnostics);
            if !child.is_empty() {
                *defaults = Defaults::with_child("", child);
            }
            match name {
                "list" => Type::list(element),
                "set" => Type::set(element),
                _ => Type::map(element),
            }
        }
    }
}

fn object(expr: &Expr, defaults: &mut Defaults, diagnostics: &mut Vec<Diagnostic>) -> Type {
    let ExprKind::Object { items, .. } = &expr.kind else {
        return Type::Dynamic;
    };
    let mut attrs = BTreeMap::new();
    let mut optional = BTreeSet::new();
    for item in items {
        let Some(name) = item.key.keyword() else {
            let detail = "Object constructor map keys must be attribute names.";
            diagnostics.push(invalid(detail, item.key.range).in_context(expr.range));
            continue;
        };
        let name: Arc<str> = Arc::from(name);
        let mut child = Defaults::default();
        let mut type_expr = &item.value;
        let mut default = None;
        if let ExprKind::Call(call) = &item.value.kind
            && call.name == "optional"
        {
            optional.insert(Arc::clone(&name));
            match call.args.as_slice() {
                [ty] => type_expr = ty,
                [ty, value] => {
                    type_expr = ty;
                    default = Some(value);
                }
                [] => {
                    let detail = "Optional attribute modifier requires the attribute type as its argument.";
                    diagnostics.push(invalid(detail, call.open_paren_range.to(call.close_paren_range)));
                    continue;
                }
                [_, _, extra, ..] => {
                    let detail = "Optional attribute modifier expects at most two arguments: the attribute type, and a default value.";
                    diagnostics.push(invalid(detail, extra.range));
                    continue;
                }
            }
        }
        let ty = read(type_expr, &mut child, diagnostics);
        if let Some(value) = default {
            let (given, problems) = eval::constant(value);
            diagnostics.extend(problems);
            match convert(&child.apply(&given), &ty) {
                Ok(given) => {
                    defaults.values.insert(Arc::clone(&name), given);
                }
                Err(error) => diagnostics.push(
                    Diagnostic::error(
                        "Invalid default value for optional attribute",
                        format!("This default value is not compatible with the attribute's type constraint: {error}."),
                    )
                    .at(value.range),
                ),
            }
        }
        defaults.add_child(&name, child);
        attrs.insert(name, ty);
    }
    Type::Object(Arc::new(ObjectType { attrs, optional }))
}
