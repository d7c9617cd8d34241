//! Multipart uploads: begin, upload parts, copy parts, complete, abort. Lists are in `uploads.rs`.

use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, to_object};
use crate::s3::checksum::{self, Algorithm, ChecksumType, Given, UploadChecksum};
use crate::s3::conditional::{Conditions, read_copy_range};
use crate::s3::objects::{Checksum, Object, PartRecord};
use crate::s3::ops::copy::{read_copy_source, source_access};
use crate::s3::ops::description::described_input;
use crate::s3::ops::put::{check_write, quoted, second, shown_encryption, store, write_access};
use crate::s3::state::{Part, Upload};
use crate::s3::{errors, limits};
use crate::service::ApiResult;
use nuvola_kernel::{Blob, Timestamp};
use nuvola_wire::shape;

described_input! {
    /// What CreateMultipartUpload takes.
    pub struct CreateMultipartUploadInput {
        #[wire("ChecksumAlgorithm", header = "x-amz-checksum-algorithm")]
        pub checksum_algorithm: Option<String>,
        #[wire("ChecksumType", header = "x-amz-checksum-type")] pub checksum_type: Option<String>,
    }
}

shape! {
    /// What CreateMultipartUpload answers.
    #[wire(xml = "InitiateMultipartUploadResult")]
    pub struct CreateMultipartUploadOutput {
        #[wire("Bucket")] pub bucket: String,
        #[wire("Key")] pub key: String,
        #[wire("UploadId")] pub upload_id: String,
        #[wire("ServerSideEncryption", header = "x-amz-server-side-encryption")] pub encryption: String,
        #[wire("SSEKMSKeyId", header = "x-amz-server-side-encryption-aws-kms-key-id")]
        pub kms_key_id: Option<String>,
        #[wire("BucketKeyEnabled", header = "x-amz-server-side-encryption-bucket-key-enabled")]
        pub bucket_key: Option<bool>,
        #[wire("ChecksumAlgorithm", header = "x-amz-checksum-algorithm")]
        pub checksum_algorithm: Option<String>,
        #[wire("ChecksumType", header = "x-amz-checksum-type")] pub checksum_type: Option<String>,
    }

    /// What UploadPart takes.
    pub struct UploadPartInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("Key", label)] pub key: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("PartNumber", query = "partNumber")] pub part_number: i64,
        #[wire("UploadId", query = "uploadId")] pub upload_id: String,
        #[wire("Body", payload)] pub body: Option<Blob>,
        #[wire("ContentMD5", header = "Content-MD5")] pub content_md5: Option<String>,
        #[wire("ChecksumAlgorithm", header = "x-amz-sdk-checksum-algorithm")]
        pub checksum_algorithm: Option<String>,
        #[wire("ChecksumCRC32", header = "x-amz-checksum-crc32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C", header = "x-amz-checksum-crc32c")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME", header = "x-amz-checksum-crc64nvme")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1", header = "x-amz-checksum-sha1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256", header = "x-amz-checksum-sha256")] pub sha256: Option<String>,
    }

    /// What UploadPart answers.
    pub struct UploadPartOutput {
        #[wire("ETag", header = "ETag")] pub etag: String,
        #[wire("ServerSideEncryption", header = "x-amz-server-side-encryption")] pub encryption: String,
        #[wire("ChecksumCRC32", header = "x-amz-checksum-crc32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C", header = "x-amz-checksum-crc32c")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME", header = "x-amz-checksum-crc64nvme")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1", header = "x-amz-checksum-sha1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256", header = "x-amz-checksum-sha256")] pub sha256: Option<String>,
        /// UploadPartCopy's answer goes by this table too, since the two share their address.
        #[wire("CopyPartResult", payload)] pub copy: Option<CopyPartResult>,
        #[wire("CopySourceVersionId", header = "x-amz-copy-source-version-id")]
        pub source_version_id: Option<String>,
    }

    /// What UploadPartCopy takes.
    pub struct UploadPartCopyInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("Key", label)] pub key: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("ExpectedSourceBucketOwner", header = "x-amz-source-expected-bucket-owner")]
        pub expected_source_owner: Option<String>,
        #[wire("PartNumber", query = "partNumber")] pub part_number: i64,
        #[wire("UploadId", query = "uploadId")] pub upload_id: String,
        #[wire("CopySource", header = "x-amz-copy-source")] pub copy_source: String,
        #[wire("CopySourceRange", header = "x-amz-copy-source-range")] pub copy_range: Option<String>,
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
    }

    /// What UploadPartCopy answers.
    pub struct UploadPartCopyOutput {
        #[wire("CopyPartResult", payload)] pub result: CopyPartResult,
        #[wire("CopySourceVersionId", header = "x-amz-copy-source-version-id")]
        pub source_version_id: Option<String>,
        #[wire("ServerSideEncryption", header = "x-amz-server-side-encryption")] pub encryption: String,
    }

    /// A copied part.
    #[wire(xml = "CopyPartResult")]
    pub struct CopyPartResult {
        #[wire("ETag")] pub etag: String,
        #[wire("LastModified")] pub last_modified: Timestamp,
        #[wire("ChecksumCRC32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256")] pub sha256: Option<String>,
    }

    /// What CompleteMultipartUpload takes.
    pub struct CompleteMultipartUploadInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("Key", label)] pub key: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("UploadId", query = "uploadId")] pub upload_id: String,
        #[wire("MultipartUpload", payload, xml = "CompleteMultipartUpload")]
        pub parts: Option<CompletedMultipartUpload>,
        #[wire("IfMatch", header = "If-Match")] pub if_match: Option<String>,
        #[wire("IfNoneMatch", header = "If-None-Match")] pub if_none_match: Option<String>,
        #[wire("MpuObjectSize", header = "x-amz-mp-object-size")] pub object_size: Option<i64>,
        #[wire("ChecksumCRC32", header = "x-amz-checksum-crc32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C", header = "x-amz-checksum-crc32c")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME", header = "x-amz-checksum-crc64nvme")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1", header = "x-amz-checksum-sha1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256", header = "x-amz-checksum-sha256")] pub sha256: Option<String>,
    }

    /// The parts that make the object.
    pub struct CompletedMultipartUpload {
        #[wire("Parts", xml = "Part", flattened)] pub parts: Vec<CompletedPart>,
    }

    /// A part that makes the object.
    pub struct CompletedPart {
        #[wire("PartNumber")] pub number: Option<i64>,
        #[wire("ETag")] pub etag: Option<String>,
        #[wire("ChecksumCRC32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256")] pub sha256: Option<String>,
    }

    /// What CompleteMultipartUpload answers.
    #[wire(xml = "CompleteMultipartUploadResult")]
    pub struct CompleteMultipartUploadOutput {
        #[wire("Location")] pub location: String,
        #[wire("Bucket")] pub bucket: String,
        #[wire("Key")] pub key: String,
        #[wire("ETag")] pub etag: String,
        #[wire("ChecksumCRC32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256")] pub sha256: Option<String>,
        #[wire("ChecksumType")] pub checksum_type: Option<String>,
        #[wire("VersionId", header = "x-amz-version-id")] pub version_id: Option<String>,
        #[wire("ServerSideEncryption", header = "x-amz-server-side-encryption")] pub encryption: String,
        #[wire("SSEKMSKeyId", header = "x-amz-server-side-encryption-aws-kms-key-id")]
        pub kms_key_id: Option<String>,
        #[wire("BucketKeyEnabled", header = "x-amz-server-side-encryption-bucket-key-enabled")]
        pub bucket_key: Option<bool>,
    }

    /// An upload in progress.
    pub struct UploadInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("Key", label)] pub key: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("UploadId", query = "uploadId")] pub upload_id: String,
    }
}

