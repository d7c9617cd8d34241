//! Shapes as const tables, and [`shape!`], which declares a typed struct together with its table.
//!
//! Invariant: no serde on API shapes. A derive is compiled again for each codec; a table is a few
//! words of data per member, read by one codec per protocol.

use crate::value::{Structure, Value};
use indexmap::IndexMap;
use nuvola_kernel::{Blob, Timestamp};
use std::collections::BTreeMap;

/// The kind of a value on the wire.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    Boolean,
    Integer,
    Long,
    Float,
    Double,
    String,
    Blob,
    Timestamp,
    Document,
    List(&'static ListShape),
    Map(&'static MapShape),
    Structure(StructureRef),
}

impl Shape {
    /// The table of a structure; [`UNIT`] for any other kind.
    pub fn structure(self) -> &'static StructureShape {
        if let Shape::Structure(table) = self { table.get() } else { &UNIT }
    }

    /// What a list or map says of its inside.
    pub(crate) fn traits(self) -> Nested {
        if let Shape::List(list) = self {
            list.traits
        } else if let Shape::Map(map) = self {
            map.traits
        } else {
            Nested::NONE
        }
    }
}

/// How a shape names a structure's table. A const cannot hold itself, so the tables of [`shape!`]
/// are found through a function; a table that was built otherwise is named directly.
#[derive(Debug, Clone, Copy)]
pub enum StructureRef {
    Table(&'static StructureShape),
    Lazy(fn() -> &'static StructureShape),
}

impl StructureRef {
    pub fn get(self) -> &'static StructureShape {
        match self {
            StructureRef::Table(table) => table,
            StructureRef::Lazy(table) => table(),
        }
    }
}

/// A list. The names here are of the list itself; a [`Member`] that holds it may say otherwise.
#[derive(Debug, Clone, Copy)]
pub struct ListShape {
    pub item: Shape,
    pub traits: Nested,
}

/// A map; its keys are strings.
#[derive(Debug, Clone, Copy)]
pub struct MapShape {
    pub value: Shape,
    pub traits: Nested,
}

/// How what is inside a list or map is written.
#[derive(Debug, Clone, Copy)]
pub struct Nested {
    /// The element of a list's item; `member` by default.
    pub item: Option<&'static str>,
    /// The element of a map entry's key; `key` by default.
    pub key: Option<&'static str>,
    /// The element of a map entry's value; `value` by default.
    pub value: Option<&'static str>,
    /// XML and query: the items stand where the list would, under their own name if they have one.
    pub flattened: bool,
    /// Of the timestamps inside, or of the member itself.
    pub timestamp: Option<TimestampFormat>,
}

impl Nested {
    pub const NONE: Nested = Nested { item: None, key: None, value: None, flattened: false, timestamp: None };

