//! Deleting objects and versions.

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, to_object};
use crate::s3::conditional::matches_etag;
use crate::s3::events::{Happening, notify};
use crate::s3::objects::Deleted;
use crate::s3::state::{Bucket, Versioning};
use crate::s3::{VERSION_ID_CHARS, errors, limits, names, read};
use crate::service::ApiResult;
use nuvola_wire::shape;

shape! {
    /// What DeleteObject takes.
    pub struct DeleteObjectInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("Key", label)] pub key: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("VersionId", query = "versionId")] pub version_id: Option<String>,
        #[wire("IfMatch", header = "If-Match")] pub if_match: Option<String>,
    }

    /// What DeleteObject answers.
    pub struct DeleteObjectOutput {
        #[wire("DeleteMarker", header = "x-amz-delete-marker")] pub delete_marker: Option<bool>,
        #[wire("VersionId", header = "x-amz-version-id")] pub version_id: Option<String>,
    }

    /// What DeleteObjects takes.
    pub struct DeleteObjectsInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        /// This or a checksum must be there; it is verified before the operation runs.
        #[wire("ContentMD5", header = "Content-MD5")] pub content_md5: Option<String>,
        #[wire("Delete", payload)] pub delete: Option<Delete>,
    }

    /// Objects to delete.
    pub struct Delete {
        #[wire("Objects", xml = "Object", flattened)] pub objects: Vec<ObjectIdentifier>,
        #[wire("Quiet")] pub quiet: Option<bool>,
    }

    /// An object or one of its versions.
    pub struct ObjectIdentifier {
        #[wire("Key")] pub key: Option<String>,
        #[wire("VersionId")] pub version_id: Option<String>,
        #[wire("ETag")] pub etag: Option<String>,
    }

    /// What DeleteObjects answers.
    #[wire(xml = "DeleteResult")]
    pub struct DeleteObjectsOutput {
        #[wire("Deleted", flattened)] pub deleted: Vec<DeletedObject>,
        #[wire("Errors", xml = "Error", flattened)] pub errors: Vec<DeleteError>,
    }

    /// An object that is gone.
    pub struct DeletedObject {
        #[wire("Key")] pub key: String,
        #[wire("VersionId")] pub version_id: Option<String>,
        #[wire("DeleteMarker")] pub delete_marker: Option<bool>,
        #[wire("DeleteMarkerVersionId")] pub marker_version_id: Option<String>,
    }

    /// An object that could not be deleted.
    pub struct DeleteError {
        #[wire("Key")] pub key: String,
        #[wire("VersionId")] pub version_id: Option<String>,
        #[wire("Code")] pub code: String,
        #[wire("Message")] pub message: String,
    }
}

fn delete_access(cx: &OpContext<'_>, bucket: &str, key: &str, version_id: Option<&str>) -> Access {
    let action = if version_id.is_some() { "s3:DeleteObjectVersion" } else { "s3:DeleteObject" };
    to_object(cx, action, bucket, key)
}

operation! {
    /// Deletes an object: for good, or behind a delete marker in a bucket with versioning.
    /// It is no error if there is none.
    ///
    /// **Source**: S3 API Reference, "DeleteObject".
    pub DELETE_OBJECT: DeleteObject {
        http: "DELETE" "/{Bucket}/{Key+}" 204,
        input: DeleteObjectInput,
        output: DeleteObjectOutput,
        errors: [],
        access: |cx, input| delete_access(cx, &input.bucket, &input.key, input.version_id.as_deref()),
        handler: delete_object,
    }
}

fn delete_object(cx: &mut OpContext<'_>, input: DeleteObjectInput) -> ApiResult<DeleteObjectOutput> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let version_id = input.version_id.as_deref();
    let deleted = delete_one(cx, &input.bucket, &input.key, version_id, input.if_match.as_deref())?;
    Ok(DeleteObjectOutput {
        delete_marker: deleted.delete_marker.then_some(true),
        version_id: deleted.version_id,
    })
}

