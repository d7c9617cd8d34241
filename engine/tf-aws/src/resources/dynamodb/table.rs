//! `aws_dynamodb_table`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::definition::{self, items};
use super::{attributes, update, wait};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::plan::Diff;
use crate::resources::{ResourceType, action};
use crate::wire::dynamodb;
use nuvola_kernel::Ordered;
use nuvola_tf_lang::{Type, Value};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

pub static TYPE: ResourceType = ResourceType {
    customize,
    import,
    not_simulated: &[
        "global_table_witness",
        "import_table",
        "replica",
        "restore_date_time",
        "restore_source_name",
        "restore_source_table_arn",
        "restore_to_latest_time",
        "warm_throughput",
    ],
    ..ResourceType::new(
        "aws_dynamodb_table",
        action!(create),
        action!(read),
        Some(action!(update::update)),
        action!(delete),
    )
};

fn customize(diff: &mut Diff<'_>) {
    keep_ttl(diff);
    check_attributes(diff);
    if diff.json("stream_enabled") == true
        && non_zero(&diff.json("stream_view_type")).is_null()
        && is_null(diff, "stream_view_type")
    {
        diff.errors.push("stream_view_type is required when stream_enabled = true".to_owned());
    }
    if !diff.is_create() && diff.changes_any(&["stream_enabled", "stream_view_type"]) {
        diff.set_unknown("stream_arn");
        diff.set_unknown("stream_label");
    }
    plan_computed_blocks(diff);
    for name in ["read_capacity", "write_capacity"] {
        check_capacity(diff, name);
    }
}

fn is_null(diff: &Diff<'_>, name: &str) -> bool {
    diff.config.get(name).is_none_or(Value::is_null)
}

/// What DynamoDB decides anew when the capacity or the recovery changes.
fn plan_computed_blocks(diff: &mut Diff<'_>) {
    if diff.is_create() {
        return;
    }
    if diff.changes_any(&["billing_mode", "read_capacity", "write_capacity"])
        && let Some(ty) = diff.planned.get("warm_throughput").map(|blocks| blocks.ty().clone())
    {
        diff.set("warm_throughput", Value::unknown(ty));
    }
    let period = "recovery_period_in_days";
    let configured = diff.config.get("point_in_time_recovery").and_then(Value::as_seq).unwrap_or_default();
    let given = configured.iter().any(|block| block.get(period).is_some_and(|days| !days.is_null()));
    if given || configured.is_empty() || !diff.changes("point_in_time_recovery") {
        return;
    }
    let Some(blocks) = diff.planned.get("point_in_time_recovery").cloned() else { return };
    let items = blocks.as_seq().unwrap_or_default().iter().map(|block| {
        let mut members = block.as_members().cloned().unwrap_or_default();
        members.insert(period.into(), Value::unknown(Type::Number));
        Value::object(members)
    });
    diff.set("point_in_time_recovery", crate::values::rebuilt(blocks.ty(), items.collect()));
}

/// A `ttl` block that the configuration does not have is not removed.
fn keep_ttl(diff: &mut Diff<'_>) {
    let configured = diff.config.get("ttl").and_then(Value::as_seq).is_some_and(|blocks| !blocks.is_empty());
    let prior = diff.prior.and_then(|prior| prior.get("ttl")).cloned();
    if let (false, Some(prior)) = (configured, prior) {
        diff.set("ttl", prior);
    }
}

/// Go writes lists of texts so.
fn quoted(names: &BTreeSet<String>) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    format!("[{}]", names.join(" "))
}

/// Every attribute must be part of a key, and every part of a key an attribute.
fn check_attributes(diff: &mut Diff<'_>) {
    let blocks = ["attribute", "global_secondary_index", "local_secondary_index"];
    let known = |name: &str| diff.config.get(name).is_none_or(Value::is_wholly_known);
    if !blocks.iter().all(|name| known(name)) || !known("hash_key") || !known("range_key") {
        return;
    }
    let mut used = BTreeSet::new();
    let mut note = |name: &Json| {
        if let Some(name) = name.as_str().filter(|name| !name.is_empty()) {
            used.insert(name.to_owned());
        }
    };
    note(&diff.json("hash_key"));
    note(&diff.json("range_key"));
    for list in ["global_secondary_index", "local_secondary_index"] {
        for index in items(&diff.json(list)) {
            note(&index["hash_key"]);
            note(&index["range_key"]);
        }
    }
    let attributes = diff.json("attribute");
    let defined = items(&attributes).filter_map(|one| one["name"].as_str().map(str::to_owned)).into_set();
    let unused: BTreeSet<String> = defined.difference(&used).cloned().into_set();
    let unmatched: BTreeSet<String> = used.difference(&defined).cloned().into_set();
    let mut problems = Vec::new();
    if !unmatched.is_empty() {
        problems.push(format!(
            "all indexes must match a defined attribute. Unmatched indexes: {}",
            quoted(&unmatched)
        ));
    }
    if !unused.is_empty() {
        problems.push(format!("all attributes must be indexed. Unused attributes: {}", quoted(&unused)));
    }
    if !problems.is_empty() {
        diff.errors.push(problems.join("\n"));
    }
}

