//! Each call of the previewed page, step by step, and its console.

use crate::store::{NetworkEntry, NetworkEvent, use_store};
use crate::texts::t;
use crate::ui::{Button, Icon, Look, Shape};
use leptos::prelude::*;
use nuvola_lab::browser_api::{Exchange, ExchangeStep, Judged, Remedy, Verdict};

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
    let Exchange { page_origin, method, url, blocked, steps, remedies, .. } = exchange;
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
                    <ol class="nv-sequence" aria-label=t().sequence>
                        <li class="nv-lanes nv-lane-heads" aria-hidden="true">
                            <span>{t().lane_page}</span>
                            <span>{t().lane_browser}</span>
                            <span>{t().lane_server}</span>
                        </li>
                        {steps.iter().cloned().map(step_view).collect_view()}
                    </ol>
                    {remedies_view(remedies.clone())}
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

/// What would fix a blocked call, and where.
fn remedies_view(remedies: Vec<Remedy>) -> Option<impl IntoView> {
    let line = |remedy: Remedy| {
        view! {
            <li>
                <strong>{remedy.place}</strong>
                ": "
                <code>{remedy.what}</code>
            </li>
        }
    };
    (!remedies.is_empty()).then(|| {
        view! {
            <h4>{t().would_fix}</h4>
            <ul class="nv-remedies">{remedies.into_iter().map(line).collect_view()}</ul>
        }
    })
}

/// The arrow or the mark of a step on the lanes of page, browser and server.
fn lane(kind: &str, answered: bool) -> &'static str {
    match (kind, answered) {
        ("preflight" | "request", true) => "nv-lanes nv-there-and-back",
        ("preflight" | "request" | "network", false) => "nv-lanes nv-there",
        ("network" | "redirect", true) => "nv-lanes nv-back",
        _ => "nv-lanes nv-in-browser",
    }
}

fn judged_view(judged: Vec<Judged>) -> Option<impl IntoView> {
    let row = |header: Judged| {
        let (class, shape) = match header.verdict {
            Verdict::Passed => ("nv-passed", Shape::Check),
            Verdict::Blocked => ("nv-bad", Shape::Cross),
            Verdict::Neutral => ("", Shape::Info),
        };
        let value = if header.value.is_empty() { t().not_there.to_owned() } else { header.value };
        view! {
            <li class=class>
                <Icon shape />
                <code>{header.name}": "{value}</code>
            </li>
        }
    };
    (!judged.is_empty())
        .then(|| view! { <ul class="nv-judged">{judged.into_iter().map(row).collect_view()}</ul> })
}

fn step_view(step: ExchangeStep) -> impl IntoView {
    let ExchangeStep { kind, title, explanation, verdict, header, sent, received, judged } = step;
    let lane = lane(&kind, !received.is_empty());
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
            <div class=lane aria-hidden="true">
                <span></span>
                <span></span>
                <span></span>
            </div>
            <details open=true>
            <summary>
                <Icon shape />
                <strong>{title}</strong>
                {(!word.is_empty()).then(|| view! { <span class="nv-chip">{word}</span> })}
                {header.clone().map(|name| view! { <span class="nv-chip nv-header-chip">{t().decided_by} " " <code>{name}</code></span> })}
            </summary>
            <p class="nv-prose">{explanation}</p>
            {judged_view(judged)}
            <div class="nv-sent-received">{lines(t().sent, sent)} {lines(t().received, received)}</div>
            </details>
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
    fn arrows_go_where_the_step_goes() {
        assert_eq!(super::lane("preflight", true), "nv-lanes nv-there-and-back");
        assert_eq!(super::lane("request", false), "nv-lanes nv-there");
        assert_eq!(super::lane("corsCheck", false), "nv-lanes nv-in-browser");
    }

    #[test]
    fn the_deciding_header_is_found_whatever_its_case() {
        assert!(starts_with_header("access-control-allow-origin: *", "Access-Control-Allow-Origin"));
        assert!(!starts_with_header("GET /pow", "Access-Control-Allow-Origin"));
    }
}
