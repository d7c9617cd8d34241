//! The execution role: may it be passed, can Lambda assume it, and the credentials that come of it.

use crate::auth::{Access, Credentials, Principal};
use crate::context::OpContext;
use crate::service::ApiResult;
use crate::sts;

use super::errors;
use super::state::Function;

/// The service that assumes execution roles.
pub const LAMBDA: &str = "lambda.amazonaws.com";

/// How long the credentials of an environment are good for: no environment lives longer.
const SESSION_S: i64 = 12 * 3600;

/// The permission to hand a role to Lambda.
/// **Source**: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
pub fn pass_access(role_arn: &str) -> Access {
    Access::to("iam:PassRole", role_arn).with_key("iam:PassedToService", [LAMBDA.to_owned()])
}

/// Refuses a role that does not exist, or whose trust policy does not let Lambda assume it for the function.
pub fn check_assumable(cx: &mut OpContext<'_>, role_arn: &str, function_arn: &str) -> ApiResult<()> {
    match sts::can_assume_for(cx, role_arn, LAMBDA, Some(function_arn)) {
        true => Ok(()),
        false => Err(errors::role_not_assumable()),
    }
}

/// The role as Lambda itself acts in its name, for a poller or a destination; none, if it cannot assume it.
pub fn actor(cx: &mut OpContext<'_>, role_arn: &str, function: &Function) -> Option<Principal> {
    // Whether the trust still holds is no permission of what is being done.
    let before = cx.trace.decisions.len();
    let actor = sts::role_actor(cx, role_arn, LAMBDA, &function.name, Some(function.arn.clone()));
    cx.trace.decisions.truncate(before);
    actor
}

/// A session for an environment of the function; none, if the role is gone or no longer trusts Lambda.
pub fn session(
    cx: &mut OpContext<'_>,
    role_arn: &str,
    function: &Function,
) -> Option<(Credentials, Principal)> {
    let caller = Some(function.arn.clone());
    sts::role_session(cx, role_arn, LAMBDA, &function.name, caller, SESSION_S)
}
