//! The line that a person types at a terminal: keys in, control sequences out. It knows no browser.
//!
//! The screen is told to redraw from the line's origin: the place where the prompt, or the program's
//! last output, ended. Everything else (history, search, completion) changes the text and redraws.

use std::collections::VecDeque;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What the terminal's owner has to do after a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Write(String),
    Submit(String),
    Interrupt,
    Eof,
    /// The kept output goes too.
    Clear,
    /// `cursor` is a byte offset into `line`.
    Complete {
        line: String,
        cursor: usize,
    },
}

/// What the terminal waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Command,
    Answer,
    Running,
}

#[derive(Debug)]
struct Search {
    query: String,
    /// Index into the history of the line found.
    found: Option<usize>,
}

#[derive(Debug)]
pub struct LineEditor {
    columns: usize,
    mode: Mode,
    prompt: String,
    /// The column where the prompt begins, or where a program's output ended.
    origin: usize,
    text: Vec<char>,
    cursor: usize,
    /// The row of the cursor below the line's first row, as last drawn.
    cursor_row: usize,
    history: Vec<String>,
    /// The place in the history, and the line that was being typed when the walk began.
    walk: Option<(usize, String)>,
    search: Option<Search>,
    /// What was cut last, for Ctrl-Y.
    cut: Vec<char>,
    /// Pasted lines that wait for their turn, and whether each ends in a line break.
    pasted: VecDeque<(String, bool)>,
}

impl LineEditor {
    pub fn new(columns: usize) -> Self {
        LineEditor {
            columns: columns.max(20),
            mode: Mode::Running,
            prompt: String::new(),
            origin: 0,
            text: Vec::new(),
            cursor: 0,
            cursor_row: 0,
            history: Vec::new(),
            walk: None,
            search: None,
            cut: Vec::new(),
            pasted: VecDeque::new(),
        }
    }

    pub fn line(&self) -> String {
        self.text.iter().collect()
    }

    pub fn set_columns(&mut self, columns: usize) {
        self.columns = columns.max(20);
    }

    pub fn set_history(&mut self, history: Vec<String>) {
        self.history = history;
        self.walk = None;
    }

    /// The screen was emptied and `scrollback` written to it.
    pub fn restart(&mut self, scrollback: &str) {
        (self.origin, self.cursor_row) = (0, 0);
        self.follow(scrollback);
        self.prompt.clear();
    }

    /// What a program prints, around the line that is being typed.
    pub fn output(&mut self, data: &str) -> String {
        let showing = !self.text.is_empty() || !self.prompt.is_empty();
        let mut out = if showing { self.to_origin() + "\x1b[J" } else { String::new() };
        out.push_str(data);
        self.follow(data);
        self.cursor_row = 0;
        if showing {
            out.push_str(&self.draw());
        }
        out
    }

    /// The terminal waits for something else now.
    pub fn set_mode(&mut self, mode: Mode, prompt: &str) -> Vec<Action> {
        let mut out = String::new();
        if self.mode == mode && self.prompt == prompt {
            return Vec::new();
        }
        if !self.text.is_empty() || !self.prompt.is_empty() {
            out.push_str(&(self.to_origin() + "\x1b[J"));
        }
        self.cursor_row = 0;
        if mode == Mode::Command && self.origin != 0 {
            out.push_str("\r\n");
            self.origin = 0;
        }
        (self.mode, self.prompt) = (mode, prompt.to_owned());
        out.push_str(&self.draw());
        let mut actions = vec![Action::Write(out)];
        let takes_next = mode != Mode::Running && self.text.is_empty();
        if let Some((next, entered)) = takes_next.then(|| self.pasted.pop_front()).flatten() {
            self.insert(&next);
            match entered {
                true => self.submit(&mut actions),
                false => actions.push(Action::Write(self.redraw())),
            }
        }
        actions
    }

    /// Replaces what is typed and enters it, as the page's buttons do.
    pub fn enter(&mut self, line: &str) -> Vec<Action> {
        let mut actions = Vec::new();
        self.search = None;
        self.set_text(line);
        self.submit(&mut actions);
        actions
    }

    /// Keys and pasted text, as xterm gives them.
    pub fn input(&mut self, data: &str) -> Vec<Action> {
        let mut actions = Vec::new();
        let is_paste = data.chars().count() > 1 && !data.starts_with('\x1b');
        if is_paste {
            self.paste(data, &mut actions);
            return actions;
        }
        self.key(data, &mut actions);
        actions
    }

