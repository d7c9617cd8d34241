//! Listing multipart uploads and their parts.

use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, to_bucket, to_object};
use crate::s3::checksum::Given;
use crate::s3::errors;
use crate::s3::listing::{Entry, Walk};
use crate::s3::ops::buckets::Owner;
use crate::s3::ops::list::{CommonPrefix, Encoding, page_size};
use crate::s3::ops::put::quoted;
use crate::s3::state::{Part, Upload};
use crate::service::ApiResult;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;

shape! {
    /// What ListParts takes.
    pub struct ListPartsInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("Key", label)] pub key: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("UploadId", query = "uploadId")] pub upload_id: String,
        #[wire("MaxParts", query = "max-parts")] pub max_parts: Option<i64>,
        #[wire("PartNumberMarker", query = "part-number-marker")] pub marker: Option<i64>,
    }

    /// What ListParts answers.
    #[wire(xml = "ListPartsResult")]
    pub struct ListPartsOutput {
        #[wire("Bucket")] pub bucket: String,
        #[wire("Key")] pub key: String,
        #[wire("UploadId")] pub upload_id: String,
        #[wire("Initiator")] pub initiator: Initiator,
        #[wire("Owner")] pub owner: Owner,
        #[wire("StorageClass")] pub storage_class: String,
        #[wire("PartNumberMarker")] pub marker: i64,
        #[wire("NextPartNumberMarker")] pub next_marker: Option<i64>,
        #[wire("MaxParts")] pub max_parts: i64,
        #[wire("IsTruncated")] pub truncated: bool,
        #[wire("ChecksumAlgorithm")] pub checksum_algorithm: Option<String>,
        #[wire("ChecksumType")] pub checksum_type: Option<String>,
        #[wire("Parts", xml = "Part", flattened)] pub parts: Vec<PartEntry>,
    }

    /// Who began an upload.
    pub struct Initiator {
        #[wire("ID")] pub id: String,
    }

    /// A part in a list.
    pub struct PartEntry {
        #[wire("PartNumber")] pub number: i64,
        #[wire("LastModified")] pub last_modified: Timestamp,
        #[wire("ETag")] pub etag: String,
        #[wire("Size")] pub size: i64,
        #[wire("ChecksumCRC32")] pub crc32: Option<String>,
        #[wire("ChecksumCRC32C")] pub crc32c: Option<String>,
        #[wire("ChecksumCRC64NVME")] pub crc64nvme: Option<String>,
        #[wire("ChecksumSHA1")] pub sha1: Option<String>,
        #[wire("ChecksumSHA256")] pub sha256: Option<String>,
    }

    /// What ListMultipartUploads takes.
    pub struct ListUploadsInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("Delimiter", query = "delimiter")] pub delimiter: Option<String>,
        #[wire("EncodingType", query = "encoding-type")] pub encoding_type: Option<String>,
        #[wire("KeyMarker", query = "key-marker")] pub key_marker: Option<String>,
        #[wire("MaxUploads", query = "max-uploads")] pub max_uploads: Option<i64>,
        #[wire("Prefix", query = "prefix")] pub prefix: Option<String>,
        #[wire("UploadIdMarker", query = "upload-id-marker")] pub upload_id_marker: Option<String>,
    }

    /// What ListMultipartUploads answers.
    #[wire(xml = "ListMultipartUploadsResult")]
    pub struct ListUploadsOutput {
        #[wire("Bucket")] pub bucket: String,
        #[wire("KeyMarker")] pub key_marker: String,
        #[wire("UploadIdMarker")] pub upload_id_marker: String,
        #[wire("NextKeyMarker")] pub next_key_marker: Option<String>,
        #[wire("NextUploadIdMarker")] pub next_upload_id_marker: Option<String>,
        #[wire("Prefix")] pub prefix: String,
        #[wire("Delimiter")] pub delimiter: Option<String>,
        #[wire("EncodingType")] pub encoding_type: Option<String>,
        #[wire("MaxUploads")] pub max_uploads: i64,
        #[wire("IsTruncated")] pub truncated: bool,
        #[wire("Uploads", xml = "Upload", flattened)] pub uploads: Vec<UploadEntry>,
        #[wire("CommonPrefixes", flattened)] pub common_prefixes: Vec<CommonPrefix>,
    }

    /// An upload in a list.
    pub struct UploadEntry {
        #[wire("Key")] pub key: String,
        #[wire("UploadId")] pub upload_id: String,
        #[wire("Initiator")] pub initiator: Initiator,
        #[wire("Owner")] pub owner: Owner,
        #[wire("StorageClass")] pub storage_class: String,
        #[wire("Initiated")] pub initiated: Timestamp,
        #[wire("ChecksumAlgorithm")] pub checksum_algorithm: Option<String>,
        #[wire("ChecksumType")] pub checksum_type: Option<String>,
    }
}

operation! {
    /// Lists the parts of an upload in progress, by number.
    ///
    /// **Source**: S3 API Reference, "ListParts".
    pub LIST_PARTS: ListParts {
        http: "GET" "/{Bucket}/{Key+}?uploadId" 200,
        input: ListPartsInput,
        output: ListPartsOutput,
        errors: [],
        access: |cx, input| to_object(cx, "s3:ListMultipartUploadParts", &input.bucket, &input.key),
        handler: list_parts,
    }
}

