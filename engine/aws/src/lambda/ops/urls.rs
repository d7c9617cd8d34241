//! Function URLs.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::Timestamp;
use nuvola_wire::{ApiError, shape};

use crate::lambda::shapes::{Cors, FunctionInput, PageInput};
use crate::lambda::state::{Function, UrlConfig};
use crate::lambda::target::{self, Target, target, unqualified};
use crate::lambda::{errors, names, pages};

shape! {
    /// What CreateFunctionUrlConfig takes.
    pub struct CreateFunctionUrlConfigInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("Qualifier", query = "Qualifier")] pub qualifier: Option<String>,
        #[wire("AuthType")] pub auth_type: String,
        #[wire("Cors")] pub cors: Option<Cors>,
        #[wire("InvokeMode")] pub invoke_mode: Option<String>,
    }

    /// What UpdateFunctionUrlConfig takes.
    pub struct UpdateFunctionUrlConfigInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("Qualifier", query = "Qualifier")] pub qualifier: Option<String>,
        #[wire("AuthType")] pub auth_type: Option<String>,
        #[wire("Cors")] pub cors: Option<Cors>,
        #[wire("InvokeMode")] pub invoke_mode: Option<String>,
    }

    /// A function URL. CreateFunctionUrlConfig leaves out when it was modified.
    pub struct FunctionUrlConfig {
        #[wire("FunctionUrl")] pub function_url: String,
        #[wire("FunctionArn")] pub function_arn: String,
        #[wire("AuthType")] pub auth_type: String,
        #[wire("Cors")] pub cors: Option<Cors>,
        #[wire("CreationTime")] pub creation_time: String,
        #[wire("LastModifiedTime")] pub last_modified_time: Option<String>,
        #[wire("InvokeMode")] pub invoke_mode: Option<String>,
    }

    /// What ListFunctionUrlConfigs answers.
    pub struct ListFunctionUrlConfigsOutput {
        #[wire("FunctionUrlConfigs")] pub function_url_configs: Vec<FunctionUrlConfig>,
        #[wire("NextMarker")] pub next_marker: Option<String>,
    }
}

fn url_time(ms: i64) -> String {
    // Nanoseconds, as recorded from AWS: 2026-11-23T10:00:00.123000000Z.
    format!("{}000000Z", Timestamp(ms).iso_millis().trim_end_matches('Z'))
}

fn shown(function: &Function, region: &str, qualifier: &str, url: &UrlConfig) -> FunctionUrlConfig {
    FunctionUrlConfig {
        function_url: url.address(region),
        function_arn: function.qualified_arn(qualifier),
        auth_type: url.auth_type.clone(),
        cors: url.cors.as_ref().map(Cors::of),
        creation_time: url_time(url.created_ms),
        last_modified_time: Some(url_time(url.modified_ms)),
        invoke_mode: Some(url.invoke_mode.clone()),
    }
}

/// Only `$LATEST` (no qualifier) and aliases have URLs.
fn url_target(cx: &OpContext<'_>, name: &str, qualifier: Option<&str>) -> ApiResult<Target> {
    if let Some(qualifier) = qualifier {
        let mut validation = Validation::new();
        validation.length("qualifier", qualifier, 1, 128);
        let pattern = r"((?!^\d+$)^[0-9a-zA-Z-_]+$)";
        validation.pattern("qualifier", qualifier, pattern, names::is_alias(qualifier));
        validation.finish("ValidationException")?;
    }
    target(cx, name, qualifier)
}

fn check_members(auth_type: Option<&str>, invoke_mode: Option<&str>, cors: Option<&Cors>) -> ApiResult<()> {
    let mut validation = Validation::new();
    if let Some(auth_type) = auth_type {
        validation.one_of("authType", auth_type, &["NONE", "AWS_IAM"]);
    }
    if let Some(mode) = invoke_mode {
        validation.one_of("invokeMode", mode, &["BUFFERED", "RESPONSE_STREAM"]);
    }
    if let Some(cors) = cors {
        if let Some(age) = cors.max_age {
            validation.range("cors.maxAge", age.into(), 0, 86_400);
        }
        if let Some(methods) = &cors.allow_methods {
            let shown = format!("[{}]", methods.join(", "));
            if methods.len() > 6 {
                let constraint = "Member must have length less than or equal to 6";
                validation.problem(Some(&shown), "cors.allowMethods", constraint);
            }
            if methods.iter().any(|method| method.len() > 6) {
                let constraint = "Member must satisfy constraint: [Member must have length less than or equal to 6, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: .*, Member must not be null]";
                validation.problem(Some(&shown), "cors.allowMethods", constraint);
            }
        }
    }
    validation.finish("ValidationException")
}

