//! The provider against a real cloud in the same process.

mod iam;
mod lifecycle;
mod plans;
mod pow;
mod s3;
mod world;
