//! A queue's attributes: read from their texts with everything that SQS refuses, and shown again.

use super::redrive;
use super::state::{Queue, Redrive, RedriveAllow, Settings};
use super::{errors, limits};
use crate::auth::policy::{Policy, PolicyUse};
use crate::context::OpContext;
use crate::service::ApiResult;
use indexmap::IndexMap;
use nuvola_kernel::Timestamp;
use serde_json::Value;

/// Every attribute that GetQueueAttributes knows.
pub const NAMES: &[&str] = &[
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
    "ContentBasedDeduplication",
    "CreatedTimestamp",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "LastModifiedTimestamp",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "Policy",
    "QueueArn",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
];

/// What can be set of a queue.
#[derive(Debug, Clone)]
pub struct Configuration {
    pub settings: Settings,
    pub policy: Option<String>,
    pub redrive: Option<Redrive>,
    pub redrive_allow: Option<RedriveAllow>,
}

impl Configuration {
    pub fn of(queue: &Queue) -> Self {
        Configuration {
            settings: queue.settings.clone(),
            policy: queue.policy.clone(),
            redrive: queue.redrive.clone(),
            redrive_allow: queue.redrive_allow.clone(),
        }
    }

    pub fn put_into(self, queue: &mut Queue) {
        queue.settings = self.settings;
        queue.policy = self.policy;
        queue.redrive = self.redrive;
        queue.redrive_allow = self.redrive_allow;
    }

    /// Sets what `attributes` say of the queue `arn`; the configuration is of no use after an error.
    pub fn set(
        &mut self,
        cx: &OpContext<'_>,
        arn: &str,
        fifo: bool,
        attributes: &IndexMap<String, String>,
    ) -> ApiResult<()> {
        for (name, value) in attributes {
            self.set_one(cx, arn, fifo, name, value)?;
        }
        let asks_for_managed = attributes.get("SqsManagedSseEnabled").is_some_and(|value| is_true(value));
        if self.settings.kms_key_id.is_some() {
            if asks_for_managed {
                return Err(errors::two_encryptions());
            }
            self.settings.sse_managed = false;
        }
        if self.settings.throughput_by_group && !self.settings.deduplicates_by_group {
            let reason = "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.";
            return Err(errors::invalid_attribute("FifoThroughputLimit", reason));
        }
        Ok(())
    }

    fn set_one(
        &mut self,
        cx: &OpContext<'_>,
        arn: &str,
        fifo: bool,
        name: &str,
        value: &str,
    ) -> ApiResult<()> {
        let settings = &mut self.settings;
        match name {
            "DelaySeconds" => settings.delay_s = number(name, value, 0, limits::DELAY_S)?,
            "MaximumMessageSize" => {
                settings.max_message_bytes = number(name, value, 1024, limits::MESSAGE_BYTES as i32)?;
            }
            "MessageRetentionPeriod" => settings.retention_s = number(name, value, 60, 1_209_600)?,
            "ReceiveMessageWaitTimeSeconds" => settings.wait_s = number(name, value, 0, limits::WAIT_S)?,
            "VisibilityTimeout" => settings.visibility_s = number(name, value, 0, limits::VISIBILITY_S)?,
            "KmsDataKeyReusePeriodSeconds" => settings.kms_reuse_s = number(name, value, 60, 86_400)?,
            "KmsMasterKeyId" => settings.kms_key_id = (!value.is_empty()).then(|| value.to_owned()),
            "SqsManagedSseEnabled" => settings.sse_managed = truth(name, value)?,
            "Policy" => self.policy = policy(value)?,
            "RedrivePolicy" => self.redrive = redrive::policy(cx, arn, fifo, value)?,
            "RedriveAllowPolicy" => self.redrive_allow = redrive::allow_policy(value)?,
            "FifoQueue" if fifo && is_true(value) => {}
            "FifoQueue" if fifo => {
                return Err(errors::invalid_attribute(name, "Modifying queue type is not supported."));
            }
            "ContentBasedDeduplication" if fifo => settings.content_deduplication = truth(name, value)?,
            "DeduplicationScope" if fifo => {
                settings.deduplicates_by_group = one_of(name, value, "queue", "messageGroup")?;
            }
            "FifoThroughputLimit" if fifo => {
                settings.throughput_by_group = one_of(name, value, "perQueue", "perMessageGroupId")?;
            }
            _ => return Err(errors::unknown_attribute(name)),
        }
        Ok(())
    }
}

