//! REST APIs: resources, methods, integrations; deployments, which are snapshots of them; stages.

use crate::apigatewayv2::Bucket;
use crate::kept::Kept;
use indexmap::IndexMap;
use nuvola_kernel::Map;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::authorize::Verdict;
use super::ops::authorizers::Authorizer;
use super::ops::keys::ApiKey;
use super::ops::models::{Model, RequestValidator};
use super::ops::plans::UsagePlan;

/// A map of texts, in the order of its keys.
pub type TextMap = BTreeMap<String, String>;

/// Everything API Gateway keeps for the account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ApiGatewayState {
    /// REST APIs by region, then by id, in order of creation.
    pub regions: Map<String, IndexMap<String, RestApi>>,
    /// The account's settings by region.
    pub accounts: Map<String, Account>,
    /// API keys by `REGION/ID`.
    #[serde(default)]
    pub keys: Map<String, Kept<ApiKey>>,
    /// Usage plans by `REGION/ID`.
    #[serde(default)]
    pub plans: Map<String, Plan>,
    /// How many requests may still come at once, by plan, key and method, or by stage and method.
    #[serde(default)]
    pub buckets: Map<String, Bucket>,
    /// Requests by `PLAN/KEY` and day.
    #[serde(default)]
    pub used: Map<String, BTreeMap<i64, i64>>,
    /// What authorizers said, by what they were asked.
    #[serde(default)]
    pub verdicts: Map<String, Verdict>,
}

/// A usage plan and the ids of its keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub shown: Kept<UsagePlan>,
    pub keys: Vec<String>,
}

/// The entries of a region.
fn of_region<'a, T>(map: &'a Map<String, T>, region: &str) -> impl Iterator<Item = &'a T> {
    let (from, to) = (format!("{region}/"), format!("{region}0"));
    map.range(from..to).map(|(_, value)| value)
}

impl ApiGatewayState {
    pub fn api(&self, region: &str, id: &str) -> Option<&RestApi> {
        self.regions.get(region)?.get(id)
    }

    pub fn api_mut(&mut self, region: &str, id: &str) -> Option<&mut RestApi> {
        self.regions.get_mut(region)?.get_mut(id)
    }

    pub fn keys(&self, region: &str) -> impl Iterator<Item = &Kept<ApiKey>> {
        of_region(&self.keys, region)
    }

    pub fn plans(&self, region: &str) -> impl Iterator<Item = &Plan> {
        of_region(&self.plans, region)
    }

    /// The APIs of a region in order of creation.
    pub fn apis(&self, region: &str) -> impl Iterator<Item = &RestApi> {
        self.regions.get(region).into_iter().flat_map(IndexMap::values)
    }
}

/// Settings of all APIs of a region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub cloudwatch_role_arn: Option<String>,
}

/// A REST API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestApi {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub version: Option<String>,
    pub created_ms: i64,
    pub binary_media_types: Vec<String>,
    pub minimum_compression_size: Option<i32>,
    /// `HEADER` or `AUTHORIZER`.
    pub api_key_source: String,
    pub endpoint_types: Vec<String>,
    pub ip_address_type: String,
    pub vpc_endpoint_ids: Vec<String>,
    pub policy: Option<String>,
    pub disable_execute_api_endpoint: bool,
    pub tags: Option<TextMap>,
    pub root_resource_id: String,
    /// The tree, by id; the root is first.
    pub resources: IndexMap<String, Resource>,
    /// Gateway responses that differ from the default, by type.
    pub gateway_responses: Map<String, GatewayResponse>,
    pub deployments: IndexMap<String, Deployment>,
    pub stages: Map<String, Stage>,
    #[serde(default)]
    pub models: Map<String, Kept<Model>>,
    #[serde(default)]
    pub validators: Map<String, Kept<RequestValidator>>,
    #[serde(default)]
    pub authorizers: Map<String, Kept<Authorizer>>,
}

impl RestApi {
    /// What a deployment made now would serve.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            resources: self.resources.clone(),
            gateway_responses: self.gateway_responses.clone(),
            binary_media_types: self.binary_media_types.clone(),
            models: self.models.clone(),
            validators: self.validators.clone(),
            authorizers: self.authorizers.clone(),
            policy: self.policy.clone(),
            api_key_source: self.api_key_source.clone(),
        }
    }

    /// The path from the root: `/pets/{petId}`.
    pub fn path_of(&self, resource_id: &str) -> String {
        path_of(&self.resources, resource_id)
    }

    /// Ids of the resources directly below one.
    pub fn children<'a>(&'a self, parent_id: &'a str) -> impl Iterator<Item = &'a Resource> {
        self.resources.values().filter(move |resource| resource.parent_id.as_deref() == Some(parent_id))
    }
}

