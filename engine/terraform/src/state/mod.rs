//! What Terraform remembers of the real objects: resources, their instances, root outputs.
//!
//! [`file`] reads and writes it as a state file of version 4; [`store`] keeps it with the host.

pub mod file;
pub mod json;
pub mod store;

use crate::addr::{ConfigResource, Key, ModuleInstance, ResourceInstance, ResourceName};
use crate::path::{mark_at, marked_paths};
use crate::schema::ResourceSchema;
use nuvola_kernel::Map;
use nuvola_kernel::ordered::sort_by_key;
use nuvola_tf_lang::json::parse::Json;
use nuvola_tf_lang::{Marks, Path, Value};

/// All that is remembered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub resources: Map<ResourceKey, ResourceState>,
    pub outputs: Map<String, OutputState>,
    /// Results of conditions, as the state file has them.
    pub checks: Vec<CheckResult>,
}

/// A resource in a module instance; resources in shallower modules come first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceKey {
    pub module: ModuleInstance,
    pub resource: ResourceName,
}

impl Ord for ResourceKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let depth = self.module.0.len().cmp(&other.module.0.len());
        depth.then_with(|| self.module.cmp(&other.module)).then_with(|| self.resource.cmp(&other.resource))
    }
}

impl PartialOrd for ResourceKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// A resource with its instances.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResourceState {
    /// `provider["HOST/NAMESPACE/NAME"]`, perhaps with an alias and a module before it.
    pub provider: String,
    pub instances: Map<Key, InstanceState>,
}

/// An instance: its object, and objects that a failed replacement left over.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InstanceState {
    pub current: Option<Object>,
    pub deposed: Map<String, Object>,
}

/// A real object as last seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    pub tainted: bool,
    pub schema_version: u64,
    pub attributes: Json,
    pub sensitive: Vec<Path>,
    pub private: Vec<u8>,
    pub dependencies: Vec<ConfigResource>,
    pub create_before_destroy: bool,
}

/// A root module's output.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputState {
    pub value: Value,
    pub sensitive: bool,
}

/// How a condition fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckStatus {
    Pass,
    Fail,
    Error,
    Unknown,
}

impl CheckStatus {
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Unknown => "unknown",
        }
    }

    #[must_use]
    pub fn from_text(text: &str) -> Self {
        match text {
            "pass" => Self::Pass,
            "fail" => Self::Fail,
            "error" => Self::Error,
            _ => Self::Unknown,
        }
    }
}

/// The conditions of one block and of its instances.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckResult {
    /// `resource`, `output_value`, `check` or `var`.
    pub kind: String,
    pub config: String,
    pub status: CheckStatus,
    /// Nothing when the instances are not known.
    pub objects: Option<Vec<(String, CheckStatus, Vec<String>)>>,
}

impl Object {
    /// An object with a value of its type; marks become paths.
    #[must_use]
    pub fn from_value(value: &Value, schema: &ResourceSchema) -> Option<Self> {
        let mut sensitive = marked_paths(value, Marks::SENSITIVE);
        sort_by_key(&mut sensitive, |path| (path.len(), nuvola_tf_lang::path::path_text(path)));
        let (plain, _) = value.clone().unmark_deep();
        let text = nuvola_tf_lang::json::encode(&plain, &schema.block.implied_type()).ok()?;
        Some(Self {
            tainted: false,
            schema_version: schema.version,
            attributes: nuvola_tf_lang::json::parse::parse(&text).ok()?,
            sensitive,
            private: Vec::new(),
            dependencies: Vec::new(),
            create_before_destroy: false,
        })
    }

    /// The value, with the marks it was stored with.
    /// # Errors
    /// When the attributes do not fit the schema.
    pub fn value(&self, schema: &ResourceSchema) -> Result<Value, String> {
        let plain = self.plain_value(schema)?;
        Ok(self.sensitive.iter().fold(plain, |value, path| mark_at(&value, path, Marks::SENSITIVE)))
    }

