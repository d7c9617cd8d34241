//! Payloads of JSONata states.

use super::PayloadError;
use crate::{AslError, Draws, Scope, jsonata, value};
use serde_json::{Map, Value};

/// A value in which strings `{% ... %}` are JSONata, at any depth.
#[derive(Debug, Clone)]
pub enum Payload {
    /// Nothing to compute here.
    Constant(Value),
    Object(Vec<(String, Payload)>),
    Array(Vec<Payload>),
    Expression(jsonata::Expression),
}

/// The JSONata text of a string `{% ... %}`, without the marks and the spaces around.
pub fn expression_text(text: &str) -> Option<&str> {
    text.strip_prefix("{%")?.strip_suffix("%}").map(str::trim)
}

impl Payload {
    /// Reads a payload. All expressions that cannot be read are told, with their places.
    pub fn parse(value: &Value) -> Result<Payload, Vec<PayloadError>> {
        let mut errors = Vec::new();
        let payload = read(value, &mut String::new(), &mut errors);
        if errors.is_empty() { Ok(payload) } else { Err(errors) }
    }

    /// Is there nothing to compute?
    pub fn is_constant(&self) -> bool {
        matches!(self, Payload::Constant(_))
    }

    /// The value in this scope. `field` is the payload's own name (`Output`), to which errors add the way to the
    /// expression (`Output/result`, `Output[0]`).
    /// Fails with `States.QueryEvaluationError`.
    pub fn evaluate(&self, scope: &Scope, draws: &mut Draws, field: &str) -> Result<Value, AslError> {
        match self {
            Payload::Constant(value) => Ok(value.clone()),
            Payload::Expression(expression) => match expression.evaluate(scope, draws) {
                Ok(Some(value)) => Ok(value),
                Ok(None) => Err(failed(expression, field, "returned nothing (undefined).")),
                Err(error) => {
                    Err(failed(expression, field, &format!("threw an error during evaluation. {error}")))
                }
            },
            Payload::Array(items) => {
                let mut out = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    out.push(item.evaluate(scope, draws, &format!("{field}[{index}]"))?);
                }
                Ok(Value::Array(out))
            }
            Payload::Object(members) => {
                let mut out = Map::new();
                for (name, member) in members {
                    out.insert(name.clone(), member.evaluate(scope, draws, &format!("{field}/{name}"))?);
                }
                Ok(Value::Object(out))
            }
        }
    }

    /// Like [`Payload::evaluate`], for a field that must have one type of JSON (`array`, `number`, `string`,
    /// `boolean`, `object`): a result of another type is a `States.QueryEvaluationError` too.
    pub fn evaluate_as(
        &self,
        scope: &Scope,
        draws: &mut Draws,
        field: &str,
        wanted: &str,
    ) -> Result<Value, AslError> {
        let result = self.evaluate(scope, draws, field)?;
        let found = value::type_name(&result);
        match self {
            Payload::Expression(expression) if found != wanted => Err(failed(
                expression,
                field,
                &format!(
                    "returned an unexpected result type. Expected '{wanted}', but was '{found}' for value: {}",
                    value::to_text(&result)
                ),
            )),
            Payload::Constant(_) | Payload::Object(_) | Payload::Array(_) | Payload::Expression(_) => {
                Ok(result)
            }
        }
    }

    /// The expressions in it, for checks.
    pub fn expressions(&self) -> Vec<&jsonata::Expression> {
        let mut out = Vec::new();
        self.collect(&mut out);
        out
    }

    fn collect<'a>(&'a self, out: &mut Vec<&'a jsonata::Expression>) {
        match self {
            Payload::Constant(_) => {}
            Payload::Expression(expression) => out.push(expression),
            Payload::Array(items) => items.iter().for_each(|item| item.collect(out)),
            Payload::Object(members) => members.iter().for_each(|(_, member)| member.collect(out)),
        }
    }
}

fn failed(expression: &jsonata::Expression, field: &str, what: &str) -> AslError {
    let cause =
        format!("The JSONata expression '{}' specified for the field '{field}' {what}", expression.text());
    AslError::query(field, cause)
}

fn read(value: &Value, place: &mut String, errors: &mut Vec<PayloadError>) -> Payload {
    let length = place.len();
    match value {
        Value::String(text) => match expression_text(text) {
            None => Payload::Constant(value.clone()),
            Some(inner) => match jsonata::Expression::parse(inner) {
                Ok(expression) => Payload::Expression(expression),
                Err(error) => {
                    let message = error.to_string();
                    errors.push(PayloadError { location: place.clone(), text: text.clone(), message });
                    Payload::Constant(Value::Null)
                }
            },
        },
        Value::Object(map) => {
            let mut members = Vec::with_capacity(map.len());
            for (key, value) in map {
                place.push('/');
                place.push_str(key);
                members.push((key.clone(), read(value, place, errors)));
                place.truncate(length);
            }
            match members.iter().all(|(_, member)| member.is_constant()) {
                true => Payload::Constant(value.clone()),
                false => Payload::Object(members),
            }
        }
        Value::Array(items) => {
            let mut out = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                place.push_str(&format!("[{index}]"));
                out.push(read(item, place, errors));
                place.truncate(length);
            }
            match out.iter().all(Payload::is_constant) {
                true => Payload::Constant(value.clone()),
                false => Payload::Array(out),
            }
        }
        other => Payload::Constant(other.clone()),
    }
}
