//! What reaches the cloud and what it asks of its host: all plain data.

use crate::trace::Trace;
use nuvola_kernel::Blob;
use nuvola_wire::{Request, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something that happened outside the cloud.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Input {
    /// A client sent a request to any host name of AWS; `id` comes back in the answer.
    Request { id: u64, request: Request },
    /// A program on an EC2 instance sent a request: to its metadata service (`http://169.254.169.254/`), or to
    /// any other host name.
    InstanceRequest { id: u64, instance_id: String, request: Request },
    /// An instance wrote to its console.
    InstanceConsole { instance_id: String, text: String },
    /// The operating system of an instance shut down (`sudo poweroff`).
    InstanceShutdown { instance_id: String },
    /// What came of a request that the cloud asked its host to send; nothing, if nobody has that address.
    Fetched { id: u64, response: Option<Response> },
    /// A function's environment finished its init phase.
    EnvironmentReady { environment_id: String, init_ms: f64 },
    /// The init phase failed: `error_payload` is the JSON text that the runtime reports
    /// (`errorMessage`, `errorType`, ...), `error_kind` the runtime's name for it (`Runtime.ImportModuleError`).
    EnvironmentFailed { environment_id: String, error_payload: String, error_kind: String },
    /// A handler wrote to its standard output or error.
    FunctionLog { environment_id: String, text: String },
    /// An invocation ended.
    FunctionFinished {
        environment_id: String,
        request_id: String,
        outcome: FunctionOutcome,
        duration_ms: f64,
        /// What of the time was spent computing, where the host can tell.
        #[serde(default)]
        cpu_ms: Option<f64>,
        max_memory_mb: u32,
    },
    /// The client of the request `id`, which is not answered yet, has gone away.
    Abandoned { id: u64 },
    /// A control of the lab: how often, of a thousand times, a standard queue doubles a message or takes it
    /// out of order.
    SqsDisorder { queue_arn: String, permille: u64 },
    /// From now on the replicas and global indexes of a DynamoDB table lag behind its writes by up to this.
    ReplicaLag { table_arn: String, lag_ms: i64 },
    /// Whether the durations of functions follow their memory size (on at first).
    LambdaSizing { on: bool },
    /// Nothing but time passed.
    Tick,
}

/// How an invocation ended. Payloads are JSON texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FunctionOutcome {
    Success {
        payload: String,
    },
    /// The handler raised: the payload is the runtime's error object.
    Error {
        payload: String,
    },
    TimedOut,
    OutOfMemory,
    /// The process ended without an answer; `message` is what the host knows of it (`exit status 1`),
    /// empty if it gave no reason (exit status 0).
    Crashed {
        message: String,
    },
}

/// Something that the host is to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    /// Answer the request `id`.
    Respond { id: u64, response: Response },
    /// No such host name: the host lets the client's name resolution fail.
    Unresolved { id: u64, host: String },
    /// Send a request of an HTTP integration to what is no host name of AWS: an instance's address. The host answers
    /// with `Fetched`.
    Fetch { id: u64, request: Box<Request> },
    /// Start an execution environment; the host answers with `EnvironmentReady` or `EnvironmentFailed`.
    StartEnvironment(Box<EnvironmentSpec>),
    /// Run a handler in a ready environment; the host answers with `FunctionFinished`.
    Invoke {
        environment_id: String,
        request_id: String,
        event: String,
        timeout_ms: u64,
        deadline_ms: i64,
        client_context: Option<String>,
        function_arn: String,
    },
    /// End an environment, whatever it is doing.
    StopEnvironment { environment_id: String },
    /// Something happened to an EC2 instance that its host is to act on.
    Instance { region: String, instance_id: String, change: InstanceChange },
    /// Something happened that the user may look at.
    Trace(Box<Trace>),
}

/// What happened to an instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum InstanceChange {
    /// It runs now. `user_data` is what its owner wants it to run, at the `first` boot only.
    Booted { first: bool, user_data: Option<Blob>, private_ip: String, image_name: String },
    /// Its programs end; its files stay.
    Stopped,
    /// Its programs end and it goes on at once.
    Rebooted,
    /// It ends for good, with its files.
    Terminated,
}

/// Everything that a sandbox needs in order to start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnvironmentSpec {
    pub environment_id: String,
    pub runtime: String,
    pub handler: String,
    /// The deployment package: a ZIP archive.
    pub code: Blob,
    /// Archives of its layers, which are unpacked into `/opt` one over the other.
    #[serde(default)]
    pub layers: Vec<Blob>,
    /// All variables of the process: the function's own, the reserved ones, and the role's credentials.
    pub env: BTreeMap<String, String>,
    pub memory_mb: u32,
    pub function_name: String,
    pub version: String,
    pub arn: String,
    pub log_group: String,
    pub log_stream: String,
    pub init_timeout_ms: u64,
}
