//! What the lab's tasks share: files, terminals, the way to the cloud and to the sandboxes.
//!
//! Tasks (a command line, a Terraform run, a call of the preview) are futures on one thread.
//! They wait for an answer, for time, or for a line of input; each of these is a small future here.

use crate::Characters;
use crate::console::{Look, Seen};
use crate::event::Event;
use crate::files::Files;
use crate::host::{Output, ProcessSpec, Sandbox};
use crate::machine::Connection;
use crate::running::{Position, Root};
use crate::terminal::jobs::Job;
use crate::terminal::{Place, Terminal};
use crate::view::WaitsFor;
use nuvola_kernel::Map;
use nuvola_kernel::{Blob, IdSource};
use nuvola_terraform::host::WorkflowEvent;
use nuvola_wire::{Request, Response};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// How many terminals people may have open, those of instances included.
const MAX_TERMINALS: usize = 8;
/// How many denials are remembered.
const KEPT_DENIALS: usize = 50;

pub(crate) type Shared = Rc<RefCell<World>>;
pub(crate) type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Who waits for the cloud's answer to a request.
#[derive(Debug, Clone)]
pub(crate) enum Asker {
    Task,
    /// A task that runs on an instance (`curl` in its terminal), by the instance's id.
    OnMachine(String),
    Sandbox {
        sandbox: Sandbox,
        http_id: u64,
    },
}

/// What sent a request, as far as its line of activity depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Requester {
    /// A provider of Terraform: it looks up whether things exist.
    Provider,
    /// A screen of a console that looks, and changes nothing.
    Screen,
    /// A console, by the student's hand.
    Console,
    Other,
}

impl Requester {
    /// By the request's user agent.
    pub fn of(agent: &str) -> Self {
        if agent.contains("terraform-provider-") {
            Requester::Provider
        } else if agent == crate::console::LOOKING {
            Requester::Screen
        } else if agent == crate::console::ACTING {
            Requester::Console
        } else {
            Requester::Other
        }
    }
}

/// A program in a sandbox, as its terminal sees it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Process {
    pub terminal: u32,
    /// The instance that it runs on; nothing: the student's own computer.
    pub machine: Option<String>,
    /// Where output goes that is piped on; otherwise it goes to the terminal.
    pub captured: Option<String>,
    /// The same for standard error.
    pub captured_errors: Option<String>,
    /// Standard error goes where standard output goes (`2>&1`).
    pub errors_follow: bool,
    /// The ports on which it listens.
    pub ports: Vec<u16>,
    pub exit_code: Option<i32>,
}

/// A made-up access key; real ones never enter the lab.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    pub access_key_id: String,
    pub secret_access_key: String,
}

/// The inside of an EC2 instance: what a person finds who connects to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// `ec2-user`, `ubuntu`: by the image.
    pub user: String,
    /// `ip-172-31-16-5`
    pub host_name: String,
    /// Its home folder.
    pub files: Files,
}

/// The part that survives a reload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub project: String,
    pub files: Files,
    pub terminals: Map<u32, Terminal>,
    /// The insides of instances that have booted, by instance id.
    pub machines: Map<String, Machine>,
    /// Programs in the background, by the number of their hidden terminal.
    pub jobs: Map<u32, Job>,
    pub next_terminal: u32,
    pub next_pid: u32,
    pub ids: IdSource,
    pub keys: Keys,
    /// Saved test events: function name → (event's name → JSON text).
    pub test_events: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    pub lessons: crate::lesson::Lessons,
}

