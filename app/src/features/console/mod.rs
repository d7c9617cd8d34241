//! Consoles of the services: screens that the lab words, drawn with one small set of components.

mod blocks;
mod drawing;
mod form;

use crate::client::ask;
use crate::interop::{browser, downloads};
use crate::store::{Dock, Pane, Store, ToastKind, use_store};
use crate::texts::t;
use crate::ui::{Done, IconButton, Question, Questions, Shape};
use leptos::prelude::*;
use nuvola_kernel::Blob;
use nuvola_lab::screen::{Acted, Action, Crumb, Path, Screen};
use nuvola_lab::{Command, Reply};

/// Changes that follow one another quickly lead to one look. **Units**: milliseconds.
const PAUSE_MS: u32 = 200;
/// How often a screen that changes with time alone is looked at again. **Units**: milliseconds.
const LIVE_MS: u32 = 1_500;

/// What the console shows; the store holds one.
#[derive(Clone, Copy)]
pub struct Console {
    /// The screen that is wanted; nothing while the map is shown.
    pub path: RwSignal<Option<Path>>,
    screen: RwSignal<Option<Screen>>,
    /// Why there is no screen.
    failure: RwSignal<Option<String>>,
    /// What the last action led to.
    acted: RwSignal<Option<Acted>>,
    busy: RwSignal<bool>,
}

