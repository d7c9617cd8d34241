//! Access keys. All of them are made up: nothing here opens a real account.
//!
//! Their ids have the length, the letters and the first four characters of AWS's, so that every client
//! takes them, and then the word `NUVOLA`. By this mark the lab tells them from a real key, which it
//! refuses with a warning and never stores (the threat model); a real id has the mark by an accident of
//! one in 32^6, a thousand million.

use nuvola_kernel::IdSource;
use serde::{Deserialize, Serialize};

/// What ids of access keys have after `AKIA` or `ASIA`.
pub const MARK: &str = "NUVOLA";

/// How many characters of an id are drawn; 20 in all.
const DRAWN: usize = 10;

/// What a client signs with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// `AKIANUVOLA…` for good, `ASIANUVOLA…` for a session: 20 characters.
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
            access_key_id: marked_id("AKIA", ids),
            secret_access_key: ids.mixed_alnum(40),
            session_token: None,
            expires_at_ms: None,
        }
    }

    /// Temporary credentials, as STS issues them.
    pub fn temporary(ids: &mut IdSource, expires_at_ms: i64) -> Self {
        Credentials {
            access_key_id: marked_id("ASIA", ids),
            secret_access_key: ids.mixed_alnum(40),
            session_token: Some(format!("IQoJb3JpZ2luX2Vj{}", ids.mixed_alnum(300))),
            expires_at_ms: Some(expires_at_ms),
        }
    }
}

/// What a client signs with does not tell when it expires.
impl From<Credentials> for nuvola_wire::sigv4::Credentials {
    fn from(credentials: Credentials) -> Self {
        nuvola_wire::sigv4::Credentials {
            access_key_id: credentials.access_key_id,
            secret_access_key: credentials.secret_access_key,
            session_token: credentials.session_token,
        }
    }
}

fn marked_id(prefix: &str, ids: &mut IdSource) -> String {
    format!("{prefix}{MARK}{}", ids.upper_base32(DRAWN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_formed_as_those_of_aws_and_marked() {
        // Source: IAM User Guide, "IAM identifiers", "Understanding unique ID prefixes"; the mark is ours.
        let mut ids = IdSource::new(1);
        let keys = [Credentials::long_lived(&mut ids), Credentials::temporary(&mut ids, 0)];
        for (key, start) in keys.iter().zip(["AKIANUVOLA", "ASIANUVOLA"]) {
            let id = &key.access_key_id;
            assert!(id.starts_with(start), "{id}");
            assert_eq!(id.len(), 20);
            assert!(id.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'2'..=b'7')), "{id}");
        }
    }
}
