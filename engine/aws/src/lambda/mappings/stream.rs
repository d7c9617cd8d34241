//! Mappings of DynamoDB streams: each lane reads the shard in order and stays at a batch until the function has
//! handled it, it was tried often enough, or it is too old.
//!
//! **Source**: AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB", "Retain discarded records for
//! a DynamoDB event source in Lambda", "Configuring partial batch response with DynamoDB and Lambda".

use crate::context::OpContext;
use crate::dynamodb::streams::feed::{self, Fed, Look};
use nuvola_kernel::Timestamp;
use serde_json::{Value, json};

use super::state::{Lane, Mapping, StreamBatch, StreamWork, Work};
use super::{InvocationResult, REFUSED_MS, actor, call, filter, look, outcome};
use crate::cloud;
use crate::lambda::destinations::{self, Parcel};
use crate::lambda::{Timer, limits};

/// The first and the longest wait before a batch is tried again.
const RETRY_FIRST_MS: i64 = 1000;
const RETRY_LONGEST_MS: i64 = 60_000;
const BATCH_BYTES: usize = limits::PAYLOAD_MAX_BYTES - 4096;
/// How many stretches one look may pass over without finding a record that fits.
const LOOKS_MOST: usize = 100;

fn part(mapping: &mut Mapping) -> &mut StreamWork {
    match &mut mapping.work {
        Work::Stream(work) => work,
        Work::Queue(_) => unreachable!("a mapping keeps the kind of its source"),
    }
}

fn lane_of(mapping: &mut Mapping, at: usize) -> Option<&mut Lane> {
    part(mapping).lanes.get_mut(at)
}

/// Sets the lanes up when the mapping is enabled; those that there are go on where they were.
pub fn begin(cx: &mut OpContext<'_>, mapping: &mut Mapping) {
    if matches!(mapping.work, Work::Queue(_)) {
        return;
    }
    let Some(source) = feed::source(cx, &mapping.source_arn) else { return };
    let wanted = usize::try_from(mapping.settings.parallelization).unwrap_or(1).max(1);
    let latest = mapping.settings.starting_position.as_deref() == Some("LATEST");
    let first = if latest { source.next } else { source.oldest };
    let work = part(mapping);
    if work.lanes.is_empty() {
        work.lanes = vec![Lane { position: first, ..Lane::default() }; wanted];
    } else if work.lanes.len() != wanted && work.lanes.iter().all(|lane| !lane.busy && !lane.waiting) {
        // Other lanes have other keys: all go on where the slowest was, as after an update on AWS.
        let from = |lane: &Lane| {
            lane.pending.iter().flat_map(|batch| &batch.numbers).copied().min().unwrap_or(lane.position)
        };
        let slowest = work.lanes.iter().map(from).min().unwrap_or(first);
        work.lanes = vec![Lane { position: slowest, ..Lane::default() }; wanted];
    }
}

/// Does what can be done now; gives the time at which there is more to do.
pub fn work(cx: &mut OpContext<'_>, mapping: &mut Mapping) -> Option<i64> {
    let mut due_ms: Option<i64> = None;
    for at in 0..part(mapping).lanes.len() {
        let Some(lane) = lane_of(mapping, at).filter(|lane| !lane.busy && !lane.waiting) else { continue };
        if lane.pending.is_empty() {
            match gather(cx, mapping, at) {
                Gathered::Batch => {}
                Gathered::Nothing => continue,
                Gathered::Later(at_ms) => {
                    due_ms = Some(due_ms.map_or(at_ms, |due_ms| due_ms.min(at_ms)));
                    continue;
                }
            }
        }
        invoke(cx, mapping, at as u64);
    }
    due_ms
}

enum Gathered {
    Batch,
    Nothing,
    /// There will be a batch at that time.
    Later(i64),
}

