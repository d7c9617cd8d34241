//! What the provider calls of STS.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`sts/2011-06-15/service-2.json`).

use super::tables::*;
use super::{Operation, services};

operations! { services::STS;
    GET_CALLER_IDENTITY "GetCallerIdentity" "POST" "/" {} -> {
        "UserId": STRING,
        "Account": STRING,
        "Arn": STRING,
    } errors [];
}
