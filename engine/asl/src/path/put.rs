//! Writing at a reference path.

use super::{Path, Root, Step};
use crate::error::{AslError, RESULT_PATH_MATCH_FAILURE};
use crate::value;
use serde_json::Value;

pub(super) fn put(path: &Path, target: &mut Value, new: Value) -> Result<(), AslError> {
    // The way is walked twice: a failed write leaves the target as it was.
    if path.root != Root::Input || !path.is_reference() || !fits(&path.steps, target) {
        return Err(AslError::new(
            RESULT_PATH_MATCH_FAILURE,
            format!("Unable to apply ReferencePath {} to input {}", path.text, value::to_text(target)),
        ));
    }
    let mut place = target;
    for step in &path.steps {
        place = match step {
            Step::Names(names) => {
                if place.is_null() {
                    *place = Value::Object(Default::default());
                }
                let map = place.as_object_mut().expect("the way was walked");
                map.entry(names[0].clone()).or_insert(Value::Null)
            }
            Step::Indices(indices) => {
                let array = place.as_array_mut().expect("the way was walked");
                &mut array[indices[0] as usize]
            }
            Step::Slice(..) | Step::Wildcard | Step::Scan | Step::Filter(..) => {
                unreachable!("a reference path has names and indices only")
            }
        };
    }
    *place = new;
    Ok(())
}

/// Do the values that are there allow this way? What is missing is made.
fn fits(steps: &[Step], target: &Value) -> bool {
    let mut place = Some(target);
    for (depth, step) in steps.iter().enumerate() {
        place = match (step, place) {
            (Step::Names(names), Some(Value::Object(map))) => map.get(&names[0]),
            // A name that is missing, or null further down, becomes an object; the input itself must be one.
            (Step::Names(_), None) => None,
            (Step::Names(_), Some(Value::Null)) if depth > 0 => None,
            (Step::Indices(indices), Some(Value::Array(items))) => match items.get(indices[0] as usize) {
                Some(item) => Some(item),
                None => return false,
            },
            _ => return false,
        };
    }
    true
}
