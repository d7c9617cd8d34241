//! What is wrong with a signature, and how each family of services says it.

use crate::error::ApiError;
use crate::schema::{Protocol, ServiceSchema};
use nuvola_kernel::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// An `Authorization` of another kind.
    UnsupportedAuthorization {
        header: String,
    },
    /// Parts are missing; none of them named: the date is.
    IncompleteHeader {
        missing: Vec<&'static str>,
        header: String,
    },
    MalformedCredential {
        credential: String,
    },
    /// The signature in the query string is not well-formed.
    QueryParameters {
        message: String,
    },
    /// Signed for another service than that of the endpoint.
    WrongService {
        given: String,
        expected: String,
    },
    /// Signed for another region than that of the endpoint.
    WrongRegion {
        given: String,
        expected: String,
    },
    TimeTooSkewed {
        signed_at: Timestamp,
        now: Timestamp,
    },
    NotYetValid {
        signed_at: Timestamp,
        now: Timestamp,
    },
    Expired {
        signed_at: Timestamp,
        ends: Timestamp,
        expires_s: i64,
        now: Timestamp,
    },
    HeadersNotSigned {
        names: Vec<String>,
    },
    ContentHashMissing,
    ContentHashMismatch {
        named: String,
        found: String,
    },
    SignatureDoesNotMatch {
        access_key_id: String,
        signature: String,
        string_to_sign: String,
        /// Empty where a text was signed and no request.
        canonical_request: String,
    },
    ChunkSignatureDoesNotMatch,
    IncompleteBody,
    /// No such access key.
    UnknownKey {
        access_key_id: String,
    },
    /// The session token is absent or another.
    InvalidToken {
        token: String,
    },
    /// The session is over.
    ExpiredToken {
        token: String,
    },
    /// The operation needs a signature and there is none.
    Missing,
}

/// The families that word these in one way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    S3,
    Query,
    Ec2,
    Json,
}

const MISMATCH_S3: &str = "The request signature we calculated does not match the signature you provided. \
    Check your key and signing method.";
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check \
    your AWS Secret Access Key and signing method. Consult the service documentation for details.";

impl Problem {
    /// The answer of a service of this kind.
    ///
    /// **Source**: S3 API Reference, "Error responses" and "Troubleshooting SigV4"; IAM User Guide,
    /// "Troubleshoot Signature Version 4"; the "Common Errors" pages of the other services.
    pub fn api_error(&self, service: &ServiceSchema) -> ApiError {
        let family = match service.protocol {
            _ if service.bare_xml_errors => Family::S3,
            Protocol::Ec2Query => Family::Ec2,
            Protocol::Query | Protocol::RestXml => Family::Query,
            Protocol::RestJson | Protocol::Json10 | Protocol::Json11 => Family::Json,
        };
        let mut error = if family == Family::S3 { self.as_s3() } else { self.elsewhere(family) };
        if service.query_compatible && family == Family::Json {
            // A service that once spoke query keeps its codes and statuses.
            let before = self.elsewhere(Family::Query);
            error.status = before.status;
            return error.with_query_code(before.code);
        }
        if matches!(service.protocol, Protocol::Json10 | Protocol::Json11) {
            // The json protocols answer 400 to every client's fault.
            error.status = 400;
        }
        error
    }