/// Deletes one object or version of a bucket that exists.
fn delete_one(
    cx: &mut OpContext<'_>,
    bucket: &str,
    key: &str,
    version_id: Option<&str>,
    if_match: Option<&str>,
) -> ApiResult<Deleted> {
    if !names::is_valid_key(key) {
        return Err(errors::key_too_long(key));
    }
    let at = super::put::second(cx);
    let new_id = cx.ids().mixed_alnum(VERSION_ID_CHARS);
    let name = bucket;
    let bucket = find_bucket(cx, name, None)?;
    check_delete(bucket, key, version_id, if_match)?;
    let versioning = bucket.versioning;
    // What was not there tells nobody of its end.
    let there = bucket.objects.get(key).is_some_and(|versions| match version_id {
        Some(id) => versions.get(id).is_some(),
        None => true,
    });
    let deleted = match (version_id, bucket.objects.get_mut(key)) {
        (Some(id), Some(versions)) => versions.delete_version(id),
        (Some(id), None) => Deleted { version_id: Some(id.to_owned()), delete_marker: false },
        (None, Some(versions)) => versions.delete_current(versioning, new_id, at),
        (None, None) if versioning == Versioning::Unversioned => Deleted::default(),
        (None, None) => {
            bucket.objects.entry(key.to_owned()).or_default().delete_current(versioning, new_id, at)
        }
    };
    if bucket.objects.get(key).is_some_and(|versions| versions.is_empty()) {
        bucket.objects.remove(key);
    }
    if there || (deleted.delete_marker && version_id.is_none()) {
        notify(cx, name, &Happening::of_deletion(key, &deleted, version_id.is_some()));
    }
    Ok(deleted)
}

/// **Source**: S3 User Guide, "How to perform conditional deletes".
fn check_delete(
    bucket: &Bucket,
    key: &str,
    version_id: Option<&str>,
    if_match: Option<&str>,
) -> ApiResult<()> {
    if let Some(id) = version_id {
        read::check_version_id(id)?;
    }
    let Some(tags) = if_match else { return Ok(()) };
    let found = read::object(bucket, key, version_id, "DELETE")?;
    if matches_etag(tags, &found.object.etag) { Ok(()) } else { Err(errors::precondition_failed("If-Match")) }
}

operation! {
    /// Deletes up to a thousand objects at once; each fails or succeeds by itself.
    ///
    /// **Source**: S3 API Reference, "DeleteObjects".
    pub DELETE_OBJECTS: DeleteObjects {
        http: "POST" "/{Bucket}?delete" 200,
        input: DeleteObjectsInput,
        output: DeleteObjectsOutput,
        errors: [],
        access: |_, _| Access::none(),
        handler: delete_objects,
    }
}

fn delete_objects(cx: &mut OpContext<'_>, input: DeleteObjectsInput) -> ApiResult<DeleteObjectsOutput> {
    let name = input.bucket.as_str();
    find_bucket(cx, name, input.expected_owner.as_deref())?;
    let delete = input.delete.ok_or_else(errors::malformed_xml)?;
    let count = delete.objects.len();
    if count == 0 || count > limits::MAX_DELETED_KEYS || delete.objects.iter().any(|o| o.key.is_none()) {
        return Err(errors::malformed_xml());
    }
    let quiet = delete.quiet.unwrap_or(false);
    let mut output = DeleteObjectsOutput::default();
    for object in delete.objects {
        let key = object.key.unwrap_or_default();
        let asked = object.version_id.filter(|id| !id.is_empty());
        let access = delete_access(cx, name, &key, asked.as_deref());
        let result = cx
            .require(&access)
            .and_then(|()| delete_one(cx, name, &key, asked.as_deref(), object.etag.as_deref()));
        match result {
            Ok(_) if quiet => {}
            Ok(deleted) => {
                let marker = deleted.delete_marker;
                output.deleted.push(DeletedObject {
                    key,
                    version_id: asked,
                    delete_marker: marker.then_some(true),
                    marker_version_id: deleted.version_id.filter(|_| marker),
                });
            }
            Err(error) => output.errors.push(DeleteError {
                key,
                version_id: asked,
                code: error.code,
                message: error.message,
            }),
        }
    }
    Ok(output)
}
