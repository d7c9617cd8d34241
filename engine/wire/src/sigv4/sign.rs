//! Signing, for clients.

use super::{ALGORITHM, Credentials, Scope, UNSIGNED, canonical, hmac, string_to_sign};
use crate::checksum::{hex, sha256_hex};
use crate::http::Request;
use crate::uri;
use nuvola_kernel::Timestamp;

/// Who signs what, and when.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    pub credentials: &'a Credentials,
    pub region: &'a str,
    /// The service's signing name.
    pub service: &'a str,
    pub now_ms: i64,
}

impl Signer<'_> {
    fn scope(&self, at: &str) -> Scope {
        Scope {
            date: at.get(..8).unwrap_or(at).to_owned(),
            region: self.region.to_owned(),
            service: self.service.to_owned(),
        }
    }

    fn signature(&self, request: &Request, at: &str, signed: &[String], payload_hash: &str) -> String {
        let scope = self.scope(at);
        let canonical = canonical::request(request, self.service, signed, payload_hash);
        let key = scope.key(&self.credentials.secret_access_key);
        hex(&hmac(&key, string_to_sign(at, &scope, &canonical).as_bytes()))
    }

    /// Signs by the `Authorization` header. A payload hash that the request already names
    /// (`UNSIGNED-PAYLOAD`, `STREAMING-UNSIGNED-PAYLOAD-TRAILER`) is kept.
    pub fn sign(&self, request: &mut Request) {
        let at = Timestamp(self.now_ms).basic();
        request.headers.remove("Authorization");
        request.headers.set("X-Amz-Date", at.clone());
        if let Some(token) = &self.credentials.session_token {
            request.headers.set("X-Amz-Security-Token", token.clone());
        }
        let payload_hash = match request.headers.get("X-Amz-Content-SHA256") {
            Some(given) => given.to_owned(),
            None => sha256_hex(&request.body),
        };
        if canonical::is_s3(self.service) {
            request.headers.set("X-Amz-Content-SHA256", payload_hash.clone());
        }
        let signed = canonical::signable(&request.headers);
        let signature = self.signature(request, &at, &signed, &payload_hash);
        let (key, scope) = (&self.credentials.access_key_id, self.scope(&at).text());
        let signed = signed.join(";");
        let text =
            format!("{ALGORITHM} Credential={key}/{scope}, SignedHeaders={signed}, Signature={signature}");
        request.headers.set("Authorization", text);
    }

    /// Signs by the query string, for whoever holds the address.
    pub fn presign(&self, request: &mut Request, expires_s: u32) {
        let at = Timestamp(self.now_ms).basic();
        let signed = canonical::signable(&request.headers);
        let credential = format!("{}/{}", self.credentials.access_key_id, self.scope(&at).text());
        let mut added = vec![
            ("X-Amz-Algorithm", ALGORITHM.to_owned()),
            ("X-Amz-Credential", credential),
            ("X-Amz-Date", at.clone()),
            ("X-Amz-Expires", expires_s.to_string()),
            ("X-Amz-SignedHeaders", signed.join(";")),
        ];
        added.extend(
            self.credentials.session_token.iter().map(|token| ("X-Amz-Security-Token", token.clone())),
        );
        for (name, value) in &added {
            push_parameter(request, name, value);
        }
        let payload_hash =
            if canonical::is_s3(self.service) { UNSIGNED.to_owned() } else { sha256_hex(&request.body) };
        let signature = self.signature(request, &at, &signed, &payload_hash);
        push_parameter(request, "X-Amz-Signature", &signature);
    }
}

fn push_parameter(request: &mut Request, name: &str, value: &str) {
    if !request.query.is_empty() {
        request.query.push('&');
    }
    request.query.push_str(name);
    request.query.push('=');
    request.query.push_str(&uri::encode(value));
}
