//! Verification, for the server.

use super::{ALGORITHM, ChunkSigner, Problem, Scope, UNSIGNED, canonical, hmac, same, string_to_sign};
use crate::checksum::{hex, sha256_hex};
use crate::chunked::{self, ChunkProblem};
use crate::http::{Headers, Request};
use nuvola_kernel::{Blob, Timestamp};

const SKEW_MS: i64 = 15 * 60 * 1000;
const LONGEST_EXPIRY_S: i64 = 7 * 24 * 60 * 60;

/// What a request says about its own signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    pub access_key_id: String,
    pub scope: Scope,
    /// Lower-case names, in order.
    pub signed_headers: Vec<String>,
    pub signature: String,
    pub signed_at: Timestamp,
    /// **Units**: seconds. A presigned request has it, a signed header has not.
    pub expires_s: Option<i64>,
    pub session_token: Option<String>,
}

/// A request whose signature is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The body without its `aws-chunked` frame.
    pub body: Blob,
    /// The headers that came after the body: checksums.
    pub trailers: Headers,
}

/// Who signs, by header or query string; `None`: nobody, an anonymous request.
pub fn presented(request: &Request) -> Result<Option<Presented>, Problem> {
    if let Some(header) = request.headers.get("Authorization") {
        return by_header(request, header).map(Some);
    }
    let pairs = request.query_pairs();
    let parameter = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if parameter("X-Amz-Algorithm").is_none() && parameter("X-Amz-Signature").is_none() {
        return Ok(None);
    }
    by_query(parameter).map(Some)
}

fn by_header(request: &Request, header: &str) -> Result<Presented, Problem> {
    let Some(rest) = header.trim().strip_prefix(ALGORITHM) else {
        return Err(Problem::UnsupportedAuthorization { header: header.to_owned() });
    };
    let part = |name: &str| {
        rest.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
    };
    let (credential, signed, signature) = (part("Credential"), part("SignedHeaders"), part("Signature"));
    let date = request.headers.get("X-Amz-Date").or_else(|| request.headers.get("Date"));
    let mut missing = Vec::new();
    for (name, text) in [("Credential", credential), ("Signature", signature), ("SignedHeaders", signed)] {
        if text.is_empty() {
            missing.push(name);
        }
    }
    let signed_at = date.and_then(Timestamp::parse);
    let malformed = |missing| Problem::IncompleteHeader { missing, header: header.to_owned() };
    let Some(signed_at) = signed_at.filter(|_| missing.is_empty()) else {
        return Err(malformed(missing));
    };
    let (access_key_id, scope) = read_credential(credential)
        .ok_or_else(|| Problem::MalformedCredential { credential: credential.to_owned() })?;
    Ok(Presented {
        access_key_id,
        scope,
        signed_headers: signed.split(';').map(str::to_ascii_lowercase).collect(),
        signature: signature.to_owned(),
        signed_at,
        expires_s: None,
        session_token: request.headers.get("X-Amz-Security-Token").map(str::to_owned),
    })
}

