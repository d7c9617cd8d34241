//! Functions, their versions, aliases and permissions; execution environments and invocations.
//!
//! Plain data: no wire names, no behaviour beyond looking things up.

use crate::auth::{Decision, Principal};
use indexmap::IndexMap;
use nuvola_kernel::Blob;
use nuvola_kernel::Map;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::invocations::{Invocation, QueuedEvent};
use super::layers::Layer;
use super::limits;
use super::mappings::state::Mapping;

/// Everything Lambda keeps for the account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LambdaState {
    /// Functions by region, then by name.
    pub regions: Map<String, Map<String, Function>>,
    /// Execution environments by id, over all regions.
    pub environments: Map<String, Environment>,
    /// Invocations that have begun and are not answered yet, by request id, in order of arrival.
    pub invocations: IndexMap<String, Invocation>,
    /// Asynchronous events that wait for their next attempt, by request id.
    pub queued: Map<String, QueuedEvent>,
    /// Event source mappings by UUID, over all regions.
    #[serde(default)]
    pub mappings: Map<String, Mapping>,
    /// Their UUIDs by the ARN of the source.
    #[serde(default)]
    pub mappings_of: Map<String, Vec<String>>,
    /// Layers by region, then by name.
    #[serde(default)]
    pub layers: Map<String, Map<String, Layer>>,
    /// Whether CPU time is scaled by memory size.
    #[serde(default = "on")]
    pub sizing: bool,
    /// How many invocations of one region may run at once.
    pub concurrent_executions: u32,
}

fn on() -> bool {
    true
}

impl Default for LambdaState {
    fn default() -> Self {
        LambdaState {
            regions: Map::new(),
            environments: Map::new(),
            invocations: IndexMap::new(),
            queued: Map::new(),
            mappings: Map::new(),
            mappings_of: Map::new(),
            layers: Map::new(),
            sizing: true,
            concurrent_executions: limits::CONCURRENT_EXECUTIONS,
        }
    }
}

impl LambdaState {
    pub fn function(&self, region: &str, name: &str) -> Option<&Function> {
        self.regions.get(region)?.get(name)
    }

    pub fn function_mut(&mut self, region: &str, name: &str) -> Option<&mut Function> {
        self.regions.get_mut(region)?.get_mut(name)
    }

    /// The functions of a region in order of name.
    pub fn functions(&self, region: &str) -> impl Iterator<Item = &Function> {
        self.regions.get(region).into_iter().flat_map(Map::values)
    }

    /// The function and qualifier behind a function URL's id.
    pub fn function_of_url(&self, region: &str, url_id: &str) -> Option<(&Function, &str)> {
        self.functions(region).find_map(|function| {
            let (qualifier, _) = function.urls.iter().find(|(_, url)| url.url_id == url_id)?;
            Some((function, qualifier.as_str()))
        })
    }
}

/// A function: its unpublished code (`$LATEST`), its published versions, and what hangs on them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Function {
    pub name: String,
    pub arn: String,
    pub latest: FunctionVersion,
    /// Published versions by number.
    pub versions: Map<u64, FunctionVersion>,
    pub last_version: u64,
    pub aliases: Map<String, Alias>,
    /// Resource-based policies: that of the function under the empty name, else by version or alias.
    pub policies: Map<String, ResourcePolicy>,
    /// Function URLs: that of `$LATEST` under the empty name, else by alias.
    pub urls: Map<String, UrlConfig>,
    /// Settings of asynchronous invocation, by version, alias or `$LATEST`.
    pub event_configs: Map<String, EventConfig>,
    pub tags: BTreeMap<String, String>,
    pub reserved_concurrency: Option<u32>,
}

impl Function {
    /// The version that a qualifier names. An alias leads to its version; empty means `$LATEST`.
    pub fn version(&self, qualifier: &str) -> Option<&FunctionVersion> {
        match qualifier {
            "" | limits::LATEST => Some(&self.latest),
            _ => self.versions.get(&self.version_number(qualifier)?),
        }
    }

    /// As [`Function::version`], to change it.
    pub fn version_mut(&mut self, qualifier: &str) -> Option<&mut FunctionVersion> {
        match qualifier {
            "" | limits::LATEST => Some(&mut self.latest),
            _ => {
                let number = self.version_number(qualifier)?;
                self.versions.get_mut(&number)
            }
        }
    }

    fn version_number(&self, qualifier: &str) -> Option<u64> {
        match self.aliases.get(qualifier) {
            Some(alias) => alias.version.parse().ok(),
            None => qualifier.parse().ok(),
        }
    }

    /// Whether the qualifier names something of this function.
    pub fn has(&self, qualifier: &str) -> bool {
        self.aliases.contains_key(qualifier) || self.version(qualifier).is_some()
    }

    /// The ARN with the qualifier appended, if there is one.
    pub fn qualified_arn(&self, qualifier: &str) -> String {
        match qualifier {
            "" => self.arn.clone(),
            _ => format!("{}:{qualifier}", self.arn),
        }
    }

