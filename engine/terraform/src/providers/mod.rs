//! Providers that are part of this program, and where others come from.

pub mod archive;
pub mod builtin;
pub mod resolve;

use crate::addr::ProviderSource;
use crate::host::Host;
use crate::provider::{Provider, ProviderRegistry};
use std::rc::Rc;

/// The versions of a provider that can be had, oldest first.
#[must_use]
pub fn versions(source: &ProviderSource, registry: &dyn ProviderRegistry) -> Vec<String> {
    match source.short().as_str() {
        _ if source.is_builtin() => Vec::new(),
        "hashicorp/archive" => archive::VERSIONS.map(str::to_owned).to_vec(),
        short => registry.versions(short),
    }
}

/// A new provider without configuration.
#[must_use]
pub fn create(
    source: &ProviderSource,
    host: &Rc<dyn Host>,
    registry: &dyn ProviderRegistry,
) -> Option<Rc<dyn Provider>> {
    if source.is_builtin() {
        return (source.name == "terraform").then(|| builtin::create(host, registry));
    }
    match source.short().as_str() {
        "hashicorp/archive" => Some(archive::create(host)),
        short => registry.create(short, host),
    }
}
