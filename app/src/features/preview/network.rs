//! Each call of the previewed page, step by step, and its console.

use crate::store::{NetworkEntry, NetworkEvent, use_store};
use crate::texts::t;
use crate::ui::{Button, Icon, Look, Shape};
use leptos::prelude::*;
use nuvola_lab::browser_api::{Exchange, ExchangeStep, Verdict};

#[component]
pub fn NetworkList() -> impl IntoView {
    let store = use_store();
    view! {
        <div class="nv-dock-body">
            <div class="nv-filter">
                <p class="nv-quiet">{t().network_intro}</p>
                <span class="nv-spacer"></span>
                <Button
                    label=t().clear_list
                    look=Look::Quiet
                    on_press=Callback::new(move |()| store.network.update(|all| all.clear()))
                />
            </div>
            <Show when=move || store.network.with(|all| all.is_empty())>
                <p class="nv-empty">{t().no_network}</p>
            </Show>
            <ol class="nv-network nv-scroll">
                <For
                    each=move || store.network.get()
                    key=|entry| entry.id
                    children=|entry| view! { <EntryView entry /> }
                />
            </ol>
        </div>
    }
}

#[component]
fn EntryView(entry: NetworkEntry) -> impl IntoView {
    let id = entry.id;
    match entry.what {
        NetworkEvent::Console { level, text } => {
            let is_error = level == "error";
            view! {
                <li class="nv-console-line" class:nv-bad=is_error>
                    <span class="nv-chip">{level}</span>
                    <pre>{text}</pre>
                </li>
            }
            .into_any()
        }
        NetworkEvent::Exchange { exchange, status, console } => {
            view! { <ExchangeView id exchange status console /> }.into_any()
        }
    }
}

#[component]
fn ExchangeView(id: u64, exchange: Exchange, status: u16, console: Vec<String>) -> impl IntoView {
    let store = use_store();
    let open = Memo::new(move |_| store.shown_exchange.get() == Some(id));
    let Exchange { page_origin, method, url, blocked, steps } = exchange;
    let shape = if blocked { Shape::Cross } else { Shape::Check };
    let outcome = match (blocked, status) {
        (true, _) => t().blocked.to_owned(),
        (false, 0) => t().opaque.to_owned(),
        (false, status) => status.to_string(),
    };
    let toggle = move |_| {
        store.shown_exchange.update(|shown| *shown = if *shown == Some(id) { None } else { Some(id) })
    };
    let details = move || {
        open.get().then(|| {
            let lines = console
                .iter()
                .map(|line| view! { <pre class="nv-chrome-says">{line.clone()}</pre> })
                .collect_view();
            view! {
                <div class="nv-exchange-steps">
                    <p class="nv-quiet">{t().from_origin} " " <code>{page_origin.clone()}</code></p>
                    <ol>{steps.iter().cloned().map(step_view).collect_view()}</ol>
                    {(!console.is_empty())
                        .then(|| {
                            view! {
                                <h4>{t().console_says}</h4>
                                {lines}
                            }
                        })}
                </div>
            }
        })
    };
    view! {
        <li class="nv-exchange" class:nv-bad=blocked>
            <button type="button" aria-expanded=move || open.get().to_string() on:click=toggle>
                <Icon shape />
                <strong>{method}</strong>
                <span class="nv-exchange-url">{url}</span>
                <span class="nv-chip">{outcome}</span>
                <Icon shape=Shape::Chevron />
            </button>
            {details}
        </li>
    }
}

fn step_view(step: ExchangeStep) -> impl IntoView {
    let ExchangeStep { title, explanation, verdict, header, sent, received, .. } = step;
    let (class, shape, word) = match verdict {
        Verdict::Passed => ("nv-step nv-passed", Shape::Check, t().passed),
        Verdict::Blocked => ("nv-step nv-bad", Shape::Cross, t().blocked),
        Verdict::Neutral => ("nv-step", Shape::Info, ""),
    };
    let lines = |title: &'static str, lines: Vec<String>| {
        let decided = header.clone();
        (!lines.is_empty()).then(|| {
            let line = move |line: String| {
                let decides = decided.as_ref().is_some_and(|name| starts_with_header(&line, name));
                view! { <code class:nv-decides=decides>{line}</code> }
            };
            view! {
                <div class="nv-lines-of">
                    <h5>{title}</h5>
                    <div class="nv-code">{lines.into_iter().map(line).collect_view()}</div>
                </div>
            }
        })
    };
    view! {
        <li class=class>
            <p>
                <Icon shape />
                <strong>{title}</strong>
                {(!word.is_empty()).then(|| view! { <span class="nv-chip">{word}</span> })}
                {header.clone().map(|name| view! { <span class="nv-chip nv-header-chip">{t().decided_by} " " <code>{name}</code></span> })}
            </p>
            <p class="nv-prose">{explanation}</p>
            <div class="nv-sent-received">{lines(t().sent, sent)} {lines(t().received, received)}</div>
        </li>
    }
}

fn starts_with_header(line: &str, name: &str) -> bool {
    line.split(':').next().is_some_and(|start| start.trim().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::starts_with_header;

    #[test]
    fn the_deciding_header_is_found_whatever_its_case() {
        assert!(starts_with_header("access-control-allow-origin: *", "Access-Control-Allow-Origin"));
        assert!(!starts_with_header("GET /pow", "Access-Control-Allow-Origin"));
    }
}
