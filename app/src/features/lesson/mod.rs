//! The lesson beside the files: its goal, its steps, and what the checks say.

mod diff;
mod list;
mod picture;
mod prose;
mod solution;
mod step;

pub use list::LessonItems;

use crate::client::ask;
use crate::features::files::FileTree;
use crate::features::{editor, terminal};
use crate::interop::browser;
use crate::store::{Store, use_store};
use crate::texts::t;
use crate::ui::{Done, Icon, IconButton, Question, Questions, Shape, tabs};
use leptos::prelude::*;
use nuvola_lab::Command;
use nuvola_lab::view::{LessonMark, LessonView, MapView, StepState, WaitsFor};
use picture::Picture;
use step::StepView;

/// After so long a rest the checks that cost nothing run by themselves. **Units**: milliseconds.
const REST_MS: u32 = 1_500;
/// The column's width once a lesson has opened. **Units**: percent of the window.
const READABLE_PERCENT: f64 = 30.0;

/// What the left column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Files,
    Lesson,
}

/// What the page knows of lessons.
#[derive(Clone, Copy)]
pub struct Lessons {
    pub open: RwSignal<Option<LessonView>>,
    pub marks: RwSignal<Vec<LessonMark>>,
    pub side: RwSignal<Side>,
    /// The step that is unfolded.
    pub shown: RwSignal<Option<usize>>,
}

impl Lessons {
    pub fn new() -> Self {
        Lessons {
            open: RwSignal::default(),
            marks: RwSignal::default(),
            side: RwSignal::new(Side::Files),
            shown: RwSignal::default(),
        }
    }

    pub fn on_lesson(&self, store: Store, lesson: Option<LessonView>, marks: Vec<LessonMark>) {
        let id = |lesson: &Option<LessonView>| lesson.as_ref().map(|lesson| lesson.id.clone());
        let is_other = self.open.with_untracked(id) != id(&lesson);
        if is_other {
            let last = lesson.as_ref().map(|lesson| lesson.current.min(lesson.steps.len().saturating_sub(1)));
            self.shown.set(last);
            self.side.set(if lesson.is_some() { Side::Lesson } else { Side::Files });
            if lesson.is_some()
                && store.preferences.with_untracked(|all| all.files_percent < READABLE_PERCENT)
            {
                store.preferences.update(|all| all.files_percent = READABLE_PERCENT);
            }
        }
        self.marks.set(marks);
        self.open.set(lesson);
    }
}

/// Runs the checks that cost nothing whenever things have come to rest.
pub fn follow(store: Store) {
    let turn = StoredValue::new(0_u64);
    let step = Memo::new(move |_| {
        store.lessons.open.with(|lesson| {
            let lesson = lesson.as_ref()?;
            lesson.steps.get(lesson.current).filter(|step| step.checks_itself).map(|_| lesson.current)
        })
    });
    Effect::new(move |_| {
        store.activity.track();
        store.files.track();
        let rests = store.shell() == Some(WaitsFor::Command);
        turn.update_value(|turn| *turn += 1);
        let Some(step) = step.get().filter(|_| rests) else { return };
        let mine = turn.get_value();
        browser::after(REST_MS, move || {
            if turn.get_value() == mine {
                ask(Command::LessonCheck { step, automatic: true }, |_| {});
            }
        });
    });
}

/// The left column: the files, and the lesson where one is open.
#[component]
pub fn SideColumn() -> impl IntoView {
    let store = use_store();
    let has_lesson = Memo::new(move |_| store.lessons.open.with(Option::is_some));
    let shows_lesson = Memo::new(move |_| has_lesson.get() && store.lessons.side.get() == Side::Lesson);
    let tab = move |side: Side, key: &'static str, shape: Shape, label: &'static str| {
        let is_shown = Memo::new(move |_| shows_lesson.get() == (side == Side::Lesson));
        view! {
            <button
                type="button"
                role="tab"
                class="nv-side-tab"
                class:nv-shown=is_shown
                id=format!("nv-side-tab-{key}")
                aria-controls=format!("nv-side-{key}")
                aria-selected=move || is_shown.get().to_string()
                tabindex=move || if is_shown.get() { "0" } else { "-1" }
                on:click=move |_| store.lessons.side.set(side)
            >
                <Icon shape />
                <span>{label}</span>
            </button>
        }
    };
    view! {
        <div class="nv-side">
            <Show when=move || has_lesson.get()>
                <div class="nv-side-tabs" role="tablist" aria-label=t().side on:keydown=|event| tabs::on_key(&event)>
                    {tab(Side::Lesson, "lesson", Shape::Plan, t().lesson)}
                    {tab(Side::Files, "files", Shape::Folder, t().files)}
                </div>
            </Show>
            <div class="nv-side-panel" id="nv-side-files" hidden=shows_lesson>
                <FileTree />
            </div>
            <Show when=move || shows_lesson.get()>
                <div class="nv-side-panel" id="nv-side-lesson" role="tabpanel" aria-labelledby="nv-side-tab-lesson">
                    <LessonPane />
                </div>
            </Show>
        </div>
    }
}