    fn paste(&mut self, data: &str, actions: &mut Vec<Action>) {
        let data = data.replace("\r\n", "\n").replace('\r', "\n");
        let mut lines = data.split('\n').peekable();
        let mut first = true;
        while let Some(line) = lines.next() {
            let plain: String = line.replace('\t', "    ").chars().filter(|c| !c.is_control()).collect();
            let is_last = lines.peek().is_none();
            match (first, is_last) {
                (true, true) => {
                    self.insert(&plain);
                    actions.push(Action::Write(self.redraw()));
                }
                (true, false) => {
                    self.insert(&plain);
                    self.submit(actions);
                }
                (false, true) if plain.is_empty() => {}
                // Text after the last line break will wait on its line.
                (false, _) => self.pasted.push_back((plain, !is_last)),
            }
            first = false;
        }
    }

    fn key(&mut self, data: &str, actions: &mut Vec<Action>) {
        if self.search.is_some() && self.search_key(data, actions) {
            return;
        }
        match data {
            "\r" | "\n" => return self.submit(actions),
            "\x03" => return self.interrupt(actions),
            "\x04" if self.text.is_empty() => return actions.push(Action::Eof),
            "\x04" | "\x1b[3~" => self.delete(self.cursor, self.right_of(self.cursor)),
            "\x0c" => {
                self.origin = 0;
                self.cursor_row = 0;
                actions.push(Action::Clear);
                return actions.push(Action::Write(format!("\x1b[2J\x1b[3J\x1b[H{}", self.draw())));
            }
            "\x09" => {
                if self.mode == Mode::Command {
                    let cursor = self.text[..self.cursor].iter().collect::<String>().len();
                    actions.push(Action::Complete { line: self.line(), cursor });
                }
                return;
            }
            "\x12" => self.search = Some(Search { query: String::new(), found: None }),
            "\x7f" | "\x08" => self.delete(self.left_of(self.cursor), self.cursor),
            "\x01" | "\x1b[H" | "\x1bOH" | "\x1b[1~" => self.cursor = 0,
            "\x05" | "\x1b[F" | "\x1bOF" | "\x1b[4~" => self.cursor = self.text.len(),
            "\x02" | "\x1b[D" | "\x1bOD" => self.cursor = self.left_of(self.cursor),
            "\x06" | "\x1b[C" | "\x1bOC" => self.cursor = self.right_of(self.cursor),
            "\x1b[1;5D" | "\x1b[1;3D" | "\x1bb" => self.cursor = self.word_left(),
            "\x1b[1;5C" | "\x1b[1;3C" | "\x1bf" => self.cursor = self.word_right(),
            "\x15" => self.delete(0, self.cursor),
            "\x0b" => self.delete(self.cursor, self.text.len()),
            "\x17" | "\x1b\x7f" => self.delete(self.word_left(), self.cursor),
            "\x1bd" => self.delete(self.cursor, self.word_right()),
            "\x19" => {
                let cut: String = self.cut.iter().collect();
                self.insert(&cut);
            }
            "\x10" | "\x1b[A" | "\x1bOA" => self.walk_back(),
            "\x0e" | "\x1b[B" | "\x1bOB" => self.walk_on(),
            other if other.starts_with('\x1b') || other.chars().any(char::is_control) => return,
            other => self.insert(other),
        }
        actions.push(Action::Write(self.redraw()));
    }

    fn submit(&mut self, actions: &mut Vec<Action>) {
        let line = self.line();
        self.search = None;
        self.cursor = self.text.len();
        let written = self.redraw() + "\r\n";
        if self.mode == Mode::Command && !line.trim().is_empty() && self.history.last() != Some(&line) {
            self.history.push(line.clone());
        }
        (self.walk, self.cursor, self.cursor_row, self.origin) = (None, 0, 0, 0);
        self.text.clear();
        self.prompt.clear();
        self.mode = Mode::Running;
        actions.push(Action::Write(written));
        actions.push(Action::Submit(line));
    }

