//! Invoking a function: a test event, the answer, its log and figures.

use super::refresh;
use super::sections::log_class;
use crate::client::{ask, tell};
use crate::store::{Store, use_store};
use crate::texts::t;
use crate::ui::{Button, Done, Field, Look, Question, Questions, Shape};
use leptos::html;
use leptos::prelude::*;
use nuvola_lab::view::{InvocationView, Report};
use nuvola_lab::{Command, Reply};
use web_sys::KeyboardEvent;

#[component]
pub fn TestView(
    /// The function's name.
    function: String,
    /// Saved events: name and JSON text.
    events: Vec<(String, String)>,
) -> impl IntoView {
    let store = use_store();
    let questions = use_context::<Questions>().expect("the application provides the questions");
    let saved = RwSignal::new(events);
    let first =
        saved.with_untracked(|all| all.first().cloned()).unwrap_or_else(|| (String::new(), "{}".to_owned()));
    let name = RwSignal::new(first.0);
    let event = RwSignal::new(first.1);
    let running = RwSignal::new(false);
    let result = RwSignal::new(None::<InvocationView>);
    let bad_json = Memo::new(move |_| {
        event
            .with(|text| serde_json::from_str::<serde_json::Value>(text).err().map(|error| error.to_string()))
    });
    let invoke = {
        let function = function.clone();
        Callback::new(move |()| {
            if running.get_untracked() || bad_json.with_untracked(Option::is_some) {
                return;
            }
            running.set(true);
            let (function, event) = (function.clone(), event.get_untracked());
            ask(Command::Invoke { function, event }, move |reply| {
                running.set(false);
                match reply {
                    Reply::Invocation(invocation) => {
                        store.progress.update(|progress| progress.tested = true);
                        result.set(Some(invocation));
                        refresh(store);
                    }
                    other => store.show_refusal(&other),
                }
            });
        })
    };
    let save = {
        let function = function.clone();
        Callback::new(move |()| ask_name(store, questions, function.clone(), name, event, saved))
    };
    let choose = move |chosen| {
        let chosen = event_target_value(&chosen);
        if let Some((_, text)) =
            saved.with_untracked(|all| all.iter().find(|(name, _)| *name == chosen).cloned())
        {
            name.set(chosen);
            event.set(text);
        }
    };
    let key = move |pressed: KeyboardEvent| {
        if pressed.key() == "Enter" && (pressed.ctrl_key() || pressed.meta_key()) {
            pressed.prevent_default();
            invoke.run(());
        }
    };
    let label =
        Signal::derive(move || if running.get() { t().invoking.to_owned() } else { t().invoke.to_owned() });
    let disabled = Signal::derive(move || running.get() || bad_json.with(Option::is_some));
    view! {
        <section class="nv-section nv-test">
            <h3>{t().test}</h3>
            <div class="nv-test-bar">
                <select aria-label=t().saved_events on:change=choose prop:value=name>
                    {move || {
                        saved
                            .get()
                            .into_iter()
                            .map(|(option, _)| {
                                let is_chosen = option == name.get();
                                view! { <option selected=is_chosen value=option.clone()>{option.clone()}</option> }
                            })
                            .collect_view()
                    }}
                </select>
                <Button label=t().save_event look=Look::Quiet on_press=save />
                <span class="nv-spacer"></span>
                <Button label look=Look::Primary icon=Shape::Play hint=t().invoke_hint disabled on_press=invoke />
            </div>
            <textarea
                class="nv-code nv-event"
                aria-label=t().test_event
                aria-invalid=move || bad_json.with(Option::is_some).to_string()
                spellcheck="false"
                rows="5"
                prop:value=event
                on:input=move |input| event.set(event_target_value(&input))
                on:keydown=key
            ></textarea>
            {move || bad_json.get().map(|error| view! { <p class="nv-field-error" role="alert">{t().not_json} " " {error}</p> })}
            <div aria-live="polite">
                {move || result.get().map(|result| view! { <InvocationResult result /> })}
            </div>
        </section>
    }
}

fn ask_name(
    store: Store,
    questions: Questions,
    function: String,
    name: RwSignal<String>,
    event: RwSignal<String>,
    saved: RwSignal<Vec<(String, String)>>,
) {
    questions.put(Question {
        title: t().save_event.to_owned(),
        text: t().save_event_text.to_owned(),
        field: Some(Field { label: t().name.to_owned(), value: name.get_untracked() }),
        action: t().save.to_owned(),
        danger: false,
        done: Done::new(move |chosen: String| {
            let text = event.get_untracked();
            saved.update(|all| {
                all.retain(|(other, _)| *other != chosen);
                all.push((chosen.clone(), text.clone()));
            });
            name.set(chosen.clone());
            tell(store, Command::SaveTestEvent { function: function.clone(), name: chosen, event: text });
        }),
    });
}

#[component]
fn InvocationResult(result: InvocationView) -> impl IntoView {
    let InvocationView { payload, error, log, report, status, .. } = result;
    let failed = error.is_some();
    let headline = match &error {
        Some(error) => format!("{} · {error}", t().invocation_failed),
        None => t().invocation_done.to_owned(),
    };
    let lines =
        log.lines().map(|line| view! { <li class=log_class(line)>{line.to_owned()}</li> }).collect_view();
    let element = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(element) = element.get() {
            element.scroll_into_view_with_bool(true);
        }
    });
    view! {
        <div node_ref=element class="nv-result" class:nv-bad=failed>
            <p class="nv-result-head">
                <strong>{headline}</strong>
                <span class="nv-chip">{format!("{} {status}", t().status)}</span>
                {report.as_ref().map(|report| temperature(report.init_duration_ms.is_some()))}
            </p>
            {report.map(figures)}
            <h4>{t().payload}</h4>
            <pre class="nv-code" tabindex="0">{payload}</pre>
            <h4>{t().log}</h4>
            <ol class="nv-logs">{lines}</ol>
        </div>
    }
}

fn temperature(cold: bool) -> AnyView {
    let (class, word) =
        if cold { ("nv-chip nv-cold", t().cold_start) } else { ("nv-chip nv-warm", t().warm_start) };
    view! { <span class=class>{word}</span> }.into_any()
}

/// The REPORT line's figures, one by one.
fn figures(report: Report) -> AnyView {
    let ms = |value: f64| format!("{value} ms");
    let mut all = vec![
        (t().duration, ms(report.duration_ms)),
        (t().billed_duration, ms(report.billed_duration_ms)),
        (t().memory_size, format!("{} MB", report.memory_size_mb)),
        (t().memory_used, format!("{} MB", report.max_memory_used_mb)),
    ];
    all.extend(report.init_duration_ms.map(|init| (t().init_duration, ms(init))));
    let figure = |(label, value): (&'static str, String)| {
        view! {
            <div class="nv-figure">
                <dt>{label}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    view! { <dl class="nv-figures">{all.into_iter().map(figure).collect_view()}</dl> }.into_any()
}
