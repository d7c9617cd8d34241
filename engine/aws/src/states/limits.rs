//! Quotas.
//!
//! **Source**: Step Functions Developer Guide, "Service quotas"; API Reference, the limits of members.

/// A page of a listing, where the request names no size, and at most.
pub const PAGE: usize = 100;
pub const PAGE_MAX: i32 = 1000;

pub const INPUT_BYTES: usize = 262_144;
pub const TAGS: usize = 50;
pub const VERSIONS: usize = 1000;
pub const ALIASES: usize = 100;
pub const ERROR_LENGTH: usize = 256;
pub const CAUSE_LENGTH: usize = 32_768;

/// How long a worker's request for a task waits.
pub const POLL_MS: i64 = 60_000;

/// An Express execution ends after five minutes.
pub const EXPRESS_MS: i64 = 300_000;

/// How long the session of a machine's role is good for.
pub const SESSION_S: i64 = 12 * 3600;

/// A Standard execution ends after a year.
pub const STANDARD_S: i64 = 31_536_000;

/// Steps of an execution that happen at one instant; then time goes on, so that a loop without a wait ends too.
pub const STEPS_AT_ONCE: usize = 30_000;
/// How long such a burst takes.
pub const BURST_MS: i64 = 1_000;

/// Days in which a failed execution may be redriven.
pub const REDRIVE_MS: i64 = 14 * 24 * 3600 * 1000;
