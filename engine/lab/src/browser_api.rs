//! What the preview browser exchanges with the lab.

use nuvola_kernel::Blob;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Navigation {
    pub url: String,
    pub method: String,
    pub headers: Vec<(String, String)>,
    pub body: Blob,
}

/// A document for the preview frame.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageReply {
    /// The address after redirects.
    pub url: String,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub content_type: String,
    pub body: Blob,
    /// `ERR_NAME_NOT_RESOLVED` and its like, when there is no answer; `body` is then empty.
    pub error: Option<String>,
}

/// A request that a page's script (or the page's markup) makes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FetchRequest {
    /// The address of the page that asks; its origin is judged.
    pub page_url: String,
    pub url: String,
    pub method: String,
    pub headers: Vec<(String, String)>,
    pub body: Blob,
    /// `cors`, `no-cors`, `same-origin`
    pub mode: String,
    /// `omit`, `same-origin`, `include`
    pub credentials: String,
    /// `follow`, `error`, `manual`
    pub redirect: String,
    /// `fetch` or `xhr`: Chrome words their messages differently.
    pub initiator: String,
}

/// What the script gets, and what the lab explains about it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FetchReply {
    /// `basic`, `cors`, `opaque`, `opaqueredirect`, or `error`: the script's promise rejects.
    pub response_type: String,
    pub url: String,
    pub redirected: bool,
    pub status: u16,
    /// Only those that the page may see.
    pub headers: Vec<(String, String)>,
    pub body: Blob,
    /// What Chrome prints in its console; empty when nothing went wrong.
    pub console: Vec<String>,
    pub exchange: Exchange,
}

/// One call of the page, step by step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    pub page_origin: String,
    pub method: String,
    pub url: String,
    pub blocked: bool,
    pub steps: Vec<ExchangeStep>,
    /// What is really wrong, where something is.
    #[serde(default)]
    pub fault: Option<Fault>,
    /// What would fix it, and where.
    #[serde(default)]
    pub remedies: Vec<Remedy>,
}

/// What blocked a call. The console's words are the same for most of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// The server does not allow this origin, method or header.
    Cors,
    /// The server failed, so no header came.
    Server,
    /// The server refused the request: no permission, no key, too many.
    Refused,
    /// Nothing is at this path and method.
    Missing,
    /// No answer came.
    Network,
    /// The script asked for what no page may do.
    Script,
}

/// One way to mend a blocked call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Remedy {
    /// Where: `handler`, `function URL CORS settings`.
    pub place: String,
    pub what: String,
}

/// A header of an answer, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    pub name: String,
    /// Empty where the header is not there.
    pub value: String,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeStep {
    /// `sameOrigin`, `preflightNeeded`, `preflight`, `preflightCheck`, `request`, `corsCheck`, `redirect`, `network`
    pub kind: String,
    pub title: String,
    /// Why, for people.
    pub explanation: String,
    pub verdict: Verdict,
    /// The header that decided, where one did.
    pub header: Option<String>,
    /// What was sent, line by line (`OPTIONS /pow`, then headers).
    pub sent: Vec<String>,
    /// What came back, line by line.
    pub received: Vec<String>,
    /// Each header that the judgement read.
    #[serde(default)]
    pub judged: Vec<Judged>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    Passed,
    Blocked,
    Neutral,
}
