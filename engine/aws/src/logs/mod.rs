//! CloudWatch Logs: groups, streams, events, search, retention, tags.
//!
//! Services write through [`write`], in the name of whom they act for: without permission there is no log.
//! Not simulated: queries, metric filters, subscriptions, exports, anomaly detection, deliveries.

mod check;
mod errors;
pub mod filter;
mod inventory;
mod limits;
mod missing;
pub mod ops;
pub mod state;
mod write;

pub use inventory::inventory;
pub use state::State;
pub use write::write;

use crate::cloud::CloudState;
use crate::service::{ResourceFacts, ServiceDef};
use nuvola_wire::{Protocol, ServiceSchema};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "CloudWatch Logs",
        protocol: Protocol::Json11,
        signing_name: "logs",
        endpoint_prefix: "logs",
        api_version: "2014-03-28",
        target_prefix: Some("Logs_20140328"),
        ..ServiceSchema::DEFAULT
    },
    facts: Some(facts),
    operations: &[
        &ops::groups::CREATE_LOG_GROUP,
        &ops::groups::DESCRIBE_LOG_GROUPS,
        &ops::groups::DELETE_LOG_GROUP,
        &ops::groups::PUT_RETENTION_POLICY,
        &ops::groups::DELETE_RETENTION_POLICY,
        &ops::streams::CREATE_LOG_STREAM,
        &ops::streams::DESCRIBE_LOG_STREAMS,
        &ops::streams::DELETE_LOG_STREAM,
        &ops::events::PUT_LOG_EVENTS,
        &ops::events::GET_LOG_EVENTS,
        &ops::events::FILTER_LOG_EVENTS,
        &ops::tags::TAG_RESOURCE,
        &ops::tags::UNTAG_RESOURCE,
        &ops::tags::LIST_TAGS_FOR_RESOURCE,
        &ops::tags::TAG_LOG_GROUP,
        &ops::tags::UNTAG_LOG_GROUP,
        &ops::tags::LIST_TAGS_LOG_GROUP,
    ],
    not_simulated: missing::NOT_SIMULATED,
    validation_code: "InvalidParameterException",
    ..ServiceDef::DEFAULT
};

/// What permissions read of a log group, or of a stream in it: the group's tags.
fn facts(state: &CloudState, arn: &str) -> ResourceFacts {
    let mut parts = arn.splitn(8, ':').skip(3);
    let (Some(region), Some(name)) = (parts.next(), parts.nth(2)) else { return ResourceFacts::default() };
    let groups = state.logs.regions.iter().find(|(own, _)| own.as_str() == region);
    let group = groups.and_then(|(_, groups)| groups.get(name));
    let tags = group.into_iter().flat_map(|group| &group.tags);
    ResourceFacts { policy: None, tags: tags.map(|(key, value)| (key.clone(), value.clone())).collect() }
}
