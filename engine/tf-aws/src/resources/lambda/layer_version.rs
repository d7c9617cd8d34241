//! `aws_lambda_layer_version`: every change is a new version.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action, read_file};
use crate::wire::lambda_fn as lambda;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new("aws_lambda_layer_version", action!(create), action!(read), None, action!(delete))
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("layer_name").to_owned();
    let filename = data.str("filename").to_owned();
    let content = match filename.as_str() {
        "" if data.str("s3_bucket").is_empty() || data.str("s3_key").is_empty() => {
            return Err("s3_bucket and s3_key must all be set while using s3 code source".to_owned());
        }
        "" => json!({
            "S3Bucket": data.opt("s3_bucket"),
            "S3Key": data.opt("s3_key"),
            "S3ObjectVersion": data.opt("s3_object_version"),
        }),
        filename => {
            let bytes = read_file(data, filename)
                .map_err(|problem| format!("reading ZIP file ({filename}): {problem}"))?;
            json!({ "ZipFile": STANDARD.encode(bytes) })
        }
    };
    let input = json!({
        "LayerName": name,
        "Content": content,
        "Description": data.opt("description"),
        "LicenseInfo": data.opt("license_info"),
        "CompatibleRuntimes": data.opt("compatible_runtimes"),
        "CompatibleArchitectures": data.opt("compatible_architectures"),
    });
    let made = data.call(&lambda::PUBLISH_LAYER_VERSION, input).await;
    let made = made.map_err(|failure| format!("publishing Lambda Layer ({name}) Version: {failure}"))?;
    data.set_id(made["LayerVersionArn"].as_str().unwrap_or_default());
    if data.get("skip_destroy").is_null() {
        data.set("skip_destroy", false);
    }
    Ok(())
}

/// Name and number of a version's ARN.
fn parts(arn: &str) -> Option<(String, i64)> {
    let (layer, version) = arn.rsplit_once(':')?;
    let (_, name) = layer.split_once(":layer:")?;
    Some((name.to_owned(), version.parse().ok()?))
}

/// What the resource and the data source show of a version.
pub fn attributes(found: &Json) -> Json {
    let content = &found["Content"];
    json!({
        "arn": found["LayerVersionArn"],
        "code_sha256": content["CodeSha256"],
        "compatible_architectures": found["CompatibleArchitectures"].as_array().cloned().unwrap_or_default(),
        "compatible_runtimes": found["CompatibleRuntimes"].as_array().cloned().unwrap_or_default(),
        "created_date": found["CreatedDate"],
        "description": found["Description"].as_str().unwrap_or_default(),
        "layer_arn": found["LayerArn"],
        "license_info": found["LicenseInfo"].as_str().unwrap_or_default(),
        "signing_job_arn": "",
        "signing_profile_version_arn": "",
        "source_code_size": content["CodeSize"],
    })
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading Lambda Layer ({id}) Version: {failure}");
    let (name, version) =
        parts(&id).ok_or_else(|| format!("Lambda Layer Version ID ({id}) is not an ARN of a version"))?;
    let input = json!({ "LayerName": name, "VersionNumber": version });
    let Some(found) = data.find(&lambda::GET_LAYER_VERSION, input).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    data.set_all(attributes(&found));
    data.set_all(json!({ "layer_name": name, "version": version.to_string() }));
    if data.str("source_code_hash").is_empty() {
        data.set("source_code_hash", found["Content"]["CodeSha256"].clone());
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    if data.bool("skip_destroy") {
        return Ok(());
    }
    let id = data.id().to_owned();
    let Some((name, version)) = parts(&id) else { return Ok(()) };
    let remove =
        data.remove(&lambda::DELETE_LAYER_VERSION, json!({ "LayerName": name, "VersionNumber": version }));
    remove.await.map_err(|failure| format!("deleting Lambda Layer ({id}) Version: {failure}"))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    data.set_all(json!({ "id": id, "arn": id, "skip_destroy": false }));
    Ok(())
}