    fn as_s3(&self) -> ApiError {
        let denied = |message: &str| ApiError::new(403, "AccessDenied", message);
        let header = |text: String| ApiError::new(400, "AuthorizationHeaderMalformed", text);
        match self {
            Problem::UnsupportedAuthorization { header } => {
                ApiError::new(400, "InvalidArgument", "Unsupported Authorization Type")
                    .with_member("ArgumentName", "Authorization")
                    .with_member("ArgumentValue", header.as_str())
            }
            Problem::IncompleteHeader { missing, .. } => match missing.first() {
                Some(name) => header(format!("The authorization header is malformed; {name} is missing.")),
                None => denied("AWS authentication requires a valid Date or x-amz-date header"),
            },
            Problem::MalformedCredential { .. } => header(
                "The authorization header is malformed; the Credential is mal-formed; expecting \
                 \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
                    .to_owned(),
            ),
            Problem::QueryParameters { message } => {
                ApiError::new(400, "AuthorizationQueryParametersError", message.as_str())
            }
            Problem::WrongService { given, expected } => header(format!(
                "The authorization header is malformed; incorrect service \"{given}\". \
                 This endpoint belongs to \"{expected}\"."
            )),
            Problem::WrongRegion { given, expected } => header(format!(
                "The authorization header is malformed; the region '{given}' is wrong; expecting '{expected}'"
            ))
            .with_member("Region", expected.as_str()),
            Problem::TimeTooSkewed { signed_at, now } => {
                let text = "The difference between the request time and the current time is too large.";
                ApiError::new(403, "RequestTimeTooSkewed", text)
                    .with_member("RequestTime", signed_at.basic())
                    .with_member("ServerTime", now.iso_seconds())
                    .with_member("MaxAllowedSkewMilliseconds", 900_000)
            }
            Problem::NotYetValid { .. } => denied("Request is not valid yet"),
            Problem::Expired { ends, expires_s, now, .. } => denied("Request has expired")
                .with_member("X-Amz-Expires", *expires_s)
                .with_member("Expires", ends.iso_seconds())
                .with_member("ServerTime", now.iso_seconds()),
            Problem::HeadersNotSigned { names } => {
                denied("There were headers present in the request which were not signed")
                    .with_member("HeadersNotSigned", names.join(", "))
            }
            Problem::ContentHashMissing => ApiError::new(
                400,
                "InvalidRequest",
                "Missing required header for this request: x-amz-content-sha256",
            ),
            Problem::ContentHashMismatch { named, found } => ApiError::new(
                400,
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
            )
            .with_member("ClientComputedContentSHA256", named.as_str())
            .with_member("S3ComputedContentSHA256", found.as_str()),
            Problem::SignatureDoesNotMatch {
                access_key_id,
                signature,
                string_to_sign,
                canonical_request,
            } => {
                let error = ApiError::new(403, "SignatureDoesNotMatch", MISMATCH_S3)
                    .with_member("AWSAccessKeyId", access_key_id.as_str())
                    .with_member("StringToSign", string_to_sign.as_str())
                    .with_member("SignatureProvided", signature.as_str())
                    .with_member("StringToSignBytes", spaced_hex(string_to_sign));
                if canonical_request.is_empty() {
                    return error;
                }
                error
                    .with_member("CanonicalRequest", canonical_request.as_str())
                    .with_member("CanonicalRequestBytes", spaced_hex(canonical_request))
            }
            Problem::ChunkSignatureDoesNotMatch => ApiError::new(403, "SignatureDoesNotMatch", MISMATCH_S3),
            Problem::IncompleteBody => {
                ApiError::new(400, "IncompleteBody", "The request body terminated unexpectedly")
            }
            Problem::UnknownKey { access_key_id } => ApiError::new(
                403,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            )
            .with_member("AWSAccessKeyId", access_key_id.as_str()),
            Problem::InvalidToken { token } => {
                ApiError::new(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
                    .with_member("Token-0", token.as_str())
            }
            Problem::ExpiredToken { token } => {
                ApiError::new(400, "ExpiredToken", "The provided token has expired.")
                    .with_member("Token-0", token.as_str())
            }
            Problem::Missing => denied("Access Denied"),
        }
    }

    fn elsewhere(&self, family: Family) -> ApiError {
        let named = |query: &str, json: &str, message: String| {
            ApiError::new(403, if family == Family::Json { json } else { query }, message)
        };
        let mismatch = |message: String| named("SignatureDoesNotMatch", "InvalidSignatureException", message);
        let incomplete = |message: String| {
            let mut error = named("IncompleteSignature", "IncompleteSignatureException", message);
            error.status = 400;
            error
        };
        match self {
            Problem::UnsupportedAuthorization { header } => incomplete(format!(
                "Authorization header requires 'Credential' parameter. Authorization header requires \
                 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. \
                 Authorization={}",
                header.split(' ').next().unwrap_or_default()
            )),
            Problem::IncompleteHeader { missing, header } => incomplete(incomplete_text(missing, header)),
            Problem::MalformedCredential { credential } => incomplete(format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 keyid/date/region/service/term, got '{credential}'"
            )),
            Problem::QueryParameters { message } => incomplete(message.clone()),
            Problem::WrongService { expected, .. } => {
                mismatch(format!("Credential should be scoped to correct service: '{expected}'."))
            }
            Problem::WrongRegion { given, .. } => {
                mismatch(format!("Credential should be scoped to a valid region, not '{given}'."))
            }
            Problem::TimeTooSkewed { signed_at, now } | Problem::NotYetValid { signed_at, now } => {
                skewed(*signed_at, *now, family, mismatch)
            }
            Problem::Expired { ends, now, .. } => match family {
                Family::Ec2 => ApiError::new(400, "RequestExpired", "Request has expired."),
                Family::S3 | Family::Query | Family::Json => mismatch(format!(
                    "Signature expired: {} is now earlier than {}",
                    ends.basic(),
                    now.basic()
                )),
            },
            Problem::HeadersNotSigned { names } if names.iter().any(|name| name == "host") => mismatch(
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned(),
            ),
            Problem::HeadersNotSigned { .. }
            | Problem::ContentHashMissing
            | Problem::ContentHashMismatch { .. }
            | Problem::SignatureDoesNotMatch { .. }
            | Problem::ChunkSignatureDoesNotMatch
            | Problem::IncompleteBody => match family {
                Family::Ec2 => {
                    let text = "AWS was not able to validate the provided access credentials";
                    ApiError::new(401, "AuthFailure", text)
                }
                Family::S3 | Family::Query | Family::Json => mismatch(MISMATCH.to_owned()),
            },
            Problem::UnknownKey { .. } | Problem::InvalidToken { .. } => match family {
                Family::Ec2 => {
                    let text = "AWS was not able to validate the provided access credentials";
                    ApiError::new(401, "AuthFailure", text)
                }
                Family::S3 | Family::Query | Family::Json => named(
                    "InvalidClientTokenId",
                    "UnrecognizedClientException",
                    "The security token included in the request is invalid.".to_owned(),
                ),
            },
            Problem::ExpiredToken { .. } => named(
                "ExpiredToken",
                "ExpiredTokenException",
                "The security token included in the request is expired".to_owned(),
            ),
            Problem::Missing => named(
                "MissingAuthenticationToken",
                "MissingAuthenticationTokenException",
                if family == Family::Json { "Missing Authentication Token" } else { MISSING }.to_owned(),
            ),
        }
    }
}

