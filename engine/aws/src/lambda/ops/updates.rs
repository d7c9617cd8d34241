//! Changes of a function's code and settings.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_kernel::Blob;
use nuvola_wire::shape;

use super::functions::{check_runnable, has_subnets};
use super::versions::publish;
use crate::lambda::code::CodeSource;
use crate::lambda::configure::Wanted;
use crate::lambda::limits::LATEST;
use crate::lambda::shapes::{
    self, DeadLetterConfig, Detail, Environment, EphemeralStorage, FunctionConfiguration, LoggingConfig,
    SnapStart, TracingConfig,
};
use crate::lambda::state::{FunctionVersion, State, UpdateStatus};
use crate::lambda::target::{self, Target, unqualified};
use crate::lambda::{destinations, environments, errors, layers, limits, package, role, timers};

shape! {
    /// What UpdateFunctionCode takes.
    pub struct UpdateFunctionCodeInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("ZipFile")] pub zip_file: Option<Blob>,
        #[wire("S3Bucket")] pub s3_bucket: Option<String>,
        #[wire("S3Key")] pub s3_key: Option<String>,
        #[wire("S3ObjectVersion")] pub s3_object_version: Option<String>,
        #[wire("ImageUri")] pub image_uri: Option<String>,
        #[wire("Publish")] pub publish: Option<bool>,
        #[wire("DryRun")] pub dry_run: Option<bool>,
        #[wire("RevisionId")] pub revision_id: Option<String>,
        #[wire("Architectures")] pub architectures: Option<Vec<String>>,
    }

    /// What UpdateFunctionConfiguration takes.
    pub struct UpdateFunctionConfigurationInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("Role")] pub role: Option<String>,
        #[wire("Handler")] pub handler: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("Timeout")] pub timeout: Option<i32>,
        #[wire("MemorySize")] pub memory_size: Option<i32>,
        #[wire("VpcConfig")] pub vpc_config: Option<serde_json::Value>,
        #[wire("Environment")] pub environment: Option<Environment>,
        #[wire("Runtime")] pub runtime: Option<String>,
        #[wire("DeadLetterConfig")] pub dead_letter_config: Option<DeadLetterConfig>,
        #[wire("KMSKeyArn")] pub kms_key_arn: Option<String>,
        #[wire("TracingConfig")] pub tracing_config: Option<TracingConfig>,
        #[wire("RevisionId")] pub revision_id: Option<String>,
        #[wire("Layers")] pub layers: Option<Vec<String>>,
        #[wire("EphemeralStorage")] pub ephemeral_storage: Option<EphemeralStorage>,
        #[wire("SnapStart")] pub snap_start: Option<SnapStart>,
        #[wire("LoggingConfig")] pub logging_config: Option<LoggingConfig>,
    }
}

operation! {
    /// Replaces the code of `$LATEST`; environments with the old code end when they are idle.
    ///
    /// **Source**: AWS Lambda API Reference, "UpdateFunctionCode".
    pub UPDATE_FUNCTION_CODE: UpdateFunctionCode {
        http: "PUT" "/2015-03-31/functions/{FunctionName}/code" 200,
        input: UpdateFunctionCodeInput,
        output: FunctionConfiguration,
        errors: [
            "InvalidParameterValueException",
            "PreconditionFailedException",
            "ResourceConflictException",
            "ResourceNotFoundException",
        ],
        access: |cx, input| target::access(cx, "lambda:UpdateFunctionCode", &input.function_name, None),
        handler: update_function_code,
    }
}

fn update_function_code(
    cx: &mut OpContext<'_>,
    input: UpdateFunctionCodeInput,
) -> ApiResult<FunctionConfiguration> {
    let target = unqualified(cx, &input.function_name)?;
    let wanted = Wanted { architectures: input.architectures, ..Wanted::default() };
    wanted.check()?;
    check_changeable(cx, &target, input.revision_id.as_deref())?;
    let source = CodeSource {
        zip_file: input.zip_file,
        s3_bucket: input.s3_bucket,
        s3_key: input.s3_key,
        s3_object_version: input.s3_object_version,
        image_uri: input.image_uri,
    };
    let code = source.fetch(cx, "UpdateFunctionCode")?;
    let mut changed = target.function(cx)?.latest.clone();
    wanted.apply(&mut changed.settings);
    changed.code_sha256 = package::code_sha256(&code);
    changed.code = code;
    if input.dry_run == Some(true) {
        let function = target.function(cx)?;
        return Ok(shapes::configuration(function, &changed, "", Detail::Full));
    }
    replace_latest(cx, &target, changed)?;
    if input.publish == Some(true) {
        let number = publish(cx, &target, None)?;
        let function = target.function(cx)?;
        let version = &function.versions[&number];
        return Ok(shapes::configuration(function, version, &version.version, Detail::Full));
    }
    let function = target.function(cx)?;
    Ok(shapes::configuration(function, &function.latest, "", Detail::Full))
}

