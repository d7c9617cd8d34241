//! What passes between the lab and whoever hosts it (the cloud worker, a test): wishes and news.
//!
//! The host owns clocks, storage and user code. Every [`Input`] goes into the journal before it is taken in.

use crate::{Ask, Event};
use nuvola_kernel::Blob;
use nuvola_wire::{Request, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use crate::preview::request;
pub use nuvola_aws::{EnvironmentSpec, FunctionOutcome};
pub use nuvola_wire::{Request as HttpRequest, Response as HttpResponse};

/// Something that happened outside the lab.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Input {
    /// The page asks.
    Ask(Ask),
    EnvironmentReady {
        environment_id: String,
        init_ms: f64,
    },
    EnvironmentFailed {
        environment_id: String,
        error_payload: String,
        error_kind: String,
    },
    FunctionLog {
        environment_id: String,
        text: String,
    },
    FunctionFinished {
        environment_id: String,
        request_id: String,
        outcome: FunctionOutcome,
        duration_ms: f64,
        /// What of it was spent computing, where the host can tell.
        #[serde(default)]
        cpu_ms: Option<f64>,
        max_memory_mb: u32,
    },
    /// Code in a sandbox sends a request; the answer goes back as [`Output::HttpAnswer`].
    SandboxHttp {
        sandbox: Sandbox,
        http_id: u64,
        request: Request,
    },
    ProcessOutput {
        pid: u32,
        data: String,
        /// It went to standard error.
        is_error: bool,
    },
    /// What a terminal program that waits has done to its files so far, `None` for deleted ones.
    ProcessFiles {
        pid: u32,
        files: Vec<(String, Option<Blob>)>,
    },
    /// A terminal program ended; files that it changed since they were told last, `None` for deleted ones.
    ProcessExit {
        pid: u32,
        code: i32,
        files: Vec<(String, Option<Blob>)>,
    },
    /// A program listens on a port, or no longer does.
    ProcessListens {
        pid: u32,
        port: u16,
        listens: bool,
    },
    /// What a program sent over a connection of [`Output::ProcessConnect`].
    ProcessData {
        pid: u32,
        connection: u64,
        data: Blob,
        closed: bool,
    },
    /// All sandboxes are gone: the page was loaded again.
    HostRestarted,
    /// Nothing but time passed.
    Tick,
}

impl Input {
    /// Whether the journal must keep it: a replay without it would end elsewhere.
    pub fn is_kept(&self) -> bool {
        !matches!(self, Input::Ask(ask) if ask.command.is_query())
    }
}

/// Whose request it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sandbox {
    Environment(String),
    Process(u32),
}

/// Something that the host is to do.
#[derive(Debug, Clone)]
pub enum Output {
    /// For the page.
    Event(Event),
    StartEnvironment(Box<EnvironmentSpec>),
    Invoke(Box<Invocation>),
    StopEnvironment {
        environment_id: String,
    },
    StartProcess(Box<ProcessSpec>),
    ProcessInput {
        pid: u32,
        data: String,
    },
    /// No more input.
    ProcessEof {
        pid: u32,
    },
    /// Ctrl-C: the program may end what it does; one that does not hear it is killed by the host.
    InterruptProcess {
        pid: u32,
    },
    KillProcess {
        pid: u32,
    },
    /// A client has connected to a port on which the program listens, and sent this; it sends no more.
    ProcessConnect {
        pid: u32,
        port: u16,
        connection: u64,
        data: Blob,
    },
    /// The client has gone, or has all it wants.
    ProcessDisconnect {
        pid: u32,
        connection: u64,
    },
    /// `None`: no such host name.
    HttpAnswer {
        sandbox: Sandbox,
        http_id: u64,
        response: Option<Response>,
    },
}

/// A handler's run in a ready environment.
#[derive(Debug, Clone)]
pub struct Invocation {
    pub environment_id: String,
    pub request_id: String,
    pub event: String,
    pub timeout_ms: u64,
    pub deadline_ms: i64,
    pub client_context: Option<String>,
    pub function_arn: String,
}

/// A program of the terminal that runs in a sandbox: `python`, `aws`.
#[derive(Debug, Clone)]
pub struct ProcessSpec {
    pub pid: u32,
    pub argv: Vec<String>,
    /// The absolute path of the folder that holds the files: the project, or an instance's home.
    pub root: String,
    /// Relative to that folder.
    pub cwd: String,
    pub env: BTreeMap<String, String>,
    pub files: Vec<(String, Blob)>,
    pub columns: u16,
    /// What a pipe or `<` feeds; otherwise the terminal is the input.
    pub stdin: Option<Blob>,
    /// A person types and reads: neither input nor output is redirected.
    pub is_tty: bool,
}
