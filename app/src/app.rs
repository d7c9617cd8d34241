//! The page's frame: header, files, code, map and panel, and the dock below.

use crate::client;
use crate::features::activity::ActivityList;
use crate::features::console::{self, ConsolePane};
use crate::features::coverage::{CoverageDialog, CoverageShown};
use crate::features::editor::EditorPane;
use crate::features::environments::Environments;
use crate::features::files;
use crate::features::header::{self, Header};
use crate::features::lesson::{self, Side, SideColumn};
use crate::features::map::MapPane;
use crate::features::panel::{self, PanelPane};
use crate::features::preview::links::website;
use crate::features::preview::{NetworkList, PreviewPane};
use crate::features::terminal::TerminalView;
use crate::interop::browser;
use crate::preferences::Preferences;
use crate::store::{Dock, Pane, Progress, Store, first_steps_shown, use_store};
use crate::texts::t;
use crate::ui::toasts::Toasts;
use crate::ui::{Axis, Icon, IconButton, QuestionDialog, Questions, Shape, Splitter, tabs};
use leptos::prelude::*;
use nuvola_lab::Command;

#[component]
pub fn App() -> impl IntoView {
    let store = Store::new(Preferences::load());
    let questions = Questions::new();
    provide_context(store);
    provide_context(questions);
    let coverage = CoverageShown(RwSignal::new(false));
    provide_context(coverage);
    header::follow_theme(store);
    panel::follow_selection(store);
    console::follow(store);
    lesson::follow(store);
    Effect::new(move |_| store.preferences.with(Preferences::save));
    client::start(store);
    browser::register_service_worker();
    let pane_class = move || match store.pane.get() {
        Pane::Files => "nv-app nv-pane-files",
        Pane::Code => "nv-app nv-pane-code",
        Pane::Map => "nv-app nv-pane-map",
        Pane::Dock => "nv-app nv-pane-dock",
    };
    view! {
        <div class=pane_class>
            <a class="nv-skip" href="#nv-main">{t().skip}</a>
            <Header />
            <Workbench />
            <PaneBar />
            <Toasts on_undo=Callback::new(move |undo| files::undo(store, undo)) />
            <QuestionDialog questions />
            <CoverageDialog shown=coverage />
        </div>
    }
}

/// A signal of one size among the preferences, and what changes it.
fn size(
    store: Store,
    read: fn(&Preferences) -> f64,
    write: fn(&mut Preferences, f64),
) -> (Signal<f64>, Callback<f64>) {
    let value = Signal::derive(move || store.preferences.with(read));
    (value, Callback::new(move |percent| store.preferences.update(|all| write(all, percent))))
}

#[component]
fn Workbench() -> impl IntoView {
    let store = use_store();
    let (files_size, set_files) =
        size(store, |all| all.files_percent, |all, value| all.files_percent = value);
    let (code_size, set_code) = size(store, |all| all.code_percent, |all, value| all.code_percent = value);
    let (main_size, set_main) = size(store, |all| all.main_percent, |all, value| all.main_percent = value);
    let (map_size, set_map) = size(store, |all| all.map_percent, |all, value| all.map_percent = value);
    let in_console = Memo::new(move |_| store.console.path.with(Option::is_some));
    let has_panel = Memo::new(move |_| !in_console.get() && store.selected.with(Option::is_some));
    view! {
        <main
            id="nv-main"
            class="nv-workbench"
            style=("--nv-files", move || format!("{:.2}%", files_size.get()))
            style=("--nv-code", move || format!("{:.2}%", code_size.get()))
            style=("--nv-upper", move || format!("{:.2}%", main_size.get()))
            style=("--nv-map", move || format!("{:.2}%", map_size.get()))
        >
            <SideColumn />
            <Splitter axis=Axis::Horizontal label=t().resize_files percent=files_size range=(8.0, 50.0) on_move=set_files />
            <div class="nv-stage">
                <div class="nv-upper">
                    <EditorPane />
                    <Splitter axis=Axis::Horizontal label=t().resize_code percent=code_size range=(20.0, 80.0) on_move=set_code />
                    <div class="nv-right" class:nv-has-panel=has_panel>
                        <Show when=move || in_console.get()>
                            <ConsolePane />
                        </Show>
                        <Show when=move || !in_console.get()>
                            <MapPane />
                            <Show when=move || has_panel.get()>
                                <Splitter axis=Axis::Vertical label=t().resize_map percent=map_size range=(15.0, 80.0) on_move=set_map />
                                <PanelPane />
                            </Show>
                            <Hint />
                        </Show>
                    </div>
                </div>
                <Splitter axis=Axis::Vertical label=t().resize_dock percent=main_size range=(15.0, 88.0) on_move=set_main />
                <DockPane />
            </div>
        </main>
    }
}