/// Takes the next batch of a lane.
fn gather(cx: &mut OpContext<'_>, mapping: &mut Mapping, at: usize) -> Gathered {
    let batch_size = usize::try_from(mapping.settings.batch_size).unwrap_or(1);
    let patterns = filter::read(&mapping.settings.filters).unwrap_or_default();
    let lanes = part(mapping).lanes.len() as u64;
    let Some((_, principal)) = actor(cx, mapping) else {
        mapping.last_result = "PROBLEM: The execution role cannot be assumed by Lambda.".to_owned();
        return Gathered::Later(cx.now_ms + REFUSED_MS);
    };
    let arn = mapping.source_arn.clone();
    let Some(lane) = lane_of(mapping, at) else { return Gathered::Nothing };
    let mut position = lane.position;
    let mut kept: Vec<Fed> = Vec::new();
    let mut bytes = 0;
    let mut more = true;
    for _ in 0..LOOKS_MOST {
        let look_at =
            Look { from: position, before: u64::MAX, lane: at as u64, lanes, most: batch_size - kept.len() };
        let found = look(cx, mapping, "GetRecords", |cx| feed::read(cx, &principal, &arn, look_at), |_| None);
        let Ok((found, _)) = found else {
            mapping.last_result =
                "PROBLEM: Lambda cannot read the stream with the permissions of the function's role."
                    .to_owned();
            return Gathered::Later(cx.now_ms + REFUSED_MS);
        };
        more = found.seen > position;
        for one in found.records {
            let size = one.record.to_string().len() + 1;
            if !kept.is_empty() && bytes + size > BATCH_BYTES {
                more = false;
                break;
            }
            position = one.number + 1;
            if filter::fits(&patterns, &one.record, None) {
                bytes += size;
                kept.push(one);
            }
        }
        if !more || kept.len() >= batch_size {
            break;
        }
        position = position.max(found.seen);
    }
    let now_ms = cx.now_ms;
    let window_ms = i64::from(mapping.settings.window_s) * 1000;
    let Some(lane) = lane_of(mapping, at) else { return Gathered::Nothing };
    let Some((first, last)) = kept.first().zip(kept.last()) else {
        // Nothing that fits: it need not be looked at again.
        (lane.position, lane.since_ms) = (position, None);
        return if more { Gathered::Later(now_ms + 1) } else { Gathered::Nothing };
    };
    let since_ms = *lane.since_ms.get_or_insert(now_ms);
    if kept.len() < batch_size && bytes < BATCH_BYTES && now_ms < since_ms + window_ms {
        return Gathered::Later(since_ms + window_ms);
    }
    lane.since_ms = None;
    lane.position = position;
    lane.pending = vec![StreamBatch {
        numbers: kept.iter().map(|one| one.number).collect(),
        failures: 0,
        invocations: 0,
        first_at_ms: first.at_ms,
        last_at_ms: last.at_ms,
        wait_ms: RETRY_FIRST_MS,
    }];
    Gathered::Batch
}

/// Reads a batch's records again; what is no longer kept is left out.
fn records(cx: &mut OpContext<'_>, mapping: &mut Mapping, at: usize, numbers: &[u64]) -> Option<Vec<Fed>> {
    let (_, principal) = actor(cx, mapping)?;
    let lanes = part(mapping).lanes.len() as u64;
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return Some(Vec::new()) };
    let look_at = Look { from: *first, before: *last + 1, lane: at as u64, lanes, most: usize::MAX };
    let arn = mapping.source_arn.clone();
    let size = |found: &feed::Found| Some(found.records.iter().map(|one| one.size_bytes).sum());
    let found = look(cx, mapping, "GetRecords", |cx| feed::read(cx, &principal, &arn, look_at), size);
    let mut records = found.ok()?.0.records;
    records.retain(|one| numbers.binary_search(&one.number).is_ok());
    Some(records)
}

