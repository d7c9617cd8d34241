//! Lambda: functions, versions, aliases, permissions, function URLs, and running them.
//!
//! The host runs the handlers; this module decides in which environment, when and with what, and keeps
//! AWS's rules for concurrency, retries, timeouts, logs and billing. Start reading at [`invocations`].
//!
//! Not simulated: VPC networking, file systems, container images, code signing, SnapStart,
//! provisioned concurrency, JSON log format; of event source mappings see [`mappings`].

mod code;
mod configure;
mod destinations;
mod environments;
mod errors;
mod events;
mod inside;
mod inventory;
mod invocations;
mod layers;
mod limits;
mod log_delivery;
mod mappings;
mod missing;
mod names;
pub mod ops;
mod package;
mod pages;
mod report;
mod role;
mod runtimes;
mod shapes;
mod sizing;
mod state;
mod tags;
mod target;
mod timers;
pub mod url_event;
mod url_plane;

use crate::cloud::CloudState;
use crate::context::OpContext;
use crate::service::{ResourceFacts, ServiceDef};
use nuvola_wire::{Protocol, ServiceSchema};
use ops::{
    aliases, concurrency, event_configs, functions, invoke, permissions, settings, updates, urls, versions,
};
use serde::{Deserialize, Serialize};

pub use events::accept_event;
pub use events::authorise as authorise_event;
pub use inside::EnvironmentBox;
pub use inventory::inventory;
pub use invocations::{
    Call, ENVIRONMENT_LOST, FinishedRun, InvocationResult, QueuedEvent, begin, environment_failed,
    environment_ready, function_finished, function_log,
};
pub use mappings::source_ready;
pub use state::LambdaState as State;
pub use target::{Target, check as permission_check, target};
pub use timers::{Timer, on_timer};
pub use url_plane::UrlClient;

/// The service's table.
pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "Lambda",
        protocol: Protocol::RestJson,
        signing_name: "lambda",
        endpoint_prefix: "lambda",
        api_version: "2015-03-31",
        ..ServiceSchema::DEFAULT
    },
    facts: Some(facts),
    operations: &[
        &functions::CREATE_FUNCTION,
        &functions::GET_FUNCTION,
        &functions::GET_FUNCTION_CONFIGURATION,
        &functions::LIST_FUNCTIONS,
        &functions::DELETE_FUNCTION,
        &updates::UPDATE_FUNCTION_CODE,
        &updates::UPDATE_FUNCTION_CONFIGURATION,
        &versions::PUBLISH_VERSION,
        &versions::LIST_VERSIONS_BY_FUNCTION,
        &aliases::CREATE_ALIAS,
        &aliases::GET_ALIAS,
        &aliases::UPDATE_ALIAS,
        &aliases::DELETE_ALIAS,
        &aliases::LIST_ALIASES,
        &permissions::ADD_PERMISSION,
        &permissions::REMOVE_PERMISSION,
        &permissions::GET_POLICY,
        &urls::CREATE_FUNCTION_URL_CONFIG,
        &urls::GET_FUNCTION_URL_CONFIG,
        &urls::UPDATE_FUNCTION_URL_CONFIG,
        &urls::DELETE_FUNCTION_URL_CONFIG,
        &urls::LIST_FUNCTION_URL_CONFIGS,
        &ops::tags::TAG_RESOURCE,
        &ops::tags::UNTAG_RESOURCE,
        &ops::tags::LIST_TAGS,
        &concurrency::PUT_FUNCTION_CONCURRENCY,
        &concurrency::GET_FUNCTION_CONCURRENCY,
        &concurrency::DELETE_FUNCTION_CONCURRENCY,
        &settings::GET_ACCOUNT_SETTINGS,
        &settings::GET_FUNCTION_CODE_SIGNING_CONFIG,
        &settings::GET_RUNTIME_MANAGEMENT_CONFIG,
        &settings::GET_FUNCTION_RECURSION_CONFIG,
        &event_configs::PUT_FUNCTION_EVENT_INVOKE_CONFIG,
        &event_configs::UPDATE_FUNCTION_EVENT_INVOKE_CONFIG,
        &event_configs::GET_FUNCTION_EVENT_INVOKE_CONFIG,
        &event_configs::DELETE_FUNCTION_EVENT_INVOKE_CONFIG,
        &event_configs::LIST_FUNCTION_EVENT_INVOKE_CONFIGS,
        &invoke::INVOKE,
        &ops::layers::PUBLISH_LAYER_VERSION,
        &ops::layers::GET_LAYER_VERSION,
        &ops::layers::GET_LAYER_VERSION_BY_ARN,
        &ops::layers::LIST_LAYER_VERSIONS,
        &ops::layers::LIST_LAYERS,
        &ops::layers::DELETE_LAYER_VERSION,
        &ops::layers::ADD_LAYER_VERSION_PERMISSION,
        &ops::layers::REMOVE_LAYER_VERSION_PERMISSION,
        &ops::layers::GET_LAYER_VERSION_POLICY,
        &ops::mappings::CREATE_EVENT_SOURCE_MAPPING,
        &ops::mappings::GET_EVENT_SOURCE_MAPPING,
        &ops::mappings::LIST_EVENT_SOURCE_MAPPINGS,
        &ops::mappings::UPDATE_EVENT_SOURCE_MAPPING,
        &ops::mappings::DELETE_EVENT_SOURCE_MAPPING,
    ],
    not_simulated: missing::NOT_SIMULATED,
    data_plane: Some(url_plane::handle),
    ..ServiceDef::DEFAULT
};

/// What permissions read of a layer version's policy.
fn layer_facts(state: &CloudState, arn: &str) -> ResourceFacts {
    let policy = state.lambda.layer_version(arn).and_then(|version| version.policy.as_ref());
    ResourceFacts { policy: policy.map(|policy| policy.document().to_string()), tags: Vec::new() }
}

/// What permissions read of a function: the policy of the version or alias that the ARN names, and its tags.
fn facts(state: &CloudState, arn: &str) -> ResourceFacts {
    if arn.contains(":layer:") {
        return layer_facts(state, arn);
    }
    let mut parts = arn.splitn(8, ':').skip(3);
    let (Some(region), Some(name)) = (parts.next(), parts.nth(2)) else { return ResourceFacts::default() };
    let Some(function) = state.lambda.function(region, name) else { return ResourceFacts::default() };
    let policy = function.policies.get(parts.next().unwrap_or_default());
    ResourceFacts {
        policy: policy.map(|policy| policy.document().to_string()),
        tags: function.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
    }
}

/// Who waits for the end of an invocation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Continuation {
    /// A client of Invoke; `tail`: it wants the end of the log.
    Invoke { http_id: u64, tail: bool },
    /// A client of a function URL.
    FunctionUrl(UrlClient),
    /// The queue of asynchronous events.
    Event(Box<QueuedEvent>),
    /// An event source mapping, with the number of the batch.
    Mapping { id: String, batch: u64 },
}

/// Hands a result to whoever waits for it.
pub fn resume(cx: &mut OpContext<'_>, continuation: Continuation, result: InvocationResult) {
    match continuation {
        Continuation::Invoke { http_id, tail } => invoke::answer(cx, http_id, tail, result),
        Continuation::FunctionUrl(client) => url_plane::answer(cx, client, &result),
        Continuation::Event(event) => events::finished(cx, *event, &result),
        Continuation::Mapping { id, batch } => mappings::finished(cx, &id, batch, &result),
    }
}
