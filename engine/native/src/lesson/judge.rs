//! The verdict on a lesson: every right way passes, every wrong one fails at the check it names.

use super::stage::Stage;
use nuvola_lab::Command;
use nuvola_lab::view::{CheckOutcome, LessonView};
use nuvola_lesson_pack::{Play, PlayKind};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

/// What every lesson ships.
const LEAST_VARIANTS: usize = 5;
const LEAST_MUTANTS: usize = 10;
/// Plays that run side by side.
const WORKERS: usize = 2;

pub fn all(folders: &[PathBuf], only: Option<&str>) -> Result<(), String> {
    let mut failures = 0;
    for folder in folders {
        failures += test(folder, only).map_err(|problem| format!("{}: {problem}", folder.display()))?;
    }
    match failures {
        0 => Ok(()),
        count => Err(format!("{count} plays went wrong")),
    }
}

/// A lesson with what its plays need.
struct Lesson {
    text: String,
    value: Value,
    solution: Play,
    /// The lab before steps of the solution, by the step. Where servers go on running it cannot be written
    /// down: plays then begin earlier.
    before: BTreeMap<usize, String>,
}

impl Lesson {
    /// A stage before a step of the solution.
    fn stage_before(&self, step: usize) -> Result<Stage, String> {
        let (first, snapshot) =
            self.before.range(..=step).next_back().ok_or("there is no lab to begin with")?;
        let mut stage = Stage::take_up(snapshot)?;
        for index in *first..step {
            predict(&mut stage, self, index)?;
            stage.play(&self.solution.steps[index])?;
            expect_pass(&mut stage, self, index)?;
        }
        stage.screen.clear();
        Ok(stage)
    }
}

fn test(folder: &Path, only: Option<&str>) -> Result<usize, String> {
    let start = Instant::now();
    let value = nuvola_lesson_pack::pack(folder)?;
    let plays = nuvola_lesson_pack::plays(folder, &value)?;
    let right = plays.iter().filter(|play| play.kind == PlayKind::Right).count() - 1;
    let wrong = plays.len() - 1 - right;
    println!("{}: {right} variants, {wrong} mutants", value["title"].as_str().unwrap_or_default());
    let mut lesson =
        Lesson { text: value.to_string(), value, solution: plays[0].clone(), before: BTreeMap::new() };
    lesson.before = solve(&lesson, &plays[0]).map_err(|problem| format!("the solution: {problem}"))?;
    println!("  ok    solution ({:.1} s)", start.elapsed().as_secs_f64());
    let waiting: Mutex<Vec<&Play>> = Mutex::new(
        plays[1..].iter().rev().filter(|play| only.is_none_or(|only| play.name.contains(only))).collect(),
    );
    let failures = Mutex::new(0);
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
                    let Some(play) = next else { return };
                    match judge(&lesson, play) {
                        Ok(said) => println!("  ok    {}{said}", play.name),
                        Err(problem) => {
                            println!("  WRONG {}: {problem}", play.name);
                            *failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += 1;
                        }
                    }
                }
            });
        }
    });
    println!("  {:.1} s", start.elapsed().as_secs_f64());
    let mut failures = failures.into_inner().unwrap_or_default();
    if right < LEAST_VARIANTS || wrong < LEAST_MUTANTS {
        println!("  WRONG at least {LEAST_VARIANTS} variants and {LEAST_MUTANTS} mutants are needed");
        failures += 1;
    }
    Ok(failures)
}

/// Plays the solution; before each step its checks must not pass. Gives the lab before each step.
fn solve(lesson: &Lesson, play: &Play) -> Result<BTreeMap<usize, String>, String> {
    let mut stage = Stage::new()?;
    stage.ask(Command::OpenLesson { lesson: lesson.text.clone() })?;
    let mut before = BTreeMap::new();
    for (index, step) in play.steps.iter().enumerate() {
        if let Some(snapshot) = stage.snapshot()? {
            before.insert(index, snapshot);
        }
        predict(&mut stage, lesson, index)?;
        if !checks_of(lesson, index).is_empty() && check(&mut stage, index)?.0.is_none() {
            return Err(format!("step {}: its checks pass before anything is done", index + 1));
        }
        stage.screen.clear();
        stage.play(step)?;
        expect_pass(&mut stage, lesson, index)?;
    }
    let view = view(&stage)?;
    match view.current == view.steps.len() {
        true => Ok(before),
        false => Err("the lesson is not at its end".to_owned()),
    }
}

