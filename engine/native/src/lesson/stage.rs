//! A lab with a keyboard and a clock: the clock leaps over every wait, unless a program computes.
//!
//! A program that waits for the lab (for an answer, for time to pass, for somebody to connect) does not keep
//! the clock from leaping.

use super::programs::{News, Programs};
use crate::gateway::now_ms;
use nuvola_kernel::Blob;
use nuvola_lab::host::{HttpResponse, Input, Output, Sandbox};
use nuvola_lab::view::{LessonView, WaitsFor};
use nuvola_lab::{Ask, Characters, Command, Event, Lab, Reply};
use nuvola_lesson_pack::StepPlay;
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How long anything may take that a play waits for.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long the stage waits for news of a program before it looks at its clock again.
const NAP: Duration = Duration::from_millis(20);
/// How long a program may compute while time is to pass: then it waits for the keyboard, and time passes all
/// the same.
const COMPUTES: Duration = Duration::from_secs(3);
/// After how much of the cloud's time a program that has not ended is one that goes on. **Units**: milliseconds.
const SETTLES_MS: i64 = 30_000;
/// Where programs ask for time to pass, and where the metadata service begins.
const SLEEP: &str = "/_nuvola/sleep";
const METADATA: &str = "/latest/";

/// A program or a handler, as far as it decides whether time may leap.
#[derive(Default)]
struct Doing {
    /// Requests that wait for their answer.
    asks: u32,
    /// Connections of visitors that are not answered yet.
    visits: u32,
    /// The ports of the lab on which it listens, and what they are on this machine.
    ports: BTreeMap<u16, u16>,
    /// It runs on an instance, out of sight of the student's own terminals.
    on_instance: bool,
}

impl Doing {
    fn waits(&self) -> bool {
        self.asks > 0 || !self.ports.is_empty() && self.visits == 0
    }
}

/// Who waits for an answer.
struct Asked {
    of: Sandbox,
    answer: oneshot::Sender<Option<HttpResponse>>,
}

pub struct Stage {
    lab: Lab,
    programs: Programs,
    inbox: Receiver<News>,
    /// How far the lab's clock is ahead of this machine's.
    ahead_ms: i64,
    asked: u64,
    replies: BTreeMap<u64, Reply>,
    waits_for: BTreeMap<u32, WaitsFor>,
    pub lesson: Option<LessonView>,
    /// Everything that the terminals printed since it was last taken.
    pub screen: String,
    /// Requests of programs that wait for their answer.
    answers: BTreeMap<u64, Asked>,
    next_http: u64,
    /// Programs that sleep: until when, by the lab's clock.
    sleepers: Vec<(i64, Asked)>,
    /// The terminal that is connected to an instance.
    on_instance: Option<u32>,
    processes: BTreeMap<u32, Doing>,
    /// Handlers that run, by their environment.
    handlers: BTreeMap<String, Doing>,
}

impl Stage {
    pub fn new() -> Result<Self, String> {
        Self::with(Lab::new(1, now_ms()))
    }

    /// Takes up a lab that another stage has left.
    pub fn take_up(snapshot: &str) -> Result<Self, String> {
        let mut stage = Self::with(Lab::restore(snapshot)?)?;
        stage.input(Input::HostRestarted);
        stage.ask(Command::Attach)?;
        Ok(stage)
    }

    fn with(lab: Lab) -> Result<Self, String> {
        let (programs, inbox) = Programs::new()?;
        Ok(Stage {
            lab: lab.with_characters(Characters::BUILT_IN),
            programs,
            inbox,
            ahead_ms: 0,
            asked: 0,
            replies: BTreeMap::new(),
            waits_for: BTreeMap::from([(1, WaitsFor::Command)]),
            lesson: None,
            screen: String::new(),
            answers: BTreeMap::new(),
            next_http: 1,
            sleepers: Vec::new(),
            on_instance: None,
            processes: BTreeMap::new(),
            handlers: BTreeMap::new(),
        })
    }

    /// The lab as it is, once nothing runs any more; nothing where servers and workers go on.
    pub fn snapshot(&mut self) -> Result<Option<String>, String> {
        let until_ms = self.now_ms() + SETTLES_MS;
        let goes_on =
            |stage: &Stage| !stage.processes.is_empty() && !stage.is_busy() && stage.now_ms() >= until_ms;
        self.settle("the lab to come to rest", |stage| stage.lab.is_at_rest() || goes_on(stage))?;
        Ok(self.lab.is_at_rest().then(|| self.lab.snapshot()).flatten())
    }

    fn now_ms(&self) -> i64 {
        now_ms() + self.ahead_ms
    }

