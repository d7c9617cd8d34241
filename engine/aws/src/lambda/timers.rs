//! What happens when time advances.

use crate::cloud;
use crate::context::OpContext;
use serde::{Deserialize, Serialize};

use super::state::{State, UpdateStatus};
use super::target::Target;
use super::{environments, events, mappings};

/// What is due at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {
    /// A version that was created or updated is ready.
    Stable { region: String, function: String, version: String, generation: u64 },
    /// An environment may have been idle for long enough.
    EnvironmentIdle { environment_id: String, since_ms: i64 },
    /// An asynchronous event is to be tried.
    Event { request_id: String },
    /// An event source mapping has something to do.
    Mapping { id: String },
    /// A change of its state is over.
    MappingChange { id: String, change: u64 },
    /// A batch that could not be invoked is tried again.
    MappingRetry { id: String, batch: u64 },
}

/// Lets a version become active, or its update successful, after a while.
pub fn stabilise_later(cx: &mut OpContext<'_>, target: &Target, version: &str, after_ms: i64) {
    let known = cx.state().lambda.function(&target.region, &target.name);
    let generation = known.and_then(|function| function.version(version)).map_or(0, |found| found.generation);
    let timer = Timer::Stable {
        region: target.region.clone(),
        function: target.name.clone(),
        version: version.to_owned(),
        generation,
    };
    let due_ms = cx.now_ms + after_ms;
    cx.schedule(due_ms, cloud::Timer::Lambda(timer));
}

pub fn on_timer(cx: &mut OpContext<'_>, timer: Timer) {
    match timer {
        Timer::Stable { region, function, version, generation } => {
            let revision_id = cx.ids().uuid();
            let function = cx.lambda().function_mut(&region, &function);
            let Some(found) = function.and_then(|function| function.version_mut(&version)) else { return };
            if found.generation == generation {
                found.state = State::Active;
                found.last_update = UpdateStatus::Successful;
                found.revision_id = revision_id;
            }
        }
        Timer::EnvironmentIdle { environment_id, since_ms } => {
            environments::end_if_still_idle(cx, &environment_id, since_ms);
        }
        Timer::Event { request_id } => events::try_now(cx, &request_id),
        Timer::Mapping { id } => mappings::on_timer(cx, &id),
        Timer::MappingChange { id, change } => mappings::settle(cx, &id, change),
        Timer::MappingRetry { id, batch } => mappings::retry(cx, &id, batch),
    }
}
