//! Settings of asynchronous invocation.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;

use crate::lambda::limits::{EVENT_AGE_MAX_S, LATEST};
use crate::lambda::shapes::{FunctionInput, PageInput};
use crate::lambda::state::{EventConfig, Function};
use crate::lambda::target::{self, Target, target, unqualified};
use crate::lambda::{destinations, errors, pages};

shape! {
    /// What PutFunctionEventInvokeConfig and UpdateFunctionEventInvokeConfig take.
    pub struct EventConfigInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("Qualifier", query = "Qualifier")] pub qualifier: Option<String>,
        #[wire("MaximumRetryAttempts")] pub maximum_retry_attempts: Option<i32>,
        #[wire("MaximumEventAgeInSeconds")] pub maximum_event_age_in_seconds: Option<i32>,
        #[wire("DestinationConfig")] pub destination_config: Option<DestinationConfig>,
    }

    /// Where the outcome of an event goes.
    pub struct DestinationConfig {
        #[wire("OnSuccess")] pub on_success: Option<Destination>,
        #[wire("OnFailure")] pub on_failure: Option<Destination>,
    }

    /// The ARN of a queue, topic, function or bus.
    pub struct Destination {
        #[wire("Destination")] pub destination: Option<String>,
    }

    /// Settings of asynchronous invocation.
    pub struct FunctionEventInvokeConfig {
        #[wire("LastModified")] pub last_modified: Option<Timestamp>,
        #[wire("FunctionArn")] pub function_arn: Option<String>,
        #[wire("MaximumRetryAttempts")] pub maximum_retry_attempts: Option<i32>,
        #[wire("MaximumEventAgeInSeconds")] pub maximum_event_age_in_seconds: Option<i32>,
        #[wire("DestinationConfig")] pub destination_config: Option<DestinationConfig>,
    }

    /// What ListFunctionEventInvokeConfigs answers.
    pub struct ListFunctionEventInvokeConfigsOutput {
        #[wire("FunctionEventInvokeConfigs")] pub function_event_invoke_configs: Vec<FunctionEventInvokeConfig>,
        #[wire("NextMarker")] pub next_marker: Option<String>,
    }
}

fn shown(function: &Function, qualifier: &str, config: &EventConfig) -> FunctionEventInvokeConfig {
    let destination = |arn: &Option<String>| Some(Destination { destination: arn.clone() });
    FunctionEventInvokeConfig {
        last_modified: Some(Timestamp(config.modified_ms)),
        function_arn: Some(function.qualified_arn(qualifier)),
        maximum_retry_attempts: config.maximum_retry_attempts,
        maximum_event_age_in_seconds: config.maximum_event_age_s,
        destination_config: Some(DestinationConfig {
            on_success: destination(&config.on_success),
            on_failure: destination(&config.on_failure),
        }),
    }
}

/// The function, and the key of its settings: `$LATEST` where no qualifier is given.
fn keyed(cx: &OpContext<'_>, name: &str, qualifier: Option<&str>) -> ApiResult<(Target, String)> {
    let target = target(cx, name, qualifier)?;
    let key = if target.qualifier.is_empty() { LATEST.to_owned() } else { target.qualifier.clone() };
    Ok((target, key))
}

fn check_members(input: &EventConfigInput) -> ApiResult<()> {
    let mut validation = Validation::new();
    if let Some(attempts) = input.maximum_retry_attempts {
        validation.range("maximumRetryAttempts", attempts.into(), 0, 2);
    }
    if let Some(age) = input.maximum_event_age_in_seconds {
        validation.range("maximumEventAgeInSeconds", age.into(), 60, EVENT_AGE_MAX_S);
    }
    validation.finish("ValidationException")?;
    let empty = input.maximum_retry_attempts.is_none()
        && input.maximum_event_age_in_seconds.is_none()
        && input.destination_config.is_none();
    if empty {
        return Err(errors::invalid_parameter(
            "You must specify at least one of error handling or destination setting.",
        ));
    }
    Ok(())
}

