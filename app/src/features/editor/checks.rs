//! Squiggles: the lab checks the configuration as it stands in the editor. One check runs at a time; keys
//! typed meanwhile ask for one more, so the page never waits and the last answer is always the newest.

use super::with_editor;
use crate::client::ask;
use crate::interop::browser;
use crate::store::Store;
use leptos::prelude::*;
use nuvola_lab::view::Problem;
use nuvola_lab::{Command, Reply};
use std::cell::Cell;

/// Keys that follow one another quickly are checked together. **Units**: milliseconds.
const PAUSE_MS: u32 = 30;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    /// An alarm is set, or a check runs.
    Busy,
    /// As `Busy`, and something was typed since.
    Stale,
}

thread_local! {
    static STATE: Cell<State> = const { Cell::new(State::Idle) };
}

pub fn schedule(store: Store) {
    if STATE.get() != State::Idle {
        return STATE.set(State::Stale);
    }
    STATE.set(State::Busy);
    browser::after(PAUSE_MS, move || check(store));
}

fn check(store: Store) {
    STATE.set(State::Busy);
    let open = store.open_files.get_untracked();
    let unsaved = open
        .into_iter()
        .filter(|file| file.unsaved && is_configuration(&file.path))
        .filter_map(|file| {
            Some((file.path.clone(), with_editor(|editor| editor.text(&file.path)).flatten()?))
        })
        .collect();
    ask(Command::Check { unsaved }, move |reply| {
        if let Reply::Problems { problems } = reply {
            store.problems.set(problems);
            mark_all(store);
        }
        match STATE.replace(State::Idle) {
            State::Stale => schedule(store),
            State::Idle | State::Busy => {}
        }
    });
}

fn is_configuration(path: &str) -> bool {
    [".tf", ".tfvars", ".tf.json"].iter().any(|ending| path.ends_with(ending))
}

/// Gives each open file its problems.
pub fn mark_all(store: Store) {
    let paths: Vec<String> =
        store.open_files.with_untracked(|all| all.iter().map(|file| file.path.clone()).collect());
    store.problems.with_untracked(|problems| {
        for path in paths {
            let own: Vec<&Problem> = problems.iter().filter(|problem| problem.path == path).collect();
            let json = serde_json::to_string(&own).expect("problems are plain data");
            with_editor(|editor| editor.mark(&path, &json));
        }
    });
}
