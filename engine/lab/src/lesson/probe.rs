//! Forks of the lab: a check asks a copy of the cloud, so that it leaves no trace in the student's.
//!
//! A fork has the cloud, the files and the shell of the moment. It has a clock of its own, which leaps over
//! every wait unless a program runs; its programs run in the host's sandboxes under names of their own.

use super::kinds::{Probe, Verdict};
use crate::Lab;
use crate::clock::Clock;
use crate::host::{Input, Output, Sandbox};
use crate::terminal::Terminal;
use crate::world::World;
use nuvola_kernel::Map;
use std::cell::RefCell;
use std::rc::Rc;

/// Where the numbers of the forks' programs begin.
const FIRST_PID: u32 = 1 << 30;
/// How many leaps a fork makes in one step of the lab.
const LEAPS_PER_STEP: usize = 500;
/// How long a check may take. **Units**: milliseconds of the host's clock, and of the fork's.
const REAL_LIMIT_MS: i64 = 120_000;
const OWN_LIMIT_MS: i64 = 3_600_000;

pub(super) struct Fork {
    lab: Box<Lab>,
    started_ms: i64,
    /// How far the fork's clock is ahead.
    ahead_ms: i64,
    verdict: Rc<RefCell<Option<Verdict>>>,
    /// What stands before the names of its environments, towards the host.
    prefix: String,
}

impl Fork {
    /// `number` tells the forks of a lab apart.
    pub fn start(
        parent: &Lab,
        real_ms: i64,
        number: u32,
        next_pid: u32,
        probe: impl FnOnce(crate::world::Shared) -> Probe,
    ) -> Self {
        let parent_world = parent.world.borrow();
        let mut world = World::new(0);
        world.now_ms = parent_world.now_ms;
        world.kept = parent_world.kept.clone();
        world.kept.lessons = super::Lessons::default();
        world.kept.next_pid = FIRST_PID + next_pid;
        world.characters = parent_world.characters;
        world.next_request = parent_world.next_request;
        let shell = world.kept.terminals.get(&1).map(Terminal::at_prompt);
        world.kept.terminals = Map::from([(1, shell.unwrap_or_else(Terminal::new))]);
        let keys = world.kept.keys.clone();
        drop(parent_world);
        let mut clock = Clock::new(real_ms);
        clock.resume(real_ms, world.now_ms);
        let mut lab = Lab::assemble(parent.cloud.clone(), clock, world);
        lab.world.borrow_mut().kept.keys = keys;
        lab.is_fork = true;
        // The parent's environments keep working for the parent only.
        for environment_id in parent.environments.keys() {
            lab.feed(nuvola_aws::Input::EnvironmentFailed {
                environment_id: environment_id.clone(),
                error_payload: String::new(),
                error_kind: nuvola_aws::lambda::ENVIRONMENT_LOST.to_owned(),
            });
        }
        // Nobody is there to take what the parent's programs wait for: a message must not go to them.
        for id in parent.askers.keys() {
            lab.feed(nuvola_aws::Input::Abandoned { id: *id });
        }
        lab.world.borrow_mut().outbox.clear();
        let verdict = Rc::new(RefCell::new(None));
        let (probe, told) = (probe(lab.world.clone()), verdict.clone());
        lab.world.borrow_mut().spawned.push(Box::pin(async move {
            let judged = probe.judge().await;
            *told.borrow_mut() = Some(judged);
        }));
        Fork {
            lab: Box::new(lab),
            started_ms: real_ms,
            ahead_ms: 0,
            verdict,
            prefix: format!("check-{number}-"),
        }
    }

    /// Which of the lab's inputs are for this fork.
    pub fn owns(&self, input: &Input) -> bool {
        let of_environment = |id: &str| id.starts_with(&self.prefix);
        match input {
            Input::ProcessOutput { pid, .. }
            | Input::ProcessExit { pid, .. }
            | Input::ProcessFiles { pid, .. }
            | Input::ProcessListens { pid, .. }
            | Input::ProcessData { pid, .. } => is_of_forks(*pid),
            Input::SandboxHttp { sandbox: Sandbox::Process(pid), .. } => is_of_forks(*pid),
            Input::SandboxHttp { sandbox: Sandbox::Environment(environment_id), .. }
            | Input::EnvironmentReady { environment_id, .. }
            | Input::EnvironmentFailed { environment_id, .. }
            | Input::FunctionLog { environment_id, .. }
            | Input::FunctionFinished { environment_id, .. } => of_environment(environment_id),
            Input::Ask(_) | Input::HostRestarted | Input::Tick => false,
        }
    }

    /// Takes in one input at the host's time, and lets the fork run as far as it comes.
    pub fn step(&mut self, real_ms: i64, input: Input) -> Vec<Output> {
        let mut outputs = self.feed(real_ms, input);
        for _ in 0..LEAPS_PER_STEP {
            if self.verdict.borrow().is_some() {
                break;
            }
            let now_ms = real_ms + self.ahead_ms;
            let Some(due_ms) = self.lab.next_due_ms(now_ms) else {
                if !self.waits_for_host() {
                    self.give_up("the check waits for something that never comes");
                }
                break;
            };
            if due_ms > now_ms && self.waits_for_host() {
                break;
            }
            self.ahead_ms += (due_ms - now_ms).max(0);
            if self.ahead_ms > OWN_LIMIT_MS {
                self.give_up("the check waited for an hour of the cloud's time in vain");
                break;
            }
            outputs.extend(self.feed(real_ms, Input::Tick));
        }
        if real_ms - self.started_ms > REAL_LIMIT_MS && self.verdict.borrow().is_none() {
            self.give_up("the program did not end within two minutes");
        }
        outputs
    }

