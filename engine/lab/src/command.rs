//! What the page asks of the lab. Plain data in the user's terms: no service type crosses this boundary.

use crate::browser_api::{FetchRequest, Navigation};
use crate::screen::Path;
use nuvola_kernel::Blob;
use serde::{Deserialize, Serialize};

/// A command with the number under which its answer (`Event::Reply`) comes back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ask {
    pub id: u64,
    pub command: Command,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// The page has (re)loaded: send everything it shows (files, terminals, map, clock).
    Attach,
    /// Replaces all files and the whole cloud by a project of the shelf; the page has asked for confirmation.
    OpenProject {
        name: String,
    },
    /// Empties the cloud and Terraform's state, keeps the files; the page has asked for confirmation.
    ResetCloud,

    /// Answered by `Reply::File`.
    ReadFile {
        path: String,
    },
    /// Creates or replaces; folders come into being with their files.
    WriteFile {
        path: String,
        content: Blob,
    },
    /// Deletes a file or a folder with all in it.
    DeleteFile {
        path: String,
    },
    RenameFile {
        from: String,
        to: String,
    },
    /// Formats one HCL file as `terraform fmt` does. Answered by `Reply::Formatted`.
    FormatFile {
        path: String,
    },
    /// Checks the configuration as it stands with `unsaved` texts laid over the files. Answered by `Reply::Problems`.
    Check {
        unsaved: Vec<(String, String)>,
    },
    /// Answered by `Reply::Zip`: every file, ready for `terraform apply` on a real account.
    ExportProject,
    /// Replaces all files by those of a zip. Nothing runs.
    ImportProject {
        zip: Blob,
    },

    /// A line typed at a terminal's prompt, or an answer to what a program reads.
    TerminalLine {
        terminal: u32,
        line: String,
    },
    /// Ctrl-C.
    TerminalInterrupt {
        terminal: u32,
    },
    /// Ctrl-D on an empty line.
    TerminalEof {
        terminal: u32,
    },
    /// Empties the kept output of a terminal.
    TerminalClear {
        terminal: u32,
    },
    TerminalOpen,
    TerminalClose {
        terminal: u32,
    },
    TerminalResize {
        terminal: u32,
        columns: u16,
    },
    /// Answered by `Reply::Completions`.
    Complete {
        terminal: u32,
        line: String,
        cursor: usize,
    },

    /// What the panel of a resource shows. Answered by `Reply::Panel`.
    Describe {
        node: String,
    },
    /// A console's screen. Answered by `Reply::Screen`.
    Console {
        path: Path,
    },
    /// Does what a button or a form of that screen says. Answered by `Reply::Acted`.
    ConsoleAct {
        path: Path,
        verb: String,
        values: Vec<(String, String)>,
        files: Vec<(String, Blob)>,
    },
    /// Invokes a function with a test event (JSON text). Answered by `Reply::Invocation` when it has finished.
    Invoke {
        function: String,
        event: String,
    },
    /// Keeps or replaces a saved test event of a function.
    SaveTestEvent {
        function: String,
        name: String,
        event: String,
    },
    /// A plain HTTP request to any host of the cloud, as `curl` would send it. Answered by `Reply::Http`.
    Http {
        method: String,
        url: String,
        headers: Vec<(String, String)>,
        body: Blob,
    },

    /// The preview browser loads an address. Answered by `Reply::Page`.
    Navigate(Navigation),
    /// A script in the preview calls `fetch` or `XMLHttpRequest`. Answered by `Reply::Fetch`.
    Fetch(FetchRequest),

    /// Replaces all files and the whole cloud by a lesson (its packed JSON text); the page has asked for confirmation.
    OpenLesson {
        lesson: String,
    },
    /// The open lesson from its beginning; the page has asked for confirmation.
    RestartLesson,
    /// Commits to an answer of a step's question.
    LessonPredict {
        step: usize,
        option: usize,
    },
    /// Shows one more hint of a step.
    LessonHint {
        step: usize,
    },
    /// Runs a step's checks; answered when they have ended. `automatic`: only if they cost nothing.
    LessonCheck {
        step: usize,
        automatic: bool,
    },
    /// How the author would do a step. Answered by `Reply::Solution`.
    LessonSolution {
        step: usize,
    },

    /// The hash of the whole state, for comparing hosts. Answered by `Reply::StateHash`.
    StateHash,

    /// Pauses the lab's clock or changes its speed (1.0 is real time).
    SetClock {
        paused: bool,
        speed: f64,
    },
}

impl Command {
    /// Whether the command only looks: it changes nothing, so the journal need not keep it.
    pub fn is_query(&self) -> bool {
        match self {
            Command::Attach
            | Command::ReadFile { .. }
            | Command::FormatFile { .. }
            | Command::Check { .. }
            | Command::ExportProject
            | Command::StateHash
            | Command::Console { .. }
            | Command::LessonSolution { .. }
            | Command::Complete { .. } => true,
            Command::OpenProject { .. }
            | Command::ResetCloud
            | Command::WriteFile { .. }
            | Command::DeleteFile { .. }
            | Command::RenameFile { .. }
            | Command::ImportProject { .. }
            | Command::TerminalLine { .. }
            | Command::TerminalInterrupt { .. }
            | Command::TerminalEof { .. }
            | Command::TerminalClear { .. }
            | Command::TerminalOpen
            | Command::TerminalClose { .. }
            | Command::TerminalResize { .. }
            | Command::Describe { .. }
            | Command::ConsoleAct { .. }
            | Command::Invoke { .. }
            | Command::SaveTestEvent { .. }
            | Command::Http { .. }
            | Command::Navigate(_)
            | Command::Fetch(_)
            | Command::OpenLesson { .. }
            | Command::RestartLesson
            | Command::LessonPredict { .. }
            | Command::LessonHint { .. }
            | Command::LessonCheck { .. }
            | Command::SetClock { .. } => false,
        }
    }

    /// Whether the command concerns files and what a terminal shows, but nothing in the cloud.
    /// It needs no more of the program than opening a lab does, so a host can do it before the rest is there.
    pub fn is_light(&self) -> bool {
        match self {
            Command::Attach
            | Command::ReadFile { .. }
            | Command::WriteFile { .. }
            | Command::DeleteFile { .. }
            | Command::RenameFile { .. }
            | Command::FormatFile { .. }
            | Command::Check { .. }
            | Command::TerminalClear { .. }
            | Command::TerminalOpen
            | Command::TerminalResize { .. }
            | Command::SaveTestEvent { .. } => true,
            Command::OpenProject { .. }
            | Command::ResetCloud
            | Command::ExportProject
            | Command::ImportProject { .. }
            | Command::TerminalLine { .. }
            | Command::TerminalInterrupt { .. }
            | Command::TerminalEof { .. }
            | Command::TerminalClose { .. }
            | Command::Complete { .. }
            | Command::Describe { .. }
            | Command::Console { .. }
            | Command::ConsoleAct { .. }
            | Command::Invoke { .. }
            | Command::Http { .. }
            | Command::Navigate(_)
            | Command::Fetch(_)
            | Command::OpenLesson { .. }
            | Command::RestartLesson
            | Command::LessonPredict { .. }
            | Command::LessonHint { .. }
            | Command::LessonCheck { .. }
            | Command::LessonSolution { .. }
            | Command::StateHash
            | Command::SetClock { .. } => false,
        }
    }
}
