//! Streams as sources of events: what Lambda's pollers read, in the name of a function's role.

use super::{Stream, ops, sequence_number};
use crate::auth::{Access, Principal, errors as auth_errors};
use crate::context::OpContext;
use crate::dynamodb::errors;
use crate::dynamodb::key::partition_bytes;
use crate::service::ApiResult;
use nuvola_kernel::crc::crc32;
use nuvola_kernel::{Arn, Region};
use serde_json::Value;

/// How many records one look goes through.
const LOOK_MOST: usize = 10_000;

/// The actions on a stream that a function's role needs.
pub const SOURCE_ACTIONS: [&str; 4] = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"];

/// A record as a function gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fed {
    pub number: u64,
    pub at_ms: i64,
    pub size_bytes: usize,
    pub record: Value,
}

/// Where to read, and what.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The first record's number.
    pub from: u64,
    /// The record's number before which to stop.
    pub before: u64,
    /// Of so many lanes, the one whose records are wanted: those of one partition key are in one lane.
    pub lane: u64,
    pub lanes: u64,
    pub most: usize,
}

/// What a look found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub records: Vec<Fed>,
    /// The number up to which everything was seen.
    pub seen: u64,
}

/// What a poller must know of a stream.
#[derive(Debug, Clone)]
pub struct SourceStream {
    pub shard_id: String,
    /// The numbers of the oldest record that can be read, and of the next one to come.
    pub oldest: u64,
    pub next: u64,
}

/// Tells those who read a table's stream that there is something new.
pub fn tell(cx: &mut OpContext<'_>, table: &str) {
    let region = cx.state().dynamodb.regions.get(&cx.region);
    let stream = region.and_then(|region| region.tables.get(table)).and_then(|table| table.stream.as_ref());
    if let Some(arn) = stream.map(|stream| stream.arn.clone()) {
        crate::lambda::source_ready(cx, &arn);
    }
}

fn find<'s>(cx: &'s OpContext<'_>, arn: &str) -> Option<&'s Stream> {
    let parsed = Arn::parse(arn).filter(|arn| arn.service() == "dynamodb")?;
    let region = cx.state().dynamodb.regions.get(&Region::new(parsed.region()))?;
    ops::find_in(region, arn, cx.now_ms)
}

/// The stream with this ARN, open or closed.
pub fn source(cx: &OpContext<'_>, arn: &str) -> Option<SourceStream> {
    let stream = find(cx, arn)?;
    Some(SourceStream {
        shard_id: stream.shard_id.clone(),
        oldest: stream.oldest(cx.now_ms),
        next: stream.next,
    })
}

/// Refuses what a principal may not do with a stream. `ListStreams` may be allowed on everything.
pub fn authorise(cx: &mut OpContext<'_>, principal: &Principal, arn: &str) -> ApiResult<()> {
    for action in SOURCE_ACTIONS {
        let access = Access::to(&format!("dynamodb:{action}"), arn);
        for check in &access.checks {
            let decision = cx.judge_as(principal, check);
            if !decision.allowed {
                return Err(auth_errors::access_denied(cx, &decision));
            }
        }
    }
    Ok(())
}

/// Reads records in a principal's name.
pub fn read(cx: &mut OpContext<'_>, principal: &Principal, arn: &str, look: Look) -> ApiResult<Found> {
    authorise(cx, principal, arn)?;
    let stream = find(cx, arn).ok_or_else(|| errors::no_such_stream(arn))?;
    Ok(look_into(stream, look, cx.now_ms))
}

fn look_into(stream: &Stream, look: Look, now_ms: i64) -> Found {
    let region = Arn::parse(&stream.arn).map(|arn| arn.region().to_owned()).unwrap_or_default();
    let mut found = Found { records: Vec::new(), seen: look.from };
    for record in stream.from(look.from, now_ms).take(LOOK_MOST) {
        if record.number >= look.before || found.records.len() >= look.most {
            break;
        }
        found.seen = record.number + 1;
        if lane_of(stream, record, look.lanes) != look.lane {
            continue;
        }
        let mut shown = ops::shown(&region, stream, record);
        shown["eventSourceARN"] = stream.arn.as_str().into();
        found.records.push(Fed {
            number: record.number,
            at_ms: record.at_ms,
            size_bytes: record.size_bytes(),
            record: shown,
        });
    }
    found
}

fn lane_of(stream: &Stream, record: &super::Record, lanes: u64) -> u64 {
    if lanes < 2 {
        return 0;
    }
    let value = stream.key.names().next().and_then(|name| record.keys.get(name));
    u64::from(value.map_or(0, |value| crc32(&partition_bytes(value)))) % lanes
}

/// A record's number as clients see it.
pub fn number_text(number: u64) -> String {
    sequence_number(number)
}
