//! Lessons: steps, predictions, hints and checks over an ordinary project.
//!
//! A lesson is data (`lessons/README.md` tells teachers its form); the host hands its text over with
//! `Command::OpenLesson`. `read` says what is wrong with it, `kinds` observes for the checks in a fork of the
//! lab (`probe`), `conditions` judges what was observed, `traces` remembers what programs asked of the cloud.
//! Servers run in the student's lab only, so the checks that visit them run there (`live`).
//!
//! Invariant: a check in a fork changes nothing that the student has, and its requests appear in no activity.
//! A visit is seen like any other, and what it leaves in buckets and tables is taken away again.

mod conditions;
mod kinds;
mod live;
mod picture;
mod probe;
mod read;
mod traces;
pub mod view;

use crate::Lab;
use crate::commands::refused;
use crate::event::{Event, Reply};
use crate::host::Input;
use kinds::{Probe, Verdict};
use live::Live;
use nuvola_aws::Trace;
use nuvola_kernel::{Blob, Map};
use probe::Fork;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::rc::Rc;
pub(crate) use traces::Seen;
use view::{
    Answer, CheckOutcome, CheckView, LessonMark, LessonStep, LessonView, Prediction, SolutionFile,
    SolutionView, StepState,
};

/// How many requests may be under way before their senders are forgotten.
const MAX_AGENTS: usize = 1_000;

/// The part of the lab's state that lessons need.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Lessons {
    open: Option<OpenLesson>,
    /// The best that was reached, by lesson: steps done, steps in all.
    marks: Map<String, (u32, u32)>,
    /// Tell forks and their programs apart.
    next_fork: u32,
    next_pid: u32,
}

/// The lesson that the lab is on.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct OpenLesson {
    /// Its text, as the host handed it over.
    text: String,
    steps: Vec<Progress>,
    /// Requests since the current step began.
    seen: Vec<Seen>,
}

/// How far the student is in a step.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Progress {
    done: bool,
    predicted: Option<usize>,
    hints: usize,
    /// Outcome and hint of each check.
    checks: Vec<(CheckOutcome, String)>,
}

/// What lessons need while the lab runs.
#[derive(Default)]
pub(crate) struct Desk {
    /// The open lesson, read.
    lesson: Option<Rc<Value>>,
    /// User agents of requests under way.
    agents: Map<u64, String>,
    shown: Option<LessonView>,
    checking: Option<Checking>,
}

/// The checks of a step, under way.
struct Checking {
    /// Who asked.
    ask: u64,
    step: usize,
    /// Only what costs nothing, and nothing is held against the student.
    automatic: bool,
    check: usize,
    place: Place,
}

/// Where a check runs.
enum Place {
    Fork(Fork),
    Live(Live),
}

impl Place {
    fn verdict(&self) -> Option<Verdict> {
        match self {
            Place::Fork(fork) => fork.verdict(),
            Place::Live(live) => live.verdict(),
        }
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A file of a lesson: a text, or base64 of bytes.
fn content(value: &Value) -> Option<Blob> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    match value.as_str() {
        Some(text) => Some(Blob::from(text)),
        None => STANDARD.decode(value["base64"].as_str()?).ok().map(Blob::from),
    }
}

fn files(value: &Value) -> impl Iterator<Item = (&String, Blob)> {
    value.as_object().into_iter().flatten().filter_map(|(path, value)| Some((path, content(value)?)))
}

impl Lessons {
    /// The lab has left the lesson; what was reached stays.
    pub fn close(&mut self) {
        self.open = None;
    }

    fn current(&self) -> usize {
        let steps = self.open.as_ref().map(|open| open.steps.as_slice()).unwrap_or_default();
        steps.iter().position(|step| !step.done).unwrap_or(steps.len())
    }
}

impl Lab {
    pub(crate) fn open_lesson(&mut self, content: &str) -> Reply {
        let lesson = match read::lesson(content) {
            Ok(lesson) => lesson,
            Err(problem) => return refused(format!("this lesson cannot be opened: {problem}")),
        };
        self.start_lesson(content.to_owned(), lesson);
        self.attach()
    }

