//! Saving: soon after the last key by itself, at once and formatted on Ctrl-S.

use super::{checks, with_editor};
use crate::client::ask;
use crate::interop::browser;
use crate::store::Store;
use leptos::prelude::*;
use nuvola_kernel::Blob;
use nuvola_lab::{Command, Reply};
use std::cell::Cell;

/// After so long without a key the text is saved. **Units**: milliseconds.
const PAUSE_MS: u32 = 1_000;

thread_local! {
    /// Counts keys, so that only the last one's alarm saves.
    static KEYS: Cell<u64> = const { Cell::new(0) };
}

pub fn on_typed(store: Store, path: &str) {
    let known =
        store.open_files.with_untracked(|all| all.iter().any(|file| file.path == path && file.unsaved));
    if !known {
        set_unsaved(store, path, true);
    }
    checks::schedule(store);
    let key = KEYS.get() + 1;
    KEYS.set(key);
    browser::after(PAUSE_MS, move || {
        if KEYS.get() == key {
            save_all(store);
        }
    });
}

fn set_unsaved(store: Store, path: &str, unsaved: bool) {
    store.open_files.update(|all| {
        if let Some(file) = all.iter_mut().find(|file| file.path == path) {
            file.unsaved = unsaved;
        }
    });
}

/// Every unsaved file goes to the lab.
pub fn save_all(store: Store) {
    let unsaved: Vec<String> = store
        .open_files
        .with_untracked(|all| all.iter().filter(|file| file.unsaved).map(|file| file.path.clone()).collect());
    unsaved.iter().for_each(|path| save(store, path));
}

pub fn save(store: Store, path: &str) {
    save_then(store, path, |_, _| {});
}

/// As `terraform fmt` would write it, for files that it knows.
pub fn save_formatted(store: Store, path: &str) {
    let is_terraform = path.ends_with(".tf") || path.ends_with(".tfvars");
    set_unsaved(store, path, true);
    save_then(store, path, move |store, path| {
        if is_terraform {
            format(store, path);
        }
    });
}

fn save_then(store: Store, path: &str, then: impl FnOnce(Store, String) + 'static) {
    let unsaved =
        store.open_files.with_untracked(|all| all.iter().any(|file| file.path == path && file.unsaved));
    let Some(text) = with_editor(|editor| editor.text(path)).flatten().filter(|_| unsaved) else { return };
    let path = path.to_owned();
    let content = Blob::from(text.as_str());
    ask(Command::WriteFile { path: path.clone(), content }, move |reply| match reply {
        Reply::Done => {
            let now = with_editor(|editor| editor.text(&path)).flatten();
            if now.as_deref() == Some(&text) {
                set_unsaved(store, &path, false);
            }
            then(store, path);
        }
        other => store.show_refusal(&other),
    });
}

fn format(store: Store, path: String) {
    let before = with_editor(|editor| editor.text(&path)).flatten();
    ask(Command::FormatFile { path: path.clone() }, move |reply| {
        let Reply::Formatted { text, changed: true } = reply else { return };
        // What was typed meanwhile wins.
        let now = with_editor(|editor| editor.text(&path)).flatten();
        if now == before {
            with_editor(|editor| editor.set_text(&path, &text, false));
            set_unsaved(store, &path, true);
            save(store, &path);
        }
    });
}

pub fn set_dark(dark: bool) {
    with_editor(|editor| editor.set_dark(dark));
}
