//! Types of values, and the names Terraform gives them in messages.

use nuvola_kernel::Ordered;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

/// A type. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Not known yet; as a constraint, any type.
    Dynamic,
    Bool,
    Number,
    String,
    List(Arc<Type>),
    Set(Arc<Type>),
    Map(Arc<Type>),
    Tuple(Arc<[Type]>),
    Object(Arc<ObjectType>),
    /// The type of what the console's `type` function returns.
    Type,
}

/// The attributes of an object type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectType {
    /// Attribute types by name.
    pub attrs: BTreeMap<Arc<str>, Type>,
    /// Attributes that a type constraint lets one omit. Types of values have none.
    pub optional: BTreeSet<Arc<str>>,
}

impl Type {
    /// A list of elements of one type.
    pub fn list(element: Type) -> Type {
        Type::List(Arc::new(element))
    }

    /// A set of elements of one type.
    pub fn set(element: Type) -> Type {
        Type::Set(Arc::new(element))
    }

    /// A map of elements of one type.
    pub fn map(element: Type) -> Type {
        Type::Map(Arc::new(element))
    }

    /// A tuple of the given element types.
    pub fn tuple(elements: impl IntoIterator<Item = Type>) -> Type {
        Type::Tuple(elements.into_iter().collect())
    }

    /// An object with the given attributes, all required.
    pub fn object<K: Into<Arc<str>>>(attrs: impl IntoIterator<Item = (K, Type)>) -> Type {
        let attrs = attrs.into_iter().map(|(name, ty)| (name.into(), ty)).into_map();
        Type::Object(Arc::new(ObjectType { attrs, optional: BTreeSet::new() }))
    }

    /// String, number or bool.
    pub fn is_primitive(&self) -> bool {
        match self {
            Type::Bool | Type::Number | Type::String => true,
            Type::Dynamic
            | Type::List(_)
            | Type::Set(_)
            | Type::Map(_)
            | Type::Tuple(_)
            | Type::Object(_)
            | Type::Type => false,
        }
    }

    /// List, set or map.
    pub fn is_collection(&self) -> bool {
        self.element_type().is_some()
    }

    /// List or tuple.
    pub fn is_sequence(&self) -> bool {
        matches!(self, Type::List(_) | Type::Tuple(_))
    }

    /// Map or object.
    pub fn is_mapping(&self) -> bool {
        matches!(self, Type::Map(_) | Type::Object(_))
    }

    /// The element type of a list, set or map.
    pub fn element_type(&self) -> Option<&Type> {
        match self {
            Type::List(element) | Type::Set(element) | Type::Map(element) => Some(element),
            Type::Dynamic
            | Type::Bool
            | Type::Number
            | Type::String
            | Type::Tuple(_)
            | Type::Object(_)
            | Type::Type => None,
        }
    }

    /// Whether any part of the type is [`Type::Dynamic`].
    pub fn has_dynamic(&self) -> bool {
        match self {
            Type::Dynamic => true,
            Type::Bool | Type::Number | Type::String | Type::Type => false,
            Type::List(element) | Type::Set(element) | Type::Map(element) => element.has_dynamic(),
            Type::Tuple(elements) => elements.iter().any(Type::has_dynamic),
            Type::Object(object) => object.attrs.values().any(Type::has_dynamic),
        }
    }

    /// The same type without marks of optional attributes, which only constraints have.
    pub fn without_optional(&self) -> Type {
        match self {
            Type::Dynamic | Type::Bool | Type::Number | Type::String | Type::Type => self.clone(),
            Type::List(element) => Type::list(element.without_optional()),
            Type::Set(element) => Type::set(element.without_optional()),
            Type::Map(element) => Type::map(element.without_optional()),
            Type::Tuple(elements) => Type::tuple(elements.iter().map(Type::without_optional)),
            Type::Object(object) => {
                Type::object(object.attrs.iter().map(|(name, ty)| (name.clone(), ty.without_optional())))
            }
        }
    }

    /// Whether a value of type `self` could be one of type `wanted`, where dynamic parts match anything.
    pub fn conforms_to(&self, wanted: &Type) -> bool {
        match (self, wanted) {
            (_, Type::Dynamic) => true,
            (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => {
                a.conforms_to(b)
            }
            (Type::Tuple(a), Type::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.conforms_to(b))
            }
            (Type::Object(a), Type::Object(b)) => {
                a.attrs.len() == b.attrs.len()
                    && a.attrs.iter().all(|(name, ty)| b.attrs.get(name).is_some_and(|b| ty.conforms_to(b)))
            }
            _ => self == wanted,
        }
    }

    /// The name of the type in messages: `list of string`, `object`.
    pub fn friendly_name(&self) -> String {
        self.named("dynamic")
    }

    /// As [`Type::friendly_name`] for a type that is wanted: dynamic is `any type`... of anything.
    pub fn friendly_constraint_name(&self) -> String {
        self.named("any type")
    }

    fn named(&self, dynamic: &str) -> String {
        match self {
            Type::Dynamic => dynamic.to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Number => "number".to_owned(),
            Type::String => "string".to_owned(),
            Type::List(element) => collection_name("list", element, dynamic),
            Type::Set(element) => collection_name("set", element, dynamic),
            Type::Map(element) => collection_name("map", element, dynamic),
            Type::Tuple(_) => "tuple".to_owned(),
            Type::Object(_) => "object".to_owned(),
            Type::Type => "type".to_owned(),
        }
    }

    /// The type as the console's `type` function prints it.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        write_type(&mut out, self, 0);
        out
    }
}

fn collection_name(kind: &str, element: &Type, dynamic: &str) -> String {
    // A wanted collection of anything says `any single type`, since its elements must agree.
    let any = *element == Type::Dynamic && dynamic != "dynamic";
    let element = if any { "any single type".to_owned() } else { element.named(dynamic) };
    format!("{kind} of {element}")
}

fn write_type(out: &mut String, ty: &Type, depth: usize) {
    let pad = "    ".repeat(depth);
    match ty {
        Type::Dynamic | Type::Bool | Type::Number | Type::String | Type::Type => {
            out.push_str(&ty.friendly_name());
        }
        Type::List(element) => write_collection(out, "list", element, depth),
        Type::Set(element) => write_collection(out, "set", element, depth),
        Type::Map(element) => write_collection(out, "map", element, depth),
        Type::Tuple(elements) if elements.is_empty() => out.push_str("tuple([])"),
        Type::Tuple(elements) => {
            out.push_str("tuple([\n");
            for element in elements.iter() {
                let _ = write!(out, "{pad}    ");
                write_type(out, element, depth + 1);
                out.push_str(",\n");
            }
            let _ = write!(out, "{pad}])");
        }
        Type::Object(object) if object.attrs.is_empty() => out.push_str("object({})"),
        Type::Object(object) => {
            out.push_str("object({\n");
            for (name, attr) in &object.attrs {
                let _ = write!(out, "{pad}    {name}: ");
                write_type(out, attr, depth + 1);
                out.push_str(",\n");
            }
            let _ = write!(out, "{pad}}})");
        }
    }
}

fn write_collection(out: &mut String, kind: &str, element: &Type, depth: usize) {
    if !matches!(element, Type::Tuple(_) | Type::Object(_)) {
        let _ = write!(out, "{kind}(");
        write_type(out, element, depth);
        out.push(')');
        return;
    }
    let pad = "    ".repeat(depth);
    let _ = write!(out, "{kind}(\n{pad}    ");
    write_type(out, element, depth + 1);
    let _ = write!(out, ",\n{pad})");
}