pub(crate) struct World {
    /// The lab's time.
    pub now_ms: i64,
    pub kept: Kept,
    /// What the host lends for Terraform's `textencodebase64` and `regex`.
    pub characters: Characters,
    pub outbox: Vec<Output>,
    pub requests: VecDeque<(u64, Asker, Request)>,
    /// Answers for tasks; `None`: no such host.
    pub answers: Map<u64, Option<Response>>,
    pub next_request: u64,
    pub processes: Map<u32, Process>,
    /// What the command line of a terminal is part of.
    pub roots: Map<u32, Root>,
    /// Terminals whose line waits for the program of a plain command.
    pub positions: Map<u32, Position>,
    /// The earliest time for which a task sleeps.
    pub wake_at_ms: Option<i64>,
    /// Tasks that tasks (or commands) have started.
    pub spawned: Vec<Task>,
    /// What Terraform does at the moment, by address.
    pub progress: Map<String, crate::view::NodeStatus>,
    pub map_changed: bool,
    /// Whose request the cloud answers at the moment.
    pub asker: Requester,
    /// ARNs to nodes of the map.
    pub arns: BTreeMap<String, String>,
    /// What exists in the cloud, whoever made it.
    pub items: Vec<nuvola_aws::inventory::Item>,
    /// Looks past the APIs that are to be answered, and the answers.
    pub looks: Vec<(u64, Look)>,
    pub seen: Map<u64, Seen>,
    /// Controls of the lab that were turned.
    pub controls: Vec<nuvola_aws::Input>,
    /// What was denied lately, oldest first.
    pub denials: VecDeque<nuvola_aws::Decision>,
    /// Open connections to programs that listen.
    pub connections: Map<u64, Connection>,
    pub next_connection: u64,
    /// Answers of machines, by the number of the request.
    pub arrived: Vec<(u64, Response)>,
    /// In a fork: what its programs asked of the cloud.
    pub fork_seen: Vec<crate::lesson::Seen>,
    /// What preflights of the preview have allowed.
    pub preflights: Rc<RefCell<crate::browser::Preflights>>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        World {
            now_ms: 0,
            kept: Kept {
                project: String::new(),
                files: Files::default(),
                terminals: Map::new(),
                machines: Map::new(),
                jobs: Map::new(),
                next_terminal: 1,
                next_pid: 1,
                ids: IdSource::new(seed ^ 0x6c61_6220_6c61_6220),
                keys: Keys::default(),
                test_events: BTreeMap::new(),
                lessons: crate::lesson::Lessons::default(),
            },
            characters: Characters::NONE,
            outbox: Vec::new(),
            requests: VecDeque::new(),
            answers: Map::new(),
            next_request: 1,
            processes: Map::new(),
            roots: Map::new(),
            positions: Map::new(),
            wake_at_ms: None,
            spawned: Vec::new(),
            progress: Map::new(),
            map_changed: true,
            asker: Requester::Other,
            arns: BTreeMap::new(),
            items: Vec::new(),
            looks: Vec::new(),
            seen: Map::new(),
            controls: Vec::new(),
            denials: VecDeque::new(),
            connections: Map::new(),
            next_connection: 1,
            arrived: Vec::new(),
            fork_seen: Vec::new(),
            preflights: Rc::default(),
        }
    }

    pub fn emit(&mut self, event: Event) {
        self.outbox.push(Output::Event(event));
    }

    /// The instance that a terminal is connected to.
    pub fn machine(&self, terminal: u32) -> Option<&Machine> {
        let id = self.kept.terminals.get(&terminal)?.machine.as_ref()?;
        self.kept.machines.get(id)
    }

    pub fn machine_id(&self, terminal: u32) -> Option<String> {
        self.kept.terminals.get(&terminal)?.machine.clone()
    }

    /// The absolute path of a terminal's files, as programs see it: the project, or an instance's home.
    pub fn root(&self, terminal: u32) -> String {
        match self.machine(terminal) {
            Some(machine) => format!("/home/{}", machine.user),
            None => "/home/student/project".to_owned(),
        }
    }

    pub fn place(&self, terminal: u32) -> Place {
        match self.machine(terminal) {
            Some(machine) => {
                Place { name: format!("{}@{}", machine.user, machine.host_name), home: "~".to_owned() }
            }
            None => Place { name: "student@nuvola".to_owned(), home: "~/project".to_owned() },
        }
    }

    /// The files that a terminal sees.
    pub fn files(&self, terminal: u32) -> &Files {
        self.machine(terminal).map_or(&self.kept.files, |machine| &machine.files)
    }

    pub fn files_mut(&mut self, terminal: u32) -> &mut Files {
        match self.machine_id(terminal).and_then(|id| self.kept.machines.get_mut(&id)) {
            Some(machine) => &mut machine.files,
            None => &mut self.kept.files,
        }
    }

    /// Prints on a terminal; line breaks become what terminals expect.
    pub fn print(&mut self, terminal: u32, text: &str) {
        if text.is_empty() {
            return;
        }
        let Some(at) = self.kept.terminals.get_mut(&terminal) else { return };
        let data = at.keep_output(text);
        if at.hidden {
            if let Some(seen_at) = at.echo {
                self.print(seen_at, text);
            }
            return;
        }
        self.emit(Event::TerminalOutput { terminal, data });
    }

    /// Queues a request; the number under which its answer comes.
    pub fn send(&mut self, asker: Asker, request: Request) -> u64 {
        let id = self.next_request;
        self.next_request += 1;
        self.requests.push_back((id, asker, request));
        id
    }

    /// Adds a terminal; its number.
    pub fn add_terminal(&mut self, at: Terminal) -> u32 {
        let terminal = self.kept.next_terminal;
        self.kept.next_terminal += 1;
        self.kept.terminals.insert(terminal, at);
        terminal
    }

    /// Adds a terminal that people see, unless too many are open.
    pub fn open_terminal(&mut self, at: Terminal) -> Result<u32, String> {
        if self.kept.terminals.values().filter(|at| !at.hidden).count() >= MAX_TERMINALS {
            return Err(format!("at most {MAX_TERMINALS} terminals can be open"));
        }
        Ok(self.add_terminal(at))
    }

    /// Opens a connection to a program that listens, with what the client sends; its number.
    pub fn connect_to(&mut self, pid: u32, port: u16, data: Blob) -> u64 {
        let connection = self.next_connection;
        self.next_connection += 1;
        self.connections.insert(connection, Connection { pid, ..Connection::default() });
        self.outbox.push(Output::ProcessConnect { pid, port, connection, data });
        connection
    }

    /// The instance that a request comes from; nothing: from the internet.
    pub fn machine_of(&self, asker: &Asker) -> Option<String> {
        match asker {
            Asker::Task | Asker::Sandbox { sandbox: Sandbox::Environment(_), .. } => None,
            Asker::OnMachine(instance_id) => Some(instance_id.clone()),
            Asker::Sandbox { sandbox: Sandbox::Process(pid), .. } => self.processes.get(pid)?.machine.clone(),
        }
    }

    /// Whether no task has left anything to be done at once.
    pub fn is_quiet(&self) -> bool {
        self.spawned.is_empty()
            && self.looks.is_empty()
            && self.controls.is_empty()
            && self.arrived.is_empty()
    }

    /// Keeps what was refused, with its reasons, for the console of IAM.
    pub fn remember_denials(&mut self, decisions: &[nuvola_aws::Decision]) {
        for decision in decisions.iter().filter(|decision| !decision.allowed) {
            if self.denials.len() >= KEPT_DENIALS {
                self.denials.pop_front();
            }
            self.denials.push_back(decision.clone());
        }
    }

    /// Asks to look past the APIs; the number under which the answer comes.
    pub fn ask_look(&mut self, look: Look) -> u64 {
        let id = self.next_request;
        self.next_request += 1;
        self.looks.push((id, look));
        id
    }

    pub fn set_waits_for(&mut self, terminal: u32, waits_for: WaitsFor) {
        let place = self.place(terminal);
        let Some(at) = self.kept.terminals.get_mut(&terminal) else { return };
        if at.waits_for == waits_for && waits_for != WaitsFor::Command {
            return;
        }
        at.waits_for = waits_for;
        if at.hidden {
            return;
        }
        let mut view = at.view(terminal, &place);
        (view.scrollback, view.history) = (String::new(), Vec::new());
        self.emit(Event::TerminalState(view));
    }

    pub fn on_workflow_event(&mut self, event: WorkflowEvent) {
        use crate::view::NodeStatus;
        use nuvola_terraform::host::EventAction;
        self.map_changed = true;
        match event {
            WorkflowEvent::Started { address, action } => {
                let status = match action {
                    EventAction::Create | EventAction::Import | EventAction::Replace => NodeStatus::Creating,
                    EventAction::Update => NodeStatus::Updating,
                    EventAction::Delete => NodeStatus::Deleting,
                    EventAction::NoOp | EventAction::Read | EventAction::Forget => return,
                };
                self.progress.insert(address, status);
            }
            WorkflowEvent::Finished { address, .. } => {
                self.progress.remove(&address);
            }
            WorkflowEvent::Failed { address, .. } => {
                self.progress.insert(address, NodeStatus::Failed);
            }
            WorkflowEvent::Planned { .. } => self.progress.clear(),
            WorkflowEvent::Refreshing { .. } | WorkflowEvent::StateSaved { .. } => {}
        }
    }
}

