//! Reading objects: GetObject, HeadObject, GetObjectAttributes.

use crate::auth::{Access, Principal};
use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, to_bucket, to_object};
use crate::s3::checksum::{ChecksumType, Given};
use crate::s3::conditional::{Conditions, RangeVerdict, Verdict, read_range};
use crate::s3::objects::Object;
use crate::s3::ops::put::{quoted, shown_encryption};
use crate::s3::read::{self, FoundObject};
use crate::s3::{errors, expiry};
use crate::service::{ApiResult, IntoOutcome, Outcome};
use indexmap::IndexMap;
use nuvola_kernel::{Blob, Timestamp};
use nuvola_wire::{ApiError, Structure, WireType, shape};
use std::ops::Range;

shape! {
    /// What GetObject and HeadObject take.
    pub struct ReadObjectInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("Key", label)] pub key: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("VersionId", query = "versionId")] pub version_id: Option<String>,
        #[wire("PartNumber", query = "partNumber")] pub part_number: Option<i64>,
        #[wire("Range", header = "Range")] pub range: Option<String>,
        #[wire("ChecksumMode", header = "x-amz-checksum-mode")] pub checksum_mode: Option<String>,
        #[wire("IfMatch", header = "If-Match")] pub if_match: Option<String>,
        #[wire("IfNoneMatch", header = "If-None-Match")] pub if_none_match: Option<String>,
        #[wire("IfModifiedSince", header = "If-Modified-Since", timestamp = "http-date")]
        pub if_modified_since: Option<Timestamp>,
        #[wire("IfUnmodifiedSince", header = "If-Unmodified-Since", timestamp = "http-date")]
        pub if_unmodified_since: Option<Timestamp>,
        #[wire("ResponseCacheControl", query = "response-cache-control")]
        pub response_cache_control: Option<String>,
        #[wire("ResponseContentDisposition", query = "response-content-disposition")]
        pub response_content_disposition: Option<String>,
        #[wire("ResponseContentEncoding", query = "response-content-encoding")]
        pub response_content_encoding: Option<String>,
        #[wire("ResponseContentLanguage", query = "response-content-language")]
        pub response_content_language: Option<String>,
        #[wire("ResponseContentType", query = "response-content-type")]
        pub response_content_type: Option<String>,
        #[wire("ResponseExpires", query = "response-expires")] pub response_expires: Option<String>,
    }

    /// What GetObject and HeadObject answer.
    pub struct ReadObjectOutput {
        #[wire("StatusCode", status_code)] pub status: Option<i32>,
        #[wire("Body", payload)] pub body: Option<Blob>,
        #[wire("AcceptRanges", header = "Accept-Ranges")] pub accept_ranges: String,
        #[wire("ContentLength", header = "Content-Length")] pub content_length: i64,
        #[wire("ContentRange", header = "Content-Range")] pub content_range: Option<String>,
        #[wire("ETag", header = "ETag")] pub etag: String,
        #[wire("LastModified", header = "Last-Modified", timestamp = "http-date")]
        pub last_modified: Timestamp,
        #[wire("VersionId", header = "x-amz-version-id")] pub version_id: Option<String>,
        #[wire("ContentType", header = "Content-Type")] pub content_type: Option<String>,
        #[wire("CacheControl", header = "Cache-Control")] pub cache_control: Option<String>,
        #[wire("ContentDisposition", header = "Content-Disposition")]
        pub content_disposition: Option<String>,
        #[wire("ContentEncoding", header = "Content-Encoding")] pub content_encoding: Option<String>,
        #[wire("ContentLanguage", header = "Content-Language")] pub content_language: Option<String>,
        #[wire("Expires", header = "Expires")] pub expires: Option<String>,
        #[wire("WebsiteRedirectLocation", header = "x-amz-website-redirect-location")]
        pub website_redirect: Option<String>,
        #[wire("Metadata", prefix_headers = "x-amz-meta-")] pub metadata: IndexMap<String, String>,
        #[wire("ServerSideEncryption", header = "x-amz-server-side-encryption")] pub encryption: String,
        #[wire("SSEKMSKeyId", header = "x-amz-server-side-encryption-aws-kms-key-id")]
        pub kms_key_id: Option<String>,
        #[wire("BucketKeyEnabled", header = "x-amz-server-side-encryption-bucket-key-enabled")]
        pub bucket_key: Option<bool>,
        #[wire("StorageClass", header = "x-amz-storage-class")] pub storage_class: Option<String>,
        #[wire("Expiration", header = "x-amz-expiration")] pub expiration: Option<String>,
        #[wire("TagCount", header = "x-amz-tagging-count")] pub tag_count: Option<i64>,
        #[wire("PartsCount", header = "x-amz-mp-parts-count")] pub parts_count: Option<i64>,
        #[wire("ChecksumCRC32", header = "x-amz-checksum-crc32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C", header = "x-amz-checksum-crc32c")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME", header = "x-amz-checksum-crc64nvme")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1", header = "x-amz-checksum-sha1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256", header = "x-amz-checksum-sha256")] pub sha256: Option<String>,
        #[wire("ChecksumType", header = "x-amz-checksum-type")] pub checksum_type: Option<String>,
    }

    /// What GetObjectAttributes takes.
    pub struct GetObjectAttributesInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("Key", label)] pub key: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("VersionId", query = "versionId")] pub version_id: Option<String>,
        #[wire("MaxParts", header = "x-amz-max-parts")] pub max_parts: Option<i64>,
        #[wire("PartNumberMarker", header = "x-amz-part-number-marker")] pub part_marker: Option<i64>,
        #[wire("ObjectAttributes", header = "x-amz-object-attributes")] pub attributes: Option<String>,
    }

    /// What GetObjectAttributes answers.
    #[wire(xml = "GetObjectAttributesResponse")]
    pub struct GetObjectAttributesOutput {
        #[wire("LastModified", header = "Last-Modified", timestamp = "http-date")]
        pub last_modified: Timestamp,
        #[wire("VersionId", header = "x-amz-version-id")] pub version_id: Option<String>,
        #[wire("ETag")] pub etag: Option<String>,
        #[wire("Checksum")] pub checksum: Option<ChecksumShape>,
        #[wire("ObjectParts")] pub parts: Option<ObjectParts>,
        #[wire("StorageClass")] pub storage_class: Option<String>,
        #[wire("ObjectSize")] pub size: Option<i64>,
    }

    /// An object's checksum.
    pub struct ChecksumShape {
        #[wire("ChecksumCRC32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256")] pub sha256: Option<String>,
        #[wire("ChecksumType")] pub checksum_type: Option<String>,
    }

    /// The parts of an object that came by multipart upload.
    pub struct ObjectParts {
        #[wire("TotalPartsCount", xml = "PartsCount")] pub total: i64,
        #[wire("PartNumberMarker")] pub marker: Option<i64>,
        #[wire("NextPartNumberMarker")] pub next_marker: Option<i64>,
        #[wire("MaxParts")] pub max_parts: Option<i64>,
        #[wire("IsTruncated")] pub truncated: Option<bool>,
        #[wire("Parts", xml = "Part", flattened)] pub parts: Vec<ObjectPart>,
    }

    /// A part of an object.
    pub struct ObjectPart {
        #[wire("PartNumber")] pub number: i64,
        #[wire("Size")] pub size: i64,
        #[wire("ChecksumCRC32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256")] pub sha256: Option<String>,
    }
}

