//! SNS: standard and FIFO topics, subscriptions with filters, publishing and delivery.
//!
//! Messages reach SQS queues and Lambda functions, each by its own trace; what goes to e-mail addresses and web
//! servers comes to the lab's inbox instead, with the link that confirms a subscription. Start reading at
//! [`state`], then [`publish`] (who gets a message) and [`format`] (how it looks).
//!
//! The signature of a notification is the lab's own: it has AWS's form, but no AWS certificate verifies it.
//!
//! Not simulated: SMS, mobile push, Firehose, encryption with KMS keys, archives and replay, data protection,
//! delivery status logs, retries of endpoints that are down (the inbox always answers).

mod attributes;
mod errors;
mod format;
mod inbox;
mod inventory;
mod lookup;
mod missing;
pub mod ops;
mod publish;
mod state;
mod timers;

pub use inbox::{Letter, LetterKind};
pub use inventory::inventory;
pub use publish::{Message, accepts, authorise, deliver};
pub use state::State;
pub use timers::{Timer, on_timer};

use crate::cloud::CloudState;
use crate::service::{ResourceFacts, ServiceDef};
use nuvola_wire::{Protocol, ServiceSchema};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "SNS",
        protocol: Protocol::Query,
        signing_name: "sns",
        endpoint_prefix: "sns",
        api_version: "2010-03-31",
        xml_namespace: Some("http://sns.amazonaws.com/doc/2010-03-31/"),
        ..ServiceSchema::DEFAULT
    },
    facts: Some(facts),
    operations: &[
        &ops::topics::CREATE_TOPIC,
        &ops::topics::DELETE_TOPIC,
        &ops::topics::LIST_TOPICS,
        &ops::topics::GET_TOPIC_ATTRIBUTES,
        &ops::topics::SET_TOPIC_ATTRIBUTES,
        &ops::subscriptions::SUBSCRIBE,
        &ops::subscriptions::CONFIRM_SUBSCRIPTION,
        &ops::subscriptions::UNSUBSCRIBE,
        &ops::subscriptions::LIST_SUBSCRIPTIONS,
        &ops::subscriptions::LIST_SUBSCRIPTIONS_BY_TOPIC,
        &ops::subscriptions::GET_SUBSCRIPTION_ATTRIBUTES,
        &ops::subscriptions::SET_SUBSCRIPTION_ATTRIBUTES,
        &ops::publishing::PUBLISH,
        &ops::publishing::PUBLISH_BATCH,
        &ops::permissions::ADD_PERMISSION,
        &ops::permissions::REMOVE_PERMISSION,
        &ops::tags::TAG_RESOURCE,
        &ops::tags::UNTAG_RESOURCE,
        &ops::tags::LIST_TAGS_FOR_RESOURCE,
    ],
    not_simulated: missing::NOT_SIMULATED,
    validation_code: "ValidationError",
    // A confirmation link bears no signature, and a topic's policy may let everyone in.
    anonymous: true,
    ..ServiceDef::DEFAULT
};

/// What permissions read of a topic: its policy and its tags.
fn facts(state: &CloudState, arn: &str) -> ResourceFacts {
    let Some(topic) = state.sns.topics.get(arn) else { return ResourceFacts::default() };
    ResourceFacts {
        policy: Some(topic.policy_text()),
        tags: topic.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
    }
}
