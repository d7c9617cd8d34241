//! Continuation tokens: opaque, stable, and refused when altered.

use super::errors;
use crate::paging;
use nuvola_wire::ApiError;

const SCOPE: &str = "s3 continuation";

/// A token that stands for "after this name".
pub fn write(name: &str) -> String {
    paging::token(SCOPE, name)
}

/// The name that a token stands for.
pub fn read(token: &str) -> Result<String, ApiError> {
    paging::position(SCOPE, token).ok_or_else(|| {
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
        for bad in ["", "abc", "é", &token[1..]] {
            assert_eq!(read(bad).unwrap_err().code, "InvalidArgument", "{bad}");
        }
    }
}