#[component]
fn LessonPane() -> impl IntoView {
    let store = use_store();
    let questions = use_context::<Questions>().expect("the application provides the questions");
    let lesson = store.lessons.open;
    let text = move |read: fn(&LessonView) -> String| {
        Memo::new(move |_| lesson.with(|lesson| lesson.as_ref().map(read).unwrap_or_default()))
    };
    let (title, goal) = (text(|lesson| lesson.title.clone()), text(|lesson| lesson.goal.clone()));
    let progress = text(|lesson| {
        let steps = lesson.steps.len();
        format!("{} {} {steps} · {} {}", lesson.current, t().of, lesson.minutes, t().minutes)
    });
    let map = Memo::new(move |_| {
        lesson.with(|lesson| lesson.as_ref().map_or_else(MapView::default, |lesson| lesson.picture.clone()))
    });
    let has_picture = Memo::new(move |_| map.with(|map| !map.nodes.is_empty()));
    let is_done = Memo::new(move |_| {
        lesson.with(|lesson| lesson.as_ref().is_some_and(|lesson| lesson.current == lesson.steps.len()))
    });
    let count =
        Memo::new(move |_| lesson.with(|lesson| lesson.as_ref().map_or(0, |lesson| lesson.steps.len())));
    let restart = Callback::new(move |()| ask_restart(store, questions));
    view! {
        <section class="nv-lesson" aria-label=t().lesson>
            <header class="nv-lesson-head">
                <div>
                    <h2>{title}</h2>
                    <p class="nv-quiet">{progress}</p>
                </div>
                <IconButton label=t().lesson_restart icon=Shape::Reload on_press=restart />
            </header>
            <div class="nv-lesson-body nv-scroll" tabindex="0">
                <details class="nv-lesson-goal" open>
                    <summary>{t().lesson_goal}</summary>
                    <p>{goal}</p>
                    <Show when=move || has_picture.get()>
                        <Picture map />
                    </Show>
                </details>
                <Show when=move || is_done.get()>
                    <p class="nv-lesson-done" role="status"><Icon shape=Shape::Check /> {t().lesson_done}</p>
                </Show>
                <ol class="nv-lesson-steps">
                    <For each=move || 0..count.get() key=|index| *index children=|index| view! { <StepRow index /> } />
                </ol>
            </div>
        </section>
    }
}

/// A step's heading, and its content while it is unfolded.
#[component]
fn StepRow(index: usize) -> impl IntoView {
    let store = use_store();
    let state = Memo::new(move |_| {
        let state = store.lessons.open.with(|lesson| Some(lesson.as_ref()?.steps.get(index)?.state));
        state.unwrap_or(StepState::Locked)
    });
    let title = Memo::new(move |_| {
        store
            .lessons
            .open
            .with(|lesson| Some(lesson.as_ref()?.steps.get(index)?.title.clone()))
            .unwrap_or_default()
    });
    let is_open =
        Memo::new(move |_| store.lessons.shown.get() == Some(index) && state.get() != StepState::Locked);
    let fold = move |_| {
        store.lessons.shown.update(|shown| *shown = if *shown == Some(index) { None } else { Some(index) })
    };
    let said = move || match state.get() {
        StepState::Locked => t().step_locked,
        StepState::Open => t().step_open,
        StepState::Done => t().step_done,
    };
    view! {
        <li class="nv-lesson-step" class:nv-done=move || state.get() == StepState::Done>
            <h3>
                <button
                    type="button"
                    id=format!("nv-step-{index}")
                    aria-expanded=move || is_open.get().to_string()
                    aria-controls=format!("nv-step-body-{index}")
                    disabled=move || state.get() == StepState::Locked
                    on:click=fold
                >
                    <span class="nv-step-mark" aria-hidden="true">
                        {move || match state.get() {
                            StepState::Done => view! { <Icon shape=Shape::Check /> }.into_any(),
                            StepState::Locked | StepState::Open => (index + 1).to_string().into_any(),
                        }}
                    </span>
                    <span>{title}</span>
                    <span class="nv-sr">{said}</span>
                </button>
            </h3>
            <Show when=move || is_open.get()>
                <div class="nv-lesson-step-body" id=format!("nv-step-body-{index}") role="region" aria-labelledby=format!("nv-step-{index}")>
                    <StepView index />
                </div>
            </Show>
        </li>
    }
}

fn ask_restart(store: Store, questions: Questions) {
    questions.put(Question {
        title: t().lesson_restart.to_owned(),
        text: t().lesson_restart_text.to_owned(),
        field: None,
        action: t().lesson_restart.to_owned(),
        danger: true,
        done: Done::new(move |_| {
            terminal::forget_all_but_first(store);
            ask(Command::RestartLesson, move |reply| {
                store.show_refusal(&reply);
                store.lessons.shown.set(Some(0));
                editor::reload_all(store);
            });
        }),
    });
}
