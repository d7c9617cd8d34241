//! AWS Signature Version 4: signing, presigning, and telling what is wrong with a signature.
//!
//! **Source**: IAM User Guide, "AWS Signature Version 4 for API requests"; S3 API Reference,
//! "Authenticating Requests (AWS Signature Version 4)".
//!
//! A server asks [`presented`] who signs, finds the secret of that key, and calls [`verify`], which
//! answers with the body as the service shall see it. What fails is a [`Problem`]; each family of
//! services words it in its own way: [`Problem::api_error`].

mod canonical;
mod problem;
mod sign;
mod verify;

pub use problem::Problem;
pub use sign::Signer;
pub use verify::{Presented, Verified, presented, verify};

use crate::checksum::{hex, sha256_hex};
use crate::http::Headers;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
pub(crate) const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// An access key with its secret; temporary ones have a session token.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
}

/// What a signing key is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// `20261123`
    pub date: String,
    pub region: String,
    pub service: String,
}

impl Scope {
    /// `20261123/eu-south-1/s3/aws4_request`
    pub fn text(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.date, self.region, self.service)
    }

    /// The access key and the scope of a credential: `AKID/20261123/eu-south-1/s3/aws4_request`.
    pub fn of_credential(text: &str) -> Option<(String, Scope)> {
        verify::read_credential(text)
    }

    /// Whether a signature is that of a text, as policies of forms are signed.
    pub fn has_signed(&self, secret: &str, text: &str, signature: &str) -> bool {
        same(&self.sign_text(secret, text), signature)
    }

    /// The signature of a text, as policies of forms are signed.
    pub fn sign_text(&self, secret: &str, text: &str) -> String {
        hex(&hmac(&self.key(secret), text.as_bytes()))
    }

    fn key(&self, secret: &str) -> [u8; 32] {
        let date = hmac(format!("AWS4{secret}").as_bytes(), self.date.as_bytes());
        let region = hmac(&date, self.region.as_bytes());
        let service = hmac(&region, self.service.as_bytes());
        hmac(&service, b"aws4_request")
    }
}

/// The password with which a user's key sends mail through SES.
///
/// **Source**: SES Developer Guide, "Obtaining Amazon SES SMTP credentials", the conversion of a secret key.
#[must_use]
pub fn smtp_password(secret: &str, region: &str) -> String {
    let mut key = hmac(format!("AWS4{secret}").as_bytes(), b"11111111");
    for part in [region, "ses", "aws4_request", "SendRawEmail"] {
        key = hmac(&key, part.as_bytes());
    }
    let mut bytes = vec![4];
    bytes.extend(key);
    STANDARD.encode(bytes)
}

fn hmac(key: &[u8], data: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(data);
    mac.finalize().into_bytes().into()
}

/// The text to sign: algorithm, time, scope, and the hash of the canonical request.
fn string_to_sign(at: &str, scope: &Scope, canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{at}\n{}\n{}", scope.text(), sha256_hex(canonical_request.as_bytes()))
}

/// Compares without telling by its duration where the texts part.
fn same(left: &str, right: &str) -> bool {
    left.len() == right.len() && left.bytes().zip(right.bytes()).fold(0, |odd, (a, b)| odd | (a ^ b)) == 0
}

/// Checks the signatures of an `aws-chunked` body, each of which continues the one before.
#[derive(Debug, Clone)]
pub struct ChunkSigner {
    key: [u8; 32],
    at: String,
    scope: String,
    previous: String,
}

impl ChunkSigner {
    fn sign(&self, kind: &str, hashes: &str) -> String {
        let text = format!("{ALGORITHM}-{kind}\n{}\n{}\n{}\n{hashes}", self.at, self.scope, self.previous);
        hex(&hmac(&self.key, text.as_bytes()))
    }

    /// True where this is the signature of the next chunk.
    pub fn chunk(&mut self, data: &[u8], given: &str) -> bool {
        let hashes = format!("{}\n{}", sha256_hex(b""), sha256_hex(data));
        self.previous = self.sign("PAYLOAD", &hashes);
        same(&self.previous, given)
    }

    /// True where this is the signature of the trailers.
    pub fn trailers(&self, trailers: &Headers, given: &str) -> bool {
        let text: String =
            trailers.iter().map(|(name, value)| format!("{}:{value}\n", name.to_ascii_lowercase())).collect();
        same(&self.sign("TRAILER", &sha256_hex(text.as_bytes())), given)
    }
}
