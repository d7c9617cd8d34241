//! What is asked about an account or a function and cannot be changed here.

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

use crate::lambda::limits;
use crate::lambda::shapes::{FunctionInput, NameInput};
use crate::lambda::target::{self, target, unqualified};

shape! {
    /// What GetAccountSettings answers.
    pub struct GetAccountSettingsOutput {
        #[wire("AccountLimit")] pub account_limit: Option<AccountLimit>,
        #[wire("AccountUsage")] pub account_usage: Option<AccountUsage>,
    }

    /// The account's quotas.
    pub struct AccountLimit {
        #[wire("TotalCodeSize")] pub total_code_size: Option<i64>,
        #[wire("CodeSizeUnzipped")] pub code_size_unzipped: Option<i64>,
        #[wire("CodeSizeZipped")] pub code_size_zipped: Option<i64>,
        #[wire("ConcurrentExecutions")] pub concurrent_executions: Option<i32>,
        #[wire("UnreservedConcurrentExecutions")] pub unreserved_concurrent_executions: Option<i32>,
    }

    /// How much of them is used.
    pub struct AccountUsage {
        #[wire("TotalCodeSize")] pub total_code_size: Option<i64>,
        #[wire("FunctionCount")] pub function_count: Option<i64>,
    }

    /// What GetFunctionCodeSigningConfig answers.
    pub struct GetFunctionCodeSigningConfigOutput {
        #[wire("CodeSigningConfigArn")] pub code_signing_config_arn: Option<String>,
        #[wire("FunctionName")] pub function_name: Option<String>,
    }

    /// What GetRuntimeManagementConfig answers.
    pub struct GetRuntimeManagementConfigOutput {
        #[wire("UpdateRuntimeOn")] pub update_runtime_on: Option<String>,
        #[wire("RuntimeVersionArn")] pub runtime_version_arn: Option<String>,
        #[wire("FunctionArn")] pub function_arn: Option<String>,
    }

    /// What GetFunctionRecursionConfig answers.
    pub struct GetFunctionRecursionConfigOutput {
        #[wire("RecursiveLoop")] pub recursive_loop: Option<String>,
    }
}

operation! {
    /// Returns the account's quotas and usage in the region.
    ///
    /// **Source**: AWS Lambda API Reference, "GetAccountSettings".
    pub GET_ACCOUNT_SETTINGS: GetAccountSettings {
        http: "GET" "/2016-08-19/account-settings" 200,
        input: (),
        output: GetAccountSettingsOutput,
        errors: [],
        access: |_, _| Access::to("lambda:GetAccountSettings", "*"),
        handler: get_account_settings,
    }
}

fn get_account_settings(cx: &mut OpContext<'_>, _input: ()) -> ApiResult<GetAccountSettingsOutput> {
    let region = cx.region.to_string();
    let state = &cx.state().lambda;
    let reserved: u32 = state.functions(&region).filter_map(|function| function.reserved_concurrency).sum();
    let code: usize = state
        .functions(&region)
        .flat_map(|function| function.all_versions())
        .map(|version| version.code.len())
        .sum();
    let total = state.concurrent_executions;
    Ok(GetAccountSettingsOutput {
        account_limit: Some(AccountLimit {
            total_code_size: Some(limits::CODE_TOTAL_MAX_BYTES),
            code_size_unzipped: Some(limits::CODE_UNZIPPED_MAX_BYTES as i64),
            code_size_zipped: Some(limits::CODE_ZIPPED_MAX_BYTES as i64),
            concurrent_executions: Some(total as i32),
            unreserved_concurrent_executions: Some(total.saturating_sub(reserved) as i32),
        }),
        account_usage: Some(AccountUsage {
            total_code_size: Some(code as i64),
            function_count: Some(state.functions(&region).count() as i64),
        }),
    })
}

operation! {
    /// Tells which code-signing configuration a function has: none, since they are not simulated.
    ///
    /// **Source**: AWS Lambda API Reference, "GetFunctionCodeSigningConfig".
    pub GET_FUNCTION_CODE_SIGNING_CONFIG: GetFunctionCodeSigningConfig {
        http: "GET" "/2020-06-30/functions/{FunctionName}/code-signing-config" 200,
        input: NameInput,
        output: GetFunctionCodeSigningConfigOutput,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| {
            target::access(cx, "lambda:GetFunctionCodeSigningConfig", &input.function_name, None)
        },
        handler: get_function_code_signing_config,
    }
}

fn get_function_code_signing_config(
    cx: &mut OpContext<'_>,
    input: NameInput,
) -> ApiResult<GetFunctionCodeSigningConfigOutput> {
    let target = unqualified(cx, &input.function_name)?;
    target.function(cx)?;
    Ok(GetFunctionCodeSigningConfigOutput::default())
}

operation! {
    /// Tells when a function's runtime is updated: automatically.
    ///
    /// **Source**: AWS Lambda API Reference, "GetRuntimeManagementConfig".
    pub GET_RUNTIME_MANAGEMENT_CONFIG: GetRuntimeManagementConfig {
        http: "GET" "/2021-07-20/functions/{FunctionName}/runtime-management-config" 200,
        input: FunctionInput,
        output: GetRuntimeManagementConfigOutput,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| {
            let qualifier = input.qualifier.as_deref();
            target::access(cx, "lambda:GetRuntimeManagementConfig", &input.function_name, qualifier)
        },
        handler: get_runtime_management_config,
    }
}

fn get_runtime_management_config(
    cx: &mut OpContext<'_>,
    input: FunctionInput,
) -> ApiResult<GetRuntimeManagementConfigOutput> {
    let target = target(cx, &input.function_name, input.qualifier.as_deref())?;
    let (function, version) = target.version(cx)?;
    Ok(GetRuntimeManagementConfigOutput {
        update_runtime_on: Some("Auto".to_owned()),
        runtime_version_arn: None,
        function_arn: Some(function.qualified_arn(&version.version)),
    })
}

operation! {
    /// Tells what happens to a function that invokes itself in a loop: Lambda ends it.
    ///
    /// **Source**: AWS Lambda API Reference, "GetFunctionRecursionConfig".
    pub GET_FUNCTION_RECURSION_CONFIG: GetFunctionRecursionConfig {
        http: "GET" "/2024-08-31/functions/{FunctionName}/recursion-config" 200,
        input: NameInput,
        output: GetFunctionRecursionConfigOutput,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| target::access(cx, "lambda:GetFunctionRecursionConfig", &input.function_name, None),
        handler: get_function_recursion_config,
    }
}

fn get_function_recursion_config(
    cx: &mut OpContext<'_>,
    input: NameInput,
) -> ApiResult<GetFunctionRecursionConfigOutput> {
    let target = unqualified(cx, &input.function_name)?;
    target.function(cx)?;
    Ok(GetFunctionRecursionConfigOutput { recursive_loop: Some("Terminate".to_owned()) })
}
