//! From the members of CreateFunction and UpdateFunctionConfiguration to settings, with every check.

use crate::context::OpContext;
use crate::service::ApiResult;
use crate::validate::Validation;
use std::collections::BTreeMap;

use super::errors;
use super::limits;
use super::runtimes::{self, RUNTIMES};
use super::shapes::{
    DeadLetterConfig, Environment, EphemeralStorage, LoggingConfig, SnapStart, TracingConfig,
};
use super::state::{Logging, Settings};

/// What both operations may set.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub runtime: Option<String>,
    pub handler: Option<String>,
    pub role: Option<String>,
    pub description: Option<String>,
    pub timeout: Option<i32>,
    pub memory_size: Option<i32>,
    pub environment: Option<Environment>,
    pub ephemeral_storage: Option<EphemeralStorage>,
    pub architectures: Option<Vec<String>>,
    pub tracing: Option<TracingConfig>,
    pub layers: Option<Vec<String>>,
    pub dead_letter: Option<DeadLetterConfig>,
    pub kms_key_arn: Option<String>,
    pub logging: Option<LoggingConfig>,
    pub snap_start: Option<SnapStart>,
}

const ROLE_PATTERN: &str = r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+";

impl Wanted {
    /// Refuses what the service's model forbids.
    pub fn check(&self) -> ApiResult<()> {
        let mut validation = Validation::new();
        if let Some(role) = &self.role {
            validation.pattern("role", role, ROLE_PATTERN, is_role_arn(role));
        }
        if let Some(handler) = &self.handler {
            validation.length("handler", handler, 0, 128);
            let fits = !handler.is_empty() && !handler.chars().any(char::is_whitespace);
            validation.pattern("handler", handler, r"[^\s]+", fits);
        }
        if let Some(text) = &self.description {
            validation.length("description", text, 0, 256);
        }
        if let Some(seconds) = self.timeout {
            validation.range("timeout", seconds.into(), 1, limits::TIMEOUT_MAX_S.into());
        }
        if let Some(size) = self.memory_size {
            validation.range("memorySize", size.into(), limits::MEMORY_MIN_MB.into(), 32_768);
        }
        if let Some(storage) = &self.ephemeral_storage {
            let (min, max) = (limits::EPHEMERAL_STORAGE_MIN_MB, limits::EPHEMERAL_STORAGE_MAX_MB);
            validation.range("ephemeralStorage.size", storage.size.into(), min.into(), max.into());
        }
        if let Some(mode) = self.tracing.as_ref().and_then(|tracing| tracing.mode.as_deref()) {
            validation.one_of("tracingConfig.mode", mode, &["Active", "PassThrough"]);
        }
        if let Some(when) = self.snap_start.as_ref().and_then(|snap| snap.apply_on.as_deref()) {
            validation.one_of("snapStart.applyOn", when, &["PublishedVersions", "None"]);
        }
        self.check_lists(&mut validation);
        validation.finish("ValidationException")?;
        self.check_values()
    }

    fn check_lists(&self, validation: &mut Validation) {
        if let Some(names) = &self.architectures {
            let shown = format!("[{}]", names.join(", "));
            if names.iter().any(|name| name != "x86_64" && name != "arm64") {
                let constraint =
                    "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64]]";
                validation.problem(Some(&shown), "architectures", constraint);
            } else if names.len() != 1 {
                let (bound, size) = if names.is_empty() { ("greater", 1) } else { ("less", 1) };
                let constraint = format!("Member must have length {bound} than or equal to {size}");
                validation.problem(Some(&shown), "architectures", &constraint);
            }
        }
        if let Some(variables) =
            self.environment.as_ref().and_then(|environment| environment.variables.as_ref())
            && variables.keys().any(|key| !is_variable_name(key))
        {
            // AWS does not show the values.
            let constraint = r"Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]";
            validation.problem(Some("***"), "environment.variables", constraint);
        }
        if let Some(logging) = &self.logging {
            if let Some(format) = &logging.log_format {
                validation.one_of("loggingConfig.logFormat", format, &["JSON", "Text"]);
            }
            if let Some(group) = &logging.log_group {
                validation.length("loggingConfig.logGroup", group, 1, 512);
                let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_/#".contains(c);
                let pattern = r"[\.\-_/#A-Za-z0-9]+";
                validation.pattern("loggingConfig.logGroup", group, pattern, group.chars().all(allowed));
            }
        }
    }