fn read_access(cx: &OpContext<'_>, input: &ReadObjectInput) -> Access {
    let action = if input.version_id.is_some() { "s3:GetObjectVersion" } else { "s3:GetObject" };
    to_object(cx, action, &input.bucket, &input.key)
}

operation! {
    /// Reads an object, or a part of it.
    ///
    /// **Source**: S3 API Reference, "GetObject".
    pub GET_OBJECT: GetObject {
        http: "GET" "/{Bucket}/{Key+}" 200,
        input: ReadObjectInput,
        output: ReadObjectOutput,
        errors: ["NoSuchKey", "InvalidObjectState"],
        access: read_access,
        handler: get_object,
    }
}

operation! {
    /// Describes an object as GetObject would, without its content.
    ///
    /// **Source**: S3 API Reference, "HeadObject".
    pub HEAD_OBJECT: HeadObject {
        http: "HEAD" "/{Bucket}/{Key+}" 200,
        input: ReadObjectInput,
        output: ReadObjectOutput,
        errors: ["NoSuchKey"],
        access: read_access,
        handler: head_object,
    }
}

fn head_object(cx: &mut OpContext<'_>, input: ReadObjectInput) -> ApiResult<ReadObjectOutput> {
    let output = read_object(cx, input, "HEAD")?;
    Ok(ReadObjectOutput { body: None, ..output })
}

