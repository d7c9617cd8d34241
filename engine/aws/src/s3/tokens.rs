//! Continuation tokens: opaque, stable, and refused when altered.

use super::errors;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_wire::ApiError;
use sha2::{Digest, Sha256};

const SEAL_BYTES: usize = 8;

fn seal(name: &str) -> [u8; SEAL_BYTES] {
    let digest = Sha256::digest(format!("s3 continuation {name}"));
    digest[..SEAL_BYTES].try_into().expect("a digest has 32 bytes")
}

/// A token that stands for "after this name".
pub fn write(name: &str) -> String {
    STANDARD.encode([seal(name).as_slice(), name.as_bytes()].concat())
}

/// The name that a token stands for.
pub fn read(token: &str) -> Result<String, ApiError> {
    let read = || {
        let bytes = STANDARD.decode(token).ok()?;
        let (head, name) = bytes.split_at_checked(SEAL_BYTES)?;
        let name = std::str::from_utf8(name).ok()?;
        (head == seal(name)).then(|| name.to_owned())
    };
    read().ok_or_else(|| {
        errors::invalid_argument("The continuation token provided is incorrect", "continuation-token", token)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn altered_tokens_are_refused() {
        // Source: API reference, "ListObjectsV2": "ContinuationToken is obfuscated and is not a real key."
        let token = write("photos/é");
        assert_eq!(read(&token).as_deref(), Ok("photos/é"));
        for bad in ["", "abc", "é", &token[1..], &write("xy").replace('=', "")] {
            assert_eq!(read(bad).unwrap_err().code, "InvalidArgument", "{bad}");
        }
    }
}
