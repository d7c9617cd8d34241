//! What lifecycle rules do: every midnight (UTC), to the objects and uploads whose time has come.
//!
//! **Source**: S3 User Guide, "Lifecycle configuration elements" and "Expiring objects": days are counted from
//! the creation and rounded up to the next midnight, UTC.

use super::events::{Happening, notify};
use super::objects::{Object, Version, Versions};
use super::state::{Bucket, LifecycleAge, LifecycleFilter, LifecycleRule, Versioning};
use super::{Timer, VERSION_ID_CHARS};
use crate::cloud;
use crate::context::OpContext;
use nuvola_kernel::Timestamp;

const DAY_MS: i64 = 86_400_000;

/// Smaller objects stay where they are, unless a rule names sizes itself.
///
/// **Source**: S3 User Guide, "Transitioning objects using Amazon S3 Lifecycle", "Constraints".
const MIN_TRANSITION_BYTES: u64 = 128 * 1024;

/// The midnight after so many days.
fn midnight_after(at: Timestamp, days: i64) -> Timestamp {
    let Timestamp(ms) = at.plus_ms(days.saturating_mul(DAY_MS));
    Timestamp((ms.div_euclid(DAY_MS).saturating_add(1)).saturating_mul(DAY_MS))
}

/// Sees to it that the rules act at the next midnight.
pub fn schedule(cx: &mut OpContext<'_>) {
    if cx.s3().lifecycle_scheduled {
        return;
    }
    cx.s3().lifecycle_scheduled = true;
    let Timestamp(due_ms) = midnight_after(cx.now(), 0);
    cx.schedule(due_ms, cloud::Timer::S3(Timer::Lifecycle));
}

/// Lets the rules of every bucket act.
pub fn midnight(cx: &mut OpContext<'_>) {
    cx.s3().lifecycle_scheduled = false;
    let acts = |bucket: &&Bucket| bucket.lifecycle.is_some();
    let names: Vec<String> =
        cx.s3().buckets.values().filter(acts).map(|bucket| bucket.name.clone()).collect();
    if names.is_empty() {
        return;
    }
    for name in &names {
        let Some(bucket) = cx.state().s3.buckets.get(name) else { continue };
        for action in due_actions(bucket, cx.now()) {
            apply(cx, name, action);
        }
    }
    schedule(cx);
}

/// Something whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    /// The current version expires.
    Expire {
        key: String,
    },
    /// A version goes for good.
    Remove {
        key: String,
        version_id: String,
    },
    Transition {
        key: String,
        version_id: String,
        storage_class: String,
    },
    Abort {
        key: String,
        upload_id: String,
    },
}

fn due_actions(bucket: &Bucket, now: Timestamp) -> Vec<Action> {
    let Some(lifecycle) = &bucket.lifecycle else { return Vec::new() };
    let rules: Vec<&LifecycleRule> = lifecycle.rules.iter().filter(|rule| rule.enabled).collect();
    let all_small_stay = lifecycle.minimum_object_size != "varies_by_storage_class";
    let mut actions = Vec::new();
    for (key, versions) in bucket.objects.iter() {
        let seen = Seen { rules: &rules, all_small_stay, key, now };
        seen.current(versions, &mut actions);
        seen.noncurrent(versions, &mut actions);
    }
    for (key, uploads) in bucket.uploads.iter() {
        for upload in uploads {
            let due = |rule: &&&LifecycleRule| {
                matches(rule, key, None)
                    && rule
                        .abort_uploads_after_days
                        .is_some_and(|days| midnight_after(upload.initiated_at, days) <= now)
            };
            if rules.iter().any(|rule| due(&rule)) {
                actions.push(Action::Abort { key: key.clone(), upload_id: upload.id.clone() });
            }
        }
    }
    actions
}

/// A key as the rules see it.
struct Seen<'a> {
    rules: &'a [&'a LifecycleRule],
    all_small_stay: bool,
    key: &'a str,
    now: Timestamp,
}

