//! History events: compact while they are stored, told as AWS tells them when asked.
//!
//! **Source**: Step Functions API Reference, "HistoryEvent" and the structures of its details.

use crate::definition::{Definition, Kind, StateId};
use crate::resource::Resource;
use crate::{Data, value};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Why something failed: what AWS calls the error, and its cause.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Failure {
    pub error: Option<Arc<str>>,
    pub cause: Option<Arc<str>>,
}

impl Failure {
    pub fn new(error: &str, cause: impl AsRef<str>) -> Self {
        Failure { error: Some(error.into()), cause: Some(cause.as_ref().into()) }
    }

    pub fn bare(error: &str) -> Self {
        Failure { error: Some(error.into()), cause: None }
    }

    /// `States.Runtime`: what no retrier and no catcher sees.
    pub fn runtime(cause: impl AsRef<str>) -> Self {
        Failure::new(RUNTIME, cause)
    }

    pub fn name(&self) -> &str {
        self.error.as_deref().unwrap_or("")
    }
}

pub const RUNTIME: &str = "States.Runtime";
pub const TIMEOUT: &str = "States.Timeout";
pub const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
pub const QUERY_EVALUATION: &str = "States.QueryEvaluationError";
pub const DATA_LIMIT: &str = "States.DataLimitExceeded";
pub const NO_CHOICE: &str = "States.NoChoiceMatched";
pub const THRESHOLD: &str = "States.ExceedToleratedFailureThreshold";

/// One event. Its id is its place in the list, counted from 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub at_ms: i64,
    pub previous: u64,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// The input as its text was.
    ExecutionStarted(Arc<str>),
    ExecutionSucceeded(Data),
    ExecutionFailed(Failure),
    ExecutionTimedOut(Failure),
    ExecutionAborted(Failure),
    ExecutionRedriven(u32),
    Entered {
        state: StateId,
        input: Data,
    },
    Exited {
        state: StateId,
        output: Data,
        assigned: Option<Arc<Map<String, Value>>>,
    },
    TaskScheduled {
        state: StateId,
        schedule: Box<Schedule>,
    },
    TaskStarted {
        state: StateId,
        worker: Option<Box<str>>,
    },
    TaskSubmitted {
        state: StateId,
        output: Data,
    },
    TaskSucceeded {
        state: StateId,
        output: Data,
    },
    TaskFailed {
        state: StateId,
        failure: Failure,
    },
    TaskTimedOut {
        state: StateId,
        failure: Failure,
    },
    ParallelStarted,
    ParallelSucceeded,
    ParallelFailed,
    ParallelAborted,
    MapStarted(u64),
    MapSucceeded,
    MapFailed,
    MapAborted,
    IterationStarted {
        state: StateId,
        index: u64,
    },
    IterationSucceeded {
        state: StateId,
        index: u64,
    },
    IterationFailed {
        state: StateId,
        index: u64,
    },
    IterationAborted {
        state: StateId,
        index: u64,
    },
    MapRunStarted(Arc<str>),
    MapRunSucceeded,
    MapRunFailed(Failure),
    MapRunAborted,
    MapRunRedriven {
        arn: Arc<str>,
        count: u32,
    },
    EvaluationFailed {
        state: StateId,
        failure: Failure,
        location: Option<Box<str>>,
    },
}

/// How a task was called.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Schedule {
    pub parameters: Data,
    pub region: Box<str>,
    pub timeout_s: Option<i64>,
    pub heartbeat_s: Option<i64>,
    pub role_arn: Option<Box<str>>,
}

/// What telling an event needs beside it.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    pub definition: &'a Definition,
    pub role_arn: &'a str,
    /// The version or alias that was started.
    pub version_arn: Option<&'a str>,
    pub alias_arn: Option<&'a str>,
    pub include_data: bool,
}

/// The kinds of tasks that have events of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Lambda,
    Activity,
    Service,
}

impl Event {
    /// The event as a member of GetExecutionHistory's `events`.
    pub fn tell(&self, id: u64, telling: Telling<'_>) -> Value {
        let (kind, details) = telling.what(&self.what);
        let mut event = Map::new();
        event.insert("timestamp".into(), json!(self.at_ms as f64 / 1000.0));
        event.insert("type".into(), Value::from(kind));
        event.insert("id".into(), Value::from(id));
        event.insert("previousEventId".into(), Value::from(self.previous));
        if let Some((name, details)) = details {
            event.insert(name.into(), Value::Object(details));
        }
        Value::Object(event)
    }
}