/// The path of a resource within a tree of resources.
pub fn path_of(resources: &IndexMap<String, Resource>, resource_id: &str) -> String {
    let mut parts = Vec::new();
    let mut next = resources.get(resource_id);
    // A tree cannot be deeper than it has nodes, so this ends even if a parent were wrong.
    for _ in 0..resources.len() {
        let Some(resource) = next else { break };
        let Some(parent_id) = &resource.parent_id else { break };
        parts.push(resource.path_part.as_str());
        next = resources.get(parent_id);
    }
    parts.reverse();
    format!("/{}", parts.join("/"))
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    pub id: String,
    /// None for the root alone.
    pub parent_id: Option<String>,
    /// `pets`, `{petId}` or `{proxy+}`; empty for the root.
    pub path_part: String,
    /// By HTTP method or `ANY`.
    pub methods: Map<String, Method>,
}

/// What a client may do with a resource.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Method {
    pub http_method: String,
    /// `NONE`, `AWS_IAM`, `CUSTOM` or `COGNITO_USER_POOLS`.
    pub authorization_type: String,
    #[serde(default)]
    pub authorizer_id: Option<String>,
    #[serde(default)]
    pub request_validator_id: Option<String>,
    #[serde(default)]
    pub authorization_scopes: Option<Vec<String>>,
    pub api_key_required: bool,
    pub operation_name: Option<String>,
    /// By location, such as `method.request.querystring.x`; true where required.
    pub request_parameters: BTreeMap<String, bool>,
    pub request_models: TextMap,
    /// By status code.
    pub responses: Map<String, MethodResponse>,
    pub integration: Option<Integration>,
}

/// What a method may answer with one status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodResponse {
    pub status_code: String,
    pub parameters: BTreeMap<String, bool>,
    pub models: TextMap,
}

/// What stands behind a method.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Integration {
    /// `AWS_PROXY`, `AWS`, `HTTP`, `HTTP_PROXY` or `MOCK`.
    pub kind: String,
    pub http_method: Option<String>,
    pub uri: Option<String>,
    pub credentials: Option<String>,
    pub connection_type: Option<String>,
    pub connection_id: Option<String>,
    pub request_parameters: TextMap,
    pub request_templates: TextMap,
    pub passthrough_behavior: String,
    pub content_handling: Option<String>,
    pub timeout_ms: i32,
    pub cache_namespace: String,
    pub cache_key_parameters: Vec<String>,
    pub tls_insecure: Option<bool>,
    /// By status code.
    pub responses: Map<String, IntegrationResponse>,
}

/// How an integration's answer becomes the method's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrationResponse {
    pub status_code: String,
    pub selection_pattern: Option<String>,
    pub parameters: TextMap,
    pub templates: TextMap,
    pub content_handling: Option<String>,
}

/// What API Gateway itself answers in one situation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayResponse {
    pub response_type: String,
    pub status_code: Option<String>,
    pub parameters: TextMap,
    pub templates: TextMap,
}

/// What a stage serves: the API as it was when it was deployed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub resources: IndexMap<String, Resource>,
    pub gateway_responses: Map<String, GatewayResponse>,
    pub binary_media_types: Vec<String>,
    #[serde(default)]
    pub models: Map<String, Kept<Model>>,
    #[serde(default)]
    pub validators: Map<String, Kept<RequestValidator>>,
    #[serde(default)]
    pub authorizers: Map<String, Kept<Authorizer>>,
    #[serde(default)]
    pub policy: Option<String>,
    #[serde(default)]
    pub api_key_source: String,
}

/// A deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    pub id: String,
    pub description: Option<String>,
    pub created_ms: i64,
    pub snapshot: Snapshot,
}

/// A name under which a deployment is served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    pub name: String,
    pub deployment_id: String,
    pub description: Option<String>,
    pub variables: Option<TextMap>,
    pub tracing_enabled: bool,
    pub cache_cluster_enabled: bool,
    pub cache_cluster_size: Option<String>,
    pub documentation_version: Option<String>,
    pub client_certificate_id: Option<String>,
    /// Settings by `resource/method` (`*/*`), each a map of setting to text as PATCH gives it.
    pub method_settings: BTreeMap<String, TextMap>,
    pub access_log: Option<AccessLog>,
    pub tags: Option<TextMap>,
    pub created_ms: i64,
    pub updated_ms: i64,
}

/// Where a stage's access log goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLog {
    pub destination_arn: Option<String>,
    pub format: Option<String>,
}
