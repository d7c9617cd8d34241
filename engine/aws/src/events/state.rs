//! Buses, rules and targets: plain data.

use nuvola_kernel::Map;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const DEFAULT_BUS: &str = "default";

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    /// By ARN. The default bus of a region is here once it has something to keep.
    pub buses: Map<String, Bus>,
    /// By ARN.
    pub rules: Map<String, Rule>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bus {
    pub name: String,
    pub arn: String,
    pub region: String,
    pub description: Option<String>,
    pub dead_letter_arn: Option<String>,
    /// Statements of its policy.
    pub statements: Vec<Value>,
    pub tags: BTreeMap<String, String>,
    pub created_ms: i64,
    pub modified_ms: i64,
}

impl Bus {
    pub fn policy_text(&self) -> Option<String> {
        let document = || json!({"Version": "2012-10-17", "Statement": self.statements}).to_string();
        (!self.statements.is_empty()).then(document)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    pub name: String,
    pub arn: String,
    pub bus: String,
    pub region: String,
    pub pattern: Option<String>,
    pub schedule: Option<String>,
    pub enabled: bool,
    /// The state as it was given: `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS` is a third one.
    pub state: String,
    pub description: Option<String>,
    pub role_arn: Option<String>,
    pub tags: BTreeMap<String, String>,
    /// By id.
    pub targets: Map<String, Target>,
    /// When its schedule is due next.
    pub next_at_ms: Option<i64>,
    /// How often it has fired.
    pub fired: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    pub id: String,
    pub arn: String,
    pub role_arn: Option<String>,
    pub input: Option<String>,
    pub input_path: Option<String>,
    pub transformer: Option<Transformer>,
    pub group_id: Option<String>,
    pub dead_letter_arn: Option<String>,
    pub retry_attempts: Option<i32>,
    pub retry_age_s: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transformer {
    pub paths: Option<BTreeMap<String, String>>,
    pub template: String,
}