operation! {
    /// Begins a multipart upload.
    ///
    /// **Source**: S3 API Reference, "CreateMultipartUpload".
    pub CREATE_MULTIPART_UPLOAD: CreateMultipartUpload {
        http: "POST" "/{Bucket}/{Key+}?uploads" 200,
        input: CreateMultipartUploadInput,
        output: CreateMultipartUploadOutput,
        errors: [],
        access: |cx, input| write_access(cx, &input.bucket, &input.key, input.tagging.is_some()),
        handler: create_multipart_upload,
    }
}

fn create_multipart_upload(
    cx: &mut OpContext<'_>,
    mut input: CreateMultipartUploadInput,
) -> ApiResult<CreateMultipartUploadOutput> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let (bucket, key) = (input.bucket.clone(), input.key.clone());
    let checksum = read_checksum(input.checksum_algorithm.as_deref(), input.checksum_type.as_deref())?;
    let description = input.take_description().check(cx, &bucket, &key)?;
    let upload_id = cx.ids().mixed_alnum(UPLOAD_ID_CHARS);
    let (encryption, kms_key_id, bucket_key) = shown_encryption(&description.encryption);
    let upload = Upload {
        id: upload_id.clone(),
        initiated_at: second(cx),
        initiator: cx.principal_arn(),
        headers: description.headers,
        metadata: description.metadata,
        tags: description.tags,
        storage_class: description.storage_class,
        encryption: description.encryption,
        acl: description.acl,
        checksum,
        parts: Default::default(),
    };
    find_bucket(cx, &bucket, None)?.uploads.entry(key.clone()).or_default().push(upload);
    Ok(CreateMultipartUploadOutput {
        bucket,
        key,
        upload_id,
        encryption,
        kms_key_id,
        bucket_key,
        checksum_algorithm: checksum.map(|sum| sum.algorithm.name().to_owned()),
        checksum_type: checksum.map(|sum| sum.checksum_type.name().to_owned()),
    })
}

