//! `aws_s3_bucket_acl`. Deleting it leaves the bucket's ACL as it is.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::{s3, s3_settings};
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new("aws_s3_bucket_acl", action!(put), action!(read), Some(action!(put)), action!(delete))
};

/// The names of canned ACLs, by which an id's parts are told from an account.
const CANNED: &[&str] = &[
    "private",
    "public-read",
    "public-read-write",
    "aws-exec-read",
    "authenticated-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
    "log-delivery-write",
];

/// The id: the bucket, the owner where one is expected, and the canned ACL where one is set.
fn id_of(data: &ResourceData) -> String {
    let parts = ["bucket", "expected_bucket_owner", "acl"].map(|name| data.str(name));
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(",")
}

/// **Source**: the resource's documentation, "Import": `bucket`, `bucket,acl`, `bucket,owner`, `bucket,owner,acl`.
fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let mut parts = id.split(',');
    data.set_all(json!({ "id": id, "bucket": parts.next().unwrap_or_default() }));
    let rest: Vec<&str> = parts.collect();
    if rest.len() > 2 || rest.iter().any(|part| part.is_empty()) {
        return Err(format!(
            "unexpected format for ID ({id}), expected BUCKET or BUCKET,EXPECTED_BUCKET_OWNER or BUCKET,ACL or \
             BUCKET,EXPECTED_BUCKET_OWNER,ACL"
        ));
    }
    for part in rest {
        data.set(if CANNED.contains(&part) { "acl" } else { "expected_bucket_owner" }, part);
    }
    Ok(())
}

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let configured = data.block("access_control_policy").filter(|_| data.str("acl").is_empty());
    let policy = configured.map(|policy| {
        let owner = &policy["owner"][0];
        let grants = policy["grant"].as_array().into_iter().flatten().map(|grant| {
            let grantee = &grant["grantee"][0];
            json!({
                "Permission": grant["permission"],
                "Grantee": {
                    "Type": grantee["type"],
                    "ID": non_zero(&grantee["id"]),
                    "URI": non_zero(&grantee["uri"]),
                    "EmailAddress": non_zero(&grantee["email_address"]),
                },
            })
        });
        json!({
            "Owner": { "ID": owner["id"], "DisplayName": non_zero(&owner["display_name"]) },
            "Grants": grants.collect::<Json>(),
        })
    });
    let input = json!({
        "Bucket": bucket,
        "ExpectedBucketOwner": data.opt("expected_bucket_owner"),
        "ACL": data.opt("acl"),
        "AccessControlPolicy": policy,
    });
    let call = data.call(&s3_settings::PUT_BUCKET_ACL, input);
    let verb = if data.is_new() { "creating" } else { "updating" };
    call.await.map_err(|failure| format!("{verb} S3 Bucket ({bucket}) ACL: {failure}"))?;
    data.set_id(id_of(data));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let input = json!({ "Bucket": bucket, "ExpectedBucketOwner": data.opt("expected_bucket_owner") });
    let wrap = |failure: Failure| format!("reading S3 Bucket ACL ({}): {failure}", data.id());
    let Some(found) = data.find(&s3::GET_BUCKET_ACL, input).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let grants = found["Grants"].as_array().into_iter().flatten().map(|grant| {
        let grantee = &grant["Grantee"];
        json!({
            "permission": grant["Permission"],
            "grantee": [{
                "display_name": text(&grantee["DisplayName"]),
                "email_address": text(&grantee["EmailAddress"]),
                "id": text(&grantee["ID"]),
                "type": grantee["Type"],
                "uri": text(&grantee["URI"]),
            }],
        })
    });
    let policy = json!([{
        "grant": grants.collect::<Json>(),
        "owner": [{ "id": found["Owner"]["ID"], "display_name": text(&found["Owner"]["DisplayName"]) }],
    }]);
    data.set("access_control_policy", policy);
    Ok(())
}

/// There is nothing to delete: a bucket always has an ACL.
async fn delete(data: &mut ResourceData) -> Result<(), String> {
    data.clear();
    Ok(())
}
