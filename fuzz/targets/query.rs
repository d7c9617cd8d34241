//! The query protocols: everything in a form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nuvola_fuzz::{choice, host, serve, services};
use nuvola_wire::{Protocol, Request};

fuzz_target!(|data: &[u8]| {
    let services = services(|protocol| matches!(protocol, Protocol::Query | Protocol::Ec2Query));
    let requests = data.split(|byte| *byte == 0xff).filter(|part| part.len() > 2).map(|part| {
        let (service, operation) = choice(&services, part[0], part[1]);
        let mut request = Request::new("POST", &host(service), "/");
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        let version = service.schema.api_version;
        let mut body = format!("Action={operation}&Version={version}&").into_bytes();
        body.extend_from_slice(&part[2..]);
        request.body = body.into();
        request
    });
    serve(requests);
});
