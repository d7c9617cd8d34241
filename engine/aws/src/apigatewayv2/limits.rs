//! Quotas of HTTP APIs.
//! Source: API Gateway Developer Guide, "Quotas for configuring and running an HTTP API in API Gateway".

/// How long an integration may take, unless it says less.
pub const INTEGRATION_TIMEOUT_MS: i32 = 30_000;
pub const INTEGRATION_TIMEOUT_MIN_MS: i32 = 50;
pub const PAYLOAD_MAX_BYTES: usize = 10 * 1024 * 1024;
/// How long the keys of an issuer are kept. Source: "Control access to HTTP APIs with JWT authorizers".
pub const KEYS_TTL_MS: i64 = 2 * 3600 * 1000;
