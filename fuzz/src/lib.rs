//! What the fuzz targets share: turning bytes into requests, and what must hold of every answer.
//!
//! A target takes the first bytes as choices (which service, which operation) and the rest as what a client
//! sends, so that the fuzzer comes past the router at once. `cargo xtask fuzz json
//! -max_total_time=600` looks for ten minutes.

use nuvola_aws::{AuthMode, Cloud, CloudOptions, Effect, Input, SERVICES};
use nuvola_aws::service::ServiceDef;
use nuvola_wire::{Protocol, Request};

const NOW_MS: i64 = 1_795_456_800_000;

/// A cloud that verifies nobody, so that requests reach the services.
pub fn cloud() -> Cloud {
    Cloud::new(CloudOptions { auth: AuthMode::Off, ..CloudOptions::default() })
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

/// Sends requests one after the other. Each must be answered at once, or wait for something that a later step
/// brings (a long poll, an invocation); no server error may come out.
pub fn serve(requests: impl IntoIterator<Item = Request>) {
    let mut cloud = cloud();
    for (id, request) in (0..).zip(requests) {
        let text = format!("{} {} {}", request.method, request.host, request.path);
        for effect in cloud.step(NOW_MS, Input::Request { id, request }) {
            if let Effect::Respond { response, .. } = effect {
                assert!(response.status != 500, "{text} ended in an internal error");
            }
        }
    }
    // Whatever it left must be readable again.
    let hash = cloud.state_hash();
    assert_eq!(hash.len(), 64);
}
