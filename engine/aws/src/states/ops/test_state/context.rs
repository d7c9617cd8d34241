//! A context object that a test brings along.
//!
//! **Source**: Step Functions API Reference, "TestState", `context`; texts as recorded from the service.

use crate::service::ApiResult;
use crate::states::errors;
use nuvola_asl::resource::{Pattern, Resource};
use nuvola_wire::ApiError;
use serde_json::Value;

/// The fields of the context object, and those of its members; `true`: a text.
const FIELDS: &[(&str, &[(&str, Kind)])] = &[
    (
        "Execution",
        &[
            ("Id", Kind::Text),
            ("Input", Kind::Any),
            ("Name", Kind::Text),
            ("RoleArn", Kind::Text),
            ("StartTime", Kind::Text),
            ("RedriveCount", Kind::Number),
            ("RedriveTime", Kind::Text),
        ],
    ),
    ("State", &[("EnteredTime", Kind::Text), ("Name", Kind::Text), ("RetryCount", Kind::Number)]),
    ("StateMachine", &[("Id", Kind::Text), ("Name", Kind::Text)]),
    ("Task", &[("Token", Kind::Text)]),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Any,
    Text,
    Number,
}

fn invalid(text: impl std::fmt::Display) -> ApiError {
    errors::validation(format!("Invalid Context object provided: {text}"))
}

/// Refuses a context object that the service would not make.
pub fn check(context: &Value, kind: &str, resource: &str) -> ApiResult<Value> {
    let Some(map) = context.as_object() else { return Err(invalid("it must be a JSON object")) };
    for (name, value) in map {
        if name == "Map" {
            return Err(invalid("'Map' field is not supported when mocking a Context object"));
        }
        let fields = FIELDS.iter().find(|(own, _)| own == name);
        let Some((_, fields)) = fields else { return Err(invalid(format!("Field '{name}' is not allowed"))) };
        let Some(inner) = value.as_object() else { return Err(invalid(format!("{name} must be an object"))) };
        for (field, value) in inner {
            let Some((_, wanted)) = fields.iter().find(|(own, _)| own == field) else {
                return Err(invalid(format!("Field '{field}' is not allowed")));
            };
            let (fits, what) = match wanted {
                Kind::Any => (true, ""),
                Kind::Text => (value.is_string(), "a string"),
                Kind::Number => (value.is_number(), "a number"),
            };
            if !fits {
                return Err(invalid(format!("{name}.{field} must be {what}")));
            }
        }
    }
    let has_token = match Resource::parse(resource) {
        Resource::Service(call) => call.pattern != Pattern::RequestResponse,
        Resource::Activity(_) => true,
        Resource::Function(_) | Resource::Unknown => false,
    };
    if map.contains_key("Task") && !(kind == "Task" && has_token) {
        return Err(invalid(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' \
             service integration pattern",
        ));
    }
    Ok(context.clone())
}
