//! Execution environments: one box each, with what it does.

use crate::interop::browser;
use crate::store::use_store;
use crate::texts::t;
use crate::ui::{Icon, Shape};
use leptos::prelude::*;
use nuvola_lab::view::EnvironmentView;

fn class(phase: &str) -> &'static str {
    match phase {
        "busy" => "nv-box nv-box-busy",
        "idle" => "nv-box nv-box-idle",
        "stopping" => "nv-box nv-box-stopping",
        _ => "nv-box nv-box-starting",
    }
}

#[component]
pub fn Environments() -> impl IntoView {
    let store = use_store();
    let functions = Memo::new(move |_| {
        let mut names: Vec<String> = store
            .environments
            .with(|all| all.iter().map(|environment| environment.function.clone()).collect());
        names.sort();
        names.dedup();
        names
    });
    let group = move |name: String| {
        let heading = name.clone();
        let boxes = move || {
            let own = store.environments.get().into_iter().filter(|environment| environment.function == name);
            own.map(|environment| view! { <EnvironmentBox environment /> }).collect_view()
        };
        view! {
            <section class="nv-boxes">
                <h3>
                    <Icon shape=Shape::Function />
                    {heading}
                </h3>
                <ul>{boxes}</ul>
            </section>
        }
    };
    view! {
        <div class="nv-dock-body nv-scroll">
            <p class="nv-quiet nv-dock-intro">{t().environments_intro}</p>
            <Show when=move || functions.with(Vec::is_empty)>
                <p class="nv-empty">{t().no_environments}</p>
            </Show>
            <For each=move || functions.get() key=|name| name.clone() children=group />
        </div>
    }
}

#[component]
fn EnvironmentBox(environment: EnvironmentView) -> impl IntoView {
    let EnvironmentView { id, phase, invocations, since_ms, .. } = environment;
    let short: String = id.chars().take(12).collect();
    let class = class(&phase);
    view! {
        <li class=class>
            <strong>{phase}</strong>
            <code title=id>{short}</code>
            <small>{format!("{invocations} {}", t().invocations)}</small>
            <small>{format!("{} {}", t().since, browser::time_of_day(since_ms))}</small>
        </li>
    }
}
