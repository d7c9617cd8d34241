//! API shapes that are state as they are.
//!
//! Where an API keeps what it was told, member by member, a second struct for the state would say the same twice.
//! [`Kept`] is stored through the one generic codec of shapes, so it costs no derive of serde.

use nuvola_wire::protocol::{from_json, to_json};
use nuvola_wire::shape::WireType;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::ops::{Deref, DerefMut};

/// A shape that is kept in the state.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kept<T>(pub T);

impl<T> Deref for Kept<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Kept<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: WireType + Clone> Serialize for Kept<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        to_json(T::SHAPE, &self.0.clone().into_value()).serialize(serializer)
    }
}

impl<'de, T: WireType> Deserialize<'de> for Kept<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let document = serde_json::Value::deserialize(deserializer)?;
        let value = from_json(T::SHAPE, document).and_then(T::from_value);
        value.map(Kept).ok_or_else(|| D::Error::custom("not what the shape has"))
    }
}
