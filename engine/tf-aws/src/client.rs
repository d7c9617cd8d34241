//! Calls operations of AWS: encodes, signs, sends, retries, decodes.

use crate::failure::{Failure, FailureKind};
use crate::transport::Transport;
use crate::wire::{Operation, json_of, structure_from};
use indexmap::IndexMap;
use nuvola_wire::checksum::Algorithm;
use nuvola_wire::sigv4::{Credentials, Signer};
use nuvola_wire::{ApiError, Response, protocol};
use serde_json::Value as Json;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How often a throttled or failed request is tried again at most (`max_retries` of the provider is 25;
/// beyond a few tries only the waiting grows).
const MAX_ATTEMPTS: u32 = 9;
const FIRST_DELAY_MS: u64 = 200;
const MAX_DELAY_MS: u64 = 20_000;
/// How long IAM's changes may take to spread.
pub const PROPAGATION_MS: u64 = 120_000;
const POLL_MS: u64 = 1_000;

/// A way to AWS with credentials and settings.
pub struct Client {
    pub transport: Rc<dyn Transport>,
    pub credentials: Credentials,
    pub region: String,
    pub partition: String,
    pub default_tags: IndexMap<String, String>,
    pub ignored_keys: Vec<String>,
    pub ignored_prefixes: Vec<String>,
    /// Known once it was asked for.
    pub account_id: RefCell<String>,
    /// Tells names apart that are made up in the same millisecond.
    pub names_made: Cell<u32>,
}

impl Client {
    /// Calls an operation in a region; the input and output are JSON objects of its members.
    ///
    /// # Errors
    /// When AWS answers with an error that trying again does not cure, or there is no answer.
    pub async fn call(&self, region: &str, operation: &Operation, input: Json) -> Result<Json, Failure> {
        let mut delay_ms = FIRST_DELAY_MS;
        for attempt in 1.. {
            let failure = match self.attempt(region, operation, &input).await {
                Ok(output) => return Ok(output),
                Err(failure) => failure,
            };
            if attempt >= MAX_ATTEMPTS || !is_passing(&failure) {
                return Err(failure);
            }
            self.transport.sleep_ms(delay_ms).await;
            delay_ms = (delay_ms * 2).min(MAX_DELAY_MS);
        }
        unreachable!("the loop ends by returning")
    }

    /// Calls an operation again and again while it fails in a way that passes with time.
    ///
    /// # Errors
    /// The last failure, when it is of another kind or the time is over.
    pub async fn call_until(
        &self,
        region: &str,
        operation: &Operation,
        input: Json,
        passes: impl Fn(&Failure) -> bool,
    ) -> Result<Json, Failure> {
        let start_ms = self.transport.now_ms();
        loop {
            match self.call(region, operation, input.clone()).await {
                Err(failure) if passes(&failure) && self.waited_ms(start_ms) < PROPAGATION_MS => {
                    self.pause().await
                }
                result => return result,
            }
        }
    }

    #[must_use]
    pub fn waited_ms(&self, start_ms: i64) -> u64 {
        u64::try_from(self.transport.now_ms() - start_ms).unwrap_or(0)
    }

    /// Waits between two looks at something.
    pub async fn pause(&self) {
        self.transport.sleep_ms(POLL_MS).await;
    }

    async fn attempt(&self, region: &str, operation: &Operation, input: &Json) -> Result<Json, Failure> {
        let service = operation.service;
        let region = if service.global { "us-east-1" } else { region };
        let host = match service.global {
            true => format!("{}.amazonaws.com", service.endpoint_prefix),
            false => format!("{}.{region}.amazonaws.com", service.endpoint_prefix),
        };
        let name = || Some(format!("{}: {}", service.id, operation.schema.name));
        let input = structure_from(operation.schema.input, input);
        let mut request = protocol::encode_request(service, &operation.schema, &input, &host)
            .map_err(|error| Failure { operation: name(), kind: FailureKind::Own(error.message) })?;
        request
            .headers
            .set("User-Agent", "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 terraform-provider-aws/6.25.0");
        if service.id == "S3" && !request.body.is_empty() {
            let crc = Algorithm::Crc32;
            request.headers.set("x-amz-sdk-checksum-algorithm", crc.name());
            request.headers.set(crc.header(), crc.text(&request.body));
        }
        let signer = Signer {
            credentials: &self.credentials,
            region,
            service: service.signing_name,
            now_ms: self.transport.now_ms(),
        };
        signer.sign(&mut request);
        let response = self
            .transport
            .send(request)
            .await
            .map_err(|error| Failure { operation: name(), kind: FailureKind::Transport(error) })?;
        match protocol::decode_response(service, &operation.schema, &response) {
            Ok(members) => Ok(json_of(&members)),
            Err(error) => Err(Failure { operation: name(), kind: api_failure(operation, error, &response) }),
        }
    }
}

fn api_failure(operation: &Operation, error: ApiError, response: &Response) -> FailureKind {
    let header = |name: &str| response.headers.get(name).map(str::to_owned);
    let request_id = header("x-amzn-requestid").or_else(|| header("x-amz-request-id")).unwrap_or_default();
    let host_id = header("x-amz-id-2");
    let modelled = operation.errors.contains(&error.code.as_str());
    FailureKind::Api { error, request_id, host_id, modelled }
}

/// Whether the SDK's standard retryer tries again.
///
/// **Source**: AWS SDKs and Tools Reference Guide, "Retry behavior" (standard mode).
fn is_passing(failure: &Failure) -> bool {
    const THROTTLING: &[&str] = &[
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "SlowDown",
        "RequestTimeout",
        "PriorRequestNotComplete",
        "ConcurrentModification",
        "OperationAborted",
    ];
    let status = failure.status();
    failure.code().is_some_and(|code| THROTTLING.contains(&code)) || matches!(status, 500 | 502 | 503 | 504)
}
