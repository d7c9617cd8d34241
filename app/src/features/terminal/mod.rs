//! Terminal tabs: the screens, and what stands above the first one while Terraform asks.

mod line_editor;
pub mod sessions;

use crate::interop::browser;
use crate::store::{Dock, Store, use_store};
use crate::texts::t;
use crate::ui::{Button, Look};
use leptos::html;
use leptos::prelude::*;
use nuvola_lab::view::WaitsFor;

/// Types a command into the first terminal, as a person would, and shows it.
pub fn run(store: Store, line: &str) {
    let Some(terminal) = store.terminals.with_untracked(|all| all.first().map(|tab| tab.id)) else { return };
    store.show_dock(Dock::Terminal(terminal));
    sessions::enter(terminal, line);
}

/// Another project begins with one terminal.
pub fn forget_all_but_first(store: Store) {
    let others: Vec<u32> =
        store.terminals.with_untracked(|all| all.iter().skip(1).map(|tab| tab.id).collect());
    for terminal in others {
        store.on_terminal_closed(terminal);
        sessions::on_closed(terminal);
    }
}

/// Whether the first terminal shows Terraform's question for approval.
pub fn asks_for_approval(store: Store) -> bool {
    let first = store.terminals.with(|all| all.first().cloned());
    first.is_some_and(|tab| tab.waits_for == WaitsFor::Answer && sessions::asks_for_approval(tab.id))
}

#[component]
pub fn TerminalView(
    /// The lab's number of the terminal.
    id: u32,
) -> impl IntoView {
    let store = use_store();
    let element = NodeRef::<html::Div>::new();
    let is_shown = Memo::new(move |_| store.dock.get() == Dock::Terminal(id));
    Effect::new(move |_| {
        if let Some(element) = element.get() {
            sessions::mount(id, &element, store.preferences.with_untracked(|all| all.is_dark()));
        }
    });
    Effect::new(move |before: Option<bool>| {
        let shown = is_shown.get();
        if shown {
            // The element takes its size when the tab has been drawn.
            browser::after(0, move || sessions::show(id, before.is_some()));
        }
        shown
    });
    let is_first = move || store.terminals.with(|all| all.first().is_some_and(|tab| tab.id == id));
    view! {
        <div
            class="nv-terminal"
            role="tabpanel"
            id=format!("nv-panel-terminal-{id}")
            aria-labelledby=format!("nv-tab-terminal-{id}")
            hidden=move || !is_shown.get()
        >
            <Show when=move || is_first() && asks_for_approval(store)>
                <Approval />
            </Show>
            <div node_ref=element class="nv-terminal-screen" data-terminal=id.to_string()></div>
        </div>
    }
}

#[component]
fn Approval() -> impl IntoView {
    let store = use_store();
    let answer = move |word: &'static str| Callback::new(move |()| run(store, word));
    view! {
        <div class="nv-approval" role="group" aria-label=t().approval_question>
            <span>{t().approval_question}</span>
            <Button label=t().enter_yes look=Look::Primary on_press=answer("yes") />
            <Button label=t().enter_no look=Look::Plain on_press=answer("no") />
        </div>
    }
}
