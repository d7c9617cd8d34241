//! Terraform's host on a real machine: the disk, the terminal, the clock.

use nuvola_terraform::host::{
    Characters, CommandRequest, CommandResult, DirEntry, FileError, FileKind, Host, LocalBoxFuture,
};
use std::io::{BufRead, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How often Ctrl-C was pressed.
#[derive(Clone, Default)]
pub struct Interruptions(Arc<AtomicU32>);

impl Interruptions {
    pub fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

pub struct Disk {
    folder: PathBuf,
    interruptions: Interruptions,
}

fn file_error(error: &std::io::Error) -> FileError {
    let kind = error.kind();
    if kind == ErrorKind::NotFound {
        return FileError::NotFound;
    }
    if kind == ErrorKind::IsADirectory {
        return FileError::IsDirectory;
    }
    let denied = kind == ErrorKind::PermissionDenied;
    FileError::Other(if denied { "permission denied".to_owned() } else { error.to_string() })
}

impl Disk {
    pub fn new() -> Self {
        let folder = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        Disk { folder, interruptions: Interruptions::default() }
    }

    pub fn interruptions_counter(&self) -> Interruptions {
        self.interruptions.clone()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, bytes)
}

/// The width of a terminal as its environment tells it; programs without a terminal have none.
fn columns(is_terminal: bool) -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    if is_terminal { told.unwrap_or(80) } else { 0 }
}

impl Host for Disk {
    fn characters(&self) -> Characters {
        Characters::BUILT_IN
    }

    fn read_file(&self, path: &str) -> Result<Vec<u8>, FileError> {
        std::fs::read(self.path(path)).map_err(|error| file_error(&error))
    }

    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), FileError> {
        write_whole(&self.path(path), bytes).map_err(|error| file_error(&error))
    }

    fn remove_file(&self, path: &str) -> Result<(), FileError> {
        std::fs::remove_file(self.path(path)).map_err(|error| file_error(&error))
    }

    fn list_dir(&self, path: &str) -> Result<Vec<DirEntry>, FileError> {
        let entries = std::fs::read_dir(self.path(path)).map_err(|error| file_error(&error))?;
        let entry = |entry: std::fs::DirEntry| {
            let kind = if entry.path().is_dir() { FileKind::Directory } else { FileKind::File };
            DirEntry { name: entry.file_name().to_string_lossy().into_owned(), kind }
        };
        let mut names: Vec<DirEntry> = entries.flatten().map(entry).collect();
        names.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(names)
    }

    fn file_kind(&self, path: &str) -> Option<FileKind> {
        let kind = std::fs::metadata(self.path(path)).ok()?;
        Some(if kind.is_dir() { FileKind::Directory } else { FileKind::File })
    }

    fn current_dir(&self) -> String {
        self.folder.to_string_lossy().into_owned()
    }

    fn write_stdout(&self, text: &str) {
        // Whoever closed the pipe wants no more.
        let _ = std::io::stdout().write_all(text.as_bytes());
        let _ = std::io::stdout().flush();
    }

    fn write_stderr(&self, text: &str) {
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    fn stdout_columns(&self) -> usize {
        columns(std::io::stdout().is_terminal())
    }

    fn stderr_columns(&self) -> usize {
        columns(std::io::stderr().is_terminal())
    }

    fn wants_color(&self) -> bool {
        true
    }

    fn stdin_is_terminal(&self) -> bool {
        std::io::stdin().is_terminal()
    }

    fn read_line(&self, _hidden: bool) -> LocalBoxFuture<'_, Option<String>> {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line).unwrap_or(0);
        let line = (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned());
        Box::pin(async move { line })
    }

    fn now_ms(&self) -> i64 {
        crate::gateway::now_ms()
    }

    fn sleep_ms(&self, duration_ms: u64) -> LocalBoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(Duration::from_millis(duration_ms)))
    }

    fn random_bytes(&self, bytes: &mut [u8]) {
        // The standard library's only source of randomness: each hasher's keys are drawn by the system.
        use std::hash::{BuildHasher, Hasher, RandomState};
        for chunk in bytes.chunks_mut(8) {
            let drawn = RandomState::new().build_hasher().finish().to_ne_bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    }

    fn environment(&self) -> Vec<(String, String)> {
        std::env::vars().collect()
    }

    fn interruptions(&self) -> u32 {
        self.interruptions.0.load(Ordering::Relaxed)
    }

    fn run_command(&self, request: CommandRequest) -> LocalBoxFuture<'_, Result<CommandResult, String>> {
        let folder = self.path(&request.working_dir);
        Box::pin(async move {
            let Some((program, arguments)) = request.argv.split_first() else {
                return Err("no program to run".to_owned());
            };
            let output = tokio::process::Command::new(program)
                .args(arguments)
                .envs(request.environment)
                .current_dir(folder)
                .stdin(Stdio::null())
                .output()
                .await
                .map_err(|error| error.to_string())?;
            let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.push_str(&String::from_utf8_lossy(&output.stderr));
            Ok(CommandResult { output: text, exit_code: output.status.code().unwrap_or(-1) })
        })
    }
}