    /// What the member says, and else what the list or map itself says.
    pub(crate) fn or(self, inner: Nested) -> Nested {
        Nested {
            item: self.item.or(inner.item),
            key: self.key.or(inner.key),
            value: self.value.or(inner.value),
            flattened: self.flattened || inner.flattened,
            timestamp: self.timestamp.or(inner.timestamp),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampFormat {
    /// `date-time`: RFC 3339 in UTC.
    DateTime,
    /// `epoch-seconds`: a number, with a fraction where there is one.
    EpochSeconds,
    /// `http-date`: RFC 9110.
    HttpDate,
}

/// An XML namespace, with a prefix where it has one.
#[derive(Debug, Clone, Copy)]
pub struct XmlNamespace {
    pub prefix: Option<&'static str>,
    pub uri: &'static str,
}

/// A structure's table. A union is a structure of which one member is set.
#[derive(Debug, Clone, Copy)]
pub struct StructureShape {
    pub name: &'static str,
    pub members: &'static [Member],
    /// The root element, where it is not named after the shape (`ListBucketResult`).
    pub xml_name: Option<&'static str>,
    pub xml_namespace: Option<XmlNamespace>,
    /// The one member is the root element itself (S3's `LocationConstraint`).
    pub xml_unwrapped: bool,
}

/// Nothing at all: an operation without input, or without output.
pub static UNIT: StructureShape = StructureShape::new("", &[]);

impl StructureShape {
    pub const fn new(name: &'static str, members: &'static [Member]) -> Self {
        StructureShape { name, members, xml_name: None, xml_namespace: None, xml_unwrapped: false }
    }

    pub const fn xml_unwrapped(mut self) -> Self {
        self.xml_unwrapped = true;
        self
    }

    pub const fn xml(mut self, name: &'static str) -> Self {
        self.xml_name = Some(name);
        self
    }

    pub const fn xml_namespace(mut self, uri: &'static str) -> Self {
        self.xml_namespace = Some(XmlNamespace { prefix: None, uri });
        self
    }

    /// True for [`UNIT`]: the model names no shape, as opposed to one without members.
    pub fn is_unit(&self) -> bool {
        self.name.is_empty() && self.members.is_empty()
    }

    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }

    pub(crate) fn payload(&self) -> Option<&'static Member> {
        self.members.iter().find(|member| matches!(member.location, Location::Payload))
    }
}

/// Where a member travels; everything but `Body` belongs to the rest protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    Body,
    Header(&'static str),
    PrefixHeaders(&'static str),
    Query(&'static str),
    QueryMap,
    /// `{Bucket}` or `{Key+}` in the URI, by the name it has there.
    Label(&'static str),
    /// The whole body.
    Payload,
    StatusCode,
}

/// A member of a structure. Each method below is a word of the `#[wire(..)]` attribute.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub name: &'static str,
    pub shape: Shape,
    pub required: bool,
    pub location: Location,
    pub xml_name: Option<&'static str>,
    pub json_name: Option<&'static str>,
    /// The name in ec2's query protocol, where it is not the XML name with a capital.
    pub ec2_name: Option<&'static str>,
    pub xml_attribute: bool,
    pub xml_namespace: Option<XmlNamespace>,
    pub nested: Nested,
}

impl Member {
    pub const fn new(name: &'static str, shape: Shape, required: bool) -> Self {
        Member {
            name,
            shape,
            required,
            location: Location::Body,
            xml_name: None,
            json_name: None,
            ec2_name: None,
            xml_attribute: false,
            xml_namespace: None,
            nested: Nested::NONE,
        }
    }

    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// A URI label of the member's own name.
    pub const fn label(mut self) -> Self {
        self.location = Location::Label(self.name);
        self
    }

    /// A URI label of another name.
    pub const fn label_as(mut self, name: &'static str) -> Self {
        self.location = Location::Label(name);
        self
    }

    pub const fn header(mut self, name: &'static str) -> Self {
        self.location = Location::Header(name);
        self
    }

    pub const fn prefix_headers(mut self, prefix: &'static str) -> Self {
        self.location = Location::PrefixHeaders(prefix);
        self
    }

    pub const fn query(mut self, name: &'static str) -> Self {
        self.location = Location::Query(name);
        self
    }

    pub const fn query_map(mut self) -> Self {
        self.location = Location::QueryMap;
        self
    }

    pub const fn payload(mut self) -> Self {
        self.location = Location::Payload;
        self
    }

    pub const fn status_code(mut self) -> Self {
        self.location = Location::StatusCode;
        self
    }

    pub const fn xml(mut self, name: &'static str) -> Self {
        self.xml_name = Some(name);
        self
    }

    pub const fn json(mut self, name: &'static str) -> Self {
        self.json_name = Some(name);
        self
    }

    pub const fn ec2(mut self, name: &'static str) -> Self {
        self.ec2_name = Some(name);
        self
    }

    pub const fn xml_attribute(mut self) -> Self {
        self.xml_attribute = true;
        self
    }

    pub const fn xml_namespace(mut self, uri: &'static str) -> Self {
        let prefix = if let Some(namespace) = self.xml_namespace { namespace.prefix } else { None };
        self.xml_namespace = Some(XmlNamespace { prefix, uri });
        self
    }

    /// The namespace's prefix (`xsi`).
    pub const fn xml_prefix(mut self, prefix: &'static str) -> Self {
        let uri = if let Some(namespace) = self.xml_namespace { namespace.uri } else { "" };
        self.xml_namespace = Some(XmlNamespace { prefix: Some(prefix), uri });
        self
    }

    pub const fn flattened(mut self) -> Self {
        self.nested.flattened = true;
        self
    }

    pub const fn item(mut self, name: &'static str) -> Self {
        self.nested.item = Some(name);
        self
    }

    pub const fn key(mut self, name: &'static str) -> Self {
        self.nested.key = Some(name);
        self
    }

    pub const fn value(mut self, name: &'static str) -> Self {
        self.nested.value = Some(name);
        self
    }

    /// `date-time`, `epoch-seconds` or `http-date`; another word does not compile in a const.
    pub const fn timestamp(mut self, format: &'static str) -> Self {
        self.nested.timestamp = Some(match format.as_bytes() {
            b"date-time" => TimestampFormat::DateTime,
            b"epoch-seconds" => TimestampFormat::EpochSeconds,
            b"http-date" => TimestampFormat::HttpDate,
            _ => panic!("a timestamp is `date-time`, `epoch-seconds` or `http-date`"),
        });
        self
    }

    pub(crate) fn json_name(&self) -> &'static str {
        self.json_name.unwrap_or(self.name)
    }

    pub(crate) fn xml_name(&self) -> &'static str {
        self.xml_name.unwrap_or(self.name)
    }
}

/// A Rust type that stands for a shape.
pub trait WireType: Sized {
    const SHAPE: Shape;
    /// What an absent member of this type reads as, where that is not an error.
    const EMPTY: Option<fn() -> Self> = None;
    /// `None`: the value is of another kind, or lacks a required member.
    fn from_value(value: Value) -> Option<Self>;
    fn into_value(self) -> Value;
}

/// The type of a struct's field: a [`WireType`], or an `Option` of one.
pub trait WireMember: Sized {
    const SHAPE: Shape;
    /// The struct cannot be filled without it.
    const REQUIRED: bool;
    fn from_member(value: Option<Value>) -> Option<Self>;
    fn into_member(self) -> Option<Value>;
}

impl<T: WireType> WireMember for T {
    const SHAPE: Shape = T::SHAPE;
    const REQUIRED: bool = T::EMPTY.is_none();
    fn from_member(value: Option<Value>) -> Option<Self> {
        match value {
            Some(value) => T::from_value(value),
            None => T::EMPTY.map(|empty| empty()),
        }
    }
    fn into_member(self) -> Option<Value> {
        Some(self.into_value())
    }
}

impl<T: WireType> WireMember for Option<T> {
    const SHAPE: Shape = T::SHAPE;
    const REQUIRED: bool = false;
    fn from_member(value: Option<Value>) -> Option<Self> {
        match value {
            Some(value) => T::from_value(value).map(Some),
            None => Some(None),
        }
    }
    fn into_member(self) -> Option<Value> {
        self.map(T::into_value)
    }
}

macro_rules! plain {
    ($($type:ty, $shape:ident, $value:ident;)*) => {$(
        impl WireType for $type {
            const SHAPE: Shape = Shape::$shape;
            fn from_value(value: Value) -> Option<Self> {
                if let Value::$value(inner) = value { Some(inner) } else { None }
            }
            fn into_value(self) -> Value {
                Value::$value(self)
            }
        }
    )*};
}

plain! {
    bool, Boolean, Boolean;
    i64, Long, Integer;
    f64, Double, Double;
    String, String, String;
    Blob, Blob, Blob;
    Timestamp, Timestamp, Timestamp;
    serde_json::Value, Document, Document;
}

impl WireType for i32 {
    const SHAPE: Shape = Shape::Integer;
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).and_then(|number| i32::try_from(number).ok())
    }
    fn into_value(self) -> Value {
        Value::Integer(self.into())
    }
}

