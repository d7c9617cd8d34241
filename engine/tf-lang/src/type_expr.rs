//! Type constraints: `object({ a = optional(string, "x") })` as a type and its defaults.

use nuvola_kernel::Ordered;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nuvola_hcl::text::quote;
use nuvola_hcl::{Call, Diagnostic, Expr, ExprKind};

use crate::convert::convert;
use crate::types::{ObjectType, Type};
use crate::value::{Members, Value};

/// Default values of optional attributes, at the places of a type.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Defaults {
    /// Of this object's own attributes.
    values: BTreeMap<Arc<str>, Value>,
    /// Of what is inside: by attribute name, by tuple index, or `""` for all elements.
    children: BTreeMap<String, Defaults>,
}

impl Defaults {
    /// Whether there is nothing to fill in.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.children.is_empty()
    }

    /// Fills defaults into a value that has not been converted to the type yet.
    pub fn apply(&self, value: &Value) -> Value {
        if self.is_empty() || !value.can_iterate() {
            return value.clone();
        }
        let (value, marks) = value.clone().unmark();
        let result = match (value.as_members(), value.as_seq()) {
            (Some(members), _) => self.apply_members(&value, members),
            (None, Some(elements)) => {
                let filled: Vec<Value> = elements
                    .iter()
                    .enumerate()
                    .map(|(index, element)| {
                        self.child(&index.to_string()).map_or(element.clone(), |d| d.apply(element))
                    })
                    .collect();
                same_kind(&value, filled)
            }
            (None, None) => value,
        };
        result.with_marks(marks)
    }

    fn child(&self, name: &str) -> Option<&Defaults> {
        self.children.get(name).or_else(|| self.children.get(""))
    }

    fn apply_members(&self, value: &Value, members: &Members) -> Value {
        let mut filled: Members = members
            .iter()
            .map(|(name, member)| {
                (name.clone(), self.child(name).map_or(member.clone(), |d| d.apply(member)))
            })
            .into_map();
        for (name, default) in &self.values {
            if filled.get(name).is_none_or(Value::is_null) {
                let own = self.child(name).map_or(default.clone(), |defaults| defaults.apply(default));
                filled.insert(name.clone(), own);
            }
        }
        if let Type::Map(element) = value.ty()
            && filled.values().all(|value| value.ty() == &**element)
        {
            return Value::map_of((**element).clone(), filled);
        }
        Value::object(filled)
    }
}

/// Filled elements as what they were, or as a tuple if defaults have made their types differ.
fn same_kind(value: &Value, filled: Vec<Value>) -> Value {
    let element = value.ty().element_type();
    match element.filter(|element| filled.iter().all(|value| value.ty() == *element)) {
        Some(element) if matches!(value.ty(), Type::Set(_)) => Value::set_of(element.clone(), filled),
        Some(element) => Value::list_of(element.clone(), filled),
        None => Value::tuple(filled),
    }
}

/// A type constraint as read.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeConstraint {
    pub ty: Type,
    pub defaults: Defaults,
}

/// Reads a type constraint; `any` is allowed, and `optional(...)` in objects.
pub fn parse_type_constraint(expr: &Expr) -> (TypeConstraint, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let (ty, defaults) = read(expr, &mut out);
    (TypeConstraint { ty, defaults }, out)
}

const SUMMARY: &str = "Invalid type specification";
const COLLECTIONS: [&str; 3] = ["list", "set", "map"];

fn fail(detail: impl Into<String>, expr: &Expr, out: &mut Vec<Diagnostic>) -> (Type, Defaults) {
    out.push(Diagnostic::error(SUMMARY, detail).at(expr.range));
    (Type::Dynamic, Defaults::default())
}

fn read(expr: &Expr, out: &mut Vec<Diagnostic>) -> (Type, Defaults) {
    if let Some(word) = expr.keyword() {
        return read_keyword(word, expr, out);
    }
    let ExprKind::Call(call) = &expr.kind else {
        let detail = "A type specification is either a primitive type keyword (bool, number, string) or a complex type constructor call, like list(string).";
        return fail(detail, expr, out);
    };
    match call.name.as_str() {
        name @ ("bool" | "string" | "number" | "any") => {
            let detail = match name {
                "any" => format!("Type constraint keyword {} does not expect arguments.", quote(name)),
                _ => format!("Primitive type keyword {} does not expect arguments.", quote(name)),
            };
            fail(detail, expr, out)
        }
        "optional" => {
            fail("Keyword \"optional\" is valid only as a modifier for object type attributes.", expr, out)
        }
        name if COLLECTIONS.contains(&name) || name == "object" || name == "tuple" => {
            if call.args.len() == 1 {
                return read_constructor(call, expr, out);
            }
            let detail = match name {
                "object" => "The object type constructor requires one argument specifying the attribute types and values as a map.".to_owned(),
                "tuple" => "The tuple type constructor requires one argument specifying the element types as a list.".to_owned(),
                name => format!("The {name} type constructor requires one argument specifying the element type."),
            };
            fail(detail, expr, out)
        }
        name => fail(format!("Keyword {} is not a valid type constructor.", quote(name)), expr, out),
    }
}

