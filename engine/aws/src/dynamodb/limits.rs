//! Quotas of DynamoDB.
//!
//! **Source**: DynamoDB Developer Guide, "Quotas in Amazon DynamoDB" and "Constraints in Amazon DynamoDB"; API
//! Reference, "BatchGetItem", "BatchWriteItem", "TransactWriteItems", "DescribeLimits".

pub const ITEM_BYTES: usize = 400 * 1024;
pub const HASH_KEY_BYTES: usize = 2048;
pub const RANGE_KEY_BYTES: usize = 1024;
/// Levels of a document, the attribute itself being the first.
pub const NESTING: usize = 32;
pub const NAME_BYTES: usize = 65_535;
pub const KEY_NAME_BYTES: usize = 255;
/// Of the items that a query or a scan reads for one page.
pub const PAGE_BYTES: usize = 1024 * 1024;
pub const BATCH_GET_ITEMS: usize = 100;
/// Of the answer of `BatchGetItem`.
pub const BATCH_GET_BYTES: usize = 16 * 1024 * 1024;
pub const BATCH_WRITE_ITEMS: usize = 25;
pub const TRANSACTION_ITEMS: usize = 100;
pub const TRANSACTION_BYTES: usize = 4 * 1024 * 1024;
pub const LOCAL_INDEXES: usize = 5;
pub const GLOBAL_INDEXES: usize = 20;
/// Attributes that all indexes of a table project by name.
pub const PROJECTED_ATTRIBUTES: usize = 100;
pub const TABLES: usize = 2500;
pub const TAGS: usize = 50;
pub const ACCOUNT_CAPACITY: i64 = 80_000;
pub const TABLE_CAPACITY: i64 = 40_000;
/// How long unused provisioned capacity is kept.
pub const BURST_S: i64 = 300;
/// How long a transaction's token is remembered.
pub const TOKEN_MS: i64 = 10 * 60 * 1000;
/// How long a stream keeps its records.
pub const STREAM_MS: i64 = 24 * 3600 * 1000;
pub const STREAM_RECORDS: usize = 1000;
/// Of one answer of `GetRecords`.
pub const STREAM_PAGE_BYTES: usize = 1024 * 1024;
pub const ITERATOR_MS: i64 = 15 * 60 * 1000;

// How long changes take here. AWS names no times; these are short enough to wait for.
pub const CREATING_MS: i64 = 500;
pub const DELETING_MS: i64 = 500;
pub const UPDATING_MS: i64 = 500;
/// Of a global secondary index that is added to a table.
pub const BACKFILLING_MS: i64 = 2000;
pub const TTL_ENABLING_MS: i64 = 1000;
/// How long after its time an item is deleted: AWS says "within a few days".
pub const TTL_DELAY_MS: i64 = 5 * 60 * 1000;
/// Items whose time is longer ago than this are not deleted.
pub const TTL_OLDEST_S: i64 = 5 * 365 * 24 * 3600;
/// The most that replicas may lag.
pub const REPLICA_LAG_MS: i64 = 3600 * 1000;
