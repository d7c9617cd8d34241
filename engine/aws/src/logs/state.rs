//! Log groups, their streams and events.

use nuvola_kernel::Map;
use nuvola_kernel::Region;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub type Tags = BTreeMap<String, String>;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    /// Groups by region and name.
    pub regions: Map<Region, Map<String, Group>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    pub arn: String,
    pub created_at_ms: i64,
    pub retention_days: Option<i32>,
    pub kms_key_id: Option<String>,
    pub class: String,
    pub deletion_protected: bool,
    pub tags: Tags,
    pub streams: Map<String, Stream>,
    /// The number of the next event: events of one millisecond keep the order of their arrival.
    pub next_event: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stream {
    pub name: String,
    pub created_at_ms: i64,
    /// By time, then by number.
    pub events: Vec<Event>,
    pub last_ingestion_ms: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at_ms: i64,
    pub number: u64,
    pub ingested_at_ms: i64,
    pub message: String,
}

impl Event {
    /// What events are ordered by.
    pub fn place(&self) -> (i64, u64) {
        (self.at_ms, self.number)
    }
}

impl State {
    pub fn group(&self, region: &Region, name: &str) -> Option<&Group> {
        self.regions.get(region)?.get(name)
    }

    pub fn group_mut(&mut self, region: &Region, name: &str) -> Option<&mut Group> {
        self.regions.get_mut(region)?.get_mut(name)
    }
}

impl Group {
    /// Adds events in the order given, and forgets what retention no longer covers.
    pub fn add(&mut self, stream: &str, now_ms: i64, events: impl IntoIterator<Item = (i64, String)>) {
        let Some(stream) = self.streams.get_mut(stream) else { return };
        for (at_ms, message) in events {
            let event = Event { at_ms, number: self.next_event, ingested_at_ms: now_ms, message };
            self.next_event += 1;
            let at = stream.events.partition_point(|other| other.place() < event.place());
            stream.events.insert(at, event);
        }
        stream.last_ingestion_ms = Some(now_ms);
        if let Some(days) = self.retention_days {
            let oldest_ms = now_ms - i64::from(days) * 24 * 3600 * 1000;
            stream.events.retain(|event| event.at_ms >= oldest_ms);
        }
    }

    /// Bytes as CloudWatch Logs counts them: the message, and 26 for each event.
    pub fn stored_bytes(&self) -> i64 {
        let bytes = |event: &Event| i64::try_from(event.message.len()).unwrap_or(i64::MAX) + 26;
        self.streams.values().flat_map(|stream| &stream.events).map(bytes).sum()
    }
}
