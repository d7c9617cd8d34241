//! The policy engine: documents, patterns, conditions, and the verdict over a set of policies.
//!
//! Everything here is pure: a [`document::Policy`] and a [`evaluate::Question`] in, a verdict out.
//!
//! **Source**: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy reference".

mod cache;
pub mod condition;
pub mod document;
pub mod evaluate;
pub mod explain;
pub mod pattern;
pub mod places;

pub use cache::PolicyCache;
pub use document::{Policy, PolicyProblem, PolicyUse};
pub use evaluate::{AttachedPolicy, Question, Verdict, evaluate};