/// A provisioned table needs capacity, a table that is paid per request has none.
fn check_capacity(diff: &mut Diff<'_>, name: &str) {
    let value = diff.config.get(name).cloned().unwrap_or_else(|| Value::number(0i64.into()));
    if !value.is_known() {
        return;
    }
    let value = crate::values::json_of(&value).as_i64().unwrap_or(0);
    let before =
        diff.prior.and_then(|prior| prior.get("billing_mode")).and_then(Value::as_str).unwrap_or_default();
    let mode = diff.json("billing_mode");
    if mode == "PROVISIONED" && value < 1 && before != "PAY_PER_REQUEST" {
        diff.errors.push(format!("{name:?} must be at least 1 when billing_mode is \"PROVISIONED\""));
    }
    if mode == "PAY_PER_REQUEST" && value != 0 && before != "PROVISIONED" {
        diff.errors.push(format!("{name} can not be set when billing_mode is \"PAY_PER_REQUEST\""));
    }
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let provisioned = data.str("billing_mode") == "PROVISIONED";
    let global: Json = items(data.get("global_secondary_index"))
        .map(|index| definition::global_index(index, provisioned))
        .collect();
    let mut table = json!({});
    for member in ["read_capacity", "write_capacity"] {
        table[member] = data.get(member).clone();
    }
    let input = json!({
        "TableName": name,
        "AttributeDefinitions": definition::attributes(data),
        "KeySchema": definition::key(data.get("hash_key"), data.get("range_key")),
        "LocalSecondaryIndexes": definition::local_indexes(data),
        "GlobalSecondaryIndexes": non_zero(&global),
        "BillingMode": data.opt("billing_mode"),
        "ProvisionedThroughput": if provisioned { definition::capacity(&table) } else { Json::Null },
        "OnDemandThroughput": definition::on_demand(data.get("on_demand_throughput")),
        "StreamSpecification": definition::stream(data),
        "SSESpecification": definition::encryption(data),
        "TableClass": data.opt("table_class"),
        "DeletionProtectionEnabled": data.bool("deletion_protection_enabled"),
        "Tags": data.tag_list(),
    });
    let call = data.call(&dynamodb::CREATE_TABLE, input);
    call.await.map_err(|failure| format!("creating AWS DynamoDB Table ({name}): {failure}"))?;
    data.set_id(name.clone());
    let waited = wait::active(data, &name).await;
    waited.map_err(|failure| format!("waiting for creation AWS DynamoDB Table ({name}): {failure}"))?;
    if data.block("ttl").is_some_and(|ttl| ttl["enabled"] == true) {
        update::time_to_live(data, &name).await?;
    }
    if data.block("point_in_time_recovery").is_some_and(|block| block["enabled"] == true) {
        update::recovery(data, &name).await?;
    }
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading DynamoDB Table ({name}): {failure}");
    let Some(table) = wait::describe(data, &name).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    if table["TableStatus"] == "DELETING" {
        data.clear();
        return Ok(());
    }
    let mut known = attributes::of_table(&table);
    if let Some(view) = table["StreamSpecification"]["StreamViewType"].as_str() {
        known["stream_view_type"] = view.into();
    } else {
        known["stream_view_type"] = data.str("stream_view_type").into();
    }
    known["point_in_time_recovery"] = attributes::recovery(data, &name).await.map_err(wrap)?;
    known["ttl"] = ttl(data, attributes::time_to_live(data, &name).await.map_err(wrap)?);
    data.set_all(known);
    let tags = attributes::tags(data, &table["TableArn"]).await.map_err(wrap)?;
    data.read_tags(tags);
    Ok(())
}

/// The state has the block even where nobody wrote it; one that turns expiry off keeps its attribute.
fn ttl(data: &ResourceData, mut found: Json) -> Json {
    if found[0]["enabled"] != true
        && let Some(block) = data.block("ttl")
    {
        found[0]["attribute_name"] = block["attribute_name"].clone();
    }
    found
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let wrap = |failure: Failure| format!("deleting DynamoDB Table ({name}): {failure}");
    data.remove(&dynamodb::DELETE_TABLE, json!({ "TableName": name })).await.map_err(wrap)?;
    wait::gone(data, &name).await.map_err(wrap)
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    data.set_id(id);
    Ok(())
}