fn read_keyword(word: &str, expr: &Expr, out: &mut Vec<Diagnostic>) -> (Type, Defaults) {
    let plain = |ty: Type| (ty, Defaults::default());
    match word {
        "bool" => plain(Type::Bool),
        "string" => plain(Type::String),
        "number" => plain(Type::Number),
        "any" => plain(Type::Dynamic),
        name if COLLECTIONS.contains(&name) => {
            let detail =
                format!("The {name} type constructor requires one argument specifying the element type.");
            fail(detail, expr, out)
        }
        "object" => fail(
            "The object type constructor requires one argument specifying the attribute types and values as a map.",
            expr,
            out,
        ),
        "tuple" => {
            let detail =
                "The tuple type constructor requires one argument specifying the element types as a list.";
            fail(detail, expr, out)
        }
        "optional" => {
            fail("Keyword \"optional\" is valid only as a modifier for object type attributes.", expr, out)
        }
        word => fail(format!("The keyword {} is not a valid type specification.", quote(word)), expr, out),
    }
}

fn read_constructor(call: &Call, expr: &Expr, out: &mut Vec<Diagnostic>) -> (Type, Defaults) {
    let arg = &call.args[0];
    match call.name.as_str() {
        "object" => read_object(arg, out),
        "tuple" => read_tuple(arg, out),
        name => {
            let (element, defaults) = read(arg, out);
            let mut own = Defaults::default();
            if !defaults.is_empty() {
                own.children.insert(String::new(), defaults);
            }
            let ty = match name {
                "list" => Type::list(element),
                "set" => Type::set(element),
                "map" => Type::map(element),
                _ => return fail("Invalid type constructor.", expr, out),
            };
            (ty, own)
        }
    }
}

fn read_tuple(arg: &Expr, out: &mut Vec<Diagnostic>) -> (Type, Defaults) {
    let ExprKind::Tuple { items, .. } = &arg.kind else {
        return fail("Tuple type constructor requires a list of element types.", arg, out);
    };
    let mut defaults = Defaults::default();
    let mut types = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let (ty, own) = read(item, out);
        types.push(ty);
        if !own.is_empty() {
            defaults.children.insert(index.to_string(), own);
        }
    }
    (Type::tuple(types), defaults)
}

fn read_object(arg: &Expr, out: &mut Vec<Diagnostic>) -> (Type, Defaults) {
    let ExprKind::Object { items, .. } = &arg.kind else {
        let detail = "Object type constructor requires a map whose keys are attribute names and whose values are the corresponding attribute types.";
        return fail(detail, arg, out);
    };
    let mut attrs = BTreeMap::new();
    let mut optional = BTreeSet::new();
    let mut defaults = Defaults::default();
    for item in items {
        let Some(name) = item.key.keyword() else {
            let detail = "Object constructor map keys must be attribute names.";
            out.push(Diagnostic::error(SUMMARY, detail).at(item.key.range).in_context(arg.range));
            continue;
        };
        let name: Arc<str> = Arc::from(name);
        let (ty, own, default) = read_attribute(&item.value, &mut optional, &name, out);
        if !own.is_empty() {
            defaults.children.insert(name.to_string(), own);
        }
        if let Some(default) = default {
            defaults.values.insert(name.clone(), default);
        }
        attrs.insert(name, ty);
    }
    (Type::Object(Arc::new(ObjectType { attrs, optional })), defaults)
}

fn read_attribute(
    value: &Expr,
    optional: &mut BTreeSet<Arc<str>>,
    name: &Arc<str>,
    out: &mut Vec<Diagnostic>,
) -> (Type, Defaults, Option<Value>) {
    let ExprKind::Call(call) = &value.kind else {
        let (ty, defaults) = read(value, out);
        return (ty, defaults, None);
    };
    if call.name != "optional" {
        let (ty, defaults) = read(value, out);
        return (ty, defaults, None);
    }
    optional.insert(name.clone());
    let [ty_expr, rest @ ..] = call.args.as_slice() else {
        let detail = "Optional attribute modifier requires the attribute type as its argument.";
        let (ty, defaults) = fail(detail, value, out);
        return (ty, defaults, None);
    };
    let (ty, own) = read(ty_expr, out);
    if rest.len() > 1 {
        let detail = "Optional attribute modifier expects at most two arguments: the attribute type, and a default value.";
        out.push(Diagnostic::error(SUMMARY, detail).at(value.range));
    }
    let default = rest.first().and_then(|default| read_default(default, &ty, &own, out));
    (ty, own, default)
}

fn read_default(expr: &Expr, ty: &Type, own: &Defaults, out: &mut Vec<Diagnostic>) -> Option<Value> {
    let host = crate::host::EmptyHost;
    let cx = crate::eval::EvalContext::new(crate::eval::Environment::new(&host), BTreeMap::new());
    let (value, diagnostics) = crate::eval::evaluate(expr, &cx);
    if nuvola_hcl::has_errors(&diagnostics) {
        out.extend(diagnostics);
        return None;
    }
    if value.is_null() {
        return Some(Value::null(ty.clone()));
    }
    match convert(&own.apply(&value), ty) {
        Ok(value) => Some(value),
        Err(error) => {
            let detail = format!(
                "This default value is not compatible with the attribute's type constraint: {}.",
                error.message
            );
            out.push(
                Diagnostic::error("Invalid default value for optional attribute", detail).at(expr.range),
            );
            None
        }
    }
}
