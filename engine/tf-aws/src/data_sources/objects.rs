//! Data sources of what is in a bucket: `aws_s3_object`, `aws_s3_objects`, `aws_s3_bucket_policy`.
//!
//! **Source**: the provider's documentation of the data sources; texts as its logic words them.

use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::meaning::normalized;
use crate::resources::s3::{object_copy::go_date, tags_of};
use crate::wire::{s3, s3_objects};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

/// A page of a listing has at most so many keys.
const PAGE_KEYS: i64 = 1000;

/// Whether a body is text, which alone the data source downloads.
///
/// **Source**: the data source's documentation, "The content of an object (`body` field) is available only for
/// objects which have a human-readable `Content-Type`".
fn is_readable(content_type: &str) -> bool {
    const READABLE: &[&str] = &[
        "application/atom+xml",
        "application/csv",
        "application/json",
        "application/ld+json",
        "application/x-csh",
        "application/x-httpd-php",
        "application/x-sh",
        "application/x-sql",
        "application/xhtml+xml",
        "application/xml",
    ];
    content_type.starts_with("text/") || READABLE.contains(&content_type)
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}

pub async fn object(data: &mut ResourceData) -> Result<(), String> {
    let (bucket, key) = (data.str("bucket").to_owned(), data.str("key").trim_start_matches('/').to_owned());
    let version = data.opt("version_id");
    let wrap = |failure: Failure| match failure.is_absence() {
        true => format!("reading S3 Bucket ({bucket}) Object ({key}): couldn't find resource"),
        false => format!("reading S3 Bucket ({bucket}) Object ({key}): {failure}"),
    };
    let mut input = json!({
        "Bucket": bucket,
        "Key": key,
        "VersionId": version,
        "Range": data.opt("range"),
        "ChecksumMode": data.opt("checksum_mode"),
    });
    let head = data.call(&s3::HEAD_OBJECT, input.clone()).await.map_err(wrap)?;
    let id = match version.as_str() {
        Some(version) => format!("{bucket}/{key}@{version}"),
        None => format!("{bucket}/{key}"),
    };
    data.set_all(json!({
        "id": id,
        "arn": format!("arn:{}:s3:::{bucket}/{key}", data.client.partition),
        "bucket_key_enabled": head["BucketKeyEnabled"].as_bool().unwrap_or(false),
        "cache_control": text(&head["CacheControl"]),
        "checksum_crc32": text(&head["ChecksumCRC32"]),
        "checksum_crc32c": text(&head["ChecksumCRC32C"]),
        "checksum_crc64nvme": text(&head["ChecksumCRC64NVME"]),
        "checksum_sha1": text(&head["ChecksumSHA1"]),
        "checksum_sha256": text(&head["ChecksumSHA256"]),
        "content_disposition": text(&head["ContentDisposition"]),
        "content_encoding": text(&head["ContentEncoding"]),
        "content_language": text(&head["ContentLanguage"]),
        "content_length": head["ContentLength"],
        "content_type": text(&head["ContentType"]),
        "etag": text(&head["ETag"]).trim_matches('"'),
        "expiration": text(&head["Expiration"]),
        "expires": text(&head["Expires"]),
        "last_modified": go_date(&head["LastModified"]),
        "metadata": head["Metadata"].as_object().cloned().unwrap_or_default(),
        "object_lock_legal_hold_status": "",
        "object_lock_mode": "",
        "object_lock_retain_until_date": "",
        "region": data.region,
        "server_side_encryption": text(&head["ServerSideEncryption"]),
        "sse_kms_key_id": text(&head["SSEKMSKeyId"]),
        "storage_class": head["StorageClass"].as_str().unwrap_or("STANDARD"),
        "version_id": text(&head["VersionId"]),
        "website_redirect_location": text(&head["WebsiteRedirectLocation"]),
    }));
    if is_readable(text(&head["ContentType"])) {
        // The version that was described, whatever was put since.
        input["VersionId"] = non_zero(&head["VersionId"]);
        let found = data.call(&s3_objects::GET_OBJECT, input).await.map_err(wrap)?;
        let bytes = STANDARD.decode(text(&found["Body"])).unwrap_or_default();
        data.set("body", String::from_utf8_lossy(&bytes).into_owned());
    }
    let input = json!({ "Bucket": bucket, "Key": key, "VersionId": version });
    let tags = data.call(&s3::GET_OBJECT_TAGGING, input).await.map_err(wrap)?;
    data.set("tags", tags_of(&tags["TagSet"]));
    Ok(())
}

pub async fn objects(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let wanted = data.get("max_keys").as_i64().unwrap_or(PAGE_KEYS);
    let (mut keys, mut prefixes, mut owners) = (Vec::new(), Vec::new(), Vec::new());
    let mut token = Json::Null;
    let mut left = wanted;
    while left > 0 {
        let input = json!({
            "Bucket": bucket,
            "ContinuationToken": token,
            "Delimiter": data.opt("delimiter"),
            "EncodingType": data.opt("encoding_type"),
            "FetchOwner": data.opt("fetch_owner"),
            "MaxKeys": left.min(PAGE_KEYS),
            "Prefix": data.opt("prefix"),
            "StartAfter": data.opt("start_after"),
        });
        let page = data.call(&s3_objects::LIST_OBJECTS_V2, input).await;
        let page = page.map_err(|failure| format!("listing S3 Bucket ({bucket}) Objects: {failure}"))?;
        for found in page["CommonPrefixes"].as_array().into_iter().flatten() {
            prefixes.push(found["Prefix"].clone());
        }
        for found in page["Contents"].as_array().into_iter().flatten() {
            keys.push(found["Key"].clone());
            if let Some(owner) = found["Owner"]["ID"].as_str() {
                owners.push(owner.to_owned());
            }
        }
        left = wanted - (keys.len() + prefixes.len()) as i64;
        token = page["NextContinuationToken"].clone();
        if token.is_null() {
            break;
        }
    }
    data.set_all(json!({
        "id": bucket,
        "common_prefixes": prefixes,
        "keys": keys,
        "owners": owners,
        "region": data.region,
        "request_charged": "",
    }));
    Ok(())
}

pub async fn bucket_policy(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let found = data.call(&s3::GET_BUCKET_POLICY, json!({ "Bucket": bucket })).await;
    let found = found.map_err(|failure| match failure.is_absence() {
        true => format!("reading S3 Bucket ({bucket}) Policy: couldn't find resource"),
        false => format!("reading S3 Bucket ({bucket}) Policy: {failure}"),
    })?;
    data.set_all(json!({
        "id": bucket,
        "policy": normalized(text(&found["Policy"])),
        "region": data.region,
    }));
    Ok(())
}