pub fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}

fn number(name: &str, value: &str, min: i32, max: i32) -> ApiResult<i32> {
    let parsed = value.trim().parse::<i32>().ok().filter(|number| (min..=max).contains(number));
    parsed.ok_or_else(|| errors::invalid_attribute(name, ""))
}

fn truth(name: &str, value: &str) -> ApiResult<bool> {
    match is_true(value) || value.eq_ignore_ascii_case("false") {
        true => Ok(is_true(value)),
        false => Err(errors::invalid_attribute(name, "")),
    }
}

/// Whether the value is the second of two words.
fn one_of(name: &str, value: &str, first: &str, second: &str) -> ApiResult<bool> {
    match value == first || value == second {
        true => Ok(value == second),
        false => Err(errors::invalid_attribute(name, "")),
    }
}

/// An empty text takes the policy away.
fn policy(text: &str) -> ApiResult<Option<String>> {
    if text.is_empty() {
        return Ok(None);
    }
    match Policy::parse(text, PolicyUse::Resource) {
        Ok(_) => Ok(Some(text.to_owned())),
        Err(_) => Err(errors::invalid_attribute("Policy", "")),
    }
}

/// One attribute as GetQueueAttributes shows it; nothing where the queue does not have it.
pub fn shown(queue: &Queue, name: &str) -> Option<String> {
    let settings = &queue.settings;
    let seconds = |at_ms: i64| Some(Timestamp(at_ms).epoch_s().to_string());
    let choice = |second: bool, words: [&str; 2]| {
        let word = if second { words[1] } else { words[0] };
        queue.fifo.then(|| word.to_owned())
    };
    let of_kms = |value: String| settings.kms_key_id.is_some().then_some(value);
    match name {
        "ApproximateNumberOfMessages" => Some(queue.visible().to_string()),
        "ApproximateNumberOfMessagesDelayed" => Some(queue.delayed.to_string()),
        "ApproximateNumberOfMessagesNotVisible" => Some(queue.in_flight.to_string()),
        "ContentBasedDeduplication" => choice(settings.content_deduplication, ["false", "true"]),
        "CreatedTimestamp" => seconds(queue.created_at_ms),
        "DeduplicationScope" => choice(settings.deduplicates_by_group, ["queue", "messageGroup"]),
        "DelaySeconds" => Some(settings.delay_s.to_string()),
        "FifoQueue" => choice(true, ["false", "true"]),
        "FifoThroughputLimit" => choice(settings.throughput_by_group, ["perQueue", "perMessageGroupId"]),
        "KmsDataKeyReusePeriodSeconds" => of_kms(settings.kms_reuse_s.to_string()),
        "KmsMasterKeyId" => settings.kms_key_id.clone(),
        "LastModifiedTimestamp" => seconds(queue.modified_at_ms),
        "MaximumMessageSize" => Some(settings.max_message_bytes.to_string()),
        "MessageRetentionPeriod" => Some(settings.retention_s.to_string()),
        "Policy" => queue.policy.clone(),
        "QueueArn" => Some(queue.arn.clone()),
        "ReceiveMessageWaitTimeSeconds" => Some(settings.wait_s.to_string()),
        "RedriveAllowPolicy" => queue.redrive_allow.as_ref().map(|allow| allow.text.clone()),
        "RedrivePolicy" => queue.redrive.as_ref().map(|redrive| redrive.text.clone()),
        "SqsManagedSseEnabled" => Some(settings.sse_managed.to_string()),
        "VisibilityTimeout" => Some(settings.visibility_s.to_string()),
        _ => None,
    }
}

/// The first of `attributes` that an existing queue has otherwise.
pub fn first_difference(
    queue: &Queue,
    wanted: &Queue,
    attributes: &IndexMap<String, String>,
) -> Option<String> {
    let differs = |name: &&String| {
        let (has, wants) = (shown(queue, name), shown(wanted, name));
        let documents = || {
            let parse = |text: &Option<String>| serde_json::from_str::<Value>(text.as_ref()?).ok();
            parse(&has).is_some_and(|document| Some(document) == parse(&wants))
        };
        has != wants && !documents()
    };
    attributes.keys().find(differs).cloned()
}
