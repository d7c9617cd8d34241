//! What a provider is to the workflow: the one way in which Terraform touches resources.
//!
//! Values given and taken have the type that the resource's schema implies and carry no marks.
//! The core computes `proposed_new` (configuration over prior state, computed attributes kept),
//! and checks what comes back: a plan must agree with the configuration, a new state with the plan.

use crate::addr::Mode;
use crate::backend::BackendType;
use crate::host::{Host, LocalBoxFuture};
use crate::schema::ProviderSchema;
use nuvola_hcl::Severity;
use nuvola_tf_lang::{Path, Value};

use std::rc::Rc;

/// An error or warning of a provider, perhaps about one attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderDiagnostic {
    pub severity: Severity,
    pub summary: String,
    pub detail: String,
    /// Where in the configuration; the core finds the place in the source.
    /// Nothing means the whole block, and an empty path no place at all.
    pub path: Option<Path>,
}

impl ProviderDiagnostic {
    #[must_use]
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        let (summary, detail) = (summary.into(), detail.into());
        Self { severity: Severity::Error, summary, detail, path: None }
    }

    #[must_use]
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(summary, detail) }
    }

    #[must_use]
    pub fn at(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }

    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Bytes that a provider keeps beside a resource's state.
pub type Private = Vec<u8>;

/// What planning is about. `prior` is null for a resource that does not exist,
/// `proposed_new` and `config` are null for one that is to be destroyed.
#[derive(Debug, Clone)]
pub struct PlanRequest {
    pub type_name: String,
    pub prior: Value,
    pub proposed_new: Value,
    pub config: Value,
    pub private: Private,
}

/// What a provider plans.
#[derive(Debug, Clone)]
pub struct PlanResponse {
    pub planned: Value,
    /// Attributes whose change forces a new resource.
    pub requires_replace: Vec<Path>,
    pub private: Private,
    pub diagnostics: Vec<ProviderDiagnostic>,
    /// Whether small disagreements with the configuration are forgiven,
    /// as they are to providers that are built on the older SDK (most of the AWS provider).
    pub legacy_type_system: bool,
}

/// What is to be applied: null `prior` creates, null `planned` destroys.
#[derive(Debug, Clone)]
pub struct ApplyRequest {
    pub type_name: String,
    pub prior: Value,
    pub planned: Value,
    pub config: Value,
    pub private: Private,
}

/// The state after applying; with errors it is what has come about all the same
/// (null when nothing, `prior` when nothing changed).
#[derive(Debug, Clone)]
pub struct ApplyResponse {
    pub new_state: Value,
    pub private: Private,
    pub diagnostics: Vec<ProviderDiagnostic>,
    pub legacy_type_system: bool,
}

/// The real state of a resource; null when it is gone.
#[derive(Debug, Clone)]
pub struct ReadResponse {
    pub new_state: Value,
    pub private: Private,
    pub diagnostics: Vec<ProviderDiagnostic>,
}

/// What an import found: the core reads it afterwards.
#[derive(Debug, Clone)]
pub struct ImportedResource {
    pub type_name: String,
    /// At least the id.
    pub state: Value,
    pub private: Private,
}

/// A provider with one configuration. Several requests may be under way at a time.
pub trait Provider {
    fn schema(&self) -> Rc<ProviderSchema>;

    /// The types of the real provider that this one does not simulate, sorted.
    fn types_not_simulated(&self, mode: Mode) -> Vec<&'static str> {
        let _ = mode;
        Vec::new()
    }

    /// Checks a `provider` block; unknown values must be accepted.
    fn validate_config(&self, config: &Value) -> Vec<ProviderDiagnostic> {
        let _ = config;
        Vec::new()
    }

    /// Takes its configuration, before any request about resources.
    fn configure(&self, config: Value) -> LocalBoxFuture<'_, Vec<ProviderDiagnostic>>;

    /// Checks a `resource` block; unknown values must be accepted.
    fn validate_resource(&self, type_name: &str, config: &Value) -> Vec<ProviderDiagnostic> {
        let _ = (type_name, config);
        Vec::new()
    }

    /// Checks a `data` block; unknown values must be accepted.
    fn validate_data_source(&self, type_name: &str, config: &Value) -> Vec<ProviderDiagnostic> {
        let _ = (type_name, config);
        Vec::new()
    }

    fn plan_resource(&self, request: PlanRequest) -> LocalBoxFuture<'_, PlanResponse>;

    fn apply_resource(&self, request: ApplyRequest) -> LocalBoxFuture<'_, ApplyResponse>;

    fn read_resource(
        &self,
        type_name: String,
        current: Value,
        private: Private,
    ) -> LocalBoxFuture<'_, ReadResponse>;

    /// # Errors
    /// When there is no such thing, or the type cannot be imported.
    fn import_resource(
        &self,
        type_name: String,
        id: String,
    ) -> LocalBoxFuture<'_, Result<Vec<ImportedResource>, Vec<ProviderDiagnostic>>>;

    /// Brings stored state of an older schema version up to date; the JSON is as the state file has it.
    /// # Errors
    /// When the stored state makes no sense.
    fn upgrade_resource_state(
        &self,
        type_name: &str,
        version: u64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Vec<ProviderDiagnostic>> {
        let _ = (type_name, version);
        Ok(state)
    }

    /// # Errors
    /// When the data cannot be had.
    fn read_data_source(
        &self,
        type_name: String,
        config: Value,
    ) -> LocalBoxFuture<'_, Result<Value, Vec<ProviderDiagnostic>>>;

    /// Calls a function of the provider.
    /// # Errors
    /// With the text of the error.
    fn call_function(&self, name: &str, arguments: &[Value]) -> Result<Value, String> {
        let _ = arguments;
        Err(format!("the provider has no function `{name}`"))
    }
}

/// Where `terraform init` finds providers.
pub trait ProviderRegistry {
    /// The versions of a provider, oldest first; empty when it is not simulated.
    /// `source` is like `hashicorp/aws`.
    fn versions(&self, source: &str) -> Vec<String>;

    /// A new provider that is not yet configured: one for each provider configuration.
    fn create(&self, source: &str, host: &Rc<dyn Host>) -> Option<Rc<dyn Provider>>;

    /// A kind of backend; nothing when it is not simulated.
    fn backend(&self, _kind: &str) -> Option<Rc<dyn BackendType>> {
        None
    }
}
