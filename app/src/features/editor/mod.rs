//! The code editor: tabs, saving, checking as one types.

mod checks;
mod saving;

use crate::client::ask;
use crate::interop::{browser, editor as monaco};
use crate::store::{OpenFile, Pane, Store, ToastKind, use_store};
use crate::texts::t;
use crate::ui::{Icon, IconButton, Shape, tabs};
use leptos::html;
use leptos::prelude::*;
use nuvola_kernel::Blob;
use nuvola_lab::view::{Problem, Severity};
use nuvola_lab::{Command, Reply};
use std::cell::RefCell;
use wasm_bindgen_futures::spawn_local;

pub use saving::{save_all, set_dark};

/// Files that a new project shows at once, as far as it has them.
const FIRST_FILES: &[&str] = &["main.tf", "lambda_function.py", "index.mjs"];

/// A text that waits for the editor to load.
struct Text {
    path: String,
    text: String,
    read_only: bool,
}

#[derive(Default)]
struct Loaded {
    editor: Option<monaco::Editor>,
    waiting: Vec<Text>,
}

thread_local! {
    static EDITOR: RefCell<Loaded> = RefCell::default();
}

fn with_editor<T>(act: impl FnOnce(&monaco::Editor) -> T) -> Option<T> {
    let editor = EDITOR.with_borrow(|loaded| loaded.editor.clone());
    editor.as_ref().map(act)
}

fn set_text(path: &str, text: &str, read_only: bool) {
    if with_editor(|editor| editor.set_text(path, text, read_only)).is_none() {
        let text = Text { path: path.to_owned(), text: text.to_owned(), read_only };
        EDITOR.with_borrow_mut(|loaded| {
            loaded.waiting.retain(|other| other.path != text.path);
            loaded.waiting.push(text);
        });
    }
}

/// Opens a file in a tab and shows it.
pub fn open(store: Store, path: &str) {
    open_with(store, path, |store, path| {
        show(store, path, true);
        store.pane.set(Pane::Code);
    });
}

/// Opens a file at a line.
pub fn open_at(store: Store, problem: &Problem) {
    let (line, column) = (problem.start_line, problem.start_column);
    open_with(store, &problem.path, move |store, path| {
        show(store, path, true);
        with_editor(|editor| editor.reveal(line, column));
    });
}

fn open_with(store: Store, path: &str, then: impl FnOnce(Store, &str) + 'static) {
    if store.open_files.with_untracked(|all| all.iter().any(|file| file.path == path)) {
        return then(store, path);
    }
    let generated =
        store.files.with_untracked(|all| all.iter().any(|file| file.path == path && file.generated));
    ask(Command::ReadFile { path: path.to_owned() }, move |reply| match reply {
        Reply::File { path, content } => {
            let Some(text) = content.as_text() else {
                return store.toast(ToastKind::Info, &path, t().binary_file);
            };
            set_text(&path, text, generated);
            let file = OpenFile { path: path.clone(), unsaved: false, read_only: generated };
            store.open_files.update(|all| {
                if all.iter().all(|other| other.path != file.path) {
                    all.push(file);
                }
            });
            then(store, &path);
            checks::mark_all(store);
        }
        other => store.show_refusal(&other),
    });
}

fn show(store: Store, path: &str, focus: bool) {
    store.shown_file.set(Some(path.to_owned()));
    with_editor(|editor| editor.show(path, focus));
}

pub fn close(store: Store, path: &str) {
    saving::save(store, path);
    with_editor(|editor| editor.close(path));
    let next = store.open_files.try_update(|all| {
        let at = all.iter().position(|file| file.path == path)?;
        all.remove(at);
        all.get(at.min(all.len().saturating_sub(1))).map(|file| file.path.clone())
    });
    if store.shown_file.get_untracked().as_deref() == Some(path) {
        store.shown_file.set(None);
        if let Some(next) = next.flatten() {
            show(store, &next, false);
        }
    }
}

