//! What an expression sees.

use nuvola_kernel::IdSource;
use serde_json::{Map, Value};

/// The variables of one scope (the machine, a Parallel branch, a Map iteration), by name without `$`.
pub type Variables = Map<String, Value>;

/// What an expression may read.
///
/// JSONPath reads `$` from `input`, `$$` from `context`, `$name` from `variables`.
/// JSONata reads `$states.input`, `.context`, `.result` and `.errorOutput`, and the variables.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// `$`: what the field works on. In JSONata `$states.input`: the state's own input.
    pub input: &'a Value,
    /// `$$`, `$states.context`: the context object.
    pub context: &'a Value,
    /// Innermost scope first; a name in an inner scope hides the outer one.
    pub variables: &'a [&'a Variables],
    /// `$states.result`, where the state has one already.
    pub result: Option<&'a Value>,
    /// `$states.errorOutput`, within a catcher.
    pub error_output: Option<&'a Value>,
    /// What JSONata's `$now()` and `$millis()` answer.
    pub now_ms: u64,
}

impl<'a> Scope<'a> {
    /// A scope of an input and a context object, without variables.
    pub fn new(input: &'a Value, context: &'a Value) -> Self {
        Scope { input, context, variables: &[], result: None, error_output: None, now_ms: 0 }
    }

    /// The same scope around another input.
    pub fn with_input(self, input: &'a Value) -> Self {
        Scope { input, ..self }
    }

    /// The value of a variable, from the innermost scope that has it.
    pub fn variable(&self, name: &str) -> Option<&'a Value> {
        self.variables.iter().find_map(|scope| scope.get(name))
    }
}

/// Where `States.UUID`, `States.MathRandom`, `$uuid` and `$random` draw from: the caller's source of ids.
pub type Draws = IdSource;