    /// Whether a program computes.
    fn is_busy(&self) -> bool {
        self.processes.values().chain(self.handlers.values()).any(|doing| !doing.waits())
    }

    fn doing(&mut self, sandbox: &Sandbox) -> Option<&mut Doing> {
        match sandbox {
            Sandbox::Process(pid) => self.processes.get_mut(pid),
            Sandbox::Environment(id) => self.handlers.get_mut(id),
        }
    }

    fn input(&mut self, input: Input) {
        match &input {
            Input::ProcessExit { pid, .. } => {
                self.programs.forget(*pid);
                self.processes.remove(pid);
            }
            Input::FunctionFinished { environment_id, .. }
            | Input::EnvironmentReady { environment_id, .. }
            | Input::EnvironmentFailed { environment_id, .. } => drop(self.handlers.remove(environment_id)),
            Input::ProcessData { pid, closed: true, .. } => {
                if let Some(doing) = self.processes.get_mut(pid) {
                    doing.visits = doing.visits.saturating_sub(1);
                }
            }
            Input::Ask(_)
            | Input::FunctionLog { .. }
            | Input::SandboxHttp { .. }
            | Input::ProcessOutput { .. }
            | Input::ProcessFiles { .. }
            | Input::ProcessListens { .. }
            | Input::ProcessData { closed: false, .. }
            | Input::HostRestarted
            | Input::Tick => {}
        }
        let outputs = self.lab.step(self.now_ms(), input);
        for output in outputs {
            self.on_output(output);
        }
    }

    fn on_news(&mut self, news: News) {
        match news {
            News::Input(input) => self.input(input),
            News::Listens { pid, port, at } => {
                if let Some(doing) = self.processes.get_mut(&pid) {
                    doing.ports.insert(port, at);
                }
                self.input(Input::ProcessListens { pid, port, listens: true });
            }
            News::Http { sandbox, mut request, answer } => {
                if let Some(doing) = self.doing(&sandbox) {
                    doing.asks += 1;
                }
                let asked = Asked { of: sandbox.clone(), answer };
                if request.path == SLEEP {
                    let ms: i64 = request.query.trim_start_matches("ms=").parse().unwrap_or_default();
                    return self.sleepers.push((self.now_ms() + ms, asked));
                }
                if request.path.starts_with(METADATA) && request.headers.get("authorization").is_none() {
                    request.host = "169.254.169.254".to_owned();
                }
                let http_id = self.next_http;
                self.next_http += 1;
                self.answers.insert(http_id, asked);
                self.input(Input::SandboxHttp { sandbox, http_id, request });
            }
        }
    }

    fn reply(&mut self, asked: Asked, response: Option<HttpResponse>) {
        if let Some(doing) = self.doing(&asked.of) {
            doing.asks = doing.asks.saturating_sub(1);
        }
        // The program may have ended meanwhile.
        let _ = asked.answer.send(response);
    }

