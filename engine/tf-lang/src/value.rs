//! Values: immutable, cheap to clone, possibly null, unknown or marked at any depth.
//!
//! Equality (`==`) of two [`Value`]s in Rust is structural; Terraform's `==` is [`crate::ops::equals`].

use nuvola_kernel::Ordered;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::marks::Marks;
use crate::number::Number;
use crate::set_order;
use crate::types::Type;
use crate::unknown::Refinement;

/// Elements of a map or object.
pub type Members = BTreeMap<Arc<str>, Value>;

/// A value of the Terraform language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    ty: Type,
    marks: Marks,
    data: Data,
}

/// What a value holds, apart from its type and marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    Null,
    /// Known only after apply, perhaps with something known about it.
    Unknown(Option<Arc<Refinement>>),
    Bool(bool),
    Number(Arc<Number>),
    String(Arc<str>),
    /// Elements of a list, tuple or set (a set's in its own order).
    Seq(Arc<[Value]>),
    /// Elements of a map or object.
    Members(Arc<Members>),
    Type(Arc<Type>),
}

impl Value {
    pub(crate) fn new(ty: Type, data: Data) -> Value {
        Value { ty, marks: Marks::NONE, data }
    }

    /// A string, brought into Unicode's form NFC.
    pub fn string(text: impl AsRef<str>) -> Value {
        Value::new(Type::String, Data::String(Arc::from(&*nuvola_hcl::text::nfc(text.as_ref()))))
    }

    /// A number.
    pub fn number(number: Number) -> Value {
        Value::new(Type::Number, Data::Number(Arc::new(number)))
    }

    /// A whole number.
    pub fn int(number: i64) -> Value {
        Value::number(Number::from(number))
    }

    /// True or false.
    pub fn bool(value: bool) -> Value {
        Value::new(Type::Bool, Data::Bool(value))
    }

    /// A type as a value, for the console.
    pub fn type_value(ty: Type) -> Value {
        Value::new(Type::Type, Data::Type(Arc::new(ty)))
    }

    /// A null of some type.
    pub fn null(ty: Type) -> Value {
        Value::new(ty.without_optional(), Data::Null)
    }

    /// An unknown value of some type.
    pub fn unknown(ty: Type) -> Value {
        Value::new(ty.without_optional(), Data::Unknown(None))
    }

    /// An unknown value of an unknown type.
    pub fn dynamic_unknown() -> Value {
        Value::new(Type::Dynamic, Data::Unknown(None))
    }

    /// An unknown value of which something is known; a value if only one is left.
    pub fn unknown_refined(ty: Type, refinement: Refinement) -> Value {
        if ty == Type::Dynamic || refinement == Refinement::default() {
            return Value::unknown(ty);
        }
        refinement
            .only_value(&ty)
            .unwrap_or_else(|| Value::new(ty, Data::Unknown(Some(Arc::new(refinement)))))
    }

    /// A list; the elements must be of one type, and there must be at least one.
    pub fn list(elements: Vec<Value>) -> Value {
        let element = common_element_type(&elements);
        Value::new(Type::list(element), Data::Seq(elements.into()))
    }

    /// A list without elements.
    pub fn list_empty(element: Type) -> Value {
        Value::new(Type::list(element), Data::Seq(Arc::from([])))
    }

    /// A list whose element type is given, for when there may be no elements.
    pub fn list_of(element: Type, elements: Vec<Value>) -> Value {
        if elements.is_empty() { Value::list_empty(element) } else { Value::list(elements) }
    }

    /// A set; the elements must be of one type, and there must be at least one. Their marks move to the set.
    pub fn set(elements: Vec<Value>) -> Value {
        let element = common_element_type(&elements);
        Value::set_of(element, elements)
    }

    /// A set without elements.
    pub fn set_empty(element: Type) -> Value {
        Value::new(Type::set(element), Data::Seq(Arc::from([])))
    }

    /// A set whose element type is given.
    pub fn set_of(element: Type, elements: Vec<Value>) -> Value {
        let mut marks = Marks::NONE;
        let mut plain: Vec<Value> = Vec::with_capacity(elements.len());
        for value in elements {
            let (value, own) = value.unmark_deep();
            marks |= own;
            plain.push(value);
        }
        set_order::sort_and_dedup(&mut plain);
        let element = if plain.is_empty() { element } else { common_element_type(&plain) };
        Value { ty: Type::set(element), marks, data: Data::Seq(plain.into()) }
    }

    /// A map; the elements must be of one type, and there must be at least one.
    pub fn map<K: Into<Arc<str>>>(elements: impl IntoIterator<Item = (K, Value)>) -> Value {
        let members: Members = elements.into_iter().map(|(key, value)| (key.into(), value)).into_map();
        let element = common_type(members.values());
        Value::new(Type::map(element), Data::Members(Arc::new(members)))
    }

