//! Objects, their versions, and the rules by which versions come and go.

use super::{
    checksum::{Algorithm, ChecksumType, by_name},
    state::{Acl, Encryption, Versioning},
};
use indexmap::IndexMap;
use nuvola_kernel::{Blob, Timestamp};
use serde::{Deserialize, Serialize};

/// The id of versions made while versioning was not enabled.
pub const NULL_VERSION: &str = "null";

/// An object version's content and what describes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Object {
    pub body: Blob,
    /// Without quotes.
    pub etag: String,
    pub headers: Headers,
    /// User metadata: names in lower case, without `x-amz-meta-`.
    pub metadata: IndexMap<String, String>,
    pub tags: IndexMap<String, String>,
    pub storage_class: String,
    pub encryption: Encryption,
    pub checksum: Option<Checksum>,
    pub acl: Acl,
    /// The parts of an object that came by multipart upload.
    pub parts: Vec<PartRecord>,
}

impl Object {
    pub fn size_bytes(&self) -> u64 {
        self.body.len() as u64
    }

    /// Where part `number` lies in the body; an object that did not come in parts has one.
    pub fn part_range(&self, number: u32) -> Option<std::ops::Range<usize>> {
        if self.parts.is_empty() {
            return (number == 1).then_some(0..self.body.len());
        }
        let mut start = 0;
        for (index, part) in self.parts.iter().enumerate() {
            let end = start + part.size_bytes as usize;
            // Parts are renumbered from one when they are read: numbers may have had gaps.
            if index + 1 == number as usize {
                return Some(start..end);
            }
            start = end;
        }
        None
    }

    pub fn part_count(&self) -> u32 {
        self.parts.len().max(1) as u32
    }
}

/// The headers that S3 keeps with an object and gives back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Headers {
    pub content_type: Option<String>,
    pub cache_control: Option<String>,
    pub content_disposition: Option<String>,
    pub content_encoding: Option<String>,
    pub content_language: Option<String>,
    pub expires: Option<String>,
    pub website_redirect: Option<String>,
}

/// A checksum as S3 shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum {
    #[serde(with = "by_name")]
    pub algorithm: Algorithm,
    pub checksum_type: ChecksumType,
    /// Base64; with `-N` where it is composed of N parts' checksums.
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRecord {
    pub number: u32,
    pub size_bytes: u64,
    pub checksum: Option<Checksum>,
}

/// One version of a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Version {
    pub id: String,
    pub last_modified: Timestamp,
    /// `None` is a delete marker.
    pub object: Option<Box<Object>>,
}

/// The versions of a key, oldest first: the last is the current one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Versions(Vec<Version>);

/// What a deletion did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deleted {
    /// The version that was removed, or the delete marker that was made; `None` in unversioned buckets.
    pub version_id: Option<String>,
    /// Whether that version is a delete marker.
    pub delete_marker: bool,
}

impl Versions {
    pub fn current(&self) -> Option<&Version> {
        self.0.last()
    }

    /// The current version, unless it is a delete marker.
    pub fn current_object(&self) -> Option<(&Version, &Object)> {
        let version = self.0.last()?;
        version.object.as_deref().map(|object| (version, object))
    }

    pub fn get(&self, id: &str) -> Option<&Version> {
        self.0.iter().rev().find(|version| version.id == id)
    }

    pub fn get_mut(&mut self, id: &str) -> Option<&mut Version> {
        self.0.iter_mut().rev().find(|version| version.id == id)
    }

