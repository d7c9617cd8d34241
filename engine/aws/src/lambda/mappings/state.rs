//! Event source mappings: plain data.

use crate::sqs::Polled;
use nuvola_kernel::Map;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    pub uuid: String,
    pub region: String,
    pub function: String,
    /// Empty where the mapping names none.
    pub qualifier: String,
    pub source_arn: String,
    pub state: MappingState,
    /// What the state comes to after a change.
    pub enabled: bool,
    /// Counts the changes of the state.
    pub change: u64,
    pub modified_ms: i64,
    pub settings: Settings,
    pub tags: BTreeMap<String, String>,
    /// How the last batch of a stream went.
    pub last_result: String,
    /// Why the source cannot be read now.
    pub refusal: Option<String>,
    /// When the mapping's next timer fires.
    pub wake_at_ms: Option<i64>,
    pub work: Work,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MappingState {
    Creating,
    Enabling,
    Enabled,
    Disabling,
    Disabled,
    Updating,
    Deleting,
}

impl MappingState {
    pub fn name(self) -> &'static str {
        match self {
            MappingState::Creating => "Creating",
            MappingState::Enabling => "Enabling",
            MappingState::Enabled => "Enabled",
            MappingState::Disabling => "Disabling",
            MappingState::Disabled => "Disabled",
            MappingState::Updating => "Updating",
            MappingState::Deleting => "Deleting",
        }
    }
}

/// What a user may set.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Settings {
    pub batch_size: i32,
    pub window_s: i32,
    /// Patterns of records that the function gets; none: all.
    pub filters: Vec<String>,
    /// The function tells which records of a batch it could not handle.
    pub reports_failures: bool,
    /// Of a queue: how many batches may run at once.
    pub max_concurrency: Option<i32>,
    /// Of a stream: `TRIM_HORIZON` or `LATEST`.
    pub starting_position: Option<String>,
    pub parallelization: i32,
    pub bisect: bool,
    /// -1: as long as the record is there.
    pub max_retries: i32,
    /// **Units**: seconds. -1: for ever.
    pub max_age_s: i32,
    pub on_failure: Option<String>,
    pub metrics: Vec<String>,
}

/// What a mapping is doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Work {
    Queue(QueueWork),
    Stream(StreamWork),
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct QueueWork {
    /// Messages that wait for the batch to be full or the window to be over.
    pub gathered: Vec<Polled>,
    pub gathered_bytes: usize,
    /// When the first of them came.
    pub since_ms: i64,
    /// The trace of the receive that brought the first of them.
    pub cause: Option<String>,
    pub batches: Map<u64, QueueBatch>,
    pub next_batch: u64,
    /// How many batches may run at once, as Lambda scales it.
    pub limit: usize,
    /// When it may rise next.
    pub limit_at_ms: i64,
}

/// A batch of messages with the function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueueBatch {
    pub messages: Vec<Polled>,
    /// When the messages become visible again.
    pub until_ms: i64,
    /// How long to wait if the function is throttled again.
    pub wait_ms: i64,
    pub running: bool,
    pub cause: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StreamWork {
    /// Each reads the whole shard and has the records of its partition keys, in order.
    pub lanes: Vec<Lane>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Lane {
    /// The next record that was not looked at.
    pub position: u64,
    /// Since when records wait for the batch to be full or the window to be over.
    pub since_ms: Option<i64>,
    /// The batch that is with the function, and those that it was split off from, in order.
    pub pending: Vec<StreamBatch>,
    /// The function has the first pending batch, ...
    pub busy: bool,
    /// ... or it waits for its next attempt.
    pub waiting: bool,
}

/// A stretch of a stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StreamBatch {
    /// Of records.
    pub numbers: Vec<u64>,
    /// How often the function failed on it.
    pub failures: i64,
    pub invocations: i64,
    pub first_at_ms: i64,
    pub last_at_ms: i64,
    /// How long to wait before the next attempt.
    pub wait_ms: i64,
}

impl Mapping {
    pub fn arn(&self, account: &str) -> String {
        format!("arn:aws:lambda:{}:{account}:event-source-mapping:{}", self.region, self.uuid)
    }
}

impl Work {
    pub fn of_queue() -> Work {
        Work::Queue(QueueWork { limit: super::queue::FIRST_BATCHES, ..QueueWork::default() })
    }

    pub fn of_stream() -> Work {
        Work::Stream(StreamWork::default())
    }
}
