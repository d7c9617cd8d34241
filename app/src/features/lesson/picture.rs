//! The goal as a small map: what exists already stands out from what is missing.

use crate::features::map::layout::{self, Placed};
use crate::features::map::{kind_words, status_word};
use crate::interop::graph::GraphModule;
use crate::texts::t;
use leptos::prelude::*;
use nuvola_lab::view::{MapNode, MapView, NodeStatus};
use wasm_bindgen_futures::spawn_local;

/// The column's shape, for the choice of a direction. **Units**: pixels.
const AREA: (f64, f64) = (320.0, 220.0);
/// Small goals are not blown up beyond this. **Units**: pixels.
const CARD_WIDTH: f64 = 216.0;

#[component]
pub fn Picture(#[prop(into)] map: Signal<MapView>) -> impl IntoView {
    let module = StoredValue::new_local(None::<GraphModule>);
    let loaded = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(graph) = GraphModule::load().await {
            module.set_value(Some(graph));
            loaded.set(true);
        }
    });
    let cards = Memo::new(move |_| map.with(layout::cards));
    let inputs = Memo::new(move |_| {
        let input = |direction: &&'static str| {
            map.with(|map| cards.with(|cards| layout::graph_input(cards, map, direction)))
        };
        layout::DIRECTIONS.iter().map(input).collect::<Vec<_>>()
    });
    let placed = Memo::new(move |_| {
        if !loaded.get() || cards.with(Vec::is_empty) {
            return Placed::default();
        }
        let lay_out = |input: &layout::GraphInput| -> Option<Placed> {
            let json = serde_json::to_string(input).expect("the input is plain data");
            let answer = module.with_value(|module| module.as_ref().map(|module| module.lay_out(&json)))?;
            serde_json::from_str(&answer).ok()
        };
        layout::best(inputs.with(|inputs| inputs.iter().filter_map(lay_out).collect()), AREA)
    });
    let drawing = move || {
        let placed = placed.get();
        let edges =
            placed.edges.iter().map(|edge| view! { <path d=layout::path(&edge.points) /> }).collect_view();
        let boxes = placed
            .nodes
            .iter()
            .filter_map(|at| {
                let card = cards.with(|cards| cards.iter().find(|card| card.node.id == at.id).cloned())?;
                Some(card_view(&card, at.x, at.y))
            })
            .collect_view();
        let width = format!("{:.0}", placed.width.max(CARD_WIDTH));
        view! {
            <svg
                class="nv-goal-picture"
                aria-hidden="true"
                viewBox=format!("-4 -4 {:.0} {:.0}", placed.width + 8.0, placed.height + 8.0)
                style:max-width=format!("{width}px")
            >
                <g class="nv-goal-lines">{edges}</g>
                {boxes}
            </svg>
        }
    };
    let spoken = move || {
        map.with(|map| {
            let line = |node: &MapNode| {
                let state =
                    if node.status == NodeStatus::Ready { status_word(node.status) } else { t().missing };
                view! { <li>{format!("{} ({}): {state}", node.title, kind_words(&node.kind))}</li> }
            };
            map.nodes.iter().map(line).collect_view()
        })
    };
    view! {
        {drawing}
        <ul class="nv-sr">{spoken}</ul>
    }
}

fn card_view(card: &layout::Card, x: f64, y: f64) -> AnyView {
    let (width, height) = layout::card_size(card);
    let node = &card.node;
    let second = if node.subtitle.is_empty() { kind_words(&node.kind) } else { node.subtitle.clone() };
    let part = |(index, part): (usize, &MapNode)| {
        let is_there = part.status == NodeStatus::Ready;
        view! {
            <text class="nv-goal-part" class:nv-is-there=is_there x="16" y=format!("{:.0}", 76.0 + 30.0 * index as f64)>
                {if is_there { "✓ " } else { "○ " }}
                {part.title.clone()}
            </text>
        }
    };
    view! {
        <g
            class="nv-goal-card"
            class:nv-is-there=node.status == NodeStatus::Ready
            transform=format!("translate({x:.1} {y:.1})")
        >
            <rect width=width.to_string() height=height.to_string() rx="10" />
            <text class="nv-goal-title" x="16" y="26">{node.title.clone()}</text>
            <text x="16" y="46">{second}</text>
            {(node.status == NodeStatus::Ready)
                .then(|| view! { <text class="nv-goal-mark" x=(width - 16.0).to_string() y="34" text-anchor="end">"✓"</text> })}
            {card.parts.iter().enumerate().map(part).collect_view()}
        </g>
    }
    .into_any()
}
