//! ARNs of IAM, for what exists and for what does not.

use crate::auth::{Access, Principal};
use crate::context::OpContext;
use crate::iam::errors;
use crate::iam::shapes::Tag;
use crate::service::ApiResult;
use nuvola_kernel::Arn;

fn build(cx: &OpContext<'_>, resource: &str) -> String {
    Arn::build("iam", "", cx.account().as_str(), resource).to_string()
}

/// `arn:aws:iam::ACCOUNT:KIND/PATH/NAME`; paths begin and end with a slash.
pub fn with_path(cx: &OpContext<'_>, kind: &str, path: &str, name: &str) -> String {
    build(cx, &format!("{kind}{path}{name}"))
}

/// The ARN of something without a path.
pub fn named(cx: &OpContext<'_>, kind: &str, name: &str) -> String {
    with_path(cx, kind, "/", name)
}

/// What listings are about: everything under a path.
pub fn under(cx: &OpContext<'_>, kind: &str, prefix: Option<&str>) -> String {
    build(cx, &format!("{kind}{}", prefix.unwrap_or("/")))
}

pub fn role_arn(cx: &OpContext<'_>, name: &str) -> String {
    cx.state().iam.role(name).map_or_else(|| named(cx, "role", name), |role| role.entity.arn.clone())
}

pub fn user_arn(cx: &OpContext<'_>, name: &str) -> String {
    cx.state().iam.user(name).map_or_else(|| named(cx, "user", name), |user| user.entity.arn.clone())
}

pub fn group_arn(cx: &OpContext<'_>, name: &str) -> String {
    cx.state().iam.group(name).map_or_else(|| named(cx, "group", name), |group| group.entity.arn.clone())
}

pub fn profile_arn(cx: &OpContext<'_>, name: &str) -> String {
    let found = cx.state().iam.instance_profile(name);
    found.map_or_else(|| named(cx, "instance-profile", name), |profile| profile.arn.clone())
}

/// The user that is named, or the one who asks.
pub fn user_or_caller(cx: &OpContext<'_>, name: Option<&str>) -> String {
    match (name, &cx.principal) {
        (Some(name), _) => user_arn(cx, name),
        (None, Principal::User(user)) => user.arn.to_string(),
        (None, Principal::Root | Principal::Role(_) | Principal::Service(_) | Principal::Anonymous) => {
            named(cx, "user", "*")
        }
    }
}

/// Refuses what cannot be the ARN of a managed policy.
pub fn check_policy(arn: &str) -> ApiResult<()> {
    match Arn::parse(arn) {
        Some(parsed) if parsed.service() == "iam" && parsed.resource().starts_with("policy/") => Ok(()),
        Some(_) | None => Err(errors::invalid_arn(arn)),
    }
}

/// What a request that makes or tags something tells policies: its tags and its permissions boundary.
pub fn with_request(access: Access, tags: &[Tag], boundary: Option<&String>) -> Access {
    let access = access.with_request_tags(tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())));
    match boundary {
        Some(arn) => access.with_key("iam:PermissionsBoundary", [arn.clone()]),
        None => access,
    }
}
