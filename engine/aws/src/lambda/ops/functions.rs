//! Functions: create, read, list, delete.

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::Blob;
use nuvola_kernel::Map;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::lambda::code::CodeSource;
use crate::lambda::configure::{self, Wanted};
use crate::lambda::limits::LATEST;
use crate::lambda::shapes::{
    self, Concurrency, DeadLetterConfig, Detail, Environment, EphemeralStorage, FunctionConfiguration,
    FunctionInput, LoggingConfig, SnapStart, TracingConfig,
};
use crate::lambda::state::{Function, FunctionVersion, Settings, State, UpdateStatus};
use crate::lambda::target::{self, target, unqualified};
use crate::lambda::{
    destinations, environments, errors, layers, limits, names, package, pages, role, runtimes, tags, timers,
};

shape! {
    /// What CreateFunction takes.
    pub struct CreateFunctionInput {
        #[wire("FunctionName")] pub function_name: String,
        #[wire("Runtime")] pub runtime: Option<String>,
        #[wire("Role")] pub role: String,
        #[wire("Handler")] pub handler: Option<String>,
        #[wire("Code")] pub code: FunctionCode,
        #[wire("Description")] pub description: Option<String>,
        #[wire("Timeout")] pub timeout: Option<i32>,
        #[wire("MemorySize")] pub memory_size: Option<i32>,
        #[wire("Publish")] pub publish: Option<bool>,
        #[wire("VpcConfig")] pub vpc_config: Option<serde_json::Value>,
        #[wire("PackageType")] pub package_type: Option<String>,
        #[wire("DeadLetterConfig")] pub dead_letter_config: Option<DeadLetterConfig>,
        #[wire("Environment")] pub environment: Option<Environment>,
        #[wire("KMSKeyArn")] pub kms_key_arn: Option<String>,
        #[wire("TracingConfig")] pub tracing_config: Option<TracingConfig>,
        #[wire("Tags")] pub tags: Option<BTreeMap<String, String>>,
        #[wire("Layers")] pub layers: Option<Vec<String>>,
        #[wire("FileSystemConfigs")] pub file_system_configs: Option<serde_json::Value>,
        #[wire("CodeSigningConfigArn")] pub code_signing_config_arn: Option<String>,
        #[wire("Architectures")] pub architectures: Option<Vec<String>>,
        #[wire("EphemeralStorage")] pub ephemeral_storage: Option<EphemeralStorage>,
        #[wire("SnapStart")] pub snap_start: Option<SnapStart>,
        #[wire("LoggingConfig")] pub logging_config: Option<LoggingConfig>,
        #[wire("CapacityProviderConfig")] pub capacity_provider_config: Option<serde_json::Value>,
        #[wire("DurableConfig")] pub durable_config: Option<serde_json::Value>,
        #[wire("TenancyConfig")] pub tenancy_config: Option<serde_json::Value>,
    }

    /// Where the deployment package is.
    pub struct FunctionCode {
        #[wire("ZipFile")] pub zip_file: Option<Blob>,
        #[wire("S3Bucket")] pub s3_bucket: Option<String>,
        #[wire("S3Key")] pub s3_key: Option<String>,
        #[wire("S3ObjectVersion")] pub s3_object_version: Option<String>,
        #[wire("ImageUri")] pub image_uri: Option<String>,
    }

    /// What GetFunction answers.
    pub struct GetFunctionOutput {
        #[wire("Configuration")] pub configuration: Option<FunctionConfiguration>,
        #[wire("Code")] pub code: Option<FunctionCodeLocation>,
        #[wire("Tags")] pub tags: Option<BTreeMap<String, String>>,
        #[wire("Concurrency")] pub concurrency: Option<Concurrency>,
    }

    /// Where the deployment package can be fetched.
    pub struct FunctionCodeLocation {
        #[wire("RepositoryType")] pub repository_type: Option<String>,
        #[wire("Location")] pub location: Option<String>,
    }

    /// What ListFunctions takes.
    pub struct ListFunctionsInput {
        #[wire("MasterRegion", query = "MasterRegion")] pub master_region: Option<String>,
        #[wire("FunctionVersion", query = "FunctionVersion")] pub function_version: Option<String>,
        #[wire("Marker", query = "Marker")] pub marker: Option<String>,
        #[wire("MaxItems", query = "MaxItems")] pub max_items: Option<i32>,
    }

    /// What ListFunctions answers.
    pub struct ListFunctionsOutput {
        #[wire("NextMarker")] pub next_marker: Option<String>,
        #[wire("Functions")] pub functions: Vec<FunctionConfiguration>,
    }

    /// DeleteFunction answers nothing but a status.
    pub struct DeleteFunctionOutput {
        #[wire("StatusCode", status_code)] pub status_code: Option<i32>,
    }
}