impl Seen<'_> {
    fn matching<'r>(&'r self, object: Option<&'r Object>) -> impl Iterator<Item = &'r LifecycleRule> {
        self.rules.iter().copied().filter(move |rule| matches(rule, self.key, object))
    }

    fn current(&self, versions: &Versions, actions: &mut Vec<Action>) {
        let Some(current) = versions.current() else { return };
        let age_is_due = |age: &LifecycleAge| match age {
            LifecycleAge::Days(days) => midnight_after(current.last_modified, *days) <= self.now,
            LifecycleAge::Date(date) => *date <= self.now,
            LifecycleAge::ExpiredDeleteMarkers(_) => false,
        };
        let Some(object) = current.object.as_deref() else {
            // A delete marker that nothing is behind any more.
            let alone = versions.newest_first().count() == 1;
            let goes = |rule: &LifecycleRule| match &rule.expiration {
                Some(LifecycleAge::ExpiredDeleteMarkers(on)) => *on,
                Some(age @ (LifecycleAge::Days(_) | LifecycleAge::Date(_))) => age_is_due(age),
                None => false,
            };
            if alone && self.matching(None).any(goes) {
                actions.push(self.remove(current));
            }
            return;
        };
        if self.matching(Some(object)).any(|rule| rule.expiration.as_ref().is_some_and(age_is_due)) {
            actions.push(Action::Expire { key: self.key.to_owned() });
            return;
        }
        let due = self.matching(Some(object)).flat_map(|rule| {
            let sized = names_sizes(rule);
            rule.transitions.iter().filter_map(move |transition| {
                let at = match &transition.after {
                    LifecycleAge::Days(days) => midnight_after(current.last_modified, *days),
                    LifecycleAge::Date(date) => *date,
                    LifecycleAge::ExpiredDeleteMarkers(_) => return None,
                };
                Some((at, sized, transition.storage_class.as_str()))
            })
        });
        self.transition(current, object, due, actions);
    }

    fn noncurrent(&self, versions: &Versions, actions: &mut Vec<Action>) {
        let mut successor: Option<&Version> = None;
        for (newer, version) in versions.newest_first().enumerate() {
            let Some(next) = successor.replace(version) else { continue };
            let since = next.last_modified;
            // The current version is not among the newer ones that rules count.
            let enough = |wanted: Option<i64>| wanted.is_none_or(|count| newer as i64 > count);
            let object = version.object.as_deref();
            let expires = |rule: &LifecycleRule| {
                rule.noncurrent_expiration.as_ref().is_some_and(|rule| {
                    midnight_after(since, rule.days) <= self.now && enough(rule.newer_versions)
                })
            };
            if self.matching(object).any(expires) {
                actions.push(self.remove(version));
                continue;
            }
            let Some(object) = object else { continue };
            let due = self.matching(Some(object)).flat_map(|rule| {
                let sized = names_sizes(rule);
                let moves = rule.noncurrent_transitions.iter().filter(|given| enough(given.newer_versions));
                moves.map(move |given| {
                    (midnight_after(since, given.days), sized, given.storage_class.as_str())
                })
            });
            self.transition(version, object, due, actions);
        }
    }

    fn remove(&self, version: &Version) -> Action {
        Action::Remove { key: self.key.to_owned(), version_id: version.id.clone() }
    }

    /// Of several transitions that are due, the last one counts.
    fn transition<'t>(
        &self,
        version: &Version,
        object: &Object,
        due: impl Iterator<Item = (Timestamp, bool, &'t str)>,
        actions: &mut Vec<Action>,
    ) {
        let small = object.size_bytes() < MIN_TRANSITION_BYTES;
        let archive = |class: &str| matches!(class, "GLACIER" | "DEEP_ARCHIVE");
        let moves = |(at, sized, class): &(Timestamp, bool, &str)| {
            *at <= self.now && (!small || *sized || (!self.all_small_stay && archive(class)))
        };
        let Some((_, _, class)) = due.filter(moves).max_by_key(|(at, _, _)| *at) else { return };
        if class != object.storage_class {
            actions.push(Action::Transition {
                key: self.key.to_owned(),
                version_id: version.id.clone(),
                storage_class: class.to_owned(),
            });
        }
    }
}

fn names_sizes(rule: &LifecycleRule) -> bool {
    let filter = rule.filter.as_ref();
    filter.is_some_and(|filter| filter.size_greater_than.is_some() || filter.size_less_than.is_some())
}

