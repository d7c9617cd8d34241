//! Quotas of Lambda. Source unless said otherwise: AWS Lambda Developer Guide, "Lambda quotas".

/// The name of the unpublished version.
pub const LATEST: &str = "$LATEST";
/// Invocations of one region that may run at once, as an account gets by default.
pub const CONCURRENT_EXECUTIONS: u32 = 1000;
/// What reserving concurrency must leave for the other functions.
pub const UNRESERVED_CONCURRENCY_MINIMUM: u32 = 100;
pub const TIMEOUT_MAX_S: i32 = 900;
pub const TIMEOUT_DEFAULT_S: u32 = 3;
pub const MEMORY_MIN_MB: i32 = 128;
pub const MEMORY_MAX_MB: i32 = 10_240;
pub const EPHEMERAL_STORAGE_MIN_MB: i32 = 512;
pub const EPHEMERAL_STORAGE_MAX_MB: i32 = 10_240;
pub const ENVIRONMENT_VARIABLES_MAX_BYTES: usize = 4096;
pub const CODE_ZIPPED_MAX_BYTES: usize = 52_428_800;
pub const CODE_UNZIPPED_MAX_BYTES: u64 = 262_144_000;
pub const CODE_TOTAL_MAX_BYTES: i64 = 80_530_636_800;
pub const FUNCTION_NAME_MAX_CHARS: usize = 64;
pub const LAYERS_MAX: usize = 5;
pub const TAGS_MAX: usize = 50;
pub const POLICY_MAX_BYTES: usize = 20_480;
/// Synchronous request and response payloads.
pub const PAYLOAD_MAX_BYTES: usize = 6_291_456;
/// What a response may hold beyond its payload, as the error's text counts it.
pub const RESPONSE_MAX_BYTES: usize = 6_291_556;
/// Asynchronous payloads (1 MB since October 2025).
pub const EVENT_PAYLOAD_MAX_BYTES: usize = 1_048_576;
/// The end of the log that `LogType=Tail` returns. Source: AWS Lambda API Reference, "Invoke".
pub const LOG_TAIL_BYTES: usize = 4096;
/// The longest log text kept of one invocation: one log event's size limit at CloudWatch Logs.
pub const LOG_EVENT_MAX_BYTES: usize = 1_048_550;
/// Source: AWS Lambda Developer Guide, "Lambda execution environment lifecycle": Init is limited to 10 s.
pub const INIT_TIMEOUT_MS: i64 = 10_000;

// How long things take is not documented; these are of the order that an account shows.

/// From CreateFunction or PublishVersion to `Active`.
pub const CREATE_MS: i64 = 1500;
/// From an update to `Successful`.
pub const UPDATE_MS: i64 = 1000;
/// After this time without a request an environment is shut down.
pub const ENVIRONMENT_IDLE_MS: i64 = 8 * 60 * 1000;

/// Waits before the first and the second retry of a failed asynchronous event.
/// Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
pub const EVENT_RETRY_MS: [i64; 2] = [60_000, 120_000];
/// The first and the longest wait after throttling or a system error (same page: 1 second to 5 minutes).
pub const EVENT_THROTTLE_FIRST_MS: i64 = 1000;
pub const EVENT_THROTTLE_LONGEST_MS: i64 = 300_000;
/// Events wait in the queue for up to 6 hours (same page).
pub const EVENT_AGE_MAX_S: i64 = 21_600;
