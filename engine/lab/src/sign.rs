//! Signed requests of the lab itself, with the student's keys.

use crate::world::World;
use nuvola_wire::Request;
use nuvola_wire::sigv4::{Credentials, Signer};

/// Signs a request to a service of AWS.
pub(crate) fn sign(world: &World, mut request: Request, service: &str, region: &str) -> Request {
    let keys = &world.kept.keys;
    let credentials = Credentials {
        access_key_id: keys.access_key_id.clone(),
        secret_access_key: keys.secret_access_key.clone(),
        session_token: None,
    };
    Signer { credentials: &credentials, region, service, now_ms: world.now_ms }.sign(&mut request);
    request
}