    fn feed(&mut self, real_ms: i64, input: Input) -> Vec<Output> {
        let input = without_prefix(input, &self.prefix);
        let outputs = self.lab.step(real_ms + self.ahead_ms, input);
        outputs.into_iter().filter_map(|output| with_prefix(output, &self.prefix)).collect()
    }

    fn give_up(&self, why: &str) {
        *self.verdict.borrow_mut() = Some(Verdict { passed: false, hint: why.to_owned() });
    }

    /// Whether a program or a handler runs: then time must not leap.
    fn waits_for_host(&self) -> bool {
        let runs = self.lab.world.borrow().processes.values().any(|process| process.exit_code.is_none());
        runs || self.lab.environments.values().any(|environment| environment.phase != "idle")
    }

    /// When the fork wants to go on, by the host's clock.
    pub fn next_due_ms(&self, real_ms: i64) -> Option<i64> {
        let limit = self.started_ms + REAL_LIMIT_MS + 1;
        let own = self.lab.next_due_ms(real_ms + self.ahead_ms).map(|due| due - self.ahead_ms);
        Some(own.map_or(limit, |own| own.min(limit)).max(real_ms))
    }

    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict.borrow().clone()
    }

    /// The number of the next program that a fork starts.
    pub fn next_pid(&self) -> u32 {
        self.lab.world.borrow().kept.next_pid - FIRST_PID
    }

    /// What the host must end.
    pub fn end(self) -> Vec<Output> {
        let pids: Vec<u32> = self.lab.world.borrow().processes.keys().copied().collect();
        let processes = pids.into_iter().map(|pid| Output::KillProcess { pid });
        let stop = |id: &String| Output::StopEnvironment { environment_id: format!("{}{id}", self.prefix) };
        processes.chain(self.lab.environments.keys().map(stop)).collect()
    }
}

fn is_of_forks(pid: u32) -> bool {
    pid >= FIRST_PID
}

/// News of a fork that has ended are for nobody.
pub(super) fn is_stale(input: &Input) -> bool {
    match input {
        Input::ProcessOutput { pid, .. }
        | Input::ProcessExit { pid, .. }
        | Input::ProcessFiles { pid, .. }
        | Input::ProcessListens { pid, .. }
        | Input::ProcessData { pid, .. } => is_of_forks(*pid),
        Input::SandboxHttp { sandbox: Sandbox::Process(pid), .. } => is_of_forks(*pid),
        Input::SandboxHttp { sandbox: Sandbox::Environment(environment_id), .. }
        | Input::EnvironmentReady { environment_id, .. }
        | Input::EnvironmentFailed { environment_id, .. }
        | Input::FunctionLog { environment_id, .. }
        | Input::FunctionFinished { environment_id, .. } => environment_id.starts_with("check-"),
        Input::Ask(_) | Input::HostRestarted | Input::Tick => false,
    }
}

fn without_prefix(mut input: Input, prefix: &str) -> Input {
    match &mut input {
        Input::SandboxHttp { sandbox: Sandbox::Environment(environment_id), .. }
        | Input::EnvironmentReady { environment_id, .. }
        | Input::EnvironmentFailed { environment_id, .. }
        | Input::FunctionLog { environment_id, .. }
        | Input::FunctionFinished { environment_id, .. } => {
            *environment_id = environment_id.trim_start_matches(prefix).to_owned();
        }
        Input::SandboxHttp { sandbox: Sandbox::Process(_), .. }
        | Input::ProcessOutput { .. }
        | Input::ProcessExit { .. }
        | Input::ProcessFiles { .. }
        | Input::ProcessListens { .. }
        | Input::ProcessData { .. }
        | Input::Ask(_)
        | Input::HostRestarted
        | Input::Tick => {}
    }
    input
}

/// What goes to the host: nothing for the page.
fn with_prefix(mut output: Output, prefix: &str) -> Option<Output> {
    match &mut output {
        Output::Event(_) => return None,
        Output::StartEnvironment(spec) => spec.environment_id.insert_str(0, prefix),
        Output::Invoke(invocation) => invocation.environment_id.insert_str(0, prefix),
        Output::StopEnvironment { environment_id }
        | Output::HttpAnswer { sandbox: Sandbox::Environment(environment_id), .. } => {
            environment_id.insert_str(0, prefix);
        }
        Output::HttpAnswer { sandbox: Sandbox::Process(_), .. }
        | Output::StartProcess(_)
        | Output::ProcessInput { .. }
        | Output::ProcessEof { .. }
        | Output::InterruptProcess { .. }
        | Output::KillProcess { .. }
        | Output::ProcessConnect { .. }
        | Output::ProcessDisconnect { .. } => {}
    }
    Some(output)
}
