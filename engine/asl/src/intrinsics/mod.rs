//! Intrinsic functions: `States.Format('Hello {}', $.name)`.
//!
//! Source: "Intrinsic functions for JSONPath states in Step Functions", AWS Step Functions Developer Guide.

pub(crate) mod arrays;
mod functions;
mod parse;
mod texts;

use crate::{AslError, Draws, Path, PathError, Scope};
use serde_json::Value;
use std::borrow::Cow;

/// What may stand in a `.$` field, in `ErrorPath` and in `CausePath`: a path or an intrinsic function.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    Path(Path),
    Call(Call),
}

/// One call of an intrinsic function.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The call as it was written.
    text: String,
    function: functions::Function,
    arguments: Vec<Argument>,
}

#[derive(Debug, Clone, PartialEq)]
enum Argument {
    Literal(Value),
    /// A text in quotes, with `\{`, `\}` and `\\` still escaped.
    Text(String),
    Path(Path),
    Call(Call),
}

impl Expression {
    /// Reads a path or a call, up to ten calls deep.
    pub fn parse(text: &str) -> Result<Expression, PathError> {
        match text.trim_start().starts_with("States.") {
            true => parse::call(text).map(Expression::Call),
            false => Path::parse(text).map(Expression::Path),
        }
    }

    /// The value for a field. `field` is the name that errors show (`name.$`, `ErrorPath`).
    /// Fails with `States.Runtime` (a path without a value) or `States.IntrinsicFailure`.
    pub fn evaluate<'a>(
        &self,
        scope: &Scope<'a>,
        draws: &mut Draws,
        field: &str,
    ) -> Result<Cow<'a, Value>, AslError> {
        match self {
            Expression::Path(path) => path.evaluate_field(scope, field),
            Expression::Call(call) => call.evaluate(scope, draws).map(Cow::Owned),
        }
    }

    /// The paths that it reads, for checks (of variables, of `$$`).
    pub fn paths(&self) -> Vec<&Path> {
        let mut out = Vec::new();
        match self {
            Expression::Path(path) => out.push(path),
            Expression::Call(call) => call.collect_paths(&mut out),
        }
        out
    }
}

impl Call {
    pub fn text(&self) -> &str {
        &self.text
    }

    fn collect_paths<'a>(&'a self, out: &mut Vec<&'a Path>) {
        for argument in &self.arguments {
            match argument {
                Argument::Path(path) => out.push(path),
                Argument::Call(call) => call.collect_paths(out),
                Argument::Literal(_) | Argument::Text(_) => {}
            }
        }
    }

    /// Calls the function. Fails with `States.IntrinsicFailure`, or `States.Runtime` for a path without a value.
    pub fn evaluate(&self, scope: &Scope, draws: &mut Draws) -> Result<Value, AslError> {
        let mut values = Vec::with_capacity(self.arguments.len());
        for (index, argument) in self.arguments.iter().enumerate() {
            values.push(match argument {
                Argument::Literal(value) => value.clone(),
                // The template of `States.Format` keeps its escapes: an escaped brace is no place for a value.
                Argument::Text(text) if self.function == functions::Function::Format && index == 0 => {
                    Value::String(text.clone())
                }
                Argument::Text(text) => Value::String(unescape(text)),
                Argument::Path(path) if self.function == functions::Function::Format && index == 0 => {
                    escape(self.argument_at(path, scope)?)
                }
                Argument::Path(path) => self.argument_at(path, scope)?,
                Argument::Call(call) => call.evaluate(scope, draws)?,
            });
        }
        functions::call(self.function, values, draws).map_err(|why| {
            AslError::intrinsic(format!("The function '{}' had the following error: {why}", self.text))
        })
    }

    fn argument_at(&self, path: &Path, scope: &Scope) -> Result<Value, AslError> {
        path.find(scope).map(Cow::into_owned).map_err(|_| {
            AslError::runtime(format!(
                "The function '{}' had the following error: The JsonPath argument for the field '{}' could not be \
                 found in the input '{}'",
                self.text,
                path.text(),
                crate::value::to_text(scope.input)
            ))
        })
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out
}

/// A template that comes from data has places (`{}`), but no escapes.
fn escape(template: Value) -> Value {
    match template {
        Value::String(text) => Value::String(text.replace('\\', "\\\\")),
        other => other,
    }
}
