//! `aws_s3_bucket`. Configuration that has resources of its own (website, CORS, policy, ...) is read here, but the
//! deprecated arguments for it are not simulated.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{hosted_zone, tags_of, website_domain};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::{Operation, s3};
use serde_json::{Map, Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    not_simulated: &[
        "acceleration_status",
        "acl",
        "cors_rule",
        "grant",
        "lifecycle_rule",
        "logging",
        "object_lock_configuration",
        "policy",
        "replication_configuration",
        "request_payer",
        "server_side_encryption_configuration",
        "versioning",
        "website",
        "object_lock_enabled",
    ],
    ..ResourceType::new(
        "aws_s3_bucket",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let bucket = crate::names::of(data, "bucket", "bucket_prefix");
    let mut input = json!({ "Bucket": bucket });
    if data.region != "us-east-1" {
        input["CreateBucketConfiguration"] = json!({ "LocationConstraint": data.region });
    }
    let call = data.call(&s3::CREATE_BUCKET, input);
    call.await.map_err(|failure| format!("creating S3 Bucket ({bucket}): {failure}"))?;
    data.set_id(bucket.clone());
    put_tags(data, &bucket).await.map_err(|failure| format!("setting S3 Bucket ({bucket}) tags: {failure}"))
}

/// Sets the tags of the configuration beside those that the provider ignores.
async fn put_tags(data: &ResourceData, bucket: &str) -> Result<(), Failure> {
    let there = if data.is_new() {
        Map::new()
    } else {
        let found =
            data.find(&s3::GET_BUCKET_TAGGING, json!({ "Bucket": bucket })).await?.unwrap_or_default();
        tags_of(&found["TagSet"])
    };
    let mut tags: Map<String, Json> =
        there.into_iter().filter(|(key, _)| data.client.ignores_tag(key)).collect();
    tags.extend(data.get("tags_all").as_object().cloned().unwrap_or_default());
    if tags.is_empty() {
        return if data.is_new() {
            Ok(())
        } else {
            data.remove(&s3::DELETE_BUCKET_TAGGING, json!({ "Bucket": bucket })).await
        };
    }
    let set: Json = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    data.call(&s3::PUT_BUCKET_TAGGING, json!({ "Bucket": bucket, "Tagging": { "TagSet": set } }))
        .await
        .map(|_| ())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading S3 Bucket ({bucket}): {failure}");
    let input = json!({ "Bucket": bucket });
    let Some(head) = data.find(&s3::HEAD_BUCKET, input.clone()).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let region = head["BucketRegion"].as_str().unwrap_or(&data.region).to_owned();
    data.set_all(json!({
        "arn": format!("arn:{}:s3:::{bucket}", data.client.partition),
        "acceleration_status": "",
        "bucket": bucket,
        "bucket_domain_name": format!("{bucket}.s3.amazonaws.com"),
        "bucket_prefix": crate::resources::name_prefix(&bucket),
        "bucket_region": region,
        "bucket_regional_domain_name": format!("{bucket}.s3.{region}.amazonaws.com"),
        "hosted_zone_id": hosted_zone(&region),
        "logging": [],
        "object_lock_configuration": [],
        "object_lock_enabled": false,
        "replication_configuration": [],
        "request_payer": "BucketOwner",
    }));
    let tags = data.find(&s3::GET_BUCKET_TAGGING, input.clone()).await.map_err(wrap)?.unwrap_or_default();
    data.read_tags(tags_of(&tags["TagSet"]));
    read_access(data, &input).await.map_err(wrap)?;
    read_website(data, &input, &region).await.map_err(wrap)?;
    read_settings(data, &input).await.map_err(wrap)
}

async fn read_access(data: &mut ResourceData, input: &Json) -> Result<(), Failure> {
    let policy = data.find(&s3::GET_BUCKET_POLICY, input.clone()).await?.unwrap_or_default();
    data.set("policy", policy["Policy"].as_str().unwrap_or_default());
    let acl = data.find(&s3::GET_BUCKET_ACL, input.clone()).await?.unwrap_or_default();
    let mut grants: Vec<Json> = Vec::new();
    for grant in acl["Grants"].as_array().into_iter().flatten() {
        let grantee = &grant["Grantee"];
        let who = json!({
            "id": grantee["ID"].as_str().unwrap_or_default(),
            "type": grantee["Type"],
            "uri": grantee["URI"].as_str().unwrap_or_default(),
        });
        let found =
            grants.iter_mut().find(|one| ["id", "type", "uri"].iter().all(|key| one[*key] == who[*key]));
        match found.and_then(|one| one["permissions"].as_array_mut()) {
            Some(permissions) => permissions.push(grant["Permission"].clone()),
            None => {
                let mut who = who;
                who["permissions"] = json!([grant["Permission"]]);
                grants.push(who);
            }
        }
    }
    data.set("grant", grants);
    Ok(())
}

async fn read_website(data: &mut ResourceData, input: &Json, region: &str) -> Result<(), Failure> {
    let found = data.find(&s3::GET_BUCKET_WEBSITE, input.clone()).await?;
    let website = found.as_ref().map(|site| {
        let to = &site["RedirectAllRequestsTo"];
        let redirect = to["HostName"].as_str().map(|host| match to["Protocol"].as_str() {
            Some(protocol) => format!("{protocol}://{host}"),
            None => host.to_owned(),
        });
        json!([{
            "index_document": site["IndexDocument"]["Suffix"].as_str().unwrap_or_default(),
            "error_document": site["ErrorDocument"]["Key"].as_str().unwrap_or_default(),
            "redirect_all_requests_to": redirect.unwrap_or_default(),
            "routing_rules": if site["RoutingRules"].is_array() { site["RoutingRules"].to_string() } else { String::new() },
        }])
    });
    let domain = website_domain(region);
    if website.is_some() {
        let endpoint = format!("{}.{domain}", data.id());
        data.set("website_endpoint", endpoint);
        data.set("website_domain", domain);
    } else {
        data.set("website_endpoint", Json::Null);
        data.set("website_domain", Json::Null);
    }
    data.set("website", website.unwrap_or_else(|| json!([])));
    Ok(())
}

async fn read_settings(data: &mut ResourceData, input: &Json) -> Result<(), Failure> {
    let cors = data.find(&s3::GET_BUCKET_CORS, input.clone()).await?.unwrap_or_default();
    let rules = cors["CORSRules"].as_array().into_iter().flatten().map(|rule| {
        json!({
            "allowed_headers": rule["AllowedHeaders"],
            "allowed_methods": rule["AllowedMethods"],
            "allowed_origins": rule["AllowedOrigins"],
            "expose_headers": rule["ExposeHeaders"],
            "max_age_seconds": rule["MaxAgeSeconds"],
        })
    });
    data.set("cors_rule", rules.collect::<Json>());
    let versioning = data.find(&s3::GET_BUCKET_VERSIONING, input.clone()).await?.unwrap_or_default();
    data.set(
        "versioning",
        json!([{
            "enabled": versioning["Status"] == "Enabled",
            "mfa_delete": versioning["MFADelete"] == "Enabled",
        }]),
    );
    let encryption = data.find(&s3::GET_BUCKET_ENCRYPTION, input.clone()).await?.unwrap_or_default();
    let rules =
        encryption["ServerSideEncryptionConfiguration"]["Rules"].as_array().cloned().unwrap_or_default();
    let rules: Vec<Json> = rules
        .iter()
        .map(|rule| {
            let default = &rule["ApplyServerSideEncryptionByDefault"];
            json!({
                "apply_server_side_encryption_by_default": [{
                    "sse_algorithm": default["SSEAlgorithm"],
                    "kms_master_key_id": default["KMSMasterKeyID"].as_str().unwrap_or_default(),
                }],
                "bucket_key_enabled": rule["BucketKeyEnabled"].as_bool().unwrap_or(false),
            })
        })
        .collect();
    let block = if rules.is_empty() { json!([]) } else { json!([{ "rule": rules }]) };
    data.set("server_side_encryption_configuration", block);
    data.set("lifecycle_rule", json!([]));
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.id().to_owned();
    if data.changed("tags_all") {
        let put = put_tags(data, &bucket).await;
        put.map_err(|failure| format!("updating tags for S3 Bucket ({bucket}): {failure}"))?;
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.id().to_owned();
    let wrap = |failure: Failure| format!("deleting S3 Bucket ({bucket}): {failure}");
    let input = json!({ "Bucket": bucket });
    match data.remove(&s3::DELETE_BUCKET, input.clone()).await {
        Err(failure) if failure.is("BucketNotEmpty") && data.bool("force_destroy") => {
            let emptied = empty(data, &bucket).await;
            emptied.map_err(|failure| format!("emptying S3 Bucket ({bucket}): {failure}"))?;
            data.remove(&s3::DELETE_BUCKET, input).await.map_err(wrap)
        }
        result => result.map_err(wrap),
    }
}

/// Deletes every version of every object, a page at a time.
async fn empty(data: &ResourceData, bucket: &str) -> Result<(), Failure> {
    delete_versions(data, bucket, &s3::LIST_OBJECT_VERSIONS, None).await
}

/// Deletes all versions in a bucket, or of one key.
pub(super) async fn delete_versions(
    data: &ResourceData,
    bucket: &str,
    list: &Operation,
    key: Option<&str>,
) -> Result<(), Failure> {
    loop {
        let page = data.call(list, json!({ "Bucket": bucket, "Prefix": key })).await?;
        let versions =
            ["Versions", "DeleteMarkers"].iter().filter_map(|name| page[*name].as_array()).flatten();
        let mine = versions.filter(|one| key.is_none_or(|key| one["Key"] == key));
        let objects: Vec<Json> =
            mine.map(|one| json!({ "Key": one["Key"], "VersionId": one["VersionId"] })).collect();
        if objects.is_empty() {
            return Ok(());
        }
        let input = json!({ "Bucket": bucket, "Delete": { "Objects": objects, "Quiet": true } });
        let output = data.call(&s3::DELETE_OBJECTS, input).await?;
        if let Some(error) = output["Errors"].get(0) {
            let (code, text) =
                (error["Code"].as_str().unwrap_or_default(), error["Message"].as_str().unwrap_or_default());
            return Err(Failure::own(format!(
                "deleting: S3 object ({}): {code}: {text}",
                error["Key"].as_str().unwrap_or_default()
            )));
        }
    }
}
