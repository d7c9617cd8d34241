//! The preview browser's judgement of requests: the Fetch standard's CORS protocol, as Chrome applies it.
//!
//! Start reading at [`call::Call`]: it says what to send next and judges what comes back, until the script
//! gets its reply. `check` holds the judgements, `safelist` what needs no permission, `messages` Chrome's texts.
//!
//! Deliberately absent: cookies (nothing here sets any), the HTTP cache, and the cache of preflights, so that
//! each call shows its whole exchange.

pub mod address;
pub mod call;
pub mod check;
pub mod messages;
pub mod safelist;

pub use call::{Call, Next};
