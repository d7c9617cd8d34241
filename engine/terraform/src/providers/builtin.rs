//! The provider `terraform`: `terraform_data` and `terraform_remote_state`.

use crate::backend::BackendType;
use crate::cli::backend::begin;
use crate::host::{Host, LocalBoxFuture};
use crate::path::attr_path;
use crate::provider::{
    ApplyRequest, ApplyResponse, ImportedResource, PlanRequest, PlanResponse, Private, Provider,
    ProviderDiagnostic, ProviderRegistry, ReadResponse,
};
use crate::schema::{BlockSchema, COMPUTED, OPTIONAL, ProviderSchema, REQUIRED, ResourceSchema};
use crate::state::file::StateFile;
use crate::state::store::new_uuid;
use nuvola_hcl::text::quote;
use nuvola_tf_lang::{Members, Path, Type, Value, convert};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Backends that the real program knows, of which only `local` keeps state here.
pub const BACKENDS: [&str; 14] = [
    "azurerm",
    "consul",
    "cos",
    "gcs",
    "http",
    "inmem",
    "kubernetes",
    "local",
    "oci",
    "oss",
    "pg",
    "remote",
    "s3",
    "swift",
];

struct Builtin {
    host: Rc<dyn Host>,
    /// The kinds of backends that a remote state may be in, beside `local`, by name.
    backends: Vec<(&'static str, Rc<dyn BackendType>)>,
}

/// The provider.
#[must_use]
pub fn create(host: &Rc<dyn Host>, registry: &dyn ProviderRegistry) -> Rc<dyn Provider> {
    let backends = BACKENDS.into_iter().filter_map(|kind| Some((kind, registry.backend(kind)?))).collect();
    Rc::new(Builtin { host: Rc::clone(host), backends })
}

fn data_schema() -> BlockSchema {
    BlockSchema::new()
        .attr("id", Type::String, COMPUTED)
        .attr("input", Type::Dynamic, OPTIONAL)
        .attr("output", Type::Dynamic, COMPUTED)
        .attr("triggers_replace", Type::Dynamic, OPTIONAL)
}

fn remote_state_schema() -> BlockSchema {
    BlockSchema::new()
        .attr("backend", Type::String, REQUIRED)
        .attr("config", Type::Dynamic, OPTIONAL)
        .attr("defaults", Type::Dynamic, OPTIONAL)
        .attr("outputs", Type::Dynamic, COMPUTED)
        .attr("workspace", Type::String, OPTIONAL)
}

fn ready<'a, T: 'a>(value: T) -> LocalBoxFuture<'a, T> {
    Box::pin(std::future::ready(value))
}

fn with(value: &Value, changes: &[(&str, Value)]) -> Value {
    let mut members: Members = value.as_members().cloned().unwrap_or_default();
    for (name, value) in changes {
        members.insert(Arc::from(*name), value.clone());
    }
    Value::object(members)
}

fn part(value: &Value, name: &str) -> Value {
    value.get(name).cloned().unwrap_or_else(|| Value::null(Type::Dynamic))
}

fn unknown_output(input: &Value) -> Value {
    if input.is_null() { Value::null(Type::Dynamic) } else { Value::unknown(input.ty().clone()) }
}

fn plan_data(request: &PlanRequest) -> (Value, bool) {
    if request.proposed_new.is_null() {
        return (request.proposed_new.clone(), false);
    }
    let planned = &request.proposed_new;
    let input = part(planned, "input");
    if request.prior.is_null() {
        let id = Value::unknown(Type::String).refine_not_null();
        return (with(planned, &[("id", id), ("output", unknown_output(&input))]), false);
    }
    let trigger = part(planned, "triggers_replace");
    let replace = trigger != part(&request.prior, "triggers_replace") || !trigger.is_wholly_known();
    let planned = if input == part(&request.prior, "input") && input.is_wholly_known() {
        planned.clone()
    } else {
        let output = if input.is_null() { Value::dynamic_unknown() } else { unknown_output(&input) };
        with(planned, &[("output", output)])
    };
    (planned, replace)
}

impl Builtin {
    fn check_remote_state(&self, config: &Value) -> Vec<ProviderDiagnostic> {
        let invalid = |detail: String, at: &str| {
            vec![ProviderDiagnostic::error("Invalid backend configuration", detail).at(attr_path(at))]
        };
        let backend = part(config, "backend");
        let Some(kind) = backend.as_str() else { return Vec::new() };
        if !BACKENDS.contains(&kind) {
            return invalid(format!("There is no backend type named {}.", quote(kind)), "backend");
        }
        let remote = self.backend(kind);
        if kind != "local" && remote.is_none() {
            return invalid(
                format!(
                    "Nuvola does not simulate the backend {} as a source of remote state; use \"local\" or \"s3\".",
                    quote(kind)
                ),
                "backend",
            );
        }
        let settings = part(config, "config");
        if let Some(remote) = remote {
            return check_settings(kind, &*remote, &settings, &self.host);
        }
        if settings.is_null() || !settings.is_known() {
            return Vec::new();
        }
        let given = |problem: String| {
            format!("The given configuration is not valid for backend {}: {problem}.", quote(kind))
        };
        let Some(members) = settings.as_members() else {
            return invalid(given("an object is required".to_owned()), "config");
        };
        match members.keys().find(|name| !matches!(&***name, "path" | "workspace_dir")) {
            Some(name) => invalid(given(format!("unexpected attribute {}", quote(name))), "config"),
            None => Vec::new(),
        }
    }

