//! What the lab told, as plain view data in signals. Reducers that are more than a `set` are plain functions.

use crate::features::console::Console;
use crate::features::lesson::Lessons;
use crate::preferences::Preferences;
use leptos::prelude::*;
use nuvola_lab::Reply;
use nuvola_lab::browser_api::Exchange;
use nuvola_lab::view::{
    ClockView, EnvironmentView, FileEntry, MapView, NodeStatus, Notice, Panel, Problem, Severity,
    TerminalView, Traffic, WaitsFor,
};
use std::collections::VecDeque;

/// How many entries the lists of past events keep.
const KEPT_ENTRIES: usize = 500;

/// A file in the editor's tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFile {
    pub path: String,
    /// Typed, not yet written to the lab.
    pub unsaved: bool,
    pub read_only: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalTab {
    pub id: u32,
    pub waits_for: WaitsFor,
}

/// The tabs below the editor and the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dock {
    Terminal(u32),
    Preview,
    Activity,
    Environments,
    Network,
}

/// On small screens one of these is seen at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    Files,
    Code,
    Map,
    Dock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    Error,
    Warning,
    Info,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    pub id: u64,
    pub kind: ToastKind,
    pub title: String,
    pub text: String,
    /// A deleted file that can be brought back.
    pub undo: Option<Undo>,
}

/// What brings deleted files back: paths and contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    pub files: Vec<(String, nuvola_kernel::Blob)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ActivityEntry {
    pub id: u64,
    pub traffic: Traffic,
}

/// A call of a previewed page, or a line of its console.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkEntry {
    pub id: u64,
    pub what: NetworkEvent,
}

#[derive(Debug, Clone, PartialEq)]
pub enum NetworkEvent {
    Exchange { exchange: Exchange, status: u16, console: Vec<String> },
    Console { level: String, text: String },
}

/// The steps of the hint that a student has taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub applied: bool,
    pub tested: bool,
    pub opened: bool,
}

/// How the part of the cloud that comes after the opening is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Rest {
    /// It is there, or comes so fast that nobody need know.
    #[default]
    Here,
    /// So much has come. **Units**: per cent.
    Coming(u8),
    Failed,
}

#[derive(Clone, Copy)]
pub struct Store {
    pub connected: RwSignal<bool>,
    pub rest: RwSignal<Rest>,
    pub project: RwSignal<String>,
    pub files: RwSignal<Vec<FileEntry>>,
    pub open_files: RwSignal<Vec<OpenFile>>,
    pub shown_file: RwSignal<Option<String>>,
    pub problems: RwSignal<Vec<Problem>>,
    pub terminals: RwSignal<Vec<TerminalTab>>,
    pub dock: RwSignal<Dock>,
    pub pane: RwSignal<Pane>,
    pub map: RwSignal<MapView>,
    pub selected: RwSignal<Option<String>>,
    pub panel: RwSignal<Option<Panel>>,
    pub activity: RwSignal<VecDeque<ActivityEntry>>,
    pub environments: RwSignal<Vec<EnvironmentView>>,
    pub network: RwSignal<VecDeque<NetworkEntry>>,
    /// The network entry that is unfolded.
    pub shown_exchange: RwSignal<Option<u64>>,
    pub clock: RwSignal<Option<ClockView>>,
    pub toasts: RwSignal<Vec<Toast>>,
    /// An address that the preview is asked to open, with a number so that the same one can be asked twice.
    pub preview_wish: RwSignal<Option<(u64, String)>>,
    pub progress: RwSignal<Progress>,
    pub console: Console,
    pub lessons: Lessons,
    pub preferences: RwSignal<Preferences>,
    last_id: RwSignal<u64>,
}

impl Store {
    pub fn new(preferences: Preferences) -> Self {
        Store {
            connected: RwSignal::new(false),
            rest: RwSignal::default(),
            project: RwSignal::default(),
            files: RwSignal::default(),
            open_files: RwSignal::default(),
            shown_file: RwSignal::default(),
            problems: RwSignal::default(),
            terminals: RwSignal::default(),
            dock: RwSignal::new(Dock::Terminal(1)),
            pane: RwSignal::new(Pane::Code),
            map: RwSignal::default(),
            selected: RwSignal::default(),
            panel: RwSignal::default(),
            activity: RwSignal::default(),
            environments: RwSignal::default(),
            network: RwSignal::default(),
            shown_exchange: RwSignal::default(),
            clock: RwSignal::default(),
            toasts: RwSignal::default(),
            preview_wish: RwSignal::default(),
            progress: RwSignal::default(),
            console: Console::new(),
            lessons: Lessons::new(),
            preferences: RwSignal::new(preferences),
            last_id: RwSignal::default(),
        }
    }

