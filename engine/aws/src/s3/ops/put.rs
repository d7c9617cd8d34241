//! Putting objects.

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, to_object};
use crate::s3::checksum::{self, Given};
use crate::s3::conditional::matches_etag;
use crate::s3::events::{Happening, notify};
use crate::s3::objects::Object;
use crate::s3::ops::copy::CopyObjectResult;
use crate::s3::ops::description::described_input;
use crate::s3::state::{Bucket, Encryption};
use crate::s3::{VERSION_ID_CHARS, errors, expiry, limits};
use crate::service::ApiResult;
use nuvola_kernel::{Blob, Timestamp};
use nuvola_wire::shape;

described_input! {
    /// What PutObject takes.
    pub struct PutObjectInput {
        #[wire("Body", payload)] pub body: Option<Blob>,
        #[wire("ContentMD5", header = "Content-MD5")] pub content_md5: Option<String>,
        #[wire("IfMatch", header = "If-Match")] pub if_match: Option<String>,
        #[wire("IfNoneMatch", header = "If-None-Match")] pub if_none_match: Option<String>,
        #[wire("ChecksumAlgorithm", header = "x-amz-sdk-checksum-algorithm")]
        pub checksum_algorithm: Option<String>,
        #[wire("ChecksumCRC32", header = "x-amz-checksum-crc32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C", header = "x-amz-checksum-crc32c")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME", header = "x-amz-checksum-crc64nvme")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1", header = "x-amz-checksum-sha1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256", header = "x-amz-checksum-sha256")] pub sha256: Option<String>,
    }
}

shape! {
    /// What PutObject answers.
    pub struct PutObjectOutput {
        #[wire("ETag", header = "ETag")] pub etag: String,
        #[wire("Expiration", header = "x-amz-expiration")] pub expiration: Option<String>,
        #[wire("VersionId", header = "x-amz-version-id")] pub version_id: Option<String>,
        #[wire("ServerSideEncryption", header = "x-amz-server-side-encryption")] pub encryption: String,
        #[wire("SSEKMSKeyId", header = "x-amz-server-side-encryption-aws-kms-key-id")]
        pub kms_key_id: Option<String>,
        #[wire("BucketKeyEnabled", header = "x-amz-server-side-encryption-bucket-key-enabled")]
        pub bucket_key: Option<bool>,
        #[wire("ChecksumCRC32", header = "x-amz-checksum-crc32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C", header = "x-amz-checksum-crc32c")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME", header = "x-amz-checksum-crc64nvme")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1", header = "x-amz-checksum-sha1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256", header = "x-amz-checksum-sha256")] pub sha256: Option<String>,
        #[wire("ChecksumType", header = "x-amz-checksum-type")] pub checksum_type: Option<String>,
        /// CopyObject's answer goes by this table too, since the two share their address.
        #[wire("CopyObjectResult", payload)] pub copy: Option<CopyObjectResult>,
        #[wire("CopySourceVersionId", header = "x-amz-copy-source-version-id")]
        pub source_version_id: Option<String>,
    }
}

/// What writing an object with these headers needs permission for.
pub fn write_access(cx: &OpContext<'_>, bucket: &str, key: &str, tagged: bool) -> Access {
    let access = to_object(cx, "s3:PutObject", bucket, key);
    if tagged { access.and(to_object(cx, "s3:PutObjectTagging", bucket, key)) } else { access }
}

operation! {
    /// Puts an object: the whole body at once.
    ///
    /// **Source**: S3 API Reference, "PutObject".
    pub PUT_OBJECT_PLAIN: PutObject {
        http: "PUT" "/{Bucket}/{Key+}" 200,
        input: PutObjectInput,
        output: PutObjectOutput,
        errors: ["InvalidRequest"],
        access: |cx, input| write_access(cx, &input.bucket, &input.key, input.tagging.is_some()),
        handler: put_object,
    }
}

