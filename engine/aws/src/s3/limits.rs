//! Quotas and sizes of S3.

/// **Source**: S3 User Guide, "Amazon S3 multipart upload limits".
pub const MIN_PART_BYTES: u64 = 5 * 1024 * 1024;
/// **Source**: S3 User Guide, "Amazon S3 multipart upload limits".
pub const MAX_PART_NUMBER: i64 = 10_000;
/// A single PUT takes at most this much. **Source**: S3 User Guide, "Uploading objects".
pub const MAX_PUT_BYTES: u64 = 5 * 1024 * 1024 * 1024;
/// **Source**: S3 User Guide, "Naming Amazon S3 objects".
pub const MAX_KEY_BYTES: usize = 1024;
/// User metadata: names and values summed. **Source**: S3 User Guide, "Working with object metadata".
pub const MAX_METADATA_BYTES: usize = 2048;
/// **Source**: API reference, "ListObjectsV2" and its kin, "DeleteObjects".
pub const MAX_LISTED_KEYS: i64 = 1000;
/// **Source**: API reference, "DeleteObjects".
pub const MAX_DELETED_KEYS: usize = 1000;
/// **Source**: API reference, "ListBuckets": `MaxBuckets`.
pub const MAX_LISTED_BUCKETS: i64 = 10_000;
/// **Source**: S3 User Guide, "Categorizing your objects using tags".
pub const MAX_OBJECT_TAGS: usize = 10;
/// **Source**: S3 User Guide, "Using cost allocation S3 bucket tags".
pub const MAX_BUCKET_TAGS: usize = 50;
/// In UTF-16 units, as AWS counts. **Source**: S3 User Guide, "Categorizing your objects using tags".
pub const MAX_TAG_KEY_CHARS: usize = 128;
pub const MAX_TAG_VALUE_CHARS: usize = 256;
/// **Source**: S3 User Guide, "Bucket policies for Amazon S3": 20 KB.
pub const MAX_POLICY_BYTES: usize = 20 * 1024;
/// **Source**: S3 User Guide, "Elements of a CORS configuration".
pub const MAX_CORS_RULES: usize = 100;
/// **Source**: S3 User Guide, "(Optional) Configuring a webpage redirect".
pub const MAX_ROUTING_RULES: usize = 50;
/// **Source**: S3 User Guide, "Managing the lifecycle of objects".
pub const MAX_LIFECYCLE_RULES: usize = 1000;
/// **Source**: AWS General Reference, "Amazon S3 endpoints and quotas": general purpose buckets per account.
pub const MAX_BUCKETS: usize = 10_000;