    /// The value without marks.
    /// # Errors
    /// When the attributes do not fit the schema.
    pub fn plain_value(&self, schema: &ResourceSchema) -> Result<Value, String> {
        nuvola_tf_lang::json::decode(&self.attributes, &schema.block.implied_type())
            .map_err(|error| error.to_string())
    }

    /// A member of the stored attributes that is a string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match &self.attributes {
            Json::Object(members) => members.iter().find_map(|(key, value)| match value {
                Json::String(text) if key == name => Some(text.as_str()),
                _ => None,
            }),
            _ => None,
        }
    }
}

impl State {
    #[must_use]
    pub fn key(instance: &ResourceInstance) -> ResourceKey {
        ResourceKey { module: instance.module.clone(), resource: instance.resource.clone() }
    }

    #[must_use]
    pub fn resource(&self, instance: &ResourceInstance) -> Option<&ResourceState> {
        self.resources.get(&Self::key(instance))
    }

    #[must_use]
    pub fn instance(&self, instance: &ResourceInstance) -> Option<&InstanceState> {
        self.resource(instance)?.instances.get(&instance.key)
    }

    #[must_use]
    pub fn object(&self, instance: &ResourceInstance) -> Option<&Object> {
        self.instance(instance)?.current.as_ref()
    }

    /// Stores or removes an instance's object.
    pub fn set_object(&mut self, instance: &ResourceInstance, provider: &str, object: Option<Object>) {
        match object {
            Some(object) => {
                let resource = self.resources.entry(Self::key(instance)).or_default();
                provider.clone_into(&mut resource.provider);
                resource.instances.entry(instance.key.clone()).or_default().current = Some(object);
            }
            None => {
                if let Some(slot) = self.instance_mut(instance) {
                    slot.current = None;
                }
                self.prune(instance);
            }
        }
    }

    /// Stores or removes a left-over object.
    pub fn set_deposed(&mut self, instance: &ResourceInstance, key: &str, object: Option<Object>) {
        let Some(slot) = self.instance_mut(instance) else { return };
        match object {
            Some(object) => {
                slot.deposed.insert(key.to_owned(), object);
            }
            None => {
                slot.deposed.remove(key);
            }
        }
        self.prune(instance);
    }

    #[must_use]
    pub fn instance_mut(&mut self, instance: &ResourceInstance) -> Option<&mut InstanceState> {
        self.resources.get_mut(&Self::key(instance))?.instances.get_mut(&instance.key)
    }

    /// Forgets an instance, with everything left over.
    pub fn remove(&mut self, instance: &ResourceInstance) {
        if let Some(resource) = self.resources.get_mut(&Self::key(instance)) {
            resource.instances.remove(&instance.key);
        }
        self.prune(instance);
    }

    /// Gives an instance another address, with everything left over.
    pub fn rename(&mut self, from: &ResourceInstance, to: &ResourceInstance) {
        let Some(resource) = self.resources.get_mut(&Self::key(from)) else { return };
        let Some(slot) = resource.instances.remove(&from.key) else { return };
        let provider = resource.provider.clone();
        if resource.instances.is_empty() {
            self.resources.remove(&Self::key(from));
        }
        let target = self.resources.entry(Self::key(to)).or_default();
        target.provider = provider;
        target.instances.insert(to.key.clone(), slot);
    }

    fn prune(&mut self, instance: &ResourceInstance) {
        let key = Self::key(instance);
        if let Some(resource) = self.resources.get_mut(&key) {
            resource.instances.retain(|_, slot| slot.current.is_some() || !slot.deposed.is_empty());
            if resource.instances.is_empty() {
                self.resources.remove(&key);
            }
        }
    }

    /// All instances, in order.
    #[must_use]
    pub fn instances(&self) -> Vec<(ResourceInstance, &InstanceState)> {
        let mut out = Vec::new();
        for (key, resource) in &self.resources {
            for (instance_key, slot) in &resource.instances {
                let instance =
                    ResourceInstance::new(key.module.clone(), key.resource.clone(), instance_key.clone());
                out.push((instance, slot));
            }
        }
        out
    }

    /// Neither resources nor outputs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.outputs.is_empty()
    }
}
