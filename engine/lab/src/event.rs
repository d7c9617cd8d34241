//! What the lab tells the page. The page renders these; it decides nothing about the cloud.

use crate::browser_api::{FetchReply, PageReply};
use crate::lesson::view::{LessonMark, LessonView, SolutionView};
use crate::screen::{Acted, Screen};
use crate::view::*;
use nuvola_kernel::Blob;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// The answer to the command of that number.
    Reply {
        id: u64,
        reply: Reply,
    },
    /// The whole list of files, after each change.
    Files {
        project: String,
        files: Vec<FileEntry>,
    },
    /// A file's content changed by something other than the editor (a terminal command, an import).
    FileChanged {
        path: String,
        content: Blob,
    },
    /// Output of a terminal, in xterm's control sequences.
    TerminalOutput {
        terminal: u32,
        data: String,
    },
    /// A terminal's state after a change: what it waits for.
    TerminalState(TerminalView),
    TerminalClosed {
        terminal: u32,
    },
    /// The whole map, after each change.
    Map(MapView),
    /// Something crossed the map: a request, an invocation, a denial.
    Traffic(Traffic),
    /// The boxes of a function's execution environments, after each change.
    Environments {
        environments: Vec<EnvironmentView>,
    },
    Clock(ClockView),
    /// The open lesson after each change, and how far the student came in each.
    Lesson {
        lesson: Option<Box<LessonView>>,
        marks: Vec<LessonMark>,
    },
    /// Something the student should know (storage is full, a part is not simulated).
    Notice(Notice),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Reply {
    Done,
    /// The command could not be done; nothing changed. `text` says why, for people.
    Refused {
        text: String,
    },
    File {
        path: String,
        content: Blob,
    },
    Formatted {
        text: String,
        changed: bool,
    },
    Problems {
        problems: Vec<Problem>,
    },
    StateHash {
        hash: String,
    },
    Zip {
        content: Blob,
        file_name: String,
    },
    Completions {
        from: usize,
        candidates: Vec<String>,
    },
    Panel(Panel),
    Screen(Screen),
    Acted(Acted),
    Invocation(InvocationView),
    Http {
        status: u16,
        headers: Vec<(String, String)>,
        body: Blob,
        unresolved: bool,
        duration_ms: f64,
    },
    Page(PageReply),
    Fetch(FetchReply),
    Solution(SolutionView),
}