    /// A map without elements.
    pub fn map_empty(element: Type) -> Value {
        Value::new(Type::map(element), Data::Members(Arc::new(Members::new())))
    }

    /// A map whose element type is given.
    pub fn map_of(element: Type, members: Members) -> Value {
        if members.is_empty() { Value::map_empty(element) } else { Value::map(members) }
    }

    /// A tuple.
    pub fn tuple(elements: Vec<Value>) -> Value {
        let ty = Type::tuple(elements.iter().map(|value| value.ty.clone()));
        Value::new(ty, Data::Seq(elements.into()))
    }

    /// An object.
    pub fn object<K: Into<Arc<str>>>(attrs: impl IntoIterator<Item = (K, Value)>) -> Value {
        let members: Members = attrs.into_iter().map(|(key, value)| (key.into(), value)).into_map();
        let ty = Type::object(members.iter().map(|(name, value)| (name.clone(), value.ty.clone())));
        Value::new(ty, Data::Members(Arc::new(members)))
    }

    /// The type.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// The marks of the value itself, not of its parts.
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// What the value holds.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        self.data == Data::Null
    }

    /// Whether it is known, though parts of it may not be.
    pub fn is_known(&self) -> bool {
        !matches!(self.data, Data::Unknown(_))
    }

    /// Whether it and all its parts are known.
    pub fn is_wholly_known(&self) -> bool {
        match &self.data {
            Data::Unknown(_) => false,
            Data::Seq(elements) => elements.iter().all(Value::is_wholly_known),
            Data::Members(members) => members.values().all(Value::is_wholly_known),
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::String(_) | Data::Type(_) => true,
        }
    }

    /// Whether it certainly is not, and will not be, null.
    pub fn definitely_not_null(&self) -> bool {
        match &self.data {
            Data::Null => false,
            Data::Unknown(refinement) => refinement.as_ref().is_some_and(|r| r.not_null),
            Data::Seq(_)
            | Data::Members(_)
            | Data::Bool(_)
            | Data::Number(_)
            | Data::String(_)
            | Data::Type(_) => true,
        }
    }

    /// What is known about an unknown value.
    pub fn refinement(&self) -> Option<&Refinement> {
        match &self.data {
            Data::Unknown(refinement) => refinement.as_deref(),
            Data::Null
            | Data::Seq(_)
            | Data::Members(_)
            | Data::Bool(_)
            | Data::Number(_)
            | Data::String(_)
            | Data::Type(_) => None,
        }
    }

    /// Narrows an unknown value; a known one is returned as it is.
    #[must_use]
    pub fn refine(self, narrow: impl FnOnce(&mut Refinement)) -> Value {
        if self.is_known() || self.ty == Type::Dynamic {
            return self;
        }
        let mut refinement = self.refinement().cloned().unwrap_or_default();
        narrow(&mut refinement);
        Value::unknown_refined(self.ty, refinement).with_marks(self.marks)
    }

    /// Notes that an unknown value will not be null.
    #[must_use]
    pub fn refine_not_null(self) -> Value {
        self.refine(|refinement| refinement.not_null = true)
    }

    /// The same value with more marks.
    #[must_use]
    pub fn with_marks(mut self, marks: Marks) -> Value {
        self.marks |= marks;
        self
    }

    /// The value without its own marks, and those marks.
    pub fn unmark(mut self) -> (Value, Marks) {
        let marks = std::mem::take(&mut self.marks);
        (self, marks)
    }

    /// Whether the value itself is marked.
    pub fn is_marked(&self) -> bool {
        !self.marks.is_empty()
    }

    /// All marks of the value and its parts.
    pub fn deep_marks(&self) -> Marks {
        let inner: Marks = match &self.data {
            Data::Seq(elements) => elements.iter().map(Value::deep_marks).collect(),
            Data::Members(members) => members.values().map(Value::deep_marks).collect(),
            Data::Null
            | Data::Unknown(_)
            | Data::Bool(_)
            | Data::Number(_)
            | Data::String(_)
            | Data::Type(_) => Marks::NONE,
        };
        self.marks | inner
    }

    /// The value without marks at any depth, and those marks.
    pub fn unmark_deep(self) -> (Value, Marks) {
        let marks = self.deep_marks();
        if marks.is_empty() { (self, marks) } else { (self.map_marks(&|_| Marks::NONE), marks) }
    }

    /// The value with the marks of every part replaced.
    #[must_use]
    pub fn map_marks(self, change: &dyn Fn(Marks) -> Marks) -> Value {
        let marks = change(self.marks);
        let data = match &self.data {
            Data::Seq(elements) => {
                Data::Seq(elements.iter().map(|value| value.clone().map_marks(change)).collect())
            }
            Data::Members(members) => Data::Members(Arc::new(
                members.iter().map(|(key, value)| (key.clone(), value.clone().map_marks(change))).into_map(),
            )),
            Data::Null
            | Data::Unknown(_)
            | Data::Bool(_)
            | Data::Number(_)
            | Data::String(_)
            | Data::Type(_) => self.data.clone(),
        };
        Value { ty: self.ty, marks, data }
    }

    /// The text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        if let Data::String(text) = &self.data { Some(text) } else { None }
    }

    /// The shared text of a known string.
    pub fn as_shared_str(&self) -> Option<&Arc<str>> {
        if let Data::String(text) = &self.data { Some(text) } else { None }
    }

    /// A known number.
    pub fn as_number(&self) -> Option<&Number> {
        if let Data::Number(number) = &self.data { Some(number) } else { None }
    }

    /// A known bool.
    pub fn as_bool(&self) -> Option<bool> {
        if let Data::Bool(value) = &self.data { Some(*value) } else { None }
    }

    /// The type that a type value holds.
    pub fn as_type(&self) -> Option<&Type> {
        if let Data::Type(ty) = &self.data { Some(ty) } else { None }
    }

    /// The elements of a known list, tuple or set.
    pub fn as_seq(&self) -> Option<&[Value]> {
        if let Data::Seq(elements) = &self.data { Some(elements) } else { None }
    }

    /// The elements of a known map or object.
    pub fn as_members(&self) -> Option<&Members> {
        if let Data::Members(members) = &self.data { Some(members) } else { None }
    }

    /// An attribute of a known object, or an element of a known map.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_members().and_then(|members| members.get(name))
    }

    /// The number of elements of a known collection, tuple or object. A set with unknown elements
    /// may turn out smaller: see [`Value::known_len_range`].
    pub fn len(&self) -> Option<usize> {
        match &self.data {
            Data::Seq(elements) => Some(elements.len()),
            Data::Members(members) => Some(members.len()),
            Data::Null
            | Data::Unknown(_)
            | Data::Bool(_)
            | Data::Number(_)
            | Data::String(_)
            | Data::Type(_) => None,
        }
    }

    /// Whether a known collection has no elements.
    pub fn is_empty(&self) -> Option<bool> {
        self.len().map(|len| len == 0)
    }

    /// The least and the largest possible number of elements, of a known or unknown collection.
    pub fn known_len_range(&self) -> Option<(usize, Option<usize>)> {
        match (&self.data, &self.ty) {
            (Data::Unknown(refinement), Type::List(_) | Type::Set(_) | Type::Map(_)) => {
                let range = refinement.as_ref().map_or((0, None), |r| (r.min_len, r.max_len));
                Some(range)
            }
            (Data::Seq(elements), Type::Set(_)) if !self.is_wholly_known() => {
                let known = elements.iter().filter(|value| value.is_wholly_known()).count();
                Some((known.max(1), Some(elements.len())))
            }
            _ => self.len().map(|len| (len, Some(len))),
        }
    }

    /// Keys and values in iteration order, as a `for` expression sees them; empty for what has none.
    pub fn elements(&self) -> Vec<(Value, Value)> {
        match (&self.data, &self.ty) {
            (Data::Seq(elements), Type::Set(_)) => {
                elements.iter().map(|value| (value.clone(), value.clone())).collect()
            }
            (Data::Seq(elements), _) => {
                let keyed = elements.iter().enumerate();
                keyed.map(|(index, value)| (Value::number(Number::from(index)), value.clone())).collect()
            }
            (Data::Members(members), _) => {
                members.iter().map(|(key, value)| (Value::string(key), value.clone())).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a `for` expression could iterate over it: a known collection, tuple or object.
    pub fn can_iterate(&self) -> bool {
        matches!(self.data, Data::Seq(_) | Data::Members(_))
    }
}

fn common_element_type(elements: &[Value]) -> Type {
    common_type(elements.iter())
}

/// The one type of all elements. A dynamic unknown or null stands among others of any type.
fn common_type<'a>(elements: impl Iterator<Item = &'a Value>) -> Type {
    let mut found = Type::Dynamic;
    for value in elements {
        if value.ty != Type::Dynamic {
            debug_assert!(
                found == Type::Dynamic || found == value.ty || found.has_dynamic() || value.ty.has_dynamic(),
                "elements of a collection have one type: {found:?} and {:?}",
                value.ty
            );
            if found == Type::Dynamic || found.has_dynamic() {
                found = value.ty.clone();
            }
        }
    }
    found
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::string(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::string(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::int(value)
    }
}
