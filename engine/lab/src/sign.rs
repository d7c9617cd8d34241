//! Signed requests of the lab itself, with the student's keys.

use crate::world::World;
use nuvola_wire::sigv4::{Credentials, Signer};
use nuvola_wire::{Request, uri};

/// Signs a request to a service of AWS.
pub(crate) fn sign(world: &World, mut request: Request, service: &str, region: &str) -> Request {
    let credentials = credentials(world);
    Signer { credentials: &credentials, region, service, now_ms: world.now_ms }.sign(&mut request);
    request
}

/// An address of S3 that whoever has it may GET for a while.
pub(crate) fn presign(world: &World, host: &str, key: &str, query: &str, expires_s: u32) -> String {
    let credentials = credentials(world);
    let mut request = Request::new("GET", host, &format!("/{}", uri::encode_path(key)));
    request.query = query.to_owned();
    request.headers.set("Host", host);
    let region = nuvola_kernel::DEFAULT_REGION;
    Signer { credentials: &credentials, region, service: "s3", now_ms: world.now_ms }
        .presign(&mut request, expires_s);
    request.url()
}

fn credentials(world: &World) -> Credentials {
    let keys = &world.kept.keys;
    Credentials {
        access_key_id: keys.access_key_id.clone(),
        secret_access_key: keys.secret_access_key.clone(),
        session_token: None,
    }
}
