//! Concurrency that is set aside for one function.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_wire::shape;

use crate::lambda::errors;
use crate::lambda::limits::UNRESERVED_CONCURRENCY_MINIMUM;
use crate::lambda::shapes::{Concurrency, NameInput};
use crate::lambda::target::{self, unqualified};

shape! {
    /// What PutFunctionConcurrency takes.
    pub struct PutFunctionConcurrencyInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("ReservedConcurrentExecutions")] pub reserved_concurrent_executions: i32,
    }
}

operation! {
    /// Sets concurrency aside for a function, which is its limit as well; zero stops it.
    ///
    /// **Source**: AWS Lambda API Reference, "PutFunctionConcurrency".
    pub PUT_FUNCTION_CONCURRENCY: PutFunctionConcurrency {
        http: "PUT" "/2017-10-31/functions/{FunctionName}/concurrency" 200,
        input: PutFunctionConcurrencyInput,
        output: Concurrency,
        errors: ["InvalidParameterValueException", "ResourceNotFoundException"],
        access: |cx, input| target::access(cx, "lambda:PutFunctionConcurrency", &input.function_name, None),
        handler: put_function_concurrency,
    }
}

fn put_function_concurrency(
    cx: &mut OpContext<'_>,
    input: PutFunctionConcurrencyInput,
) -> ApiResult<Concurrency> {
    let asked = input.reserved_concurrent_executions;
    let mut validation = Validation::new();
    validation.range("reservedConcurrentExecutions", asked.into(), 0, i64::from(i32::MAX));
    validation.finish("ValidationException")?;
    let target = unqualified(cx, &input.function_name)?;
    target.function(cx)?;
    let reserved = u32::try_from(asked).unwrap_or(0);
    let state = &cx.state().lambda;
    let others: u32 = state
        .functions(&target.region)
        .filter(|function| function.name != target.name)
        .filter_map(|function| function.reserved_concurrency)
        .sum();
    let left = state.concurrent_executions.saturating_sub(others).saturating_sub(reserved);
    if reserved > 0 && left < UNRESERVED_CONCURRENCY_MINIMUM {
        return Err(errors::unreserved_too_low(UNRESERVED_CONCURRENCY_MINIMUM));
    }
    target.function_mut(cx)?.reserved_concurrency = Some(reserved);
    Ok(Concurrency { reserved_concurrent_executions: Some(asked) })
}

operation! {
    /// Returns the concurrency that is set aside for a function, if any.
    ///
    /// **Source**: AWS Lambda API Reference, "GetFunctionConcurrency".
    pub GET_FUNCTION_CONCURRENCY: GetFunctionConcurrency {
        http: "GET" "/2019-09-30/functions/{FunctionName}/concurrency" 200,
        input: NameInput,
        output: Concurrency,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| target::access(cx, "lambda:GetFunctionConcurrency", &input.function_name, None),
        handler: get_function_concurrency,
    }
}

fn get_function_concurrency(cx: &mut OpContext<'_>, input: NameInput) -> ApiResult<Concurrency> {
    let target = unqualified(cx, &input.function_name)?;
    let reserved = target.function(cx)?.reserved_concurrency;
    Ok(Concurrency { reserved_concurrent_executions: reserved.map(|reserved| reserved as i32) })
}

operation! {
    /// Returns a function to the concurrency that all functions share.
    ///
    /// **Source**: AWS Lambda API Reference, "DeleteFunctionConcurrency".
    pub DELETE_FUNCTION_CONCURRENCY: DeleteFunctionConcurrency {
        http: "DELETE" "/2017-10-31/functions/{FunctionName}/concurrency" 204,
        input: NameInput,
        output: (),
        errors: ["ResourceNotFoundException"],
        access: |cx, input| target::access(cx, "lambda:DeleteFunctionConcurrency", &input.function_name, None),
        handler: delete_function_concurrency,
    }
}

fn delete_function_concurrency(cx: &mut OpContext<'_>, input: NameInput) -> ApiResult<()> {
    let target = unqualified(cx, &input.function_name)?;
    target.function(cx)?;
    target.function_mut(cx)?.reserved_concurrency = None;
    Ok(())
}
