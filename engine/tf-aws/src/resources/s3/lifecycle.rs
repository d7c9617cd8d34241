//! `aws_s3_bucket_lifecycle_configuration`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{import_setting, of_bucket, setting_id, tags_of};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::s3_settings;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import: import_setting,
    ..ResourceType::new(
        "aws_s3_bucket_lifecycle_configuration",
        action!(put),
        action!(read),
        Some(action!(put)),
        action!(delete),
    )
};

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let rules: Json = data.get("rule").as_array().into_iter().flatten().map(rule_input).collect();
    let input = json!({
        "Bucket": bucket,
        "ExpectedBucketOwner": data.opt("expected_bucket_owner"),
        "TransitionDefaultMinimumObjectSize": data.opt("transition_default_minimum_object_size"),
        "LifecycleConfiguration": { "Rules": rules },
    });
    let call = data.call(&s3_settings::PUT_BUCKET_LIFECYCLE_CONFIGURATION, input);
    let verb = if data.is_new() { "creating" } else { "updating" };
    call.await
        .map_err(|failure| format!("{verb} S3 Bucket ({bucket}) Lifecycle Configuration: {failure}"))?;
    data.set_id(setting_id(data));
    Ok(())
}

fn rule_input(rule: &Json) -> Json {
    let first = |name: &str| Some(&rule[name][0]).filter(|block| !block.is_null());
    // A rule without a filter is for all keys, which is written as an empty prefix.
    let (prefix, filter) = match (first("filter"), rule["prefix"].as_str().unwrap_or_default()) {
        (Some(filter), _) => (Json::Null, filter_input(filter)),
        (None, prefix) => (json!(prefix), Json::Null),
    };
    let each = |name: &str, change: fn(&Json) -> Json| -> Json {
        let items: Vec<Json> = rule[name].as_array().into_iter().flatten().map(change).collect();
        if items.is_empty() { Json::Null } else { items.into() }
    };
    json!({
        "ID": rule["id"],
        "Status": rule["status"],
        "Prefix": prefix,
        "Filter": filter,
        "Expiration": first("expiration").map(|given| json!({
            "Date": non_zero(&given["date"]),
            "Days": non_zero(&given["days"]),
            // Beside a date or days it means nothing.
            "ExpiredObjectDeleteMarker": if non_zero(&given["date"]).is_null() && non_zero(&given["days"]).is_null() {
                given["expired_object_delete_marker"].clone()
            } else {
                Json::Null
            },
        })),
        "Transitions": each("transition", |given| json!({
            "Date": non_zero(&given["date"]),
            "Days": if non_zero(&given["date"]).is_null() { given["days"].clone() } else { Json::Null },
            "StorageClass": given["storage_class"],
        })),
        "NoncurrentVersionTransitions": each("noncurrent_version_transition", |given| json!({
            "NoncurrentDays": given["noncurrent_days"],
            "NewerNoncurrentVersions": non_zero(&given["newer_noncurrent_versions"]),
            "StorageClass": given["storage_class"],
        })),
        "NoncurrentVersionExpiration": first("noncurrent_version_expiration").map(|given| json!({
            "NoncurrentDays": given["noncurrent_days"],
            "NewerNoncurrentVersions": non_zero(&given["newer_noncurrent_versions"]),
        })),
        "AbortIncompleteMultipartUpload": first("abort_incomplete_multipart_upload").map(|given| json!({
            "DaysAfterInitiation": given["days_after_initiation"],
        })),
    })
}

