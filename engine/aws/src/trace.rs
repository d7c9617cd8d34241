//! What happened, as plain data: it feeds the map, the logs, the cost meter and the explanations.

use crate::auth::Decision;
use serde::{Deserialize, Serialize};

/// What kind of happening a trace tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TraceKind {
    /// A call of an AWS API.
    Api,
    /// A request to something that a user built: a website, a function URL, an API's stage.
    DataPlane,
    /// A run of a function.
    Invocation,
    /// Something that one service handed to another.
    Delivery,
}

/// One request, invocation, decision or delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    pub kind: TraceKind,
    pub at_ms: i64,
    pub duration_ms: f64,
    /// AWS's id of the request (`x-amzn-RequestId`).
    pub request_id: String,
    /// The host's id of the request, where there is one.
    pub http_id: Option<u64>,
    /// The request or invocation that caused this one.
    pub parent: Option<String>,
    /// The service's short name: `s3`, `lambda`.
    pub service: String,
    pub operation: String,
    pub region: String,
    /// Who acts: an ARN, a service's name or `anonymous`.
    pub principal: String,
    /// The resource on whose behalf the principal acts: the ARN of a function, say.
    pub caller: Option<String>,
    /// ARNs of what the request is about.
    pub resources: Vec<String>,
    pub status: u16,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub request_bytes: u64,
    pub response_bytes: u64,
    /// Every permission that was judged on the way, with reasons.
    pub decisions: Vec<Decision>,
    /// What the request asked for and Nuvola does not simulate.
    pub not_simulated: Vec<String>,
    /// Explanations of what the user may have tripped over.
    #[serde(default)]
    pub hints: Vec<String>,
}

impl Trace {
    /// A trace of which only the kind, the time and the request's id are known yet.
    pub fn begin(kind: TraceKind, at_ms: i64, request_id: &str) -> Self {
        Trace {
            kind,
            at_ms,
            duration_ms: 0.0,
            request_id: request_id.to_owned(),
            http_id: None,
            parent: None,
            service: String::new(),
            operation: String::new(),
            region: String::new(),
            principal: String::new(),
            caller: None,
            resources: Vec::new(),
            status: 0,
            error_code: None,
            error_message: None,
            request_bytes: 0,
            response_bytes: 0,
            decisions: Vec::new(),
            not_simulated: Vec::new(),
            hints: Vec::new(),
        }
    }
}
