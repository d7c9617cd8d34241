//! The rest protocols: method, path, query, headers and body, line by line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nuvola_fuzz::{host, serve, services};
use nuvola_wire::{Protocol, Request};

const METHODS: [&str; 6] = ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS"];

fuzz_target!(|data: &[u8]| {
    let services = services(|protocol| matches!(protocol, Protocol::RestXml | Protocol::RestJson));
    let requests = data.split(|byte| *byte == 0xff).filter(|part| part.len() > 2).map(|part| {
        let service = services[usize::from(part[0]) % services.len()];
        let method = METHODS[usize::from(part[1]) % METHODS.len()];
        let mut lines = part[2..].splitn(3, |byte| *byte == b'\n');
        let mut line = || String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
        let (address, headers) = (line(), line());
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        let mut request = Request::new(method, &host(service), &format!("/{}", path.trim_start_matches('/')));
        request.query = query.to_owned();
        for header in headers.split('\t') {
            if let Some((name, value)) = header.split_once(':') {
                request.headers.set(name.trim(), value.trim());
            }
        }
        request.body = lines.next().unwrap_or_default().to_vec().into();
        request
    });
    serve(requests);
});
