//! A table as plain data, for consoles.

use super::capacity::UNIT;
use super::state::{Projection, State, Table};
use crate::cloud::Cloud;
use crate::dynamodb::limits;
use serde::{Deserialize, Serialize};

/// What a console shows of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableView {
    pub name: String,
    pub arn: String,
    pub status: String,
    pub key: KeyView,
    pub indexes: Vec<IndexView>,
    pub item_count: u64,
    pub size_bytes: u64,
    /// Units per second; nothing for a table that is paid per request.
    pub provisioned: Option<(i64, i64)>,
    /// What the last minute consumed, second by second; seconds without requests are left out.
    pub consumed: Vec<ConsumedSecond>,
    pub replica_lag_ms: i64,
    /// Writes that some replica does not know yet.
    pub pending_changes: u64,
    /// The attribute by which items expire.
    pub ttl_attribute: Option<String>,
    pub stream_arn: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyView {
    /// Name and type (`S`, `N`, `B`).
    pub hash: (String, String),
    pub range: Option<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndexView {
    pub name: String,
    pub global: bool,
    pub status: String,
    pub key: KeyView,
    /// `ALL`, `KEYS_ONLY`, or the names of attributes that the index shows beside keys.
    pub projection: Vec<String>,
    pub item_count: u64,
    pub provisioned: Option<(i64, i64)>,
    pub pending_changes: u64,
}

/// Units consumed in one second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsumedSecond {
    pub at_s: i64,
    pub read_units: f64,
    pub write_units: f64,
}

fn key_view(table: &Table, key: &super::key::KeySchema) -> KeyView {
    let typed = |name: &String| (name.clone(), table.kind_of(name).to_owned());
    KeyView { hash: typed(&key.hash), range: key.range.as_ref().map(typed) }
}

fn find<'s>(state: &'s State, arn: &str) -> Option<&'s Table> {
    state.regions.values().flat_map(|region| region.tables.values()).find(|table| table.arn == arn)
}

impl Cloud {
    /// A table as consoles show it.
    pub fn table_view(&self, arn: &str) -> Option<TableView> {
        let now_ms = self.state().now_ms;
        let table = find(&self.state().dynamodb, arn)?;
        let units = |amount: i64| amount as f64 / UNIT as f64;
        let indexes = table.indexes.values().map(|index| IndexView {
            name: index.name.clone(),
            global: index.global,
            status: index.status.name().to_owned(),
            key: key_view(table, &index.key),
            projection: match &index.projection {
                Projection::All => vec!["ALL".to_owned()],
                Projection::KeysOnly => vec!["KEYS_ONLY".to_owned()],
                Projection::Include(names) => names.clone(),
            },
            item_count: index.entries.len() as u64,
            provisioned: index.throughput.as_ref().map(|units| (units.read, units.write)),
            pending_changes: index.recent.pending(now_ms) as u64,
        });
        let seconds = table.meter.lately(now_ms).into_iter();
        Some(TableView {
            name: table.name.clone(),
            arn: table.arn.clone(),
            status: table.status.name().to_owned(),
            key: key_view(table, &table.key),
            indexes: indexes.collect(),
            item_count: table.items.len() as u64,
            size_bytes: table.size_bytes as u64,
            provisioned: table.throughput.as_ref().map(|units| (units.read, units.write)),
            consumed: seconds
                .map(|(at_s, read, write)| ConsumedSecond {
                    at_s,
                    read_units: units(read),
                    write_units: units(write),
                })
                .collect(),
            replica_lag_ms: table.replica_lag_ms,
            pending_changes: table.recent.pending(now_ms) as u64,
            ttl_attribute: table.ttl.attribute.clone(),
            stream_arn: table.stream.as_ref().map(|stream| stream.arn.clone()),
        })
    }
}

impl State {
    /// Lets the replicas and global indexes of a table lag from now on.
    pub fn set_replica_lag(&mut self, arn: &str, lag_ms: i64) {
        let tables = self.regions.values_mut().flat_map(|region| region.tables.values_mut());
        for table in tables.filter(|table| table.arn == arn) {
            table.replica_lag_ms = lag_ms.clamp(0, limits::REPLICA_LAG_MS);
        }
    }
}
