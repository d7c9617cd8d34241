//! Lambda handlers in processes of their own: the local python3 and node.
//!
//! A process reads one JSON line per invocation on its standard input, and writes one JSON line per news on
//! its standard output: `{"log": text}`, `{"ready": ms}`, `{"failed": error}`, `{"result": ...}`.
//! Time and memory limits are kept from outside: the process is killed.

use super::engine::Message;
use super::unpack::unpack;
use nuvola_aws::{EnvironmentSpec, FunctionOutcome, Input};
use nuvola_kernel::Blob;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const PYTHON_RUNTIME: &str = include_str!("../../../../python/nuvola_sandbox/lambda_runtime.py");
const PYTHON_ERRNO: &str = include_str!("../../../../python/nuvola_sandbox/errno_text.py");
const PYTHON_START: &str = include_str!("../runtime/start.py");
const NODE_START: &str = include_str!("../runtime/start.mjs");
/// How often a running handler's memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Tells the folders of environments apart: clouds beside each other in one process may use the same ids.
static FOLDERS: AtomicU64 = AtomicU64::new(1);

/// What all threads of an environment know of it.
#[derive(Default)]
struct Shared {
    /// The invocation under way: its id, its start, its limit.
    running: Option<(String, Instant, Duration)>,
    ready: bool,
    stopped: bool,
    max_memory_mb: u32,
}

/// How long an invocation took, and what of it the process computed.
#[derive(Debug, Clone, Copy, Default)]
struct Took {
    wall_ms: f64,
    cpu_ms: Option<f64>,
}

struct Environment {
    child: Arc<Mutex<Child>>,
    stdin: ChildStdin,
    shared: Arc<Mutex<Shared>>,
    folder: PathBuf,
}

pub struct Functions {
    news: Sender<Message>,
    /// Where handlers find AWS.
    endpoint: String,
    environments: BTreeMap<String, Environment>,
}

fn send(news: &Sender<Message>, input: Input) {
    // Once the engine has ended nobody listens, and the process is about to end too.
    let _ = news.send(Message::Function(input));
}

fn failed(environment_id: &str, error: &Value) -> Input {
    Input::EnvironmentFailed {
        environment_id: environment_id.to_owned(),
        error_payload: error.to_string(),
        error_kind: error["errorType"].as_str().unwrap_or("Runtime.ExitError").to_owned(),
    }
}

impl Functions {
    pub fn new(news: Sender<Message>, endpoint: String) -> Self {
        Functions { news, endpoint, environments: BTreeMap::new() }
    }

    pub fn start(&mut self, spec: EnvironmentSpec) {
        let id = spec.environment_id.clone();
        match self.spawn(&spec) {
            Ok(environment) => drop(self.environments.insert(id, environment)),
            Err(text) => {
                let error = json!({ "errorType": "Runtime.ExitError", "errorMessage": text });
                send(&self.news, failed(&id, &error));
            }
        }
    }

    fn spawn(&self, spec: &EnvironmentSpec) -> Result<Environment, String> {
        let io = |error: std::io::Error| error.to_string();
        let name: String =
            spec.environment_id.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect();
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("nuvola-{}-{number}-{name}", std::process::id()));
        // Side by side: the runtime leaves its own folder's frames out of stack traces.
        let (task, runtime) = (folder.join("task"), folder.join("runtime"));
        std::fs::create_dir_all(&task).and_then(|()| std::fs::create_dir_all(&runtime)).map_err(io)?;
        unpack(&spec.code, &task).map_err(|error| format!("the package: {error}"))?;
        let layers = unpack_layers(&spec.layers, &folder)?;
        let is_node = spec.runtime.starts_with("nodejs");
        let program = if is_node { "node" } else { "python3" };
        let script = match is_node {
            true => write_script(&runtime, "start.mjs", NODE_START),
            false => write_script(&runtime, "lambda_runtime.py", PYTHON_RUNTIME)
                .and_then(|_| write_script(&runtime, "errno_text.py", PYTHON_ERRNO))
                .and_then(|_| write_script(&runtime, "start.py", PYTHON_START)),
        }
        .map_err(io)?;
        let mut env = spec.env.clone();
        env.insert("AWS_ENDPOINT_URL".to_owned(), self.endpoint.clone());
        let settings = json!({ "handler": spec.handler, "task": task, "layers": layers, "env": env });
        let mut command = Command::new(program);
        command
            .arg(&script)
            .current_dir(&task)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        command.env_clear();
        for kept in ["PATH", "HOME", "PYTHONHOME", "PYTHONPATH", "PYENV_VERSION", "PYENV_ROOT"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        if is_node {
            command.env("NODE_PATH", node_path(&layers));
        }
        let mut child = command.spawn().map_err(|error| {
            format!("`{program}` cannot be started ({error}): functions of {} need it on PATH", spec.runtime)
        })?;
        let mut stdin = child.stdin.take().expect("the standard input was asked for");
        let stdout = child.stdout.take().expect("the standard output was asked for");
        writeln!(stdin, "{settings}").map_err(io)?;
        let (child, shared) = (Arc::new(Mutex::new(child)), Arc::new(Mutex::new(Shared::default())));
        let watch =
            Watch { id: spec.environment_id.clone(), news: self.news.clone(), shared: shared.clone() };
        let reader = watch.clone();
        std::thread::spawn(move || reader.read(stdout));
        let (watched, limit_mb) = (child.clone(), spec.memory_mb);
        let init_limit = Duration::from_millis(spec.init_timeout_ms);
        std::thread::spawn(move || watch.guard(&watched, limit_mb, init_limit));
        Ok(Environment { child, stdin, shared, folder })
    }

