//! Why a request to AWS did not succeed, in the words of the provider's SDK.

use crate::transport::TransportError;
use nuvola_wire::ApiError;
use std::fmt;

/// A failed request.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// `IAM: CreateRole`; nothing for an error of the provider itself.
    pub operation: Option<String>,
    pub kind: FailureKind,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum FailureKind {
    Api {
        error: ApiError,
        request_id: String,
        host_id: Option<String>,
        /// Whether the operation's model names the error.
        modelled: bool,
    },
    Transport(TransportError),
    /// The provider's own text.
    Own(String),
}

impl Failure {
    /// An error of the provider itself.
    pub fn own(text: impl Into<String>) -> Self {
        Self { operation: None, kind: FailureKind::Own(text.into()) }
    }

    /// The error code that AWS answered.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match &self.kind {
            FailureKind::Api { error, .. } => Some(&error.code),
            FailureKind::Transport(_) | FailureKind::Own(_) => None,
        }
    }

    #[must_use]
    pub fn status(&self) -> u16 {
        match &self.kind {
            FailureKind::Api { error, .. } => error.status,
            FailureKind::Transport(_) | FailureKind::Own(_) => 0,
        }
    }

    #[must_use]
    pub fn is(&self, code: &str) -> bool {
        self.code() == Some(code)
    }

    /// Whether AWS answered with a code and a text that contains some words.
    #[must_use]
    pub fn says(&self, code: &str, words: &str) -> bool {
        match &self.kind {
            FailureKind::Api { error, .. } => error.code == code && error.message.contains(words),
            FailureKind::Transport(_) | FailureKind::Own(_) => false,
        }
    }

    /// Whether the thing that the request was about does not exist.
    #[must_use]
    pub fn is_absence(&self) -> bool {
        const ABSENT: &[&str] = &[
            "NoSuchEntity",
            "ResourceNotFoundException",
            "NotFoundException",
            "NotFound",
            "NoSuchBucket",
            "NoSuchKey",
            "NoSuchBucketPolicy",
            "NoSuchCORSConfiguration",
            "NoSuchLifecycleConfiguration",
            "NoSuchWebsiteConfiguration",
            "NoSuchPublicAccessBlockConfiguration",
            "NoSuchTagSet",
            "OwnershipControlsNotFoundError",
            "ServerSideEncryptionConfigurationNotFoundError",
            "404",
        ];
        self.code().is_some_and(|code| ABSENT.contains(&code))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.operation {
            write!(f, "operation error {operation}, ")?;
        }
        match &self.kind {
            FailureKind::Own(text) => f.write_str(text),
            FailureKind::Transport(TransportError::Unresolved { host }) => {
                write!(
                    f,
                    "https response error StatusCode: 0, RequestID: , request send failed, dial tcp: lookup {host}: no such host"
                )
            }
            FailureKind::Transport(TransportError::Failed { message }) => {
                write!(f, "https response error StatusCode: 0, RequestID: , request send failed, {message}")
            }
            FailureKind::Api { error, request_id, host_id, modelled } => {
                write!(f, "https response error StatusCode: {}, RequestID: {request_id}, ", error.status)?;
                if let Some(host_id) = host_id {
                    write!(f, "HostID: {host_id}, ")?;
                }
                match modelled {
                    // S3's own error types read no text.
                    true if host_id.is_some() => write!(f, "{}: ", error.code),
                    true => write!(f, "{}: {}", error.code, error.message),
                    false => write!(f, "api error {}: {}", error.code, error.message),
                }
            }
        }
    }
}
