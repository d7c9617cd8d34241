//! Execution environments: started for a request, reused while they are idle, ended when they are old.
//!
//! **Source**: AWS Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle".

use crate::auth::Credentials;
use crate::cloud;
use crate::context::OpContext;
use crate::effects::{Effect, EnvironmentSpec};
use nuvola_kernel::Timestamp;
use std::collections::BTreeMap;

use super::invocations::Invocation;
use super::limits;
use super::state::{Environment, EnvironmentStatus, Function, FunctionVersion};
use super::{Timer, layers, log_delivery, report, role, runtimes};

/// An idle environment of exactly this version; of several, the one that was used last.
pub fn find_idle(
    cx: &OpContext<'_>,
    region: &str,
    function: &str,
    version: &FunctionVersion,
) -> Option<String> {
    let environments = cx.state().lambda.environments.values();
    environments
        .filter(|environment| {
            environment.status == EnvironmentStatus::Idle
                && environment.region == region
                && environment.function == function
                && environment.version == version.version
                && environment.generation == version.generation
        })
        .max_by_key(|environment| environment.idle_since_ms)
        .map(|environment| environment.id.clone())
}

/// Asks the host for an environment, in which the invocation will run.
pub fn start(cx: &mut OpContext<'_>, invocation: &Invocation, retrying_init: bool) -> String {
    let function = cx.state().lambda.function(&invocation.region, &invocation.function);
    let found = function.and_then(|function| Some((function, function.version(&invocation.version)?)));
    let (function, version) = found.expect("an invocation begins only for a version that exists");
    let (function, version) = (function.clone(), version.clone());
    let id = cx.ids().uuid();
    let session = role::session(cx, &version.settings.role, &function);
    let (credentials, principal) = session.unzip();
    let environment = Environment {
        id: id.clone(),
        region: invocation.region.clone(),
        function: function.name.clone(),
        version: version.version.clone(),
        generation: version.generation,
        log_group: version.settings.logging.group.clone(),
        log_stream: log_stream(cx, &version.version),
        principal,
        log_refusal: None,
        status: EnvironmentStatus::Starting,
        request_id: Some(invocation.request_id.clone()),
        unreported_init_ms: None,
        retrying_init,
        started_ms: cx.now_ms,
        idle_since_ms: cx.now_ms,
        max_memory_mb: 0,
    };
    let mut spec = spec(&function, &version, &environment, credentials);
    spec.layers = layers::archives(&cx.state().lambda, &version.settings.layers);
    cx.lambda().environments.insert(id.clone(), environment);
    if !retrying_init && let Some(runtime) = runtimes::find(&version.settings.runtime) {
        let line = report::init_start(&runtime.version_text(), &runtime.version_arn(&invocation.region));
        log_delivery::write(cx, &id, vec![line]);
    }
    cx.effect(Effect::StartEnvironment(Box::new(spec)));
    id
}

/// `2026/11/23/[$LATEST]` and 32 hexadecimal digits.
fn log_stream(cx: &mut OpContext<'_>, version: &str) -> String {
    let at = Timestamp(cx.now_ms).utc();
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    format!("{year}/{month:02}/{day:02}/[{version}]{}", cx.ids().hex(32))
}

fn spec(
    function: &Function,
    version: &FunctionVersion,
    environment: &Environment,
    credentials: Option<Credentials>,
) -> EnvironmentSpec {
    let init_timeout_ms = match environment.retrying_init {
        false => limits::INIT_TIMEOUT_MS as u64,
        true => u64::from(version.settings.timeout_s) * 1000,
    };
    EnvironmentSpec {
        environment_id: environment.id.clone(),
        runtime: version.settings.runtime.clone(),
        handler: version.settings.handler.clone(),
        code: version.code.clone(),
        layers: Vec::new(),
        env: variables(function, version, environment, credentials),
        memory_mb: version.settings.memory_mb,
        function_name: function.name.clone(),
        version: version.version.clone(),
        arn: function.arn.clone(),
        log_group: version.settings.logging.group.clone(),
        log_stream: environment.log_stream.clone(),
        init_timeout_ms,
    }
}

