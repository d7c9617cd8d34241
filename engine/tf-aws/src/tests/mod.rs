//! The provider against a real cloud in the same process.

mod backend;
mod dynamodb;
mod ec2;
mod iam;
mod lifecycle;
mod messaging;
mod plans;
mod pow;
mod s3;
mod sfn;
mod sqs;
mod world;
