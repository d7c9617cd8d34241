//! Access keys. All of them are made up: nothing here opens a real account.

use nuvola_kernel::IdSource;
use serde::{Deserialize, Serialize};

/// What a client signs with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// `AKIA…` for good, `ASIA…` for a session.
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
    /// **Units**: Unix milliseconds. Absent: they do not expire.
    pub expires_at_ms: Option<i64>,
}

impl Credentials {
    /// An access key of a user.
    pub fn long_lived(ids: &mut IdSource) -> Self {
        Credentials {
            access_key_id: format!("AKIA{}", ids.upper_base32(16)),
            secret_access_key: ids.mixed_alnum(40),
            session_token: None,
            expires_at_ms: None,
        }
    }

    /// Temporary credentials, as STS issues them.
    pub fn temporary(ids: &mut IdSource, expires_at_ms: i64) -> Self {
        Credentials {
            access_key_id: format!("ASIA{}", ids.upper_base32(16)),
            secret_access_key: ids.mixed_alnum(40),
            session_token: Some(format!("IQoJb3JpZ2luX2Vj{}", ids.mixed_alnum(300))),
            expires_at_ms: Some(expires_at_ms),
        }
    }
}
