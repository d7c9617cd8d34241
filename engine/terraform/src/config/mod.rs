//! A module's configuration: the blocks of its files, taken apart but not evaluated.
//!
//! [`load::load`] reads a whole configuration with its child modules; [`decode`] reads one file.

pub mod content;
pub mod decode;
pub mod fields;
mod json;
pub mod load;
pub mod overrides;
pub mod resource;
pub mod settings;
pub mod types;
pub mod version;

use crate::addr::{ProviderSource, ResourceName, Target};
use nuvola_hcl::{Body, Diagnostic, Expr, FileId, Range, Sources, Traversal};
use nuvola_tf_lang::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use types::Constraint;

/// Reads a file in the syntax that its name says.
pub(crate) fn parse_file(sources: &Sources, file: FileId, path: &str) -> (Body, Vec<Diagnostic>) {
    if path.ends_with(".tfvars.json") {
        nuvola_hcl::parse_json(sources, file, &json::VALUES)
    } else if path.ends_with(".json") {
        nuvola_hcl::parse_json(sources, file, &json::CONFIG)
    } else {
        nuvola_hcl::parse_config(sources, file)
    }
}

/// One module as its files have it.
#[derive(Debug, Clone, Default)]
pub struct Module {
    /// The folder, empty for the current one.
    pub dir: String,
    pub variables: BTreeMap<String, Variable>,
    pub locals: BTreeMap<String, Local>,
    pub outputs: BTreeMap<String, Output>,
    pub resources: BTreeMap<ResourceName, Rc<Resource>>,
    pub calls: BTreeMap<String, ModuleCall>,
    pub providers: BTreeMap<ProviderKey, ProviderConfig>,
    pub required_providers: BTreeMap<String, RequiredProvider>,
    pub required_versions: Vec<(String, Range)>,
    pub backend: Option<Backend>,
    pub moved: Vec<Moved>,
    pub removed: Vec<Removed>,
    pub imports: Vec<Import>,
    pub checks: BTreeMap<String, Check>,
    /// Problems of templates in JSON files, told with those of evaluation.
    pub late: Vec<Diagnostic>,
}

/// A provider configuration's local name and alias.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProviderKey {
    pub name: String,
    pub alias: Option<String>,
}

impl std::fmt::Display for ProviderKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.alias {
            Some(alias) => write!(f, "{}.{alias}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Variable {
    pub name: String,
    pub description: Option<String>,
    pub constraint: Constraint,
    /// Values from the command line are taken as they are, not as expressions.
    pub literal: bool,
    pub default: Option<Value>,
    pub nullable: bool,
    pub sensitive: bool,
    pub ephemeral: bool,
    pub validations: Vec<CheckRule>,
    pub range: Range,
}

/// A condition with the message for when it does not hold.
#[derive(Debug, Clone)]
pub struct CheckRule {
    pub condition: Expr,
    pub error_message: Expr,
    pub range: Range,
}

#[derive(Debug, Clone)]
pub struct Local {
    pub expr: Expr,
    pub range: Range,
}

#[derive(Debug, Clone)]
pub struct Output {
    pub name: String,
    pub expr: Expr,
    pub description: Option<String>,
    pub sensitive: bool,
    pub ephemeral: bool,
    pub depends_on: Vec<Traversal>,
    pub preconditions: Vec<CheckRule>,
    pub range: Range,
}

/// A `resource` or `data` block.
#[derive(Debug, Clone)]
pub struct Resource {
    pub name: ResourceName,
    /// Without the arguments that mean the same for all resources.
    pub body: Body,
    /// Where a missing argument is reported.
    pub body_start: Range,
    pub count: Option<Expr>,
    pub for_each: Option<Expr>,
    pub depends_on: Vec<Traversal>,
    pub provider: Option<(ProviderKey, Range)>,
    pub lifecycle: Lifecycle,
    pub preconditions: Vec<CheckRule>,
    pub postconditions: Vec<CheckRule>,
    pub provisioners: Vec<Provisioner>,
    pub range: Range,
    pub type_range: Range,
    /// The `check` block that holds it.
    pub check: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    pub create_before_destroy: Option<bool>,
    pub prevent_destroy: bool,
    pub ignore_all: bool,
    pub ignore_changes: Vec<Traversal>,
    pub replace_triggered_by: Vec<Expr>,
}

/// A `provisioner` block.
#[derive(Debug, Clone)]
pub struct Provisioner {
    pub kind: String,
    pub body: Body,
    pub body_start: Range,
    pub on_destroy: bool,
    pub continue_on_failure: bool,
    pub range: Range,
}

/// A `module` block.
#[derive(Debug, Clone)]
pub struct ModuleCall {
    pub name: String,
    /// As written; absent when it could not be read.
    pub source: Option<String>,
    pub source_range: Range,
    pub version: Option<String>,
    pub inputs: Body,
    pub body_start: Range,
    pub count: Option<Expr>,
    pub for_each: Option<Expr>,
    pub depends_on: Vec<Traversal>,
    /// The child's provider, and ours that it gets.
    pub providers: Vec<(ProviderKey, ProviderKey, Range)>,
    pub range: Range,
}

/// A `provider` block.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    pub key: ProviderKey,
    pub body: Body,
    pub body_start: Range,
    pub version: Option<String>,
    pub range: Range,
}