/// Nothing: the input or output of an operation that has none.
impl WireType for () {
    const SHAPE: Shape = Shape::Structure(StructureRef::Table(&UNIT));
    fn from_value(value: Value) -> Option<Self> {
        matches!(value, Value::Structure(_)).then_some(())
    }
    fn into_value(self) -> Value {
        Value::Structure(Structure::new())
    }
}

/// For a structure that holds itself.
impl<T: WireType> WireType for Box<T> {
    const SHAPE: Shape = T::SHAPE;
    fn from_value(value: Value) -> Option<Self> {
        T::from_value(value).map(Box::new)
    }
    fn into_value(self) -> Value {
        (*self).into_value()
    }
}

/// An absent list reads as an empty one; `Option<Vec<T>>` tells them apart.
impl<T: WireType> WireType for Vec<T> {
    const SHAPE: Shape = Shape::List(&ListShape { item: T::SHAPE, traits: Nested::NONE });
    const EMPTY: Option<fn() -> Self> = Some(Vec::new);
    fn from_value(value: Value) -> Option<Self> {
        if let Value::List(items) = value { items.into_iter().map(T::from_value).collect() } else { None }
    }
    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(T::into_value).collect())
    }
}

macro_rules! map {
    ($($type:ident)*) => {$(
        /// An absent map reads as an empty one; an `Option` tells them apart.
        impl<T: WireType> WireType for $type<String, T> {
            const SHAPE: Shape = Shape::Map(&MapShape { value: T::SHAPE, traits: Nested::NONE });
            const EMPTY: Option<fn() -> Self> = Some($type::default);
            fn from_value(value: Value) -> Option<Self> {
                let Value::Map(entries) = value else { return None };
                entries.into_iter().map(|(key, value)| Some((key, T::from_value(value)?))).collect()
            }
            fn into_value(self) -> Value {
                Value::Map(self.into_iter().map(|(key, value)| (key, value.into_value())).collect())
            }
        }
    )*};
}