    fn interrupt(&mut self, actions: &mut Vec<Action>) {
        self.pasted.clear();
        self.search = None;
        if self.mode == Mode::Command {
            self.cursor = self.text.len();
            let mut written = self.redraw() + "^C\r\n";
            self.text.clear();
            (self.walk, self.cursor, self.cursor_row, self.origin) = (None, 0, 0, 0);
            written.push_str(&self.draw());
            actions.push(Action::Write(written));
        } else if !self.text.is_empty() {
            actions.push(Action::Write(self.to_origin() + "\x1b[J"));
            self.text.clear();
            (self.cursor, self.cursor_row) = (0, 0);
        }
        actions.push(Action::Interrupt);
    }

    /// The lab's answer to `Action::Complete`: `from` is a byte offset into the line.
    pub fn completed(&mut self, from: usize, candidates: &[String]) -> String {
        let line = self.line();
        let cursor_bytes = self.text[..self.cursor].iter().collect::<String>().len();
        let Some(word) = line.get(from..cursor_bytes) else { return String::new() };
        let Some(first) = candidates.first() else { return "\x07".to_owned() };
        let shared = candidates.iter().skip(1).fold(first.as_str(), |shared, next| {
            let length = shared.char_indices().zip(next.chars()).take_while(|((_, a), b)| a == b).last();
            length.map_or("", |((at, a), _)| &shared[..at + a.len_utf8()])
        });
        if candidates.len() > 1 && shared.len() <= word.len() {
            return self.list(candidates);
        }
        let start = line[..from].chars().count();
        let replacement: Vec<char> = shared.chars().collect();
        self.text.splice(start..self.cursor, replacement.iter().copied());
        self.cursor = start + replacement.len();
        self.redraw()
    }

    /// Shows candidates in columns below the line, then the line again.
    fn list(&mut self, candidates: &[String]) -> String {
        let names: Vec<&str> = candidates.iter().map(|name| name.trim_end()).collect();
        let cell = names.iter().map(|name| name.width()).max().unwrap_or(0) + 2;
        let per_row = (self.columns / cell).max(1);
        let cursor = std::mem::replace(&mut self.cursor, self.text.len());
        let mut out = self.redraw() + "\r\n";
        for row in names.chunks(per_row) {
            for name in row {
                out.push_str(name);
                out.push_str(&" ".repeat(cell - name.width()));
            }
            out.push_str("\r\n");
        }
        (self.cursor, self.cursor_row, self.origin) = (cursor, 0, 0);
        out + &self.draw()
    }

    fn insert(&mut self, text: &str) {
        let new: Vec<char> = text.chars().collect();
        self.text.splice(self.cursor..self.cursor, new.iter().copied());
        self.cursor += new.len();
    }

    fn set_text(&mut self, text: &str) {
        self.text = text.chars().collect();
        self.cursor = self.text.len();
    }

    fn delete(&mut self, from: usize, to: usize) {
        let gone: Vec<char> = self.text.drain(from..to).collect();
        if gone.len() > 1 {
            self.cut = gone;
        }
        self.cursor = from;
    }

    /// One visible character back: marks that combine move with their letter.
    fn left_of(&self, from: usize) -> usize {
        let mut at = from.saturating_sub(1);
        while at > 0 && self.text[at].width() == Some(0) {
            at -= 1;
        }
        at
    }

    fn right_of(&self, from: usize) -> usize {
        let mut at = (from + 1).min(self.text.len());
        while at < self.text.len() && self.text[at].width() == Some(0) {
            at += 1;
        }
        at
    }

    fn word_left(&self) -> usize {
        let mut at = self.cursor;
        while at > 0 && self.text[at - 1].is_whitespace() {
            at -= 1;
        }
        while at > 0 && !self.text[at - 1].is_whitespace() {
            at -= 1;
        }
        at
    }

    fn word_right(&self) -> usize {
        let mut at = self.cursor;
        while at < self.text.len() && self.text[at].is_whitespace() {
            at += 1;
        }
        while at < self.text.len() && !self.text[at].is_whitespace() {
            at += 1;
        }
        at
    }

    fn walk_back(&mut self) {
        if self.mode != Mode::Command {
            return;
        }
        let (at, draft) = self.walk.take().unwrap_or_else(|| (self.history.len(), self.line()));
        let at = at.saturating_sub(1);
        if let Some(line) = self.history.get(at).cloned() {
            self.set_text(&line);
            self.walk = Some((at, draft));
        }
    }

    fn walk_on(&mut self) {
        let Some((at, draft)) = self.walk.take() else { return };
        match self.history.get(at + 1).cloned() {
            Some(line) => {
                self.set_text(&line);
                self.walk = Some((at + 1, draft));
            }
            None => self.set_text(&draft),
        }
    }

