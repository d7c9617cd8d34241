//! Quotas of SQS.
//!
//! **Source**: SQS Developer Guide, "Amazon SQS message quotas" and "Amazon SQS queue quotas"; API Reference,
//! "CreateQueue", "ReceiveMessage", "SendMessage".

pub const QUEUE_NAME_LENGTH: usize = 80;
/// How long a deleted queue's name is not free.
pub const NAME_REST_MS: i64 = 60_000;
/// How long a queue that was purged cannot be purged again.
pub const PURGE_REST_MS: i64 = 60_000;

pub const BATCH_ENTRIES: usize = 10;
pub const ENTRY_ID_LENGTH: usize = 80;
/// Of one message, and of all messages of a batch.
pub const MESSAGE_BYTES: usize = 1_048_576;
pub const MESSAGE_ATTRIBUTES: usize = 10;
pub const ATTRIBUTE_NAME_LENGTH: usize = 256;

pub const RECEIVE_MOST: i32 = 10;
pub const WAIT_S: i32 = 20;
pub const VISIBILITY_S: i32 = 43_200;
pub const DELAY_S: i32 = 900;
pub const IN_FLIGHT: u64 = 120_000;

/// Identifiers of FIFO queues: groups, deduplication, attempts.
pub const FIFO_ID_LENGTH: usize = 128;
pub const DEDUPLICATION_MS: i64 = 5 * 60_000;
pub const ATTEMPT_MS: i64 = 5 * 60_000;

pub const RECEIVES_BEFORE_DEAD: i64 = 1_000;
pub const SOURCE_QUEUES: usize = 10;
pub const TAGS: usize = 50;
pub const PAGE: i32 = 1_000;

/// Tasks that a source queue remembers.
pub const MOVE_TASKS: usize = 10;
pub const MOVES_PER_S: i32 = 500;
/// How fast an unlimited task is here: AWS says only that it finds the rate itself.
pub const MOVES_PER_S_DEFAULT: i32 = 500;
