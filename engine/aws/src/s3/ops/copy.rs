//! Copying objects.

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, to_object};
use crate::s3::checksum::{self, Algorithm, Given};
use crate::s3::conditional::{Conditions, Verdict};
use crate::s3::errors;
use crate::s3::objects::Object;
use crate::s3::ops::description::{Description, described_input};
use crate::s3::ops::get::hide_missing;
use crate::s3::ops::put::{check_write, quoted, second, shown_encryption, store, write_access};
use crate::s3::read;
use crate::service::ApiResult;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;

described_input! {
    /// What CopyObject takes.
    pub struct CopyObjectInput {
        #[wire("CopySource", header = "x-amz-copy-source")] pub copy_source: String,
        #[wire("CopySourceIfMatch", header = "x-amz-copy-source-if-match")] pub if_match: Option<String>,
        #[wire("CopySourceIfNoneMatch", header = "x-amz-copy-source-if-none-match")]
        pub if_none_match: Option<String>,
        #[wire(
            "CopySourceIfModifiedSince",
            header = "x-amz-copy-source-if-modified-since",
            timestamp = "http-date"
        )]
        pub if_modified_since: Option<Timestamp>,
        #[wire(
            "CopySourceIfUnmodifiedSince",
            header = "x-amz-copy-source-if-unmodified-since",
            timestamp = "http-date"
        )]
        pub if_unmodified_since: Option<Timestamp>,
        #[wire("MetadataDirective", header = "x-amz-metadata-directive")]
        pub metadata_directive: Option<String>,
        #[wire("TaggingDirective", header = "x-amz-tagging-directive")] pub tagging_directive: Option<String>,
        #[wire("ChecksumAlgorithm", header = "x-amz-checksum-algorithm")]
        pub checksum_algorithm: Option<String>,
        #[wire("ExpectedSourceBucketOwner", header = "x-amz-source-expected-bucket-owner")]
        pub expected_source_owner: Option<String>,
        #[wire("IfMatch", header = "If-Match")] pub target_if_match: Option<String>,
        #[wire("IfNoneMatch", header = "If-None-Match")] pub target_if_none_match: Option<String>,
    }
}

shape! {
    /// What CopyObject answers.
    pub struct CopyObjectOutput {
        #[wire("CopyObjectResult", payload)] pub result: CopyObjectResult,
        #[wire("CopySourceVersionId", header = "x-amz-copy-source-version-id")]
        pub source_version_id: Option<String>,
        #[wire("VersionId", header = "x-amz-version-id")] pub version_id: Option<String>,
        #[wire("ServerSideEncryption", header = "x-amz-server-side-encryption")] pub encryption: String,
        #[wire("SSEKMSKeyId", header = "x-amz-server-side-encryption-aws-kms-key-id")]
        pub kms_key_id: Option<String>,
        #[wire("BucketKeyEnabled", header = "x-amz-server-side-encryption-bucket-key-enabled")]
        pub bucket_key: Option<bool>,
    }

    /// The copy.
    #[wire(xml = "CopyObjectResult")]
    pub struct CopyObjectResult {
        #[wire("ETag")] pub etag: String,
        #[wire("LastModified")] pub last_modified: Timestamp,
        #[wire("ChecksumType")] pub checksum_type: Option<String>,
        #[wire("ChecksumCRC32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256")] pub sha256: Option<String>,
    }
}

/// `[/]bucket/key[?versionId=id]`, percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopySource {
    pub bucket: String,
    pub key: String,
    pub version_id: Option<String>,
}

/// Reads the header `x-amz-copy-source`.
pub fn read_source(header: &str) -> ApiResult<CopySource> {
    let invalid = |what: &str| {
        errors::invalid_argument(&format!("Invalid copy source {what}"), "x-amz-copy-source", header)
    };
    let (path, version_id) = match header.rsplit_once("?versionId=") {
        Some((path, id)) => (path, Some(id.to_owned())),
        None => (header, None),
    };
    let path = nuvola_wire::uri::decode_form(path);
    let path = path.strip_prefix('/').unwrap_or(&path);
    let (bucket, key) = path.split_once('/').ok_or_else(|| invalid("object key"))?;
    if bucket.is_empty() {
        return Err(invalid("bucket name"));
    }
    if key.is_empty() {
        return Err(invalid("object key"));
    }
    Ok(CopySource { bucket: bucket.to_owned(), key: key.to_owned(), version_id })
}

/// Reading the source, where the header says which.
pub fn source_access(cx: &OpContext<'_>, header: &str) -> Access {
    let Ok(source) = read_source(header) else { return Access::none() };
    let action = if source.version_id.is_some() { "s3:GetObjectVersion" } else { "s3:GetObject" };
    to_object(cx, action, &source.bucket, &source.key)
}

operation! {
    /// Copies an object; onto itself only if something about it changes.
    ///
    /// **Source**: S3 API Reference, "CopyObject".
    pub COPY_OBJECT: CopyObject {
        http: "PUT" "/{Bucket}/{Key+}?x-id=CopyObject" 200,
        input: CopyObjectInput,
        output: CopyObjectOutput,
        errors: ["ObjectNotInActiveTierError"],
        access: |cx, input| {
            let write = write_access(cx, &input.bucket, &input.key, input.tagging.is_some());
            source_access(cx, &input.copy_source).and(write)
        },
        handler: copy_object,
    }
}

/// Whether a directive says to replace; anything but its two values is refused.
fn replaces(directive: Option<&str>, what: &str, header: &str) -> ApiResult<bool> {
    match directive {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(other) => Err(errors::invalid_argument(&format!("Unknown {what} directive."), header, other)),
    }
}

