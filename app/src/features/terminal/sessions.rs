//! Each terminal's line editor and screen, and their conversation with the lab.

use super::line_editor::{Action, LineEditor, Mode, plain};
use crate::client::ask;
use crate::interop::screen::{self, Screen};
use nuvola_lab::view::{TerminalView, WaitsFor};
use nuvola_lab::{Command, Reply};
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

const FIRST_COLUMNS: usize = 100;
/// How much of the latest output is looked at for a question. **Units**: characters.
const TAIL_LENGTH: usize = 400;

struct Session {
    editor: LineEditor,
    screen: Option<Screen>,
    /// Printed before the screen was there.
    unwritten: String,
    tail: String,
}

thread_local! {
    static SESSIONS: RefCell<BTreeMap<u32, Session>> = RefCell::default();
}

impl Session {
    fn new() -> Self {
        let editor = LineEditor::new(FIRST_COLUMNS);
        Session { editor, screen: None, unwritten: String::new(), tail: String::new() }
    }

    fn write(&mut self, data: &str) {
        match &self.screen {
            Some(screen) => screen.write(data),
            None => self.unwritten.push_str(data),
        }
    }

    fn remember(&mut self, data: &str) {
        self.tail.push_str(&plain(data));
        let surplus = self.tail.chars().count().saturating_sub(TAIL_LENGTH);
        self.tail = self.tail.chars().skip(surplus).collect();
    }
}

fn with<T>(terminal: u32, act: impl FnOnce(&mut Session) -> T) -> T {
    SESSIONS.with_borrow_mut(|all| act(all.entry(terminal).or_insert_with(Session::new)))
}

pub fn on_output(terminal: u32, data: &str) {
    with(terminal, |session| {
        let written = session.editor.output(data);
        session.remember(data);
        session.write(&written);
    });
}

pub fn on_state(view: TerminalView) {
    let mode = match view.waits_for {
        WaitsFor::Command => Mode::Command,
        WaitsFor::Answer => Mode::Answer,
        WaitsFor::Nothing => Mode::Running,
    };
    let actions = with(view.terminal, |session| {
        if !view.scrollback.is_empty() {
            session.editor.restart(&view.scrollback);
            session.remember(&view.scrollback);
            session.write(&format!("\x1bc{}", view.scrollback));
        }
        if !view.history.is_empty() {
            session.editor.set_history(view.history);
        }
        session.editor.set_mode(mode, &view.prompt)
    });
    perform(view.terminal, actions);
}

pub fn on_closed(terminal: u32) {
    let closed = SESSIONS.with_borrow_mut(|all| all.remove(&terminal));
    if let Some(screen) = closed.and_then(|session| session.screen) {
        screen.dispose();
    }
}

/// Enters a line as if typed.
pub fn enter(terminal: u32, line: &str) {
    let actions = with(terminal, |session| session.editor.enter(line));
    perform(terminal, actions);
}

pub fn asks_for_approval(terminal: u32) -> bool {
    with(terminal, |session| is_approval(&session.tail))
}

/// Terraform's question at the end of what was printed; a question for a variable's value is another.
fn is_approval(tail: &str) -> bool {
    tail.trim_end().ends_with("Enter a value:") && tail.contains("'yes' will be accepted")
}

/// Puts a screen into its place once the library has loaded.
pub fn mount(terminal: u32, element: &HtmlElement, dark: bool) {
    let element = element.clone();
    spawn_local(async move {
        let on_data = move |data: String| on_data(terminal, &data);
        let on_resize = move |columns: u16| on_resize(terminal, columns);
        let Ok(screen) = screen::create(&element, dark, on_data, on_resize).await else { return };
        with(terminal, |session| {
            screen.write(&std::mem::take(&mut session.unwritten));
            session.screen = Some(screen);
        });
    });
}

fn on_data(terminal: u32, data: &str) {
    let actions = with(terminal, |session| session.editor.input(data));
    perform(terminal, actions);
}

fn on_resize(terminal: u32, columns: u16) {
    with(terminal, |session| session.editor.set_columns(columns.into()));
    ask(Command::TerminalResize { terminal, columns }, drop);
}

/// The tab has come to the front.
pub fn show(terminal: u32, focus: bool) {
    let screen = with(terminal, |session| session.screen.clone());
    if let Some(screen) = screen {
        screen.fit();
        if focus {
            screen.focus();
        }
    }
}

pub fn set_dark(dark: bool) {
    SESSIONS.with_borrow(|all| {
        all.values().filter_map(|session| session.screen.as_ref()).for_each(|screen| screen.set_dark(dark))
    });
}

fn perform(terminal: u32, actions: Vec<Action>) {
    for action in actions {
        match action {
            Action::Write(data) => with(terminal, |session| session.write(&data)),
            Action::Submit(line) => {
                with(terminal, |session| session.tail.clear());
                ask(Command::TerminalLine { terminal, line }, move |reply| show_refusal(terminal, reply));
            }
            Action::Interrupt => ask(Command::TerminalInterrupt { terminal }, drop),
            Action::Eof => ask(Command::TerminalEof { terminal }, drop),
            Action::Clear => ask(Command::TerminalClear { terminal }, drop),
            Action::Complete { line, cursor } => {
                ask(Command::Complete { terminal, line, cursor }, move |reply| {
                    on_completions(terminal, reply)
                });
            }
        }
    }
}

fn show_refusal(terminal: u32, reply: Reply) {
    if let Reply::Refused { text } = reply {
        on_output(terminal, &format!("{text}\r\n"));
    }
}

fn on_completions(terminal: u32, reply: Reply) {
    if let Reply::Completions { from, candidates } = reply {
        with(terminal, |session| {
            let written = session.editor.completed(from, &candidates);
            session.write(&written);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::is_approval;

    #[test]
    fn approval_is_told_from_other_questions() {
        // Source: Terraform's own texts of `apply` and of a variable without a value.
        assert!(is_approval("  Only 'yes' will be accepted to approve.\n\n  Enter a value: "));
        assert!(is_approval(
            "  There is no undo. Only 'yes' will be accepted to confirm.\n\n  Enter a value: "
        ));
        assert!(!is_approval("var.name\n  Enter a value: "));
        assert!(!is_approval("Only 'yes' will be accepted to approve.\n\n  Enter a value: yes\n"));
    }
}