/// The answer to a request of a task on an instance.
pub(crate) fn http_from(shared: &Shared, instance_id: String, request: Request) -> Answer {
    let id = shared.borrow_mut().send(Asker::OnMachine(instance_id), request);
    Answer { shared: shared.clone(), id }
}

/// The cloud's answer to a request of a task; `None`: no such host name.
pub(crate) fn http(shared: &Shared, request: Request) -> Answer {
    let id = shared.borrow_mut().send(Asker::Task, request);
    Answer { shared: shared.clone(), id }
}

pub(crate) struct Answer {
    shared: Shared,
    id: u64,
}

impl Future for Answer {
    type Output = Option<Response>;
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = self.shared.borrow_mut().answers.remove(&self.id);
        answer.map_or(Poll::Pending, Poll::Ready)
    }
}

/// Waits until the lab's clock shows `until_ms`.
pub(crate) fn sleep_until(shared: &Shared, until_ms: i64) -> Sleep {
    Sleep { shared: shared.clone(), until_ms }
}

pub(crate) struct Sleep {
    shared: Shared,
    until_ms: i64,
}

impl Future for Sleep {
    type Output = ();
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let mut world = self.shared.borrow_mut();
        if world.now_ms >= self.until_ms {
            return Poll::Ready(());
        }
        let earliest = world.wake_at_ms.map_or(self.until_ms, |at| at.min(self.until_ms));
        world.wake_at_ms = Some(earliest);
        Poll::Pending
    }
}