const UPLOAD_ID_CHARS: usize = 128;

/// The algorithm and type that an upload will have; without an algorithm S3 makes CRC64NVME by itself.
fn read_checksum(algorithm: Option<&str>, kind: Option<&str>) -> ApiResult<Option<UploadChecksum>> {
    let Some(name) = algorithm else {
        return match kind {
            None => Ok(None),
            Some(_) => Err(errors::invalid_request(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
            )),
        };
    };
    let algorithm = Algorithm::parse(name).ok_or_else(|| {
        errors::invalid_request(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, \
             CRC32C, CRC64NVME, SHA1, SHA256]",
        )
    })?;
    let kind = match kind {
        None => ChecksumType::default_for(algorithm),
        Some(text) => ChecksumType::from_name(text)
            .ok_or_else(|| errors::invalid_request("Value for x-amz-checksum-type header is invalid."))?,
    };
    if !kind.suits(algorithm) {
        return Err(errors::invalid_request(&format!(
            "The {} checksum type cannot be used with the {} checksum algorithm.",
            kind.name(),
            algorithm.name().to_ascii_lowercase()
        )));
    }
    Ok(Some(UploadChecksum { algorithm, checksum_type: kind }))
}

operation! {
    /// Uploads a part; one that was there under this number is replaced.
    ///
    /// **Source**: S3 API Reference, "UploadPart".
    pub UPLOAD_PART_PLAIN: UploadPart {
        http: "PUT" "/{Bucket}/{Key+}?partNumber&uploadId" 200,
        input: UploadPartInput,
        output: UploadPartOutput,
        errors: [],
        access: |cx, input| to_object(cx, "s3:PutObject", &input.bucket, &input.key),
        handler: upload_part,
    }
}

fn part_number(number: i64) -> ApiResult<u32> {
    let valid = (1..=limits::MAX_PART_NUMBER).contains(&number);
    valid.then_some(number as u32).ok_or_else(|| {
        errors::invalid_argument(
            "Part number must be an integer between 1 and 10000, inclusive",
            "partNumber",
            &number.to_string(),
        )
    })
}

