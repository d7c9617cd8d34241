//! The provider against a real cloud in the same process.

mod iam;
mod lifecycle;
mod plans;
mod pow;
mod sqs;
mod world;
