//! A form of a screen: what is typed stays here until it is sent.

use super::{Sent, act};
use crate::interop::downloads;
use crate::store::use_store;
use crate::texts::t;
use crate::ui::{Button, Icon, Look, Shape, prose};
use leptos::html;
use leptos::prelude::*;
use nuvola_kernel::Blob;
use nuvola_lab::screen::{Field, FieldKind, Form};
use web_sys::{DragEvent, FileList, SubmitEvent};

/// What a field holds while it is being filled in.
#[derive(Clone)]
struct Filled {
    name: String,
    value: RwSignal<String>,
}

#[component]
pub fn FormView(form: Form) -> impl IntoView {
    let store = use_store();
    let Form { verb, title, submit, fields, folded } = form;
    let files = RwSignal::new(Vec::<(String, Blob)>::new());
    let filled: Vec<Filled> = fields
        .iter()
        .filter(|field| field.kind != FieldKind::Files)
        .map(|field| Filled { name: field.name.clone(), value: RwSignal::new(field.value.clone()) })
        .collect();
    // Why it was refused stays beside the form until it is sent again and taken.
    let refusal = RwSignal::new(None::<String>);
    let done = Callback::new(move |refused: Option<String>| {
        if refused.is_none() {
            files.set(Vec::new());
        }
        refusal.set(refused);
    });
    let send = {
        let filled = filled.clone();
        Callback::new(move |()| {
            let values =
                filled.iter().map(|field| (field.name.clone(), field.value.get_untracked())).collect();
            let sent = Sent { verb: verb.clone(), values, files: files.get_untracked() };
            act(store, sent, done);
        })
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    let drawn = fields.into_iter().map(|field| {
        let signal = filled.iter().find(|other| other.name == field.name).map(|filled| filled.value);
        field_view(field, signal, files)
    });
    let inner = view! {
        <form class="nv-form" on:submit=on_submit>
            {drawn.collect_view()}
            <div class="nv-form-end">
                {move || refusal.get().map(refusal_view)}
                <button type="submit" class="nv-button nv-button-primary" disabled=move || store.console.busy.get()>
                    {submit}
                </button>
            </div>
        </form>
    };
    if folded {
        view! {
            <details class="nv-fold">
                <summary>{title}</summary>
                {inner}
            </details>
        }
        .into_any()
    } else {
        view! {
            <section class="nv-section">
                <h3>{title}</h3>
                {inner}
            </section>
        }
        .into_any()
    }
}

fn refusal_view(text: String) -> impl IntoView {
    view! {
        <p class="nv-note nv-note-warning" role="alert">
            <Icon shape=Shape::Warning />
            <span>
                <strong>{t().refused}</strong>
                " "
                {text}
            </span>
        </p>
    }
}

fn field_view(
    field: Field,
    value: Option<RwSignal<String>>,
    files: RwSignal<Vec<(String, Blob)>>,
) -> AnyView {
    let Field { name: _, label, kind, value: _, hint } = field;
    let Some(value) = value else { return files_view(label, hint, files) };
    let input = move |event| value.set(event_target_value(&event));
    let control = match kind {
        FieldKind::Text | FieldKind::Files => {
            view! { <input type="text" autocomplete="off" spellcheck="false" prop:value=value on:input=input /> }
                .into_any()
        }
        FieldKind::Number => {
            view! { <input type="number" step="any" prop:value=value on:input=input /> }.into_any()
        }
        FieldKind::Area => {
            let rows = value.with_untracked(|text| text.lines().count().clamp(3, 16)).to_string();
            view! { <textarea class="nv-code" rows=rows spellcheck="false" prop:value=value on:input=input></textarea> }
                .into_any()
        }
        FieldKind::Choice { options } => {
            let option = move |(option, label): (String, String)| {
                let selected = value.with_untracked(|value| *value == option);
                view! { <option value=option selected=selected>{label}</option> }
            };
            view! { <select prop:value=value on:change=input>{options.into_iter().map(option).collect_view()}</select> }
                .into_any()
        }
    };
    view! {
        <label class="nv-field">
            <span>{label}</span>
            {control}
            {(!hint.is_empty()).then(|| view! { <small class="nv-quiet">{prose(&hint)}</small> })}
        </label>
    }
    .into_any()
}

fn files_view(label: String, hint: String, files: RwSignal<Vec<(String, Blob)>>) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let take = move |list: &FileList| {
        downloads::read_files(list, move |name, content| files.update(|all| all.push((name, content))));
    };
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(list) = event.data_transfer().and_then(|data| data.files()) {
            take(&list);
        }
    };
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(list) = input.files() {
            take(&list);
        }
        input.set_value("");
    };
    let choose = Callback::new(move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    });
    let names =
        move || files.with(|all| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>().join(", "));
    view! {
        <div
            class="nv-drop"
            class:nv-drop-target=over
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=on_drop
        >
            <input node_ref=input type="file" multiple=true hidden=true aria-label=label.clone() on:change=chosen />
            <Button label=t().choose_files look=Look::Plain icon=Shape::Upload on_press=choose />
            <span class="nv-quiet" aria-live="polite">
                {move || if files.with(Vec::is_empty) { hint.clone() } else { names() }}
            </span>
        </div>
    }
    .into_any()
}