fn upload_part(cx: &mut OpContext<'_>, input: UploadPartInput) -> ApiResult<UploadPartOutput> {
    let number = part_number(input.part_number)?;
    let at = second(cx);
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let upload = bucket
        .upload_mut(&input.key, &input.upload_id)
        .ok_or_else(|| errors::no_such_upload(&input.upload_id))?;
    let body = input.body.unwrap_or_default();
    checksum::check_md5(input.content_md5.as_deref(), &body)?;
    let given = Given {
        crc32: input.crc32,
        crc32c: input.crc32c,
        crc64nvme: input.crc64nvme,
        sha1: input.sha1,
        sha256: input.sha256,
    };
    check_algorithm(upload, given.clone())?;
    let named = upload.checksum.map(|sum| sum.algorithm.name());
    let checksum = checksum::verify(&body, given, named.or(input.checksum_algorithm.as_deref()))?;
    let shown = Given::of(Some(&checksum));
    let etag = checksum::etag(&body);
    let part = Part { body, etag: etag.clone(), last_modified: at, checksum: Some(checksum) };
    upload.parts.insert(number, part);
    Ok(UploadPartOutput {
        etag: quoted(&etag),
        encryption: upload.encryption.algorithm.clone(),
        crc32: shown.crc32,
        crc32c: shown.crc32c,
        crc64nvme: shown.crc64nvme,
        sha1: shown.sha1,
        sha256: shown.sha256,
        copy: None,
        source_version_id: None,
    })
}

/// A part's checksum must be of the algorithm that the upload was begun with.
fn check_algorithm(upload: &Upload, given: Given) -> ApiResult<()> {
    let Some(UploadChecksum { algorithm: expected, checksum_type }) = upload.checksum else { return Ok(()) };
    let actual = given.single()?.map(|(algorithm, _)| algorithm);
    if actual == Some(expected) || (actual.is_none() && checksum_type == ChecksumType::FullObject) {
        return Ok(());
    }
    let lower = |algorithm: Algorithm| algorithm.name().to_ascii_lowercase();
    Err(errors::invalid_request(&format!(
        "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
        lower(expected),
        actual.map_or_else(|| "null".to_owned(), lower)
    )))
}

operation! {
    /// Makes a part from an object, or from a range of it.
    ///
    /// **Source**: S3 API Reference, "UploadPartCopy".
    pub UPLOAD_PART_COPY: UploadPartCopy {
        http: "PUT" "/{Bucket}/{Key+}?partNumber&uploadId&x-id=UploadPartCopy" 200,
        input: UploadPartCopyInput,
        output: UploadPartCopyOutput,
        errors: [],
        access: |cx, input| {
            let write = to_object(cx, "s3:PutObject", &input.bucket, &input.key);
            source_access(cx, &input.copy_source).and(write)
        },
        handler: upload_part_copy,
    }
}

fn upload_part_copy(cx: &mut OpContext<'_>, input: UploadPartCopyInput) -> ApiResult<UploadPartCopyOutput> {
    let number = part_number(input.part_number)?;
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let missing = || errors::no_such_upload(&input.upload_id);
    bucket.upload(&input.key, &input.upload_id).ok_or_else(missing)?;
    let conditions = Conditions {
        if_match: input.if_match.as_deref(),
        if_none_match: input.if_none_match.as_deref(),
        if_modified_since: input.if_modified_since,
        if_unmodified_since: input.if_unmodified_since,
    };
    let expected_source = input.expected_source_owner.as_deref();
    let (source_version_id, source) = read_copy_source(cx, &input.copy_source, expected_source, conditions)?;
    let body = match input.copy_range.as_deref() {
        None => source.body,
        Some(text) => {
            let size = source.size_bytes();
            let range = read_copy_range(text, size).ok_or_else(|| errors::invalid_copy_range(text, size))?;
            Blob::new(&source.body[range.start as usize..range.end as usize])
        }
    };
    let at = second(cx);
    let upload =
        find_bucket(cx, &input.bucket, None)?.upload_mut(&input.key, &input.upload_id).ok_or_else(missing)?;
    let named = upload.checksum.map(|sum| sum.algorithm.name());
    let checksum = checksum::verify(&body, Given::default(), named)?;
    let shown = Given::of(Some(&checksum).filter(|_| named.is_some()));
    let etag = checksum::etag(&body);
    let part = Part { body, etag: etag.clone(), last_modified: at, checksum: Some(checksum) };
    upload.parts.insert(number, part);
    Ok(UploadPartCopyOutput {
        source_version_id,
        encryption: upload.encryption.algorithm.clone(),
        result: CopyPartResult {
            etag: quoted(&etag),
            last_modified: at,
            crc32: shown.crc32,
            crc32c: shown.crc32c,
            crc64nvme: shown.crc64nvme,
            sha1: shown.sha1,
            sha256: shown.sha256,
        },
    })
}

