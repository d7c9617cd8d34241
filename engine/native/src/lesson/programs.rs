//! Terminal programs and handlers of a lab as processes of this machine.
//!
//! Each has a port of its own, so that the lab knows whose request it is. A program that listens gets a port
//! that is free; whoever visits the lab's port is led there.

use super::zygote::{Told, zygote};
use crate::gateway::{Engine, Functions, Message, accept};
use nuvola_kernel::Blob;
use nuvola_lab::host::{EnvironmentSpec, HttpResponse, Input, Invocation, ProcessSpec, Sandbox};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;

/// How much slower than the lab's clock this machine may be: a handler's time limit is kept by this machine's.
const SLOWER: u64 = 10;
/// Ctrl-C, and the signal that nothing survives.
const INTERRUPT: i32 = 2;
const KILL: i32 = 9;

/// What a process, or its thread, tells the stage.
pub enum News {
    Input(Input),
    Http {
        sandbox: Sandbox,
        request: nuvola_wire::Request,
        answer: oneshot::Sender<Option<HttpResponse>>,
    },
    /// A program listens: which port it wanted, and which it has on this machine.
    Listens {
        pid: u32,
        port: u16,
        at: u16,
    },
}

pub struct Programs {
    news: Sender<News>,
    runtime: tokio::runtime::Runtime,
    processes: BTreeMap<u32, Process>,
    functions: BTreeMap<String, Functions>,
}

struct Process {
    stdin: Option<File>,
    /// Its number at the zygote.
    id: u64,
}

/// Tells the folders of this machine's processes apart.
static FOLDERS: AtomicU64 = AtomicU64::new(1);

