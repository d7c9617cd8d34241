//! The parts of a screen.

use super::drawing::Drawing;
use super::form::FormView;
use super::press;
use crate::features::panel::sections::{self, titled};
use crate::interop::{browser, downloads};
use crate::store::{Store, use_store};
use crate::texts::t;
use crate::ui::{Button, Icon, IconButton, Look, Questions, Shape, prose};
use leptos::prelude::*;
use nuvola_lab::screen::{Action, Bar, Block, Path, Row, Table, Tile, Tone};

/// Equal keys keep their elements: a form keeps what is typed in it while the rest of the screen changes.
pub fn key(path: &Path, index: usize, block: &Block) -> String {
    match block {
        Block::Form(form) => format!("{path:?} {index} {} {:?}", form.verb, form.fields),
        Block::Image { title, content, .. } => format!("{path:?} {index} {title} {}", content.len()),
        // A drawing keeps its element, what is selected in it included, while its states change.
        Block::Graph(graph) => format!("{path:?} {index} {}", graph.title),
        Block::Tiles { .. }
        | Block::Facts { .. }
        | Block::Table(_)
        | Block::Actions { .. }
        | Block::Bars { .. }
        | Block::Code { .. }
        | Block::Note { .. } => format!("{path:?} {index} {block:?}"),
    }
}

/// A block, for those that a block's own view shows.
pub fn view_of(block: Block) -> AnyView {
    view! { <BlockView block /> }.into_any()
}

#[component]
pub fn BlockView(block: Block) -> impl IntoView {
    let store = use_store();
    let questions = use_context::<Questions>().expect("the application provides the questions");
    match block {
        Block::Tiles { tiles } => {
            let tile = move |tile: Tile| tile_view(store, tile);
            view! { <ul class="nv-tiles">{tiles.into_iter().map(tile).collect_view()}</ul> }.into_any()
        }
        Block::Facts { title, facts } => titled(title, sections::facts_view(facts)),
        Block::Table(table) => table_view(store, questions, table),
        Block::Form(form) => view! { <FormView form /> }.into_any(),
        Block::Graph(graph) => view! { <Drawing first=graph /> }.into_any(),
        Block::Actions { actions } => {
            view! { <div class="nv-actions">{buttons(store, questions, actions, Look::Plain)}</div> }
                .into_any()
        }
        Block::Bars { title, bars } => titled(title, bars_view(bars)),
        Block::Code { title, text } => code_view(title, text),
        Block::Image { title, media_type, content } => {
            let url = downloads::object_url(&media_type, &content);
            let revoked = url.clone();
            on_cleanup(move || downloads::revoke(&revoked));
            titled(title.clone(), view! { <img class="nv-console-image" src=url alt=title /> }.into_any())
        }
        Block::Note { tone, text } => {
            let (class, shape) = match tone {
                Tone::Info => ("nv-note", Shape::Info),
                Tone::Good => ("nv-note nv-note-good", Shape::Check),
                Tone::Warning => ("nv-note nv-note-warning", Shape::Warning),
            };
            view! { <p class=class><Icon shape /><span>{prose(&text)}</span></p> }.into_any()
        }
    }
}

fn tile_view(store: Store, tile: Tile) -> impl IntoView {
    let Tile { kind, title, text, path } = tile;
    view! {
        <li>
            <button type="button" class="nv-tile" on:click=move |_| store.console.open(path.clone())>
                <span class="nv-node-icon"><Icon shape=Shape::of_kind(&kind) /></span>
                <span>
                    <strong>{title}</strong>
                    <small>{text}</small>
                </span>
            </button>
        </li>
    }
}

fn buttons(store: Store, questions: Questions, actions: Vec<Action>, plain: Look) -> AnyView {
    let button = |action: Action| {
        let look = if action.confirm.is_some() { Look::Danger } else { plain };
        let label = action.label.clone();
        let on_press = Callback::new(move |()| press(store, questions, action.clone()));
        view! { <Button label look on_press /> }
    };
    actions.into_iter().map(button).collect_view().into_any()
}

fn table_view(store: Store, questions: Questions, table: Table) -> AnyView {
    let Table { title, columns, rows, empty, more } = table;
    if rows.is_empty() {
        return titled(title, view! { <p class="nv-quiet">{prose(&empty)}</p> }.into_any());
    }
    let has_actions = rows.iter().any(|row| !row.actions.is_empty());
    let row = move |row: Row| row_view(store, questions, row, has_actions);
    let more = more.map(|path| {
        view! {
            <Button label=t().next_page look=Look::Plain on_press=Callback::new(move |()| store.console.open(path.clone())) />
        }
    });
    let content = view! {
        <div class="nv-scroll-x">
            <table class="nv-table">
                <thead>
                    <tr>
                        {columns.into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view()}
                        {has_actions.then(|| view! { <th scope="col"><span class="nv-sr">{t().actions}</span></th> })}
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        {more}
    };
    titled(title, content.into_any())
}

fn row_view(store: Store, questions: Questions, row: Row, has_actions: bool) -> impl IntoView {
    let Row { cells, opens, actions } = row;
    let mut cells = cells.into_iter();
    let first = cells.next().unwrap_or_default();
    let head = match opens {
        Some(path) => view! {
            <button type="button" class="nv-link" on:click=move |_| store.console.open(path.clone())>{first}</button>
        }
        .into_any(),
        None => first.into_any(),
    };
    view! {
        <tr>
            <td>{head}</td>
            {cells.map(|cell| view! { <td>{cell}</td> }).collect_view()}
            {has_actions.then(|| view! { <td class="nv-row-actions">{buttons(store, questions, actions, Look::Quiet)}</td> })}
        </tr>
    }
}

fn bars_view(bars: Vec<Bar>) -> AnyView {
    let greatest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let bar = move |bar: Bar| {
        let full = if bar.full > 0.0 { bar.full } else { greatest };
        let percent = if full > 0.0 { (bar.value / full * 100.0).clamp(0.0, 100.0) } else { 0.0 };
        view! {
            <div class="nv-bar">
                <dt>{bar.label}</dt>
                <dd>
                    <span class="nv-bar-track" aria-hidden="true">
                        <span style=("width", format!("{percent:.1}%"))></span>
                    </span>
                    <span>{bar.text}</span>
                </dd>
            </div>
        }
    };
    view! { <dl class="nv-bars">{bars.into_iter().map(bar).collect_view()}</dl> }.into_any()
}

fn code_view(title: String, text: String) -> AnyView {
    let copied = text.clone();
    let copy = Callback::new(move |()| browser::copy(&copied));
    view! {
        <section class="nv-section">
            <div class="nv-code-head">
                <h3>{title}</h3>
                <IconButton label=t().copy icon=Shape::Page on_press=copy />
            </div>
            <pre class="nv-code" tabindex="0">{text}</pre>
        </section>
    }
    .into_any()
}
