//! The provider: schema, configuration, and the way from Terraform's requests to the resource types.

use crate::client::Client;
use crate::config;
use crate::data::ResourceData;
use crate::meaning;
use crate::plan::Diff;
use crate::resources::{self, ResourceType};
use crate::schema::{TypeFacts, Types};
use crate::tags;
use crate::transport::Transport;
use crate::values::{is_empty, json_of, kept_spelling, value_of};
use crate::{data_sources, functions, validate};
use nuvola_kernel::Ordered;
use nuvola_terraform::addr::Mode;
use nuvola_terraform::host::{Host, LocalBoxFuture};
use nuvola_terraform::provider::{
    ApplyRequest, ApplyResponse, ImportedResource, PlanRequest, PlanResponse, Private, Provider,
    ProviderDiagnostic, ReadResponse,
};
use nuvola_terraform::schema::ProviderSchema;
use nuvola_tf_lang::{Members, Value};
use serde_json::{Map, Value as Json};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// One configuration of the AWS provider.
pub struct AwsProvider {
    transport: Rc<dyn Transport>,
    host: Rc<dyn Host>,
    types: Rc<Types>,
    client: RefCell<Option<Rc<Client>>>,
}

impl AwsProvider {
    #[must_use]
    pub fn new(transport: Rc<dyn Transport>, host: Rc<dyn Host>, types: Rc<Types>) -> Self {
        Self { transport, host, types, client: RefCell::default() }
    }

    fn facts(&self, type_name: &str) -> Option<(&'static ResourceType, Rc<TypeFacts>)> {
        Some((resources::find(type_name)?, Rc::clone(self.types.resources.get(type_name)?)))
    }

    /// What a resource type works with; nothing before the provider is configured.
    fn data(&self, attributes: Map<String, Json>, prior: Map<String, Json>) -> Option<ResourceData> {
        let client = self.client.borrow().clone()?;
        let region = attributes.get("region").and_then(Json::as_str).filter(|region| !region.is_empty());
        let region = region.unwrap_or(&client.region).to_owned();
        Some(ResourceData { region, client, attributes, prior, files: Rc::clone(&self.host) })
    }

    fn plan(&self, request: PlanRequest) -> PlanResponse {
        let mut out = PlanResponse {
            planned: request.proposed_new.clone(),
            requires_replace: Vec::new(),
            private: request.private,
            diagnostics: Vec::new(),
            legacy_type_system: true,
        };
        let (Some((kind, facts)), Some(config)) =
            (self.facts(&request.type_name), request.config.as_members())
        else {
            return out;
        };
        let mut diff = Diff::new(&facts, request.prior.as_members(), config, self.client.borrow().clone());
        plan_region(&mut diff);
        tags::plan_tags_all(&mut diff);
        (kind.customize)(&mut diff);
        out.diagnostics = diff.errors.into_iter().map(|text| ProviderDiagnostic::error(text, "")).collect();
        out.planned = Value::object(diff.planned);
        out.requires_replace = diff.replace;
        out
    }

    async fn apply(&self, request: ApplyRequest) -> ApplyResponse {
        let (new_state, problem) = self.apply_state(&request).await;
        ApplyResponse {
            new_state,
            private: request.private,
            diagnostics: problem.into_iter().map(|text| ProviderDiagnostic::error(text, "")).collect(),
            legacy_type_system: true,
        }
    }

    async fn apply_state(&self, request: &ApplyRequest) -> (Value, Option<String>) {
        let Some((kind, facts)) = self.facts(&request.type_name) else {
            return (request.prior.clone(), Some(not_simulated(&request.type_name)));
        };
        let prior = object_of(&request.prior);
        let is_delete = request.planned.is_null();
        let attributes = if is_delete { prior.clone() } else { object_of(&request.planned) };
        let Some(mut data) = self.data(attributes, prior) else {
            return (request.prior.clone(), Some(NOT_CONFIGURED.to_owned()));
        };
        if is_delete {
            return match (kind.delete)(&mut data).await {
                Ok(()) => (Value::null(facts.ty.clone()), None),
                Err(text) => (request.prior.clone(), Some(text)),
            };
        }
        let is_create = request.prior.is_null();
        let work = match (is_create, kind.update) {
            (true, _) => (kind.create)(&mut data).await,
            (false, Some(update)) => update(&mut data).await,
            (false, None) => Ok(()),
        };
        if let Err(text) = work {
            let made = !data.id().is_empty();
            let state = match (is_create, made) {
                (true, false) => Value::null(facts.ty.clone()),
                (true, true) => state_of(&facts, &data, &request.planned),
                (false, _) => request.prior.clone(),
            };
            return (state, Some(text));
        }
        let before_read = state_of(&facts, &data, &request.planned);
        if let Err(text) = (kind.read)(&mut data).await {
            return (before_read, Some(text));
        }
        if data.id().is_empty() {
            let verb = if is_create { "reading" } else { "updating" };
            return (before_read, Some(format!("{verb} {}: couldn't find resource", kind.name)));
        }
        (state_of(&facts, &data, &request.planned), None)
    }