fn by_query<'p>(parameter: impl Fn(&str) -> Option<&'p str>) -> Result<Presented, Problem> {
    let problem = |text: &str| Problem::QueryParameters { message: text.to_owned() };
    let found = ["X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"]
        .map(&parameter);
    let (Some(algorithm), [Some(credential), Some(signature), Some(date), Some(signed), Some(expires)]) =
        (parameter("X-Amz-Algorithm"), found)
    else {
        return Err(problem(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
             X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        ));
    };
    if algorithm != ALGORITHM {
        return Err(problem("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\""));
    }
    let Some((access_key_id, scope)) = read_credential(credential) else {
        return Err(problem(
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; \
             expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        ));
    };
    let Some(signed_at) = Timestamp::parse(date).filter(|_| date.len() == "20261123T000000Z".len()) else {
        return Err(problem("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""));
    };
    let expires_s = match expires.parse::<i64>() {
        Err(_) => return Err(problem("X-Amz-Expires should be a number")),
        Ok(seconds) if seconds < 0 => return Err(problem("X-Amz-Expires must be non-negative")),
        Ok(seconds) if seconds > LONGEST_EXPIRY_S => {
            return Err(problem(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires \
                 must be less than 604800 seconds",
            ));
        }
        Ok(seconds) => seconds,
    };
    Ok(Presented {
        access_key_id,
        scope,
        signed_headers: signed.split(';').map(str::to_ascii_lowercase).collect(),
        signature: signature.to_owned(),
        signed_at,
        expires_s: Some(expires_s),
        session_token: parameter("X-Amz-Security-Token").map(str::to_owned),
    })
}

/// `AKID/20261123/eu-south-1/s3/aws4_request`
pub(super) fn read_credential(text: &str) -> Option<(String, Scope)> {
    let mut parts = text.rsplitn(5, '/');
    let (end, service, region, date, key) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let dated = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
    if end != "aws4_request" || !dated || key.is_empty() || region.is_empty() || service.is_empty() {
        return None;
    }
    let scope = Scope { date: date.to_owned(), region: region.to_owned(), service: service.to_owned() };
    Some((key.to_owned(), scope))
}

/// Checks time, signature and payload hash, and unpacks the body.
/// The checksums in headers and trailers are [`crate::checksum::verify`]'s.
pub fn verify(
    request: &Request,
    presented: &Presented,
    secret: &str,
    now_ms: i64,
) -> Result<Verified, Problem> {
    check_time(presented, now_ms)?;
    check_signed_headers(request, presented)?;
    let s3 = canonical::is_s3(&presented.scope.service);
    let hash = payload_hash(request, presented, s3)?;
    let at = presented.signed_at.basic();
    let canonical_request =
        canonical::request(request, &presented.scope.service, &presented.signed_headers, &hash);
    let string_to_sign = string_to_sign(&at, &presented.scope, &canonical_request);
    let key = presented.scope.key(secret);
    let expected = hex(&hmac(&key, string_to_sign.as_bytes()));
    if !same(&expected, &presented.signature) || !at.starts_with(&presented.scope.date) {
        return Err(Problem::SignatureDoesNotMatch {
            access_key_id: presented.access_key_id.clone(),
            signature: presented.signature.clone(),
            string_to_sign,
            canonical_request,
        });
    }
    let signer = ChunkSigner { key, at, scope: presented.scope.text(), previous: expected };
    unpack(request, &hash, signer)
}

/// The body that the payload hash speaks of.
fn unpack(request: &Request, hash: &str, signer: ChunkSigner) -> Result<Verified, Problem> {
    let signer = match hash {
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" | "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => Some(signer),
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => None,
        _ => return Ok(Verified { body: request.body.clone(), trailers: Headers::new() }),
    };
    let decoded = chunked::decode(&request.body, signer).map_err(|problem| match problem {
        ChunkProblem::Malformed | ChunkProblem::Incomplete => Problem::IncompleteBody,
        ChunkProblem::SignatureDoesNotMatch => Problem::ChunkSignatureDoesNotMatch,
    })?;
    let declared = request.headers.get("X-Amz-Decoded-Content-Length");
    if declared.is_some_and(|length| length.trim().parse() != Ok(decoded.body.len())) {
        return Err(Problem::IncompleteBody);
    }
    Ok(Verified { body: decoded.body, trailers: decoded.trailers })
}

fn check_time(presented: &Presented, now_ms: i64) -> Result<(), Problem> {
    let (signed_at, now) = (presented.signed_at, Timestamp(now_ms));
    let early = signed_at.0.saturating_sub(now_ms) > SKEW_MS;
    match presented.expires_s {
        Some(_) if early => Err(Problem::NotYetValid { signed_at, now }),
        Some(expires_s) => {
            let ends = signed_at.plus_ms(expires_s.saturating_mul(1000));
            if ends < now { Err(Problem::Expired { signed_at, ends, expires_s, now }) } else { Ok(()) }
        }
        None if early || now_ms.saturating_sub(signed_at.0) > SKEW_MS => {
            Err(Problem::TimeTooSkewed { signed_at, now })
        }
        None => Ok(()),
    }
}

/// The host must be signed, and for S3 all `x-amz-*` headers that are there.
fn check_signed_headers(request: &Request, presented: &Presented) -> Result<(), Problem> {
    let signed = |name: &str| presented.signed_headers.iter().any(|signed| signed == name);
    if !signed("host") {
        return Err(Problem::HeadersNotSigned { names: vec!["host".to_owned()] });
    }
    if !canonical::is_s3(&presented.scope.service) {
        return Ok(());
    }
    let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.retain(|name| {
        let presigned_hash = presented.expires_s.is_some() && name == "x-amz-content-sha256";
        name.starts_with("x-amz-") && !signed(name) && !presigned_hash
    });
    if names.is_empty() { Ok(()) } else { Err(Problem::HeadersNotSigned { names }) }
}

/// The hash that the client signed, checked against the body where it is one.
fn payload_hash(request: &Request, presented: &Presented, s3: bool) -> Result<String, Problem> {
    let named = request.headers.get("X-Amz-Content-SHA256").map(str::to_owned);
    let named = match presented.expires_s {
        Some(_) => named.or_else(|| request.query_get("X-Amz-Content-Sha256")),
        None => named,
    };
    match named {
        None if s3 && presented.expires_s.is_some() => Ok(UNSIGNED.to_owned()),
        None if s3 => Err(Problem::ContentHashMissing),
        None => Ok(sha256_hex(&request.body)),
        Some(named) if named == UNSIGNED || named.starts_with("STREAMING-") => Ok(named),
        Some(named) => {
            let found = sha256_hex(&request.body);
            if same(&named, &found) { Ok(found) } else { Err(Problem::ContentHashMismatch { named, found }) }
        }
    }
}
