//! State machines, executions, activities, map runs: plain data.

use crate::auth::Credentials;
use nuvola_asl::machine::Machine;
use nuvola_asl::{Data, Definition, Failure};
use nuvola_kernel::Map;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, OnceLock};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    /// By ARN.
    pub machines: Map<String, StateMachine>,
    pub executions: Map<String, Execution>,
    pub activities: Map<String, Activity>,
    pub map_runs: Map<String, MapRun>,
    /// Definitions that machines and executions have, by number.
    pub definitions: Map<u64, Source>,
    pub next_definition: u64,
    /// The tasks that a token stands for.
    pub tokens: Map<String, TaskOf>,
    /// Calls of other services that are not answered yet, by the number of the request.
    pub calls: Map<u64, TaskOf>,
    pub next_call: u64,
    /// The executions that tasks wait for, by execution and task.
    pub jobs: Map<String, String>,
    /// The map runs of tasks.
    pub jobs_of_runs: Map<String, String>,
    /// Answers to calls that came while nobody looked.
    pub inbox: Map<u64, nuvola_wire::Response>,
}

/// A task of an execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskOf {
    pub execution: String,
    pub task: u64,
}

/// A definition's text, and what it reads as.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Source {
    pub text: Arc<str>,
    #[serde(skip)]
    parsed: OnceLock<Option<Arc<Definition>>>,
}

impl Source {
    pub fn new(text: &str) -> Self {
        Source { text: text.into(), parsed: OnceLock::new() }
    }

