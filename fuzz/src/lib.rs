//! What the fuzz targets share: turning bytes into requests, and what must hold of every answer.
//!
//! A target takes the first bytes as choices (which service, which operation) and the rest as what a client
//! sends, so that the fuzzer comes past the router at once. `cargo xtask fuzz json
//! -max_total_time=600` looks for ten minutes.

mod story;

pub use story::{Story, input};

use nuvola_aws::service::ServiceDef;
use nuvola_aws::{AuthMode, CloudOptions, Effect, Input, SERVICES};
use nuvola_wire::{Protocol, Request};

pub(crate) const NOW_MS: i64 = 1_795_456_800_000;

/// A cloud that verifies nobody, so that requests reach the services, and the clock of its story.
pub struct Cloud {
    engine: nuvola_aws::Cloud,
    served: u64,
}

impl Default for Cloud {
    fn default() -> Self {
        let options = CloudOptions { auth: AuthMode::Off, ..CloudOptions::default() };
        Cloud { engine: nuvola_aws::Cloud::new(options), served: 0 }
    }
}

impl Cloud {
    /// Sends a request, half a second after the one before; the bodies of all answers that it brought. A
    /// request may wait (a long poll, an invocation), but no answer may be an internal error.
    pub fn serve(&mut self, request: Request) -> Vec<Vec<u8>> {
        let id = self.served;
        self.served += 1;
        let text = format!("{} {} {}", request.method, request.host, request.path);
        let effects = self.engine.step(NOW_MS + 500 * id as i64, Input::Request { id, request });
        let answers = effects.into_iter().filter_map(|effect| {
            let Effect::Respond { response, .. } = effect else { return None };
            assert!(response.status != 500, "{text} ended in an internal error");
            Some(response.body.to_vec())
        });
        answers.collect()
    }

    /// Whatever the requests left must be readable again.
    pub fn close(self) {
        assert_eq!(self.engine.state_hash().len(), 64);
    }
}

/// The services of some protocols.
pub fn services(fits: fn(Protocol) -> bool) -> Vec<&'static ServiceDef> {
    SERVICES.iter().copied().filter(|service| fits(service.schema.protocol)).collect()
}

/// The service and the operation that two bytes choose.
pub fn choice(services: &[&'static ServiceDef], first: u8, second: u8) -> (&'static ServiceDef, &'static str) {
    let service = services[usize::from(first) % services.len()];
    let operation = service.operations[usize::from(second) % service.operations.len()];
    (service, operation.schema.name)
}

/// The host name of a service in a region that every lab has.
pub fn host(service: &ServiceDef) -> String {
    format!("{}.eu-south-1.amazonaws.com", service.schema.endpoint_prefix)
}

/// Sends requests one after the other to a cloud of their own.
pub fn serve(requests: impl IntoIterator<Item = Request>) {
    let mut cloud = Cloud::default();
    for request in requests {
        cloud.serve(request);
    }
    cloud.close();
}