operation! {
    /// Sets how asynchronous invocations are repeated; replaces all former settings.
    ///
    /// **Source**: AWS Lambda API Reference, "PutFunctionEventInvokeConfig".
    pub PUT_FUNCTION_EVENT_INVOKE_CONFIG: PutFunctionEventInvokeConfig {
        http: "PUT" "/2019-09-25/functions/{FunctionName}/event-invoke-config" 200,
        input: EventConfigInput,
        output: FunctionEventInvokeConfig,
        errors: ["InvalidParameterValueException", "ResourceNotFoundException"],
        access: |cx, input| {
            let qualifier = input.qualifier.as_deref();
            target::access(cx, "lambda:PutFunctionEventInvokeConfig", &input.function_name, qualifier)
        },
        handler: put_function_event_invoke_config,
    }
}

fn put_function_event_invoke_config(
    cx: &mut OpContext<'_>,
    input: EventConfigInput,
) -> ApiResult<FunctionEventInvokeConfig> {
    check_members(&input)?;
    let (target, key) = keyed(cx, &input.function_name, input.qualifier.as_deref())?;
    target.function(cx).map_err(|_| errors::function_does_not_exist())?;
    let empty = EventConfig {
        maximum_retry_attempts: None,
        maximum_event_age_s: None,
        on_success: None,
        on_failure: None,
        modified_ms: cx.now_ms,
    };
    store(cx, &target, key, empty, input)
}

operation! {
    /// Changes some settings of asynchronous invocation and leaves the others.
    ///
    /// **Source**: AWS Lambda API Reference, "UpdateFunctionEventInvokeConfig".
    pub UPDATE_FUNCTION_EVENT_INVOKE_CONFIG: UpdateFunctionEventInvokeConfig {
        http: "POST" "/2019-09-25/functions/{FunctionName}/event-invoke-config" 200,
        input: EventConfigInput,
        output: FunctionEventInvokeConfig,
        errors: ["InvalidParameterValueException", "ResourceNotFoundException"],
        access: |cx, input| {
            let qualifier = input.qualifier.as_deref();
            target::access(cx, "lambda:UpdateFunctionEventInvokeConfig", &input.function_name, qualifier)
        },
        handler: update_function_event_invoke_config,
    }
}

fn update_function_event_invoke_config(
    cx: &mut OpContext<'_>,
    input: EventConfigInput,
) -> ApiResult<FunctionEventInvokeConfig> {
    check_members(&input)?;
    let (target, key) = keyed(cx, &input.function_name, input.qualifier.as_deref())?;
    let current = target.function(cx).ok().and_then(|function| function.event_configs.get(&key)).cloned();
    let current = current.ok_or_else(|| missing(&target, &key))?;
    store(cx, &target, key, EventConfig { modified_ms: cx.now_ms, ..current }, input)
}

fn store(
    cx: &mut OpContext<'_>,
    target: &Target,
    key: String,
    mut config: EventConfig,
    input: EventConfigInput,
) -> ApiResult<FunctionEventInvokeConfig> {
    config.maximum_retry_attempts = input.maximum_retry_attempts.or(config.maximum_retry_attempts);
    config.maximum_event_age_s = input.maximum_event_age_in_seconds.or(config.maximum_event_age_s);
    if let Some(wanted) = input.destination_config {
        let given = |arn: &String| !arn.is_empty();
        config.on_success = wanted.on_success.and_then(|on| on.destination).filter(given);
        config.on_failure = wanted.on_failure.and_then(|on| on.destination).filter(given);
        let function = target.function(cx)?.clone();
        let role_arn =
            function.version(&key).map(|version| version.settings.role.clone()).unwrap_or_default();
        for arn in config.on_success.iter().chain(&config.on_failure) {
            destinations::check(cx, &function, &role_arn, arn)?;
        }
    }
    let function = target.function_mut(cx)?;
    let answer = shown(function, &key, &config);
    function.event_configs.insert(key, config);
    Ok(answer)
}