operation! {
    /// Makes the object of the listed parts.
    ///
    /// **Source**: S3 API Reference, "CompleteMultipartUpload".
    pub COMPLETE_MULTIPART_UPLOAD: CompleteMultipartUpload {
        http: "POST" "/{Bucket}/{Key+}?uploadId" 200,
        input: CompleteMultipartUploadInput,
        output: CompleteMultipartUploadOutput,
        errors: [],
        access: |cx, input| to_object(cx, "s3:PutObject", &input.bucket, &input.key),
        handler: complete_multipart_upload,
    }
}

fn complete_multipart_upload(
    cx: &mut OpContext<'_>,
    input: CompleteMultipartUploadInput,
) -> ApiResult<CompleteMultipartUploadOutput> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let upload = bucket
        .upload(&input.key, &input.upload_id)
        .ok_or_else(|| errors::no_such_upload(&input.upload_id))?
        .clone();
    check_write(bucket, &input.key, input.if_match.as_deref(), input.if_none_match.as_deref())?;
    let listed = input.parts.map(|parts| parts.parts).unwrap_or_default();
    let parts = chosen_parts(&upload, listed)?;
    let body: Vec<u8> = parts.iter().flat_map(|(_, part)| part.body.iter().copied()).collect();
    if input.object_size.is_some_and(|size| size != body.len() as i64) {
        return Err(errors::invalid_request(
            "The provided 'x-amz-mp-object-size' header value does not match what was computed.",
        ));
    }
    let given = Given {
        crc32: input.crc32,
        crc32c: input.crc32c,
        crc64nvme: input.crc64nvme,
        sha1: input.sha1,
        sha256: input.sha256,
    };
    let checksum = whole_checksum(&upload, &parts, &body, given)?;
    let etag = checksum::multipart_etag(parts.iter().map(|(_, part)| part.etag.as_str()));
    let records = parts.iter().map(|(number, part)| PartRecord {
        number: *number,
        size_bytes: part.body.len() as u64,
        checksum: part.checksum.clone(),
    });
    let object = Object {
        etag: etag.clone(),
        parts: records.collect(),
        body: body.into(),
        headers: upload.headers.clone(),
        metadata: upload.metadata.clone(),
        tags: upload.tags.clone(),
        storage_class: upload.storage_class.clone(),
        encryption: upload.encryption.clone(),
        checksum: Some(checksum.clone()),
        acl: upload.acl.clone(),
    };
    let location = format!(
        "https://{}.s3.{}.amazonaws.com/{}",
        bucket.name,
        bucket.region,
        nuvola_wire::uri::encode(&input.key)
    );
    bucket.remove_upload(&input.key, &input.upload_id);
    let version_id = store(cx, &input.bucket, &input.key, object, "ObjectCreated:CompleteMultipartUpload");
    let shown = Given::of(Some(&checksum));
    let (encryption, kms_key_id, bucket_key) = shown_encryption(&upload.encryption);
    Ok(CompleteMultipartUploadOutput {
        location,
        bucket: input.bucket,
        key: input.key,
        etag: quoted(&etag),
        crc32: shown.crc32,
        crc32c: shown.crc32c,
        crc64nvme: shown.crc64nvme,
        sha1: shown.sha1,
        sha256: shown.sha256,
        checksum_type: Some(checksum.checksum_type.name().to_owned()),
        version_id,
        encryption,
        kms_key_id,
        bucket_key,
    })
}