    async fn read(&self, type_name: &str, current: Value, private: Private) -> ReadResponse {
        let failed = |text: String, state: Value, private| ReadResponse {
            new_state: state,
            private,
            diagnostics: vec![ProviderDiagnostic::error(text, "")],
        };
        let Some((kind, facts)) = self.facts(type_name) else {
            return failed(not_simulated(type_name), current, private);
        };
        let attributes = object_of(&current);
        let Some(mut data) = self.data(attributes.clone(), attributes) else {
            return failed(NOT_CONFIGURED.to_owned(), current, private);
        };
        if let Err(text) = (kind.read)(&mut data).await {
            return failed(text, current, private);
        }
        let gone = data.id().is_empty();
        let new_state = if gone { Value::null(facts.ty.clone()) } else { state_of(&facts, &data, &current) };
        ReadResponse { new_state, private, diagnostics: Vec::new() }
    }

    fn import(&self, type_name: &str, id: &str) -> Result<Vec<ImportedResource>, Vec<ProviderDiagnostic>> {
        let wrong = |text: String| vec![ProviderDiagnostic::error(text, "")];
        let (kind, facts) = self.facts(type_name).ok_or_else(|| wrong(not_simulated(type_name)))?;
        let regional = facts.block.attributes.contains_key("region");
        let mut attributes = Map::new();
        // `ID@REGION` imports from another region.
        let id = match id.rsplit_once('@').filter(|(_, region)| regional && config::is_region(region)) {
            Some((id, region)) => {
                attributes.insert("region".to_owned(), region.into());
                id
            }
            None => id,
        };
        let mut data = self.data(attributes, Map::new()).ok_or_else(|| wrong(NOT_CONFIGURED.to_owned()))?;
        (kind.import)(&mut data, id).map_err(wrong)?;
        let state = state_of(&facts, &data, &Value::null(facts.ty.clone()));
        Ok(vec![ImportedResource { type_name: type_name.to_owned(), state, private: Private::new() }])
    }
}

const NOT_CONFIGURED: &str = "the AWS provider is not configured";

/// The text for a type that only the real provider has.
#[must_use]
pub fn not_simulated(type_name: &str) -> String {
    format!("{type_name} is not simulated by Nuvola")
}

fn object_of(value: &Value) -> Map<String, Json> {
    if let Json::Object(entries) = json_of(value) { entries } else { Map::new() }
}

/// Plans where a resource is: where it says, or where the provider is.
fn plan_region(diff: &mut Diff<'_>) {
    let configured = diff.config.get("region").is_some_and(|region| !region.is_null());
    if !diff.facts.block.attributes.contains_key("region") || configured {
        return;
    }
    let Some(client) = diff.client.clone() else { return };
    let region = Value::string(&client.region);
    let moved =
        diff.prior.and_then(|prior| prior.get("region")).is_some_and(|old| !old.is_null() && *old != region);
    diff.set("region", region);
    if moved {
        diff.force_new("region");
    }
}

/// The state that a resource's attributes make. Where the state before had no value, an empty one is none;
/// a text that means the same as before stays as it was.
fn state_of(facts: &TypeFacts, data: &ResourceData, before: &Value) -> Value {
    let mut attributes = data.attributes.clone();
    if facts.block.attributes.contains_key("region") {
        attributes.insert("region".to_owned(), data.region.clone().into());
    }
    let value = value_of(&Json::Object(attributes), &facts.ty);
    let mut members: Members = value.as_members().cloned().unwrap_or_default();
    for (name, attribute) in &facts.block.attributes {
        let Some(old) = before.get(name) else { continue };
        let new = members.get(name.as_str());
        let collection = attribute.ty.is_collection();
        if let (Some(meaning), Some(left), Some(right)) =
            (attribute.meaning, old.as_str(), new.and_then(Value::as_str))
        {
            let text = if meaning::same(meaning, left, right) {
                left.to_owned()
            } else {
                meaning::normalized(right)
            };
            members.insert(Arc::from(name.as_str()), Value::string(text));
        } else if collection && old.is_null() && new.is_some_and(is_empty) {
            members.insert(Arc::from(name.as_str()), old.clone());
        }
    }
    for name in facts.block.blocks.keys() {
        if let (Some(old), Some(new)) = (before.get(name), members.get(name.as_str())) {
            let kept = kept_spelling(old, new);
            members.insert(Arc::from(name.as_str()), kept);
        }
    }
    Value::object(members)
}

