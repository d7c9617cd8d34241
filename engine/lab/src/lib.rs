//! The façade: the only crate the app uses. One deterministic machine that takes commands of the page
//! and news from the sandboxes, and answers with events for the page and wishes for the host.
//!
//! Start reading at [`Lab::step`]. `host` names what comes in and goes out, `commands` does what the page asks,
//! `terminal` is the shell, `world` what its tasks share, `map` and `panel` make the views.
//!
//! Invariant: no service type crosses this crate's boundary; everything here is plain serialisable data.
//! Invariant: the same seed and the same inputs at the same times give the same [`Lab::state_hash`] in every host.

mod browser;
pub mod browser_api;
mod clock;
pub mod command;
mod commands;
mod console;
#[cfg(feature = "coverage")]
pub mod coverage;
pub mod event;
mod fetch;
mod files;
pub mod host;
pub mod journal;
mod lesson;
mod machine;
mod map;
mod panel;
mod preview;
pub mod projects;
mod running;
pub mod screen;
mod sign;
mod terminal;
mod traffic;
pub mod view;
mod world;

pub use command::{Ask, Command};
pub use event::{Event, Reply};
/// Texts that a host lends once, before the first lab: Terraform's help, the names of AWS's resource types.
pub use nuvola_terraform::cli::help::lend as lend_help;
pub use nuvola_tf_aws::lend_type_names;

use clock::Clock;
use console::Look;
use host::{Input, Invocation, Output, Sandbox};
use nuvola_aws::effects::InstanceChange;
use nuvola_aws::{Cloud, CloudOptions, Effect};
use nuvola_kernel::Map;
pub use nuvola_terraform::host::{CharRanges, Characters};
use nuvola_terraform::language::StaticResource;
use running::Running;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::task::Waker;
use terminal::jobs::Job;
use view::{EnvironmentView, MapView};
use world::{Asker, Kept, Requester, Shared, Task, World};

/// How often the tasks of one step are polled; what is left goes on in the next step, so that the page
/// sees what happens as it happens.
const ROUNDS_PER_STEP: usize = 64;

/// A student's lab: a cloud, a project, terminals.
pub struct Lab {
    cloud: Cloud,
    clock: Clock,
    world: Shared,
    tasks: Vec<Task>,
    askers: Map<u64, Asker>,
    environments: Map<String, EnvironmentView>,
    shown_map: MapView,
    shown_files: u64,
    /// The configuration's texts, and the resources that they declare.
    configuration: BTreeMap<String, String>,
    declared: Vec<StaticResource>,
    /// Tasks still have something to do at once.
    busy: bool,
    desk: lesson::Desk,
    /// A copy in which a lesson's check runs: it has no page.
    is_fork: bool,
}

/// What a snapshot holds: everything but tasks that cannot be written down.
#[derive(Deserialize)]
struct Snapshot {
    cloud: Cloud,
    clock: Clock,
    now_ms: i64,
    kept: Kept,
    /// Execution environments that were alive; a restored lab finds them lost.
    environments: Map<String, EnvironmentView>,
    #[serde(default)]
    running: Running,
}

/// A [`Snapshot`] of a lab that goes on.
#[derive(Serialize)]
struct SnapshotOf<'lab> {
    cloud: &'lab Cloud,
    clock: Clock,
    now_ms: i64,
    kept: &'lab Kept,
    environments: &'lab Map<String, EnvironmentView>,
    #[serde(skip_serializing_if = "Running::is_empty")]
    running: Running,
}

impl Lab {
    /// A new lab on the first project of the shelf. `real_ms` is the host's clock; `seed` makes all ids.
    pub fn new(seed: u64, real_ms: i64) -> Self {
        let cloud = Cloud::new(CloudOptions { seed, ..CloudOptions::default() });
        let mut lab = Lab::assemble(cloud, Clock::new(real_ms), World::new(seed));
        lab.open(&projects::PROJECTS[0]);
        lab
    }

    fn assemble(cloud: Cloud, clock: Clock, mut world: World) -> Self {
        let root = cloud.root_credentials();
        world.kept.keys = world::Keys {
            access_key_id: root.access_key_id.clone(),
            secret_access_key: root.secret_access_key.clone(),
        };
        Lab {
            cloud,
            clock,
            world: Rc::new(RefCell::new(world)),
            tasks: Vec::new(),
            askers: Map::new(),
            environments: Map::new(),
            shown_map: MapView::default(),
            shown_files: 0,
            configuration: BTreeMap::new(),
            declared: Vec::new(),
            busy: false,
            desk: lesson::Desk::default(),
            is_fork: false,
        }
    }

