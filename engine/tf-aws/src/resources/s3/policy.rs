//! `aws_s3_bucket_policy`.
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
        "aws_s3_bucket_policy",
        action!(put),
        action!(read),
        Some(action!(put)),
        action!(delete),
    )
};

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let input = json!({ "Bucket": bucket, "Policy": data.get("policy") });
    // A principal that was made just now may not be known everywhere yet.
    let passes = |failure: &Failure| failure.says("MalformedPolicy", "Invalid principal in policy");
    let call = data.client.call_until(&data.region, &s3::PUT_BUCKET_POLICY, input, passes);
    call.await.map_err(|failure| format!("putting S3 Bucket ({bucket}) Policy: {failure}"))?;
    data.set_id(bucket);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading S3 Bucket Policy ({}): {failure}", data.id());
    match data.find(&s3::GET_BUCKET_POLICY, of_bucket(data)).await.map_err(wrap)? {
        Some(found) => data.set_all(json!({ "bucket": data.id(), "policy": found["Policy"] })),
        None => data.clear(),
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&s3::DELETE_BUCKET_POLICY, of_bucket(data));
    remove.await.map_err(|failure| format!("deleting S3 Bucket Policy ({}): {failure}", data.id()))
}