    pub fn invoke(&mut self, id: &str, request_id: String, invocation: &Value, timeout_ms: u64) {
        let Some(environment) = self.environments.get_mut(id) else {
            let outcome = FunctionOutcome::Crashed { message: "the environment is gone".to_owned() };
            return send(&self.news, finished(id, request_id, outcome, Took::default(), 0));
        };
        let limit = Duration::from_millis(timeout_ms);
        lock(&environment.shared).running = Some((request_id, Instant::now(), limit));
        // When the process is gone its reader has noticed, and reports the invocation as crashed.
        let _ = writeln!(environment.stdin, "{invocation}");
    }

    pub fn stop(&mut self, id: &str) {
        let Some(environment) = self.environments.remove(id) else { return };
        lock(&environment.shared).stopped = true;
        let mut child = environment.child.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
        let _ = std::fs::remove_dir_all(&environment.folder);
    }

    pub fn stop_all(&mut self) {
        for id in self.environments.keys().cloned().collect::<Vec<_>>() {
            self.stop(&id);
        }
    }
}

impl Drop for Functions {
    fn drop(&mut self) {
        self.stop_all();
    }
}

/// Each layer has a folder of its own, the last one first: it goes over those before it.
fn unpack_layers(layers: &[Blob], folder: &std::path::Path) -> Result<Vec<PathBuf>, String> {
    let mut places = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let place = folder.join("opt").join(index.to_string());
        std::fs::create_dir_all(&place).map_err(|error| error.to_string())?;
        unpack(layer, &place).map_err(|error| format!("a layer: {error}"))?;
        places.insert(0, place);
    }
    Ok(places)
}

/// Where Node.js looks for the packages of layers.
fn node_path(layers: &[PathBuf]) -> std::ffi::OsString {
    let folders = layers.iter().map(|layer| layer.join("nodejs").join("node_modules"));
    std::env::join_paths(folders).unwrap_or_default()
}

fn write_script(folder: &std::path::Path, name: &str, text: &str) -> std::io::Result<PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, text)?;
    Ok(path)
}

fn lock(shared: &Mutex<Shared>) -> std::sync::MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn finished(
    id: &str,
    request_id: String,
    outcome: FunctionOutcome,
    duration: Took,
    max_memory_mb: u32,
) -> Input {
    Input::FunctionFinished {
        environment_id: id.to_owned(),
        request_id,
        outcome,
        duration_ms: duration.wall_ms,
        cpu_ms: duration.cpu_ms,
        max_memory_mb,
    }
}

/// `exit status 1`, out of the runtime's whole sentence; empty when it gives no reason.
fn exit_reason(text: &str) -> &str {
    text.split_once("exited with error: ").map_or("", |(_, reason)| reason)
}

/// Follows one process.
#[derive(Clone)]
struct Watch {
    id: String,
    news: Sender<Message>,
    shared: Arc<Mutex<Shared>>,
}

impl Watch {
    /// Reads what the process says until it ends.
    fn read(&self, stdout: impl std::io::Read) {
        for line in BufReader::new(stdout).lines() {
            let Ok(line) = line else { break };
            match serde_json::from_str::<Value>(&line) {
                Ok(message) => self.on_message(&message),
                Err(_) => {
                    send(&self.news, Input::FunctionLog { environment_id: self.id.clone(), text: line })
                }
            }
        }
        self.finish(FunctionOutcome::Crashed { message: String::new() }, None);
    }

