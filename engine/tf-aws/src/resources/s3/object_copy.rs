//! `aws_s3_object_copy`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::object;
use crate::data::{ResourceData, non_zero};
use crate::plan::Diff;
use crate::resources::{ResourceType, action};
use crate::wire::s3_objects;
use nuvola_kernel::Timestamp;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    not_simulated: &[
        "bucket_key_enabled",
        "customer_algorithm",
        "customer_key",
        "customer_key_md5",
        "grant",
        "kms_encryption_context",
        "kms_key_id",
        "object_lock_legal_hold_status",
        "object_lock_mode",
        "object_lock_retain_until_date",
        "override_provider",
        "request_payer",
        "source_customer_algorithm",
        "source_customer_key",
        "source_customer_key_md5",
    ],
    ..ResourceType::new(
        "aws_s3_object_copy",
        action!(copy),
        action!(read),
        Some(action!(update)),
        action!(object::delete),
    )
};

/// Arguments and the members that they become; a change of one copies again.
const ARGUMENTS: &[(&str, &str)] = &[
    ("ACL", "acl"),
    ("CacheControl", "cache_control"),
    ("ChecksumAlgorithm", "checksum_algorithm"),
    ("ContentDisposition", "content_disposition"),
    ("ContentEncoding", "content_encoding"),
    ("ContentLanguage", "content_language"),
    ("ContentType", "content_type"),
    ("CopySourceIfMatch", "copy_if_match"),
    ("CopySourceIfModifiedSince", "copy_if_modified_since"),
    ("CopySourceIfNoneMatch", "copy_if_none_match"),
    ("CopySourceIfUnmodifiedSince", "copy_if_unmodified_since"),
    ("ExpectedBucketOwner", "expected_bucket_owner"),
    ("ExpectedSourceBucketOwner", "expected_source_bucket_owner"),
    ("Expires", "expires"),
    ("Metadata", "metadata"),
    ("MetadataDirective", "metadata_directive"),
    ("ServerSideEncryption", "server_side_encryption"),
    ("StorageClass", "storage_class"),
    ("TaggingDirective", "tagging_directive"),
    ("WebsiteRedirectLocation", "website_redirect"),
];

fn customize(diff: &mut Diff<'_>) {
    let copies = ARGUMENTS.iter().any(|(_, name)| diff.changes(name));
    if !diff.is_create() && copies {
        for name in ["etag", "last_modified", "version_id", "source_version_id"] {
            diff.set_unknown(name);
        }
    }
}

async fn copy(data: &mut ResourceData) -> Result<(), String> {
    let (bucket, key) = (data.str("bucket").to_owned(), data.str("key").to_owned());
    let source = data.str("source").to_owned();
    let tags = data.get("tags_all").as_object().cloned().unwrap_or_default();
    let encode = nuvola_wire::uri::encode;
    let pairs = tags
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value.as_str().unwrap_or_default())));
    let tagging = pairs.collect::<Vec<_>>().join("&");
    // A path of a bucket and a key, each of which may need encoding.
    let source_path = nuvola_wire::uri::encode_path(&source);
    let mut input = json!({
        "Bucket": bucket,
        "Key": key,
        "CopySource": source_path,
        "Tagging": non_zero(&tagging.into()),
    });
    for (member, name) in ARGUMENTS {
        input[*member] = data.opt(name);
    }
    if non_zero(&input["Tagging"]) != Json::Null && input["TaggingDirective"].is_null() {
        input["TaggingDirective"] = "REPLACE".into();
    }
    let call = data.call(&s3_objects::COPY_OBJECT, input).await;
    let output = call.map_err(|failure| {
        format!("copying S3 object to Bucket ({bucket}) (key: {key}, source: {source}): {failure}")
    })?;
    data.set_all(json!({
        "id": format!("{bucket}/{key}"),
        "expiration": output["Expiration"].as_str().unwrap_or_default(),
        "request_charged": false,
        "source_version_id": output["CopySourceVersionId"].as_str().unwrap_or_default(),
    }));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let Some(head) = object::read_head(data).await? else {
        data.clear();
        return Ok(());
    };
    data.set("last_modified", go_date(&head["LastModified"]));
    Ok(())
}

/// As Go's `time.RFC1123` writes an instant in UTC.
pub fn go_date(iso: &Json) -> String {
    let at = iso.as_str().and_then(Timestamp::parse).unwrap_or_default();
    at.http_date().replace("GMT", "UTC")
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    if ARGUMENTS.iter().any(|(_, name)| data.changed(name)) {
        return copy(data).await;
    }
    object::update_tags(data).await
}