impl Console {
    pub fn new() -> Self {
        Console {
            path: RwSignal::new(None),
            screen: RwSignal::new(None),
            failure: RwSignal::new(None),
            acted: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Shows a screen in place of the map.
    pub fn open(&self, path: Path) {
        self.acted.set(None);
        self.path.set(Some(path));
    }
}

/// Asks for the screen anew.
fn refresh(console: Console) {
    let Some(path) = console.path.get_untracked() else { return };
    ask(Command::Console { path: path.clone() }, move |reply| {
        if console.path.get_untracked().as_ref() != Some(&path) {
            return;
        }
        match reply {
            Reply::Screen(screen) => {
                console.failure.set(None);
                if console.screen.with_untracked(|shown| shown.as_ref() != Some(&screen)) {
                    console.screen.set(Some(screen));
                }
            }
            Reply::Refused { text } => {
                console.failure.set(Some(text));
                console.screen.set(None);
            }
            _ => {}
        }
    });
}

/// Keeps the shown screen fresh: after each change of the path, the cloud, and time where it matters.
pub fn follow(store: Store) {
    let console = store.console;
    let waiting = RwSignal::new(false);
    let soon = move || {
        if !waiting.get_untracked() {
            waiting.set(true);
            browser::after(PAUSE_MS, move || {
                waiting.set(false);
                refresh(console);
            });
        }
    };
    Effect::new(move |_| {
        console.path.track();
        console.screen.set(None);
        console.failure.set(None);
        refresh(console);
    });
    Effect::new(move |_| {
        let newest = store.activity.with(|all| all.front().map(|entry| entry.id));
        if newest.is_some() && console.path.with_untracked(Option::is_some) {
            soon();
        }
    });
    tick(console);
}

fn tick(console: Console) {
    browser::after(LIVE_MS, move || {
        if console.screen.with_untracked(|screen| screen.as_ref().is_some_and(|screen| screen.live)) {
            refresh(console);
        }
        tick(console);
    });
}

/// What a form or a button sends.
struct Sent {
    verb: String,
    values: Vec<(String, String)>,
    files: Vec<(String, Blob)>,
}

/// Sends a verb with its values; what comes of it is shown above the screen. `done` hears why it was refused, or
/// nothing where it was not.
fn act(store: Store, sent: Sent, done: Callback<Option<String>>) {
    let console = store.console;
    let Some(path) = console.path.get_untracked() else { return };
    let Sent { verb, values, files } = sent;
    console.busy.set(true);
    ask(Command::ConsoleAct { path, verb, values, files }, move |reply| {
        console.busy.set(false);
        match reply {
            Reply::Refused { text } => done.run(Some(text)),
            Reply::Acted(mut acted) => {
                done.run(None);
                if let Some((name, content)) = acted.file.take() {
                    downloads::download(&name, &content);
                }
                if !acted.text.is_empty() {
                    store.toast(ToastKind::Info, &acted.text, "");
                }
                if let Some(terminal) = acted.terminal {
                    store.show_dock(Dock::Terminal(terminal));
                }
                let go = acted.go.take();
                console.acted.set((!acted.blocks.is_empty()).then_some(acted));
                match go.filter(|path| console.path.get_untracked().as_ref() != Some(path)) {
                    Some(path) => console.path.set(Some(path)),
                    None => refresh(console),
                }
            }
            _ => {}
        }
    });
}

/// Does what a button says, after a question where it destroys something.
fn press(store: Store, questions: Questions, action: Action) {
    let Action { verb, label, confirm, values } = action;
    // A button has no room for a refusal beside it: a notice tells it.
    let done = Callback::new(move |refusal: Option<String>| {
        if let Some(text) = refusal {
            store.show_refusal(&Reply::Refused { text });
        }
    });
    let send =
        move || act(store, Sent { verb: verb.clone(), values: values.clone(), files: Vec::new() }, done);
    let Some(text) = confirm else { return send() };
    questions.put(Question {
        title: label.clone(),
        text,
        field: None,
        action: label,
        danger: true,
        done: Done::new(move |_| send()),
    });
}

/// Map or console: the two sides of the pane beside the code.
#[component]
pub fn SideTabs() -> impl IntoView {
    let store = use_store();
    let in_console = Memo::new(move |_| store.console.path.with(Option::is_some));
    let tab = move |console: bool, label: &'static str| {
        let shown = move || in_console.get() == console;
        let go = move |_| {
            if console {
                store.console.open(Path::new());
            } else {
                store.console.path.set(None);
            }
        };
        view! {
            <button
                type="button"
                role="tab"
                class:nv-shown=shown
                aria-selected=move || shown().to_string()
                tabindex=move || if shown() { "0" } else { "-1" }
                on:click=go
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="nv-side-tabs" role="tablist" aria-label=t().map_or_console on:keydown=|event| crate::ui::tabs::on_key(&event)>
            {tab(false, t().map)}
            {tab(true, t().console)}
        </div>
    }
}

#[component]
pub fn ConsolePane() -> impl IntoView {
    let store = use_store();
    let console = store.console;
    let reload = Callback::new(move |()| refresh(console));
    let title = move || console.screen.with(|screen| screen.as_ref().map(|screen| screen.title.clone()));
    let crumbs = Memo::new(move |_| {
        console.screen.with(|screen| screen.as_ref().map(|screen| screen.crumbs.clone()).unwrap_or_default())
    });
    let tabs = Memo::new(move |_| {
        console.screen.with(|screen| screen.as_ref().map(|screen| screen.tabs.clone()).unwrap_or_default())
    });
    let shown = Memo::new(move |_| {
        let numbered = |screen: &Screen| {
            let blocks = screen.blocks.iter().cloned().enumerate();
            blocks.map(|(index, block)| (blocks::key(&screen.path, index, &block), block)).collect()
        };
        console.screen.with(|screen| screen.as_ref().map(numbered)).unwrap_or_else(Vec::new)
    });
    let results = move || {
        console.acted.get().map(|acted| {
            let close = Callback::new(move |()| console.acted.set(None));
            view! {
                <section class="nv-console-result" aria-label=t().result>
                    <IconButton label=t().dismiss icon=Shape::Close on_press=close />
                    {acted.blocks.into_iter().map(|block| view! { <blocks::BlockView block /> }).collect_view()}
                </section>
            }
        })
    };
    view! {
        <section class="nv-console" aria-label=t().console aria-busy=move || console.busy.get().to_string()>
            <header class="nv-pane-head">
                <SideTabs />
                <span class="nv-spacer"></span>
                <IconButton label=t().refresh icon=Shape::Reload on_press=reload />
            </header>
            <div class="nv-console-body nv-scroll">
                <nav class="nv-crumbs" aria-label=t().breadcrumbs>
                    <ol>{move || crumbs.get().into_iter().map(|crumb| crumb_view(store, crumb)).collect_view()}</ol>
                </nav>
                {move || title().map(|title| view! { <h2 class="nv-console-title">{title}</h2> })}
                <Show when=move || tabs.with(|tabs| !tabs.is_empty())>
                    <div class="nv-console-tabs">
                        {move || tabs.get().into_iter().map(|tab| tab_view(store, tab)).collect_view()}
                    </div>
                </Show>
                <div aria-live="polite">{results}</div>
                {move || console.failure.get().map(|text| view! { <p class="nv-empty" role="alert">{text}</p> })}
                <Show when=move || console.screen.with(Option::is_none) && console.failure.with(Option::is_none)>
                    <p class="nv-empty">{t().loading}</p>
                </Show>
                <For each=move || shown.get() key=|(key, _)| key.clone() children=|(_, block)| view! { <blocks::BlockView block /> } />
            </div>
        </section>
    }
}

fn crumb_view(store: Store, crumb: Crumb) -> impl IntoView {
    let Crumb { label, path } = crumb;
    view! {
        <li>
            <button type="button" class="nv-link" on:click=move |_| store.console.open(path.clone())>{label}</button>
        </li>
    }
}

fn tab_view(store: Store, tab: Crumb) -> impl IntoView {
    let Crumb { label, path } = tab;
    let own = path.clone();
    // The first side's path begins all others, so the longest that fits is the one shown.
    let is_shown = Memo::new(move |_| {
        store.console.screen.with(|screen| {
            let Some(screen) = screen else { return false };
            let fits = screen.tabs.iter().filter(|tab| screen.path.starts_with(&tab.path));
            fits.max_by_key(|tab| tab.path.len()).is_some_and(|tab| tab.path == own)
        })
    });
    view! {
        <button
            type="button"
            class:nv-shown=is_shown
            aria-current=move || if is_shown.get() { "page" } else { "false" }
            on:click=move |_| store.console.open(path.clone())
        >
            {label}
        </button>
    }
}

/// Opens a console's screen from elsewhere in the page, on small screens too.
pub fn show(store: Store, path: Path) {
    store.console.open(path);
    store.pane.set(Pane::Map);
}
