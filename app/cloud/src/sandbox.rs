//! User code in workers of its own: one per Lambda execution environment or terminal program.
//!
//! The contract with the workers is `public/workers/messages.js`. Time limits, Ctrl-C and memory limits
//! all end the same way: the worker is terminated.

use crate::host::Host;
use crate::js;
use gloo_timers::callback::Timeout;
use nuvola_kernel::Blob;
use nuvola_lab::host::{
    EnvironmentSpec, FunctionOutcome, HttpResponse, Input, Invocation, ProcessSpec, Sandbox,
};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// Memory that a terminal program may use. **Units**: MiB.
const PROCESS_MEMORY_MB: u32 = 1024;

/// How long a program may take to hear Ctrl-C. **Units**: milliseconds.
const INTERRUPT_MS: u32 = 700;

/// Which program a sandbox runs.
enum Program {
    Function { spec: Rc<EnvironmentSpec>, running: Option<Running> },
    Process { spec: Rc<ProcessSpec> },
}

/// An invocation under way; dropping the timer stops it.
struct Running {
    request_id: String,
    started_ms: f64,
    _limit: Timeout,
}

struct Entry {
    worker: Worker,
    program: Program,
    preload: &'static str,
    /// How long the sandbox took to start, when that is part of a cold start.
    boot_ms: f64,
    _init_limit: Option<Timeout>,
    /// Ends a program that does not hear Ctrl-C.
    _interrupt_limit: Option<Timeout>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(JsValue)>,
}

/// All living sandboxes.
#[derive(Default)]
pub struct Sandboxes {
    entries: RefCell<BTreeMap<String, Entry>>,
    /// Python's memory after its start, by what it holds; kept here so that a cold start reads no storage.
    snapshots: RefCell<BTreeMap<&'static str, JsValue>>,
    /// The compiled interpreter.
    module: RefCell<Option<JsValue>>,
}

fn key(sandbox: &Sandbox) -> String {
    match sandbox {
        Sandbox::Environment(id) => format!("environment/{id}"),
        Sandbox::Process(pid) => format!("process/{pid}"),
    }
}

impl Sandboxes {
    pub fn start_environment(&self, host: &Rc<Host>, spec: EnvironmentSpec) {
        let script = if spec.runtime.starts_with("nodejs") { "javascript" } else { "python" };
        let sandbox = Sandbox::Environment(spec.environment_id.clone());
        let memory_mb = spec.memory_mb;
        let program = Program::Function { spec: Rc::new(spec), running: None };
        self.start(host, sandbox, script, "boto3", memory_mb, program);
    }

    pub fn start_process(&self, host: &Rc<Host>, spec: ProcessSpec) {
        let preload =
            if spec.argv.first().is_some_and(|program| program == "aws") { "awscli" } else { "boto3" };
        let sandbox = Sandbox::Process(spec.pid);
        let program = Program::Process { spec: Rc::new(spec) };
        self.start(host, sandbox, "python", preload, PROCESS_MEMORY_MB, program);
    }

