//! Waiting until a table has done what it was told.

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::wire::dynamodb;
use serde_json::{Value as Json, json};

/// How long a change of a table may take (`timeouts` of the resource by default: 30 minutes and more).
const PATIENCE_MS: u64 = 60 * 60 * 1000;

/// A table as `DescribeTable` shows it; nothing where there is none.
pub async fn describe(data: &ResourceData, name: &str) -> Result<Option<Json>, Failure> {
    let found = data.find(&dynamodb::DESCRIBE_TABLE, json!({ "TableName": name })).await?;
    Ok(found.map(|found| found["Table"].clone()))
}

/// Looks at the table until `done` is content with it.
async fn until(
    data: &ResourceData,
    name: &str,
    what: &str,
    done: &dyn Fn(Option<&Json>) -> bool,
) -> Result<(), Failure> {
    let start_ms = data.client.transport.now_ms();
    loop {
        let table = describe(data, name).await?;
        if done(table.as_ref()) {
            return Ok(());
        }
        if data.client.waited_ms(start_ms) > PATIENCE_MS {
            return Err(Failure::own(format!("timeout while waiting for {what}")));
        }
        data.client.pause().await;
    }
}

fn is_active(thing: &Json, member: &str) -> bool {
    thing[member] == "ACTIVE"
}

/// The table and all its global indexes are `ACTIVE`.
pub async fn active(data: &ResourceData, name: &str) -> Result<(), Failure> {
    until(data, name, "state to become 'ACTIVE'", &|table| {
        table.is_some_and(|table| {
            let mut indexes = table["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
            is_active(table, "TableStatus") && indexes.all(|index| is_active(index, "IndexStatus"))
        })
    })
    .await
}

/// The table is gone.
pub async fn gone(data: &ResourceData, name: &str) -> Result<(), Failure> {
    until(data, name, "state to become ''", &|table| table.is_none()).await
}

/// Time to live is as wanted.
pub async fn time_to_live(data: &ResourceData, name: &str, status: &str) -> Result<(), Failure> {
    let start_ms = data.client.transport.now_ms();
    loop {
        let found = data.call(&dynamodb::DESCRIBE_TIME_TO_LIVE, json!({ "TableName": name })).await?;
        if found["TimeToLiveDescription"]["TimeToLiveStatus"] == status {
            return Ok(());
        }
        if data.client.waited_ms(start_ms) > PATIENCE_MS {
            return Err(Failure::own(format!("timeout while waiting for state to become '{status}'")));
        }
        data.client.pause().await;
    }
}
