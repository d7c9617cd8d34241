//! `tags`, `tags_all`, and the provider's default and ignored tags.

use crate::client::Client;
use crate::plan::Diff;
use nuvola_kernel::Ordered;
use nuvola_tf_lang::{Members, Type, Value};
use std::sync::Arc;

impl Client {
    /// Whether `ignore_tags` covers a tag; AWS's own tags are never managed.
    #[must_use]
    pub fn ignores_tag(&self, key: &str) -> bool {
        key.starts_with("aws:")
            || self.ignored_keys.iter().any(|ignored| ignored == key)
            || self.ignored_prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
    }
}

/// Plans `tags_all`: the provider's default tags with the resource's own over them.
pub fn plan_tags_all(diff: &mut Diff<'_>) {
    if !diff.facts.block.attributes.contains_key("tags_all")
        || !diff.facts.block.attributes.contains_key("tags")
    {
        return;
    }
    let own = diff.planned.get("tags").cloned().unwrap_or_else(|| Value::null(Type::map(Type::String)));
    let Some(client) = diff.client.clone() else { return diff.set_unknown("tags_all") };
    if !own.is_wholly_known() {
        return diff.set_unknown("tags_all");
    }
    let defaults =
        client.default_tags.iter().map(|(key, value)| (Arc::from(key.as_str()), Value::string(value)));
    let mut all: Members = defaults.into_map();
    all.extend(own.as_members().cloned().unwrap_or_default());
    all.retain(|key, value| !value.is_null() && !client.ignores_tag(key));
    if !all.is_empty() {
        diff.set("tags_all", Value::map_of(Type::String, all));
    } else if diff.is_create()
        || diff.prior.and_then(|prior| prior.get("tags_all")).is_some_and(|old| old.len() != Some(0))
    {
        diff.set_unknown("tags_all");
    }
}