    /// Newest first, as listings show them.
    pub fn newest_first(&self) -> impl Iterator<Item = &Version> {
        self.0.iter().rev()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a version under the bucket's versioning state: only an enabled bucket keeps what was there,
    /// in all others the new `null` version takes the place of the old one.
    /// Returns the version id that the answer shows.
    pub fn put(
        &mut self,
        versioning: Versioning,
        new_id: String,
        at: Timestamp,
        object: Option<Box<Object>>,
    ) -> Option<String> {
        let (id, shown) = match versioning {
            Versioning::Enabled => (new_id.clone(), Some(new_id)),
            Versioning::Suspended => (NULL_VERSION.to_owned(), Some(NULL_VERSION.to_owned())),
            Versioning::Unversioned => (NULL_VERSION.to_owned(), None),
        };
        if versioning != Versioning::Enabled {
            self.0.retain(|version| version.id != NULL_VERSION);
        }
        self.0.push(Version { id, last_modified: at, object });
        shown
    }

    /// Deletes without naming a version: a delete marker, except in a bucket that never had versioning.
    pub fn delete_current(&mut self, versioning: Versioning, new_id: String, at: Timestamp) -> Deleted {
        if versioning == Versioning::Unversioned {
            self.0.clear();
            return Deleted::default();
        }
        let version_id = self.put(versioning, new_id, at, None);
        Deleted { version_id, delete_marker: true }
    }

    /// Deletes one version for good; removing a delete marker brings the object back.
    pub fn delete_version(&mut self, id: &str) -> Deleted {
        let at = self.0.iter().position(|version| version.id == id);
        let removed = at.map(|at| self.0.remove(at));
        let delete_marker = removed.is_some_and(|version| version.object.is_none());
        Deleted { version_id: Some(id.to_owned()), delete_marker }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn object(text: &str) -> Box<Object> {
        Box::new(Object {
            body: Blob::from(text),
            etag: String::new(),
            headers: Headers::default(),
            metadata: IndexMap::new(),
            tags: IndexMap::new(),
            storage_class: "STANDARD".to_owned(),
            encryption: Encryption::default(),
            checksum: None,
            acl: Acl::default(),
            parts: Vec::new(),
        })
    }

    fn ids(versions: &Versions) -> Vec<&str> {
        versions.newest_first().map(|version| version.id.as_str()).collect()
    }

    #[test]
    fn enabled_versioning_keeps_every_version() {
        // Source: S3 User Guide, "Adding objects to versioning-enabled buckets".
        let mut versions = Versions::default();
        let at = Timestamp(0);
        assert_eq!(versions.put(Versioning::Unversioned, "x".into(), at, Some(object("0"))), None);
        assert_eq!(
            versions.put(Versioning::Enabled, "v1".into(), at, Some(object("1"))).as_deref(),
            Some("v1")
        );
        assert_eq!(ids(&versions), ["v1", "null"]);
        let deleted = versions.delete_current(Versioning::Enabled, "v2".into(), at);
        assert_eq!(deleted, Deleted { version_id: Some("v2".into()), delete_marker: true });
        assert!(versions.current_object().is_none());
        assert!(versions.delete_version("v2").delete_marker);
        assert_eq!(versions.current_object().unwrap().1.body.as_text(), Some("1"));
    }

    #[test]
    fn suspended_versioning_replaces_only_the_null_version() {
        // Source: S3 User Guide, "Adding objects to versioning-suspended buckets" and
        // "Deleting objects from versioning-suspended buckets".
        let mut versions = Versions::default();
        let at = Timestamp(0);
        versions.put(Versioning::Enabled, "v1".into(), at, Some(object("1")));
        assert_eq!(
            versions.put(Versioning::Suspended, "x".into(), at, Some(object("2"))).as_deref(),
            Some("null")
        );
        versions.put(Versioning::Suspended, "x".into(), at, Some(object("3")));
        assert_eq!(ids(&versions), ["null", "v1"]);
        let deleted = versions.delete_current(Versioning::Suspended, "x".into(), at);
        assert_eq!(deleted, Deleted { version_id: Some("null".into()), delete_marker: true });
        assert_eq!(ids(&versions), ["null", "v1"]);
    }

    #[test]
    fn parts_are_found_by_their_place() {
        let mut object = object("aaabb");
        assert_eq!(object.part_range(1), Some(0..5));
        assert_eq!(object.part_range(2), None);
        let part = |number, size_bytes| PartRecord { number, size_bytes, checksum: None };
        object.parts = vec![part(3, 3), part(7, 2)];
        assert_eq!(object.part_range(2), Some(3..5));
        assert_eq!(object.part_range(3), None);
    }
}
