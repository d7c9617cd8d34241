//! The AWS provider of Terraform, as an ordinary client of the wire.
//!
//! Start reading at [`provider::AwsProvider`]; each resource type has a file below `resources`, each data
//! source one below `data_sources`. What the types look like is generated (`schema/generate.py`), and so are
//! the operations' tables (`schema/operations.py`).
//!
//! Invariant: it reaches the cloud only through [`Transport`]; the same code runs against the lab's cloud,
//! a gateway on a port, or anything else that speaks AWS's protocols.

mod backend;
mod client;
mod config;
mod data;
mod data_sources;
mod failure;
mod functions;
mod meaning;
mod names;
mod plan;
mod profile;
mod provider;
mod resources;
mod schema;
mod tags;
mod transport;
mod validate;
mod values;
mod wire;

#[cfg(test)]
mod tests;

pub use schema::{is_known_elsewhere, lend_type_names};
pub use transport::{Transport, TransportError};
pub use wire::{json_of, structure_from};

use nuvola_terraform::backend::BackendType;
use nuvola_terraform::host::Host;
use nuvola_terraform::provider::{Provider, ProviderRegistry};
use std::cell::OnceCell;
use std::rc::Rc;

/// The version of the real provider whose schema this one has.
pub const VERSION: &str = "6.25.0";

/// The AWS provider over `transport`. The providers without a cloud are built into `nuvola-terraform`.
pub fn registry(transport: Rc<dyn Transport>) -> Rc<dyn ProviderRegistry> {
    Rc::new(Registry { transport, types: OnceCell::new() })
}

/// The resource types that this provider can create, sorted.
pub fn resource_types() -> Vec<&'static str> {
    let mut names: Vec<&str> = resources::ALL.iter().map(|kind| kind.name).collect();
    names.sort();
    names
}

/// The data sources that this provider can read, sorted.
pub fn data_source_types() -> Vec<String> {
    schema::Types::load().data_sources.into_keys().collect()
}

struct Registry {
    transport: Rc<dyn Transport>,
    types: OnceCell<Rc<schema::Types>>,
}

impl ProviderRegistry for Registry {
    fn versions(&self, source: &str) -> Vec<String> {
        if source == "hashicorp/aws" { vec![VERSION.to_owned()] } else { Vec::new() }
    }

    fn create(&self, source: &str, host: &Rc<dyn Host>) -> Option<Rc<dyn Provider>> {
        if source != "hashicorp/aws" {
            return None;
        }
        let types = Rc::clone(self.types.get_or_init(|| Rc::new(schema::Types::load())));
        let provider = provider::AwsProvider::new(Rc::clone(&self.transport), Rc::clone(host), types);
        Some(Rc::new(provider))
    }

    fn backend(&self, kind: &str) -> Option<Rc<dyn BackendType>> {
        if kind != "s3" {
            return None;
        }
        Some(Rc::new(backend::S3Type { transport: Rc::clone(&self.transport) }))
    }
}
