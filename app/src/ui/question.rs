//! A question in a dialog: a confirmation, or one text to enter.

use super::button::{Button, Look};
use crate::texts::t;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

#[derive(Clone)]
pub struct Question {
    pub title: String,
    pub text: String,
    pub field: Option<Field>,
    /// The word on the button that goes ahead.
    pub action: String,
    pub danger: bool,
    /// Gets the field's text.
    pub done: Done,
}

/// What happens when the question is answered. A `Callback` would end with the menu or row that asked,
/// and those are often gone by then.
#[derive(Clone)]
pub struct Done(Arc<dyn Fn(String) + Send + Sync>);

impl Done {
    pub fn new(action: impl Fn(String) + Send + Sync + 'static) -> Self {
        Done(Arc::new(action))
    }

    fn run(&self, text: String) {
        (self.0)(text);
    }
}

#[derive(Clone)]
pub struct Field {
    pub label: String,
    pub value: String,
}

/// Where any part of the page puts its question.
#[derive(Clone, Copy)]
pub struct Questions(RwSignal<Option<Question>>);

impl Questions {
    pub fn new() -> Self {
        Questions(RwSignal::new(None))
    }

    pub fn put(&self, question: Question) {
        self.0.set(Some(question));
    }
}

#[component]
pub fn QuestionDialog(questions: Questions) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let input = NodeRef::<html::Input>::new();
    let open = questions.0;
    Effect::new(move |_| {
        let Some(element) = dialog.get() else { return };
        if open.with(Option::is_some) && !element.open() {
            let _ = element.show_modal();
            if let Some(input) = input.get_untracked() {
                input.select();
            }
        }
    });
    let close = Callback::new(move |()| {
        if let Some(element) = dialog.get_untracked() {
            element.close();
        }
    });
    let go = Callback::new(move |()| {
        let Some(question) = open.get_untracked() else { return };
        let value = input.get_untracked().map(|input| input.value().trim().to_owned()).unwrap_or_default();
        if question.field.is_some() && value.is_empty() {
            return;
        }
        close.run(());
        question.done.run(value);
    });
    view! {
        <dialog node_ref=dialog class="nv-dialog" aria-labelledby="nv-question-title" on:close=move |_| open.set(None)>
            {move || {
                open.get()
                    .map(|question| {
                        let look = if question.danger { Look::Danger } else { Look::Primary };
                        view! {
                            <form
                                method="dialog"
                                on:submit=move |event| {
                                    event.prevent_default();
                                    go.run(());
                                }
                            >
                                <h2 id="nv-question-title">{question.title}</h2>
                                <p>{question.text}</p>
                                {question
                                    .field
                                    .map(|field| {
                                        view! {
                                            <label class="nv-field">
                                                <span>{field.label}</span>
                                                <input
                                                    node_ref=input
                                                    value=field.value
                                                    autofocus=true
                                                    spellcheck="false"
                                                    autocomplete="off"
                                                />
                                            </label>
                                        }
                                    })}
                                <div class="nv-dialog-actions">
                                    <Button label=t().cancel look=Look::Plain on_press=close />
                                    <Button label=question.action look=look on_press=go />
                                </div>
                            </form>
                        }
                    })
            }}
        </dialog>
    }
}
