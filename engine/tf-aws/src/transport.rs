//! How the provider's requests travel.

use nuvola_terraform::host::LocalBoxFuture;
use nuvola_wire::{Request, Response};

/// Why a request got no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransportError {
    /// No such host name.
    Unresolved { host: String },
    /// The connection failed, in the operating system's words.
    Failed { message: String },
}

/// The way to AWS. Requests arrive signed and complete.
pub trait Transport {
    /// # Errors
    /// When no answer came; an error answer of AWS is an answer.
    fn send(&self, request: Request) -> LocalBoxFuture<'_, Result<Response, TransportError>>;
    /// Waits, for retries and until something has become active.
    fn sleep_ms(&self, duration_ms: u64) -> LocalBoxFuture<'_, ()>;
    fn now_ms(&self) -> i64;
}
