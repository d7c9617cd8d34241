//! The preview browser's judgement of requests: the Fetch standard's CORS protocol, as Chrome applies it.
//!
//! Start reading at [`call::Call`]: it says what to send next and judges what comes back, until the script
//! gets its reply. `check` holds the judgements, `safelist` what needs no permission, `messages` Chrome's texts.
//!
//! `preflights` are the permissions that are kept, `diagnosis` says what would fix a blocked call and where.
//!
//! Deliberately absent: cookies (nothing here sets any) and the HTTP cache.

pub mod address;
pub mod call;
pub mod check;
pub mod diagnosis;
pub mod messages;
pub mod preflights;
pub mod safelist;

pub use call::{Call, Next};
pub use preflights::Preflights;