    /// The lesson from its beginning.
    pub(crate) fn restart_lesson(&mut self) -> Reply {
        let text = self.world.borrow().kept.lessons.open.as_ref().map(|open| open.text.clone());
        match text {
            Some(text) => self.open_lesson(&text),
            None => refused("no lesson is open"),
        }
    }

    fn start_lesson(&mut self, content: String, lesson: Value) {
        let all: Vec<(String, Blob)> =
            files(&lesson["start"]).map(|(path, content)| (path.clone(), content)).collect();
        let greeting =
            format!("\x1b[1m{}\x1b[0m: the lesson stands beside your files.\n\n", text(&lesson, "title"));
        self.fill(text(&lesson, "id"), all, &greeting);
        let steps = list(&lesson, "steps");
        let progress = |step: &Value| Progress {
            checks: vec![(CheckOutcome::Open, String::new()); list(step, "checks").len()],
            ..Progress::default()
        };
        let open =
            OpenLesson { text: content, steps: steps.iter().map(progress).collect(), seen: Vec::new() };
        self.world.borrow_mut().kept.lessons.open = Some(open);
        self.desk.lesson = Some(Rc::new(lesson));
    }

    /// After a restored snapshot, or when another project was opened.
    pub(crate) fn read_open_lesson(&mut self) {
        let world = self.world.borrow();
        let open = world.kept.lessons.open.as_ref();
        self.desk.lesson = open.and_then(|open| read::lesson(&open.text).ok()).map(Rc::new);
    }

    /// The lesson's step that a command is about; `Err` where it may not be worked on.
    fn lesson_step(&self, index: usize) -> Result<(Rc<Value>, usize), &'static str> {
        let Some(lesson) = self.desk.lesson.clone() else { return Err("no lesson is open") };
        let current = self.world.borrow().kept.lessons.current();
        match index < list(&lesson, "steps").len() && index <= current {
            true => Ok((lesson, index)),
            false => Err("this step opens when the ones before it are done"),
        }
    }

    fn with_progress<T>(&self, step: usize, change: impl FnOnce(&mut Progress) -> T) -> Option<T> {
        let mut world = self.world.borrow_mut();
        world.kept.lessons.open.as_mut()?.steps.get_mut(step).map(change)
    }

    /// The student commits to an answer: the first one counts.
    pub(crate) fn predict(&mut self, index: usize, option: usize) -> Reply {
        let (lesson, index) = match self.lesson_step(index) {
            Ok(found) => found,
            Err(why) => return refused(why),
        };
        let step = &list(&lesson, "steps")[index];
        if option >= list(&step["prediction"], "options").len() {
            return refused("there is no such answer");
        }
        let only_question = list(step, "checks").is_empty();
        self.with_progress(index, |progress| {
            progress.predicted.get_or_insert(option);
        });
        if only_question {
            self.finish_step(index);
        }
        Reply::Done
    }

    pub(crate) fn next_hint(&mut self, index: usize) -> Reply {
        let (lesson, index) = match self.lesson_step(index) {
            Ok(found) => found,
            Err(why) => return refused(why),
        };
        let all = list(&list(&lesson, "steps")[index], "hints").len();
        self.with_progress(index, |progress| progress.hints = (progress.hints + 1).min(all));
        Reply::Done
    }

    pub(crate) fn solution(&self, index: usize) -> Reply {
        let (lesson, index) = match self.lesson_step(index) {
            Ok(found) => found,
            Err(why) => return refused(why),
        };
        let solution = &list(&lesson, "steps")[index]["solution"];
        let world = self.world.borrow();
        let own =
            |path: &str| world.kept.files.read(path).and_then(|content| content.as_text().map(str::to_owned));
        let file = |(path, content): (&String, Blob)| SolutionFile {
            path: path.clone(),
            text: content.as_text().unwrap_or_default().to_owned(),
            own: own(path),
        };
        Reply::Solution(SolutionView {
            files: files(&solution["files"]).map(file).collect(),
            commands: list(solution, "commands")
                .iter()
                .filter_map(|line| line.as_str().map(str::to_owned))
                .collect(),
        })
    }