fn get_object(cx: &mut OpContext<'_>, input: ReadObjectInput) -> ApiResult<ReadObjectOutput> {
    let output = read_object(cx, input, "GET")?;
    match output.storage_class.as_deref() {
        Some(class @ ("GLACIER" | "DEEP_ARCHIVE")) => Err(errors::invalid_object_state(class)),
        Some(_) | None => Ok(output),
    }
}

fn read_object(cx: &mut OpContext<'_>, input: ReadObjectInput, method: &str) -> ApiResult<ReadObjectOutput> {
    if input.overrides() && cx.principal == Principal::Anonymous {
        return Err(errors::invalid_request(
            "Request specific response headers cannot be used for anonymous GET requests.",
        ));
    }
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let output = match read::object(bucket, &input.key, input.version_id.as_deref(), method) {
        Ok(found) => input.answer(&found, found.shown_id(bucket)).map(|output| ReadObjectOutput {
            // Only the current version expires by the rule that the header tells of.
            expiration: (input.version_id.is_none())
                .then(|| expiry::header(bucket, &input.key, found.object, found.last_modified))
                .flatten(),
            ..output
        }),
        Err(error) => Err(error),
    };
    output.map_err(|error| hide_missing(cx, &input.bucket, error))
}

/// Reads an object for the website endpoint, which has looked at permissions before.
pub fn read_for_website(cx: &mut OpContext<'_>, input: Structure) -> ApiResult<Structure> {
    let input = ReadObjectInput::from_value(input.into()).unwrap_or_default();
    let bucket = cx.s3().buckets.get(&input.bucket).ok_or_else(|| errors::no_such_bucket(&input.bucket))?;
    let found = read::object(bucket, &input.key, None, "GET")?;
    let output = input.answer(&found, found.shown_id(bucket))?;
    match output.into_outcome() {
        Outcome::Done(members) => Ok(members),
        Outcome::Later => unreachable!("a typed output is done"),
    }
}

/// Whoever may not list the bucket does not learn which keys are missing.
///
/// **Source**: API reference, "GetObject", "Permissions".
pub fn hide_missing(cx: &mut OpContext<'_>, bucket: &str, error: ApiError) -> ApiError {
    if error.code != "NoSuchKey" {
        return error;
    }
    let listing = to_bucket(cx, "s3:ListBucket", bucket);
    match cx.require(&listing) {
        Ok(()) => error,
        Err(denied) => denied,
    }
}

impl ReadObjectInput {
    fn overrides(&self) -> bool {
        [
            &self.response_cache_control,
            &self.response_content_disposition,
            &self.response_content_encoding,
            &self.response_content_language,
            &self.response_content_type,
            &self.response_expires,
        ]
        .iter()
        .any(|given| given.is_some())
    }

