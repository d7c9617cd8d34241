//! What IAM checks before it does anything: names, paths, tags, documents, pages.

use crate::auth::policy::{Policy, PolicyUse};
use crate::context::OpContext;
use crate::iam::shapes::Tag;
use crate::iam::state::Tags;
use crate::iam::{errors, limits};
use crate::paging;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::Timestamp;

/// The time as IAM tells it: in whole seconds.
pub fn now(cx: &OpContext<'_>) -> Timestamp {
    Timestamp(cx.now().epoch_s() * 1000)
}

/// A name of a user, role, group, policy or profile. `place` is the member's name in lower camel case.
pub fn name(place: &str, value: &str, max: usize) -> ApiResult<()> {
    Validation::new().length(place, value, 1, max).finish("ValidationError")?;
    let legal = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    if value.chars().all(legal) {
        return Ok(());
    }
    Err(errors::validation(format!(
        "The specified value for {place} is invalid. It must contain only alphanumeric characters and/or \
         the following: +=,.@_-"
    )))
}

/// A path, which is `/` if absent.
pub fn path(place: &str, value: Option<&str>) -> ApiResult<String> {
    let value = value.unwrap_or("/");
    Validation::new().length(place, value, 1, 512).finish("ValidationError")?;
    let framed = value == "/" || (value.len() > 2 && value.starts_with('/') && value.ends_with('/'));
    if framed && value.chars().all(|c| ('!'..='\u{7e}').contains(&c)) {
        return Ok(value.to_owned());
    }
    Err(errors::validation(format!(
        "The specified value for {place} is invalid. It must begin and end with / and contain only \
         alphanumeric characters and/or / characters."
    )))
}

/// A prefix of paths in a listing.
pub fn path_prefix(value: Option<&str>) -> ApiResult<String> {
    let value = value.unwrap_or("/");
    match value.starts_with('/') {
        true => Ok(value.to_owned()),
        false => Err(errors::validation(
            "The specified value for pathPrefix is invalid. It must begin with / and contain only \
             alphanumeric characters and/or / characters.",
        )),
    }
}

/// A document to be stored; `limit` counts characters other than white space.
pub fn document(
    text: &str,
    policy_use: PolicyUse,
    limit: usize,
    exceeded: impl FnOnce() -> nuvola_wire::ApiError,
) -> ApiResult<Policy> {
    Validation::new().length("policyDocument", text, 1, 131_072).finish("ValidationError")?;
    let trust = policy_use == PolicyUse::RoleTrust;
    let policy =
        Policy::parse(text, policy_use).map_err(|problem| errors::malformed_policy(&problem, trust))?;
    if size(text) > limit { Err(exceeded()) } else { Ok(policy) }
}

/// The size of a document as quotas count it.
pub fn size(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Tags of a request, with the limits that all of IAM shares.
pub fn tags(given: &[Tag]) -> ApiResult<Tags> {
    let mut validation = Validation::new();
    let mut tags = Tags::new();
    for (index, tag) in given.iter().enumerate() {
        let place = format!("tags.{}.member", index + 1);
        let key_pattern = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+";
        validation.length(&format!("{place}.key"), &tag.key, 1, 128);
        validation.pattern(&format!("{place}.key"), &tag.key, key_pattern, tag_text(&tag.key));
        validation.length(&format!("{place}.value"), &tag.value, 0, 256);
        let value_pattern = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*";
        validation.pattern(&format!("{place}.value"), &tag.value, value_pattern, tag_text(&tag.value));
        if tags.iter().any(|(key, _)| key.to_lowercase() == tag.key.to_lowercase()) {
            return Err(errors::duplicate_tag_keys());
        }
        tags.push((tag.key.clone(), tag.value.clone()));
    }
    if tags.len() > limits::TAGS {
        let shown: Vec<String> =
            tags.iter().map(|(key, value)| format!("Tag(key={key}, value={value})")).collect();
        let constraint = format!("Member must have length less than or equal to {}", limits::TAGS);
        validation.problem(Some(&format!("[{}]", shown.join(", "))), "tags", &constraint);
    }
    validation.finish("ValidationError")?;
    Ok(tags)
}

fn tag_text(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c))
}

/// Adds tags to those that are there; keys compare without case. `quota` is the name of the limit.
pub fn merge_tags(present: &mut Tags, added: Tags, quota: &str) -> ApiResult<()> {
    let mut merged = present.clone();
    for (key, value) in added {
        match merged.iter_mut().find(|(other, _)| other.to_lowercase() == key.to_lowercase()) {
            Some(slot) => *slot = (key, value),
            None => merged.push((key, value)),
        }
    }
    if merged.len() > limits::TAGS {
        return Err(errors::quota(quota, limits::TAGS));
    }
    *present = merged;
    Ok(())
}

/// A page of a listing.
pub struct Page<T> {
    pub items: Vec<T>,
    pub is_truncated: bool,
    pub marker: Option<String>,
}

/// Cuts one page out of `items`, which are in the order of their keys; `scope` is the operation's name.
pub fn page<T>(
    scope: &str,
    items: Vec<(String, T)>,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> ApiResult<Page<T>> {
    if let Some(max) = max_items {
        let max_items = i64::from(limits::PAGE_MAX);
        Validation::new().range("maxItems", max.into(), 1, max_items).finish("ValidationError")?;
    }
    let after = match marker {
        Some(token) => Some(paging::position(scope, token).ok_or_else(errors::invalid_marker)?),
        None => None,
    };
    let size = usize::try_from(max_items.unwrap_or(limits::PAGE_DEFAULT)).unwrap_or(1);
    let mut rest = items.into_iter().filter(|(key, _)| after.as_ref().is_none_or(|after| key > after));
    let mut last = None;
    let mut page = Vec::new();
    for (key, item) in rest.by_ref().take(size) {
        last = Some(key);
        page.push(item);
    }
    let is_truncated = rest.next().is_some();
    let marker = last.filter(|_| is_truncated).map(|key| paging::token(scope, &key));
    Ok(Page { items: page, is_truncated, marker })
}