map! { IndexMap BTreeMap }

/// Declares structs that are shapes: the struct, its table (`Name::TABLE`), and [`WireType`] for it.
///
/// The attribute of a field is `#[wire("WireName", word, word = "text", ..)]`; the words are the
/// methods of [`Member`]. A field that is not an `Option`, `Vec` or map is required by its type;
/// `required` says so of the others. An attribute `#[wire(xml = "Root")]` on the struct takes the
/// methods of [`StructureShape`].
///
/// ```
/// nuvola_wire::shape! {
///     /// What CreateRole takes.
///     pub struct CreateRoleInput {
///         /// The role's name.
///         #[wire("RoleName")] pub role_name: String,
///         #[wire("Path")] pub path: Option<String>,
///     }
/// }
/// assert!(CreateRoleInput::TABLE.members[0].required);
/// ```
#[macro_export]
macro_rules! shape {
    ($(
        $(#[doc = $doc:literal])*
        $(#[wire($($word:ident $(= $text:literal)?),* $(,)?)])?
        $vis:vis struct $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                #[wire($wire:literal $(, $key:ident $(= $value:literal)?)* $(,)?)]
                $field_vis:vis $field:ident : $type:ty
            ),* $(,)?
        }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Default)]
        $vis struct $name {
            $($(#[doc = $field_doc])* $field_vis $field: $type,)*
        }

        impl $name {
            /// The shape's table.
            pub const TABLE: &'static $crate::macro_support::StructureShape = {
                static TABLE: $crate::macro_support::StructureShape =
                    $crate::macro_support::StructureShape::new(stringify!($name), &[
                        $($crate::macro_support::Member::new(
                            $wire,
                            <$type as $crate::macro_support::WireMember>::SHAPE,
                            <$type as $crate::macro_support::WireMember>::REQUIRED,
                        )$(.$key($($value)?))*,)*
                    ])$($(.$word($($text)?))*)?;
                &TABLE
            };
        }

        impl $crate::macro_support::WireType for $name {
            const SHAPE: $crate::macro_support::Shape = $crate::macro_support::Shape::Structure(
                $crate::macro_support::StructureRef::Lazy(|| Self::TABLE),
            );

            fn from_value(value: $crate::macro_support::Value) -> ::core::option::Option<Self> {
                let $crate::macro_support::Value::Structure(mut members) = value else {
                    return ::core::option::Option::None;
                };
                let _ = &mut members;
                ::core::option::Option::Some($name {
                    $($field: $crate::macro_support::WireMember::from_member(members.remove($wire))?,)*
                })
            }

            fn into_value(self) -> $crate::macro_support::Value {
                let mut members = $crate::macro_support::Structure::new();
                $(members.insert_some(
                    $wire,
                    $crate::macro_support::WireMember::into_member(self.$field),
                );)*
                let _ = &mut members;
                $crate::macro_support::Value::Structure(members)
            }
        }
    )*};
}