fn judge(lesson: &Lesson, play: &Play) -> Result<String, String> {
    match &play.kind {
        PlayKind::Right => {
            // What is as the solution has it was played already.
            let same = play.steps.iter().zip(&lesson.solution.steps).take_while(|(own, other)| own == other);
            let first = same.count().min(play.steps.len() - 1);
            let mut stage = lesson.stage_before(first)?;
            for (index, step) in play.steps.iter().enumerate().skip(first) {
                predict(&mut stage, lesson, index)?;
                stage.screen.clear();
                stage.play(step)?;
                expect_pass(&mut stage, lesson, index)?;
            }
            Ok(String::new())
        }
        PlayKind::Wrong { step, check: named, hint } => {
            let known: Vec<&str> =
                checks_of(lesson, *step).iter().filter_map(|check| check["id"].as_str()).collect();
            if !known.contains(&named.as_str()) {
                return Err(format!("`fails`: this step has no check `{named}`"));
            }
            let mut stage = lesson.stage_before(*step)?;
            predict(&mut stage, lesson, *step)?;
            stage.screen.clear();
            stage.play(&play.steps[*step])?;
            let (failed, said) = check(&mut stage, *step)?;
            let failed = failed.map(|index| known[index]);
            if failed != Some(named) {
                let failed = failed
                    .map_or("every check passes".to_owned(), |failed| format!("`{failed}` fails ({said})"));
                return Err(format!(
                    "`{named}` must fail, but {failed}; the terminal said:\n{}",
                    stage.screen
                ));
            }
            match !said.is_empty() && said.contains(hint.as_str()) {
                true => Ok(format!(": {said}")),
                false => Err(format!(
                    "the hint of `{named}` must say `{hint}`, but says `{said}`; the terminal said:\n{}",
                    stage.screen
                )),
            }
        }
    }
}

fn checks_of(lesson: &Lesson, step: usize) -> &[Value] {
    lesson.value["steps"][step]["checks"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Commits to the right answer of a step's question, if it has one.
fn predict(stage: &mut Stage, lesson: &Lesson, step: usize) -> Result<(), String> {
    let options = lesson.value["steps"][step]["prediction"]["options"].as_array();
    let right = options.and_then(|options| options.iter().position(|option| option["right"] == true));
    match right {
        Some(option) => stage.ask(Command::LessonPredict { step, option }).map(drop),
        None => Ok(()),
    }
}

/// Runs a step's checks: the one that fails, and what it says.
fn check(stage: &mut Stage, step: usize) -> Result<(Option<usize>, String), String> {
    stage.ask(Command::LessonCheck { step, automatic: false })?;
    let view = view(stage)?;
    let failed = view.steps[step].checks.iter().position(|check| check.outcome == CheckOutcome::Failed);
    let said = failed.map(|index| view.steps[step].checks[index].hint.clone()).unwrap_or_default();
    Ok((failed, said))
}

fn expect_pass(stage: &mut Stage, lesson: &Lesson, step: usize) -> Result<(), String> {
    let (failed, said) = check(stage, step)?;
    match failed {
        None => Ok(()),
        Some(index) => {
            let id = checks_of(lesson, step)[index]["id"].as_str().unwrap_or_default();
            Err(format!("step {}: `{id}` fails: {said}; the terminal said:\n{}", step + 1, stage.screen))
        }
    }
}

fn view(stage: &Stage) -> Result<&LessonView, String> {
    stage.lesson.as_ref().ok_or_else(|| "no lesson is open".to_owned())
}
