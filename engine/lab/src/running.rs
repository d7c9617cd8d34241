//! Programs that run for long, written down: a web server in a terminal must not keep the journal from being
//! folded into a snapshot.
//!
//! A command line that waits for a program in a sandbox is plain data: the line, how far it has come, and the
//! program's number. A lab that is restored waits for the program as before; what the program does comes from the
//! journal, and its end too. Where the page itself was loaded again, the host tells that the program is gone.
//!
//! Only lines are written down that wait for one program whose output goes to the terminal. While a pipe, a
//! redirection, `terraform`, `curl`, `sleep` or a visit of a web server is under way there is no snapshot, as before.

use crate::host::Sandbox;
use crate::machine;
use crate::terminal::{jobs, run};
use crate::world::{Asker, Process, Shared, World};
use crate::{Lab, Task};
use nuvola_kernel::Map;
use serde::{Deserialize, Serialize};

/// What a terminal's command line is part of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Root {
    /// Somebody typed it.
    Line,
    /// A program in the background.
    Job,
    /// An instance's first start: the lines that follow.
    UserData { instance_id: String, rest: Vec<String> },
}

/// How far a command line has come: it waits for the program of one of its commands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Position {
    pub line: String,
    /// The command's place in the line.
    pub command: usize,
}

/// A command line that waits for a program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub terminal: u32,
    pub pid: u32,
    pub root: Root,
    pub position: Position,
}

/// Everything about running programs that a snapshot holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Running {
    lines: Vec<Waiting>,
    processes: Map<u32, Process>,
    /// Requests of programs that the cloud has not answered yet: sandbox, and its number of the request.
    requests: Map<u64, (Sandbox, u64)>,
    next_request: u64,
    next_connection: u64,
}

impl Running {
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.requests.is_empty()
    }
}

/// The lines that wait for a program, if that is all that the lab's tasks do.
fn lines(world: &World, tasks: usize) -> Option<Vec<Waiting>> {
    let line = |(terminal, position): (&u32, &Position)| {
        let at = world.kept.terminals.get(terminal)?;
        let pid = at.process.filter(|_| at.input.is_empty() && at.interruptions == 0)?;
        let alive = world.processes.get(&pid).is_some_and(|process| process.exit_code.is_none());
        let root = world.roots.get(terminal)?.clone();
        alive.then(|| Waiting { terminal: *terminal, pid, root, position: position.clone() })
    };
    let lines: Vec<Waiting> = world.positions.iter().map(line).collect::<Option<_>>()?;
    let only_these = lines.len() == tasks && world.processes.len() == tasks;
    (only_these && world.connections.is_empty() && world.is_quiet() && world.requests.is_empty())
        .then_some(lines)
}

impl Lab {
    /// Whether nothing runs and nobody waits.
    pub fn is_at_rest(&self) -> bool {
        self.tasks.is_empty() && self.askers.is_empty() && !self.is_checking()
    }

    /// The running programs, if they can be written down.
    pub(crate) fn running(&self) -> Option<Running> {
        if self.busy || self.is_checking() {
            return None;
        }
        let world = self.world.borrow();
        let request = |(id, asker): (&u64, &Asker)| match asker {
            Asker::Sandbox { sandbox, http_id } => Some((*id, (sandbox.clone(), *http_id))),
            Asker::Task | Asker::OnMachine(_) => None,
        };
        let requests: Option<Vec<_>> = self.askers.iter().map(request).collect();
        let mut running = Running { lines: lines(&world, self.tasks.len())?, ..Running::default() };
        for (id, request) in requests? {
            running.requests.insert(id, request);
        }
        if !running.is_empty() {
            running.processes = world.processes.clone();
            (running.next_request, running.next_connection) = (world.next_request, world.next_connection);
        }
        Some(running)
    }

    /// Takes up running programs where a snapshot left them.
    pub(crate) fn take_up(&mut self, running: Running) {
        if running.is_empty() {
            return;
        }
        for (id, (sandbox, http_id)) in running.requests.iter() {
            self.askers.insert(*id, Asker::Sandbox { sandbox: sandbox.clone(), http_id: *http_id });
        }
        {
            let mut world = self.world.borrow_mut();
            world.processes = running.processes;
            (world.next_request, world.next_connection) = (running.next_request, running.next_connection);
        }
        for waiting in running.lines {
            {
                let mut world = self.world.borrow_mut();
                world.roots.insert(waiting.terminal, waiting.root.clone());
                if let Some(at) = world.kept.terminals.get_mut(&waiting.terminal) {
                    at.process = Some(waiting.pid);
                }
            }
            let task = resume(&self.world, waiting);
            self.tasks.push(task);
        }
        // Each goes as far as it had come.
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        self.tasks.retain_mut(|task| task.as_mut().poll(&mut cx).is_pending());
    }
}

/// The task of a line that waits.
fn resume(shared: &Shared, waiting: Waiting) -> Task {
    let Waiting { terminal, pid, root, position } = waiting;
    let line = position.line.clone();
    let from = run::From { command: position.command, pid };
    match root {
        Root::Line => Box::pin(run::run_line_from(shared.clone(), terminal, line, Some(from))),
        Root::Job => Box::pin(jobs::run_job(shared.clone(), terminal, Some(from))),
        Root::UserData { instance_id, rest } => {
            Box::pin(machine::run_script(shared.clone(), terminal, instance_id, (line, Some(from)), rest))
        }
    }
}
