//! Who asks (authentication), and whether they may (authorisation).
//!
//! [`authenticate`] finds the principal behind a signature; [`authorize`] judges one action on one
//! resource by every policy that has a say, and keeps the reasons.

mod access;
mod authenticate;
mod credentials;
mod decision;
pub mod errors;
mod judge;
pub mod policy;
mod principal;
mod queries;

pub use access::{Access, AccessCheck, ResourcePolicy};
pub(crate) use authenticate::owner;
pub use authenticate::{AuthMode, Identity, authenticate, note_use};
pub use credentials::{Credentials, MARK as ACCESS_KEY_MARK};
pub use decision::{Decision, Missed, NearMiss, PolicyKind, Reason, Remedy, StatementEffect, StatementRef};
pub use judge::authorize;
pub use policy::Verdict;
pub use principal::{Principal, RoleSession, UserPrincipal};
pub use queries::{Permissions, PolicyView, StatementView};
