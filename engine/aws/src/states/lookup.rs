//! From the ARNs of requests to what they name; pages of listings; tags.

use super::errors;
use super::limits;
use super::names;
use super::state::{Execution, StateMachine};
use crate::auth::Access;
use crate::context::OpContext;
use crate::paging;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_wire::shape;
use std::collections::BTreeMap;

shape! {
    /// A tag of a machine or an activity.
    pub struct Tag {
        #[wire("key")] pub key: Option<String>,
        #[wire("value")] pub value: Option<String>,
    }
}

/// The permission on what an ARN names; versions and aliases are judged by their own ARN.
pub fn access(action: &str, arn: &str) -> Access {
    Access::to(action, arn)
}

pub fn machine<'a>(cx: &'a OpContext<'_>, arn: &str) -> ApiResult<&'a StateMachine> {
    names::expect(arn, &["stateMachine"])?;
    cx.state().states.machines.get(arn).ok_or_else(|| errors::no_such_machine(arn))
}

pub fn machine_mut<'a>(cx: &'a mut OpContext<'_>, arn: &str) -> ApiResult<&'a mut StateMachine> {
    cx.states().machines.get_mut(arn).ok_or_else(|| errors::no_such_machine(arn))
}

pub fn execution<'a>(cx: &'a OpContext<'_>, arn: &str) -> ApiResult<&'a Execution> {
    let name = names::expect(arn, &["execution", "express"])?;
    if name.kind == "express" {
        return Err(errors::wrong_resource_type("express", &["execution"]));
    }
    cx.state().states.executions.get(arn).ok_or_else(|| errors::no_such_execution(arn))
}

/// A page's size, and the position after which it begins.
pub fn page(scope: &str, size: Option<i32>, token: Option<&str>) -> ApiResult<(usize, Option<String>)> {
    let mut validation = Validation::new();
    validation.range("maxResults", size.unwrap_or(0).into(), 0, limits::PAGE_MAX.into());
    validation.finish("ValidationException")?;
    let size = match size.unwrap_or(0) {
        0 => limits::PAGE,
        size => usize::try_from(size).unwrap_or(limits::PAGE),
    };
    let after = token.map(|token| {
        paging::position(scope, token)
            .ok_or_else(|| errors::invalid_token(&format!("Invalid Token: {token}")))
    });
    Ok((size, after.transpose()?))
}

/// Tags of a request, over those that are there.
pub fn tagged(
    arn: &str,
    before: &BTreeMap<String, String>,
    tags: Vec<Tag>,
) -> ApiResult<BTreeMap<String, String>> {
    let mut all = before.clone();
    for tag in tags {
        let key = tag.key.unwrap_or_default();
        let mut validation = Validation::new();
        validation.length("tags.1.member.key", &key, 1, 128);
        validation.finish("ValidationException")?;
        all.insert(key, tag.value.unwrap_or_default());
    }
    match all.len() > limits::TAGS {
        true => Err(errors::too_many_tags(arn)),
        false => Ok(all),
    }
}