/// No URL can be found: of the function, or of what the qualifier names.
fn missing(cx: &OpContext<'_>, target: &Target) -> ApiError {
    match cx.state().lambda.function(&target.region, &target.name) {
        Some(_) => errors::resource_missing(),
        None => errors::function_does_not_exist(),
    }
}

operation! {
    /// Gives a function, or an alias of it, an address of its own.
    ///
    /// **Source**: AWS Lambda API Reference, "CreateFunctionUrlConfig".
    pub CREATE_FUNCTION_URL_CONFIG: CreateFunctionUrlConfig {
        http: "POST" "/2021-10-31/functions/{FunctionName}/url" 201,
        input: CreateFunctionUrlConfigInput,
        output: FunctionUrlConfig,
        errors: ["ResourceConflictException", "ResourceNotFoundException"],
        access: |cx, input| {
            let qualifier = input.qualifier.as_deref();
            target::access(cx, "lambda:CreateFunctionUrlConfig", &input.function_name, qualifier)
                .with_key("lambda:FunctionUrlAuthType", [input.auth_type.clone()])
        },
        handler: create_function_url_config,
    }
}

fn create_function_url_config(
    cx: &mut OpContext<'_>,
    input: CreateFunctionUrlConfigInput,
) -> ApiResult<FunctionUrlConfig> {
    check_members(Some(&input.auth_type), input.invoke_mode.as_deref(), input.cors.as_ref())?;
    let target = url_target(cx, &input.function_name, input.qualifier.as_deref())?;
    let function = target.function(cx).map_err(|_| errors::function_does_not_exist())?;
    if function.urls.contains_key(&target.qualifier) {
        return Err(errors::url_exists(&target.arn));
    }
    if input.invoke_mode.as_deref() == Some("RESPONSE_STREAM") {
        cx.not_simulated("Lambda: response streaming of function URLs: answers are buffered");
    }
    // As recorded from AWS, this answer tells the mode only if the request does.
    let invoke_mode = input.invoke_mode.clone();
    let url = UrlConfig {
        url_id: cx.ids().lower_alnum(32),
        auth_type: input.auth_type,
        invoke_mode: input.invoke_mode.unwrap_or_else(|| "BUFFERED".to_owned()),
        cors: input.cors.map(Cors::into_state),
        created_ms: cx.now_ms,
        modified_ms: cx.now_ms,
    };
    let function = target.function_mut(cx)?;
    let answer = shown(function, &target.region, &target.qualifier, &url);
    function.urls.insert(target.qualifier, url);
    Ok(FunctionUrlConfig { last_modified_time: None, invoke_mode, ..answer })
}

operation! {
    /// Returns a function URL.
    ///
    /// **Source**: AWS Lambda API Reference, "GetFunctionUrlConfig".
    pub GET_FUNCTION_URL_CONFIG: GetFunctionUrlConfig {
        http: "GET" "/2021-10-31/functions/{FunctionName}/url" 200,
        input: FunctionInput,
        output: FunctionUrlConfig,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| {
            let qualifier = input.qualifier.as_deref();
            target::access(cx, "lambda:GetFunctionUrlConfig", &input.function_name, qualifier)
        },
        handler: get_function_url_config,
    }
}

fn get_function_url_config(cx: &mut OpContext<'_>, input: FunctionInput) -> ApiResult<FunctionUrlConfig> {
    let target = url_target(cx, &input.function_name, input.qualifier.as_deref())?;
    let function = target.function(cx).map_err(|_| errors::resource_missing())?;
    let url = function.urls.get(&target.qualifier).ok_or_else(errors::resource_missing)?;
    Ok(shown(function, &target.region, &target.qualifier, url))
}

