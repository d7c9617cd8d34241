//! Shapes that several operations share, and how state becomes them.

use nuvola_kernel::Timestamp;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use super::runtimes;
use super::state::{self, Function, FunctionVersion, State, UpdateStatus};

shape! {
    /// The function that an operation is about, perhaps one version or alias of it.
    pub struct FunctionInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("Qualifier", query = "Qualifier")] pub qualifier: Option<String>,
    }

    /// The function that an operation is about, as a whole.
    pub struct NameInput {
        #[wire("FunctionName", label)] pub function_name: String,
    }

    /// A page of what belongs to a function.
    pub struct PageInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("Marker", query = "Marker")] pub marker: Option<String>,
        #[wire("MaxItems", query = "MaxItems")] pub max_items: Option<i32>,
    }

    /// A version of a function.
    pub struct FunctionConfiguration {
        #[wire("FunctionName")] pub function_name: Option<String>,
        #[wire("FunctionArn")] pub function_arn: Option<String>,
        #[wire("Runtime")] pub runtime: Option<String>,
        #[wire("Role")] pub role: Option<String>,
        #[wire("Handler")] pub handler: Option<String>,
        #[wire("CodeSize")] pub code_size: Option<i64>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("Timeout")] pub timeout: Option<i32>,
        #[wire("MemorySize")] pub memory_size: Option<i32>,
        #[wire("LastModified")] pub last_modified: Option<String>,
        #[wire("CodeSha256")] pub code_sha256: Option<String>,
        #[wire("Version")] pub version: Option<String>,
        #[wire("DeadLetterConfig")] pub dead_letter_config: Option<DeadLetterConfig>,
        #[wire("Environment")] pub environment: Option<Environment>,
        #[wire("KMSKeyArn")] pub kms_key_arn: Option<String>,
        #[wire("TracingConfig")] pub tracing_config: Option<TracingConfig>,
        #[wire("RevisionId")] pub revision_id: Option<String>,
        #[wire("Layers")] pub layers: Option<Vec<Layer>>,
        #[wire("State")] pub state: Option<String>,
        #[wire("StateReason")] pub state_reason: Option<String>,
        #[wire("StateReasonCode")] pub state_reason_code: Option<String>,
        #[wire("LastUpdateStatus")] pub last_update_status: Option<String>,
        #[wire("LastUpdateStatusReason")] pub last_update_status_reason: Option<String>,
        #[wire("LastUpdateStatusReasonCode")] pub last_update_status_reason_code: Option<String>,
        #[wire("PackageType")] pub package_type: Option<String>,
        #[wire("Architectures")] pub architectures: Option<Vec<String>>,
        #[wire("EphemeralStorage")] pub ephemeral_storage: Option<EphemeralStorage>,
        #[wire("SnapStart")] pub snap_start: Option<SnapStartResponse>,
        #[wire("RuntimeVersionConfig")] pub runtime_version_config: Option<RuntimeVersionConfig>,
        #[wire("LoggingConfig")] pub logging_config: Option<LoggingConfig>,
    }

    /// Where events go that a function could not handle.
    pub struct DeadLetterConfig {
        #[wire("TargetArn")] pub target_arn: Option<String>,
    }

    /// Environment variables.
    pub struct Environment {
        #[wire("Variables")] pub variables: Option<BTreeMap<String, String>>,
    }

    /// X-Ray tracing.
    pub struct TracingConfig {
        #[wire("Mode")] pub mode: Option<String>,
    }

    /// A layer of a function.
    pub struct Layer {
        #[wire("Arn")] pub arn: Option<String>,
        #[wire("CodeSize")] pub code_size: Option<i64>,
    }

    /// The size of `/tmp`.
    pub struct EphemeralStorage {
        #[wire("Size")] pub size: i32,
    }

    /// SnapStart as asked for.
    pub struct SnapStart {
        #[wire("ApplyOn")] pub apply_on: Option<String>,
    }

    /// SnapStart as it is.
    pub struct SnapStartResponse {
        #[wire("ApplyOn")] pub apply_on: Option<String>,
        #[wire("OptimizationStatus")] pub optimization_status: Option<String>,
    }

    /// The runtime's own version.
    pub struct RuntimeVersionConfig {
        #[wire("RuntimeVersionArn")] pub runtime_version_arn: Option<String>,
    }

    /// How a function logs.
    pub struct LoggingConfig {
        #[wire("LogFormat")] pub log_format: Option<String>,
        #[wire("ApplicationLogLevel")] pub application_log_level: Option<String>,
        #[wire("SystemLogLevel")] pub system_log_level: Option<String>,
        #[wire("LogGroup")] pub log_group: Option<String>,
    }

    /// How much concurrency is set aside for a function.
    pub struct Concurrency {
        #[wire("ReservedConcurrentExecutions")] pub reserved_concurrent_executions: Option<i32>,
    }

    /// Cross-origin settings of a function URL.
    pub struct Cors {
        #[wire("AllowCredentials")] pub allow_credentials: Option<bool>,
        #[wire("AllowHeaders")] pub allow_headers: Option<Vec<String>>,
        #[wire("AllowMethods")] pub allow_methods: Option<Vec<String>>,
        #[wire("AllowOrigins")] pub allow_origins: Option<Vec<String>>,
        #[wire("ExposeHeaders")] pub expose_headers: Option<Vec<String>>,
        #[wire("MaxAge")] pub max_age: Option<i32>,
    }
}