    /// Starts the checks of a step; the reply comes when they have ended.
    pub(crate) fn check_lesson(
        &mut self,
        real_ms: i64,
        ask: u64,
        index: usize,
        automatic: bool,
    ) -> Option<Reply> {
        let (lesson, index) = match self.lesson_step(index) {
            Ok(found) => found,
            Err(why) => return Some(refused(why)),
        };
        if self.desk.checking.is_some() {
            return Some(if automatic { Reply::Done } else { refused("the checks run already") });
        }
        let step = &list(&lesson, "steps")[index];
        let predicted =
            self.with_progress(index, |progress| progress.predicted.is_some()).unwrap_or_default();
        if !step["prediction"].is_null() && !predicted {
            return Some(if automatic { Reply::Done } else { refused("answer the question first") });
        }
        if list(step, "checks").is_empty() || automatic && !is_cheap(step) {
            return Some(Reply::Done);
        }
        if !automatic {
            self.with_progress(index, |progress| progress.checks.fill((CheckOutcome::Open, String::new())));
        }
        let place = self.place(real_ms, &lesson, index, 0);
        self.desk.checking = Some(Checking { ask, step: index, automatic, check: 0, place });
        None
    }

    /// Starts one check.
    fn place(&mut self, real_ms: i64, lesson: &Rc<Value>, step: usize, check: usize) -> Place {
        let kind = text(&list(&list(lesson, "steps")[step], "checks")[check], "kind");
        if kind == live::KIND {
            let (shared, lesson) = (self.world.clone(), lesson.clone());
            let probe = Probe { shared, lesson, step, check, seen: Vec::new(), live: true };
            return Place::Live(Live::start(real_ms, probe));
        }
        let (number, next_pid, seen) = {
            let mut world = self.world.borrow_mut();
            let lessons = &mut world.kept.lessons;
            lessons.next_fork += 1;
            let seen = lessons.open.as_ref().map(|open| open.seen.clone()).unwrap_or_default();
            (lessons.next_fork, lessons.next_pid, seen)
        };
        let lesson = lesson.clone();
        Place::Fork(Fork::start(self, real_ms, number, next_pid, |shared| Probe {
            shared,
            lesson,
            step,
            check,
            seen,
            live: false,
        }))
    }

    /// Gives an input to the fork that it is for; what comes back is the lab's own.
    pub(crate) fn route_to_fork(&mut self, real_ms: i64, input: Input) -> Option<Input> {
        if self.is_fork {
            return Some(input);
        }
        match &mut self.desk.checking {
            Some(Checking { place: Place::Fork(fork), .. }) if fork.owns(&input) => {
                let outputs = fork.step(real_ms, input);
                self.world.borrow_mut().outbox.extend(outputs);
                None
            }
            Some(_) | None if probe::is_stale(&input) => None,
            Some(_) | None => Some(input),
        }
    }

    /// Lets the checks go on as far as they come.
    pub(crate) fn drive_checks(&mut self, real_ms: i64) {
        loop {
            let Some(checking) = &mut self.desk.checking else { return };
            match &mut checking.place {
                Place::Fork(fork) => {
                    let outputs = fork.step(real_ms, Input::Tick);
                    self.world.borrow_mut().outbox.extend(outputs);
                }
                Place::Live(live) => {
                    live.step(real_ms);
                    if !self.world.borrow().requests.is_empty() {
                        self.run();
                        self.publish();
                        continue;
                    }
                }
            }
            let Some(verdict) = checking.place.verdict() else { return };
            self.on_verdict(real_ms, verdict);
        }
    }