operation! {
    /// Creates a function, which is `Pending` for a moment and then `Active`.
    ///
    /// **Source**: AWS Lambda API Reference, "CreateFunction".
    pub CREATE_FUNCTION: CreateFunction {
        http: "POST" "/2015-03-31/functions" 201,
        input: CreateFunctionInput,
        output: FunctionConfiguration,
        errors: ["InvalidParameterValueException", "ResourceConflictException"],
        access: |cx, input| {
            let tags = input.tags.iter().flatten();
            target::access(cx, "lambda:CreateFunction", &input.function_name, None)
                .with_request_tags(tags.map(|(key, value)| (key.as_str(), value.as_str())))
                .and(role::pass_access(&input.role))
        },
        handler: create_function,
    }
}

fn create_function(cx: &mut OpContext<'_>, input: CreateFunctionInput) -> ApiResult<FunctionConfiguration> {
    let target = unqualified(cx, &input.function_name)?;
    check_name(&target.name)?;
    let wanted = Wanted {
        runtime: input.runtime,
        handler: input.handler,
        role: Some(input.role),
        description: input.description,
        timeout: input.timeout,
        memory_size: input.memory_size,
        environment: input.environment,
        ephemeral_storage: input.ephemeral_storage,
        architectures: input.architectures,
        tracing: input.tracing_config,
        layers: input.layers,
        dead_letter: input.dead_letter_config,
        kms_key_arn: input.kms_key_arn,
        logging: input.logging_config,
        snap_start: input.snap_start,
    };
    wanted.check()?;
    if input.package_type.as_deref() == Some("Image") {
        return Err(errors::not_simulated(cx, "functions from container images"));
    }
    if wanted.runtime.is_none() || wanted.handler.is_none() {
        let text =
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.";
        return Err(errors::invalid_parameter(text));
    }
    let tags = input.tags.unwrap_or_default();
    tags::check(&BTreeMap::new(), &tags)?;
    if cx.state().lambda.function(&target.region, &target.name).is_some() {
        return Err(errors::function_exists(&target.name));
    }
    let source = CodeSource {
        zip_file: input.code.zip_file,
        s3_bucket: input.code.s3_bucket,
        s3_key: input.code.s3_key,
        s3_object_version: input.code.s3_object_version,
        image_uri: input.code.image_uri,
    };
    let code = source.fetch(cx, "CreateFunction")?;
    check_runnable(cx, wanted.runtime.as_deref())?;
    role::check_assumable(cx, wanted.role.as_deref().unwrap_or(""), &target.arn)?;

    for (given, what) in [
        (input.vpc_config.is_some_and(|value| has_subnets(&value)), "VPC networking"),
        (input.file_system_configs.is_some_and(|value| value != serde_json::json!([])), "file systems"),
        (input.code_signing_config_arn.is_some(), "code signing"),
        (input.capacity_provider_config.is_some(), "capacity providers"),
        (input.durable_config.is_some(), "durable functions"),
        (input.tenancy_config.is_some(), "tenant isolation"),
    ] {
        if given {
            cx.not_simulated(format!("Lambda: {what}"));
        }
    }
    wanted.tell_not_simulated(cx);
    let mut settings = configure::defaults(&target.name);
    if let Some(arns) = &wanted.layers {
        layers::check(cx, arns)?;
    }
    wanted.apply(&mut settings);
    settings.layer_bytes = layers::sizes(&cx.state().lambda, &settings.layers);
    let latest = new_version(cx, settings, code);
    let mut function = Function {
        name: target.name.clone(),
        arn: target.arn.clone(),
        latest,
        versions: Map::new(),
        last_version: 0,
        aliases: Map::new(),
        policies: Map::new(),
        urls: Map::new(),
        event_configs: Map::new(),
        tags,
        reserved_concurrency: None,
    };
    if let Some(arn) = function.latest.settings.dead_letter_arn.clone() {
        let role_arn = function.latest.settings.role.clone();
        destinations::check_dead_letter(cx, &function, &role_arn, &arn)?;
    }
    let mut shown = shapes::configuration(&function, &function.latest, "", Detail::Full);
    timers::stabilise_later(cx, &target, LATEST, limits::CREATE_MS);
    if input.publish == Some(true) {
        let version = FunctionVersion {
            version: "1".to_owned(),
            revision_id: cx.ids().uuid(),
            ..function.latest.clone()
        };
        function.versions.insert(1, version);
        function.last_version = 1;
        shown = shapes::configuration(&function, &function.versions[&1], "1", Detail::Full);
        timers::stabilise_later(cx, &target, "1", limits::CREATE_MS);
    }
    cx.lambda().regions.entry(target.region).or_default().insert(target.name, function);
    Ok(shown)
}

