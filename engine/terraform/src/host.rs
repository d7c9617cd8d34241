//! What the workflow needs from the world: files, a terminal, time, randomness.
//!
//! The real program and the browser each implement [`Host`]; nothing else in this crate does I/O.

pub use nuvola_tf_lang::host::{CharRanges, Characters};
use serde::Serialize;
use std::future::Future;
use std::pin::Pin;

/// A future on the one thread that everything here runs on.
pub type LocalBoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Why a file could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileError {
    NotFound,
    IsDirectory,
    /// Anything else, in the operating system's words: `permission denied`.
    Other(String),
}

impl std::fmt::Display for FileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such file or directory"),
            Self::IsDirectory => f.write_str("is a directory"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    File,
    Directory,
}

/// One name in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirEntry {
    pub name: String,
    pub kind: FileKind,
}

/// A program that `local-exec` wants to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandRequest {
    /// The program and its arguments: `["/bin/sh", "-c", "echo hello"]`.
    pub argv: Vec<String>,
    /// Added to the process's environment.
    pub environment: Vec<(String, String)>,
    /// Relative to the current directory; empty for that directory itself.
    pub working_dir: String,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandResult {
    /// Standard output and standard error together, in order.
    pub output: String,
    pub exit_code: i32,
}

/// The world outside. Paths are relative to the current directory, with `/`, or absolute.
pub trait Host {
    /// # Errors
    /// When there is no such file, or it cannot be read.
    fn read_file(&self, path: &str) -> Result<Vec<u8>, FileError>;
    /// Creates or replaces a file, and the directories above it.
    /// # Errors
    /// When it cannot be written.
    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), FileError>;
    /// # Errors
    /// When there is no such file.
    fn remove_file(&self, path: &str) -> Result<(), FileError>;
    /// The names in a directory, sorted.
    /// # Errors
    /// When there is no such directory.
    fn list_dir(&self, path: &str) -> Result<Vec<DirEntry>, FileError>;
    /// What is at a path, if anything.
    fn file_kind(&self, path: &str) -> Option<FileKind>;
    /// The absolute path of the current directory.
    fn current_dir(&self) -> String;

    fn write_stdout(&self, text: &str);
    fn write_stderr(&self, text: &str);
    /// The width of standard output, and 0 when it is not a terminal.
    fn stdout_columns(&self) -> usize;
    /// The width of standard error, and 0 when it is not a terminal.
    fn stderr_columns(&self) -> usize;
    /// Whether colour codes are understood (`-no-color` switches them off in any case).
    fn wants_color(&self) -> bool;
    /// Whether a person types the input.
    fn stdin_is_terminal(&self) -> bool;
    /// The next line of input without its line break; nothing when there is no more.
    /// With `hidden`, a terminal does not show what is typed.
    fn read_line(&self, hidden: bool) -> LocalBoxFuture<'_, Option<String>>;

    /// The character sets that `textencodebase64` and `textdecodebase64` know beyond Unicode's.
    fn characters(&self) -> Characters {
        Characters::NONE
    }

    fn now_ms(&self) -> i64;
    fn sleep_ms(&self, duration_ms: u64) -> LocalBoxFuture<'_, ()>;
    fn random_bytes(&self, bytes: &mut [u8]);
    /// All environment variables.
    fn environment(&self) -> Vec<(String, String)>;
    /// How often the person has asked to stop (Ctrl-C) since the command began.
    fn interruptions(&self) -> u32;
    /// Runs a program, or says why it cannot: a browser has no processes.
    fn run_command(&self, request: CommandRequest) -> LocalBoxFuture<'_, Result<CommandResult, String>>;

    /// Told of each step, for a live picture of what happens.
    fn on_event(&self, event: WorkflowEvent) {
        drop(event);
    }
}

/// What is done to a resource instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventAction {
    NoOp,
    Create,
    Read,
    Update,
    Delete,
    Replace,
    Import,
    Forget,
}

/// One planned change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedAction {
    /// The instance's address: `module.a.aws_s3_bucket.b["c"]`.
    pub address: String,
    pub action: EventAction,
}

