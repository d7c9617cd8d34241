//! Quotas of CloudWatch Logs.
//!
//! **Source**: CloudWatch Logs API Reference, "PutLogEvents", "GetLogEvents", "FilterLogEvents",
//! "DescribeLogGroups", "PutRetentionPolicy".

pub const BATCH_BYTES: usize = 1_048_576;
pub const BATCH_EVENTS: usize = 10_000;
/// What each event counts beside its message.
pub const EVENT_OVERHEAD_BYTES: usize = 26;
pub const BATCH_SPAN_MS: i64 = 24 * 3600 * 1000;
pub const TOO_OLD_MS: i64 = 14 * 24 * 3600 * 1000;
pub const TOO_NEW_MS: i64 = 2 * 3600 * 1000;
pub const PAGE_EVENTS: i32 = 10_000;
/// Of the messages of one page.
pub const PAGE_BYTES: usize = 1_048_576;
pub const PAGE_DESCRIPTIONS: i32 = 50;
pub const TAGS: usize = 50;
pub const RETENTION_DAYS: [i32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
