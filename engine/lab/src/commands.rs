//! What the page asks, done: one function per command that is more than a line.

use crate::command::{Ask, Command};
use crate::event::{Event, Reply};
use crate::projects::{self, Project};
use crate::running::Root;
use crate::terminal::{self, Terminal, completion};
use crate::view::{Problem, WaitsFor};
use crate::{Lab, console, fetch, files, panel, preview};
use nuvola_kernel::archive::{self, ArchiveError};
use nuvola_kernel::{Blob, Map};

use std::pin::Pin;

/// How many files and bytes an imported project may hold.
const IMPORT_FILES: usize = 2_000;
const IMPORT_BYTES: u64 = 128 << 20;
/// The permissions of exported files.
const FILE_MODE: u32 = 0o644;

impl Lab {
    pub(crate) fn on_ask(&mut self, real_ms: i64, ask: Ask) {
        let Ask { id, command } = ask;
        let reply = match command {
            Command::Attach => self.attach(),
            Command::OpenProject { name } => match projects::find(&name) {
                Some(project) => {
                    self.open(project);
                    self.attach()
                }
                None => refused(format!("there is no project `{name}`")),
            },
            Command::ResetCloud => self.reset_cloud(),
            Command::ReadFile { path } => match self.world.borrow().kept.files.read(&path) {
                Some(content) => Reply::File { path, content: content.clone() },
                None => refused(format!("there is no file `{path}`")),
            },
            Command::WriteFile { path, content } => self.write_file(&path, content),
            Command::DeleteFile { path } => match self.world.borrow_mut().kept.files.remove(&path) {
                true => Reply::Done,
                false => refused(format!("there is no file `{path}`")),
            },
            Command::RenameFile { from, to } => self.rename_file(&from, &to),
            Command::FormatFile { path } => self.format_file(&path),
            Command::Check { unsaved } => Reply::Problems { problems: self.check(unsaved) },
            Command::StateHash => Reply::StateHash { hash: self.state_hash() },
            Command::ExportProject => self.export(),
            Command::ImportProject { zip } => self.import(&zip),
            Command::TerminalLine { terminal, line } => self.terminal_line(terminal, line),
            Command::TerminalInterrupt { terminal } => self.interrupt(terminal),
            Command::TerminalEof { terminal } => self.end_of_input(terminal),
            Command::TerminalClear { terminal } => {
                if let Some(at) = self.world.borrow_mut().kept.terminals.get_mut(&terminal) {
                    at.clear();
                }
                Reply::Done
            }
            Command::TerminalOpen => self.open_terminal(),
            Command::TerminalClose { terminal } => {
                self.interrupt(terminal);
                let mut world = self.world.borrow_mut();
                world.kept.terminals.remove(&terminal);
                world.emit(Event::TerminalClosed { terminal });
                Reply::Done
            }
            Command::TerminalResize { terminal, columns } => {
                if let Some(at) = self.world.borrow_mut().kept.terminals.get_mut(&terminal) {
                    at.columns = columns.clamp(20, 500);
                }
                Reply::Done
            }
            Command::Complete { terminal, line, cursor } => {
                let (from, candidates) = completion::complete(&self.world.borrow(), terminal, &line, cursor);
                Reply::Completions { from, candidates }
            }
            Command::SaveTestEvent { function, name, event } => {
                let mut world = self.world.borrow_mut();
                world.kept.test_events.entry(function).or_default().insert(name, event);
                Reply::Done
            }
            Command::OpenLesson { lesson } => self.open_lesson(&lesson),
            Command::RestartLesson => self.restart_lesson(),
            Command::LessonPredict { step, option } => self.predict(step, option),
            Command::LessonHint { step } => self.next_hint(step),
            Command::LessonSolution { step } => self.solution(step),
            Command::LessonCheck { step, automatic } => {
                match self.check_lesson(real_ms, id, step, automatic) {
                    Some(reply) => reply,
                    None => return,
                }
            }
            Command::SetClock { paused, speed } => {
                self.clock.set(real_ms, paused, speed);
                let view = self.clock.view(self.now_ms());
                self.world.borrow_mut().emit(Event::Clock(view));
                Reply::Done
            }
            Command::Describe { node } => return self.spawn(id, panel::describe(self.world.clone(), node)),
            Command::Console { path } => self.look_at(real_ms, path),
            Command::ConsoleAct { path, verb, values, files } => {
                return self.spawn(id, console::act(self.world.clone(), path, verb, values, files));
            }
            Command::Invoke { function, event } => {
                return self.spawn(id, panel::invoke(self.world.clone(), function, event));
            }
            Command::Http { method, url, headers, body } => {
                return self.spawn(id, preview::http(self.world.clone(), method, url, headers, body));
            }
            Command::Navigate(navigation) => {
                return self.spawn(id, preview::navigate(self.world.clone(), navigation));
            }
            Command::Fetch(request) => return self.spawn(id, fetch::fetch(self.world.clone(), request)),
        };
        self.world.borrow_mut().emit(Event::Reply { id, reply });
    }

