//! Reads serialised state and messages from JSON text, with little code for each type.
//!
//! `serde_json::from_str` compiles for every struct a loop that tells the fields' names apart: 10% of the cloud
//! worker. Here a text becomes a tree first, and a struct takes its fields from it in the order of their declaration.
//! Names in the text that a struct does not have are passed over; a field that the text lacks is `None` or its
//! `#[serde(default)]`, else an error. So a lab that an older version wrote can be read.

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value, map};
use std::{slice, vec};

/// Reads a value from its JSON text.
///
/// # Errors
/// When the text is no JSON, or not that of a `T`.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    T::deserialize(Tree(Some(serde_json::from_str(text)?)))
}

/// A part of a text's tree; nothing where a struct has a field that the text lacks.
struct Tree(Option<Value>);

impl Tree {
    #[cold]
    fn unexpected(&self, expected: &'static str) -> Error {
        let found = match &self.0 {
            None => Unexpected::Other("nothing"),
            Some(Value::Null) => Unexpected::Unit,
            Some(Value::Bool(flag)) => Unexpected::Bool(*flag),
            Some(Value::Number(_)) => Unexpected::Other("a number"),
            Some(Value::String(text)) => Unexpected::Str(text),
            Some(Value::Array(_)) => Unexpected::Seq,
            Some(Value::Object(_)) => Unexpected::Map,
        };
        Error::invalid_type(found, &expected)
    }

    /// A whole number; a map's keys are numbers in quotes.
    fn signed(&self) -> Result<i64, Error> {
        let number = match &self.0 {
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| self.unexpected("a whole number"))
    }

    fn unsigned(&self) -> Result<u64, Error> {
        let number = match &self.0 {
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| self.unexpected("a whole number that is not negative"))
    }

    fn float(&self) -> Result<f64, Error> {
        let number = if let Some(Value::Number(number)) = &self.0 { number.as_f64() } else { None };
        number.ok_or_else(|| self.unexpected("a number"))
    }

    fn boolean(&self) -> Result<bool, Error> {
        match &self.0 {
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            _ => Err(self.unexpected("true or false")),
        }
    }

    fn text(self) -> Result<String, Error> {
        if let Some(Value::String(text)) = self.0 { Ok(text) } else { Err(self.unexpected("a text")) }
    }

    fn items(self) -> Result<vec::IntoIter<Value>, Error> {
        if let Some(Value::Array(items)) = self.0 {
            Ok(items.into_iter())
        } else {
            Err(self.unexpected("a list"))
        }
    }

    fn members(self) -> Result<Map<String, Value>, Error> {
        if let Some(Value::Object(members)) = self.0 {
            Ok(members)
        } else {
            Err(self.unexpected("an object"))
        }
    }

    /// A variant: its name, or an object with its name and its content.
    fn variant(self) -> Result<Variant, Error> {
        match self.0 {
            Some(Value::String(name)) => Ok(Variant { name, content: Tree(None) }),
            Some(Value::Object(members)) if members.len() == 1 => {
                let (name, content) = members.into_iter().next().expect("there is one");
                Ok(Variant { name, content: Tree(Some(content)) })
            }
            other => Err(Tree(other).unexpected("a variant")),
        }
    }
}

macro_rules! numbers {
    ($($method:ident $read:ident $visit:ident),+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.$read()?)
        })+
    };
}

impl<'de> Deserializer<'de> for Tree {
    type Error = Error;

    numbers! {
        deserialize_bool boolean visit_bool,
        deserialize_i8 signed visit_i64, deserialize_i16 signed visit_i64,
        deserialize_i32 signed visit_i64, deserialize_i64 signed visit_i64,
        deserialize_u8 unsigned visit_u64, deserialize_u16 unsigned visit_u64,
        deserialize_u32 unsigned visit_u64, deserialize_u64 unsigned visit_u64,
        deserialize_f32 float visit_f64, deserialize_f64 float visit_f64,
        deserialize_char text visit_string, deserialize_str text visit_string,
        deserialize_string text visit_string, deserialize_identifier text visit_string
    }