    fn backend(&self, kind: &str) -> Option<Rc<dyn BackendType>> {
        self.backends.iter().find(|(name, _)| *name == kind).map(|(_, backend)| Rc::clone(backend))
    }

    /// The outputs of a state that a backend keeps.
    async fn read_from_backend(
        &self,
        backend: Rc<dyn BackendType>,
        config: Value,
    ) -> Result<Value, Vec<ProviderDiagnostic>> {
        let refused = |text: String| {
            let detail = format!("error loading the remote state: {text}");
            vec![ProviderDiagnostic::error("Error loading state error", detail).at(attr_path("backend"))]
        };
        let settings = full_settings(&*backend, &part(&config, "config"));
        let connected = backend.connect(settings, &self.host).await.map_err(nowhere)?;
        let workspace = part(&config, "workspace").as_str().unwrap_or("default").to_owned();
        let known = connected.workspaces().await.map_err(refused)?;
        if !known.contains(&workspace) {
            // To ask for a workspace begins it, as with the backend of a configuration.
            begin(&*self.host, &*connected, &workspace).await.map_err(refused)?;
        }
        let bytes = connected.read(&workspace).await.map_err(refused)?;
        outputs_of(&config, &bytes.unwrap_or_default())
    }

    fn read_local_state(&self, config: &Value) -> Result<Value, Vec<ProviderDiagnostic>> {
        let settings = part(config, "config");
        let setting = |name: &str| settings.get(name).and_then(|value| value.as_str().map(str::to_owned));
        let workspace = part(config, "workspace").as_str().unwrap_or("default").to_owned();
        let path = if workspace == "default" {
            setting("path").unwrap_or_else(|| "terraform.tfstate".to_owned())
        } else {
            let dir = setting("workspace_dir").unwrap_or_else(|| "terraform.tfstate.d".to_owned());
            format!("{dir}/{workspace}/terraform.tfstate")
        };
        outputs_of(config, &self.host.read_file(&path).unwrap_or_default())
    }
}

/// A data source with the outputs of a state file.
fn outputs_of(config: &Value, bytes: &[u8]) -> Result<Value, Vec<ProviderDiagnostic>> {
    let text = String::from_utf8_lossy(bytes);
    if text.trim().is_empty() {
        let detail = "No stored state was found for the given workspace in the given backend.";
        return Err(vec![ProviderDiagnostic::error("Unable to find remote state", detail)]);
    }
    let file = StateFile::read(&text).map_err(|problems| {
        let text: Vec<String> =
            problems.into_iter().map(|(summary, detail)| format!("{summary}: {detail}")).collect();
        vec![ProviderDiagnostic::error(
            "Error loading state error",
            format!("error loading the remote state: {}", text.join("; ")),
        )]
    })?;
    let mut outputs: BTreeMap<String, Value> = BTreeMap::new();
    if let Some(defaults) = part(config, "defaults").as_members() {
        outputs.extend(defaults.iter().map(|(name, value)| (name.to_string(), value.clone())));
    }
    outputs.extend(file.state.outputs.into_iter().map(|(name, output)| (name, output.value)));
    Ok(with(config, &[("outputs", Value::object(outputs))]))
}

/// What a backend says of a data source's settings belongs to the data source as a whole.
fn nowhere(problems: Vec<ProviderDiagnostic>) -> Vec<ProviderDiagnostic> {
    problems.into_iter().map(|problem| ProviderDiagnostic { path: None, ..problem }).collect()
}

