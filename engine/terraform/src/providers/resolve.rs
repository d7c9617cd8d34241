//! Which provider configuration a resource uses, through modules that pass them on.

use crate::addr::{ModulePath, ProviderSource, module_path_text};
use crate::config::{Config, ProviderConfig, ProviderKey, Resource};
use nuvola_hcl::text::quote;

/// A provider configuration of a certain module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AbsProvider {
    pub module: ModulePath,
    pub source: ProviderSource,
    pub alias: Option<String>,
    /// The name that the module knows it by.
    pub local_name: String,
}

impl AbsProvider {
    /// As state files name it: `module.a.provider["HOST/NAMESPACE/NAME"].alias`.
    #[must_use]
    pub fn address(&self) -> String {
        let prefix = if self.module.is_empty() {
            String::new()
        } else {
            format!("{}.", module_path_text(&self.module))
        };
        let alias = self.alias.as_ref().map_or(String::new(), |alias| format!(".{alias}"));
        format!("{prefix}provider[{}]{alias}", quote(&self.source.to_string()))
    }

    /// Its `provider` block, if there is one.
    #[must_use]
    pub fn config<'c>(&self, config: &'c Config) -> Option<&'c ProviderConfig> {
        let key = ProviderKey { name: self.local_name.clone(), alias: self.alias.clone() };
        config.descendant(&self.module)?.module.providers.get(&key)
    }
}

/// The provider's own address in what a state file names.
#[must_use]
pub fn source_of(address: &str) -> Option<ProviderSource> {
    let start = address.find("provider[\"")? + "provider[\"".len();
    let end = address[start..].find('"')? + start;
    ProviderSource::parse(&address[start..end])
}

/// Finds provider configurations.
pub struct Resolver<'c> {
    config: &'c Config,
}

impl<'c> Resolver<'c> {
    #[must_use]
    pub fn new(config: &'c Config) -> Self {
        Self { config }
    }

    /// The configuration that a resource uses.
    #[must_use]
    pub fn for_resource(&self, path: &[String], resource: &Resource) -> Option<AbsProvider> {
        let key = match &resource.provider {
            Some((key, _)) => key.clone(),
            None => {
                ProviderKey { name: Config::implied_provider(&resource.name.kind).to_owned(), alias: None }
            }
        };
        self.resolve(path, &key)
    }

    /// Where a provider's name leads, seen from a module.
    #[must_use]
    pub fn resolve(&self, path: &[String], key: &ProviderKey) -> Option<AbsProvider> {
        let node = self.config.descendant(path)?;
        let source = node.provider_source(&key.name);
        let here = |module: &[String]| AbsProvider {
            module: module.to_vec(),
            source: source.clone(),
            alias: key.alias.clone(),
            local_name: key.name.clone(),
        };
        let Some((name, parent)) = path.split_last() else {
            return Some(here(path));
        };
        if node.module.providers.contains_key(key) {
            return Some(here(path));
        }
        let parent_node = self.config.descendant(parent)?;
        let call = parent_node.call(name)?;
        if let Some((_, passed, _)) = call.providers.iter().find(|(child, ..)| child == key) {
            return self.resolve(parent, passed);
        }
        if key.alias.is_some() {
            return Some(here(path));
        }
        // Default configurations are inherited; the parent may know the provider by another name.
        let parent_name = parent_node
            .module
            .required_providers
            .iter()
            .find(|(_, required)| required.source == source)
            .map_or_else(|| key.name.clone(), |(name, _)| name.clone());
        self.resolve(parent, &ProviderKey { name: parent_name, alias: None })
    }

    /// All configurations that a module has or its resources use.
    #[must_use]
    pub fn used_in(&self, path: &[String]) -> Vec<AbsProvider> {
        let Some(node) = self.config.descendant(path) else {
            return Vec::new();
        };
        let resources = node.module.resources.values();
        let mut out: Vec<AbsProvider> =
            resources.filter_map(|resource| self.for_resource(path, resource)).collect();
        out.extend(node.module.providers.keys().filter_map(|key| self.resolve(path, key)));
        out.sort();
        out.dedup();
        out
    }

    /// All configurations of the whole tree.
    #[must_use]
    pub fn all(&self) -> Vec<AbsProvider> {
        let mut out: Vec<AbsProvider> =
            self.config.all().iter().flat_map(|node| self.used_in(&node.path)).collect();
        out.sort();
        out.dedup();
        out
    }
}