/// The three steps of a first visit, ticked off as they are done.
#[component]
fn Hint() -> impl IntoView {
    let store = use_store();
    let shown = move || first_steps_shown(store);
    let test = move || {
        let function = store.map.with_untracked(|map| {
            map.nodes.iter().find(|node| node.kind == "aws_lambda_function").map(|node| node.id.clone())
        });
        store.selected.set(function);
        store.pane.set(Pane::Map);
    };
    let open = move || match store.map.with_untracked(website) {
        Some(url) => store.open_in_preview(&url),
        None => store.show_dock(Dock::Preview),
    };
    let step = move |number: &'static str,
                     text: &'static str,
                     done: fn(&Progress) -> bool,
                     go: Callback<()>| {
        let is_done = move || store.progress.with(done);
        view! {
            <li class:nv-done=is_done>
                <span class="nv-step-mark">
                    {move || if is_done() { view! { <Icon shape=Shape::Check /> }.into_any() } else { number.into_any() }}
                </span>
                <button type="button" on:click=move |_| go.run(())>{text}</button>
            </li>
        }
    };
    view! {
        <Show when=shown>
            <aside class="nv-hint" aria-label=t().first_steps>
                <ol>
                    {step("1", t().hint_apply, |progress| progress.applied, Callback::new(move |()| header::apply(store)))}
                    {step("2", t().hint_test, |progress| progress.tested, Callback::new(move |()| test()))}
                    {step("3", t().hint_open, |progress| progress.opened, Callback::new(move |()| open()))}
                </ol>
                <IconButton
                    label=t().dismiss
                    icon=Shape::Close
                    on_press=Callback::new(move |()| store.preferences.update(|all| all.hint_dismissed = true))
                />
            </aside>
        </Show>
    }
}

#[component]
fn DockPane() -> impl IntoView {
    let store = use_store();
    let close =
        move |id: u32| Callback::new(move |()| client::tell(store, Command::TerminalClose { terminal: id }));
    let terminal_tab = move |id: u32| {
        let first = store.terminals.with_untracked(|all| all.first().is_some_and(|tab| tab.id == id));
        let label = format!("{} {id}", t().terminal);
        let close_label = format!("{} {label}", t().close);
        view! {
            <DockTab dock=Dock::Terminal(id) key=format!("terminal-{id}") label=label shape=Shape::Terminal>
                {(!first).then(|| view! { <IconButton label=close_label icon=Shape::Close on_press=close(id) /> })}
            </DockTab>
        }
    };
    let ids = move || store.terminals.with(|all| all.iter().map(|tab| tab.id).collect::<Vec<_>>());
    let open_terminal = Callback::new(move |()| client::tell(store, Command::TerminalOpen));
    let large = Memo::new(move |_| store.preferences.with(|all| all.main_percent < 40.0));
    let enlarge = Callback::new(move |()| {
        store.preferences.update(|all| all.main_percent = if all.main_percent < 40.0 { 64.0 } else { 28.0 });
    });
    let label =
        Signal::derive(
            move || if large.get() { t().dock_smaller.to_owned() } else { t().dock_larger.to_owned() },
        );
    let failures = Memo::new(move |_| {
        store.activity.with(|all| all.iter().filter(|entry| entry.traffic.failed).count())
    });
    view! {
        <section class="nv-dock" aria-label=t().dock>
            <header class="nv-dock-head">
                <div class="nv-dock-tabs" role="tablist" aria-label=t().dock on:keydown=|event| tabs::on_key(&event)>
                    <For each=ids key=|id| *id children=terminal_tab />
                    <DockTab dock=Dock::Preview key="preview".to_owned() label=t().preview.to_owned() shape=Shape::Globe />
                    <DockTab dock=Dock::Network key="network".to_owned() label=t().network.to_owned() shape=Shape::Network />
                    <DockTab dock=Dock::Activity key="activity".to_owned() label=t().activity.to_owned() shape=Shape::Pulse>
                        <Show when=move || failures.get() != 0>
                            <span class="nv-count nv-bad">{failures}<span class="nv-sr">{t().failed}</span></span>
                        </Show>
                    </DockTab>
                    <DockTab
                        dock=Dock::Environments
                        key="environments".to_owned()
                        label=t().environments.to_owned()
                        shape=Shape::Boxes
                    />
                </div>
                <span class="nv-spacer"></span>
                <IconButton label=t().new_terminal icon=Shape::Plus on_press=open_terminal />
                <IconButton label icon=Shape::Expand pressed=large on_press=enlarge />
            </header>
            <div class="nv-dock-panels">
                <For each=ids key=|id| *id children=|id| view! { <TerminalView id /> } />
                <DockPanel dock=Dock::Preview key="preview"><PreviewPane /></DockPanel>
                <DockPanel dock=Dock::Network key="network"><NetworkList /></DockPanel>
                <DockPanel dock=Dock::Activity key="activity"><ActivityList /></DockPanel>
                <DockPanel dock=Dock::Environments key="environments"><Environments /></DockPanel>
            </div>
        </section>
    }
}

