//! What is wrong with a definition, in the words of CreateStateMachine and ValidateStateMachineDefinition.
//!
//! **Source**: texts as recorded from the service (`shared/cases/asl`, public issue threads); where none was
//! found the text is our own. The rules are those of the Amazon States Language specification.

mod fields;
mod states;

use serde_json::Value;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: &'static str,
    pub message: String,
    /// A pointer into the definition: `/States/First/Next`.
    pub location: String,
    /// A warning does not keep a machine from being created.
    pub warning: bool,
}

pub const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";
pub const TARGET: &str = "MISSING_TRANSITION_TARGET";
pub const JSON: &str = "INVALID_JSON_DESCRIPTION";

/// What kind of machine a definition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineType {
    Standard,
    Express,
}

/// The most that is told at once.
pub const MAX_PROBLEMS: usize = 100;

/// Everything that is wrong with a definition's text.
pub fn check_text(text: &str, machine: MachineType) -> Vec<Problem> {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => check(&value, machine),
        Err(error) => {
            let message =
                format!("{error} at [Source: (String); line: {}, column: {}]", error.line(), error.column());
            vec![Problem { code: JSON, message, location: String::new(), warning: false }]
        }
    }
}

/// Everything that is wrong with a definition.
pub fn check(definition: &Value, machine: MachineType) -> Vec<Problem> {
    states::Checking::new(machine).whole(definition)
}

/// Everything that is wrong with a definition of one state, for TestState.
pub fn check_state(state: &Value, place: &str, language: Option<&Value>) -> Vec<Problem> {
    let jsonata = language.and_then(Value::as_str) == Some("JSONata");
    states::Checking::new(MachineType::Standard).alone(state, place, jsonata)
}

/// The problems as the message of an `InvalidDefinition` error has them.
pub fn message(problems: &[Problem]) -> String {
    let mut texts = Vec::new();
    for problem in problems.iter().filter(|problem| !problem.warning) {
        let at =
            if problem.location.is_empty() { String::new() } else { format!(" at {}", problem.location) };
        texts.push(format!("{}: {}{at}", problem.code, problem.message));
    }
    format!("Invalid State Machine Definition: '{}'", texts.join(", "))
}
