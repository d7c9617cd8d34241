//! `aws_s3_bucket_versioning`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{import_setting, of_bucket, setting_id};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::plan::Diff;
use crate::resources::{ResourceType, action};
use crate::wire::s3;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    import: import_setting,
    not_simulated: &["mfa"],
    ..ResourceType::new(
        "aws_s3_bucket_versioning",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

/// What was enabled once can be suspended, but not be as if it had never been.
fn customize(diff: &mut Diff<'_>) {
    let status = |members: &nuvola_tf_lang::Members| {
        members.get("versioning_configuration").map_or(Json::Null, crate::values::json_of)[0]["status"]
            .clone()
    };
    let Some(prior) = diff.prior else { return };
    let (old, new) = (status(prior), status(&diff.planned));
    if !old.is_null() && old != "Disabled" && new == "Disabled" {
        let old = old.as_str().unwrap_or_default();
        diff.errors
            .push(format!("versioning_configuration.status cannot be updated from '{old}' to 'Disabled'"));
    }
}

fn input(data: &ResourceData, bucket: &str) -> Json {
    let block = data.block("versioning_configuration").cloned().unwrap_or_default();
    json!({
        "Bucket": bucket,
        "ExpectedBucketOwner": data.opt("expected_bucket_owner"),
        "VersioningConfiguration": { "Status": block["status"], "MFADelete": non_zero(&block["mfa_delete"]) },
    })
}

fn status(data: &ResourceData) -> String {
    data.block("versioning_configuration")
        .and_then(|block| block["status"].as_str())
        .unwrap_or_default()
        .to_owned()
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    // A bucket whose versioning was never enabled is asked for nothing.
    if status(data) != "Disabled" {
        let call = data.call(&s3::PUT_BUCKET_VERSIONING, input(data, &bucket));
        call.await.map_err(|failure| format!("creating S3 Bucket ({bucket}) Versioning: {failure}"))?;
    }
    data.set_id(setting_id(data));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading S3 Bucket Versioning ({}): {failure}", data.id());
    let Some(found) = data.find(&s3::GET_BUCKET_VERSIONING, of_bucket(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let block = json!([{
        "status": found["Status"].as_str().unwrap_or("Disabled"),
        "mfa_delete": found["MFADelete"].as_str().unwrap_or_default(),
    }]);
    data.set("versioning_configuration", block);
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let call = data.call(&s3::PUT_BUCKET_VERSIONING, input(data, &bucket));
    call.await.map_err(|failure| format!("updating S3 Bucket Versioning ({}): {failure}", data.id()))?;
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    if status(data) == "Disabled" {
        return Ok(());
    }
    let mut input = of_bucket(data);
    input["VersioningConfiguration"] = json!({ "Status": "Suspended" });
    let remove = data.remove(&s3::PUT_BUCKET_VERSIONING, input);
    remove.await.map_err(|failure| format!("deleting S3 Bucket Versioning ({}): {failure}", data.id()))
}
