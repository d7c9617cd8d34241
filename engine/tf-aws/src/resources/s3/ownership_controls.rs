//! `aws_s3_bucket_ownership_controls`.
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
        "aws_s3_bucket_ownership_controls",
        action!(put),
        action!(read),
        Some(action!(put)),
        action!(delete),
    )
};

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let ownership = data.block("rule").map(|rule| rule["object_ownership"].clone());
    let input =
        json!({ "Bucket": bucket, "OwnershipControls": { "Rules": [{ "ObjectOwnership": ownership }] } });
    let call = data.call(&s3::PUT_BUCKET_OWNERSHIP_CONTROLS, input);
    let verb = if data.is_new() { "creating" } else { "updating" };
    call.await.map_err(|failure| format!("{verb} S3 Bucket ({bucket}) Ownership Controls: {failure}"))?;
    data.set_id(bucket);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading S3 Bucket Ownership Controls ({}): {failure}", data.id());
    match data.find(&s3::GET_BUCKET_OWNERSHIP_CONTROLS, of_bucket(data)).await.map_err(wrap)? {
        Some(found) => {
            let rule = &found["OwnershipControls"]["Rules"][0];
            data.set_all(
                json!({ "bucket": data.id(), "rule": [{ "object_ownership": rule["ObjectOwnership"] }] }),
            );
        }
        None => data.clear(),
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&s3::DELETE_BUCKET_OWNERSHIP_CONTROLS, of_bucket(data));
    remove
        .await
        .map_err(|failure| format!("deleting S3 Bucket Ownership Controls ({}): {failure}", data.id()))
}