#[component]
fn DockTab(
    dock: Dock,
    /// The end of its element's id.
    key: String,
    label: String,
    shape: Shape,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let store = use_store();
    let is_shown = Memo::new(move |_| store.dock.get() == dock);
    view! {
        <div class="nv-tab" class:nv-shown=is_shown>
            <button
                type="button"
                role="tab"
                id=format!("nv-tab-{key}")
                aria-controls=format!("nv-panel-{key}")
                aria-selected=move || is_shown.get().to_string()
                tabindex=move || if is_shown.get() { "0" } else { "-1" }
                on:click=move |_| store.show_dock(dock)
            >
                <Icon shape />
                <span>{label}</span>
            </button>
            {children.map(|children| children())}
        </div>
    }
}

#[component]
fn DockPanel(dock: Dock, key: &'static str, children: Children) -> impl IntoView {
    let store = use_store();
    view! {
        <div
            class="nv-dock-panel"
            role="tabpanel"
            id=format!("nv-panel-{key}")
            aria-labelledby=format!("nv-tab-{key}")
            hidden=move || store.dock.get() != dock
        >
            {children()}
        </div>
    }
}

/// On small screens: which pane is seen.
#[component]
fn PaneBar() -> impl IntoView {
    let store = use_store();
    let has_lesson = Memo::new(move |_| store.lessons.open.with(Option::is_some));
    // The files and the lesson share a column, so they share a pane too.
    let button = move |pane: Pane, side: Option<Side>, shape: Shape, label: &'static str| {
        let is_shown = move || {
            let of_side = side.is_none_or(|side| {
                side == store.lessons.side.get() || side == Side::Files && !has_lesson.get()
            });
            store.pane.get() == pane && of_side
        };
        let press = move |_| {
            store.pane.set(pane);
            if let Some(side) = side {
                store.lessons.side.set(side);
            }
        };
        view! {
            <button type="button" aria-pressed=move || is_shown().to_string() class:nv-shown=is_shown on:click=press>
                <Icon shape />
                <span>{label}</span>
            </button>
        }
    };
    view! {
        <nav class="nv-pane-bar" aria-label=t().panes>
            <Show when=move || has_lesson.get()>{button(Pane::Files, Some(Side::Lesson), Shape::Plan, t().lesson)}</Show>
            {button(Pane::Files, Some(Side::Files), Shape::Folder, t().files)}
            {button(Pane::Code, None, Shape::Code, t().code)}
            {button(Pane::Map, None, Shape::Map, t().map)}
            {button(Pane::Dock, None, Shape::Terminal, t().tools)}
        </nav>
    }
}
