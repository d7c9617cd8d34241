//! What is known about a value that is not known yet.

use std::sync::Arc;

use crate::number::Number;
use crate::types::Type;
use crate::value::Value;

/// A list of known length is spelt out as so many unknown elements, up to this length.
const MAX_SPELLED_OUT: usize = 1024;

/// Constraints on the final value of an unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refinement {
    /// The final value is certainly not null.
    pub not_null: bool,
    /// The final string begins so.
    pub prefix: Arc<str>,
    /// The final number is at least this.
    pub lower: Option<Bound>,
    /// The final number is at most this.
    pub upper: Option<Bound>,
    /// The final collection has at least so many elements.
    pub min_len: usize,
    /// The final collection has at most so many elements.
    pub max_len: Option<usize>,
}

/// An end of a range of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    pub value: Number,
    pub inclusive: bool,
}

impl Refinement {
    /// Only that the value will not be null.
    pub fn not_null() -> Refinement {
        Refinement { not_null: true, ..Refinement::default() }
    }

    /// Whether a known, unmarked value contradicts the refinement.
    pub(crate) fn excludes(&self, value: &Value) -> bool {
        if value.is_null() {
            return self.not_null;
        }
        if let Some(text) = value.as_str() {
            return !text.starts_with(&*self.prefix);
        }
        if let Some(number) = value.as_number() {
            let below = self.lower.as_ref().is_some_and(|bound| bound.fails_above(number));
            let above = self.upper.as_ref().is_some_and(|bound| bound.fails_below(number));
            return below || above;
        }
        match value.known_len_range() {
            Some((min, max)) => {
                max.is_some_and(|max| max < self.min_len) || self.max_len.is_some_and(|limit| min > limit)
            }
            None => false,
        }
    }

    /// The value that the refinement leaves as the only possible one, if there is just one.
    pub(crate) fn only_value(&self, ty: &Type) -> Option<Value> {
        if !self.not_null {
            return None;
        }
        if let (Some(lower), Some(upper)) = (&self.lower, &self.upper)
            && lower.value == upper.value
            && lower.inclusive
            && upper.inclusive
        {
            return Some(Value::number(lower.value.clone()));
        }
        if self.max_len != Some(self.min_len) {
            return None;
        }
        match (ty, self.min_len) {
            (Type::List(element), 0) => Some(Value::list_empty((**element).clone())),
            (Type::List(element), count @ 1..=MAX_SPELLED_OUT) => {
                Some(Value::list(vec![Value::unknown((**element).clone()); count]))
            }
            (Type::Set(element), 0) => Some(Value::set_empty((**element).clone())),
            (Type::Set(element), 1) => Some(Value::set(vec![Value::unknown((**element).clone())])),
            (Type::Map(element), 0) => Some(Value::map_empty((**element).clone())),
            _ => None,
        }
    }
}

impl Bound {
    fn fails_above(&self, number: &Number) -> bool {
        number < &self.value || !self.inclusive && number == &self.value
    }

    fn fails_below(&self, number: &Number) -> bool {
        number > &self.value || !self.inclusive && number == &self.value
    }
}
