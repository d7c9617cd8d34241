//! What every other crate of the engine stands on: time values, seeded ids, the event queue, ARNs, bytes.
//!
//! Invariant: nothing here (nor in any crate above, up to `lab`) reads a clock, draws randomness,
//! starts a thread or performs I/O. Time and seeds arrive as inputs.

pub mod archive;
mod arn;
mod blob;
pub mod crc;
mod ids;
pub mod map;
pub mod ordered;
mod queue;
pub mod stored;
mod time;

pub use arn::{AccountId, Arn, Region};
pub use blob::Blob;
pub use ids::IdSource;
pub use map::Map;
pub use ordered::Ordered;
pub use queue::EventQueue;
pub use time::Timestamp;

/// The account that owns everything in a lab; other emulators' suites expect this number too.
pub const DEFAULT_ACCOUNT: &str = "123456789012";

/// The region of the course.
pub const DEFAULT_REGION: &str = "eu-south-1";
