//! Finding an object's version, with the errors for what is missing, deleted or not to be read.

use super::{
    errors,
    objects::{NULL_VERSION, Object, Version, Versions},
    state::{Bucket, Versioning},
};
use crate::service::ApiResult;
use nuvola_kernel::Timestamp;
use nuvola_wire::ApiError;

/// An object that is there.
#[derive(Debug, Clone, Copy)]
pub struct FoundObject<'b> {
    pub version_id: &'b str,
    pub last_modified: Timestamp,
    pub object: &'b Object,
}

impl FoundObject<'_> {
    /// The version id as answers show it: not at all where versioning was never enabled.
    pub fn shown_id(&self, bucket: &Bucket) -> Option<String> {
        (bucket.versioning != Versioning::Unversioned).then(|| self.version_id.to_owned())
    }
}

/// The version that is named, or else the current one.
pub fn object<'b>(
    bucket: &'b Bucket,
    key: &str,
    version_id: Option<&str>,
    method: &str,
) -> ApiResult<FoundObject<'b>> {
    let version = version(bucket, key, version_id)?;
    match version.object.as_deref() {
        Some(object) => {
            Ok(FoundObject { version_id: &version.id, last_modified: version.last_modified, object })
        }
        None => Err(delete_marker(key, version, version_id.is_some(), method)),
    }
}

fn version<'b>(bucket: &'b Bucket, key: &str, version_id: Option<&str>) -> ApiResult<&'b Version> {
    let versions = bucket.objects.get(key);
    match version_id {
        None => versions.and_then(Versions::current).ok_or_else(|| errors::no_such_key(key)),
        Some(id) => {
            check_version_id(id)?;
            versions.and_then(|versions| versions.get(id)).ok_or_else(|| errors::no_such_version(key, id))
        }
    }
}

/// A version id that S3 could not have made is a bad argument, not an unknown version.
pub fn check_version_id(id: &str) -> ApiResult<()> {
    let possible = id == NULL_VERSION
        || (id.len() == super::VERSION_ID_CHARS
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_')));
    if possible {
        Ok(())
    } else {
        Err(errors::invalid_argument("Invalid version id specified", "versionId", id))
    }
}

/// A delete marker as the current version is a missing key; one asked for by its id can only be deleted.
///
/// **Source**: S3 User Guide, "Working with delete markers".
fn delete_marker(key: &str, marker: &Version, by_id: bool, method: &str) -> ApiError {
    let error = if by_id {
        errors::method_not_allowed(method, "DeleteMarker")
            .with_header("Allow", "DELETE")
            .with_header("Last-Modified", marker.last_modified.http_date())
    } else {
        errors::no_such_key(key)
    };
    error.with_header("x-amz-delete-marker", "true").with_header("x-amz-version-id", marker.id.as_str())
}

/// Changes an object's description in place; returns the version id that the answer shows.
pub fn object_mut(
    bucket: &mut Bucket,
    key: &str,
    version_id: Option<&str>,
    change: impl FnOnce(&mut Object),
) -> ApiResult<Option<String>> {
    let found = object(bucket, key, version_id, "PUT")?;
    let (id, shown) = (found.version_id.to_owned(), found.shown_id(bucket));
    let object = bucket
        .objects
        .get_mut(key)
        .and_then(|versions| versions.get_mut(&id))
        .and_then(|version| version.object.as_deref_mut())
        .expect("the version was found a moment ago");
    change(object);
    Ok(shown)
}
