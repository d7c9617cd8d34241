//! EventBridge: event buses, rules with patterns or schedules, and their targets.
//!
//! Start reading at [`state`], then [`dispatch`] (from an event to the targets of rules that it fits) and
//! [`schedule`] (`rate()` and `cron()`). Targets: Lambda functions, SQS queues, SNS topics, other buses.
//!
//! Not simulated: archives and replays, API destinations, partner sources, global endpoints, Pipes, Scheduler,
//! schema discovery, encryption with KMS keys, and targets of other services. EventBridge's own retries are not
//! needed: a target of the lab that cannot be reached lacks a permission or is gone, which AWS does not retry.

mod dispatch;
mod errors;
mod inventory;
mod lookup;
mod missing;
pub mod ops;
pub mod schedule;
mod state;
mod timers;
mod transform;

pub use dispatch::{Entry, authorise, deliver, emit};
pub use inventory::inventory;
pub use state::State;
pub use timers::{Timer, on_timer};

use crate::cloud::CloudState;
use crate::service::{ResourceFacts, ServiceDef};
use nuvola_wire::{Protocol, ServiceSchema};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "EventBridge",
        protocol: Protocol::Json11,
        signing_name: "events",
        endpoint_prefix: "events",
        api_version: "2015-10-07",
        target_prefix: Some("AWSEvents"),
        ..ServiceSchema::DEFAULT
    },
    facts: Some(facts),
    operations: &[
        &ops::buses::CREATE_EVENT_BUS,
        &ops::buses::DELETE_EVENT_BUS,
        &ops::buses::DESCRIBE_EVENT_BUS,
        &ops::buses::LIST_EVENT_BUSES,
        &ops::buses::PUT_PERMISSION,
        &ops::buses::REMOVE_PERMISSION,
        &ops::rules::PUT_RULE,
        &ops::rules::DESCRIBE_RULE,
        &ops::rules::DELETE_RULE,
        &ops::rules::ENABLE_RULE,
        &ops::rules::DISABLE_RULE,
        &ops::rules::LIST_RULES,
        &ops::targets::PUT_TARGETS,
        &ops::targets::REMOVE_TARGETS,
        &ops::targets::LIST_TARGETS_BY_RULE,
        &ops::targets::LIST_RULE_NAMES_BY_TARGET,
        &ops::publishing::PUT_EVENTS,
        &ops::publishing::TEST_EVENT_PATTERN,
        &ops::tags::TAG_RESOURCE,
        &ops::tags::UNTAG_RESOURCE,
        &ops::tags::LIST_TAGS_FOR_RESOURCE,
    ],
    not_simulated: missing::NOT_SIMULATED,
    ..ServiceDef::DEFAULT
};

/// What permissions read of a bus (policy, tags) or a rule (tags).
fn facts(state: &CloudState, arn: &str) -> ResourceFacts {
    let tags = |tags: &std::collections::BTreeMap<String, String>| {
        tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    if let Some(bus) = state.events.buses.get(arn) {
        return ResourceFacts { policy: bus.policy_text(), tags: tags(&bus.tags) };
    }
    match state.events.rules.get(arn) {
        Some(rule) => ResourceFacts { policy: None, tags: tags(&rule.tags) },
        None => ResourceFacts::default(),
    }
}
