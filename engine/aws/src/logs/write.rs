//! Logs that services write in the name of those for whom they act.

use crate::auth::{AccessCheck, Principal};
use crate::context::OpContext;
use crate::logs::ops::{groups, streams};

/// Writes events (`at_ms`, message) to a stream, and makes the group and the stream if they are missing.
///
/// `principal` is in whose name: a function's role, say. Each step needs its permission, and false means
/// that one was lacking: then nothing more is written, as on AWS.
pub fn write(
    cx: &mut OpContext<'_>,
    principal: &Principal,
    group: &str,
    stream: &str,
    events: Vec<(i64, String)>,
) -> bool {
    let region = cx.region.clone();
    let group_arn = groups::arn_of(cx, group);
    let stream_arn = streams::arn_of(cx, group, stream);
    if cx.logs().group(&region, group).is_none() {
        if !may(cx, principal, "logs:CreateLogGroup", &group_arn) {
            return false;
        }
        let made = groups::make(cx, group);
        groups::insert(cx, made);
    }
    let exists = cx.logs().group(&region, group).is_some_and(|group| group.streams.contains_key(stream));
    if !exists && !may(cx, principal, "logs:CreateLogStream", &stream_arn) {
        return false;
    }
    if !may(cx, principal, "logs:PutLogEvents", &stream_arn) {
        return false;
    }
    let now_ms = cx.now_ms;
    let empty = streams::make(cx, stream);
    if let Some(group) = cx.logs().group_mut(&region, group) {
        group.streams.entry(stream.to_owned()).or_insert(empty);
        group.add(stream, now_ms, events);
    }
    true
}

fn may(cx: &mut OpContext<'_>, principal: &Principal, action: &str, resource: &str) -> bool {
    let check =
        AccessCheck { action: action.to_owned(), resource: resource.to_owned(), ..AccessCheck::default() };
    cx.judge_as(principal, &check).allowed
}