    fn answer(&self, found: &FoundObject<'_>, version_id: Option<String>) -> ApiResult<ReadObjectOutput> {
        let object = found.object;
        self.check_conditions(found)?;
        let range = self.range_of(object)?;
        let whole = range.is_none();
        let size = object.body.len();
        let body = match &range {
            None => object.body.clone(),
            Some(range) => Blob::new(&object.body[range.clone()]),
        };
        let checksum =
            object.checksum.as_ref().filter(|_| whole && self.checksum_mode.as_deref() == Some("ENABLED"));
        let shown = Given::of(checksum);
        let encryption = shown_encryption(&object.encryption);
        let headers = object.headers.clone();
        let either = |given: &Option<String>, kept: Option<String>| given.clone().or(kept);
        let content_type = headers.content_type.unwrap_or_else(|| "binary/octet-stream".to_owned());
        let several = self.part_number.is_some() && !object.parts.is_empty();
        Ok(ReadObjectOutput {
            status: Some(if whole { 200 } else { 206 }),
            content_length: body.len() as i64,
            body: Some(body),
            accept_ranges: "bytes".to_owned(),
            content_range: range
                .map(|range| format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1))),
            etag: quoted(&object.etag),
            last_modified: found.last_modified,
            version_id,
            content_type: either(&self.response_content_type, Some(content_type)),
            cache_control: either(&self.response_cache_control, headers.cache_control),
            content_disposition: either(&self.response_content_disposition, headers.content_disposition),
            content_encoding: either(&self.response_content_encoding, headers.content_encoding),
            content_language: either(&self.response_content_language, headers.content_language),
            expires: either(&self.response_expires, headers.expires),
            website_redirect: headers.website_redirect,
            metadata: object.metadata.clone(),
            encryption: encryption.0,
            kms_key_id: encryption.1,
            bucket_key: encryption.2,
            // The standard class goes without saying.
            storage_class: Some(object.storage_class.clone()).filter(|class| class != "STANDARD"),
            expiration: None,
            tag_count: (!object.tags.is_empty()).then_some(object.tags.len() as i64),
            parts_count: several.then(|| i64::from(object.part_count())),
            crc32: shown.crc32,
            crc32c: shown.crc32c,
            crc64nvme: shown.crc64nvme,
            sha1: shown.sha1,
            sha256: shown.sha256,
            checksum_type: checksum.map(|sum| sum.checksum_type.name().to_owned()),
        })
    }

    fn check_conditions(&self, found: &FoundObject<'_>) -> ApiResult<()> {
        let conditions = Conditions {
            if_match: self.if_match.as_deref(),
            if_none_match: self.if_none_match.as_deref(),
            if_modified_since: self.if_modified_since,
            if_unmodified_since: self.if_unmodified_since,
        };
        match conditions.judge(&found.object.etag, found.last_modified) {
            Verdict::Proceed => Ok(()),
            Verdict::NotModified => Err(errors::not_modified(&found.object.etag)
                .with_header("Last-Modified", found.last_modified.http_date())),
            Verdict::Failed(condition) => Err(errors::precondition_failed(condition)),
        }
    }

    /// The bytes that are asked for; `None` is all of them.
    fn range_of(&self, object: &Object) -> ApiResult<Option<Range<usize>>> {
        if let Some(number) = self.part_number {
            if self.range.is_some() {
                return Err(errors::invalid_request(
                    "Cannot specify both Range header and partNumber query parameter",
                ));
            }
            if !(1..=crate::s3::limits::MAX_PART_NUMBER).contains(&number) {
                return Err(errors::invalid_argument(
                    "Part number must be an integer between 1 and 10000, inclusive",
                    "partNumber",
                    &number.to_string(),
                ));
            }
            let range = object.part_range(number as u32);
            return match range {
                None => Err(errors::invalid_part_number(number, object.part_count())),
                Some(range) => Ok(Some(range).filter(|range| !range.is_empty())),
            };
        }
        let size = object.size_bytes();
        match read_range(self.range.as_deref(), size) {
            RangeVerdict::Whole => Ok(None),
            RangeVerdict::Part(range) => Ok(Some(range.start as usize..range.end as usize)),
            RangeVerdict::Unsatisfiable => {
                Err(errors::invalid_range(self.range.as_deref().unwrap_or(""), size))
            }
        }
    }
}

