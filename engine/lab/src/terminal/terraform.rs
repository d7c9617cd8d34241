//! `terraform`: the re-implemented program, with the lab's files, terminal and clock as its host.

use super::session::Session;
use crate::files;
use crate::world::{self, Shared};
use nuvola_kernel::Blob;
use nuvola_terraform::host::{
    Characters, CommandRequest, CommandResult, DirEntry, FileError, FileKind, Host, LocalBoxFuture,
    WorkflowEvent,
};
use nuvola_terraform::provider::ProviderRegistry;
use nuvola_tf_aws::{Transport, TransportError};
use nuvola_wire::{Request, Response};
use std::cell::Cell;
use std::rc::Rc;

/// How long a request of Terraform travels: short, yet long enough to watch. **Units**: milliseconds.
const LATENCY_MS: i64 = 30;

pub(crate) async fn run(session: &Session, arguments: &[String]) -> i32 {
    let host: Rc<dyn Host> = Rc::new(TerraformHost { session: session.clone(), read: Cell::new(0) });
    let status = nuvola_terraform::cli::run(arguments, host, providers(&session.shared)).await;
    let mut world = session.shared.borrow_mut();
    world.progress.clear();
    world.map_changed = true;
    status
}

/// The providers of the lab: those built into Terraform's crate, and AWS over the wire.
pub(crate) fn providers(shared: &Shared) -> Rc<dyn ProviderRegistry> {
    nuvola_tf_aws::registry(Rc::new(LabTransport { shared: shared.clone() }))
}

/// Sends the provider's requests into the lab's cloud.
struct LabTransport {
    shared: Shared,
}

impl Transport for LabTransport {
    fn send(&self, request: Request) -> LocalBoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let until = self.shared.borrow().now_ms + LATENCY_MS;
            world::sleep_until(&self.shared, until).await;
            let host = request.host.clone();
            world::http(&self.shared, request).await.ok_or(TransportError::Unresolved { host })
        })
    }

    fn sleep_ms(&self, duration_ms: u64) -> LocalBoxFuture<'_, ()> {
        let until = self.now_ms() + i64::try_from(duration_ms).unwrap_or(i64::MAX / 2);
        Box::pin(world::sleep_until(&self.shared, until))
    }

    fn now_ms(&self) -> i64 {
        self.shared.borrow().now_ms
    }
}

struct TerraformHost {
    session: Session,
    /// How much of what a pipe feeds has been read. **Units**: bytes.
    read: Cell<usize>,
}

impl TerraformHost {
    fn path(&self, path: &str) -> Result<String, FileError> {
        self.session.resolve(path).ok_or_else(|| FileError::Other("permission denied".to_owned()))
    }
}

impl Host for TerraformHost {
    fn read_file(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let path = self.path(path)?;
        let world = self.session.shared.borrow();
        match world.files(self.session.terminal).read(&path) {
            Some(content) => Ok(content.to_vec()),
            None if world.files(self.session.terminal).is_folder(&path) => Err(FileError::IsDirectory),
            None => Err(FileError::NotFound),
        }
    }

    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), FileError> {
        let path = self.path(path)?;
        if bytes.len() > files::FILE_LIMIT_BYTES {
            return Err(FileError::Other("file too large".to_owned()));
        }
        let machine = self.session.machine();
        let mut world = self.session.shared.borrow_mut();
        if path.is_empty() || world.files(self.session.terminal).is_folder(&path) {
            return Err(FileError::IsDirectory);
        }
        world::take_in_files(&mut world, machine.as_deref(), vec![(path, Some(Blob::from(bytes.to_vec())))]);
        world.map_changed = true;
        Ok(())
    }

    fn remove_file(&self, path: &str) -> Result<(), FileError> {
        let path = self.path(path)?;
        let mut world = self.session.shared.borrow_mut();
        world.files_mut(self.session.terminal).remove_file(&path).map(drop).ok_or(FileError::NotFound)
    }

    fn list_dir(&self, path: &str) -> Result<Vec<DirEntry>, FileError> {
        let path = self.path(path)?;
        let world = self.session.shared.borrow();
        if !world.files(self.session.terminal).is_folder(&path) {
            return Err(FileError::NotFound);
        }
        let kind = |is_folder| if is_folder { FileKind::Directory } else { FileKind::File };
        let names = world.files(self.session.terminal).list(&path).into_iter();
        Ok(names.map(|(name, is_folder)| DirEntry { name, kind: kind(is_folder) }).collect())
    }

    fn file_kind(&self, path: &str) -> Option<FileKind> {
        let path = self.path(path).ok()?;
        let world = self.session.shared.borrow();
        if world.files(self.session.terminal).is_file(&path) {
            return Some(FileKind::File);
        }
        world.files(self.session.terminal).is_folder(&path).then_some(FileKind::Directory)
    }

    fn current_dir(&self) -> String {
        let root = self.session.root();
        match self.session.cwd().as_str() {
            "" => root,
            folder => format!("{root}/{folder}"),
        }
    }

    fn write_stdout(&self, text: &str) {
        self.session.print(text);
    }

    fn write_stderr(&self, text: &str) {
        self.session.print_error(text);
    }

    fn stdout_columns(&self) -> usize {
        if self.session.is_terminal() { usize::from(self.session.columns()) } else { 0 }
    }

    fn stderr_columns(&self) -> usize {
        usize::from(self.session.columns())
    }

    fn wants_color(&self) -> bool {
        self.session.is_terminal()
    }

    fn stdin_is_terminal(&self) -> bool {
        self.session.stdin.is_none()
    }

    fn read_line(&self, _hidden: bool) -> LocalBoxFuture<'_, Option<String>> {
        if let Some(piped) = &self.session.stdin {
            let rest = &piped[self.read.get()..];
            let line = rest.split_inclusive(|byte| *byte == b'\n').next().map(<[u8]>::to_vec);
            self.read.set(self.read.get() + line.as_ref().map_or(0, Vec::len));
            let text =
                line.map(|line| String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned());
            return Box::pin(async move { text });
        }
        Box::pin(world::read_line(&self.session.shared, self.session.terminal))
    }

    fn characters(&self) -> Characters {
        self.session.shared.borrow().characters
    }

    fn now_ms(&self) -> i64 {
        self.session.shared.borrow().now_ms
    }

    fn sleep_ms(&self, duration_ms: u64) -> LocalBoxFuture<'_, ()> {
        let until = self.now_ms() + i64::try_from(duration_ms).unwrap_or(i64::MAX / 2);
        Box::pin(world::sleep_until(&self.session.shared, until))
    }

    fn random_bytes(&self, bytes: &mut [u8]) {
        let mut world = self.session.shared.borrow_mut();
        for chunk in bytes.chunks_mut(32) {
            let block = world.kept.ids.block();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }

    fn environment(&self) -> Vec<(String, String)> {
        self.session.env.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    fn interruptions(&self) -> u32 {
        self.session.interruptions()
    }

    fn run_command(&self, _request: CommandRequest) -> LocalBoxFuture<'_, Result<CommandResult, String>> {
        Box::pin(async {
            Err("local-exec is not simulated in the browser: a tab has no processes".to_owned())
        })
    }

    fn on_event(&self, event: WorkflowEvent) {
        self.session.shared.borrow_mut().on_workflow_event(event);
    }
}