fn missing(target: &Target, key: &str) -> nuvola_wire::ApiError {
    let arn = target.arn.strip_suffix(&format!(":{}", target.qualifier)).unwrap_or(&target.arn);
    errors::no_event_config(&format!("{arn}:{key}"))
}

operation! {
    /// Returns the settings of asynchronous invocation.
    ///
    /// **Source**: AWS Lambda API Reference, "GetFunctionEventInvokeConfig".
    pub GET_FUNCTION_EVENT_INVOKE_CONFIG: GetFunctionEventInvokeConfig {
        http: "GET" "/2019-09-25/functions/{FunctionName}/event-invoke-config" 200,
        input: FunctionInput,
        output: FunctionEventInvokeConfig,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| {
            let qualifier = input.qualifier.as_deref();
            target::access(cx, "lambda:GetFunctionEventInvokeConfig", &input.function_name, qualifier)
        },
        handler: get_function_event_invoke_config,
    }
}

fn get_function_event_invoke_config(
    cx: &mut OpContext<'_>,
    input: FunctionInput,
) -> ApiResult<FunctionEventInvokeConfig> {
    let (target, key) = keyed(cx, &input.function_name, input.qualifier.as_deref())?;
    let function = target.function(cx).map_err(|_| missing(&target, &key))?;
    let config = function.event_configs.get(&key).ok_or_else(|| missing(&target, &key))?;
    Ok(shown(function, &key, config))
}

operation! {
    /// Returns asynchronous invocation to its defaults.
    ///
    /// **Source**: AWS Lambda API Reference, "DeleteFunctionEventInvokeConfig".
    pub DELETE_FUNCTION_EVENT_INVOKE_CONFIG: DeleteFunctionEventInvokeConfig {
        http: "DELETE" "/2019-09-25/functions/{FunctionName}/event-invoke-config" 204,
        input: FunctionInput,
        output: (),
        errors: ["ResourceNotFoundException"],
        access: |cx, input| {
            let qualifier = input.qualifier.as_deref();
            target::access(cx, "lambda:DeleteFunctionEventInvokeConfig", &input.function_name, qualifier)
        },
        handler: delete_function_event_invoke_config,
    }
}

fn delete_function_event_invoke_config(cx: &mut OpContext<'_>, input: FunctionInput) -> ApiResult<()> {
    let (target, key) = keyed(cx, &input.function_name, input.qualifier.as_deref())?;
    let known = target.function(cx).is_ok_and(|function| function.event_configs.contains_key(&key));
    if !known {
        return Err(missing(&target, &key));
    }
    target.function_mut(cx)?.event_configs.remove(&key);
    Ok(())
}

operation! {
    /// Lists the settings of a function's versions and aliases.
    ///
    /// **Source**: AWS Lambda API Reference, "ListFunctionEventInvokeConfigs".
    pub LIST_FUNCTION_EVENT_INVOKE_CONFIGS: ListFunctionEventInvokeConfigs {
        http: "GET" "/2019-09-25/functions/{FunctionName}/event-invoke-config/list" 200,
        input: PageInput,
        output: ListFunctionEventInvokeConfigsOutput,
        errors: ["InvalidParameterValueException", "ResourceNotFoundException"],
        access: |cx, input| {
            target::access(cx, "lambda:ListFunctionEventInvokeConfigs", &input.function_name, None)
        },
        handler: list_function_event_invoke_configs,
    }
}

fn list_function_event_invoke_configs(
    cx: &mut OpContext<'_>,
    input: PageInput,
) -> ApiResult<ListFunctionEventInvokeConfigsOutput> {
    let target = unqualified(cx, &input.function_name)?;
    let function = target.function(cx).map_err(|_| errors::function_does_not_exist())?;
    let all = function.event_configs.iter().map(|(key, config)| shown(function, key, config)).collect();
    let key = |config: &FunctionEventInvokeConfig| config.function_arn.clone().unwrap_or_default();
    let (function_event_invoke_configs, next_marker) =
        pages::page(all, key, input.marker.as_deref(), input.max_items)?;
    Ok(ListFunctionEventInvokeConfigsOutput { function_event_invoke_configs, next_marker })
}
