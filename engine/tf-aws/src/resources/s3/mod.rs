//! S3.

pub mod acl;
pub mod bucket;
pub mod cors;
pub mod encryption;
pub mod lifecycle;
pub mod notification;
pub mod object;
pub mod object_copy;
pub mod ownership_controls;
pub mod policy;
pub mod public_access_block;
pub mod small;
pub mod versioning;
pub mod website;

use crate::data::ResourceData;
use serde_json::{Map, Value as Json, json};

/// The request about a bucket, `BUCKET` or `BUCKET,OWNER` being its id.
fn of_bucket(data: &ResourceData) -> Json {
    let (bucket, owner) = data.id().split_once(',').unwrap_or((data.id(), ""));
    json!({ "Bucket": bucket, "ExpectedBucketOwner": crate::data::non_zero(&owner.into()) })
}

/// The id of a setting: the bucket, and the owner where one is expected.
fn setting_id(data: &ResourceData) -> String {
    match data.str("expected_bucket_owner") {
        "" => data.str("bucket").to_owned(),
        owner => format!("{},{owner}", data.str("bucket")),
    }
}

/// Imports a setting by that id.
fn import_setting(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let (bucket, owner) = id.split_once(',').unwrap_or((id, ""));
    data.set_all(
        json!({ "id": id, "bucket": bucket, "expected_bucket_owner": crate::data::non_zero(&owner.into()) }),
    );
    Ok(())
}

/// A `{Key, Value}` list as an object.
pub(crate) fn tags_of(list: &Json) -> Map<String, Json> {
    let pairs = list.as_array().into_iter().flatten();
    pairs.filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone()))).collect()
}

/// The host of a region's website endpoints.
///
/// **Source**: AWS General Reference, "Amazon S3 website endpoints": older regions have a dash before the region.
pub(crate) fn website_domain(region: &str) -> String {
    const DASHED: &[&str] = &[
        "ap-northeast-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-west-1",
        "sa-east-1",
        "us-east-1",
        "us-gov-east-1",
        "us-gov-west-1",
        "us-west-1",
        "us-west-2",
    ];
    let mark = if DASHED.contains(&region) { '-' } else { '.' };
    format!("s3-website{mark}{region}.amazonaws.com")
}

/// The Route 53 zone of a region's website endpoints; empty for regions that have none.
///
/// **Source**: AWS General Reference, "Amazon S3 website endpoints".
pub(crate) fn hosted_zone(region: &str) -> &'static str {
    match region {
        "af-south-1" => "Z83WF9RJE8B12",
        "ap-east-1" => "ZNB98KWMFR0R6",
        "ap-northeast-1" => "Z2M4EHUR26P7ZW",
        "ap-northeast-2" => "Z3W03O7B5YMIYP",
        "ap-northeast-3" => "Z2YQB5RD63NC85",
        "ap-south-1" => "Z11RGJOFQNVJUP",
        "ap-south-2" => "Z02976202B4EZMXIPMXF7",
        "ap-southeast-1" => "Z3O0J2DXBE1FTB",
        "ap-southeast-2" => "Z1WCIGYICN2BYD",
        "ap-southeast-3" => "Z01846753K324LI26A3VV",
        "ap-southeast-4" => "Z0312387243XT5FE14WFO",
        "ca-central-1" => "Z1QDHH18159H29",
        "eu-central-1" => "Z21DNDUVLTQW6Q",
        "eu-central-2" => "Z030506016YDQGETNASS",
        "eu-north-1" => "Z3BAZG2TWCNX0D",
        "eu-south-1" => "Z30OZKI7KPW7MI",
        "eu-south-2" => "Z0081959F7139GRJC19J",
        "eu-west-1" => "Z1BKCTXD74EZPE",
        "eu-west-2" => "Z3GKZC51ZF0DB4",
        "eu-west-3" => "Z3R1K369G5AVDG",
        "il-central-1" => "Z09640613K4A3MN55U7GU",
        "me-central-1" => "Z06143092I8HRXZRUZROF",
        "me-south-1" => "Z1MPMWCPA7YB62",
        "sa-east-1" => "Z7KQH4QJS55SO",
        "us-east-1" => "Z3AQBSTGFYJSTF",
        "us-east-2" => "Z2O1EMRO9K5GLX",
        "us-west-1" => "Z2F56UZL2M1ACD",
        "us-west-2" => "Z3BJ6K6RIION7M",
        _ => "",
    }
}