    fn on_verdict(&mut self, real_ms: i64, verdict: Verdict) {
        let Some(checking) = self.desk.checking.take() else { return };
        let Checking { ask, step, automatic, check, place } = checking;
        self.end_check(place);
        let passed = verdict.passed;
        if passed || !automatic {
            let outcome = if passed { CheckOutcome::Passed } else { CheckOutcome::Failed };
            self.with_progress(step, |progress| {
                if let Some(slot) = progress.checks.get_mut(check) {
                    *slot = (outcome, verdict.hint);
                }
            });
        }
        let Some(lesson) = self.desk.lesson.clone() else { return };
        let is_last = check + 1 == list(&list(&lesson, "steps")[step], "checks").len();
        if passed && !is_last {
            let place = self.place(real_ms, &lesson, step, check + 1);
            self.desk.checking = Some(Checking { ask, step, automatic, check: check + 1, place });
            return;
        }
        if passed {
            self.finish_step(step);
        }
        self.world.borrow_mut().emit(Event::Reply { id: ask, reply: Reply::Done });
    }

    fn end_check(&mut self, place: Place) {
        let fork = match place {
            Place::Fork(fork) => fork,
            Place::Live(_) => {
                self.world.borrow_mut().map_changed = true;
                return;
            }
        };
        let next_pid = fork.next_pid();
        let outputs = fork.end();
        let mut world = self.world.borrow_mut();
        world.outbox.extend(outputs);
        world.kept.lessons.next_pid = next_pid;
    }

    /// Nothing goes on: the page was loaded again, or the cloud was emptied.
    pub(crate) fn drop_checks(&mut self, why: &str) {
        let Some(checking) = self.desk.checking.take() else { return };
        self.end_check(checking.place);
        let reply = refused(why);
        self.world.borrow_mut().emit(Event::Reply { id: checking.ask, reply });
    }

    fn finish_step(&mut self, step: usize) {
        self.with_progress(step, |progress| progress.done = true);
        let mut world = self.world.borrow_mut();
        let lessons = &mut world.kept.lessons;
        let current = lessons.current();
        let Some(open) = &mut lessons.open else { return };
        if current > step {
            open.seen.clear();
        }
        let id = self.desk.lesson.as_ref().map(|lesson| text(lesson, "id").to_owned()).unwrap_or_default();
        let (done, steps) = (current as u32, open.steps.len() as u32);
        let mark = lessons.marks.entry(id).or_insert((0, steps));
        *mark = (mark.0.max(done), steps);
    }

    /// Remembers who sends a request, so that its trace can tell.
    pub(crate) fn note_agent(&mut self, id: u64, agent: String) {
        if self.desk.lesson.is_none() && !self.is_fork {
            return;
        }
        // A request to no host leaves no trace: what it left here goes with the oldest.
        if self.desk.agents.len() >= MAX_AGENTS {
            self.desk.agents.clear();
        }
        self.desk.agents.insert(id, agent);
    }

    pub(crate) fn note_trace(&mut self, trace: &Trace) {
        if self.desk.lesson.is_none() && !self.is_fork {
            return;
        }
        let agent = trace.http_id.and_then(|id| self.desk.agents.remove(&id)).unwrap_or_default();
        let Some(seen) = traces::seen(trace, agent) else { return };
        let mut world = self.world.borrow_mut();
        let all = match &mut world.kept.lessons.open {
            Some(_) | None if self.is_fork => &mut world.fork_seen,
            Some(open) => &mut open.seen,
            None => return,
        };
        if all.len() >= traces::KEPT {
            all.drain(..traces::KEPT / 4);
        }
        all.push(seen);
    }

    /// When the checks want to go on, by the host's clock.
    pub(crate) fn checks_due_ms(&self, real_ms: i64) -> Option<i64> {
        match &self.desk.checking.as_ref()?.place {
            Place::Fork(fork) => fork.next_due_ms(real_ms),
            Place::Live(live) => Some(live.limit_ms().max(real_ms)),
        }
    }

