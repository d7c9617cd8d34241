//! A state machine, drawn: its states light up while an execution runs; a press shows one's input and output.

mod places;

use super::blocks::view_of;
use crate::features::map::layout::{GraphInput, Placed, PlacedEdge, path};
use crate::interop::graph::GraphModule;
use crate::store::use_store;
use crate::texts::t;
use leptos::prelude::*;
use nuvola_lab::screen::{Block, Graph, GraphNode, StateStatus};
use places::{Place, Places, places};
use wasm_bindgen_futures::spawn_local;

/// The part of a class that names a status, and its word.
fn status_of(status: StateStatus) -> (&'static str, &'static str) {
    match status {
        StateStatus::Idle => ("nv-state-idle", ""),
        StateStatus::Running => ("nv-state-running", t().state_running),
        StateStatus::Retrying => ("nv-state-retrying", t().state_retrying),
        StateStatus::Done => ("nv-state-done", t().state_done),
        StateStatus::Caught => ("nv-state-caught", t().state_caught),
        StateStatus::Failed => ("nv-state-failed", t().state_failed),
        StateStatus::Stopped => ("nv-state-stopped", t().state_stopped),
    }
}

/// What tells a status without colour.
fn mark_of(status: StateStatus) -> &'static str {
    match status {
        StateStatus::Idle => "",
        StateStatus::Running => "●",
        StateStatus::Retrying => "↻",
        StateStatus::Done => "✓",
        StateStatus::Caught => "⤳",
        StateStatus::Failed => "✗",
        StateStatus::Stopped => "■",
    }
}

/// The places change with the shape alone: statuses and notes are no part of it.
fn shape_of(graph: &Graph) -> Graph {
    let mut shape = graph.clone();
    for node in &mut shape.nodes {
        node.status = StateStatus::Idle;
        node.note.clear();
        node.details.clear();
    }
    for edge in &mut shape.edges {
        edge.taken = false;
    }
    shape
}

#[component]
pub fn Drawing(
    /// The drawing as it is at first; later ones come from the screen, by its title.
    first: Graph,
) -> impl IntoView {
    let store = use_store();
    let title = first.title.clone();
    let heading = title.clone();
    let first = StoredValue::new(first);
    let graph = Memo::new(move |_| {
        let fresh = store.console.screen.with(|screen| {
            let mut blocks = screen.iter().flat_map(|screen| &screen.blocks);
            blocks.find_map(|block| match block {
                Block::Graph(graph) if graph.title == title => Some(graph.clone()),
                _ => None,
            })
        });
        fresh.unwrap_or_else(|| first.get_value())
    });
    let placed = place(graph);
    let selected = RwSignal::new(None::<String>);
    let drawing = move || {
        let Places { width, height, boxes, lines } = placed.get();
        view! {
            <svg
                class="nv-machine"
                role="group"
                aria-label=t().drawing
                viewBox=format!("-4 -4 {:.0} {:.0}", width + 8.0, height + 8.0)
                style:max-width=format!("{:.0}px", width + 8.0)
            >
                <defs>
                    <marker id="nv-machine-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                        <path d="M0,0.8 7,4 0,7.2Z" />
                    </marker>
                </defs>
                {boxes.into_iter().map(|place| view! { <StateBox place graph selected /> }).collect_view()}
                {lines.into_iter().map(|line| line_view(line, graph)).collect_view()}
            </svg>
        }
    };
    let details = move || {
        let id = selected.get()?;
        let node = graph.with(|graph| graph.nodes.iter().find(|node| node.id == id).cloned())?;
        let title = node.title.clone();
        let blocks = node.details.into_iter().map(view_of).collect_view();
        let note = (!node.note.is_empty()).then(|| view! { <p class="nv-quiet">{node.note}</p> });
        Some(view! {
            <section class="nv-machine-details" aria-label=title aria-live="polite">
                <h4>{node.title}</h4>
                {note}
                {blocks}
            </section>
        })
    };
    view! {
        <section class="nv-section">
            <h3>{heading}</h3>
            <div class="nv-machine-area">{drawing}</div>
            {details}
        </section>
    }
    .into_any()
}