/// Invokes the function with the first pending batch of a lane.
pub fn invoke(cx: &mut OpContext<'_>, mapping: &mut Mapping, lane: u64) {
    let at = usize::try_from(lane).unwrap_or(usize::MAX);
    let Some(found) = lane_of(mapping, at) else { return };
    let Some(batch) = found.pending.first().filter(|_| !found.busy).cloned() else { return };
    let Some(records) = records(cx, mapping, at, &batch.numbers) else {
        return again(cx, mapping, at, REFUSED_MS);
    };
    if records.is_empty() {
        // The stream has forgotten them.
        return next(cx, mapping, at);
    }
    if is_too_old(cx, mapping, &batch) {
        give_up(cx, mapping, at, "RecordAgeExceeded", None);
        return next(cx, mapping, at);
    }
    let shown: Vec<&Value> = records.iter().map(|one| &one.record).collect();
    let event = json!({"Records": shown}).to_string();
    match call(cx, mapping, lane, event, None) {
        Ok(_) => {
            let Some(lane) = lane_of(mapping, at) else { return };
            (lane.busy, lane.waiting) = (true, false);
            if let Some(batch) = lane.pending.first_mut() {
                batch.invocations += 1;
            }
        }
        // Throttled: that counts as no failure.
        Err(error) if error.status == 429 || error.status == 409 => {
            let wait_ms = batch.wait_ms;
            longer(mapping, at);
            again(cx, mapping, at, wait_ms);
        }
        Err(error) => {
            mapping.last_result = format!("PROBLEM: {}", error.message);
            again(cx, mapping, at, REFUSED_MS);
        }
    }
}

fn longer(mapping: &mut Mapping, at: usize) {
    if let Some(batch) = lane_of(mapping, at).and_then(|lane| lane.pending.first_mut()) {
        batch.wait_ms = (batch.wait_ms * 2).min(RETRY_LONGEST_MS);
    }
}

/// Tries the lane's batch again after a while; it is busy until then.
fn again(cx: &mut OpContext<'_>, mapping: &mut Mapping, at: usize, wait_ms: i64) {
    let timer = Timer::MappingRetry { id: mapping.uuid.clone(), batch: at as u64 };
    if let Some(lane) = lane_of(mapping, at) {
        (lane.busy, lane.waiting) = (false, true);
    }
    cx.schedule(cx.now_ms + wait_ms, cloud::Timer::Lambda(timer));
}

/// The lane's first batch is done with.
fn next(cx: &mut OpContext<'_>, mapping: &mut Mapping, at: usize) {
    let more = {
        let Some(lane) = lane_of(mapping, at) else { return };
        if !lane.pending.is_empty() {
            lane.pending.remove(0);
        }
        (lane.busy, lane.waiting) = (false, false);
        !lane.pending.is_empty()
    };
    if more {
        again(cx, mapping, at, 0);
    }
}

fn is_too_old(cx: &OpContext<'_>, mapping: &Mapping, batch: &StreamBatch) -> bool {
    let max_age_s = mapping.settings.max_age_s;
    max_age_s >= 0 && cx.now_ms - batch.first_at_ms > i64::from(max_age_s) * 1000
}

pub fn finished(cx: &mut OpContext<'_>, mapping: &mut Mapping, lane: u64, result: &InvocationResult) {
    let at = usize::try_from(lane).unwrap_or(usize::MAX);
    let Some(lane) = lane_of(mapping, at) else { return };
    lane.busy = false;
    let Some(batch) = lane.pending.first().cloned() else { return };
    let texts: Vec<String> = batch.numbers.iter().map(|number| feed::number_text(*number)).collect();
    let known: Vec<&str> = texts.iter().map(String::as_str).collect();
    let read = match (result.failed, mapping.settings.reports_failures) {
        (true, _) => outcome::Outcome::Failed,
        (false, true) => outcome::read(&result.payload, &known),
        (false, false) => outcome::Outcome::Done,
    };
    match read {
        outcome::Outcome::Done => {
            mapping.last_result = "OK".to_owned();
            next(cx, mapping, at);
        }
        outcome::Outcome::Partly(failed) => {
            // The lowest one that failed is where to go on.
            let first = texts.iter().position(|text| failed.contains(text)).unwrap_or(0);
            if first > 0
                && let Some(batch) = lane_of(mapping, at).and_then(|lane| lane.pending.first_mut())
            {
                batch.numbers.drain(..first);
            }
            failed_batch(cx, mapping, at, result);
        }
        outcome::Outcome::Failed => failed_batch(cx, mapping, at, result),
    }
}

