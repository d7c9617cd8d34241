//! A lab with a keyboard and a clock: the clock leaps over every wait, unless a program runs.

use super::programs::{News, Programs};
use crate::gateway::now_ms;
use nuvola_kernel::Blob;
use nuvola_lab::host::{HttpResponse, Input, Output};
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
    answers: BTreeMap<u64, oneshot::Sender<Option<HttpResponse>>>,
    next_http: u64,
    /// Programs and handlers that run.
    running: u32,
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
            running: 0,
        })
    }

    /// The lab as it is, once nothing runs any more.
    pub fn snapshot(&mut self) -> Result<String, String> {
        self.settle("the lab to come to rest", |stage| stage.lab.snapshot().is_some())?;
        self.lab.snapshot().ok_or_else(|| "the lab does not come to rest".to_owned())
    }

    fn now_ms(&self) -> i64 {
        now_ms() + self.ahead_ms
    }

    fn input(&mut self, input: Input) {
        if let Input::ProcessExit { pid, .. } = &input {
            self.programs.forget(*pid);
            self.running = self.running.saturating_sub(1);
        }
        if matches!(
            input,
            Input::FunctionFinished { .. } | Input::EnvironmentReady { .. } | Input::EnvironmentFailed { .. }
        ) {
            self.running = self.running.saturating_sub(1);
        }
        let outputs = self.lab.step(self.now_ms(), input);
        for output in outputs {
            self.on_output(output);
        }
    }

    fn on_output(&mut self, output: Output) {
        match output {
            Output::Event(event) => self.on_event(event),
            Output::StartEnvironment(spec) => {
                self.running += 1;
                self.programs.start_environment(*spec);
            }
            Output::Invoke(invocation) => {
                self.running += 1;
                self.programs.invoke(*invocation);
            }
            Output::StopEnvironment { environment_id } => self.programs.stop_environment(&environment_id),
            Output::StartProcess(spec) => {
                self.running += 1;
                self.programs.start(*spec);
            }
            Output::ProcessInput { pid, data } => self.programs.input(pid, &data),
            Output::ProcessEof { pid } => self.programs.end_of_input(pid),
            // A signal that is not caught ends a program as well.
            Output::InterruptProcess { pid } | Output::KillProcess { pid } => self.programs.kill(pid),
            // Web servers on instances have no port here.
            Output::ProcessConnect { pid, connection, .. } => {
                self.input(Input::ProcessData { pid, connection, data: Blob::default(), closed: true });
            }
            Output::ProcessDisconnect { .. } => {}
            Output::HttpAnswer { http_id, response, .. } => {
                if let Some(answer) = self.answers.remove(&http_id) {
                    // The program may have ended meanwhile.
                    let _ = answer.send(response);
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
            let now_ms = self.now_ms();
            let due_ms = self.lab.next_due_ms(now_ms);
            let wait = match due_ms {
                Some(due_ms) if due_ms <= now_ms => Duration::ZERO,
                Some(_) | None if self.running > 0 => NAP,
                Some(due_ms) => {
                    self.ahead_ms += due_ms - now_ms;
                    Duration::ZERO
                }
                None => NAP,
            };
            match self.inbox.recv_timeout(wait) {
                Ok(News::Input(input)) => self.input(input),
                Ok(News::Http { sandbox, request, answer }) => {
                    let http_id = self.next_http;
                    self.next_http += 1;
                    self.answers.insert(http_id, answer);
                    self.input(Input::SandboxHttp { sandbox, http_id, request });
                }
                Err(RecvTimeoutError::Timeout) => self.input(Input::Tick),
                Err(RecvTimeoutError::Disconnected) => return Err("the programs are gone".to_owned()),
            }
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
    /// `@wait SECONDS` lets the cloud's time pass.
    fn type_line(&mut self, line: &str) -> Result<(), String> {
        if let Some(seconds) = line.strip_prefix("@wait ") {
            let seconds: i64 = seconds.trim().parse().map_err(|_| "no number of seconds")?;
            let until = self.now_ms() + seconds * 1_000;
            self.settle("time to pass", |stage| {
                stage.running > 0
                    || stage.now_ms() >= until
                    || stage.lab.next_due_ms(stage.now_ms()).is_none_or(|due| due > until)
            })?;
            self.ahead_ms += (until - self.now_ms()).max(0);
            self.input(Input::Tick);
            return Ok(());
        }
        let Some((number, line)) = line.strip_prefix('@').and_then(|rest| rest.split_once(' ')) else {
            // While a program runs nobody knows whether it reads: only Terraform's own questions are waited for.
            let is_prompt = |stage: &Stage| match stage.waits_for.get(&1) {
                Some(WaitsFor::Command) => true,
                Some(WaitsFor::Answer) => stage.running == 0,
                Some(WaitsFor::Nothing) | None => false,
            };
            self.settle("the prompt", is_prompt)?;
            self.ask(Command::TerminalLine { terminal: 1, line: line.to_owned() })?;
            return self.settle("the command's end", is_prompt);
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
}
