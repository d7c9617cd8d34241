//! `aws_caller_identity`, `aws_partition` and `aws_region`: who and where one is.
//!
//! **Source**: the provider's documentation of the data sources.

use crate::data::ResourceData;
use crate::wire::sts;
use serde_json::json;

pub async fn caller(data: &mut ResourceData) -> Result<(), String> {
    let call = data.call(&sts::GET_CALLER_IDENTITY, json!({}));
    let identity = call.await.map_err(|failure| format!("reading STS Caller Identity: {failure}"))?;
    data.set_all(json!({
        "id": identity["Account"],
        "account_id": identity["Account"],
        "arn": identity["Arn"],
        "user_id": identity["UserId"],
    }));
    Ok(())
}

pub fn partition(data: &mut ResourceData) {
    let partition = data.client.partition.clone();
    let china = partition == "aws-cn";
    data.set_all(json!({
        "id": partition,
        "partition": partition,
        "dns_suffix": if china { "amazonaws.com.cn" } else { "amazonaws.com" },
        "reverse_dns_prefix": if china { "cn.com.amazonaws" } else { "com.amazonaws" },
    }));
}

pub fn region(data: &mut ResourceData) -> Result<(), String> {
    let endpoint = data.str("endpoint");
    let by_endpoint = endpoint.strip_prefix("ec2.").and_then(|rest| rest.strip_suffix(".amazonaws.com"));
    let name = match (data.str("name"), by_endpoint) {
        ("", Some(region)) => region.to_owned(),
        ("", None) if !endpoint.is_empty() => {
            return Err(format!("region not found for endpoint {endpoint:?}"));
        }
        ("", None) => data.region.clone(),
        (name, _) => name.to_owned(),
    };
    data.set_all(json!({
        "id": name,
        "name": name,
        "region": name,
        "endpoint": format!("ec2.{name}.amazonaws.com"),
        "description": description(&name),
    }));
    Ok(())
}

/// A region's name for people.
///
/// **Source**: AWS General Reference, "AWS service endpoints", "Regional endpoints".
fn description(region: &str) -> &'static str {
    match region {
        "af-south-1" => "Africa (Cape Town)",
        "ap-east-1" => "Asia Pacific (Hong Kong)",
        "ap-northeast-1" => "Asia Pacific (Tokyo)",
        "ap-northeast-2" => "Asia Pacific (Seoul)",
        "ap-northeast-3" => "Asia Pacific (Osaka)",
        "ap-south-1" => "Asia Pacific (Mumbai)",
        "ap-south-2" => "Asia Pacific (Hyderabad)",
        "ap-southeast-1" => "Asia Pacific (Singapore)",
        "ap-southeast-2" => "Asia Pacific (Sydney)",
        "ap-southeast-3" => "Asia Pacific (Jakarta)",
        "ap-southeast-4" => "Asia Pacific (Melbourne)",
        "ca-central-1" => "Canada (Central)",
        "ca-west-1" => "Canada West (Calgary)",
        "eu-central-1" => "Europe (Frankfurt)",
        "eu-central-2" => "Europe (Zurich)",
        "eu-north-1" => "Europe (Stockholm)",
        "eu-south-1" => "Europe (Milan)",
        "eu-south-2" => "Europe (Spain)",
        "eu-west-1" => "Europe (Ireland)",
        "eu-west-2" => "Europe (London)",
        "eu-west-3" => "Europe (Paris)",
        "il-central-1" => "Israel (Tel Aviv)",
        "me-central-1" => "Middle East (UAE)",
        "me-south-1" => "Middle East (Bahrain)",
        "sa-east-1" => "South America (Sao Paulo)",
        "us-east-1" => "US East (N. Virginia)",
        "us-east-2" => "US East (Ohio)",
        "us-west-1" => "US West (N. California)",
        "us-west-2" => "US West (Oregon)",
        _ => "",
    }
}
