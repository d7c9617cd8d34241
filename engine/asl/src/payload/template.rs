//! Payload templates of JSONPath states.

use super::PayloadError;
use crate::{AslError, Draws, Expression, Path, Scope};
use serde_json::{Map, Value};

/// A value in which fields `name.$` hold a path or an intrinsic function; each becomes `name` with its result.
#[derive(Debug, Clone, PartialEq)]
pub enum Template {
    /// Nothing to compute here.
    Constant(Value),
    /// Members in order: name (without `.$`), and what makes its value.
    Object(Vec<(String, Member)>),
    Array(Vec<Template>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Member {
    Template(Template),
    Computed(Expression),
}

impl Template {
    /// Reads a template. All computed fields that cannot be read are told, with their places.
    pub fn parse(value: &Value) -> Result<Template, Vec<PayloadError>> {
        let mut errors = Vec::new();
        let template = read(value, &mut String::new(), &mut errors);
        if errors.is_empty() { Ok(template) } else { Err(errors) }
    }

    /// The value in this scope. Fails with `States.Runtime` (a path without a value, named with the template's
    /// field) or `States.IntrinsicFailure`.
    pub fn evaluate(&self, scope: &Scope, draws: &mut Draws) -> Result<Value, AslError> {
        match self {
            Template::Constant(value) => Ok(value.clone()),
            Template::Array(items) => {
                let mut out = Vec::with_capacity(items.len());
                for item in items {
                    out.push(item.evaluate(scope, draws)?);
                }
                Ok(Value::Array(out))
            }
            Template::Object(members) => {
                let mut out = Map::new();
                for (name, member) in members {
                    let value = match member {
                        Member::Template(template) => template.evaluate(scope, draws)?,
                        Member::Computed(expression) => {
                            expression.evaluate(scope, draws, &format!("{name}.$"))?.into_owned()
                        }
                    };
                    out.insert(name.clone(), value);
                }
                Ok(Value::Object(out))
            }
        }
    }

    /// The paths that it reads, for checks.
    pub fn paths(&self) -> Vec<&Path> {
        let mut out = Vec::new();
        self.collect_paths(&mut out);
        out
    }

    fn collect_paths<'a>(&'a self, out: &mut Vec<&'a Path>) {
        match self {
            Template::Constant(_) => {}
            Template::Array(items) => items.iter().for_each(|item| item.collect_paths(out)),
            Template::Object(members) => {
                for (_, member) in members {
                    match member {
                        Member::Template(template) => template.collect_paths(out),
                        Member::Computed(expression) => out.extend(expression.paths()),
                    }
                }
            }
        }
    }
}

fn read(value: &Value, place: &mut String, errors: &mut Vec<PayloadError>) -> Template {
    let length = place.len();
    match value {
        Value::Object(map) => {
            let mut members = Vec::with_capacity(map.len());
            for (key, value) in map {
                place.push('/');
                place.push_str(key);
                if let Some(member) = read_member(key, value, place, errors) {
                    members.push(member);
                }
                place.truncate(length);
            }
            let constant = |member: &Member| match member {
                Member::Template(Template::Constant(value)) => Some(value.clone()),
                Member::Template(_) | Member::Computed(_) => None,
            };
            let constants: Option<Map<String, Value>> =
                members.iter().map(|(name, member)| Some((name.clone(), constant(member)?))).collect();
            constants.map_or(Template::Object(members), |map| Template::Constant(Value::Object(map)))
        }
        Value::Array(items) => {
            let mut out = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                place.push_str(&format!("[{index}]"));
                out.push(read(item, place, errors));
                place.truncate(length);
            }
            let constant = |item: &Template| match item {
                Template::Constant(value) => Some(value.clone()),
                Template::Object(_) | Template::Array(_) => None,
            };
            let constants: Option<Vec<Value>> = out.iter().map(constant).collect();
            constants.map_or(Template::Array(out), |items| Template::Constant(Value::Array(items)))
        }
        other => Template::Constant(other.clone()),
    }
}

fn read_member(
    key: &str,
    value: &Value,
    place: &mut String,
    errors: &mut Vec<PayloadError>,
) -> Option<(String, Member)> {
    let Some(name) = key.strip_suffix(".$") else {
        return Some((key.to_string(), Member::Template(read(value, place, errors))));
    };
    let read = match value {
        Value::String(text) => Expression::parse(text).map_err(|error| (text.clone(), error.message)),
        other => Err((crate::value::to_text(other), "a string expected".to_string())),
    };
    match read {
        Ok(expression) => Some((name.to_string(), Member::Computed(expression))),
        Err((text, message)) => {
            errors.push(PayloadError { location: place.clone(), text, message });
            None
        }
    }
}
