//! Session tokens of the metadata service: they say when they end, and are signed with the instance's own
//! secret, so none is stored and one instance's is worth nothing at another.

use crate::ec2::state::Instance;
use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use nuvola_wire::checksum::Algorithm;

/// Six hours.
pub const MAX_TTL_S: i64 = 21_600;

/// 42 bytes, as AWS's are: 56 characters.
const SIGNED: usize = 34;

fn signature(instance: &Instance, expires_at_ms: i64) -> Vec<u8> {
    let text = format!("{}/{}/{expires_at_ms}", instance.metadata_secret, instance.id);
    let mut digest = Algorithm::Sha256.digest(text.as_bytes());
    digest.extend([0, 0]);
    digest
}

pub fn make(instance: &Instance, expires_at_ms: i64) -> String {
    let mut bytes = expires_at_ms.to_be_bytes().to_vec();
    bytes.extend(&signature(instance, expires_at_ms)[..SIGNED]);
    URL_SAFE.encode(bytes)
}

pub fn is_valid(instance: &Instance, token: &str, now_ms: i64) -> bool {
    let Ok(bytes) = URL_SAFE.decode(token) else { return false };
    let Some((expires, signed)) = bytes.split_at_checked(8) else { return false };
    let Ok(expires) = expires.try_into() else { return false };
    let expires_at_ms = i64::from_be_bytes(expires);
    expires_at_ms > now_ms && signed == &signature(instance, expires_at_ms)[..SIGNED]
}
