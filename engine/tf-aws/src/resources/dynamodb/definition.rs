//! From Terraform's blocks to the structures of `CreateTable` and `UpdateTable`.

use crate::data::{ResourceData, non_zero};
use serde_json::{Value as Json, json};

pub fn items(json: &Json) -> impl Iterator<Item = &Json> {
    json.as_array().into_iter().flatten()
}

/// `[{AttributeName, AttributeType}]`
pub fn attributes(data: &ResourceData) -> Json {
    items(data.get("attribute"))
        .map(|one| json!({ "AttributeName": one["name"], "AttributeType": one["type"] }))
        .collect()
}

/// A key with its partition key and, where there is one, its sort key.
pub fn key(hash: &Json, range: &Json) -> Json {
    let mut schema = vec![json!({ "AttributeName": hash, "KeyType": "HASH" })];
    if !non_zero(range).is_null() {
        schema.push(json!({ "AttributeName": range, "KeyType": "RANGE" }));
    }
    schema.into()
}

fn projection(index: &Json) -> Json {
    json!({
        "ProjectionType": index["projection_type"],
        "NonKeyAttributes": non_zero(&index["non_key_attributes"]),
    })
}

pub fn local_indexes(data: &ResourceData) -> Json {
    let hash = data.get("hash_key");
    let indexes: Json = items(data.get("local_secondary_index"))
        .map(|index| {
            json!({
                "IndexName": index["name"],
                "KeySchema": key(hash, &index["range_key"]),
                "Projection": projection(index),
            })
        })
        .collect();
    non_zero(&indexes)
}

/// A global index; the capacity only where the table has one.
pub fn global_index(index: &Json, provisioned: bool) -> Json {
    json!({
        "IndexName": index["name"],
        "KeySchema": key(&index["hash_key"], &index["range_key"]),
        "Projection": projection(index),
        "ProvisionedThroughput": if provisioned { capacity(index) } else { Json::Null },
        "OnDemandThroughput": on_demand(&index["on_demand_throughput"]),
    })
}

/// Capacity of a table or an index.
pub fn capacity(of: &Json) -> Json {
    json!({
        "ReadCapacityUnits": of["read_capacity"].as_i64().unwrap_or(0),
        "WriteCapacityUnits": of["write_capacity"].as_i64().unwrap_or(0),
    })
}

pub fn on_demand(blocks: &Json) -> Json {
    let block = &blocks[0];
    if !block.is_object() {
        return Json::Null;
    }
    json!({
        "MaxReadRequestUnits": non_zero(&block["max_read_request_units"]),
        "MaxWriteRequestUnits": non_zero(&block["max_write_request_units"]),
    })
}

pub fn encryption(data: &ResourceData) -> Json {
    let Some(block) = data.block("server_side_encryption") else { return Json::Null };
    if block["enabled"] != true {
        return json!({ "Enabled": false });
    }
    let key = non_zero(&block["kms_key_arn"]);
    json!({ "Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key })
}

/// Nothing for a table without a stream.
pub fn stream(data: &ResourceData) -> Json {
    if !data.bool("stream_enabled") {
        return Json::Null;
    }
    json!({ "StreamEnabled": true, "StreamViewType": data.opt("stream_view_type") })
}
