//! DynamoDB Streams: what happened to the items of a table, for a day.
//!
//! A stream has one shard, which ends when the stream is turned off or its table is deleted.
//! Not simulated: more shards, `ShardFilter`.

pub mod feed;
pub mod ops;

use crate::dynamodb::attr::{Item, item_bytes};
use crate::dynamodb::key::KeySchema;
use crate::dynamodb::limits;
use crate::service::ServiceDef;
use nuvola_kernel::Timestamp;
use nuvola_wire::checksum::sha256_hex;
use nuvola_wire::{Protocol, ServiceSchema};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "DynamoDB Streams",
        protocol: Protocol::Json10,
        signing_name: "dynamodb",
        endpoint_prefix: "streams.dynamodb",
        api_version: "2012-08-10",
        target_prefix: Some("DynamoDBStreams_20120810"),
        error_namespace: Some("com.amazonaws.dynamodb.v20120810"),
        ..ServiceSchema::DEFAULT
    },
    operations: &[&ops::LIST_STREAMS, &ops::DESCRIBE_STREAM, &ops::GET_SHARD_ITERATOR, &ops::GET_RECORDS],
    finish: Some(crate::dynamodb::checksum),
    ..ServiceDef::DEFAULT
};

/// What the records of a stream show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ViewKind {
    KeysOnly,
    NewImage,
    OldImage,
    NewAndOldImages,
}

impl ViewKind {
    pub fn parse(name: &str) -> Option<Self> {
        let all = [ViewKind::KeysOnly, ViewKind::NewImage, ViewKind::OldImage, ViewKind::NewAndOldImages];
        all.into_iter().find(|kind| kind.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            ViewKind::KeysOnly => "KEYS_ONLY",
            ViewKind::NewImage => "NEW_IMAGE",
            ViewKind::OldImage => "OLD_IMAGE",
            ViewKind::NewAndOldImages => "NEW_AND_OLD_IMAGES",
        }
    }
}

/// Who changed an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Author {
    Client,
    /// The item's time was over.
    TimeToLive,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stream {
    pub arn: String,
    pub label: String,
    pub table: String,
    pub view: ViewKind,
    pub key: KeySchema,
    pub created_at_ms: i64,
    pub closed_at_ms: Option<i64>,
    pub shard_id: String,
    pub records: VecDeque<Record>,
    /// The number of the next record.
    pub next: u64,
}

/// A change of one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub number: u64,
    pub at_ms: i64,
    pub author: Author,
    pub keys: Item,
    pub old: Option<Item>,
    pub new: Option<Item>,
    /// What happened to the item, whatever images are kept.
    pub event: Event,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    Insert,
    Modify,
    Remove,
}

impl Event {
    pub fn name(self) -> &'static str {
        match self {
            Event::Insert => "INSERT",
            Event::Modify => "MODIFY",
            Event::Remove => "REMOVE",
        }
    }
}

/// What sequence numbers begin with: they have at least 21 digits.
const FIRST_NUMBER: u128 = 100_000_000_000_000_000_000;

/// A record's number as clients see it.
pub fn sequence_number(number: u64) -> String {
    (FIRST_NUMBER + u128::from(number)).to_string()
}

/// The record's number behind a sequence number.
pub fn parse_sequence_number(text: &str) -> Option<u64> {
    u64::try_from(text.parse::<u128>().ok()?.checked_sub(FIRST_NUMBER)?).ok()
}

impl Stream {
    pub fn new(table_arn: &str, table: &str, key: &KeySchema, view: ViewKind, now_ms: i64) -> Self {
        let label = Timestamp(now_ms).iso_millis().trim_end_matches('Z').to_owned();
        let arn = format!("{table_arn}/stream/{label}");
        let shard_id = format!("shardId-{now_ms:020}-{}", &sha256_hex(arn.as_bytes())[..8]);
        Stream {
            arn,
            label,
            table: table.to_owned(),
            view,
            key: key.clone(),
            created_at_ms: now_ms,
            closed_at_ms: None,
            shard_id,
            records: VecDeque::new(),
            next: 1,
        }
    }

    /// Notes a write, unless it changed nothing.
    pub fn record(
        &mut self,
        key: &KeySchema,
        old: Option<&Item>,
        new: Option<&Item>,
        author: Author,
        now_ms: i64,
    ) {
        let (event, item) = match (old, new) {
            (None, None) => return,
            (Some(old), Some(new)) if old == new => return,
            (None, Some(new)) => (Event::Insert, new),
            (Some(_), Some(new)) => (Event::Modify, new),
            (Some(old), None) => (Event::Remove, old),
        };
        let keys = key.names().filter_map(|name| Some((name.clone(), item.get(name)?.clone()))).collect();
        let (keeps_old, keeps_new) = match self.view {
            ViewKind::KeysOnly => (false, false),
            ViewKind::NewImage => (false, true),
            ViewKind::OldImage => (true, false),
            ViewKind::NewAndOldImages => (true, true),
        };
        self.trim(now_ms);
        self.records.push_back(Record {
            number: self.next,
            at_ms: now_ms,
            author,
            keys,
            old: old.filter(|_| keeps_old).cloned(),
            new: new.filter(|_| keeps_new).cloned(),
            event,
        });
        self.next += 1;
    }

    /// Drops records that are too old to be read.
    pub fn trim(&mut self, now_ms: i64) {
        while self.records.pop_front_if(|record| record.at_ms + limits::STREAM_MS <= now_ms).is_some() {}
    }

    /// The records from a number on that may still be read.
    pub fn from(&self, number: u64, now_ms: i64) -> impl Iterator<Item = &Record> {
        let at = self.records.partition_point(|record| record.number < number);
        self.records.iter().skip(at).filter(move |record| record.at_ms + limits::STREAM_MS > now_ms)
    }

    /// The number of the oldest record that may still be read.
    pub fn oldest(&self, now_ms: i64) -> u64 {
        self.from(0, now_ms).next().map_or(self.next, |record| record.number)
    }
}

impl Record {
    pub fn size_bytes(&self) -> usize {
        let images = self.old.iter().chain(&self.new);
        item_bytes(&self.keys) + images.map(item_bytes).sum::<usize>()
    }
}