fn put_object(cx: &mut OpContext<'_>, mut input: PutObjectInput) -> ApiResult<PutObjectOutput> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let (name, key) = (input.bucket.clone(), input.key.clone());
    let description = input.take_description().check(cx, &name, &key)?;
    let body = input.body.unwrap_or_default();
    if body.len() as u64 > limits::MAX_PUT_BYTES {
        return Err(errors::entity_too_large(body.len() as u64, limits::MAX_PUT_BYTES));
    }
    checksum::check_md5(input.content_md5.as_deref(), &body)?;
    let given = Given {
        crc32: input.crc32,
        crc32c: input.crc32c,
        crc64nvme: input.crc64nvme,
        sha1: input.sha1,
        sha256: input.sha256,
    };
    let checksum = checksum::verify(&body, given, input.checksum_algorithm.as_deref())?;
    let at = second(cx);
    let bucket = find_bucket(cx, &name, None)?;
    check_write(bucket, &key, input.if_match.as_deref(), input.if_none_match.as_deref())?;
    let object = Object {
        etag: checksum::etag(&body),
        body,
        headers: description.headers,
        metadata: description.metadata,
        tags: description.tags,
        storage_class: description.storage_class,
        encryption: description.encryption,
        checksum: Some(checksum),
        acl: description.acl,
        parts: Vec::new(),
    };
    let shown = Given::of(object.checksum.as_ref());
    let encryption = shown_encryption(&object.encryption);
    let checksum_type = object.checksum.as_ref().map(|sum| sum.checksum_type.name().to_owned());
    let etag = quoted(&object.etag);
    let expiration = expiry::header(bucket, &key, &object, at);
    // An upload by form comes here too.
    let event = if cx.request.http.method == "POST" { "ObjectCreated:Post" } else { "ObjectCreated:Put" };
    let version_id = store(cx, &name, &key, object, event);
    Ok(PutObjectOutput {
        etag,
        expiration,
        version_id,
        encryption: encryption.0,
        kms_key_id: encryption.1,
        bucket_key: encryption.2,
        crc32: shown.crc32,
        crc32c: shown.crc32c,
        crc64nvme: shown.crc64nvme,
        sha1: shown.sha1,
        sha256: shown.sha256,
        checksum_type,
        copy: None,
        source_version_id: None,
    })
}

/// Makes the object the current version of its key and tells of the event; returns the version id that the
/// answer shows. The bucket exists: every caller has found it before.
pub fn store(
    cx: &mut OpContext<'_>,
    bucket: &str,
    key: &str,
    object: Object,
    event: &'static str,
) -> Option<String> {
    let at = second(cx);
    let new_id = cx.ids().mixed_alnum(VERSION_ID_CHARS);
    let happening = Happening {
        event,
        key: key.to_owned(),
        size_bytes: Some(object.size_bytes()),
        etag: Some(object.etag.clone()),
        version_id: None,
    };
    let found = cx.s3().buckets.get_mut(bucket).expect("the caller found the bucket");
    let versioning = found.versioning;
    let versions = found.objects.entry(key.to_owned()).or_default();
    let version_id = versions.put(versioning, new_id, at, Some(Box::new(object)));
    notify(cx, bucket, &Happening { version_id: version_id.clone(), ..happening });
    version_id
}

/// S3 keeps times in whole seconds.
pub fn second(cx: &OpContext<'_>) -> Timestamp {
    Timestamp(cx.now().epoch_s() * 1000)
}

/// An entity tag as headers and documents write it.
pub fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// The three encryption headers of an answer.
pub fn shown_encryption(encryption: &Encryption) -> (String, Option<String>, Option<bool>) {
    let kms = encryption.algorithm != "AES256";
    let key_id = encryption.kms_key_id.clone().filter(|_| kms);
    (encryption.algorithm.clone(), key_id, (kms && encryption.bucket_key).then_some(true))
}

/// Judges a conditional write: `If-None-Match: *` refuses to replace, `If-Match` refuses to create.
///
/// **Source**: S3 User Guide, "How to prevent object overwrites with conditional writes".
pub fn check_write(
    bucket: &Bucket,
    key: &str,
    if_match: Option<&str>,
    if_none_match: Option<&str>,
) -> ApiResult<()> {
    let current = bucket.objects.get(key).and_then(|versions| versions.current_object());
    match (if_match, if_none_match) {
        (None, None) => Ok(()),
        (None, Some("*")) if current.is_some() => Err(errors::precondition_failed("If-None-Match")),
        (None, Some("*")) => Ok(()),
        (_, Some(value)) => Err(errors::not_implemented_header("If-None-Match", value)),
        (Some(tags), None) => match current {
            None => Err(errors::no_such_key(key)),
            Some((_, object)) if matches_etag(tags, &object.etag) => Ok(()),
            Some(_) => Err(errors::precondition_failed("If-Match")),
        },
    }
}