/// The process's variables.
/// **Source**: AWS Lambda Developer Guide, "Using Lambda environment variables", defined runtime variables.
fn variables(
    function: &Function,
    version: &FunctionVersion,
    environment: &Environment,
    credentials: Option<Credentials>,
) -> BTreeMap<String, String> {
    let settings = &version.settings;
    let mut variables = settings.environment.clone().unwrap_or_default();
    let region = environment.region.as_str();
    let memory = settings.memory_mb.to_string();
    let execution_env = format!("AWS_Lambda_{}", settings.runtime);
    for (name, value) in [
        ("_HANDLER", settings.handler.as_str()),
        ("AWS_DEFAULT_REGION", region),
        ("AWS_EXECUTION_ENV", &execution_env),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &memory),
        ("AWS_LAMBDA_FUNCTION_NAME", &function.name),
        ("AWS_LAMBDA_FUNCTION_VERSION", &version.version),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", &settings.logging.group),
        ("AWS_LAMBDA_LOG_STREAM_NAME", &environment.log_stream),
        ("AWS_REGION", region),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("LAMBDA_TASK_ROOT", "/var/task"),
    ] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    // These have values of their own only where the function does not set them.
    for (name, value) in [
        ("LANG", "en_US.UTF-8"),
        (
            "LD_LIBRARY_PATH",
            "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
        ),
        ("PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        ("TZ", ":UTC"),
    ] {
        variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }
    if let Some(credentials) = credentials {
        variables.insert("AWS_ACCESS_KEY_ID".to_owned(), credentials.access_key_id);
        variables.insert("AWS_SECRET_ACCESS_KEY".to_owned(), credentials.secret_access_key);
        if let Some(token) = credentials.session_token {
            variables.insert("AWS_SESSION_TOKEN".to_owned(), token);
        }
    }
    variables
}

/// Whether the environment still runs what its function is now.
fn is_current(cx: &OpContext<'_>, environment: &Environment) -> bool {
    cx.state()
        .lambda
        .function(&environment.region, &environment.function)
        .and_then(|function| function.version(&environment.version))
        .is_some_and(|version| version.generation == environment.generation)
}

/// The environment has nothing to do: it waits for the next request, or ends if it is out of date.
pub fn set_idle(cx: &mut OpContext<'_>, id: &str) {
    let now_ms = cx.now_ms;
    let Some(environment) = cx.lambda().environments.get_mut(id) else { return };
    environment.status = EnvironmentStatus::Idle;
    environment.request_id = None;
    environment.idle_since_ms = now_ms;
    let environment = environment.clone();
    if !is_current(cx, &environment) {
        stop(cx, id);
        return;
    }
    let timer = Timer::EnvironmentIdle { environment_id: id.to_owned(), since_ms: now_ms };
    cx.schedule(now_ms + limits::ENVIRONMENT_IDLE_MS, cloud::Timer::Lambda(timer));
}

/// Ends the environment if nothing came since it became idle.
pub fn end_if_still_idle(cx: &mut OpContext<'_>, id: &str, since_ms: i64) {
    let still_idle = cx.state().lambda.environments.get(id).is_some_and(|environment| {
        environment.status == EnvironmentStatus::Idle && environment.idle_since_ms == since_ms
    });
    if still_idle {
        stop(cx, id);
    }
}

/// Ends an environment, whatever it is doing.
pub fn stop(cx: &mut OpContext<'_>, id: &str) {
    if cx.lambda().environments.remove(id).is_some() {
        cx.effect(Effect::StopEnvironment { environment_id: id.to_owned() });
    }
}

/// Ends the idle environments of a function that no longer run what it is; busy ones end when they finish.
pub fn stop_outdated(cx: &mut OpContext<'_>, region: &str, function: &str) {
    let outdated: Vec<String> = of_function(cx, region, function)
        .filter(|environment| environment.status == EnvironmentStatus::Idle && !is_current(cx, environment))
        .map(|environment| environment.id.clone())
        .collect();
    for id in outdated {
        stop(cx, &id);
    }
}

/// The function is deleted: none of its environments serves one that is created later under its name.
pub fn retire_all(cx: &mut OpContext<'_>, region: &str, function: &str) {
    for environment in cx.lambda().environments.values_mut() {
        if environment.region == region && environment.function == function {
            environment.generation = u64::MAX;
        }
    }
    stop_outdated(cx, region, function);
}

fn of_function<'a>(
    cx: &'a OpContext<'_>,
    region: &'a str,
    function: &'a str,
) -> impl Iterator<Item = &'a Environment> {
    let environments = cx.state().lambda.environments.values();
    environments.filter(move |environment| environment.region == region && environment.function == function)
}
