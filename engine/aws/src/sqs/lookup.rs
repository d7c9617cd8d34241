//! From the address in a request to a queue, and back.

use super::errors;
use super::state::Queue;
use crate::auth::{Access, ResourcePolicy};
use crate::context::OpContext;
use crate::service::{ApiResult, OperationDef};
use nuvola_wire::{Request, Structure, Value};

/// The address of a queue, at the host that the client used.
pub fn url(cx: &OpContext<'_>, name: &str) -> String {
    let http = &cx.request.http;
    format!("{}://{}/{}/{name}", http.scheme.as_str(), http.host, cx.account())
}

/// Account and name in an address: `https://HOST/ACCOUNT/NAME`.
fn parts(url: &str) -> Option<(&str, &str, &str)> {
    let (_, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let (account, name) = path.split_once('/')?;
    let fits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (fits && !name.is_empty() && !name.contains('/')).then_some((host, account, name))
}

/// The name of the queue that an address of this account and region names.
pub fn name_of(cx: &OpContext<'_>, url: &str) -> ApiResult<String> {
    let (host, account, name) = parts(url).ok_or_else(|| errors::invalid_address(url))?;
    let name_of_host = host.split(':').next().and_then(|host| host.strip_suffix(".amazonaws.com"));
    let region = name_of_host.and_then(|host| host.strip_prefix("sqs.").or(host.strip_suffix(".queue")));
    if region.is_some_and(|region| region != cx.region.as_str()) {
        return Err(errors::invalid_address(url));
    }
    if account != cx.account().as_str() {
        return Err(errors::queue_does_not_exist(cx));
    }
    Ok(name.to_owned())
}

/// The permission for `action` on the queue with this address, judged with the queue's policy. What is no
/// address asks for the permission on the text itself; the handler then refuses it.
pub fn to_queue(cx: &OpContext<'_>, action: &str, url: &str) -> Access {
    match parts(url) {
        Some((_, _, name)) => to_name(cx, action, name),
        None => Access::to(action, cx.arn("sqs", "").to_string()),
    }
}

pub fn to_name(cx: &OpContext<'_>, action: &str, name: &str) -> Access {
    let arn = cx.arn("sqs", name).to_string();
    let queue = cx.state().sqs.queue(&cx.region, name);
    let policy = queue
        .and_then(|queue| Some(ResourcePolicy { name: queue.arn.clone(), document: queue.policy.clone()? }));
    Access::to(action, arn).with_resource_policy(policy)
}

/// The queue with this address.
pub fn find<'a>(cx: &'a OpContext<'_>, url: &str) -> ApiResult<&'a Queue> {
    let name = name_of(cx, url)?;
    cx.state().sqs.queue(&cx.region, &name).ok_or_else(|| errors::queue_does_not_exist(cx))
}

/// The queue of this name, to change it; [`find`] it first.
pub fn queue_mut<'a>(cx: &'a mut OpContext<'_>, name: &str) -> &'a mut Queue {
    let region = cx.region.clone();
    cx.sqs().queue_mut(&region, name).expect("the queue was found before")
}

/// A request to a queue's own address need not name the queue again.
pub fn complement(request: &Request, op: &OperationDef, input: &mut Structure) {
    const MEMBER: &str = "QueueUrl";
    if op.schema.input.member(MEMBER).is_none() || input.get(MEMBER).is_some() {
        return;
    }
    let url = format!("{}://{}{}", request.scheme.as_str(), request.host, request.path);
    if parts(&url).is_some() {
        input.insert(MEMBER, Value::String(url));
    }
}