    pub fn definition(&self) -> Option<Arc<Definition>> {
        let parsed = self.parsed.get_or_init(|| {
            let value: Value = serde_json::from_str(&self.text).ok()?;
            Definition::parse(&value).map(Arc::new)
        });
        parsed.clone()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MachineKind {
    Standard,
    Express,
}

impl MachineKind {
    pub fn name(self) -> &'static str {
        match self {
            MachineKind::Standard => "STANDARD",
            MachineKind::Express => "EXPRESS",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StateMachine {
    pub name: String,
    pub arn: String,
    pub kind: MachineKind,
    pub definition: u64,
    pub role_arn: String,
    pub created_ms: i64,
    /// Empty until the first change, as AWS has it.
    pub revision_id: Option<String>,
    pub logging: Option<Value>,
    pub tracing: bool,
    pub encryption: Option<Value>,
    pub tags: BTreeMap<String, String>,
    pub versions: Map<u64, Version>,
    pub next_version: u64,
    pub aliases: Map<String, Alias>,
    /// ARNs of its executions, in the order of their start.
    pub executions: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Version {
    pub definition: u64,
    pub role_arn: String,
    pub revision_id: Option<String>,
    pub description: Option<String>,
    pub created_ms: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Alias {
    pub description: Option<String>,
    /// Versions' ARNs with their weights.
    pub routing: Vec<(String, i32)>,
    pub created_ms: i64,
    pub updated_ms: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Execution {
    pub arn: String,
    pub name: String,
    pub machine_arn: String,
    pub version_arn: Option<String>,
    pub alias_arn: Option<String>,
    pub kind: MachineKind,
    pub definition: u64,
    /// Which of the definition's machines it runs: 0, or a Map state's processor.
    pub root: u32,
    pub role_arn: String,
    pub revision_id: Option<String>,
    pub input: Arc<str>,
    pub trace_header: Option<String>,
    pub started_ms: i64,
    pub stopped_ms: Option<i64>,
    pub machine: Machine,
    /// `Execution` and `StateMachine` of the context object.
    pub context: Arc<Value>,
    pub map_run_arn: Option<String>,
    /// How many items a child of a map run was given.
    pub item_count: u64,
    pub waiter: Option<Waiter>,
    /// The session of the role, while it is good.
    pub session: Option<Credentials>,
    pub redrives: u32,
    pub redriven_ms: Option<i64>,
    /// The test of one state.
    pub test: Option<Test>,
}

/// Who waits for an execution's end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Waiter {
    /// A client of StartSyncExecution or TestState.
    Client(u64),
    /// A task (`.sync`); `parsed`: it wants the output as JSON.
    Task { of: TaskOf, parsed: bool },
    /// A map run, and which child of it this is.
    MapRun { arn: String, index: u64 },
}

/// A run of TestState.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Test {
    pub level: String,
    pub variables: Option<String>,
    pub map_failures: Option<u64>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Activity {
    pub name: String,
    pub arn: String,
    pub created_ms: i64,
    pub tags: BTreeMap<String, String>,
    pub encryption: Option<Value>,
    /// Tokens of tasks that no worker took yet.
    pub queue: VecDeque<Scheduled>,
    /// Workers that wait: their requests, and their names.
    pub workers: VecDeque<(u64, Option<String>)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scheduled {
    pub token: String,
    pub input: Data,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MapRun {
    pub arn: String,
    pub execution: String,
    pub task: u64,
    pub started_ms: i64,
    pub stopped_ms: Option<i64>,
    pub status: MapRunStatus,
    pub kind: MachineKind,
    pub root: u32,
    pub max_concurrency: u64,
    pub most_at_once: u64,
    pub tolerated_count: f64,
    pub tolerated_percentage: f64,
    pub variables: Arc<nuvola_asl::Variables>,
    pub inputs: Vec<Data>,
    pub next: u64,
    pub children: Vec<String>,
    pub results: Vec<Option<Result<Data, Failure>>>,
    pub succeeded: u64,
    pub failed: u64,
    pub aborted: u64,
    pub writer: Option<Writer>,
    pub results_written: u64,
    pub redrives: u32,
}

/// Where the results go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Writer {
    pub parameters: Data,
    pub config: Option<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MapRunStatus {
    Running,
    Succeeded,
    Failed,
    Aborted,
}

impl MapRunStatus {
    pub fn name(self) -> &'static str {
        match self {
            MapRunStatus::Running => "RUNNING",
            MapRunStatus::Succeeded => "SUCCEEDED",
            MapRunStatus::Failed => "FAILED",
            MapRunStatus::Aborted => "ABORTED",
        }
    }
}

impl State {
    /// Keeps a definition; an equal one of before is not kept twice where `like` names it.
    pub fn keep(&mut self, text: &str, like: Option<u64>) -> u64 {
        if let Some(number) = like
            && self.definitions.get(&number).is_some_and(|source| &*source.text == text)
        {
            return number;
        }
        let number = self.next_definition;
        self.next_definition += 1;
        self.definitions.insert(number, Source::new(text));
        number
    }

    pub fn text(&self, definition: u64) -> &str {
        self.definitions.get(&definition).map_or("", |source| &source.text)
    }
}

impl Execution {
    pub fn status(&self) -> &'static str {
        use nuvola_asl::Outcome;
        match &self.machine.outcome {
            None => "RUNNING",
            Some(Outcome::Succeeded(_)) => "SUCCEEDED",
            Some(Outcome::Failed(_)) => "FAILED",
            Some(Outcome::TimedOut(_)) => "TIMED_OUT",
            Some(Outcome::Aborted(_)) => "ABORTED",
        }
    }

    pub fn output(&self) -> Option<&Data> {
        use nuvola_asl::Outcome;
        match &self.machine.outcome {
            Some(Outcome::Succeeded(output)) => Some(output),
            Some(Outcome::Failed(_) | Outcome::TimedOut(_) | Outcome::Aborted(_)) | None => None,
        }
    }

    pub fn failure(&self) -> Option<&Failure> {
        use nuvola_asl::Outcome;
        match &self.machine.outcome {
            Some(Outcome::Failed(failure) | Outcome::TimedOut(failure) | Outcome::Aborted(failure)) => {
                Some(failure)
            }
            Some(Outcome::Succeeded(_)) | None => None,
        }
    }
}
