//! The map as a list, for screen readers and for those who prefer one.

use super::cards::{kind_words, select};
use super::layout::Card;
use super::status_word;
use crate::store::use_store;
use crate::texts::t;
use crate::ui::{Icon, Shape};
use leptos::prelude::*;
use nuvola_lab::view::MapNode;

#[component]
pub fn NodeList(cards: Memo<Vec<Card>>) -> impl IntoView {
    let store = use_store();
    let connections = move |id: &str| {
        store.map.with(|map| {
            let title = |id: &str| map.nodes.iter().find(|node| node.id == id).map(|node| node.title.clone());
            let edges = map.edges.iter().filter(|edge| edge.from == id);
            edges
                .filter_map(|edge| Some(format!("{} {}", edge.label, title(&edge.to)?)))
                .collect::<Vec<_>>()
                .join(", ")
        })
    };
    let row = move |node: MapNode, inner: bool| {
        let id = node.id.clone();
        view! {
            <tr class:nv-inner=inner>
                <th scope="row">
                    <button type="button" class="nv-link" on:click=move |_| select(store, &id)>
                        <Icon shape=Shape::of_kind(&node.kind) />
                        {node.title}
                    </button>
                </th>
                <td>{kind_words(&node.kind)}</td>
                <td>{status_word(node.status)}</td>
                <td>{connections(&node.id)}</td>
            </tr>
        }
    };
    let rows = move || {
        let all = cards.get().into_iter().flat_map(|card| {
            let parts = card.parts.into_iter().map(|part| (part, true));
            std::iter::once((card.node, false)).chain(parts).collect::<Vec<_>>()
        });
        all.map(|(node, inner)| row(node, inner)).collect_view()
    };
    view! {
        <div class="nv-scroll">
            <table class="nv-table">
                <caption class="nv-sr">{t().map}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t().name}</th>
                        <th scope="col">{t().kind}</th>
                        <th scope="col">{t().status}</th>
                        <th scope="col">{t().connections}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
