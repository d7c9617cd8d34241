//! Queues, their messages, and who waits for them: plain data.
//!
//! Invariant: `messages` holds everything; `ready`, `due`, `by_age` and `groups` are indexes of it that
//! [`super::store`] keeps in step, so that sending, receiving and deleting cost the logarithm of the queue's
//! length.

use nuvola_kernel::{Blob, Map, Region};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub type Tags = BTreeMap<String, String>;
/// Numbers of messages in the order of a time; the time is 0 where only the number counts.
pub type Order = BTreeSet<(i64, u64)>;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub regions: Map<Region, RegionState>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RegionState {
    pub queues: Map<String, Queue>,
    /// When queues were deleted, by name.
    pub deleted: Map<String, i64>,
    /// Tasks that move messages out of dead-letter queues, by number.
    pub tasks: Map<u64, MoveTask>,
    pub next_task: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    pub name: String,
    pub arn: String,
    pub fifo: bool,
    pub created_at_ms: i64,
    pub modified_at_ms: i64,
    pub settings: Settings,
    pub policy: Option<String>,
    pub redrive: Option<Redrive>,
    pub redrive_allow: Option<RedriveAllow>,
    pub tags: Tags,
    pub purged_at_ms: Option<i64>,

    pub messages: Map<u64, Message>,
    pub next_message: u64,
    pub next_receipt: u64,
    /// What a receive may take: all visible messages; of a FIFO queue, the first of each free group.
    pub ready: Order,
    /// When messages that are delayed or in flight become visible.
    pub due: Order,
    /// All messages by the time at which they were sent, for retention.
    pub by_age: Order,
    pub in_flight: u64,
    pub delayed: u64,
    pub groups: Map<String, Group>,
    pub sent: Map<String, Sent>,
    /// Keys of `sent` in the order of time.
    pub sent_order: Map<u64, (i64, String)>,
    pub next_sent: u64,
    pub attempts: Map<String, Attempt>,
    /// Clients whose receive waits for a message, in the order of their arrival.
    pub waiters: Map<u64, Waiter>,
    pub next_waiter: u64,
    /// When the queue's next timer fires.
    pub timer_at_ms: Option<i64>,
    /// How often, of a thousand times, a standard queue shows that it promises neither order nor one delivery.
    pub disorder_permille: u64,
}

/// The attributes that have defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub delay_s: i32,
    pub max_message_bytes: i32,
    pub retention_s: i32,
    pub wait_s: i32,
    pub visibility_s: i32,
    pub content_deduplication: bool,
    pub deduplicates_by_group: bool,
    pub throughput_by_group: bool,
    pub kms_key_id: Option<String>,
    pub kms_reuse_s: i32,
    pub sse_managed: bool,
}

/// Where messages go that nobody could process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Redrive {
    /// The attribute as it was given.
    pub text: String,
    pub target_arn: String,
    pub max_receive_count: u32,
}

/// Which queues may name this one as their dead-letter queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RedriveAllow {
    pub text: String,
    pub permission: RedrivePermission,
    pub source_arns: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedrivePermission {
    AllowAll,
    DenyAll,
    ByQueue,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub number: u64,
    pub id: String,
    pub body: String,
    pub body_md5: String,
    /// Sorted by name.
    pub attributes: Vec<(String, Attribute)>,
    pub trace_header: Option<String>,
    pub sender_id: String,
    pub sent_at_ms: i64,
    /// How often it was received, in its former queue too.
    pub received: u32,
    /// How often it was received from this queue, which counts for the redrive policy.
    pub received_here: u32,
    pub first_received_at_ms: Option<i64>,
    pub group_id: Option<String>,
    pub deduplication_id: Option<String>,
    pub sequence: Option<u64>,
    /// The queue that gave it up.
    pub dead_letter_source: Option<String>,
    pub place: Place,
    /// The number of the last receipt; 0: never received.
    pub receipt: u64,
    pub received_at_ms: i64,
    /// Its visibility was changed since it was received.
    pub changed: bool,
    /// Its visibility timeout was ended by a change to 0.
    pub ended: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    Visible,
    Delayed { until_ms: i64 },
    InFlight { until_ms: i64 },
}

/// An attribute of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    pub data_type: String,
    pub value: AttributeValue,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttributeValue {
    Text(String),
    Binary(Blob),
}

/// A message group of a FIFO queue, while it has messages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub members: Order,
    pub in_flight: u32,
    /// Its first message, if that is in `ready`.
    pub ready: Option<u64>,
}

/// What a FIFO queue remembers of a message for deduplication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    pub until_ms: i64,
    pub message_id: String,
    pub sequence: u64,
}

/// What a FIFO queue remembers of a receive, so that it can be repeated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    pub until_ms: i64,
    /// Numbers of messages, and of their receipts.
    pub messages: Vec<(u64, u64)>,
}

/// What a client asks of ReceiveMessage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    pub most: usize,
    pub visibility_s: Option<i32>,
    pub system_names: Vec<String>,
    pub attribute_names: Vec<String>,
    pub attempt_id: Option<String>,
}

/// A receive that waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiter {
    pub http_id: u64,
    pub wish: Wish,
}

/// A task that moves the messages of a dead-letter queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveTask {
    pub id: String,
    pub source: String,
    pub source_arn: String,
    pub destination_arn: Option<String>,
    pub per_second: Option<i32>,
    pub status: TaskStatus,
    pub moved: i64,
    pub to_move: i64,
    pub failure: Option<String>,
    pub started_at_ms: i64,
    /// Messages that came later are not moved.
    pub before_message: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskStatus {
    Running,
    Completed,
    Cancelled,
    Failed,
}

impl State {
    pub fn queue(&self, region: &Region, name: &str) -> Option<&Queue> {
        self.regions.get(region)?.queues.get(name)
    }

    pub fn queue_mut(&mut self, region: &Region, name: &str) -> Option<&mut Queue> {
        self.regions.get_mut(region)?.queues.get_mut(name)
    }
}
