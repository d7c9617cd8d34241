//! Pages of lists: `position` is opaque.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{errors, limits};
use crate::service::ApiResult;

/// Cuts `items` to one page; `key` is what the position keeps of an item.
pub fn page<T>(
    items: Vec<T>,
    key: impl Fn(&T) -> String,
    position: Option<&str>,
    limit: Option<i32>,
) -> ApiResult<(Vec<T>, Option<String>)> {
    let size = match limit {
        None => limits::PAGE_DEFAULT,
        Some(limit) if limit < 1 => return Err(errors::bad_request("Invalid value for the limit parameter")),
        Some(limit) => usize::try_from(limit).unwrap_or(limits::PAGE_MAX).min(limits::PAGE_MAX),
    };
    let mut items = items;
    if let Some(position) = position.filter(|position| !position.is_empty()) {
        let first = URL_SAFE_NO_PAD.decode(position).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let at = first.and_then(|first| items.iter().position(|item| key(item) == first));
        let at = at.ok_or_else(|| errors::bad_request("Invalid value for the position parameter"))?;
        items.drain(..at);
    }
    let next = items.get(size).map(|item| URL_SAFE_NO_PAD.encode(key(item)));
    items.truncate(size);
    Ok((items, next))
}
