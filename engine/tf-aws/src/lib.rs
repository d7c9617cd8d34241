//! The AWS provider of Terraform, as an ordinary client of the wire.
//!
//! Invariant: it reaches the cloud only through [`Transport`]; the same code runs against the lab's cloud,
//! a gateway on a port, or anything else that speaks AWS's protocols.

mod transport;

pub use transport::{Transport, TransportError};

use nuvola_terraform::host::Host;
use nuvola_terraform::provider::{Provider, ProviderRegistry};
use std::rc::Rc;

/// All providers of Nuvola: those built into `nuvola-terraform`, and `hashicorp/aws` over `transport`.
pub fn registry(transport: Rc<dyn Transport>) -> Rc<dyn ProviderRegistry> {
    Rc::new(Registry { transport })
}

struct Registry {
    transport: Rc<dyn Transport>,
}

impl ProviderRegistry for Registry {
    fn versions(&self, _source: &str) -> Vec<String> {
        Vec::new()
    }

    fn create(&self, _source: &str, _host: &Rc<dyn Host>) -> Option<Rc<dyn Provider>> {
        let _ = &self.transport;
        None
    }
}