    /// Starts a task whose outcome is the reply to a command.
    fn spawn(&mut self, id: u64, task: impl Future<Output = Reply> + 'static) {
        let shared = self.world.clone();
        let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async move {
            let reply = task.await;
            shared.borrow_mut().emit(Event::Reply { id, reply });
        });
        self.world.borrow_mut().spawned.push(task);
    }

    /// Fills an empty lab with a project.
    pub(crate) fn open(&mut self, project: &Project) {
        let greeting = "Nuvola: a cloud in this tab. Type \x1b[1mterraform init\x1b[0m, then \x1b[1mterraform apply\x1b[0m, \
                        or press Apply. \x1b[1mhelp\x1b[0m lists what runs here.\n\n";
        self.fill(project.name, project.contents().collect(), greeting);
    }

    /// Ends what was open and starts a project with these files, an empty cloud and one terminal.
    pub(crate) fn fill(&mut self, name: &str, contents: Vec<(String, Blob)>, greeting: &str) {
        self.empty_cloud();
        let mut world = self.world.borrow_mut();
        world.kept.project = name.to_owned();
        world.kept.lessons.close();
        world.kept.files.clear();
        for (path, content) in contents {
            world.kept.files.write(&path, content);
        }
        world.kept.terminals = Map::from([(1, Terminal::new())]);
        world.kept.next_terminal = 2;
        world.kept.test_events.clear();
        world.print(1, greeting);
        drop(world);
        self.read_open_lesson();
    }

    /// Ends everything that runs and starts a new, empty cloud with the same account and keys.
    fn empty_cloud(&mut self) {
        self.drop_checks("the cloud was emptied");
        let running: Vec<u32> = self.world.borrow().processes.keys().copied().collect();
        let mut world = self.world.borrow_mut();
        for pid in running {
            world.outbox.push(crate::host::Output::KillProcess { pid });
        }
        for environment_id in std::mem::take(&mut self.environments).into_keys() {
            world.outbox.push(crate::host::Output::StopEnvironment { environment_id });
        }
        world.processes.clear();
        world.requests.clear();
        world.answers.clear();
        world.connections.clear();
        world.denials.clear();
        world.kept.machines.clear();
        world.kept.jobs.clear();
        world.kept.terminals.retain(|_, at| !at.hidden);
        world.progress.clear();
        world.map_changed = true;
        drop(world);
        self.tasks.clear();
        self.askers.clear();
        self.cloud = nuvola_aws::Cloud::new(self.cloud.options().clone());
    }

    fn reset_cloud(&mut self) -> Reply {
        self.empty_cloud();
        let mut world = self.world.borrow_mut();
        let states: Vec<String> = world
            .kept
            .files
            .below("")
            .map(|(path, _)| path.to_owned())
            .filter(|path| path.rsplit('/').next().is_some_and(|name| name.starts_with("terraform.tfstate")))
            .collect();
        for path in states {
            world.kept.files.remove(&path);
        }
        let terminals: Vec<u32> = world.kept.terminals.keys().copied().collect();
        for terminal in terminals {
            world.print(terminal, "\r\n[the cloud was emptied]\n");
            world.set_waits_for(terminal, WaitsFor::Command);
        }
        Reply::Done
    }

    pub(crate) fn attach(&mut self) -> Reply {
        let clock = self.clock.view(self.now_ms());
        let mut world = self.world.borrow_mut();
        let files = Event::Files { project: world.kept.project.clone(), files: world.kept.files.entries() };
        world.emit(files);
        let shown = world.kept.terminals.iter().filter(|(_, at)| !at.hidden);
        let views: Vec<_> = shown.map(|(id, at)| at.view(*id, &world.place(*id))).collect();
        for view in views {
            world.emit(Event::TerminalState(view));
        }
        world.emit(Event::Map(self.shown_map.clone()));
        world.emit(Event::Clock(clock));
        drop(world);
        self.show_environments();
        self.show_lesson(true);
        Reply::Done
    }

    fn write_file(&mut self, path: &str, content: Blob) -> Reply {
        let Some(path) = files::resolve("", "/", path).filter(|path| !path.is_empty()) else {
            return refused(format!("`{path}` is no path inside the project"));
        };
        if content.len() > files::FILE_LIMIT_BYTES {
            return refused(format!("`{path}` is larger than {} MB", files::FILE_LIMIT_BYTES >> 20));
        }
        if let Some(warning) = real_key_in(&content) {
            return refused(warning);
        }
        let mut world = self.world.borrow_mut();
        if world.kept.files.is_folder(&path) {
            return refused(format!("`{path}` is a folder"));
        }
        world.kept.files.write(&path, content);
        Reply::Done
    }

    fn rename_file(&mut self, from: &str, to: &str) -> Reply {
        let Some(to) = files::resolve("", "/", to).filter(|path| !path.is_empty()) else {
            return refused(format!("`{to}` is no path inside the project"));
        };
        let mut world = self.world.borrow_mut();
        if world.kept.files.is_file(&to) || world.kept.files.is_folder(&to) {
            return refused(format!("there is already a `{to}`"));
        }
        match world.kept.files.rename(from, &to) {
            true => Reply::Done,
            false => refused(format!("there is no file `{from}`")),
        }
    }

    fn format_file(&mut self, path: &str) -> Reply {
        let world = self.world.borrow();
        let Some(text) = world.kept.files.read(path).and_then(|content| content.as_text().map(str::to_owned))
        else {
            return refused(format!("there is no text file `{path}`"));
        };
        let mut sources = nuvola_hcl::Sources::default();
        let file = sources.add(nuvola_hcl::SourceFile::new(path, text.clone()));
        match nuvola_hcl::format(&sources, file) {
            Ok(formatted) => Reply::Formatted { changed: formatted != text, text: formatted },
            // A file with a syntax error stays as it is; its squiggles say why.
            Err(_) => Reply::Formatted { text, changed: false },
        }
    }

    fn check(&mut self, unsaved: Vec<(String, String)>) -> Vec<Problem> {
        let mut texts = panel::configuration(&self.world.borrow().kept.files);
        texts.extend(unsaved);
        let providers = terminal::providers(&self.world);
        let checked = nuvola_terraform::language::check(&texts, providers);
        panel::problems(&checked)
    }

    fn export(&self) -> Reply {
        let world = self.world.borrow();
        let mut zip = archive::Writer::new();
        for (path, content) in world.kept.files.below("") {
            if files::is_generated(path) {
                continue;
            }
            if let Err(error) = zip.file(path, content, FILE_MODE, archive::NO_DATE) {
                return refused(format!("`{path}` does not fit into a zip: {error}"));
            }
        }
        match zip.finish() {
            Ok(content) => {
                Reply::Zip { content: Blob::from(content), file_name: format!("{}.zip", world.kept.project) }
            }
            Err(error) => refused(format!("the zip could not be finished: {error}")),
        }
    }

    fn import(&mut self, zip: &Blob) -> Reply {
        let contents = match read_zip(zip) {
            Ok(contents) => contents,
            Err(text) => return refused(text),
        };
        if let Some(warning) = contents.iter().find_map(|(_, content)| real_key_in(content)) {
            return refused(warning);
        }
        self.empty_cloud();
        {
            let mut world = self.world.borrow_mut();
            world.kept.lessons.close();
            world.kept.files.clear();
            for (path, content) in contents {
                world.kept.files.write(&path, content);
            }
        }
        self.read_open_lesson();
        Reply::Done
    }

    fn terminal_line(&mut self, terminal: u32, line: String) -> Reply {
        let mut world = self.world.borrow_mut();
        let place = world.place(terminal);
        let Some(at) = world.kept.terminals.get_mut(&terminal) else {
            return refused(format!("there is no terminal {terminal}"));
        };
        match at.waits_for {
            WaitsFor::Command => {
                let prompt = at.prompt(&place);
                at.keep_output(&format!("{prompt}{line}\n"));
                at.remember(&line);
                at.interruptions = 0;
                world.set_waits_for(terminal, WaitsFor::Nothing);
                world.roots.insert(terminal, Root::Line);
                let task = terminal::run::run_line(self.world.clone(), terminal, line);
                world.spawned.push(Box::pin(task));
            }
            WaitsFor::Answer | WaitsFor::Nothing => {
                at.keep_output(&format!("{line}\n"));
                match at.process {
                    Some(pid) => {
                        let data = format!("{line}\n");
                        world.outbox.push(crate::host::Output::ProcessInput { pid, data });
                    }
                    None => at.input.push_back(Some(line)),
                }
            }
        }
        Reply::Done
    }

    fn interrupt(&mut self, terminal: u32) -> Reply {
        let mut world = self.world.borrow_mut();
        let place = world.place(terminal);
        let Some(at) = world.kept.terminals.get_mut(&terminal) else { return Reply::Done };
        if at.waits_for == WaitsFor::Command {
            let prompt = at.prompt(&place);
            at.keep_output(&format!("{prompt}^C\n"));
            return Reply::Done;
        }
        at.interruptions += 1;
        let (process, again) = (at.process, at.interruptions > 2);
        world.print(terminal, "^C\n");
        match process {
            // A program that goes on after the second is ended by the third.
            Some(pid) if again => {
                world.outbox.push(crate::host::Output::KillProcess { pid });
                if let Some(process) = world.processes.get_mut(&pid) {
                    process.exit_code = Some(130);
                }
            }
            Some(pid) => world.outbox.push(crate::host::Output::InterruptProcess { pid }),
            None => {}
        }
        Reply::Done
    }

    fn end_of_input(&mut self, terminal: u32) -> Reply {
        let mut world = self.world.borrow_mut();
        let Some(at) = world.kept.terminals.get_mut(&terminal) else { return Reply::Done };
        match at.process {
            Some(pid) => world.outbox.push(crate::host::Output::ProcessEof { pid }),
            None if at.waits_for == WaitsFor::Answer => at.input.push_back(None),
            None => {}
        }
        Reply::Done
    }

    fn open_terminal(&mut self) -> Reply {
        let mut world = self.world.borrow_mut();
        let terminal = match world.open_terminal(Terminal::new()) {
            Ok(terminal) => terminal,
            Err(text) => return refused(text),
        };
        world.set_waits_for(terminal, WaitsFor::Command);
        Reply::Done
    }
}

