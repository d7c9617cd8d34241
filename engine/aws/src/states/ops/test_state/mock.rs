//! What stands in for a state's call in a test.
//!
//! **Source**: Step Functions API Reference, "MockInput"; texts as recorded from the service.

use super::TestStateInput;
use crate::context::OpContext;
use crate::service::ApiResult;
use crate::states::errors;
use crate::states::integrate::mock_problem;
use crate::states::run::{self, Job};
use crate::validate::Validation;
use nuvola_asl::machine::too_many_failures;
use nuvola_asl::{Data, Failure};
use serde_json::Value;
use std::sync::Arc;

/// The answer that a mock gives, if there is one.
pub fn check(input: &TestStateInput, kind: &str, resource: &str) -> ApiResult<Option<Result<Data, Failure>>> {
    let Some(mock) = &input.mock else { return Ok(None) };
    if !matches!(kind, "Task" | "Map" | "Parallel") {
        let text = format!("State type '{kind}' is not supported when a mock is specified");
        return Err(errors::validation(text));
    }
    let mode = mock.mode.as_deref().unwrap_or("STRICT");
    let mut validation = Validation::new();
    validation.one_of("mock.fieldValidationMode", mode, &["STRICT", "PRESENT", "NONE"]);
    validation.finish("ValidationException")?;
    match (&mock.result, &mock.error) {
        (Some(_), Some(_)) | (None, None) => {
            let text = "A test mock should have only one of the following fields: [result, errorOutput].";
            Err(errors::validation(text))
        }
        (None, Some(error)) => {
            let short = |text: &Option<String>| text.as_deref().map(Arc::from);
            Ok(Some(Err(Failure { error: short(&error.error), cause: short(&error.cause) })))
        }
        (Some(text), None) => {
            let result = nuvola_asl::value::parse(text)
                .map_err(|_| errors::validation("Mocked result must be valid JSON"))?;
            if matches!(kind, "Map" | "Parallel") && !result.is_array() {
                return Err(errors::validation("Mocked result must be an array."));
            }
            let failures = input.configuration.as_ref().and_then(|own| own.map_failures).unwrap_or(0);
            let iterations = result.as_array().map_or(0, Vec::len);
            if kind == "Map" && usize::try_from(failures).unwrap_or(0) > iterations {
                let text =
                    "Map iteration failure count must be less than or equal to the number of Map iterations";
                return Err(errors::validation(text));
            }
            if mode != "NONE" && kind == "Task" {
                check_fields(resource, &result)?;
            }
            Ok(Some(Ok(Arc::new(result))))
        }
    }
}

fn check_fields(resource: &str, result: &Value) -> ApiResult<()> {
    match mock_problem(resource, result) {
        Some(problem) => Err(errors::validation(format!("Mock result schema validation error: {problem}"))),
        None => Ok(()),
    }
}

/// Gives the mock's answer to the state, or the failure that too many failed iterations are.
pub fn answer(cx: &mut OpContext<'_>, arn: &str, answer: Result<Data, Failure>) {
    let Some(execution) = cx.state().states.executions.get(arn) else { return };
    if execution.machine.outcome.is_some() {
        return;
    }
    let failures = execution.test.as_ref().and_then(|test| test.map_failures).unwrap_or(0) as f64;
    let beyond = execution.machine.inspection().is_some_and(|inspection| {
        let items = answer.as_ref().ok().and_then(|result| result.as_array().map(Vec::len)).unwrap_or(0);
        let share = if items == 0 { 0.0 } else { failures * 100.0 / items as f64 };
        inspection.tolerated_count.is_some_and(|count| failures > count)
            || inspection.tolerated_percentage.is_some_and(|percentage| share > percentage)
    });
    let answer = if beyond { Err(too_many_failures()) } else { answer };
    run::drive(cx, arn, Job::Mocked(answer));
}