/// `2026-11-23T10:00:00.000+0000`, as Lambda writes times.
pub fn lambda_time(ms: i64) -> String {
    format!("{}+0000", Timestamp(ms).iso_millis().trim_end_matches('Z'))
}

/// Which ARN a configuration shows, and whether it tells of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// As GetFunction does.
    Full,
    /// Lists leave out states and runtime versions.
    Listed,
}

/// The wire form of a version. `qualifier` is appended to the ARN; empty for the plain ARN.
pub fn configuration(
    function: &Function,
    version: &FunctionVersion,
    qualifier: &str,
    detail: Detail,
) -> FunctionConfiguration {
    let settings = &version.settings;
    let region = function.arn.split(':').nth(3).unwrap_or("");
    let runtime_arn = runtimes::find(&settings.runtime).map(|runtime| runtime.version_arn(region));
    let mut shown = FunctionConfiguration {
        function_name: Some(function.name.clone()),
        function_arn: Some(function.qualified_arn(qualifier)),
        runtime: Some(settings.runtime.clone()),
        role: Some(settings.role.clone()),
        handler: Some(settings.handler.clone()),
        code_size: Some(version.code.len() as i64),
        description: Some(settings.description.clone()),
        timeout: Some(settings.timeout_s as i32),
        memory_size: Some(settings.memory_mb as i32),
        last_modified: Some(lambda_time(version.modified_ms)),
        code_sha256: Some(version.code_sha256.clone()),
        version: Some(version.version.clone()),
        dead_letter_config: settings
            .dead_letter_arn
            .clone()
            .map(|arn| DeadLetterConfig { target_arn: Some(arn) }),
        environment: settings.environment.clone().map(|map| Environment { variables: Some(map) }),
        kms_key_arn: settings.kms_key_arn.clone(),
        tracing_config: Some(TracingConfig { mode: Some(settings.tracing_mode.clone()) }),
        revision_id: Some(version.revision_id.clone()),
        layers: layers(settings),
        package_type: Some("Zip".to_owned()),
        architectures: Some(vec![settings.architecture.clone()]),
        ephemeral_storage: Some(EphemeralStorage { size: settings.ephemeral_storage_mb as i32 }),
        snap_start: Some(SnapStartResponse {
            apply_on: Some(settings.snap_start.clone()),
            optimization_status: Some("Off".to_owned()),
        }),
        logging_config: Some(logging(&settings.logging)),
        ..FunctionConfiguration::default()
    };
    if detail == Detail::Full {
        shown.runtime_version_config =
            runtime_arn.map(|arn| RuntimeVersionConfig { runtime_version_arn: Some(arn) });
        states(&mut shown, version);
    }
    shown
}

fn layers(settings: &state::Settings) -> Option<Vec<Layer>> {
    let sizes = settings.layer_bytes.iter().map(|bytes| Some(*bytes as i64)).chain(std::iter::repeat(None));
    let layers = || {
        settings.layers.iter().zip(sizes).map(|(arn, code_size)| Layer { arn: Some(arn.clone()), code_size })
    };
    (!settings.layers.is_empty()).then(|| layers().collect())
}

fn logging(logging: &state::Logging) -> LoggingConfig {
    LoggingConfig {
        log_format: Some(logging.format.clone()),
        application_log_level: logging.application_level.clone(),
        system_log_level: logging.system_level.clone(),
        log_group: Some(logging.group.clone()),
    }
}

/// AWS gives creation's reason for updates in progress as well.
fn states(shown: &mut FunctionConfiguration, version: &FunctionVersion) {
    let reason = || Some("The function is being created.".to_owned());
    let code = || Some("Creating".to_owned());
    match version.state {
        State::Pending => {
            shown.state = Some("Pending".to_owned());
            shown.state_reason = reason();
            shown.state_reason_code = code();
        }
        State::Active => shown.state = Some("Active".to_owned()),
    }
    match version.last_update {
        UpdateStatus::None => {}
        UpdateStatus::InProgress => {
            shown.last_update_status = Some("InProgress".to_owned());
            shown.last_update_status_reason = reason();
            shown.last_update_status_reason_code = code();
        }
        UpdateStatus::Successful => shown.last_update_status = Some("Successful".to_owned()),
    }
}

impl Cors {
    pub fn of(cors: &state::Cors) -> Self {
        Cors {
            allow_credentials: cors.allow_credentials,
            allow_headers: cors.allow_headers.clone(),
            allow_methods: cors.allow_methods.clone(),
            allow_origins: cors.allow_origins.clone(),
            expose_headers: cors.expose_headers.clone(),
            max_age: cors.max_age_s,
        }
    }

    pub fn into_state(self) -> state::Cors {
        state::Cors {
            allow_credentials: self.allow_credentials,
            allow_headers: self.allow_headers,
            allow_methods: self.allow_methods,
            allow_origins: self.allow_origins,
            expose_headers: self.expose_headers,
            max_age_s: self.max_age,
        }
    }
}
