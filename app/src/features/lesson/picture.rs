//! The goal as a small map: what exists already stands out from what is missing.

use crate::features::map::{kind_words, layout, place, status_word};
use crate::texts::t;
use leptos::prelude::*;
use nuvola_lab::view::{MapNode, MapView, NodeStatus};

/// The column's shape, for the choice of a direction. **Units**: pixels.
const AREA: (f64, f64) = (320.0, 220.0);
/// Small goals are not blown up beyond this. **Units**: pixels.
const CARD_WIDTH: f64 = 216.0;

#[component]
pub fn Picture(#[prop(into)] map: Signal<MapView>) -> impl IntoView {
    let cards = Memo::new(move |_| map.with(layout::cards));
    let placed = place(map, cards, Signal::stored(AREA));
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