    fn start(
        &self,
        host: &Rc<Host>,
        sandbox: Sandbox,
        script: &str,
        preload: &'static str,
        memory_mb: u32,
        program: Program,
    ) {
        let kind = if matches!(program, Program::Function { .. }) { "function" } else { "process" };
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let url = format!("{}workers/{script}/worker.js", host.base);
        let worker = match Worker::new_with_options(&url, &options) {
            Ok(worker) => worker,
            Err(_) => return self.on_broken(host, &sandbox, "the browser refused to start a worker"),
        };
        let on_message = {
            let (host, sandbox) = (host.clone(), sandbox.clone());
            Closure::new(move |event: MessageEvent| host.sandboxes.on_message(&host, &sandbox, &event.data()))
        };
        let on_error = {
            let (host, sandbox) = (host.clone(), sandbox.clone());
            Closure::new(move |event: JsValue| {
                let message = js::text(&event, "message");
                host.sandboxes.on_broken(&host, &sandbox, &message);
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let entry = Entry {
            worker,
            program,
            preload,
            boot_ms: 0.0,
            _init_limit: None,
            _interrupt_limit: None,
            _on_message: on_message,
            _on_error: on_error,
        };
        self.entries.borrow_mut().insert(key(&sandbox), entry);
        let needs_snapshot = script == "python";
        let host = host.clone();
        spawn_local(async move {
            let snapshot = if needs_snapshot { host.python_snapshot(preload).await } else { JsValue::NULL };
            host.sandboxes.boot(&host, &sandbox, kind, memory_mb, snapshot);
        });
    }

    fn boot(&self, host: &Rc<Host>, sandbox: &Sandbox, kind: &str, memory_mb: u32, snapshot: JsValue) {
        let entries = self.entries.borrow();
        let Some(entry) = entries.get(&key(sandbox)) else { return };
        let module = self.module.borrow().clone().unwrap_or(JsValue::NULL);
        let message = js::object(&[
            ("type", "boot".into()),
            ("base", format!("{}vendor/", host.base).into()),
            ("kind", kind.into()),
            ("preload", entry.preload.into()),
            ("snapshot", snapshot),
            ("module", module),
            ("memoryLimitMb", memory_mb.into()),
            ("env", js::object(&[])),
        ]);
        post(&entry.worker, &message);
    }

    /// Python's memory as kept in this worker.
    pub fn snapshot(&self, preload: &'static str) -> Option<JsValue> {
        self.snapshots.borrow().get(preload).cloned()
    }

    pub fn keep_snapshot(&self, preload: &'static str, bytes: JsValue) {
        self.snapshots.borrow_mut().insert(preload, bytes);
    }

    pub fn invoke(&self, host: &Rc<Host>, invocation: &Invocation) {
        let Invocation {
            environment_id, request_id, event, timeout_ms, client_context, function_arn, ..
        } = invocation;
        let timeout_ms = *timeout_ms;
        let sandbox = Sandbox::Environment(environment_id.clone());
        let mut entries = self.entries.borrow_mut();
        let Some(Entry { worker, program: Program::Function { running, .. }, .. }) =
            entries.get_mut(&key(&sandbox))
        else {
            drop(entries);
            let outcome = FunctionOutcome::Crashed { message: "the environment is gone".to_owned() };
            return finished(host, environment_id, request_id, outcome, (0.0, None), 0);
        };
        let (now_ms, lab_now_ms) = (js_sys::Date::now(), host.lab_now_ms());
        let limit = {
            let (host, id, request_id) = (host.clone(), environment_id.clone(), request_id.clone());
            Timeout::new(u32::try_from(timeout_ms).unwrap_or(u32::MAX), move || {
                host.sandboxes.end(&Sandbox::Environment(id.clone()));
                finished(&host, &id, &request_id, FunctionOutcome::TimedOut, (timeout_ms as f64, None), 0);
            })
        };
        *running = Some(Running { request_id: request_id.clone(), started_ms: now_ms, _limit: limit });
        let message = js::object(&[
            ("type", "invoke".into()),
            ("requestId", request_id.as_str().into()),
            ("event", event.as_str().into()),
            ("deadlineMs", (lab_now_ms + timeout_ms as f64).into()),
            ("nowMs", lab_now_ms.into()),
            ("arn", function_arn.as_str().into()),
            ("clientContext", client_context.as_deref().map_or(JsValue::UNDEFINED, JsValue::from_str)),
        ]);
        post(worker, &message);
    }

    /// Ends a sandbox, whatever it is doing.
    pub fn end(&self, sandbox: &Sandbox) {
        if let Some(entry) = self.entries.borrow_mut().remove(&key(sandbox)) {
            entry.worker.set_onmessage(None);
            entry.worker.set_onerror(None);
            entry.worker.terminate();
            // The closures may be running right now: they go when the current task has ended.
            spawn_local(async move { drop(entry) });
        }
    }

    /// Ctrl-C: a program that waits gets KeyboardInterrupt; one that computes hears nothing and is ended.
    pub fn interrupt(&self, host: &Rc<Host>, pid: u32) {
        let sandbox = Sandbox::Process(pid);
        let mut entries = self.entries.borrow_mut();
        let Some(entry) = entries.get_mut(&key(&sandbox)) else { return };
        post(&entry.worker, &js::object(&[("type", "interrupt".into())]));
        let host = host.clone();
        entry._interrupt_limit = Some(Timeout::new(INTERRUPT_MS, move || {
            host.sandboxes.end(&sandbox);
            host.take_in(Input::ProcessExit { pid, code: 130, files: Vec::new() });
        }));
    }

    pub fn input(&self, pid: u32, data: Option<&str>) {
        let entries = self.entries.borrow();
        let Some(entry) = entries.get(&key(&Sandbox::Process(pid))) else { return };
        let message = match data {
            Some(data) => js::object(&[("type", "stdin".into()), ("data", data.into())]),
            None => js::object(&[("type", "eof".into())]),
        };
        post(&entry.worker, &message);
    }

    /// A client connects to a port on which a program listens, and has sent all it sends.
    pub fn connect(&self, pid: u32, port: u16, connection: u64, data: &[u8]) {
        self.tell(
            pid,
            &[
                ("type", "connection".into()),
                ("id", (connection as f64).into()),
                ("port", port.into()),
                ("data", js::uint8_array(data)),
            ],
        );
    }

    /// A client has gone.
    pub fn disconnect(&self, pid: u32, connection: u64) {
        self.tell(pid, &[("type", "connection-closed".into()), ("id", (connection as f64).into())]);
    }

    fn tell(&self, pid: u32, message: &[(&str, JsValue)]) {
        let entries = self.entries.borrow();
        if let Some(entry) = entries.get(&key(&Sandbox::Process(pid))) {
            post(&entry.worker, &js::object(message));
        }
    }

    pub fn answer(&self, sandbox: &Sandbox, http_id: u64, response: Option<&HttpResponse>) {
        let entries = self.entries.borrow();
        let Some(entry) = entries.get(&key(sandbox)) else { return };
        let mut pairs = vec![("type", "http-response".into()), ("id", (http_id as f64).into())];
        match response {
            // A machine that nobody answers for: the reason stands in place of an answer.
            Some(response) if response.status == 0 => pairs.extend([
                ("status", JsValue::from(0)),
                ("headers", js::from_pairs(std::iter::empty())),
                ("body", js::uint8_array(&[])),
                ("error", response.body.as_text().unwrap_or_default().into()),
            ]),
            Some(response) => pairs.extend([
                ("status", JsValue::from(response.status)),
                ("headers", js::from_pairs(response.headers.iter())),
                ("body", js::uint8_array(&response.body)),
            ]),
            None => pairs.extend([
                ("status", JsValue::from(0)),
                ("headers", js::from_pairs(std::iter::empty())),
                ("body", js::uint8_array(&[])),
                ("error", "Name or service not known".into()),
            ]),
        }
        post(&entry.worker, &js::object(&pairs));
    }

    fn on_message(&self, host: &Rc<Host>, sandbox: &Sandbox, message: &JsValue) {
        match js::text(message, "type").as_str() {
            "booted" => self.on_booted(host, sandbox, message),
            "boot-failed" => self.on_boot_failed(host, sandbox, message),
            "module" => *self.module.borrow_mut() = Some(js::get(message, "module")),
            "snapshot" => host.keep_python_snapshot(&js::text(message, "preload"), js::get(message, "bytes")),
            "http" => on_http(host, sandbox, message),
            "log" => {
                if let Sandbox::Environment(id) = sandbox {
                    let text = js::text(message, "text");
                    host.take_in(Input::FunctionLog { environment_id: id.clone(), text });
                }
            }
            "init-done" => self.on_init_done(host, sandbox, message),
            "init-error" => {
                let error = js::get(message, "error");
                self.on_init_error(host, sandbox, &error);
            }
            "result" => {
                let payload = js::text(message, "payload");
                self.on_finished(host, sandbox, message, FunctionOutcome::Success { payload });
            }
            "error" => {
                let payload = json_text(&js::get(message, "error"));
                let exited = js::flag(message, "exited");
                let outcome = match exited {
                    true => FunctionOutcome::Crashed {
                        message: exit_reason(&js::text(&js::get(message, "error"), "errorMessage")),
                    },
                    false => FunctionOutcome::Error { payload },
                };
                self.on_finished(host, sandbox, message, outcome);
                if exited {
                    self.end(sandbox);
                }
            }
            "out-of-memory" => self.on_out_of_memory(host, sandbox, message),
            "stdout" | "stderr" => {
                if let Sandbox::Process(pid) = sandbox {
                    let is_error = js::text(message, "type") == "stderr";
                    let data = js::text(message, "data");
                    host.take_in(Input::ProcessOutput { pid: *pid, data, is_error });
                }
            }
            "exit" => self.on_exit(host, sandbox, message),
            "files" => {
                if let Sandbox::Process(pid) = sandbox {
                    host.take_in(Input::ProcessFiles { pid: *pid, files: files_of(message) });
                }
            }
            "interrupted" => {
                if let Some(entry) = self.entries.borrow_mut().get_mut(&key(sandbox)) {
                    entry._interrupt_limit = None;
                }
            }
            "listen" => on_listen(host, sandbox, message, true),
            "unlisten" => on_listen(host, sandbox, message, false),
            "connection-data" => on_connection_data(host, sandbox, message),
            // `progress` and `stdin-wanted` need nothing here: the terminal takes lines at any time.
            _ => {}
        }
    }

    fn on_booted(&self, host: &Rc<Host>, sandbox: &Sandbox, message: &JsValue) {
        let mut entries = self.entries.borrow_mut();
        let Some(entry) = entries.get_mut(&key(sandbox)) else { return };
        // The very first start on a device unpacks Python, which no Lambda does: it is no part of a cold start.
        let counts = js::flag(message, "fromSnapshot") || js::get(message, "fromSnapshot").is_undefined();
        entry.boot_ms = if counts { js::number(message, "ms") } else { 0.0 };
        match &entry.program {
            Program::Function { spec, .. } => {
                let message = init_message(spec, host.lab_now_ms());
                post(&entry.worker, &message);
                let (host, sandbox) = (host.clone(), sandbox.clone());
                let limit_ms = u32::try_from(spec.init_timeout_ms).unwrap_or(u32::MAX);
                entry._init_limit =
                    Some(Timeout::new(limit_ms, move || host.sandboxes.on_init_timeout(&host, &sandbox)));
            }
            Program::Process { spec } => {
                let message = run_message(spec, host.lab_now_ms());
                post(&entry.worker, &message);
                if let Some(data) = &spec.stdin {
                    let text = String::from_utf8_lossy(data).into_owned();
                    post(&entry.worker, &js::object(&[("type", "stdin".into()), ("data", text.into())]));
                    post(&entry.worker, &js::object(&[("type", "eof".into())]));
                }
            }
        }
    }

    fn on_boot_failed(&self, host: &Rc<Host>, sandbox: &Sandbox, message: &JsValue) {
        let reason = js::text(message, "reason");
        if reason != "snapshot-refused" {
            return self.on_broken(host, sandbox, &js::text(message, "message"));
        }
        // The kept memory is of other files: forget it and start from the beginning.
        let removed = self.entries.borrow_mut().remove(&key(sandbox));
        let Some(entry) = removed else { return };
        entry.worker.terminate();
        host.forget_python_snapshot(entry.preload);
        self.snapshots.borrow_mut().remove(entry.preload);
        match entry.program {
            Program::Function { spec, .. } => self.start_environment(host, (*spec).clone()),
            Program::Process { spec } => self.start_process(host, (*spec).clone()),
        }
    }

    fn on_init_done(&self, host: &Rc<Host>, sandbox: &Sandbox, message: &JsValue) {
        let Sandbox::Environment(environment_id) = sandbox else { return };
        let mut entries = self.entries.borrow_mut();
        let Some(entry) = entries.get_mut(&key(sandbox)) else { return };
        entry._init_limit = None;
        let init_ms = entry.boot_ms + js::number(message, "ms");
        drop(entries);
        host.take_in(Input::EnvironmentReady { environment_id: environment_id.clone(), init_ms });
    }

    fn on_init_error(&self, host: &Rc<Host>, sandbox: &Sandbox, error: &JsValue) {
        let Sandbox::Environment(environment_id) = sandbox else { return };
        let error_kind = js::text(error, "errorType");
        let error_payload = json_text(error);
        self.end(sandbox);
        host.take_in(Input::EnvironmentFailed {
            environment_id: environment_id.clone(),
            error_payload,
            error_kind,
        });
    }

    fn on_init_timeout(&self, host: &Rc<Host>, sandbox: &Sandbox) {
        let error = js::object(&[
            ("errorType", "Sandbox.Timedout".into()),
            ("errorMessage", "The init phase did not end in time".into()),
        ]);
        self.on_init_error(host, sandbox, &error);
    }

    fn on_finished(&self, host: &Rc<Host>, sandbox: &Sandbox, message: &JsValue, outcome: FunctionOutcome) {
        let Sandbox::Environment(environment_id) = sandbox else { return };
        let mut entries = self.entries.borrow_mut();
        let Some(Entry { program: Program::Function { running, .. }, .. }) = entries.get_mut(&key(sandbox))
        else {
            return;
        };
        let Some(run) = running.take() else { return };
        drop(entries);
        let memory_mb = js::number(message, "maxMemoryMb") as u32;
        finished(
            host,
            environment_id,
            &run.request_id,
            outcome,
            (js::number(message, "durationMs"), js::get(message, "cpuMs").as_f64()),
            memory_mb,
        );
    }

    fn on_out_of_memory(&self, host: &Rc<Host>, sandbox: &Sandbox, message: &JsValue) {
        match sandbox {
            Sandbox::Environment(environment_id) => {
                let run = self.take_running(sandbox);
                self.end(sandbox);
                let memory_mb = js::number(message, "maxMemoryMb") as u32;
                match run {
                    Some(run) => {
                        let duration_ms = js_sys::Date::now() - run.started_ms;
                        let outcome = FunctionOutcome::OutOfMemory;
                        let took = (duration_ms, None);
                        finished(host, environment_id, &run.request_id, outcome, took, memory_mb);
                    }
                    None => self.fail_init(host, environment_id, "Runtime exited with error: signal: killed"),
                }
            }
            Sandbox::Process(pid) => {
                self.end(sandbox);
                let data = "Killed\n".to_owned();
                host.take_in(Input::ProcessOutput { pid: *pid, data, is_error: true });
                host.take_in(Input::ProcessExit { pid: *pid, code: 137, files: Vec::new() });
            }
        }
    }

    /// The worker could not start or died by itself.
    fn on_broken(&self, host: &Rc<Host>, sandbox: &Sandbox, text: &str) {
        match sandbox {
            Sandbox::Environment(environment_id) => {
                let run = self.take_running(sandbox);
                self.end(sandbox);
                match run {
                    Some(run) => {
                        let duration_ms = js_sys::Date::now() - run.started_ms;
                        let outcome = FunctionOutcome::Crashed { message: text.to_owned() };
                        finished(host, environment_id, &run.request_id, outcome, (duration_ms, None), 0);
                    }
                    None => self.fail_init(host, environment_id, text),
                }
            }
            Sandbox::Process(pid) => {
                self.end(sandbox);
                let data = format!("nuvola: {text}\n");
                host.take_in(Input::ProcessOutput { pid: *pid, data, is_error: true });
                host.take_in(Input::ProcessExit { pid: *pid, code: 1, files: Vec::new() });
            }
        }
    }

    fn take_running(&self, sandbox: &Sandbox) -> Option<Running> {
        let mut entries = self.entries.borrow_mut();
        match &mut entries.get_mut(&key(sandbox))?.program {
            Program::Function { running, .. } => running.take(),
            Program::Process { .. } => None,
        }
    }

    fn fail_init(&self, host: &Rc<Host>, environment_id: &str, text: &str) {
        let error = js::object(&[("errorType", "Runtime.ExitError".into()), ("errorMessage", text.into())]);
        let error_payload = json_text(&error);
        let error_kind = "Runtime.ExitError".to_owned();
        host.take_in(Input::EnvironmentFailed {
            environment_id: environment_id.to_owned(),
            error_payload,
            error_kind,
        });
    }

    fn on_exit(&self, host: &Rc<Host>, sandbox: &Sandbox, message: &JsValue) {
        let Sandbox::Process(pid) = sandbox else { return };
        self.end(sandbox);
        let code = js::number(message, "code") as i32;
        host.take_in(Input::ProcessExit { pid: *pid, code, files: files_of(message) });
    }
}

/// What a program did to its files, `None` for deleted ones.
fn files_of(message: &JsValue) -> Vec<(String, Option<Blob>)> {
    let files = js::get(message, "files").dyn_into::<js_sys::Array>().unwrap_or_default();
    let file =
        |entry: JsValue| (js::text(&entry, "path"), js::bytes(&js::get(&entry, "bytes")).map(Blob::from));
    files.iter().map(file).collect()
}

/// `exit status 1`, out of the runtime's whole sentence; empty when it gives no reason.
fn exit_reason(text: &str) -> String {
    text.split_once("exited with error: ").map_or("", |(_, reason)| reason).to_owned()
}

fn post(worker: &Worker, message: &JsValue) {
    worker.post_message(message).expect("messages are plain values, which can be cloned");
}

fn json_text(value: &JsValue) -> String {
    js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string()).unwrap_or_else(|| "{}".to_owned())
}

fn finished(
    host: &Rc<Host>,
    environment_id: &str,
    request_id: &str,
    outcome: FunctionOutcome,
    (duration_ms, cpu_ms): (f64, Option<f64>),
    max_memory_mb: u32,
) {
    host.take_in(Input::FunctionFinished {
        environment_id: environment_id.to_owned(),
        request_id: request_id.to_owned(),
        outcome,
        duration_ms,
        cpu_ms,
        max_memory_mb,
    });
}

fn on_http(host: &Rc<Host>, sandbox: &Sandbox, message: &JsValue) {
    let body = js::bytes(&js::get(message, "body")).unwrap_or_default();
    let headers = js::pairs(&js::get(message, "headers"));
    let http_id = js::number(message, "id") as u64;
    let request = nuvola_lab::host::request(
        &js::text(message, "method"),
        &js::text(message, "url"),
        &headers,
        Blob::from(body),
    );
    match request {
        Some(request) => host.take_in(Input::SandboxHttp { sandbox: sandbox.clone(), http_id, request }),
        None => host.sandboxes.answer(sandbox, http_id, None),
    }
}

/// A program listens on a port, or no longer does.
fn on_listen(host: &Rc<Host>, sandbox: &Sandbox, message: &JsValue, listens: bool) {
    if let Sandbox::Process(pid) = sandbox {
        let port = js::number(message, "port") as u16;
        host.take_in(Input::ProcessListens { pid: *pid, port, listens });
    }
}

/// What a program sends back over a connection.
fn on_connection_data(host: &Rc<Host>, sandbox: &Sandbox, message: &JsValue) {
    if let Sandbox::Process(pid) = sandbox {
        let data = Blob::from(js::bytes(&js::get(message, "data")).unwrap_or_default());
        let connection = js::number(message, "id") as u64;
        let closed = js::flag(message, "closed");
        host.take_in(Input::ProcessData { pid: *pid, connection, data, closed });
    }
}

fn init_message(spec: &EnvironmentSpec, now_ms: f64) -> JsValue {
    let layers: js_sys::Array = spec.layers.iter().map(|layer| js::uint8_array(layer)).collect();
    js::object(&[
        ("type", "init".into()),
        ("handler", spec.handler.as_str().into()),
        ("zip", js::uint8_array(&spec.code)),
        ("layers", layers.into()),
        ("env", js::record(spec.env.iter())),
        ("functionName", spec.function_name.as_str().into()),
        ("functionVersion", spec.version.as_str().into()),
        ("memoryMb", spec.memory_mb.into()),
        ("timeoutMs", (spec.init_timeout_ms as f64).into()),
        ("logGroup", spec.log_group.as_str().into()),
        ("logStream", spec.log_stream.as_str().into()),
        ("arn", spec.arn.as_str().into()),
        ("nowMs", now_ms.into()),
    ])
}

fn run_message(spec: &ProcessSpec, now_ms: f64) -> JsValue {
    let argv: js_sys::Array = spec.argv.iter().map(|word| JsValue::from_str(word)).collect();
    let file = |(path, content): &(String, Blob)| {
        js::object(&[("path", path.as_str().into()), ("bytes", js::uint8_array(content))])
    };
    let files: js_sys::Array = spec.files.iter().map(file).collect();
    js::object(&[
        ("type", "run".into()),
        ("argv", argv.into()),
        ("folder", spec.root.as_str().into()),
        ("cwd", spec.cwd.as_str().into()),
        ("files", files.into()),
        ("env", js::record(spec.env.iter())),
        ("columns", spec.columns.into()),
        ("isTty", spec.is_tty.into()),
        ("nowMs", now_ms.into()),
    ])
}
