//! `aws_s3_bucket_website_configuration`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{import_setting, of_bucket, setting_id, website_domain};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::plan::Diff;
use crate::resources::{ResourceType, action};
use crate::wire::s3;
use nuvola_tf_lang::Value;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    import: import_setting,
    ..ResourceType::new(
        "aws_s3_bucket_website_configuration",
        action!(put),
        action!(read),
        Some(action!(put)),
        action!(delete),
    )
};

/// The rules have two forms; a change of one is unknown in the other.
fn customize(diff: &mut Diff<'_>) {
    if diff.is_create() {
        return;
    }
    let configured =
        |name: &str| diff.config.get(name).is_some_and(|value| !value.is_null() && value.len() != Some(0));
    if configured("routing_rules") && diff.changes("routing_rules") {
        let ty = diff.facts.block.blocks["routing_rule"].ty();
        diff.set("routing_rule", Value::unknown(ty));
    } else if configured("routing_rule") && diff.changes("routing_rule") {
        diff.set_unknown("routing_rules");
    }
}

fn rules(data: &ResourceData) -> Json {
    if data.changed("routing_rules") || data.opt("routing_rule").is_null() {
        return serde_json::from_str(data.str("routing_rules")).unwrap_or_default();
    }
    let rule = |rule: &Json| {
        let (condition, redirect) = (&rule["condition"][0], &rule["redirect"][0]);
        let condition = condition.is_object().then(|| {
            json!({
                "HttpErrorCodeReturnedEquals": non_zero(&condition["http_error_code_returned_equals"]),
                "KeyPrefixEquals": non_zero(&condition["key_prefix_equals"]),
            })
        });
        json!({
            "Condition": condition,
            "Redirect": {
                "HostName": non_zero(&redirect["host_name"]),
                "HttpRedirectCode": non_zero(&redirect["http_redirect_code"]),
                "Protocol": non_zero(&redirect["protocol"]),
                "ReplaceKeyPrefixWith": non_zero(&redirect["replace_key_prefix_with"]),
                "ReplaceKeyWith": non_zero(&redirect["replace_key_with"]),
            },
        })
    };
    data.get("routing_rule").as_array().into_iter().flatten().map(rule).collect()
}

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let redirect = data.block("redirect_all_requests_to");
    let site = json!({
        "ErrorDocument": data.block("error_document").map(|block| json!({ "Key": block["key"] })),
        "IndexDocument": data.block("index_document").map(|block| json!({ "Suffix": block["suffix"] })),
        "RedirectAllRequestsTo": redirect.map(|to| {
            json!({ "HostName": to["host_name"], "Protocol": non_zero(&to["protocol"]) })
        }),
        "RoutingRules": non_zero(&rules(data)),
    });
    let input = json!({
        "Bucket": bucket,
        "ExpectedBucketOwner": data.opt("expected_bucket_owner"),
        "WebsiteConfiguration": site,
    });
    let call = data.call(&s3::PUT_BUCKET_WEBSITE, input);
    let verb = if data.is_new() { "creating" } else { "updating" };
    call.await.map_err(|failure| format!("{verb} S3 Bucket ({bucket}) Website Configuration: {failure}"))?;
    data.set_id(setting_id(data));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let wrap =
        |failure: Failure| format!("reading S3 Bucket Website Configuration ({}): {failure}", data.id());
    let Some(site) = data.find(&s3::GET_BUCKET_WEBSITE, of_bucket(data)).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let one = |member: &Json, block: Json| if member.is_object() { json!([block]) } else { json!([]) };
    let to = &site["RedirectAllRequestsTo"];
    let domain = website_domain(&data.region);
    let rules = &site["RoutingRules"];
    let texts = rules.as_array().is_some_and(|rules| !rules.is_empty()).then(|| rules.to_string());
    data.set_all(json!({
        "error_document": one(&site["ErrorDocument"], json!({ "key": site["ErrorDocument"]["Key"] })),
        "index_document": one(&site["IndexDocument"], json!({ "suffix": site["IndexDocument"]["Suffix"] })),
        "redirect_all_requests_to": one(to, json!({ "host_name": to["HostName"], "protocol": to["Protocol"] })),
        "routing_rule": rules.as_array().into_iter().flatten().map(rule_block).collect::<Json>(),
        "routing_rules": texts.unwrap_or_default(),
        "website_domain": domain,
        "website_endpoint": format!("{}.{domain}", data.str("bucket")),
    }));
    Ok(())
}

fn rule_block(rule: &Json) -> Json {
    let (condition, redirect) = (&rule["Condition"], &rule["Redirect"]);
    let conditions = json!([{
        "http_error_code_returned_equals": condition["HttpErrorCodeReturnedEquals"],
        "key_prefix_equals": condition["KeyPrefixEquals"],
    }]);
    json!({
        "condition": if condition.is_object() { conditions } else { json!([]) },
        "redirect": [{
            "host_name": redirect["HostName"],
            "http_redirect_code": redirect["HttpRedirectCode"],
            "protocol": redirect["Protocol"],
            "replace_key_prefix_with": redirect["ReplaceKeyPrefixWith"],
            "replace_key_with": redirect["ReplaceKeyWith"],
        }],
    })
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&s3::DELETE_BUCKET_WEBSITE, of_bucket(data));
    remove
        .await
        .map_err(|failure| format!("deleting S3 Bucket Website Configuration ({}): {failure}", data.id()))
}
