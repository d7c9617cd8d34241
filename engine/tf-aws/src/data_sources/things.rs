//! Data sources of things that exist: `aws_iam_policy`, `aws_iam_role`, `aws_lambda_function`, `aws_s3_bucket`.
//!
//! **Source**: the provider's documentation of the data sources; texts as its logic words them.

use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::iam::{decode_document, policy::attributes};
use crate::resources::lambda::{self, function};
use crate::resources::s3::{hosted_zone, website_domain};
use crate::wire::{iam, lambda_fn, s3};
use serde_json::{Map, Value as Json, json};

pub(super) fn tags(list: &Json) -> Map<String, Json> {
    let pairs = list.as_array().into_iter().flatten();
    pairs.filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone()))).collect()
}

pub async fn role(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let found = data.call(&iam::GET_ROLE, json!({ "RoleName": name })).await;
    let found = found.map_err(|failure| format!("reading IAM Role ({name}): {failure}"))?;
    let role = &found["Role"];
    data.set_all(json!({
        "id": role["RoleName"],
        "arn": role["Arn"],
        "assume_role_policy": decode_document(&role["AssumeRolePolicyDocument"]),
        "create_date": role["CreateDate"],
        "description": role["Description"].as_str().unwrap_or_default(),
        "max_session_duration": role["MaxSessionDuration"],
        "path": role["Path"],
        "permissions_boundary": role["PermissionsBoundary"]["PermissionsBoundaryArn"].as_str().unwrap_or_default(),
        "role_last_used": [],
        "tags": tags(&role["Tags"]),
        "unique_id": role["RoleId"],
    }));
    Ok(())
}

/// All policies whose name is the wanted one, under the wanted path.
async fn find_policy(data: &ResourceData) -> Result<Json, String> {
    let (name, prefix) = (data.str("name"), data.opt("path_prefix"));
    let mut marker = Json::Null;
    loop {
        let input = json!({ "PathPrefix": prefix, "Marker": marker });
        let page = data
            .call(&iam::LIST_POLICIES, input)
            .await
            .map_err(|failure| format!("reading IAM Policy ({name}): {failure}"))?;
        let mut all = page["Policies"].as_array().into_iter().flatten();
        if let Some(found) = all.find(|policy| policy["PolicyName"] == name) {
            return Ok(found["Arn"].clone());
        }
        marker = page["Marker"].clone();
        if non_zero(&marker).is_null() {
            return Err(format!(
                "no IAM policy found matching criteria (Name: {name}); try different search"
            ));
        }
    }
}

pub async fn policy(data: &mut ResourceData) -> Result<(), String> {
    let arn = match data.str("arn") {
        "" if data.str("name").is_empty() => return Err("one of `arn` or `name` must be set".to_owned()),
        "" => find_policy(data).await?,
        arn => arn.into(),
    };
    let wrap =
        |failure: Failure| format!("reading IAM Policy ({}): {failure}", arn.as_str().unwrap_or_default());
    let found = data.call(&iam::GET_POLICY, json!({ "PolicyArn": arn })).await.map_err(wrap)?;
    let policy = &found["Policy"];
    let input = json!({ "PolicyArn": arn, "VersionId": policy["DefaultVersionId"] });
    let version = data.call(&iam::GET_POLICY_VERSION, input).await.map_err(wrap)?;
    data.set_all(attributes(policy, &version));
    data.set("id", arn.clone());
    data.set("tags", tags(&policy["Tags"]));
    Ok(())
}

pub async fn bucket(data: &mut ResourceData) -> Result<(), String> {
    let bucket = data.str("bucket").to_owned();
    let head = data.call(&s3::HEAD_BUCKET, json!({ "Bucket": bucket })).await;
    let head = head.map_err(|failure| match failure.is_absence() {
        true => format!("reading S3 Bucket ({bucket}): couldn't find resource"),
        false => format!("reading S3 Bucket ({bucket}): {failure}"),
    })?;
    let region = head["BucketRegion"].as_str().unwrap_or(&data.region).to_owned();
    let site = data.find(&s3::GET_BUCKET_WEBSITE, json!({ "Bucket": bucket })).await;
    let site = site.map_err(|failure| format!("reading S3 Bucket ({bucket}): {failure}"))?;
    let domain = website_domain(&region);
    data.set_all(json!({
        "id": bucket,
        "arn": format!("arn:{}:s3:::{bucket}", data.client.partition),
        "bucket_domain_name": format!("{bucket}.s3.amazonaws.com"),
        "bucket_region": region,
        "bucket_regional_domain_name": format!("{bucket}.s3.{region}.amazonaws.com"),
        "hosted_zone_id": hosted_zone(&region),
        "region": data.region,
    }));
    if site.is_some() {
        data.set_all(json!({ "website_endpoint": format!("{bucket}.{domain}"), "website_domain": domain }));
    }
    Ok(())
}

pub async fn function(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("function_name").to_owned();
    let input = json!({ "FunctionName": name, "Qualifier": data.opt("qualifier") });
    let found = data.call(&lambda_fn::GET_FUNCTION, input).await;
    let found = found.map_err(|failure| format!("reading Lambda Function ({name}): {failure}"))?;
    let configuration = &found["Configuration"];
    data.set_all(function::attributes(data, configuration));
    let arn = configuration["FunctionArn"].as_str().unwrap_or_default();
    let version = configuration["Version"].as_str().unwrap_or("$LATEST");
    let qualified = match arn.ends_with(&format!(":{version}")) || !data.str("qualifier").is_empty() {
        true => arn.to_owned(),
        false => format!("{arn}:{version}"),
    };
    // The plain ARN is that of the function, whatever the qualifier.
    let plain: String = arn.splitn(8, ':').take(7).collect::<Vec<_>>().join(":");
    data.set_all(json!({
        "id": name,
        "arn": plain,
        "function_name": name,
        "invoke_arn": lambda::invoke_arn(data, &plain),
        "qualified_arn": qualified,
        "qualified_invoke_arn": lambda::invoke_arn(data, &qualified),
        "region": data.region,
        "reserved_concurrent_executions": found["Concurrency"]["ReservedConcurrentExecutions"].as_i64().unwrap_or(-1),
        "tags": found["Tags"].as_object().cloned().unwrap_or_default(),
        "version": version,
    }));
    Ok(())
}