    /// Takes up a lab where a snapshot left it; the journal's later inputs follow through [`Lab::step`].
    pub fn restore(snapshot: &str) -> Result<Self, String> {
        let snapshot: Snapshot =
            nuvola_kernel::stored::from_json(snapshot).map_err(|error| error.to_string())?;
        let mut world = World::new(0);
        world.now_ms = snapshot.now_ms;
        world.kept = snapshot.kept;
        let mut lab = Lab::assemble(snapshot.cloud, snapshot.clock, world);
        lab.environments = snapshot.environments;
        lab.read_open_lesson();
        lab.take_up(snapshot.running);
        Ok(lab)
    }

    /// Lends the lab the host's tables of characters.
    #[must_use]
    pub fn with_characters(self, characters: Characters) -> Self {
        self.world.borrow_mut().characters = characters;
        self
    }

    /// The whole state as text; `None` while something runs that cannot be written down (`running`).
    pub fn snapshot(&self) -> Option<String> {
        self.running().map(|_| self.state())
    }

    fn state(&self) -> String {
        let world = self.world.borrow();
        let snapshot = SnapshotOf {
            cloud: &self.cloud,
            clock: self.clock,
            now_ms: world.now_ms,
            kept: &world.kept,
            environments: &self.environments,
            running: self.running().unwrap_or_default(),
        };
        serde_json::to_string(&snapshot).expect("every key of a map in the state is a text")
    }