/// Checks settings against a kind of backend without connecting to it.
///
/// **Source**: recorded from Terraform 1.11.4.
fn check_settings(
    kind: &str,
    backend: &dyn BackendType,
    settings: &Value,
    host: &Rc<dyn Host>,
) -> Vec<ProviderDiagnostic> {
    let invalid = |problem: String, at: Path| {
        let detail = format!("The given configuration is not valid for backend {}: {problem}.", quote(kind));
        vec![ProviderDiagnostic::error("Invalid backend configuration", detail).at(at)]
    };
    let schema = backend.schema();
    let missing = |name: &str| format!("attribute {} is required", quote(name));
    if settings.is_null() {
        let first = backend.required().first().map(|(name, _)| missing(name));
        return first.map(|problem| invalid(problem, Vec::new())).unwrap_or_default();
    }
    if !settings.is_known() {
        return Vec::new();
    }
    let at = attr_path("config");
    let Some(members) = settings.as_members() else { return invalid("an object is required".to_owned(), at) };
    if let Some(name) = members.keys().find(|name| !schema.attributes.contains_key(&***name)) {
        return invalid(format!("unexpected attribute {}", quote(name)), at);
    }
    let lacking = |name: &str| settings.get(name).is_none_or(Value::is_null);
    if let Some((name, _)) = backend.required().iter().find(|(name, _)| lacking(name)) {
        return invalid(missing(name), at);
    }
    for (name, attribute) in &schema.attributes {
        let Some(value) = settings.get(name) else { continue };
        if let Err(problem) = convert(value, &attribute.ty) {
            return invalid(format!(".{name}: {}", problem.message), at);
        }
    }
    if !settings.is_wholly_known() {
        return Vec::new();
    }
    nowhere(backend.check(&full_settings(backend, settings), host))
}

/// Settings with every argument that the backend knows.
fn full_settings(backend: &dyn BackendType, settings: &Value) -> Value {
    let members = backend.schema().attributes.into_iter().map(|(name, attribute)| {
        let given = settings.get(&name).and_then(|value| convert(value, &attribute.ty).ok());
        (name, given.unwrap_or_else(|| Value::null(attribute.ty)))
    });
    Value::object(members.collect::<Vec<_>>())
}

impl Provider for Builtin {
    fn schema(&self) -> Rc<ProviderSchema> {
        let mut schema = ProviderSchema::default();
        let data = Rc::new(ResourceSchema::new(0, data_schema()));
        schema.resources.insert("terraform_data".to_owned(), data);
        let remote_state = Rc::new(ResourceSchema::new(0, remote_state_schema()));
        schema.data_sources.insert("terraform_remote_state".to_owned(), remote_state);
        Rc::new(schema)
    }

    fn configure(&self, _config: Value) -> LocalBoxFuture<'_, Vec<ProviderDiagnostic>> {
        ready(Vec::new())
    }

    fn validate_resource(&self, _type_name: &str, config: &Value) -> Vec<ProviderDiagnostic> {
        // Written out in the configuration, these stand above all places.
        let read_only = ["id", "output"].into_iter().filter(|name| !part(config, name).is_null());
        read_only
            .map(|name| {
                ProviderDiagnostic::error(format!("{} attribute is read-only", quote(name)), "")
                    .at(Vec::new())
            })
            .collect()
    }

    fn validate_data_source(&self, _type_name: &str, config: &Value) -> Vec<ProviderDiagnostic> {
        self.check_remote_state(config)
    }

    fn plan_resource(&self, request: PlanRequest) -> LocalBoxFuture<'_, PlanResponse> {
        let (planned, replace) = plan_data(&request);
        ready(PlanResponse {
            planned,
            requires_replace: if replace { vec![attr_path("triggers_replace")] } else { Vec::new() },
            private: Private::new(),
            diagnostics: Vec::new(),
            legacy_type_system: false,
        })
    }

    fn apply_resource(&self, request: ApplyRequest) -> LocalBoxFuture<'_, ApplyResponse> {
        let planned = request.planned;
        let new_state = if planned.is_null() {
            planned
        } else {
            let known = |name: &str| Some(part(&planned, name)).filter(Value::is_known);
            let id = known("id").unwrap_or_else(|| Value::string(new_uuid(&*self.host)));
            let output = known("output").unwrap_or_else(|| part(&planned, "input"));
            with(&planned, &[("id", id), ("output", output)])
        };
        ready(ApplyResponse {
            new_state,
            private: Private::new(),
            diagnostics: Vec::new(),
            legacy_type_system: false,
        })
    }

    fn read_resource(
        &self,
        _type_name: String,
        current: Value,
        private: Private,
    ) -> LocalBoxFuture<'_, ReadResponse> {
        ready(ReadResponse { new_state: current, private, diagnostics: Vec::new() })
    }

    fn import_resource(
        &self,
        type_name: String,
        id: String,
    ) -> LocalBoxFuture<'_, Result<Vec<ImportedResource>, Vec<ProviderDiagnostic>>> {
        let nothing = Value::null(Type::Dynamic);
        let state = Value::object([
            ("id", Value::string(id)),
            ("input", nothing.clone()),
            ("output", nothing.clone()),
            ("triggers_replace", nothing),
        ]);
        ready(Ok(vec![ImportedResource { type_name, state, private: Private::new() }]))
    }

    fn read_data_source(
        &self,
        _type_name: String,
        config: Value,
    ) -> LocalBoxFuture<'_, Result<Value, Vec<ProviderDiagnostic>>> {
        let kind = part(&config, "backend").as_str().unwrap_or_default().to_owned();
        match self.backend(&kind) {
            Some(backend) => Box::pin(self.read_from_backend(backend, config)),
            None => ready(self.read_local_state(&config)),
        }
    }
}
