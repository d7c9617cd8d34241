//! Plain view data: what screens show, already decided and worded.

pub use crate::lesson::view::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileEntry {
    /// Relative to the project's root, `/` between folders.
    pub path: String,
    pub size_bytes: usize,
    /// Made by a tool (state, lock file, archives): shown apart, not edited by hand.
    pub generated: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TerminalView {
    pub terminal: u32,
    pub waits_for: WaitsFor,
    /// The prompt, in xterm's control sequences, empty while a program runs.
    pub prompt: String,
    /// Everything printed so far (bounded); sent on `Attach` only, else empty.
    pub scrollback: String,
    /// Lines typed before, oldest first; sent on `Attach` only, else empty.
    pub history: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WaitsFor {
    /// The shell's prompt: a command line.
    Command,
    /// A program reads a line (an approval, `input()`).
    Answer,
    /// A program runs and reads nothing.
    Nothing,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MapView {
    pub nodes: Vec<MapNode>,
    pub edges: Vec<MapEdge>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MapNode {
    /// The ARN once it exists, the Terraform address before; stable for the page's keys.
    pub id: String,
    /// The Terraform type that stands for its kind, such as `aws_lambda_function`; `client` for the browser.
    pub kind: String,
    pub title: String,
    /// A short second line: runtime, path, website address.
    pub subtitle: String,
    /// The Terraform address, where Terraform manages it.
    pub address: Option<String>,
    pub status: NodeStatus,
    /// Smaller parts (methods, integrations, attachments) stand inside this node.
    pub parent: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NodeStatus {
    /// In the configuration, not in the cloud.
    Planned,
    Creating,
    Ready,
    Updating,
    Deleting,
    Failed,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MapEdge {
    pub from: String,
    pub to: String,
    /// What the connection is: `invokes`, `assumes`, `serves`, `stores in`, `logs to`, `depends on`.
    pub label: String,
}

/// One request, invocation or delivery, for the animation on the map and the activity list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Traffic {
    pub at_ms: i64,
    /// A map node, or `client`, `terraform`, `terminal`, `preview`.
    pub from: String,
    /// A map node, where one is concerned.
    pub to: String,
    /// `s3:PutObject`, `GET /pow`, `Invoke`.
    pub title: String,
    /// What happened, for people: `200`, `AccessDenied: no policy of role pow allows s3:PutObject`.
    pub outcome: String,
    pub failed: bool,
    pub duration_ms: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentView {
    pub id: String,
    pub function: String,
    /// `starting`, `init`, `idle`, `busy`, `stopping`.
    pub phase: String,
    pub invocations: u32,
    pub since_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockView {
    /// The lab's time now.
    pub now_ms: i64,
    pub paused: bool,
    pub speed: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    pub severity: Severity,
    pub title: String,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    Error,
    Warning,
    Info,
}

/// A squiggle. Lines and columns count from 1, columns in characters as a person sees them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    pub path: String,
    pub severity: Severity,
    pub summary: String,
    pub detail: String,
    pub start_line: u32,
    pub start_column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

/// What is known about one resource, in sections that the page draws alike for every kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Panel {
    pub node: String,
    pub kind: String,
    pub title: String,
    pub address: Option<String>,
    /// The console's screen for it.
    pub console: Option<crate::screen::Path>,
    pub sections: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Section {
    Facts {
        title: String,
        facts: Vec<Fact>,
    },
    Table {
        title: String,
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    Code {
        title: String,
        language: String,
        text: String,
    },
    /// Addresses that the preview browser or `curl` can open.
    Links {
        title: String,
        links: Vec<Link>,
    },
    /// The function can be invoked here: test events by name, JSON text each.
    Test {
        function: String,
        events: Vec<(String, String)>,
    },
    /// Log lines, oldest first.
    Logs {
        title: String,
        lines: Vec<LogLine>,
    },
    Text {
        title: String,
        text: String,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    pub label: String,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    pub label: String,
    pub url: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    pub at_ms: i64,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvocationView {
    pub function: String,
    /// The answer's payload, JSON text.
    pub payload: String,
    /// `Unhandled` when the handler failed; the API's error code when the call itself was refused.
    pub error: Option<String>,
    /// The last 4 kB of the log, as `LogType=Tail` gives them.
    pub log: String,
    pub report: Option<Report>,
    pub status: u16,
}

/// The REPORT line, read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub request_id: String,
    pub duration_ms: f64,
    pub billed_duration_ms: f64,
    pub memory_size_mb: u32,
    pub max_memory_used_mb: u32,
    /// Only on a cold start.
    pub init_duration_ms: Option<f64>,
}

/// What is simulated and what is not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CoverageView {
    pub services: Vec<ServiceCoverage>,
    /// Types that `terraform apply` can create.
    pub terraform_types: Vec<String>,
    /// What the page itself cannot imitate: a title and a sentence each.
    pub limits: Vec<Fact>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceCoverage {
    pub service: String,
    /// Operations, each with what it does.
    pub simulated: Vec<Fact>,
    pub not_simulated: Vec<String>,
}
