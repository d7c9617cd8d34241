//! What is known about the selected resource: the lab's sections, drawn alike for every kind.

pub mod sections;
mod test;

use crate::client::ask;
use crate::features::console;
use crate::features::map::status_word;
use crate::interop::browser;
use crate::store::{Store, use_store};
use crate::texts::t;
use crate::ui::{Icon, IconButton, Shape};
use leptos::prelude::*;
use nuvola_lab::view::{MapNode, Panel};
use nuvola_lab::{Command, Reply};

/// Changes that follow one another quickly lead to one question. **Units**: milliseconds.
const PAUSE_MS: u32 = 150;

/// Asks for what the selected node's panel shows.
pub fn refresh(store: Store) {
    let Some(node) = store.selected.get_untracked() else { return store.panel.set(None) };
    ask(Command::Describe { node: node.clone() }, move |reply| {
        let is_current = store.selected.get_untracked().as_ref() == Some(&node);
        match reply {
            Reply::Panel(panel) if is_current => store.panel.set(Some(panel)),
            other => store.show_refusal(&other),
        }
    });
}

/// Follows the selection, and the selected node's changes.
pub fn follow_selection(store: Store) {
    let node = selected_node(store);
    Effect::new(move |before: Option<Option<String>>| {
        let id = node.with(|node| node.as_ref().map(|node| node.id.clone()));
        if before.flatten() != id {
            store.panel.set(None);
        }
        browser::after(PAUSE_MS, move || refresh(store));
        id
    });
}

fn selected_node(store: Store) -> Memo<Option<MapNode>> {
    Memo::new(move |_| {
        store.selected.with(|id| {
            let id = id.as_ref()?;
            store.map.with(|map| map.nodes.iter().find(|node| node.id == *id).cloned())
        })
    })
}

#[component]
pub fn PanelPane() -> impl IntoView {
    let store = use_store();
    let node = selected_node(store);
    let close = Callback::new(move |()| store.selected.set(None));
    let heading = move || {
        node.get().map(|node| {
            view! {
                <span class="nv-node-icon"><Icon shape=Shape::of_kind(&node.kind) /></span>
                <div class="nv-panel-title">
                    <h2>{node.title}</h2>
                    <p>
                        <code>{node.address.unwrap_or(node.kind)}</code>
                        <span class="nv-chip">{status_word(node.status)}</span>
                    </p>
                </div>
            }
        })
    };
    // A section keeps its place (and what is typed in it) while its content is the same.
    let sections = Memo::new(move |_| {
        let sections = store.panel.with(|panel| panel.as_ref().map(|panel: &Panel| panel.sections.clone()));
        sections.unwrap_or_default().into_iter().enumerate().collect::<Vec<_>>()
    });
    view! {
        <section class="nv-panel" aria-label=t().panel>
            <header class="nv-panel-head">
                {heading}
                {move || {
                    let path = store.panel.with(|panel| panel.as_ref().and_then(|panel| panel.console.clone()));
                    path.map(|path| {
                        let open = Callback::new(move |()| console::show(store, path.clone()));
                        view! { <IconButton label=t().open_in_console icon=Shape::Switch on_press=open /> }
                    })
                }}
                <IconButton label=t().refresh icon=Shape::Reload on_press=Callback::new(move |()| refresh(store)) />
                <IconButton label=t().close_panel icon=Shape::Close on_press=close />
            </header>
            <div class="nv-panel-body nv-scroll">
                <Show when=move || store.panel.with(Option::is_none)>
                    <p class="nv-empty">{t().loading}</p>
                </Show>
                <For
                    each=move || sections.get()
                    key=sections::key
                    children=move |(_, section)| view! { <sections::SectionView section /> }
                />
            </div>
        </section>
    }
}
