//! The rules for tags.

use crate::service::ApiResult;
use crate::validate::Validation;
use std::collections::BTreeMap;

use super::{errors, limits};

/// Refuses tags that may not be, or may not be added to what there is.
pub fn check(existing: &BTreeMap<String, String>, added: &BTreeMap<String, String>) -> ApiResult<()> {
    let mut validation = Validation::new();
    for (key, value) in added {
        validation.length("tags.key", key, 1, 128);
        validation.length("tags.value", value, 0, 256);
    }
    validation.finish("ValidationException")?;
    if added.keys().any(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return Err(errors::invalid_parameter("Tag keys starting with 'aws:' are reserved for system use"));
    }
    let new = added.keys().filter(|key| !existing.contains_key(*key)).count();
    if existing.len() + new > limits::TAGS_MAX {
        return Err(errors::invalid_parameter("Number of tags exceeds resource tag limit."));
    }
    Ok(())
}