/// Refuses a change while another one is under way, or of a revision that is not the latest.
pub fn check_changeable(cx: &OpContext<'_>, target: &Target, revision_id: Option<&str>) -> ApiResult<()> {
    let function = target.function(cx)?;
    let latest = &function.latest;
    if latest.state == State::Pending {
        return Err(errors::pending());
    }
    if latest.last_update == UpdateStatus::InProgress {
        return Err(errors::update_in_progress(&function.arn));
    }
    match revision_id {
        Some(revision) if revision != latest.revision_id => Err(errors::revision_mismatch()),
        Some(_) | None => Ok(()),
    }
}

/// Puts a changed `$LATEST` in place; what is idle with the former one ends.
fn replace_latest(cx: &mut OpContext<'_>, target: &Target, changed: FunctionVersion) -> ApiResult<()> {
    let revision_id = cx.ids().uuid();
    let now_ms = cx.now_ms;
    let function = target.function_mut(cx)?;
    function.latest = FunctionVersion {
        revision_id,
        modified_ms: now_ms,
        last_update: UpdateStatus::InProgress,
        generation: function.latest.generation + 1,
        ..changed
    };
    timers::stabilise_later(cx, target, LATEST, limits::UPDATE_MS);
    environments::stop_outdated(cx, &target.region, &target.name);
    Ok(())
}

operation! {
    /// Changes the settings of `$LATEST`.
    ///
    /// **Source**: AWS Lambda API Reference, "UpdateFunctionConfiguration".
    pub UPDATE_FUNCTION_CONFIGURATION: UpdateFunctionConfiguration {
        http: "PUT" "/2015-03-31/functions/{FunctionName}/configuration" 200,
        input: UpdateFunctionConfigurationInput,
        output: FunctionConfiguration,
        errors: [
            "InvalidParameterValueException",
            "PreconditionFailedException",
            "ResourceConflictException",
            "ResourceNotFoundException",
        ],
        access: |cx, input| {
            let access = target::access(cx, "lambda:UpdateFunctionConfiguration", &input.function_name, None);
            match &input.role {
                Some(role) => access.and(role::pass_access(role)),
                None => access,
            }
        },
        handler: update_function_configuration,
    }
}

fn update_function_configuration(
    cx: &mut OpContext<'_>,
    input: UpdateFunctionConfigurationInput,
) -> ApiResult<FunctionConfiguration> {
    let target = unqualified(cx, &input.function_name)?;
    let wanted = Wanted {
        runtime: input.runtime,
        handler: input.handler,
        role: input.role,
        description: input.description,
        timeout: input.timeout,
        memory_size: input.memory_size,
        environment: input.environment,
        ephemeral_storage: input.ephemeral_storage,
        architectures: None,
        tracing: input.tracing_config,
        layers: input.layers,
        dead_letter: input.dead_letter_config,
        kms_key_arn: input.kms_key_arn,
        logging: input.logging_config,
        snap_start: input.snap_start,
    };
    wanted.check()?;
    check_changeable(cx, &target, input.revision_id.as_deref())?;
    check_runnable(cx, wanted.runtime.as_deref())?;
    if let Some(role) = &wanted.role {
        role::check_assumable(cx, role, &target.arn)?;
    }
    if input.vpc_config.is_some_and(|config| has_subnets(&config)) {
        cx.not_simulated("Lambda: VPC networking");
    }
    let mut changed = target.function(cx)?.latest.clone();
    let dead_letter = wanted.dead_letter.clone().and_then(|config| config.target_arn);
    if let Some(arn) = dead_letter.filter(|arn| !arn.is_empty()) {
        let function = target.function(cx)?.clone();
        let role_arn = wanted.role.as_deref().unwrap_or(&changed.settings.role);
        destinations::check_dead_letter(cx, &function, role_arn, &arn)?;
    }
    if let Some(arns) = &wanted.layers {
        layers::check(cx, arns)?;
    }
    wanted.tell_not_simulated(cx);
    wanted.apply(&mut changed.settings);
    changed.settings.layer_bytes = layers::sizes(&cx.state().lambda, &changed.settings.layers);
    replace_latest(cx, &target, changed)?;
    let function = target.function(cx)?;
    Ok(shapes::configuration(function, &function.latest, "", Detail::Full))
}
