//! A running command's view of the lab: where it prints, what it reads, which files it sees.

use crate::files;
use crate::machine;
use crate::world::{self, Shared};
use nuvola_kernel::Blob;
use nuvola_wire::{Request, Response};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Where output goes.
#[derive(Debug, Clone)]
pub(crate) enum Sink {
    Terminal,
    /// Into a pipe or a file.
    Buffer(Rc<RefCell<Vec<u8>>>),
}

#[derive(Clone)]
pub(crate) struct Session {
    pub shared: Shared,
    pub terminal: u32,
    pub stdout: Sink,
    pub stderr: Sink,
    /// What a pipe or `<` feeds.
    pub stdin: Option<Blob>,
    /// The lab's variables, then `export`ed ones, then those before the command.
    pub env: BTreeMap<String, String>,
}

impl Session {
    pub fn print(&self, text: &str) {
        self.write(&self.stdout, text.as_bytes());
    }

    pub fn print_error(&self, text: &str) {
        self.write(&self.stderr, text.as_bytes());
    }

    pub fn print_bytes(&self, bytes: &[u8]) {
        self.write(&self.stdout, bytes);
    }

    fn write(&self, sink: &Sink, bytes: &[u8]) {
        match sink {
            Sink::Terminal => {
                self.shared.borrow_mut().print(self.terminal, &String::from_utf8_lossy(bytes));
            }
            Sink::Buffer(buffer) => buffer.borrow_mut().extend_from_slice(bytes),
        }
    }

    /// Whether a person sees the output.
    pub fn is_terminal(&self) -> bool {
        matches!(self.stdout, Sink::Terminal)
    }

    /// `2>&1`: both go the same way.
    pub fn errors_follow(&self) -> bool {
        match (&self.stdout, &self.stderr) {
            (Sink::Buffer(output), Sink::Buffer(errors)) => Rc::ptr_eq(output, errors),
            (Sink::Terminal | Sink::Buffer(_), Sink::Terminal) | (Sink::Terminal, Sink::Buffer(_)) => false,
        }
    }

    pub fn cwd(&self) -> String {
        let world = self.shared.borrow();
        world.kept.terminals.get(&self.terminal).map(|at| at.cwd.clone()).unwrap_or_default()
    }

    /// The folder that paths are relative to, as programs see it.
    pub fn root(&self) -> String {
        self.shared.borrow().root(self.terminal)
    }

    /// The instance that the terminal is connected to.
    pub fn machine(&self) -> Option<String> {
        self.shared.borrow().machine_id(self.terminal)
    }

    /// A path of a command line, relative to the project's root; `None` outside the project.
    pub fn resolve(&self, path: &str) -> Option<String> {
        let root = self.root();
        files::resolve(&self.cwd(), &root, path)
    }

    pub fn read(&self, path: &str) -> Option<Blob> {
        let path = self.resolve(path)?;
        self.shared.borrow().files(self.terminal).read(&path).cloned()
    }

    /// Writes a file and tells the page; says why not, in the shell's words.
    pub fn write_file(&self, path: &str, content: Blob) -> Result<(), String> {
        let Some(resolved) = self.resolve(path) else { return Err(format!("{path}: Permission denied")) };
        let machine = self.machine();
        let mut world = self.shared.borrow_mut();
        if resolved.is_empty() || world.files(self.terminal).is_folder(&resolved) {
            return Err(format!("{path}: Is a directory"));
        }
        world::take_in_files(&mut world, machine.as_deref(), vec![(resolved, Some(content))]);
        Ok(())
    }

    /// The answer to a request; `localhost` is the machine that the terminal is on.
    pub async fn http(&self, request: Request) -> Option<Response> {
        if matches!(request.host_name(), "localhost" | "127.0.0.1") {
            let port = machine::port(&request);
            return Some(machine::serve(&self.shared, self.machine().as_deref(), port, &request).await);
        }
        match self.machine() {
            Some(instance_id) => world::http_from(&self.shared, instance_id, request).await,
            None => world::http(&self.shared, request).await,
        }
    }

    pub fn columns(&self) -> u16 {
        self.shared.borrow().kept.terminals.get(&self.terminal).map_or(80, |at| at.columns)
    }

    pub fn interruptions(&self) -> u32 {
        self.shared.borrow().kept.terminals.get(&self.terminal).map_or(0, |at| at.interruptions)
    }
}
