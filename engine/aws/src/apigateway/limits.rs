//! Quotas of API Gateway.
//! Source: API Gateway Developer Guide, "Quotas for configuring and running a REST API in API Gateway".

/// How long an integration may take, unless it says less.
pub const INTEGRATION_TIMEOUT_MS: i32 = 29_000;
pub const INTEGRATION_TIMEOUT_MIN_MS: i32 = 50;
pub const PAYLOAD_MAX_BYTES: usize = 10 * 1024 * 1024;
pub const RESOURCES_PER_API: usize = 300;
pub const STAGES_PER_API: usize = 10;
pub const MINIMUM_COMPRESSION_MAX_BYTES: i32 = 10_485_760;
pub const STAGE_NAME_MAX_CHARS: usize = 128;
/// Names of resources, methods and responses of a page, unless `limit` says otherwise.
pub const PAGE_DEFAULT: usize = 25;
pub const PAGE_MAX: usize = 500;

/// The length of the ids of APIs and root resources, and of the other resources and deployments.
pub const API_ID_CHARS: usize = 10;
pub const RESOURCE_ID_CHARS: usize = 6;