/// The lab's list of files changed: tabs of files that are gone close, a project's first files open.
pub fn on_files(store: Store) {
    let gone: Vec<String> = store.open_files.with_untracked(|open| {
        store.files.with_untracked(|files| {
            let is_gone = |path: &str| files.iter().all(|file| file.path != path);
            open.iter().filter(|file| is_gone(&file.path)).map(|file| file.path.clone()).collect()
        })
    });
    for path in gone {
        store.open_files.update(|all| {
            all.iter_mut().filter(|file| file.path == path).for_each(|file| file.unsaved = false)
        });
        close(store, &path);
    }
    if store.open_files.with_untracked(Vec::is_empty) && store.shown_file.with_untracked(Option::is_none) {
        open_first_files(store);
    }
    checks::schedule(store);
}

fn open_first_files(store: Store) {
    let firsts: Vec<String> = store.files.with_untracked(|files| {
        let has = |path: &&&str| files.iter().any(|file| file.path == **path);
        FIRST_FILES.iter().filter(has).map(|path| (*path).to_owned()).collect()
    });
    for (index, path) in firsts.into_iter().enumerate() {
        open_with(store, &path, move |store, path| {
            if index == 0 {
                show(store, path, false);
            }
        });
    }
}

/// A file was changed by something else than this editor.
pub fn on_file_changed(store: Store, path: &str, content: &Blob) {
    let open = store.open_files.with_untracked(|all| all.iter().find(|file| file.path == path).cloned());
    let (Some(open), Some(text)) = (open, content.as_text()) else { return };
    if !open.unsaved {
        set_text(path, text, open.read_only);
    }
}

/// All files were replaced: open tabs show the new texts.
pub fn reload_all(store: Store) {
    let paths: Vec<String> =
        store.open_files.with_untracked(|all| all.iter().map(|file| file.path.clone()).collect());
    for path in paths {
        ask(Command::ReadFile { path }, move |reply| {
            if let Reply::File { path, content } = reply {
                store.open_files.update(|all| {
                    all.iter_mut().filter(|file| file.path == path).for_each(|file| file.unsaved = false);
                });
                on_file_changed(store, &path, &content);
            }
        });
    }
}

#[component]
pub fn EditorPane() -> impl IntoView {
    let store = use_store();
    let element = NodeRef::<html::Div>::new();
    let failed = RwSignal::new(false);
    let ready = RwSignal::new(false);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        spawn_local(async move {
            let dark = store.preferences.with_untracked(|all| all.is_dark());
            let on_change = move |path: String| saving::on_typed(store, &path);
            let on_save = move |path: String| saving::save_formatted(store, &path);
            match monaco::create(&element, dark, on_change, on_save).await {
                Ok(editor) => {
                    take_over(store, editor);
                    ready.set(true);
                }
                Err(_) => failed.set(true),
            }
        });
    });
    let nothing_open = move || store.open_files.with(Vec::is_empty);
    view! {
        <section class="nv-editor" aria-label=t().editor>
            <EditorTabs />
            <div class="nv-editor-body">
                <div node_ref=element class="nv-editor-monaco" aria-label=t().editor class:nv-hidden=nothing_open></div>
                <Show when=nothing_open>
                    <p class="nv-empty">{t().no_file_open}</p>
                </Show>
                <Show when=move || !ready.get() && !failed.get()>
                    <p class="nv-editor-loading">{t().editor_loading}</p>
                </Show>
                <Show when=move || failed.get()>
                    <p class="nv-empty">{t().editor_failed}</p>
                </Show>
            </div>
            <StatusLine />
        </section>
    }
}

