//! One step: prose, a question, checks with their hints, and the way out.

use super::prose;
use super::solution::SolutionPart;
use crate::client::{ask, tell};
use crate::features::editor;
use crate::store::use_store;
use crate::texts::t;
use crate::ui::{Button, Icon, Look, Shape};
use leptos::prelude::*;
use nuvola_lab::Command;
use nuvola_lab::view::{CheckOutcome, CheckView, LessonStep, Prediction, StepState};

#[component]
pub fn StepView(index: usize) -> impl IntoView {
    let store = use_store();
    let step =
        Memo::new(move |_| store.lessons.open.with(|lesson| lesson.as_ref()?.steps.get(index).cloned()));
    let part = move |read: fn(&LessonStep) -> bool| {
        Memo::new(move |_| step.with(|step| step.as_ref().is_some_and(read)))
    };
    let text =
        Memo::new(move |_| step.with(|step| step.as_ref().map(|step| step.text.clone()).unwrap_or_default()));
    let prediction =
        Memo::new(move |_| step.with(|step| step.as_ref().and_then(|step| step.prediction.clone())));
    let checks = Memo::new(move |_| {
        step.with(|step| step.as_ref().map(|step| step.checks.clone()).unwrap_or_default())
    });
    let hints = Memo::new(move |_| {
        step.with(|step| step.as_ref().map(|step| step.hints.clone()).unwrap_or_default())
    });
    let has_checks = Memo::new(move |_| checks.with(|checks| !checks.is_empty()));
    let more_hints = part(|step| step.more_hints);
    let has_solution = part(|step| step.has_solution);
    let is_done = part(|step| step.state == StepState::Done);
    let unanswered = Memo::new(move |_| {
        prediction.with(|found| found.as_ref().is_some_and(|found| found.answer.is_none()))
    });
    let checking = Memo::new(move |_| {
        store.lessons.open.with(|lesson| lesson.as_ref().is_some_and(|lesson| lesson.checking == Some(index)))
    });
    let is_last = Memo::new(move |_| {
        store.lessons.open.with(|lesson| lesson.as_ref().is_none_or(|lesson| lesson.steps.len() == index + 1))
    });
    let check = Callback::new(move |()| {
        editor::save_all(store);
        ask(Command::LessonCheck { step: index, automatic: false }, move |reply| store.show_refusal(&reply));
    });
    let check_label =
        Signal::derive(move || if checking.get() { t().checking.to_owned() } else { t().check.to_owned() });
    let cannot_check = Signal::derive(move || checking.get() || unanswered.get());
    let hint = Callback::new(move |()| tell(store, Command::LessonHint { step: index }));
    let next = Callback::new(move |()| store.lessons.shown.set(Some(index + 1)));
    view! {
        <div class="nv-lesson-prose">{move || prose::draw(&text.get())}</div>
        {move || prediction.get().map(|prediction| view! { <PredictionPart index prediction /> })}
        <Show when=move || has_checks.get()>
            <ul class="nv-lesson-checks" aria-live="polite" aria-label=t().checks>
                {move || checks.get().into_iter().map(check_view).collect_view()}
            </ul>
        </Show>
        <div class="nv-lesson-actions">
            <Show when=move || has_checks.get()>
                <Button label=check_label look=Look::Primary icon=Shape::Check disabled=cannot_check on_press=check />
            </Show>
            <Show when=move || more_hints.get()>
                <Button label=t().show_hint look=Look::Quiet icon=Shape::Info on_press=hint />
            </Show>
        </div>
        <Show when=move || hints.with(|hints| !hints.is_empty())>
            <ol class="nv-lesson-hints" aria-live="polite" aria-label=t().hints>
                {move || hints.get().iter().map(|hint| view! { <li>{prose::line(hint)}</li> }).collect_view()}
            </ol>
        </Show>
        <Show when=move || has_solution.get()>
            <SolutionPart index />
        </Show>
        <Show when=move || is_done.get() && !is_last.get()>
            <div class="nv-lesson-actions">
                <Button label=t().next_step look=Look::Primary icon=Shape::Forward on_press=next />
            </div>
        </Show>
    }
}

fn check_view(check: CheckView) -> AnyView {
    let CheckView { title, outcome, hint } = check;
    let (class, shape, said) = match outcome {
        CheckOutcome::Open => ("nv-lesson-check", Shape::Minus, t().check_open),
        CheckOutcome::Passed => ("nv-lesson-check nv-good", Shape::Check, t().check_passed),
        CheckOutcome::Failed => ("nv-lesson-check nv-bad", Shape::Cross, t().check_failed),
    };
    view! {
        <li class=class>
            <Icon shape />
            <div>
                <span>{title}</span>
                <span class="nv-sr">{said}</span>
                {(!hint.is_empty()).then(|| view! { <p class="nv-lesson-why">{prose::line(&hint)}</p> })}
            </div>
        </li>
    }
    .into_any()
}

/// The student chooses, commits, and then sees what is right.
#[component]
fn PredictionPart(index: usize, prediction: Prediction) -> impl IntoView {
    let store = use_store();
    let Prediction { question, options, answer } = prediction;
    let chosen = RwSignal::new(answer.as_ref().map(|answer| answer.chosen));
    let is_open = answer.is_none();
    let commit = Callback::new(move |()| {
        if let Some(option) = chosen.get_untracked() {
            tell(store, Command::LessonPredict { step: index, option });
        }
    });
    let option = move |(number, text): (usize, String)| {
        view! {
            <label class="nv-lesson-option">
                <input
                    type="radio"
                    name=format!("nv-prediction-{index}")
                    disabled=!is_open
                    prop:checked=move || chosen.get() == Some(number)
                    on:change=move |_| chosen.set(Some(number))
                />
                <span>{prose::line(&text)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="nv-lesson-prediction">
            <legend>{prose::line(&question)}</legend>
            {options.into_iter().enumerate().map(option).collect_view()}
            {is_open
                .then(|| {
                    let disabled = Signal::derive(move || chosen.with(Option::is_none));
                    view! { <Button label=t().commit look=Look::Plain disabled on_press=commit /> }
                })}
            <div aria-live="polite">
                {answer
                    .map(|answer| {
                        let word = if answer.right { t().answer_right } else { t().answer_wrong };
                        view! {
                            <p class="nv-lesson-reply" class:nv-good=answer.right class:nv-bad=!answer.right>
                                <strong>{word}</strong>
                                " "
                                {prose::line(&answer.reply)}
                            </p>
                        }
                    })}
            </div>
        </fieldset>
    }
}