    /// SHA-256 of the state, in hexadecimal: equal in every host that saw the same inputs.
    pub fn state_hash(&self) -> String {
        Sha256::digest(self.state()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// When the host should call `step` with [`Input::Tick`], by its own clock.
    pub fn next_due_ms(&self, real_ms: i64) -> Option<i64> {
        if self.busy {
            return Some(real_ms);
        }
        let wake_at = self.world.borrow().wake_at_ms;
        let due = [self.cloud.next_due_ms(), wake_at].into_iter().flatten().min();
        let own = due.and_then(|due| self.clock.real(due));
        [own, self.checks_due_ms(real_ms)].into_iter().flatten().min()
    }

    /// The lab's time when the host's clock shows `real_ms`: sandboxes go by it.
    pub fn time_at(&self, real_ms: i64) -> i64 {
        self.clock.at(real_ms)
    }

    /// Takes in one input at the host's time `real_ms`.
    pub fn step(&mut self, real_ms: i64, input: Input) -> Vec<Output> {
        let is_kept = input.is_kept();
        // What the journal does not keep must leave no trace, not even the time.
        if is_kept {
            let mut world = self.world.borrow_mut();
            world.now_ms = world.now_ms.max(self.clock.at(real_ms));
            world.wake_at_ms = None;
        }
        if let Some(input) = self.route_to_fork(real_ms, input) {
            self.take_in(real_ms, input);
        }
        if is_kept {
            self.run();
        }
        self.publish();
        if is_kept {
            self.drive_checks(real_ms);
        }
        if !self.is_fork {
            self.show_lesson(false);
        }
        std::mem::take(&mut self.world.borrow_mut().outbox)
    }

    fn now_ms(&self) -> i64 {
        self.world.borrow().now_ms
    }

    fn take_in(&mut self, real_ms: i64, input: Input) {
        match input {
            Input::Ask(ask) => self.on_ask(real_ms, ask),
            Input::EnvironmentReady { environment_id, init_ms } => {
                self.set_phase(&environment_id, "idle");
                self.feed(nuvola_aws::Input::EnvironmentReady { environment_id, init_ms });
            }
            Input::EnvironmentFailed { environment_id, error_payload, error_kind } => {
                self.feed(nuvola_aws::Input::EnvironmentFailed { environment_id, error_payload, error_kind });
            }
            Input::FunctionLog { environment_id, text } => {
                self.feed(nuvola_aws::Input::FunctionLog { environment_id, text });
            }
            Input::FunctionFinished {
                environment_id,
                request_id,
                outcome,
                duration_ms,
                cpu_ms,
                max_memory_mb,
            } => {
                self.set_phase(&environment_id, "idle");
                self.feed(nuvola_aws::Input::FunctionFinished {
                    environment_id,
                    request_id,
                    outcome,
                    duration_ms,
                    cpu_ms,
                    max_memory_mb,
                });
            }
            Input::SandboxHttp { sandbox, http_id, request } => {
                self.world.borrow_mut().send(Asker::Sandbox { sandbox, http_id }, request);
            }
            Input::ProcessOutput { pid, data, is_error } => self.on_process_output(pid, &data, is_error),
            Input::ProcessExit { pid, code, files } => self.on_process_exit(pid, code, files),
            Input::ProcessFiles { pid, files } => self.on_process_files(pid, files),
            Input::ProcessListens { pid, port, listens } => {
                if let Some(process) = self.world.borrow_mut().processes.get_mut(&pid) {
                    process.ports.retain(|other| *other != port);
                    if listens {
                        process.ports.push(port);
                    }
                }
            }
            Input::ProcessData { pid: _, connection, data, closed } => {
                if let Some(at) = self.world.borrow_mut().connections.get_mut(&connection) {
                    at.received.extend_from_slice(&data);
                    at.closed |= closed;
                }
            }
            Input::HostRestarted => self.on_host_restarted(real_ms),
            Input::Tick => self.feed(nuvola_aws::Input::Tick),
        }
    }

    fn on_process_output(&mut self, pid: u32, data: &str, is_error: bool) {
        let mut world = self.world.borrow_mut();
        let Some(process) = world.processes.get_mut(&pid) else { return };
        let captured = match is_error && !process.errors_follow {
            true => &mut process.captured_errors,
            false => &mut process.captured,
        };
        match captured {
            Some(captured) => captured.push_str(data),
            None => {
                let terminal = process.terminal;
                world.print(terminal, data);
            }
        }
    }

    fn on_process_files(&self, pid: u32, files: Vec<(String, Option<nuvola_kernel::Blob>)>) {
        let mut world = self.world.borrow_mut();
        if let Some(machine) = world.processes.get(&pid).map(|process| process.machine.clone()) {
            world::take_in_files(&mut world, machine.as_deref(), files);
        }
    }

    fn on_process_exit(&mut self, pid: u32, code: i32, files: Vec<(String, Option<nuvola_kernel::Blob>)>) {
        self.abandon(&Sandbox::Process(pid));
        self.on_process_files(pid, files);
        let mut world = self.world.borrow_mut();
        if let Some(process) = world.processes.get_mut(&pid) {
            process.exit_code = Some(code);
        }
    }

    /// A sandbox has ended: the cloud need not answer it any more, and a queue's message must not go to it.
    fn abandon(&mut self, gone: &Sandbox) {
        let is_of = |asker: &Asker| matches!(asker, Asker::Sandbox { sandbox, .. } if sandbox == gone);
        let ids: Vec<u64> = self.askers.iter().filter(|(_, asker)| is_of(asker)).map(|(id, _)| *id).collect();
        for id in ids {
            self.askers.remove(&id);
            self.feed(nuvola_aws::Input::Abandoned { id });
        }
    }

    /// The page was loaded again: time stood still meanwhile, and everything in workers is gone.
    fn on_host_restarted(&mut self, real_ms: i64) {
        let now_ms = self.now_ms();
        self.clock.resume(real_ms, now_ms);
        self.drop_checks("the page was loaded again: press Check once more");
        let lost: Vec<u32> = self.world.borrow().processes.keys().copied().collect();
        for pid in lost {
            let terminal = self.world.borrow().processes[&pid].terminal;
            self.world
                .borrow_mut()
                .print(terminal, "\r\n[the page was loaded again: the program has ended]\n");
            self.on_process_exit(pid, 129, Vec::new());
        }
        self.restart_jobs();
        for environment_id in std::mem::take(&mut self.environments).into_keys() {
            self.feed(nuvola_aws::Input::EnvironmentFailed {
                environment_id,
                error_payload: String::new(),
                error_kind: nuvola_aws::lambda::ENVIRONMENT_LOST.to_owned(),
            });
        }
    }

    /// Servers and workers on instances go on after a reload of the page, as they would.
    fn restart_jobs(&mut self) {
        let jobs: Vec<Job> = {
            let mut world = self.world.borrow_mut();
            let jobs = std::mem::take(&mut world.kept.jobs);
            jobs.keys().for_each(|id| drop(world.kept.terminals.remove(id)));
            jobs.into_values().filter(|job| job.machine.is_some()).collect()
        };
        for job in jobs {
            terminal::jobs::launch(&self.world, job, None);
        }
    }

    /// Gives the cloud an input and does what it wishes.
    fn feed(&mut self, input: nuvola_aws::Input) {
        let now_ms = self.now_ms();
        for effect in self.cloud.step(now_ms, input) {
            self.on_effect(effect);
        }
    }

    fn on_effect(&mut self, effect: Effect) {
        let output = match effect {
            Effect::Respond { id, response } => return self.answer(id, Some(response)),
            Effect::Unresolved { id, host: _ } => return self.answer(id, None),
            Effect::Fetch { id, request } => return self.visit_for_cloud(id, *request),
            Effect::Trace(trace) => {
                if self.world.borrow().asker == Requester::Screen {
                    return;
                }
                self.note_trace(&trace);
                let mut world = self.world.borrow_mut();
                world.map_changed = true;
                if trace.error_code.is_some() {
                    world.remember_denials(&trace.decisions);
                }
                let traffic = traffic::describe(&trace, &world.arns, world.asker);
                return world.emit(Event::Traffic(traffic));
            }
            Effect::Instance { region: _, instance_id, change } => {
                return self.on_instance(instance_id, change);
            }
            Effect::StartEnvironment(spec) => {
                let view = EnvironmentView {
                    id: spec.environment_id.clone(),
                    function: spec.function_name.clone(),
                    phase: "init".to_owned(),
                    invocations: 0,
                    since_ms: self.now_ms(),
                };
                self.environments.insert(spec.environment_id.clone(), view);
                self.show_environments();
                Output::StartEnvironment(spec)
            }
            Effect::Invoke {
                environment_id,
                request_id,
                event,
                timeout_ms,
                deadline_ms,
                client_context,
                function_arn,
            } => {
                if let Some(view) = self.environments.get_mut(&environment_id) {
                    view.invocations += 1;
                }
                self.set_phase(&environment_id, "busy");
                Output::Invoke(Box::new(Invocation {
                    environment_id,
                    request_id,
                    event,
                    timeout_ms,
                    deadline_ms,
                    client_context,
                    function_arn,
                }))
            }
            Effect::StopEnvironment { environment_id } => {
                self.environments.remove(&environment_id);
                self.show_environments();
                self.abandon(&Sandbox::Environment(environment_id.clone()));
                Output::StopEnvironment { environment_id }
            }
        };
        self.world.borrow_mut().outbox.push(output);
    }

    /// An instance has started or ended: so do its insides.
    fn on_instance(&self, instance_id: String, change: InstanceChange) {
        self.world.borrow_mut().map_changed = true;
        match change {
            InstanceChange::Booted { first, user_data, private_ip, image_name } => {
                let script = user_data.filter(|_| first);
                let user_data = script.and_then(|script| script.as_text().map(str::to_owned));
                let boot = machine::Boot { instance_id, private_ip, image_name, user_data };
                machine::booted(&self.world, boot);
            }
            InstanceChange::Stopped | InstanceChange::Rebooted => {
                machine::halted(&self.world, &instance_id, false);
            }
            InstanceChange::Terminated => machine::halted(&self.world, &instance_id, true),
        }
    }

    /// Answers what screens ask past the APIs, and turns the lab's own controls.
    fn look_and_control(&mut self) {
        let (looks, controls) = {
            let mut world = self.world.borrow_mut();
            (std::mem::take(&mut world.looks), std::mem::take(&mut world.controls))
        };
        controls.into_iter().for_each(|input| self.feed(input));
        for (id, what) in looks {
            let seen = what.answer(&self.cloud);
            self.world.borrow_mut().seen.insert(id, seen);
        }
    }

    /// An HTTP integration asks an address, from the internet: an instance may answer.
    fn visit_for_cloud(&mut self, id: u64, request: nuvola_wire::Request) {
        match machine::address(&request) {
            Some((address, port)) => {
                let reach = Look::Reach { from: None, address, port };
                let visit = machine::visit(self.world.clone(), id, reach, request);
                self.world.borrow_mut().spawned.push(Box::pin(visit));
            }
            None => self.feed(nuvola_aws::Input::Fetched { id, response: None }),
        }
    }

    fn answer(&mut self, id: u64, response: Option<nuvola_wire::Response>) {
        if nuvola_aws::outbound::is_own(id) {
            return self.feed(nuvola_aws::Input::Fetched { id, response });
        }
        let mut world = self.world.borrow_mut();
        match self.askers.remove(&id) {
            Some(Asker::Task | Asker::OnMachine(_)) => drop(world.answers.insert(id, response)),
            Some(Asker::Sandbox { sandbox, http_id }) => {
                world.outbox.push(Output::HttpAnswer { sandbox, http_id, response });
            }
            // The asker has gone (an interrupted command): nobody waits for the answer.
            None => {}
        }
    }

    fn set_phase(&mut self, environment_id: &str, phase: &str) {
        let now_ms = self.now_ms();
        let Some(view) = self.environments.get_mut(environment_id) else { return };
        (view.phase, view.since_ms) = (phase.to_owned(), now_ms);
        self.show_environments();
    }

    fn show_environments(&self) {
        let environments = self.environments.values().cloned().collect();
        self.world.borrow_mut().emit(Event::Environments { environments });
    }

    /// Lets the tasks run as far as they come, the cloud answering in between.
    fn run(&mut self) {
        for _ in 0..ROUNDS_PER_STEP {
            let spawned = std::mem::take(&mut self.world.borrow_mut().spawned);
            self.tasks.extend(spawned);
            let mut cx = std::task::Context::from_waker(Waker::noop());
            self.tasks.retain_mut(|task| task.as_mut().poll(&mut cx).is_pending());
            let requests = std::mem::take(&mut self.world.borrow_mut().requests);
            let idle = requests.is_empty() && self.world.borrow().is_quiet();
            let arrived = std::mem::take(&mut self.world.borrow_mut().arrived);
            let idle = idle && arrived.is_empty();
            arrived.into_iter().for_each(|(id, response)| self.answer(id, Some(response)));
            self.look_and_control();
            for (id, asker, request) in requests {
                let from = self.world.borrow().machine_of(&asker);
                self.askers.insert(id, asker);
                if let Some((address, port)) = machine::address(&request) {
                    let reach = Look::Reach { from, address, port };
                    let visit = machine::visit(self.world.clone(), id, reach, request);
                    self.world.borrow_mut().spawned.push(Box::pin(visit));
                    continue;
                }
                self.note_agent(id, request.headers.get("user-agent").unwrap_or_default().to_owned());
                let agent = request.headers.get("user-agent").unwrap_or_default();
                self.world.borrow_mut().asker = Requester::of(agent);
                self.feed(match from {
                    Some(instance_id) => nuvola_aws::Input::InstanceRequest { id, instance_id, request },
                    None => nuvola_aws::Input::Request { id, request },
                });
                self.world.borrow_mut().asker = Requester::Other;
            }
            if idle && self.world.borrow().answers.is_empty() && self.world.borrow().seen.is_empty() {
                self.busy = false;
                return;
            }
        }
        self.busy = true;
    }

    /// Tells the page what has changed.
    fn publish(&mut self) {
        if self.is_fork {
            return;
        }
        let mut world = self.world.borrow_mut();
        if world.kept.files.revision != self.shown_files {
            self.shown_files = world.kept.files.revision;
            let event =
                Event::Files { project: world.kept.project.clone(), files: world.kept.files.entries() };
            world.emit(event);
            world.map_changed = true;
            let texts = panel::configuration(&world.kept.files);
            if texts != self.configuration {
                drop(world);
                let providers = terminal::providers(&self.world);
                self.declared = nuvola_terraform::language::check(&texts, providers).resources;
                self.configuration = texts;
                world = self.world.borrow_mut();
            }
        }
        if !std::mem::take(&mut world.map_changed) {
            return;
        }
        let existing = map::existing(&world.kept.files);
        world.arns = map::arns(&existing);
        world.items = self.cloud.inventory();
        let map = map::draw(&world, &existing, &self.declared, &world.items);
        if map != self.shown_map {
            self.shown_map = map.clone();
            world.emit(Event::Map(map));
        }
    }
}
