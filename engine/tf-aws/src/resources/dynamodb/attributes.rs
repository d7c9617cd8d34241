//! What the state says of a table that exists.

use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::dynamodb::definition::items;
use crate::wire::dynamodb;
use serde_json::{Map, Value as Json, json};

fn key_name(schema: &Json, role: &str) -> Json {
    let found = items(schema).find(|element| element["KeyType"] == role);
    found.map_or(Json::Null, |element| element["AttributeName"].clone())
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

/// An index as its block has it.
fn index(index: &Json, global: bool) -> Json {
    let mut shown = json!({
        "name": index["IndexName"],
        "range_key": text(&key_name(&index["KeySchema"], "RANGE")),
        "projection_type": index["Projection"]["ProjectionType"],
        "non_key_attributes": index["Projection"]["NonKeyAttributes"].as_array().cloned().unwrap_or_default(),
    });
    if global {
        shown["hash_key"] = key_name(&index["KeySchema"], "HASH");
        shown["read_capacity"] =
            index["ProvisionedThroughput"]["ReadCapacityUnits"].as_i64().unwrap_or(0).into();
        shown["write_capacity"] =
            index["ProvisionedThroughput"]["WriteCapacityUnits"].as_i64().unwrap_or(0).into();
        shown["on_demand_throughput"] = on_demand(&index["OnDemandThroughput"]);
        shown["warm_throughput"] = json!([]);
    }
    shown
}

fn on_demand(limits: &Json) -> Json {
    if !limits.is_object() {
        return json!([]);
    }
    json!([{
        "max_read_request_units": limits["MaxReadRequestUnits"].as_i64().unwrap_or(0),
        "max_write_request_units": limits["MaxWriteRequestUnits"].as_i64().unwrap_or(0),
    }])
}

/// The attributes of a table that `DescribeTable` alone tells.
pub fn of_table(table: &Json) -> Json {
    let stream = table["StreamSpecification"].is_object();
    let encryption = &table["SSEDescription"];
    let warm = &table["WarmThroughput"];
    let indexes = |member: &str, global: bool| -> Json {
        items(&table[member]).map(|one| index(one, global)).collect()
    };
    let definitions: Json = items(&table["AttributeDefinitions"])
        .map(|one| json!({ "name": one["AttributeName"], "type": one["AttributeType"] }))
        .collect();
    json!({
        "arn": table["TableArn"],
        "attribute": definitions,
        "billing_mode": table["BillingModeSummary"]["BillingMode"].as_str().unwrap_or("PROVISIONED"),
        "deletion_protection_enabled": table["DeletionProtectionEnabled"].as_bool().unwrap_or(false),
        "global_secondary_index": indexes("GlobalSecondaryIndexes", true),
        "hash_key": key_name(&table["KeySchema"], "HASH"),
        "local_secondary_index": indexes("LocalSecondaryIndexes", false),
        "name": table["TableName"],
        "on_demand_throughput": on_demand(&table["OnDemandThroughput"]),
        "range_key": text(&key_name(&table["KeySchema"], "RANGE")),
        "read_capacity": table["ProvisionedThroughput"]["ReadCapacityUnits"].as_i64().unwrap_or(0),
        "replica": [],
        "server_side_encryption": match encryption["Status"] == "ENABLED" {
            true => json!([{ "enabled": true, "kms_key_arn": encryption["KMSMasterKeyArn"] }]),
            false => json!([]),
        },
        "stream_arn": text(&table["LatestStreamArn"]),
        "stream_enabled": stream,
        "stream_label": text(&table["LatestStreamLabel"]),
        "table_class": table["TableClassSummary"]["TableClass"].as_str().unwrap_or("STANDARD"),
        "warm_throughput": [{
            "read_units_per_second": warm["ReadUnitsPerSecond"].as_i64().unwrap_or(0),
            "write_units_per_second": warm["WriteUnitsPerSecond"].as_i64().unwrap_or(0),
        }],
        "write_capacity": table["ProvisionedThroughput"]["WriteCapacityUnits"].as_i64().unwrap_or(0),
    })
}

/// Point-in-time recovery, as its block has it.
pub async fn recovery(data: &ResourceData, name: &str) -> Result<Json, Failure> {
    let found = data.call(&dynamodb::DESCRIBE_CONTINUOUS_BACKUPS, json!({ "TableName": name })).await?;
    let recovery = &found["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
    Ok(json!([{
        "enabled": recovery["PointInTimeRecoveryStatus"] == "ENABLED",
        "recovery_period_in_days": recovery["RecoveryPeriodInDays"].as_i64().unwrap_or(0),
    }]))
}

/// Time to live, as its block has it.
pub async fn time_to_live(data: &ResourceData, name: &str) -> Result<Json, Failure> {
    let found = data.call(&dynamodb::DESCRIBE_TIME_TO_LIVE, json!({ "TableName": name })).await?;
    let ttl = &found["TimeToLiveDescription"];
    Ok(json!([{
        "attribute_name": text(&ttl["AttributeName"]),
        "enabled": matches!(text(&ttl["TimeToLiveStatus"]), "ENABLED" | "ENABLING"),
    }]))
}

/// All tags, a page after another.
pub async fn tags(data: &ResourceData, arn: &Json) -> Result<Map<String, Json>, Failure> {
    let mut tags = Map::new();
    let mut token = Json::Null;
    loop {
        let input = json!({ "ResourceArn": arn, "NextToken": token });
        let page = data.call(&dynamodb::LIST_TAGS_OF_RESOURCE, input).await?;
        let entries = items(&page["Tags"]);
        tags.extend(entries.filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone()))));
        token = page["NextToken"].clone();
        if non_zero(&token).is_null() {
            return Ok(tags);
        }
    }
}