fn list_parts(cx: &mut OpContext<'_>, input: ListPartsInput) -> ApiResult<ListPartsOutput> {
    let max = page_size(input.max_parts, "max-parts")?;
    let marker = input.marker.unwrap_or(0);
    let owner = Owner::of(cx);
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let upload = bucket
        .upload(&input.key, &input.upload_id)
        .ok_or_else(|| errors::no_such_upload(&input.upload_id))?;
    let after: Vec<(&u32, &Part)> =
        upload.parts.iter().filter(|(number, _)| i64::from(**number) > marker).collect();
    let page = &after[..after.len().min(max)];
    Ok(ListPartsOutput {
        bucket: input.bucket.clone(),
        key: input.key.clone(),
        upload_id: input.upload_id.clone(),
        initiator: Initiator { id: upload.initiator.clone() },
        owner,
        storage_class: upload.storage_class.clone(),
        marker,
        next_marker: page.last().map(|(number, _)| i64::from(**number)),
        max_parts: max as i64,
        truncated: page.len() < after.len() && max > 0,
        checksum_algorithm: upload.checksum.map(|sum| sum.algorithm.name().to_owned()),
        checksum_type: upload.checksum.map(|sum| sum.checksum_type.name().to_owned()),
        parts: page.iter().map(|(number, part)| part_entry(upload, **number, part)).collect(),
    })
}

/// A part's checksum is shown where the upload was begun with an algorithm.
fn part_entry(upload: &Upload, number: u32, part: &Part) -> PartEntry {
    let sums = Given::of(part.checksum.as_ref().filter(|_| upload.checksum.is_some()));
    PartEntry {
        number: number.into(),
        last_modified: part.last_modified,
        etag: quoted(&part.etag),
        size: part.body.len() as i64,
        crc32: sums.crc32,
        crc32c: sums.crc32c,
        crc64nvme: sums.crc64nvme,
        sha1: sums.sha1,
        sha256: sums.sha256,
    }
}

operation! {
    /// Lists the uploads in progress: by key, and in the order in which they began.
    ///
    /// **Source**: S3 API Reference, "ListMultipartUploads".
    pub LIST_MULTIPART_UPLOADS: ListMultipartUploads {
        http: "GET" "/{Bucket}?uploads" 200,
        input: ListUploadsInput,
        output: ListUploadsOutput,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:ListBucketMultipartUploads", &input.bucket),
        handler: list_uploads,
    }
}

fn list_uploads(cx: &mut OpContext<'_>, input: ListUploadsInput) -> ApiResult<ListUploadsOutput> {
    let max = page_size(input.max_uploads, "max-uploads")?;
    let to = Encoding::read(input.encoding_type.as_deref())?;
    let owner = Owner::of(cx);
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let prefix = input.prefix.as_deref().unwrap_or("");
    let delimiter = input.delimiter.as_deref().filter(|text| !text.is_empty());
    let key_marker = input.key_marker.as_deref().filter(|text| !text.is_empty());
    // An upload's id as marker counts only together with its key.
    let id_marker = input.upload_id_marker.as_deref().filter(|id| !id.is_empty() && key_marker.is_some());
    let walk = Walk {
        prefix,
        delimiter: delimiter.unwrap_or(""),
        after: key_marker,
        inclusive: id_marker.is_some(),
    };
    let mut output = ListUploadsOutput {
        bucket: input.bucket.clone(),
        key_marker: to.write(key_marker.unwrap_or("")),
        upload_id_marker: id_marker.unwrap_or("").to_owned(),
        prefix: to.write(prefix),
        delimiter: delimiter.map(|text| to.write(text)),
        encoding_type: input.encoding_type.clone().filter(|text| !text.is_empty()),
        max_uploads: max as i64,
        ..ListUploadsOutput::default()
    };
    let rows =
        walk.over(&bucket.uploads, |_| true).flat_map(|entry| upload_rows(entry, key_marker, id_marker));
    let mut last = None;
    for (count, (name, upload)) in rows.enumerate() {
        if count == max {
            output.truncated = max > 0;
            break;
        }
        last = Some((name.to_owned(), upload.map(|upload| upload.id.clone())));
        match upload {
            None => output.common_prefixes.push(CommonPrefix { prefix: to.write(name) }),
            Some(upload) => output.uploads.push(upload_entry(to.write(name), upload, &owner)),
        }
    }
    if output.truncated
        && let Some((name, id)) = last
    {
        output.next_key_marker = Some(to.write(&name));
        output.next_upload_id_marker = id;
    }
    Ok(output)
}

fn upload_rows<'b>(
    entry: Entry<'b, Vec<Upload>>,
    key_marker: Option<&str>,
    id_marker: Option<&str>,
) -> Vec<(&'b str, Option<&'b Upload>)> {
    let (name, uploads) = match entry {
        Entry::CommonPrefix(name) => return vec![(name, None)],
        Entry::Key(name, uploads) => (name, uploads.as_slice()),
    };
    let marked = id_marker.filter(|_| key_marker == Some(name));
    let first = marked
        .map_or(0, |id| uploads.iter().position(|upload| upload.id == id).map_or(uploads.len(), |at| at + 1));
    uploads[first..].iter().map(|upload| (name, Some(upload))).collect()
}

fn upload_entry(key: String, upload: &Upload, owner: &Owner) -> UploadEntry {
    UploadEntry {
        key,
        upload_id: upload.id.clone(),
        initiator: Initiator { id: upload.initiator.clone() },
        owner: owner.clone(),
        storage_class: upload.storage_class.clone(),
        initiated: upload.initiated_at,
        checksum_algorithm: upload.checksum.map(|sum| sum.algorithm.name().to_owned()),
        checksum_type: upload.checksum.map(|sum| sum.checksum_type.name().to_owned()),
    }
}
