//! Plans: what is to be done so that the real objects agree with the configuration.
//!
//! [`planner`] makes one by walking the configuration's graph.

pub mod expand;
pub mod imports;
pub mod instance;
pub mod moves;
pub mod objchange;
pub mod orphans;
pub mod planner;
pub mod refresh;
pub mod savefile;
pub mod statements;

use crate::addr::{ResourceInstance, Target};
use crate::render::Action;
use crate::state::State;
use nuvola_tf_lang::{Path, Value};
use std::collections::BTreeMap;

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlanMode {
    #[default]
    Normal,
    Destroy,
    RefreshOnly,
}

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct PlanOptions {
    pub mode: PlanMode,
    pub skip_refresh: bool,
    pub targets: Vec<Target>,
    pub replace: Vec<ResourceInstance>,
    pub generate_config: Option<String>,
    pub parallelism: Option<usize>,
}

/// Why an action was chosen, where that is worth saying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reason {
    #[default]
    None,
    Tainted,
    Requested,
    Triggered,
    CannotUpdate,
    NoResourceConfig,
    NoModule,
    WrongRepetition,
    CountIndex,
    EachKey,
    NoMoveTarget,
    ConfigUnknown,
    DependencyPending,
    CheckNested,
}

impl Reason {
    /// As `-json` output names it.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Tainted => "tainted",
            Self::Requested => "requested",
            Self::Triggered => "replace_triggered_by",
            Self::CannotUpdate => "cannot_update",
            Self::NoResourceConfig => "delete_because_no_resource_config",
            Self::NoModule => "delete_because_no_module",
            Self::WrongRepetition => "delete_because_wrong_repetition",
            Self::CountIndex => "delete_because_count_index",
            Self::EachKey => "delete_because_each_key",
            Self::NoMoveTarget => "delete_because_no_move_target",
            Self::ConfigUnknown => "read_because_config_unknown",
            Self::DependencyPending => "read_because_dependency_pending",
            Self::CheckNested => "read_because_check_nested",
        }
    }

    /// As the plan's `-json` form names it.
    #[must_use]
    pub fn plan_json_text(self) -> &'static str {
        match self {
            Self::Tainted => "replace_because_tainted",
            Self::Requested => "replace_by_request",
            Self::Triggered => "replace_by_triggers",
            Self::CannotUpdate => "replace_because_cannot_update",
            Self::None
            | Self::NoResourceConfig
            | Self::NoModule
            | Self::WrongRepetition
            | Self::CountIndex
            | Self::EachKey
            | Self::NoMoveTarget
            | Self::ConfigUnknown
            | Self::DependencyPending
            | Self::CheckNested => self.text(),
        }
    }
}

/// What is to be done with one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub address: ResourceInstance,
    pub previous_address: Option<ResourceInstance>,
    pub deposed: Option<String>,
    pub provider: String,
    pub action: Action,
    pub reason: Reason,
    pub before: Value,
    pub after: Value,
    pub requires_replace: Vec<Path>,
    pub private: Vec<u8>,
    pub importing: Option<String>,
}

/// How an output changes.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputChange {
    pub action: Action,
    pub before: Value,
    pub after: Value,
    pub sensitive: bool,
}

/// All that is to be done.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub mode: PlanMode,
    pub targets: Vec<Target>,
    pub changes: Vec<Change>,
    pub drift: Vec<Change>,
    pub outputs: nuvola_kernel::Map<String, OutputChange>,
    pub variables: BTreeMap<String, Value>,
    /// The state as it was before this run.
    pub previous: State,
    /// The state after refreshing.
    pub prior: State,
    /// What is known of conditions.
    pub checks: Vec<crate::state::CheckResult>,
    pub errored: bool,
    /// Whether planning was given up, so that there is nothing to show.
    pub aborted: bool,
    pub timestamp_ms: i64,
}

impl Plan {
    /// Whether applying it would do anything.
    #[must_use]
    pub fn can_apply(&self) -> bool {
        let changes = self.changes.iter().any(|change| {
            change.action != Action::NoOp || change.importing.is_some() || change.previous_address.is_some()
        });
        let outputs = self.outputs.values().any(|output| output.action != Action::NoOp);
        match self.mode {
            PlanMode::RefreshOnly => self.prior != self.previous || outputs,
            PlanMode::Normal | PlanMode::Destroy => changes || outputs,
        }
    }
}
