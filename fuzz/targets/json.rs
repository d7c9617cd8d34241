//! The JSON protocols: an operation's name in a header, its input in the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nuvola_fuzz::{choice, host, serve, services};
use nuvola_wire::{Protocol, Request};

fuzz_target!(|data: &[u8]| {
    let services = services(|protocol| matches!(protocol, Protocol::Json10 | Protocol::Json11));
    // Several requests, so that later ones meet what earlier ones made.
    let requests = data.split(|byte| *byte == 0xff).filter(|part| part.len() > 2).map(|part| {
        let (service, operation) = choice(&services, part[0], part[1]);
        let mut request = Request::new("POST", &host(service), "/");
        let prefix = service.schema.target_prefix.unwrap_or_default();
        request.headers.set("X-Amz-Target", format!("{prefix}.{operation}"));
        request.headers.set("Content-Type", "application/x-amz-json-1.0");
        request.body = part[2..].to_vec().into();
        request
    });
    serve(requests);
});