operation! {
    /// Tells an object's size, parts, checksum and storage class, without conditions and without its content.
    ///
    /// **Source**: S3 API Reference, "GetObjectAttributes".
    pub GET_OBJECT_ATTRIBUTES: GetObjectAttributes {
        http: "GET" "/{Bucket}/{Key+}?attributes" 200,
        input: GetObjectAttributesInput,
        output: GetObjectAttributesOutput,
        errors: ["NoSuchKey"],
        access: |cx, input| {
            let (read, attributes) = match input.version_id {
                None => ("s3:GetObject", "s3:GetObjectAttributes"),
                Some(_) => ("s3:GetObjectVersion", "s3:GetObjectVersionAttributes"),
            };
            to_object(cx, read, &input.bucket, &input.key)
                .and(to_object(cx, attributes, &input.bucket, &input.key))
        },
        handler: get_object_attributes,
    }
}

fn get_object_attributes(
    cx: &mut OpContext<'_>,
    input: GetObjectAttributesInput,
) -> ApiResult<GetObjectAttributesOutput> {
    const KNOWN: [&str; 5] = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];
    let attributes: Vec<&str> = input.attributes.as_deref().unwrap_or("").split(',').map(str::trim).collect();
    if let Some(unknown) = attributes.iter().find(|name| !KNOWN.contains(name)) {
        return Err(errors::invalid_argument(
            "Invalid attribute name specified.",
            "x-amz-object-attributes",
            unknown,
        ));
    }
    let wants = |name: &str| attributes.contains(&name);
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let found = match read::object(bucket, &input.key, input.version_id.as_deref(), "GET") {
        Ok(found) => found,
        Err(error) => return Err(hide_missing(cx, &input.bucket, error)),
    };
    let object = found.object;
    let shown = Given::of(object.checksum.as_ref());
    Ok(GetObjectAttributesOutput {
        last_modified: found.last_modified,
        version_id: found.shown_id(bucket),
        // Here, and only here, the tag has no quotes.
        etag: wants("ETag").then(|| object.etag.clone()),
        checksum: object.checksum.as_ref().filter(|_| wants("Checksum")).map(|sum| ChecksumShape {
            crc32: shown.crc32,
            crc32c: shown.crc32c,
            crc64nvme: shown.crc64nvme,
            sha1: shown.sha1,
            sha256: shown.sha256,
            checksum_type: Some(sum.checksum_type.name().to_owned()),
        }),
        parts: (wants("ObjectParts") && !object.parts.is_empty()).then(|| input.parts_of(object)),
        storage_class: wants("StorageClass").then(|| object.storage_class.clone()),
        size: wants("ObjectSize").then_some(object.body.len() as i64),
    })
}

impl GetObjectAttributesInput {
    /// Parts are listed one by one only where each has a checksum of its own.
    fn parts_of(&self, object: &Object) -> ObjectParts {
        let total = object.parts.len() as i64;
        let composite =
            object.checksum.as_ref().is_some_and(|sum| sum.checksum_type == ChecksumType::Composite);
        if !composite {
            return ObjectParts { total, ..ObjectParts::default() };
        }
        let marker = self.part_marker.unwrap_or(0);
        let max_parts = self.max_parts.unwrap_or(1000).clamp(0, 1000);
        let after: Vec<_> = object.parts.iter().filter(|part| i64::from(part.number) > marker).collect();
        let page = &after[..after.len().min(max_parts as usize)];
        let parts = page.iter().map(|part| {
            let sums = Given::of(part.checksum.as_ref());
            ObjectPart {
                number: part.number.into(),
                size: part.size_bytes as i64,
                crc32: sums.crc32,
                crc32c: sums.crc32c,
                crc64nvme: sums.crc64nvme,
                sha1: sums.sha1,
                sha256: sums.sha256,
            }
        });
        ObjectParts {
            total,
            marker: Some(marker),
            next_marker: page.last().map(|part| part.number.into()).or(Some(0)),
            max_parts: Some(max_parts),
            truncated: Some(page.len() < after.len()),
            parts: parts.collect(),
        }
    }
}