/// Whether a rule is about a key; delete markers and uploads have neither tags nor a size.
fn matches(rule: &LifecycleRule, key: &str, object: Option<&Object>) -> bool {
    let prefix = rule.prefix.as_deref().or(rule.filter.as_ref().and_then(|filter| filter.prefix.as_deref()));
    if !key.starts_with(prefix.unwrap_or("")) {
        return false;
    }
    let Some(LifecycleFilter { tags, size_greater_than, size_less_than, .. }) = &rule.filter else {
        return true;
    };
    let Some(object) = object else {
        return tags.is_empty() && size_greater_than.is_none() && size_less_than.is_none();
    };
    let size = object.size_bytes() as i64;
    tags.iter().all(|(name, value)| object.tags.get(name) == Some(value))
        && size_greater_than.is_none_or(|bound| size > bound)
        && size_less_than.is_none_or(|bound| size < bound)
}

fn apply(cx: &mut OpContext<'_>, name: &str, action: Action) {
    let at = cx.now();
    let new_id = cx.ids().mixed_alnum(VERSION_ID_CHARS);
    let Some(bucket) = cx.s3().buckets.get_mut(name) else { return };
    let versioning = bucket.versioning;
    let happening = match action {
        Action::Abort { key, upload_id } => {
            bucket.remove_upload(&key, &upload_id);
            return;
        }
        Action::Expire { key } => {
            let Some(versions) = bucket.objects.get_mut(&key) else { return };
            let deleted = versions.delete_current(versioning, new_id, at);
            let event = match versioning {
                Versioning::Unversioned => "LifecycleExpiration:Delete",
                Versioning::Enabled | Versioning::Suspended => "LifecycleExpiration:DeleteMarkerCreated",
            };
            Happening { event, ..Happening::of_deletion(&key, &deleted, false) }
        }
        Action::Remove { key, version_id } => {
            let Some(versions) = bucket.objects.get_mut(&key) else { return };
            let deleted = versions.delete_version(&version_id);
            Happening { event: "LifecycleExpiration:Delete", ..Happening::of_deletion(&key, &deleted, true) }
        }
        Action::Transition { key, version_id, storage_class } => {
            let versions = bucket.objects.get_mut(&key);
            let version = versions.and_then(|versions| versions.get_mut(&version_id));
            let Some(object) = version.and_then(|version| version.object.as_deref_mut()) else { return };
            object.storage_class = storage_class;
            Happening {
                event: "LifecycleTransition",
                size_bytes: Some(object.size_bytes()),
                etag: Some(object.etag.clone()),
                version_id: (versioning != Versioning::Unversioned).then_some(version_id),
                key,
            }
        }
    };
    if bucket.objects.get(&happening.key).is_some_and(Versions::is_empty) {
        bucket.objects.remove(&happening.key);
    }
    notify(cx, name, &happening);
}

/// The header that tells when an object will expire, and by which rule.
///
/// **Source**: S3 API Reference, "GetObject", `x-amz-expiration`.
pub fn header(bucket: &Bucket, key: &str, object: &Object, last_modified: Timestamp) -> Option<String> {
    let rules = bucket.lifecycle.iter().flat_map(|lifecycle| &lifecycle.rules);
    let expiring = rules.filter(|rule| rule.enabled && matches(rule, key, Some(object)));
    let dated = expiring.filter_map(|rule| match rule.expiration.as_ref()? {
        LifecycleAge::Days(days) => Some((midnight_after(last_modified, *days), &rule.id)),
        LifecycleAge::Date(date) => Some((*date, &rule.id)),
        LifecycleAge::ExpiredDeleteMarkers(_) => None,
    });
    let (at, id) = dated.min_by_key(|(at, _)| *at)?;
    Some(format!("expiry-date=\"{}\", rule-id=\"{}\"", at.http_date(), nuvola_wire::uri::encode(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_rounded_up_to_midnight() {
        // Source: S3 User Guide, "Lifecycle configuration elements": an object of 2014-01-15 10:30 UTC with
        // three days expires on 2014-01-19 00:00 UTC.
        let created = Timestamp::parse("2014-01-15T10:30:00Z").unwrap();
        assert_eq!(midnight_after(created, 3).iso_seconds(), "2014-01-19T00:00:00Z");
    }
}
