//! Redrive policies: which queue takes what another one could not process.

use super::errors;
use super::limits;
use super::state::{Queue, Redrive, RedriveAllow, RedrivePermission};
use crate::context::OpContext;
use crate::service::ApiResult;
use nuvola_kernel::{Arn, Region};
use serde_json::{Value, json};

/// Reads a `RedrivePolicy` for the queue `arn`; an empty text takes it away.
pub fn policy(cx: &OpContext<'_>, arn: &str, fifo: bool, text: &str) -> ApiResult<Option<Redrive>> {
    if text.is_empty() {
        return Ok(None);
    }
    let invalid = |reason: &str| errors::invalid_value(text, "RedrivePolicy", reason);
    let parsed: Option<Value> = serde_json::from_str(text).ok();
    let Some(fields) = parsed.as_ref().and_then(Value::as_object) else {
        return Err(invalid("Redrive policy is not a valid JSON map."));
    };
    for name in ["maxReceiveCount", "deadLetterTargetArn"] {
        if !fields.contains_key(name) {
            let reason = format!("Redrive policy does not contain mandatory attribute: {name}.");
            return Err(invalid(&reason));
        }
    }
    if fields.len() > 2 {
        let reason = "Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].";
        return Err(invalid(reason));
    }
    let given = &fields["maxReceiveCount"];
    let count = given.as_i64().or_else(|| given.as_str()?.parse().ok());
    let Some(count) = count.filter(|count| (1..=limits::RECEIVES_BEFORE_DEAD).contains(count)) else {
        let given = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
        let reason = format!(
            "Invalid value for maxReceiveCount: {given}, valid values are from 1 to {} both inclusive.",
            limits::RECEIVES_BEFORE_DEAD
        );
        return Err(invalid(&reason));
    };
    let target_arn = fields["deadLetterTargetArn"].as_str().unwrap_or("");
    if name_in(cx, target_arn).is_none() {
        return Err(invalid("Invalid value for deadLetterTargetArn."));
    }
    let target = by_arn(cx, target_arn).ok_or_else(|| invalid("Dead letter target does not exist."))?;
    if target.fifo != fifo {
        // The two full stops are the service's.
        return Err(invalid("Dead-letter queue must be same type of queue as the source.."));
    }
    if !admits(target, arn) {
        // Our own text: that of AWS was not found.
        return Err(invalid(
            "The dead letter queue's redrive allow policy does not allow this source queue.",
        ));
    }
    let text = json!({"deadLetterTargetArn": target_arn, "maxReceiveCount": count}).to_string();
    let max_receive_count = u32::try_from(count).unwrap_or(u32::MAX);
    Ok(Some(Redrive { text, target_arn: target_arn.to_owned(), max_receive_count }))
}

/// Reads a `RedriveAllowPolicy`; an empty text takes it away.
pub fn allow_policy(text: &str) -> ApiResult<Option<RedriveAllow>> {
    if text.is_empty() {
        return Ok(None);
    }
    let invalid = || {
        let reason = "Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.";
        errors::invalid_value(text, "RedriveAllowPolicy", reason)
    };
    let parsed: Value = serde_json::from_str(text).map_err(|_| invalid())?;
    let fields = parsed.as_object().ok_or_else(invalid)?;
    if fields.keys().any(|key| key != "redrivePermission" && key != "sourceQueueArns") {
        return Err(invalid());
    }
    let permission = match fields.get("redrivePermission").and_then(Value::as_str) {
        Some("allowAll") => RedrivePermission::AllowAll,
        Some("denyAll") => RedrivePermission::DenyAll,
        Some("byQueue") => RedrivePermission::ByQueue,
        Some(_) | None => return Err(invalid()),
    };
    let sources = match fields.get("sourceQueueArns") {
        None => Vec::new(),
        Some(list) => {
            let texts = list.as_array().ok_or_else(invalid)?.iter();
            let texts = texts.map(|arn| arn.as_str().map(str::to_owned).ok_or_else(invalid));
            texts.collect::<ApiResult<Vec<String>>>()?
        }
    };
    let by_queue = permission == RedrivePermission::ByQueue;
    if by_queue == sources.is_empty() || sources.len() > limits::SOURCE_QUEUES {
        return Err(invalid());
    }
    Ok(Some(RedriveAllow { text: parsed.to_string(), permission, source_arns: sources }))
}

/// Whether a dead-letter queue takes messages of the queue `source_arn`.
fn admits(target: &Queue, source_arn: &str) -> bool {
    let Some(allow) = &target.redrive_allow else { return true };
    match allow.permission {
        RedrivePermission::AllowAll => true,
        RedrivePermission::DenyAll => false,
        RedrivePermission::ByQueue => allow.source_arns.iter().any(|arn| arn == source_arn),
    }
}

/// Region and name of a queue of this account, by its ARN.
pub fn place(cx: &OpContext<'_>, arn: &str) -> Option<(Region, String)> {
    let parsed = Arn::parse(arn).filter(|arn| arn.service() == "sqs")?;
    let ours = parsed.account() == cx.account().as_str();
    ours.then(|| (Region::new(parsed.region()), parsed.resource().to_owned()))
}

/// The name of a queue of this account and region, by its ARN.
pub fn name_in(cx: &OpContext<'_>, arn: &str) -> Option<String> {
    place(cx, arn).filter(|(region, _)| *region == cx.region).map(|(_, name)| name)
}

pub fn by_arn<'a>(cx: &'a OpContext<'_>, arn: &str) -> Option<&'a Queue> {
    cx.state().sqs.queue(&cx.region, &name_in(cx, arn)?)
}

/// The queues that have this one as their dead-letter queue, by name.
pub fn sources<'a>(cx: &'a OpContext<'_>, target_arn: &'a str) -> impl Iterator<Item = &'a Queue> + use<'a> {
    let queues = cx.state().sqs.regions.get(&cx.region).map(|region| region.queues.values());
    let is_source =
        move |queue: &&Queue| queue.redrive.as_ref().is_some_and(|redrive| redrive.target_arn == target_arn);
    queues.into_iter().flatten().filter(is_source)
}
