//! The provider against a real cloud in the same process.

mod dynamodb;
mod iam;
mod lifecycle;
mod plans;
mod pow;
mod world;