    /// Every version, `$LATEST` first, then by number.
    pub fn all_versions(&self) -> impl Iterator<Item = &FunctionVersion> {
        std::iter::once(&self.latest).chain(self.versions.values())
    }
}

/// One version's code and settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FunctionVersion {
    /// `$LATEST` or a number.
    pub version: String,
    pub settings: Settings,
    pub code: Blob,
    /// Base64 of the package's SHA-256.
    pub code_sha256: String,
    pub modified_ms: i64,
    pub revision_id: String,
    pub state: State,
    pub last_update: UpdateStatus,
    /// Rises with each change of code or settings, so that environments of older ones are replaced.
    pub generation: u64,
}

/// What UpdateFunctionConfiguration may change, and a published version freezes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub runtime: String,
    pub handler: String,
    pub role: String,
    pub description: String,
    pub timeout_s: u32,
    pub memory_mb: u32,
    pub ephemeral_storage_mb: u32,
    pub environment: Option<BTreeMap<String, String>>,
    pub architecture: String,
    /// `PassThrough` or `Active`.
    pub tracing_mode: String,
    pub layers: Vec<String>,
    /// How large each layer's archive is.
    #[serde(default)]
    pub layer_bytes: Vec<u64>,
    pub dead_letter_arn: Option<String>,
    pub kms_key_arn: Option<String>,
    pub logging: Logging,
    /// `None` or `PublishedVersions`.
    pub snap_start: String,
}

/// Where and how a function logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logging {
    /// `Text` or `JSON`.
    pub format: String,
    pub application_level: Option<String>,
    pub system_level: Option<String>,
    pub group: String,
}

/// Whether a version can be invoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Pending,
    Active,
}

/// How the last change of a version went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UpdateStatus {
    /// The function was created a moment ago; AWS shows no status yet.
    None,
    InProgress,
    Successful,
}

/// A name for a version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alias {
    pub name: String,
    pub version: String,
    pub description: String,
    pub revision_id: String,
    /// Shares of traffic that go to other versions.
    pub weights: BTreeMap<String, f64>,
}

/// A resource-based policy, as the JSON statements that IAM's evaluation reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourcePolicy {
    pub statements: Vec<serde_json::Value>,
    pub revision_id: String,
}

impl ResourcePolicy {
    /// The policy document as GetPolicy returns it.
    pub fn document(&self) -> serde_json::Value {
        serde_json::json!({"Version": "2012-10-17", "Id": "default", "Statement": self.statements})
    }

    pub fn statement_index(&self, sid: &str) -> Option<usize> {
        self.statements.iter().position(|statement| statement["Sid"] == sid)
    }
}

/// A function URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrlConfig {
    /// The first label of its host name.
    pub url_id: String,
    /// `NONE` or `AWS_IAM`.
    pub auth_type: String,
    /// `BUFFERED` or `RESPONSE_STREAM`.
    pub invoke_mode: String,
    pub cors: Option<Cors>,
    pub created_ms: i64,
    pub modified_ms: i64,
}

impl UrlConfig {
    pub fn address(&self, region: &str) -> String {
        format!("https://{}.lambda-url.{region}.on.aws/", self.url_id)
    }
}

/// Cross-origin settings of a function URL. Absent lists differ from empty ones on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cors {
    pub allow_credentials: Option<bool>,
    pub allow_headers: Option<Vec<String>>,
    pub allow_methods: Option<Vec<String>>,
    pub allow_origins: Option<Vec<String>>,
    pub expose_headers: Option<Vec<String>>,
    pub max_age_s: Option<i32>,
}

/// Settings of asynchronous invocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventConfig {
    pub maximum_retry_attempts: Option<i32>,
    pub maximum_event_age_s: Option<i32>,
    pub on_success: Option<String>,
    pub on_failure: Option<String>,
    pub modified_ms: i64,
}

/// An execution environment: one sandbox that handles one request at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    pub id: String,
    pub region: String,
    pub function: String,
    /// `$LATEST` or a number.
    pub version: String,
    pub generation: u64,
    pub log_group: String,
    pub log_stream: String,
    /// The session of the execution role; none, if it could not be assumed.
    pub principal: Option<Principal>,
    /// Why nothing could be written to the log.
    pub log_refusal: Option<Decision>,
    pub status: EnvironmentStatus,
    /// The request that it was started for or is handling.
    pub request_id: Option<String>,
    /// What initialisation took, until the REPORT line of the first invocation has told it.
    pub unreported_init_ms: Option<f64>,
    /// Whether initialisation has failed once and is being tried again within the invocation.
    pub retrying_init: bool,
    pub started_ms: i64,
    /// When it last finished an invocation.
    pub idle_since_ms: i64,
    pub max_memory_mb: u32,
}

/// Where an environment is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EnvironmentStatus {
    Starting,
    Idle,
    Busy,
}
