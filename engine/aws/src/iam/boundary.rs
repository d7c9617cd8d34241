//! Permissions boundaries.

use crate::context::OpContext;
use crate::iam::{arns, errors, managed_policy};
use crate::service::ApiResult;

/// Refuses a boundary that is no managed policy.
pub fn check(cx: &mut OpContext<'_>, arn: Option<&str>) -> ApiResult<()> {
    let Some(arn) = arn else { return Ok(()) };
    arns::check_policy(arn)?;
    match managed_policy(cx.iam(), arn) {
        Some(_) => Ok(()),
        None => Err(errors::policy_not_attachable(arn)),
    }
}
