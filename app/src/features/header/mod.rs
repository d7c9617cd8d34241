//! The bar at the top: project, Terraform's three commands, clock, theme, export and import.

mod clock;
mod projects;

use crate::client;
use crate::features::coverage::CoverageShown;
use crate::features::{editor, terminal};
use crate::interop::browser;
use crate::preferences::Theme;
use crate::store::{Rest, Store, use_store};
use crate::texts::t;
use crate::ui::{Button, Done, Icon, IconButton, Look, Question, Questions, Shape};
use leptos::prelude::*;
use nuvola_lab::view::{FileEntry, NodeStatus, WaitsFor};

/// A Terraform command, with `init` before it where the folder has not seen one.
fn terraform(files: &[FileEntry], verb: &str) -> String {
    let initialised = files
        .iter()
        .any(|file| file.path.starts_with(".terraform/") || file.path.starts_with(".terraform.lock"));
    match initialised {
        true => format!("terraform {verb}"),
        false => format!("terraform init && terraform {verb}"),
    }
}

/// Saves what is typed, then types the command where the student sees it.
fn type_command(store: Store, verb: &str) {
    editor::save_all(store);
    let line = store.files.with_untracked(|files| terraform(files, verb));
    terminal::run(store, &line);
}

/// Applies, unless a program is running.
pub fn apply(store: Store) {
    if store.shell() == Some(WaitsFor::Command) {
        type_command(store, "apply");
    }
}

#[component]
pub fn Header() -> impl IntoView {
    let store = use_store();
    let questions = use_context::<Questions>().expect("the application provides the questions");
    let idle = Memo::new(move |_| store.connected.get() && store.shell() == Some(WaitsFor::Command));
    let busy = Signal::derive(move || !idle.get());
    let press = move |verb: &'static str| Callback::new(move |()| type_command(store, verb));
    let coverage = use_context::<CoverageShown>().expect("the application provides it");
    let destroy = Callback::new(move |()| ask_destroy(store, questions));
    view! {
        <header class="nv-header">
            <h1 class="nv-brand">
                <Icon shape=Shape::Cloud />
                <span>"Nuvola"</span>
            </h1>
            <projects::ProjectMenu />
            <div class="nv-commands" role="group" aria-label=t().terraform_commands>
                <Button label=t().apply look=Look::Primary icon=Shape::Play hint=t().apply_hint disabled=busy on_press=press("apply") />
                <Button label=t().plan look=Look::Plain icon=Shape::Plan hint=t().plan_hint disabled=busy on_press=press("plan") />
                <Button label=t().destroy look=Look::Plain icon=Shape::Trash hint=t().destroy_hint disabled=busy on_press=destroy />
            </div>
            <Activity />
            <span class="nv-spacer"></span>
            <clock::Clock />
            <IconButton label=t().coverage icon=Shape::Info on_press=Callback::new(move |()| coverage.0.set(true)) />
            <ThemeSwitch />
        </header>
    }
}

/// One word about what goes on.
#[component]
fn Activity() -> impl IntoView {
    let store = use_store();
    let words = move || {
        match store.rest.get() {
            Rest::Here => {}
            Rest::Coming(percent) => return format!("{} {percent} %", t().rest_coming),
            Rest::Failed => return t().rest_failed.to_owned(),
        }
        if !store.connected.get() {
            return t().starting.to_owned();
        }
        if terminal::asks_for_approval(store) {
            return t().waits_for_yes.to_owned();
        }
        let changing = store.map.with(|map| map.nodes.iter().filter(|node| is_changing(node.status)).count());
        match (changing, store.shell()) {
            (0, Some(WaitsFor::Command) | None) => String::new(),
            (0, Some(WaitsFor::Answer | WaitsFor::Nothing)) => t().running.to_owned(),
            (count, _) => format!("{count} {}", t().changing),
        }
    };
    let is_coming = move || matches!(store.rest.get(), Rest::Coming(_));
    let failed = Memo::new(move |_| store.rest.get() == Rest::Failed);
    let again = Callback::new(|()| client::load_rest_again());
    let is_busy = Memo::new(move |_| {
        is_coming() || !store.connected.get() || store.shell().is_some_and(|at| at != WaitsFor::Command)
    });
    view! {
        <span class="nv-activity-word" class:nv-busy=is_busy role="status" aria-live="polite">
            {words}
        </span>
        <Show when=move || failed.get()>
            <Button label=t().rest_again look=Look::Plain on_press=again />
        </Show>
    }
}

fn is_changing(status: NodeStatus) -> bool {
    match status {
        NodeStatus::Creating | NodeStatus::Updating | NodeStatus::Deleting => true,
        NodeStatus::Planned | NodeStatus::Ready | NodeStatus::Failed => false,
    }
}

fn ask_destroy(store: Store, questions: Questions) {
    questions.put(Question {
        title: t().destroy_title.to_owned(),
        text: t().destroy_text.to_owned(),
        field: None,
        action: t().destroy.to_owned(),
        danger: true,
        done: Done::new(move |_| type_command(store, "destroy")),
    });
}

#[component]
fn ThemeSwitch() -> impl IntoView {
    let store = use_store();
    let theme = Memo::new(move |_| store.preferences.with(|all| all.theme));
    let shape = Signal::derive(move || match theme.get() {
        Theme::System => Shape::Contrast,
        Theme::Light => Shape::Sun,
        Theme::Dark => Shape::Moon,
    });
    let label = Signal::derive(move || {
        let name = match theme.get() {
            Theme::System => t().theme_system,
            Theme::Light => t().theme_light,
            Theme::Dark => t().theme_dark,
        };
        format!("{}: {name}", t().theme)
    });
    let press = Callback::new(move |()| {
        let next = match theme.get_untracked() {
            Theme::System => Theme::Dark,
            Theme::Dark => Theme::Light,
            Theme::Light => Theme::System,
        };
        store.preferences.update(|all| all.theme = next);
    });
    view! { <IconButton label icon=shape on_press=press /> }
}

/// Follows the theme: style sheets, editor, terminals.
pub fn follow_theme(store: Store) {
    let system = RwSignal::new(0_u32);
    browser::watch_media("(prefers-color-scheme: dark)", move |_| system.update(|count| *count += 1));
    let dark = Memo::new(move |_| {
        system.track();
        store.preferences.with(|all| all.is_dark())
    });
    Effect::new(move |_| {
        let dark = dark.get();
        browser::set_root_attribute("data-theme", if dark { "dark" } else { "light" });
        editor::set_dark(dark);
        terminal::sessions::set_dark(dark);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_command_initialises() {
        let file = |path: &str| FileEntry { path: path.to_owned(), size_bytes: 1, generated: true };
        assert_eq!(terraform(&[file("main.tf")], "plan"), "terraform init && terraform plan");
        assert_eq!(terraform(&[file(".terraform.lock.hcl")], "apply"), "terraform apply");
    }
}