/// A line that the student types while a program runs; `None` at Ctrl-D.
pub(crate) fn read_line(shared: &Shared, terminal: u32) -> Line {
    Line { shared: shared.clone(), terminal }
}

pub(crate) struct Line {
    shared: Shared,
    terminal: u32,
}

impl Future for Line {
    type Output = Option<String>;
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let mut world = self.shared.borrow_mut();
        let terminal = self.terminal;
        let Some(at) = world.kept.terminals.get_mut(&terminal) else { return Poll::Ready(None) };
        if let Some(line) = at.input.pop_front() {
            world.set_waits_for(terminal, WaitsFor::Nothing);
            return Poll::Ready(line);
        }
        if at.interruptions > 0 {
            return Poll::Ready(None);
        }
        world.set_waits_for(terminal, WaitsFor::Answer);
        Poll::Pending
    }
}

/// Starts a program in a sandbox and waits for its end: its exit code and what it printed into a pipe.
pub(crate) async fn run_process(
    shared: &Shared,
    terminal: u32,
    spec: ProcessSpec,
    capture: Capture,
) -> Ended {
    let pid = spec.pid;
    let interactive = spec.stdin.is_none();
    {
        let mut world = shared.borrow_mut();
        let process = Process {
            terminal,
            machine: world.machine_id(terminal),
            captured: capture.output.then(String::new),
            captured_errors: capture.errors.then(String::new),
            errors_follow: capture.errors_follow,
            ..Process::default()
        };
        world.processes.insert(pid, process);
        if let Some(at) = world.kept.terminals.get_mut(&terminal) {
            at.process = Some(pid);
        }
        world.outbox.push(Output::StartProcess(Box::new(spec)));
        if interactive {
            world.set_waits_for(terminal, WaitsFor::Answer);
        }
    }
    end_of_process(shared, terminal, pid).await
}

/// Waits for the end of a program that was started.
pub(crate) async fn end_of_process(shared: &Shared, terminal: u32, pid: u32) -> Ended {
    ProcessEnd { shared: shared.clone(), pid }.await;
    let mut world = shared.borrow_mut();
    if let Some(at) = world.kept.terminals.get_mut(&terminal) {
        at.process = None;
    }
    world.set_waits_for(terminal, WaitsFor::Nothing);
    let process = world.processes.remove(&pid).unwrap_or_default();
    Ended {
        code: process.exit_code.unwrap_or(1),
        output: process.captured.unwrap_or_default(),
        errors: process.captured_errors.unwrap_or_default(),
    }
}

/// What of a program's output goes on into a pipe or a file.
pub(crate) struct Capture {
    pub output: bool,
    pub errors: bool,
    pub errors_follow: bool,
}

/// How a program ended, and what it wrote that did not go to the terminal.
pub(crate) struct Ended {
    pub code: i32,
    pub output: String,
    pub errors: String,
}

struct ProcessEnd {
    shared: Shared,
    pid: u32,
}

impl Future for ProcessEnd {
    type Output = ();
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let ended =
            self.shared.borrow().processes.get(&self.pid).is_none_or(|process| process.exit_code.is_some());
        if ended { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// What a program did to the project's files, or to those of the instance that it runs on. The files of an
/// instance that is gone are gone with it.
pub(crate) fn take_in_files(world: &mut World, machine: Option<&str>, files: Vec<(String, Option<Blob>)>) {
    for (path, content) in files {
        let at = match machine {
            None => &mut world.kept.files,
            Some(id) => match world.kept.machines.get_mut(id) {
                Some(machine) => &mut machine.files,
                None => return,
            },
        };
        match content {
            Some(content) => {
                at.write(&path, content.clone());
                if machine.is_none() {
                    world.emit(Event::FileChanged { path, content });
                }
            }
            None => drop(at.remove(&path)),
        }
    }
}