/// An entry of `required_providers`.
#[derive(Debug, Clone)]
pub struct RequiredProvider {
    pub source: ProviderSource,
    pub constraint: Option<String>,
    pub aliases: Vec<ProviderKey>,
    pub range: Range,
}

/// A `backend` block.
#[derive(Debug, Clone)]
pub struct Backend {
    pub kind: String,
    pub body: Body,
    pub body_start: Range,
    pub kind_range: Range,
    pub range: Range,
}

#[derive(Debug, Clone)]
pub struct Moved {
    pub from: Target,
    pub to: Target,
    pub range: Range,
}

#[derive(Debug, Clone)]
pub struct Removed {
    pub from: Target,
    pub destroy: bool,
    /// To run when the object is destroyed.
    pub provisioners: Vec<Provisioner>,
    pub range: Range,
}

/// An `import` block; `to` may use `each` when there is `for_each`.
#[derive(Debug, Clone)]
pub struct Import {
    pub to: Expr,
    pub id: Expr,
    pub for_each: Option<Expr>,
    pub provider: Option<(ProviderKey, Range)>,
    pub range: Range,
}

/// A `check` block.
#[derive(Debug, Clone)]
pub struct Check {
    pub name: String,
    pub data: Option<ResourceName>,
    pub asserts: Vec<CheckRule>,
    pub range: Range,
}

/// A module with its children: a node of the configuration's tree.
#[derive(Debug, Clone, Default)]
pub struct Config {
    pub path: Vec<String>,
    pub module: Module,
    pub children: BTreeMap<String, Config>,
}

impl Config {
    /// The module at a path.
    #[must_use]
    pub fn descendant(&self, path: &[String]) -> Option<&Config> {
        path.iter().try_fold(self, |config, name| config.children.get(name))
    }

    /// This module and all below it, parents first.
    #[must_use]
    pub fn all(&self) -> Vec<&Config> {
        let mut out = vec![self];
        for child in self.children.values() {
            out.extend(child.all());
        }
        out
    }

    /// The call that makes the child `name`.
    #[must_use]
    pub fn call(&self, name: &str) -> Option<&ModuleCall> {
        self.module.calls.get(name)
    }

    /// Where a provider's local name leads.
    #[must_use]
    pub fn provider_source(&self, local_name: &str) -> ProviderSource {
        match self.module.required_providers.get(local_name) {
            Some(required) => required.source.clone(),
            None => ProviderSource::default_for(local_name),
        }
    }

    /// The local name that a resource uses without saying so.
    #[must_use]
    pub fn implied_provider(kind: &str) -> &str {
        kind.split('_').next().unwrap_or(kind)
    }
}