    pub fn next_id(&self) -> u64 {
        let id = self.last_id.get_untracked() + 1;
        self.last_id.set(id);
        id
    }

    pub fn on_files(&self, project: String, files: Vec<FileEntry>) {
        let is_other = self.project.get_untracked() != project;
        self.project.set(project);
        self.files.set(files);
        if is_other {
            self.open_files.set(Vec::new());
            self.shown_file.set(None);
            self.selected.set(None);
        }
    }

    pub fn on_terminal_state(&self, view: &TerminalView) {
        let is_new = self.terminals.with_untracked(|all| all.iter().all(|tab| tab.id != view.terminal));
        let had_some = self.terminals.with_untracked(|all| !all.is_empty());
        self.terminals.update(|all| put_terminal(all, view.terminal, view.waits_for));
        if is_new && had_some && self.connected.get_untracked() {
            self.dock.set(Dock::Terminal(view.terminal));
        }
    }

    pub fn on_terminal_closed(&self, terminal: u32) {
        self.terminals.update(|all| all.retain(|tab| tab.id != terminal));
        if self.dock.get_untracked() == Dock::Terminal(terminal) {
            let first = self.terminals.with_untracked(|all| all.first().map(|tab| tab.id));
            self.dock.set(first.map_or(Dock::Activity, Dock::Terminal));
        }
    }

    pub fn on_map(&self, map: MapView) {
        let gone = self.selected.with_untracked(|selected| {
            selected.as_ref().is_some_and(|id| map.nodes.iter().all(|node| node.id != *id))
        });
        if gone {
            self.selected.set(None);
        }
        if map.nodes.iter().any(|node| node.status == NodeStatus::Ready) {
            self.progress.update(|progress| progress.applied = true);
        }
        self.map.set(map);
    }

    pub fn on_traffic(&self, traffic: Traffic) {
        let id = self.next_id();
        self.activity.update(|all| push_bounded(all, ActivityEntry { id, traffic }));
    }

    pub fn on_network(&self, what: NetworkEvent) -> u64 {
        let id = self.next_id();
        self.network.update(|all| push_bounded(all, NetworkEntry { id, what }));
        id
    }

    pub fn on_notice(&self, notice: &Notice) {
        let kind = match notice.severity {
            Severity::Error => ToastKind::Error,
            Severity::Warning => ToastKind::Warning,
            Severity::Info => ToastKind::Info,
        };
        self.toast(kind, &notice.title, &notice.text);
    }

    /// What the worker tells about the rest of the cloud: `here`, a number of per cent, or `failed:` and why.
    pub fn on_rest(&self, text: &str) {
        if let Some(reason) = text.strip_prefix("failed:") {
            let text = format!("{} ({reason})", crate::texts::t().rest_failed_text);
            self.toast(ToastKind::Warning, crate::texts::t().rest_failed, &text);
            self.rest.set(Rest::Failed);
        } else {
            self.rest.set(text.parse().map_or(Rest::Here, Rest::Coming));
        }
    }

    pub fn toast(&self, kind: ToastKind, title: &str, text: &str) {
        self.toast_with(kind, title, text, None);
    }

    pub fn toast_with(&self, kind: ToastKind, title: &str, text: &str, undo: Option<Undo>) {
        let toast = Toast { id: self.next_id(), kind, title: title.to_owned(), text: text.to_owned(), undo };
        self.toasts.update(|all| {
            all.retain(|other| (&other.title, &other.text) != (&toast.title, &toast.text));
            all.push(toast);
        });
    }

    /// A refusal is shown; anything else needs no word.
    pub fn show_refusal(&self, reply: &Reply) {
        if let Reply::Refused { text } = reply {
            self.toast(ToastKind::Warning, crate::texts::t().refused, text);
        }
    }

    pub fn open_in_preview(&self, url: &str) {
        let id = self.next_id();
        self.preview_wish.set(Some((id, url.to_owned())));
        self.show_dock(Dock::Preview);
    }

    pub fn show_dock(&self, dock: Dock) {
        self.dock.set(dock);
        self.pane.set(Pane::Dock);
    }

