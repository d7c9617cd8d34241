//! Changes of `aws_dynamodb_table`, one request after another: a table takes no second change before the first is done.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::definition::{self, items};
use super::wait;
use crate::data::ResourceData;
use crate::wire::dynamodb;
use nuvola_kernel::Ordered;
use serde_json::{Value as Json, json};

/// Sends one change and waits for its end.
async fn change(data: &ResourceData, name: &str, what: &str, mut input: Json) -> Result<(), String> {
    input["TableName"] = name.into();
    let call = data.call(&dynamodb::UPDATE_TABLE, input);
    call.await.map_err(|failure| format!("updating DynamoDB Table ({name}) {what}: {failure}"))?;
    let waited = wait::active(data, name).await;
    waited.map_err(|failure| format!("waiting for DynamoDB Table ({name}) update: {failure}"))
}

pub async fn update(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    capacity(data, &name).await?;
    indexes(data, &name).await?;
    if data.changed_any(&["stream_enabled", "stream_view_type"]) {
        stream(data, &name).await?;
    }
    if data.changed("server_side_encryption") {
        let wanted = definition::encryption(data);
        let wanted = if wanted.is_null() { json!({ "Enabled": false }) } else { wanted };
        change(data, &name, "SSE", json!({ "SSESpecification": wanted })).await?;
    }
    if data.changed("ttl") {
        time_to_live(data, &name).await?;
    }
    if data.changed("point_in_time_recovery") {
        recovery(data, &name).await?;
    }
    if data.changed("table_class") {
        change(data, &name, "table class", json!({ "TableClass": data.opt("table_class") })).await?;
    }
    if data.changed("deletion_protection_enabled") {
        let wanted = data.bool("deletion_protection_enabled");
        change(data, &name, "deletion protection", json!({ "DeletionProtectionEnabled": wanted })).await?;
    }
    tags(data, &name).await
}

/// The indexes of a list by name.
fn by_name<'j>(list: &'j Json, name: &Json) -> Option<&'j Json> {
    items(list).find(|index| index["name"] == *name)
}

/// Whether two blocks mean the same index, apart from its capacity.
fn is_same_index(old: &Json, new: &Json) -> bool {
    let text = |index: &Json, member: &str| index[member].as_str().unwrap_or_default().to_owned();
    let shown = |index: &Json| {
        let names = items(&index["non_key_attributes"]);
        names.filter_map(|name| name.as_str().map(str::to_owned)).into_set()
    };
    let members = ["hash_key", "range_key", "projection_type"];
    members.iter().all(|member| text(old, member) == text(new, member)) && shown(old) == shown(new)
}