/// What happens in a run, as it happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum WorkflowEvent {
    /// The stored state of an instance is being compared with the real one.
    Refreshing {
        address: String,
    },
    Planned {
        changes: Vec<PlannedAction>,
    },
    Started {
        address: String,
        action: EventAction,
    },
    Finished {
        address: String,
        action: EventAction,
        id: Option<String>,
    },
    Failed {
        address: String,
        action: EventAction,
    },
    /// The state file was written.
    StateSaved {
        serial: u64,
    },
}

/// All regular files below a folder, at any depth, as paths relative to it, sorted.
#[must_use]
pub fn walk_files(host: &dyn Host, folder: &str) -> Vec<String> {
    /// Deeper folders are not looked into: a link in a circle must end.
    const MAX_DEPTH: usize = 32;
    let mut out = Vec::new();
    let mut open = vec![(String::new(), 0)];
    while let Some((prefix, depth)) = open.pop() {
        let path = if prefix.is_empty() { folder.to_owned() } else { format!("{folder}/{prefix}") };
        for entry in host.list_dir(&path).unwrap_or_default() {
            let inner = if prefix.is_empty() { entry.name } else { format!("{prefix}/{}", entry.name) };
            match entry.kind {
                FileKind::File => out.push(inner),
                FileKind::Directory if depth < MAX_DEPTH => open.push((inner, depth + 1)),
                FileKind::Directory => {}
            }
        }
    }
    out.sort();
    out
}

/// Whole seconds since a time.
#[must_use]
pub fn seconds_since(host: &dyn Host, start_ms: i64) -> u64 {
    u64::try_from((host.now_ms() - start_ms) / 1000).unwrap_or(0)
}

/// A host seen from another folder: what `-chdir` asks for.
pub struct InFolder {
    host: std::rc::Rc<dyn Host>,
    dir: String,
}

impl InFolder {
    #[must_use]
    pub fn new(host: std::rc::Rc<dyn Host>, dir: &str) -> Self {
        Self { host, dir: dir.trim_end_matches('/').to_owned() }
    }

    fn path(&self, path: &str) -> String {
        if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", self.dir) }
    }
}

impl Host for InFolder {
    fn read_file(&self, path: &str) -> Result<Vec<u8>, FileError> {
        self.host.read_file(&self.path(path))
    }

    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), FileError> {
        self.host.write_file(&self.path(path), bytes)
    }

    fn remove_file(&self, path: &str) -> Result<(), FileError> {
        self.host.remove_file(&self.path(path))
    }

    fn list_dir(&self, path: &str) -> Result<Vec<DirEntry>, FileError> {
        self.host.list_dir(&self.path(path))
    }

    fn file_kind(&self, path: &str) -> Option<FileKind> {
        self.host.file_kind(&self.path(path))
    }

    fn current_dir(&self) -> String {
        format!("{}/{}", self.host.current_dir(), self.dir)
    }

    fn write_stdout(&self, text: &str) {
        self.host.write_stdout(text);
    }

    fn write_stderr(&self, text: &str) {
        self.host.write_stderr(text);
    }

    fn stdout_columns(&self) -> usize {
        self.host.stdout_columns()
    }

    fn stderr_columns(&self) -> usize {
        self.host.stderr_columns()
    }

    fn wants_color(&self) -> bool {
        self.host.wants_color()
    }

    fn stdin_is_terminal(&self) -> bool {
        self.host.stdin_is_terminal()
    }

    fn read_line(&self, hidden: bool) -> LocalBoxFuture<'_, Option<String>> {
        self.host.read_line(hidden)
    }

    fn characters(&self) -> Characters {
        self.host.characters()
    }

    fn now_ms(&self) -> i64 {
        self.host.now_ms()
    }

    fn sleep_ms(&self, duration_ms: u64) -> LocalBoxFuture<'_, ()> {
        self.host.sleep_ms(duration_ms)
    }

    fn random_bytes(&self, bytes: &mut [u8]) {
        self.host.random_bytes(bytes);
    }

    fn environment(&self) -> Vec<(String, String)> {
        self.host.environment()
    }

    fn interruptions(&self) -> u32 {
        self.host.interruptions()
    }

    fn run_command(&self, request: CommandRequest) -> LocalBoxFuture<'_, Result<CommandResult, String>> {
        let working_dir = self.path(&request.working_dir);
        self.host.run_command(CommandRequest { working_dir, ..request })
    }

    fn on_event(&self, event: WorkflowEvent) {
        self.host.on_event(event);
    }
}
