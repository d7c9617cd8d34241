//! `aws_s3_object`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::bucket::delete_versions;
use super::tags_of;
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::plan::Diff;
use crate::resources::{ResourceType, action, read_file};
use crate::wire::s3;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    import,
    not_simulated: &[
        "kms_key_id",
        "bucket_key_enabled",
        "object_lock_legal_hold_status",
        "object_lock_mode",
        "object_lock_retain_until_date",
        "override_provider",
        "checksum_algorithm",
    ],
    ..ResourceType::new("aws_s3_object", action!(put), action!(read), Some(action!(update)), action!(delete))
};

/// What makes a new version of the object when it changes.
const CONTENT: &[&str] = &[
    "bucket_key_enabled",
    "cache_control",
    "checksum_algorithm",
    "content_base64",
    "content_disposition",
    "content_encoding",
    "content_language",
    "content_type",
    "content",
    "etag",
    "kms_key_id",
    "metadata",
    "server_side_encryption",
    "source",
    "source_hash",
    "storage_class",
    "website_redirect",
];

fn customize(diff: &mut Diff<'_>) {
    if diff.is_create() {
        return;
    }
    if diff.changes_any(CONTENT) {
        diff.set_unknown("version_id");
    }
    if diff.changes("source_hash") {
        diff.set_unknown("version_id");
        diff.set_unknown("etag");
    }
}

fn body(data: &ResourceData) -> Result<Vec<u8>, String> {
    let source = data.str("source");
    if !source.is_empty() {
        return read_file(data, source)
            .map_err(|problem| format!("opening S3 object source ({source}): {problem}"));
    }
    let encoded = data.str("content_base64");
    if !encoded.is_empty() {
        return STANDARD.decode(encoded).map_err(|problem| format!("decoding content_base64: {problem}"));
    }
    Ok(data.str("content").as_bytes().to_vec())
}

/// Keys are written without the slashes that a path would begin with.
fn key(data: &ResourceData) -> String {
    data.str("key").trim_start_matches('/').to_owned()
}

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let (bucket, key) = (data.str("bucket").to_owned(), key(data));
    let body = STANDARD.encode(body(data)?);
    let tags = data.get("tags_all").as_object().cloned().unwrap_or_default();
    let pair = |(name, value): (&String, &Json)| {
        let value = value.as_str().unwrap_or_default();
        format!("{}={}", nuvola_wire::uri::encode(name), nuvola_wire::uri::encode(value))
    };
    let tagging = tags.iter().map(pair).collect::<Vec<_>>().join("&");
    let mut input =
        json!({ "Bucket": bucket, "Key": key, "Body": body, "Tagging": non_zero(&tagging.into()) });
    for (member, name) in [
        ("ACL", "acl"),
        ("CacheControl", "cache_control"),
        ("ContentDisposition", "content_disposition"),
        ("ContentEncoding", "content_encoding"),
        ("ContentLanguage", "content_language"),
        ("Metadata", "metadata"),
        ("ServerSideEncryption", "server_side_encryption"),
        ("StorageClass", "storage_class"),
        ("WebsiteRedirectLocation", "website_redirect"),
    ] {
        input[member] = data.opt(name);
    }
    // Without a type S3's SDK for Go says that it knows nothing of the bytes.
    let kind = data.str("content_type");
    input["ContentType"] = if kind.is_empty() { "application/octet-stream" } else { kind }.into();
    let call = data.call(&s3::PUT_OBJECT, input);
    call.await.map_err(|failure| format!("uploading S3 Object ({key}) to Bucket ({bucket}): {failure}"))?;
    data.set_id(format!("{bucket}/{key}"));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    if read_head(data).await?.is_none() {
        data.clear();
    }
    Ok(())
}

