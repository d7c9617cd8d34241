//! Opaque page tokens: they survive unchanged, and altered ones are refused.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

const TAG_BYTES: usize = 8;

fn tag(scope: &str, position: &str) -> [u8; TAG_BYTES] {
    let digest = Sha256::digest(format!("{scope}\0{position}"));
    digest[..TAG_BYTES].try_into().expect("a digest has 32 bytes")
}

/// A token for `position` (the key of the last item sent), of use only in the listing `scope`.
pub fn token(scope: &str, position: &str) -> String {
    let mut bytes = tag(scope, position).to_vec();
    bytes.extend_from_slice(position.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The position in a token; nothing for a token that this listing did not give.
pub fn position(scope: &str, token: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (given, position) = bytes.split_at_checked(TAG_BYTES)?;
    let position = std::str::from_utf8(position).ok()?;
    (given == tag(scope, position)).then(|| position.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_and_altered_ones_do_not() {
        let given = token("ListRoles", "rôle");
        assert_eq!(position("ListRoles", &given).as_deref(), Some("rôle"));
        assert_eq!(position("ListUsers", &given), None);
        assert_eq!(position("ListRoles", &format!("{given}A")), None);
        assert_eq!(position("ListRoles", "?"), None);
    }
}
