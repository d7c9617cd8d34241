//! SQS: standard and FIFO queues, their messages, dead letters, and receives that wait.
//!
//! Clients speak two protocols to one endpoint: JSON 1.0 today, query before; each operation answers in
//! both. Start reading at [`state`], then [`store`] (a queue's messages and their indexes) and [`delivery`]
//! (receives, those who wait, timers).
//!
//! Not simulated: encryption with KMS keys, the throughput limits of FIFO queues, fair queues' order, samples
//! of servers in short polls, the seconds that AWS takes to make changes known everywhere.

mod attributes;
mod delivery;
mod digest;
mod errors;
mod handles;
mod inside;
mod inventory;
mod limits;
mod lookup;
pub mod ops;
mod poll;
mod redrive;
mod state;
mod store;
mod timers;

pub use inside::{Delivery, PeekedMessage, QueueContents, accepts, deliver, peek};
pub use inventory::inventory;
pub use poll::{POLL_MOST, Polled, SOURCE_ACTIONS, SourceQueue, authorise, poll, settle, source};
pub use state::State;
pub use timers::{Timer, abandon, on_timer};

use crate::cloud::CloudState;
use crate::service::{ResourceFacts, ServiceDef};
use nuvola_wire::{Protocol, ServiceSchema};

const JSON: ServiceSchema = ServiceSchema {
    id: "SQS",
    protocol: Protocol::Json10,
    signing_name: "sqs",
    endpoint_prefix: "sqs",
    api_version: "2012-11-05",
    target_prefix: Some("AmazonSQS"),
    error_namespace: Some("com.amazonaws.sqs"),
    query_compatible: true,
    ..ServiceSchema::DEFAULT
};

const QUERY: ServiceSchema = ServiceSchema {
    protocol: Protocol::Query,
    xml_namespace: Some("http://queue.amazonaws.com/doc/2012-11-05/"),
    ..JSON
};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: JSON,
    second: Some(QUERY),
    facts: Some(facts),
    operations: &[
        &ops::queues::CREATE_QUEUE,
        &ops::queues::GET_QUEUE_URL,
        &ops::queues::LIST_QUEUES,
        &ops::queues::DELETE_QUEUE,
        &ops::queues::PURGE_QUEUE,
        &ops::queues::LIST_DEAD_LETTER_SOURCE_QUEUES,
        &ops::attributes::GET_QUEUE_ATTRIBUTES,
        &ops::attributes::SET_QUEUE_ATTRIBUTES,
        &ops::tags::TAG_QUEUE,
        &ops::tags::UNTAG_QUEUE,
        &ops::tags::LIST_QUEUE_TAGS,
        &ops::permissions::ADD_PERMISSION,
        &ops::permissions::REMOVE_PERMISSION,
        &ops::messages::SEND_MESSAGE,
        &ops::batches::SEND_MESSAGE_BATCH,
        &ops::receive::RECEIVE_MESSAGE,
        &ops::messages::DELETE_MESSAGE,
        &ops::batches::DELETE_MESSAGE_BATCH,
        &ops::visibility::CHANGE_MESSAGE_VISIBILITY,
        &ops::batches::CHANGE_MESSAGE_VISIBILITY_BATCH,
        &ops::moves::START_MESSAGE_MOVE_TASK,
        &ops::moves::CANCEL_MESSAGE_MOVE_TASK,
        &ops::moves::LIST_MESSAGE_MOVE_TASKS,
    ],
    validation_code: "InvalidParameterValueException",
    missing_member: Some(errors::missing_parameter),
    complement: Some(lookup::complement),
    // A queue's policy may let everyone in.
    anonymous: true,
    ..ServiceDef::DEFAULT
};

/// What permissions read of a queue: its policy and its tags.
fn facts(state: &CloudState, arn: &str) -> ResourceFacts {
    let mut parts = arn.splitn(6, ':').skip(3);
    let (Some(region), Some(name)) = (parts.next(), parts.nth(1)) else { return ResourceFacts::default() };
    let regions = state.sqs.regions.iter().find(|(own, _)| own.as_str() == region);
    let Some(queue) = regions.and_then(|(_, region)| region.queues.get(name)) else {
        return ResourceFacts::default();
    };
    ResourceFacts {
        policy: queue.policy.clone(),
        tags: queue.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
    }
}