const MISSING: &str = "Request is missing Authentication Token";

fn incomplete_text(missing: &[&str], header: &str) -> String {
    let mut text: String =
        missing.iter().map(|name| format!("Authorization header requires '{name}' parameter. ")).collect();
    if missing.is_empty() {
        text.push_str(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
        );
    }
    text.push_str("Authorization=");
    text.push_str(header.split(' ').next().unwrap_or_default());
    text
}

fn skewed(
    signed_at: Timestamp,
    now: Timestamp,
    family: Family,
    mismatch: impl Fn(String) -> ApiError,
) -> ApiError {
    if family == Family::Ec2 {
        return ApiError::new(400, "RequestExpired", "Request has expired.");
    }
    const FIFTEEN_MIN_MS: i64 = 15 * 60 * 1000;
    let (signed, now_text) = (signed_at.basic(), now.basic());
    mismatch(if signed_at < now {
        let limit = now.plus_ms(-FIFTEEN_MIN_MS).basic();
        format!("Signature expired: {signed} is now earlier than {limit} ({now_text} - 15 min.)")
    } else {
        let limit = now.plus_ms(FIFTEEN_MIN_MS).basic();
        format!("Signature not yet current: {signed} is still later than {limit} ({now_text} + 15 min.)")
    })
}

/// `41 57 53`: the bytes as S3 shows them.
fn spaced_hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
