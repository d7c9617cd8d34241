//! What AWS answers when a request fails.

use crate::http::Headers;
use serde::{Deserialize, Serialize};

/// Who is to blame: query services write it as `Sender` or `Receiver`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Fault {
    #[default]
    Client,
    Server,
}

/// An error answer, before a protocol gives it its form.
///
/// Services build these in their `errors.rs` only, with the texts that AWS uses.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ApiError {
    /// `NoSuchBucket`, `ResourceNotFoundException`, ...
    pub code: String,
    pub message: String,
    pub status: u16,
    #[serde(default)]
    pub fault: Fault,
    /// The code that the service's former query protocol had, where it differs
    /// (`AWS.SimpleQueueService.NonExistentQueue`).
    #[serde(default)]
    pub query_code: Option<Box<str>>,
    /// Further members of the body, in order: S3's `BucketName`, DynamoDB's `CancellationReasons`.
    #[serde(default)]
    pub members: Vec<(String, serde_json::Value)>,
    /// Further headers: `x-amz-delete-marker`, `Retry-After`.
    #[serde(default)]
    pub headers: Headers,
}

impl ApiError {
    /// A client's fault, unless the status is 500 or above.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        ApiError {
            code: code.into(),
            message: message.into(),
            status,
            fault: if status >= 500 { Fault::Server } else { Fault::Client },
            ..ApiError::default()
        }
    }

    /// Adds a member to the body.
    pub fn with_member(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.members.push((name.into(), value.into()));
        self
    }

    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.set(name, value);
        self
    }

    pub fn with_query_code(mut self, code: impl Into<Box<str>>) -> Self {
        self.query_code = Some(code.into());
        self
    }

    /// A member of the body by name.
    pub fn member(&self, name: &str) -> Option<&serde_json::Value> {
        self.members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for ApiError {}