operation! {
    /// Changes a function URL; its address stays.
    ///
    /// **Source**: AWS Lambda API Reference, "UpdateFunctionUrlConfig".
    pub UPDATE_FUNCTION_URL_CONFIG: UpdateFunctionUrlConfig {
        http: "PUT" "/2021-10-31/functions/{FunctionName}/url" 200,
        input: UpdateFunctionUrlConfigInput,
        output: FunctionUrlConfig,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| {
            let qualifier = input.qualifier.as_deref();
            target::access(cx, "lambda:UpdateFunctionUrlConfig", &input.function_name, qualifier)
        },
        handler: update_function_url_config,
    }
}

fn update_function_url_config(
    cx: &mut OpContext<'_>,
    input: UpdateFunctionUrlConfigInput,
) -> ApiResult<FunctionUrlConfig> {
    check_members(input.auth_type.as_deref(), input.invoke_mode.as_deref(), input.cors.as_ref())?;
    let target = url_target(cx, &input.function_name, input.qualifier.as_deref())?;
    let known = target.function(cx).is_ok_and(|function| function.urls.contains_key(&target.qualifier));
    if !known {
        return Err(missing(cx, &target));
    }
    let now_ms = cx.now_ms;
    let function = target.function_mut(cx)?;
    let url = function.urls.get_mut(&target.qualifier).ok_or_else(errors::resource_missing)?;
    if let Some(auth_type) = input.auth_type {
        url.auth_type = auth_type;
    }
    if let Some(mode) = input.invoke_mode {
        url.invoke_mode = mode;
    }
    if let Some(cors) = input.cors {
        // An empty structure takes the settings away.
        let cors = cors.into_state();
        url.cors = (cors != Default::default()).then_some(cors);
    }
    url.modified_ms = now_ms;
    let url = url.clone();
    Ok(shown(function, &target.region, &target.qualifier, &url))
}

operation! {
    /// Deletes a function URL; its address is never given again.
    ///
    /// **Source**: AWS Lambda API Reference, "DeleteFunctionUrlConfig".
    pub DELETE_FUNCTION_URL_CONFIG: DeleteFunctionUrlConfig {
        http: "DELETE" "/2021-10-31/functions/{FunctionName}/url" 204,
        input: FunctionInput,
        output: (),
        errors: ["ResourceNotFoundException"],
        access: |cx, input| {
            let qualifier = input.qualifier.as_deref();
            target::access(cx, "lambda:DeleteFunctionUrlConfig", &input.function_name, qualifier)
        },
        handler: delete_function_url_config,
    }
}

fn delete_function_url_config(cx: &mut OpContext<'_>, input: FunctionInput) -> ApiResult<()> {
    let target = url_target(cx, &input.function_name, input.qualifier.as_deref())?;
    let known = target.function(cx).is_ok_and(|function| function.urls.contains_key(&target.qualifier));
    if !known {
        return Err(errors::resource_missing());
    }
    target.function_mut(cx)?.urls.remove(&target.qualifier);
    Ok(())
}

operation! {
    /// Lists the URLs of a function and its aliases.
    ///
    /// **Source**: AWS Lambda API Reference, "ListFunctionUrlConfigs".
    pub LIST_FUNCTION_URL_CONFIGS: ListFunctionUrlConfigs {
        http: "GET" "/2021-10-31/functions/{FunctionName}/urls" 200,
        input: PageInput,
        output: ListFunctionUrlConfigsOutput,
        errors: ["InvalidParameterValueException", "ResourceNotFoundException"],
        access: |cx, input| target::access(cx, "lambda:ListFunctionUrlConfigs", &input.function_name, None),
        handler: list_function_url_configs,
    }
}

fn list_function_url_configs(
    cx: &mut OpContext<'_>,
    input: PageInput,
) -> ApiResult<ListFunctionUrlConfigsOutput> {
    let target = unqualified(cx, &input.function_name)?;
    let function = target.function(cx).map_err(|_| errors::function_does_not_exist())?;
    let show = |(qualifier, url): (&String, &UrlConfig)| shown(function, &target.region, qualifier, url);
    let all = function.urls.iter().map(show).collect();
    let key = |url: &FunctionUrlConfig| url.function_arn.clone();
    let (function_url_configs, next_marker) =
        pages::page(all, key, input.marker.as_deref(), input.max_items)?;
    Ok(ListFunctionUrlConfigsOutput { function_url_configs, next_marker })
}