    pub(crate) fn is_checking(&self) -> bool {
        self.desk.checking.is_some()
    }

    /// Tells the page what has changed; everything when `anew`.
    pub(crate) fn show_lesson(&mut self, anew: bool) {
        let view = self.lesson_view();
        if !anew && view == self.desk.shown {
            return;
        }
        self.desk.shown.clone_from(&view);
        let mut world = self.world.borrow_mut();
        let marks = world.kept.lessons.marks.iter().map(|(id, (done, steps))| LessonMark {
            id: id.clone(),
            done: *done,
            steps: *steps,
        });
        let marks = marks.collect();
        world.emit(Event::Lesson { lesson: view.map(Box::new), marks });
    }

    fn lesson_view(&self) -> Option<LessonView> {
        let lesson = self.desk.lesson.as_ref()?;
        let world = self.world.borrow();
        let open = world.kept.lessons.open.as_ref()?;
        let current = world.kept.lessons.current();
        let steps = list(lesson, "steps").iter().zip(&open.steps).enumerate();
        Some(LessonView {
            id: text(lesson, "id").to_owned(),
            title: text(lesson, "title").to_owned(),
            summary: text(lesson, "summary").to_owned(),
            goal: text(lesson, "goal").to_owned(),
            minutes: lesson["minutes"].as_u64().unwrap_or_default() as u32,
            picture: picture::draw(lesson, &self.shown_map),
            steps: steps
                .map(|(index, (step, progress))| step_view(step, progress, index > current))
                .collect(),
            current,
            checking: self
                .desk
                .checking
                .as_ref()
                .filter(|checking| !checking.automatic)
                .map(|checking| checking.step),
        })
    }
}

fn is_cheap(step: &Value) -> bool {
    // A function that is invoked needs a sandbox of its own.
    let invokes = |call: &Value| text(call, "call") == "lambda:Invoke";
    let is_cheap = |check: &Value| {
        kinds::CHEAP.contains(&text(check, "kind")) && !kinds::calls(check).iter().any(invokes)
    };
    list(step, "checks").iter().all(is_cheap)
}

fn step_view(step: &Value, progress: &Progress, locked: bool) -> LessonStep {
    let hints = list(step, "hints");
    let prediction = &step["prediction"];
    let answer = progress.predicted.and_then(|chosen| {
        let option = list(prediction, "options").get(chosen)?;
        Some(Answer { chosen, right: option["right"] == true, reply: text(option, "reply").to_owned() })
    });
    let check = |(check, (outcome, hint)): (&Value, &(CheckOutcome, String))| CheckView {
        title: text(check, "title").to_owned(),
        outcome: *outcome,
        hint: hint.clone(),
    };
    LessonStep {
        title: text(step, "title").to_owned(),
        text: if locked { String::new() } else { text(step, "text").to_owned() },
        state: match (locked, progress.done) {
            (true, _) => StepState::Locked,
            (false, true) => StepState::Done,
            (false, false) => StepState::Open,
        },
        prediction: (!locked && !prediction.is_null()).then(|| Prediction {
            question: text(prediction, "question").to_owned(),
            options: list(prediction, "options")
                .iter()
                .map(|option| text(option, "text").to_owned())
                .collect(),
            answer,
        }),
        checks: list(step, "checks").iter().zip(&progress.checks).map(check).collect(),
        hints: hints
            .iter()
            .take(progress.hints)
            .filter_map(|hint| hint.as_str().map(str::to_owned))
            .collect(),
        more_hints: !locked && progress.hints < hints.len(),
        checks_itself: !locked
            && !progress.done
            && !list(step, "checks").is_empty()
            && is_cheap(step)
            && (prediction.is_null() || progress.predicted.is_some()),
        has_solution: !locked && !step["solution"].is_null(),
    }
}