    fn check_values(&self) -> ApiResult<()> {
        if self.memory_size.is_some_and(|size| size > limits::MEMORY_MAX_MB) {
            let text = format!(
                "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to {}",
                limits::MEMORY_MAX_MB
            );
            return Err(errors::invalid_parameter(text));
        }
        if let Some(runtime) = &self.runtime
            && runtimes::find(runtime).is_none()
        {
            return Err(unknown_runtime(runtime));
        }
        match self.environment.as_ref().and_then(|environment| environment.variables.as_ref()) {
            Some(variables) => check_variables(variables),
            None => Ok(()),
        }
    }

    /// Changes what is wanted; everything else stays.
    pub fn apply(self, settings: &mut Settings) {
        let set = |target: &mut String, wanted: Option<String>| {
            if let Some(wanted) = wanted {
                *target = wanted;
            }
        };
        set(&mut settings.runtime, self.runtime);
        set(&mut settings.handler, self.handler);
        set(&mut settings.role, self.role);
        set(&mut settings.description, self.description);
        set(&mut settings.tracing_mode, self.tracing.and_then(|tracing| tracing.mode));
        set(&mut settings.snap_start, self.snap_start.and_then(|snap| snap.apply_on));
        set(&mut settings.architecture, self.architectures.and_then(|names| names.into_iter().next()));
        let number = |value: i32| u32::try_from(value).expect("the range was checked");
        if let Some(seconds) = self.timeout {
            settings.timeout_s = number(seconds);
        }
        if let Some(size) = self.memory_size {
            settings.memory_mb = number(size);
        }
        if let Some(storage) = self.ephemeral_storage {
            settings.ephemeral_storage_mb = number(storage.size);
        }
        if let Some(environment) = self.environment {
            // An update with an empty map leaves an empty map on show; one without variables removes it.
            settings.environment = environment.variables;
        }
        if let Some(layers) = self.layers {
            settings.layers = layers;
        }
        if let Some(dead_letter) = self.dead_letter {
            settings.dead_letter_arn = dead_letter.target_arn.filter(|arn| !arn.is_empty());
        }
        if let Some(key) = self.kms_key_arn {
            settings.kms_key_arn = Some(key).filter(|key| !key.is_empty());
        }
        if let Some(logging) = self.logging {
            apply_logging(logging, &mut settings.logging);
        }
    }

    /// Tells of what is accepted and has no effect.
    pub fn tell_not_simulated(&self, cx: &mut OpContext<'_>) {
        let tracing = self.tracing.as_ref().and_then(|tracing| tracing.mode.as_deref());
        let snap_start = self.snap_start.as_ref().and_then(|snap| snap.apply_on.as_deref());
        let log_format = self.logging.as_ref().and_then(|logging| logging.log_format.as_deref());
        for (given, what) in [
            (tracing == Some("Active"), "X-Ray tracing"),
            (snap_start == Some("PublishedVersions"), "SnapStart"),
            (log_format == Some("JSON"), "the JSON log format: lines stay text"),
            (self.kms_key_arn.as_ref().is_some_and(|key| !key.is_empty()), "customer managed KMS keys"),
        ] {
            if given {
                cx.not_simulated(format!("Lambda: {what}"));
            }
        }
    }
}

/// With JSON logs the levels have defaults. Source: Lambda Developer Guide, "Advanced logging controls".
fn apply_logging(wanted: LoggingConfig, logging: &mut Logging) {
    if let Some(format) = wanted.log_format {
        if format == "JSON" {
            logging.application_level.get_or_insert_with(|| "INFO".to_owned());
            logging.system_level.get_or_insert_with(|| "INFO".to_owned());
        } else {
            logging.application_level = None;
            logging.system_level = None;
        }
        logging.format = format;
    }
    if logging.format == "JSON" {
        logging.application_level = wanted.application_log_level.or(logging.application_level.take());
        logging.system_level = wanted.system_log_level.or(logging.system_level.take());
    }
    if let Some(group) = wanted.log_group {
        logging.group = group;
    }
}

