//! Parsed policies beside their texts, so that a decision parses nothing that was parsed before.
//!
//! A parsed policy follows from its text alone: the cache is no part of the state, is not written down, and
//! whether it holds something changes no answer.

use super::{Policy, PolicyUse};
use nuvola_kernel::Map;
use std::cell::RefCell;
use std::sync::Arc;

/// How many texts are kept; then it begins anew, which costs each of them one reading.
const MAX_TEXTS: usize = 1_000;

/// What a text is, read as each of the uses; the inner option is empty for what is no policy.
type Readings = [Option<Option<Arc<Policy>>>; 3];

#[derive(Debug, Clone, Default)]
pub struct PolicyCache(RefCell<Map<String, Readings>>);

impl PolicyCache {
    /// The policy of a document; nothing for one that is none.
    pub fn read(&self, document: &str, policy_use: PolicyUse) -> Option<Arc<Policy>> {
        let place = match policy_use {
            PolicyUse::Identity => 0,
            PolicyUse::Resource => 1,
            PolicyUse::RoleTrust => 2,
        };
        let mut texts = self.0.borrow_mut();
        if let Some(Some(known)) = texts.get(document).map(|readings| &readings[place]) {
            return known.clone();
        }
        let policy = Policy::parse(document, policy_use).ok().map(Arc::new);
        if texts.len() >= MAX_TEXTS {
            texts.clear();
        }
        texts.entry(document.to_owned()).or_default()[place] = Some(policy.clone());
        policy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_once_for_each_use() {
        let cache = PolicyCache::default();
        let text =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        let first = cache.read(text, PolicyUse::Identity).unwrap();
        let again = cache.read(text, PolicyUse::Identity).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        // The same text is no policy of a resource: it names no principal.
        assert_eq!(cache.read(text, PolicyUse::Resource), None);
        assert_eq!(cache.read("nonsense", PolicyUse::Identity), None);
        for number in 0..MAX_TEXTS {
            cache.read(&number.to_string(), PolicyUse::Identity);
        }
        assert!(cache.0.borrow().len() <= MAX_TEXTS);
        assert_eq!(cache.read(text, PolicyUse::Identity).as_deref(), Some(&*first));
    }
}
