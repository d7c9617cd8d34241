//! HTTP APIs: routes, integrations and authorizers; deployments, which are snapshots of them; stages.

use crate::kept::Kept;
use indexmap::IndexMap;
use nuvola_kernel::Map;
use serde::{Deserialize, Serialize};

use super::shapes;

/// Everything that is kept for the account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    /// APIs by region, then by id, in order of creation.
    pub regions: Map<String, IndexMap<String, Api>>,
    /// What authorizers said, by what they were asked: the API, the authorizer and the identity sources.
    pub verdicts: Map<String, Verdict>,
    /// How many requests a stage's route may still take at once, by API, stage and route.
    pub buckets: Map<String, Bucket>,
    /// The keys of issuers, by issuer.
    pub keys: Map<String, Keys>,
}

/// What an issuer told of its keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Keys {
    pub until_ms: i64,
    pub document: serde_json::Value,
}

impl State {
    pub fn api(&self, region: &str, id: &str) -> Option<&Api> {
        self.regions.get(region)?.get(id)
    }
}

/// An HTTP API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Api {
    pub settings: Kept<shapes::Api>,
    /// What the next deployment would serve.
    pub draft: Snapshot,
    pub deployments: IndexMap<String, Deployment>,
    pub stages: Map<String, Kept<shapes::Stage>>,
    /// When the draft, or the settings that are deployed with it, last changed.
    pub changed_ms: i64,
}

/// What a stage serves.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub routes: IndexMap<String, Kept<shapes::Route>>,
    pub integrations: IndexMap<String, Kept<shapes::Integration>>,
    pub authorizers: IndexMap<String, Kept<shapes::Authorizer>>,
    pub cors: Option<Kept<shapes::Cors>>,
}

/// A snapshot with its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    pub shown: Kept<shapes::Deployment>,
    pub at_ms: i64,
    pub snapshot: Snapshot,
}

/// What a Lambda authorizer answered, kept for its time to live.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub until_ms: i64,
    pub allowed: bool,
    /// The policy, for answers that are one.
    pub policy: Option<String>,
    pub context: serde_json::Value,
}

/// A token bucket.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    pub tokens: f64,
    pub at_ms: i64,
}

impl Bucket {
    /// Takes one token, after what has flowed in since the last time.
    pub fn take(&mut self, rate: f64, burst: f64, now_ms: i64) -> bool {
        let since_s = (now_ms - self.at_ms) as f64 / 1000.0;
        self.tokens = (self.tokens + since_s * rate).min(burst);
        self.at_ms = now_ms;
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}
