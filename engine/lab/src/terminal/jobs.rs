//! Programs in the background: `command &`, `nohup`, `jobs`, `ps`, `kill`, `pkill`.
//!
//! A job runs at a hidden terminal with the folder and variables of the one that started it. What it prints
//! comes out there, or goes to `nohup.out`. A job of an instance goes on when its terminal closes, and starts
//! anew when the page was loaded again.

use super::parse::Pipeline;
use super::session::Session;
use super::{Terminal, run};
use crate::host::Output;
use crate::running::Root;
use crate::world::{Shared, World};
use nuvola_kernel::Blob;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many jobs one computer runs at most.
const MAX_JOBS: usize = 20;

/// A program in the background, as it can be started again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    /// The command line.
    pub line: String,
    pub machine: Option<String>,
    pub cwd: String,
    pub env: BTreeMap<String, String>,
    /// Keeps what it prints in `nohup.out`.
    pub no_hang_up: bool,
}

/// Starts a pipeline in the background of a terminal; `[1] 1234`.
pub(crate) fn start(shared: &Shared, terminal: u32, pipeline: Pipeline) -> i32 {
    let (job, number) = {
        let world = shared.borrow();
        let Some(at) = world.kept.terminals.get(&terminal) else { return 1 };
        let no_hang_up = pipeline.text.starts_with("nohup ");
        let job = Job {
            line: pipeline.text.trim_start_matches("nohup ").trim().to_owned(),
            machine: at.machine.clone(),
            cwd: at.cwd.clone(),
            env: at.env.clone(),
            no_hang_up,
        };
        let number = 1 + world.jobs(at.machine.as_deref()).count();
        (job, number)
    };
    if number > MAX_JOBS {
        shared.borrow_mut().print(terminal, "bash: fork: retry: Resource temporarily unavailable\n");
        return 1;
    }
    let id = launch(shared, job, Some(terminal));
    shared.borrow_mut().print(terminal, &format!("[{number}] {id}\n"));
    0
}

/// Runs a job at a hidden terminal of its own, whose number is the job's; `seen_at` shows what it prints.
pub(crate) fn launch(shared: &Shared, job: Job, seen_at: Option<u32>) -> u32 {
    let mut world = shared.borrow_mut();
    let echo = seen_at.filter(|_| !job.no_hang_up);
    let (cwd, env) = (job.cwd.clone(), job.env.clone());
    let hidden = Terminal { machine: job.machine.clone(), hidden: true, cwd, env, echo, ..Terminal::new() };
    let id = world.add_terminal(hidden);
    world.kept.jobs.insert(id, job);
    world.spawned.push(Box::pin(run_job(shared.clone(), id, None)));
    id
}

/// Runs a job's line, or the rest of it.
pub(crate) async fn run_job(shared: Shared, id: u32, from: Option<run::From>) {
    let job = {
        let mut world = shared.borrow_mut();
        let Some(job) = world.kept.jobs.get(&id).cloned() else { return };
        world.roots.insert(id, Root::Job);
        job
    };
    run::run_line_from(shared.clone(), id, job.line.clone(), from).await;
    end(&mut shared.borrow_mut(), id, &job);
}

fn end(world: &mut World, id: u32, job: &Job) {
    world.kept.jobs.remove(&id);
    let Some(at) = world.kept.terminals.remove(&id) else { return };
    if job.no_hang_up {
        let path = if job.cwd.is_empty() { "nohup.out".to_owned() } else { format!("{}/nohup.out", job.cwd) };
        let printed = Blob::from(at.plain_output());
        crate::world::take_in_files(world, job.machine.as_deref(), vec![(path, Some(printed))]);
    }
}

impl World {
    /// The jobs of an instance, or of the student's own computer, by their numbers.
    pub fn jobs(&self, machine: Option<&str>) -> impl Iterator<Item = (u32, &Job)> {
        let jobs = self.kept.jobs.iter().filter(move |(_, job)| job.machine.as_deref() == machine);
        jobs.map(|(id, job)| (*id, job))
    }

    /// Ends the program of a terminal, as a signal does; whether there was one.
    pub fn kill(&mut self, terminal: u32) -> bool {
        let Some(at) = self.kept.terminals.get_mut(&terminal) else { return false };
        at.interruptions += 1;
        if let Some(pid) = at.process {
            self.outbox.push(Output::KillProcess { pid });
            if let Some(process) = self.processes.get_mut(&pid) {
                process.exit_code = Some(143);
                process.ports.clear();
            }
        }
        true
    }
}

/// `jobs`, `ps`, `kill`, `pkill`; nothing for another program.
pub(crate) fn run(session: &Session, program: &str, arguments: &[String]) -> Option<i32> {
    match program {
        "jobs" => list(session, |number, _, job| format!("[{number}]   Running    {} &\n", job.line)),
        "ps" => {
            session.print("    PID CMD\n");
            list(session, |_, id, job| format!("{id:>7} {}\n", job.line));
        }
        "kill" => return Some(kill(session, arguments)),
        "pkill" => return Some(kill_by_name(session, arguments)),
        _ => return None,
    }
    Some(0)
}

fn list(session: &Session, line: impl Fn(usize, u32, &Job) -> String) {
    let machine = session.machine();
    let world = session.shared.borrow();
    let jobs = world.jobs(machine.as_deref()).enumerate();
    let text: String = jobs.map(|(at, (id, job))| line(at + 1, id, job)).collect();
    drop(world);
    session.print(&text);
}

/// `kill 1234`, `kill -9 1234`, `kill %1`.
fn kill(session: &Session, arguments: &[String]) -> i32 {
    let machine = session.machine();
    let mut status = 0;
    for wanted in arguments.iter().filter(|argument| !argument.starts_with('-')) {
        let id = {
            let world = session.shared.borrow();
            let mut jobs = world.jobs(machine.as_deref()).map(|(id, _)| id);
            match wanted.strip_prefix('%') {
                Some(number) => {
                    number.parse::<usize>().ok().and_then(|number| jobs.nth(number.checked_sub(1)?))
                }
                None => jobs.find(|id| id.to_string() == *wanted),
            }
        };
        match id {
            Some(id) => {
                session.shared.borrow_mut().kill(id);
            }
            None => {
                session.print_error(&format!("bash: kill: ({wanted}) - No such process\n"));
                status = 1;
            }
        }
    }
    status
}

/// `pkill -f worker.py`: every job whose command line holds the text.
fn kill_by_name(session: &Session, arguments: &[String]) -> i32 {
    let Some(name) = arguments.iter().find(|argument| !argument.starts_with('-')) else {
        session.print_error("pkill: no matching criteria specified\n");
        return 2;
    };
    let machine = session.machine();
    let ids: Vec<u32> = {
        let world = session.shared.borrow();
        let named = world.jobs(machine.as_deref()).filter(|(_, job)| job.line.contains(name.as_str()));
        named.map(|(id, _)| id).collect()
    };
    let mut world = session.shared.borrow_mut();
    for id in &ids {
        world.kill(*id);
    }
    i32::from(ids.is_empty())
}