pub(crate) fn refused(text: impl Into<String>) -> Reply {
    Reply::Refused { text: text.into() }
}

/// Says why a text is not taken in when it holds what looks like a real access key.
/// The threat model refuses these: a lab needs made-up keys only.
fn real_key_in(content: &Blob) -> Option<String> {
    let text = content.as_text()?;
    let is_key_char = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let found = ["AKIA", "ASIA"].iter().any(|prefix| {
        text.match_indices(prefix).any(|(at, _)| {
            let length = text.as_bytes()[at..].iter().take_while(|byte| is_key_char(**byte)).count();
            let starts_word = at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric();
            let key = &text[at..at + length];
            length == 20 && starts_word && !key.ends_with("EXAMPLE") && !key.contains("NUVOLA")
        })
    });
    found.then(|| {
        "this text holds what looks like a real AWS access key: Nuvola never stores one. Remove it; the lab has keys of its own"
            .to_owned()
    })
}

fn read_zip(content: &Blob) -> Result<Vec<(String, Blob)>, String> {
    let bad = |error: ArchiveError| format!("this is no zip that can be read: {error}");
    let entries = archive::entries(content).map_err(bad)?;
    if entries.len() > IMPORT_FILES {
        return Err(format!("the zip holds more than {IMPORT_FILES} files"));
    }
    let mut contents = Vec::new();
    let mut left = IMPORT_BYTES;
    for entry in entries {
        if entry.is_folder() {
            continue;
        }
        let name = &entry.name;
        let Some(path) = files::resolve("", "/", name).filter(|path| !path.is_empty()) else {
            return Err(format!("the zip holds `{name}`, which leads outside the project"));
        };
        let bytes = entry.content(left).map_err(|error| match error {
            ArchiveError::TooLarge => format!("the zip unpacks to more than {} MB", IMPORT_BYTES >> 20),
            ArchiveError::NoArchive
            | ArchiveError::Incomplete
            | ArchiveError::Encrypted
            | ArchiveError::UnknownMethod
            | ArchiveError::Damaged => format!("`{name}`: {error}"),
        })?;
        left -= bytes.len() as u64;
        contents.push((path, Blob::from(bytes)));
    }
    Ok(contents)
}
