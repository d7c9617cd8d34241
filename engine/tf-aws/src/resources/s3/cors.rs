//! `aws_s3_bucket_cors_configuration`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{import_setting, of_bucket, setting_id};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::s3;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import: import_setting,
    ..ResourceType::new(
        "aws_s3_bucket_cors_configuration",
        action!(put),
        action!(read),
        Some(action!(put)),
        action!(delete),
    )
};

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let rules = data.get("cors_rule").as_array().into_iter().flatten().map(|rule| {
        json!({
            "AllowedHeaders": non_zero(&rule["allowed_headers"]),
            "AllowedMethods": rule["allowed_methods"],
            "AllowedOrigins": rule["allowed_origins"],
            "ExposeHeaders": non_zero(&rule["expose_headers"]),
            "ID": non_zero(&rule["id"]),
            "MaxAgeSeconds": non_zero(&rule["max_age_seconds"]),
        })
    });
    let bucket = data.str("bucket").to_owned();
    let input = json!({
        "Bucket": bucket,
        "ExpectedBucketOwner": data.opt("expected_bucket_owner"),
        "CORSConfiguration": { "CORSRules": rules.collect::<Json>() },
    });
    let call = data.call(&s3::PUT_BUCKET_CORS, input);
    let verb = if data.is_new() { "creating" } else { "updating" };
    call.await.map_err(|failure| format!("{verb} S3 Bucket ({bucket}) CORS Configuration: {failure}"))?;
    data.set_id(setting_id(data));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading S3 Bucket CORS Configuration ({}): {failure}", data.id());
    let Some(found) = data.find(&s3::GET_BUCKET_CORS, of_bucket(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let rules = found["CORSRules"].as_array().into_iter().flatten().map(|rule| {
        json!({
            "allowed_headers": rule["AllowedHeaders"].as_array().cloned().unwrap_or_default(),
            "allowed_methods": rule["AllowedMethods"],
            "allowed_origins": rule["AllowedOrigins"],
            "expose_headers": rule["ExposeHeaders"].as_array().cloned().unwrap_or_default(),
            "id": rule["ID"].as_str().unwrap_or_default(),
            "max_age_seconds": rule["MaxAgeSeconds"].as_i64().unwrap_or(0),
        })
    });
    data.set("cors_rule", rules.collect::<Json>());
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&s3::DELETE_BUCKET_CORS, of_bucket(data));
    remove
        .await
        .map_err(|failure| format!("deleting S3 Bucket CORS Configuration ({}): {failure}", data.id()))
}
