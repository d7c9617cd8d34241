//! Temporary credentials and what they stand for.

use crate::auth::{Access, Credentials, Principal, ResourcePolicy, RoleSession};
use crate::context::OpContext;
use nuvola_kernel::Arn;
use nuvola_kernel::Map;
use serde::{Deserialize, Serialize};

/// Sessions that are this long over are forgotten: until then they answer that they have expired.
const FORGET_AFTER_MS: i64 = 24 * 3600 * 1000;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    /// By access key id.
    pub sessions: Map<String, Session>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub credentials: Credentials,
    pub principal: Principal,
    /// **Units**: Unix milliseconds.
    pub issued_at_ms: i64,
}

/// Makes temporary credentials for a principal.
pub(super) fn issue(cx: &mut OpContext<'_>, principal: Principal, duration_s: i64) -> Credentials {
    let now_ms = cx.now_ms;
    // STS tells times in whole seconds.
    let expires_at_ms = (cx.now().epoch_s() + duration_s) * 1000;
    let credentials = Credentials::temporary(cx.ids(), expires_at_ms);
    let sessions = &mut cx.sts().sessions;
    sessions.retain(|_, session| {
        session.credentials.expires_at_ms.is_none_or(|expires_at_ms| expires_at_ms + FORGET_AFTER_MS > now_ms)
    });
    let session = Session { credentials: credentials.clone(), principal, issued_at_ms: now_ms };
    sessions.insert(credentials.access_key_id.clone(), session);
    credentials
}

/// Whether a role exists and its trust policy lets the service (`lambda.amazonaws.com`) assume it.
///
/// The policy may ask for the account (`aws:SourceAccount`); it is told of no resource.
pub fn can_assume(cx: &mut OpContext<'_>, role_arn: &str, service: &str) -> bool {
    can_assume_for(cx, role_arn, service, None)
}

/// As [`can_assume`], in the name of a resource, for which the policy may ask (`aws:SourceArn`).
pub fn can_assume_for(cx: &mut OpContext<'_>, role_arn: &str, service: &str, caller: Option<&str>) -> bool {
    let Some(role) = cx.state().iam.role_by_arn(role_arn) else { return false };
    let policy = ResourcePolicy { name: role_arn.to_owned(), document: role.trust_policy.clone() };
    let account = cx.account().to_string();
    let mut access = Access::to("sts:AssumeRole", role_arn)
        .with_trust_policy(policy)
        .with_key("aws:SourceAccount", [account]);
    if let Some(arn) = caller {
        access = access.with_key("aws:SourceArn", [arn.to_owned()]);
    }
    let service = Principal::Service(service.to_owned());
    access.checks.iter().all(|check| cx.judge_as(&service, check).allowed)
}

/// Credentials of a role for a service that acts in its name; none, if the service may not assume it.
///
/// `caller` is the resource that acts, the ARN of a function say: traces tell it.
pub fn role_session(
    cx: &mut OpContext<'_>,
    role_arn: &str,
    service: &str,
    session_name: &str,
    caller: Option<String>,
    duration_s: i64,
) -> Option<(Credentials, Principal)> {
    if !can_assume_for(cx, role_arn, service, caller.as_deref()) {
        return None;
    }
    let principal = role_principal(cx, role_arn, session_name, caller)?;
    Some((issue(cx, principal.clone(), duration_s), principal))
}

/// A role as a service acts in its name within the cloud, which needs no credentials; none, if the service may
/// not assume it.
pub fn role_actor(
    cx: &mut OpContext<'_>,
    role_arn: &str,
    service: &str,
    session_name: &str,
    caller: Option<String>,
) -> Option<Principal> {
    if !can_assume_for(cx, role_arn, service, caller.as_deref()) {
        return None;
    }
    role_principal(cx, role_arn, session_name, caller)
}

/// The principal of a role's session, without credentials.
pub(super) fn role_principal(
    cx: &OpContext<'_>,
    role_arn: &str,
    session_name: &str,
    caller: Option<String>,
) -> Option<Principal> {
    let role = cx.state().iam.role_by_arn(role_arn)?;
    Some(Principal::Role(RoleSession {
        role_name: role.entity.name.clone(),
        role_arn: Arn::parse(role_arn)?,
        role_id: role.entity.id.clone(),
        session_name: session_name.to_owned(),
        session_policies: Vec::new(),
        tags: Vec::new(),
        transitive_tag_keys: Vec::new(),
        source_identity: None,
        caller,
    }))
}
