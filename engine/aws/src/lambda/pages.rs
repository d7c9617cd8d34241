//! Pages of lists: an opaque marker names the first item of the next page.

use super::errors;
use crate::paging;
use crate::service::ApiResult;
use crate::validate::Validation;

/// The longest page that ListFunctions and its like return.
/// **Source**: AWS Lambda API Reference, "ListFunctions", MaxItems.
const PAGE_MAX: usize = 50;

const SCOPE: &str = "lambda marker";

/// Cuts `items` to one page; `key` is what the marker keeps of an item.
pub fn page<T>(
    items: Vec<T>,
    key: impl Fn(&T) -> String,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> ApiResult<(Vec<T>, Option<String>)> {
    let mut validation = Validation::new();
    if let Some(max) = max_items {
        validation.range("maxItems", max.into(), 1, 10_000);
    }
    validation.finish("ValidationException")?;
    let size = max_items.map_or(PAGE_MAX, |max| usize::try_from(max).unwrap_or(PAGE_MAX).min(PAGE_MAX));
    let mut items = items;
    if let Some(marker) = marker.filter(|marker| !marker.is_empty()) {
        let first = paging::position(SCOPE, marker);
        let at = first.and_then(|first| items.iter().position(|item| key(item) == first));
        let at = at.ok_or_else(|| errors::invalid_parameter("The provided marker is invalid."))?;
        items.drain(..at);
    }
    let next = items.get(size).map(|item| paging::token(SCOPE, &key(item)));
    items.truncate(size);
    Ok((items, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_join_to_the_whole_list_and_forged_markers_are_refused() {
        // Source: AWS Lambda API Reference, "ListFunctions"; the text of the refusal is our own.
        let all: Vec<u32> = (0..120).collect();
        let mut seen = Vec::new();
        let mut marker = None;
        loop {
            let (items, next) = page(all.clone(), u32::to_string, marker.as_deref(), None).unwrap();
            seen.extend(items);
            marker = next;
            if marker.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
        assert!(page(all.clone(), u32::to_string, Some("x"), None).is_err());
        assert!(page(all, u32::to_string, None, Some(0)).is_err());
    }
}
