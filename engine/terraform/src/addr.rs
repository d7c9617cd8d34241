//! Addresses: how modules, resources and their instances are named.

use nuvola_hcl::text::quote;
use std::fmt;

/// The host of the default provider registry; written so that provider addresses in state files
/// are those of the real program.
pub const REGISTRY_HOST: &str = concat!("registry.", "terraform.io");

/// What tells the instances of one block apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Key {
    #[default]
    None,
    Int(u64),
    Str(String),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Int(index) => write!(f, "[{index}]"),
            // Template markers are escaped, so that the text could be pasted into a configuration.
            Self::Str(key) => {
                write!(f, "[{}]", quote(key).replace("${", "$${").replace("%{", "%%{"))
            }
        }
    }
}

/// A module as configured: the names of the calls that lead to it.
pub type ModulePath = Vec<String>;

/// A module path as text: `module.a.module.b`, empty for the root.
#[must_use]
pub fn module_path_text(path: &[String]) -> String {
    let steps: Vec<String> = path.iter().map(|name| format!("module.{name}")).collect();
    steps.join(".")
}

/// An instance of a module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ModuleInstance(pub Vec<(String, Key)>);

impl ModuleInstance {
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn child(&self, name: &str, key: Key) -> Self {
        let mut steps = self.0.clone();
        steps.push((name.to_owned(), key));
        Self(steps)
    }

    /// The module as configured.
    #[must_use]
    pub fn path(&self) -> ModulePath {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Whether `self` is `outer` or inside it.
    #[must_use]
    pub fn is_within(&self, outer: &Self) -> bool {
        self.0.starts_with(&outer.0)
    }

    /// The text before a resource's own address: `module.a[0].`, empty for the root.
    #[must_use]
    pub fn prefix(&self) -> String {
        if self.is_root() { String::new() } else { format!("{self}.") }
    }
}

impl fmt::Display for ModuleInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, key)) in self.0.iter().enumerate() {
            let dot = if at == 0 { "" } else { "." };
            write!(f, "{dot}module.{name}{key}")?;
        }
        Ok(())
    }
}

/// A resource or a data source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    Data,
    Managed,
}

impl Mode {
    /// As state files and `-json` output name it.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Managed => "managed",
        }
    }
}

/// A `resource` or `data` block within its module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceName {
    pub mode: Mode,
    pub kind: String,
    pub name: String,
}

impl ResourceName {
    #[must_use]
    pub fn new(mode: Mode, kind: &str, name: &str) -> Self {
        Self { mode, kind: kind.to_owned(), name: name.to_owned() }
    }
}

impl fmt::Display for ResourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mode {
            Mode::Managed => write!(f, "{}.{}", self.kind, self.name),
            Mode::Data => write!(f, "data.{}.{}", self.kind, self.name),
        }
    }
}

/// A resource in a module as configured.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigResource {
    pub module: ModulePath,
    pub resource: ResourceName,
}

impl fmt::Display for ConfigResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.module.is_empty() {
            write!(f, "{}", self.resource)
        } else {
            write!(f, "{}.{}", module_path_text(&self.module), self.resource)
        }
    }
}

/// An instance of a resource in an instance of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceInstance {
    pub module: ModuleInstance,
    pub resource: ResourceName,
    pub key: Key,
}

impl ResourceInstance {
    #[must_use]
    pub fn new(module: ModuleInstance, resource: ResourceName, key: Key) -> Self {
        Self { module, resource, key }
    }

    #[must_use]
    pub fn config(&self) -> ConfigResource {
        ConfigResource { module: self.module.path(), resource: self.resource.clone() }
    }

    /// The instance without its key, for places that name all instances.
    #[must_use]
    pub fn without_key(&self) -> Self {
        Self { key: Key::None, ..self.clone() }
    }
}

impl fmt::Display for ResourceInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.module.prefix(), self.resource, self.key)
    }
}

/// Terraform lists modules of less depth first, then by name, then resources, data first.
impl Ord for ResourceInstance {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let depth = self.module.0.len().cmp(&other.module.0.len());
        depth
            .then_with(|| self.module.cmp(&other.module))
            .then_with(|| self.resource.cmp(&other.resource))
            .then_with(|| self.key.cmp(&other.key))
    }
}