/// The source's version id as answers show it, its time of change, and the object.
pub fn read_copy_source(
    cx: &mut OpContext<'_>,
    header: &str,
    expected_owner: Option<&str>,
    conditions: Conditions<'_>,
) -> ApiResult<(Option<String>, Object)> {
    let source = read_source(header)?;
    // The source may be in any region.
    let bucket = cx.s3().buckets.get(&source.bucket).ok_or_else(|| errors::no_such_bucket(&source.bucket))?;
    if expected_owner.is_some_and(|owner| owner != bucket.owner_account) {
        return Err(errors::access_denied());
    }
    let found = match read::object(bucket, &source.key, source.version_id.as_deref(), "GET") {
        Ok(found) => found,
        Err(error) if error.code == "MethodNotAllowed" => {
            return Err(errors::invalid_request(
                "The source of a copy request may not specifically refer to a delete marker by version id.",
            ));
        }
        Err(error) => return Err(hide_missing(cx, &source.bucket, error)),
    };
    match conditions.judge_copy(&found.object.etag, found.last_modified) {
        Verdict::Proceed => {}
        Verdict::NotModified => return Err(errors::precondition_failed("x-amz-copy-source-If-None-Match")),
        Verdict::Failed(condition) => return Err(errors::precondition_failed(condition)),
    }
    if matches!(found.object.storage_class.as_str(), "GLACIER" | "DEEP_ARCHIVE") {
        return Err(errors::object_not_in_active_tier());
    }
    Ok((found.shown_id(bucket), found.object.clone()))
}

fn copy_object(cx: &mut OpContext<'_>, mut input: CopyObjectInput) -> ApiResult<CopyObjectOutput> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let (bucket, key) = (input.bucket.clone(), input.key.clone());
    let replace_metadata =
        replaces(input.metadata_directive.as_deref(), "metadata", "x-amz-metadata-directive")?;
    let replace_tags = replaces(input.tagging_directive.as_deref(), "tagging", "x-amz-tagging-directive")?;
    let conditions = Conditions {
        if_match: input.if_match.as_deref(),
        if_none_match: input.if_none_match.as_deref(),
        if_modified_since: input.if_modified_since,
        if_unmodified_since: input.if_unmodified_since,
    };
    let expected_source = input.expected_source_owner.clone();
    let (source_version_id, source) =
        read_copy_source(cx, &input.copy_source, expected_source.as_deref(), conditions)?;
    let from = read_source(&input.copy_source)?;
    let changes = replace_metadata
        || input.storage_class.is_some()
        || input.website_redirect.is_some()
        || input.encryption.is_some();
    if from.bucket == bucket && from.key == key && from.version_id.is_none() && !changes {
        return Err(errors::copy_onto_itself());
    }
    let description = input.take_description().check(cx, &bucket, &key)?;
    check_write(
        find_bucket(cx, &bucket, None)?,
        &key,
        input.target_if_match.as_deref(),
        input.target_if_none_match.as_deref(),
    )?;
    let algorithm = input.checksum_algorithm.as_deref().and_then(Algorithm::parse);
    let copy = copied(source, description, replace_metadata, replace_tags, algorithm)?;
    let checksum = copy.checksum.clone();
    let sums = Given::of(checksum.as_ref());
    let result = CopyObjectResult {
        etag: quoted(&copy.etag),
        last_modified: second(cx),
        checksum_type: checksum.map(|sum| sum.checksum_type.name().to_owned()),
        crc32: sums.crc32,
        crc32c: sums.crc32c,
        crc64nvme: sums.crc64nvme,
        sha1: sums.sha1,
        sha256: sums.sha256,
    };
    let (encryption, kms_key_id, bucket_key) = shown_encryption(&copy.encryption);
    let version_id = store(cx, &bucket, &key, copy, "ObjectCreated:Copy");
    Ok(CopyObjectOutput { result, source_version_id, version_id, encryption, kms_key_id, bucket_key })
}

/// The new object: a single part, with its own storage class, encryption, ACL and redirect.
fn copied(
    source: Object,
    description: Description,
    replace_metadata: bool,
    replace_tags: bool,
    algorithm: Option<Algorithm>,
) -> ApiResult<Object> {
    let algorithm = algorithm.or(source.checksum.as_ref().map(|sum| sum.algorithm));
    let checksum = checksum::verify(&source.body, Given::default(), algorithm.map(Algorithm::name))?;
    let website_redirect = description.headers.website_redirect.clone();
    let (mut headers, metadata) = if replace_metadata {
        (description.headers, description.metadata)
    } else {
        (source.headers, source.metadata)
    };
    headers.website_redirect = website_redirect;
    Ok(Object {
        etag: checksum::etag(&source.body),
        body: source.body,
        headers,
        metadata,
        tags: if replace_tags { description.tags } else { source.tags },
        storage_class: description.storage_class,
        encryption: description.encryption,
        checksum: Some(checksum),
        acl: description.acl,
        parts: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_sources_are_read() {
        // Source: API reference, "CopyObject", `x-amz-copy-source`.
        let source = read_source("/b/a%20b/c%2Bd?versionId=v1").unwrap();
        assert_eq!((source.bucket.as_str(), source.key.as_str()), ("b", "a b/c+d"));
        assert_eq!(source.version_id.as_deref(), Some("v1"));
        assert_eq!(read_source("b").unwrap_err().message, "Invalid copy source object key");
        assert_eq!(read_source("//k").unwrap_err().message, "Invalid copy source bucket name");
    }
}
