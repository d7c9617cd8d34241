//! What crossed the cloud, newest first; failures say why.

use crate::interop::browser;
use crate::store::{ActivityEntry, Store, use_store};
use crate::texts::t;
use crate::ui::{Button, Icon, Look, Shape};
use leptos::prelude::*;
use nuvola_lab::view::Traffic;

/// Whether an entry passes the filters.
fn passes(traffic: &Traffic, words: &str, only_failed: bool) -> bool {
    let text =
        format!("{} {} {} {}", traffic.from, traffic.to, traffic.title, traffic.outcome).to_lowercase();
    (!only_failed || traffic.failed)
        && words.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

#[component]
pub fn ActivityList() -> impl IntoView {
    let store = use_store();
    let words = RwSignal::new(String::new());
    let only_failed = RwSignal::new(false);
    let shown = Memo::new(move |_| {
        store.activity.with(|all| {
            words.with(|words| {
                let keep = |entry: &&ActivityEntry| passes(&entry.traffic, words, only_failed.get());
                all.iter().filter(keep).cloned().collect::<Vec<_>>()
            })
        })
    });
    view! {
        <div class="nv-dock-body">
            <div class="nv-filter">
                <input
                    type="search"
                    placeholder=t().filter
                    aria-label=t().filter
                    prop:value=words
                    on:input=move |event| words.set(event_target_value(&event))
                />
                <label>
                    <input type="checkbox" prop:checked=only_failed on:change=move |event| only_failed.set(event_target_checked(&event)) />
                    {t().only_failed}
                </label>
                <span class="nv-spacer"></span>
                <Button
                    label=t().clear_list
                    look=Look::Quiet
                    on_press=Callback::new(move |()| store.activity.update(|all| all.clear()))
                />
            </div>
            <Show when=move || shown.with(Vec::is_empty)>
                <p class="nv-empty">{t().no_activity}</p>
            </Show>
            <ol class="nv-activity nv-scroll">
                <For each=move || shown.get() key=|entry| entry.id children=move |entry| row(store, entry) />
            </ol>
        </div>
    }
}

fn row(store: Store, entry: ActivityEntry) -> impl IntoView {
    let Traffic { at_ms, from, to, title, outcome, failed, duration_ms } = entry.traffic;
    let known = store.map.with_untracked(|map| map.nodes.iter().any(|node| node.id == to));
    let target = to.clone();
    let shape = if failed { Shape::Warning } else { Shape::Check };
    let to_view = match known {
        true => view! {
            <button type="button" class="nv-link" on:click=move |_| store.selected.set(Some(target.clone()))>
                {to}
            </button>
        }
        .into_any(),
        false => view! { <span>{to}</span> }.into_any(),
    };
    view! {
        <li class:nv-bad=failed>
            <time>{browser::time_of_day(at_ms)}</time>
            <Icon shape />
            <strong>{title}</strong>
            <span class="nv-from-to">{from} " → " {to_view}</span>
            <span class="nv-outcome">{outcome}</span>
            <span class="nv-duration">{format!("{duration_ms:.0} ms")}</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_look_at_all_words_everywhere() {
        let traffic = Traffic {
            at_ms: 0,
            from: "client".into(),
            to: "aws_s3_bucket.site".into(),
            title: "s3:PutObject".into(),
            outcome: "AccessDenied".into(),
            failed: true,
            duration_ms: 1.0,
        };
        assert!(passes(&traffic, "put denied", true));
        assert!(!passes(&traffic, "put get", false));
        assert!(!passes(&Traffic { failed: false, ..traffic }, "", true));
    }
}
