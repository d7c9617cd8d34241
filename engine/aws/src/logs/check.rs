//! What CloudWatch Logs checks before it does anything.

use crate::logs::errors;
use crate::service::ApiResult;
use crate::validate::Validation;

/// Sequence tokens are given out but no longer asked for.
pub const SEQUENCE_TOKEN: &str = "49039859645618513564185918492832482484218484824842848421";

pub fn group_name(name: &str) -> Validation {
    let legal = |c: char| c.is_ascii_alphanumeric() || "._-/#".contains(c);
    let mut validation = Validation::new();
    validation.length("logGroupName", name, 1, 512).pattern(
        "logGroupName",
        name,
        r"[\.\-_/#A-Za-z0-9]+",
        name.chars().all(legal),
    );
    validation
}

pub fn stream_name(name: &str) -> ApiResult<()> {
    let legal = !name.contains([':', '*']);
    Validation::new()
        .length("logStreamName", name, 1, 512)
        .pattern("logStreamName", name, "[^:*]*", legal)
        .finish("InvalidParameterException")
}

/// The name of a group that a name or an identifier (name or ARN) tells; empty without either.
pub fn group_name_of<'a>(name: Option<&'a str>, identifier: Option<&'a str>) -> &'a str {
    let given = name.or(identifier).unwrap_or("");
    match given.split_once(":log-group:") {
        Some((_, name)) => name.strip_suffix(":*").unwrap_or(name),
        None => given,
    }
}

/// Exactly one of both must be given.
pub fn one_group<'a>(name: Option<&'a str>, identifier: Option<&'a str>) -> ApiResult<&'a str> {
    match (name, identifier) {
        (Some(_), Some(_)) => Err(errors::group_named_twice()),
        (None, None) => Err(errors::group_name_missing()),
        (Some(_), None) | (None, Some(_)) => Ok(group_name_of(name, identifier)),
    }
}

/// The size of a page, which is also its limit.
pub fn page_size(limit: Option<i32>, most: i32) -> ApiResult<usize> {
    let limit = limit.unwrap_or(most);
    let mut validation = Validation::new();
    validation.range("limit", limit.into(), 1, most.into()).finish("InvalidParameterException")?;
    Ok(usize::try_from(limit).unwrap_or(1))
}
