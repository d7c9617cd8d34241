//! What tables and indexes say of themselves.

use crate::dynamodb::capacity::Throughput;
use crate::dynamodb::key::{KeyKind, KeySchema};
use crate::dynamodb::state::{Index, Projection, Status, Table};
use serde_json::{Value as Json, json};

/// Seconds, with a fraction where there is one.
pub fn seconds(at_ms: i64) -> Json {
    if at_ms % 1000 == 0 { (at_ms / 1000).into() } else { (at_ms as f64 / 1000.0).into() }
}

pub fn key_schema(key: &KeySchema) -> Json {
    let roles = ["HASH", "RANGE"];
    key.names().zip(roles).map(|(name, role)| json!({ "AttributeName": name, "KeyType": role })).collect()
}

fn definitions(attributes: &[(String, KeyKind)]) -> Json {
    attributes
        .iter()
        .map(|(name, kind)| json!({ "AttributeName": name, "AttributeType": kind.name() }))
        .collect()
}

/// A table or an index that is paid per request has a throughput of zero.
fn throughput(throughput: Option<&Throughput>) -> Json {
    let Some(throughput) = throughput else {
        return json!({ "NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0 });
    };
    let mut shown = json!({
        "NumberOfDecreasesToday": throughput.decreases_today,
        "ReadCapacityUnits": throughput.read,
        "WriteCapacityUnits": throughput.write,
    });
    if let Some(at_ms) = throughput.increased_at_ms {
        shown["LastIncreaseDateTime"] = seconds(at_ms);
    }
    if let Some(at_ms) = throughput.decreased_at_ms {
        shown["LastDecreaseDateTime"] = seconds(at_ms);
    }
    shown
}

fn projection(projection: &Projection) -> Json {
    match projection {
        Projection::All => json!({ "ProjectionType": "ALL" }),
        Projection::KeysOnly => json!({ "ProjectionType": "KEYS_ONLY" }),
        Projection::Include(names) => json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": names }),
    }
}

/// What a table or index can take at once.
fn warm(throughput: Option<&Throughput>, status: Status) -> Json {
    let (read, write) = throughput.map_or((12_000, 4_000), |throughput| (throughput.read, throughput.write));
    json!({ "ReadUnitsPerSecond": read, "WriteUnitsPerSecond": write, "Status": status.name() })
}

fn index(table: &Table, index: &Index) -> Json {
    let mut shown = json!({
        "IndexName": index.name,
        "KeySchema": key_schema(&index.key),
        "Projection": projection(&index.projection),
        "IndexSizeBytes": index.size_bytes,
        "ItemCount": index.entries.len(),
        "IndexArn": table.index_arn(&index.name),
    });
    if index.global {
        shown["IndexStatus"] = index.status.name().into();
        shown["ProvisionedThroughput"] = throughput(index.throughput.as_ref());
        shown["WarmThroughput"] = warm(index.throughput.as_ref(), index.status);
        if index.backfilling {
            shown["Backfilling"] = true.into();
        }
    }
    shown
}

/// A table, as `DescribeTable` shows it.
pub fn table(table: &Table) -> Json {
    let mut shown = json!({
        "AttributeDefinitions": definitions(&table.attributes),
        "TableName": table.name,
        "KeySchema": key_schema(&table.key),
        "TableStatus": table.status.name(),
        "CreationDateTime": seconds(table.created_at_ms),
        "ProvisionedThroughput": throughput(table.throughput.as_ref()),
        "TableSizeBytes": table.size_bytes,
        "ItemCount": table.items.len(),
        "TableArn": table.arn,
        "TableId": table.id,
        "DeletionProtectionEnabled": table.deletion_protected,
        "WarmThroughput": warm(table.throughput.as_ref(), table.status),
    });
    if let Some(at_ms) = table.on_demand_at_ms {
        let mode = if table.throughput.is_some() { "PROVISIONED" } else { "PAY_PER_REQUEST" };
        shown["BillingModeSummary"] =
            json!({ "BillingMode": mode, "LastUpdateToPayPerRequestDateTime": seconds(at_ms) });
    }
    if let Some((read, write)) = table.on_demand_limits {
        shown["OnDemandThroughput"] = json!({
            "MaxReadRequestUnits": read.unwrap_or(-1),
            "MaxWriteRequestUnits": write.unwrap_or(-1),
        });
    }
    for (member, global) in [("LocalSecondaryIndexes", false), ("GlobalSecondaryIndexes", true)] {
        let indexes: Vec<Json> =
            table.indexes.values().filter(|one| one.global == global).map(|one| index(table, one)).collect();
        if !indexes.is_empty() {
            shown[member] = indexes.into();
        }
    }
    describe_settings(table, &mut shown);
    shown
}

fn describe_settings(table: &Table, shown: &mut Json) {
    if let Some(stream) = &table.stream {
        shown["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": stream.view.name() });
        shown["LatestStreamLabel"] = stream.label.as_str().into();
        shown["LatestStreamArn"] = stream.arn.as_str().into();
    }
    if let Some(encryption) = &table.encryption {
        shown["SSEDescription"] =
            json!({ "Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": encryption.key_arn });
    }
    if table.infrequent_access || table.class_changed_at_ms.is_some() {
        let class = if table.infrequent_access { "STANDARD_INFREQUENT_ACCESS" } else { "STANDARD" };
        shown["TableClassSummary"] = json!({ "TableClass": class });
        if let Some(at_ms) = table.class_changed_at_ms {
            shown["TableClassSummary"]["LastUpdateDateTime"] = seconds(at_ms);
        }
    }
}