/// The parts that the request lists: in order, uploaded, unchanged, and large enough but for the last.
fn chosen_parts(upload: &Upload, listed: Vec<CompletedPart>) -> ApiResult<Vec<(u32, &Part)>> {
    if listed.is_empty() {
        return Err(errors::malformed_xml());
    }
    let mut chosen: Vec<(u32, &Part)> = Vec::new();
    for part in listed {
        let (Some(number), Some(etag)) = (part.number, part.etag.as_deref()) else {
            return Err(errors::malformed_xml());
        };
        let number32 = part_number(number)?;
        if chosen.last().is_some_and(|(last, _)| *last >= number32) {
            return Err(errors::invalid_part_order(&upload.id));
        }
        let etag = etag.trim_matches('"');
        let found = upload
            .parts
            .get(&number32)
            .filter(|found| found.etag == etag)
            .ok_or_else(|| errors::invalid_part(&upload.id, number, etag))?;
        let given = Given {
            crc32: part.crc32,
            crc32c: part.crc32c,
            crc64nvme: part.crc64nvme,
            sha1: part.sha1,
            sha256: part.sha256,
        };
        check_part_checksum(upload, number, etag, found.checksum.as_ref(), given)?;
        chosen.push((number32, found));
    }
    let (_, all_but_last) = chosen.split_last().expect("the list is not empty");
    for (number, part) in all_but_last {
        let size = part.body.len() as u64;
        if size < limits::MIN_PART_BYTES {
            return Err(errors::entity_too_small(size, *number, &part.etag));
        }
    }
    Ok(chosen)
}

fn check_part_checksum(
    upload: &Upload,
    number: i64,
    etag: &str,
    kept: Option<&Checksum>,
    given: Given,
) -> ApiResult<()> {
    let given = given.single()?;
    if let Some((algorithm, value)) = given {
        let same = kept.is_none_or(|kept| kept.algorithm != algorithm || kept.value == value);
        return if same { Ok(()) } else { Err(errors::invalid_part(&upload.id, number, etag)) };
    }
    match upload.checksum {
        Some(sum) if sum.checksum_type == ChecksumType::Composite => Err(errors::invalid_request(&format!(
            "The upload was created using a {} checksum. The complete request must include the checksum for \
             each part. It was missing for part {number} in the request.",
            sum.algorithm.name().to_ascii_lowercase()
        ))),
        Some(_) | None => Ok(()),
    }
}

/// The object's checksum, verified where the request brings one.
fn whole_checksum(upload: &Upload, parts: &[(u32, &Part)], body: &[u8], given: Given) -> ApiResult<Checksum> {
    let Some(UploadChecksum { algorithm, checksum_type }) = upload.checksum else {
        return checksum::verify(body, given, None);
    };
    match checksum_type {
        ChecksumType::Composite => {
            let sums: Vec<&str> = parts
                .iter()
                .filter_map(|(_, part)| part.checksum.as_ref())
                .map(|sum| sum.value.as_str())
                .collect();
            let checksum = checksum::composite(algorithm, &sums);
            let same = given.single()?.is_none_or(|(named, value)| {
                named == algorithm
                    && (value == checksum.value || checksum.value.starts_with(&format!("{value}-")))
            });
            if same { Ok(checksum) } else { Err(errors::bad_checksum(algorithm.name())) }
        }
        ChecksumType::FullObject => checksum::verify(body, given, Some(algorithm.name())),
    }
}

operation! {
    /// Gives an upload up; its parts are gone.
    ///
    /// **Source**: S3 API Reference, "AbortMultipartUpload".
    pub ABORT_MULTIPART_UPLOAD: AbortMultipartUpload {
        http: "DELETE" "/{Bucket}/{Key+}?uploadId" 204,
        input: UploadInput,
        output: (),
        errors: ["NoSuchUpload"],
        access: |cx, input| to_object(cx, "s3:AbortMultipartUpload", &input.bucket, &input.key),
        handler: abort_multipart_upload,
    }
}

fn abort_multipart_upload(cx: &mut OpContext<'_>, input: UploadInput) -> ApiResult<()> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let removed = bucket.remove_upload(&input.key, &input.upload_id);
    removed.map(|_| ()).ok_or_else(|| errors::no_such_upload(&input.upload_id))
}