fn filter_input(filter: &Json) -> Json {
    if let Some(and) = filter["and"].get(0) {
        let tags = and["tags"].as_object().into_iter().flatten();
        let tags: Vec<Json> = tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        return json!({ "And": {
            "Prefix": non_zero(&and["prefix"]),
            "Tags": if tags.is_empty() { Json::Null } else { tags.into() },
            "ObjectSizeGreaterThan": non_zero(&and["object_size_greater_than"]),
            "ObjectSizeLessThan": non_zero(&and["object_size_less_than"]),
        } });
    }
    let tag = filter["tag"].get(0).map(|tag| json!({ "Key": tag["key"], "Value": tag["value"] }));
    let greater = non_zero(&filter["object_size_greater_than"]);
    let less = non_zero(&filter["object_size_less_than"]);
    let alone = tag.is_none() && greater.is_null() && less.is_null();
    let prefix = filter["prefix"].as_str().unwrap_or_default();
    json!({
        "Prefix": if alone { json!(prefix) } else { non_zero(&filter["prefix"]) },
        "Tag": tag,
        "ObjectSizeGreaterThan": greater,
        "ObjectSizeLessThan": less,
    })
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap =
        |failure: Failure| format!("reading S3 Bucket Lifecycle Configuration ({}): {failure}", data.id());
    let found = data.find(&s3_settings::GET_BUCKET_LIFECYCLE_CONFIGURATION, of_bucket(data)).await;
    let Some(found) = found.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let rules: Json = found["Rules"].as_array().into_iter().flatten().map(rule_state).collect();
    let owner = data.str("expected_bucket_owner").to_owned();
    data.set_all(json!({
        "rule": rules,
        "expected_bucket_owner": owner,
        "transition_default_minimum_object_size": found["TransitionDefaultMinimumObjectSize"],
    }));
    Ok(())
}

/// A structure as the one block of its kind, where it is there.
fn one(given: &Json, change: fn(&Json) -> Json) -> Json {
    if given.is_null() { json!([]) } else { json!([change(given)]) }
}

fn rule_state(rule: &Json) -> Json {
    let block = |name: &str, change: fn(&Json) -> Json| one(&rule[name], change);
    let each = |name: &str, change: fn(&Json) -> Json| -> Json {
        rule[name].as_array().into_iter().flatten().map(change).collect()
    };
    json!({
        "id": rule["ID"],
        "status": rule["Status"],
        "prefix": rule["Prefix"].as_str().unwrap_or_default(),
        "filter": block("Filter", filter_state),
        "expiration": block("Expiration", |given| json!({
            "date": given["Date"],
            "days": given["Days"].as_i64().unwrap_or(0),
            "expired_object_delete_marker": given["ExpiredObjectDeleteMarker"].as_bool().unwrap_or(false),
        })),
        "transition": each("Transitions", |given| json!({
            "date": given["Date"],
            "days": given["Days"],
            "storage_class": given["StorageClass"],
        })),
        "noncurrent_version_transition": each("NoncurrentVersionTransitions", |given| json!({
            "noncurrent_days": given["NoncurrentDays"],
            "newer_noncurrent_versions": given["NewerNoncurrentVersions"],
            "storage_class": given["StorageClass"],
        })),
        "noncurrent_version_expiration": block("NoncurrentVersionExpiration", |given| json!({
            "noncurrent_days": given["NoncurrentDays"],
            "newer_noncurrent_versions": given["NewerNoncurrentVersions"],
        })),
        "abort_incomplete_multipart_upload": block("AbortIncompleteMultipartUpload", |given| json!({
            "days_after_initiation": given["DaysAfterInitiation"],
        })),
    })
}

fn filter_state(filter: &Json) -> Json {
    let and = one(&filter["And"], |and| {
        json!({
            "prefix": and["Prefix"].as_str().unwrap_or_default(),
            "tags": tags_of(&and["Tags"]),
            "object_size_greater_than": and["ObjectSizeGreaterThan"].as_i64().unwrap_or(0),
            "object_size_less_than": and["ObjectSizeLessThan"].as_i64().unwrap_or(0),
        })
    });
    let tag = one(&filter["Tag"], |tag| json!({ "key": tag["Key"], "value": tag["Value"] }));
    json!({
        "prefix": filter["Prefix"].as_str().unwrap_or_default(),
        "object_size_greater_than": filter["ObjectSizeGreaterThan"],
        "object_size_less_than": filter["ObjectSizeLessThan"],
        "and": and,
        "tag": tag,
    })
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&s3_settings::DELETE_BUCKET_LIFECYCLE, of_bucket(data));
    remove
        .await
        .map_err(|failure| format!("deleting S3 Bucket Lifecycle Configuration ({}): {failure}", data.id()))
}