/// The editor has loaded: it gets the texts that waited for it.
fn take_over(store: Store, editor: monaco::Editor) {
    let waiting = EDITOR.with_borrow_mut(|loaded| std::mem::take(&mut loaded.waiting));
    for Text { path, text, read_only } in waiting {
        editor.set_text(&path, &text, read_only);
    }
    if let Some(path) = store.shown_file.get_untracked() {
        editor.show(&path, false);
    }
    editor.set_dark(store.preferences.with_untracked(|all| all.is_dark()));
    EDITOR.with_borrow_mut(|loaded| loaded.editor = Some(editor));
    checks::mark_all(store);
}

#[component]
fn EditorTabs() -> impl IntoView {
    let store = use_store();
    let tab = move |file: OpenFile| {
        let path = file.path;
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        let state = {
            let path = path.clone();
            Memo::new(move |_| {
                store
                    .open_files
                    .with(|all| all.iter().find(|file| file.path == path).map(|file| file.unsaved))
            })
        };
        let is_shown = {
            let path = path.clone();
            Memo::new(move |_| store.shown_file.with(|shown| shown.as_ref() == Some(&path)))
        };
        let unsaved = move || state.get() == Some(true);
        let label = {
            let path = path.clone();
            move || if unsaved() { format!("{path}, {}", t().unsaved) } else { path.clone() }
        };
        let close_label = format!("{} {name}", t().close);
        let (opened, closed) = (path.clone(), path.clone());
        view! {
            <div class="nv-tab" class:nv-shown=is_shown title=path.clone()>
                <button
                    type="button"
                    role="tab"
                    aria-selected=move || is_shown.get().to_string()
                    aria-label=label
                    tabindex=move || if is_shown.get() { "0" } else { "-1" }
                    on:click=move |_| show(store, &opened, false)
                >
                    {name}
                    <span class="nv-unsaved" class:nv-hidden=move || !unsaved()></span>
                </button>
                <IconButton label=close_label icon=Shape::Close on_press=Callback::new(move |()| close(store, &closed)) />
            </div>
        }
    };
    view! {
        <div class="nv-tabs" role="tablist" aria-label=t().open_files on:keydown=|event| tabs::on_key(&event)>
            <For each=move || store.open_files.get() key=|file| file.path.clone() children=tab />
        </div>
    }
}

/// Below the code: how many problems there are, and whether the text is saved.
#[component]
fn StatusLine() -> impl IntoView {
    let store = use_store();
    let errors = Memo::new(move |_| {
        store.problems.with(|all| all.iter().filter(|problem| problem.severity == Severity::Error).count())
    });
    let total = Memo::new(move |_| store.problems.with(Vec::len));
    let words = move || match (errors.get(), total.get()) {
        (_, 0) => t().no_problems.to_owned(),
        (_, 1) => {
            store.problems.with(|all| all.first().map(|problem| problem.summary.clone()).unwrap_or_default())
        }
        (_, total) => format!("{total} {}", t().problems),
    };
    let has_errors = move || errors.get() != 0;
    let nothing = move || total.get() == 0;
    let go = move |_| {
        if let Some(problem) = store.problems.with_untracked(|all| all.first().cloned()) {
            open_at(store, &problem);
        }
    };
    let unsaved = Memo::new(move |_| store.open_files.with(|all| all.iter().any(|file| file.unsaved)));
    view! {
        <div class="nv-status">
            <button type="button" class="nv-status-problems" class:nv-bad=has_errors disabled=nothing on:click=go>
                {move || {
                    let shape = if total.get() == 0 { Shape::Check } else { Shape::Warning };
                    view! { <Icon shape /> }
                }}
                <span aria-live="polite">{words}</span>
            </button>
            <span class="nv-status-saved">{move || if unsaved.get() { t().unsaved } else { t().saved }}</span>
        </div>
    }
}

/// Writes a new or replaced file and opens it.
pub fn create(store: Store, path: String, content: Blob, opens: bool) {
    let written = path.clone();
    ask(Command::WriteFile { path, content }, move |reply| match reply {
        Reply::Done if opens => browser::after(0, move || open(store, &written)),
        Reply::Done => reload_all(store),
        other => store.show_refusal(&other),
    });
}