type Details = Option<(&'static str, Map<String, Value>)>;

/// The members that are there.
fn members<const N: usize>(all: [(&str, Option<Value>); N]) -> Map<String, Value> {
    let mut map = Map::new();
    for (name, value) in all {
        if let Some(value) = value {
            map.insert(name.into(), value);
        }
    }
    map
}

fn text(value: &Option<Arc<str>>) -> Option<Value> {
    value.as_deref().map(Value::from)
}

fn failed(failure: &Failure) -> Map<String, Value> {
    members([("error", text(&failure.error)), ("cause", text(&failure.cause))])
}

impl Telling<'_> {
    fn data(&self, data: &Data) -> Option<Value> {
        self.include_data.then(|| Value::from(value::to_text(data)))
    }

    fn included(&self) -> Option<Value> {
        self.include_data.then(|| json!({"truncated": false}))
    }

    fn name(&self, state: StateId) -> Option<Value> {
        Some(Value::from(&*self.definition.state(state).name))
    }

    fn output(&self, data: &Data) -> Map<String, Value> {
        members([("output", self.data(data)), ("outputDetails", self.included())])
    }

    fn resource(&self, state: StateId) -> Resource<'_> {
        match &self.definition.state(state).kind {
            Kind::Task(task) => Resource::parse(&task.resource),
            Kind::Pass { .. }
            | Kind::Choice { .. }
            | Kind::Wait(_)
            | Kind::Succeed
            | Kind::Fail { .. }
            | Kind::Parallel { .. }
            | Kind::Map(_) => Resource::Unknown,
        }
    }

    fn arn(&self, state: StateId) -> Option<Value> {
        let Kind::Task(task) = &self.definition.state(state).kind else { return None };
        Some(Value::from(&*task.resource))
    }

    fn iteration(&self, state: StateId, index: u64) -> Map<String, Value> {
        members([("name", self.name(state)), ("index", Some(Value::from(index)))])
    }

    fn state_event(&self, state: StateId, end: &'static str) -> &'static str {
        let entered = end == "Entered";
        let pick = |names: [&'static str; 2]| if entered { names[0] } else { names[1] };
        match &self.definition.state(state).kind {
            Kind::Pass { .. } => pick(["PassStateEntered", "PassStateExited"]),
            Kind::Task(_) => pick(["TaskStateEntered", "TaskStateExited"]),
            Kind::Choice { .. } => pick(["ChoiceStateEntered", "ChoiceStateExited"]),
            Kind::Wait(_) => pick(["WaitStateEntered", "WaitStateExited"]),
            Kind::Succeed => pick(["SucceedStateEntered", "SucceedStateExited"]),
            Kind::Fail { .. } => pick(["FailStateEntered", "FailStateExited"]),
            Kind::Parallel { .. } => pick(["ParallelStateEntered", "ParallelStateExited"]),
            Kind::Map(_) => pick(["MapStateEntered", "MapStateExited"]),
        }
    }

    fn what(&self, what: &What) -> (&'static str, Details) {
        match what {
            What::ExecutionStarted(input) => {
                let details = members([
                    ("input", self.include_data.then(|| Value::from(&**input))),
                    ("inputDetails", self.included()),
                    ("roleArn", Some(Value::from(self.role_arn))),
                    ("stateMachineAliasArn", self.alias_arn.map(Value::from)),
                    ("stateMachineVersionArn", self.version_arn.map(Value::from)),
                ]);
                ("ExecutionStarted", Some(("executionStartedEventDetails", details)))
            }
            What::ExecutionSucceeded(output) => {
                ("ExecutionSucceeded", Some(("executionSucceededEventDetails", self.output(output))))
            }
            What::ExecutionFailed(failure) => {
                ("ExecutionFailed", Some(("executionFailedEventDetails", failed(failure))))
            }
            What::ExecutionTimedOut(failure) => {
                ("ExecutionTimedOut", Some(("executionTimedOutEventDetails", failed(failure))))
            }
            What::ExecutionAborted(failure) => {
                ("ExecutionAborted", Some(("executionAbortedEventDetails", failed(failure))))
            }
            What::ExecutionRedriven(count) => {
                let details = members([("redriveCount", Some(Value::from(*count)))]);
                ("ExecutionRedriven", Some(("executionRedrivenEventDetails", details)))
            }
            What::Entered { state, input } => {
                let details = members([
                    ("name", self.name(*state)),
                    ("input", self.data(input)),
                    ("inputDetails", self.included()),
                ]);
                (self.state_event(*state, "Entered"), Some(("stateEnteredEventDetails", details)))
            }
            What::Exited { state, output, assigned } => {
                let assigned = assigned.as_ref().filter(|_| self.include_data);
                let variables = assigned.map(|variables| {
                    let told = variables
                        .iter()
                        .map(|(name, value)| (name.clone(), Value::from(value::to_text(value))));
                    Value::Object(told.collect())
                });
                let details = members([
                    ("name", self.name(*state)),
                    ("output", self.data(output)),
                    ("outputDetails", self.included()),
                    ("assignedVariables", variables),
                    ("assignedVariablesDetails", assigned.map(|_| json!({"truncated": false}))),
                ]);
                (self.state_event(*state, "Exited"), Some(("stateExitedEventDetails", details)))
            }
            What::TaskScheduled { state, .. }
            | What::TaskStarted { state, .. }
            | What::TaskSubmitted { state, .. }
            | What::TaskSucceeded { state, .. }
            | What::TaskFailed { state, .. }
            | What::TaskTimedOut { state, .. } => self.task(*state, what),
            What::ParallelStarted => ("ParallelStateStarted", None),
            What::ParallelSucceeded => ("ParallelStateSucceeded", None),
            What::ParallelFailed => ("ParallelStateFailed", None),
            What::ParallelAborted => ("ParallelStateAborted", None),
            What::MapStarted(length) => {
                let details = members([("length", Some(Value::from(*length)))]);
                ("MapStateStarted", Some(("mapStateStartedEventDetails", details)))
            }
            What::MapSucceeded => ("MapStateSucceeded", None),
            What::MapFailed => ("MapStateFailed", None),
            What::MapAborted => ("MapStateAborted", None),
            What::IterationStarted { state, index } => (
                "MapIterationStarted",
                Some(("mapIterationStartedEventDetails", self.iteration(*state, *index))),
            ),
            What::IterationSucceeded { state, index } => (
                "MapIterationSucceeded",
                Some(("mapIterationSucceededEventDetails", self.iteration(*state, *index))),
            ),
            What::IterationFailed { state, index } => (
                "MapIterationFailed",
                Some(("mapIterationFailedEventDetails", self.iteration(*state, *index))),
            ),
            What::IterationAborted { state, index } => (
                "MapIterationAborted",
                Some(("mapIterationAbortedEventDetails", self.iteration(*state, *index))),
            ),
            What::MapRunStarted(arn) => {
                let details = members([("mapRunArn", Some(Value::from(&**arn)))]);
                ("MapRunStarted", Some(("mapRunStartedEventDetails", details)))
            }
            What::MapRunSucceeded => ("MapRunSucceeded", None),
            What::MapRunFailed(failure) => {
                ("MapRunFailed", Some(("mapRunFailedEventDetails", failed(failure))))
            }
            What::MapRunAborted => ("MapRunAborted", None),
            What::MapRunRedriven { arn, count } => {
                let details = members([
                    ("mapRunArn", Some(Value::from(&**arn))),
                    ("redriveCount", Some(Value::from(*count))),
                ]);
                ("MapRunRedriven", Some(("mapRunRedrivenEventDetails", details)))
            }
            What::EvaluationFailed { state, failure, location } => {
                let details = members([
                    ("error", text(&failure.error)),
                    ("cause", text(&failure.cause)),
                    ("location", location.as_deref().map(Value::from)),
                    ("state", self.name(*state)),
                ]);
                ("EvaluationFailed", Some(("evaluationFailedEventDetails", details)))
            }
        }
    }

    /// Functions and activities have events of their own; everything else is a task.
    fn task(&self, state: StateId, what: &What) -> (&'static str, Details) {
        let resource = self.resource(state);
        let family = match resource {
            Resource::Function(_) => Family::Lambda,
            Resource::Activity(_) => Family::Activity,
            Resource::Service(_) | Resource::Unknown => Family::Service,
        };
        let (kind, name) = match resource {
            Resource::Service(call) => (Value::from(call.kind()), Value::from(call.action)),
            Resource::Function(_) | Resource::Activity(_) | Resource::Unknown => (Value::Null, Value::Null),
        };
        let tell = |mut details: Map<String, Value>| {
            if family == Family::Service {
                details.insert("resourceType".into(), kind.clone());
                details.insert("resource".into(), name.clone());
            }
            details
        };
        let pick = |names: [&'static str; 6]| match family {
            Family::Service => (names[0], names[1]),
            Family::Lambda => (names[2], names[3]),
            Family::Activity => (names[4], names[5]),
        };
        let (kind, details, map) = if let What::TaskScheduled { schedule, .. } = what {
            self.scheduled(state, family, schedule, tell)
        } else if let What::TaskStarted { worker, .. } = what {
            let (kind, details) = pick([
                "TaskStarted",
                "taskStartedEventDetails",
                "LambdaFunctionStarted",
                "",
                "ActivityStarted",
                "activityStartedEventDetails",
            ]);
            (kind, details, tell(members([("workerName", worker.as_deref().map(Value::from))])))
        } else if let What::TaskSubmitted { output, .. } = what {
            ("TaskSubmitted", "taskSubmittedEventDetails", tell(self.output(output)))
        } else if let What::TaskSucceeded { output, .. } = what {
            let (kind, details) = pick([
                "TaskSucceeded",
                "taskSucceededEventDetails",
                "LambdaFunctionSucceeded",
                "lambdaFunctionSucceededEventDetails",
                "ActivitySucceeded",
                "activitySucceededEventDetails",
            ]);
            (kind, details, tell(self.output(output)))
        } else if let What::TaskTimedOut { failure, .. } = what {
            let (kind, details) = pick([
                "TaskTimedOut",
                "taskTimedOutEventDetails",
                "LambdaFunctionTimedOut",
                "lambdaFunctionTimedOutEventDetails",
                "ActivityTimedOut",
                "activityTimedOutEventDetails",
            ]);
            (kind, details, tell(failed(failure)))
        } else if let What::TaskFailed { failure, .. } = what {
            let (kind, details) = pick([
                "TaskFailed",
                "taskFailedEventDetails",
                "LambdaFunctionFailed",
                "lambdaFunctionFailedEventDetails",
                "ActivityFailed",
                "activityFailedEventDetails",
            ]);
            (kind, details, tell(failed(failure)))
        } else {
            unreachable!("only events of tasks are told here")
        };
        (kind, (!details.is_empty()).then_some((details, map)))
    }

    fn scheduled(
        &self,
        state: StateId,
        family: Family,
        schedule: &Schedule,
        tell: impl Fn(Map<String, Value>) -> Map<String, Value>,
    ) -> (&'static str, &'static str, Map<String, Value>) {
        let timeout = schedule.timeout_s.map(Value::from);
        let heartbeat = schedule.heartbeat_s.map(Value::from);
        let credentials = schedule.role_arn.as_deref().map(|arn| json!({"roleArn": arn}));
        match family {
            Family::Service => {
                let map = members([
                    ("region", Some(Value::from(&*schedule.region))),
                    // These texts have no limit of their own, so they are told in any case.
                    ("parameters", Some(Value::from(value::to_text(&schedule.parameters)))),
                    ("timeoutInSeconds", timeout),
                    ("heartbeatInSeconds", heartbeat),
                    ("taskCredentials", credentials),
                ]);
                ("TaskScheduled", "taskScheduledEventDetails", tell(map))
            }
            Family::Lambda => {
                let map = members([
                    ("resource", self.arn(state)),
                    ("input", self.data(&schedule.parameters)),
                    ("inputDetails", self.included()),
                    ("timeoutInSeconds", timeout),
                    ("taskCredentials", credentials),
                ]);
                ("LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails", map)
            }
            Family::Activity => {
                let map = members([
                    ("resource", self.arn(state)),
                    ("input", self.data(&schedule.parameters)),
                    ("inputDetails", self.included()),
                    ("timeoutInSeconds", timeout),
                    ("heartbeatInSeconds", heartbeat),
                ]);
                ("ActivityScheduled", "activityScheduledEventDetails", map)
            }
        }
    }
}
