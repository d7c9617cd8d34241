//! `aws_s3_bucket_server_side_encryption_configuration`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{import_setting, of_bucket, setting_id};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::{s3, s3_settings};
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import: import_setting,
    ..ResourceType::new(
        "aws_s3_bucket_server_side_encryption_configuration",
        action!(put),
        action!(read),
        Some(action!(put)),
        action!(delete),
    )
};

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let rules = data.get("rule").as_array().into_iter().flatten().map(|rule| {
        let default = &rule["apply_server_side_encryption_by_default"][0];
        let default = (!default.is_null()).then(|| {
            json!({
                "SSEAlgorithm": default["sse_algorithm"],
                "KMSMasterKeyID": non_zero(&default["kms_master_key_id"]),
            })
        });
        let types = non_zero(&rule["blocked_encryption_types"]);
        let blocked = (!types.is_null()).then(|| json!({ "EncryptionType": types }));
        json!({
            "ApplyServerSideEncryptionByDefault": default,
            "BucketKeyEnabled": rule["bucket_key_enabled"],
            "BlockedEncryptionTypes": blocked,
        })
    });
    let input = json!({
        "Bucket": bucket,
        "ExpectedBucketOwner": data.opt("expected_bucket_owner"),
        "ServerSideEncryptionConfiguration": { "Rules": rules.collect::<Json>() },
    });
    let call = data.call(&s3_settings::PUT_BUCKET_ENCRYPTION, input);
    let verb = if data.is_new() { "creating" } else { "updating" };
    call.await.map_err(|failure| {
        format!("{verb} S3 Bucket ({bucket}) Server-side Encryption Configuration: {failure}")
    })?;
    data.set_id(setting_id(data));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| {
        format!("reading S3 Bucket Server-side Encryption Configuration ({}): {failure}", data.id())
    };
    let Some(found) = data.find(&s3::GET_BUCKET_ENCRYPTION, of_bucket(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let rules = found["ServerSideEncryptionConfiguration"]["Rules"].as_array().into_iter().flatten();
    let rules = rules.map(|rule| {
        let default = &rule["ApplyServerSideEncryptionByDefault"];
        let default: Json = Some(default)
            .filter(|default| !default.is_null())
            .map(|default| {
                json!({
                    "sse_algorithm": default["SSEAlgorithm"],
                    "kms_master_key_id": default["KMSMasterKeyID"].as_str().unwrap_or_default(),
                })
            })
            .into_iter()
            .collect();
        json!({
            "apply_server_side_encryption_by_default": default,
            "bucket_key_enabled": rule["BucketKeyEnabled"].as_bool().unwrap_or(false),
            "blocked_encryption_types": rule["BlockedEncryptionTypes"]["EncryptionType"],
        })
    });
    data.set("rule", rules.collect::<Json>());
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&s3_settings::DELETE_BUCKET_ENCRYPTION, of_bucket(data));
    remove.await.map_err(|failure| {
        format!("deleting S3 Bucket Server-side Encryption Configuration ({}): {failure}", data.id())
    })
}
