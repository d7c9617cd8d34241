//! A definition, read: every state of every nested machine in one list, so that a transition is an index.
//!
//! Start with [`Definition::parse`]; [`crate::check`] says beforehand what is wrong with a text.
//! **Source**: Amazon States Language specification (<https://states-language.net/spec.html>) and the Step
//! Functions Developer Guide, "Using Amazon States Language".

mod read;

use crate::choice::Rule;
use crate::{AslError, Draws, Expression, Path, Payload, Scope, Template};
use serde_json::Value;
use std::sync::Arc;

/// Where a state is in [`Definition::states`].
pub type StateId = u32;
/// Where a machine is in [`Definition::machines`]; 0 is the whole.
pub type MachineId = u32;

/// How expressions of a state are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QueryLanguage {
    #[default]
    JsonPath,
    Jsonata,
}

/// A state machine as its definition says.
#[derive(Debug, Clone)]
pub struct Definition {
    pub states: Vec<State>,
    /// The whole, then every branch and processor.
    pub machines: Vec<Submachine>,
    pub timeout_s: Option<i64>,
    pub query: QueryLanguage,
}

/// The states that run together: the whole, a branch of a Parallel state, the processor of a Map state.
#[derive(Debug, Clone)]
pub struct Submachine {
    pub start: StateId,
    /// Its states, in the order of the text.
    pub states: Vec<StateId>,
}

#[derive(Debug, Clone)]
pub struct State {
    pub name: Arc<str>,
    pub query: QueryLanguage,
    pub kind: Kind,
    /// The state after it; none at an end.
    pub next: Option<StateId>,
    pub flow: Flow,
    pub retry: Vec<Retrier>,
    pub catch: Vec<Catcher>,
    /// The machine that it is a state of.
    pub machine: MachineId,
    /// An expression of the state may read the context object.
    pub reads_context: bool,
}

/// The fields that shape data on its way through a state.
#[derive(Debug, Clone, Default)]
pub struct Flow {
    pub input_path: Reference,
    pub parameters: Option<Template>,
    pub result_selector: Option<Template>,
    pub result_path: Reference,
    pub output_path: Reference,
    /// JSONata: what a Task or Parallel state is called with.
    pub arguments: Option<Payload>,
    /// JSONata: what the state puts out.
    pub output: Option<Payload>,
    pub assign: Option<Recipe>,
}

/// Something that makes JSON, in the state's language.
#[derive(Debug, Clone)]
pub enum Recipe {
    JsonPath(Template),
    Jsonata(Payload),
}

impl Recipe {
    /// # Errors
    /// When an expression fails.
    pub fn evaluate(&self, scope: &Scope<'_>, draws: &mut Draws, field: &str) -> Result<Value, AslError> {
        match self {
            Recipe::JsonPath(template) => template.evaluate(scope, draws),
            Recipe::Jsonata(payload) => payload.evaluate(scope, draws, field),
        }
    }
}

/// `InputPath` and its like: absent, `null`, or a path.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Reference {
    #[default]
    Whole,
    Nothing,
    Path(Box<Path>),
}

#[derive(Debug, Clone)]
pub enum Kind {
    Pass { result: Option<Arc<Value>> },
    Task(Box<Task>),
    Choice { rules: Vec<ChoiceRule>, default: Option<StateId> },
    Wait(WaitFor),
    Succeed,
    Fail { error: Text, cause: Text },
    Parallel { branches: Vec<MachineId> },
    Map(Box<MapState>),
}

/// A text that may come from data.
#[derive(Debug, Clone, Default)]
pub enum Text {
    #[default]
    Absent,
    /// A text, or JSONata.
    Literal(Payload),
    /// `ErrorPath`, `CausePath`: a path or an intrinsic function.
    Path(Box<Expression>),
}

/// A number that may come from data: a literal, a JSONata template, or a path.
#[derive(Debug, Clone, Default)]
pub enum Amount {
    #[default]
    Absent,
    Literal(Payload),
    Path(Box<Path>),
}