impl Provider for AwsProvider {
    fn types_not_simulated(&self, mode: Mode) -> Vec<&'static str> {
        crate::schema::types_not_simulated(mode == Mode::Data)
    }

    fn schema(&self) -> Rc<ProviderSchema> {
        let core = |types: &std::collections::BTreeMap<String, Rc<TypeFacts>>| {
            types.iter().map(|(name, facts)| (name.clone(), Rc::clone(&facts.schema))).into_map()
        };
        Rc::new(ProviderSchema {
            config: config::schema(),
            resources: core(&self.types.resources),
            data_sources: core(&self.types.data_sources),
            functions: functions::schemas(),
        })
    }

    fn validate_config(&self, config: &Value) -> Vec<ProviderDiagnostic> {
        config::validate(config)
    }

    fn configure(&self, config: Value) -> LocalBoxFuture<'_, Vec<ProviderDiagnostic>> {
        Box::pin(async move {
            match config::configure(Rc::clone(&self.transport), &*self.host, &config).await {
                Ok((client, warnings)) => {
                    *self.client.borrow_mut() = client.map(Rc::new);
                    warnings
                }
                Err(problems) => problems,
            }
        })
    }

    fn validate_resource(&self, type_name: &str, config: &Value) -> Vec<ProviderDiagnostic> {
        match self.facts(type_name) {
            Some((kind, facts)) => validate::resource(kind, &facts, config),
            None => vec![ProviderDiagnostic::error(not_simulated(type_name), "")],
        }
    }

    fn validate_data_source(&self, type_name: &str, config: &Value) -> Vec<ProviderDiagnostic> {
        match self.types.data_sources.get(type_name) {
            Some(facts) => validate::data_source(facts, config),
            None => vec![ProviderDiagnostic::error(not_simulated(type_name), "")],
        }
    }

    fn plan_resource(&self, request: PlanRequest) -> LocalBoxFuture<'_, PlanResponse> {
        Box::pin(async move { self.plan(request) })
    }

    fn apply_resource(&self, request: ApplyRequest) -> LocalBoxFuture<'_, ApplyResponse> {
        Box::pin(self.apply(request))
    }

    fn read_resource(
        &self,
        type_name: String,
        current: Value,
        private: Private,
    ) -> LocalBoxFuture<'_, ReadResponse> {
        Box::pin(async move { self.read(&type_name, current, private).await })
    }

    fn import_resource(
        &self,
        type_name: String,
        id: String,
    ) -> LocalBoxFuture<'_, Result<Vec<ImportedResource>, Vec<ProviderDiagnostic>>> {
        Box::pin(async move { self.import(&type_name, &id) })
    }

    fn read_data_source(
        &self,
        type_name: String,
        config: Value,
    ) -> LocalBoxFuture<'_, Result<Value, Vec<ProviderDiagnostic>>> {
        Box::pin(async move {
            let wrong = |text: String| vec![ProviderDiagnostic::error(text, "")];
            let facts =
                self.types.data_sources.get(&type_name).ok_or_else(|| wrong(not_simulated(&type_name)))?;
            let mut data =
                self.data(object_of(&config), Map::new()).ok_or_else(|| wrong(NOT_CONFIGURED.to_owned()))?;
            for (name, attribute) in &facts.block.attributes {
                if let (Some(default), true) = (&attribute.default, data.get(name).is_null()) {
                    data.set(name, json_of(default));
                }
            }
            data_sources::read(&type_name, &mut data).await.map_err(wrong)?;
            Ok(value_of(&Json::Object(data.attributes), &facts.ty))
        })
    }

    fn call_function(&self, name: &str, arguments: &[Value]) -> Result<Value, String> {
        functions::call(name, arguments)
    }
}