    fn on_message(&self, message: &Value) {
        if let Some(text) = message["log"].as_str() {
            send(&self.news, Input::FunctionLog { environment_id: self.id.clone(), text: text.to_owned() });
        } else if let Some(init_ms) = message["ready"].as_f64() {
            lock(&self.shared).ready = true;
            send(&self.news, Input::EnvironmentReady { environment_id: self.id.clone(), init_ms });
        } else if message["failed"].is_object() {
            lock(&self.shared).stopped = true;
            send(&self.news, failed(&self.id, &message["failed"]));
        } else if let Some(answer) = message["result"].as_object() {
            let outcome = match (answer.get("payload").and_then(Value::as_str), answer.get("error")) {
                (Some(payload), _) => FunctionOutcome::Success { payload: payload.to_owned() },
                (None, Some(error)) if answer.contains_key("exited") => {
                    let text = error["errorMessage"].as_str().unwrap_or_default();
                    FunctionOutcome::Crashed { message: exit_reason(text).to_owned() }
                }
                (None, error) => {
                    FunctionOutcome::Error { payload: error.unwrap_or(&Value::Null).to_string() }
                }
            };
            let figure = |name: &str| answer.get(name).and_then(Value::as_f64);
            let took = figure("durationMs").map(|wall_ms| Took { wall_ms, cpu_ms: figure("cpuMs") });
            self.finish(outcome, took);
        }
    }

    /// Reports the end of the invocation under way, once.
    fn finish(&self, outcome: FunctionOutcome, took: Option<Took>) {
        let (running, memory_mb, was_ready, stopped) = {
            let mut shared = lock(&self.shared);
            (shared.running.take(), shared.max_memory_mb, shared.ready, shared.stopped)
        };
        match running {
            Some((request_id, start, _)) => {
                let elapsed = || Took { wall_ms: start.elapsed().as_secs_f64() * 1000.0, cpu_ms: None };
                let took = took.unwrap_or_else(elapsed);
                send(&self.news, finished(&self.id, request_id, outcome, took, memory_mb));
            }
            None if !was_ready && !stopped => {
                lock(&self.shared).stopped = true;
                let text = match outcome {
                    FunctionOutcome::OutOfMemory => "Runtime exited with error: signal: killed",
                    FunctionOutcome::TimedOut => "The init phase did not end in time",
                    FunctionOutcome::Success { .. }
                    | FunctionOutcome::Error { .. }
                    | FunctionOutcome::Crashed { .. } => "Runtime exited without providing a reason",
                };
                let error = json!({ "errorType": "Runtime.ExitError", "errorMessage": text });
                send(&self.news, failed(&self.id, &error));
            }
            None => {}
        }
    }

    /// Kills the process when it takes too long or too much.
    fn guard(&self, child: &Mutex<Child>, limit_mb: u32, init_limit: Duration) {
        let started = Instant::now();
        loop {
            std::thread::sleep(LOOK_EVERY);
            let pid = {
                let mut child = child.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                if !matches!(child.try_wait(), Ok(None)) {
                    return;
                }
                child.id()
            };
            let memory_mb = resident_mb(pid);
            let (late, init_late) = {
                let mut shared = lock(&self.shared);
                shared.max_memory_mb = shared.max_memory_mb.max(memory_mb.min(limit_mb));
                let late = shared.running.as_ref().is_some_and(|(_, start, limit)| start.elapsed() >= *limit);
                (late, !shared.ready && started.elapsed() >= init_limit)
            };
            let outcome = match (late || init_late, memory_mb > limit_mb) {
                (true, _) => FunctionOutcome::TimedOut,
                (false, true) => FunctionOutcome::OutOfMemory,
                (false, false) => continue,
            };
            self.finish(outcome, None);
            let mut child = child.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let _ = child.kill();
            let _ = child.wait();
            return;
        }
    }
}

/// The process's memory by Linux's account; elsewhere unknown, so not limited. **Units**: MiB.
fn resident_mb(pid: u32) -> u32 {
    let statm = std::fs::read_to_string(format!("/proc/{pid}/statm")).unwrap_or_default();
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    u32::try_from((pages * 4096) >> 20).unwrap_or(u32::MAX)
}