impl PartialOrd for ResourceInstance {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// What `-target`, `state rm`, `moved` and the like may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Module(ModuleInstance),
    /// All instances of a resource, in all instances of a module when that has no keys.
    Resource(ModuleInstance, ResourceName),
    Instance(ResourceInstance),
}

impl Target {
    /// Whether an instance is what the target names, or in it. Steps without a key match any key.
    #[must_use]
    pub fn contains(&self, instance: &ResourceInstance) -> bool {
        match self {
            Self::Module(module) => module_matches(module, &instance.module),
            Self::Resource(module, resource) => {
                module.0.len() == instance.module.0.len()
                    && module_matches(module, &instance.module)
                    && resource == &instance.resource
            }
            Self::Instance(wanted) => {
                wanted.module.0.len() == instance.module.0.len()
                    && module_matches(&wanted.module, &instance.module)
                    && wanted.resource == instance.resource
                    && wanted.key == instance.key
            }
        }
    }

    /// Whether the target may name instances of a configured resource.
    #[must_use]
    pub fn may_contain(&self, config: &ConfigResource) -> bool {
        match self {
            Self::Module(module) => config.module.starts_with(&module.path()),
            Self::Resource(module, resource) => {
                module.path() == config.module && resource == &config.resource
            }
            Self::Instance(wanted) => {
                wanted.module.path() == config.module && wanted.resource == config.resource
            }
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module(module) => write!(f, "{module}"),
            Self::Resource(module, resource) => write!(f, "{}{resource}", module.prefix()),
            Self::Instance(instance) => write!(f, "{instance}"),
        }
    }
}

fn module_matches(wanted: &ModuleInstance, actual: &ModuleInstance) -> bool {
    wanted.0.len() <= actual.0.len()
        && wanted.0.iter().zip(&actual.0).all(|((name, key), (actual_name, actual_key))| {
            name == actual_name && (key == &Key::None || key == actual_key)
        })
}

/// The address of a provider: `hashicorp/aws` with its host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProviderSource {
    pub host: String,
    pub namespace: String,
    pub name: String,
}

impl ProviderSource {
    /// Where a provider that the configuration does not place comes from.
    #[must_use]
    pub fn default_for(name: &str) -> Self {
        if name == "terraform" {
            return Self::builtin();
        }
        Self::registry("hashicorp", name)
    }

    #[must_use]
    pub fn builtin() -> Self {
        let host = "terraform.io".to_owned();
        Self { host, namespace: "builtin".to_owned(), name: "terraform".to_owned() }
    }

    #[must_use]
    pub fn registry(namespace: &str, name: &str) -> Self {
        let host = REGISTRY_HOST.to_owned();
        Self { host, namespace: namespace.to_owned(), name: name.to_owned() }
    }

    #[must_use]
    pub fn is_builtin(&self) -> bool {
        self.host == "terraform.io"
    }

    /// Reads `NAME`, `NAMESPACE/NAME` or `HOST/NAMESPACE/NAME`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let valid = |part: &&str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c))
        };
        if !parts.iter().all(valid) {
            return None;
        }
        match parts.as_slice() {
            [name] => Some(Self::registry("hashicorp", &name.to_lowercase())),
            [namespace, name] => Some(Self::registry(&namespace.to_lowercase(), &name.to_lowercase())),
            [host, namespace, name] => Some(Self {
                host: host.to_lowercase(),
                namespace: namespace.to_lowercase(),
                name: name.to_lowercase(),
            }),
            _ => None,
        }
    }

    /// As messages name it: without the default host.
    #[must_use]
    pub fn for_display(&self) -> String {
        if self.host == REGISTRY_HOST {
            format!("{}/{}", self.namespace, self.name)
        } else {
            self.to_string()
        }
    }

    /// `hashicorp/aws`: what a [`crate::provider::ProviderRegistry`] is asked for.
    #[must_use]
    pub fn short(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

impl fmt::Display for ProviderSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.host, self.namespace, self.name)
    }
}
