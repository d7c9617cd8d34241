//! Mappings of SQS queues: receive, filter, gather, invoke, delete.
//!
//! **Source**: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", "Configuring scaling behavior for SQS
//! event source mappings", "Handling errors for an SQS event source in Lambda".

use crate::context::OpContext;
use crate::sqs::{self, Polled};
use serde_json::json;

use super::state::{Mapping, QueueBatch, QueueWork, Work};
use super::{InvocationResult, REFUSED_MS, actor, call, filter, look, outcome};
use crate::cloud;
use crate::lambda::{Timer, limits};

/// Lambda begins with up to five batches at once, ...
pub const FIRST_BATCHES: usize = 5;
/// ... and while messages wait, adds as many each second: 300 a minute, ...
const MORE_BATCHES: usize = 5;
const MORE_AFTER_MS: i64 = 1000;
/// ... up to so many.
const MOST_BATCHES: usize = 1250;
/// The first and the longest wait for a throttled function.
const THROTTLE_FIRST_MS: i64 = 1000;
const THROTTLE_LONGEST_MS: i64 = 30_000;
/// Records of a batch may take so much of an invocation's 6 MB.
const BATCH_BYTES: usize = limits::PAYLOAD_MAX_BYTES - 4096;
/// How often one look receives at most; what is left is looked at again at once.
const RECEIVES_MOST: usize = 2000;

fn part(mapping: &mut Mapping) -> &mut QueueWork {
    match &mut mapping.work {
        Work::Queue(work) => work,
        Work::Stream(_) => unreachable!("a mapping keeps the kind of its source"),
    }
}

/// How many batches may run now.
fn limit(mapping: &mut Mapping) -> usize {
    let most =
        mapping.settings.max_concurrency.map_or(MOST_BATCHES, |most| usize::try_from(most).unwrap_or(2));
    part(mapping).limit.min(most)
}

/// Does what can be done now; gives the time at which there is more to do.
pub fn work(cx: &mut OpContext<'_>, mapping: &mut Mapping) -> Option<i64> {
    let arn = mapping.source_arn.clone();
    let batch_size = usize::try_from(mapping.settings.batch_size).unwrap_or(1);
    let window_ms = i64::from(mapping.settings.window_s) * 1000;
    grow(cx, mapping);
    for _ in 0..RECEIVES_MOST {
        let room = part(mapping).batches.len() < limit(mapping);
        if !room {
            return sqs::source(cx, &arn)
                .filter(|source| source.ready)
                .map(|_| part(mapping).limit_at_ms.max(cx.now_ms + 1));
        }
        let now_ms = cx.now_ms;
        let gathered = part(mapping).gathered.len();
        if gathered > 0
            && (gathered >= batch_size
                || now_ms >= part(mapping).since_ms + window_ms
                || part(mapping).gathered_bytes >= BATCH_BYTES)
        {
            dispatch(cx, mapping);
            continue;
        }
        let ready = sqs::source(cx, &arn).is_some_and(|source| source.ready);
        if !ready {
            return (gathered > 0).then(|| part(mapping).since_ms + window_ms);
        }
        if let Err(wait_ms) = receive(cx, mapping, batch_size - gathered) {
            return Some(cx.now_ms + wait_ms);
        }
    }
    Some(cx.now_ms + 1)
}

/// Scales up while messages wait, and begins anew when all is done.
fn grow(cx: &mut OpContext<'_>, mapping: &mut Mapping) {
    let now_ms = cx.now_ms;
    let work = part(mapping);
    if work.batches.is_empty() {
        work.limit = FIRST_BATCHES;
        work.limit_at_ms = now_ms + MORE_AFTER_MS;
    } else if work.batches.len() >= work.limit && now_ms >= work.limit_at_ms {
        work.limit = (work.limit + MORE_BATCHES).min(MOST_BATCHES);
        work.limit_at_ms = now_ms + MORE_AFTER_MS;
    }
}

/// One receive; the error is how long to wait before the next.
fn receive(cx: &mut OpContext<'_>, mapping: &mut Mapping, most: usize) -> Result<(), i64> {
    let arn = mapping.source_arn.clone();
    let Some((_, principal)) = actor(cx, mapping) else {
        mapping.refusal = Some("The execution role cannot be assumed by Lambda.".to_owned());
        return Err(REFUSED_MS);
    };
    let found = look(
        cx,
        mapping,
        "ReceiveMessage",
        |cx| sqs::poll(cx, &principal, &arn, most.min(sqs::POLL_MOST)),
        |found: &Vec<Polled>| (!found.is_empty()).then(|| found.iter().map(size).sum()),
    );
    let (messages, cause) = found.map_err(|_| REFUSED_MS)?;
    let patterns = filter::read(&mapping.settings.filters).unwrap_or_default();
    let (wanted, unwanted): (Vec<Polled>, Vec<Polled>) =
        messages.into_iter().partition(|message| filter::fits(&patterns, &message.record, Some("body")));
    if !unwanted.is_empty() {
        // What the filter leaves out is deleted, as if it had been handled.
        delete(cx, mapping, &unwanted);
    }
    let now_ms = cx.now_ms;
    let work = part(mapping);
    if work.gathered.is_empty() && !wanted.is_empty() {
        work.since_ms = now_ms;
        work.cause = Some(cause);
    }
    work.gathered_bytes += wanted.iter().map(size).sum::<usize>();
    work.gathered.extend(wanted);
    Ok(())
}