/// Takes in what describes an object, and its tags; the description itself, if the object is there.
pub(super) async fn read_head(data: &mut ResourceData) -> Result<Option<Json>, String> {
    let (bucket, key) = (data.str("bucket").to_owned(), key(data));
    let wrap = |failure: Failure| format!("reading S3 Object ({bucket}/{key}): {failure}");
    let input = json!({ "Bucket": bucket, "Key": key, "ChecksumMode": "ENABLED" });
    let Some(head) = data.find(&s3::HEAD_OBJECT, input).await.map_err(wrap)? else {
        return Ok(None);
    };
    let text = |name: &str| head[name].as_str().unwrap_or_default();
    let metadata: Map<String, Json> = head["Metadata"].as_object().cloned().unwrap_or_default();
    let values = json!({
        "arn": format!("arn:{}:s3:::{bucket}/{key}", data.client.partition),
        "bucket_key_enabled": head["BucketKeyEnabled"].as_bool().unwrap_or(false),
        "cache_control": text("CacheControl"),
        "checksum_crc32": text("ChecksumCRC32"),
        "checksum_crc32c": text("ChecksumCRC32C"),
        "checksum_crc64nvme": text("ChecksumCRC64NVME"),
        "checksum_sha1": text("ChecksumSHA1"),
        "checksum_sha256": text("ChecksumSHA256"),
        "content_disposition": text("ContentDisposition"),
        "content_encoding": text("ContentEncoding"),
        "content_language": text("ContentLanguage"),
        "content_type": text("ContentType"),
        "etag": text("ETag").trim_matches('"'),
        "metadata": metadata,
        "server_side_encryption": text("ServerSideEncryption"),
        // The answer names only classes other than this one.
        "storage_class": head["StorageClass"].as_str().unwrap_or("STANDARD"),
        "version_id": text("VersionId"),
        "website_redirect": text("WebsiteRedirectLocation"),
    });
    data.set_all(values);
    let input = json!({ "Bucket": bucket, "Key": key });
    let tags = data.find(&s3::GET_OBJECT_TAGGING, input).await.map_err(wrap)?.unwrap_or_default();
    data.read_tags(tags_of(&tags["TagSet"]));
    Ok(Some(head))
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    if data.changed_any(CONTENT) || data.changed("acl") {
        return put(data).await;
    }
    update_tags(data).await
}

/// Replaces an object's tags where they changed.
pub(super) async fn update_tags(data: &ResourceData) -> Result<(), String> {
    let (bucket, key) = (data.str("bucket").to_owned(), key(data));
    if data.changed("tags_all") {
        let all = data.get("tags_all").as_object().into_iter().flatten();
        let set: Json = all.map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        let input = json!({ "Bucket": bucket, "Key": key, "Tagging": { "TagSet": set } });
        let call = data.call(&s3::PUT_OBJECT_TAGGING, input);
        call.await.map_err(|failure| format!("updating tags for S3 Object ({bucket}/{key}): {failure}"))?;
    }
    Ok(())
}

pub(super) async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let (bucket, key) = (data.str("bucket").to_owned(), key(data));
    let wrap = |failure: Failure| format!("deleting S3 Bucket ({bucket}) Object ({key}): {failure}");
    if data.str("version_id").is_empty() {
        return data.remove(&s3::DELETE_OBJECT, json!({ "Bucket": bucket, "Key": key })).await.map_err(wrap);
    }
    match delete_versions(data, &bucket, &s3::LIST_OBJECT_VERSIONS, Some(&key)).await {
        Err(failure) if failure.is_absence() => Ok(()),
        result => result.map_err(wrap),
    }
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let path = id.strip_prefix("s3://").unwrap_or(id);
    let (bucket, key) = path
        .split_once('/')
        .filter(|(_, key)| !key.is_empty())
        .ok_or_else(|| format!("id {id} should be in format <bucket>/<key> or s3://<bucket>/<key>"))?;
    data.set_all(json!({ "id": format!("{bucket}/{key}"), "bucket": bucket, "key": key }));
    Ok(())
}