    /// What the first terminal waits for.
    pub fn shell(&self) -> Option<WaitsFor> {
        self.terminals.with(|all| all.first().map(|tab| tab.waits_for))
    }
}

fn put_terminal(all: &mut Vec<TerminalTab>, id: u32, waits_for: WaitsFor) {
    match all.iter_mut().find(|tab| tab.id == id) {
        Some(tab) => tab.waits_for = waits_for,
        None => {
            all.push(TerminalTab { id, waits_for });
            all.sort_by_key(|tab| tab.id);
        }
    }
}

/// Newest first, the oldest forgotten.
fn push_bounded<T>(all: &mut VecDeque<T>, entry: T) {
    all.push_front(entry);
    all.truncate(KEPT_ENTRIES);
}

/// Whether the hint with a first visit's steps stands over the map.
pub fn first_steps_shown(store: Store) -> bool {
    let all = Progress { applied: true, tested: true, opened: true };
    let dismissed = store.preferences.with(|preferences| preferences.hint_dismissed);
    // The steps are those of the first projects: a function, and a website that calls it.
    let fits = store.project.with(|project| project.starts_with("pow"));
    fits && !dismissed && store.progress.get() != all && store.selected.with(Option::is_none)
}

pub fn use_store() -> Store {
    use_context().expect("the application provides the store to all its parts")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_store(check: impl FnOnce(Store)) {
        let owner = Owner::new();
        owner.with(|| check(Store::new(Preferences::default())));
    }

    fn terminal(id: u32, waits_for: WaitsFor) -> TerminalView {
        TerminalView {
            terminal: id,
            waits_for,
            prompt: String::new(),
            scrollback: String::new(),
            history: Vec::new(),
        }
    }

    #[test]
    fn terminals_are_kept_in_order_and_closing_the_shown_one_shows_the_first() {
        with_store(|store| {
            store.on_terminal_state(&terminal(1, WaitsFor::Command));
            store.connected.set(true);
            store.on_terminal_state(&terminal(2, WaitsFor::Command));
            assert_eq!(store.dock.get_untracked(), Dock::Terminal(2), "a new terminal is shown");
            store.on_terminal_state(&terminal(1, WaitsFor::Nothing));
            assert_eq!(store.terminals.get_untracked()[0].waits_for, WaitsFor::Nothing);
            store.on_terminal_closed(2);
            assert_eq!(store.dock.get_untracked(), Dock::Terminal(1));
        });
    }

    #[test]
    fn lists_of_the_past_are_bounded_and_newest_first() {
        let mut all = VecDeque::new();
        (0..KEPT_ENTRIES + 10).for_each(|entry| push_bounded(&mut all, entry));
        assert_eq!((all.len(), all[0]), (KEPT_ENTRIES, KEPT_ENTRIES + 9));
    }

    #[test]
    fn a_rest_that_fails_is_said_once_and_forgotten_when_it_has_come() {
        with_store(|store| {
            store.on_rest("34");
            assert_eq!(store.rest.get_untracked(), Rest::Coming(34));
            store.on_rest("failed:no network");
            store.on_rest("failed:no network");
            assert_eq!(store.rest.get_untracked(), Rest::Failed);
            assert_eq!(store.toasts.get_untracked().len(), 1);
            store.on_rest("here");
            assert_eq!(store.rest.get_untracked(), Rest::Here);
        });
    }

    #[test]
    fn the_same_notice_is_shown_once() {
        with_store(|store| {
            store.toast(ToastKind::Info, "a", "b");
            store.toast(ToastKind::Info, "a", "b");
            assert_eq!(store.toasts.get_untracked().len(), 1);
        });
    }

    #[test]
    fn a_node_that_is_gone_is_no_longer_selected() {
        with_store(|store| {
            store.selected.set(Some("aws_s3_bucket.site".into()));
            store.on_map(MapView::default());
            assert_eq!(store.selected.get_untracked(), None);
        });
    }

    #[test]
    fn another_project_closes_the_tabs() {
        with_store(|store| {
            store.on_files("pow".into(), Vec::new());
            store.open_files.set(vec![OpenFile { path: "main.tf".into(), unsaved: false, read_only: false }]);
            store.on_files("pow".into(), Vec::new());
            assert_eq!(store.open_files.get_untracked().len(), 1);
            store.on_files("pow-js".into(), Vec::new());
            assert!(store.open_files.get_untracked().is_empty());
        });
    }
}
