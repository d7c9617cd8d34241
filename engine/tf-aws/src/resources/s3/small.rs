//! Settings of one value: `aws_s3_bucket_logging`, `aws_s3_bucket_accelerate_configuration` and
//! `aws_s3_bucket_request_payment_configuration`.
//!
//! **Source**: the provider's documentation of the resources; texts as their logic words them.

use super::{import_setting, of_bucket, setting_id};
use crate::data::ResourceData;
use crate::resources::{ResourceType, action};
use crate::wire::{Operation, s3_settings};
use serde_json::{Value as Json, json};

pub static LOGGING: ResourceType = ResourceType {
    import: import_setting,
    not_simulated: &["target_grant", "target_object_key_format"],
    ..ResourceType::new(
        "aws_s3_bucket_logging",
        action!(put_logging),
        action!(read_logging),
        Some(action!(put_logging)),
        action!(delete_logging),
    )
};

pub static ACCELERATE: ResourceType = ResourceType {
    import: import_setting,
    ..ResourceType::new(
        "aws_s3_bucket_accelerate_configuration",
        action!(put_accelerate),
        action!(read_accelerate),
        Some(action!(put_accelerate)),
        action!(delete_accelerate),
    )
};

pub static REQUEST_PAYMENT: ResourceType = ResourceType {
    import: import_setting,
    ..ResourceType::new(
        "aws_s3_bucket_request_payment_configuration",
        action!(put_payment),
        action!(read_payment),
        Some(action!(put_payment)),
        action!(delete_payment),
    )
};

/// Puts a setting and notes its id.
async fn put(
    data: &mut ResourceData,
    operation: &Operation,
    member: &str,
    setting: Json,
    what: &str,
) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let mut input = json!({ "Bucket": bucket, "ExpectedBucketOwner": data.opt("expected_bucket_owner") });
    input[member] = setting;
    let verb = if data.is_new() { "creating" } else { "updating" };
    let call = data.call(operation, input);
    call.await.map_err(|failure| format!("{verb} S3 Bucket ({bucket}) {what}: {failure}"))?;
    data.set_id(setting_id(data));
    Ok(())
}

/// What there is of a setting; nothing if the bucket is gone.
async fn found(data: &ResourceData, operation: &Operation, what: &str) -> Result<Option<Json>, String> {
    let found = data.find(operation, of_bucket(data)).await;
    found.map_err(|failure| format!("reading S3 Bucket {what} ({}): {failure}", data.id()))
}

/// Puts what buckets have by default.
async fn reset(
    data: &ResourceData,
    operation: &Operation,
    member: &str,
    setting: Json,
    what: &str,
) -> Result<(), String> {
    let mut input = of_bucket(data);
    input[member] = setting;
    let remove = data.remove(operation, input).await;
    remove.map_err(|failure| format!("deleting S3 Bucket {what} ({}): {failure}", data.id()))
}

async fn put_logging(data: &mut ResourceData) -> Result<(), String> {
    let status = json!({ "LoggingEnabled": {
        "TargetBucket": data.get("target_bucket"),
        "TargetPrefix": data.get("target_prefix"),
    } });
    put(data, &s3_settings::PUT_BUCKET_LOGGING, "BucketLoggingStatus", status, "Logging").await
}

async fn read_logging(data: &mut ResourceData) -> Result<(), String> {
    let found = found(data, &s3_settings::GET_BUCKET_LOGGING, "Logging").await?.unwrap_or_default();
    let logging = &found["LoggingEnabled"];
    if logging.is_null() {
        data.clear();
        return Ok(());
    }
    data.set_all(json!({
        "target_bucket": logging["TargetBucket"],
        "target_prefix": logging["TargetPrefix"].as_str().unwrap_or_default(),
    }));
    Ok(())
}

async fn delete_logging(data: &mut ResourceData) -> Result<(), String> {
    reset(data, &s3_settings::PUT_BUCKET_LOGGING, "BucketLoggingStatus", json!({}), "Logging").await
}

async fn put_accelerate(data: &mut ResourceData) -> Result<(), String> {
    let setting = json!({ "Status": data.get("status") });
    let operation = &s3_settings::PUT_BUCKET_ACCELERATE_CONFIGURATION;
    put(data, operation, "AccelerateConfiguration", setting, "Accelerate Configuration").await
}

async fn read_accelerate(data: &mut ResourceData) -> Result<(), String> {
    let operation = &s3_settings::GET_BUCKET_ACCELERATE_CONFIGURATION;
    let found = found(data, operation, "Accelerate Configuration").await?.unwrap_or_default();
    match found["Status"].as_str() {
        None => data.clear(),
        Some(status) => data.set("status", status),
    }
    Ok(())
}

async fn delete_accelerate(data: &mut ResourceData) -> Result<(), String> {
    let setting = json!({ "Status": "Suspended" });
    let operation = &s3_settings::PUT_BUCKET_ACCELERATE_CONFIGURATION;
    reset(data, operation, "AccelerateConfiguration", setting, "Accelerate Configuration").await
}

async fn put_payment(data: &mut ResourceData) -> Result<(), String> {
    let setting = json!({ "Payer": data.get("payer") });
    let operation = &s3_settings::PUT_BUCKET_REQUEST_PAYMENT;
    put(data, operation, "RequestPaymentConfiguration", setting, "Request Payment Configuration").await
}

async fn read_payment(data: &mut ResourceData) -> Result<(), String> {
    let operation = &s3_settings::GET_BUCKET_REQUEST_PAYMENT;
    match found(data, operation, "Request Payment Configuration").await? {
        Some(found) => data.set("payer", found["Payer"].clone()),
        None => data.clear(),
    }
    Ok(())
}

async fn delete_payment(data: &mut ResourceData) -> Result<(), String> {
    // The owner pays where nothing else is said.
    let setting = json!({ "Payer": "BucketOwner" });
    let operation = &s3_settings::PUT_BUCKET_REQUEST_PAYMENT;
    reset(data, operation, "RequestPaymentConfiguration", setting, "Request Payment Configuration").await
}