/// Splits the batch, tries it again, or gives it up.
fn failed_batch(cx: &mut OpContext<'_>, mapping: &mut Mapping, at: usize, result: &InvocationResult) {
    mapping.last_result = "PROBLEM: Function call failed".to_owned();
    let (most, bisect) = (i64::from(mapping.settings.max_retries), mapping.settings.bisect);
    let Some(batch) = lane_of(mapping, at).and_then(|lane| lane.pending.first_mut()) else { return };
    batch.failures += 1;
    let batch = batch.clone();
    if is_too_old(cx, mapping, &batch) {
        give_up(cx, mapping, at, "RecordAgeExceeded", Some(result));
        return next(cx, mapping, at);
    }
    if bisect && batch.numbers.len() > 1 {
        // Splitting does not count as a retry.
        let (first, second) = batch.numbers.split_at(batch.numbers.len() / 2);
        let half = |numbers: &[u64]| StreamBatch {
            numbers: numbers.to_vec(),
            failures: batch.failures - 1,
            ..batch.clone()
        };
        let halves = [half(first), half(second)];
        if let Some(lane) = lane_of(mapping, at) {
            lane.pending.splice(..1, halves);
        }
        return again(cx, mapping, at, batch.wait_ms);
    }
    if most >= 0 && batch.failures > most {
        give_up(cx, mapping, at, "RetryAttemptsExhausted", Some(result));
        return next(cx, mapping, at);
    }
    longer(mapping, at);
    again(cx, mapping, at, batch.wait_ms);
}

/// What is discarded is told to the on-failure destination: where the records are, not what they hold.
fn give_up(
    cx: &mut OpContext<'_>,
    mapping: &mut Mapping,
    at: usize,
    condition: &str,
    result: Option<&InvocationResult>,
) {
    let Some(destination) = mapping.settings.on_failure.clone() else { return };
    let Some(batch) = lane_of(mapping, at).and_then(|lane| lane.pending.first()).cloned() else { return };
    let Some(source) = feed::source(cx, &mapping.source_arn) else { return };
    let found = cx.state().lambda.function(&mapping.region, &mapping.function);
    let Some(role_arn) = found
        .and_then(|function| function.version(&mapping.qualifier))
        .map(|version| version.settings.role.clone())
    else {
        return;
    };
    let function_arn = destinations::qualified(cx, &mapping.region, &mapping.function, &mapping.qualifier);
    let request_id = result.map_or_else(|| cx.ids().uuid(), |result| result.request_id.clone());
    let request = json!({
        "requestId": request_id,
        "functionArn": function_arn,
        "condition": condition,
        "approximateInvokeCount": batch.invocations,
    });
    let response =
        result.map(|result| destinations::response_context(&result.executed_version, result.failed));
    let mut record = destinations::record(cx.now_ms, request, response);
    let number = |number: Option<&u64>| feed::number_text(number.copied().unwrap_or(0));
    record["DDBStreamBatchInfo"] = json!({
        "shardId": source.shard_id,
        "startSequenceNumber": number(batch.numbers.first()),
        "endSequenceNumber": number(batch.numbers.last()),
        "approximateArrivalOfFirstRecord": Timestamp(batch.first_at_ms).iso_seconds(),
        "approximateArrivalOfLastRecord": Timestamp(batch.last_at_ms).iso_seconds(),
        "batchSize": batch.numbers.len(),
        "streamArn": mapping.source_arn,
    });
    let parcel = Parcel {
        what: "OnFailure",
        region: mapping.region.clone(),
        function_arn,
        function: mapping.function.clone(),
        role_arn,
        destination,
        body: record.to_string(),
        attributes: Vec::new(),
        failed: true,
        parent: Some(request_id),
    };
    destinations::send(cx, parcel);
}