/// Billing mode and capacity of the table and of indexes that stay.
async fn capacity(data: &ResourceData, name: &str) -> Result<(), String> {
    let provisioned = data.str("billing_mode") == "PROVISIONED";
    let old = data.prior.get("global_secondary_index").cloned().unwrap_or_default();
    let mode_changes = data.changed("billing_mode");
    let kept = items(data.get("global_secondary_index")).filter_map(|new| {
        let before = by_name(&old, &new["name"]).filter(|before| is_same_index(before, new))?;
        Some((before, new))
    });
    let resized: Vec<Json> = kept
        .filter(|(before, new)| mode_changes || definition::capacity(before) != definition::capacity(new))
        .map(|(_, new)| {
            json!({ "Update": { "IndexName": new["name"], "ProvisionedThroughput": definition::capacity(new) } })
        })
        .collect();
    let table =
        json!({ "read_capacity": data.get("read_capacity"), "write_capacity": data.get("write_capacity") });
    if mode_changes {
        let mut input = json!({ "BillingMode": data.opt("billing_mode") });
        if provisioned {
            input["ProvisionedThroughput"] = definition::capacity(&table);
            if !resized.is_empty() {
                input["GlobalSecondaryIndexUpdates"] = resized.into();
            }
        }
        change(data, name, "billing mode", input).await?;
    } else if provisioned {
        let mut input = json!({});
        if data.changed_any(&["read_capacity", "write_capacity"]) {
            input["ProvisionedThroughput"] = definition::capacity(&table);
        }
        if !resized.is_empty() {
            input["GlobalSecondaryIndexUpdates"] = resized.into();
        }
        if input.as_object().is_some_and(|members| !members.is_empty()) {
            change(data, name, "capacity", input).await?;
        }
    }
    if data.changed("on_demand_throughput") {
        let wanted = definition::on_demand(data.get("on_demand_throughput"));
        let wanted = if wanted.is_null() {
            json!({ "MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1 })
        } else {
            wanted
        };
        change(data, name, "on-demand throughput", json!({ "OnDemandThroughput": wanted })).await?;
    }
    Ok(())
}

/// Global indexes that go, then those that come: one at a time, as DynamoDB wants it.
async fn indexes(data: &ResourceData, name: &str) -> Result<(), String> {
    let provisioned = data.str("billing_mode") == "PROVISIONED";
    let old = data.prior.get("global_secondary_index").cloned().unwrap_or_default();
    let new = data.get("global_secondary_index");
    let stays =
        |one: &Json, list: &Json| by_name(list, &one["name"]).is_some_and(|other| is_same_index(one, other));
    for gone in items(&old).filter(|index| !stays(index, new)) {
        let delete = json!([{ "Delete": { "IndexName": gone["name"] } }]);
        change(data, name, "GSI", json!({ "GlobalSecondaryIndexUpdates": delete })).await?;
    }
    for come in items(new).filter(|index| !stays(index, &old)) {
        let create = json!([{ "Create": definition::global_index(come, provisioned) }]);
        let input = json!({
            "AttributeDefinitions": definition::attributes(data),
            "GlobalSecondaryIndexUpdates": create,
        });
        change(data, name, "GSI", input).await?;
    }
    Ok(())
}

/// A stream's view cannot change: it is turned off and on again.
async fn stream(data: &ResourceData, name: &str) -> Result<(), String> {
    let was_on = data.prior.get("stream_enabled") == Some(&Json::Bool(true));
    if was_on {
        change(data, name, "stream", json!({ "StreamSpecification": { "StreamEnabled": false } })).await?;
    }
    let wanted = definition::stream(data);
    if !wanted.is_null() {
        change(data, name, "stream", json!({ "StreamSpecification": wanted })).await?;
    }
    Ok(())
}

pub async fn time_to_live(data: &ResourceData, name: &str) -> Result<(), String> {
    let Some(block) = data.block("ttl") else { return Ok(()) };
    let enabled = block["enabled"] == true;
    let before = data.prior.get("ttl").and_then(|blocks| blocks.get(0)).cloned().unwrap_or_default();
    let wrap = |failure| format!("updating DynamoDB Table ({name}) Time to Live: {failure}");
    let attribute = match enabled {
        true => block["attribute_name"].clone(),
        false => before["attribute_name"].clone(),
    };
    if !enabled && before["enabled"] != true {
        return Ok(());
    }
    let specification = json!({ "AttributeName": attribute, "Enabled": enabled });
    let input = json!({ "TableName": name, "TimeToLiveSpecification": specification });
    data.call(&dynamodb::UPDATE_TIME_TO_LIVE, input).await.map_err(wrap)?;
    wait::time_to_live(data, name, if enabled { "ENABLED" } else { "DISABLED" }).await.map_err(wrap)
}

pub async fn recovery(data: &ResourceData, name: &str) -> Result<(), String> {
    let block = data.block("point_in_time_recovery").cloned().unwrap_or_default();
    let days = crate::data::non_zero(&block["recovery_period_in_days"]);
    let enabled = block["enabled"] == true;
    let specification = json!({
        "PointInTimeRecoveryEnabled": enabled,
        "RecoveryPeriodInDays": if enabled { days } else { Json::Null },
    });
    let input = json!({ "TableName": name, "PointInTimeRecoverySpecification": specification });
    let call = data.call(&dynamodb::UPDATE_CONTINUOUS_BACKUPS, input);
    call.await
        .map(|_| ())
        .map_err(|failure| format!("updating DynamoDB Table ({name}) point in time recovery: {failure}"))
}

async fn tags(data: &ResourceData, name: &str) -> Result<(), String> {
    let wrap = |failure| format!("updating DynamoDB Table ({name}) tags: {failure}");
    let (added, removed) = data.tag_changes();
    let arn = data.prior.get("arn").cloned().unwrap_or_default();
    if !removed.is_empty() {
        let input = json!({ "ResourceArn": arn, "TagKeys": removed });
        data.call(&dynamodb::UNTAG_RESOURCE, input).await.map_err(wrap)?;
    }
    if !added.is_empty() {
        let list: Json = added.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        data.call(&dynamodb::TAG_RESOURCE, json!({ "ResourceArn": arn, "Tags": list }))
            .await
            .map_err(wrap)?;
    }
    Ok(())
}
