//! `aws_s3_bucket_public_access_block`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{import_setting, of_bucket};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::s3;
use serde_json::json;

pub static TYPE: ResourceType = ResourceType {
    import: import_setting,
    ..ResourceType::new(
        "aws_s3_bucket_public_access_block",
        action!(put),
        action!(read),
        Some(action!(put)),
        action!(delete),
    )
};

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let input = json!({ "Bucket": bucket, "PublicAccessBlockConfiguration": {
        "BlockPublicAcls": data.bool("block_public_acls"),
        "IgnorePublicAcls": data.bool("ignore_public_acls"),
        "BlockPublicPolicy": data.bool("block_public_policy"),
        "RestrictPublicBuckets": data.bool("restrict_public_buckets"),
    }});
    let call = data.call(&s3::PUT_PUBLIC_ACCESS_BLOCK, input);
    let verb = if data.is_new() { "creating" } else { "updating" };
    call.await.map_err(|failure| format!("{verb} S3 Bucket ({bucket}) Public Access Block: {failure}"))?;
    data.set_id(bucket);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading S3 Bucket Public Access Block ({}): {failure}", data.id());
    let Some(found) = data.find(&s3::GET_PUBLIC_ACCESS_BLOCK, of_bucket(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let block = &found["PublicAccessBlockConfiguration"];
    let flag = |name: &str| block[name].as_bool().unwrap_or(false);
    data.set_all(json!({
        "bucket": data.id(),
        "block_public_acls": flag("BlockPublicAcls"),
        "ignore_public_acls": flag("IgnorePublicAcls"),
        "block_public_policy": flag("BlockPublicPolicy"),
        "restrict_public_buckets": flag("RestrictPublicBuckets"),
    }));
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    if data.bool("skip_destroy") {
        return Ok(());
    }
    let remove = data.remove(&s3::DELETE_PUBLIC_ACCESS_BLOCK, of_bucket(data));
    remove
        .await
        .map_err(|failure| format!("deleting S3 Bucket Public Access Block ({}): {failure}", data.id()))
}