impl Programs {
    pub fn new() -> Result<(Self, Receiver<News>), String> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| format!("the runtime cannot start: {error}"))?;
        let (news, inbox) = channel();
        Ok((Programs { news, runtime, processes: BTreeMap::new(), functions: BTreeMap::new() }, inbox))
    }

    /// A port whose requests come from this sandbox.
    fn endpoint(&self, sandbox: Sandbox) -> Result<(String, Sender<Message>), String> {
        let bind = tokio::net::TcpListener::bind("127.0.0.1:0");
        let listener = self.runtime.block_on(bind).map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        let (messages, inbox) = channel();
        self.runtime.spawn(accept(listener, Engine::over(messages.clone())));
        let news = self.news.clone();
        std::thread::spawn(move || {
            for message in inbox {
                let told = match message {
                    Message::Request { id: _, request, answer } => {
                        news.send(News::Http { sandbox: sandbox.clone(), request, answer })
                    }
                    Message::Function(input) => match of_function(input) {
                        Some(input) => news.send(News::Input(input)),
                        None => Ok(()),
                    },
                    // The lab knows when a program has ended.
                    Message::Gone { .. } => Ok(()),
                    Message::Reset { done } => {
                        drop(done);
                        Ok(())
                    }
                };
                if told.is_err() {
                    return;
                }
            }
        });
        Ok((format!("http://127.0.0.1:{port}"), messages))
    }

    pub fn start(&mut self, spec: ProcessSpec) {
        let pid = spec.pid;
        if let Err(text) = self.spawn(spec) {
            let told = format!("nuvola: {text}\n");
            let _ = self.news.send(News::Input(Input::ProcessOutput { pid, data: told, is_error: true }));
            let _ = self.news.send(News::Input(Input::ProcessExit { pid, code: 127, files: Vec::new() }));
        }
    }

    fn spawn(&mut self, spec: ProcessSpec) -> Result<(), String> {
        let io = |error: std::io::Error| error.to_string();
        let pid = spec.pid;
        let (endpoint, _) = self.endpoint(Sandbox::Process(pid))?;
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let home = std::env::temp_dir().join(format!("nuvola-lesson-{}-{number}", std::process::id()));
        let project = home.join("project");
        fs::create_dir_all(&project).map_err(io)?;
        // What lies in the home folder beside the project: `~/.aws/config`.
        let in_home = |path: &str| path.strip_prefix("~/").map(|rest| home.join(rest));
        for (path, content) in &spec.files {
            write(&in_home(path).unwrap_or_else(|| project.join(path)), content)?;
        }
        let given: Vec<(String, Blob)> =
            spec.files.iter().filter(|(path, _)| in_home(path).is_none()).cloned().collect();
        let cwd = project.join(&spec.cwd);
        let env = surroundings(&spec.env, &home, &cwd, &endpoint, !spec.root.ends_with("/project"));
        let (id, told) = zygote()?.run(&home.to_string_lossy(), &cwd.to_string_lossy(), &spec.argv, &env)?;
        // In this order: the program opens them one after the other too.
        let streams = home.join(".streams");
        let mut stdin = File::options().write(true).open(streams.join("in")).map_err(io)?;
        let open = |name: &str| File::open(streams.join(name)).map_err(io);
        let readers = [self.follow(pid, false, open("out")?), self.follow(pid, true, open("err")?)];
        self.hear(pid, open("news")?);
        let stdin = match &spec.stdin {
            Some(content) => {
                // A program that reads nothing closes its input first.
                let _ = stdin.write_all(content);
                None
            }
            None => Some(stdin),
        };
        let news = self.news.clone();
        std::thread::spawn(move || {
            let code = match told.recv() {
                Ok(Told::Exit(code)) => code,
                Ok(Told::Started) | Err(_) => 130,
            };
            for reader in readers {
                let _ = reader.join();
            }
            let files = changed(&project, &given);
            let _ = fs::remove_dir_all(&home);
            let _ = news.send(News::Input(Input::ProcessExit { pid, code, files }));
        });
        self.processes.insert(pid, Process { stdin, id });
        Ok(())
    }

    /// Listens to what a program says of its ports.
    fn hear(&self, pid: u32, from: File) {
        let news = self.news.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                let told: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
                let port = |name: &str| told[name].as_u64().and_then(|port| u16::try_from(port).ok());
                let (Some(wanted), Some(at)) = (port("port"), port("at")) else { continue };
                if news.send(News::Listens { pid, port: wanted, at }).is_err() {
                    return;
                }
            }
        });
    }

    fn follow(
        &self,
        pid: u32,
        is_error: bool,
        mut from: impl Read + Send + 'static,
    ) -> std::thread::JoinHandle<()> {
        let news = self.news.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(read @ 1..) = from.read(&mut buffer) {
                let data = String::from_utf8_lossy(&buffer[..read]).into_owned();
                if news.send(News::Input(Input::ProcessOutput { pid, data, is_error })).is_err() {
                    return;
                }
            }
        })
    }

    /// Carries a request to the port of a program that listens, and its answer back.
    pub fn visit(&self, pid: u32, at: u16, connection: u64, request: Blob) {
        let news = self.news.clone();
        std::thread::spawn(move || {
            let mut answer = Vec::new();
            if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", at)) {
                // What was read before the connection broke is what there is.
                let _ = stream.write_all(&request).and_then(|()| stream.read_to_end(&mut answer));
            }
            let data = Blob::from(answer);
            let _ = news.send(News::Input(Input::ProcessData { pid, connection, data, closed: true }));
        });
    }

    pub fn input(&mut self, pid: u32, data: &str) {
        if let Some(stdin) = self.processes.get_mut(&pid).and_then(|process| process.stdin.as_mut()) {
            let _ = stdin.write_all(data.as_bytes()).and_then(|()| stdin.flush());
        }
    }

    pub fn end_of_input(&mut self, pid: u32) {
        if let Some(process) = self.processes.get_mut(&pid) {
            process.stdin = None;
        }
    }

    pub fn interrupt(&mut self, pid: u32) {
        self.signal(pid, INTERRUPT);
    }

    pub fn kill(&mut self, pid: u32) {
        self.signal(pid, KILL);
        self.processes.remove(&pid);
    }

    fn signal(&self, pid: u32, signal: i32) {
        if let (Some(process), Ok(zygote)) = (self.processes.get(&pid), zygote()) {
            zygote.signal(process.id, signal);
        }
    }

    pub fn forget(&mut self, pid: u32) {
        self.processes.remove(&pid);
    }

    pub fn start_environment(&mut self, spec: EnvironmentSpec) {
        let id = spec.environment_id.clone();
        let Ok((endpoint, messages)) = self.endpoint(Sandbox::Environment(id.clone())) else { return };
        let mut functions = Functions::new(messages, endpoint);
        functions.start(spec);
        self.functions.insert(id, functions);
    }

    pub fn invoke(&mut self, invocation: Invocation) {
        let Some(functions) = self.functions.get_mut(&invocation.environment_id) else { return };
        let message = serde_json::json!({
            "requestId": invocation.request_id, "event": invocation.event, "deadlineMs": invocation.deadline_ms,
            "clientContext": invocation.client_context, "arn": invocation.function_arn,
        });
        let limit_ms = invocation.timeout_ms * SLOWER;
        functions.invoke(&invocation.environment_id, invocation.request_id, &message, limit_ms);
    }

    pub fn stop_environment(&mut self, id: &str) {
        // Its process ends with it.
        self.functions.remove(id);
    }
}