fn size(message: &Polled) -> usize {
    message.record.to_string().len() + 1
}

/// Makes a batch of what was gathered, as far as an invocation can take it.
fn dispatch(cx: &mut OpContext<'_>, mapping: &mut Mapping) {
    let visibility_s = sqs::source(cx, &mapping.source_arn).map_or(0, |source| source.visibility_s);
    let work = part(mapping);
    let mut bytes = 0;
    let mut count = 0;
    for message in &work.gathered {
        bytes += size(message);
        if count > 0 && bytes > BATCH_BYTES {
            break;
        }
        count += 1;
    }
    let rest = work.gathered.split_off(count);
    let messages = std::mem::replace(&mut work.gathered, rest);
    work.gathered_bytes = work.gathered.iter().map(size).sum();
    let number = work.next_batch;
    work.next_batch += 1;
    let batch = QueueBatch {
        messages,
        until_ms: work.since_ms + i64::from(visibility_s) * 1000,
        wait_ms: THROTTLE_FIRST_MS,
        running: false,
        cause: work.cause.clone(),
    };
    work.batches.insert(number, batch);
    invoke(cx, mapping, number);
}

/// Invokes the function with a batch. While it is throttled, Lambda tries again until the messages become visible.
pub fn invoke(cx: &mut OpContext<'_>, mapping: &mut Mapping, number: u64) {
    let Some(batch) = part(mapping).batches.get(&number).filter(|batch| !batch.running) else { return };
    let records: Vec<&serde_json::Value> = batch.messages.iter().map(|message| &message.record).collect();
    let event = json!({"Records": records}).to_string();
    let (until_ms, wait_ms, cause) = (batch.until_ms, batch.wait_ms, batch.cause.clone());
    match call(cx, mapping, number, event, cause) {
        Ok(_) => {
            if let Some(batch) = part(mapping).batches.get_mut(&number) {
                batch.running = true;
            }
        }
        Err(error) if (error.status == 429 || error.status == 409) && cx.now_ms + wait_ms < until_ms => {
            if let Some(batch) = part(mapping).batches.get_mut(&number) {
                batch.wait_ms = (wait_ms * 2).min(THROTTLE_LONGEST_MS);
            }
            let timer = Timer::MappingRetry { id: mapping.uuid.clone(), batch: number };
            cx.schedule(cx.now_ms + wait_ms, cloud::Timer::Lambda(timer));
        }
        Err(_) => {
            // The messages come again when they are visible again.
            part(mapping).batches.remove(&number);
            back_off(mapping);
        }
    }
}

/// Errors make Lambda use fewer invocations at once, for a while.
fn back_off(mapping: &mut Mapping) {
    let work = part(mapping);
    work.limit = (work.limit / 2).max(2);
}

pub fn finished(cx: &mut OpContext<'_>, mapping: &mut Mapping, number: u64, result: &InvocationResult) {
    let Some(batch) = part(mapping).batches.remove(&number) else { return };
    let ids: Vec<&str> = batch.messages.iter().map(|message| message.message_id.as_str()).collect();
    let outcome = match (result.failed, mapping.settings.reports_failures) {
        (true, _) => outcome::Outcome::Failed,
        (false, true) => outcome::read(&result.payload, &ids),
        (false, false) => outcome::Outcome::Done,
    };
    let done: Vec<Polled> = match outcome {
        outcome::Outcome::Done => batch.messages,
        outcome::Outcome::Partly(failed) => {
            batch.messages.into_iter().filter(|message| !failed.contains(&message.message_id)).collect()
        }
        outcome::Outcome::Failed => {
            back_off(mapping);
            Vec::new()
        }
    };
    if !done.is_empty() {
        delete(cx, mapping, &done);
    }
}

/// Deletes messages in the name of the role; where it may not, they come again.
fn delete(cx: &mut OpContext<'_>, mapping: &mut Mapping, messages: &[Polled]) {
    let Some((_, principal)) = actor(cx, mapping) else { return };
    let arn = mapping.source_arn.clone();
    let handles: Vec<String> = messages.iter().map(|message| message.receipt_handle.clone()).collect();
    // A refusal is told, a success needs no line of its own.
    let _ = look(cx, mapping, "DeleteMessage", |cx| sqs::settle(cx, &principal, &arn, &handles), |()| None);
}
