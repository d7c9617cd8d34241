//! Tables, their items and indexes: plain data and how it is looked up.

use crate::dynamodb::attr::Item;
use crate::dynamodb::capacity::{Bucket, Meter, Throughput};
use crate::dynamodb::key::{KeyKind, KeySchema};
use crate::dynamodb::replicas::Recent;
use crate::dynamodb::streams::Stream;
use nuvola_kernel::{Blob, Map, Region};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub regions: Map<Region, RegionState>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RegionState {
    pub tables: Map<String, Table>,
    /// Streams that take no more records, by ARN: of tables that are gone or have another stream.
    pub closed_streams: Map<String, Stream>,
    /// Tokens of transactions.
    pub tokens: Map<String, Token>,
    /// When each token is forgotten, in that order.
    pub token_ends: VecDeque<(i64, String)>,
}

/// A transaction that may come again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// SHA-256 of the request.
    pub request: String,
    pub until_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    Creating,
    Updating,
    Deleting,
    Active,
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Status::Creating => "CREATING",
            Status::Updating => "UPDATING",
            Status::Deleting => "DELETING",
            Status::Active => "ACTIVE",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub arn: String,
    pub id: String,
    pub created_at_ms: i64,
    pub status: Status,
    /// The types of key attributes, in the order of the request.
    pub attributes: Vec<(String, KeyKind)>,
    pub key: KeySchema,
    /// Nothing for a table that is paid per request.
    pub throughput: Option<Throughput>,
    /// When the table was last made to be paid per request.
    pub on_demand_at_ms: Option<i64>,
    /// The most units per second of a table that is paid per request: read, write.
    pub on_demand_limits: Option<(Option<i64>, Option<i64>)>,
    pub infrequent_access: bool,
    pub class_changed_at_ms: Option<i64>,
    pub deletion_protected: bool,
    pub encryption: Option<Encryption>,
    pub stream: Option<Stream>,
    pub ttl: Ttl,
    pub recovery: Option<Recovery>,
    pub tags: BTreeMap<String, String>,
    pub items: Map<Blob, Item>,
    pub size_bytes: usize,
    pub indexes: Map<String, Index>,
    pub recent: Recent,
    pub replica_lag_ms: i64,
    /// Eventually consistent reads so far: they choose the replica.
    pub reads: u64,
    pub meter: Meter,
    pub read_bucket: Bucket,
    pub write_bucket: Bucket,
}

/// Encryption with a key of KMS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Encryption {
    pub key_arn: String,
}

/// Point-in-time recovery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recovery {
    pub enabled_at_ms: i64,
    pub period_days: i32,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Ttl {
    pub attribute: Option<String>,
    pub status: TtlStatus,
    /// Keys by the time at which they expire (eight bytes of seconds, then the key).
    pub expiries: Map<Blob, Blob>,
    /// When the next timer is due.
    pub sweep_at_ms: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TtlStatus {
    #[default]
    Disabled,
    Enabling,
    Enabled,
    Disabling,
}

impl TtlStatus {
    pub fn name(self) -> &'static str {
        match self {
            TtlStatus::Disabled => "DISABLED",
            TtlStatus::Enabling => "ENABLING",
            TtlStatus::Enabled => "ENABLED",
            TtlStatus::Disabling => "DISABLING",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Projection {
    All,
    KeysOnly,
    Include(Vec<String>),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Index {
    pub name: String,
    pub global: bool,
    pub key: KeySchema,
    pub projection: Projection,
    /// A global index has a status of its own.
    pub status: Status,
    pub backfilling: bool,
    pub throughput: Option<Throughput>,
    /// The table's keys by the index's, which end in the table's.
    pub entries: Map<Blob, Blob>,
    pub size_bytes: usize,
    /// Of a global index: what it does not show yet.
    pub recent: Recent,
    pub read_bucket: Bucket,
    pub write_bucket: Bucket,
}

impl RegionState {
    /// A table that can be read and written.
    pub fn usable(&self, name: &str) -> Option<&Table> {
        self.tables.get(name).filter(|table| matches!(table.status, Status::Active | Status::Updating))
    }
}

impl Table {
    /// The type of a key attribute.
    pub fn kind_of(&self, name: &str) -> &'static str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, kind)| kind.name())
    }

    pub fn kinds(&self) -> impl Fn(&str) -> &'static str + '_ {
        |name| self.kind_of(name)
    }

    pub fn index_arn(&self, index: &str) -> String {
        format!("{}/index/{index}", self.arn)
    }

    /// Whether an attribute is part of the table's key.
    pub fn is_key(&self, name: &str) -> bool {
        self.key.names().any(|key| key == name)
    }

    /// The attributes of the table's key, of an item.
    pub fn key_of(&self, item: &Item) -> Item {
        let names = self.key.names();
        names.filter_map(|name| Some((name.clone(), item.get(name)?.clone()))).collect()
    }
}

impl Index {
    /// Whether the index shows an attribute.
    pub fn shows(&self, table_key: &KeySchema, name: &str) -> bool {
        let is_key = || self.key.names().chain(table_key.names()).any(|key| key == name);
        match &self.projection {
            Projection::All => true,
            Projection::KeysOnly => is_key(),
            Projection::Include(names) => names.iter().any(|known| known == name) || is_key(),
        }
    }

    /// What the index shows of an item.
    pub fn projected(&self, table_key: &KeySchema, item: &Item) -> Item {
        let shown = item.iter().filter(|(name, _)| self.shows(table_key, name));
        shown.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// How large the shown part of an item is.
    pub fn projected_bytes(&self, table_key: &KeySchema, item: &Item) -> usize {
        let shown = item.iter().filter(|(name, _)| self.shows(table_key, name));
        shown.map(|(name, value)| name.len() + value.size_bytes()).sum()
    }
}