/// What a new function has before anything is asked for.
pub fn defaults(name: &str) -> Settings {
    Settings {
        runtime: String::new(),
        handler: String::new(),
        role: String::new(),
        description: String::new(),
        timeout_s: limits::TIMEOUT_DEFAULT_S,
        memory_mb: limits::MEMORY_MIN_MB as u32,
        ephemeral_storage_mb: limits::EPHEMERAL_STORAGE_MIN_MB as u32,
        environment: None,
        architecture: "x86_64".to_owned(),
        tracing_mode: "PassThrough".to_owned(),
        layers: Vec::new(),
        layer_bytes: Vec::new(),
        dead_letter_arn: None,
        kms_key_arn: None,
        logging: Logging {
            format: "Text".to_owned(),
            application_level: None,
            system_level: None,
            group: format!("/aws/lambda/{name}"),
        },
        snap_start: "None".to_owned(),
    }
}

fn is_role_arn(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("arn:aws") else { return false };
    let Some((partition, rest)) = rest.split_once(":iam::") else { return false };
    let Some((account, path)) = rest.split_once(":role") else { return false };
    let path_char = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_/".contains(c);
    partition.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && path.len() > 1
        && path.chars().all(path_char)
}

fn is_variable_name(name: &str) -> bool {
    name.len() >= 2
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn unknown_runtime(runtime: &str) -> nuvola_wire::ApiError {
    const RETIRED: [&str; 14] = [
        "nodejs",
        "nodejs4.3",
        "nodejs6.10",
        "nodejs8.10",
        "nodejs10.x",
        "nodejs12.x",
        "nodejs14.x",
        "nodejs16.x",
        "python2.7",
        "python3.6",
        "python3.7",
        "python3.8",
        "go1.x",
        "ruby2.7",
    ];
    if RETIRED.contains(&runtime) {
        return errors::invalid_parameter(format!(
            "The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions."
        ));
    }
    let known: Vec<&str> = RUNTIMES.iter().map(|runtime| runtime.id).collect();
    errors::invalid_parameter(format!(
        "Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [{}] or be a valid ARN",
        known.join(", ")
    ))
}

/// Variables that Lambda sets itself.
/// **Source**: AWS Lambda Developer Guide, "Using Lambda environment variables", reserved variables.
const RESERVED_VARIABLES: [&str; 20] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_METADATA_API",
    "AWS_LAMBDA_METADATA_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

fn check_variables(variables: &BTreeMap<String, String>) -> ApiResult<()> {
    let reserved: Vec<&str> =
        variables.keys().map(String::as_str).filter(|key| RESERVED_VARIABLES.contains(key)).collect();
    if !reserved.is_empty() {
        return Err(errors::invalid_parameter(format!(
            "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: {}",
            reserved.join(", ")
        )));
    }
    // The variables are measured as JSON.
    let text = serde_json::to_string(variables).expect("a map of texts is JSON");
    if text.len() > limits::ENVIRONMENT_VARIABLES_MAX_BYTES {
        return Err(errors::invalid_parameter(format!(
            "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {text}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: Wanted, expected: Option<&str>) {
        let error = wanted.check().err();
        assert_eq!(error.as_ref().map(|error| error.message.as_str()), expected, "{wanted:?}");
    }

    #[test]
    fn members_are_held_to_the_model() {
        // Source: AWS Lambda API Reference, "CreateFunction"; texts recorded from AWS.
        check(Wanted::default(), None);
        check(
            Wanted { timeout: Some(901), ..Wanted::default() },
            Some(
                "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
            ),
        );
        check(
            Wanted { role: Some("r1".to_owned()), ..Wanted::default() },
            Some(&format!(
                "1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: {ROLE_PATTERN}"
            )),
        );
        check(
            Wanted { memory_size: Some(64), timeout: Some(0), ..Wanted::default() },
            Some(
                "2 validation errors detected: Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '64' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
            ),
        );
    }

    #[test]
    fn reserved_variables_are_refused() {
        // Source: AWS Lambda Developer Guide, "Using Lambda environment variables".
        let variables = BTreeMap::from([("AWS_REGION".to_owned(), "x".to_owned())]);
        let error = check_variables(&variables).unwrap_err();
        assert!(
            error.message.ends_with("Reserved keys used in this request: AWS_REGION"),
            "{}",
            error.message
        );
    }
}
