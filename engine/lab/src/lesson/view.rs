//! What the page shows of a lesson: plain data, already decided and worded.

use crate::view::MapView;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LessonView {
    pub id: String,
    pub title: String,
    pub summary: String,
    /// What is there at the end, in a sentence.
    pub goal: String,
    /// How long it takes most students. **Units**: minutes.
    pub minutes: u32,
    /// The goal as a map; what exists already is `Ready`, the rest `Planned`.
    pub picture: MapView,
    pub steps: Vec<LessonStep>,
    /// The first step that is not done; the number of steps when all are.
    pub current: usize,
    /// The step whose checks run at the moment.
    pub checking: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LessonStep {
    pub title: String,
    /// Prose with a little Markdown; empty while the step is locked.
    pub text: String,
    pub state: StepState,
    pub prediction: Option<Prediction>,
    pub checks: Vec<CheckView>,
    /// The hints asked for so far.
    pub hints: Vec<String>,
    pub more_hints: bool,
    /// The checks cost nothing: they may run whenever things have come to rest.
    pub checks_itself: bool,
    pub has_solution: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    Locked,
    Open,
    Done,
}

/// A question before the step's work: the student commits, then sees what is right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Prediction {
    pub question: String,
    pub options: Vec<String>,
    pub answer: Option<Answer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    pub chosen: usize,
    pub right: bool,
    /// What is to be said of this choice.
    pub reply: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckView {
    pub title: String,
    pub outcome: CheckOutcome,
    /// Why it failed, and what to look at.
    pub hint: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CheckOutcome {
    /// Not looked at yet.
    #[default]
    Open,
    Passed,
    Failed,
}

/// How far a student has come in a lesson at best.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LessonMark {
    pub id: String,
    pub done: u32,
    pub steps: u32,
}

/// How the author would do a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SolutionView {
    pub files: Vec<SolutionFile>,
    /// What is typed, in this order.
    pub commands: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SolutionFile {
    pub path: String,
    pub text: String,
    /// The student's own file of that name.
    pub own: Option<String>,
}