    /// For types that take whatever comes, such as JSON values.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.unwrap_or_default().deserialize_any(visitor)
    }

    forward_to_deserialize_any! { bytes byte_buf }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            None | Some(Value::Null) => visitor.visit_none(),
            Some(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            None | Some(Value::Null) => visitor.visit_unit(),
            Some(_) => Err(self.unexpected("nothing")),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Items(self.items()?))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Items(self.items()?))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Items(self.items()?))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Entries { rest: self.members()?.into_iter(), value: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Fields { names: fields.iter(), members: self.members()? })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.variant()?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

struct Items(vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        match self.0.next() {
            Some(item) => seed.deserialize(Tree(Some(item))).map(Some),
            None => Ok(None),
        }
    }
}

/// A struct's fields in the order of their declaration.
struct Fields {
    names: slice::Iter<'static, &'static str>,
    members: Map<String, Value>,
}

impl Fields {
    fn next(&mut self) -> Option<Tree> {
        let name = self.names.next()?;
        Some(Tree(self.members.swap_remove(*name)))
    }
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(field) = self.next() else { return Ok(None) };
        let is_there = field.0.is_some();
        match seed.deserialize(field) {
            Ok(value) => Ok(Some(value)),
            Err(error) if is_there => Err(error),
            // The struct has a default for it, or complains.
            Err(_) => Ok(None),
        }
    }
}

struct Entries {
    rest: map::IntoIter,
    value: Option<Value>,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(Tree(Some(Value::String(key)))).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Tree(self.value.take()))
    }
}

struct Variant {
    name: String,
    content: Tree,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Tree;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Tree), Error> {
        let name = seed.deserialize(self.name.into_deserializer())?;
        Ok((name, self.content))
    }
}

impl<'de> VariantAccess<'de> for Tree {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.0 {
            None | Some(Value::Null) => Ok(()),
            Some(_) => Err(self.unexpected("no content")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Items(self.items()?))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Fields { names: fields.iter(), members: self.members()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};
    use std::collections::BTreeMap;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Everything {
        flag: bool,
        small: i8,
        large: u64,
        half: f64,
        letter: char,
        nothing: Option<String>,
        something: Option<Box<Everything>>,
        #[serde(default)]
        named_list: Vec<(String, u32)>,
        by_number: BTreeMap<u64, Kind>,
        json: Value,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    enum Kind {
        Plain,
        One(i64),
        Two(i64, String),
        Named { left: u8, right: Option<u8> },
    }

    fn everything() -> Everything {
        let kinds = [
            Kind::Plain,
            Kind::One(-1),
            Kind::Two(i64::MIN, "x".into()),
            Kind::Named { left: 255, right: None },
        ];
        let inner = Everything {
            flag: true,
            small: -128,
            large: u64::MAX,
            half: 0.5,
            letter: 'ü',
            nothing: None,
            something: None,
            named_list: vec![("a".into(), 1), ("b".into(), 2)],
            by_number: (0..).zip(kinds).collect(),
            json: serde_json::json!({ "b": [1, null, { "a": "x" }], "a": 1.5 }),
        };
        Everything { something: Some(Box::new(inner.clone())), ..inner }
    }

    #[test]
    fn reads_what_serde_json_reads() {
        let text = serde_json::to_string(&everything()).unwrap();
        assert_eq!(from_json::<Everything>(&text).unwrap(), everything());
        assert_eq!(serde_json::from_str::<Everything>(&text).unwrap(), everything());
    }

    #[test]
    fn order_unknown_names_and_defaults_do_not_matter() {
        let text =
            r#"{"new":1,"json":null,"byNumber":{},"letter":"a","half":1,"large":1,"small":1,"flag":false}"#;
        let read: Everything = from_json(text).unwrap();
        assert_eq!((read.named_list.len(), read.nothing, read.half), (0, None, 1.0));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        for text in ["", "[]", "{}", "1", r#"{"flag":1}"#] {
            assert!(from_json::<Everything>(text).is_err(), "{text}");
        }
        for text in [r#""Other""#, r#"{"One":"x"}"#, r#"{"Plain":1}"#, r#"{"Named":{"left":256}}"#, "{}"] {
            assert!(from_json::<Kind>(text).is_err(), "{text}");
            assert!(serde_json::from_str::<Kind>(text).is_err(), "{text}");
        }
    }
}
