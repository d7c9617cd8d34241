//! What is simulated and what is not: a dialog with one search field.

use crate::interop::lazy;
use crate::texts::t;
use crate::ui::{Icon, IconButton, Shape};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use nuvola_lab::view::{CoverageView, Fact, ServiceCoverage};

/// Whether the dialog is open; the header opens it.
#[derive(Clone, Copy)]
pub struct CoverageShown(pub RwSignal<bool>);

#[derive(Clone)]
enum Loaded {
    Nothing,
    Coverage(CoverageView),
    Failed(String),
}

/// The entries whose name or text holds every word.
fn fits(words: &str, name: &str, text: &str) -> bool {
    let whole = format!("{name} {text}").to_lowercase();
    words.to_lowercase().split_whitespace().all(|word| whole.contains(word))
}

#[component]
pub fn CoverageDialog(shown: CoverageShown) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let loaded = RwSignal::new(Loaded::Nothing);
    let words = RwSignal::new(String::new());
    Effect::new(move |_| {
        let Some(element) = dialog.get() else { return };
        if shown.0.get() && !element.open() {
            let _ = element.show_modal();
            load(loaded);
        }
    });
    let close = Callback::new(move |()| {
        if let Some(element) = dialog.get_untracked() {
            element.close();
        }
    });
    let content = move || match loaded.get() {
        Loaded::Nothing => view! { <p class="nv-empty">{t().loading}</p> }.into_any(),
        Loaded::Failed(text) => view! { <p class="nv-empty" role="alert">{text}</p> }.into_any(),
        Loaded::Coverage(coverage) => parts(&coverage, &words.get()),
    };
    view! {
        <dialog
            node_ref=dialog
            class="nv-dialog nv-coverage"
            aria-labelledby="nv-coverage-title"
            on:close=move |_| shown.0.set(false)
        >
            <header>
                <h2 id="nv-coverage-title">{t().coverage}</h2>
                <IconButton label=t().close icon=Shape::Close on_press=close />
            </header>
            <p>{t().coverage_intro}</p>
            <input
                type="search"
                placeholder=t().coverage_filter
                aria-label=t().coverage_filter
                prop:value=words
                on:input=move |event| words.set(event_target_value(&event))
            />
            <div class="nv-coverage-body nv-scroll" tabindex="0">{content}</div>
        </dialog>
    }
}

fn load(loaded: RwSignal<Loaded>) {
    spawn_local(async move {
        let read = match lazy::text("coverage.json").await {
            Ok(text) => serde_json::from_str(&text).map_err(|error| error.to_string()),
            Err(text) => Err(text),
        };
        loaded.set(match read {
            Ok(coverage) => Loaded::Coverage(coverage),
            Err(text) => Loaded::Failed(format!("{} {text}", t().coverage_failed)),
        });
    });
}

fn parts(coverage: &CoverageView, words: &str) -> AnyView {
    let services = coverage.services.iter().map(|service| service_part(service, words)).collect_view();
    let limits: Vec<&Fact> =
        coverage.limits.iter().filter(|fact| fits(words, &fact.label, &fact.value)).collect();
    let types: Vec<&String> = coverage.terraform_types.iter().filter(|name| fits(words, name, "")).collect();
    let nothing = limits.is_empty()
        && types.is_empty()
        && coverage.services.iter().all(|service| operations(service, words) == (Vec::new(), Vec::new()));
    if nothing {
        return view! { <p class="nv-empty">{format!("{} `{words}`", t().coverage_nothing)}</p> }.into_any();
    }
    let is_open = !words.is_empty();
    let names = types.iter().map(|name| view! { <li><code>{name.to_string()}</code></li> }).collect_view();
    view! {
        {part(t().coverage_limits.to_owned(), String::new(), true, limits.is_empty(), prose(&limits))}
        {part(
            t().coverage_types.to_owned(),
            coverage.terraform_types.len().to_string(),
            is_open,
            types.is_empty(),
            view! { <ul class="nv-coverage-names">{names}</ul> }.into_any(),
        )}
        {services}
    }
    .into_any()
}

/// The operations that fit: simulated and not simulated.
fn operations<'a>(service: &'a ServiceCoverage, words: &str) -> (Vec<&'a Fact>, Vec<&'a String>) {
    let simulated = service
        .simulated
        .iter()
        .filter(|op| fits(words, &format!("{} {}", service.service, op.label), &op.value));
    let missing =
        service.not_simulated.iter().filter(|name| fits(words, &format!("{} {name}", service.service), ""));
    (simulated.collect(), missing.collect())
}

fn service_part(service: &ServiceCoverage, words: &str) -> AnyView {
    let (simulated, missing) = operations(service, words);
    let is_empty = simulated.is_empty() && missing.is_empty();
    let all = service.simulated.len() + service.not_simulated.len();
    let count = format!("{} {} {all} {}", service.simulated.len(), t().of, t().coverage_operations);
    let names = missing.iter().map(|name| view! { <li><code>{name.to_string()}</code></li> }).collect_view();
    let missing_part = (!missing.is_empty()).then(|| {
        view! {
            <h4>
                <Icon shape=Shape::Cross />
                {t().coverage_missing}
            </h4>
            <ul class="nv-coverage-names">{names}</ul>
        }
    });
    let content = view! {
        {facts(&simulated, Shape::Check)}
        {missing_part}
    };
    part(service.service.clone(), count, !words.is_empty(), is_empty, content.into_any())
}

fn part(title: String, count: String, open: bool, is_empty: bool, content: AnyView) -> AnyView {
    if is_empty {
        return ().into_any();
    }
    view! {
        <details open=open>
            <summary>
                <strong>{title}</strong>
                <span class="nv-quiet">{count}</span>
            </summary>
            {content}
        </details>
    }
    .into_any()
}

/// What is no operation: a title and a sentence.
fn prose(all: &[&Fact]) -> AnyView {
    let plain = |text: &str| text.replace('`', "");
    let fact = |fact: &&Fact| {
        view! {
            <li>
                <Icon shape=Shape::Info />
                <span>
                    <strong>{plain(&fact.label)}</strong>
                    <span>{plain(&fact.value)}</span>
                </span>
            </li>
        }
    };
    view! { <ul class="nv-coverage-facts nv-coverage-limits">{all.iter().map(fact).collect_view()}</ul> }
        .into_any()
}

fn facts(all: &[&Fact], shape: Shape) -> AnyView {
    let fact = |fact: &&Fact| {
        // The first line says what it is; what follows is its source.
        let text = fact.value.lines().next().unwrap_or_default().trim().to_owned();
        view! {
            <li>
                <Icon shape />
                <span>
                    <code>{fact.label.clone()}</code>
                    <span>{text}</span>
                </span>
            </li>
        }
    };
    view! { <ul class="nv-coverage-facts">{all.iter().map(fact).collect_view()}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn every_word_must_fit_whatever_its_case() {
        assert!(fits("bucket CORS", "PutBucketCors", "Sets a bucket's rules."));
        assert!(!fits("bucket lambda", "PutBucketCors", ""));
        assert!(fits("", "x", ""));
    }
}
