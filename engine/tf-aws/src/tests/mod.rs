//! The provider against a real cloud in the same process.

mod ec2;
mod dynamodb;
mod iam;
mod lifecycle;
mod plans;
mod pow;
mod world;
