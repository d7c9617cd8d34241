//! The drawing: lines below, cards above.

use super::layout::{Card, Placed, PlacedEdge, card_size, path};
use super::status_word;
use super::traffic::Sign;
use crate::store::{Pane, Store, use_store};
use crate::ui::{Icon, Shape};
use leptos::prelude::*;
use nuvola_lab::view::{MapNode, NodeStatus};

/// The part of a class that names a status.
pub fn status_class(status: NodeStatus) -> &'static str {
    match status {
        NodeStatus::Planned => "nv-is-planned",
        NodeStatus::Creating => "nv-is-creating",
        NodeStatus::Ready => "nv-is-ready",
        NodeStatus::Updating => "nv-is-updating",
        NodeStatus::Deleting => "nv-is-deleting",
        NodeStatus::Failed => "nv-is-failed",
    }
}

pub fn select(store: Store, id: &str) {
    store.selected.set(Some(id.to_owned()));
    store.pane.set(Pane::Map);
}

/// A resource type in words: `aws_lambda_function` is "lambda function".
pub fn kind_words(kind: &str) -> String {
    kind.strip_prefix("aws_").unwrap_or(kind).replace('_', " ")
}

#[component]
pub fn Lines(placed: Memo<Placed>, signs: RwSignal<Vec<Sign>>) -> impl IntoView {
    let store = use_store();
    let label = move |edge: &PlacedEdge| {
        store.map.with(|map| {
            let same = map.edges.iter().find(|other| other.from == edge.from && other.to == edge.to);
            same.map(|edge| edge.label.clone()).unwrap_or_default()
        })
    };
    let draw = move |edge: PlacedEdge| {
        let touches = {
            let (from, to) = (edge.from.clone(), edge.to.clone());
            move || store.selected.with(|id| id.as_ref().is_some_and(|id| *id == from || *id == to))
        };
        let label = label(&edge);
        let minor = label == "depends on";
        view! {
            <g class="nv-line" class:nv-lit=touches class:nv-minor=minor>
                <path d=path(&edge.points) marker-end="url(#nv-arrow)" />
                <text x=edge.label_at.0.to_string() y=(edge.label_at.1 + 4.0).to_string()>
                    {label}
                </text>
            </g>
        }
    };
    let dot = |sign: Sign| {
        let along = sign.path.map(|path| format!("path(\"{path}\")")).unwrap_or_default();
        view! { <circle class="nv-dot" class:nv-bad=sign.failed r="5" style:offset-path=along /> }
    };
    view! {
        <svg
            class="nv-lines"
            aria-hidden="true"
            width=move || placed.with(|placed| placed.width.to_string())
            height=move || placed.with(|placed| placed.height.to_string())
        >
            <defs>
                <marker id="nv-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                    <path d="M0,0.8 7,4 0,7.2Z" />
                </marker>
            </defs>
            {move || placed.with(|placed| placed.edges.iter().cloned().map(draw).collect_view())}
            <For
                each=move || signs.with(|all| all.iter().filter(|sign| sign.path.is_some()).cloned().collect::<Vec<_>>())
                key=|sign| sign.id
                children=dot
            />
        </svg>
    }
}

#[component]
pub fn Cards(cards: Memo<Vec<Card>>, placed: Memo<Placed>, signs: RwSignal<Vec<Sign>>) -> impl IntoView {
    view! {
        <For
            each=move || cards.get()
            key=|card| card.node.id.clone()
            children=move |card| view! { <CardView id=card.node.id cards placed signs /> }
        />
    }
}

/// A card keeps its element while its content changes, so that it glides to its new place.
#[component]
fn CardView(
    id: String,
    cards: Memo<Vec<Card>>,
    placed: Memo<Placed>,
    signs: RwSignal<Vec<Sign>>,
) -> impl IntoView {
    let store = use_store();
    let card = {
        let id = id.clone();
        Memo::new(move |_| cards.with(|all| all.iter().find(|card| card.node.id == id).cloned()))
    };
    let place = {
        let id = id.clone();
        Memo::new(move |_| {
            let at = placed
                .with(|placed| placed.nodes.iter().find(|node| node.id == id).map(|node| (node.x, node.y)));
            at.map(|(x, y)| format!("translate({x:.1}px, {y:.1}px)"))
        })
    };
    let is_hit = {
        let id = id.clone();
        Memo::new(move |_| signs.with(|all| all.iter().any(|sign| sign.card == id)))
    };
    let hit_badly = {
        let id = id.clone();
        Memo::new(move |_| signs.with(|all| all.iter().any(|sign| sign.card == id && sign.failed)))
    };
    let is_selected = Memo::new(move |_| {
        card.with(|card| {
            let ids = card.iter().flat_map(|card| card.parts.iter().chain([&card.node])).map(|node| &node.id);
            store.selected.with(|selected| ids.into_iter().any(|id| Some(id) == selected.as_ref()))
        })
    });
    let content = move || {
        card.get().map(|card| {
            let width = card_size(&card).0;
            let class = format!("nv-card {}", status_class(card.node.status));
            view! {
                <div class=class style:width=format!("{width}px")>
                    <NodeButton node=card.node class="nv-card-head" />
                    {(!card.parts.is_empty())
                        .then(|| {
                            let part = |node: MapNode| view! { <NodeButton node class="nv-part" /> };
                            view! { <div class="nv-parts">{card.parts.into_iter().map(part).collect_view()}</div> }
                        })}
                </div>
            }
        })
    };
    view! {
        <div
            class="nv-card-place"
            class:nv-hidden=move || place.with(Option::is_none)
            class:nv-hit=is_hit
            class:nv-hit-bad=hit_badly
            class:nv-selected=is_selected
            style:transform=move || place.get().unwrap_or_default()
        >
            {content}
        </div>
    }
}

#[component]
fn NodeButton(node: MapNode, class: &'static str) -> impl IntoView {
    let store = use_store();
    let MapNode { id, kind, title, subtitle, status, address, .. } = node;
    let label = format!("{} {title}, {}", kind_words(&kind), status_word(status));
    let second = if subtitle.is_empty() { kind_words(&kind) } else { subtitle };
    let is_selected = {
        let id = id.clone();
        Memo::new(move |_| store.selected.with(|selected| selected.as_ref() == Some(&id)))
    };
    view! {
        <button
            type="button"
            class=format!("{class} {}", status_class(status))
            aria-label=label
            aria-pressed=move || is_selected.get().to_string()
            title=address.unwrap_or_default()
            data-node=id.clone()
            on:click=move |_| select(store, &id)
        >
            <span class="nv-node-icon">
                <Icon shape=Shape::of_kind(&kind) />
            </span>
            <span class="nv-node-text">
                <strong>{title}</strong>
                <small>{second}</small>
            </span>
            <span class="nv-node-status">{status_mark(status).map(|shape| view! { <Icon shape /> })}</span>
        </button>
    }
}

/// What tells a status without colour.
fn status_mark(status: NodeStatus) -> Option<Shape> {
    match status {
        NodeStatus::Planned => None,
        NodeStatus::Ready => Some(Shape::Check),
        NodeStatus::Creating => Some(Shape::Plus),
        NodeStatus::Updating => Some(Shape::Reload),
        NodeStatus::Deleting => Some(Shape::Minus),
        NodeStatus::Failed => Some(Shape::Warning),
    }
}