    /// Wakes who has slept long enough.
    fn wake(&mut self) {
        let now_ms = self.now_ms();
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.sleepers).into_iter().partition(|(at, _)| *at <= now_ms);
        self.sleepers = later;
        for (_, asked) in due {
            self.reply(asked, Some(HttpResponse::new(204)));
        }
    }

    fn on_output(&mut self, output: Output) {
        match output {
            Output::Event(event) => self.on_event(event),
            Output::StartEnvironment(spec) => {
                self.handlers.insert(spec.environment_id.clone(), Doing::default());
                self.programs.start_environment(*spec);
            }
            Output::Invoke(invocation) => {
                self.handlers.insert(invocation.environment_id.clone(), Doing::default());
                self.programs.invoke(*invocation);
            }
            Output::StopEnvironment { environment_id } => {
                self.handlers.remove(&environment_id);
                self.programs.stop_environment(&environment_id);
            }
            Output::StartProcess(spec) => {
                let on_instance = !spec.root.ends_with("/project");
                self.processes.insert(spec.pid, Doing { on_instance, ..Doing::default() });
                self.programs.start(*spec);
            }
            Output::ProcessInput { pid, data } => self.programs.input(pid, &data),
            Output::ProcessEof { pid } => self.programs.end_of_input(pid),
            Output::InterruptProcess { pid } => self.programs.interrupt(pid),
            Output::KillProcess { pid } => self.programs.kill(pid),
            Output::ProcessConnect { pid, port, connection, data } => {
                let at = self.processes.get_mut(&pid).and_then(|doing| {
                    doing.visits += 1;
                    doing.ports.get(&port).copied()
                });
                match at {
                    Some(at) => self.programs.visit(pid, at, connection, data),
                    None => self.input(Input::ProcessData {
                        pid,
                        connection,
                        data: Blob::default(),
                        closed: true,
                    }),
                }
            }
            // The visit reads to the end of what the program says.
            Output::ProcessDisconnect { .. } => {}
            Output::HttpAnswer { http_id, response, .. } => {
                if let Some(asked) = self.answers.remove(&http_id) {
                    self.reply(asked, response);
                }
            }
        }
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::Reply { id, reply } => drop(self.replies.insert(id, reply)),
            Event::TerminalOutput { data, .. } => self.screen.push_str(&data),
            Event::TerminalState(view) => drop(self.waits_for.insert(view.terminal, view.waits_for)),
            Event::TerminalClosed { terminal } => drop(self.waits_for.remove(&terminal)),
            Event::Lesson { lesson, .. } => self.lesson = lesson.map(|lesson| *lesson),
            Event::Files { .. }
            | Event::FileChanged { .. }
            | Event::Map(_)
            | Event::Traffic(_)
            | Event::Environments { .. }
            | Event::Clock(_)
            | Event::Notice(_) => {}
        }
    }

    /// Lets the lab and its programs go on until `done`.
    fn settle(&mut self, what: &str, done: impl Fn(&Stage) -> bool) -> Result<(), String> {
        let start = Instant::now();
        while !done(self) {
            if start.elapsed() > PATIENCE {
                return Err(format!("waited in vain for {what}; the terminal said:\n{}", self.screen));
            }
            self.go_on(i64::MAX)?;
        }
        Ok(())
    }

    /// One round: takes in news, or lets time pass up to what is due next, at most until `until_ms`.
    fn go_on(&mut self, until_ms: i64) -> Result<(), String> {
        let now_ms = self.now_ms();
        let of_sleepers = self.sleepers.iter().map(|(at, _)| *at).min();
        let due_ms = self.lab.next_due_ms(now_ms).into_iter().chain(of_sleepers).min();
        let wait = match due_ms {
            Some(due_ms) if due_ms <= now_ms => Duration::ZERO,
            Some(_) | None if self.is_busy() => NAP,
            Some(due_ms) => {
                self.ahead_ms += due_ms.min(until_ms) - now_ms;
                Duration::ZERO
            }
            None => NAP,
        };
        match self.inbox.recv_timeout(wait) {
            Ok(news) => self.on_news(news),
            Err(RecvTimeoutError::Timeout) => self.input(Input::Tick),
            Err(RecvTimeoutError::Disconnected) => return Err("the programs are gone".to_owned()),
        }
        self.wake();
        Ok(())
    }

    /// Lets the cloud's time pass.
    fn pass(&mut self, seconds: i64) -> Result<(), String> {
        let until_ms = self.now_ms() + seconds * 1_000;
        let mut busy_since = Instant::now();
        while self.now_ms() < until_ms {
            let computes = self.is_busy();
            if !computes {
                busy_since = Instant::now();
            }
            if busy_since.elapsed() > COMPUTES || !computes && self.lab.next_due_ms(self.now_ms()).is_none() {
                self.ahead_ms += (until_ms - self.now_ms()).max(0);
            }
            self.go_on(until_ms)?;
        }
        Ok(())
    }

    /// Asks the lab, and waits for its reply.
    pub fn ask(&mut self, command: Command) -> Result<Reply, String> {
        self.asked += 1;
        let id = self.asked;
        self.input(Input::Ask(Ask { id, command }));
        self.settle("the lab's reply", |stage| stage.replies.contains_key(&id))?;
        match self.replies.remove(&id) {
            Some(Reply::Refused { text }) => Err(text),
            Some(reply) => Ok(reply),
            None => Err("the lab does not reply".to_owned()),
        }
    }

    /// Writes and types what a play has for one step.
    pub fn play(&mut self, step: &StepPlay) -> Result<(), String> {
        for path in &step.removed {
            // What the solution has only from this step on is not there to be removed.
            let _ = self.ask(Command::DeleteFile { path: path.clone() });
        }
        for (path, content) in &step.files {
            let content = match content.as_str() {
                Some(text) => Blob::from(text),
                None => {
                    serde_json::from_value(content["base64"].clone()).map_err(|error| error.to_string())?
                }
            };
            self.ask(Command::WriteFile { path: path.clone(), content })?;
        }
        for line in &step.commands {
            self.type_line(line).map_err(|problem| format!("`{line}`: {problem}"))?;
        }
        Ok(())
    }

    /// A line of a play: `@2 LINE` types it in the second terminal and goes on at once, `@2 ^C` interrupts it,
    /// `@instance LINE` types it on the instance that runs, `@act ...` presses a console's button,
    /// `@wait SECONDS` lets the cloud's time pass.
    fn type_line(&mut self, line: &str) -> Result<(), String> {
        if let Some(seconds) = line.strip_prefix("@wait ") {
            let seconds: i64 = seconds.trim().parse().map_err(|_| "no number of seconds")?;
            return self.pass(seconds);
        }
        if let Some(line) = line.strip_prefix("@instance ") {
            return self.type_on_instance(line);
        }
        if let Some(rest) = line.strip_prefix("@act ") {
            return self.act(rest).map(drop);
        }
        let Some((number, line)) = line.strip_prefix('@').and_then(|rest| rest.split_once(' ')) else {
            return self.type_and_wait(1, line);
        };
        let terminal: u32 = number.parse().map_err(|_| "no number of a terminal")?;
        while !self.waits_for.contains_key(&terminal) {
            let before = self.waits_for.len();
            self.ask(Command::TerminalOpen)?;
            if self.waits_for.len() == before {
                return Err(format!("terminal {terminal} cannot be opened"));
            }
        }
        match line {
            "^C" => self.ask(Command::TerminalInterrupt { terminal })?,
            line => self.ask(Command::TerminalLine { terminal, line: line.to_owned() })?,
        };
        Ok(())
    }

    /// Types a line at a terminal's prompt, and waits for the prompt to come back.
    fn type_and_wait(&mut self, terminal: u32, line: &str) -> Result<(), String> {
        // While a program runs nobody knows whether it reads: only Terraform's own questions are waited for.
        let is_prompt = move |stage: &Stage| match stage.waits_for.get(&terminal) {
            Some(WaitsFor::Command) => true,
            Some(WaitsFor::Answer) => stage.processes.values().all(|doing| doing.on_instance),
            Some(WaitsFor::Nothing) | None => false,
        };
        self.settle("the prompt", is_prompt)?;
        self.ask(Command::TerminalLine { terminal, line: line.to_owned() })?;
        self.settle("the command's end", is_prompt)
    }

    /// Types a line at a terminal of the instance that runs, connecting to it first.
    fn type_on_instance(&mut self, line: &str) -> Result<(), String> {
        let terminal = match self.on_instance.filter(|terminal| self.waits_for.contains_key(terminal)) {
            Some(terminal) => terminal,
            None => self.connect()?,
        };
        self.on_instance = Some(terminal);
        self.type_and_wait(terminal, line)
    }

    fn connect(&mut self) -> Result<u32, String> {
        let path = vec!["ec2".to_owned()];
        let Reply::Screen(screen) = self.ask(Command::Console { path: path.clone() })? else {
            return Err("there is no list of instances".to_owned());
        };
        let screen = serde_json::to_value(&screen).map_err(|error| error.to_string())?;
        let instance = instance_to_connect(&screen).ok_or("no instance is running")?;
        let values = vec![("instance".to_owned(), instance)];
        let act = Command::ConsoleAct { path, verb: "connect".to_owned(), values, files: Vec::new() };
        let reply = self.ask(act)?;
        let Reply::Acted(acted) = reply else { return Err(format!("connecting was answered by {reply:?}")) };
        acted.terminal.ok_or_else(|| "no terminal was opened".to_owned())
    }

    /// `SCREEN/... VERB NAME=VALUE ...`: what a form or a button of a console says.
    fn act(&mut self, rest: &str) -> Result<Reply, String> {
        let mut words = rest.split_whitespace();
        let path = words.next().unwrap_or_default().split('/').map(str::to_owned).collect();
        let verb = words.next().ok_or("`@act SCREEN VERB NAME=VALUE ...`")?.to_owned();
        let value =
            |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        let values = words.filter_map(value).collect();
        self.ask(Command::ConsoleAct { path, verb, values, files: Vec::new() })
    }
}

/// The instance of the first button `connect` on a console's screen.
fn instance_to_connect(screen: &serde_json::Value) -> Option<String> {
    match screen {
        serde_json::Value::Object(members) if members.get("verb").is_some_and(|verb| verb == "connect") => {
            let values = members.get("values")?.as_array()?;
            let instance = values.iter().find(|pair| pair[0] == "instance")?;
            instance[1].as_str().map(str::to_owned)
        }
        serde_json::Value::Object(members) => members.values().find_map(instance_to_connect),
        serde_json::Value::Array(items) => items.iter().find_map(instance_to_connect),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => None,
    }
}
