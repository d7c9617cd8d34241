//! Step Functions: state machines, their executions, activities, map runs.
//!
//! The Amazon States Language itself is the crate `nuvola-asl`; this module keeps executions, gives the
//! interpreter time and ids, and makes the calls that tasks ask for, in the name of the machine's role, as signed
//! requests like those of any client. Start reading at [`run`], then [`integrate`].
//!
//! Not simulated: delivery of logs and traces, encryption with KMS keys, HTTP tasks, and integrations with
//! services that Nuvola does not have.

mod errors;
mod integrate;
mod inventory;
mod limits;
mod lookup;
mod map_run;
mod names;
pub mod ops;
mod run;
mod state;
mod timers;

pub use integrate::{FIRST_CALL, is_internal, receive};
pub use inventory::inventory;

pub use state::State;
pub use timers::{Timer, abandon, on_timer};

use crate::cloud::CloudState;
use crate::service::{ResourceFacts, ServiceDef};
use nuvola_wire::{Protocol, ServiceSchema};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "SFN",
        protocol: Protocol::Json10,
        signing_name: "states",
        endpoint_prefix: "states",
        api_version: "2016-11-23",
        target_prefix: Some("AWSStepFunctions"),
        error_namespace: Some("com.amazonaws.swf.service.v2.model"),
        ..ServiceSchema::DEFAULT
    },
    facts: Some(facts),
    operations: &[
        &ops::machines::CREATE_STATE_MACHINE,
        &ops::machines::UPDATE_STATE_MACHINE,
        &ops::machines::DELETE_STATE_MACHINE,
        &ops::machines::DESCRIBE_STATE_MACHINE,
        &ops::machines::LIST_STATE_MACHINES,
        &ops::machines::VALIDATE_STATE_MACHINE_DEFINITION,
        &ops::versions::PUBLISH_STATE_MACHINE_VERSION,
        &ops::versions::DELETE_STATE_MACHINE_VERSION,
        &ops::versions::LIST_STATE_MACHINE_VERSIONS,
        &ops::aliases::CREATE_STATE_MACHINE_ALIAS,
        &ops::aliases::UPDATE_STATE_MACHINE_ALIAS,
        &ops::aliases::DELETE_STATE_MACHINE_ALIAS,
        &ops::aliases::DESCRIBE_STATE_MACHINE_ALIAS,
        &ops::aliases::LIST_STATE_MACHINE_ALIASES,
        &ops::executions::START_EXECUTION,
        &ops::executions::START_SYNC_EXECUTION,
        &ops::executions::STOP_EXECUTION,
        &ops::executions::DESCRIBE_EXECUTION,
        &ops::executions::LIST_EXECUTIONS,
        &ops::executions::DESCRIBE_STATE_MACHINE_FOR_EXECUTION,
        &ops::executions::REDRIVE_EXECUTION,
        &ops::history::GET_EXECUTION_HISTORY,
        &ops::activities::CREATE_ACTIVITY,
        &ops::activities::DELETE_ACTIVITY,
        &ops::activities::DESCRIBE_ACTIVITY,
        &ops::activities::LIST_ACTIVITIES,
        &ops::tasks::GET_ACTIVITY_TASK,
        &ops::tasks::SEND_TASK_SUCCESS,
        &ops::tasks::SEND_TASK_FAILURE,
        &ops::tasks::SEND_TASK_HEARTBEAT,
        &ops::map_runs::DESCRIBE_MAP_RUN,
        &ops::map_runs::LIST_MAP_RUNS,
        &ops::map_runs::UPDATE_MAP_RUN,
        &ops::test_state::TEST_STATE,
        &ops::tags::TAG_RESOURCE,
        &ops::tags::UNTAG_RESOURCE,
        &ops::tags::LIST_TAGS_FOR_RESOURCE,
    ],
    ..ServiceDef::DEFAULT
};

/// What permissions read of a machine or an activity: its tags.
fn facts(state: &CloudState, arn: &str) -> ResourceFacts {
    let states = &state.states;
    let tags = match states.machines.get(&names::machine_arn(arn)) {
        Some(machine) => Some(&machine.tags),
        None => states.activities.get(arn).map(|activity| &activity.tags),
    };
    let tags = tags.into_iter().flatten();
    ResourceFacts { policy: None, tags: tags.map(|(key, value)| (key.clone(), value.clone())).collect() }
}