/// A name on its own is shorter than an ARN may be.
fn check_name(name: &str) -> ApiResult<()> {
    let mut validation = Validation::new();
    validation.length("functionName", name, 1, limits::FUNCTION_NAME_MAX_CHARS);
    validation.finish("ValidationException")
}

/// Other runtimes exist on AWS, but no host of ours can run them.
pub fn check_runnable(cx: &mut OpContext<'_>, runtime: Option<&str>) -> ApiResult<()> {
    match runtime.and_then(runtimes::find) {
        Some(known) if known.language.is_none() => {
            Err(errors::not_simulated(cx, &format!("the runtime `{}`", known.id)))
        }
        Some(_) | None => Ok(()),
    }
}

/// Terraform sends empty lists of subnets for functions outside a VPC.
pub fn has_subnets(config: &serde_json::Value) -> bool {
    config["SubnetIds"].as_array().is_some_and(|subnets| !subnets.is_empty())
}

fn new_version(cx: &mut OpContext<'_>, settings: Settings, code: Blob) -> FunctionVersion {
    FunctionVersion {
        version: LATEST.to_owned(),
        settings,
        code_sha256: package::code_sha256(&code),
        code,
        modified_ms: cx.now_ms,
        revision_id: cx.ids().uuid(),
        state: State::Pending,
        last_update: UpdateStatus::None,
        generation: 0,
    }
}

operation! {
    /// Returns a function's settings and where its package can be fetched.
    ///
    /// **Source**: AWS Lambda API Reference, "GetFunction".
    pub GET_FUNCTION: GetFunction {
        http: "GET" "/2015-03-31/functions/{FunctionName}" 200,
        input: FunctionInput,
        output: GetFunctionOutput,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| {
            target::access(cx, "lambda:GetFunction", &input.function_name, input.qualifier.as_deref())
        },
        handler: get_function,
    }
}

fn get_function(cx: &mut OpContext<'_>, input: FunctionInput) -> ApiResult<GetFunctionOutput> {
    let target = target(cx, &input.function_name, input.qualifier.as_deref())?;
    let (function, version) = target.version(cx)?;
    let reserved = function.reserved_concurrency;
    Ok(GetFunctionOutput {
        configuration: Some(shapes::configuration(function, version, &target.qualifier, Detail::Full)),
        code: Some(FunctionCodeLocation {
            repository_type: Some("S3".to_owned()),
            location: Some(code_location(cx, &target, version)),
        }),
        tags: (!function.tags.is_empty()).then(|| function.tags.clone()),
        concurrency: reserved
            .map(|reserved| Concurrency { reserved_concurrent_executions: Some(reserved as i32) }),
    })
}

/// An address of the kind that AWS gives; Nuvola does not serve the package there.
fn code_location(cx: &OpContext<'_>, target: &target::Target, version: &FunctionVersion) -> String {
    let (region, account) = (&target.region, cx.account());
    let (name, revision) = (&target.name, &version.revision_id);
    format!(
        "https://awslambda-{region}-tasks.s3.{region}.amazonaws.com/snapshots/{account}/{name}-{revision}?versionId={revision}"
    )
}

operation! {
    /// Returns the settings of a function or of a version of it.
    ///
    /// **Source**: AWS Lambda API Reference, "GetFunctionConfiguration".
    pub GET_FUNCTION_CONFIGURATION: GetFunctionConfiguration {
        http: "GET" "/2015-03-31/functions/{FunctionName}/configuration" 200,
        input: FunctionInput,
        output: FunctionConfiguration,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| {
            let qualifier = input.qualifier.as_deref();
            target::access(cx, "lambda:GetFunctionConfiguration", &input.function_name, qualifier)
        },
        handler: get_function_configuration,
    }
}

