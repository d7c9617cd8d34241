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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    Passed,
    Blocked,
    Neutral,
}