#[derive(Debug, Clone)]
pub struct Task {
    /// The ARN as the text has it.
    pub resource: Box<str>,
    pub timeout: Amount,
    pub heartbeat: Amount,
    /// `Credentials`, a template.
    pub credentials: Option<Recipe>,
}

#[derive(Debug, Clone)]
pub struct ChoiceRule {
    pub rule: Rule,
    pub next: Option<StateId>,
    pub assign: Option<Recipe>,
    pub output: Option<Payload>,
}

#[derive(Debug, Clone)]
pub enum WaitFor {
    Seconds(Amount),
    /// `Timestamp` (a text, or a template) or `TimestampPath`.
    Until(Text),
}

#[derive(Debug, Clone)]
pub struct Retrier {
    pub errors: Vec<Box<str>>,
    pub interval_s: i64,
    pub max_attempts: u32,
    pub backoff_rate: f64,
    pub max_delay_s: Option<i64>,
    pub full_jitter: bool,
}

#[derive(Debug, Clone)]
pub struct Catcher {
    pub errors: Vec<Box<str>>,
    pub next: Option<StateId>,
    pub result_path: Reference,
    pub assign: Option<Recipe>,
    pub output: Option<Payload>,
}

#[derive(Debug, Clone)]
pub struct MapState {
    pub processor: MachineId,
    /// Children are executions of their own.
    pub distributed: bool,
    /// The children are Express.
    pub express: bool,
    pub label: Option<Box<str>>,
    pub items: Items,
    /// `ItemSelector`, or what it was called before, `Parameters`.
    pub selector: Option<Recipe>,
    pub reader: Option<ItemReader>,
    pub batcher: Option<ItemBatcher>,
    pub writer: Option<ResultWriter>,
    pub max_concurrency: Amount,
    pub tolerated_count: Amount,
    pub tolerated_percentage: Amount,
}

#[derive(Debug, Clone)]
pub enum Items {
    /// The state's input.
    Input,
    Path(Box<Path>),
    /// JSONata's `Items`: an array or an expression.
    Payload(Payload),
}

#[derive(Debug, Clone)]
pub struct ItemReader {
    pub resource: Box<str>,
    /// `Parameters`, or `Arguments` in JSONata.
    pub parameters: Option<Recipe>,
    /// `ReaderConfig`.
    pub config: Option<Value>,
    pub max_items: Amount,
}

#[derive(Debug, Clone)]
pub struct ItemBatcher {
    pub max_items: Amount,
    pub max_bytes: Amount,
    pub input: Option<Recipe>,
}

#[derive(Debug, Clone)]
pub struct ResultWriter {
    pub resource: Option<Box<str>>,
    pub parameters: Option<Recipe>,
    pub config: Option<Value>,
}

impl Definition {
    pub fn state(&self, id: StateId) -> &State {
        &self.states[id as usize]
    }

    pub fn machine(&self, id: MachineId) -> &Submachine {
        &self.machines[id as usize]
    }

    /// A state by name, anywhere.
    pub fn find(&self, name: &str) -> Option<StateId> {
        let at = self.states.iter().position(|state| &*state.name == name)?;
        StateId::try_from(at).ok()
    }

    /// Reads a definition that [`crate::check`] found no error in; of another one, what there is.
    pub fn parse(text: &Value) -> Option<Definition> {
        read::definition(text)
    }
}

impl Kind {
    /// `Pass`, `Task`, ...: how types are called in definitions and in history events.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Pass { .. } => "Pass",
            Kind::Task(_) => "Task",
            Kind::Choice { .. } => "Choice",
            Kind::Wait(_) => "Wait",
            Kind::Succeed => "Succeed",
            Kind::Fail { .. } => "Fail",
            Kind::Parallel { .. } => "Parallel",
            Kind::Map(_) => "Map",
        }
    }

    /// Whether states of this type may have retriers and catchers.
    pub fn retries(&self) -> bool {
        match self {
            Kind::Task(_) | Kind::Parallel { .. } | Kind::Map(_) => true,
            Kind::Pass { .. } | Kind::Choice { .. } | Kind::Wait(_) | Kind::Succeed | Kind::Fail { .. } => {
                false
            }
        }
    }
}