fn get_function_configuration(
    cx: &mut OpContext<'_>,
    input: FunctionInput,
) -> ApiResult<FunctionConfiguration> {
    let target = target(cx, &input.function_name, input.qualifier.as_deref())?;
    let (function, version) = target.version(cx)?;
    Ok(shapes::configuration(function, version, &target.qualifier, Detail::Full))
}

operation! {
    /// Lists the functions of the region, or with `FunctionVersion=ALL` all their versions.
    ///
    /// **Source**: AWS Lambda API Reference, "ListFunctions".
    pub LIST_FUNCTIONS: ListFunctions {
        http: "GET" "/2015-03-31/functions" 200,
        input: ListFunctionsInput,
        output: ListFunctionsOutput,
        errors: ["InvalidParameterValueException"],
        access: |_, _| Access::to("lambda:ListFunctions", "*"),
        handler: list_functions,
    }
}

fn list_functions(cx: &mut OpContext<'_>, input: ListFunctionsInput) -> ApiResult<ListFunctionsOutput> {
    let mut validation = Validation::new();
    if let Some(which) = &input.function_version {
        validation.one_of("functionVersion", which, &["ALL"]);
    }
    validation.finish("ValidationException")?;
    let region = cx.region.to_string();
    let functions = cx.state().lambda.functions(&region);
    let all: Vec<FunctionConfiguration> = match input.function_version {
        None => functions
            .map(|function| shapes::configuration(function, &function.latest, "", Detail::Listed))
            .collect(),
        Some(_) => functions
            .flat_map(|function| function.all_versions().map(move |version| (function, version)))
            .map(|(function, version)| {
                shapes::configuration(function, version, &version.version, Detail::Listed)
            })
            .collect(),
    };
    let key = |shown: &FunctionConfiguration| shown.function_arn.clone().unwrap_or_default();
    let (functions, next_marker) = pages::page(all, key, input.marker.as_deref(), input.max_items)?;
    Ok(ListFunctionsOutput { next_marker, functions })
}

operation! {
    /// Deletes a function with everything that hangs on it, or one of its versions.
    ///
    /// **Source**: AWS Lambda API Reference, "DeleteFunction".
    pub DELETE_FUNCTION: DeleteFunction {
        http: "DELETE" "/2015-03-31/functions/{FunctionName}" 204,
        input: FunctionInput,
        output: DeleteFunctionOutput,
        errors: ["InvalidParameterValueException", "ResourceConflictException", "ResourceNotFoundException"],
        access: |cx, input| {
            target::access(cx, "lambda:DeleteFunction", &input.function_name, input.qualifier.as_deref())
        },
        handler: delete_function,
    }
}

fn delete_function(cx: &mut OpContext<'_>, input: FunctionInput) -> ApiResult<DeleteFunctionOutput> {
    let target = target(cx, &input.function_name, input.qualifier.as_deref())?;
    let done = DeleteFunctionOutput { status_code: Some(204) };
    if target.qualifier == LATEST {
        let text = "$LATEST version cannot be deleted without deleting the function.";
        return Err(errors::invalid_parameter(text));
    }
    if target.qualifier.is_empty() {
        target.function(cx)?;
        if let Some(functions) = cx.lambda().regions.get_mut(&target.region) {
            functions.remove(&target.name);
        }
        environments::retire_all(cx, &target.region, &target.name);
        return Ok(done);
    }
    let Some(function) = cx.state().lambda.function(&target.region, &target.name) else {
        return Err(errors::function_not_found(&target.arn));
    };
    if !names::is_number(&target.qualifier) {
        return Err(errors::invalid_parameter("Deletion of aliases is not currently supported."));
    }
    let version = target.qualifier.as_str();
    let aliases: Vec<&str> = function
        .aliases
        .values()
        .filter(|alias| alias.version == version || alias.weights.contains_key(version))
        .map(|alias| alias.name.as_str())
        .collect();
    if !aliases.is_empty() {
        return Err(errors::version_has_alias(version, &aliases.join(", ")));
    }
    // A version that is not there is deleted already.
    let number: u64 = version.parse().unwrap_or(0);
    let function = target.function_mut(cx)?;
    function.versions.remove(&number);
    function.policies.remove(version);
    function.event_configs.remove(version);
    environments::stop_outdated(cx, &target.region, &target.name);
    Ok(done)
}