impl Drop for Programs {
    fn drop(&mut self) {
        for pid in self.processes.keys() {
            self.signal(*pid, KILL);
        }
    }
}

/// The program's variables: the lab's, and what this machine needs to run it.
fn surroundings(
    lab: &BTreeMap<String, String>,
    home: &Path,
    cwd: &Path,
    endpoint: &str,
    on_instance: bool,
) -> BTreeMap<String, String> {
    let mut env = lab.clone();
    for kept in ["PATH", "PYTHONHOME", "PYENV_VERSION", "PYENV_ROOT", "LD_LIBRARY_PATH"] {
        if let Ok(value) = std::env::var(kept) {
            env.insert(kept.to_owned(), value);
        }
    }
    let own = [
        ("HOME", home.to_string_lossy().into_owned()),
        ("PWD", cwd.to_string_lossy().into_owned()),
        ("AWS_ENDPOINT_URL", endpoint.to_owned()),
        // Only an instance has a metadata service.
        ("AWS_EC2_METADATA_DISABLED", (!on_instance).to_string()),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint.to_owned()),
        // A machine that has much to do must not look like one without a role.
        ("AWS_METADATA_SERVICE_TIMEOUT", "60".to_owned()),
    ];
    env.extend(own.map(|(name, value)| (name.to_owned(), value)));
    env
}

fn write(path: &Path, content: &Blob) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, &content[..]))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// What a program did to the project's files.
fn changed(project: &Path, before: &[(String, Blob)]) -> Vec<(String, Option<Blob>)> {
    let before: BTreeMap<&str, &Blob> =
        before.iter().map(|(path, content)| (path.as_str(), content)).collect();
    let mut now = BTreeMap::new();
    let mut waiting: Vec<PathBuf> = vec![project.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
            } else if let (Ok(bytes), Ok(name)) = (fs::read(&path), path.strip_prefix(project)) {
                now.insert(name.to_string_lossy().into_owned(), Blob::from(bytes));
            }
        }
    }
    let gone = before.keys().filter(|path| !now.contains_key(**path)).map(|path| ((*path).to_owned(), None));
    let mut all: Vec<(String, Option<Blob>)> = gone.collect();
    all.extend(
        now.into_iter()
            .filter(|(path, content)| before.get(path.as_str()) != Some(&content))
            .map(|(path, content)| (path, Some(content))),
    );
    all
}

/// News of a handler, as the lab takes them.
fn of_function(input: nuvola_aws::Input) -> Option<Input> {
    use nuvola_aws::Input as Cloud;
    Some(match input {
        Cloud::EnvironmentReady { environment_id, init_ms } => {
            Input::EnvironmentReady { environment_id, init_ms }
        }
        Cloud::EnvironmentFailed { environment_id, error_payload, error_kind } => {
            Input::EnvironmentFailed { environment_id, error_payload, error_kind }
        }
        Cloud::FunctionLog { environment_id, text } => Input::FunctionLog { environment_id, text },
        Cloud::FunctionFinished {
            environment_id,
            request_id,
            outcome,
            duration_ms,
            cpu_ms,
            max_memory_mb,
        } => Input::FunctionFinished {
            environment_id,
            request_id,
            outcome,
            duration_ms,
            cpu_ms,
            max_memory_mb,
        },
        Cloud::Request { .. }
        | Cloud::Fetched { .. }
        | Cloud::InstanceRequest { .. }
        | Cloud::InstanceConsole { .. }
        | Cloud::InstanceShutdown { .. }
        | Cloud::ReplicaLag { .. }
        | Cloud::Tick
        | Cloud::Abandoned { .. }
        | Cloud::LambdaSizing { .. }
        | Cloud::SqsDisorder { .. } => return None,
    })
}
