//! Terminals: a prompt, a small shell, and the programs behind it.
//!
//! `parse` reads a command line, `run` runs it, `commands` holds the built-in programs,
//! `terraform` and `http` those that stand for larger ones.

mod commands;
pub(crate) mod completion;
mod curl;
pub(crate) mod jobs;
mod packages;
mod parse;
pub(crate) mod run;
mod session;
mod terraform;

pub(crate) use curl::parse_url;
pub(crate) use terraform::providers;

use crate::view::{TerminalView, WaitsFor};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How much output a terminal keeps for a reload. **Units**: bytes.
const SCROLLBACK_BYTES: usize = 256 << 10;
const HISTORY_LINES: usize = 1000;

/// A terminal's output as plain text: without control sequences, lines ending in `\n`.
pub(crate) fn strip_controls(output: &str) -> String {
    let mut plain = String::with_capacity(output.len());
    let mut chars = output.chars();
    while let Some(character) = chars.next() {
        match character {
            '\x1b' => while chars.next().is_some_and(|character| !character.is_ascii_alphabetic()) {},
            '\r' => {}
            other => plain.push(other),
        }
    }
    plain
}

/// Where a terminal is, for its prompt.
pub(crate) struct Place {
    /// `student@nuvola`
    pub name: String,
    /// What the root of its files is called: `~/project`.
    pub home: String,
}

/// One terminal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Terminal {
    scrollback: String,
    pub history: Vec<String>,
    /// Relative to the project's root.
    pub cwd: String,
    /// Set by `export`, over the lab's own variables.
    pub env: BTreeMap<String, String>,
    /// Those of the lab's own that `unset` took away.
    pub unset: BTreeSet<String>,
    /// The id of the instance that it is connected to; nothing: the student's own computer.
    pub machine: Option<String>,
    /// It belongs to the machine itself (user data, a program in the background): nobody sees it.
    pub hidden: bool,
    /// Where a hidden terminal's output is seen all the same.
    pub echo: Option<u32>,
    pub last_status: i32,
    pub columns: u16,
    pub waits_for: WaitsFor,
    /// Lines typed while a program runs; `None` is Ctrl-D.
    #[serde(skip)]
    pub input: VecDeque<Option<String>>,
    /// How often Ctrl-C was pressed since the command began.
    #[serde(skip)]
    pub interruptions: u32,
    /// The sandboxed program in the foreground.
    #[serde(skip)]
    pub process: Option<u32>,
}

impl Terminal {
    pub fn new() -> Self {
        Terminal {
            scrollback: String::new(),
            history: Vec::new(),
            cwd: String::new(),
            env: BTreeMap::new(),
            unset: BTreeSet::new(),
            machine: None,
            hidden: false,
            echo: None,
            last_status: 0,
            columns: 100,
            waits_for: WaitsFor::Command,
            input: VecDeque::new(),
            interruptions: 0,
            process: None,
        }
    }

    /// A terminal on an instance; a hidden one is the machine's own.
    pub fn on(instance_id: &str, hidden: bool) -> Self {
        Terminal { machine: Some(instance_id.to_owned()), hidden, ..Terminal::new() }
    }

    /// Keeps what is printed, and gives it as terminals expect it (`\r\n`).
    pub fn keep_output(&mut self, text: &str) -> String {
        let mut data = String::with_capacity(text.len() + 16);
        let mut previous = '\0';
        for character in text.chars() {
            if character == '\n' && previous != '\r' {
                data.push('\r');
            }
            data.push(character);
            previous = character;
        }
        self.scrollback.push_str(&data);
        if self.scrollback.len() > SCROLLBACK_BYTES {
            let mut cut = self.scrollback.len() - SCROLLBACK_BYTES * 3 / 4;
            while !self.scrollback.is_char_boundary(cut) {
                cut += 1;
            }
            let line_end = self.scrollback[cut..].find('\n').map_or(0, |at| at + 1);
            self.scrollback.drain(..cut + line_end);
        }
        data
    }

    /// Everything that was printed and is kept, as a file has it.
    pub fn plain_output(&self) -> String {
        self.scrollback.replace("\r\n", "\n")
    }

    pub fn clear(&mut self) {
        self.scrollback.clear();
    }

    pub fn scrollback(&self) -> &str {
        &self.scrollback
    }

    /// The same shell at its prompt, whatever runs in it: its folder and its variables.
    pub fn at_prompt(&self) -> Self {
        Terminal { cwd: self.cwd.clone(), env: self.env.clone(), ..Terminal::new() }
    }

    /// Remembers a command line; a line typed twice in a row is kept once.
    pub fn remember(&mut self, line: &str) {
        if line.trim().is_empty() || self.history.last().is_some_and(|last| last == line) {
            return;
        }
        self.history.push(line.to_owned());
        if self.history.len() > HISTORY_LINES {
            self.history.remove(0);
        }
    }

    pub fn prompt(&self, place: &Place) -> String {
        let folder = match (place.home.as_str(), self.cwd.as_str()) {
            (home, "") => home.to_owned(),
            (home, folder) => format!("{home}/{folder}"),
        };
        format!("\x1b[1;32m{}\x1b[0m:\x1b[1;34m{folder}\x1b[0m$ ", place.name)
    }

    pub fn view(&self, terminal: u32, place: &Place) -> TerminalView {
        let prompt = match self.waits_for {
            WaitsFor::Command => self.prompt(place),
            WaitsFor::Answer | WaitsFor::Nothing => String::new(),
        };
        TerminalView {
            terminal,
            waits_for: self.waits_for,
            prompt,
            scrollback: self.scrollback.clone(),
            history: self.history.clone(),
        }
    }
}
