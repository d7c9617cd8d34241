//! The lessons that lie beside the page, as entries of the project's menu.

use crate::client::ask;
use crate::features::{editor, terminal};
use crate::interop::lazy;
use crate::store::{Pane, Store, use_store};
use crate::texts::t;
use crate::ui::{Done, Icon, Question, Questions, Shape};
use leptos::prelude::*;
use leptos::task::spawn_local;
use nuvola_lab::view::LessonMark;
use nuvola_lab::{Command, Reply};
use serde::Deserialize;

/// What `lessons/index.json` says of a lesson.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Entry {
    id: String,
    title: String,
    summary: String,
    #[serde(default)]
    minutes: u32,
    #[serde(default)]
    steps: u32,
}

#[derive(Clone)]
enum Loaded {
    Nothing,
    Lessons(Vec<Entry>),
    Failed(String),
}

/// How far the student came, in words.
fn mark_words(entry: &Entry, marks: &[LessonMark]) -> String {
    match marks.iter().find(|mark| mark.id == entry.id) {
        Some(mark) if mark.done >= mark.steps => t().lesson_finished.to_owned(),
        Some(mark) if mark.done > 0 => format!("{} {} {} {}", mark.done, t().of, mark.steps, t().steps),
        Some(_) | None => format!("{} {} · {} {}", entry.steps, t().steps, entry.minutes, t().minutes),
    }
}

/// The entries; they are fetched when the menu opens.
#[component]
pub fn LessonItems(
    /// The menu closes before the question comes.
    on_choose: Callback<()>,
) -> impl IntoView {
    let store = use_store();
    let questions = use_context::<Questions>().expect("the application provides the questions");
    let loaded = RwSignal::new(Loaded::Nothing);
    spawn_local(async move {
        let read = match lazy::text("lessons/index.json").await {
            Ok(text) => serde_json::from_str(&text).map_err(|error| error.to_string()),
            Err(text) => Err(text),
        };
        // The menu may be closed by now.
        let _ = loaded.try_set(match read {
            Ok(entries) => Loaded::Lessons(entries),
            Err(text) => Loaded::Failed(text),
        });
    });
    let item = move |entry: Entry| {
        let words = store.lessons.marks.with(|marks| mark_words(&entry, marks));
        let (title, summary) = (entry.title.clone(), entry.summary.clone());
        view! {
            <button
                type="button"
                role="menuitem"
                class="nv-menu-item"
                title=summary
                on:click=move |_| {
                    on_choose.run(());
                    ask_open(store, questions, &entry);
                }
            >
                <Icon shape=Shape::Plan />
                <span>
                    <strong>{title}</strong>
                    <small>{words}</small>
                </span>
            </button>
        }
    };
    move || match loaded.get() {
        Loaded::Nothing => view! { <p class="nv-menu-note">{t().loading}</p> }.into_any(),
        Loaded::Failed(text) => {
            view! { <p class="nv-menu-note" role="alert">{t().lessons_failed} " " {text}</p> }.into_any()
        }
        Loaded::Lessons(entries) => entries.into_iter().map(item).collect_view().into_any(),
    }
}

fn ask_open(store: Store, questions: Questions, entry: &Entry) {
    let id = entry.id.clone();
    questions.put(Question {
        title: format!("{} {}", t().open_project, entry.title),
        text: format!("{} {}", entry.summary, t().open_project_text),
        field: None,
        action: t().open.to_owned(),
        danger: true,
        done: Done::new(move |_| open(store, id.clone())),
    });
}

fn open(store: Store, id: String) {
    spawn_local(async move {
        match lazy::text(&format!("lessons/{id}.json")).await {
            Ok(lesson) => {
                terminal::forget_all_but_first(store);
                ask(Command::OpenLesson { lesson }, move |reply| {
                    store.show_refusal(&reply);
                    if !matches!(reply, Reply::Refused { .. }) {
                        store.pane.set(Pane::Files);
                        editor::reload_all(store);
                    }
                });
            }
            Err(text) => {
                store.show_refusal(&Reply::Refused { text: format!("{} {text}", t().lessons_failed) })
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_tells_how_far_the_student_came() {
        // Source: our own reasoning.
        let entry =
            Entry { id: "a".into(), title: String::new(), summary: String::new(), minutes: 20, steps: 4 };
        let mark = |done| vec![LessonMark { id: "a".into(), done, steps: 4 }];
        assert_eq!(mark_words(&entry, &[]), "4 steps · 20 minutes");
        assert_eq!(mark_words(&entry, &mark(0)), "4 steps · 20 minutes");
        assert_eq!(mark_words(&entry, &mark(3)), "3 of 4 steps");
        assert_eq!(mark_words(&entry, &mark(4)), t().lesson_finished);
    }
}
