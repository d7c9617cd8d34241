//! Every operation of every service, with inputs that fit its shape: what a client's library would send.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nuvola_fuzz::{Cloud, Story, choice, host, input, services};
use nuvola_wire::protocol;

fuzz_target!(|data: &[u8]| {
    let services = services(|_| true);
    let mut story = Story::new(data);
    let mut cloud = Cloud::default();
    while let (Some(first), Some(second)) = (story.next(), story.next()) {
        let (service, name) = choice(&services, first, second);
        let Some(operation) = service.operation(name) else { continue };
        let input = input(&mut story, operation.schema.input);
        // A label that is empty has no address: clients refuse it too.
        if let Ok(request) = protocol::encode_request(&service.schema, &operation.schema, &input, &host(service)) {
            for answer in cloud.serve(request) {
                story.remember(&answer);
            }
        }
    }
    cloud.close();
});