    /// A key while Ctrl-R searches; whether the search took it.
    fn search_key(&mut self, data: &str, actions: &mut Vec<Action>) -> bool {
        let Some(mut search) = self.search.take() else { return false };
        match data {
            "\x12" => search.found = self.find(&search.query, search.found.unwrap_or(self.history.len())),
            "\x7f" | "\x08" => {
                search.query.pop();
                search.found = self.find(&search.query, self.history.len());
            }
            "\x07" | "\x1b" => {
                self.set_text("");
                actions.push(Action::Write(self.redraw()));
                return true;
            }
            other if other.chars().any(char::is_control) => {
                if let Some(line) = search.found.and_then(|at| self.history.get(at)).cloned() {
                    self.set_text(&line);
                }
                // The key that ends the search does its usual work on the line found.
                return false;
            }
            other => {
                search.query.push_str(other);
                search.found = self.find(&search.query, self.history.len());
            }
        }
        self.search = Some(search);
        actions.push(Action::Write(self.redraw()));
        true
    }

    /// The latest line before `before` that holds the query.
    fn find(&self, query: &str, before: usize) -> Option<usize> {
        (0..before.min(self.history.len()))
            .rev()
            .find(|at| !query.is_empty() && self.history[*at].contains(query))
    }

    /// Remembers where output left the cursor.
    fn follow(&mut self, data: &str) {
        let mut column = self.origin;
        let mut rest = data.chars().peekable();
        while let Some(character) = rest.next() {
            match character {
                '\n' | '\r' => column = 0,
                '\x1b' => skip_sequence(&mut rest),
                '\t' => column = (column / 8 + 1) * 8,
                '\x08' => column = column.saturating_sub(1),
                other => column += other.width().unwrap_or(0),
            }
        }
        self.origin = column % self.columns;
    }

    /// Moves to the line's origin from where the cursor was last drawn.
    fn to_origin(&self) -> String {
        let mut out = String::new();
        if self.cursor_row > 0 {
            out.push_str(&format!("\x1b[{}A", self.cursor_row));
        }
        out.push('\r');
        if self.origin > 0 {
            out.push_str(&format!("\x1b[{}C", self.origin));
        }
        out
    }

    fn redraw(&mut self) -> String {
        self.to_origin() + "\x1b[J" + &self.draw()
    }

    /// Draws prompt and line from the origin and leaves the cursor in its place.
    fn draw(&mut self) -> String {
        let (head, text, cursor) = match &self.search {
            Some(search) => {
                let found = search.found.and_then(|at| self.history.get(at)).cloned().unwrap_or_default();
                let text: Vec<char> = found.chars().collect();
                let end = text.len();
                (format!("(reverse-i-search)`{}': ", search.query), text, end)
            }
            None => (self.prompt.clone(), self.text.clone(), self.cursor),
        };
        let plain: Vec<char> = plain(&head).chars().collect();
        let start = place(self.columns, (0, self.origin), &plain);
        let at = place(self.columns, start, &text[..cursor]);
        let end = place(self.columns, start, &text);
        let mut out = head;
        out.extend(&text);
        if end.1 == 0 && end.0 > 0 {
            // The screen wraps only when the next character comes: make it wrap now.
            out.push_str("\r\n");
        }
        if end.0 > at.0 {
            out.push_str(&format!("\x1b[{}A", end.0 - at.0));
        }
        out.push('\r');
        if at.1 > 0 {
            out.push_str(&format!("\x1b[{}C", at.1));
        }
        self.cursor_row = at.0;
        out
    }
}

/// Where the cursor stands after some characters; the column is below `columns`.
fn place(columns: usize, from: (usize, usize), text: &[char]) -> (usize, usize) {
    let (mut row, mut column) = from;
    for character in text {
        let width = character.width().unwrap_or(0);
        if column + width > columns {
            (row, column) = (row + 1, 0);
        }
        column += width;
        if column == columns {
            (row, column) = (row + 1, 0);
        }
    }
    (row, column)
}

fn skip_sequence(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    if rest.next_if_eq(&'[').is_none() {
        rest.next();
        return;
    }
    for character in rest.by_ref() {
        if character.is_ascii_alphabetic() || character == '~' {
            return;
        }
    }
}

/// A text without control sequences.
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\x1b' => skip_sequence(&mut rest),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
#[path = "line_editor_tests.rs"]
mod tests;