/// Places, computed anew when the machine's shape changes.
fn place(graph: Memo<Graph>) -> Memo<Places> {
    let module = StoredValue::new_local(None::<GraphModule>);
    let loaded = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(graph) = GraphModule::load().await {
            module.set_value(Some(graph));
            loaded.set(true);
        }
    });
    let shape = Memo::new(move |_| graph.with(shape_of));
    Memo::new(move |_| {
        if !loaded.get() {
            return Places::default();
        }
        let lay_out = |input: &GraphInput| -> Option<Placed> {
            let json = serde_json::to_string(input).expect("the input is plain data");
            let answer = module.with_value(|module| module.as_ref().map(|module| module.lay_out(&json)))?;
            serde_json::from_str(&answer).ok()
        };
        shape.with(|graph| places(graph, &lay_out))
    })
}

fn line_view(line: PlacedEdge, graph: Memo<Graph>) -> AnyView {
    let (from, to) = (line.from.clone(), line.to.clone());
    let edge = Memo::new(move |_| {
        graph.with(|graph| graph.edges.iter().find(|edge| edge.from == from && edge.to == to).cloned())
    });
    let class = move || {
        edge.with(|edge| match edge {
            Some(edge) if edge.taken => "nv-way nv-way-taken",
            Some(edge) if edge.caught => "nv-way nv-way-caught",
            _ => "nv-way",
        })
    };
    let label = move || edge.with(|edge| edge.as_ref().map(|edge| edge.label.clone()));
    view! {
        <g class=class>
            <path d=path(&line.points) marker-end="url(#nv-machine-arrow)" />
            <text x=format!("{:.1}", line.label_at.0) y=format!("{:.1}", line.label_at.1 + 4.0)>{label}</text>
        </g>
    }
    .into_any()
}

#[component]
fn StateBox(place: Place, graph: Memo<Graph>, selected: RwSignal<Option<String>>) -> impl IntoView {
    let Place { id, x, y, width, height, container } = place;
    let node = {
        let id = id.clone();
        Memo::new(move |_| graph.with(|graph| graph.nodes.iter().find(|node| node.id == id).cloned()))
    };
    let of_node =
        move |part: fn(&GraphNode) -> String| node.with(|node| node.as_ref().map(part).unwrap_or_default());
    let status = move || node.with(|node| node.as_ref().map_or(StateStatus::Idle, |node| node.status));
    let is_end = node.with_untracked(|node| node.as_ref().is_none_or(|node| node.text.is_empty()));
    let is_selected = {
        let id = id.clone();
        Memo::new(move |_| selected.with(|selected| selected.as_ref() == Some(&id)))
    };
    let class = move || {
        let kind = if is_end { "nv-state nv-state-end" } else { "nv-state" };
        let shown = if is_selected.get() { " nv-selected" } else { "" };
        format!("{kind} {}{shown}", status_of(status()).0)
    };
    let spoken = move || {
        let parts = [
            of_node(|node| node.title.clone()),
            of_node(|node| node.text.clone()),
            status_of(status()).1.to_owned(),
            of_node(|node| node.note.clone()),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    };
    let press = {
        let id = id.clone();
        move || {
            let same = is_selected.get_untracked();
            selected.set((!same).then(|| id.clone()));
        }
    };
    let press_key = press.clone();
    let second = move || {
        let note = of_node(|node| node.note.clone());
        if note.is_empty() { of_node(|node| node.text.clone()) } else { note }
    };
    let transform = format!("translate({x:.1} {y:.1})");
    let middle = format!("{:.1}", width / 2.0);
    if is_end {
        return view! {
            <g class=class transform=transform aria-label=spoken>
                <rect width=width.to_string() height=height.to_string() rx=(height / 2.0).to_string() />
                <text x=middle y=format!("{:.1}", height / 2.0 + 4.0)>{move || of_node(|node| node.title.clone())}</text>
            </g>
        }
        .into_any();
    }
    view! {
        <g
            class=class
            transform=transform
            role="button"
            tabindex="0"
            aria-label=spoken
            aria-pressed=move || is_selected.get().to_string()
            data-state=id.clone()
            on:click=move |_| press()
            on:keydown=move |event| {
                if matches!(event.key().as_str(), "Enter" | " ") {
                    event.prevent_default();
                    press_key();
                }
            }
        >
            <rect width=width.to_string() height=height.to_string() rx="9" class:nv-container=container />
            <text class="nv-state-title" x="14" y="23">{move || of_node(|node| node.title.clone())}</text>
            <text class="nv-state-text" x="14" y="42">{second}</text>
            <text class="nv-state-mark" x=format!("{:.1}", width - 12.0) y="23">{move || mark_of(status())}</text>
        </g>
    }
    .into_any()
}
