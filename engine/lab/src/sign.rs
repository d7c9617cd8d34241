//! Signed requests of the lab itself, with the student's keys.

use crate::world::World;
use nuvola_wire::{Request, sigv4};

/// Signs a request to a service of AWS.
pub(crate) fn sign(world: &World, request: Request, service: &str, region: &str) -> Request {
    let keys = &world.kept.keys;
    let credentials = sigv4::Credentials {
        access_key_id: keys.access_key_id.clone(),
        secret_access_key: keys.secret_access_key.clone(),
        session_token: None,
    };
    sigv4::sign(request, &credentials, service, region, nuvola_kernel::Timestamp(world.now_ms))
}
